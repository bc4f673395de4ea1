"""The ledger of an organisation: what it shared, and what a network shared on its behalf; always of one in scope."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from tracker.access.identity import Identity
from tracker.accounts.models import User
from tracker.database import as_at, current
from tracker.errors import NotFound
from tracker.evidence.models import EvidenceItem
from tracker.evidence.queries import in_scope
from tracker.extensions import db
from tracker.library.models import Share as Share
from tracker.library.models import ShareMember
from tracker.library.rules import Channel
from tracker.organisations.models import Organisation, OrganisationName
from tracker.organisations.rules import display_name


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """What a ledger is narrowed to; an empty field narrows nothing. `mistakes` shows those instead."""

    resource_id: UUID | None = None
    channel: Channel | None = None
    since: date | None = None
    until: date | None = None
    mistakes: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation as it is called on a day: the NHS publishes both."""

    id: UUID
    code: str
    name: str


def list_shares(
    identity: Identity,
    organisation_id: UUID,
    narrowed: LedgerFilter = LedgerFilter(),
    moment: datetime | None = None,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[Share]:
    """A page of the ledger, the latest share first."""
    query = _ledger(identity, organisation_id, narrowed, moment)
    query = query.order_by(Share.shared_on.desc(), Share.entity_id.desc())
    return db.session.scalars(query.limit(limit).offset(offset)).all()


def count_shares(
    identity: Identity,
    organisation_id: UUID,
    narrowed: LedgerFilter = LedgerFilter(),
    moment: datetime | None = None,
) -> int:
    """How many `list_shares` gives without a limit."""
    inner = _ledger(identity, organisation_id, narrowed, moment).with_only_columns(Share.id).subquery()
    return db.session.scalar(select(func.count()).select_from(inner)) or 0


def list_shared_before(
    identity: Identity,
    organisation_id: UUID,
    resource_ids: Collection[UUID],
    channel: Channel,
    shared_on: date | None,
) -> set[UUID]:
    """Which of some resources an organisation recorded already for one way and one day."""
    query = select(Share.resource_id).where(
        Share.organisation_id == organisation_id,
        Share.resource_id.in_(resource_ids),
        Share.channel == channel,
        Share.shared_on == shared_on,
        Share.mistaken_reason == "",
        current(Share),
        in_scope(identity, Share.organisation_id),
    )
    return set(db.session.scalars(query))


def list_own_shares(
    identity: Identity, organisation_id: UUID, moment: datetime | None = None
) -> Sequence[Share]:
    """What the organisation itself recorded, mistakes too: for packs and for the check of what is there already."""
    query = select(Share).where(
        Share.organisation_id == organisation_id,
        as_at(Share, moment),
        in_scope(identity, Share.organisation_id),
    )
    return db.session.scalars(query.order_by(Share.shared_on, Share.entity_id)).all()


def get_share(identity: Identity, organisation_id: UUID, entity_id: UUID) -> Share:
    """One share as it stands in this organisation's ledger: its own, or one of a network for it. Raises NotFound."""
    query = select(Share).where(
        Share.entity_id == entity_id, as_at(Share, None), *_in_ledger(identity, organisation_id)
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(str(entity_id))
    return found


def list_share_history(identity: Identity, organisation_id: UUID, entity_id: UUID) -> Sequence[Share]:
    """Every version of an organisation's own share, youngest first."""
    query = select(Share).where(
        Share.organisation_id == organisation_id,
        Share.entity_id == entity_id,
        in_scope(identity, Share.organisation_id),
    )
    return db.session.scalars(query.order_by(Share.version.desc())).all()


def list_share_members(identity: Identity, shares: Collection[Share]) -> Mapping[UUID, Sequence[Named]]:
    """By row of a share the members that it names, by name; only of shares of organisations in scope: one query."""
    query = (
        select(ShareMember.share_row_id, Organisation.id, Organisation.code, OrganisationName.name)
        .join(Organisation, Organisation.id == ShareMember.member_id)
        .outerjoin(OrganisationName, _named_today())
        .where(
            ShareMember.share_row_id.in_([each.id for each in shares]),
            in_scope(identity, ShareMember.organisation_id),
        )
    )
    found: dict[UUID, list[Named]] = {}
    for row_id, member_id, code, name in db.session.execute(query):
        found.setdefault(row_id, []).append(_named(member_id, code, name))
    return {row_id: sorted(each, key=lambda one: (one.name, one.code)) for row_id, each in found.items()}


def list_sharers(
    identity: Identity, organisation_id: UUID, shares: Collection[Share]
) -> Mapping[UUID, Named]:
    """Who recorded these shares of an organisation's ledger: itself, or networks. Names are published."""
    if not _sees(identity, organisation_id):
        return {}
    ids = {each.organisation_id for each in shares}
    query = (
        select(Organisation.id, Organisation.code, OrganisationName.name)
        .outerjoin(OrganisationName, _named_today())
        .where(Organisation.id.in_(ids))
    )
    return {row[0]: _named(*row) for row in db.session.execute(query)}


def list_share_evidence(identity: Identity, shares: Collection[Share]) -> Mapping[UUID, str]:
    """By row of a share the title of its evidence, where whoever asks may read the pages of who keeps it: one query."""
    query = (
        select(Share.id, EvidenceItem.title)
        .join(
            EvidenceItem,
            and_(
                EvidenceItem.organisation_id == Share.organisation_id,
                EvidenceItem.entity_id == Share.evidence_id,
                current(EvidenceItem),
            ),
        )
        .where(
            Share.organisation_id.in_({each.organisation_id for each in shares}),
            Share.evidence_id.in_({each.evidence_id for each in shares if each.evidence_id}),
            in_scope(identity, Share.organisation_id),
        )
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def list_authors(identity: Identity, organisation_id: UUID, user_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The names of those who recorded what stands in an organisation's ledger."""
    if not _sees(identity, organisation_id):
        return {}
    return {
        row[0]: row[1] for row in db.session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    }


def _ledger(
    identity: Identity, organisation_id: UUID, narrowed: LedgerFilter, moment: datetime | None
) -> Select[Share]:
    query = select(Share).where(as_at(Share, moment), *_in_ledger(identity, organisation_id))
    query = query.where(Share.mistaken_reason != "" if narrowed.mistakes else Share.mistaken_reason == "")
    if narrowed.resource_id is not None:
        query = query.where(Share.resource_id == narrowed.resource_id)
    if narrowed.channel is not None:
        query = query.where(Share.channel == narrowed.channel)
    if narrowed.since is not None:
        query = query.where(Share.shared_on >= narrowed.since)
    if narrowed.until is not None:
        query = query.where(Share.shared_on <= narrowed.until)
    return query


def _in_ledger(identity: Identity, organisation_id: UUID) -> tuple[ColumnElement[bool], ...]:
    """Of the organisation that is asked for, which must be in scope: its own shares, or those that name it."""
    names_it = exists().where(
        ShareMember.organisation_id == Share.organisation_id,
        ShareMember.share_row_id == Share.id,
        ShareMember.member_id == organisation_id,
    )
    mine = or_(Share.organisation_id == organisation_id, names_it)
    there = exists().where(Organisation.id == organisation_id, in_scope(identity, Organisation.id))
    return (mine, there)


def _sees(identity: Identity, organisation_id: UUID) -> bool:
    query = select(Organisation.id).where(
        Organisation.id == organisation_id, in_scope(identity, Organisation.id)
    )
    return db.session.scalar(query) is not None


def _named_today() -> ColumnElement[bool]:
    """The name that holds until further notice."""
    return and_(
        OrganisationName.organisation_id == Organisation.id,
        OrganisationName.superseded_at.is_(None),
        OrganisationName.valid_until.is_(None),
    )


def _named(id: UUID, code: str, name: str | None) -> Named:
    return Named(id, code, display_name(name) if name else code)
