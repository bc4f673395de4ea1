"""What needs somebody's attention, ranked: pure decisions over what the floors below have read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from tracker import clock
from tracker.catalogue.rules import Delivery
from tracker.progress.rules import CONFIRMED_WITHIN_MONTHS, Standing, is_overdue

EXPIRES_SOON_DAYS = 30


class Rank(IntEnum):
    """The order in which things need people: what is broken, then what is late, then what is missing."""

    LAPSED = 1
    NOT_ACCEPTED = 2
    OVERDUE = 3
    OUT_OF_DATE = 4
    RECHECK = 5
    UNCONFIRMED = 6
    TO_AGREE = 7
    NO_EVIDENCE = 8
    ACTION_OVERDUE = 9
    EXPIRES_SOON = 10
    NOTHING = 11


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What attention is decided from, for one record. `soonest_expiry`: of its live evidence; `action_due`: of its
    open actions, the first."""

    code: str
    number: int
    delivery: Delivery | None
    standing: Standing
    confirmed_on: date | None
    due_on: date | None
    delivered_on: date | None
    evidence_in_use: int
    evidence_live: int
    wording_changed: bool
    not_accepted: bool = False
    soonest_expiry: date | None = None
    action_due: date | None = None
    may_agree: bool = False


@dataclass(frozen=True, slots=True)
class Attention:
    """One thing that needs somebody; `day` orders things of the same rank, the longest waiting first."""

    rank: Rank
    code: str
    number: int
    day: date | None


def attention(record: RecordFacts, today: date) -> Attention | None:
    """The most pressing thing about a record, or None when nothing is."""
    for rank, applies, day in _reasons(record, today):
        if applies:
            return Attention(rank, record.code, record.number, day)
    return None


def ranked(found: list[Attention]) -> list[Attention]:
    """Most pressing first; within a rank the longest waiting, then by number."""
    return sorted(found, key=lambda each: (each.rank, each.day or date.max, each.number))


def _reasons(record: RecordFacts, today: date) -> list[tuple[Rank, bool, date | None]]:
    expires = record.soonest_expiry
    old = clock.months_before(today, CONFIRMED_WITHIN_MONTHS)
    return [
        (Rank.LAPSED, record.standing is Standing.LAPSED, record.delivered_on),
        (Rank.NOT_ACCEPTED, record.not_accepted, record.delivered_on),
        (Rank.OVERDUE, is_overdue(record.delivery, record.due_on, today), record.due_on),
        (Rank.OUT_OF_DATE, record.evidence_in_use > 0 and not record.evidence_live, record.delivered_on),
        (Rank.RECHECK, record.wording_changed, record.confirmed_on),
        (
            Rank.UNCONFIRMED,
            record.confirmed_on is not None and record.confirmed_on < old,
            record.confirmed_on,
        ),
        (Rank.TO_AGREE, record.may_agree and record.standing is Standing.WAITING, record.delivered_on),
        (Rank.NO_EVIDENCE, record.standing is Standing.NO_EVIDENCE, record.delivered_on),
        (
            Rank.ACTION_OVERDUE,
            record.action_due is not None and record.action_due < today,
            record.action_due,
        ),
        (Rank.EXPIRES_SOON, expires is not None and (expires - today).days <= EXPIRES_SOON_DAYS, expires),
        (Rank.NOTHING, record.standing is Standing.NOTHING, None),
    ]
