"""What the pages of the programme show: years, items with their parts, and what was said of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tracker.web.formats import number, plural


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a filter."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Served:
    """A recommendation that an item serves; `through` says where that is said, when not of the item itself."""

    code: str
    number: int
    title: str
    through: str = ""
    is_inherited: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """Where an item stands, as one organisation says; `overdue` is empty or a sentence.

    `named` pieces of evidence were named, and `live` of them are in use and in date today."""

    body: str
    body_code: str
    status: str
    label: str
    colour: str
    overdue: str
    owner: str
    dates: tuple[str, ...]
    due_on: date | None
    summary: str
    reason: str
    link: str
    named: int
    live: int
    said_on: date

    @property
    def evidence(self) -> str:
        if self.live:
            return plural(self.live, "piece of evidence", "pieces of evidence")
        return "evidence out of date" if self.named else "no evidence"

    @property
    def evidence_cell(self) -> str:
        """The same below a heading that says evidence."""
        return "Out of date" if self.named and not self.live else number(self.live)


@dataclass(frozen=True, slots=True)
class Line:
    """An item or a part with everything that a page may show; `mark` is how the source numbers it."""

    code: str
    year_code: str
    mark: str
    kind: str
    kind_label: str
    title: str
    paragraphs: tuple[str, ...]
    note: str
    happens_on: date | None
    happens_on_label: str
    place: str
    host: str
    link: str
    link_lacking: bool
    is_historical: bool
    from_source: bool
    taken_out: str
    serves: tuple[Served, ...]
    resource: Choice | None
    see: tuple[Choice, ...]
    said: tuple[Said, ...]
    unsaid: str
    answered: Served | None
    depth: int
    parts: tuple[Line, ...]
    matches: bool = True

    @property
    def serves_itself(self) -> tuple[Served, ...]:
        """Without what it serves as a part: in the timeline that stands above it."""
        return tuple(each for each in self.serves if not each.is_inherited)

    @property
    def serves_nothing(self) -> str:
        below = any(each.serves for part in self.parts for each in part.walk())
        return "No recommendation is named; see its parts" if below else "No recommendation is named"

    @property
    def excerpt(self) -> str:
        """The text where it is short; else its first sentences, and the item's own page has the rest."""
        whole = " ".join(self.paragraphs)
        if len(whole) <= LONGEST:
            return whole
        cut = whole[:LONGEST]
        end = cut.rfind(". ")
        return f"{cut[: end + 1] if end > 0 else cut.rsplit(' ', 1)[0]} …"

    @property
    def is_cut(self) -> bool:
        return len(" ".join(self.paragraphs)) > LONGEST

    def walk(self) -> Iterator[Line]:
        """This item and everything below it, in order."""
        yield self
        for part in self.parts:
            yield from part.walk()


LONGEST = 420


@dataclass(frozen=True, slots=True)
class YearLine:
    """A year with its items; `tag` says that it is to be confirmed."""

    code: str
    name: str
    tag: str
    note: str
    from_source: bool
    items: tuple[Line, ...]

    def walk(self) -> Iterator[Line]:
        for item in self.items:
            yield from item.walk()


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a page of items is narrowed to; an empty field narrows nothing."""

    year: str = ""
    status: str = ""
    recommendation: str = ""
    kind: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was said of an item, or done to it."""

    what: str
    who: str
    on: date
    lines: tuple[str, ...]
