"""Rows of a spreadsheet become lines of the grid: each accepted, corrected, left out, or refused with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from tracker.errors import RuleBroken
from tracker.measures.coverage.rules.figures import Count, Needs
from tracker.measures.coverage.rules.groups import MEDICAL, Group, Level, Line
from tracker.measures.coverage.rules.recognition import (
    MANY_ROWS,
    Heading,
    Sheet,
    SheetRow,
    closest,
    find_grade,
    find_group,
    find_heading,
    find_level,
    is_doctors,
    is_total,
    names_people,
    plain,
)

NOT_CALCULATED = "\ufffc"
NO_TABLE = (
    "We found no table with a column for the staff group and one for the staff in post. Name the columns "
    "“Staff group”, “Staff in post” and “In date”, one row for each group, and try again."
)
SEVERAL_TABLES = "Several sheets hold such a table ({names}). Keep the one that counts, and try again."
TOO_MANY = "This table has more than {most} rows, so it is not one of totals. Add it up by staff group first."


class State(StrEnum):
    """What became of a row."""

    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    LEFT_OUT = "left_out"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return {
            "accepted": "Accepted",
            "corrected": "Corrected",
            "left_out": "Left out",
            "refused": "Refused",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Draft:
    """A row as it stands in the preview, every answer as text, so that it can be mended there."""

    number: int
    said: str
    group: str
    level: str
    in_post: str
    in_date: str
    left_out: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A row with what became of it, why, and its numbers when they can be used. `field` is what to mend."""

    draft: Draft
    state: State
    reason: str
    count: Count | None = None
    field: str = ""


