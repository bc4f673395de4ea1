"""What the pages say before any figure, and between the figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.catalogue.rules import OrganisationKind
from tracker.summary.presenters.figures import Figures, Link, counted_words, nouns
from tracker.summary.rules import (
    Asked,
    Selection,
)
from tracker.web.formats import day, number, plural


@dataclass(frozen=True, slots=True)
class Head:
    """What the page says before any figure. `band` and `dataset` are empty when there is nothing to say."""

    caption: str
    heading: str
    lede: str
    band: str
    dataset: str
    dataset_href: str
    dataset_link: str


@dataclass(frozen=True, slots=True)
class Words:
    """Headings and notes between the figures."""

    hee: str
    others: str
    others_note: str
    permanence: str
    order: str
    csv: str
    noun: str
    one: str
    body: str


def position_words(wanted: Selection) -> str:
    """`position now, 23 November 2026` or `position at the end of 31 October 2026`."""
    when = "now," if wanted.is_now else "at the end of"
    return f"position {when} {day(wanted.day)}"


def head(figures: Figures, others_exist: bool, link: Link) -> Head:
    wanted = figures.wanted
    one, many, _short, shorts = nouns(wanted.kind)
    place = counted_words(figures.place, national=figures.national)
    register = (
        "" if wanted.kind is OrganisationKind.NHS_TRUST else " in the tracker; nobody holds a register of all"
    )
    open_now = f"{plural(figures.total, one, many)} open{register}"
    return Head(
        caption=_caption(figures.asked, many),
        heading=f"{place}, {position_words(wanted)}",
        lede=f"{open_now}. Recorded by {shorts}, not signed off.",
        band="" if wanted.is_now else f"Position on {day(wanted.day)}, not today",
        dataset=_dataset_words(wanted.demonstration, others_exist),
        dataset_href=link(demonstration=None if wanted.demonstration else "1") if others_exist else "",
        dataset_link="Show the real organisations"
        if wanted.demonstration
        else "Show the invented organisations",
    )


def _caption(asked: Sequence[Asked], many: str) -> str:
    if not asked:
        return f"No recommendation is addressed to {many}"
    return f"Recommendations to healthcare providers, {asked[0].number} to {asked[-1].number}"


def _dataset_words(demonstration: bool, others_exist: bool) -> str:
    if demonstration:
        return "Only invented organisations are counted here, for demonstration."
    return "Only real organisations are counted; the invented ones are apart." if others_exist else ""


def words(figures: Figures, hee: Sequence[Asked], others: Sequence[Asked], national_body: str) -> Words:
    _one, _many, short, shorts = nouns(figures.wanted.kind)
    return Words(
        hee=f"{national_body}’s own, {_span(hee)}",
        others=f"Other stakeholders, {_span(others)}",
        others_note="Counts, not shares: nobody holds a list of all to whom these are addressed.",
        permanence="The address beside each sentence will always show the position on that day. "
        + ("Today’s figures may still change until the end of the day." if figures.wanted.is_now else ""),
        order="The longest silence first.",
        csv=f"All {number(figures.total)} as CSV" if not figures.wanted.lists_some else "Those listed as CSV",
        noun=shorts,
        one=short,
        body=national_body,
    )


def _span(asked: Sequence[Asked]) -> str:
    return f"{asked[0].number} to {asked[-1].number}" if asked else "none"
