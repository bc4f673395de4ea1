"""One line for each recommendation: bars across organisations, and positions in words for HEE and the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from tracker.measures.base import Figure
from tracker.measures.rules import caution, supports_less
from tracker.progress.rules import STANDING_LABELS, Standing
from tracker.summary.presenters.figures import Figures, Link, confirmed_words, nouns
from tracker.summary.rules import (
    LEFT_OUT,
    SEGMENTS,
    Asked,
    CellRow,
    Ladder,
    Movement,
    OthersRow,
    RecordCount,
    Selection,
    Verdicts,
    ladder,
    movement,
)
from tracker.web.formats import day, number, plural, short_day

# Short forms for the heads of a narrow table.
SHORT_LABELS = {
    Standing.NOTHING: "Nothing recorded",
    Standing.NOT_STARTED: "Not started",
    Standing.STARTED: "Started",
    Standing.NO_EVIDENCE: "In place, no evidence",
    Standing.WAITING: "Evidence waiting",
    Standing.CHECKED: "Checked by the trust",
    Standing.LAPSED: "Evidence out of date",
    Standing.NOT_APPLICABLE: "Does not apply",
}
MINUS = "\u2212"


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar."""

    state: str
    count: int
    text: str


@dataclass(frozen=True, slots=True)
class Count:
    """A figure; `href` leads to the names behind it and is empty when there is none. `note` stands below it."""

    text: str
    href: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class BarLine:
    """One recommendation across the organisations counted."""

    number: int
    title: str
    href: str
    anchor: str
    segments: tuple[Segment, ...]
    total: int
    total_text: str
    in_place: str
    in_place_notes: tuple[str, ...]
    change: str
    change_notes: tuple[str, ...]
    tested: str
    tested_notes: tuple[str, ...]
    numbers: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class BarHeads:
    """What stands above the rows: unit, date of comparison, states of the table of numbers, small print."""

    unit: str
    since: str
    states: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class PlainLine:
    """One recommendation of HEE's own, or of the others: a position in words."""

    number: int
    title: str
    href: str
    state: str
    text: str
    note: str


def with_rows(figures: Figures, records: Sequence[RecordCount], tested: Mapping[str, Verdicts]) -> Figures:
    """The same figures with those of each recommendation."""
    of = {asked.code: [row for row in records if row.code == asked.code] for asked in figures.asked}
    return replace(
        figures,
        ladders={code: ladder(rows, figures.total) for code, rows in of.items()},
        movements={code: movement(rows) for code, rows in of.items()},
        tested=tested,
    )


def bar_lines(
    figures: Figures, recommendation_link: Callable[[str], str], names: Link
) -> tuple[BarLine, ...]:
    return tuple(_bar_line(each, figures, recommendation_link(each.code), names) for each in figures.asked)


def bar_heads(wanted: Selection) -> BarHeads:
    _one, _many, _short, shorts = nouns(wanted.kind)
    return BarHeads(
        unit=shorts.capitalize(),
        since=f"Since {short_day(wanted.since)}",
        states=(*(SHORT_LABELS[each] for each in SEGMENTS), "Left out"),
        note=(
            f"Older: last confirmed before {day(wanted.fresh_from)}. Left out: does not apply, and the national team "
            f"accepted the reason. Since {day(wanted.since)}: the change in the same {shorts}, those that had answered "
            "within 12 months at both dates; new are those that had not at the first. Tested: claims in place that "
            "the national team or an auditor looked at; of the others nothing is known but what was recorded."
        ),
    )


def _bar_line(asked: Asked, figures: Figures, href: str, names: Link) -> BarLine:
    found, moved = figures.ladders[asked.code], figures.movements[asked.code]
    tested = figures.tested[asked.code]
    return BarLine(
        number=asked.number,
        title=asked.title,
        href=href,
        anchor=anchor(asked),
        segments=tuple(Segment(each.value, found.counts[each], STANDING_LABELS[each]) for each in SEGMENTS),
        total=found.total,
        total_text=number(found.total),
        in_place=f"{number(found.in_place)} of {number(found.total)}",
        in_place_notes=_in_place_notes(found),
        change=_signed(moved.difference) if moved.same else "–",
        change_notes=_change_notes(moved),
        tested=_tested_words(tested),
        tested_notes=_tested_notes(tested),
        numbers=tuple(_count(asked, state, count, names) for state, count in _numbers(found)),
    )


