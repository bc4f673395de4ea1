"""Who owes what: groups of responders by recommendation, the national body in the same columns as the trusts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from tracker.assurance.rules import Outcome
from tracker.catalogue.rules import OrganisationKind
from tracker.progress.rules import STANDING_LABELS, Standing
from tracker.summary.presenters.figures import Figures, Link, confirmed_day
from tracker.summary.presenters.misreading import caution_of_absence
from tracker.summary.presenters.rows import Count, older_note
from tracker.summary.rules import Asked, Ladder, OrganisationRow, StoodRow, Verdicts
from tracker.web.formats import day, number, plural

NO_VERDICTS = Verdicts()


class Shown(StrEnum):
    """Which names are behind a number."""

    OWING = "owing"
    ANSWERED = "answered"
    IN_PLACE = "in_place"
    VERIFIED = "verified"


SHOWN_LABELS = {
    Shown.OWING: "Owe an answer",
    Shown.ANSWERED: "Answered within 12 months",
    Shown.IN_PLACE: "In place",
    Shown.VERIFIED: "Verified",
}
# A share of those checked must not be read as one of those who owe.
COLUMN_LABELS = {**SHOWN_LABELS, Shown.VERIFIED: "Verified, of those checked from outside"}


# As the row of a dashboard says it.
FIGURES_NOT_YET = "Figures: not yet"


@dataclass(frozen=True, slots=True)
class Numbers:
    """One recommendation in one group. `owing` leaves out those whose "does not apply" was accepted; `checked` of
    those in place were looked at from outside."""

    owing: int
    answered: int
    in_place: int
    in_place_older: int
    checked: int
    verified: int
    not_accepted: int
    left_out: int


@dataclass(frozen=True, slots=True)
class ResponderLine:
    """One recommendation in one group, in words; each number leads to its names."""

    number: int
    title: str
    href: str
    figures: tuple[Count, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResponderGroup:
    """A kind of organisation and what it owes. `note`: how many there are, or why nobody can say."""

    title: str
    anchor: str
    note: str
    lines: tuple[ResponderLine, ...]


@dataclass(frozen=True, slots=True)
class ResponderName:
    """An organisation behind a number."""

    id: UUID
    name: str
    code: str
    href: str
    standing: str
    confirmed: str
    verdict: str
    caution: str = ""


def numbers(found: Ladder, tested: Verdicts = NO_VERDICTS) -> Numbers:
    """Answered: an entry that was confirmed within 12 months. Whoever has none stays in `owing`."""
    return Numbers(
        owing=found.total,
        answered=found.total - found.counts[Standing.NOTHING] - found.older,
        in_place=found.in_place,
        in_place_older=found.in_place_older,
        checked=tested.total,
        verified=tested.verified,
        not_accepted=tested.overturned,
        left_out=found.left_out,
    )


def responder_group(
    title: str,
    kind: str,
    has_register: bool,
    figures: Figures,
    recommendation_link: Callable[[str], str],
    names: Link,
    *,
    narrowed: bool = False,
    unplaced: int = 0,
    unsupported: Mapping[str, int] = MappingProxyType({}),
) -> ResponderGroup:
    """`narrowed` to a region or a board, of which `unplaced` organisations are left out because they have none.

    `unsupported`: of how many claims in place the figures support less, by recommendation, where that was counted.
    """
    lines = tuple(
        _line(
            each,
            figures,
            has_register,
            recommendation_link(each.code),
            names,
            unsupported.get(each.code, 0),
        )
        for each in figures.asked
    )
    said = (
        _note(figures, has_register, narrowed),
        _note_of_places(figures, narrowed, unplaced),
        caution_of_absence(figures),
    )
    note = " ".join(each for each in said if each)
    return ResponderGroup(title, kind, note, lines if figures.total else ())


def _note(figures: Figures, has_register: bool, narrowed: bool) -> str:
    audited = "" if figures.national else " that you audit"
    if not figures.total:
        if narrowed:
            return f"None{audited} in {figures.place}."
        return f"None{audited}." if audited else "None in this tracker on that day."
    count = plural(figures.total, "organisation")
    if closed := [row.closed_on for row in figures.counted if row.closed_on]:
        return f"{count}, closed on {day(max(closed))}: what it recorded stands."
    if has_register:
        return f"{count} open{audited}."
    return f"{count} in this tracker. Nobody holds a list of them all, so these are counts and never shares."


def _note_of_places(figures: Figures, narrowed: bool, unplaced: int) -> str:
    """What a choice of a region leaves out, or never asks."""
    if not narrowed:
        return ""
    if figures.wanted.kind is OrganisationKind.NATIONAL_BODY:
        return "Of no region: shown whichever is chosen." if figures.total else ""
    if not unplaced:
        return ""
    belong = "belongs" if unplaced == 1 else "belong"
    if figures.total:
        are = "is" if unplaced == 1 else "are"
        return f"{number(unplaced)} more {belong} to no region, and {are} not counted here."
    where = "in this tracker" if figures.national else "that you audit"
    return f"{number(unplaced)} {where} {belong} to no region."


def _line(
    asked: Asked, figures: Figures, has_register: bool, href: str, names: Link, unsupported: int
) -> ResponderLine:
    found = numbers(figures.ladders[asked.code], figures.tested.get(asked.code, NO_VERDICTS))
    of = found.owing if has_register else None
    shown = (
        (Shown.OWING, found.owing, number(found.owing)),
        (Shown.ANSWERED, found.answered, _share(found.answered, of)),
        (Shown.IN_PLACE, found.in_place, _share(found.in_place, of)),
        (Shown.VERIFIED, found.verified, _verified(found)),
    )
    return ResponderLine(
        number=asked.number,
        title=asked.title,
        href=href,
        figures=tuple(
            Count(
                text,
                names(recommendation=asked.code, show=each.value) if count else "",
                _note_of_place(found, unsupported) if each is Shown.IN_PLACE else "",
            )
            for each, count, text in shown
        ),
        notes=_notes(found),
    )


def _note_of_place(found: Numbers, unsupported: int) -> str:
    short = f"of those in place, the figures do not yet support {number(unsupported)}" if unsupported else ""
    return "; ".join(each for each in (older_note(found.in_place_older), short) if each)


def _share(count: int, of: int | None) -> str:
    return number(count) if of is None else f"{number(count)} of {number(of)}"


def _verified(found: Numbers) -> str:
    """Of those checked, as on the summary: what nobody looked at is not told as what was refused."""
    return f"{number(found.verified)} of {number(found.checked)}" if found.checked else "None checked"


def _notes(found: Numbers) -> tuple[str, ...]:
    notes = []
    if found.not_accepted:
        notes.append(f"{number(found.not_accepted)} not accepted when checked")
    if found.left_out:
        notes.append(f"{number(found.left_out)} left out: does not apply, reason accepted")
    return tuple(notes)


def responder_names(
    figures: Figures,
    asked: Asked,
    show: Shown,
    stood: Mapping[UUID, StoodRow],
    tested: Mapping[tuple[UUID, str], Outcome],
    record_link: Callable[[str, str], str],
    unsupported: Collection[UUID] = frozenset(),
) -> list[ResponderName]:
    """Everybody behind one number, in the order of the lists.

    `unsupported`: those whose claim of "in place" the figures do not support, where that was looked at.
    """
    chosen = (
        row
        for row in figures.counted
        if _is_behind(show, stood.get(row.id), tested.get((row.id, asked.code)), figures)
    )
    return [
        _name(
            row,
            stood.get(row.id),
            tested.get((row.id, asked.code)),
            figures,
            record_link(row.code, asked.code),
            FIGURES_NOT_YET if row.id in unsupported else "",
        )
        for row in chosen
    ]


def _is_behind(show: Shown, found: StoodRow | None, outcome: Outcome | None, figures: Figures) -> bool:
    if found is None or found.accepted:
        return show is Shown.OWING and found is None
    return {
        Shown.OWING: True,
        Shown.ANSWERED: found.confirmed_on >= figures.wanted.fresh_from,
        Shown.IN_PLACE: found.standing.in_place,
        Shown.VERIFIED: outcome is Outcome.VERIFIED,
    }[show]


def _name(
    row: OrganisationRow,
    found: StoodRow | None,
    outcome: Outcome | None,
    figures: Figures,
    href: str,
    caution: str,
) -> ResponderName:
    return ResponderName(
        id=row.id,
        name=row.name,
        code=row.code,
        href=href,
        standing=STANDING_LABELS[Standing.NOTHING if found is None else found.standing],
        confirmed="Never" if found is None else confirmed_day(found.confirmed_on, figures.wanted.fresh_from),
        verdict="Not tested" if outcome is None else outcome.label,
        caution=caution,
    )


def show_tabs(show: Shown, link: Link) -> Sequence[tuple[str, str]]:
    """The other numbers of the same recommendation, as links; this one without."""
    return [(label, "" if each is show else link(show=each.value)) for each, label in SHOWN_LABELS.items()]
