"""Reading progress, always from what an identity may see; a past day is the same query with a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from tracker.access.identity import Identity
from tracker.accounts.models import User
from tracker.catalogue import queries as catalogue
from tracker.catalogue.models import Recommendation, RecommendationKind
from tracker.catalogue.rules import Delivery
from tracker.database import as_at, current
from tracker.errors import NotFound
from tracker.evidence import queries as evidence
from tracker.evidence.queries import EvidenceCount, in_scope
from tracker.extensions import db
from tracker.progress.models import Action, ProgressEntry, ReliedOn
from tracker.progress.rules import Change, Position, Standing, standing


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A recommendation that an organisation owes, with its entry (None: nothing recorded) and evidence."""

    recommendation: Recommendation
    entry: ProgressEntry | None
    evidence: EvidenceCount

    @property
    def delivery(self) -> Delivery | None:
        return None if self.entry is None else self.entry.delivery

    @property
    def standing(self) -> Standing:
        return standing(self.delivery, self.evidence.live)

    @property
    def wording_changed(self) -> bool:
        return self.entry is not None and self.entry.text_digest != self.recommendation.text_digest


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """An entry with the name of whoever made it."""

    entry: ProgressEntry
    author: str


@dataclass(frozen=True, slots=True)
class NationalRow:
    """The little that a picture across organisations needs of an entry."""

    organisation_id: UUID
    recommendation_code: str
    delivery: Delivery
    confirmed_on: date
    due_on: date | None
    standing: Standing


def list_records(
    identity: Identity, organisation_id: UUID, kind: str, at: datetime | None = None
) -> list[RecordRow]:
    """Every recommendation that a kind of organisation owes, with where this one stands: three queries."""
    recommendations = catalogue.list_recommendations(kind)
    query = select(ProgressEntry).where(
        ProgressEntry.organisation_id == organisation_id,
        as_at(ProgressEntry, at),
        in_scope(identity, ProgressEntry.organisation_id),
    )
    entries = {entry.recommendation_code: entry for entry in db.session.scalars(query)}
    counts = evidence.count_by_recommendation(identity, [organisation_id], at)
    return [
        RecordRow(each, entries.get(each.code), counts.get((organisation_id, each.code), EvidenceCount()))
        for each in recommendations
    ]


def get_record(
    identity: Identity, organisation_id: UUID, kind: str, code: str, at: datetime | None = None
) -> RecordRow:
    """One record. Raises NotFound when this kind of organisation does not owe the recommendation."""
    query = (
        select(Recommendation)
        .join(RecommendationKind, RecommendationKind.recommendation_code == Recommendation.code)
        .where(Recommendation.code == code, RecommendationKind.kind == kind)
    )
    recommendation = db.session.scalars(query).one_or_none()
    if recommendation is None:
        raise NotFound(code)
    entry = find_entry(identity, organisation_id, code, at)
    counts = evidence.count_by_recommendation(identity, [organisation_id], at)
    return RecordRow(recommendation, entry, counts.get((organisation_id, code), EvidenceCount()))


def find_entry(
    identity: Identity, organisation_id: UUID, code: str, at: datetime | None = None
) -> ProgressEntry | None:
    """The entry that stands, or stood at a moment; None when nothing was recorded."""
    query = select(ProgressEntry).where(
        ProgressEntry.organisation_id == organisation_id,
        ProgressEntry.recommendation_code == code,
        as_at(ProgressEntry, at),
        in_scope(identity, ProgressEntry.organisation_id),
    )
    return db.session.scalars(query).one_or_none()


def list_history(identity: Identity, organisation_id: UUID, code: str) -> Sequence[HistoryRow]:
    """Every entry of a record with its author, newest first."""
    query = (
        select(ProgressEntry, User.name)
        .join(User, User.id == ProgressEntry.author_id)
        .where(
            ProgressEntry.organisation_id == organisation_id,
            ProgressEntry.recommendation_code == code,
            in_scope(identity, ProgressEntry.organisation_id),
        )
        .order_by(ProgressEntry.version.desc())
    )
    return [HistoryRow(entry, name) for entry, name in db.session.execute(query)]


