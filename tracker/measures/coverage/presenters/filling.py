"""Forms to be filled in: the grid, the needs table, the rows of a file, the e-mail that asks for numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from tracker.measures.coverage.presenters.shapes import Table
from tracker.measures.coverage.rules import (
    Count,
    Draft,
    Group,
    Judged,
    Level,
    Line,
    Needs,
    State,
    share,
)


@dataclass(frozen=True, slots=True)
class Total:
    """A line of the totals of what was typed."""

    label: str
    counts: str


def totals(counts: Sequence[Count]) -> list[Total]:
    """All staff, each level, and doctors, as they add up now."""
    levels: dict[str, tuple[int, int]] = {}
    for each in counts:
        name = "No level said yet" if each.line.level is None else f"Need: {each.line.level.label}"
        trained, in_post = levels.get(name, (0, 0))
        levels[name] = trained + each.in_date, in_post + each.in_post
    rows = [Total(name, share(*found)) for name, found in levels.items()]
    every = sum(each.in_date for each in counts), sum(each.in_post for each in counts)
    return [Total("All staff", share(*every)), *rows]


@dataclass(frozen=True, slots=True)
class GridRow:
    """A line of the grid to be filled in; its fields are found on the form by their names."""

    line: Line
    group: str
    hint: str
    level: str
    who: str
    is_first: bool
    is_gone: bool


def grid_rows(lines: Sequence[Line], needs: Needs | None) -> list[GridRow]:
    """The lines in order, with the words that stand beside the fields."""
    rows: list[GridRow] = []
    seen: set[Group] = set()
    for line in lines:
        who = "" if needs is None else needs.who.get(line.group, "")
        gone = needs is not None and line.level is not None and line not in needs.lines
        level = "no level said yet" if line.level is None else line.level.label
        rows.append(
            GridRow(line, line.group.label, line.group.hint, level, who, line.group not in seen, gone)
        )
        seen.add(line.group)
    return rows


@dataclass(frozen=True, slots=True)
class Tick:
    """A level of a group that can be ticked."""

    key: str
    level: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class TickRow:
    """A group with a tick for each level."""

    group: Group
    ticks: tuple[Tick, ...]
    is_split: bool


def tick_rows(ticked: set[str]) -> list[TickRow]:
    """The needs table to be filled in."""
    rows = []
    for group in Group:
        lines = [Line(group, level) for level in Level]
        ticks = tuple(
            Tick(line.key, line.level.label if line.level else "", line.key in ticked) for line in lines
        )
        rows.append(TickRow(group, ticks, sum(tick.ticked for tick in ticks) > 1))
    return rows


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of a file in the preview: what it said, what became of it, and the answers that can be mended."""

    index: int
    draft: Draft
    state: str
    colour: str
    reason: str
    wrong: str


STATE_COLOURS = {
    State.ACCEPTED: "green",
    State.CORRECTED: "yellow",
    State.LEFT_OUT: "grey",
    State.REFUSED: "red",
}


def preview_rows(rows: Sequence[Judged]) -> list[PreviewRow]:
    """Every row of the file, in its order."""
    return [
        PreviewRow(index, each.draft, each.state.label, STATE_COLOURS[each.state], each.reason, each.field)
        for index, each in enumerate(rows)
    ]


def row_problems(rows: Sequence[Judged]) -> list[dict[str, str]]:
    """A line of the error summary for each refused row, leading to the answer to mend."""
    return [
        {"text": f"Row {each.draft.number}: {each.reason}", "href": f"#row-{index}-{each.field}"}
        for index, each in enumerate(rows)
        if each.state is State.REFUSED
    ]


def state_counts(rows: Sequence[Judged]) -> str:
    """`8 accepted, 3 corrected, 2 refused`."""
    found = [(state, sum(each.state is state for each in rows)) for state in State]
    return ", ".join(f"{count} {state.label.lower()}" for state, count in found if count)


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail ready to be sent: `mailto` opens it in whatever program sends e-mails."""

    subject: str
    lines: tuple[str, ...]

    @property
    def mailto(self) -> str:
        return f"mailto:?subject={quote(self.subject)}&body={quote(self.text)}"

    @property
    def text(self) -> str:
        return "\r\n".join(self.lines)


def letter(organisation: str, table: Table | None) -> Letter:
    """Asks the workforce team for numbers, and for no names."""
    needs = None if table is None else table.needs
    interval = needs.interval_months if needs is not None and needs.interval_months else None
    months = f"{interval} months" if interval else "[how many] months"
    groups = [f"- {group.label}{_asked_level(needs, group)}" for group in Group]
    return Letter(
        f"Sepsis training at {organisation}: numbers by staff group, please",
        (
            "Hello,",
            "",
            "please could you send me, for the last day of the last month, these numbers for each staff group below:",
            "1. staff in post (people, not full-time posts; please say if you count assignments instead)",
            f"2. how many of them have sepsis training in date, that is done within {months}",
            "",
            *groups,
            "",
            "Numbers only, please: no names, employee or assignment numbers, e-mail addresses or dates of birth.",
            "An Excel or CSV file with the columns Staff group, Staff in post, In date is best.",
            "Please also tell me the name of the report, its date, and who is not in it (bank, agency, honorary).",
            "",
            "Thank you",
        ),
    )


def _asked_level(needs: Needs | None, group: Group) -> str:
    levels = () if needs is None else needs.levels_of(group)
    return f" (level: {' / '.join(level.label for level in levels)})" if levels else ""
