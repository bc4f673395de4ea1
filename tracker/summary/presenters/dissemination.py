"""Which training has reached whom, as tables: by region and board, by resource, and organisations across resources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from tracker.catalogue.rules import OrganisationKind
from tracker.summary.rules import OrganisationRow, Spread, Touch
from tracker.web.formats import day, number

Touches = Mapping[tuple[UUID, UUID], Touch]
Link = Callable[..., str]
NOT_KNOWN = "Not known"
# Of fewer there is no percentage.
SMALL = 5
# One and many, as they are counted in a sentence.
NOUNS = {
    OrganisationKind.NHS_TRUST: ("NHS trust", "NHS trusts"),
    OrganisationKind.NATIONAL_BODY: ("national body", "national bodies"),
    OrganisationKind.HIGHER_EDUCATION: ("higher education institution", "higher education institutions"),
    OrganisationKind.ROYAL_COLLEGE: ("royal college", "royal colleges"),
    OrganisationKind.HEALTH_INNOVATION_NETWORK: ("health innovation network", "health innovation networks"),
    OrganisationKind.CARE_PROVIDER: ("care provider", "care providers"),
    OrganisationKind.OTHER: ("other organisation", "other organisations"),
}


class Resource(Protocol):
    @property
    def entity_id(self) -> UUID: ...
    @property
    def code(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def retired_on(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Counted:
    """Whose organisations are counted: where, all of them or an auditor's, and whether anybody lists them all."""

    place: str
    national: bool
    has_register: bool


@dataclass(frozen=True, slots=True)
class ReachLine:
    """A region or a board: how many of its organisations were reached; `href` leads to those that were not."""

    name: str
    reached: str
    share: str
    waiting: int
    href: str


@dataclass(frozen=True, slots=True)
class ResourceLine:
    """One resource: how many organisations shared it, for how many a network did, how many it reached in all.

    `key` stands for it above the columns: a letter, because the source numbers its resources itself, with gaps.
    `code` leads to the page of the resource.
    """

    key: str
    code: str
    title: str
    note: str
    own: int
    on_behalf: int
    reached: str
    href: str
    waiting: int
    waiting_href: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One square: its letter and its words say what its shade says."""

    letter: str
    words: str
    state: str


@dataclass(frozen=True, slots=True)
class Square:
    """An organisation and a resource; `href` leads to what was shared, empty where nothing was."""

    mark: Mark
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class CoverageRow:
    name: str
    code: str
    href: str
    squares: tuple[Square, ...]


@dataclass(frozen=True, slots=True)
class NotReachedLine:
    """An organisation to write to."""

    id: UUID
    name: str
    code: str
    href: str
    region: str
    icb: str
    last: str


@dataclass(frozen=True, slots=True)
class SpreadHead:
    """What is counted, in words; `when` stands beside every figure. `note` says why there is no share."""

    figure: str
    line: str
    note: str
    when: str
    noun: str
    one: str


OWN = Mark("S", "shared by itself", "checked")
BEHALF = Mark("N", "shared for it by a network", "started")
BOTH = Mark("B", "both: by itself and by a network", "waiting")
NONE = Mark("–", "not shared", "nothing")
LEGEND = (OWN, BEHALF, BOTH, NONE)


def spread_head(
    wanted: Spread, what: str, rows: Sequence[OrganisationRow], met: frozenset[UUID], counted: Counted
) -> SpreadHead:
    """The one figure above all tables."""
    selection = wanted.selection
    one, noun = NOUNS[selection.kind]
    reached = sum(row.id in met for row in rows)
    when = f"{day(wanted.since)} to {day(selection.day)} ({wanted.months} months)"
    return SpreadHead(
        figure=_out_of(reached, len(rows), counted),
        # "1 of 12 NHS trusts", but "1 care provider in the tracker": where there is no share, the count has the noun.
        line=f"{one if reached == 1 and not counted.has_register else noun} {_which(counted)} reached by {what}",
        note="" if counted.has_register else _why_no_share(len(rows), counted),
        when=when,
        noun=noun,
        one=one,
    )


def _which(counted: Counted) -> str:
    if not counted.national:
        return f"that you audit in {counted.place}"
    return f"open in {counted.place}" if counted.has_register else "in the tracker"


def _why_no_share(total: int, counted: Counted) -> str:
    those = "in the tracker" if counted.national else "that you audit"
    return f"{number(total)} {those}; nobody holds a register of all, so this is a count and no share."


def _out_of(part: int, whole: int, counted: Counted) -> str:
    """A share only where somebody lists them all: those in the tracker are no denominator."""
    return f"{number(part)} of {number(whole)}" if counted.has_register else number(part)


def reached_ids(touches: Touches) -> frozenset[UUID]:
    return frozenset(organisation_id for organisation_id, _ in touches)


def is_listed(row: OrganisationRow, met: frozenset[UUID], reached: str, text: str) -> bool:
    """Whether the list, narrowed by its words and by who was reached, holds this organisation."""
    named = f"{row.name} {row.code}".lower()
    wanted = not reached or (row.id in met) == (reached == "yes")
    return wanted and all(word in named for word in text.lower().split())


def reach_lines(
    rows: Sequence[OrganisationRow],
    met: frozenset[UUID],
    place: Callable[[OrganisationRow], str],
    codes: Mapping[str, str],
    link: Callable[[str], str],
    counted: Counted,
) -> list[ReachLine]:
    """One line for each place, by name; `codes` by name, for the links."""
    totals: dict[str, list[UUID]] = {}
    for row in rows:
        totals.setdefault(place(row) or NOT_KNOWN, []).append(row.id)
    return [
        _reach_line(name, ids, met, link(codes[name]) if name in codes else "", counted)
        for name, ids in sorted(totals.items(), key=lambda each: (each[0] == NOT_KNOWN, each[0]))
    ]


def resource_lines(
    resources: Sequence[Resource],
    rows: Sequence[OrganisationRow],
    touches: Touches,
    link: Link,
    counted: Counted,
) -> list[ResourceLine]:
    ids = {row.id for row in rows}
    found: dict[UUID, list[Touch]] = {each.entity_id: [] for each in resources}
    for (organisation_id, resource_id), touch in touches.items():
        if organisation_id in ids and resource_id in found:
            found[resource_id].append(touch)
    return [
        _resource_line(letters(place), each, found[each.entity_id], len(ids), link, counted)
        for place, each in enumerate(resources, start=1)
    ]


def coverage(
    rows: Iterable[OrganisationRow],
    resources: Sequence[Resource],
    touches: Touches,
    link: Link,
) -> list[CoverageRow]:
    return [
        CoverageRow(
            row.name,
            row.code,
            link(row.code),
            tuple(_square(row.code, each, touches.get((row.id, each.entity_id)), link) for each in resources),
        )
        for row in rows
    ]


def _square(code: str, resource: Resource, touch: Touch | None, link: Link) -> Square:
    """No address where nothing was shared; else that of the organisation's shares of this resource."""
    return Square(mark(touch), resource.title, link(code, resource=resource.code) if touch else "")


