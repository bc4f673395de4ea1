"""Counts of use, evaluations, new training and funding: rules by example, versions, refusals, and who may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests import factories
from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.audit.models import AuditEvent
from tracker.errors import Conflict, NotAllowed, NotFound, RuleBroken
from tracker.extensions import db
from tracker.library import actions, queries
from tracker.library.actions import CountedBefore, PeriodsOverlap
from tracker.library.rules import (
    Audience,
    Counted,
    DevelopmentFacts,
    EvaluationFacts,
    EvaluationResult,
    FundingFacts,
    Learner,
    Patients,
    Reach,
    Setting,
    Stage,
    UsageFacts,
    announced_first,
)
from tracker.library.rules.developing import (
    names_title,
    problems_of_development,
    problems_of_funding,
)
from tracker.library.rules.evaluations import problems_of_evaluation
from tracker.library.rules.usage import overlaps, problems_of_usage, same_count, years_of
from tracker.library.rules.using import Rating, latest_ratings
from tracker.web.transactions import writing

TODAY = date(2026, 11, 23)
ID = UUID(int=1)
COUNT = UsageFacts(
    ID, Counted.COMPLETIONS, 120, date(2026, 7, 1), date(2026, 9, 30), "Platform report", date(2026, 10, 2)
)
DONE = EvaluationFacts(
    ID, "Before and after", "Nurses", 40, date(2026, 5, 1), EvaluationResult.SHOWS_EFFECT, "They knew more",
    "https://reports.example/film",
)  # fmt: skip
WARD_NURSES = Audience(frozenset({Learner.NURSING}), frozenset({Setting.HOSPITAL}), Patients.ADULTS)
COURSE = DevelopmentFacts(
    "A course", "About sepsis", Reach.LOCAL, Stage.PLANNED, date(2026, 10, 1), WARD_NURSES
)


def fields(problems: object) -> list[str]:
    return [field for field, _words in problems]  # type: ignore[attr-defined]


# --- rules ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes, wrong",
    [
        ({}, []),
        ({"period_until": TODAY, "read_on": TODAY}, []),
        ({"number": 0}, []),
        ({"number": -1}, ["number"]),
        ({"period_until": date(2026, 6, 30)}, ["period_until"]),
        ({"period_until": TODAY + timedelta(days=1), "read_on": TODAY}, ["period_until"]),
        ({"read_on": TODAY + timedelta(days=1)}, ["read_on"]),
        ({"read_on": date(2026, 9, 29)}, ["read_on"]),
        ({"source": ""}, ["source"]),
        ({"rated": 10, "rated_useful": 10}, []),
        ({"rated": 0, "rated_useful": 0}, []),
        ({"rated": 10, "rated_useful": 11}, ["rated_useful"]),
        ({"rated": 10}, ["rated_useful"]),
        ({"rated_useful": 10}, ["rated"]),
        ({"rated": -1, "rated_useful": -1}, ["rated"]),
    ],
)
def test_what_a_count_needs(changes: dict[str, object], wrong: list[str]) -> None:
    assert fields(problems_of_usage(replace(COUNT, **changes), TODAY)) == wrong  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changes, same, overlapping",
    [
        ({}, True, True),
        ({"source": "  PLATFORM   report"}, True, True),
        ({"number": 5, "read_on": TODAY}, True, True),
        ({"source": "Another"}, False, False),
        ({"counted": Counted.VIEWS}, False, False),
        ({"resource_id": UUID(int=2)}, False, False),
        ({"period_until": date(2026, 9, 29)}, False, True),
        ({"period_from": date(2026, 9, 30), "period_until": date(2026, 10, 30)}, False, True),
        ({"period_from": date(2026, 10, 1), "period_until": date(2026, 10, 30)}, False, False),
    ],
)
def test_the_same_count_and_an_overlapping_one(
    changes: dict[str, object], same: bool, overlapping: bool
) -> None:
    other = replace(COUNT, **changes)  # type: ignore[arg-type]
    assert same_count(COUNT, other) is same
    assert overlaps(COUNT, other) is overlapping is overlaps(other, COUNT)


DAYS = st.dates(date(2020, 1, 1), date(2020, 3, 1))


@given(st.tuples(DAYS, DAYS).map(sorted), st.tuples(DAYS, DAYS).map(sorted))
def test_two_periods_overlap_when_a_day_is_in_both(one: list[date], other: list[date]) -> None:
    mine, theirs = (replace(COUNT, period_from=first, period_until=last) for first, last in (one, other))
    shared = {one[0] + timedelta(days=n) for n in range((one[1] - one[0]).days + 1)} & {
        other[0] + timedelta(days=n) for n in range((other[1] - other[0]).days + 1)
    }
    assert overlaps(mine, theirs) is bool(shared)


def test_a_period_belongs_to_each_year_that_it_touches() -> None:
    assert years_of([(date(2025, 12, 1), date(2026, 1, 31)), (date(2026, 5, 1), date(2026, 5, 2))]) == [
        2026,
        2025,
    ]


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 300), st.integers(0, 50)), max_size=20))
def test_one_rating_of_each_resource_counts_and_none_is_added_to_another(
    told: list[tuple[int, int, int]],
) -> None:
    start = date(2026, 1, 1)
    ratings = [
        Rating(UUID(int=key), start + timedelta(days=ago), TODAY, useful, 50, factories.LONG_AGO)
        for key, ago, useful in told
    ]
    found = latest_ratings(ratings)
    assert len(found) == len({each.resource_id for each in ratings})
    for each in found:
        same = [one for one in ratings if one.resource_id == each.resource_id]
        assert each in same and each.period_until == max(one.period_until for one in same)


@pytest.mark.parametrize(
    "changes, wrong",
    [
        ({}, []),
        ({"evaluated_on": None, "result": None, "finding": ""}, []),
        ({"method": ""}, ["method"]),
        ({"evaluated_on": None}, ["evaluated_on"]),
        ({"result": None, "finding": ""}, ["result"]),
        ({"evaluated_on": TODAY + timedelta(days=1)}, ["evaluated_on"]),
        ({"sample_size": -1}, ["sample_size"]),
        ({"evaluated_on": None, "result": None}, ["result"]),
    ],
)
def test_what_an_evaluation_needs(changes: dict[str, object], wrong: list[str]) -> None:
    assert fields(problems_of_evaluation(replace(DONE, **changes), TODAY)) == wrong  # type: ignore[arg-type]


FOUND = {"overlap_with": "Their course", "overlap_found_on": date(2026, 10, 5)}
SETTLED = {**FOUND, "overlap_settled_on": date(2026, 10, 9), "overlap_settlement": "Made into one"}


@pytest.mark.parametrize(
    "changes, wrong",
    [
        ({}, []),
        (FOUND, []),
        (SETTLED, []),
        ({"title": ""}, ["title"]),
        ({"what": ""}, ["what"]),
        ({"audience": replace(WARD_NURSES, staff=frozenset())}, ["staff"]),
        ({"audience": replace(WARD_NURSES, settings=frozenset())}, ["settings"]),
        ({"announced_on": TODAY + timedelta(days=1)}, ["announced_on"]),
        ({"starts_on": TODAY + timedelta(days=90)}, []),
        ({"stage": Stage.UNDER_WAY}, ["starts_on"]),
        ({"stage": Stage.FINISHED, "starts_on": TODAY + timedelta(days=1)}, ["starts_on"]),
        ({"stage": Stage.STOPPED}, []),
        ({"overlap_with": "Their course"}, ["overlap_found_on"]),
        ({"overlap_found_on": TODAY}, ["overlap_with"]),
        ({**SETTLED, "overlap_settlement": ""}, ["overlap_settlement"]),
        ({**SETTLED, "overlap_settled_on": None}, ["overlap_settled_on"]),
        ({**SETTLED, "overlap_settled_on": date(2026, 10, 4)}, ["overlap_settled_on"]),
        ({**FOUND, "overlap_found_on": TODAY + timedelta(days=1)}, ["overlap_found_on"]),
    ],
)
def test_what_a_development_needs(changes: dict[str, object], wrong: list[str]) -> None:
    assert fields(problems_of_development(replace(COURSE, **changes), TODAY)) == wrong  # type: ignore[arg-type]


def test_a_day_to_come_is_said_by_what_it_is_the_day_of() -> None:
    """Three days stand in the form of new training: “the date” would be any of them."""
    late = TODAY + timedelta(days=1)
    days = {"announced_on": late, "overlap_found_on": late, "overlap_settled_on": late}
    said = problems_of_development(replace(COURSE, **{**SETTLED, **days}), TODAY)  # type: ignore[arg-type]
    said += problems_of_funding(FundingFacts("", "", "", late), TODAY)
    assert said == [
        ("announced_on", "The day on which others were first told must be today or in the past"),
        ("overlap_found_on", "The day the overlap was found must be today or in the past"),
        ("overlap_settled_on", "The day the overlap was settled must be today or in the past"),
        ("checked_on", "The day on which you checked this must be today or in the past"),
    ]


def test_who_says_what_funds_it_says_when_that_was_checked() -> None:
    assert fields(problems_of_funding(FundingFacts("", "", "", None), TODAY)) == ["checked_on"]
    assert fields(problems_of_funding(FundingFacts("", "", "", TODAY + timedelta(days=1)), TODAY)) == [
        "checked_on"
    ]
    assert problems_of_funding(FundingFacts("", "", "", TODAY), TODAY) == []


@pytest.mark.parametrize(
    "stage, starts, first",
    [
        (Stage.PLANNED, None, True),
        (Stage.STOPPED, None, True),
        (Stage.STOPPED, date(2026, 10, 2), True),
        (Stage.STOPPED, date(2026, 9, 1), False),
        (Stage.UNDER_WAY, None, False),
        (Stage.UNDER_WAY, date(2026, 10, 2), True),
        (Stage.UNDER_WAY, date(2026, 10, 1), False),
        (Stage.FINISHED, date(2026, 9, 1), False),
    ],
)
def test_announced_before_work_began(stage: Stage, starts: date | None, first: bool) -> None:
    assert announced_first(stage, date(2026, 10, 1), starts) is first


@pytest.mark.parametrize(
    "said, named",
    [
        ("", False),
        ("Their course", False),
        ("The same as “sister’s SEPSIS  round” of Southmoor", True),
        ("sepsis", False),
    ],
)
def test_an_overlap_that_somebody_wrote_down_names_the_other_by_its_title(said: str, named: bool) -> None:
    assert names_title(said, "Sister's sepsis round") is named


# --- actions ----------------------------------------------------------------------------------------------


@pytest.fixture
def ours(app: Flask) -> OrganisationRef:
    return factories.organisation("X00901", "Northmoor Hospitals")


@pytest.fixture
def film(app: Flask) -> UUID:
    return factories.national_resource("sepsis-film", "A film")


@pytest.fixture
def champion(ours: OrganisationRef) -> Identity:
    return factories.identity_of(factories.person(Role.CHAMPION, ours))


def count(
    who: Identity, where: OrganisationRef, resource: UUID, anyway: bool = False, **changes: object
) -> UUID:
    facts = replace(COUNT, resource_id=resource, **changes)  # type: ignore[arg-type]
    with writing():
        return actions.add_usage(who, where, facts, anyway=anyway).entity_id


def types() -> list[str]:
    query = select(AuditEvent.type).order_by(AuditEvent.at, AuditEvent.seq)
    words = ("usage.", "evaluation.", "development.", "funding.")
    return [each for each in db.session.scalars(query) if each.startswith(words)]


def test_a_count_is_added_corrected_and_marked_as_a_mistake(
    champion: Identity, ours: OrganisationRef, film: UUID
) -> None:
    key = count(champion, ours, film)
    facts = replace(COUNT, resource_id=film, number=121)
    with writing():
        actions.change_usage(champion, ours, key, facts, version=1)
    with writing():
        actions.mark_usage_mistaken(champion, ours, key, "Another film’s count", version=2)
    row = queries.get_usage(champion, ours.id, key)
    assert (row.version, row.number, row.mistaken_reason) == (3, 121, "Another film’s count")
    assert queries.list_usage_of(film, demonstration=True) == []
    assert types() == ["usage.added", "usage.changed", "usage.mistaken"]
    # What was a mistake may be entered again.
    count(champion, ours, film)
    assert len(queries.list_usage_of(film, demonstration=True)) == 1


def test_the_same_count_twice_leads_to_the_first(
    champion: Identity, ours: OrganisationRef, film: UUID
) -> None:
    first = count(champion, ours, film)
    with pytest.raises(CountedBefore) as broken:
        count(champion, ours, film, anyway=True, source="platform REPORT", number=5)
    assert broken.value.first == first
    assert count(champion, ours, film, source="Another report") != first


def test_overlapping_periods_are_asked_about_and_saved_when_meant(
    champion: Identity, ours: OrganisationRef, film: UUID
) -> None:
    first = count(champion, ours, film)
    month = {"period_from": date(2026, 9, 1), "period_until": date(2026, 9, 30)}
    with pytest.raises(PeriodsOverlap) as broken:
        count(champion, ours, film, **month)
    assert broken.value.others == (first,) and fields(broken.value.problems) == ["anyway"]
    count(champion, ours, film, anyway=True, **month)
    assert len(queries.list_counts(champion, ours.id, film)) == 2


def test_what_stands_first_is_never_overwritten(
    champion: Identity, ours: OrganisationRef, film: UUID
) -> None:
    key = count(champion, ours, film)
    with pytest.raises(Conflict), writing():
        actions.change_usage(champion, ours, key, replace(COUNT, resource_id=film), version=7)


@pytest.mark.parametrize(
    "changes, wrong",
    [
        ({"resource_id": UUID(int=9)}, "resource_id"),
        ({"note": "Patient 943 476 5919"}, "note"),
        ({"source": "Report of 943 476 5919"}, "source"),
        ({"evidence_id": UUID(int=9)}, "evidence_id"),
    ],
)
def test_a_count_that_is_refused(
    champion: Identity, ours: OrganisationRef, film: UUID, changes: dict[str, object], wrong: str
) -> None:
    facts = replace(COUNT, **{"resource_id": film, **changes})  # type: ignore[arg-type]
    with pytest.raises(RuleBroken) as broken, writing():
        actions.add_usage(champion, ours, facts)
    assert fields(broken.value.problems) == [wrong]


def test_only_those_of_an_open_organisation_write(ours: OrganisationRef, film: UUID) -> None:
    other = factories.organisation("X00902")
    closed = factories.organisation("X00903", closed_on=clock.today() - timedelta(days=9))
    strangers = [
        (factories.identity_of(factories.person(Role.CHAMPION, other)), ours),
        (factories.identity_of(factories.person(Role.NATIONAL_LEAD)), ours),
        (factories.identity_of(factories.person(Role.CHAMPION, closed)), closed),
    ]
    facts = replace(COUNT, resource_id=film)
    for who, where in strangers:
        tries: list[Callable[[], object]] = [
            lambda who=who, where=where: actions.add_usage(who, where, facts),  # type: ignore[misc]
            lambda who=who, where=where: actions.add_evaluation(who, where, DONE),  # type: ignore[misc]
            lambda who=who, where=where: actions.add_development(who, where, COURSE),  # type: ignore[misc]
        ]
        for each in tries:
            with pytest.raises(NotAllowed), writing():
                each()


def test_another_organisations_rows_are_not_there(
    champion: Identity, ours: OrganisationRef, film: UUID
) -> None:
    other = factories.organisation("X00902")
    theirs = factories.identity_of(factories.person(Role.CHAMPION, other))
    key = count(champion, ours, film)
    for where in (ours, other):
        with pytest.raises(NotFound):
            queries.get_usage(theirs, where.id, key)


def test_a_method_in_hand_is_finished_later(champion: Identity, ours: OrganisationRef, film: UUID) -> None:
    with writing():
        key = actions.add_evaluation(champion, ours, EvaluationFacts(film, "Before and after")).entity_id
    done = replace(DONE, resource_id=film, link="https://reports.example/film")
    with writing():
        actions.change_evaluation(champion, ours, key, done, version=1)
    (found,) = queries.list_evaluations_of(film, demonstration=True)
    assert (found.row.result, found.publisher.name) == (EvaluationResult.SHOWS_EFFECT, "Northmoor Hospitals")
    with writing():
        actions.mark_evaluation_mistaken(champion, ours, key, "Another film", version=2)
    assert queries.list_evaluations_of(film, demonstration=True) == []
    assert types() == ["evaluation.added", "evaluation.changed", "evaluation.mistaken"]


@pytest.mark.parametrize(
    "changes, wrong",
    [
        ({"link": "ftp://reports.example"}, "link"),
        ({"link": ""}, "link"),
        ({"finding": "Patient 943 476 5919"}, "finding"),
        ({"resource_id": UUID(int=9)}, "resource_id"),
    ],
)
def test_an_evaluation_that_is_refused(
    champion: Identity, ours: OrganisationRef, film: UUID, changes: dict[str, object], wrong: str
) -> None:
    facts = replace(DONE, **{"resource_id": film, **changes})  # type: ignore[arg-type]
    with pytest.raises(RuleBroken) as broken, writing():
        actions.add_evaluation(champion, ours, facts)
    assert fields(broken.value.problems) == [wrong]


def test_a_development_is_told_once(champion: Identity, ours: OrganisationRef) -> None:
    with writing():
        key = actions.add_development(champion, ours, COURSE).entity_id
    with pytest.raises(RuleBroken) as broken, writing():
        actions.add_development(champion, ours, replace(COURSE, title="A COURSE"))
    assert fields(broken.value.problems) == ["title"]
    with writing():
        actions.change_development(champion, ours, key, replace(COURSE, what="More"), version=1)
    (found,) = queries.list_all_developments(True)
    assert (found.row.version, found.row.what, found.publisher.code) == (2, "More", "X00901")
    assert queries.list_all_developments(False) == []
    assert types() == ["development.added", "development.changed"]


def test_funding_is_the_national_leads_and_every_state_is_kept(champion: Identity, film: UUID) -> None:
    national = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    facts = FundingFacts("A fund", "A university", "Until 2028", date(2026, 11, 1))
    with writing():
        actions.record_funding(national, "sepsis-film", facts, version=1)
    rows = queries.list_national_history("sepsis-film")
    assert [(row.version, row.funder, row.developer) for row in rows] == [
        (2, "A fund", "A university"),
        (1, "", ""),
    ]
    assert rows[0].entity_id == film and types() == ["funding.changed"]
    with pytest.raises(Conflict), writing():
        actions.record_funding(national, "sepsis-film", facts, version=1)
    with pytest.raises(NotAllowed), writing():
        actions.record_funding(champion, "sepsis-film", facts, version=2)
