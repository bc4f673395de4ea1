"""Months, steps, the guard and the figure, by example and for any register."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import RuleBroken
from tracker.measures.base import Supports, Urgency
from tracker.measures.incidents.rules import (
    Counted,
    Facts,
    Framework,
    Loop,
    Nil,
    NilFacts,
    Resource,
    Response,
    Theme,
    Training,
    add_months,
    check_facts,
    check_loop,
    check_nil,
    cohort,
    figure_of,
    last_day,
    month_of,
    needs_of,
    outside,
    quarters_of,
)
from tracker.measures.incidents.rules.figure import is_long_open, median_days
from tracker.measures.rules import headline

MARKS = {"incident_cohort_from_months": 14, "incident_cohort_to_months": 2, "incident_sharing_days": 60}
DAY = date(2026, 11, 23)
DAYS = st.dates(date(2005, 1, 1), date(2090, 12, 31))


def done(month: date, *, shared: int = 10, resource: Resource | None = Resource.OWN) -> Counted:
    """Shared with both so many days after the end of its month."""
    on = last_day(month) + timedelta(days=shared)
    return Counted(month, on - timedelta(days=2), on, resource, None)


def figure(*incidents: Counted, nils: tuple[Nil, ...] = (), day: date = DAY) -> Any:
    return figure_of(day, incidents, nils, MARKS)


def nil(first: date, last: date, on: date = date(2026, 11, 3)) -> Nil:
    return Nil(first, last, "Patient safety team", on)


# --- the cohort -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "day, first, last",
    [
        (date(2026, 11, 23), date(2025, 9, 1), date(2026, 8, 1)),
        (date(2026, 11, 1), date(2025, 9, 1), date(2026, 8, 1)),
        (date(2026, 11, 30), date(2025, 9, 1), date(2026, 8, 1)),
        (date(2026, 12, 1), date(2025, 10, 1), date(2026, 9, 1)),
        (date(2027, 1, 31), date(2025, 11, 1), date(2026, 10, 1)),
        (date(2027, 2, 28), date(2025, 12, 1), date(2026, 11, 1)),
        (date(2028, 2, 29), date(2026, 12, 1), date(2027, 11, 1)),
        (date(2027, 3, 1), date(2026, 1, 1), date(2026, 12, 1)),
    ],
)
def test_the_cohort_is_twelve_whole_months(day: date, first: date, last: date) -> None:
    assert cohort(day, 14, 2) == (first, last)


@given(DAYS)
def test_whatever_the_day_everybody_in_the_cohort_had_sixty_days(day: date) -> None:
    first, last = cohort(day, 14, 2)
    assert add_months(first, 11) == last
    assert (day - last_day(last)).days >= 60
    # Within 14 months, whatever the length of the months.
    assert first == add_months(month_of(day), -14)


@given(DAYS)
def test_every_month_is_in_the_cohort_of_exactly_twelve_months(day: date) -> None:
    month = month_of(day)
    firsts = [add_months(month, count) for count in range(20)]
    holding = [each for each in firsts if cohort(each, 14, 2)[0] <= month <= cohort(each, 14, 2)[1]]
    assert holding == firsts[3:15]


# --- the figure -------------------------------------------------------------------------------------------


def test_the_figure_worked_by_hand() -> None:
    """Six in the cohort: three done in all; one heard by the people only; one without material; one not begun."""
    register = [
        done(date(2025, 9, 1), shared=20),
        done(date(2025, 12, 1), shared=61, resource=Resource.NATIONAL),
        done(date(2026, 8, 1), shared=0),
        Counted(date(2026, 1, 1), date(2026, 2, 10), None, Resource.OWN, None),
        done(date(2026, 3, 1), shared=40, resource=Resource.NONE),
        Counted(date(2026, 8, 1)),
        # Outside the cohort, before and after.
        replace(done(date(2025, 8, 1)), closed_on=date(2025, 12, 1)),
        done(date(2026, 9, 1)),
    ]
    found = figure(*register)
    assert (found.numerator, found.denominator, found.percent) == (3, 6, 50)
    assert found.supports is Supports.NOT_YET
    assert found.because == (
        "Of 6 incidents, 2 not yet shared with both the people involved and their department "
        "and 2 without learning material."
    )
    parts = {each.label: (each.numerator, each.denominator) for each in found.parts}
    assert parts == {
        "Reached the people involved": (5, 6),
        "Reached their department": (4, 6),
        "Learning material used": (4, 6),
        "Shared with both within 60 days": (3, 6),
        # 0, 20, 40, 61: between 20 and 40.
        "Days to sharing": (30, None),
        "Open for more than 6 months": (4, None),
    }
    assert "September 2025 to August 2026" in found.of and found.about == DAY


def test_all_of_the_cohort_supports_in_place() -> None:
    found = figure(done(date(2026, 1, 1)), done(date(2026, 2, 1)))
    assert found.supports is Supports.IN_PLACE
    assert (found.numerator, found.denominator, found.percent) == (2, 2, None)


def test_what_is_shared_after_the_day_does_not_count_on_it() -> None:
    late = done(date(2026, 8, 1), shared=100)
    assert figure(late).numerator == 0
    assert figure(late, day=date(2026, 12, 20)).numerator == 1


def test_an_empty_register_is_no_figure_and_not_nought_per_cent() -> None:
    found = figure()
    assert not found.exists and found.percent is None and found.supports is Supports.NO_FIGURE
    assert headline(found) == "No figure yet"
    assert "nobody has confirmed that there were none" in found.because


def test_a_confirmed_nil_is_an_answer_and_not_a_hundred_per_cent() -> None:
    found = figure(nils=(nil(date(2025, 9, 1), date(2026, 8, 1)),))
    assert found.supports is Supports.IN_PLACE and found.percent is None and not found.has_fraction
    assert headline(found) == "none, confirmed by the patient safety team on 3 November 2026"


def test_two_confirmations_may_cover_the_period_between_them() -> None:
    old = nil(date(2025, 1, 1), date(2026, 3, 1), date(2026, 4, 9))
    new = nil(date(2026, 4, 1), date(2026, 9, 1), date(2026, 10, 5))
    assert figure(nils=(new, old)).answer.endswith("on 5 October 2026")
    part = figure(nils=(old,))
    assert not part.exists and "none in April 2026 to August 2026." in part.because


def test_a_nil_lapses_when_the_period_moves_on() -> None:
    confirmed = nil(date(2025, 9, 1), date(2026, 8, 1))
    assert figure(nils=(confirmed,), day=date(2026, 11, 30)).exists
    assert not figure(nils=(confirmed,), day=date(2026, 12, 1)).exists


def test_a_nil_that_an_incident_contradicts_supports_nothing() -> None:
    confirmed = nil(date(2025, 1, 1), date(2026, 8, 1))
    found_later = done(date(2025, 3, 1))  # in the confirmed months, before the cohort
    assert not figure(found_later, nils=(confirmed,)).exists
    in_cohort = figure(done(date(2026, 1, 1)), nils=(confirmed,))
    assert (in_cohort.numerator, in_cohort.denominator, in_cohort.answer) == (1, 1, "")


def test_days_run_from_the_end_of_the_month_and_a_half_is_rounded_up() -> None:
    month = date(2026, 1, 1)
    early = Counted(month, date(2026, 1, 5), date(2026, 1, 9), Resource.OWN)
    assert median_days([early], DAY) == 0
    assert median_days([done(month, shared=10), done(month, shared=13)], DAY) == 12
    assert median_days([Counted(month)], DAY) is None


@pytest.mark.parametrize(
    "month, day, late",
    [
        (date(2026, 5, 1), date(2026, 11, 30), False),
        (date(2026, 5, 1), date(2026, 12, 1), True),
        (date(2026, 2, 1), date(2026, 8, 31), False),
        (date(2026, 2, 1), date(2026, 9, 1), True),
        (date(2025, 8, 1), date(2026, 2, 28), False),
        (date(2025, 8, 1), date(2026, 3, 1), True),
    ],
)
def test_open_over_six_months_by_the_end_of_the_month(month: date, day: date, late: bool) -> None:
    assert is_long_open(Counted(month), day) is late
    assert not is_long_open(Counted(month, closed_on=day), day)


REGISTERS = st.lists(
    st.builds(
        Counted,
        st.dates(date(2024, 1, 1), DAY).map(month_of),
        st.none() | st.dates(date(2024, 1, 1), date(2027, 6, 1)),
        st.none() | st.dates(date(2024, 1, 1), date(2027, 6, 1)),
        st.none() | st.sampled_from(Resource),
        st.none() | st.dates(date(2024, 1, 1), date(2027, 6, 1)),
    ),
    max_size=30,
)


@given(REGISTERS)
def test_the_figure_holds_together_whatever_the_register(register: list[Counted]) -> None:
    found = figure(*register)
    in_cohort = [each for each in register if date(2025, 9, 1) <= each.month <= date(2026, 8, 1)]
    if not in_cohort:
        assert not found.exists
        return
    assert found.denominator == len(in_cohort) and 0 <= found.numerator <= found.denominator
    assert (found.supports is Supports.IN_PLACE) == (found.numerator == found.denominator)
    shares = [each.numerator for each in found.parts if each.denominator is not None]
    assert all(found.numerator <= count <= found.denominator for count in shares[:3])
    assert shares[3] <= min(shares[0], shares[1])


# --- what may leave the trust -----------------------------------------------------------------------------


@given(REGISTERS, st.booleans())
def test_no_small_count_is_left_in_what_is_seen_outside(register: list[Counted], confirmed: bool) -> None:
    nils = (nil(date(2025, 9, 1), date(2026, 8, 1)),) if confirmed else ()
    inside = figure(*register, nils=nils)
    seen = outside(inside)
    assert seen.exists == inside.exists
    if inside.denominator is not None and inside.denominator >= 5:
        assert (seen.numerator, seen.denominator) == (inside.numerator, inside.denominator)
        assert seen.supports is inside.supports
        assert " not yet shared" not in seen.because and "without learning" not in seen.because
    else:
        assert seen.numerator is None and seen.denominator is None and seen.supports is Supports.NO_FIGURE
        assert seen.parts == () and seen.recorded_at is None
    counts = [each for each in seen.parts if each.denominator is None and each.label != "Days to sharing"]
    assert all(each.numerator >= 5 for each in counts)


def test_none_few_and_all_of_a_few_look_alike_outside() -> None:
    few = [done(date(2026, 1, 1)), Counted(date(2026, 2, 1)), done(date(2026, 3, 1))]
    seen = {
        outside(figure(nils=(nil(date(2025, 9, 1), date(2026, 8, 1)),))),
        outside(figure(*few)),
        outside(figure(*few[:1])),
        outside(figure(*few, done(date(2026, 4, 1)))),
    }
    assert len(seen) == 1
    assert not outside(figure()).exists, "that nothing is recorded is no count"


def test_a_quarter_under_five_is_hidden_and_never_alone() -> None:
    def several(month: date, count: int) -> list[Counted]:
        return [done(month) for _each in range(count)]

    many = [*several(date(2025, 10, 1), 5), *several(date(2026, 1, 1), 7), *several(date(2026, 4, 1), 6)]
    held = [*several(date(2025, 9, 1), 8), *many, *several(date(2026, 7, 1), 2)]
    shown = {start: None if each is None else len(each) for start, each in quarters_of(DAY, held, MARKS)}
    # The third of 2026 is small; the smallest other goes with it, so that the total does not tell it.
    assert shown == {
        date(2025, 7, 1): 8,
        date(2025, 10, 1): None,
        date(2026, 1, 1): 7,
        date(2026, 4, 1): 6,
        date(2026, 7, 1): None,
    }


@given(REGISTERS)
def test_quarters_never_show_a_small_count(register: list[Counted]) -> None:
    shown = [each for _start, each in quarters_of(DAY, register, MARKS)]
    assert all(len(each) >= 5 for each in shown if each is not None)
    assert sum(each is None for each in shown) != 1


# --- what needs somebody ----------------------------------------------------------------------------------


def test_what_needs_somebody() -> None:
    old, unused, fine = uuid4(), uuid4(), uuid4()
    rows = [
        (old, "2026-1", Counted(date(2026, 1, 1))),
        (unused, "2026-2", done(date(2026, 8, 1), resource=None)),
        (fine, "2026-3", done(date(2026, 8, 1))),
    ]
    counted = [each for _id, _reference, each in rows]
    claim = uuid4()
    nils = [(claim, nil(date(2025, 9, 1), date(2026, 1, 1)))]
    needs = needs_of(DAY, rows, nils, figure(*counted))
    assert [(each.urgency, each.endpoint, each.values.get("item")) for each in needs] == [
        (Urgency.BROKEN, "incidents.take_back", str(claim)),
        (Urgency.LATE, "incidents.loop", str(old)),
        (Urgency.SOON, "incidents.loop", str(unused)),
    ]
    assert "2026-1 was reported then" in needs[0].note


def test_an_empty_register_needs_somebody() -> None:
    (need,) = needs_of(DAY, [], [], figure())
    assert need.urgency is Urgency.MISSING and need.endpoint == "incidents.register"
    assert needs_of(DAY, [], [], figure(nils=(nil(date(2025, 9, 1), date(2026, 8, 1)),))) == []


# --- steps ------------------------------------------------------------------------------------------------

FACTS = Facts(
    "2026-0147", Framework.PSIRF, Response.SWARM, date(2026, 6, 1), "Ward 7", Theme.FLUIDS, "Call early"
)
WHOLE = Loop(
    "Call early", date(2026, 7, 1), date(2026, 7, 8), None, Resource.OWN, "Slides", None, Training.CHANGED,
    "A simulation was added", date(2026, 8, 1), "", date(2026, 8, 2),
)  # fmt: skip


def refused(act: Any) -> dict[str, str]:
    with pytest.raises(RuleBroken) as broken:
        act()
    return dict(broken.value.problems)


def facts(looked: bool = False, **changes: Any) -> bool:
    wanted = replace(FACTS, **changes)
    return check_facts(wanted, Loop(), ["2026-0001"], today=DAY, looked=looked)


def loop(looked: bool = False, **changes: Any) -> bool:
    return check_loop(replace(WHOLE, **changes), date(2026, 6, 1), today=DAY, looked=looked)


def test_what_is_right_is_taken() -> None:
    assert facts() is False and loop() is False
    assert check_loop(Loop(), date(2026, 6, 1), today=DAY, looked=False) is False


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"reference": ""}, "reference"),
        ({"reference": "2026-0001"}, "reference"),
        ({"month": None}, "month"),
        ({"month": date(2026, 12, 1)}, "month"),
        ({"month": date(1999, 12, 1)}, "month"),
        ({"department": ""}, "department"),
        ({"learning": "NHS number 943 476 5919"}, "learning"),
        ({"reference": "943 476 5919"}, "reference"),
    ],
)
def test_facts_that_are_refused(changes: dict[str, Any], field: str) -> None:
    assert field in refused(lambda: facts(looked=True, **changes))


def test_this_month_is_no_month_ahead() -> None:
    assert facts(month=date(2026, 11, 1)) is False


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"people_on": date(2026, 11, 24)}, "people_on"),
        ({"people_on": date(2026, 5, 31)}, "people_on"),
        ({"learning": ""}, "learning"),
        ({"resource_title": ""}, "resource_title"),
        ({"training_text": ""}, "training_text"),
        ({"training_on": None}, "training_on"),
        ({"training": Training.NO_CHANGE}, "no_change_because"),
        ({"people_on": None}, "people_on"),
        ({"department_on": None}, "department_on"),
        ({"resource": None}, "resource"),
        ({"training": None}, "training"),
        ({"closed_on": date(2026, 7, 31)}, "closed_on"),
        ({"closed_on": date(2026, 11, 24)}, "closed_on"),
        ({"no_change_because": "Patient 943 476 5919", "training": Training.NO_CHANGE}, "no_change_because"),
    ],
)
def test_loops_that_are_refused(changes: dict[str, Any], field: str) -> None:
    assert field in refused(lambda: loop(looked=True, **changes))


def test_a_loop_may_wait_until_it_is_to_be_closed() -> None:
    assert loop(closed_on=None, department_on=None, resource=None, training=None) is False
    assert loop(resource=Resource.NONE, resource_title="") is False


def none(months: list[date] | None = None, **changes: Any) -> None:
    wanted = NilFacts(date(2025, 9, 1), date(2026, 8, 1), "Patient safety team", "Jo Lowe", date(2026, 9, 4))
    check_nil(replace(wanted, **changes), months or [], today=DAY)


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"first": None}, "first"),
        ({"first": date(2026, 9, 1)}, "last"),
        ({"last": date(2026, 11, 1)}, "last"),
        ({"first": date(2023, 8, 1)}, "first"),
        ({"months": [date(2026, 8, 1)]}, "first"),
        ({"confirmed_by": ""}, "confirmed_by"),
        ({"confirmed_by": "Mr Smith"}, "confirmed_by"),
        ({"confirmed_name": "943 476 5919"}, "confirmed_name"),
        ({"confirmed_on": None}, "confirmed_on"),
        ({"confirmed_on": date(2026, 11, 24)}, "confirmed_on"),
        ({"confirmed_on": date(2026, 8, 31)}, "confirmed_on"),
    ],
)
def test_confirmations_that_are_refused(changes: dict[str, Any], field: str) -> None:
    assert field in refused(lambda: none(**changes))


def test_a_confirmation_that_holds_and_may_carry_a_name() -> None:
    none()
    none(months=[date(2025, 8, 1), date(2026, 9, 1)], confirmed_name="Dr Jo Lowe")


# --- who a patient is -------------------------------------------------------------------------------------


def test_a_wrong_alarm_has_a_way_on_and_an_nhs_number_has_none() -> None:
    text = "Baby Brown went to the unit"
    problems = refused(lambda: facts(learning=text))
    assert set(problems) == {"learning", "looked"}
    assert "Brown" not in problems["learning"], "the message does not say the name again"
    assert facts(looked=True, learning=text) is True
    assert set(refused(lambda: facts(looked=True, learning="943 476 5919"))) == {"learning"}


def test_a_reference_may_look_like_a_number_and_a_change_may_give_its_day() -> None:
    assert facts(reference="W123456") is False
    assert loop(training_text="From 1 August 2026 every shift begins with a simulation") is False
    assert "training_text" in refused(lambda: loop(training_text="for the lady born 1 August 1946"))
