"""Training that is being made: an organisation's own list, and everybody's, which is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from tracker.access.identity import Identity
from tracker.database import current
from tracker.errors import NotFound
from tracker.evidence.queries import in_scope
from tracker.extensions import db
from tracker.library.models import Development
from tracker.library.queries.publishers import Publisher, list_publishers
from tracker.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class PublishedDevelopment:
    """A development as everybody may read it, with the organisation that tells of it."""

    row: Development
    publisher: Publisher


def list_developments(
    identity: Identity, organisation_id: UUID, *, limit: int | None = None, offset: int = 0
) -> Sequence[Development]:
    """An organisation's developments: the last announced first, what was announced by mistake last."""
    query = select(Development).where(*_conditions(identity, organisation_id))
    query = query.order_by(
        Development.mistaken_reason != "", Development.announced_on.desc(), Development.entity_id
    )
    return db.session.scalars(query.limit(limit).offset(offset)).all()


def count_developments(identity: Identity, organisation_id: UUID) -> int:
    """How many `list_developments` gives without a limit."""
    query = select(func.count()).select_from(Development)
    return db.session.scalar(query.where(*_conditions(identity, organisation_id))) or 0


def list_development_titles(identity: Identity, organisation_id: UUID) -> Sequence[tuple[UUID, str]]:
    """Lasting ids and titles, to see whether one is there already; what was a mistake may be announced again."""
    query = select(Development.entity_id, Development.title).where(
        *_conditions(identity, organisation_id), Development.mistaken_reason == ""
    )
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(Development.entity_id))]


def get_development(identity: Identity, organisation_id: UUID, entity_id: UUID) -> Development:
    """One development as it stands now. Raises NotFound."""
    query = select(Development).where(
        *_conditions(identity, organisation_id), Development.entity_id == entity_id
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(str(entity_id))
    return found


def list_all_developments(demonstration: bool) -> Sequence[PublishedDevelopment]:
    """Every organisation's developments, the last announced first; real and made-up ones never together.

    What was announced by mistake is not among them.
    """
    query = (
        select(Development)
        .join(Organisation, Organisation.id == Development.organisation_id)
        .where(
            current(Development),
            Development.mistaken_reason == "",
            Organisation.demonstration.is_(demonstration),
        )
        .order_by(Development.announced_on.desc(), Development.entity_id)
    )
    rows = db.session.scalars(query).all()
    publishers = list_publishers([row.organisation_id for row in rows])
    return [PublishedDevelopment(row, publishers[row.organisation_id]) for row in rows]


def _conditions(identity: Identity, organisation_id: UUID) -> list[ColumnElement[bool]]:
    return [
        Development.organisation_id == organisation_id,
        current(Development),
        in_scope(identity, Development.organisation_id),
    ]
