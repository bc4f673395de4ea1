"""What the dashboard reads beside the records themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, and_, func, literal, select, union_all

from tracker.access.identity import Identity
from tracker.accounts.models import User
from tracker.audit.queries import TrailRow
from tracker.database import current
from tracker.evidence.models import EvidenceItem, EvidenceLink
from tracker.evidence.queries import RECOMMENDATION, in_scope, live_on
from tracker.extensions import db
from tracker.library.models import Resource
from tracker.library.queries import list_national_resources
from tracker.practice.models import Practice
from tracker.programme.queries import list_items
from tracker.progress.models import Action


@dataclass(frozen=True, slots=True)
class Deadlines:
    """For each recommendation, where there is one: the first day on which live evidence runs out, and on which an
    open action is due."""

    expiries: dict[str, date]
    actions: dict[str, date]


def deadlines(identity: Identity, organisation_id: UUID, today: date) -> Deadlines:
    """The days that press on the records of an organisation, in one question."""
    both = union_all(_expiries(identity, organisation_id, today), _open_actions(identity, organisation_id))
    found: dict[str, dict[str, date]] = {"evidence": {}, "action": {}}
    for what, code, first in db.session.execute(both):
        if first is not None:
            found[what][code] = first
    return Deadlines(found["evidence"], found["action"])


def _open_actions(identity: Identity, organisation_id: UUID) -> Select[str, str, date | None]:
    return (
        select(literal("action"), Action.recommendation_code, func.min(Action.due_on))
        .where(
            Action.organisation_id == organisation_id,
            current(Action),
            Action.done_on.is_(None),
            Action.due_on.is_not(None),
            in_scope(identity, Action.organisation_id),
        )
        .group_by(Action.recommendation_code)
    )


def _expiries(identity: Identity, organisation_id: UUID, today: date) -> Select[str, str, date | None]:
    return (
        select(literal("evidence"), EvidenceLink.subject_code, func.min(EvidenceItem.valid_until))
        .join(
            EvidenceItem,
            and_(
                EvidenceItem.organisation_id == EvidenceLink.organisation_id,
                EvidenceItem.entity_id == EvidenceLink.item_id,
            ),
        )
        .where(
            EvidenceLink.organisation_id == organisation_id,
            EvidenceLink.subject_kind == RECOMMENDATION,
            current(EvidenceLink),
            current(EvidenceItem),
            live_on(today),
            EvidenceItem.valid_until.is_not(None),
            in_scope(identity, EvidenceLink.organisation_id),
        )
        .group_by(EvidenceLink.subject_code)
    )


def titles_of_evidence(identity: Identity, organisation_id: UUID, items: Sequence[str]) -> dict[str, str]:
    """Titles of items as they stand, by id as text; nothing is asked when there are none."""
    if not items:
        return {}
    query = select(EvidenceItem.entity_id, EvidenceItem.title).where(
        EvidenceItem.organisation_id == organisation_id,
        EvidenceItem.entity_id.in_({UUID(each) for each in items}),
        current(EvidenceItem),
        in_scope(identity, EvidenceItem.organisation_id),
    )
    return {str(item): title for item, title in db.session.execute(query)}


def titles_of_training(identity: Identity, organisation_id: UUID, items: Sequence[str]) -> dict[str, str]:
    """Titles of training as they stand, by id as text; nothing is asked when there is none."""
    if not items:
        return {}
    query = select(Resource.entity_id, Resource.title).where(
        Resource.organisation_id == organisation_id,
        Resource.entity_id.in_({UUID(each) for each in items}),
        current(Resource),
        in_scope(identity, Resource.organisation_id),
    )
    return {str(item): title for item, title in db.session.execute(query)}


def titles_of_practices(identity: Identity, organisation_id: UUID, items: Sequence[str]) -> dict[str, str]:
    """Titles of an organisation's own practices as they stand, by id as text."""
    if not items:
        return {}
    query = select(Practice.entity_id, Practice.title).where(
        Practice.organisation_id == organisation_id,
        Practice.entity_id.in_({UUID(each) for each in items}),
        current(Practice),
        in_scope(identity, Practice.organisation_id),
    )
    return {str(item): title for item, title in db.session.execute(query)}


def titles_of_resources(named: Sequence[str]) -> dict[str, str]:
    """Titles of the national library, which is public, by code and by lasting id as text."""
    if not any(named):
        return {}
    rows = list_national_resources()
    return {key: row.title for row in rows for key in (row.code, str(row.entity_id))}


def titles_of_items(codes: Sequence[str]) -> dict[str, str]:
    """Titles of the yearly programmes, which are public, by code."""
    return {row.code: row.title for row in list_items()} if codes else {}


def named(row: TrailRow) -> str:
    """What names the thing that an event is about: a share, a count or an evaluation is about a national resource."""
    if row.subject_kind not in {"share", "usage", "evaluation"}:
        return row.subject_code
    resource = row.public.get("resource") or row.public.get("resource_id") or ""
    return str(resource.get("new") if isinstance(resource, dict) else resource)


def names_of(user_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names of people by id, for whoever may see the page that they stand on."""
    if not user_ids:
        return {}
    return {
        row[0]: row[1]
        for row in db.session.execute(select(User.id, User.name).where(User.id.in_(set(user_ids))))
    }


def list_expiring(identity: Identity, organisation_id: UUID, until: date) -> Sequence[EvidenceItem]:
    """Evidence in use that has run out, or does until a day; the first to run out first."""
    query = (
        select(EvidenceItem)
        .where(
            EvidenceItem.organisation_id == organisation_id,
            current(EvidenceItem),
            EvidenceItem.withdrawn_reason.is_(None),
            EvidenceItem.valid_until <= until,
            in_scope(identity, EvidenceItem.organisation_id),
        )
        .order_by(EvidenceItem.valid_until, EvidenceItem.entity_id)
    )
    return db.session.scalars(query).all()
