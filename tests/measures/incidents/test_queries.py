"""Who reads what: rows inside the trust, bounded counts outside it, the same number of questions for any number."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from tests import factories
from tests.house.test_queries_counted import counted
from tests.measures.incidents.makers import CANARY, DAY, Register
from tracker import clock
from tracker.access.identity import Identity, reader_of
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.errors import NotFound
from tracker.extensions import db
from tracker.measures.base import At, Supports
from tracker.measures.incidents import actions, queries
from tracker.measures.incidents.measure import MEASURE
from tracker.measures.incidents.queries import Narrowed
from tracker.measures.incidents.queries import counted as module
from tracker.measures.incidents.rules import OUTSIDE_WORDS, Theme
from tracker.measures.rules import headline
from tracker.web.transactions import writing

CODE = "SEP16-18"


@pytest.fixture
def trust(app: Flask) -> OrganisationRef:
    factories.catalogue()
    return factories.organisation("X00901")


@pytest.fixture
def champion(trust: OrganisationRef) -> Identity:
    return factories.identity_of(factories.person(Role.CHAMPION, trust))


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch, champion: Identity, trust: OrganisationRef) -> Register:
    return Register(monkeypatch, champion, trust)


@pytest.fixture
def outsiders(trust: OrganisationRef) -> list[Identity]:
    """A national lead, an auditor of this trust, and somebody of the trust that followed it."""
    follower = factories.identity_of(factories.person(Role.TRUST_LEAD, factories.organisation("X00909")))
    heir = Identity(
        follower.user_id, follower.name, follower.email, follower.roles, predecessors=frozenset({trust.id})
    )
    return [
        factories.identity_of(factories.person(Role.NATIONAL_LEAD)),
        factories.identity_of(factories.person(Role.AUDITOR, trust)),
        heir,
    ]


def months(count: int) -> list[date]:
    return [date(2026, 1 + number % 8, 1) for number in range(count)]


def figure(identity: Identity, trust: OrganisationRef, at: At = At(DAY)):  # noqa: B008  # a frozen value
    return MEASURE.figures(identity, CODE, [trust.id], at)[trust.id]


def test_nothing_is_no_figure(champion: Identity, trust: OrganisationRef) -> None:
    found = figure(champion, trust)
    assert not found.exists and found.supports is Supports.NO_FIGURE
    assert [each.endpoint for each in MEASURE.needs(champion, trust.id, DAY)] == ["incidents.register"]


def test_inside_the_whole_figure_outside_what_may_leave(
    register: Register, champion: Identity, trust: OrganisationRef, outsiders: list[Identity]
) -> None:
    for month in months(4):
        register.learnt(month)
    assert headline(figure(champion, trust)) == "4 of 4"
    for each in outsiders:
        seen = figure(each, trust)
        assert (seen.answer, seen.numerator, seen.supports) == (OUTSIDE_WORDS, None, Supports.NO_FIGURE)
    register.add(date(2026, 8, 1))
    assert headline(figure(champion, trust)) == "4 of 5, 80 %"
    for each in outsiders:
        assert headline(figure(each, trust)) == "4 of 5, 80 %"


def test_what_is_seen_from_outside_holds_nothing_of_a_row(
    register: Register, trust: OrganisationRef, outsiders: list[Identity]
) -> None:
    for month in months(6):
        register.learnt(month)
    register.add(date(2026, 2, 1))
    register.none(date(2025, 1, 1), date(2025, 6, 1))
    for each in outsiders:
        said = [
            figure(each, trust),
            *MEASURE.series(each, CODE, trust.id, DAY),
            *MEASURE.needs(each, trust.id, DAY),
        ]
        assert CANARY not in repr(said)
    assert CANARY not in repr(list(MEASURE.rows([trust.id], At(DAY))))


def test_rows_are_not_there_for_people_from_outside(
    register: Register, champion: Identity, trust: OrganisationRef, outsiders: list[Identity]
) -> None:
    item, nil = register.learnt(date(2026, 1, 1)), register.none(date(2025, 1, 1), date(2025, 6, 1))
    assert queries.count_register(champion, trust.id, Narrowed()) == 1
    for each in outsiders:
        assert not queries.sees_rows(each, trust.id)
        assert queries.list_register(each, trust.id, Narrowed(), limit=9, offset=0) == []
        assert queries.count_register(each, trust.id, Narrowed()) == 0
        assert queries.list_departments(each, trust.id) == []
        assert queries.list_months(each, trust.id) == []
        assert queries.list_references(each, trust.id) == []
        assert queries.list_versions(each, trust.id, item) == []
        assert queries.list_nils(each, trust.id) == []
        with pytest.raises(NotFound):
            queries.get_incident(each, trust.id, item, removed=True)
        with pytest.raises(NotFound):
            queries.get_nil(each, trust.id, nil)


def test_needs_are_for_the_trust_alone(
    register: Register, champion: Identity, trust: OrganisationRef, outsiders: list[Identity]
) -> None:
    register.none(date(2025, 1, 1), date(2025, 6, 1))
    register.add(date(2025, 6, 1))
    inside = MEASURE.needs(champion, trust.id, DAY)
    assert [each.endpoint for each in inside] == [
        "incidents.take_back", "incidents.loop", "incidents.register",
    ]  # fmt: skip
    for each in outsiders:
        assert [need.endpoint for need in MEASURE.needs(each, trust.id, DAY)] == ["incidents.register"]


def test_a_foreign_trust_gives_nothing(register: Register, trust: OrganisationRef) -> None:
    register.learnt(date(2026, 1, 1))
    stranger = factories.identity_of(factories.person(Role.CHAMPION, factories.organisation()))
    assert not figure(stranger, trust).exists


def test_as_at_is_what_had_been_recorded_by_then(
    register: Register, champion: Identity, trust: OrganisationRef
) -> None:
    item = register.add(date(2026, 3, 1), on=date(2026, 4, 2))
    register.share(item, date(2026, 3, 1), on=date(2026, 9, 10))
    before = At(date(2026, 9, 9), clock.end_of_day(date(2026, 9, 9)))
    after = At(date(2026, 9, 10), clock.end_of_day(date(2026, 9, 10)))
    assert headline(figure(champion, trust, before)) == "0 of 1"
    assert headline(figure(champion, trust, after)) == "1 of 1"
    # Shared in April, entered in September: about the past, known only later.
    assert figure(champion, trust, At(date(2026, 9, 9))).numerator == 1
    assert (
        queries.list_register(champion, trust.id, Narrowed(), limit=9, offset=0, at=before.moment)[0].version
        == 1
    )


def test_a_confirmation_as_at(register: Register, champion: Identity, trust: OrganisationRef) -> None:
    register.none(date(2025, 3, 1), date(2026, 8, 1), on=date(2026, 9, 4))
    early, then = date(2026, 9, 3), date(2026, 9, 4)
    assert not figure(champion, trust, At(early, clock.end_of_day(early))).exists
    assert (
        "confirmed by the patient safety team"
        in figure(champion, trust, At(then, clock.end_of_day(then))).answer
    )


def test_the_trend_is_eight_points_each_as_it_stood(
    register: Register, champion: Identity, trust: OrganisationRef
) -> None:
    item = register.add(date(2025, 10, 1), on=date(2025, 11, 2))
    register.share(item, date(2025, 10, 1), on=date(2026, 2, 1))
    points = MEASURE.series(champion, CODE, trust.id, DAY)
    assert [each.about for each in points] == [
        date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31),
        date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), DAY,
    ]  # fmt: skip
    # October 2025 enters the cohort in January 2026 and leaves it in January 2027.
    assert [headline(each) for each in points] == [*["No figure yet"] * 4, *["1 of 1"] * 4]
    assert MEASURE.series(champion, "SEP16-12", trust.id, DAY) == []


def test_what_is_taken_out_counts_no_more_but_did_before(
    register: Register, champion: Identity, trust: OrganisationRef
) -> None:
    item = register.add(date(2026, 3, 1), on=date(2026, 4, 2))
    with writing():
        actions.remove_incident(champion, trust, item, "Entered twice", version=1)
    assert not figure(champion, trust).exists
    then = At(date(2026, 6, 1), clock.end_of_day(date(2026, 6, 1)))
    assert figure(champion, trust, then).denominator == 1


def test_the_register_is_narrowed_and_paged(
    register: Register, champion: Identity, trust: OrganisationRef
) -> None:
    register.learnt(date(2025, 3, 1))
    register.add(date(2026, 3, 1), theme=Theme.TESTS, department="Ward 7")
    register.add(date(2026, 5, 1))

    def found(limit: int = 9, offset: int = 0, **narrowed: object) -> list[str]:
        wanted = Narrowed(**narrowed)  # type: ignore[arg-type]
        rows = queries.list_register(champion, trust.id, wanted, limit=limit, offset=offset)
        assert offset or limit < 9 or queries.count_register(champion, trust.id, wanted) == len(rows)
        return [each.reference.removeprefix(f"{CANARY}-") for each in rows]

    assert found() == ["3", "2", "1"], "open ones first, then the newest"
    assert found(state="closed") == ["1"] and found(state="open") == ["3", "2"]
    assert found(department="Ward 7") == ["2"] and found(theme="tests") == ["2"]
    assert found(year=2025) == ["1"] and found(year=2026) == ["3", "2"]
    assert found(limit=1, offset=1) == ["2"]


def test_a_pack_holds_counts_and_no_row(register: Register, trust: OrganisationRef) -> None:
    for month in [date(2026, 1, 1)] * 5 + [date(2026, 4, 1)] * 6 + [date(2026, 7, 1)]:
        register.learnt(month)
    rows = list(MEASURE.rows([trust.id], At(DAY)))
    figure = MEASURE.figures(reader_of([trust.id]), CODE, [trust.id], At(DAY))[trust.id]
    assert (figure.numerator, figure.denominator) == (12, 12)
    quarters = {each.group: (each.numerator, each.denominator) for each in rows if each.figure == "quarter"}
    assert quarters["2026 Q1: learning shared with the people involved and their department"] == (5, 5)
    assert quarters["2026 Q2: closed"] == (6, 6)
    assert quarters["2026 Q3"] == (None, None) and quarters["2025 Q4"] == (None, None)
    assert all(each.denominator is None or each.denominator >= 5 for each in rows)


def test_a_pack_of_a_small_trust_says_only_that_it_is_small(
    register: Register, trust: OrganisationRef
) -> None:
    register.learnt(date(2026, 1, 1))
    assert list(MEASURE.rows([trust.id], At(DAY))) == []
    reader, before = reader_of([trust.id]), At(DAY, datetime(2026, 11, 1, tzinfo=UTC))
    figure = MEASURE.figures(reader, CODE, [trust.id], At(DAY))[trust.id]
    assert (figure.answer, figure.numerator, figure.supports) == (OUTSIDE_WORDS, None, Supports.NO_FIGURE)
    assert MEASURE.figures(reader, CODE, [trust.id], before)[trust.id].answer == ""


def test_the_same_number_of_questions_for_any_number_of_trusts(
    register: Register, champion: Identity
) -> None:
    register.learnt(date(2026, 1, 1))
    national = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    trusts = [factories.organisation() for _each in range(30)]
    asked = []
    for some in (trusts[:5], trusts):
        db.session.rollback()
        with counted(db.engine) as statements:
            MEASURE.figures(national, CODE, [each.id for each in some], At(DAY))
        asked.append(len(statements))
    assert asked == [3, 3]


def test_more_trusts_than_a_statement_may_name(
    register: Register, champion: Identity, trust: OrganisationRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    register.learnt(date(2026, 1, 1))
    monkeypatch.setattr(module, "NAMED", 0)
    assert figure(champion, trust).numerator == 1
