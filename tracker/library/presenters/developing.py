"""Training that is being made, and who funds and develops what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from tracker.library.rules.audiences import EVERYBODY, Audience, Learner, audiences_of
from tracker.library.rules.developing import (
    Reach,
    Stage,
    announced_first,
)
from tracker.library.rules.funding import Funding
from tracker.library.rules.resources import Setting
from tracker.library.rules.titles import plain

_COLOURS = {Stage.PLANNED: "blue", Stage.UNDER_WAY: "green", Stage.FINISHED: "white", Stage.STOPPED: "grey"}


@dataclass(frozen=True, slots=True)
class DevelopmentLine:
    """One development. `first` says whether others could know before work began; `by` who tells of it.

    `mistaken` is why it was announced by mistake; empty where it was none.
    """

    id: UUID
    title: str
    what: str
    by: str
    code: str
    reach: str
    tag: tuple[str, str]
    audience: str
    funder: str
    developer: str
    announced_on: date
    starts_on: date | None
    first: bool
    overlap_with: str
    found_on: date | None
    settled_on: date | None
    settlement: str
    mistaken: str


@dataclass(frozen=True, slots=True)
class FundingLine:
    """Who funds and develops one resource; empty is not recorded. `made`: what stands where the developer is not."""

    code: str
    title: str
    made: str
    funder: str
    developer: str
    note: str
    checked_on: date | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list of developments is narrowed to."""

    reach: str = ""
    stage: str = ""
    text: str = ""

    @property
    def narrows(self) -> bool:
        return bool(self.reach or self.stage or self.text)


def development_line(row: Any, *, by: str = "", code: str = "") -> DevelopmentLine:
    """A row of the table; without `by` on the organisation's own pages."""
    return DevelopmentLine(
        id=row.entity_id,
        title=row.title,
        what=row.what,
        by=by,
        code=code,
        reach=row.reach.label,
        tag=(row.stage.label, _COLOURS[row.stage]),
        audience="; ".join(audience_words(each) for each in audiences_of(row.audiences)),
        funder=row.funder,
        developer=row.developer,
        announced_on=row.announced_on,
        starts_on=row.starts_on,
        first=announced_first(row.stage, row.announced_on, row.starts_on),
        overlap_with=row.overlap_with,
        found_on=row.overlap_found_on,
        settled_on=row.overlap_settled_on,
        settlement=row.overlap_settlement,
        mistaken=row.mistaken_reason,
    )


def published_developments(found: Iterable[Any]) -> list[DevelopmentLine]:
    """Everybody's, each with the organisation that tells of it."""
    return [development_line(each.row, by=each.publisher.name, code=each.publisher.code) for each in found]


def narrowed(lines: Sequence[DevelopmentLine], asked: Asked) -> list[DevelopmentLine]:
    """Those that were asked for; the text is looked for in every word that is shown."""
    words = plain(asked.text)
    return [
        each
        for each in lines
        if (not asked.reach or each.reach == Reach(asked.reach).label)
        and (not asked.stage or each.tag[0] == Stage(asked.stage).label)
        and words in plain(" ".join((each.title, each.what, each.by, each.funder, each.developer)))
    ]


def funding_lines(
    rows: Iterable[Any], funding: Mapping[UUID, Funding], makers: Mapping[str, str]
) -> list[FundingLine]:
    """Resources with who funds and develops them, in the order of the library. `makers`: the source's, by code."""
    return [_funding_line(row, funding[row.entity_id], makers) for row in rows]


def _funding_line(row: Any, said: Funding, makers: Mapping[str, str]) -> FundingLine:
    made = made_words(row.made_by, sourced=row.from_source and row.made_by == makers.get(row.code))
    return FundingLine(row.code, row.title, made, said.funder, said.developer, said.note, said.checked_on)


def made_words(made_by: str, *, sourced: bool) -> str:
    """Whom the catalogue names as the maker, where nobody recorded a developer; `sourced`: in the source's words."""
    whose = "the source" if sourced else "the library"
    return f"Made by {made_by}, as {whose} says; developer not recorded yet" if made_by else ""


def audience_words(audience: Audience) -> str:
    """`Nursing and Midwifery Registered, Students · Hospital · patients: Adults (16 or over)`."""
    staff = (
        "Everybody"
        if audience.staff >= EVERYBODY
        else ", ".join(each.label for each in Learner if each in audience.staff)
    )
    places = ", ".join(each.label for each in Setting if each in audience.settings)
    return " · ".join((staff, places, f"patients: {audience.patients.label}"))
