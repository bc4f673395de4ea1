"""A resource of the national library: what it is, who made it, and for whom, on three axes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from tracker.catalogue.rules import GIVES_CARE, OrganisationKind


class NationalKind(StrEnum):
    """What can be shared: a resource, or a page that lists several."""

    RESOURCE = "resource"
    PAGE = "page"


class Level(StrEnum):
    """Whose it is, as the source states it; it states it for the twelve of its table only."""

    NATIONAL = "national"
    ELEARNING = "hee_elearning"
    LOCAL = "local"
    NOT_STATED = "not_stated"

    @property
    def label(self) -> str:
        return LEVEL_LABELS[self]


LEVEL_LABELS = {
    Level.NATIONAL: "Nationally developed",
    Level.ELEARNING: "HEE e-Learning for Healthcare",
    Level.LOCAL: "Locally developed",
    Level.NOT_STATED: "Not stated in the source",
}


def may_own(kind: str, level: Level) -> bool:
    """Whether an organisation of this kind can call a resource its own: those who give care use what others make,
    and what they make themselves is local."""
    return kind not in GIVES_CARE or level is Level.LOCAL


class LearningFormat(StrEnum):
    E_LEARNING = "e_learning"
    VIDEO = "video"
    INTERACTIVE_FILM = "interactive_film"
    PODCAST = "podcast"
    BOARD_GAME = "board_game"
    SESSION = "session"
    DOCUMENT = "document"
    WEB_PAGE = "web_page"
    OTHER = "other"

    @property
    def label(self) -> str:
        return FORMAT_WORDS[self]


FORMAT_WORDS = {
    LearningFormat.E_LEARNING: "E-learning",
    LearningFormat.VIDEO: "Video",
    LearningFormat.INTERACTIVE_FILM: "Interactive film",
    LearningFormat.PODCAST: "Podcast",
    LearningFormat.BOARD_GAME: "Board game",
    LearningFormat.SESSION: "Face-to-face session",
    LearningFormat.DOCUMENT: "Document or toolkit",
    LearningFormat.WEB_PAGE: "Web page",
    LearningFormat.OTHER: "Other",
}


class Endorsement(StrEnum):
    """Whether the national body made or endorsed it: recommendation 1 counts shares of these."""

    MADE = "made"
    ENDORSED = "endorsed"
    NEITHER = "neither"

    @property
    def label(self) -> str:
        return {
            "made": "Made by the national body",
            "endorsed": "Endorsed by the national body",
            "neither": "Neither made nor endorsed by the national body",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Ownership:
    """What says whose a resource is; `owner_id`: whom the national lead recorded as its owner."""

    endorsement: Endorsement
    owner_id: UUID | None


def is_owned(stands: Ownership) -> bool:
    """Whether anybody is known to own it: the national body owns what it made."""
    return stands.endorsement is Endorsement.MADE or stands.owner_id is not None


def owns(kind: str, organisation_id: UUID, stands: Ownership) -> bool:
    """Whether an organisation's check of a resource counts for everybody: its owner's; of what is nobody's yet, the
    national body's."""
    if stands.endorsement is Endorsement.MADE or stands.owner_id is None:
        return kind == OrganisationKind.NATIONAL_BODY
    return organisation_id == stands.owner_id
