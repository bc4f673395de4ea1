"""Which training has reached whom: shares of organisations in scope, and those that networks made for them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from tracker.access.identity import Identity
from tracker.database import as_at
from tracker.evidence.models import EvidenceItem
from tracker.evidence.queries import in_scope
from tracker.extensions import db
from tracker.library.models import Share
from tracker.library.queries import Window, touches
from tracker.library.rules import Channel
from tracker.organisations.models import Organisation, OrganisationName
from tracker.summary.queries.organisations import chosen
from tracker.summary.rules import SharedRow, Spread, Touch

# Long enough for everything since the report.
ALL_MONTHS = 12 * 50


def list_touches(identity: Identity, wanted: Spread) -> dict[tuple[UUID, UUID], Touch]:
    """By organisation and resource how the one reached the other: one query."""
    met = touches(_window(wanted, wanted.months), *_looked_for(wanted))
    query = (
        select(
            met.c.organisation_id,
            met.c.resource_id,
            func.count().filter(met.c.is_own),
            func.count().filter(~met.c.is_own),
            func.max(met.c.shared_on),
        )
        .where(met.c.organisation_id.in_(_in_selection(identity, wanted)))
        .group_by(met.c.organisation_id, met.c.resource_id)
    )
    return {(row[0], row[1]): Touch(bool(row[2]), bool(row[3]), row[4]) for row in db.session.execute(query)}


def list_last_reached(
    identity: Identity, wanted: Spread, organisation_ids: Collection[UUID]
) -> dict[UUID, date]:
    """When each of some organisations was last reached, however long ago: one query."""
    met = touches(_window(wanted, ALL_MONTHS), *_looked_for(wanted))
    query = (
        select(met.c.organisation_id, func.max(met.c.shared_on))
        .where(
            met.c.organisation_id.in_(_in_selection(identity, wanted)),
            met.c.organisation_id.in_(organisation_ids),
        )
        .group_by(met.c.organisation_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def list_shares(identity: Identity, wanted: Spread) -> list[SharedRow]:
    """What stands behind the figure, by organisation and day: one query.

    Evidence has a title only where whoever asks may read the pages of the organisation that keeps it.
    """
    met, sharer, name, shown = (
        touches(_window(wanted, wanted.months), *_looked_for(wanted)), Organisation, OrganisationName, EvidenceItem
    )  # fmt: skip
    query = (
        select(
            met.c.organisation_id, met.c.resource_id, Share.channel, Share.channel_words, Share.shared_on, Share.link,
            func.coalesce(shown.title, ""), Share.reached, Share.reached_basis, sharer.code,
            func.coalesce(name.name, sharer.code),
        )
        .join(Share, Share.id == met.c.share_row_id)
        .join(sharer, sharer.id == Share.organisation_id)
        .outerjoin(name, and_(name.organisation_id == sharer.id, _borne_on(wanted.selection.day)))
        .outerjoin(
            shown,
            and_(
                shown.organisation_id == Share.organisation_id,
                shown.entity_id == Share.evidence_id,
                as_at(shown, wanted.selection.moment),
                in_scope(identity, shown.organisation_id),
            ),
        )
        .where(met.c.organisation_id.in_(_in_selection(identity, wanted)))
        .order_by(Share.shared_on, sharer.code, Share.entity_id)
    )  # fmt: skip
    return [SharedRow(*row) for row in db.session.execute(query)]


def _window(wanted: Spread, months: int) -> Window:
    return Window(wanted.selection.day, months, wanted.selection.moment, wanted.selection.demonstration)


def _looked_for(wanted: Spread) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Share.resource_id.in_(wanted.resources)]
    if wanted.channel:
        conditions.append(Share.channel == Channel(wanted.channel))
    return conditions


def _borne_on(day: date) -> ColumnElement[bool]:
    name = OrganisationName
    return and_(
        name.superseded_at.is_(None),
        name.valid_from <= day,
        or_(name.valid_until.is_(None), name.valid_until > day),
    )


def _in_selection(identity: Identity, wanted: Spread) -> Any:
    return select(Organisation.id).where(*chosen(identity, wanted.selection))
