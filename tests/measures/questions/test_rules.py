"""What an answer must be, and the figure that follows, worked by hand; arithmetic and time for any answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.catalogue import loader
from tracker.catalogue.rules import QuestionSet
from tracker.errors import RuleBroken
from tracker.measures.base import Fact, Supports
from tracker.measures.questions import rules
from tracker.measures.questions.rules import Given, Outcome

(SHIPPED,) = loader.load_reports()
MARKS = {name: value for name, value in SHIPPED.thresholds.items() if type(value) is int}
DAY = date(2026, 11, 23)


def the_set(number: int, key: str | None = None) -> QuestionSet:
    found = [each for each in SHIPPED.recommendations[number - 1].sets if key in (None, each.key)]
    return found[0]


def figure(
    number: int,
    answers: Mapping[str, Any],
    *,
    key: str | None = None,
    day: date = DAY,
    about: date = DAY,
    facts: Mapping[str, Fact] | None = None,
) -> Outcome:
    return rules.evaluate(Given(the_set(number, key), answers, about, day, MARKS, facts or {}))


def problems(
    number: int, values: Mapping[str, Any], *, about: date | None = DAY, filled: tuple[str, ...] = ()
):
    with pytest.raises(RuleBroken) as broken:
        rules.check(the_set(number), values, about_on=about, today=DAY, filled=filled)
    return dict(broken.value.problems)


def attempt(declared: QuestionSet, values: Mapping[str, Any]) -> tuple[dict[str, Any] | None, list[str]]:
    """What is kept, or the fields that are refused."""
    try:
        return rules.check(declared, values, about_on=DAY, today=DAY), []
    except RuleBroken as broken:
        return None, [name for name, _message in broken.problems]


FOUR = {"refresher": "yes", "required": "yes", "owner": "yes", "money": "unknown", "review_on": "2027-01-31"}


def test_13_four_of_five_methods_and_never_a_percentage() -> None:
    found = figure(13, FOUR)
    assert (found.answer, found.supports) == ("4 of 5 methods", Supports.NOT_YET)
    assert (found.numerator, found.denominator) == (None, None)
    assert found.because == "Not all 5 are in place: there is no money beyond this financial year."


def test_13_a_review_date_that_has_come_is_no_longer_ahead() -> None:
    all_five = {**FOUR, "money": "yes"}
    assert figure(13, all_five).supports is Supports.IN_PLACE
    later = figure(13, all_five, day=date(2027, 1, 31))
    assert later.answer == "4 of 5 methods"
    assert [each.label for each in later.points if each.ran_out] == ["A date ahead to look at the plan again"]


def test_13_a_register_is_believed_before_an_answer() -> None:
    facts = {
        "coverage.refresher": Fact(False, "No interval is stated."),
        "champions.owner": Fact(True, "Named."),
    }
    found = figure(
        13, {"required": "yes", "money": "yes", "review_on": "2027-01-31", "refresher": "yes"}, facts=facts
    )
    assert found.answer == "4 of 5 methods"
    assert [each.key for each in rules.asked(the_set(13), {"required": "no"}, facts)] == [
        "required",
        "money",
        "review_on",
    ]


def test_16_doctors_and_others_are_added_and_shown_apart() -> None:
    answers = {
        "doctors_form": "yes", "others_form": "yes", "how": "system",
        "doctors": {"denominator": 100, "between": 95, "numerator": 80},
        "others": {"denominator": 400, "between": 390, "numerator": 370},
    }  # fmt: skip
    found = figure(16, answers)
    assert (found.numerator, found.denominator, found.supports) == (450, 500, Supports.IN_PLACE)
    assert [(each.numerator, each.denominator) for each in found.parts] == [(80, 100), (370, 400)]
    one_less = {**answers, "others": {"denominator": 400, "between": 390, "numerator": 369}}
    assert figure(16, one_less).supports is Supports.NOT_YET
    no_prompt = figure(16, {**answers, "doctors_form": "unknown"})
    assert no_prompt.because == "The doctors' appraisal form does not ask about it."


def test_16_a_sample_of_29_is_too_small_and_30_will_do() -> None:
    answers = {"doctors_form": "yes", "others_form": "yes", "how": "sample"}
    doctors = {"sample_doctors": {"denominator": 5, "between": 5, "numerator": 5}}
    small = figure(
        16, {**answers, **doctors, "sample_others": {"denominator": 24, "between": 24, "numerator": 24}}
    )
    assert (small.numerator, small.denominator) == (29, 29)
    assert small.because == "The sample holds fewer than 30 staff."
    enough = figure(
        16, {**answers, **doctors, "sample_others": {"denominator": 25, "between": 25, "numerator": 22}}
    )
    assert (enough.numerator, enough.denominator, enough.supports) == (27, 30, Supports.IN_PLACE)


def test_16_what_cannot_be_counted_is_an_answer_and_not_in_place() -> None:
    found = figure(16, {"doctors_form": "yes", "others_form": "yes", "how": "cannot"})
    assert (found.answer, found.supports, found.numerator) == ("Cannot be counted", Supports.NOT_YET, None)


def test_14_watching_is_judged() -> None:
    rows = [
        {"name": "Antibiotics in time", "since": "2025-10-01", "latest": "2026-10-31"},
        {"name": "Deaths", "since": "2026-03-01", "latest": "2026-06-30"},
    ]
    answers = {"watched": "yes", "indicators": rows, "read_on": "2026-07-01"}
    found = figure(14, answers)
    assert (found.numerator, found.denominator, found.supports) == (1, 2, Supports.IN_PLACE)
    not_read = figure(14, {**answers, "read_on": "2026-05-22"})
    assert not_read.because.startswith("No meeting has read it")
    short = figure(14, {**answers, "indicators": [{**rows[0], "since": "2025-12-01"}]})
    assert (short.numerator, short.denominator, short.supports) == (1, 1, Supports.NOT_YET)
    assert figure(14, {"watched": "no"}).answer == "Nothing watched yet"


def held(name: str, numerator: int, denominator: int) -> dict[str, Fact]:
    return {f"sharing.{name}": Fact(numerator == denominator, "So many.", DAY, numerator, denominator)}


PROVEN = {"sharing.proven": Fact(True, "Some are proven.")}


@pytest.mark.parametrize("number, name", [(7, "promoted"), (15, "shared")])
def test_nothing_proven_yet_is_an_answer_of_its_own(number: int, name: str) -> None:
    nothing = figure(number, {"proven": "no"})
    assert (nothing.answer, nothing.supports) == ("Nothing proven yet", Supports.NOT_YET)
    some = figure(number, {"proven": "no"}, facts=PROVEN | held(name, 2, 3))
    assert (some.numerator, some.denominator, some.supports) == (2, 3, Supports.NOT_YET)
    every = figure(number, {}, facts=PROVEN | held(name, 3, 3))
    assert every.supports is Supports.IN_PLACE
    said_only = figure(number, {"proven": "yes"})
    assert (said_only.supports, said_only.because) == (
        Supports.NO_FIGURE,
        "No register holds the numbers yet.",
    )


@pytest.mark.parametrize(
    "decision, said",
    [
        ("adopt", "Considered and adopted"),
        ("adapt", "Considered and adapted"),
        ("not_now", "Considered: not now"),
        ("no", "Considered and declined"),
    ],
)
def test_5_any_recorded_decision_will_do(decision: str, said: str) -> None:
    value = {"on": "2017-03-01", "meeting": "Board", "decision": decision, "reason": "Because."}
    found = figure(5, {"decision": value})
    assert (found.answer, found.supports) == (said, Supports.IN_PLACE)
    assert found.because == f"{said} by Board on 1 March 2017."


def test_6_a_decision_needs_the_method_in_use_as_well() -> None:
    value = {"on": "2017-03-01", "meeting": "Board", "decision": "adopt", "reason": "Because."}
    unused = figure(6, {"decision": value}, facts=held("methods", 0, 12))
    assert unused.supports is Supports.NOT_YET
    assert "The method is not in use on any resource yet." in unused.because
    beside = held("methods", 1, 12) | held("evaluated", 3, 12)
    found = figure(6, {"decision": value}, facts=beside)
    assert found.supports is Supports.IN_PLACE
    assert [(each.numerator, each.denominator) for each in found.parts] == [(1, 12), (3, 12)]
    assert figure(6, {"decision": {**value, "decision": "no"}}).supports is Supports.NOT_YET


def test_15_a_fact_without_a_number_stands_beside_in_its_words() -> None:
    """Fewer than half have an answer: the waiting time has no number, and is not dropped for that."""
    proven = {"sharing.proven": Fact(True, "Two are."), "sharing.shared": Fact(True, "2 of 2.", DAY, 2, 2)}
    late = {"sharing.help": Fact(False, "Fewer than half.", DAY, None, None, "Days until half had help")}
    found = figure(15, {}, facts=proven | late)
    assert [(each.label, each.numerator, each.said, each.note) for each in found.parts] == [
        ("Days until half had help", None, "no number yet", "Fewer than half.")
    ]
    told = {"sharing.help": Fact(True, "Asked twice.", DAY, 12, None, "Days until half had help")}
    (part,) = figure(15, {}, facts=proven | told).parts
    assert (part.numerator, part.said, part.note) == (12, "12", "Asked twice.")
    assert figure(15, {}, facts=proven).parts == ()


def test_1_2_3_4_and_8_need_every_point() -> None:
    strategy = {"agreed": "yes", "review_on": "2026-11-24"}
    assert figure(1, strategy, facts=held("uptake", 4, 4)).supports is Supports.IN_PLACE
    assert figure(1, strategy, facts=held("uptake", 3, 4)).answer == "2 of 3 points"
    assert figure(1, strategy).answer == "2 of 3 points", "nothing in the library: not read"
    assert figure(1, {"agreed": "no"}).because.startswith("No strategy has been agreed yet.")
    guide = {"published": "yes", "board_on": "2026-01-01", "nice_current": "yes"}
    assert figure(2, guide).supports is Supports.IN_PLACE
    assert figure(2, {**guide, "board_on": None}).supports is Supports.NOT_YET
    package = {"available": "yes", "care_staff": "no", "nice_current": "yes"}
    assert figure(3, package).because == "The package was not made for care staff."
    assert figure(4, {"held": "yes", "held_on": "2024-11-23"}, key="session").supports is Supports.IN_PLACE
    assert figure(4, {"held": "yes", "held_on": "2024-11-22"}, key="session").supports is Supports.NOT_YET
    read_by_all = {"sharing.open": Fact(True, "Everybody can read it.")} | held("funded", 13, 16)
    checked = held("checked", 16, 16) | read_by_all
    found = figure(8, {}, facts=checked)
    assert (found.numerator, found.denominator, found.supports) == (13, 16, Supports.IN_PLACE)
    some = figure(8, {}, facts=checked | held("checked", 4, 16))
    assert (some.supports, some.because) == (
        Supports.NOT_YET,
        "Not every resource in use was checked in the last 12 months.",
    )
    assert [each.label for each in some.points if not each.holds] == [
        "Every resource in use checked in the last 12 months"
    ]


def test_2_a_new_guideline_asks_again_without_changing_an_answer() -> None:
    guide = {"published": "yes", "board_on": "2026-01-01", "nice_current": "yes"}
    changed = {"alignment.guidelines_changed": Fact(True, "NICE has changed.", date(2026, 11, 1))}
    before = figure(2, guide, about=date(2026, 10, 31), facts=changed)
    assert (before.supports, before.because) == (
        Supports.NOT_YET,
        "The guidance changed on 1 November 2026: check again whether it is followed.",
    )
    assert figure(2, guide, about=date(2026, 11, 1), facts=changed).supports is Supports.IN_PLACE


def test_21_by_course_and_by_profession() -> None:
    def course(profession: str, place: str, manage: str = "yes") -> dict[str, str]:
        return {
            "title": "A course",
            "profession": profession,
            "recognise": "yes",
            "manage": manage,
            "place": place,
        }

    rows = [course("nursing", "placement"), course("nursing", "lecture"), course("medicine", "simulation"),
            course("medicine", "placement", "unknown")]  # fmt: skip
    found = figure(21, {"academic_year": "2026-27", "courses": rows})
    assert (found.numerator, found.denominator, found.supports) == (2, 4, Supports.NOT_YET)
    assert [(each.label, each.numerator, each.denominator) for each in found.parts] == [
        ("Medicine", 1, 2),
        ("Nursing", 1, 2),
    ]
    assert figure(21, {"courses": [rows[0], rows[2]]}).supports is Supports.IN_PLACE


def test_what_is_missing_is_said_for_each_question_asked() -> None:
    assert set(problems(13, {"required": "yes"})) == {"q-refresher", "q-required_for", "q-owner", "q-money"}
    assert set(problems(13, {"required": "no"}, filled=("coverage.refresher", "champions.owner"))) == {
        "q-money"
    }
    assert "about_on" in problems(13, FOUR, about=None)
    assert "about_on" in problems(13, FOUR, about=DAY + timedelta(days=1))


def test_a_decision_is_recorded_whole() -> None:
    half = {"decision": {"on": DAY + timedelta(days=1), "meeting": " ", "decision": "perhaps", "reason": ""}}
    assert set(problems(5, half)) == {
        "q-decision-on",
        "q-decision-meeting",
        "q-decision-decision",
        "q-decision-reason",
    }
    assert set(problems(5, {})) == {"q-decision-on"}


def test_rows_are_named_by_their_number_and_empty_ones_are_left_out() -> None:
    empty = {"title": "", "profession": None, "recognise": None, "manage": None, "place": ""}
    full = {
        "title": " Nursing ",
        "profession": "nursing",
        "recognise": "yes",
        "manage": "yes",
        "place": "placement",
    }
    kept = rules.check(
        the_set(21), {"academic_year": "2026-27", "courses": [empty, full]}, about_on=DAY, today=DAY
    )
    assert kept["courses"] == [{**full, "title": "Nursing"}]
    wrong = problems(21, {"academic_year": "2026/27", "courses": [{**full, "place": None}]})
    assert wrong == {
        "q-academic_year": "Write it like this: 2026-27",
        "q-courses-0-place": "Course 1: Where?",
    }
    assert set(problems(21, {"academic_year": "2026-27", "courses": [empty]})) == {"q-courses-0-title"}


def test_dates_stay_in_order_and_before_the_day_they_are_told_of() -> None:
    point = {"name": "Antibiotics", "since": date(2026, 6, 1), "latest": date(2026, 5, 31)}
    watched = {"watched": "yes", "indicators": [point]}
    assert set(problems(14, watched)) == {"q-indicators-0-latest"}
    later = {"watched": "yes", "indicators": [{**point, "latest": date(2026, 7, 1)}]}
    assert set(problems(14, later, about=date(2026, 6, 30))) == {"q-indicators-0-latest"}
    told = {"agreed": "yes", "agreed_by": "Board", "agreed_on": DAY + timedelta(days=1)}
    assert set(problems(1, told)) == {"q-agreed_on"}


NUMBERS = st.integers(min_value=0, max_value=10_000_000)


@given(due=NUMBERS, held=NUMBERS, recorded=NUMBERS)
def test_a_fraction_is_taken_when_each_number_is_within_the_one_before(
    due: int, held: int, recorded: int
) -> None:
    values = {
        "doctors_form": "yes", "others_form": "yes", "how": "system",
        "doctors": {"denominator": due, "between": held, "numerator": recorded},
        "others": {"denominator": 10, "between": 9, "numerator": 8},
    }  # fmt: skip
    kept, broken = attempt(the_set(16), values)
    assert (kept is not None) is (recorded <= held <= due <= 9_999_999)
    assert all(name.startswith("q-doctors-") for name in broken)
    if kept is not None:
        found = figure(16, kept)
        assert 0 <= (found.numerator or 0) <= (found.denominator or 0)


@given(st.lists(st.sampled_from(["yes", "no", "unknown"]), min_size=4, max_size=4), st.booleans())
def test_methods_are_counted_as_they_are(answers: list[str], ahead: bool) -> None:
    owner = "no" if answers[2] == "unknown" else answers[2]
    said = {
        "refresher": answers[0], "required": answers[1], "owner": owner, "money": answers[3],
        "review_on": "2027-01-01" if ahead else "2026-01-01",
    }  # fmt: skip
    found = figure(13, said)
    count = [answers[0], answers[1], owner, answers[3]].count("yes") + ahead
    assert found.answer == f"{count} of 5 methods"
    assert (found.supports is Supports.IN_PLACE) is (count == 5)


WORDS = st.sampled_from(
    [None, "", "yes", "no", "unknown", "system", "sample", "cannot", "maybe", 7, [], ["yes"], {}]
)


@given(st.sampled_from([(1, 0), (3, 0), (4, 1), (5, 0), (13, 0), (14, 0), (16, 0), (21, 0)]), st.data())
def test_whatever_is_typed_is_kept_or_refused_with_a_place(
    which: tuple[int, int], data: st.DataObject
) -> None:
    declared = SHIPPED.recommendations[which[0] - 1].sets[which[1]]
    values = {each.key: data.draw(WORDS) for each in declared.questions}
    values = {key: value for key, value in values.items() if not isinstance(value, int)}
    shaped = {
        each.key: (
            []
            if each.type == "rows"
            else {}
            if each.type in {"decision", "fraction"}
            else values.get(each.key)
        )
        for each in declared.questions
    }
    kept, broken = attempt(declared, shaped)
    assert all(name.split("-")[1] in shaped for name in broken)
    if kept is not None:
        assert rules.evaluate(Given(declared, kept, DAY, DAY, MARKS)).because
