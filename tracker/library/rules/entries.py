"""What is said of a resource of the national library, and what it lacks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tracker.library.rules.audiences import Audience, problems_of_audience
from tracker.library.rules.national import Endorsement, LearningFormat, Level, NationalKind
from tracker.library.rules.titles import problem_of_title

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_CODE = 80
# Words of addresses below /resources: no resource may be called so.
RESERVED = frozenset(
    {"new", "edit", "retire", "gaps", "usage", "evaluations", "funding", "developments", "shares", "coverage", "all"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Module:
    """A part of a resource that has a name of its own, and whom it is aimed at in the source's words."""

    title: str
    audience: str = ""


@dataclass(frozen=True, slots=True)
class NationalFacts:
    """What a form or the shipped file says of a resource; who pays for it is kept apart."""

    title: str
    kind: NationalKind = NationalKind.RESOURCE
    made_by: str = ""
    level: Level = Level.NATIONAL
    session_code: str = ""
    format: LearningFormat = LearningFormat.OTHER
    format_words: str = ""
    audience_words: str = ""
    audiences: tuple[Audience, ...] = ()
    covers: tuple[str, ...] = ()
    modules: tuple[Module, ...] = ()
    description: str = ""
    minutes: int | None = None
    is_interactive: bool = False
    endorsement: Endorsement = Endorsement.NEITHER
    serves: tuple[str, ...] = ()
    link: str = ""
    note: str = ""
    owner_id: UUID | None = None  # whose it is in this service, where the national body did not make it

    def values(self) -> dict[str, Any]:
        """As the table holds it."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        return plain | {
            "audiences": [each.as_json() for each in self.audiences],
            "covers": list(self.covers),
            "modules": [{"title": each.title, "audience": each.audience} for each in self.modules],
            "serves": sorted(self.serves),
        }


_PLAIN = (
    "title", "kind", "made_by", "level", "session_code", "format", "format_words", "audience_words", "description",
    "minutes", "is_interactive", "endorsement", "link", "note", "owner_id",
)  # fmt: skip


def problems_of_national(facts: NationalFacts) -> list[tuple[str, str]]:
    """What it lacks, by field, in words that say what to do; `audiences.1.staff` is of the second audience."""
    problems = []
    if wrong := problem_of_title(facts.title, "Enter the title"):
        problems.append(("title", wrong))
    if facts.kind is NationalKind.RESOURCE and not facts.audiences:
        problems.append(("audiences", "Say who it is for: at least one group of staff"))
    for number, audience in enumerate(facts.audiences):
        found = problems_of_audience(audience)
        problems += [(f"audiences.{number}.{axis}", words) for axis, words in found]
    if facts.kind is NationalKind.PAGE and not facts.link:
        problems.append(("link", "Enter the web address of the page"))
    if facts.minutes is not None and not 1 <= facts.minutes <= 6000:
        problems.append(("minutes", "The time must be between 1 and 6,000 minutes"))
    if facts.owner_id is not None and facts.endorsement is Endorsement.MADE:
        problems.append(("owner_id", "The national body made it, so it is its owner: leave this empty"))
    return problems


def code_for(title: str, taken: Iterable[str]) -> str:
    """The permanent word of its address: made from the title, with a number when another has that word."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    word = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "resource"
    used, number = {*taken, *RESERVED}, 2
    code = word
    while code in used:
        code, number = f"{word}-{number}", number + 1
    return code
