"""What the pages of staff trained show: cards, lines, trends, comparisons for two editors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from urllib.parse import quote
from uuid import UUID

from tracker.measures.base import Figure, Part, Supports, percentage, reaches
from tracker.measures.coverage.rules import (
    Count,
    Counted,
    Draft,
    Group,
    Judged,
    Level,
    Line,
    Named,
    Needs,
    NeedsInput,
    PositionInput,
    Route,
    State,
    is_met,
    is_unset,
    share,
    shown_outside,
)
from tracker.measures.rules import caption, headline
from tracker.web.formats import day, moment, plural

TITLES = {"SEP16-10": "Trained to the level they need", "SEP16-11": "Groups reached apart from induction"}
NUMBERS = {"SEP16-10": "10", "SEP16-11": "11"}
FIELD_WORDS = {
    "about_on": "Date of the numbers",
    "source": "Where they come from",
    "interval_months": "Training counts for (months)",
    "counted": "What was counted",
    "not_counted": "Who is not counted",
    "not_counted_about": "About how many are not counted",
    "note": "Anything else",
}

NEEDS_WORDS = {
    "agreed_by": "Meeting that agreed it",
    "agreed_on": "Agreed on",
    "review_on": "To be looked at again",
    "interval_months": "Training counts for (months)",
    "target_percent": "Our own target, %",
}


class Entry(Protocol):
    """A version of the numbers of a date, as a row holds it."""

    entity_id: UUID
    about_on: date
    source: str
    interval_months: int
    counted: Counted
    not_counted: str
    not_counted_about: int | None
    note: str
    imported: bool
    withdrawn_reason: str | None
    version: int
    recorded_at: datetime


class Position(Protocol):
    """A version with its lines."""

    @property
    def entry(self) -> Entry: ...
    @property
    def counts(self) -> tuple[Count, ...]: ...


class Table(Protocol):
    """A version of the needs table with its lines."""

    @property
    def needs(self) -> Needs: ...


class Ways(Protocol):
    """A version of the routes with its lines."""

    @property
    def routes(self) -> dict[Named, Route]: ...


@dataclass(frozen=True, slots=True)
class Card:
    """A figure at the head of the page."""

    title: str
    href: str
    figure: str
    line: str
    note: str


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """What a figure supports and why, with how it was counted."""

    title: str
    supports: str
    because: str
    rule: str


@dataclass(frozen=True, slots=True)
class NeedLine:
    """One thing to do."""

    text: str
    href: str
    note: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """A line under a figure. `width` draws a bar, out of 100; None: no bar."""

    label: str
    counts: str
    percent: str
    note: str
    width: int | None


@dataclass(frozen=True, slots=True)
class TrendRow:
    """One date of the trend."""

    on: str
    counts: str
    percent: str
    width: int | None


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
class Pair:
    """A name and what stands beside it."""

    key: str
    value: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the numbers of a date."""

    what: str
    when: str
    who: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing of two versions: what stands now, and what this person typed."""

    field: str
    theirs: str
    yours: str


def cards(figures: Iterable[Figure]) -> list[Card]:
    """Each figure with its two numbers, its date, and what they count."""
    return [
        Card(
            title=f"{NUMBERS[each.code]}. {TITLES[each.code]}",
            href="",
            figure=headline(each) if each.exists else "",
            line=_sentence(caption(each)) if each.exists else each.because,
            note=f"Numbers of {day(each.about)}" if each.about else "",
        )
        for each in figures
    ]


def verdicts(figures: Iterable[Figure]) -> list[VerdictLine]:
    """The figures support: in place, not yet, or no figure; and why."""
    return [
        VerdictLine(f"Recommendation {NUMBERS[each.code]}", each.supports.label, each.because, each.rule)
        for each in figures
        if each.supports is not Supports.NO_FIGURE
    ]


def target_sentence(figure: Figure, table: Table | None) -> str:
    """The trust's own target beside the figure; it never decides."""
    target = None if table is None else table.needs.target_percent
    if target is None:
        return ""
    if figure.percent is None or figure.numerator is None or figure.denominator is None:
        return f"Our own target: {target} %."
    reached = "reached" if reaches(figure.numerator, figure.denominator, target) else "not reached"
    return f"Our own target: {target} %, {reached}. It does not decide what the figure supports."


def part_rows(figure: Figure, percent: int) -> list[PartRow]:
    """The lines under a figure."""
    return [_part_row(each) for each in figure.parts]


def _part_row(part: Part) -> PartRow:
    if part.denominator is None:
        return PartRow(part.label, "–", "–", part.note, None)
    percent = percentage(part.numerator, part.denominator)
    said = (
        "fewer than 5" if percent is None and part.denominator else "–" if percent is None else f"{percent} %"
    )
    return PartRow(part.label, f"{part.numerator:,} of {part.denominator:,}", said, part.note, percent)


