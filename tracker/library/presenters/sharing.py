"""What was shared, and the members of a network, as lists show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from tracker.library.rules.sharing import Channel
from tracker.library.rules.words import retired_words
from tracker.web.formats import day as long_day
from tracker.web.formats import number, short_day

# How many members a line names before it only counts them.
NAMED = 3


class _Title(Protocol):
    @property
    def title(self) -> str: ...
    @property
    def code(self) -> str: ...


class _Resource(_Title, Protocol):
    @property
    def retired_on(self) -> date | None: ...


class _Organisation(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...


class _Share(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def entity_id(self) -> UUID: ...
    @property
    def organisation_id(self) -> UUID: ...
    @property
    def resource_id(self) -> UUID: ...
    @property
    def channel(self) -> Channel: ...
    @property
    def channel_words(self) -> str: ...
    @property
    def shared_on(self) -> date: ...
    @property
    def link(self) -> str: ...
    @property
    def reached(self) -> int | None: ...
    @property
    def reached_basis(self) -> str: ...
    @property
    def mistaken_reason(self) -> str: ...


class _Member(Protocol):
    @property
    def entity_id(self) -> UUID: ...
    @property
    def id(self) -> UUID: ...
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def icb(self) -> str: ...
    @property
    def from_on(self) -> date: ...
    @property
    def until_on(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class ShareLine:
    """One share of a ledger; `network` names who recorded it for this organisation, empty for its own.

    What a network counted are the people of all whom it told: `reached_where` says so, empty for one's own.
    """

    id: UUID
    title: str
    code: str
    how: str
    on: date
    reached: str
    reached_where: str
    basis: str
    network: str
    members: str
    mistaken: str
    retired: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A word of the address that narrows nothing: why, and how it is written."""

    field: str
    what: str
    how: str


def unread(field: str, words: str) -> Unread:
    what, how = {
        "resource": ("is not in the library", "Choose what was shared"),
        "channel": ("is no way of sharing", "Choose how it was shared"),
    }.get(field, ("is not a date", "Write it like 2026-03-31"))
    return Unread(field, f"“{words}” {what}", how)


def problems(rows: Iterable[Unread]) -> list[dict[str, str]]:
    """The same above a form that asks again."""
    return [{"text": f"{each.what}. {each.how}", "href": f"#filter-{each.field}"} for each in rows]


@dataclass(frozen=True, slots=True)
class Since:
    """What is said above a list, and how its link is called, when the figure of a past day led to it."""

    words: str
    other: str


