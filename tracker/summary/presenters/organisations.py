"""Organisations by recommendations: the table of one page, and what it lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from tracker.progress.rules import STANDING_LABELS, Standing
from tracker.summary.presenters.figures import Figures, confirmed_words, nouns
from tracker.summary.rules import (
    Asked,
    CellRow,
    OrganisationRow,
    Selection,
)
from tracker.web.formats import number, plural


@dataclass(frozen=True, slots=True)
class Column:
    number: int
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Cell:
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    name: str
    href: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class MatrixGroup:
    name: str
    note: str
    rows: tuple[MatrixRow, ...]


def columns(asked: Sequence[Asked], recommendation_link: Callable[[str], str]) -> tuple[Column, ...]:
    return tuple(Column(each.number, each.title, recommendation_link(each.code)) for each in asked)


def matrix(
    rows: Sequence[OrganisationRow],
    figures: Figures,
    cells: Mapping[tuple[UUID, str], CellRow],
    organisation_link: Callable[[str], str],
) -> tuple[MatrixGroup, ...]:
    """One group for each region on this page; its note counts the whole region."""
    groups: dict[str, list[MatrixRow]] = {}
    for row in rows:
        each = tuple(_cell(cells.get((row.id, asked.code)), figures.wanted) for asked in figures.asked)
        groups.setdefault(row.region, []).append(MatrixRow(row.name, organisation_link(row.code), each))
    _one, _many, short, shorts = nouns(figures.wanted.kind)
    regions = [row.region for row in figures.counted]
    return tuple(
        MatrixGroup(name or "Region not known", plural(regions.count(name), short, shorts), tuple(each))
        for name, each in groups.items()
    )


def _cell(found: CellRow | None, wanted: Selection) -> Cell:
    if found is None:
        return Cell(Standing.NOTHING.value, STANDING_LABELS[Standing.NOTHING])
    text = STANDING_LABELS[found.standing]
    if found.accepted:
        text += ", reason accepted"
    if found.confirmed_on < wanted.fresh_from:
        text += f", {confirmed_words(found.confirmed_on, wanted.fresh_from)}"
    return Cell(found.standing.value, text)


def listed_words(wanted: Selection, listed: int, figures: Figures, delivery: str) -> str:
    """Says which organisations are listed, and that no figure above is narrowed by it."""
    if not wanted.lists_some:
        return ""
    conditions = [f"“{wanted.text}” in the name or code"] if wanted.text else []
    conditions += [f"at least one recommendation “{delivery}”"] if delivery else []
    _one, _many, short, shorts = nouns(figures.wanted.kind)
    return (
        f"Listed: {plural(listed, short, shorts)} with {' and '.join(conditions)}. "
        f"The figures above stay over all {number(figures.total)}."
    )
