"""Practices as they are shown: to their owners, to reviewers, to everybody who may look."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from tracker import clock
from tracker.library.rules import EvaluationResult, Setting
from tracker.practice.rules import STATE_LABELS, State, counts_of_one, is_proven, is_stopped
from tracker.web.formats import day, plural, size

COLOURS = {
    State.DRAFT: "white",
    State.SENT: "blue",
    State.RETURNED: "orange",
    State.PUBLISHED: "green",
    State.WITHDRAWN: "grey",
}
# What needs its owners first.
ORDER = (State.RETURNED, State.DRAFT, State.SENT, State.PUBLISHED, State.WITHDRAWN)
PROVEN, NOT_PROVEN = ("Proven", "green"), ("Not proven yet", "white")
NO_WORDS = "Not said yet"


class Written(Protocol):
    """One version of a practice."""

    @property
    def entity_id(self) -> UUID: ...
    @property
    def organisation_id(self) -> UUID: ...
    @property
    def title(self) -> str: ...
    @property
    def recommendation_code(self) -> str: ...
    @property
    def setting(self) -> Setting: ...
    @property
    def what(self) -> str: ...
    @property
    def effect(self) -> str: ...
    @property
    def effect_measure(self) -> str: ...
    @property
    def contact_role(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def sample(self) -> str: ...
    @property
    def evaluated_on(self) -> date | None: ...
    @property
    def result(self) -> EvaluationResult | None: ...
    @property
    def finding(self) -> str: ...
    @property
    def shared_locally_on(self) -> date | None: ...
    @property
    def shared_locally_how(self) -> str: ...
    @property
    def state(self) -> State: ...
    @property
    def state_reason(self) -> str: ...
    @property
    def author_id(self) -> UUID: ...
    @property
    def sent_by(self) -> UUID | None: ...
    @property
    def reviewed_by(self) -> UUID | None: ...
    @property
    def version(self) -> int: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def published_at(self) -> datetime | None: ...


class Named(Protocol):
    """An organisation by name."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...


class Listed(Protocol):
    """A published practice with its owner."""

    @property
    def practice(self) -> Written: ...
    @property
    def owner(self) -> Named: ...
    @property
    def used_by(self) -> int: ...


class SharedFile(Protocol):
    @property
    def item_id(self) -> UUID: ...
    @property
    def revision(self) -> int: ...
    @property
    def file_name(self) -> str: ...
    @property
    def size(self) -> int: ...


class SharedItem(Protocol):
    """A piece of evidence that is shown with a practice."""

    @property
    def entity_id(self) -> UUID: ...
    @property
    def title(self) -> str: ...
    @property
    def shows(self) -> str: ...
    @property
    def dated_on(self) -> date: ...
    @property
    def link(self) -> str | None: ...


class Shared(Protocol):
    @property
    def item(self) -> SharedItem: ...
    @property
    def files(self) -> Sequence[SharedFile]: ...


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One of an organisation's own practices."""

    id: UUID
    title: str
    recommendation: str
    tag: tuple[str, str]
    note: str
    proven: tuple[str, str]
    used: str


@dataclass(frozen=True, slots=True)
class PublishedLine:
    """One published practice in the list for everybody."""

    id: UUID
    title: str
    owner: str
    recommendation: str
    setting: str
    proven: tuple[str, str]
    published: str
    used: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """One practice that waits for review."""

    id: UUID
    title: str
    owner: str
    recommendation: str
    days: str
    own: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A heading with what was written under it."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class File:
    item_id: UUID
    revision: int
    name: str
    size: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A shared item with its files."""

    id: UUID
    title: str
    shows: str
    dated: str
    link: str
    files: tuple[File, ...]


def proven_tag(practice: Written) -> tuple[str, str]:
    return PROVEN if is_proven(practice) else NOT_PROVEN


def state_tag(practice: Written) -> tuple[str, str]:
    return practice.state.label, COLOURS[practice.state]


def state_words(practice: Written) -> str:
    """What its owners have to know first, with the reason."""
    if is_stopped(practice):
        return f"The national lead stopped showing this to others. Why: {practice.state_reason}"
    if practice.state is State.RETURNED:
        return f"What has to change before it can be published: {practice.state_reason}"
    return f"Taken out of use. Why: {practice.state_reason}" if practice.state is State.WITHDRAWN else ""


def state_options() -> list[Option]:
    return [Option(each.value, STATE_LABELS[each]) for each in ORDER]


def setting_options() -> list[Option]:
    return [Option(each.value, each.label) for each in Setting]


def recommendation_options(titles: Mapping[str, str]) -> list[Option]:
    return [Option(code, words) for code, words in titles.items()]


def lines(
    rows: Iterable[Written],
    published: Collection[UUID],
    used: Mapping[UUID, int],
    titles: Mapping[str, str],
    today: date,
) -> list[Line]:
    """An organisation's practices, what needs somebody first."""
    ordered = sorted(rows, key=lambda row: (ORDER.index(row.state), row.title.casefold(), row.entity_id))
    return [
        Line(
            id=row.entity_id,
            title=row.title,
            recommendation=titles.get(row.recommendation_code, row.recommendation_code),
            tag=state_tag(row),
            note=_note(row, published, today),
            proven=proven_tag(row),
            used=used_words(used.get(row.entity_id, 0)),
        )
        for row in ordered
    ]


