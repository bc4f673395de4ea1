"""One invented trust and its ten recommendations: October 2025, put right in January, and gone on with until March."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from tests import factories
from tests.measures.story import BEGINS, CORRECTED, Place, new_id
from tracker.access.permissions import Role
from tracker.catalogue.rules import Delivery
from tracker.library.rules import EvaluationResult, Format, HowDiscussed, Patients, Source
from tracker.measures.alignment.rules import Result
from tracker.measures.champions import actions as champions
from tracker.measures.champions.queries import get_register
from tracker.measures.champions.rules import Arrangement, Decided, Decision, Duty, Model, Person, Post
from tracker.measures.coverage import actions as coverage
from tracker.measures.coverage.rules import (
    Count,
    Counted,
    Group,
    Level,
    Line,
    Named,
    NeedsInput,
    PositionInput,
    Route,
)
from tracker.measures.incidents import actions as incidents
from tracker.measures.incidents.rules import Facts, Framework, Loop, Resource, Response, Theme, Training
from tracker.practice.actions import add_practice, change_practice, publish_practice
from tracker.practice.models import Practice
from tracker.practice.queries import list_practices
from tracker.practice.rules import PracticeFacts
from tracker.progress import actions as progress
from tracker.progress.rules import Confidence, Position

TOLD = date(2025, 10, 20)
ABOUT = date(2025, 10, 15)
LATER = date(2026, 3, 20)
LATER_ABOUT = date(2026, 3, 15)
CODES = tuple(f"SEP16-{number:02}" for number in range(9, 19))
DECLARED = {"SEP16-14", "SEP16-16"}
# Level, in post, in date in the numbers of September 2025. No level is set for supplementary roles.
STAFF: dict[Group, tuple[Level | None, int, int]] = {
    Group.CONSULTANTS: (Level.MANAGE, 50, 46), Group.SPECIALTY: (Level.MANAGE, 20, 18),
    Group.TRAINEES: (Level.MANAGE, 60, 55), Group.STUDENTS: (Level.AWARENESS, 10, 9),
    Group.NURSES: (Level.MANAGE, 300, 280), Group.ALLIED: (Level.RECOGNISE, 80, 70),
    Group.TECHNICAL: (Level.RECOGNISE, 40, 37), Group.SCIENTISTS: (Level.AWARENESS, 30, 28),
    Group.CLINICAL_SUPPORT: (Level.RECOGNISE, 200, 185), Group.CLERICAL: (Level.AWARENESS, 150, 140),
    Group.ESTATES: (Level.AWARENESS, 50, 46), Group.SUPPLEMENTARY: (None, 10, 0),
}  # fmt: skip
MARCH = STAFF | {
    Group.TRAINEES: (Level.MANAGE, 60, 50), Group.NURSES: (Level.MANAGE, 300, 285),
    Group.ALLIED: (Level.RECOGNISE, 80, 72), Group.CLERICAL: (Level.AWARENESS, 150, 135),
    Group.SUPPLEMENTARY: (Level.NOTHING, 10, 0),
}  # fmt: skip


def play(trust: Place) -> None:
    """All of it, the oldest first."""
    posts, items = _champions(trust), _incidents(trust)
    _training(trust)
    _staff(trust)
    _questions(trust)
    for code in CODES:
        _declare(trust, code)
    _put_right(trust, posts, items)
    _go_on(trust, posts, items)


def _declare(trust: Place, code: str) -> None:
    wanted = Position(Delivery.IN_PROGRESS, Confidence.ON_TRACK, "Begun.", due_on=date(2026, 6, 30))
    if code in DECLARED:
        wanted = Position(
            Delivery.DELIVERED, summary="Done.", delivered_on=ABOUT, evidence_due_on=date(2025, 12, 1),
            accountable_person="Lead nurse for sepsis",
        )  # fmt: skip
    with trust.on(TOLD):
        progress.record_progress(trust.by, trust.organisation, code, wanted, version=0)


# --- 12 ----------------------------------------------------------------------------------------------------


def _champions(trust: Place) -> dict[str, Post]:
    """Four departments in scope, three with somebody."""
    by, at = trust.by, trust.organisation
    with trust.on(BEGINS):
        decided = Decided(date(2025, 10, 1), "Deteriorating Patient Group", Decision.ADOPT, "One in each")
        champions.record_decision(by, at, decided, version=0)
        champions.record_model(by, at, Model(Arrangement.EACH_DEPARTMENT), version=0)
        names = ("Emergency department", "Maternity", "Paediatrics", "Medicine")
        rows = champions.add_departments(by, at, names, date(2025, 10, 1))
        champions.add_review(by, at, BEGINS, "Deteriorating Patient Group", "They are known on the wards")
    wards = {row.name: row.entity_id for row in rows}
    posts = {
        "Emergency department": _post(wards["Emergency department"], date(2025, 10, 1), deputy="Deputy"),
        "Maternity": _post(wards["Maternity"], date(2025, 10, 1), date(2025, 12, 31)),
        "Paediatrics": _post(wards["Paediatrics"], date(2025, 10, 15)),
    }
    for name, post in posts.items():
        with trust.on(TOLD):
            posts[name] = replace(post, id=champions.add_post(by, at, post).entity_id)
    return posts


def _post(ward: UUID, start: date, end: date | None = None, deputy: str = "") -> Post:
    return Post(
        new_id(), start, end, ward, holder=Person(f"Champion from {start.day} of {start.month}", "Nurse"),
        deputy=Person(deputy), has_deputy=bool(deputy),
        duties=frozenset({Duty.OWNS, Duty.MAINTAINS} if deputy else {Duty.MAINTAINS}),
    )  # fmt: skip


# --- 9 and 17 ----------------------------------------------------------------------------------------------


def _training(trust: Place) -> None:
    online = {"format": Format.ONLINE, "is_online": True}
    trust.list(BEGINS, "E-learning", **online)
    trust.list(BEGINS, "Children: course", **online, patients=Patients.CHILDREN)
    trust.list(BEGINS, "Maternity drill", patients=Patients.PREGNANT)
    trust.list(BEGINS, "New starters", patients=Patients.ADULTS_AND_CHILDREN)
    trust.list(BEGINS, "Pocket card", format=Format.PRINT)
    trust.list(BEGINS, "National e-learning", **online, patients=Patients.ALL, source=Source.NATIONAL)
    trust.list(
        BEGINS, "National game", **online, source=Source.NATIONAL, discussed=HowDiscussed.NOT_POSSIBLE,
        not_possible_because="People play it alone.",
    )  # fmt: skip
    checked = date(2025, 10, 8)
    trust.check(checked, "E-learning", Result.ALIGNED)
    trust.check(checked, "Children: course", Result.PARTLY)
    trust.check(checked, "Maternity drill", Result.ALIGNED)
    trust.check(checked, "Pocket card", Result.NOT)
    trust.talk(TOLD, "E-learning", HowDiscussed.TEACHING, date(2025, 9, 20))
    trust.talk(TOLD, "National e-learning", HowDiscussed.SUPERVISOR, date(2024, 10, 15))


# --- 10 and 11 ---------------------------------------------------------------------------------------------


def _staff(trust: Place) -> None:
    with trust.on(BEGINS):
        coverage.record_needs(trust.by, trust.organisation, _table(STAFF, date(2025, 10, 1)), version=0)
    routes = [Route(each, True, "Yearly e-learning with a reminder") for each in Named]
    with trust.on(TOLD):
        coverage.record_routes(trust.by, trust.organisation, routes, version=0)
        wanted = _numbers(date(2025, 9, 30), STAFF)
        coverage.record_position(trust.by, trust.organisation, wanted, version=0)


def _table(staff: dict[Group, tuple[Level | None, int, int]], agreed_on: date) -> NeedsInput:
    lines = tuple(Line(group, level) for group, (level, _, _) in staff.items() if level is not None)
    return NeedsInput(lines, {}, "Deteriorating Patient Group", agreed_on, date(2027, 10, 1), 24, None)


def _numbers(about: date, staff: dict[Group, tuple[Level | None, int, int]]) -> PositionInput:
    counts = tuple(
        Count(Line(group, level), post, trained) for group, (level, post, trained) in staff.items()
    )
    return PositionInput(about, "Report of the training system", 24, Counted.PEOPLE, counts)


# --- 18 ----------------------------------------------------------------------------------------------------


def _incidents(trust: Place) -> dict[str, UUID]:
    """Reported in these months; what became of each by October."""
    return {
        "too old": _incident(trust, date(2024, 7, 1), _loop(date(2024, 8, 5), date(2024, 8, 5), closed=True)),
        "november": _incident(
            trust, date(2024, 11, 1), _loop(date(2024, 12, 10), date(2024, 12, 12), closed=True)
        ),
        "february": _incident(
            trust, date(2025, 2, 1),
            _loop(date(2025, 3, 10), date(2025, 3, 14), Resource.NATIONAL, closed=True),
        ),
        "march": _incident(trust, date(2025, 3, 1), _loop(date(2025, 4, 15), None)),
        "may": _incident(trust, date(2025, 5, 1), _loop(date(2025, 6, 20), date(2025, 6, 20), Resource.NONE)),
        "june": _incident(trust, date(2025, 6, 1), None),
        "too young": _incident(trust, date(2025, 9, 1), None),
    }  # fmt: skip


def _incident(trust: Place, month: date, loop: Loop | None) -> UUID:
    facts = Facts(
        f"REF-{month.year}-{month.month}",
        Framework.PSIRF,
        Response.SWARM,
        month,
        "Medicine",
        Theme.ESCALATING,
    )
    with trust.on(TOLD):
        found: UUID = incidents.add_incident(trust.by, trust.organisation, facts).entity_id
    if loop is not None:
        with trust.on(TOLD):
            incidents.record_loop(trust.by, trust.organisation, found, loop, version=1)
    return found


def _loop(
    people: date | None, department: date | None, used: Resource = Resource.OWN, *, closed: bool = False
) -> Loop:
    return Loop(
        "Call for help sooner", people, department, None, used, "" if used is Resource.NONE else "Slides", None,
        Training.NO_CHANGE if closed else None, "", None, "It is taught already" if closed else "",
        department if closed else None,
    )  # fmt: skip


# --- 13 to 16 ----------------------------------------------------------------------------------------------

METHODS = {
    "required": "yes", "required_for": "Nurses and doctors", "money": "unknown", "review_on": date(2026, 1, 31),
}  # fmt: skip
WATCHED = {
    "watched": "yes",
    "indicators": [
        {"name": "Antibiotics in time", "since": date(2024, 9, 1), "latest": date(2025, 10, 1)},
        {"name": "Seen by a senior", "since": date(2025, 3, 1), "latest": date(2025, 6, 30)},
    ],
    "read_on": date(2025, 9, 10), "read_by": "Deteriorating Patient Group",
}  # fmt: skip
SAMPLED = {
    "doctors_form": "yes", "others_form": "yes", "how": "sample", "drawn": "Every tenth name",
    "sample_doctors": {"denominator": 8, "between": 8, "numerator": 7},
    "sample_others": {"denominator": 22, "between": 21, "numerator": 20},
}  # fmt: skip


def _questions(trust: Place) -> None:
    trust.answer(TOLD, "SEP16-13", ABOUT, METHODS)
    trust.answer(TOLD, "SEP16-14", ABOUT, WATCHED)
    trust.answer(TOLD, "SEP16-15", ABOUT, {"proven": "no"})
    trust.answer(TOLD, "SEP16-16", ABOUT, SAMPLED)


# --- January: what was said of October is put right ---------------------------------------------------------


def _put_right(trust: Place, posts: dict[str, Post], items: dict[str, UUID]) -> None:
    """She began a month later; more were trained; learning had been shared; the card followed NICE; and so on."""
    by, at = trust.by, trust.organisation
    posts["Paediatrics"] = replace(posts["Paediatrics"], starts_on=date(2025, 11, 15))
    standing = {each.entity_id: each for each in get_register(by, at.id).posts}
    version = standing[posts["Paediatrics"].id].version
    with trust.on(CORRECTED):
        champions.change_post(by, at, posts["Paediatrics"], version=version)
        more = STAFF | {Group.ALLIED: (Level.RECOGNISE, 80, 72)}
        coverage.record_position(by, at, _numbers(date(2025, 9, 30), more), version=1)
        heard = _loop(date(2025, 4, 15), date(2025, 4, 20))
        incidents.record_loop(by, at, items["march"], heard, version=2)
    trust.check(CORRECTED, "Pocket card", Result.ALIGNED, on=date(2025, 10, 8))
    trust.talk(CORRECTED, "National e-learning", HowDiscussed.SUPERVISOR, date(2025, 10, 10))
    trust.answer(CORRECTED, "SEP16-13", ABOUT, {**METHODS, "required": "no"})
    trust.answer(CORRECTED, "SEP16-14", ABOUT, {**WATCHED, "read_on": date(2025, 3, 10)})
    _practices(trust)
    sampled = {**SAMPLED, "sample_others": {"denominator": 22, "between": 21, "numerator": 19}}
    trust.answer(CORRECTED, "SEP16-16", ABOUT, sampled)


# --- February and March -------------------------------------------------------------------------------------


def _go_on(trust: Place, posts: dict[str, Post], items: dict[str, UUID]) -> None:
    by, at = trust.by, trust.organisation
    checked = date(2026, 2, 10)
    trust.check(checked, "E-learning", Result.ALIGNED)
    trust.check(checked, "Children: course", Result.ALIGNED)
    trust.withdraw(date(2026, 3, 2), "New starters", date(2026, 3, 1))
    trust.talk(LATER, "Children: course", HowDiscussed.TEACHING, date(2026, 3, 5))
    trust.talk(LATER, "National e-learning", HowDiscussed.SUPERVISOR, date(2026, 2, 12))
    with trust.on(date(2026, 3, 10)):
        champions.add_departments(by, at, ["Surgery"], date(2026, 2, 1))
        coverage.record_needs(by, at, _table(MARCH, date(2026, 3, 2)), version=1)
        coverage.record_position(by, at, _numbers(date(2026, 2, 28), MARCH), version=0)
        incidents.record_loop(by, at, items["june"], _loop(date(2026, 2, 10), date(2026, 2, 10)), version=1)
        heard = _loop(date(2026, 3, 5), date(2026, 3, 4), Resource.NATIONAL)
        incidents.record_loop(by, at, items["too young"], heard, version=1)
    trust.answer(LATER, "SEP16-14", LATER_ABOUT, _watched_in_march())
    _shared(trust)
    trust.answer(LATER, "SEP16-16", LATER_ABOUT, {
        "doctors_form": "yes", "others_form": "yes", "how": "system",
        "doctors": {"denominator": 130, "between": 120, "numerator": 118},
        "others": {"denominator": 870, "between": 800, "numerator": 780},
    })  # fmt: skip


def _watched_in_march() -> dict[str, object]:
    return {
        **WATCHED,
        "indicators": [
            {"name": "Antibiotics in time", "since": date(2024, 9, 1), "latest": date(2026, 2, 28)},
            {"name": "Seen by a senior", "since": date(2025, 3, 1), "latest": date(2026, 3, 1)},
        ],
        "read_on": date(2026, 2, 10),
    }  # fmt: skip


# --- 15 ----------------------------------------------------------------------------------------------------


def _practice(title: str, told_nearby: date | None) -> PracticeFacts:
    return PracticeFacts(
        title, "SEP16-15", what="What we did", effect="What changed", effect_measure="An audit",
        contact_role="Practice education team", method="Before and after", sample="Two teams",
        evaluated_on=date(2025, 10, 1), result=EvaluationResult.SHOWS_EFFECT, finding="Faster",
        shared_locally_on=told_nearby, shared_locally_how="The network's meeting" if told_nearby else "",
    )  # fmt: skip


def _practices(trust: Place) -> None:
    """Two are written down that were proven by October; one had been told nearby, and is published now."""
    with trust.on(CORRECTED):
        huddles = add_practice(
            trust.by, trust.organisation, _practice("Huddles", date(2025, 10, 10)), send=True
        )
        add_practice(trust.by, trust.organisation, _practice("Cards", None))
    _publish(trust, CORRECTED, huddles)


def _shared(trust: Place) -> None:
    (cards,) = [each for each in list_practices(trust.by, trust.organisation.id) if each.title == "Cards"]
    facts = _practice("Cards", date(2026, 3, 1))
    with trust.on(LATER):
        cards = change_practice(
            trust.by, trust.organisation, cards.entity_id, facts, version=cards.version, send=True
        )
    _publish(trust, LATER, cards)


def _publish(trust: Place, day: date, row: Practice) -> None:
    lead = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    with trust.on(day):
        publish_practice(lead, row.entity_id, version=row.version)
