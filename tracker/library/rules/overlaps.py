"""Where several make training for the same people, or make what the library has for them already.

What was stopped meets nobody. What is finished meets other developments and not the library, in which it may stand
itself. Resources are not held against one another: most are for all staff, and nearly every two would meet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from tracker.library.rules.audiences import PLACES, Audience, Learner
from tracker.library.rules.developing import Stage
from tracker.library.rules.guidelines import Population, needed_populations
from tracker.library.rules.resources import Setting

# One kind of staff at one place, about one kind of patient.
Cell = tuple[Learner, Setting, Population]
Made = tuple[Stage, Sequence[Audience]]


@dataclass(frozen=True, slots=True)
class Common:
    """For whom all of a group are; every place is any setting."""

    staff: frozenset[Learner]
    places: frozenset[Setting]
    patients: frozenset[Population]


@dataclass(frozen=True, slots=True)
class Meeting:
    """The places of developments that are all for one audience, and of resources for some of these people."""

    common: Common
    developments: tuple[int, ...]
    resources: tuple[int, ...]


def meetings(developments: Sequence[Made], library: Sequence[Iterable[Audience]]) -> list[Meeting]:
    """The groups, the largest first: every two that share staff, setting and patients are together in one of them.

    There are never more groups than cells, however many developments there are. A group that lies within another,
    and meets no other resource, is left out.
    """
    cells = {
        place: _cells(audiences)
        for place, (stage, audiences) in enumerate(developments)
        if stage is not Stage.STOPPED
    }
    there = [_cells(audiences) for audiences in library]
    found = [_meeting(members, cells, there, developments) for members in _members(cells)]
    kept = [each for each in found if _is_group(each) and not any(_within(each, other) for other in found)]
    return sorted(
        kept,
        key=lambda each: (-len(each.developments), -len(each.resources), each.developments, each.resources),
    )


def _cells(audiences: Iterable[Audience]) -> frozenset[Cell]:
    return frozenset(
        cell
        for each in audiences
        for cell in product(
            each.staff,
            PLACES if Setting.ANY in each.settings else each.settings,
            needed_populations(each.patients),
        )
    )


def _members(cells: dict[int, frozenset[Cell]]) -> set[tuple[int, ...]]:
    """The different sets of developments that stand together in a cell."""
    found: dict[Cell, list[int]] = defaultdict(list)
    for place, covered in cells.items():
        for cell in covered:
            found[cell].append(place)
    return {tuple(each) for each in found.values()}


def _meeting(
    members: tuple[int, ...],
    cells: dict[int, frozenset[Cell]],
    there: Sequence[frozenset[Cell]],
    developments: Sequence[Made],
) -> Meeting:
    shared = frozenset.intersection(*(cells[place] for place in members))
    to_be_made = any(developments[place][0] in (Stage.PLANNED, Stage.UNDER_WAY) for place in members)
    resources = [place for place, covered in enumerate(there) if to_be_made and covered & shared]
    staff, places, patients = (frozenset(axis) for axis in zip(*shared, strict=True))
    return Meeting(Common(staff, places, patients), members, tuple(resources))


def _is_group(each: Meeting) -> bool:
    return len(each.developments) > 1 or bool(each.resources)


def _within(each: Meeting, other: Meeting) -> bool:
    """Whether all that it says is said by a larger one."""
    return (
        len(each.developments) < len(other.developments)
        and set(each.developments) <= set(other.developments)
        and set(each.resources) <= set(other.resources)
    )
