"""Counts of use and evaluations as lists show them, to their organisation and to everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from tracker.library.rules.evaluations import Finished, is_whole, verdict_of
from tracker.library.rules.using import Counted, EvaluationResult
from tracker.library.rules.words import retired_words
from tracker.web.formats import number, short_day

_COLOURS = {
    EvaluationResult.SHOWS_EFFECT: "green",
    EvaluationResult.UNCLEAR: "grey",
    EvaluationResult.NO_EFFECT: "orange",
}
_ONE = {Counted.COMPLETIONS: "completion", Counted.VIEWS: "view", Counted.DOWNLOADS: "download"}
# Of fewer there is no percentage.
SMALL = 5
UNCOUNTED = (
    "It counts neither for nor against: with whom, what was found, or where that can be read is not said."
)


class _Title(Protocol):
    @property
    def title(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def retired_on(self) -> date | None: ...


class _Count(Protocol):
    @property
    def entity_id(self) -> UUID: ...
    @property
    def resource_id(self) -> UUID: ...
    @property
    def period_from(self) -> date: ...
    @property
    def period_until(self) -> date: ...
    @property
    def counted(self) -> Counted: ...
    @property
    def number(self) -> int: ...
    @property
    def rated(self) -> int | None: ...
    @property
    def rated_useful(self) -> int | None: ...
    @property
    def source(self) -> str: ...
    @property
    def read_on(self) -> date: ...
    @property
    def note(self) -> str: ...
    @property
    def evidence_id(self) -> UUID | None: ...
    @property
    def mistaken_reason(self) -> str: ...


class _Evaluation(Protocol):
    @property
    def entity_id(self) -> UUID: ...
    @property
    def organisation_id(self) -> UUID: ...
    @property
    def resource_id(self) -> UUID: ...
    @property
    def method(self) -> str: ...
    @property
    def sample(self) -> str: ...
    @property
    def sample_size(self) -> int | None: ...
    @property
    def evaluated_on(self) -> date | None: ...
    @property
    def result(self) -> EvaluationResult | None: ...
    @property
    def finding(self) -> str: ...
    @property
    def link(self) -> str: ...
    @property
    def evidence_id(self) -> UUID | None: ...
    @property
    def mistaken_reason(self) -> str: ...
    @property
    def recorded_at(self) -> datetime: ...


class _Publisher(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def is_national(self) -> bool: ...


class _PublishedCount(Protocol):
    @property
    def row(self) -> _Count: ...
    @property
    def publisher(self) -> _Publisher: ...


class _PublishedEvaluation(Protocol):
    @property
    def row(self) -> _Evaluation: ...
    @property
    def publisher(self) -> _Publisher: ...


@dataclass(frozen=True, slots=True)
class UsageLine:
    """One count. `by` is the organisation that read it, empty on its own pages; `note` stays on them."""

    id: UUID
    resource: str
    code: str
    period: str
    count: str
    useful: str
    source: str
    read_on: date
    note: str
    evidence_id: UUID | None
    mistaken: str
    retired: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class EvaluationLine:
    """One evaluation. `tag` is words and a colour; `by` is empty on the organisation's own pages.

    `uncounted`: why it counts for nothing, where it was finished before all of it was asked.
    """

    id: UUID
    resource: str
    code: str
    method: str
    sample: str
    done: date | None
    tag: tuple[str, str]
    finding: str
    link: str
    evidence_id: UUID | None
    mistaken: str
    retired: str
    uncounted: str = ""
    by: str = ""
    is_unreviewed: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of a filter."""

    value: str
    label: str


def usage_lines(rows: Iterable[_Count], resources: Mapping[UUID, _Title]) -> list[UsageLine]:
    """An organisation's own counts."""
    return [_usage_line(row, resources.get(row.resource_id)) for row in rows]


def published_usage(found: Iterable[_PublishedCount]) -> list[UsageLine]:
    """The counts of one resource, each with who read it; no note, no evidence, no author."""
    return [
        _usage_line(each.row, None, by=f"{each.publisher.name} ({each.publisher.code})") for each in found
    ]


def evaluation_lines(rows: Iterable[_Evaluation], resources: Mapping[UUID, _Title]) -> list[EvaluationLine]:
    """An organisation's own evaluations."""
    return [_evaluation_line(row, resources.get(row.resource_id)) for row in rows]


