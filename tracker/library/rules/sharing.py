"""A share: which way a resource was passed on."""

from __future__ import annotations

from enum import StrEnum


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