def list_recent(
    identity: Identity, organisation_id: UUID, since: datetime, limit: int
) -> Sequence[HistoryRow]:
    """Entries of all records since a moment, newest first."""
    query = (
        select(ProgressEntry, User.name)
        .join(User, User.id == ProgressEntry.author_id)
        .where(
            ProgressEntry.organisation_id == organisation_id,
            ProgressEntry.recorded_at >= since,
            in_scope(identity, ProgressEntry.organisation_id),
        )
        .order_by(ProgressEntry.recorded_at.desc(), ProgressEntry.id.desc())
        .limit(limit)
    )
    return [HistoryRow(entry, name) for entry, name in db.session.execute(query)]


def list_actions(
    identity: Identity, organisation_id: UUID, code: str | None = None, at: datetime | None = None
) -> Sequence[Action]:
    """Actions of one record or of all, open ones first, by due date."""
    query = select(Action).where(
        Action.organisation_id == organisation_id,
        as_at(Action, at),
        in_scope(identity, Action.organisation_id),
    )
    if code is not None:
        query = query.where(Action.recommendation_code == code)
    order = (Action.done_on.is_not(None), Action.due_on.is_(None), Action.due_on, Action.entity_id)
    return db.session.scalars(query.order_by(*order)).all()


def get_action(identity: Identity, organisation_id: UUID, action_id: UUID) -> Action:
    """One action as it stands. Raises NotFound."""
    query = select(Action).where(
        Action.organisation_id == organisation_id,
        Action.entity_id == action_id,
        current(Action),
        in_scope(identity, Action.organisation_id),
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(str(action_id))
    return found


def list_relied_on(
    identity: Identity, organisation_id: UUID, entry_ids: Sequence[UUID]
) -> Sequence[ReliedOn]:
    """The file revisions that assurances relied on, frozen at the time."""
    query = select(ReliedOn).where(
        ReliedOn.organisation_id == organisation_id,
        ReliedOn.entry_id.in_(entry_ids),
        in_scope(identity, ReliedOn.organisation_id),
    )
    return db.session.scalars(query.order_by(ReliedOn.item_id, ReliedOn.revision)).all()


def position_of(entry: ProgressEntry | None) -> Position | None:
    """The entry's whole position as the rules know it."""
    if entry is None:
        return None
    names = Position.__dataclass_fields__
    return Position(**{name: getattr(entry, name) for name in names})


def list_national(
    identity: Identity, recommendation_codes: Sequence[str], at: datetime | None = None
) -> list[NationalRow]:
    """Entries in scope for some recommendations, as at a moment: two queries whatever the number of organisations."""
    query = select(
        ProgressEntry.organisation_id,
        ProgressEntry.recommendation_code,
        ProgressEntry.delivery,
        ProgressEntry.confirmed_on,
        ProgressEntry.due_on,
    ).where(
        ProgressEntry.recommendation_code.in_(recommendation_codes),
        as_at(ProgressEntry, at),
        in_scope(identity, ProgressEntry.organisation_id),
    )
    counts = evidence.count_by_recommendation(identity, None, at)
    return [
        NationalRow(*row, standing(row[2], counts.get((row[0], row[1]), EvidenceCount()).live))
        for row in db.session.execute(query)
    ]


def authors_since_delivered(
    organisation_id: UUID, code: str, delivered_version: int | None
) -> frozenset[UUID]:
    """Who has written an entry since the record was declared in place; agreeing it is not counted as writing."""
    if delivered_version is None:
        return frozenset()
    query = select(ProgressEntry.author_id).where(
        ProgressEntry.organisation_id == organisation_id,
        ProgressEntry.recommendation_code == code,
        ProgressEntry.version >= delivered_version,
        ProgressEntry.change != Change.ASSURED,
    )
    return frozenset(db.session.scalars(query))
