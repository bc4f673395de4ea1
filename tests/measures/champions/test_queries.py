"""Reading champions: past days exact, names for those who may see them, as many questions for many as for one."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import factories
from tests.house.test_queries_counted import counted
from tests.measures.champions.conftest import TODAY, Trust
from tracker import clock
from tracker.access.identity import reader_of
from tracker.access.permissions import Role
from tracker.extensions import db
from tracker.measures import find_facts
from tracker.measures.base import At, Supports, figure_rows
from tracker.measures.champions import queries
from tracker.measures.champions.measure import MEASURE
from tracker.measures.champions.queries import PostFilter
from tracker.measures.champions.rules import Arrangement, Decision

CODE = "SEP16-12"


def figure(trust: Trust, at: At):
    return MEASURE.figures(trust.by, CODE, [trust.organisation.id], at)[trust.organisation.id]


@pytest.fixture
def told(trust: Trust, set_clock) -> Trust:
    """Decided in March, arranged and filled in June, one left in September."""
    set_clock(date(2026, 3, 10))
    trust.decide(on=date(2026, 3, 1))
    set_clock(date(2026, 6, 10))
    trust.arrange(Arrangement.EACH_DEPARTMENT)
    wards = trust.departments("ED", "Maternity", "Surgery", "Paediatrics", "Medicine", since=date(2026, 6, 1))
    for name, ward in zip(("A", "B", "C", "D"), wards, strict=False):
        trust.post(name, date(2026, 6, 1), department_id=ward, deputy="Deputy " + name)
    trust.review(date(2026, 6, 5))
    set_clock(date(2026, 9, 20))
    leaver = queries.get_register(trust.by, trust.organisation.id).posts[-1]
    trust.hand_over(leaver.entity_id, date(2026, 9, 15), "E", date(2026, 10, 5))
    set_clock(TODAY)
    return trust


def test_the_figure_worked_by_hand(told: Trust) -> None:
    now = figure(told, At(TODAY))
    assert (now.numerator, now.denominator, now.percent, now.supports) == (4, 5, 80, Supports.IN_PLACE)
    gap = figure(told, At(date(2026, 9, 30), clock.end_of_day(date(2026, 9, 30))))
    assert (gap.numerator, gap.denominator) == (3, 5), "nobody between 15 September and 5 October"
    known_then = figure(told, At(date(2026, 9, 19), clock.end_of_day(date(2026, 9, 19))))
    assert known_then.numerator == 4, "that she had left was recorded a day later"
    march = figure(told, At(date(2026, 3, 31), clock.end_of_day(date(2026, 3, 31))))
    assert (march.answer, march.supports) == ("considered and adopted", Supports.NOT_YET)
    before = figure(told, At(date(2026, 3, 9), clock.end_of_day(date(2026, 3, 9))))
    assert not before.exists and before.supports is Supports.NO_FIGURE


def test_what_is_entered_later_never_changes_a_past_day(told: Trust) -> None:
    june = At(date(2026, 6, 30), clock.end_of_day(date(2026, 6, 30)))
    before = figure(told, june)
    told.departments("Late ward", since=date(2026, 6, 1))
    assert figure(told, june) == before
    assert figure(told, At(TODAY)).denominator == 6


def test_the_trend_is_quarter_ends_each_as_it_was_known(told: Trust) -> None:
    points = MEASURE.series(told.by, CODE, told.organisation.id, TODAY)
    assert [(each.about, each.numerator) for each in points] == [
        (date(2026, 3, 31), None), (date(2026, 6, 30), 4), (date(2026, 9, 30), 3), (TODAY, 4),
    ]  # fmt: skip


def test_who_may_see_names(told: Trust) -> None:
    place, post = told.organisation, queries.get_register(told.by, told.organisation.id).posts[0].entity_id
    for role, where, sees in (
        (Role.CHAMPION, place, True),
        (Role.TRUST_LEAD, place, True),
        (Role.NATIONAL_LEAD, None, True),
        (Role.AUDITOR, place, False),
    ):
        someone = factories.identity_of(factories.person(role, where))
        picture = queries.list_pictures(someone, [place.id])[place.id]
        assert {bool(each.holder.name) for each in picture.posts} == {sees}, role
        assert {bool(each.deputy.name) for each in picture.posts if each.has_deputy} == {sees}, role
        assert bool(queries.list_names(someone, place.id, [post])) is sees
        hits = queries.list_posts(someone, place.id, PostFilter("Deputy"), limit=50, offset=0)[1]
        assert hits == (4 if sees else 0), "a search tells nobody what they may not read"
        texts = " ".join(each.text for each in MEASURE.needs(someone, place.id, TODAY))
        assert ("deputy for E" in texts) is sees


def test_another_trust_sees_nothing(told: Trust) -> None:
    other = factories.organisation("X00102")
    stranger = factories.identity_of(factories.person(Role.CHAMPION, other))
    assert queries.list_pictures(stranger, [told.organisation.id]) == {}
    assert not MEASURE.figures(stranger, CODE, [told.organisation.id], At(TODAY))[told.organisation.id].exists
    assert MEASURE.needs(stranger, told.organisation.id, TODAY)[0].text.startswith("Record what was decided")


def test_the_list_of_people_is_filtered_and_paged(told: Trust) -> None:
    def names(text: str = "", show: str = "", limit: int = 50, offset: int = 0) -> list[str]:
        rows, _total = queries.list_posts(
            told.by, told.organisation.id, PostFilter(text, show), limit=limit, offset=offset
        )
        return [each.name for each in rows]

    assert names()[-1] == "A" and len(names()) == 5, "who has left comes last"
    assert (
        names(show="over") == ["A"]
        and set(names(show="now")) == {"B", "C", "D", "E"}
        and names(show="to_come") == []
    )
    assert names("deputy b") == ["B"] and names("100%") == []
    assert [*names(limit=3), *names(limit=3, offset=3)] == names()


def test_rows_for_a_pack_hold_versions_up_to_the_moment_and_no_name(told: Trust) -> None:
    at = At(date(2026, 9, 19), clock.end_of_day(date(2026, 9, 19)))
    rows = list(MEASURE.rows([told.organisation.id], at))
    assert rows == list(MEASURE.rows([told.organisation.id], at)), "the same each time"
    kinds = [each.figure for each in rows]
    assert {each: kinds.count(each) for each in set(kinds)} == {
        "decision": 1, "model": 1, "department": 5, "post": 4, "review": 1,
    }  # fmt: skip
    assert all(each.superseded_at is None for each in rows), "what superseded them came later"
    assert all(each.recorded_at is None or each.recorded_at <= at.moment for each in rows)
    later = [each for each in MEASURE.rows([told.organisation.id], At(TODAY)) if each.figure == "post"]
    assert len(later) == 6 and sum(each.superseded_at is not None for each in later) == 1
    for each in later:
        said = " ".join(map(str, (each.group, each.value, each.note, each.rule)))
        assert not any(f" {name} " in f" {said} " for name in "ABCDE") and "Deputy A" not in said


def test_a_pack_tells_an_organisation_without_a_row_that_there_is_no_figure(trust: Trust) -> None:
    ids = [trust.organisation.id]
    assert list(MEASURE.rows(ids, At(TODAY))) == []
    (row,) = figure_rows(ids[0], MEASURE.figures(reader_of(ids), CODE, ids, At(TODAY))[ids[0]])
    assert (row.figure, row.numerator, row.supports) == ("figure", None, Supports.NO_FIGURE)


def test_decisions_are_told_apart_for_a_summary(told: Trust) -> None:
    other = factories.organisation("X00102")
    Trust(other, factories.identity_of(factories.person(Role.CHAMPION, other))).decide(Decision.NO)
    national = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    found = queries.list_decisions(national, [told.organisation.id, other.id])
    assert found == {told.organisation.id: Decision.ADOPT, other.id: Decision.NO}


def test_the_fact_for_recommendation_13(told: Trust) -> None:
    facts = find_facts(told.by, ["champions.owner"], [told.organisation.id], At(TODAY))[told.organisation.id]
    assert facts["champions.owner"].stands


def test_many_organisations_cost_as_many_questions_as_one(app: Flask, told: Trust) -> None:
    others = [factories.organisation() for _ in range(12)]
    for each in others:
        Trust(each, factories.identity_of(factories.person(Role.CHAMPION, each))).decide()
    national = factories.identity_of(factories.person(Role.NATIONAL_LEAD))

    def asked(ids) -> int:
        db.session.rollback()
        with counted(db.engine) as statements:
            assert len(MEASURE.figures(national, CODE, ids, At(TODAY))) == len(ids)
        return len(statements)

    assert asked([others[0].id]) == asked([each.id for each in others]) == 6
    assert sa.inspect(db.engine) is not None


def test_a_long_list_is_not_handed_to_the_database(told: Trust, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.measures.champions.queries.register.LISTED", 0)
    assert figure(told, At(TODAY)).numerator == 4
