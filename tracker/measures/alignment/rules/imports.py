"""Rows of a spreadsheet become training on the list: each accepted, corrected, left out, or refused with its reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Protocol

from tracker.errors import RuleBroken
from tracker.library.rules import (
    Format,
    HowDiscussed,
    Patients,
    ResourceFacts,
    Setting,
    Source,
    StaffGroup,
    plain,
    problems_of_resource,
)
from tracker.measures.alignment.rules import words
from tracker.measures.alignment.rules.figures import Result
from tracker.measures.alignment.rules.words import CHOICES, HEADINGS

# As many as one page can show and one form can carry.
MOST = 100
NOT_CALCULATED = "\ufffc"
NO_TABLE = (
    "We found no table of training. The first row of the table must name its columns, one of them “Title”, and the "
    "rows below it must hold one piece of training each. You can download a file to fill in."
)
SEVERAL_TABLES = "Several sheets hold a list of training ({names}). Keep the one that counts, and try again."
TOO_MANY = "This list has more than {most} rows. Cut it into several files and import one after the other."
OF_PEOPLE = (
    "This file has a column “{name}”, so it speaks of single people. Nothing of it was kept. Send a list of training, "
    "without names or numbers of people."
)
LONGEST = {"title": 300, "owner": 200, "link": 500, "not_possible_because": 1000}
Guard = Callable[[str, str], tuple[str, str] | None]


class SheetRow(Protocol):
    """A row of a sheet."""

    @property
    def number(self) -> int: ...
    @property
    def cells(self) -> tuple[str, ...]: ...


class Sheet(Protocol):
    """One sheet of a file."""

    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> Sequence[SheetRow]: ...
    @property
    def is_cut(self) -> bool: ...


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
    values: Mapping[str, str]
    left_out: bool = False

    def text(self, name: str) -> str:
        return self.values.get(name, "")


@dataclass(frozen=True, slots=True)
class Read:
    """What was understood of a file: its rows, and what of it was not read."""

    drafts: tuple[Draft, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """Training to be put on the list, and what a check on a day found, if there was one."""

    facts: ResourceFacts
    result: Result | None = None
    assessed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A row with what became of it. `problems`: (field, what is wrong); `notes`: what we made of it."""

    draft: Draft
    state: State
    notes: tuple[str, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class _Table:
    sheet: Sheet
    heading: int
    columns: Mapping[str, int]
    unknown: tuple[str, ...]


def read_table(sheets: Sequence[Sheet], listed: Collection[str]) -> Read:
    """The rows of the one list in a file. `listed`: titles that are on the list already. Raises RuleBroken('file')."""
    tables = [found for sheet in sheets if (found := _find_table(sheet)) is not None]
    if not tables:
        raise RuleBroken("file", NO_TABLE)
    if len(tables) > 1:
        names = ", ".join(f"“{each.sheet.name}”" for each in tables)
        raise RuleBroken("file", SEVERAL_TABLES.format(names=names))
    table, known = tables[0], {plain(each) for each in listed}
    rows = [row for row in table.sheet.rows if row.number > table.heading and _cells(row, table)]
    if not rows:
        raise RuleBroken("file", NO_TABLE)
    if len(rows) > MOST or table.sheet.is_cut:
        raise RuleBroken("file", TOO_MANY.format(most=MOST))
    drafts = [Draft(row.number, _cells(row, table)) for row in rows]
    marked = [replace(each, left_out=plain(each.text("title")) in known) for each in drafts]
    others = [each.name for each in sheets if each is not table.sheet]
    return Read(tuple(marked), tuple(_not_read(table, others)))


def judge(drafts: Sequence[Draft], listed: Collection[str], today: date, guard: Guard) -> list[Judged]:
    """Each row on its own and against those before it. `guard` says what no text may hold."""
    known, seen = {plain(each) for each in listed}, dict[str, int]()
    found = []
    for draft in drafts:
        title = plain(draft.text("title"))
        if draft.left_out:
            note = (
                "there is training with this title on your list already"
                if title in known
                else "left out by you"
            )
            found.append(Judged(draft, State.LEFT_OUT, (note,)))
            continue
        reader = _Reader(draft, guard)
        entry = reader.entry(today)
        if title and title in known:
            said = "there is training with this title on your list already: leave the row out or change the title"
            reader.problems.append(("title", said))
        elif title in seen:
            reader.problems.append(("title", f"row {seen[title]} has the same title"))
        if title:
            seen.setdefault(title, draft.number)
        found.append(_judged(draft, reader, entry))
    return found


def usable(rows: Sequence[Judged]) -> list[Entry]:
    """What may be put on the list."""
    return [row.entry for row in rows if row.entry is not None]


def _judged(draft: Draft, reader: _Reader, entry: Entry | None) -> Judged:
    if reader.problems or entry is None:
        return Judged(
            draft, State.REFUSED, tuple(reader.notes), tuple(dict(reversed(reader.problems)).items())[::-1]
        )
    state = State.CORRECTED if reader.notes else State.ACCEPTED
    return Judged(draft, state, tuple(reader.notes), entry=entry)


def _find_table(sheet: Sheet) -> _Table | None:
    best: _Table | None = None
    for row in sheet.rows[:30]:
        people = [cell for cell in row.cells if words.plain(cell) in words.OF_PEOPLE]
        columns: dict[str, int] = {}
        for index, cell in enumerate(row.cells):
            if (name := words.find_column(cell)) is not None:
                columns.setdefault(name, index)
        if people and len(row.cells) > 1:
            raise RuleBroken("file", OF_PEOPLE.format(name=people[0]))
        if "title" in columns and len(columns) > 1 and (best is None or len(columns) > len(best.columns)):
            used = set(columns.values())
            unknown = tuple(cell for index, cell in enumerate(row.cells) if cell and index not in used)
            best = _Table(sheet, row.number, columns, unknown)
    return best


def _cells(row: SheetRow, table: _Table) -> dict[str, str]:
    """What a row says in the columns that we know; nothing for a row that says nothing there."""
    found = {name: row.cells[index] for name, index in table.columns.items() if index < len(row.cells)}
    return {name: text for name, text in found.items() if text}


def _not_read(table: _Table, others: Sequence[str]) -> list[str]:
    notes = []
    for heading in table.unknown:
        near = words.closest_column(heading)
        hint = f" If it is “{near}”, name it so and choose the file again." if near else ""
        notes.append(f"The column “{heading[:60]}” was not read.{hint}")
    if others:
        named = ", ".join(f"“{each}”" for each in others)
        notes.append(f"Only the sheet “{table.sheet.name}” was read, not {named}.")
    return notes


@dataclass(slots=True)
class _Reader:
    """Makes sense of the texts of one row, and keeps what it changed and what it could not read."""

    draft: Draft
    guard: Guard
    notes: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)

    def entry(self, today: date) -> Entry | None:
        """The training that the row describes; None when something of it cannot be used."""
        facts = self._facts()
        result, assessed_on = self._choice("result"), self._day("assessed_on")
        self._check(result, assessed_on, today)
        if facts is not None:
            self.problems += problems_of_resource(facts, today)
        if facts is None or self.problems:
            return None
        return Entry(facts, None if result is None else Result(result), assessed_on)

    def _check(self, result: str | None, assessed_on: date | None, today: date) -> None:
        if result is not None and words.find_choice("source", self.draft.text("source")) == Source.NATIONAL:
            self.problems.append(
                ("result", "national training is checked by its owner: take this answer away")
            )
        elif result is not None and not self.draft.text("assessed_on"):
            self.problems.append(("assessed_on", "the day on which it was checked against NICE is missing"))
        elif assessed_on is not None and assessed_on > today:
            self.problems.append(("assessed_on", "the day of the check must be today or in the past"))

    def _facts(self) -> ResourceFacts | None:
        patients, staff = self._choice("patients", "say which patients it is about"), self._staff()
        source, kind = self._choice("source"), self._choice("format")
        online = self._choice("is_online")
        discussed, setting = self._choice("discussed"), self._choice("setting")
        texts = {name: self._text(name) for name in LONGEST}
        discussed_on, updated_on = self._day("discussed_on"), self._day("updated_on")
        discussed_by, ticks = (
            self._number("discussed_by"),
            [self._choice(each) for each in ("resistance", "stewardship")],
        )
        if not texts["title"]:
            self.problems.append(("title", "the title is missing"))
        if patients is None or not staff:
            return None
        return ResourceFacts(
            **texts, patients=Patients(patients), staff_groups=frozenset(staff),
            source=Source(source) if source else Source.OWN, format=Format(kind) if kind else Format.OTHER,
            setting=Setting(setting) if setting else Setting.ANY,
            is_online=online == "yes" or (online is None and kind == Format.ONLINE),
            discussed=HowDiscussed(discussed) if discussed else None, discussed_on=discussed_on,
            discussed_by=discussed_by, updated_on=updated_on,
            resistance=ticks[0] == "yes", stewardship=ticks[1] == "yes",
        )  # fmt: skip

    def _cell(self, name: str) -> str:
        text = self.draft.text(name).strip()
        if text == NOT_CALCULATED:
            self.problems.append(
                (name, f"{HEADINGS[name]}: a formula that was never worked out; type the answer")
            )
            return ""
        return text

    def _text(self, name: str) -> str:
        text = self._cell(name)
        if len(text) > LONGEST[name]:
            self.problems.append((name, f"{HEADINGS[name]} must be {LONGEST[name]} characters or fewer"))
        if found := self.guard(name, text):
            self.problems.append(found)
        return text

    def _choice(self, name: str, missing: str = "") -> str | None:
        text = self._cell(name)
        if not text:
            if missing and not self._has_problem(name):
                self.problems.append((name, missing))
            return None
        found = words.find_choice(name, text)
        if found is None:
            near = words.closest_choice(name, text)
            hint = f"do you mean “{near}”?" if near else "choose one of the answers"
            self.problems.append((name, f"{HEADINGS[name]}: we do not know “{text[:60]}”; {hint}"))
        elif words.plain(text) not in {words.plain(found), words.plain(CHOICES[name][found])}:
            self.notes.append(f"“{text[:60]}” read as {CHOICES[name][found]}")
        return found

    def _staff(self) -> list[StaffGroup]:
        text = self._cell("staff_groups")
        found, unknown = words.find_staff(text)
        for each in unknown:
            near = words.closest_staff(each)
            hint = f"do you mean “{near}”?" if near else "write the name of a staff group, or Everybody"
            self.problems.append(("staff_groups", f"we do not know the staff “{each[:60]}”; {hint}"))
        if not text and not self._has_problem("staff_groups"):
            self.problems.append(("staff_groups", "say who it is for, for example Everybody"))
        labels = "; ".join(each.label for each in found)
        if found and not unknown and words.plain(text) != words.plain(labels):
            self.notes.append(f"“{text[:60]}” read as {labels}")
        return [] if unknown else found

    def _day(self, name: str) -> date | None:
        text = self._cell(name)
        found = words.find_day(text) if text else None
        if text and found is None:
            self.problems.append((name, f"{HEADINGS[name]}: “{text[:40]}” is not a date like 14/9/2026"))
        return found

    def _number(self, name: str) -> int | None:
        text = self._cell(name)
        if not text:
            return None
        digits = text.removesuffix(".0")
        if digits.isascii() and digits.isdecimal() and len(digits) < 6:
            return int(digits)
        self.problems.append((name, f"{HEADINGS[name]}: “{text[:40]}” is not a whole number"))
        return None

    def _has_problem(self, name: str) -> bool:
        return any(each == name for each, _words in self.problems)
