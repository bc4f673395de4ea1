"""A list of training read from a spreadsheet, row by row, as it can be looked at and mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.measures.alignment.rules import CHOICES, HEADINGS, Judged, State, find_choice


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
