"""One resource of the national library on its own page: rows of facts, its owners' checks, its history."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from tracker.library.rules import Endorsement, GuidelineVersion
from tracker.library.rules.words import ResourceLine
from tracker.measures.alignment.rules import (
    Claim,
    Claims,
    Item,
    Standing,
    counting,
    disagree,
    shared_standing,
    standing,
)
from tracker.web.formats import day

COLOURS = {
    Standing.ALIGNED: "green",
    Standing.RECHECK: "yellow",
    Standing.OVERDUE: "orange",
    Standing.PARTLY: "yellow",
    Standing.NOT: "red",
    Standing.UNASSESSED: "white",
}
# What a change of a resource is called in its history.
FIELDS = {
    "title": "title", "kind": "what it is", "made_by": "who made it", "level": "where it was developed",
    "session_code": "session code", "format": "format", "format_words": "format in its maker’s words",
    "audience_words": "suggested audience", "audiences": "audience", "covers": "what it covers", "modules": "modules",
    "description": "description", "minutes": "time", "is_interactive": "use in a group", "endorsement": "endorsement",
    "owner_id": "whose it is",
    "serves": "recommendations", "link": "web address", "funder": "funder", "developer": "developer",
    "funding_note": "note on funding", "funding_checked_on": "day that funding was checked", "note": "note",
    "retired_on": "retired", "position": "place in the list", "section": "section",
}  # fmt: skip


class State(Protocol):
    """One state of a resource."""

    @property
    def version(self) -> int: ...
    @property
    def author_id(self) -> UUID | None: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def retired_on(self) -> date | None: ...


class Stated(Protocol):
    """What stands in a resource's row and in no list."""

    @property
    def session_code(self) -> str: ...
    @property
    def format_words(self) -> str: ...
    @property
    def audience_words(self) -> str: ...
    @property
    def section(self) -> str: ...
    @property
    def is_interactive(self) -> bool: ...
    @property
    def endorsement(self) -> Endorsement: ...


class Paid(Protocol):
    """Who pays for it and who makes it; empty is not recorded."""

    @property
    def funder(self) -> str: ...
    @property
    def developer(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Checked:
    """What the owners of a resource have recorded of it and NICE. `each`: one line for each, when there are several."""

    label: str
    colour: str
    words: str
    each: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the history."""

    at: datetime
    what: str
    author_id: UUID | None


def facts(
    row: Stated, line: ResourceLine, owner: str, funding: Paid
) -> list[tuple[str, str | tuple[str, ...]]]:
    """The rows of its page; what nobody has said is left out, but for what a reader would look for."""
    said: list[tuple[str, str | tuple[str, ...]]] = [
        ("Format", line.format),
        ("Time that it takes", line.minutes.capitalize()),
        ("Made by", line.made_by),
        ("Developed", line.level),
        ("Suggested audience", row.audience_words),
        ("For", line.audience_ours),
        ("Covers", line.covers),
        ("Modules", line.modules),
        ("Use", "In a group, and talked about" if row.is_interactive else ""),
        ("Session code", row.session_code),
        ("Part of the source", row.section),
        ("Made or endorsed", row.endorsement.label),
        ("Owner in this service", owner),
        ("Developer", funding.developer),
        ("Funder", funding.funder),
        ("Note", line.note),
    ]
    return [(key, value) for key, value in said if value]


NOT_CHECKED = Checked(
    "Not checked",
    "white",
    "No owner has recorded a check against NICE here. Not checked is not the same as up to date.",
)


def checked(owners: Claims, versions: Collection[GuidelineVersion], today: date) -> Checked:
    """The checks that are inherited from its owners' lists, the national body's first; or that there is none."""
    counted = counting(owners, today)
    if not counted:
        return NOT_CHECKED
    where = shared_standing(counted, versions, today)
    if len(counted) == 1:
        return Checked(where.label, COLOURS[where], _said_by(counted[0]))
    said = f"{len(counted)} organisations list it as their own and have checked it."
    if disagree(counted, versions, today):
        said += " They did not find the same: the more cautious counts."
    lines = (
        f"{each.owner}: {standing(each.item, versions, today).label}, {_checked_for(each.item)}"
        for each in counted
    )
    return Checked(where.label, COLOURS[where], said, tuple(lines))


def _said_by(claim: Claim) -> str:
    """An owner is named as one only where it is known to be: the national body may speak of what is nobody's yet."""
    if claim.is_owner:
        return f"As its owner, {claim.owner}, recorded {_checked_for(claim.item)}."
    return (
        f"{claim.owner} recorded this {_checked_for(claim.item)}. Whose resource it is has not been recorded."
    )


def claimed(claims: Claims, versions: Collection[GuidelineVersion], today: date) -> list[str]:
    """Who calls it their own and what they found, for whoever says whose it is."""
    return [
        f"{each.owner}: {_found(each.item, versions, today)}" for each in claims if each.item.in_use(today)
    ]


def _found(item: Item, versions: Collection[GuidelineVersion], today: date) -> str:
    where = standing(item, versions, today)
    said = f"{where.label[:1].lower()}{where.label[1:]}"
    return said if where is Standing.UNASSESSED else f"{said}, {_checked_for(item)}"


def _checked_for(item: Item) -> str:
    """`for everybody after a check on 1 January 2026`."""
    on = f" after a check on {day(item.assessed.assessed_on)}" if item.assessed else ""
    return f"for {item.patients.label.lower()}{on}"


def nice_words(found: Checked) -> str:
    """`Checked: up to date with NICE`, in a list of resources."""
    if found.colour == "white":
        return "Not checked against NICE"
    return f"Checked: {found.label[:1].lower()}{found.label[1:]}"


def history(states: Sequence[State]) -> list[Change]:
    """What changed from state to state, the youngest first."""
    return [
        Change(after.recorded_at, _changed(after, before), after.author_id)
        for after, before in zip(states, [*states[1:], None], strict=True)
    ]


def _changed(after: State, before: State | None) -> str:
    if before is None:
        return "Added"
    if before.retired_on is not None and after.retired_on is None:
        return "Brought back into use"
    if before.retired_on is None and after.retired_on is not None:
        return f"Retired from {day(after.retired_on)}"
    names = [words for name, words in FIELDS.items() if _of(after, name) != _of(before, name)]
    return f"Changed: {', '.join(names)}" if names else "Saved again"


def _of(state: State, name: str) -> Any:
    return getattr(state, name)
