"""Figures in words, against what was declared, and across organisations."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.catalogue.rules import Delivery
from tracker.measures.base import Figure, Supports, percentage, quarter_ends, reaches
from tracker.measures.rules import (
    caption,
    caution,
    distribution,
    headline,
    hold,
    in_points,
    lag_days,
    spread_words,
)


def figure(numerator: int | None = None, denominator: int | None = None, **values: object) -> Figure:
    given: dict[str, object] = {
        "measure": "champions", "code": "SEP16-12", "supports": Supports.NOT_YET, "because": "Two are missing.",
        "about": date(2026, 9, 30), "counted": "departments with a champion", "of": "departments in scope",
    }  # fmt: skip
    return Figure(numerator=numerator, denominator=denominator, **{**given, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (figure(7, 12), "7 of 12, 58 %"),
        (figure(3, 4), "3 of 4"),
        (figure(0, 0), "0 of 0"),
        (figure(1840, 2300), "1,840 of 2,300, 80 %"),
        (figure(answer="considered and declined"), "considered and declined"),
        (figure(), "No figure yet"),
        (figure(5, None), "No figure yet"),
    ],
)
def test_the_headline(shown: Figure, words: str) -> None:
    assert headline(shown) == words


def test_the_caption_says_what_both_numbers_count() -> None:
    assert caption(figure(7, 12)) == "departments with a champion, out of departments in scope"
    assert caption(figure()) == ""


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(0, 5, 0), (5, 5, 100), (1, 1000, 1), (999, 1000, 99), (1, 8, 13), (3, 4, None), (None, 9, None)],
)
def test_a_percentage_is_100_for_all_and_0_for_none_only(
    numerator: int | None, denominator: int, expected: int | None
) -> None:
    assert percentage(numerator, denominator) == expected


@given(st.integers(0, 5000), st.integers(5, 5000))
def test_a_percentage_lies_within_one_of_the_share(numerator: int, denominator: int) -> None:
    numerator = min(numerator, denominator)
    found = percentage(numerator, denominator)
    assert found is not None and abs(found - 100 * numerator / denominator) <= 1
    assert (found == 100) == (numerator == denominator)
    assert (found == 0) == (numerator == 0)


def test_a_mark_is_reached_without_rounding() -> None:
    assert reaches(90, 100, 90)
    assert not reaches(899, 1000, 90)
    assert not reaches(0, 0, 90)


@pytest.mark.parametrize(
    ("delivery", "supports", "differ", "begins"),
    [
        (Delivery.DELIVERED, Supports.NOT_YET, True, "You said that this is in place; the figures do not"),
        (Delivery.ASSURED, Supports.NO_FIGURE, True, "You said that this is in place; there is no figure"),
        (Delivery.DELIVERED, Supports.IN_PLACE, False, "Two are missing."),
        (Delivery.IN_PROGRESS, Supports.IN_PLACE, True, "You said that this is not in place"),
        (Delivery.IN_PROGRESS, Supports.NOT_YET, False, "Two are missing."),
        (None, Supports.NO_FIGURE, False, "Two are missing."),
    ],
)
def test_what_was_said_is_held_against_the_figures(
    delivery: Delivery | None, supports: Supports, differ: bool, begins: str
) -> None:
    held = hold(delivery, figure(7, 12, supports=supports))
    assert held.differ is differ
    assert held.sentence.startswith(begins)
    assert held.supported == supports.label


@pytest.mark.parametrize("delivery", [Delivery.DELIVERED, Delivery.IN_PROGRESS])
@pytest.mark.parametrize("supports", list(Supports))
def test_of_another_organisation_nobody_is_told_that_they_said_it(
    delivery: Delivery, supports: Supports
) -> None:
    told = replace(figure(7, 12, supports=supports), because="You said that it cannot be counted.")
    assert "You said" in hold(delivery, told).sentence
    theirs = hold(delivery, told, "They").sentence
    assert "You said" not in theirs and "They said that" in theirs
    assert "HEE said that" in hold(delivery, told, "HEE").sentence


@pytest.mark.parametrize(
    ("supports", "answer", "words"),
    [
        (Supports.IN_PLACE, "", ""),
        (Supports.NOT_YET, "", "figures: not yet"),
        (Supports.NO_FIGURE, "", "figures: no figure yet"),
        # What may not leave its trust contradicts nothing.
        (Supports.NO_FIGURE, "fewer than 5 incidents", ""),
    ],
)
def test_a_claim_of_in_place_has_a_caution_where_figures_support_less(
    supports: Supports, answer: str, words: str
) -> None:
    found = figure(answer=answer, supports=supports)
    assert caution(found) == words
    assert bool(words) is hold(Delivery.DELIVERED, found).differ


def test_what_may_not_leave_its_trust_contradicts_nothing() -> None:
    hidden = figure(answer="fewer than 5 incidents", supports=Supports.NO_FIGURE)
    held = hold(Delivery.DELIVERED, hidden)
    assert (held.differ, held.sentence) == (False, "Two are missing.")


def test_median_and_quartiles_by_hand() -> None:
    shares = [10, 20, 30, 40, 50]
    found = distribution([figure(each, 100) for each in shares], asked=9)
    assert (found.having, found.asked, found.lower, found.median, found.upper) == (5, 9, 20, 30, 40)
    assert spread_words(found) == "median 30 %, the middle half from 20 % to 40 %"


def test_what_has_no_figure_is_not_0_per_cent() -> None:
    figures = [figure(8, 10)] * 5 + [figure(), None, figure(0, 0)]
    found = distribution(figures, asked=8)
    assert (found.having, found.median) == (5, 80)


def test_no_median_of_fewer_than_five() -> None:
    found = distribution([figure(1, 2)] * 4, asked=20)
    assert (found.having, found.median) == (4, None)
    assert spread_words(found) == "fewer than 5 have a figure: no median"
    assert spread_words(distribution([], asked=20)) == "none has a figure"


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 100)), min_size=5, max_size=30))
def test_the_three_numbers_are_in_order(pairs: list[tuple[int, int]]) -> None:
    found = distribution([figure(min(each), max(each)) for each in pairs], asked=len(pairs))
    assert found.lower is not None and found.median is not None and found.upper is not None
    assert 0 <= found.lower <= found.median <= found.upper <= 100


def test_the_oldest_day_is_told() -> None:
    figures = [figure(1, 9, about=date(2025, 3, 31)), figure(2, 9)]
    assert distribution(figures, asked=2).oldest == date(2025, 3, 31)


def test_the_lag_from_the_day_to_its_recording() -> None:
    assert lag_days(figure(1, 9, recorded_at=datetime(2026, 10, 10, 9, tzinfo=UTC))) == 10
    assert lag_days(figure(1, 9)) is None


def test_quarter_ends_end_with_the_day_itself() -> None:
    days = quarter_ends(date(2026, 11, 23))
    assert len(days) == 8
    assert [days[0], days[-2], days[-1]] == [date(2025, 3, 31), date(2026, 9, 30), date(2026, 11, 23)]
    assert quarter_ends(date(2026, 1, 1), 3) == [date(2025, 9, 30), date(2025, 12, 31), date(2026, 1, 1)]


def test_points_are_in_the_order_of_their_days() -> None:
    early, late = figure(1, 9, about=date(2026, 3, 31)), figure(2, 9)
    assert in_points([late, figure(about=None), early]) == [(early.about, early), (late.about, late)]