def published_evaluations(found: Iterable[_PublishedEvaluation]) -> list[EvaluationLine]:
    """The evaluations of one resource, each with who made it; no evidence, no author."""
    return [
        replace(
            _evaluation_line(each.row, None, by=f"{each.publisher.name} ({each.publisher.code})"),
            is_unreviewed=not each.publisher.is_national,
        )
        for each in found
    ]


def verdict(found: Sequence[_PublishedEvaluation]) -> str:
    """Whether figures take the resource for proven, once somebody found an effect; nothing before."""
    finished = [
        Finished(each.row.organisation_id, each.row.evaluated_on, each.row.result, is_whole(each.row))
        for each in found
        if each.row.result is not None and each.row.evaluated_on is not None
    ]
    if all(each.result is not EvaluationResult.SHOWS_EFFECT for each in finished):
        return ""
    judged = verdict_of(finished)
    if judged.differs:
        return (
            "Findings differ, so it does not count as proven to work. "
            f"Of {judged.shows + judged.others} organisations, each by its latest evaluation, "
            f"{number(judged.shows)} found an effect, and {number(judged.others)} found none or could not tell."
        )
    latest = short_day(judged.latest)
    if judged.shows > 1:
        return (
            f"It counts as proven to work: the latest evaluation of each of {judged.shows} organisations shows an "
            f"effect, the last of {latest}."
        )
    if judged.is_proven:
        return f"It counts as proven to work: the latest evaluation, of {latest}, shows an effect."
    if judged.others:
        return f"It does not count as proven to work: the latest evaluation, of {latest}, shows none or is unclear."
    return (
        "It does not count as proven to work: the latest evaluation does not say all of with whom, what was found, "
        "and where that can be read."
    )


def resource_choices(resources: Mapping[UUID, _Title], chosen: Iterable[UUID]) -> list[Choice]:
    """The resources that a list speaks of, by title."""
    known = [(resources[each].title, str(each)) for each in chosen if each in resources]
    return [Choice(key, title) for title, key in sorted(known, key=lambda pair: pair[0].casefold())]


def year_choices(years: Sequence[int]) -> list[Choice]:
    return [Choice(str(year), str(year)) for year in years]


def period(first: date, last: date) -> str:
    """`1 Jul 2026 to 30 Sep 2026`, or the one day."""
    return short_day(first) if first == last else f"{short_day(first)} to {short_day(last)}"


def _usage_line(row: _Count, resource: _Title | None, *, by: str = "") -> UsageLine:
    return UsageLine(
        id=row.entity_id,
        resource=resource.title if resource else "",
        code=resource.code if resource else "",
        period=period(row.period_from, row.period_until),
        count=f"{number(row.number)} {_ONE[row.counted] + ('' if row.number == 1 else 's')}",
        useful=_useful(row.rated, row.rated_useful),
        source=row.source,
        read_on=row.read_on,
        note="" if by else row.note,
        evidence_id=None if by else row.evidence_id,
        mistaken=row.mistaken_reason,
        retired=retired_words(resource.retired_on if resource else None),
        by=by,
    )


def _useful(rated: int | None, useful: int | None) -> str:
    if rated is None or useful is None:
        return ""
    words = f"{number(useful)} of {number(rated)}"
    return words if rated < SMALL else f"{words} ({_percent(useful, rated)}\u00a0%)"


def _percent(part: int, whole: int) -> int:
    """Rounded to the nearest; 100 only for all and 0 only for none."""
    nearest = (200 * part + whole) // (2 * whole)
    return min(max(nearest, 1), 99) if 0 < part < whole else nearest


def _evaluation_line(row: _Evaluation, resource: _Title | None, *, by: str = "") -> EvaluationLine:
    people = (
        ""
        if row.sample_size is None
        else f"{number(row.sample_size)} {'person' if row.sample_size == 1 else 'people'}"
    )
    return EvaluationLine(
        id=row.entity_id,
        resource=resource.title if resource else "",
        code=resource.code if resource else "",
        method=row.method,
        sample=": ".join(each for each in (row.sample, people) if each),
        done=row.evaluated_on,
        tag=("Method in hand", "blue") if row.result is None else (row.result.label, _COLOURS[row.result]),
        finding=row.finding,
        link=row.link,
        evidence_id=None if by else row.evidence_id,
        mistaken=row.mistaken_reason,
        retired=retired_words(resource.retired_on if resource else None),
        uncounted="" if row.result is None or is_whole(row) else UNCOUNTED,
        by=by,
    )
