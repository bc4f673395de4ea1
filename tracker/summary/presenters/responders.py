"""Who owes what: groups of responders by recommendation, the national body in the same columns as the trusts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from tracker.assurance.rules import Outcome
from tracker.progress.rules import STANDING_LABELS, Standing
from tracker.summary.presenters.figures import Figures, Link, confirmed_day
from tracker.summary.presenters.rows import Count
from tracker.summary.rules import Asked, Ladder, OrganisationRow, StoodRow, Verdicts
from tracker.web.formats import number, plural

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


@dataclass(frozen=True, slots=True)
class Numbers:
    """One recommendation in one group. `owing` leaves out those whose "does not apply" was accepted."""

    owing: int
    answered: int
    in_place: int
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


def numbers(found: Ladder, tested: Verdicts = NO_VERDICTS) -> Numbers:
    """Answered: an entry that was confirmed within 12 months. Whoever has none stays in `owing`."""
    return Numbers(
        owing=found.total,
        answered=found.total - found.counts[Standing.NOTHING] - found.older,
        in_place=found.in_place,
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
) -> ResponderGroup:
    lines = tuple(
        _line(each, figures, has_register, recommendation_link(each.code), names) for each in figures.asked
    )
    return ResponderGroup(title, kind, _note(figures, has_register), lines if figures.total else ())


def _note(figures: Figures, has_register: bool) -> str:
    if not figures.total:
        return "None in this tracker on that day." if figures.national else "None that you audit."
    count = plural(figures.total, "organisation")
    if has_register:
        return f"{count} open." if figures.national else f"{count} open that you audit."
    return f"{count} in this tracker. Nobody holds a list of them all, so these are counts and never shares."


def _line(asked: Asked, figures: Figures, has_register: bool, href: str, names: Link) -> ResponderLine:
    found = numbers(figures.ladders[asked.code], figures.tested.get(asked.code, NO_VERDICTS))
    shown = (
        (Shown.OWING, found.owing, None),
        (Shown.ANSWERED, found.answered, found.owing),
        (Shown.IN_PLACE, found.in_place, found.owing),
        (Shown.VERIFIED, found.verified, found.in_place),
    )
    return ResponderLine(
        number=asked.number,
        title=asked.title,
        href=href,
        figures=tuple(
            Count(
                _share(count, of if has_register else None),
                names(recommendation=asked.code, show=each.value) if count else "",
            )
            for each, count, of in shown
        ),
        notes=_notes(found),
    )


def _share(count: int, of: int | None) -> str:
    return number(count) if of is None else f"{number(count)} of {number(of)}"


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
) -> list[ResponderName]:
    """Everybody behind one number, in the order of the lists."""
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
    row: OrganisationRow, found: StoodRow | None, outcome: Outcome | None, figures: Figures, href: str
) -> ResponderName:
    return ResponderName(
        id=row.id,
        name=row.name,
        code=row.code,
        href=href,
        standing=STANDING_LABELS[Standing.NOTHING if found is None else found.standing],
        confirmed="Never" if found is None else confirmed_day(found.confirmed_on, figures.wanted.fresh_from),
        verdict="Not tested" if outcome is None else outcome.label,
    )


def show_tabs(show: Shown, link: Link) -> Sequence[tuple[str, str]]:
    """The other numbers of the same recommendation, as links; this one without."""
    return [(label, "" if each is show else link(show=each.value)) for each, label in SHOWN_LABELS.items()]
