"""Where the invented national body says that items of the programmes stand: who does it, by when, and what shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit.actions import Chain
from tracker.cli.demonstration.names import Body, Kind
from tracker.cli.demonstration.registers.known import INVENTED, day, evidence_called
from tracker.cli.demonstration.steps import Evidenced, Measured, Step
from tracker.cli.demonstration.texts import K, Proof
from tracker.cli.demonstration.timing import month_end
from tracker.programme.actions import record_state
from tracker.programme.rules import StateFacts, Status

# The first recommendation of the national body, to which what shows the programme belongs too.
CODE = "SEP16-01"
TEAM, EVENTS, FACULTY = "Sepsis programme team", "Events team", "Primary care faculty"
WORKSHOPS = Proof("Programme and attendance of the four workshops", K.TRAINING_RECORD)
REPORT = Proof("Report on learning resources, as published", K.AUDIT_REPORT)
PUBLISHED = f"Published, and named on the pages for staff. {INVENTED}"
HELD = f"Held as planned; the slides went to everybody who came. {INVENTED}"
HELD_ON = {
    "2016-17-3-1-b-1": date(2016, 11, 16), "2016-17-3-1-b-2": date(2017, 1, 11),
    "2016-17-3-1-b-3": date(2017, 1, 19), "2016-17-3-1-b-4": date(2017, 3, 2),
}  # fmt: skip
# The report is of November 2016; on which day it came out it does not say.
REPORT_OF = date(2016, 11, 1)
DONE_ON = {f"2015-16-{number}": date(2016, 3, 31) for number in (1, 2, 3, 5)}


def tell(today: date, body: Body) -> list[Step]:
    """The national body's steps; items of which nobody says anything stay without a word."""
    if body.kind is not Kind.NATIONAL_BODY:
        return []
    versions: Counter[str] = Counter()
    return [
        *_finished(today, versions), *_handed_on(today, versions), *_going(today, versions), *_late(today, versions),
    ]  # fmt: skip


def _finished(today: date, versions: Counter[str]) -> Iterator[Step]:
    first, then = day(today, 640), day(today, 420)
    yield Evidenced(on=first, code=CODE, proof=REPORT)
    yield Evidenced(on=then, code=CODE, proof=WORKSHOPS)
    done = StateFacts(Status.DONE, TEAM, summary=PUBLISHED)
    for code, on in DONE_ON.items():
        yield _state(first, code, replace(done, done_on=on), versions)
    yield _state(first, "2015-16-6", replace(done, done_on=REPORT_OF), versions, REPORT)
    toolkit = replace(done, owner=FACULTY, done_on=date(2016, 12, 1))
    yield _state(then, "2016-17-3-1-a", toolkit, versions)
    for code, on in HELD_ON.items():
        held = StateFacts(Status.DONE, EVENTS, done_on=on, summary=HELD)
        yield _state(then, code, held, versions, WORKSHOPS)


def _handed_on(today: date, versions: Counter[str]) -> Iterator[Step]:
    """What is not done any more, each with its reason."""
    words = "The groups that it measured no longer exist; integrated care boards agree such a strategy now."
    yield _state(
        day(today, 400),
        "2017-18-2",
        StateFacts(Status.REPLACED, TEAM, reason=f"{words} {INVENTED}"),
        versions,
    )


def _going(today: date, versions: Counter[str]) -> Iterator[Step]:
    """The session: planned first, then begun, with a later date than at first."""
    first, begun = day(today, 560), day(today, 210)
    planned = StateFacts(
        Status.PLANNED, TEAM, due_on=month_end(begun + timedelta(days=90)), summary=f"An outline is agreed. {INVENTED}"
    )  # fmt: skip
    yield _state(first, "2016-17-4", planned, versions)
    going = replace(
        planned, status=Status.UNDER_WAY, starts_on=begun, due_on=month_end(today + timedelta(days=75)),
        summary=f"Filmed; the discussion points are being tried in three places. {INVENTED}",
    )  # fmt: skip
    yield _state(begun, "2016-17-4", going, versions)
    yield _state(
        day(today, 45), "2017-18-1",
        StateFacts(Status.PLANNED, TEAM, due_on=month_end(today + timedelta(days=160))), versions,
    )  # fmt: skip


def _late(today: date, versions: Counter[str]) -> Iterator[Step]:
    """Under way, and past the day on which it was due."""
    begun = day(today, 500)
    late = StateFacts(
        Status.UNDER_WAY, FACULTY, starts_on=begun, due_on=day(today, 30),
        summary=f"Nine of fourteen items follow the guideline in force. {INVENTED}",
    )  # fmt: skip
    yield _state(begun, "2016-17-1-b", late, versions)
    yield _state(day(today, 120), "2017-18-3", replace(late, due_on=today + timedelta(days=200)), versions)


def _state(
    on: date, code: str, facts: StateFacts, versions: Counter[str], shown: Proof | None = None
) -> Step:
    def do(by: Identity, place: OrganisationRef, chain: Chain) -> None:
        ids = (str(evidence_called(by, place, shown.title)),) if shown else ()
        record_state(
            by, place, code, replace(facts, evidence_ids=ids), version=versions[code], chain=chain
        )  # fmt: skip
        versions[code] += 1

    return Measured(on=on, do=do)