def trend(series: Sequence[Figure]) -> list[TrendRow]:
    """How the figure moved, the youngest first."""
    return [
        TrendRow(
            day(each.about),
            f"{each.numerator:,} of {each.denominator:,}" if each.has_fraction else "no figure",
            "–" if each.percent is None else f"{each.percent} %",
            each.percent,
        )
        for each in reversed(series)
    ]


def table_rows(table: Table | None) -> list[Pair]:
    """Who needs which level, group by group, in the order of the national codes."""
    if table is None:
        return []
    return [
        Pair(group.label, _sentence(_group_words(table.needs, group)) or "Not said yet") for group in Group
    ]


def table_sentence(table: Table | None, today: date) -> str:
    """Who agreed the table, when, until when, and how long training counts."""
    if table is None:
        return "Nothing is recorded yet."
    needs = table.needs
    agreed = (
        f"Agreed by {needs.agreed_by} on {day(needs.agreed_on)}"
        if needs.agreed_on
        else "Not agreed by a meeting yet"
    )
    review = ""
    if needs.review_on is not None:
        review = f"; to be looked at again on {day(needs.review_on)}"
        review += " (overdue)" if needs.review_on < today else ""
    counts = (
        f" Training counts for {plural(needs.interval_months, 'month')}." if needs.interval_months else ""
    )
    return f"{agreed}{review}.{counts}"


def route_rows(ways: Ways | None) -> list[Pair]:
    """The five named groups and their route other than induction."""
    said = {} if ways is None else ways.routes
    return [Pair(each.label, _route_words(said.get(each))) for each in Named]


def _route_words(route: Route | None) -> str:
    if route is None or route.exists is None:
        return "Not said yet"
    return f"Yes: {route.what}" if route.exists else "No"


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
        f"{part.numerator:,}",
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
                    *_fact_changes(before.entry, entry),
                    *([] if outside else _line_changes(before.counts, row.counts)),
                ]
            ]
        found.append(Version(what, moment(entry.recorded_at), who, tuple(lines)))
    return found


def differences(theirs: Position, yours: PositionInput) -> list[Difference]:
    """What two editors said of one date, where it differs."""
    return [*_fact_changes(theirs.entry, yours), *_line_changes(theirs.counts, yours.counts)]


def _fact_changes(old: Entry, new: Entry | PositionInput) -> list[Difference]:
    rows = []
    for name, label in FIELD_WORDS.items():
        before, after = _in_words(getattr(old, name)), _in_words(getattr(new, name))
        if before != after:
            rows.append(Difference(label, before or "nothing", after or "nothing"))
    return rows


def _line_changes(old: Iterable[Count], new: Iterable[Count]) -> list[Difference]:
    before, after = {each.line: each for each in old}, {each.line: each for each in new}
    rows = []
    for line in sorted({*before, *after}, key=lambda each: each.place):
        was, now = _count_words(before.get(line)), _count_words(after.get(line))
        if was != now:
            rows.append(Difference(line.label, was, now))
    return rows


def _count_words(count: Count | None) -> str:
    return "not counted" if count is None else f"{count.in_date:,} of {count.in_post:,}"


def _in_words(value: object) -> str:
    if isinstance(value, Counted):
        return value.label
    if isinstance(value, date):
        return day(value)
    return "" if value is None else str(value)


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


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


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


def needs_differences(theirs: Table | None, yours: NeedsInput) -> list[Difference]:
    """What two editors said of who needs what, where it differs."""
    mine = Needs(yours.lines, who=yours.who)
    rows = []
    for group in Group:
        was = "" if theirs is None else _group_words(theirs.needs, group)
        now = _group_words(mine, group)
        if was != now:
            rows.append(Difference(group.label, was or "nothing said", now or "nothing said"))
    for name, label in NEEDS_WORDS.items():
        before = "" if theirs is None else _in_words(getattr(theirs.needs, name))
        after = _in_words(getattr(yours, name))
        if before != after:
            rows.append(Difference(label, before or "nothing", after or "nothing"))
    return rows


def route_differences(theirs: Ways | None, yours: Iterable[Route]) -> list[Difference]:
    """What two editors said of routes, where it differs."""
    said = {} if theirs is None else theirs.routes
    pairs = [(each, _route_words(said.get(each.group)), _route_words(each)) for each in yours]
    return [Difference(each.group.label, was, now) for each, was, now in pairs if was != now]


def _group_words(needs: Needs, group: Group) -> str:
    levels = " and ".join(level.label for level in needs.levels_of(group))
    who = needs.who.get(group, "")
    return f"{levels} ({who})" if who else levels


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
