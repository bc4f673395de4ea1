"""Groups of training for the same people that nobody has spoken of yet, as the page of funding shows them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from tracker.library.presenters.developing import DevelopmentLine
from tracker.library.rules.audiences import EVERYBODY, PLACES, Learner, audiences_of
from tracker.library.rules.developing import Stage, names_title
from tracker.library.rules.guidelines import Population, needed_populations
from tracker.library.rules.overlaps import Common, Meeting, meetings
from tracker.library.rules.resources import Patients, Setting
from tracker.library.rules.titles import plain


@dataclass(frozen=True, slots=True)
class Entry:
    """One of a group: a development, or else a resource of the library by its code."""

    title: str
    line: DevelopmentLine | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Training for one audience: developments by title, then what the library has."""

    audience: str
    entries: tuple[Entry, ...]

    @property
    def counted(self) -> str:
        return _counted(self.entries)


@dataclass(frozen=True, slots=True)
class Shown:
    """What one page shows of a group; `continued`: it began on the page before."""

    group: Group
    entries: tuple[Entry, ...]
    continued: bool


def overlapping(
    found: Sequence[Any], lines: Sequence[DevelopmentLine], resources: Sequence[Any]
) -> list[Group]:
    """Where two or more may do the same, from their audiences alone; what somebody has named is left out."""
    made = [(each.row.stage, audiences_of(each.row.audiences)) for each in found]
    stages = [stage for stage, _audiences in made]
    library = [audiences_of(row.audiences) for row in resources]
    groups = (_group(each, stages, lines, resources) for each in meetings(made, library))
    return [each for each in groups if each.entries]


def holding(groups: Iterable[Group], chosen: Collection[UUID]) -> list[Group]:
    """The groups in which one of these developments is."""
    return [each for each in groups if any(one.line and one.line.id in chosen for one in each.entries)]


def count_entries(groups: Iterable[Group]) -> int:
    """What a page is cut from: a development that is in two groups is read in both."""
    return sum(len(each.entries) for each in groups)


def shown(groups: Sequence[Group], first: int, after: int) -> list[Shown]:
    """The entries from one place to before another, under their groups."""
    rows = [
        (number, place, each)
        for number, group in enumerate(groups)
        for place, each in enumerate(group.entries)
    ]
    found = []
    for number, part in groupby(rows[first:after], key=lambda row: row[0]):
        entries = list(part)
        found.append(Shown(groups[number], tuple(each for *_places, each in entries), entries[0][1] > 0))
    return found


def words(groups: Sequence[Group]) -> str:
    """`12 developments and 2 resources in 2 groups`, each counted once; nothing is said of it where there is none."""
    every = {(each.line.id if each.line else each.code): each for group in groups for each in group.entries}
    named = f"{len(groups):,} {'group' if len(groups) == 1 else 'groups'}"
    return f"{_counted(every.values())} in {named}" if groups else ""


def _counted(entries: Iterable[Entry]) -> str:
    every = list(entries)
    made = sum(1 for each in every if each.line)
    there = len(every) - made
    parts = [f"{made:,} {'development' if made == 1 else 'developments'}"]
    if there:
        parts.append(f"{there:,} {'resource' if there == 1 else 'resources'}")
    return " and ".join(parts)


def _group(
    each: Meeting, stages: Sequence[Stage], lines: Sequence[DevelopmentLine], resources: Sequence[Any]
) -> Group:
    """Who has named all the others as overlaps, or is named by them, is not among those who may talk to each other."""
    to_be_made = [place for place in each.developments if stages[place] in (Stage.PLANNED, Stage.UNDER_WAY)]
    beside = [
        place
        for place in each.resources
        if any(not names_title(lines[one].overlap_with, resources[place].title) for one in to_be_made)
    ]
    made = [
        lines[one]
        for one in each.developments
        if any(one != other and not _named(lines[one], lines[other]) for other in each.developments)
        or (
            one in to_be_made
            and any(
                not names_title(lines[one].overlap_with, resources[place].title) for place in each.resources
            )
        )
    ]
    made.sort(key=lambda line: (plain(line.title), plain(line.by), line.code))
    entries = [Entry(line.title, line) for line in made]
    entries += [Entry(resources[place].title, code=resources[place].code) for place in beside]
    return Group(common_words(each.common), tuple(entries))


def _named(one: DevelopmentLine, other: DevelopmentLine) -> bool:
    return names_title(one.overlap_with, other.title) or names_title(other.overlap_with, one.title)


def common_words(common: Common) -> str:
    """`Care workers · Care homes and care at home · patients: Adults (16 or over)`."""
    staff = ", ".join(each.label for each in Learner if each in common.staff)
    places = ", ".join(each.label for each in PLACES if each in common.places)
    return " · ".join(
        (
            "Everybody" if common.staff >= EVERYBODY else staff,
            Setting.ANY.label if common.places >= set(PLACES) else places,
            f"patients: {_patients(common.patients)}",
        )
    )


def _patients(about: frozenset[Population]) -> str:
    """In the words of the form where it has some for these."""
    said = [each.label for each in Patients if needed_populations(each) == about]
    return said[0] if said else "; ".join(each.label for each in Population if each in about)
