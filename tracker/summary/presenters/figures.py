"""What was read for the page, before it is put into words, and what organisations and places are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from uuid import UUID

from tracker.catalogue.rules import OrganisationKind
from tracker.summary.rules import (
    Answered,
    AnswerRow,
    Asked,
    Ladder,
    Movement,
    OrganisationRow,
    Selection,
    Verdicts,
    answered,
)
from tracker.web.formats import day

# What each kind is called when it is counted. Only trusts have a register, the ODS file of all of them.
NOUNS = {
    OrganisationKind.NHS_TRUST: ("NHS trust", "NHS trusts", "trust", "trusts"),
    OrganisationKind.CARE_PROVIDER: ("care provider", "care providers", "provider", "providers"),
}
ANY_NOUN = ("organisation", "organisations", "organisation", "organisations")

Link = Callable[..., str]


@dataclass(frozen=True)
class Figures:
    """What was read for the page, before it is put into words."""

    wanted: Selection
    place: str
    national: bool
    asked: Sequence[Asked]
    counted: Sequence[OrganisationRow]
    absent: Sequence[OrganisationRow]
    answers: Mapping[UUID, AnswerRow]
    ladders: Mapping[str, Ladder] = field(default_factory=dict)
    movements: Mapping[str, Movement] = field(default_factory=dict)
    tested: Mapping[str, Verdicts] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return len(self.counted)

    @cached_property
    def states(self) -> dict[UUID, Answered]:
        """How each organisation counted has answered."""
        owed, fresh, none = len(self.asked), self.wanted.fresh_from, AnswerRow()
        found = ((row.id, self.answers.get(row.id, none)) for row in self.counted)
        return {key: answered(each.recorded, owed, each.oldest, fresh) for key, each in found}

    @cached_property
    def state_counts(self) -> Counter[Answered]:
        return Counter(self.states.values())


def nouns(kind: OrganisationKind) -> tuple[str, str, str, str]:
    """One and many, in full; one and many, in short."""
    return NOUNS.get(kind, ANY_NOUN)


def place_name(region: str, icb: str) -> str:
    """What the figures are of: the board, the region, or England."""
    return icb or region or "England"


def counted_words(place: str, *, national: bool) -> str:
    """Whose figures these are: all of a place, or only those that an auditor reads there."""
    return place if national else f"The organisations you audit in {place}"


def confirmed_words(confirmed_on: date, fresh: date) -> str:
    return f"last confirmed {confirmed_day(confirmed_on, fresh)}"


def confirmed_day(confirmed_on: date, fresh: date) -> str:
    """The day, and whether it is too long ago to count as answered."""
    return f"{day(confirmed_on)}{', over 12 months before' if confirmed_on < fresh else ''}"
