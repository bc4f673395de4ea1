"""Whom to ask when an organisation is silent: today's trust leads, for the national lead alone."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.permissions import Role
from tracker.accounts.models import Membership, User
from tracker.accounts.queries import in_force
from tracker.extensions import db
from tracker.organisations.models import Organisation
from tracker.summary.queries.organisations import in_scope
from tracker.summary.rules import LeadRow


def list_leads(identity: Identity, organisation_ids: Sequence[UUID]) -> dict[UUID, list[LeadRow]]:
    """Names and work e-mails of the leads of these organisations, by name; an auditor is told none."""
    if not identity.is_national:
        return {}
    query = (
        select(Organisation.id, User.name, User.email)
        .join(Membership, Membership.user_id == User.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            in_scope(identity),
            Organisation.id.in_(organisation_ids),
            Membership.role == Role.TRUST_LEAD,
            in_force(clock.today()),
            User.disabled_at.is_(None),
        )
        .order_by(func.lower(User.name), User.id)
    )
    found: dict[UUID, list[LeadRow]] = {}
    for organisation_id, name, email in db.session.execute(query):
        found.setdefault(organisation_id, []).append(LeadRow(name, email))
    return found
