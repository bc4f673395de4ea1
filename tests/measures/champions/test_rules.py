"""The rules of champions by example, with figures worked by hand, and for any register."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.measures.champions.conftest import TODAY, a_post
from tracker.errors import RuleBroken
from tracker.measures.base import Supports, Urgency
from tracker.measures.champions import rules
from tracker.measures.champions.rules import (
    Arrangement,
    Decided,
    Decision,
    Department,
    Duty,
    Model,
    Overlap,
    Part,
    Picture,
    Post,
    Stamp,
    Task,
    Tasks,
)

MARKS = {"effectiveness_review_months": 12, "champion_ending_days": 30, "review_months": 12}
EMERGENCY, MATERNITY, SURGERY, CLOSED = (
    Department(uuid4(), "Emergency department", date(2025, 1, 1)),
    Department(uuid4(), "Maternity", date(2025, 1, 1)),
    Department(uuid4(), "Surgery", date(2025, 1, 1)),
    Department(uuid4(), "Ward 9", date(2025, 1, 1), date(2026, 3, 31)),
)
FOUR = (EMERGENCY, MATERNITY, SURGERY, CLOSED)


def decided(decision: Decision = Decision.ADOPT, on: date = date(2026, 1, 5)) -> Decided:
    return Decided(on, "Deteriorating Patient Group", decision, "Why")


def picture(arrangement: Arrangement | None = Arrangement.EACH_DEPARTMENT, **more: object) -> Picture:
    model = None if arrangement is None else Model(arrangement, rotation_months=6, posts_planned=5)
    values: dict[str, object] = {"decided": decided(), "model": model, "departments": FOUR, **more}
    return Picture(stamp=Stamp(datetime(2026, 11, 1, tzinfo=UTC), uuid4()), **values)


def at(department: Department, name: str, start: date, end: date | None = None, **more: object) -> Post:
    return a_post(name, start, end, department_id=department.id, **more)


def broken(check: object, *arguments: object) -> dict[str, str]:
    with pytest.raises(RuleBroken) as raised:
        check(*arguments)  # type: ignore[operator]
    return dict(raised.value.problems)


# --- the figure ---------------------------------------------------------------------------------------------


def test_without_a_decision_there_is_no_figure() -> None:
    figure = rules.figure(Picture(), TODAY, MARKS)
    assert (figure.exists, figure.supports, figure.percent) == (False, Supports.NO_FIGURE, None)


@pytest.mark.parametrize(
    "decision, answer",
    [(Decision.NO, "considered and declined"), (Decision.NOT_NOW, "considered, not now")],
)
def test_declined_and_not_now_are_answers_apart_from_every_fraction(decision: Decision, answer: str) -> None:
    figure = rules.figure(picture(decided=decided(decision)), TODAY, MARKS)
    assert (figure.answer, figure.has_fraction, figure.supports) == (answer, False, Supports.IN_PLACE)


def test_one_in_each_counts_departments_in_scope_that_have_somebody_today() -> None:
    posts = [
        at(EMERGENCY, "A", date(2025, 1, 1), date(2026, 11, 23)),  # her last day counts
        at(MATERNITY, "B", date(2025, 1, 1), date(2026, 11, 22)),  # yesterday does not
        at(SURGERY, "C", date(2026, 11, 24)),  # tomorrow does not
        at(CLOSED, "D", date(2025, 1, 1)),  # a department that has left the list
    ]
    figure = rules.figure(picture(posts=posts), TODAY, MARKS)
    assert (figure.numerator, figure.denominator, figure.percent) == (1, 3, None)
    assert figure.parts[0].numerator == 2, "A and D are in post"
    earlier = rules.figure(picture(posts=posts), date(2026, 3, 31), MARKS)
    assert (earlier.numerator, earlier.denominator) == (3, 4)


def test_one_who_moves_counts_departments_visited_in_the_planned_cycle() -> None:
    # Three departments in scope, one champion, 6 months each: the cycle began on 23 May 2025.
    posts = [
        at(EMERGENCY, "A", date(2024, 1, 1), date(2025, 5, 23)),  # ended as the cycle began
        at(MATERNITY, "A", date(2025, 5, 24), date(2025, 11, 30)),
        at(SURGERY, "A", date(2025, 12, 1)),
    ]
    figure = rules.figure(picture(Arrangement.ROTATING, posts=posts), TODAY, MARKS)
    model = Model(Arrangement.ROTATING, rotation_months=6, posts_planned=1)
    assert rules.cycle_start(model, 3, TODAY) == date(2025, 5, 23)
    assert rules.cycle_start(replace(model, posts_planned=2), 3, TODAY) == date(2025, 11, 23)
    single = rules.figure(replace(picture(posts=posts), model=model), TODAY, MARKS)
    assert (single.numerator, single.denominator) == (2, 3)
    # Five who move at once see all three within half a year: only where somebody was since May counts.
    assert (figure.numerator, figure.denominator) == (1, 3)


def test_posts_filled_out_of_posts_planned_count_a_shared_post_once() -> None:
    shared = {"title": "Lead nurse", "part": Part.LEAD}
    posts = [
        a_post("A", date(2026, 1, 1), **shared),
        a_post("B", date(2026, 1, 1), **shared),
        a_post("C", date(2026, 1, 1), part=Part.LINK),
        a_post("D", date(2026, 1, 1), part=Part.LINK),
        a_post("E", date(2026, 1, 1), date(2026, 6, 1), part=Part.LINK),
    ]
    figure = rules.figure(picture(Arrangement.LEAD_AND_LINK, posts=posts), TODAY, MARKS)
    assert (figure.numerator, figure.denominator, figure.percent) == (3, 5, 60)
    assert [(each.label, each.numerator) for each in figure.parts[:3]] == [
        ("In post", 4),
        ("Lead", 2),
        ("Link staff", 2),
    ]


def test_more_than_planned_is_all_of_them_and_said() -> None:
    posts = [a_post(str(number), date(2026, 1, 1)) for number in range(7)]
    figure = rules.figure(picture(Arrangement.OTHER, posts=posts), TODAY, MARKS)
    assert (figure.numerator, figure.denominator, figure.percent) == (5, 5, 100)
    assert "2 more than planned" in figure.rule


def test_nothing_to_count_against_is_an_answer_and_never_0_percent() -> None:
    for empty in (picture(None), picture(departments=())):
        figure = rules.figure(empty, TODAY, MARKS)
        assert (figure.answer, figure.percent, figure.numerator) == ("considered and adopted", None, None)


@pytest.mark.parametrize(
    "posts, reviewed, supports, words",
    [
        ([], [], Supports.NOT_YET, "nobody is in post and no review"),
        ([a_post("A", date(2026, 1, 1))], [], Supports.NOT_YET, "no review"),
        ([a_post("A", date(2026, 1, 1))], [date(2025, 11, 22)], Supports.NOT_YET, "over 12 months old"),
        ([a_post("A", date(2026, 1, 1))], [date(2025, 11, 23)], Supports.IN_PLACE, "1 person is in post"),
        ([a_post("A", date(2026, 1, 1))], [date(2026, 11, 24)], Supports.NOT_YET, "no review"),
    ],
)
def test_adopted_is_in_place_with_somebody_in_post_and_a_review_within_the_mark(
    posts: list[Post], reviewed: list[date], supports: Supports, words: str
) -> None:
    figure = rules.figure(picture(posts=posts, reviewed_on=reviewed), TODAY, MARKS)
    assert figure.supports is supports
    assert words in figure.because


days = st.dates(date(2024, 1, 1), date(2028, 1, 1))
spans = st.tuples(days, st.none() | st.integers(0, 400)).map(
    lambda each: (each[0], None if each[1] is None else each[0] + timedelta(days=each[1]))
)
any_post = st.builds(
    lambda span, place, part, title: a_post(
        "A", span[0], span[1], department_id=place, part=part, title=title
    ),
    spans,
    st.none() | st.sampled_from([each.id for each in FOUR]),
    st.sampled_from(Part),
    st.sampled_from(["", "Lead nurse"]),
)


@given(st.lists(any_post, max_size=8), st.sampled_from(Arrangement), days)
def test_a_figure_is_never_more_than_all_and_never_counts_who_is_not_there(
    posts: list[Post], arrangement: Arrangement, day: date
) -> None:
    figure = rules.figure(picture(arrangement, posts=posts), day, MARKS)
    if figure.numerator is None or figure.denominator is None:
        assert figure.answer
        return
    assert 0 <= figure.numerator <= figure.denominator
    if arrangement is not Arrangement.ROTATING and not any(each.on(day) for each in posts):
        assert figure.numerator == 0 and figure.supports is Supports.NOT_YET


@given(spans, spans)
def test_two_in_one_post_meet_or_do_not_whoever_is_asked(one: tuple, two: tuple) -> None:
    first, second = at(EMERGENCY, "A", *one), at(EMERGENCY, "B", *two)
    meets = {each.days for each in rules.clashes(first, [second])}
    assert meets == {each.days for each in rules.clashes(second, [first])}
    together = [day for day in (one[0], two[0]) if first.on(day) and second.on(day)]
    assert bool(meets) == bool(together), "two spans that meet hold the first day of one of them in common"


# --- what a form may say ------------------------------------------------------------------------------------


def check(wanted: Post, *others: Post, arrangement: Arrangement | None = Arrangement.EACH_DEPARTMENT) -> None:
    rules.check_post(wanted, others, {each.id for each in FOUR}, arrangement)


def test_an_end_before_its_start_is_refused() -> None:
    found = broken(check, at(EMERGENCY, "A", date(2026, 5, 2), date(2026, 5, 1)))
    assert found == {"ends_on": "The last day must be on or after the first day."}


def test_a_single_day_is_right() -> None:
    check(at(EMERGENCY, "A", date(2026, 5, 1), date(2026, 5, 1)))


def test_an_empty_form_names_every_problem_at_once() -> None:
    found = broken(check, replace(a_post("", None), holder=rules.Person()))
    assert set(found) == {"name", "profession", "starts_on", "department"}


def test_a_year_that_cannot_be_is_asked_about() -> None:
    assert "year" in broken(check, at(EMERGENCY, "A", date(1926, 5, 1)))["starts_on"]


def test_a_deputy_is_somebody_else_and_has_a_name() -> None:
    assert (
        "somebody else"
        in broken(check, at(EMERGENCY, "Asha  Patel", TODAY, deputy="asha patel"))["deputy_name"]
    )
    nameless = replace(at(EMERGENCY, "A", TODAY), deputy=rules.Person("", "Doctor"))
    assert "name of the deputy" in broken(check, nameless)["deputy_name"]


def test_the_same_person_twice_in_one_post_is_refused() -> None:
    before = at(EMERGENCY, "Asha Patel", date(2026, 1, 1))
    assert "already" in broken(check, at(EMERGENCY, "asha patel", TODAY), before)["starts_on"]
    check(at(MATERNITY, "Asha Patel", TODAY), before)


def test_two_in_one_post_are_asked_whether_it_is_a_handover_week() -> None:
    before = at(EMERGENCY, "Asha Patel", date(2026, 1, 1), date(2026, 11, 29))
    wanted = at(EMERGENCY, "Ben Hill", TODAY)
    found = broken(check, wanted, before)["overlap"]
    assert found.startswith("Asha Patel is in this post too, from 1 January 2026, until 29 November 2026.")
    assert found.endswith("Is this a handover week?")
    check(replace(wanted, overlap=Overlap.HANDOVER), before)


def test_a_handover_without_an_end_is_none_and_sharing_may_go_on() -> None:
    before, wanted = at(EMERGENCY, "Asha Patel", date(2026, 1, 1)), at(EMERGENCY, "Ben Hill", TODAY)
    assert "31 days" in broken(check, replace(wanted, overlap=Overlap.HANDOVER), before)["overlap"]
    check(replace(wanted, overlap=Overlap.SHARED), before)


def test_one_after_the_other_is_no_overlap() -> None:
    check(at(EMERGENCY, "Ben", TODAY), at(EMERGENCY, "Asha", date(2026, 1, 1), TODAY - timedelta(days=1)))


def test_link_staff_without_a_place_are_each_a_post_of_their_own() -> None:
    link = [a_post(name, TODAY, part=Part.LINK) for name in "AB"]
    check(link[0], link[1], arrangement=Arrangement.LEAD_AND_LINK)
    leads = [a_post(name, TODAY, part=Part.LEAD) for name in "AB"]
    assert "overlap" in broken(lambda: check(leads[0], leads[1], arrangement=Arrangement.LEAD_AND_LINK))


def test_a_department_of_nobody_is_refused() -> None:
    assert "department" in broken(check, a_post("A", TODAY, department_id=uuid4()))


def test_a_department_stands_once_on_the_list_at_a_time() -> None:
    again = Department(uuid4(), " maternity ", date(2026, 1, 1))
    assert "already" in broken(rules.check_department, again, FOUR)["name"]
    rules.check_department(Department(uuid4(), "ward 9", date(2026, 4, 1)), FOUR)
    assert "until_on" in broken(rules.check_department, replace(again, until_on=date(2025, 1, 1)), [])


def test_a_decision_has_a_date_a_meeting_an_answer_and_a_reason() -> None:
    found = broken(rules.check_decision, Decided(None, "", None, ""), TODAY)
    assert set(found) == {"considered_on", "forum", "decision", "reason"}
    late = broken(rules.check_decision, decided(on=TODAY + timedelta(days=1)), TODAY)
    assert late == {"considered_on": "The date when this was considered must be today or in the past."}


def test_a_model_follows_a_decision_and_has_what_it_counts_by() -> None:
    assert "" in broken(rules.check_model, Model(Arrangement.EACH_DEPARTMENT), Decision.NO)
    found = broken(rules.check_model, Model(Arrangement.ROTATING), Decision.ADOPT)
    assert set(found) == {"rotation_months"}
    found = broken(rules.check_model, Model(Arrangement.OTHER), Decision.ADAPT)
    assert set(found) == {"posts_planned", "description"}
    rules.check_model(Model(Arrangement.EACH_DEPARTMENT), Decision.ADAPT)


def test_a_hand_over_has_a_last_day_after_the_first_and_another_person() -> None:
    leaving = at(EMERGENCY, "Asha", date(2026, 5, 1))
    assert "ends_on" in broken(rules.check_hand_over, leaving, None, a_post("Ben", TODAY))
    assert (
        "later" in broken(rules.check_hand_over, leaving, date(2026, 4, 30), a_post("Ben", TODAY))["ends_on"]
    )
    assert "somebody else" in broken(rules.check_hand_over, leaving, TODAY, a_post("asha", TODAY))["name"]


# --- what needs somebody ------------------------------------------------------------------------------------


def needs(found: Picture, *tasks: Tasks, named: bool = True) -> list[tuple[Urgency, str]]:
    return [(each.urgency, each.text) for each in rules.attention(found, TODAY, MARKS, tasks, named=named)]


def test_the_first_thing_is_a_decision() -> None:
    assert needs(Picture()) == [(Urgency.MISSING, "Record what was decided about champions")]


def test_not_now_is_looked_at_again_after_a_year_and_no_is_left_alone() -> None:
    assert needs(picture(decided=decided(Decision.NOT_NOW, date(2025, 11, 23)))) == []
    assert needs(picture(decided=decided(Decision.NOT_NOW, date(2025, 11, 22)))) == [
        (Urgency.LATE, "Look again at having champions")
    ]
    assert needs(picture(decided=decided(Decision.NO, date(2020, 1, 1)))) == []


def test_nobody_in_post_any_more_is_the_most_urgent() -> None:
    posts = [at(EMERGENCY, "A", date(2026, 1, 1), date(2026, 3, 3))]
    found = rules.attention(picture(posts=posts, reviewed_on=[TODAY]), TODAY, MARKS, named=True)
    assert [(each.urgency, each.text, each.note) for each in found] == [
        (Urgency.BROKEN, "Say who the champion is now", "nobody in post since 3 March 2026")
    ]


def test_departments_without_one_ending_soon_and_no_deputy() -> None:
    posts = [
        at(EMERGENCY, "Asha Patel", date(2026, 1, 1), date(2026, 12, 23)),
        at(MATERNITY, "Ben Hill", date(2026, 1, 1), date(2026, 12, 24), deputy="Cy Dale"),
    ]
    assert needs(picture(posts=posts, reviewed_on=[TODAY])) == [
        (Urgency.SOON, "Hand over from Asha Patel"),
        (Urgency.MISSING, "Say who the champion for Surgery is"),
        (Urgency.MISSING, "Name a deputy for Asha Patel"),
    ]
    texts = [text for _urgency, text in needs(picture(posts=posts, reviewed_on=[TODAY]), named=False)]
    assert texts[0] == "Hand over from the champion for Emergency department"
    assert not any("Asha" in text for text in texts)


def test_who_has_a_successor_needs_none() -> None:
    posts = [
        at(department, name, start, end, deputy="D")
        for department, name, start, end in (
            (EMERGENCY, "A", date(2026, 1, 1), date(2026, 11, 30)),
            (EMERGENCY, "B", date(2026, 12, 1), None),
            (MATERNITY, "C", date(2026, 1, 1), None),
            (SURGERY, "E", date(2026, 1, 1), None),
        )
    ]
    assert needs(picture(posts=posts, reviewed_on=[TODAY])) == []


def test_many_departments_without_one_are_one_line() -> None:
    wards = [Department(uuid4(), f"Ward {number}", date(2025, 1, 1)) for number in range(9)]
    posts = [at(wards[0], "A", date(2026, 1, 1), deputy="B")]
    found = needs(picture(departments=wards, posts=posts, reviewed_on=[TODAY]))
    assert found == [(Urgency.MISSING, "Say who the champions are in 8 departments")]


def test_a_review_is_due_after_the_mark() -> None:
    posts = [a_post("A", date(2026, 1, 1), deputy="B")]

    def reviews(*days: date) -> list[Urgency]:
        return [
            urgency
            for urgency, text in needs(picture(Arrangement.OTHER, posts=posts, reviewed_on=days))
            if "Review" in text
        ]

    assert reviews() == [Urgency.MISSING]
    assert reviews(date(2025, 11, 22)) == [Urgency.LATE]
    assert reviews(date(2025, 12, 1)) == [Urgency.SOON]
    assert reviews(date(2025, 11, 22), date(2026, 6, 1)) == []


def test_what_a_hand_over_leaves_to_the_lead() -> None:
    tasks = Tasks(uuid4(), date(2026, 11, 1), frozenset(Task))
    found = rules.attention(Picture(decided=decided(Decision.NO)), TODAY, MARKS, [tasks], named=True)
    assert [each.urgency for each in found] == [Urgency.LATE, Urgency.LATE]
    assert all(UUID(each.values["handover"]) == tasks.id for each in found)


def test_an_owner_with_a_deputy_is_a_fact_for_others() -> None:
    assert rules.owner(Picture(), TODAY) is None
    owns = a_post("A", date(2026, 1, 1), deputy="B")
    stands, words, about = rules.owner(picture(posts=[owns]), TODAY) or (None, "", None)
    assert (stands, about) == (True, date(2026, 1, 1)) and "A " in words and "B" not in words
    assert (rules.owner(picture(posts=[replace(owns, has_deputy=False)]), TODAY) or ())[0] is False
    assert (rules.owner(picture(posts=[replace(owns, duties=frozenset({Duty.MONITORS}))]), TODAY) or ())[
        0
    ] is False
