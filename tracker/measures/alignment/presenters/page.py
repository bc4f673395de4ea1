"""The list of training and the register of guidelines as they are shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from tracker.library.rules import (
    BEHIND_WORDS,
    POPULATION_LABELS,
    Behind,
    GuidelineVersion,
    NationalKind,
    Patients,
    Population,
    Source,
    StaffGroup,
    current_versions,
    needed_populations,
    plain,
)
from tracker.measures.alignment.rules import (
    Claims,
    Inherited,
    Item,
    Standing,
    changed_since,
    counting,
    disagree,
    due_of,
    shared_standing,
    standing,
    talked_through,
    why_lost,
)
from tracker.measures.base import Figure, Supports
from tracker.measures.rules import caption, headline
from tracker.web.formats import day, short_day

COLOURS = {
    Standing.ALIGNED: "green",
    Standing.RECHECK: "yellow",
    Standing.OVERDUE: "orange",
    Standing.PARTLY: "yellow",
    Standing.NOT: "red",
    Standing.UNASSESSED: "white",
}
SUPPORTS = {
    Supports.IN_PLACE: ("The figures support: in place", "green"),
    Supports.NOT_YET: ("The figures support: not yet", "yellow"),
    Supports.NO_FIGURE: ("No figure yet", "white"),
}


# Of what an organisation calls its own in the national library, and nobody has said that it is.
UNCONFIRMED = "In the national library you are not yet confirmed as the owner: ask the national team."


@dataclass(frozen=True, slots=True)
class Face:
    """A figure on its own page."""

    number: int
    title: str
    headline: str
    caption: str
    tag: tuple[str, str]
    because: str
    parts: tuple[str, ...]
    rule: str
    exists: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One resource of the list."""

    id: UUID
    title: str
    sub: str
    tag: tuple[str, str] | None
    note: str
    discussed: str
    is_own: bool
    asks: str = ""


