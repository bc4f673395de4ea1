"""The names behind one figure of a recommendation: who stands where on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from tracker.progress.rules import STANDING_LABELS, Standing
from tracker.summary.presenters.answered import AnswerLine
from tracker.summary.presenters.figures import Figures, Link, confirmed_day
from tracker.summary.rules import LEFT_OUT, SEGMENTS, Asked, OrganisationRow, StoodRow
from tracker.web.formats import number

LABELS = {
    **{each.value: STANDING_LABELS[each] for each in SEGMENTS},
    LEFT_OUT: "Left out: does not apply, reason accepted",
}


@dataclass(frozen=True, slots=True)
class StoodLine:
    """An organisation that stands so; `href` leads to its record."""

    id: UUID
    name: str
    code: str
    href: str
    region: str
    icb: str
    confirmed: str


@dataclass(frozen=True, slots=True)
class Names:
    """Everybody who stands in one position on one recommendation, and how many stand in the others."""

    heading: str
    caption: str
    state: str
    tabs: tuple[AnswerLine, ...]
    rows: tuple[StoodLine, ...]


def names(
    figures: Figures,
    asked: Asked,
    state: str,
    stood: Mapping[UUID, StoodRow],
    link: Link,
    record_link: Callable[[str, str], str],
) -> Names:
    """`state` is one of LABELS; what is not is nothing recorded."""
    state = state if state in LABELS else Standing.NOTHING.value
    states = {row.id: _state(stood.get(row.id)) for row in figures.counted}
    return Names(
        heading=LABELS[state],
        caption=f"Recommendation {asked.number}: {asked.title}",
        state=state,
        tabs=_tabs(asked, Counter(states.values()), link),
        rows=tuple(
            _line(row, stood.get(row.id), figures, record_link(row.code, asked.code))
            for row in figures.counted
            if states[row.id] == state
        ),
    )


def _state(found: StoodRow | None) -> str:
    if found is None:
        return Standing.NOTHING.value
    return LEFT_OUT if found.accepted else found.standing.value


def _tabs(asked: Asked, counts: Counter[str], link: Link) -> tuple[AnswerLine, ...]:
    return tuple(
        AnswerLine(
            state=state,
            figure=number(counts[state]),
            words=label[0].lower() + label[1:],
            note="",
            href=link(recommendation=asked.code, state=state) if counts[state] else "",
            link_text="",
        )
        for state, label in LABELS.items()
    )


def _line(row: OrganisationRow, found: StoodRow | None, figures: Figures, href: str) -> StoodLine:
    return StoodLine(
        id=row.id,
        name=row.name,
        code=row.code,
        href=href,
        region=row.region or "Not known",
        icb=row.icb or "Not known",
        confirmed="Never" if found is None else confirmed_day(found.confirmed_on, figures.wanted.fresh_from),
    )
