"""Evaluations: an organisation's own, from what an identity may see; and of one resource, which are published."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from tracker.access.identity import Identity
from tracker.audit.models import AuditEvent
from tracker.database import current
from tracker.errors import NotFound
from tracker.evidence.queries import in_scope
from tracker.extensions import db
from tracker.library.models import Evaluation
from tracker.library.queries.publishers import Publisher, list_publishers
from tracker.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class PublishedEvaluation:
    """An evaluation as everybody may read it, with the organisation that made it."""

    row: Evaluation
    publisher: Publisher


def list_evaluations(
    identity: Identity,
    organisation_id: UUID,
    *,
    resource_id: UUID | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[Evaluation]:
    """An organisation's evaluations: methods in hand first, then the youngest, mistakes last."""
    query = select(Evaluation).where(*_conditions(identity, organisation_id, resource_id))
    query = query.order_by(
        Evaluation.mistaken_reason != "",
        Evaluation.evaluated_on.is_not(None),
        Evaluation.evaluated_on.desc(),
        Evaluation.entity_id,
    )
    return db.session.scalars(query.limit(limit).offset(offset)).all()


def count_evaluations(identity: Identity, organisation_id: UUID, *, resource_id: UUID | None = None) -> int:
    """How many `list_evaluations` gives without a limit."""
    query = select(func.count()).select_from(Evaluation)
    return db.session.scalar(query.where(*_conditions(identity, organisation_id, resource_id))) or 0


def list_evaluated(identity: Identity, organisation_id: UUID) -> frozenset[UUID]:
    """The resources that the organisation's list can be narrowed to."""
    query = select(Evaluation.resource_id).where(*_conditions(identity, organisation_id, None))
    return frozenset(db.session.scalars(query.distinct()))


def get_evaluation(identity: Identity, organisation_id: UUID, entity_id: UUID) -> Evaluation:
    """One evaluation as it stands now. Raises NotFound."""
    query = select(Evaluation).where(
        *_conditions(identity, organisation_id, None), Evaluation.entity_id == entity_id
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(str(entity_id))
    return found


def was_looked_at(identity: Identity, row: Evaluation) -> bool:
    """Whether the trail says of this version that somebody read it again and nobody can be identified."""
    query = select(AuditEvent.header).where(
        AuditEvent.chain_id == row.organisation_id,
        AuditEvent.subject_kind == "evaluation",
        AuditEvent.subject_code == str(row.entity_id),
        in_scope(identity, AuditEvent.chain_id),
    )
    told = (json.loads(header)["public"] for header in db.session.scalars(query))
    return any(facts["version"] == row.version and facts.get("text_checked") for facts in told)


def list_evaluations_of(resource_id: UUID, *, demonstration: bool) -> Sequence[PublishedEvaluation]:
    """The evaluations of one resource by whoever made them, the youngest first: published, without authors.

    Of real organisations, or of invented ones. All of them: what follows rests on each organisation's latest.
    """
    query = select(Evaluation).join(Organisation, Organisation.id == Evaluation.organisation_id)
    query = query.where(
        Evaluation.resource_id == resource_id,
        current(Evaluation),
        Evaluation.mistaken_reason == "",
        Organisation.demonstration.is_(demonstration),
    ).order_by(
        Evaluation.evaluated_on.is_(None),
        Evaluation.evaluated_on.desc(),
        Evaluation.organisation_id,
        Evaluation.entity_id,
    )
    rows = db.session.scalars(query).all()
    publishers = list_publishers([row.organisation_id for row in rows])
    return [PublishedEvaluation(row, publishers[row.organisation_id]) for row in rows]


def _conditions(
    identity: Identity, organisation_id: UUID, resource_id: UUID | None
) -> list[ColumnElement[bool]]:
    conditions = [
        Evaluation.organisation_id == organisation_id,
        current(Evaluation),
        in_scope(identity, Evaluation.organisation_id),
    ]
    return conditions if resource_id is None else [*conditions, Evaluation.resource_id == resource_id]
