"""Pure decisions of the summary: answered, days as people type them, ladders, cells of a CSV."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.catalogue.rules import Delivery
from tracker.errors import RuleBroken
from tracker.progress.rules import Standing
from tracker.summary import rules
from tracker.summary.rules import Answered, Before, Movement, RecordCount

DAY = date(2026, 10, 31)


@pytest.mark.parametrize(
    "recorded,oldest,expected",
    [
        (0, None, Answered.NOTHING),
        (1, date(2026, 10, 1), Answered.PART),
        (9, date(2020, 1, 1), Answered.PART),
        (10, date(2025, 10, 31), Answered.CONFIRMED),
        (10, date(2025, 10, 30), Answered.OLDER),
    ],
)
def test_answered_is_never_only_somewhat(recorded: int, oldest: date | None, expected: Answered) -> None:
    assert rules.answered(recorded, 10, oldest, rules.fresh_from(DAY)) is expected


@pytest.mark.parametrize(
    "typed", ["2026-03-31", "31-3-2026", "31/03/2026", "31.3.2026", "31 March 2026", " 31 mar 2026 "]
)
def test_a_day_is_read_as_people_write_it(typed: str) -> None:
    assert rules.read_day(typed, "as_at", "Position on") == date(2026, 3, 31)


@pytest.mark.parametrize(
    "typed",
    ["31", "31 2026", "31-02-2026", "2026-3", "soon", "１-3-2026", "31-3-26", "1 2 3 4", "31 x 2026", "-"],
)
def test_nonsense_is_no_day(typed: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        rules.read_day(typed, "as_at", "Position on")
    assert broken.value.problems == (("as_at", "Position on must be a real date, such as 31 March 2026"),)


def test_nothing_typed_is_no_day_and_no_problem() -> None:
    assert rules.read_day("  ", "as_at", "Position on") is None


def test_days_to_come_and_before_the_report_are_refused() -> None:
    for day in (date(2026, 11, 1), date(2016, 10, 31)):
        with pytest.raises(RuleBroken):
            rules.check_day(day, DAY, "as_at", "Position on")
    rules.check_day(DAY, DAY, "as_at", "Position on")


@pytest.mark.parametrize(
    "day,expected",
    [
        (date(2026, 10, 31), date(2026, 3, 31)),
        (date(2026, 3, 31), date(2025, 3, 31)),
        (date(2026, 1, 1), date(2025, 3, 31)),
    ],
)
def test_it_compares_with_the_end_of_the_last_financial_year(day: date, expected: date) -> None:
    assert rules.default_since(day) == expected


def alike(delivery: Delivery, count: int, **facts: object) -> RecordCount:
    given = {"live": False, "fresh": True, "accepted": False, "before": Before.NOT_ANSWERED, **facts}
    return RecordCount("c", delivery, count=count, **given)  # type: ignore[arg-type]


def test_who_has_not_answered_stays_in_the_ladder_and_an_accepted_reason_leaves_it() -> None:
    rows = [
        alike(Delivery.DELIVERED, 3, live=True),
        alike(Delivery.DELIVERED, 2, fresh=False),
        alike(Delivery.ASSURED, 3, live=True),
        alike(Delivery.ASSURED, 1),
        alike(Delivery.NOT_APPLICABLE, 1),
        alike(Delivery.NOT_APPLICABLE, 1, fresh=False),
        alike(Delivery.NOT_APPLICABLE, 1, fresh=False, accepted=True),
    ]
    found = rules.ladder(rows, 20)
    assert found.total == 19 and found.left_out == 1
    assert found.counts == {
        Standing.NOTHING: 8, Standing.NOT_STARTED: 0, Standing.STARTED: 0, Standing.NO_EVIDENCE: 2,
        Standing.WAITING: 3, Standing.CHECKED: 3, Standing.LAPSED: 1, Standing.NOT_APPLICABLE: 2,
    }  # fmt: skip
    assert (found.in_place, found.in_place_older, found.older) == (9, 2, 3)
    assert sum(found.counts.values()) == found.total


def test_only_those_answered_at_both_dates_are_compared() -> None:
    rows = [
        alike(Delivery.DELIVERED, 5, before=Before.ANSWERED),
        alike(Delivery.IN_PROGRESS, 2, before=Before.IN_PLACE),
        alike(Delivery.ASSURED, 7, before=Before.IN_PLACE),
        alike(Delivery.DELIVERED, 4),
        alike(Delivery.NOT_STARTED, 1),
        alike(Delivery.DELIVERED, 9, before=Before.ANSWERED, fresh=False),
        alike(Delivery.NOT_APPLICABLE, 9, before=Before.IN_PLACE, accepted=True),
    ]
    assert rules.movement(rows) == Movement(difference=3, same=14, newly=5, newly_in_place=4)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "＝1", "＋1", "－1", "＠x", " =1", "\u200b=1"]
)
def test_what_a_spreadsheet_would_run_is_text(text: str) -> None:
    assert rules.safe_cell(text) == f"'{text}"


def test_other_cells_stay_as_they_are() -> None:
    cells = (None, True, False, 3, -3, date(2026, 1, 2), "Trust – one")
    assert [rules.safe_cell(each) for each in cells] == [
        "",
        "yes",
        "no",
        "3",
        "-3",
        "2026-01-02",
        "Trust – one",
    ]
