"""What the measure offers: figures as at a date, trends, needs, export rows, facts of registers; the action's locks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import factories
from tracker import clock, measures
from tracker.access.identity import reader_of
from tracker.access.permissions import Role
from tracker.catalogue import loader
from tracker.catalogue.actions import sync_catalogue
from tracker.catalogue.rules import read_sets
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.extensions import db
from tracker.measures.base import At, Fact, Supports, Urgency, figure_rows
from tracker.measures.questions.actions import AnswersInput, answer_questions
from tracker.measures.questions.measure import MEASURE
from tracker.measures.rules import lag_days, position
from tracker.web.transactions import writing

CODE = "SEP16-13"
FOUR = {
    "refresher": "yes", "required": "yes", "required_for": "Nurses", "owner": "yes", "owner_who": "Jo Somebody",
    "money": "no", "review_on": date(2027, 1, 31),
}  # fmt: skip


@pytest.fixture
def trust(app: Flask):
    factories.catalogue()
    return factories.organisation("X00101", "Northmoor University Hospitals")


@pytest.fixture
def champion(trust):
    return factories.identity_of(factories.person(Role.CHAMPION, trust))


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch):
    """`at(2026, 5, 1)` makes it noon of that day."""

    def set_day(*day: int) -> None:
        monkeypatch.setattr(clock, "now", lambda: datetime(*day, 12, tzinfo=UTC))  # type: ignore[misc]

    return set_day


def say(
    identity, organisation, values: dict[str, Any], about: date, code: str = CODE, version: int | None = None
):
    from tracker.measures.questions import queries

    with writing():
        kind = queries.get_asked(organisation.kind, code).declared.key
        latest = queries.latest_version(identity, organisation.id, code, kind)
        return answer_questions(
            identity, organisation, code, AnswersInput(about, values),
            version=latest if version is None else version,
        ).version  # fmt: skip


def figure(identity, organisation, code: str = CODE, day: date | None = None, moment: datetime | None = None):
    db.session.rollback()
    return MEASURE.figures(identity, code, [organisation.id], At(day or clock.today(), moment))[
        organisation.id
    ]


@contextmanager
def counted() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def test_without_answers_there_is_no_figure(trust, champion) -> None:
    found = figure(champion, trust)
    assert not found.exists
    assert (found.supports, found.percent) == (Supports.NO_FIGURE, None)


def test_a_figure_is_that_of_the_day_and_of_the_moment(trust, champion, at) -> None:
    at(2026, 5, 1)
    say(champion, trust, FOUR, date(2026, 4, 30))
    at(2026, 6, 1)
    say(champion, trust, {**FOUR, "money": "yes"}, date(2026, 4, 30))
    say(champion, trust, {**FOUR, "required": "no"}, date(2026, 6, 1))
    assert figure(champion, trust).answer == "3 of 5 methods"
    assert figure(champion, trust, day=date(2026, 5, 31)).answer == "5 of 5 methods"
    known_in_may = datetime(2026, 5, 2, tzinfo=UTC)
    assert figure(champion, trust, day=date(2026, 5, 31), moment=known_in_may).answer == "4 of 5 methods"
    assert not figure(champion, trust, day=date(2026, 4, 29)).exists


def test_the_trend_has_each_day_with_its_figure(trust, champion, at) -> None:
    at(2026, 6, 1)
    say(champion, trust, {**FOUR, "money": "yes"}, date(2026, 6, 1))
    say(champion, trust, FOUR, date(2026, 3, 1))
    points = MEASURE.series(champion, CODE, trust.id, date(2026, 6, 1))
    assert [(each.about, each.answer) for each in points] == [
        (date(2026, 3, 1), "4 of 5 methods"),
        (date(2026, 6, 1), "5 of 5 methods"),
    ]


def test_what_needs_somebody(trust, champion, at) -> None:
    at(2026, 6, 1)
    say(champion, trust, {**FOUR, "money": "yes"}, date(2026, 6, 1))
    say(champion, trust, {"proven": "no"}, date(2025, 5, 31), "SEP16-15")
    needs = {each.code: each for each in MEASURE.needs(champion, trust.id, date(2026, 6, 1))}
    assert needs["SEP16-14"].urgency is Urgency.MISSING
    assert needs["SEP16-14"].text == "Answer the questions on recommendation 14"
    late = needs["SEP16-15"]
    assert (late.urgency, late.text) == (Urgency.LATE, "Update the figure for recommendation 15")
    assert late.note == "its answers are about 31 May 2025"
    assert CODE not in needs
    later = {each.code: each for each in MEASURE.needs(champion, trust.id, date(2027, 2, 1))}
    assert later[CODE].urgency is Urgency.BROKEN
    assert later[CODE].note == "no date ahead is set to look at the plan again"
    assert dict(later[CODE].values) == {"recommendation": CODE}


def test_a_changed_question_rewrites_no_answer(trust, champion) -> None:
    say(champion, trust, FOUR, clock.today())
    (shipped,) = loader.load_reports()
    entry = shipped.recommendations[12]
    (asked,) = entry.sets
    fewer = replace(asked, figure=replace(asked.figure, conditions=asked.figure.conditions[:3]))
    changed = tuple(
        replace(each, sets=(fewer,)) if each.code == CODE else each for each in shipped.recommendations
    )
    with writing():
        sync_catalogue([replace(shipped, recommendations=changed)])
    assert figure(champion, trust).answer == "4 of 5 methods"
    (need,) = [each for each in MEASURE.needs(champion, trust.id, clock.today()) if each.code == CODE]
    assert need.note == "the questions have changed"
    say(champion, trust, FOUR, clock.today())
    assert figure(champion, trust).answer == "3 of 3 methods"


def test_what_a_register_holds_is_not_asked(trust, champion, monkeypatch: pytest.MonkeyPatch) -> None:
    class Register:
        name = "champions"

        def facts(self, identity, organisation_ids, at):
            return {each: {"owner": Fact(True, "One in post, with a deputy.")} for each in organisation_ids}

    monkeypatch.setattr(measures, "measures", lambda: (Register(), MEASURE))
    say(champion, trust, {**FOUR, "owner": None, "owner_who": None}, clock.today())
    assert figure(champion, trust).answer == "4 of 5 methods"
    (part,) = [each for each in figure(champion, trust).parts if each.label == "A named owner and a deputy"]
    assert (part.numerator, part.denominator) == (1, 1)


def test_what_a_register_says_has_its_own_day(trust, champion, at, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers of March beside a register of June: neither stands under the day of the other, nor is either late."""

    class Register:
        name = "champions"

        def facts(self, identity, organisation_ids, at):
            fact = Fact(True, "One in post, with a deputy.", recorded_at=datetime(2026, 5, 30, 9, tzinfo=UTC))
            return {each: {"owner": fact} for each in organisation_ids}

    at(2026, 3, 2)
    monkeypatch.setattr(measures, "measures", lambda: (Register(), MEASURE))
    say(champion, trust, {**FOUR, "owner": None, "owner_who": None}, date(2026, 3, 1))
    at(2026, 6, 1)
    found = figure(champion, trust)
    assert (found.answer, found.about, found.told_on) == (
        "4 of 5 methods",
        date(2026, 3, 1),
        date(2026, 6, 1),
    )
    assert {each.label: each.on for each in found.parts if each.on} == {
        "A named owner and a deputy": date(2026, 6, 1)
    }
    assert lag_days(found) == 1, "only what was typed can be late"
    assert position(found) == "Position on 1 March 2026; what registers hold, on 1 June 2026"
    assert found.source == "Answers to the questions; registers of this service"
    packed = {row.group: row for row in figure_rows(trust.id, found)}
    assert (packed["A named owner and a deputy"].about_on, packed["A named owner and a deputy"].recorded_by) == (
        date(2026, 6, 1), None,
    )  # fmt: skip
    assert packed[""].about_on == date(2026, 3, 1)
    then = figure(champion, trust, day=date(2026, 3, 1))
    assert (then.about, then.told_on) == (date(2026, 3, 1), None), "one day is said once"


