"""What of the library rests on a piece of evidence: shares, counts of use, evaluations."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select

from tracker.access.identity import Identity
from tracker.database import current
from tracker.evidence.queries import in_scope
from tracker.evidence.rules import EvidenceUse
from tracker.extensions import db
from tracker.library.models import Evaluation, NationalResource, Share, Usage

Model = type[Share] | type[Usage] | type[Evaluation]


def list_uses_of(identity: Identity, organisation_id: UUID, item_id: UUID) -> list[EvidenceUse]:
    """Those of an organisation in scope that name an item and were not entered by mistake, the latest first."""
    shares = db.session.execute(_naming(identity, organisation_id, item_id, Share))
    usage = db.session.execute(_naming(identity, organisation_id, item_id, Usage))
    evaluations = db.session.execute(_naming(identity, organisation_id, item_id, Evaluation))
    return [
        *(EvidenceUse(f"Share of {title}", "library.share", {"share": str(id_)}) for id_, title in shares),
        *(EvidenceUse(f"Count of use of {title}", "library.usage", {}) for _id, title in usage),
        *(EvidenceUse(f"Evaluation of {title}", "library.evaluations", {}) for _id, title in evaluations),
    ]


def _naming(identity: Identity, organisation_id: UUID, item_id: UUID, model: Model) -> Select[UUID, str]:
    query = select(model.entity_id, NationalResource.title).join(
        NationalResource,
        (NationalResource.entity_id == model.resource_id) & NationalResource.superseded_at.is_(None),
    )
    return query.where(
        model.organisation_id == organisation_id,
        model.evidence_id == item_id,
        model.mistaken_reason == "",
        current(model),
        in_scope(identity, model.organisation_id),
    ).order_by(model.entity_id.desc())
