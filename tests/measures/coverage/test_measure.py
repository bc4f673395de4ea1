"""What the measure offers: figures as at a position, their trend, needs, rows for a pack, facts; in few questions."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from tests import factories
from tests.measures.coverage.conftest import HEADS, TODAY, Trust, counts, position, table
from tracker import clock
from tracker.access.identity import reader_of
from tracker.access.permissions import Role
from tracker.extensions import db
from tracker.measures.base import At, Supports, Urgency
from tracker.measures.coverage import actions
from tracker.measures.coverage.measure import MEASURE
from tracker.measures.coverage.rules import Count, Group, Level, Line
from tracker.web.transactions import writing

SMALL = counts(HEADS | {Group.STUDENTS: (3, 1)})


def test_the_figure_says_whose_numbers_of_when_and_how_they_were_counted(trust: Trust) -> None:
    trust.needs()
    trust.numbers(position(not_counted="bank and agency", not_counted_about=210))
    figure = trust.figure()
    assert (figure.numerator, figure.denominator, figure.percent) == (893, 1000, 89)
    assert (figure.about, figure.source, figure.recorded_by) == (
        date(2026, 9, 30),
        "ESR report",
        trust.by.user_id,
    )
    assert "within 24 months" in figure.rule and "about 210 bank and agency" in figure.rule
    assert figure.supports is Supports.NOT_YET


def test_recommendation_11_counts_groups(trust: Trust) -> None:
    trust.routes()
    trust.numbers()
    figure = trust.figure("SEP16-11")
    assert (figure.numerator, figure.denominator) == (6, 8)


def test_no_figure_is_neither_nothing_nor_everything(trust: Trust) -> None:
    assert trust.figure().supports is Supports.NO_FIGURE
    assert (trust.figure().numerator, trust.figure().percent) == (None, None)


def test_a_past_position_is_what_had_been_recorded_by_then(trust: Trust, now: list[datetime]) -> None:
    trust.needs()
    trust.numbers()
    now[0] = datetime(2026, 11, 25, tzinfo=UTC)
    trust.numbers(position(lines=counts(HEADS | {Group.CLERICAL: (150, 150)})), version=1)
    then = At(date(2026, 11, 24), clock.end_of_day(date(2026, 11, 24)))
    assert (trust.figure(at=then).numerator, trust.figure(at=At(date(2026, 11, 25))).numerator) == (893, 933)
    before = At(date(2026, 11, 22), clock.end_of_day(date(2026, 11, 22)))
    assert not trust.figure(at=before).exists
    assert not trust.figure(at=At(date(2026, 9, 29))).exists


def test_the_trend_has_each_date_with_the_table_of_its_time(trust: Trust, now: list[datetime]) -> None:
    now[0] = datetime(2026, 2, 1, tzinfo=UTC)
    trust.needs()
    trust.numbers(position(date(2025, 12, 31)))
    now[0] = datetime(2026, 11, 23, tzinfo=UTC)
    trust.needs(table({Group.NURSES: Level.RECOGNISE}), version=1)
    trust.numbers(position(lines=(Count(Line(Group.NURSES, Level.RECOGNISE), 1000, 950),)))
    series = MEASURE.series(trust.by, "SEP16-10", trust.organisation.id, TODAY)
    assert [(each.about, each.numerator) for each in series] == [
        (date(2025, 12, 31), 893),
        (date(2026, 9, 30), 950),
    ]
    assert series[-1].numerator == trust.figure().numerator


def test_a_trend_has_at_most_eight_points(trust: Trust) -> None:
    for month in range(1, 11):
        trust.numbers(position(date(2026, month, 1)))
    series = MEASURE.series(trust.by, "SEP16-11", trust.organisation.id, TODAY)
    assert [each.about for each in series] == [date(2026, month, 1) for month in range(3, 11)]


def test_what_needs_somebody(trust: Trust, now: list[datetime]) -> None:
    texts = [each.text for each in MEASURE.needs(trust.by, trust.organisation.id, TODAY)]
    assert [text.split()[0] for text in texts] == ["Say", "Enter", "Say"]
    trust.needs(table(agreed_by="", agreed_on=None, review_on=None))
    trust.routes()
    trust.numbers(position(date(2025, 10, 1), lines=counts()[:4]))
    found = MEASURE.needs(trust.by, trust.organisation.id, TODAY)
    assert [(each.urgency, each.text.split()[0]) for each in found] == [
        (Urgency.MISSING, "Have"), (Urgency.LATE, "Update"), (Urgency.MISSING, "Count"), (Urgency.MISSING, "Attach"),
    ]  # fmt: skip


def test_small_groups_are_seen_by_the_trust_and_by_nobody_else(trust: Trust) -> None:
    trust.needs()
    trust.numbers(position(lines=SMALL))
    national = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    auditor = factories.identity_of(
        factories.person(Role.AUDITOR, trust.organisation, until=date(2027, 1, 1))
    )
    assert any(part.denominator == 3 for part in trust.figure().parts)
    for identity in (national, auditor):
        seen = trust.figure(identity=identity)
        assert seen.numerator == trust.figure().numerator
        assert not [part for part in seen.parts if part.denominator and part.denominator < 5]


def test_a_trust_of_four_has_counts_that_stay_inside(trust: Trust) -> None:
    trust.needs()
    trust.numbers(position(lines=(Count(Line(Group.NURSES, Level.MANAGE), 4, 3),)))
    assert trust.figure().percent is None
    seen = trust.figure(identity=factories.identity_of(factories.person(Role.NATIONAL_LEAD)))
    assert (seen.numerator, seen.answer) == (None, "fewer than 5 staff")


def test_another_trust_sees_no_figure_of_this_one(trust: Trust) -> None:
    trust.needs()
    trust.numbers()
    other = factories.identity_of(factories.person(Role.CHAMPION, factories.organisation()))
    assert not trust.figure(identity=other).exists


def test_rows_for_a_pack_hold_every_version_and_no_small_group(trust: Trust) -> None:
    trust.needs()
    trust.numbers(position(lines=SMALL))
    trust.numbers(position(source="Second", lines=SMALL), version=1)
    rows = list(MEASURE.rows([trust.organisation.id], At(TODAY)))
    ids = [trust.organisation.id]
    figures = [MEASURE.figures(reader_of(ids), code, ids, At(TODAY))[ids[0]] for code in MEASURE.codes]
    assert [(each.numerator, each.denominator) for each in figures] == [(885, 993), (6, 8)]
    assert {each.source for each in rows} == {"ESR report", "Second"}
    assert any(each.superseded_at for each in rows)
    assert not [each for each in rows if each.figure == "group" and each.denominator and each.denominator < 5]
    assert rows == list(MEASURE.rows([trust.organisation.id], At(TODAY)))
    earlier = At(TODAY, datetime(2026, 1, 1, tzinfo=UTC))
    assert list(MEASURE.rows([trust.organisation.id], earlier)) == []


def test_facts_for_those_who_would_otherwise_ask(trust: Trust) -> None:
    ids = [trust.organisation.id]
    assert MEASURE.facts(trust.by, ids, At(TODAY)) == {ids[0]: {}}
    trust.needs()
    found = MEASURE.facts(trust.by, ids, At(TODAY))[ids[0]]
    assert found["refresher"].stands and found["refresher"].words == "Training counts for 24 months."
    assert found["required"].stands


@pytest.mark.parametrize("code", MEASURE.codes)
def test_figures_of_many_organisations_take_as_many_questions_as_of_one(trust: Trust, code: str) -> None:
    refs = [trust.organisation]
    trust.needs()
    trust.numbers()
    for _ in range(6):
        other = factories.organisation()
        by = factories.identity_of(factories.person(Role.CHAMPION, other))
        with writing():
            actions.record_needs(by, other, table(), version=0)
            actions.record_position(by, other, position(), version=0)
        refs.append(other)
    national = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    asked: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    sizes = []
    for chosen in (refs[:1], refs):
        asked.clear()
        found = MEASURE.figures(national, code, [each.id for each in chosen], At(TODAY))
        assert all(each.exists for each in found.values()) and len(found) == len(chosen)
        sizes.append(len(asked))
    assert sizes[0] == sizes[1] <= 6