def test_rows_hold_every_version_and_no_name(trust, champion, at) -> None:
    at(2026, 5, 1)
    say(champion, trust, FOUR, date(2026, 5, 1))
    at(2026, 5, 2)
    say(champion, trust, {**FOUR, "money": "yes"}, date(2026, 5, 1))
    rows = list(MEASURE.rows([trust.id], At(date(2026, 5, 2))))
    money = [each for each in rows if each.group == "Is there money for it after 31 March?"]
    assert [(each.value, each.superseded_at is None) for each in money] == [("No", False), ("Yes", True)]
    assert not [each for each in rows if "Jo Somebody" in repr(each)]
    reader = reader_of([trust.id])
    found = {code: MEASURE.figures(reader, code, [trust.id], At(date(2026, 5, 2))) for code in MEASURE.codes}
    assert (found[CODE][trust.id].answer, found[CODE][trust.id].supports) == (
        "5 of 5 methods",
        Supports.IN_PLACE,
    )
    assert found["SEP16-14"][trust.id].supports is Supports.NO_FIGURE
    before = list(MEASURE.rows([trust.id], At(date(2026, 5, 1), datetime(2026, 5, 1, 23, tzinfo=UTC))))
    assert [each.value for each in before if each.group == "Is there money for it after 31 March?"] == ["No"]
    assert all(each.superseded_at is None for each in before)


