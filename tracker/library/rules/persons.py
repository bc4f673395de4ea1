"""Where a job or a team is asked for and everybody reads the answer: whether a person stands there instead."""

from __future__ import annotations

import re

_PERSON = re.compile(r"(?:^|[\s,;(])(?:dr|mr|mrs|miss|mx|prof(?:essor)?)\b\.?\s+\S", re.IGNORECASE)
# Also "senior" and "multiple sclerosis": a person only where what follows is written as a name and is no job.
_MAYBE = re.compile(r"(?:^|[\s,;(])(?i:ms|sr)\b\.?\s+(\w+)")
_JOBS = {
    "advanced", "charge", "clinic", "clinical", "consultant", "coordinator", "doctor", "educator", "fellow", "lead",
    "lecturer", "manager", "matron", "midwife", "nurse", "nursing", "paramedic", "pharmacist", "physician",
    "physiotherapist", "practitioner", "registrar", "resuscitation", "sepsis", "service", "sister", "specialist",
    "staff", "team", "therapist", "trainer", "tutor",
}  # fmt: skip
# `first.last@`, unless a word of it says that several people read it.
_MAILBOX = re.compile(r"\b([a-z]+\.[a-z]+[0-9]*)@", re.IGNORECASE)
_SHARED = re.compile(
    r"team|sepsis|education|training|practice|office|info|enquir|clinical|learning|quality|outreach|library"
    r"|workforce|department|service",
    re.IGNORECASE,
)


def names_a_person(text: str) -> bool:
    """Whether it names somebody, or holds an e-mail address that one person reads."""
    return _names_somebody(text) or _is_somebodys(text)


def _names_somebody(contact: str) -> bool:
    """Whether a title stands before a name in it."""
    following: list[str] = _MAYBE.findall(contact)
    return bool(_PERSON.search(contact)) or any(
        word[0].isupper() and word.casefold() not in _JOBS for word in following
    )


def _is_somebodys(contact: str) -> bool:
    """Whether it holds the e-mail address of one person."""
    return any(not _SHARED.search(local) for local in _MAILBOX.findall(contact))
