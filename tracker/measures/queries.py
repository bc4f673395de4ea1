"""All measures of one organisation in one reading, kept in the worker until something of it changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from threading import Lock
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ScalarSelect, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.access.policy import scope_of
from tracker.audit.models import PLATFORM, ChainHead
from tracker.catalogue.models import RecommendationVersion
from tracker.catalogue.rules import OrganisationKind
from tracker.database import remembering
from tracker.extensions import db
from tracker.library.models import Guideline, NationalResource
from tracker.measures import find_facts, find_measure, measures
from tracker.measures.base import At, Fact, Figure, Measure, Need, Urgency
from tracker.measures.rules import Distribution, distribution
from tracker.organisations.models import Organisation

# Organisations times what is asked of each, in one worker; an entry is a few kilobytes.
KEPT = 1024
Key = tuple[object, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Overview:
    """Figures by recommendation, and what needs somebody, the most pressing first."""

    figures: Mapping[str, Figure]
    needs: tuple[Need, ...]


class _Kept:
    """What was read last, by key; the oldest goes first. Threads of a worker share it."""

    def __init__(self, size: int) -> None:
        self._size, self._lock = size, Lock()
        self._found: OrderedDict[Key, object] = OrderedDict()

    def get(self, key: Key, read: Callable[[], T]) -> T:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]  # type: ignore[return-value]
        value = read()
        with self._lock:
            self._found[key] = value
            while len(self._found) > self._size:
                self._found.popitem(last=False)
        return value


_kept = _Kept(KEPT)


class Reading:
    """What the measures say of one organisation on a day, to one person. Whether anything changed is asked once."""

    def __init__(self, identity: Identity, organisation_id: UUID, today: date) -> None:
        self._identity, self._organisation_id, self._today = identity, organisation_id, today
        self._key: Key = (*_state(identity, organisation_id), today)
        self._memory: dict[Any, Any] = {}

    def overview(self, codes: Sequence[str]) -> Overview:
        """Every measure's figures of these recommendations, and their needs."""
        return self._get(("overview", tuple(codes)), lambda: self._read_overview(codes))

    def figure(self, code: str) -> Figure | None:
        """The figure of one recommendation; None where no measure serves it."""
        return self._get(("figure", code), lambda: self._read_figure(code))

    def series(self, code: str) -> tuple[Figure, ...]:
        """How the figure of one recommendation moved, oldest first; nothing where no measure serves it."""
        return self._get(("series", code), lambda: self._read_series(code))

    def facts(self, names: Collection[str]) -> Mapping[str, Fact]:
        """What registers say, by full name; a register that holds nothing of it leaves the name out."""
        return self._get(("facts", *sorted(names)), lambda: self._read_facts(names))

    def _get(self, wanted: Key, read: Callable[[], T]) -> T:
        """From the worker's memory, or read now: rows that several measures ask for once for all of them."""
        with remembering(self._memory):
            return _kept.get((*self._key, *wanted), read)

    def _read_overview(self, codes: Sequence[str]) -> Overview:
        identity, wanted = self._identity, [self._organisation_id]
        found = {
            code: measure.figures(identity, code, wanted, At(self._today))[self._organisation_id]
            for measure in measures()
            for code in measure.codes
            if code in codes
        }
        needs = [
            owed
            for measure in measures()
            for need in measure.needs(identity, self._organisation_id, self._today)
            if (owed := _owed(need, measure, codes)) is not None
        ]
        return Overview(found, tuple(sorted(needs, key=_pressing)))

    def _read_figure(self, code: str) -> Figure | None:
        measure, wanted = find_measure(code), [self._organisation_id]
        if measure is None:
            return None
        return measure.figures(self._identity, code, wanted, At(self._today))[self._organisation_id]

    def _read_series(self, code: str) -> tuple[Figure, ...]:
        measure = find_measure(code)
        if measure is None:
            return ()
        return tuple(measure.series(self._identity, code, self._organisation_id, self._today))

    def _read_facts(self, names: Collection[str]) -> Mapping[str, Fact]:
        found = find_facts(self._identity, names, [self._organisation_id], At(self._today))
        return found[self._organisation_id]


def read(identity: Identity, organisation_id: UUID, today: date) -> Reading:
    """Begin to read the measures of an organisation: one query."""
    return Reading(identity, organisation_id, today)