def _numbers(found: Ladder) -> tuple[tuple[str, int], ...]:
    return (*((each.value, found.counts[each]) for each in SEGMENTS), (LEFT_OUT, found.left_out))


def _count(asked: Asked, state: str, count: int, names: Link) -> Count:
    return Count(number(count), names(recommendation=asked.code, state=state) if count else "")


def anchor(asked: Asked) -> str:
    """Where a sentence or a row about a recommendation stands on the page."""
    return f"recommendation-{asked.number}"


def older_note(count: int) -> str:
    """Of those in place, how many were confirmed over 12 months ago: nobody takes them for answered."""
    return f"{number(count)} of them older" if count else ""


def _in_place_notes(found: Ladder) -> tuple[str, ...]:
    notes = []
    if older := older_note(found.in_place_older):
        notes.append(older)
    if found.left_out:
        notes.append(f"{number(found.left_out)} left out")
    return tuple(notes)


def _signed(value: int) -> str:
    return "0" if value == 0 else f"{'+' if value > 0 else MINUS}{abs(value):,}"


def _change_notes(moved: Movement) -> tuple[str, ...]:
    same = f"the same {number(moved.same)}" if moved.same else "none to compare"
    newly = f"{number(moved.newly)} new, {number(moved.newly_in_place)} in place"
    return (same, newly) if moved.newly else (same,)


def _tested_words(tested: Verdicts) -> str:
    return f"{number(tested.verified)} of {number(tested.total)} verified" if tested.total else "None tested"


def _tested_notes(tested: Verdicts) -> tuple[str, ...]:
    return (f"{number(tested.overturned)} not accepted",) if tested.total else ()


def hee_lines(
    asked: Sequence[Asked],
    cells: Mapping[str, CellRow],
    wanted: Selection,
    recommendation_link: Callable[[str], str],
    figures: Mapping[str, Figure],
) -> tuple[PlainLine, ...]:
    """Where the figures support less than what was said to be in place, the line says so."""
    return tuple(
        _hee_line(each, cells.get(each.code), wanted, recommendation_link(each.code), figures.get(each.code))
        for each in asked
    )


def hee_words(cells: Mapping[str, CellRow], figures: Mapping[str, Figure]) -> str:
    """`Of 5 in place, the figures do not yet support 2.`, or nothing where they support all of them."""
    claimed = [code for code, cell in cells.items() if cell.standing.in_place]
    short = [code for code in claimed if code in figures and supports_less(figures[code])]
    if not short:
        return ""
    return f"Of {number(len(claimed))} in place, the figures do not yet support {number(len(short))}."


def _hee_line(
    asked: Asked, cell: CellRow | None, wanted: Selection, href: str, figure: Figure | None
) -> PlainLine:
    state = Standing.NOTHING if cell is None else cell.standing
    confirmed = "" if cell is None else confirmed_words(cell.confirmed_on, wanted.fresh_from)
    short = caution(figure) if figure is not None and state.in_place else ""
    return PlainLine(
        number=asked.number,
        title=asked.title,
        href=href,
        state=state.value,
        text=STANDING_LABELS[state],
        note="; ".join(each for each in (confirmed, short) if each),
    )


def others_lines(
    asked: Sequence[Asked], counts: Mapping[str, OthersRow], recommendation_link: Callable[[str], str]
) -> tuple[PlainLine, ...]:
    """Counts and nothing else: nobody holds a register of all who were addressed."""
    none = OthersRow()
    return tuple(
        PlainLine(
            number=each.number,
            title=each.title,
            href=recommendation_link(each.code),
            state="",
            text=f"{plural(counts.get(each.code, none).answered, 'organisation')} answered",
            note=f"{number(counts.get(each.code, none).in_place)} say it is in place",
        )
        for each in asked
    )
