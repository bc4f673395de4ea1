"""Where training is missing: staff group by setting by patients, from the library and what its owners' checks say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.library.rules import (
    ONE_KIND,
    PLACES,
    Audience,
    Followed,
    GuidelineVersion,
    Learner,
    Patients,
    Setting,
    Wanted,
    fits,
    fits_all,
    followed,
)
from tracker.measures.alignment.rules import Assessed, Claims, Result, counting


class Cover(StrEnum):
    """What there is for one group, place and kind of patient, the worst first; all but the last are gaps."""

    NOTHING = "nothing"
    UNCHECKED = "unchecked"
    BEHIND = "behind"
    SOME = "some"  # up to date, and only for doctors of some grades or for one part of a hospital
    COVERED = "covered"

    @property
    def label(self) -> str:
        return _LABELS[self][0]

    @property
    def letter(self) -> str:
        return _LABELS[self][1]

    @property
    def words(self) -> str:
        return _LABELS[self][2]


_LABELS = {
    Cover.NOTHING: ("No training", "N", "Nothing in the library is for them."),
    Cover.UNCHECKED: (
        "There is training, nobody has checked it",
        "U",
        "There is training for them or some of them. No owner recorded a check: not checked is not up to date.",
    ),
    Cover.BEHIND: (
        "Checked, not up to date",
        "B",
        "It was checked, and does not follow every guideline that counts today, or only in part.",
    ),
    Cover.SOME: (
        "Up to date for some of them",
        "S",
        "What follows every guideline that counts today is only for doctors of some grades, or for one department.",
    ),
    Cover.COVERED: (
        "Up to date with NICE",
        "C",
        "At least one that is for all of them follows every guideline that counts today.",
    ),
}
# Shades and patterns that black and white print keeps apart; the letter says the same.
SHADES = {
    Cover.NOTHING: "not_applicable",
    Cover.UNCHECKED: "lapsed",
    Cover.BEHIND: "started",
    Cover.SOME: "no_evidence",
    Cover.COVERED: "checked",
}


@dataclass(frozen=True, slots=True)
class Known:
    """A resource in use: for whom it is, and what its owners list of it."""

    title: str
    audiences: tuple[Audience, ...]
    owners: Claims


@dataclass(frozen=True, slots=True)
class Cell:
    """One group of staff in one place with one kind of patient."""

    staff: Learner
    setting: Setting
    patients: Patients
    cover: Cover
    resources: int

    @property
    def cells(self) -> tuple[str, ...]:
        """As a row of a file."""
        who = (self.staff.label, self.staff.hint, self.setting.label, self.patients.label)
        return (*who, self.cover.label, str(self.resources))

    @property
    def said(self) -> str:
        return f"{self.staff.label}, {self.setting.label}: {self.cover.label}"


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of the combinations stand so."""

    cover: Cover
    number: int
    shade: str


def cells(known: Sequence[Known], versions: Collection[GuidelineVersion], day: date) -> list[Cell]:
    """Every combination: what is there for it, and the best that a check says of it."""
    return [
        Cell(staff, setting, patients, *_there(known, versions, day, Wanted(staff, None, setting, patients)))
        for patients in ONE_KIND
        for staff in Learner
        for setting in PLACES
    ]


def _there(
    known: Sequence[Known], versions: Collection[GuidelineVersion], day: date, wanted: Wanted
) -> tuple[Cover, int]:
    """The best that there is for them, and how many resources."""
    needed, covers = wanted.patients or Patients.ALL, list[Cover]()
    for each in known:
        if any(fits(audience, wanted) for audience in each.audiences):
            found = worth(each.owners, versions, needed, day)
            whole = any(fits_all(audience, wanted) for audience in each.audiences)
            covers.append(Cover.SOME if found is Cover.COVERED and not whole else found)
    return max(covers, key=list(Cover).index, default=Cover.NOTHING), len(covers)


def worth(owners: Claims, versions: Collection[GuidelineVersion], patients: Patients, day: date) -> Cover:
    """What its owners' checks say of a resource, for these patients: every one of them must follow every guideline."""
    counted = counting(owners, day)
    if not counted:
        return Cover.UNCHECKED
    follows = all(_follows(each.item.assessed, versions, patients, day) for each in counted)
    return Cover.COVERED if follows else Cover.BEHIND


def _follows(
    assessed: Assessed | None, versions: Collection[GuidelineVersion], patients: Patients, day: date
) -> bool:
    if assessed is None or assessed.result is not Result.ALIGNED:
        return False
    return set(followed(versions, assessed.versions, patients, day).values()) == {Followed.CURRENT}


def counts(found: Iterable[Cell]) -> list[Counted]:
    every = [each.cover for each in found]
    return [Counted(each, every.count(each), SHADES[each]) for each in Cover]


def matrix(found: Iterable[Cell]) -> Mapping[Learner, Mapping[Setting, Cell]]:
    """One kind of patient: by staff group, then by place."""
    rows: dict[Learner, dict[Setting, Cell]] = {}
    for each in found:
        rows.setdefault(each.staff, {})[each.setting] = each
    return rows


def by_staff(found: Iterable[Cell]) -> list[tuple[Learner, Mapping[Cover, Sequence[Cell]]]]:
    """Combinations of one kind of patient: for each staff group the places, by what there is."""
    rows: dict[Learner, dict[Cover, list[Cell]]] = {}
    for each in found:
        rows.setdefault(each.staff, {cover: [] for cover in Cover})[each.cover].append(each)
    return list(rows.items())
