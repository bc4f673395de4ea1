"""A share: which way a resource was passed on, and what may be said of it; and who is a member of a network when."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from tracker.catalogue.rules import OrganisationKind

# None of the resources is older.
FIRST_YEAR = 2000
_YEAR = re.compile(r"(20[0-9]{2})-20[0-9]{2}")


class Channel(StrEnum):
    NEWSLETTER = "newsletter"
    INTRANET = "intranet"
    WEBSITE = "website"
    EMAIL = "email"
    TEAM_MEETING = "team_meeting"
    INDUCTION = "induction"
    SOCIAL_MEDIA = "social_media"
    OTHER = "other"

    @property
    def label(self) -> str:
        return CHANNEL_LABELS[self]


CHANNEL_LABELS = {
    Channel.NEWSLETTER: "Newsletter",
    Channel.INTRANET: "Intranet",
    Channel.WEBSITE: "Website",
    Channel.EMAIL: "E-mail",
    Channel.TEAM_MEETING: "Team meeting",
    Channel.INDUCTION: "Induction",
    Channel.SOCIAL_MEDIA: "Social media",
    Channel.OTHER: "Another way",
}


def is_network(kind: str) -> bool:
    """Only networks have members, and share on their behalf."""
    return kind == OrganisationKind.HEALTH_INNOVATION_NETWORK


class Shareable(Protocol):
    """What a rule must know of a resource."""

    @property
    def title(self) -> str: ...
    @property
    def retired_on(self) -> date | None: ...
    @property
    def section(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ShareFacts:
    """What is said of one occasion. `reached` is how many people saw it, `reached_basis` how that was counted."""

    channel: Channel
    shared_on: date | None
    channel_words: str = ""
    link: str = ""
    evidence_id: UUID | None = None
    reached: int | None = None
    reached_basis: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """For which of its members a network shared: all of them, or those that are named; else its own people."""

    everybody: bool = False
    members: frozenset[UUID] | None = None


OWN = OnBehalf()


@dataclass(frozen=True, slots=True)
class Term:
    """A membership; `until_on` is its last day, None while it lasts."""

    member_id: UUID
    from_on: date
    until_on: date | None = None

    def covers(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)

    def meets(self, other: Term) -> bool:
        """Whether the two have a day in common."""
        starts = max(self.from_on, other.from_on)
        return self.covers(starts) and other.covers(starts)


def problems_of_share(
    facts: ShareFacts, resources: Collection[Shareable], today: date, *, stands: bool = False
) -> list[tuple[str, str]]:
    """What is wrong with it, by field. A resource that was retired since may have been shared on a day before.

    `stands`: the same was recorded for the same day before. A retirement may be back-dated past it, and what was
    done stays done.
    """
    problems = []
    if not resources:
        problems.append(("resource", "Choose what was shared"))
    if facts.channel is Channel.OTHER and not facts.channel_words:
        problems.append(("channel_words", "Say which way it was shared"))
    if facts.shared_on is None:
        problems.append(("shared_on", "Enter the day on which it was shared"))
    elif facts.shared_on > today:
        problems.append(("shared_on", "The day it was shared must be today or in the past"))
    elif facts.shared_on.year < FIRST_YEAR:
        problems.append(("shared_on", f"Check the year: it must be {FIRST_YEAR} or later"))
    elif not stands:
        problems += [("shared_on", _retired(each)) for each in resources if _is_late(each, facts.shared_on)]
        problems += [("shared_on", words) for each in resources if (words := _early(each, facts.shared_on))]
    if facts.reached is not None and not facts.reached_basis:
        problems.append(
            ("reached_basis", "Say how this number was counted, for example: people on the mailing list")
        )
    if facts.reached is None and facts.reached_basis:
        problems.append(("reached", "Enter how many people, or leave out how they were counted"))
    return problems


def problems_of_term(term: Term, others: Collection[Term], today: date) -> list[tuple[str, str]]:
    """A membership begins before it ends, not in the future, and does not run beside another of the same member."""
    problems = []
    if term.from_on > today:
        problems.append(("from_on", "The first day as a member must be today or in the past"))
    if term.until_on is not None and term.until_on < term.from_on:
        problems.append(("until_on", "The last day as a member must not be before the first"))
    elif any(term.meets(each) for each in others if each.member_id == term.member_id):
        problems.append(("from_on", "It is on the list of members for some of these days already"))
    return problems


def not_members(
    wanted: Collection[UUID], terms: Collection[Term], day: date, names: Mapping[UUID, str]
) -> list[str]:
    """The names of those who were not members on the day."""
    members = {each.member_id for each in terms if each.covers(day)}
    return sorted(
        names.get(each, "an organisation that is not on the list") for each in set(wanted) - members
    )


def _early(resource: Shareable, shared_on: date) -> str:
    """What stands in the source under a year is not older than it; of what stands elsewhere nobody knows the age."""
    year = _YEAR.fullmatch(resource.section)
    if year is None or shared_on.year >= int(year[1]):
        return ""
    return f"“{resource.title}” is of the programme of {resource.section}: enter 1 January {year[1]} or a later day"


def _is_late(resource: Shareable, shared_on: date) -> bool:
    """The day of its retirement is the first on which it is no longer to be used."""
    return resource.retired_on is not None and resource.retired_on <= shared_on


def _retired(resource: Shareable) -> str:
    on = resource.retired_on
    day = "" if on is None else f"{on.day} {on:%B %Y}"
    return (
        f"“{resource.title}” was taken out of use on {day}. Enter an earlier day if it was shared before, "
        "or choose something else"
    )
