"""The list of training and the register of guidelines as they are shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from wtforms import Field, Form, HiddenField

from tracker.library.rules import (
    POPULATION_LABELS,
    GuidelineVersion,
    Patients,
    Population,
    Source,
    StaffGroup,
    current_versions,
    needed_populations,
    recheck_due,
)
from tracker.measures.alignment.rules import (
    CHOICES,
    HEADINGS,
    Item,
    Judged,
    Standing,
    State,
    changed_since,
    find_choice,
    standing,
    talked_through,
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
        parts=tuple(
            f"{part.label}: {part.numerator}"
            + (f" of {part.denominator}" if part.denominator is not None else "")
            for part in figure.parts
        ),
        rule=figure.rule,
        exists=figure.exists,
    )


def lines(
    items: Iterable[Item], versions: Collection[GuidelineVersion], today: date, since: date
) -> list[Line]:
    """The list in its order. `since`: the day after which talking it through still counts."""
    return [_line(each, versions, today, since) for each in items]


def _line(item: Item, versions: Collection[GuidelineVersion], today: date, since: date) -> Line:
    where = standing(item, versions, today)
    own = item.source is Source.OWN
    gone = not item.in_use(today)
    return Line(
        id=item.id,
        title=item.title,
        sub=item.patients.label,
        tag=("Out of use", "grey") if gone else ((where.label, COLOURS[where]) if own else None),
        note="" if gone else _note(item, where, versions, today),
        discussed="Not counted" if gone else _discussed(item, since, today),
        is_own=own,
    )


def _note(item: Item, where: Standing, versions: Collection[GuidelineVersion], today: date) -> str:
    if item.source is Source.NATIONAL:
        return "National: its owner checks it"
    if where is Standing.RECHECK and (due := recheck_due(versions, item.patients, today)):
        return f"NICE has changed: by {day(due)}"
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


@dataclass(frozen=True, slots=True)
class Column:
    """A column that an import reads: its heading, what may stand in it, and whether it must be there."""

    heading: str
    answers: str
    needed: bool


_FREE = {
    "title": "Any words; no two alike",
    "staff_groups": "National staff groups with semicolons between them, or Everybody",
    "discussed_by": "A number",
    "link": "It starts with https://",
}
_DAYS = frozenset({"discussed_on", "updated_on", "assessed_on"})
_NEEDED = frozenset({"title", "staff_groups", "patients"})
# Shown for every row; the others only when they say something or something is wrong with them.
_ALWAYS = ("title", "source", "format", "staff_groups", "patients", "setting", "is_online")

# An answer that another one asks for is shown beside it.
_FOLLOWS = {"assessed_on": "result", "not_possible_because": "discussed", "discussed_on": "discussed"}

# What no answer is taken for.
_BLANKS = {
    "source": "Not said: our own",
    "format": "Not said: other",
    "setting": "Not said: any setting",
    "is_online": "Not said: as its kind says",
}


def columns() -> list[Column]:
    """What an import understands, in the order of the file to fill in."""
    return [Column(heading, _answers(field), field in _NEEDED) for field, heading in HEADINGS.items()]


def _answers(field: str) -> str:
    if field in CHOICES:
        return " · ".join(CHOICES[field].values())
    return "A date, for example 14/9/2026" if field in _DAYS else _FREE.get(field, "Any words")


@dataclass(frozen=True, slots=True)
class PreviewField:
    """An answer of a row that can be mended. `choices`: value and words, when there are any to choose from."""

    name: str
    id: str
    label: str
    value: str
    choices: tuple[tuple[str, str], ...]
    blank: str
    wrong: str
    shown: bool


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of a file in the preview: what became of it, and its answers."""

    index: int
    number: int
    title: str
    state: str
    colour: str
    notes: tuple[str, ...]
    fields: tuple[PreviewField, ...]
    refused: bool
    left_out: bool


_STATE_COLOURS = {
    State.ACCEPTED: "green",
    State.CORRECTED: "yellow",
    State.LEFT_OUT: "grey",
    State.REFUSED: "red",
}


def preview_rows(rows: Sequence[Judged]) -> list[PreviewRow]:
    """Every row of the file, in its order."""
    return [_preview_row(index, each) for index, each in enumerate(rows)]


def _preview_row(index: int, row: Judged) -> PreviewRow:
    wrong = dict(row.problems)
    names = [*_ALWAYS, *(each for each in HEADINGS if each not in _ALWAYS)]
    return PreviewRow(
        index=index,
        number=row.draft.number,
        title=row.draft.text("title"),
        state=row.state.label,
        colour=_STATE_COLOURS[row.state],
        notes=tuple(_capital(each) for each in row.notes),
        fields=tuple(_preview_field(index, row, each, wrong.get(each, "")) for each in names),
        refused=row.state is State.REFUSED,
        left_out=row.draft.left_out,
    )


def _preview_field(index: int, row: Judged, name: str, wrong: str) -> PreviewField:
    text = row.draft.text(name)
    value, offered = text, list(CHOICES.get(name, {}).items())
    if offered and text:
        # What nobody knows stays in the list, so that it is not silently taken for no answer.
        value = find_choice(name, text) or text
        if value == text and text not in CHOICES[name]:
            offered.append((text, f"“{text[:40]}”, not known"))
    return PreviewField(
        name, f"row-{index}-{name}", HEADINGS[name], value, tuple(offered), _BLANKS.get(name, "Not said"),
        _capital(wrong),
        shown=name in _ALWAYS or bool(text or wrong or row.draft.text(_FOLLOWS.get(name, ""))),
    )  # fmt: skip


def row_problems(rows: Sequence[Judged]) -> list[dict[str, str]]:
    """A line of the error summary for each thing to mend, leading to the answer."""
    return [
        {"text": f"Row {row.draft.number}: {words}", "href": f"#row-{index}-{field}"}
        for index, row in enumerate(rows)
        for field, words in row.problems
    ]


def state_counts(rows: Sequence[Judged]) -> str:
    """`8 accepted, 3 corrected, 2 refused`."""
    found = [(state, sum(each.state is state for each in rows)) for state in State]
    return ", ".join(f"{count} {state.label.lower()}" for state, count in found if count)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which two editors differ."""

    field: str
    theirs: str
    yours: str


@dataclass(frozen=True, slots=True)
class Clash:
    """What somebody else saved first: who, when, and where it differs from what was typed."""

    author: str
    at: datetime | None
    differences: tuple[Difference, ...]


def clash(author: str, at: datetime | None, theirs: Form, yours: Form) -> Clash:
    """Both texts, field by field, in the order of the form."""
    found = []
    for field in yours:
        if isinstance(field, HiddenField) or field.name not in theirs:
            continue
        now, typed = _said(theirs[field.name]), _said(field)
        if now != typed:
            found.append(Difference(field.label.text, now or "Nothing", typed or "Nothing"))
    return Clash(author, at, tuple(found))


def _said(field: Field) -> str:
    """What stands in a field, as a person reads it."""
    labels = {each.value: each.label for each in getattr(field, "items", ())}
    value = field.data
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, list | tuple):
        return ", ".join(sorted(labels.get(str(each), str(each)) for each in value))
    return "" if value is None else labels.get(str(value), str(value))
