"""The programme as a tree of years, items and parts; narrowed without losing what a part belongs to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from tracker import clock
from tracker.programme.presenters.shapes import Choice, Line, Narrowed, Said, Served, YearLine
from tracker.programme.rules import ANSWERED_BY, KIND_LABELS, ItemKind, Status, Through, is_overdue
from tracker.web.formats import day

COLOURS = {
    Status.PLANNED: "white",
    Status.UNDER_WAY: "blue",
    Status.DONE: "green",
    Status.REPLACED: "grey",
    Status.STOPPED: "grey",
}
NOTHING, TO_CONFIRM, OVERDUE, ANSWERED = "nothing", "to-confirm", "overdue", "answered"
# The source writes a link that it does not give like this.
NO_ADDRESS = "[Link]"


class YearRow(Protocol):
    """A year as it is stored."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def is_confirmed(self) -> bool: ...
    @property
    def from_source(self) -> bool: ...
    @property
    def note(self) -> str: ...


class ItemRow(Protocol):
    """An item as it is stored."""

    @property
    def code(self) -> str: ...
    @property
    def year_code(self) -> str: ...
    @property
    def parent_code(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def kind(self) -> ItemKind: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def serves(self) -> list[str]: ...
    @property
    def resource_code(self) -> str: ...
    @property
    def happens_on(self) -> date | None: ...
    @property
    def place(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def link(self) -> str: ...
    @property
    def is_historical(self) -> bool: ...
    @property
    def from_source(self) -> bool: ...
    @property
    def retired_reason(self) -> str: ...


class StateRow(Protocol):
    """What an organisation says of an item, as it is stored."""

    @property
    def organisation_id(self) -> UUID: ...
    @property
    def item_code(self) -> str: ...
    @property
    def status(self) -> Status: ...
    @property
    def owner(self) -> str: ...
    @property
    def starts_on(self) -> date | None: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def done_on(self) -> date | None: ...
    @property
    def summary(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def link(self) -> str: ...
    @property
    def evidence_ids(self) -> list[str]: ...
    @property
    def recorded_at(self) -> datetime: ...


class Named(Protocol):
    """A national body."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def demonstration(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Around:
    """What the items name: recommendations by code, resources' titles by code, national bodies, and today.

    `serving`: by item, which recommendations it serves. `places`: by item, pages of ours on which its work can be
    followed. `live`: of the evidence that is named anywhere, what is in use and in date today.
    """

    recommendations: Mapping[str, Served]
    resources: Mapping[str, str]
    bodies: Mapping[UUID, Named]
    today: date
    serving: Mapping[str, Mapping[str, Through]]
    places: Mapping[str, tuple[Choice, ...]]
    live: Collection[str]


def timeline(
    years: Iterable[YearRow], items: Sequence[ItemRow], states: Iterable[StateRow], around: Around
) -> list[YearLine]:
    """Every year with its items and their parts, the first year first; what was taken out is left out."""
    said: dict[str, list[Said]] = {}
    for row in states:
        said.setdefault(row.item_code, []).append(said_of(row, around))
    children: dict[str, list[ItemRow]] = {}
    for item in items:
        if not item.retired_reason:
            children.setdefault(item.parent_code or item.year_code, []).append(item)
    return [_year(each, children, said, around) for each in years]


def line(row: ItemRow, year: YearRow, states: Iterable[StateRow], around: Around) -> Line:
    """One item without its parts."""
    said = {row.code: [said_of(each, around) for each in states]}
    return _line(row, year, {}, said, around, 0)


def said_of(row: StateRow, around: Around) -> Said:
    """Where an item stands, in words."""
    body = around.bodies.get(row.organisation_id)
    late = is_overdue(row.status, row.due_on, around.today)
    return Said(
        body=body.name if body else "A national body",
        body_code=body.code if body else "",
        status=row.status.value,
        label=row.status.label,
        colour=COLOURS[row.status],
        overdue=f"Overdue: it was due on {day(row.due_on)}" if late else "",
        owner=row.owner,
        dates=_dates(row),
        due_on=row.due_on,
        summary=row.summary,
        reason=row.reason,
        link=row.link,
        named=len(row.evidence_ids),
        live=len(set(row.evidence_ids) & set(around.live)),
        said_on=clock.local_day(row.recorded_at),
    )


def _dates(row: StateRow) -> tuple[str, ...]:
    named = (("From", row.starts_on), ("Due", row.due_on), ("Done", row.done_on))
    return tuple(f"{words} {day(value)}" for words, value in named if value is not None)


def _year(
    year: YearRow,
    children: Mapping[str, Sequence[ItemRow]],
    said: Mapping[str, Sequence[Said]],
    around: Around,
) -> YearLine:
    tag = "" if year.is_confirmed else _to_confirm(year.from_source)
    return YearLine(
        code=year.code,
        name=year.name,
        tag=tag,
        note=year.note,
        from_source=year.from_source,
        items=tuple(_line(each, year, children, said, around, 0) for each in children.get(year.code, ())),
    )


def _to_confirm(from_source: bool) -> str:
    return "To be confirmed in the source" if from_source else "To be confirmed"


def _line(
    row: ItemRow,
    year: YearRow,
    children: Mapping[str, Sequence[ItemRow]],
    said: Mapping[str, Sequence[Said]],
    around: Around,
    depth: int,
) -> Line:
    return Line(
        code=row.code,
        year_code=row.year_code,
        mark=_mark(row.label),
        kind=row.kind.value,
        kind_label=row.kind.label,
        title=row.title,
        paragraphs=tuple(each for each in row.text.split("\n\n") if each.strip()),
        note=row.note,
        happens_on=row.happens_on,
        happens_on_label=_day_label(said.get(row.code, ())),
        place=row.place,
        host=row.host,
        link=row.link,
        link_lacking=not row.link and NO_ADDRESS in row.text,
        is_historical=row.is_historical,
        from_source=row.from_source,
        taken_out=row.retired_reason,
        serves=_serves(row.code, around),
        resource=_resource(row.resource_code, around),
        see=around.places.get(row.code, ()),
        said=tuple(said.get(row.code, ())),
        unsaid="Nothing recorded" if year.is_confirmed else _to_confirm(row.from_source),
        answered=around.recommendations.get(ANSWERED_BY.get(row.code, "")),
        depth=depth,
        parts=tuple(
            _line(each, year, children, said, around, depth + 1) for each in children.get(row.code, ())
        ),
    )


def _day_label(said: Sequence[Said]) -> str:
    """A day that was announced and is over proves nothing: it took place when the body says so."""
    return "Took place on" if any(each.status == Status.DONE for each in said) else "Date"


def _serves(code: str, around: Around) -> tuple[Served, ...]:
    return tuple(
        replace(found, through=through.words, is_inherited=through is Through.PARENT)
        for served, through in around.serving.get(code, {}).items()
        if (found := around.recommendations.get(served))
    )


def _mark(label: str) -> str:
    """As the source writes it: `1.` and `a)`, a dash where it has nothing."""
    if not label:
        return "–"
    return f"{label}." if label.isdecimal() else f"{label})"


def _resource(code: str, around: Around) -> Choice | None:
    return Choice(code, around.resources.get(code, code)) if code else None


def narrowed(years: Iterable[YearLine], asked: Narrowed) -> list[YearLine]:
    """The items that match, with those above them so that a part is read in its place; empty years are left out."""
    found = []
    for year in years:
        if asked.year in ("", year.code):
            items = tuple(kept for each in year.items if (kept := _kept(each, asked)) is not None)
            if items or (asked == Narrowed(year=asked.year)):
                found.append(replace(year, items=items))
    return found


def _kept(item: Line, asked: Narrowed) -> Line | None:
    parts = tuple(kept for each in item.parts if (kept := _kept(each, asked)) is not None)
    matches = _matches(item, asked)
    return replace(item, parts=parts, matches=matches) if matches or parts else None


def _matches(item: Line, asked: Narrowed) -> bool:
    if asked.kind not in ("", item.kind):
        return False
    if asked.recommendation and asked.recommendation not in {each.code for each in item.serves}:
        return False
    return _stands(item, asked.status) and _reads(item, asked.text)


def _stands(item: Line, status: str) -> bool:
    if not status:
        return True
    if status == ANSWERED or item.answered is not None:
        return status == ANSWERED and item.answered is not None
    if status in (NOTHING, TO_CONFIRM):
        return not item.said and (item.unsaid == "Nothing recorded") == (status == NOTHING)
    if status == OVERDUE:
        return any(each.overdue for each in item.said)
    return any(each.status == status for each in item.said)


def _reads(item: Line, words: str) -> bool:
    said = [text for each in item.said for text in (each.owner, each.summary, each.reason)]
    whole = " ".join([item.title, *item.paragraphs, item.note, item.place, item.host, *said]).casefold()
    return all(word in whole for word in words.casefold().split())


def count(years: Iterable[YearLine]) -> int:
    """How many items and parts match."""
    return sum(each.matches for year in years for each in year.walk())


@dataclass(frozen=True, slots=True)
class Standing:
    """An item as a row of a flat list, with its year."""

    year: str
    line: Line


def standings(years: Iterable[YearLine]) -> list[Standing]:
    """The items that match, one after the other."""
    return [Standing(year.name, each) for year in years for each in year.walk() if each.matches]


def status_choices() -> list[Choice]:
    return [
        *(Choice(each.value, each.label) for each in Status),
        Choice(OVERDUE, "Overdue"),
        Choice(NOTHING, "Nothing recorded"),
        Choice(TO_CONFIRM, "To be confirmed"),
        Choice(ANSWERED, "Answered with a recommendation"),
    ]


def kind_choices() -> list[Choice]:
    return [Choice(kind.value, label) for kind, label in KIND_LABELS.items()]
