"""The arithmetic of 10 and 11 by example and for any numbers; what may be recorded; what a spreadsheet says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.measures.coverage.conftest import HEADS, LEVELS, ROUTES, TODAY, counts, position, table
from tracker.errors import RuleBroken
from tracker.measures.base import SMALL, Part, Supports
from tracker.measures.coverage import rules
from tracker.measures.coverage.rules import (
    Count,
    Draft,
    Group,
    Level,
    Line,
    Named,
    NamesPeople,
    Needs,
    Route,
    State,
)

AGREED = table()
NEEDS = Needs(AGREED.lines, AGREED.agreed_by, AGREED.agreed_on, AGREED.review_on, 24)
ABOUT = date(2026, 9, 30)
WAYS = {each.group: each for each in ROUTES}
lines = st.builds(Line, st.sampled_from(Group), st.none() | st.sampled_from(Level))
some_counts = st.lists(
    st.builds(
        lambda line, post, part: Count(line, post, min(post, part)),
        lines,
        st.integers(0, 5000),
        st.integers(0, 5000),
    ),
    max_size=25,
    unique_by=lambda count: count.line,
)


def levelled(heads: dict[Group, tuple[int, int]]) -> tuple[Count, ...]:
    return counts(HEADS | heads)


# --- recommendation 10 -------------------------------------------------------------------------------------


def test_the_figure_is_the_one_worked_by_hand() -> None:
    """46+18+55+9+280+75+37+28+185+110+40 = 883, and 10 who need nothing; out of 1,000."""
    found = rules.coverage(NEEDS, counts(), ABOUT, TODAY, 90)
    assert (found.numerator, found.denominator) == (893, 1000)
    assert found.supports is Supports.NOT_YET
    assert found.because == "Below 90 %: awareness, 187 of 240, 78 %."


def test_it_supports_in_place_when_every_level_is_at_the_mark_and_the_table_agreed() -> None:
    better = levelled({Group.CLERICAL: (150, 140), Group.ESTATES: (50, 45)})
    found = rules.coverage(NEEDS, better, ABOUT, TODAY, 90)
    assert found.supports is Supports.IN_PLACE
    assert (found.numerator, found.denominator) == (928, 1000)


@pytest.mark.parametrize(
    "needs, words",
    [
        (Needs(AGREED.lines), "No meeting has agreed"),
        (Needs(AGREED.lines, "DPG", date(2027, 1, 1)), "No meeting has agreed"),
        (Needs((Line(Group.NURSES, Level.AWARENESS),), "DPG", ABOUT), "nobody more than awareness"),
        (Needs((Line(Group.NURSES, Level.RECOGNISE),), "DPG", ABOUT), "nobody “recognise and manage sepsis”"),
    ],
)
def test_a_table_that_is_not_enough_supports_nothing(needs: Needs, words: str) -> None:
    found = rules.coverage(needs, counts(), ABOUT, TODAY, 90)
    assert found.supports is Supports.NOT_YET
    assert words in found.because


def test_no_level_set_is_not_covered_and_stands_as_its_own_part() -> None:
    unset = (
        *[each for each in counts() if each.line.group is not Group.NURSES],
        Count(Line(Group.NURSES, None), 300, 280),
    )
    found = rules.coverage(NEEDS, unset, ABOUT, TODAY, 90)
    assert (found.numerator, found.denominator) == (613, 1000)
    assert Part("No level set", 0, 300, "counted as not trained") in found.parts
    assert "300 staff have no level set" in found.because


def test_people_counted_against_a_level_that_is_no_longer_theirs_are_not_covered() -> None:
    others = [line for line in NEEDS.lines if line.group is not Group.ALLIED]
    raised = Needs((*others, Line(Group.ALLIED, Level.MANAGE)), "DPG", ABOUT)
    found = rules.coverage(raised, counts(), ABOUT, TODAY, 90)
    assert found.numerator == 893 - 75


def test_a_group_left_out_is_named_and_keeps_the_figure_from_supporting() -> None:
    without = tuple(each for each in counts() if each.line.group is not Group.ESTATES)
    assert "Not counted: Estates and Ancillary." in rules.coverage(NEEDS, without, ABOUT, TODAY, 90).because


def test_numbers_older_than_a_year_support_nothing() -> None:
    assert "more than 12 months old" in rules.coverage(NEEDS, counts(), date(2025, 11, 22), TODAY, 50).because
    assert rules.coverage(NEEDS, counts(), date(2025, 11, 23), TODAY, 50).supports is Supports.IN_PLACE


def test_without_numbers_or_without_a_table_there_is_no_figure() -> None:
    assert rules.coverage(NEEDS, (), None, TODAY, 90).supports is Supports.NO_FIGURE
    assert rules.coverage(None, counts(), ABOUT, TODAY, 90).numerator is None


@given(some_counts)
def test_the_parts_add_up_whatever_the_numbers(found: list[Count]) -> None:
    verdict = rules.coverage(NEEDS, found, ABOUT, TODAY, 90)
    assert verdict.denominator == sum(each.in_post for each in found)
    assert 0 <= (verdict.numerator or 0) <= (verdict.denominator or 0)
    for parts in (verdict.parts, verdict.groups):
        assert sum(part.denominator or 0 for part in parts) == verdict.denominator
        assert sum(part.numerator for part in parts) == verdict.numerator


@given(some_counts, st.integers(1, 100))
def test_more_training_never_lowers_the_figure(found: list[Count], percent: int) -> None:
    more = [Count(each.line, each.in_post, each.in_post) for each in found]
    before, after = (rules.coverage(NEEDS, each, ABOUT, TODAY, percent) for each in (found, more))
    assert (after.numerator or 0) >= (before.numerator or 0)


# --- recommendation 11 -------------------------------------------------------------------------------------


def test_the_groups_reached_are_those_worked_by_hand() -> None:
    """Consultants 92 %, specialty 90 %, nursing, technical and scientists 93 %, allied 94 %, support 335 of 400."""
    found = rules.reach(WAYS, counts(), ABOUT, TODAY, 90)
    # Supplementary roles: ten in post, none in date.
    assert (found.numerator, found.denominator) == (6, 8)
    assert found.supports is Supports.NOT_YET
    assert found.because == "Below 90 % or not counted: support staff."
    assert [part.label for part in found.parts[:5]] == [each.label for each in Named]


def test_doctors_in_training_and_students_are_in_neither_number() -> None:
    without = tuple(each for each in counts() if each.line.group not in rules.ON_A_PROGRAMME)
    both = [rules.reach(WAYS, each, ABOUT, TODAY, 90) for each in (counts(), without)]
    assert both[0] == both[1]


def test_every_named_group_needs_a_route_as_well() -> None:
    better = levelled({Group.CLERICAL: (150, 140), Group.ESTATES: (50, 45)})
    assert rules.reach(WAYS, better, ABOUT, TODAY, 90).supports is Supports.IN_PLACE
    without = WAYS | {Named.ALLIED: Route(Named.ALLIED, False)}
    found = rules.reach(without, better, ABOUT, TODAY, 90)
    assert found.supports is Supports.NOT_YET
    assert "No route other than induction is recorded for allied health professionals." in found.because


def test_a_named_group_that_was_not_counted_stays_in_the_figure_and_one_with_nobody_does_not() -> None:
    partly = tuple(each for each in counts() if each.line.group is not Group.CLERICAL)
    assert rules.reach(WAYS, partly, ABOUT, TODAY, 90).denominator == 8
    empty = levelled({Group.SPECIALTY: (0, 0)})
    found = rules.reach(WAYS, empty, ABOUT, TODAY, 90)
    assert found.denominator == 7
    assert any("nobody in post" in part.note for part in found.parts)


# --- small numbers -----------------------------------------------------------------------------------------


def test_small_groups_stand_together_outside_the_trust() -> None:
    parts = [Part("A", 3, 4), Part("B", 20, 30), Part("C", 90, 100), Part("D", 1, 2)]
    shown = rules.shown_outside(parts)
    assert [(part.label, part.numerator, part.denominator) for part in shown] == [
        ("B", 20, 30), ("C", 90, 100), ("Small groups together", 4, 6),
    ]  # fmt: skip


def test_one_small_group_is_not_to_be_found_by_subtraction() -> None:
    shown = rules.shown_outside([Part("A", 3, 4), Part("B", 20, 30), Part("C", 90, 100)])
    assert [(part.label, part.denominator) for part in shown] == [("C", 100), ("Small groups together", 34)]


@given(st.lists(st.integers(0, 40).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), max_size=12))
def test_nothing_small_is_ever_shown_outside(numbers: list[tuple[int, int]]) -> None:
    parts = [Part(str(index), trained, post) for index, (post, trained) in enumerate(numbers)]
    shown = rules.shown_outside(parts)
    assert not [part for part in shown if part.denominator and part.denominator < SMALL]
    total, said = sum(post for post, _ in numbers), sum(part.denominator or 0 for part in shown)
    assert said == total or total < SMALL


# --- what may be recorded ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more, field",
    [
        ({"about": date(2026, 11, 24)}, "about_on"),
        ({"source": ""}, "source"),
        ({"interval_months": None}, "interval_months"),
        ({"counted": None}, "counted"),
        ({"lines": ()}, "counts"),
        ({"lines": (Count(Line(Group.NURSES, Level.MANAGE), 10, 11),)}, "date_03_manage"),
        ({"lines": (Count(Line(Group.NURSES, Level.MANAGE), -1, 0),)}, "post_03_manage"),
        ({"lines": (Count(Line(Group.NURSES, Level.MANAGE), 1, -1),)}, "date_03_manage"),
    ],
)
def test_numbers_that_cannot_be(more: dict[str, object], field: str) -> None:
    found = rules.position_problems(position(**more), TODAY, None)  # type: ignore[arg-type]
    assert [name for name, _message in found] == [field]


@pytest.mark.parametrize(
    "before, asked", [(800, True), (834, False), (1250, False), (1251, True), (0, False)]
)
def test_a_denominator_that_moves_by_more_than_a_fifth_is_asked_about(before: int, asked: bool) -> None:
    wanted = position(number_right=False)
    found = rules.position_problems(wanted, TODAY, (date(2026, 6, 30), before))
    assert [name for name, _ in found] == (["number_right"] if asked else [])
    assert rules.position_problems(position(), TODAY, (date(2026, 6, 30), before)) == []


def test_a_needs_table_says_who_when_a_group_needs_two_levels() -> None:
    both = (Line(Group.NURSES, Level.MANAGE), Line(Group.NURSES, Level.RECOGNISE))
    wanted = table()
    split = rules.NeedsInput(both, {}, wanted.agreed_by, wanted.agreed_on, None, 24, None)
    assert [name for name, _ in rules.needs_problems(split, TODAY)] == ["who_03"]


def test_a_needs_table_is_agreed_by_somebody_on_a_day_in_the_past() -> None:
    assert rules.needs_problems(table(agreed_on=date(2026, 11, 24)), TODAY)[0][0] == "agreed_on"
    assert rules.needs_problems(table(agreed_by=""), TODAY)[0][0] == "agreed_by"
    assert rules.needs_problems(table(agreed_on=None, review_on=None), TODAY)[0][0] == "agreed_on"
    assert rules.needs_problems(table(review_on=date(2026, 1, 12)), TODAY)[0][0] == "review_on"
    assert rules.needs_problems(table(agreed_by="", agreed_on=None), TODAY) == []


# --- what a spreadsheet says -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    name: str
    rows: tuple[Row, ...]


def sheet(*rows: tuple[str, ...], name: str = "Report") -> Sheet:
    return Sheet(name, tuple(Row(number, cells) for number, cells in enumerate(rows, start=1)))


@pytest.mark.parametrize(
    "text, group",
    [
        ("Add Prof Scientific and Technic", Group.TECHNICAL),
        ("ADD PROF SCIENTIFIC & TECHNIC", Group.TECHNICAL),
        ("Additional Clinical Services", Group.CLINICAL_SUPPORT),
        ("Administrative and Clerical", Group.CLERICAL),
        ("Allied Health Professionals", Group.ALLIED),
        ("Estates and Ancillary", Group.ESTATES),
        ("Healthcare Scientists", Group.SCIENTISTS),
        ("Nursing & Midwifery Registered", Group.NURSES),
        ("Students", Group.STUDENTS),
        ("07", Group.CLINICAL_SUPPORT),
        ("Medical and Dental - Consultant", Group.CONSULTANTS),
        ("Medical and Dental", None),
        ("Wizards", None),
    ],
)
def test_names_that_reports_use_are_known(text: str, group: Group | None) -> None:
    assert rules.find_group(text) is group


@pytest.mark.parametrize(
    "text, group",
    [
        ("Consultant", Group.CONSULTANTS), ("Specialty Doctor", Group.SPECIALTY),
        ("Associate Specialist", Group.SPECIALTY), ("Trust Grade Doctor - SHO level", Group.SPECIALTY),
        ("Specialty Registrar", Group.TRAINEES), ("Foundation Year 1", Group.TRAINEES),
        ("Core Trainee", Group.TRAINEES), ("Dental", None),
    ],
)  # fmt: skip
def test_grades_of_doctors(text: str, group: Group | None) -> None:
    assert rules.find_grade(text) is group


@pytest.mark.parametrize(
    "text, group",
    [
        ("Midwifry and Nursing", Group.NURSES),
        ("Adminstrative & Clerical", Group.CLERICAL),
        ("Estate and Ancilary", Group.ESTATES),
        ("qqqq", None),
    ],
)
def test_the_closest_name_is_offered(text: str, group: Group | None) -> None:
    assert rules.closest(text) is group


def test_a_report_of_the_record_is_read() -> None:
    found = rules.read_table(
        [
            sheet(
                ("Competency compliance", ""),
                ("Staff Group", "Grade", "Assignment Count", "Required", "Achieved", "Compliance %"),
                ("Add Prof Scientific and Technic", "", "40", "38", "37", "97%"),
                ("Medical and Dental", "Consultant", "50", "50", "46", "92%"),
                ("", "Specialty Doctor", "20", "20", "18", "90%"),
                ("Nursing and Midwifery Registered|Staff Nurse", "", "1,300", "", "280", ""),
                ("Grand Total", "", "1410", "", "381", ""),
            )
        ],
        NEEDS,
    )
    judged = rules.judge(found, NEEDS)
    assert [row.state for row in judged] == [State.CORRECTED] * 4 + [State.LEFT_OUT]
    assert [(row.count.line.group, row.count.in_post, row.count.in_date) for row in judged if row.count] == [
        (Group.TECHNICAL, 40, 37), (Group.CONSULTANTS, 50, 46), (Group.SPECIALTY, 20, 18), (Group.NURSES, 1300, 280),
    ]  # fmt: skip
    assert judged[0].count is not None and judged[0].count.line.level is Level.RECOGNISE


def test_merged_headings_over_two_rows_are_read() -> None:
    found = rules.read_table(
        [
            sheet(
                ("Staff Group", "Sepsis training", "Sepsis training"),
                ("", "Headcount", "Compliant"),
                ("Students", "10", "9"),
            )
        ],
        NEEDS,
    )
    assert [(draft.in_post, draft.in_date) for draft in found] == [("10", "9")]


def draft(
    said: str = "Students", group: str = "02", level: str = "", post: str = "10", in_date: str = "9"
) -> Draft:
    return Draft(3, said, group, level, post, in_date)


@pytest.mark.parametrize(
    "row, field, words",
    [
        (draft(in_date="11"), "date", "11 in date is more than 10 in post"),
        (draft(post="-3"), "post", "less than nothing"),
        (draft(post="10.5"), "post", "not a whole number of people"),
        (draft(post="ten"), "post", "“ten” is not a number"),
        (draft(in_date=""), "date", "the number is missing"),
        (draft(in_date="\ufffc"), "date", "a formula that was never worked out"),
        (
            draft(said="Nurses and midwifes · 3", group=""),
            "group",
            "Do you mean Nursing and Midwifery Registered?",
        ),
        (draft(said="Medical and Dental · 3", group=""), "group", "needs a grade"),
        (draft(level="manage"), "level", "your needs table says awareness for this group"),
    ],
)
def test_a_row_is_refused_with_its_reason(row: Draft, field: str, words: str) -> None:
    judged = rules.judge([row], NEEDS)[0]
    assert judged.state is State.REFUSED and judged.count is None
    assert judged.field == field
    assert words in judged.reason


def test_a_group_with_two_levels_asks_which() -> None:
    split = Needs((Line(Group.NURSES, Level.MANAGE), Line(Group.NURSES, Level.RECOGNISE)))
    judged = rules.judge([draft("Nursing", "03")], split)[0]
    assert judged.field == "level"


def test_rows_of_one_line_are_added_up() -> None:
    judged = rules.judge(
        [draft(level="awareness"), draft(level="awareness", post="1,200", in_date="5")], NEEDS
    )
    assert "added to row 3" in judged[1].reason
    assert rules.usable(judged) == [Count(Line(Group.STUDENTS, Level.AWARENESS), 1210, 14)]


@pytest.mark.parametrize(
    "rows, why",
    [
        ([("Employee Number", "Staff Group", "Compliant"), ("123", "Students", "Yes")], "“Employee Number”"),
        ([("Assignment Number", "Staff Group"), ("1", "Students")], "“Assignment Number”"),
        ([("Staff Group", "E-mail address"), ("Students", "")], "“E-mail address”"),
        ([("Surname", "First name"), ("A", "B")], "“Surname”"),
        ([("Who", "Date of Birth"), ("A", "1/1/1980")], "“Date of Birth”"),
        ([("x", "y"), *[("a", f"p{n}@nhs.example") for n in range(3)]], "e-mail addresses"),
        ([("x", "y"), ("a", "QQ123456C"), ("a", "AB 12 34 56 C")], "National Insurance"),
        ([("Staff Group", "State"), *[("Students", "Compliant")] * 12], "yes or no"),
        ([("Staff Group", "Date"), *[("Students", "1/1/2026")] * 12], "row after row"),
    ],
)
def test_a_file_with_a_row_for_each_person_is_seen(rows: list[tuple[str, ...]], why: str) -> None:
    totals = sheet(("Staff Group", "Headcount", "Compliant"), ("Students", "10", "9"), name="Totals")
    with pytest.raises(NamesPeople) as refused:
        rules.read_table([totals, sheet(*rows, name="Detail")], NEEDS)
    assert why in refused.value.why


def test_a_contact_in_the_title_is_no_person_level_file() -> None:
    found = rules.read_table(
        [
            sheet(
                ("Questions to workforce@trust.example", "Number of staff trained by group"),
                ("Staff Group", "Headcount", "Compliant"),
                ("Students", "10", "9"),
            )
        ],
        NEEDS,
    )
    assert len(found) == 1


def test_no_table_two_tables_and_too_many_rows_are_refused() -> None:
    for sheets, words in (
        ([sheet(("Hello", "world"))], "found no table"),
        (
            [sheet(("Staff Group", "Headcount"), ("Students", "1"), name=each) for each in ("A", "B")],
            "“A”, “B”",
        ),
        ([sheet(("Staff Group", "Headcount"), *[("Students", "1")] * 201)], "more than 200 rows"),
        (
            [sheet(("Staff Group", "Headcount", "Achieved"), ("Students", "\ufffc", "\ufffc"))],
            "never worked out",
        ),
    ):
        with pytest.raises(RuleBroken, match=words):
            rules.read_table(sheets, NEEDS)


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=8), st.text(max_size=8)), max_size=8))
def test_whatever_stands_in_a_table_is_judged_and_never_falls_over(rows: list[tuple[str, str, str]]) -> None:
    try:
        found = rules.read_table([sheet(("Staff Group", "Headcount", "Achieved"), *rows)], NEEDS)
    except (RuleBroken, NamesPeople):
        return
    for row in rules.judge(found, NEEDS):
        assert row.state.label
        if row.count is not None:
            assert 0 <= row.count.in_date <= row.count.in_post


def test_the_levels_of_the_table_are_told_from_course_names() -> None:
    assert rules.find_level("NHS|LOCAL|Sepsis recognition and management") is Level.MANAGE
    assert rules.find_level("Recognise sepsis") is Level.RECOGNISE
    assert rules.find_level("Sepsis awareness") is Level.AWARENESS
    assert rules.find_level("Fire safety") is None
    assert set(LEVELS.values()) == set(Level)
