"""The first trust, told by hand: the position that its dashboard shows today, whatever the seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from tracker import clock
from tracker.catalogue.rules import Delivery
from tracker.cli.demonstration import texts
from tracker.cli.demonstration.steps import (
    Agreed,
    Confirmed,
    Evidenced,
    Finished,
    Planned,
    Recorded,
    Step,
)
from tracker.cli.demonstration.timing import next_date, working_day
from tracker.progress.rules import Confidence, Position

GROUP = texts.FORUMS[0]
BASE = Position(
    delivery=Delivery.NOT_STARTED, accountable_person="Tamsin Kirkmoor", lead_executive=texts.EXECUTIVES[0]
)


def tell(today: date) -> list[Step]:
    """Its steps, not in order."""
    return [
        *_nice(today), *_levels(today), *_outside_training(today), *_champions(today), *_lasting(today),
        *_effect(today), *_talked_through(today), *_incidents(today),
    ]  # fmt: skip


def code(number: int) -> str:
    return f"SEP16-{number:02}"


def _ago(today: date, days: int) -> date:
    return working_day(today - timedelta(days=days))


def _started(
    number: int, due_on: date, confidence: Confidence, *, words: int = 0, note: str = ""
) -> Position:
    return replace(
        BASE,
        delivery=Delivery.IN_PROGRESS,
        confidence=confidence,
        summary=texts.WORDS[number].started[words],
        due_on=due_on,
        note=note,
    )


def _in_place(number: int, since: date) -> Position:
    return replace(
        BASE, delivery=Delivery.DELIVERED, summary=texts.WORDS[number].in_place[0], delivered_on=since
    )


def _shown(number: int, on: date, *positions: int, valid_until: date | None = None) -> Iterator[Step]:
    proofs = texts.WORDS[number].proofs
    for position in positions:
        yield Evidenced(on=on, code=code(number), proof=proofs[position], valid_until=valid_until)


def _nice(today: date) -> Iterator[Step]:
    """9: in place, three pieces of evidence waiting, confirmed three weeks ago."""
    yield Recorded(on=_ago(today, 690), code=code(9), position=replace(BASE, note=texts.NOTES[0]))
    due = _ago(today, 330)
    yield Recorded(on=_ago(today, 560), code=code(9), position=_started(9, due, Confidence.AT_RISK, words=1))
    yield Recorded(on=_ago(today, 410), code=code(9), position=_started(9, due, Confidence.ON_TRACK))
    yield Recorded(on=_ago(today, 320), code=code(9), position=_in_place(9, _ago(today, 326)))
    yield from _shown(9, _ago(today, 318), 0, 1)
    yield from _shown(9, _ago(today, 21), 2)
    yield Confirmed(on=_ago(today, 150), code=code(9))
    yield Confirmed(on=_ago(today, 21), code=code(9))


def _levels(today: date) -> Iterator[Step]:
    """10: started, might be late for the end of March."""
    due = next_date(today, 3, 31)
    yield Recorded(on=_ago(today, 600), code=code(10), position=BASE)
    yield Recorded(
        on=_ago(today, 290), code=code(10), position=_started(10, due, Confidence.ON_TRACK, words=1)
    )
    yield from _shown(10, _ago(today, 120), 0)
    yield Planned(
        on=_ago(today, 60), code=code(10), title=texts.ACTIONS[1], owner="Tamsin Kirkmoor",
        due_on=today + timedelta(days=18),
    )  # fmt: skip
    note = "The workforce team can give numbers for doctors in January, not before."
    yield Recorded(
        on=_ago(today, 3), code=code(10), position=_started(10, due, Confidence.AT_RISK, note=note)
    )


def _outside_training(today: date) -> Iterator[Step]:
    """11: started, by the end of March."""
    due = next_date(today, 3, 31)
    yield Recorded(on=_ago(today, 600), code=code(11), position=BASE)
    yield Recorded(
        on=_ago(today, 250), code=code(11), position=_started(11, due, Confidence.ON_TRACK, words=1)
    )
    yield from _shown(11, _ago(today, 95), 0)
    yield Recorded(on=_ago(today, 34), code=code(11), position=_started(11, due, Confidence.ON_TRACK))


def _champions(today: date) -> Iterator[Step]:
    """12: in place, checked and agreed six weeks ago at the Deteriorating Patient Group."""
    yield Recorded(on=_ago(today, 700), code=code(12), position=replace(BASE, note=texts.NOTES[3]))
    due = _ago(today, 120)
    yield Recorded(
        on=_ago(today, 420), code=code(12), position=_started(12, due, Confidence.ON_TRACK, words=1)
    )
    yield Planned(
        on=_ago(today, 420),
        code=code(12),
        title=texts.ACTIONS[4],
        owner="Idris Fernsby",
        due_on=_ago(today, 200),
    )
    yield Finished(on=_ago(today, 210), code=code(12), title=texts.ACTIONS[4])
    yield Recorded(on=_ago(today, 205), code=code(12), position=_started(12, due, Confidence.ON_TRACK))
    yield Recorded(on=_ago(today, 75), code=code(12), position=_in_place(12, _ago(today, 84)))
    yield from _shown(12, _ago(today, 74), 0, 1)
    yield from _shown(12, _ago(today, 45), 2, 3)
    yield Agreed(on=_ago(today, 40), code=code(12), forum=GROUP)


def _lasting(today: date) -> Iterator[Step]:
    """13: in place since the first of a month not long ago, and nothing shown for it."""
    since = clock.months_before(today, 2).replace(day=1)
    due = since + timedelta(days=30)
    yield Recorded(on=_ago(today, 500), code=code(13), position=BASE)
    yield Recorded(
        on=_ago(today, 230), code=code(13), position=_started(13, due, Confidence.AT_RISK, words=1)
    )
    yield Recorded(on=_ago(today, 26), code=code(13), position=_in_place(13, since))


def _effect(today: date) -> Iterator[Step]:
    """14: not started."""
    yield Recorded(on=_ago(today, 500), code=code(14), position=BASE)
    yield Confirmed(on=_ago(today, 90), code=code(14))


def _talked_through(today: date) -> Iterator[Step]:
    """17: started, by the end of January."""
    due = next_date(today, 1, 31)
    yield Recorded(
        on=_ago(today, 180), code=code(17), position=_started(17, due, Confidence.ON_TRACK, words=1)
    )
    yield from _shown(17, _ago(today, 55), 0)
    yield Recorded(on=_ago(today, 50), code=code(17), position=_started(17, due, Confidence.ON_TRACK))


def _incidents(today: date) -> Iterator[Step]:
    """18: agreed, and last confirmed a little more than a year ago."""
    yield Recorded(
        on=_ago(today, 720), code=code(18), position=_started(18, _ago(today, 440), Confidence.ON_TRACK)
    )
    yield Recorded(on=_ago(today, 455), code=code(18), position=_in_place(18, _ago(today, 470)))
    yield from _shown(18, _ago(today, 450), 0, 1, 2)
    yield from _shown(18, _ago(today, 420), 3, 4, 5)
    yield Agreed(on=_ago(today, 385), code=code(18), forum=GROUP)
