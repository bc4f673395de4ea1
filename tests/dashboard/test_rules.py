"""What needs somebody, and in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tracker.catalogue.rules import Delivery
from tracker.dashboard import rules
from tracker.dashboard.rules import Attention, Rank, RecordFacts
from tracker.progress.rules import Standing

TODAY = date(2026, 11, 23)
CALM = RecordFacts(
    code="SEP16-12", number=12, delivery=Delivery.ASSURED, standing=Standing.CHECKED, confirmed_on=date(2026, 10, 1),
    due_on=None, delivered_on=date(2026, 9, 1), evidence_in_use=2, evidence_live=2, wording_changed=False,
)  # fmt: skip


def test_a_record_in_order_needs_nobody() -> None:
    assert rules.attention(CALM, TODAY) is None


@pytest.mark.parametrize(
    "changes, rank",
    [
        ({"standing": Standing.LAPSED, "evidence_live": 0}, Rank.LAPSED),
        ({"not_accepted": True}, Rank.NOT_ACCEPTED),
        (
            {"delivery": Delivery.IN_PROGRESS, "standing": Standing.STARTED, "due_on": date(2026, 10, 31)},
            Rank.OVERDUE,
        ),
        (
            {"delivery": Delivery.DELIVERED, "standing": Standing.NO_EVIDENCE, "evidence_live": 0},
            Rank.OUT_OF_DATE,
        ),
        ({"wording_changed": True}, Rank.RECHECK),
        ({"confirmed_on": date(2025, 9, 1)}, Rank.UNCONFIRMED),
        ({"delivery": Delivery.DELIVERED, "standing": Standing.WAITING, "may_agree": True}, Rank.TO_AGREE),
        ({"standing": Standing.NO_EVIDENCE, "evidence_in_use": 0, "evidence_live": 0}, Rank.NO_EVIDENCE),
        ({"soonest_expiry": date(2026, 12, 23)}, Rank.EXPIRES_SOON),
        ({"delivery": None, "standing": Standing.NOTHING, "confirmed_on": None}, Rank.NOTHING),
    ],
)
def test_each_reason(changes: dict[str, object], rank: Rank) -> None:
    found = rules.attention(replace(CALM, **changes), TODAY)
    assert found is not None and found.rank is rank


def test_just_in_time_is_not_yet_a_reason() -> None:
    assert rules.attention(replace(CALM, soonest_expiry=date(2026, 12, 24)), TODAY) is None
    assert rules.attention(replace(CALM, confirmed_on=date(2025, 11, 23)), TODAY) is None


def test_the_most_pressing_first_then_the_longest_waiting() -> None:
    late = Attention(Rank.OVERDUE, "SEP16-10", 10, date(2026, 9, 1))
    later = Attention(Rank.OVERDUE, "SEP16-09", 9, date(2026, 10, 1))
    nothing = Attention(Rank.NOTHING, "SEP16-15", 15, None)
    lapsed = Attention(Rank.LAPSED, "SEP16-18", 18, date(2026, 11, 1))
    assert rules.ranked([nothing, later, late, lapsed]) == [lapsed, late, later, nothing]
