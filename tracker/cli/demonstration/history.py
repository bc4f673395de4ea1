"""Two years of plausible history for an organisation, drawn from a seed: early and late, gaps, setbacks, silence."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tracker.assurance.rules import Outcome
from tracker.catalogue.rules import Delivery
from tracker.cli.demonstration import names, texts
from tracker.cli.demonstration.names import Body
from tracker.cli.demonstration.steps import (
    Agreed,
    Confirmed,
    Evidenced,
    Finished,
    Found,
    Planned,
    Recorded,
    Step,
    Who,
    Withdrawn,
)
from tracker.cli.demonstration.texts import Words
from tracker.cli.demonstration.timing import month_end, working_day
from tracker.progress.rules import Confidence, Position

HISTORY_DAYS = 730
CLOSED_DAYS_AGO = 150
# The one of the trusts' recommendations of which the catalogue lets them say that it does not apply.
MAY_NOT_APPLY = 14


@dataclass(frozen=True, slots=True)
class Temper:
    """How an organisation goes about it, in days before today.

    `begins` and `quiet` bound its first and its last step; `rungs` weighs how far a record comes: nothing, not
    started, started, in place, with evidence, agreed.
    """

    begins: tuple[int, int]
    quiet: tuple[int, int]
    rungs: tuple[int, int, int, int, int, int]
    late: bool = False
    lapses: bool = False


EARLY = Temper((720, 650), (60, 4), (0, 1, 2, 2, 3, 8))
STEADY = Temper((640, 400), (90, 8), (1, 2, 4, 3, 4, 4))
RECENT = Temper((200, 110), (60, 3), (1, 4, 6, 3, 2, 1))
GAPS = Temper((600, 300), (150, 20), (7, 1, 3, 2, 1, 1))
OVERDUE = Temper((560, 380), (120, 30), (1, 3, 8, 2, 1, 0), late=True)
DORMANT = Temper((720, 640), (520, 400), (1, 3, 5, 3, 2, 1))
LAPSED = Temper((700, 560), (120, 70), (0, 1, 2, 2, 3, 7), lapses=True)
CLOSING = Temper((700, 520), (260, 180), (1, 2, 4, 3, 2, 1))
# The first ones in this order, so that even a small demonstration has each kind.
FIRST = (EARLY, EARLY, STEADY, RECENT, STEADY, CLOSING, LAPSED, OVERDUE, GAPS, DORMANT, STEADY, RECENT)
OTHERS = ((EARLY, 3), (STEADY, 8), (RECENT, 5), (GAPS, 4), (OVERDUE, 2), (DORMANT, 3), (LAPSED, 2))
SILENT_IN_A_HUNDRED = 6


@dataclass(slots=True)
class _Record:
    """One record on its way: `live_until` is the last day on which its evidence is in date, if it has an end."""

    rng: random.Random
    today: date
    code: str
    words: Words
    temper: Temper
    base: Position
    live_until: date | None = None

    def day(self, ago: int) -> date:
        return working_day(self.today - timedelta(days=ago))

    def proof(self, position: int) -> texts.Proof:
        return self.words.proofs[position % len(self.words.proofs)]


def temper_of(rng: random.Random, body: Body) -> Temper | None:
    """How this organisation goes about it; None when it never answers."""
    if body.number is None:
        return STEADY if body.kind is not names.Kind.NATIONAL_BODY else EARLY
    if body.number == names.SILENT:
        return None
    if body.number < len(FIRST):
        return FIRST[body.number]
    if rng.randrange(100) < SILENT_IN_A_HUNDRED:
        return None
    return rng.choices([each for each, _ in OTHERS], [weight for _, weight in OTHERS])[0]


def tell(rng: random.Random, today: date, body: Body, codes: Sequence[str]) -> list[Step]:
    """An organisation's steps, not in order; the same for the same state of the generator."""
    temper = temper_of(rng, body)
    if temper is None:
        return []
    base = Position(
        delivery=Delivery.NOT_STARTED,
        accountable_person=names.person_name(rng),
        lead_executive=rng.choice(texts.EXECUTIVES),
    )
    steps = [step for code in codes for step in _record_steps(rng, today, code, temper, base)]
    return steps + list(_parts(today, body, steps, codes))