class NamesPeople(Exception):
    """The file has one row for each person. `why` says how that was seen."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def read_table(sheets: Sequence[Sheet], needs: Needs | None) -> list[Draft]:
    """The rows of the one table in a file. Raises NamesPeople, or RuleBroken('file')."""
    if why := names_people(sheets):
        raise NamesPeople(why)
    tables = [(sheet, found) for sheet in sheets if (found := find_heading(sheet)) is not None]
    if not tables:
        raise RuleBroken("file", NO_TABLE)
    if len(tables) > 1:
        names = ", ".join(f"“{sheet.name}”" for sheet, _ in tables)
        raise RuleBroken("file", SEVERAL_TABLES.format(names=names))
    sheet, heading = tables[0]
    rows = [row for row in sheet.rows if row.number > heading.last_row]
    if len(rows) > MANY_ROWS:
        raise RuleBroken("file", TOO_MANY.format(most=MANY_ROWS))
    drafts = list(_drafts(rows, heading, needs))
    if not drafts:
        raise RuleBroken("file", NO_TABLE)
    if all(NOT_CALCULATED in (draft.in_post, draft.in_date) for draft in drafts):
        said = "The numbers are formulas that were never worked out. Open the file in Excel, save it, and try again."
        raise RuleBroken("file", said)
    return drafts


def _drafts(rows: Sequence[SheetRow], heading: Heading, needs: Needs | None) -> Iterator[Draft]:
    last_group = ""
    for row in rows:
        group, grade = _cell(row, heading, "group"), _cell(row, heading, "grade")
        in_post, in_date = _cell(row, heading, "in_post"), _cell(row, heading, "in_date")
        notes: list[str] = []
        if not in_post and (required := _cell(row, heading, "required")):
            in_post = required
            notes.append("“Required” taken for staff in post: check that it is everybody in post")
        if not in_post and not in_date:
            continue
        if not group and grade and last_group:
            group = last_group
            notes.append(f"staff group taken from the row above: {group}")
        last_group = group or last_group
        yield _draft(row, group, grade, _cell(row, heading, "level"), (in_post, in_date), notes, needs)


def _draft(
    row: SheetRow,
    group: str,
    grade: str,
    level: str,
    numbers: tuple[str, str],
    notes: list[str],
    needs: Needs | None,
) -> Draft:
    said = " · ".join(cell for cell in row.cells if cell)[:300]
    in_post, in_date = numbers
    # The record joins them with a bar: “Nursing and Midwifery Registered|Staff Nurse”.
    name, _, role = group.partition("|")
    found = find_group(name)
    if found is None and is_doctors(name):
        found = find_grade(role or grade)
    if found is None and not name:
        found = find_grade(grade)
    total = is_total(name) or (not name and is_total(grade))
    if found is not None and plain(name) != plain(found.label):
        notes = [*notes, f"“{' '.join(filter(None, (name, grade or role)))}” read as {found.label}"]
    level_found = find_level(level)
    if level_found is None and found is not None and needs is not None:
        wanted = needs.levels_of(found)
        level_found = wanted[0] if len(wanted) == 1 else None
    return Draft(
        number=row.number,
        said=said,
        group=found.value if found else "",
        level=level_found.value if level_found else "",
        in_post=in_post,
        in_date=in_date,
        left_out=total,
        notes=("a total: we add up the rows ourselves",) if total else tuple(notes),
    )


def _cell(row: SheetRow, heading: Heading, kind: str) -> str:
    index = heading.columns.get(kind)
    return "" if index is None or index >= len(row.cells) else row.cells[index]


def judge(drafts: Sequence[Draft], needs: Needs | None) -> list[Judged]:
    """Each row on its own, then those of one line added up into the first of them."""
    return _added_up([_judge(draft, needs) for draft in drafts])


def usable(rows: Sequence[Judged]) -> list[Count]:
    """The lines, added up."""
    found: dict[Line, Count] = {}
    for row in rows:
        if row.count is not None:
            line = row.count.line
            before = found.get(line, Count(line, 0, 0))
            found[line] = Count(line, before.in_post + row.count.in_post, before.in_date + row.count.in_date)
    return sorted(found.values(), key=lambda count: count.line.place)


def _judge(draft: Draft, needs: Needs | None) -> Judged:
    if draft.left_out:
        return Judged(draft, State.LEFT_OUT, ". ".join(draft.notes) or "left out by you")
    try:
        line = _line(draft, needs)
        in_post = _heads(draft.in_post, "post", "staff in post")
        nothing = line.level is Level.NOTHING and not draft.in_date
        in_date = 0 if nothing else _heads(draft.in_date, "date", "in date")
    except _Refused as refused:
        return Judged(draft, State.REFUSED, refused.reason, field=refused.field)
    if in_date > in_post:
        reason = f"{in_date:,} in date is more than {in_post:,} in post"
        return Judged(draft, State.REFUSED, reason, field="date")
    notes = [*draft.notes, *_number_notes(draft, in_post, in_date)]
    state = State.CORRECTED if notes else State.ACCEPTED
    return Judged(draft, state, "; ".join(notes), Count(line, in_post, in_date))


class _Refused(Exception):
    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


def _line(draft: Draft, needs: Needs | None) -> Line:
    try:
        group = Group(draft.group)
    except ValueError:
        raise _Refused("group", _unknown_group(draft)) from None
    wanted = () if needs is None else needs.levels_of(group)
    try:
        level = Level(draft.level) if draft.level else None
    except ValueError:
        raise _Refused("level", "choose one of the levels listed") from None
    if level is None and len(wanted) > 1:
        words = " or ".join(each.label for each in wanted)
        raise _Refused("level", f"this group needs two levels, say which: {words}")
    if level is not None and needs is not None and wanted and level not in wanted:
        words = " or ".join(each.label for each in wanted)
        raise _Refused("level", f"your needs table says {words} for this group, and not {level.label}")
    return Line(group, level)


def _unknown_group(draft: Draft) -> str:
    name = draft.said.split(" · ")[0].partition("|")[0]
    if is_doctors(name):
        return f"{MEDICAL} needs a grade: consultants, specialty and locally employed, or in training"
    near = closest(name)
    said = f"we do not know the staff group “{name}”"
    return f"{said}. Do you mean {near.label}?" if near else f"{said}: choose one"


def _heads(text: str, field: str, name: str) -> int:
    if text == NOT_CALCULATED:
        raise _Refused(field, f"{name}: a formula that was never worked out; type the number")
    if not text:
        raise _Refused(field, f"{name}: the number is missing")
    digits = re.sub(r"(?<=[0-9])[, \u00a0\u202f](?=[0-9]{3}(?![0-9]))", "", text.strip())
    if re.fullmatch(r"-\s?[0-9.,]+", digits):
        raise _Refused(field, f"{name}: {text} is less than nothing")
    if re.fullmatch(r"[0-9]+[.,][0-9]*[1-9][0-9]*", digits):
        raise _Refused(
            field, f"{name}: {text} is not a whole number of people; use the headcount, not full-time posts"
        )
    found = re.fullmatch(r"([0-9]{1,7})([.,]0*)?", digits)
    if found is None:
        raise _Refused(field, f"{name}: “{text[:40]}” is not a number")
    return int(found[1])


def _number_notes(draft: Draft, in_post: int, in_date: int) -> list[str]:
    pairs = ((draft.in_post, in_post), (draft.in_date, in_date))
    return [f"“{text}” read as {number}" for text, number in pairs if text and text != str(number)]


def _added_up(rows: list[Judged]) -> list[Judged]:
    first: dict[Line, int] = {}
    found = []
    for row in rows:
        if row.count is None:
            found.append(row)
            continue
        line = row.count.line
        if line in first:
            note = f"added to row {first[line]}, which is of the same group and level"
            reason = "; ".join(filter(None, (row.reason, note)))
            row = replace(row, state=State.CORRECTED, reason=reason)  # noqa: PLW2901
        first.setdefault(line, row.draft.number)
        found.append(row)
    return found