def _note(row: Written, published: Collection[UUID], today: date) -> str:
    stays = "others still see what was published before" if row.entity_id in published else ""
    if row.state is State.SENT:
        return "; ".join(each for each in (f"waiting {days_words(row.recorded_at, today)}", stays) if each)
    return "" if row.state in (State.PUBLISHED, State.WITHDRAWN) else stays


def days_words(since: datetime, today: date) -> str:
    """`3 days`, or since today."""
    days = max(0, (today - clock.local_day(since)).days)
    return plural(days, "day") if days else "since today"


def used_words(count: int) -> str:
    return f"Used by {plural(count, 'organisation')}" if count else "Not used by others yet"


def sentence(rows: Sequence[Written], published: Mapping[UUID, Written]) -> str:
    """`4 practices: 2 published, 1 proven. Of the 1 proven, …` `published`: what others see, by practice."""
    used = [row for row in rows if row.state is not State.WITHDRAWN]
    if not used:
        return "No practice is written down yet."
    found = [counts_of_one(row, published.get(row.entity_id)) for row in used]
    proven, both = sum(each for each, _both in found), sum(each for _proven, each in found)
    seen = sum(row.entity_id in published for row in used)
    return (
        f"{plural(len(used), 'practice')}: {seen} published, {proven} proven. "
        f"Of the {proven} proven, {both} shared both locally and nationally."
    )


def published_lines(rows: Iterable[Listed], titles: Mapping[str, str]) -> list[PublishedLine]:
    return [
        PublishedLine(
            id=each.practice.entity_id,
            title=each.practice.title,
            owner=each.owner.name,
            recommendation=titles.get(each.practice.recommendation_code, each.practice.recommendation_code),
            setting=each.practice.setting.label,
            proven=proven_tag(each.practice),
            published=published_words(each.practice),
            used=used_words(each.used_by),
        )
        for each in rows
    ]


def published_words(practice: Written) -> str:
    at = practice.published_at
    return "" if at is None else f"Published {day(clock.local_day(at))}"


def waiting(
    rows: Iterable[Written],
    owners: Mapping[UUID, Named],
    titles: Mapping[str, str],
    own: Collection[UUID],
    today: date,
) -> list[Waiting]:
    """The queue, as it was given. `own`: organisations whose practices this person does not review."""
    return [
        Waiting(
            id=row.entity_id,
            title=row.title,
            owner=owners[row.organisation_id].name if row.organisation_id in owners else "",
            recommendation=titles.get(row.recommendation_code, row.recommendation_code),
            days=days_words(row.recorded_at, today),
            own=row.organisation_id in own,
        )
        for row in rows
    ]


def said(practice: Written) -> list[Said]:
    """What was written, in the order in which somebody reads it."""
    return [
        Said("What was done", practice.what or NO_WORDS),
        Said("What changed", practice.effect or NO_WORDS),
        Said("How that was measured", practice.effect_measure or NO_WORDS),
        Said("Who to ask", practice.contact_role or NO_WORDS),
    ]


def evaluation(practice: Written) -> list[Said]:
    """The evaluation, empty when there is none."""
    if practice.result is None:
        return []
    found = [
        Said("Result", practice.result.label),
        Said("Date", day(practice.evaluated_on) if practice.evaluated_on else NO_WORDS),
        Said("How it was evaluated", practice.method or NO_WORDS),
        Said("Who or what was looked at", practice.sample),
        Said("What it found", practice.finding),
    ]
    return [each for each in found if each.text]


def local_share(practice: Written) -> str:
    if practice.shared_locally_on is None:
        return ""
    how = f": {practice.shared_locally_how}" if practice.shared_locally_how else ""
    return f"{day(practice.shared_locally_on)}{how}"


def evidence(items: Iterable[Shared]) -> list[Evidence]:
    return [
        Evidence(
            id=each.item.entity_id,
            title=each.item.title,
            shows=each.item.shows,
            dated=day(each.item.dated_on),
            link=each.item.link or "",
            files=tuple(
                File(file.item_id, file.revision, file.file_name, size(file.size)) for file in each.files
            ),
        )
        for each in items
    ]