def since(then: date, *, mistakes: bool) -> Since:
    """The list is of today, so the figure and the list may differ: which of them holds what, in words."""
    said = f"This is the list as it stands today; the figure you came from is of {long_day(then)}."
    if mistakes:
        return Since(f"{said} These were marked as a mistake, before that day or since.", "Show what counts")
    left = "What was marked as a mistake or changed since then is not in it."
    return Since(f"{said} {left}", "Show what was marked as a mistake")


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One membership, with what the network shared for it."""

    id: UUID
    name: str
    code: str
    icb: str
    term: str
    reached: str
    titles: tuple[str, ...]


def share_lines(
    rows: Sequence[_Share],
    resources: Mapping[UUID, _Resource],
    organisation_id: UUID,
    sharers: Mapping[UUID, _Organisation],
    members: Mapping[UUID, Sequence[_Organisation]],
) -> list[ShareLine]:
    return [share_line(row, resources, organisation_id, sharers, members.get(row.id, ())) for row in rows]


def share_line(
    row: _Share,
    resources: Mapping[UUID, _Resource],
    organisation_id: UUID,
    sharers: Mapping[UUID, _Organisation],
    members: Sequence[_Organisation],
) -> ShareLine:
    resource, sharer = resources.get(row.resource_id), sharers.get(row.organisation_id)
    by_others = row.organisation_id != organisation_id
    return ShareLine(
        id=row.entity_id,
        title=resource.title if resource else "Something that is no longer in the library",
        code=resource.code if resource else "",
        how=how(row),
        on=row.shared_on,
        reached=""
        if row.reached is None
        else f"{number(row.reached)} {'person' if row.reached == 1 else 'people'}",
        reached_where="in all organisations together" if by_others and row.reached is not None else "",
        basis=row.reached_basis,
        network=(sharer.name if sharer else "A network") if by_others else "",
        members="" if by_others else _members(members),
        mistaken=row.mistaken_reason,
        retired=retired_words(resource.retired_on if resource else None),
    )


def share_cells(
    row: _Share,
    resources: Mapping[UUID, _Resource],
    organisation_id: UUID,
    sharers: Mapping[UUID, _Organisation],
    members: Sequence[_Organisation],
    evidence: str,
) -> tuple[str, ...]:
    """A share as cells of a file: what the line says, the link and the title of its evidence; members are all named."""
    line = share_line(row, resources, organisation_id, sharers, members)
    sharer = sharers.get(row.organisation_id)
    return (
        line.code, line.title, line.how, line.on.isoformat(), row.link, evidence,
        "" if row.reached is None else str(row.reached),
        "" if row.reached is None else line.reached_where or "this organisation",
        line.basis, sharer.code if sharer else "", sharer.name if sharer else line.network,
        "" if line.network else "; ".join(each.name for each in members), line.mistaken,
    )  # fmt: skip


def retired_hint(resources: Mapping[UUID, _Resource], chosen: object, *, stands: bool) -> str:
    """What is said beside the choice in the form: what is no longer to be used was shared before, if at all.

    `stands`: a share is corrected, whose day may stay what it was.
    """
    row = next((each for key, each in resources.items() if str(key) == str(chosen)), None)
    words = "" if row is None else retired_words(row.retired_on)
    only = "another day must be an earlier one" if stands else "it can be recorded only for an earlier day"
    return f"{words}: {only}." if words else ""


def how(row: _Share) -> str:
    return f"{row.channel.label}: {row.channel_words}" if row.channel_words else row.channel.label


def member_lines(
    rows: Sequence[_Member],
    reached: Mapping[UUID, frozenset[UUID]],
    offered: Mapping[UUID, _Title],
) -> list[MemberLine]:
    """`reached` by membership; one that has ended is not in it. `offered`: what is in use."""
    return [_member_line(row, reached.get(row.entity_id), offered) for row in rows]


def resource_choices(resources: Iterable[_Title]) -> list[Choice]:
    return [Choice(each.code, each.title) for each in resources]


def channel_choices() -> list[Choice]:
    return [Choice(each.value, each.label) for each in Channel]


def terms(rows: Sequence[_Member]) -> list[tuple[UUID, str, str]]:
    """Each organisation once, with its days as a member: for a list of ticks."""
    found: dict[UUID, tuple[str, list[str]]] = {}
    for row in rows:
        found.setdefault(row.id, (f"{row.name} ({row.code})", []))[1].append(term(row))
    return [(member_id, name, "; ".join(days)) for member_id, (name, days) in found.items()]


def term(row: _Member) -> str:
    since = f"Since {short_day(row.from_on)}"
    return since if row.until_on is None else f"{short_day(row.from_on)} to {short_day(row.until_on)}"


def _member_line(row: _Member, found: frozenset[UUID] | None, offered: Mapping[UUID, _Title]) -> MemberLine:
    titles = sorted(offered[each].title for each in found or () if each in offered)
    words = "Membership has ended" if found is None else f"{len(titles)} of {len(offered)}"
    return MemberLine(
        row.entity_id, row.name, row.code, row.icb, term(row), words, tuple(titles) if found else ()
    )


def _members(members: Sequence[_Organisation]) -> str:
    if not members:
        return ""
    names = ", ".join(each.name for each in members[:NAMED])
    more = len(members) - NAMED
    return (
        f"{names} and {more} more members"
        if more > 1
        else f"{names} and 1 more member"
        if more == 1
        else names
    )
