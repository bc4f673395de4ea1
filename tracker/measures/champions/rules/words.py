"""The answers that champions know, each with its words on screen."""

from __future__ import annotations

from enum import StrEnum

# "For example … on a 6-monthly basis": the source gives it as an example, so it is a hint and no rule.
ROTATION_HINT = 6


class Decision(StrEnum):
    """What was decided about having champions: "consider" is met by a recorded decision, whichever it is."""

    ADOPT = "adopt"
    ADAPT = "adapt"
    NOT_NOW = "not_now"
    NO = "no"

    @property
    def label(self) -> str:
        return {"adopt": "Do it", "adapt": "Do it differently", "not_now": "Not now", "no": "No"}[self.value]

    @property
    def answer(self) -> str:
        """As a summary says it: considered and adopted stands apart from considered and declined."""
        return {
            "adopt": "considered and adopted",
            "adapt": "considered, adopted differently",
            "not_now": "considered, not now",
            "no": "considered and declined",
        }[self.value]

    @property
    def is_adopted(self) -> bool:
        return self in {Decision.ADOPT, Decision.ADAPT}


class Arrangement(StrEnum):
    """How the role is arranged; the source leaves the choice to each trust."""

    EACH_DEPARTMENT = "each_department"
    ROTATING = "rotating"
    LEAD_AND_LINK = "lead_and_link"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            "each_department": "One in each department",
            "rotating": "One who moves between departments",
            "lead_and_link": "A lead with link staff",
            "other": "Another way",
        }[self.value]

    @property
    def by_department(self) -> bool:
        """Whether cover is counted in departments; otherwise in posts."""
        return self in {Arrangement.EACH_DEPARTMENT, Arrangement.ROTATING}


class Part(StrEnum):
    """What somebody is; a lead and link staff are told apart only where the role is arranged so."""

    CHAMPION = "champion"
    LEAD = "lead"
    LINK = "link"

    @property
    def label(self) -> str:
        return {"champion": "Champion", "lead": "Lead", "link": "Link staff"}[self.value]


class Duty(StrEnum):
    """The duties that recommendation 12 names."""

    OWNS = "owns"
    MAINTAINS = "maintains"
    MONITORS = "monitors"

    @property
    def label(self) -> str:
        return {
            "owns": "Owns the training plan",
            "maintains": "Keeps it up to date and develops it",
            "monitors": "Looks at whether it works",
        }[self.value]

    @property
    def short(self) -> str:
        """For a row of a list."""
        return {"owns": "owns it", "maintains": "keeps it up", "monitors": "checks it works"}[self.value]


class Overlap(StrEnum):
    """Why two people are in one post at the same time."""

    HANDOVER = "handover"
    SHARED = "shared"

    @property
    def label(self) -> str:
        return {"handover": "Yes, one hands over to the other", "shared": "No, they share the post"}[
            self.value
        ]


class Task(StrEnum):
    """What a hand-over leaves to the trust lead."""

    INVITE = "invite"
    END_ROLE = "end_role"