def test_figures_of_many_take_as_many_queries_as_of_one(trust, champion) -> None:
    national = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    trusts = [trust, *(factories.organisation() for _ in range(7))]
    for each in trusts:
        somebody = factories.identity_of(factories.person(Role.CHAMPION, each))
        say(somebody, each, FOUR, clock.today() - timedelta(days=1))
    counts = []
    for some in (trusts[:1], trusts):
        db.session.rollback()
        with counted() as seen:
            found = MEASURE.figures(national, CODE, [each.id for each in some], At(clock.today()))
        assert {each.answer for each in found.values()} == {"4 of 5 methods"}
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_another_trust_is_not_seen(trust, champion) -> None:
    other = factories.organisation("X00102")
    somebody = factories.identity_of(factories.person(Role.CHAMPION, other))
    say(somebody, other, FOUR, clock.today())
    assert not figure(champion, other).exists
    with pytest.raises(NotAllowed):
        say(champion, other, FOUR, clock.today())


def test_the_action_refuses_what_the_rules_refuse(trust, champion) -> None:
    with pytest.raises(RuleBroken):
        say(champion, trust, {"required": "yes"}, clock.today())
    say(champion, trust, FOUR, clock.today())
    with pytest.raises(Conflict):
        say(champion, trust, FOUR, clock.today(), version=0)
    with writing(), pytest.raises(NotAllowed):
        answer_questions(champion, trust, "SEP16-21", AnswersInput(clock.today(), {}), version=0)


# --- what registers say of themselves ----------------------------------------------------------------------

DONE: dict[str, Any] = {
    "key": "practice", "title": "What works", "asked_of": ["nhs_trust"],
    "questions": [
        {"key": "proven", "text": "Is anything proven?", "type": "yes_no", "filled_from": "made.proven"},
        {"key": "shared", "text": "Shared", "type": "fraction", "filled_from": "made.shared", "register_only": True,
         "numerator": "How many shared?", "denominator": "How many proven?"},
        {"key": "read_on", "text": "Read on?", "type": "date", "optional": True, "filled_from": "made.read"},
        {"key": "told", "text": "How many told?", "type": "count", "optional": True, "filled_from": "made.told"},
    ],
    "figure": {
        "rule": "fraction", "questions": ["shared"], "counted": "shared", "of": "proven", "every": True,
        "how": "Counted.", "done": "All.", "lacking": "Not all.",
        "conditions": [{"question": "read_on", "within": "review_months", "label": "Read", "lacking": "Not read."}],
        "instead": [{"when": {"question": "proven", "one_of": ["no"]}, "say": "Nothing proven yet", "because": "No."}],
    },
    "beside": ["made.help"],
}  # fmt: skip
TOLD_AT = datetime(2026, 5, 3, 9, tzinfo=UTC)


