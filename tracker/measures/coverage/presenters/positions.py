"""The numbers of one date: in the register, line by line, and every version of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tracker.measures.base import Part, percentage
from tracker.measures.coverage.presenters.comparing import fact_changes, line_changes
from tracker.measures.coverage.presenters.shapes import Pair, Position
from tracker.measures.coverage.rules import (
    Count,
    Needs,
    is_met,
    is_unset,
    shown_outside,
)
from tracker.web.formats import day, moment, plural


@dataclass(frozen=True, slots=True)
class PositionLine:
    """The numbers of one date, as the register shows them."""

    id: UUID
    on: str
    in_post: str
    in_date: str
    percent: str
    source: str
    how: str
    recorded: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of the grid, read only."""

    group: str
    level: str
    in_post: str
    in_date: str
    percent: str
    note: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the numbers of a date."""

    what: str
    when: str
    who: str
    lines: tuple[str, ...]


def position_row(row: Position, *, outside: bool) -> PositionLine:
    """The numbers of one date in one line."""
    entry = row.entry
    in_post, in_date = sum(each.in_post for each in row.counts), sum(each.in_date for each in row.counts)
    hidden = outside and 0 < in_post < 5
    percent = percentage(in_date, in_post)
    return PositionLine(
        id=entry.entity_id,
        on=day(entry.about_on),
        in_post="fewer than 5" if hidden else f"{in_post:,}",
        in_date="–" if hidden else f"{in_date:,}",
        percent="–" if percent is None else f"{percent} %",
        source=entry.source,
        how="from a spreadsheet" if entry.imported else "typed",
        recorded=moment(entry.recorded_at),
    )


def line_rows(row: Position, needs: Needs | None, *, outside: bool) -> list[LineRow]:
    """The grid, read only; for others than the organisation small groups stand together."""
    if outside:
        parts = shown_outside([Part(each.line.label, each.in_date, each.in_post) for each in row.counts])
        return [_outside_row(each) for each in parts]
    return [_line_row(each, needs) for each in row.counts]


def _line_row(count: Count, needs: Needs | None) -> LineRow:
    note = "counted as not trained: no such level in the needs table" if is_unset(count, needs) else ""
    if not note and needs is not None and is_met(count, needs) != count.in_date:
        note = "needs no training, so all count"
    percent = percentage(count.in_date, count.in_post)
    return LineRow(
        count.line.group.label,
        "not said" if count.line.level is None else count.line.level.label,
        f"{count.in_post:,}",
        f"{count.in_date:,}",
        "–" if percent is None else f"{percent} %",
        note,
    )


def _outside_row(part: Part) -> LineRow:
    percent = percentage(part.numerator, part.denominator)
    return LineRow(
        part.label,
        "",
        f"{part.denominator or 0:,}",
        f"{part.numerator or 0:,}",
        "–" if percent is None else f"{percent} %",
        part.note,
    )


def fact_rows(row: Position) -> list[Pair]:
    """What is said of the numbers."""
    entry = row.entry
    about = f"about {entry.not_counted_about:,}" if entry.not_counted_about is not None else ""
    return [
        Pair("Where they come from", entry.source),
        Pair("Training counted as in date for", plural(entry.interval_months, "month")),
        Pair(
            "What was counted",
            f"{entry.counted.label}: {entry.counted.hint[0].lower()}{entry.counted.hint[1:]}",
        ),
        Pair("Not counted", ", ".join(filter(None, (entry.not_counted, about))) or "Nobody is named"),
        Pair("Anything else", entry.note or "–"),
    ]


def history(versions: Sequence[tuple[Position, str]], *, outside: bool) -> list[Version]:
    """Every version of the numbers of a date, newest first, with what changed in it."""
    found = []
    for index, (row, who) in enumerate(versions):
        before = versions[index + 1][0] if index + 1 < len(versions) else None
        entry = row.entry
        what = "Taken out of use" if entry.withdrawn_reason else "Recorded" if before is None else "Changed"
        lines = [entry.withdrawn_reason] if entry.withdrawn_reason else []
        if before is not None and not entry.withdrawn_reason:
            lines = [
                f"{each.field}: {each.theirs} → {each.yours}"
                for each in [
                    *fact_changes(before.entry, entry),
                    *([] if outside else line_changes(before.counts, row.counts)),
                ]
            ]
        found.append(Version(what, moment(entry.recorded_at), who, tuple(lines)))
    return found
