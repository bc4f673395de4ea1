"""Which training has reached whom, as tables: by region and board, by resource, and organisations across resources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from tracker.catalogue.rules import OrganisationKind
from tracker.organisations.rules import KIND_LABELS
from tracker.summary.rules import OrganisationRow, Selection, Spread, Touch
from tracker.web.formats import day, number

Touches = Mapping[tuple[UUID, UUID], Touch]
Link = Callable[..., str]
NOT_KNOWN = "Not known"
# Of fewer there is no percentage.
SMALL = 5


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
class ReachLine:
    """A region or a board: how many of its organisations were reached; `href` leads to those that were not."""

    name: str
    reached: int
    total: int
    share: str
    href: str

    @property
    def waiting(self) -> int:
        return self.total - self.reached


@dataclass(frozen=True, slots=True)
class ResourceLine:
    """One resource: how many organisations shared it, for how many a network did, how many it reached in all."""

    number: int
    title: str
    own: int
    on_behalf: int
    reached: int
    total: int
    href: str
    waiting_href: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One square: its letter and its words say what its shade says."""

    letter: str
    words: str
    state: str


@dataclass(frozen=True, slots=True)
class CoverageRow:
    name: str
    code: str
    href: str
    marks: tuple[Mark, ...]


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
    """What is counted, in words; `when` stands beside every figure."""

    figure: str
    line: str
    when: str
    noun: str
    one: str


OWN = Mark("S", "shared by itself", "checked")
BEHALF = Mark("N", "shared for it by a network", "started")
BOTH = Mark("B", "both: by itself and by a network", "waiting")
NONE = Mark("–", "not shared", "nothing")
LEGEND = (OWN, BEHALF, BOTH, NONE)


def spread_head(
    wanted: Spread, what: str, rows: Sequence[OrganisationRow], met: frozenset[UUID]
) -> SpreadHead:
    """The one figure above all tables."""
    selection, noun = wanted.selection, noun_of(wanted.selection)
    reached = sum(row.id in met for row in rows)
    when = f"{day(wanted.since)} to {day(selection.day)} ({wanted.months} months)"
    known = "open in England" if selection.kind is OrganisationKind.NHS_TRUST else "in the tracker"
    return SpreadHead(
        figure=f"{number(reached)} of {number(len(rows))}",
        line=f"{noun} {known} reached by {what}",
        when=when,
        noun=noun,
        one=KIND_LABELS[selection.kind],
    )


def noun_of(selection: Selection) -> str:
    return {
        OrganisationKind.NHS_TRUST: "NHS trusts",
        OrganisationKind.NATIONAL_BODY: "national bodies",
        OrganisationKind.HIGHER_EDUCATION: "higher education institutions",
        OrganisationKind.ROYAL_COLLEGE: "royal colleges",
        OrganisationKind.HEALTH_INNOVATION_NETWORK: "health innovation networks",
        OrganisationKind.CARE_PROVIDER: "care providers",
        OrganisationKind.OTHER: "other organisations",
    }[selection.kind]


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
) -> list[ReachLine]:
    """One line for each place, by name; `codes` by name, for the links."""
    totals: dict[str, list[UUID]] = {}
    for row in rows:
        totals.setdefault(place(row) or NOT_KNOWN, []).append(row.id)
    return [
        _reach_line(name, ids, met, link(codes[name]) if name in codes else "")
        for name, ids in sorted(totals.items(), key=lambda each: (each[0] == NOT_KNOWN, each[0]))
    ]


def resource_lines(
    resources: Sequence[Resource], rows: Sequence[OrganisationRow], touches: Touches, link: Link
) -> list[ResourceLine]:
    counted = {row.id for row in rows}
    found: dict[UUID, list[Touch]] = {each.entity_id: [] for each in resources}
    for (organisation_id, resource_id), touch in touches.items():
        if organisation_id in counted and resource_id in found:
            found[resource_id].append(touch)
    return [
        _resource_line(index, each, found[each.entity_id], len(counted), link)
        for index, each in enumerate(resources, start=1)
    ]


def coverage(
    rows: Iterable[OrganisationRow],
    resources: Sequence[Resource],
    touches: Touches,
    link: Callable[[str], str],
) -> list[CoverageRow]:
    return [
        CoverageRow(
            row.name, row.code, link(row.code), tuple(mark(touches.get((row.id, each.entity_id))) for each in resources)
        )
        for row in rows
    ]  # fmt: skip


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


def _reach_line(name: str, ids: Sequence[UUID], met: frozenset[UUID], href: str) -> ReachLine:
    reached = sum(each in met for each in ids)
    return ReachLine(name, reached, len(ids), percent(reached, len(ids)), href)


def percent(part: int, whole: int) -> str:
    """Rounded; 100% only for all and 0% only for none; nothing of a few."""
    if whole < SMALL:
        return ""
    nearest = (200 * part + whole) // (2 * whole)
    return f"{min(max(nearest, 1), 99) if 0 < part < whole else nearest}%"


def _resource_line(
    index: int, resource: Resource, found: Sequence[Touch], total: int, link: Link
) -> ResourceLine:
    title = resource.title if resource.retired_on is None else f"{resource.title} (no longer offered)"
    return ResourceLine(
        number=index,
        title=title,
        own=sum(each.own for each in found),
        on_behalf=sum(each.on_behalf for each in found),
        reached=len(found),
        total=total,
        href=link("summary.dissemination", resource=resource.code, reached="yes"),
        waiting_href=link("summary.not_reached", resource=resource.code),
    )