@dataclass(frozen=True, slots=True)
class NeedLine:
    """A thing that needs somebody: a verb and a link, and why."""

    text: str
    href: str
    note: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a filter."""

    value: str
    label: str


class Described(Protocol):
    """A version in the register."""

    @property
    def entity_id(self) -> UUID: ...
    @property
    def reference(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def issued_on(self) -> date | None: ...
    @property
    def populations(self) -> list[str]: ...


def face(figure: Figure, number: int, title: str) -> Face:
    return Face(
        number=number,
        title=title,
        headline=headline(figure),
        caption=caption(figure),
        tag=SUPPORTS[figure.supports],
        because=figure.because,
        parts=tuple(f"{part.label}: {part.said}" for part in figure.parts),
        rule=figure.rule,
        exists=figure.exists,
    )


def lines(
    items: Iterable[Item],
    versions: Collection[GuidelineVersion],
    today: date,
    since: date,
    inherited: Inherited,
) -> list[Line]:
    """The list in its order. `since`: the day after which talking it through still counts."""
    found = []
    for each in items:
        claims = inherited.of(each.title, each.national_code)
        in_use = tuple(one for one in claims if one.item.in_use(today))
        found.append(_line(each, versions, today, since, in_use))
    return found


def _line(
    item: Item, versions: Collection[GuidelineVersion], today: date, since: date, claims: Claims
) -> Line:
    if item.source is Source.NATIONAL and item.in_use(today) and claims:
        return _inherited(item, claims, versions, today, since)
    where = standing(item, versions, today)
    own = item.source is Source.OWN
    gone = not item.in_use(today)
    unconfirmed = own and item.national_code is not None and all(each.item.id != item.id for each in claims)
    return Line(
        id=item.id,
        title=item.title,
        sub=item.patients.label,
        tag=("Out of use", "grey") if gone else ((where.label, COLOURS[where]) if own else None),
        note="" if gone else _note(item, where, versions, today),
        asks=UNCONFIRMED if unconfirmed and not gone else "",
        discussed="Not counted" if gone else _discussed(item, since, today),
        is_own=own,
    )


def _inherited(
    item: Item, claims: Claims, versions: Collection[GuidelineVersion], today: date, since: date
) -> Line:
    """A national resource with what its owners found, which is listed and not counted."""
    where = shared_standing(claims, versions, today)
    return Line(
        id=item.id,
        title=item.title,
        sub=item.patients.label,
        tag=(where.label, COLOURS[where]),
        note=_inherited_note(claims, versions, today),
        discussed=_discussed(item, since, today),
        is_own=False,
    )


def _inherited_note(claims: Claims, versions: Collection[GuidelineVersion], today: date) -> str:
    said = [
        f"{short_day(each.item.assessed.assessed_on)} by {each.owner}"
        for each in counting(claims, today)
        if each.item.assessed
    ]
    if not said:
        return f"National: not checked yet by {' or '.join(each.owner for each in claims)}"
    cautious = ". They differ: the more cautious counts" if disagree(claims, versions, today) else ""
    return f"National: checked {' and '.join(said)}{cautious}"


def _note(item: Item, where: Standing, versions: Collection[GuidelineVersion], today: date) -> str:
    if item.source is Source.NATIONAL:
        return "National: no owner has recorded a check here"
    if where is Standing.RECHECK and (due := due_of(item, versions, today)):
        return f"NICE has changed: by {day(due)}"
    if why := why_lost(item, versions, today):
        return f"{why[:1].upper()}{why[1:]}"
    if changed_since(item):
        return "Changed since it was checked"
    return f"Checked {short_day(item.assessed.assessed_on)}" if item.assessed else ""


def _discussed(item: Item, since: date, today: date) -> str:
    if not item.is_online:
        return "Not online"
    if item.discussed is None:
        return "Not said yet"
    if talked_through(item, since, today):
        return f"{item.discussed.label}, {short_day(item.discussed_on)}"
    if item.discussed_on is not None:
        return f"{item.discussed.label}, last {short_day(item.discussed_on)}: too long ago"
    return item.discussed.label.removesuffix(", because …")


class Held(Protocol):
    """A resource of the national library."""

    @property
    def code(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def kind(self) -> NationalKind: ...
    @property
    def retired_on(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class InLibrary:
    """The resource of the national library that training is; not linked: one that bears the same title."""

    code: str
    title: str
    is_linked: bool


def in_library(title: str, code: str | None, rows: Iterable[Held]) -> InLibrary | None:
    """What training is in the national library, as its list says, or may be by its title."""
    for row in rows:
        if row.code == code or (code is None and row.retired_on is None and plain(row.title) == plain(title)):
            return InLibrary(row.code, row.title, is_linked=code is not None)
    return None


def library_choices(rows: Iterable[Held], chosen: str | None) -> list[tuple[str, str]]:
    """What training can be said to be, by title: resources in use, and the one that was chosen before."""
    found = [
        (row.code, row.title if row.retired_on is None else f"{row.title} (retired)")
        for row in rows
        if row.kind is NationalKind.RESOURCE and (row.retired_on is None or row.code == chosen)
    ]
    return sorted(found, key=lambda each: plain(each[1]))


def choices(
    versions: Sequence[GuidelineVersion], patients: Patients, today: date
) -> list[tuple[str, str, str]]:
    """Guideline versions to check against: those needed now first, then those before; id, words, hint."""
    needed = needed_populations(patients)
    current = {
        version.id: version
        for population, version in current_versions(versions, today).items()
        if population in needed
    }
    before = [
        each
        for each in versions
        if each.id not in current and each.populations & needed and each.counts_on(today)
    ]
    return [
        *((each.id, _words(each), f"In force. {_for_whom(each)}") for each in current.values()),
        *((each.id, _words(each), "An earlier version") for each in before),
    ]


def guideline_lines(
    rows: Iterable[Described], versions: Collection[GuidelineVersion], today: date
) -> list[tuple[Described, str, str]]:
    """The register: each version with for whom it is, and where it stands."""
    current = current_versions(versions, today)
    known = {each.id: each for each in versions}
    return [
        (row, _populations(row.populations), _state(known[str(row.entity_id)], current, today))
        for row in rows
    ]


def lost_words(counts: Mapping[Behind, int]) -> list[tuple[int, str]]:
    """How much training a version makes count no longer, and why, in the order of the reasons."""
    return [(counts[each], BEHIND_WORDS[each][counts[each] != 1]) for each in Behind if counts.get(each)]


def staff_words(values: Iterable[str]) -> str:
    """Staff groups in words."""
    return ", ".join(StaffGroup(each).label for each in values)


def names_of(versions: Mapping[str, GuidelineVersion], ids: Iterable[str]) -> str:
    """Guideline versions in words."""
    return ", ".join(_words(versions[each]) for each in ids if each in versions)


def _state(version: GuidelineVersion, current: Mapping[Population, GuidelineVersion], today: date) -> str:
    if version.kind.value == "definition":
        return "A definition"
    if version.in_force_from is None:
        return "Date to be confirmed: counts for nobody yet"
    if not version.counts_on(today):
        return f"Counts from {day(version.in_force_from)}"
    still = [each for each in Population if (found := current.get(each)) and found.id == version.id]
    if not still:
        return "Replaced"
    if set(still) == version.populations:
        return "In force"
    return f"In force only for {'; '.join(each.label[:1].lower() + each.label[1:] for each in still)}"


def _words(version: GuidelineVersion) -> str:
    return f"{version.reference}, {day(version.issued_on)}" if version.issued_on else version.reference


def _for_whom(version: GuidelineVersion) -> str:
    return "; ".join(each.label for each in sorted(version.populations))


def _populations(values: Iterable[str]) -> str:
    return "; ".join(
        label for population, label in POPULATION_LABELS.items() if population.value in set(values)
    )
