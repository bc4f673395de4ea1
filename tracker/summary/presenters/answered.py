"""How many have answered, by region, and the names behind each figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tracker.summary.presenters.figures import Figures, Link
from tracker.summary.rules import (
    Answered,
    AnswerRow,
    OrganisationRow,
)
from tracker.web.formats import day, number

ANSWERED_WORDS = {
    Answered.CONFIRMED: ("confirmed within 12 months", "on every recommendation they owe"),
    Answered.OLDER: ("older than that", "all answered, at least one last confirmed over 12 months before"),
    Answered.PART: ("in part", "some recommendations answered, some not"),
    Answered.NOTHING: ("nothing recorded", "no recommendation answered at all"),
}
ANSWERED_HEADINGS = {
    Answered.CONFIRMED: "Confirmed within 12 months",
    Answered.OLDER: "Answered, but not all confirmed within 12 months",
    Answered.PART: "Answered in part",
    Answered.NOTHING: "Nothing recorded",
}


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """How many have answered so; `href` leads to their names and is empty when there is none."""

    state: str
    figure: str
    words: str
    note: str
    href: str
    link_text: str


@dataclass(frozen=True, slots=True)
class RegionLine:
    """How one region has answered."""

    name: str
    total: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NamesLine:
    """An organisation in a list of names."""

    id: UUID
    name: str
    code: str
    href: str
    region: str
    icb: str
    recorded: str
    latest: str
    oldest: str


def answer_lines(figures: Figures, names: Link) -> tuple[AnswerLine, ...]:
    return tuple(_answer_line(each, figures.state_counts[each], figures.total, names) for each in Answered)


def _answer_line(state: Answered, count: int, total: int, names: Link) -> AnswerLine:
    words, note = ANSWERED_WORDS[state]
    return AnswerLine(
        state=state.value,
        figure=f"{number(count)} of {number(total)}",
        words=words,
        note=note,
        href=names(state=state.value) if count else "",
        link_text=f"{'Name' if count == 1 else 'Names'} of the {number(count)}",
    )


def region_lines(figures: Figures) -> tuple[RegionLine, ...]:
    """The same four figures for each region."""
    found = figures.states
    regions: dict[str, list[Answered]] = {}
    for row in figures.counted:
        regions.setdefault(row.region or "Region not known", []).append(found[row.id])
    return tuple(
        RegionLine(name, number(len(each)), tuple(number(each.count(state)) for state in Answered))
        for name, each in regions.items()
    )


def name_lines(
    figures: Figures, state: Answered, organisation_link: Callable[[str], str]
) -> tuple[NamesLine, ...]:
    """The organisations that have answered so, the longest silence first."""
    found, none = figures.states, AnswerRow()
    rows = [(row, figures.answers.get(row.id, none)) for row in figures.counted if found[row.id] is state]
    rows.sort(key=lambda pair: (pair[1].latest or date.min, pair[1].oldest or date.min, pair[0].name.lower()))
    return tuple(_name_line(row, answer, len(figures.asked), organisation_link) for row, answer in rows)


def _name_line(row: OrganisationRow, answer: AnswerRow, owed: int, link: Callable[[str], str]) -> NamesLine:
    return NamesLine(
        id=row.id,
        name=row.name,
        code=row.code,
        href=link(row.code),
        region=row.region or "Not known",
        icb=row.icb or "Not known",
        recorded=f"{answer.recorded} of {owed}",
        latest=day(answer.latest) if answer.latest else "Never",
        oldest=day(answer.oldest) if answer.oldest else "Never",
    )