def mark(touch: Touch | None) -> Mark:
    if touch is None:
        return NONE
    if touch.own and touch.on_behalf:
        return BOTH
    return OWN if touch.own else BEHALF


def not_reached_lines(
    rows: Iterable[OrganisationRow], last: Mapping[UUID, date], link: Callable[[str], str]
) -> list[NotReachedLine]:
    return [
        NotReachedLine(
            row.id, row.name, row.code, link(row.code), row.region or NOT_KNOWN, row.icb or NOT_KNOWN,
            day(last[row.id]) if row.id in last else "Never",
        )
        for row in rows
    ]  # fmt: skip


def letters(place: int) -> str:
    """A to Z, then AA, for the first, second … of a list."""
    rest, last = divmod(place - 1, 26)
    return (letters(rest) if rest else "") + chr(ord("A") + last)


def percent(part: int, whole: int) -> str:
    """Rounded; 100 % only for all and 0 % only for none; nothing of a few."""
    if whole < SMALL:
        return ""
    nearest = (200 * part + whole) // (2 * whole)
    return f"{min(max(nearest, 1), 99) if 0 < part < whole else nearest}\u00a0%"


def _reach_line(
    name: str, ids: Sequence[UUID], met: frozenset[UUID], href: str, counted: Counted
) -> ReachLine:
    reached, total = sum(each in met for each in ids), len(ids)
    share = percent(reached, total) if counted.has_register else ""
    return ReachLine(name, _out_of(reached, total, counted), share, total - reached, href)


def _resource_line(
    key: str, resource: Resource, found: Sequence[Touch], total: int, link: Link, counted: Counted
) -> ResourceLine:
    return ResourceLine(
        key=key,
        code=resource.code,
        title=resource.title,
        note="" if resource.retired_on is None else "(no longer offered)",
        own=sum(each.own for each in found),
        on_behalf=sum(each.on_behalf for each in found),
        reached=_out_of(len(found), total, counted),
        href=link("summary.dissemination", resource=resource.code, reached="yes") if found else "",
        waiting=total - len(found),
        waiting_href=link("summary.not_reached", resource=resource.code),
    )
