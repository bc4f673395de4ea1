"""How the changes of an import are told in the audit trail; the chain itself is written by audit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tracker.organisations.rules import (
    Absent,
    Added,
    Change,
    Closed,
    Membership,
    Moved,
    Redated,
    Renamed,
    Reopened,
    Returned,
)

Public = dict[str, Any]

EVENTS: Mapping[type[Change], str] = {
    Added: "organisation.added",
    Renamed: "organisation.renamed",
    Moved: "organisation.moved",
    Closed: "organisation.closed",
    Reopened: "organisation.returned",
    Absent: "organisation.absent",
    Returned: "organisation.returned",
    # What an opening date dates is how far back the first name and place reach.
    Redated: "organisation.renamed",
}


def describe(change: Change, successors: tuple[str, ...]) -> Public:
    """The facts of one change, in clear: names of organisations are published and identify nobody."""
    match change:
        case Added():
            told = {"name": change.name, **_place(change.membership), "from_on": _day(change.opened_on)}
            return {key: value for key, value in told.items() if value is not None}
        case Renamed():
            return {"name": _changed(change.old, change.new)}
        case Moved():
            old, new = _place(change.old), _place(change.new)
            return {key: _changed(old[key], new[key]) for key in old if old[key] != new[key]}
        case Redated():
            return {"from_on": _changed(_day(change.old), _day(change.new))}
        case _:
            return _standing(change, successors)


def _standing(change: Change, successors: tuple[str, ...]) -> Public:
    match change:
        case Closed(on=on, because="succession"):
            return {"until_on": _day(on), "successor": list(successors)}
        case Closed(on=on):
            return {"until_on": _day(on)}
        case Reopened(closed_on=closed_on):
            return {"until_on": _changed(_day(closed_on), None)}
        case Absent(since=since):
            return {"from_on": _day(since)}
        case Returned(absent_since=since):
            return {"from_on": _changed(_day(since), None)}
    return {}


def _place(membership: Membership) -> dict[str, str | None]:
    return {"region": membership.region_code, "icb": membership.icb_code}


def _changed(old: str | None, new: str | None) -> dict[str, str | None]:
    return {"old": old, "new": new}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
