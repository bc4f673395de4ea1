"""When a practice may be saved, sent and called proven; how long questions wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.library.rules import EvaluationResult
from tracker.practice.rules import (
    PracticeFacts,
    Waited,
    counts_of_one,
    is_proven,
    problems_of_practice,
    waiting_of,
)

TODAY = date(2026, 11, 23)
WHOLE = PracticeFacts(
    "Trolley on every ward", "SEP16-12", what="We put one there", effect="It is found faster",
    effect_measure="Minutes, before and after", contact_role="Sepsis team",
)  # fmt: skip
EVALUATED = replace(
    WHOLE, method="Audit", evaluated_on=date(2026, 9, 1), result=EvaluationResult.SHOWS_EFFECT
)


def fields(facts: PracticeFacts, *, sending: bool = True) -> list[str]:
    return [field for field, _message in problems_of_practice(facts, TODAY, sending=sending)]


def test_a_draft_needs_a_title_alone_and_what_is_sent_needs_what_a_reader_needs() -> None:
    draft = PracticeFacts("Trolley", "SEP16-12")
    assert fields(draft, sending=False) == []
    assert fields(draft) == ["what", "effect", "effect_measure", "contact_role"]
    assert fields(replace(draft, title=" "), sending=False) == ["title"]
    assert fields(WHOLE) == fields(EVALUATED) == []


@pytest.mark.parametrize(
    "words",
    [
        "Dr Patel",
        "Mrs. Jones",
        "Professor Smith",
        "ms A Brown",
        "Sr Mary",
        "The lead, Dr Patel",
        "dr smith",
        "Sr Jones",
        "Sr. Jones",
        "Ms Jane Smith",
        "MS J. Smith",
        "Ms Ward",
        "Sr Nurse, or Sr Élodie",
        "jane.smith2@nhs.net",
    ],
)
def test_a_person_is_no_role(words: str) -> None:
    assert fields(replace(WHOLE, contact_role=words), sending=False) == ["contact_role"]


@pytest.mark.parametrize(
    "words",
    [
        "Senior sister",
        "Professional development team",
        "Sepsis nurse",
        "Dressings",
        "sepsis.team@nhs.net",
        "Sr nurse, emergency department",
        "Sr Charge Nurse, emergency department",
        "MS specialist nurse",
        "MS Specialist Nurse",
        "The sister (MS clinic)",
    ],
)
def test_a_job_or_a_team_is(words: str) -> None:
    assert fields(replace(WHOLE, contact_role=words)) == []


def test_a_half_told_evaluation_is_not_sent() -> None:
    assert fields(replace(WHOLE, finding="It works")) == ["result", "method", "evaluated_on"]
    assert fields(replace(EVALUATED, evaluated_on=None)) == ["evaluated_on"]
    assert fields(replace(WHOLE, finding="It works"), sending=False) == []


def test_what_has_happened_is_not_in_the_future() -> None:
    tomorrow = TODAY + timedelta(days=1)
    late = replace(EVALUATED, evaluated_on=tomorrow, shared_locally_on=tomorrow, shared_locally_how="By mail")
    assert fields(late, sending=False) == ["evaluated_on", "shared_locally_on"]
    assert fields(replace(late, evaluated_on=TODAY, shared_locally_on=TODAY)) == []


def test_a_local_share_has_its_day_and_its_way() -> None:
    assert fields(replace(WHOLE, shared_locally_on=TODAY)) == ["shared_locally_how"]
    assert fields(replace(WHOLE, shared_locally_how="By mail")) == ["shared_locally_on"]


@given(
    st.sampled_from([None, *EvaluationResult]),
    st.sampled_from([None, date(2026, 1, 1)]),
    st.sampled_from(["", "  ", "Audit"]),
)
def test_only_an_effect_with_its_day_and_its_method_proves(result, on, method) -> None:
    whole = result is EvaluationResult.SHOWS_EFFECT and on is not None and method == "Audit"
    assert is_proven(replace(WHOLE, result=result, evaluated_on=on, method=method)) is whole


def test_what_others_see_is_proven_and_shared_by_its_days() -> None:
    on = EVALUATED.evaluated_on
    assert on is not None
    shared = replace(EVALUATED, shared_locally_on=on + timedelta(days=9), shared_locally_how="By mail")
    assert counts_of_one(WHOLE, None) == counts_of_one(WHOLE, WHOLE) == (False, False)
    assert counts_of_one(shared, None) == counts_of_one(shared, WHOLE) == (True, False)
    assert counts_of_one(shared, EVALUATED) == (True, False)
    assert counts_of_one(WHOLE, shared) == (True, True)
    for ago, counted in ((-1, (False, False)), (0, (True, False)), (8, (True, False)), (9, (True, True))):
        assert counts_of_one(shared, shared, on + timedelta(days=ago)) == counted


days = st.integers(0, 400)


@given(st.lists(st.tuples(days, st.one_of(st.none(), days))))
def test_half_of_all_who_asked_have_their_answer_within_so_many_days(drawn) -> None:
    questions = [
        Waited(
            TODAY - timedelta(days=asked),
            None if took is None else TODAY - timedelta(days=asked) + timedelta(days=min(took, asked)),
        )
        for asked, took in drawn
    ]
    found = waiting_of(questions, TODAY)
    opened = [asked for asked, took in drawn if took is None]
    took = [min(took, asked) for asked, took in drawn if took is not None]
    assert (found.count, found.open) == (len(drawn), len(opened))
    assert (found.longest_days, found.longest_open_days) == (
        max([*opened, *took], default=None),
        max(opened, default=None),
    )
    if found.half_days is None:
        assert not drawn or 2 * len(took) < len(drawn)
    else:
        assert 2 * sum(each <= found.half_days for each in took) >= len(drawn)
        assert 2 * sum(each < found.half_days for each in took) < len(drawn)


@given(st.lists(st.tuples(days, st.one_of(st.none(), days)), min_size=1))
def test_to_ask_never_makes_the_waiting_time_shorter(drawn) -> None:
    asked = [
        Waited(
            TODAY - timedelta(days=ago), None if took is None else TODAY - timedelta(days=max(0, ago - took))
        )
        for ago, took in drawn
    ]
    before = waiting_of(asked, TODAY).half_days
    after = waiting_of([*asked, Waited(TODAY, None)], TODAY).half_days
    assert after is None or (before is not None and after >= before)


def test_nobody_asked_is_no_figure() -> None:
    found = waiting_of([], TODAY)
    assert (found.count, found.half_days, found.longest_days) == (0, None, None)
