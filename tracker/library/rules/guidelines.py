"""Which version of which guideline counts for whom on a day, and what an assessment against it is still worth."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.library.rules.resources import Patients


class Kind(StrEnum):
    """The register holds guidelines and definitions of sepsis; resources are assessed against guidelines only."""

    GUIDELINE = "guideline"
    DEFINITION = "definition"


class Population(StrEnum):
    """For whom a guideline is."""

    ADULTS = "16_or_over"
    CHILDREN = "under_16"
    PREGNANT = "pregnant"

    @property
    def label(self) -> str:
        return POPULATION_LABELS[self]


POPULATION_LABELS = {
    Population.ADULTS: "People aged 16 or over, not pregnant",
    Population.CHILDREN: "Children and young people under 16",
    Population.PREGNANT: "People who are pregnant or recently pregnant",
}
_NEEDED = {
    Patients.ADULTS: frozenset({Population.ADULTS}),
    Patients.CHILDREN: frozenset({Population.CHILDREN}),
    Patients.PREGNANT: frozenset({Population.PREGNANT}),
    Patients.ADULTS_AND_CHILDREN: frozenset({Population.ADULTS, Population.CHILDREN}),
    Patients.ALL: frozenset(Population),
}


@dataclass(frozen=True, slots=True)
class GuidelineVersion:
    """One version. `issued_on` None: its date is to be confirmed, and until then it takes nothing's place.

    `counts_from` is the day from which resources must follow it (its date, unless the national lead says later);
    an assessment against the version before is worth something until `recheck_by`.
    """

    id: str
    reference: str
    title: str
    issued_on: date | None
    populations: frozenset[Population]
    counts_from: date | None = None
    recheck_by: date | None = None
    kind: Kind = Kind.GUIDELINE

    @property
    def in_force_from(self) -> date | None:
        return None if self.issued_on is None else self.counts_from or self.issued_on

    @property
    def order(self) -> tuple[date, str]:
        return (self.in_force_from or date.max, self.id)

    def counts_on(self, day: date) -> bool:
        return self.in_force_from is not None and self.in_force_from <= day


class Followed(StrEnum):
    """What an assessment says of one population on a day."""

    CURRENT = "current"
    BEFORE = "before"  # the version before; it is to be checked again by a date that has not passed
    OVERDUE = "overdue"  # the same, and the date has passed
    OLDER = "older"  # a version older than the one before
    NOT = "not"  # no version that speaks of them


class Behind(StrEnum):
    """Why a check counts no longer. The order is that in which they are said."""

    OLDER = "older"
    NEVER = "never"
    NO_DAY = "no_day"
    PASSED = "passed"


# After "one counts no longer, because", and after "several": one or several of them.
BEHIND_WORDS = {
    Behind.OLDER: (
        "it follows a version older than the one before",
        "they follow a version older than the one before",
    ),
    Behind.NEVER: (
        "it was not checked against every guideline that its patients need",
        "they were not checked against every guideline that their patients need",
    ),
    Behind.NO_DAY: ("there is no day to check again by",) * 2,
    Behind.PASSED: ("the day to check again by has passed",) * 2,
}


def needed_populations(patients: Patients) -> frozenset[Population]:
    """The populations that a resource for these patients must be right about."""
    return _NEEDED[patients]


def current_versions(versions: Iterable[GuidelineVersion], day: date) -> dict[Population, GuidelineVersion]:
    """The version that counts for each population on a day: the youngest in force that speaks of it."""
    found: dict[Population, GuidelineVersion] = {}
    for version in sorted(_counting(versions, day), key=lambda each: each.order):
        for population in version.populations:
            found[population] = version
    return found


def versions_needed(versions: Iterable[GuidelineVersion], patients: Patients, day: date) -> list[str]:
    """Ids of the versions that training for these patients must follow on a day."""
    needed, current = needed_populations(patients), current_versions(versions, day)
    return sorted({version.id for population, version in current.items() if population in needed})


def version_before(
    versions: Iterable[GuidelineVersion], population: Population, day: date
) -> GuidelineVersion | None:
    """The version whose place the current one took for a population."""
    line = sorted(
        (each for each in _counting(versions, day) if population in each.populations),
        key=lambda each: each.order,
    )
    return line[-2] if len(line) > 1 else None


def followed(
    versions: Collection[GuidelineVersion],
    assessed_against: Collection[str],
    patients: Patients,
    day: date,
) -> Mapping[Population, Followed]:
    """What an assessment against some versions is worth for each population that the patients need, on a day."""
    current = current_versions(versions, day)
    return {
        population: _followed(versions, current.get(population), population, assessed_against, day)
        for population in sorted(needed_populations(patients))
    }


def recheck_due(
    versions: Collection[GuidelineVersion],
    assessed_against: Collection[str],
    patients: Patients,
    day: date,
) -> date | None:
    """By when a resource is to be checked again: the first day of those guidelines of which it follows the version
    before. A guideline that it follows already sets it no day."""
    current = current_versions(versions, day)
    worth = followed(versions, assessed_against, patients, day)
    days = [current[population].recheck_by for population, each in worth.items() if each is Followed.BEFORE]
    return min((each for each in days if each is not None), default=None)


def behind(
    versions: Collection[GuidelineVersion],
    assessed_against: Collection[str],
    patients: Patients,
    day: date,
) -> list[Behind]:
    """Why an assessment counts no longer, or nothing when it counts."""
    current = current_versions(versions, day)
    found = {
        _behind(each, current.get(population))
        for population, each in followed(versions, assessed_against, patients, day).items()
    }
    return [each for each in Behind if each in found]


def _behind(worth: Followed, current: GuidelineVersion | None) -> Behind | None:
    if worth is Followed.OVERDUE:
        return Behind.NO_DAY if current is None or current.recheck_by is None else Behind.PASSED
    return {Followed.OLDER: Behind.OLDER, Followed.NOT: Behind.NEVER}.get(worth)


def problems_of_version(
    reference: str,
    title: str,
    populations: Collection[Population],
    issued_on: date | None,
    counts_from: date | None,
    recheck_by: date | None,
) -> list[tuple[str, str]]:
    """What a version lacks, by field, in words that say what to do."""
    problems = []
    if not reference:
        problems.append(("reference", "Enter the reference, for example NG253"))
    if not title:
        problems.append(("title", "Enter the title of the guideline"))
    if not populations:
        problems.append(("populations", "Choose who the guideline is for"))
    if counts_from is not None and issued_on is not None and counts_from < issued_on:
        problems.append(("counts_from", "The day it counts from must not be before the day it was issued"))
    if recheck_by is not None and issued_on is not None and recheck_by < (counts_from or issued_on):
        problems.append(("recheck_by", "The day to check again by must be after the day it counts from"))
    return problems


def _counting(versions: Iterable[GuidelineVersion], day: date) -> list[GuidelineVersion]:
    return [each for each in versions if each.kind is Kind.GUIDELINE and each.counts_on(day)]


def _followed(
    versions: Collection[GuidelineVersion],
    current: GuidelineVersion | None,
    population: Population,
    assessed_against: Collection[str],
    day: date,
) -> Followed:
    if current is None or current.id in assessed_against:
        # No guideline speaks of them: there is nothing that it could fail to follow.
        return Followed.CURRENT
    before = version_before(versions, population, day)
    if before is None or before.id not in assessed_against:
        line = {each.id for each in _counting(versions, day) if population in each.populations}
        return Followed.OLDER if line & set(assessed_against) else Followed.NOT
    if current.recheck_by is not None and day <= current.recheck_by:
        return Followed.BEFORE
    return Followed.OVERDUE