def number_of(code: str) -> int:
    return int(code[-2:])


def _record_steps(
    rng: random.Random, today: date, code: str, temper: Temper, base: Position
) -> Iterator[Step]:
    rung = rng.choices(range(6), temper.rungs)[0]
    if rung == 0:
        return
    record = _Record(rng, today, code, texts.WORDS[number_of(code)], temper, base)
    quiet = rng.randint(*sorted(temper.quiet))
    begins = max(rng.randint(*sorted(temper.begins)), quiet + 40)
    days = sorted(rng.sample(range(quiet, begins), rung), reverse=True)
    yield from _climb(record, rung, days)
    yield from _confirmations(record, days[-1], quiet)


def _climb(record: _Record, rung: int, days: Sequence[int]) -> Iterator[Step]:
    rng = record.rng
    # Some say so before they begin, the others when they have begun.
    if rung == 1 or rng.random() < 0.6:
        first = replace(record.base, note=rng.choice(texts.NOTES))
        yield Recorded(on=record.day(days[0]), code=record.code, position=first)
    if rung == 1:
        return
    started = _started(record, days[1], stays=rung == 2)
    yield Recorded(on=record.day(days[1]), code=record.code, position=started)
    if rung == 2:
        yield from _while_started(record, started, days[1])
        return
    delivered = _delivered(record, started, days[2])
    yield Recorded(on=record.day(days[2]), code=record.code, position=delivered)
    if rung > 3:
        yield from _evidence(record, days[3])
    if rung > 4:
        yield Agreed(on=record.day(days[4]), code=record.code, forum=rng.choice(texts.FORUMS))


def _started(record: _Record, ago: int, *, stays: bool) -> Position:
    rng, on = record.rng, record.day(ago)
    due = on + timedelta(days=rng.randint(120, 320))
    if stays and record.temper.late:
        due = record.today - timedelta(days=rng.randint(35, 140))
    elif stays:
        due = record.today + timedelta(days=rng.randint(20, 210))
    chances = (1, 4, 3) if record.temper.late else (6, 3, 1)
    return replace(
        record.base,
        delivery=Delivery.IN_PROGRESS,
        confidence=rng.choices(list(Confidence), chances)[0],
        summary=rng.choice(record.words.started),
        due_on=month_end(due),
    )


def _delivered(record: _Record, started: Position, ago: int) -> Position:
    return replace(
        started,
        delivery=Delivery.DELIVERED,
        confidence=None,
        summary=record.rng.choice(record.words.in_place),
        delivered_on=record.day(ago) - timedelta(days=record.rng.randint(0, 30)),
    )


