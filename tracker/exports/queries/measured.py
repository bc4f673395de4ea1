"""Rows of measures.csv, and what control.csv says of them: each figure of the day, and the registers behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from tracker.access.identity import reader_of
from tracker.exports.queries.cut import Chosen, Cut
from tracker.exports.queries.events import MeasureEvents, measure_events
from tracker.exports.queries.records import lag_days
from tracker.exports.queries.reference import Kinds, kinds_of
from tracker.exports.rules import MEASURE_CONTROLS
from tracker.measures import measures
from tracker.measures.base import At, Figure, Measure, OffersEvidence, figure_rows, percentage
from tracker.measures.base import Row as Line

Row = Sequence[object]
Place = tuple[UUID, UUID]


def measure_rows(cut: Cut) -> Iterator[Row]:
    """By organisation, measure and recommendation: the figure, its parts, and the rows behind it."""
    kinds = kinds_of(cut)
    for batch in cut.batches():
        events = measure_events(cut, batch)
        lines = _lines(cut, batch, kinds)
        for each in batch:
            for line in lines[each.id]:
                yield _row(cut, each, line, events)


def measure_controls(cut: Cut) -> Iterator[Row]:
    """Sums for each measure and recommendation, of the figures themselves and not of the rows of measures.csv."""
    kinds, counts = kinds_of(cut), Counter[tuple[str, str, str]]()
    for batch in cut.batches():
        for measure, code in _served(cut):
            figures = _figures(cut, measure, code, _asked(batch, code, kinds))
            for figure in figures.values():
                counts[measure.name, code, "with_figure"] += figure.exists
                counts[measure.name, code, "numerators"] += figure.numerator or 0
                counts[measure.name, code, "denominators"] += figure.denominator or 0
    for measure, code in _served(cut):
        for name, recount in MEASURE_CONTROLS.items():
            yield cut.as_at, code, f"{measure.name}_{name}", counts[measure.name, code, name], recount


def evidence_of_figures(cut: Cut, batch: Sequence[Chosen]) -> dict[Place, set[str]]:
    """Items of evidence that figures of these recommendations rest on, by organisation and item."""
    found: dict[Place, set[str]] = {}
    for measure in measures():
        if isinstance(measure, OffersEvidence) and set(measure.codes) & set(cut.recommendations):
            for place, codes in measure.evidence([each.id for each in batch], _at(cut)).items():
                found.setdefault(place, set()).update(set(codes) & set(cut.recommendations))
    return found


# --- lines of a batch of organisations --------------------------------------------------------------------


def _at(cut: Cut) -> At:
    return At(cut.as_at, cut.moment)


def _served(cut: Cut) -> list[tuple[Measure, str]]:
    """Every measure with the recommendations of this pack that it serves, in order."""
    return [
        (measure, code)
        for measure in measures()
        for code in sorted(measure.codes)
        if code in cut.recommendations
    ]


def _asked(batch: Sequence[Chosen], code: str, kinds: Kinds) -> list[UUID]:
    return [each.id for each in batch if each.kind in kinds.get(code, frozenset())]


def _figures(cut: Cut, measure: Measure, code: str, ids: Sequence[UUID]) -> Mapping[UUID, Figure]:
    return measure.figures(reader_of(ids), code, ids, _at(cut)) if ids else {}


def _lines(cut: Cut, batch: Sequence[Chosen], kinds: Kinds) -> dict[UUID, list[Line]]:
    found: dict[UUID, list[Line]] = {each.id: [] for each in batch}
    asked = {code: _asked(batch, code, kinds) for code in cut.recommendations}
    for measure in measures():
        codes = [code for served, code in _served(cut) if served is measure]
        behind = _behind(cut, measure, batch, {code: set(asked[code]) for code in codes}) if codes else {}
        for code in codes:
            for key, figure in _figures(cut, measure, code, asked[code]).items():
                found[key] += [*figure_rows(key, figure), *behind.get((key, code), ())]
    return found


def _behind(
    cut: Cut, measure: Measure, batch: Sequence[Chosen], asked: Mapping[str, Collection[UUID]]
) -> dict[tuple[UUID, str], list[Line]]:
    """The rows of a register, each under the first recommendation of this pack whose figure it is behind."""
    found: dict[tuple[UUID, str], list[Line]] = {}
    for line in measure.rows([each.id for each in batch], _at(cut)):
        served = line.recommendation.split()
        codes = [code for code in sorted(served) if line.organisation_id in asked.get(code, ())]
        if codes:
            row = replace(line, recommendation=" ".join(codes))
            found.setdefault((line.organisation_id, codes[0]), []).append(row)
    return found


# --- one row ----------------------------------------------------------------------------------------------


def _row(cut: Cut, chosen: Chosen, line: Line, events: MeasureEvents) -> Row:
    superseded = _by(line.superseded_at, cut.moment)
    lag = None
    if line.about_on is not None and line.recorded_at is not None:
        lag = max(0, lag_days(line.about_on, line.recorded_at))
    return (
        *(chosen.code, line.recommendation, line.measure, line.figure, line.group, cut.as_at),
        *(superseded is None, line.about_on, line.numerator, line.denominator),
        *(percentage(line.numerator, line.denominator), line.value, line.unit, line.source, line.supports),
        *(line.rule, line.note, line.evidence, line.recorded_at, superseded, line.recorded_by, lag),
        *(chosen.chain, events.seq_of(chosen.id, line)),
    )


def _by(moment: datetime | None, cut_off: datetime) -> datetime | None:
    return moment if moment is not None and moment <= cut_off else None