class Made:
    """A register that holds what a test puts into it, from a moment on."""

    name = "made"
    codes = ()

    def __init__(self, held: dict[str, Fact]) -> None:
        self.held = held

    def facts(self, identity, organisation_ids, at):
        known = {
            name: fact for name, fact in self.held.items()
            if at.moment is None or fact.recorded_at is None or fact.recorded_at <= at.moment
        }  # fmt: skip
        return dict.fromkeys(organisation_ids, known)


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch, trust, at) -> Made:
    """The questions of `DONE` in the place of those of 13, and a register that can answer them."""
    at(2026, 5, 1)
    held = Made({})
    monkeypatch.setattr(measures, "measures", lambda: (held, MEASURE))
    (shipped,) = loader.load_reports()
    sets = read_sets([DONE])
    changed = tuple(
        replace(each, sets=sets) if each.code == CODE else each for each in shipped.recommendations
    )
    with writing():
        sync_catalogue([replace(shipped, recommendations=changed)])
    return held


def fill(register: Made, numerator: int = 2, read: date | None = date(2026, 4, 1)) -> None:
    register.held = {
        "proven": Fact(True, "Two are proven."),
        "shared": Fact(True, "Two of three.", None, numerator, 3, recorded_at=TOLD_AT),
        "read": Fact(read is not None, "Read.", read),
        "told": Fact(True, "Forty.", None, 40),
        "help": Fact(True, "Answered after 12 days.", None, 12, label="Days until help came"),
    }


def test_a_register_that_says_everything_needs_nobody_to_answer(trust, champion, register, at) -> None:
    at(2026, 6, 1)
    assert not figure(champion, trust).exists
    fill(register)
    found = figure(champion, trust)
    assert ((found.numerator, found.denominator), found.supports) == ((2, 3), Supports.NOT_YET)
    assert (found.about, found.recorded_at, found.recorded_by) == (date(2026, 6, 1), TOLD_AT, None)
    assert [(each.label, each.numerator, each.denominator) for each in found.parts] == [
        ("How many told?", 40, None), ("Days until help came", 12, None),
    ]  # fmt: skip
    fill(register, numerator=3)
    assert figure(champion, trust).supports is Supports.IN_PLACE
    assert not [each for each in MEASURE.needs(champion, trust.id, date(2026, 6, 1)) if each.code == CODE]
    fill(register, numerator=3, read=date(2025, 5, 31))
    (need,) = [each for each in MEASURE.needs(champion, trust.id, date(2026, 6, 1)) if each.code == CODE]
    assert (need.urgency, need.note) == (Urgency.BROKEN, "Not read")


def test_nothing_proven_yet_gives_way_to_the_register_and_the_past_stays(
    trust, champion, register, at
) -> None:
    say(champion, trust, {"proven": "no"}, date(2026, 5, 1))
    at(2026, 6, 1)
    assert figure(champion, trust).answer == "Nothing proven yet"
    fill(register)
    assert figure(champion, trust).numerator == 2
    known_before = TOLD_AT - timedelta(days=1)
    register.held["proven"] = replace(register.held["proven"], recorded_at=TOLD_AT)
    assert figure(champion, trust, day=date(2026, 5, 2), moment=known_before).answer == "Nothing proven yet"
    with pytest.raises(RuleBroken, match="registers hold all of it"):
        say(champion, trust, {"proven": "no"}, date(2026, 6, 1))


def test_old_answers_to_other_questions_give_way_too(trust, champion, at, register) -> None:
    """Answered under the questions of before, which asked for the methods."""
    register.held = {}
    (shipped,) = loader.load_reports()
    with writing():
        sync_catalogue([shipped])
    say(champion, trust, FOUR, date(2026, 5, 1))
    changed = tuple(
        replace(each, sets=read_sets([DONE])) if each.code == CODE else each
        for each in shipped.recommendations
    )
    with writing():
        sync_catalogue([replace(shipped, recommendations=changed)])
    assert figure(champion, trust).answer == "4 of 5 methods", "the register is empty: what was said stands"
    fill(register)
    assert figure(champion, trust).numerator == 2


def test_a_trend_of_registers_is_by_quarter(trust, champion, register, at) -> None:
    at(2026, 6, 1)
    fill(register)
    points = MEASURE.series(champion, CODE, trust.id, date(2026, 6, 1))
    assert [each.about for each in points][-3:] == [
        date(2025, 12, 31), date(2026, 3, 31), date(2026, 6, 1),
    ]  # fmt: skip


def test_registers_of_others_are_not_seen(trust, champion, register) -> None:
    other = factories.organisation("X00103")
    fill(register)
    assert figure(champion, trust).exists
    assert not figure(champion, other).exists