def _while_started(record: _Record, started: Position, ago: int) -> Iterator[Step]:
    """An action or two; now and then it had been in place already, and went back."""
    rng, on = record.rng, record.day(ago)
    title = rng.choice(texts.ACTIONS)
    due = month_end(on + timedelta(days=rng.randint(40, 160)))
    yield Planned(on=on, code=record.code, title=title, owner=names.person_name(rng), due_on=due)
    quiet = max(record.temper.quiet[1], ago // 2)
    if rng.random() < 0.4:
        yield Finished(on=record.day(quiet), code=record.code, title=title)
    if rng.random() < 0.12:
        delivered = _delivered(record, started, ago)
        yield Recorded(on=on, code=record.code, position=delivered)
        lowered = replace(started, reason=rng.choice(texts.SETBACKS))
        yield Recorded(on=record.day(quiet), code=record.code, position=lowered)


def _evidence(record: _Record, ago: int) -> Iterator[Step]:
    rng, on = record.rng, record.day(ago)
    ends = _ends(record)
    record.live_until = ends
    for position in range(rng.choice((1, 1, 1, 2))):
        proof = record.proof(position)
        if position == 0 and proof.kind is texts.K.LINK:
            proof = replace(proof, kind=texts.K.OTHER)
        yield Evidenced(on=on, code=record.code, proof=proof, valid_until=ends)


def _ends(record: _Record) -> date | None:
    """Mostly without an end or in date; where evidence lapses, its last day has passed."""
    rng = record.rng
    if record.temper.lapses and rng.random() < 0.4:
        return record.today - timedelta(days=rng.randint(3, 60))
    return record.today + timedelta(days=rng.randint(20, 500)) if rng.random() < 0.3 else None


def _confirmations(record: _Record, last: int, quiet: int) -> Iterator[Step]:
    ago = last - record.rng.randint(150, 260)
    while ago > quiet:
        if record.live_until is None or record.day(ago) <= record.live_until:
            yield Confirmed(on=record.day(ago), code=record.code)
        ago -= record.rng.randint(150, 260)


# --- parts that some organisations play ----------------------------------------------------------------------


def _parts(today: date, body: Body, steps: Sequence[Step], codes: Sequence[str]) -> Iterator[Step]:
    if body.number in names.DOES_NOT_APPLY:
        yield from _does_not_apply(
            today, steps, next(code for code in codes if number_of(code) == MAY_NOT_APPLY), body
        )
    if body.number == 1:
        yield from _findings(today, steps, Who.AUDITOR, overturned=1, verified=2)
    if body.number == 2:
        yield from _withdrawal(today, steps)
    if body.number in {2, 3, 7}:
        yield from _findings(today, steps, Who.NATIONAL, overturned=0, verified=1)
    if body.code == names.NATIONAL_BODY:
        yield from _findings(today, steps, Who.AUDITOR, overturned=0, verified=1)


def _does_not_apply(today: date, steps: Sequence[Step], code: str, body: Body) -> Iterator[Step]:
    last = max((step.on for step in steps if step.code == code), default=today - timedelta(days=200))
    on = min(working_day(max(last, today - timedelta(days=60))), today - timedelta(days=1))
    wanted = Position(delivery=Delivery.NOT_APPLICABLE, reason=texts.DOES_NOT_APPLY)
    yield Recorded(on=on, code=code, position=wanted)
    if body.number == names.DOES_NOT_APPLY[0]:
        yield Found(
            on=on, code=code, who=Who.NATIONAL, outcome=Outcome.REASON_ACCEPTED, note=texts.REASON_ACCEPTED
        )


def _findings(
    today: date, steps: Sequence[Step], who: Who, *, overturned: int, verified: int
) -> Iterator[Step]:
    """About the first records that were agreed or shown with evidence, after their last step."""
    shown = (step for step in steps if isinstance(step, Evidenced | Agreed))
    evidenced = dict.fromkeys(step.code for step in shown if number_of(step.code) != MAY_NOT_APPLY)
    outcomes = [Outcome.OVERTURNED] * overturned + [Outcome.VERIFIED] * verified
    for code, outcome in zip(evidenced, outcomes, strict=False):
        last = max(step.on for step in steps if step.code == code)
        on = max(last, working_day(today - timedelta(days=25)))
        note = texts.OVERTURNED if outcome is Outcome.OVERTURNED else texts.VERIFIED
        yield Found(on=on, code=code, who=who, outcome=outcome, note=note)


def _withdrawal(today: date, steps: Sequence[Step]) -> Iterator[Step]:
    """An item that should not have been added, beside one that stays."""
    shown = next((step for step in steps if isinstance(step, Evidenced)), None)
    if shown is None:
        return
    proof = texts.Proof("Draft of the slides, not agreed", texts.K.SLIDES)
    yield Evidenced(on=shown.on, code=shown.code, proof=proof)
    on = max(shown.on, working_day(today - timedelta(days=12)))
    reason = "This was a draft. The agreed slides are in the register."
    yield Withdrawn(on=on, code=shown.code, title=proof.title, reason=reason)