@dataclass(frozen=True, slots=True)
class Headline:
    """What a headline measure says across organisations."""

    code: str
    title: str
    found: Distribution
    of: str


def list_headlines(
    identity: Identity, organisation_ids: Sequence[UUID], codes: Collection[str], at: At
) -> tuple[Headline, ...]:
    """The headline of each measure across organisations that are within scope; kept until any organisation changes."""

    def read() -> tuple[Headline, ...]:
        return tuple(
            _headline(identity, each, code, organisation_ids, at)
            for each in measures()
            if not getattr(each, "asks_code", False)
            and (code := next((one for one in each.codes if one in codes), None))
        )

    key = (*_state_of_all(identity, at), tuple(organisation_ids), tuple(sorted(codes)), at)
    return _kept.get((*key, "headlines"), read)


def list_figures(
    identity: Identity, organisation_ids: Sequence[UUID], codes: Sequence[str], at: At
) -> Mapping[tuple[UUID, str], Figure]:
    """The figures of organisations within scope, where a measure serves the recommendation; kept as headlines are."""

    def read() -> Mapping[tuple[UUID, str], Figure]:
        with remembering({}):
            return {
                (each, code): figure
                for code in codes
                if (measure := find_measure(code)) is not None
                for each, figure in measure.figures(identity, code, organisation_ids, at).items()
            }

    key = (*_state_of_all(identity, at), tuple(organisation_ids), tuple(codes), at)
    return _kept.get((*key, "figures"), read)


def _headline(
    identity: Identity, measure: Measure, code: str, organisation_ids: Sequence[UUID], at: At
) -> Headline:
    figures = measure.figures(identity, code, organisation_ids, at)
    words = next((each.of for each in figures.values() if each.of), "")
    return Headline(code, measure.title, distribution(figures.values(), len(organisation_ids)), words)


def _state_of_all(identity: Identity, at: At) -> Key:
    """Changes when any organisation's chain moves; a past position never changes."""
    who: Key = (str(db.engine.url), identity.own, identity.is_national)
    if at.moment is not None:
        return who
    row = db.session.execute(
        select(
            select(func.sum(ChainHead.seq)).where(ChainHead.chain_id != PLATFORM).scalar_subquery(),
            *_of_platform(),
        )
    ).one()
    return (*who, *row)


def _owed(need: Need, measure: Measure, codes: Collection[str]) -> Need | None:
    """The need under a recommendation that the organisation answers: one list of training serves 9 and 19 alike."""
    if not need.code or need.code in codes:
        return need
    others = [] if getattr(measure, "asks_code", False) else [each for each in measure.codes if each in codes]
    return replace(need, code=others[0]) if others else None


def _pressing(need: Need) -> tuple[Urgency, date, str, str]:
    return (need.urgency, need.day or date.max, need.code, need.text)


def _state(identity: Identity, organisation_id: UUID) -> Key:
    """Changes when anything changes that a figure may follow from: each write adds an event to a chain.

    The national body answers for what the whole country does, so its figures follow every chain; those of others
    follow their own chain and that of the national body, which answers their questions. What a person may see differs
    by who she is to the organisation.
    """
    may_view = scope_of(identity, Permission.ORGANISATION_VIEW).holds(organisation_id)
    belongs = organisation_id in identity.own
    bodies = select(Organisation.id).where(Organisation.kind == OrganisationKind.NATIONAL_BODY)
    followed = or_(ChainHead.chain_id.in_(bodies), exists(bodies.where(Organisation.id == organisation_id)))
    row = db.session.execute(
        select(
            select(ChainHead.seq).where(ChainHead.chain_id == organisation_id).scalar_subquery(),
            select(func.sum(ChainHead.seq)).where(ChainHead.chain_id != PLATFORM, followed).scalar_subquery(),
            *_of_platform(),
        )
    ).one()
    return (str(db.engine.url), organisation_id, *row, may_view, belongs, identity.is_national)


def _of_platform() -> list[ScalarSelect[datetime]]:
    """What belongs to the platform, whose chain moves with every sign-in: the last version of each of its registers."""
    stamps: tuple[InstrumentedAttribute[datetime], ...] = (
        Guideline.recorded_at,
        RecommendationVersion.recorded_at,
        NationalResource.recorded_at,
    )
    return [select(func.max(each)).scalar_subquery() for each in stamps]
