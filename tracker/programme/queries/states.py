"""What national bodies say of the items: published, as the items are; who wrote it and on what evidence is not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select

from tracker import clock
from tracker.access.identity import Identity
from tracker.accounts.models import User
from tracker.catalogue.rules import OrganisationKind
from tracker.database import as_at, current
from tracker.errors import NotFound
from tracker.evidence.models import EvidenceItem
from tracker.evidence.queries import in_scope, live_on
from tracker.evidence.rules import EvidenceUse
from tracker.extensions import db
from tracker.organisations.models import Organisation, OrganisationName
from tracker.organisations.queries import worlds_of
from tracker.organisations.rules import World, display_name, world_of
from tracker.programme.models import ProgrammeItem, ProgrammeState
from tracker.programme.rules import is_overdue

# As many pieces of evidence as a form can offer and a person can read.
MOST_EVIDENCE = 100


@dataclass(frozen=True, slots=True)
class Body:
    """A national body that has said something of the programme."""

    id: UUID
    code: str
    name: str
    demonstration: bool


@dataclass(frozen=True, slots=True)
class Bodies:
    """Every national body, and whether there are real organisations and invented ones for who asks."""

    by_id: Mapping[UUID, Body]
    has_real: bool = False
    has_invented: bool = False

    def world(self, *, asked: bool) -> World:
        return world_of(self.has_real, self.has_invented, asked=asked)

    def of(self, demonstration: bool) -> Mapping[UUID, Body]:
        """The real ones, or the invented ones."""
        return {key: each for key, each in self.by_id.items() if each.demonstration is demonstration}


@dataclass(frozen=True, slots=True)
class ProgrammeNeed:
    """An overdue item, in the shape of a measure's need; `endpoint` and `values` are for `url_for`."""

    code: str
    text: str
    note: str
    day: date
    endpoint: str = "programme.edit_state"
    values: Mapping[str, str] = field(default_factory=dict)


def list_states(
    organisation_ids: Collection[UUID], moment: datetime | None = None
) -> Sequence[ProgrammeState]:
    """Where the items stood at a moment, as these organisations said: one query."""
    query = select(ProgrammeState).where(
        as_at(ProgrammeState, moment), ProgrammeState.organisation_id.in_(organisation_ids)
    )
    return db.session.scalars(query.order_by(ProgrammeState.item_code, ProgrammeState.organisation_id)).all()


def list_state_history(item_code: str, organisation_ids: Collection[UUID]) -> Sequence[ProgrammeState]:
    """Everything that these organisations ever said of an item, youngest first."""
    query = select(ProgrammeState).where(
        ProgrammeState.item_code == item_code, ProgrammeState.organisation_id.in_(organisation_ids)
    )
    order = ProgrammeState.recorded_at.desc(), ProgrammeState.version.desc()
    return db.session.scalars(query.order_by(*order)).all()


def find_state(identity: Identity, organisation_id: UUID, item_code: str) -> ProgrammeState | None:
    """What an organisation says of an item now, or None."""
    query = select(ProgrammeState).where(
        ProgrammeState.organisation_id == organisation_id,
        ProgrammeState.item_code == item_code,
        current(ProgrammeState),
        in_scope(identity, ProgrammeState.organisation_id),
    )
    return db.session.scalars(query).one_or_none()


def list_bodies(identity: Identity | None) -> Bodies:
    """The national bodies, with the names that they have today; closed ones too: what they said stands. One query."""
    today, names = clock.today(), OrganisationName
    holds = (
        names.superseded_at.is_(None)
        & (names.valid_from <= today)
        & or_(names.valid_until.is_(None), names.valid_until > today)
    )
    query = (
        select(
            Organisation.id, Organisation.code, names.name, Organisation.demonstration, *worlds_of(identity)
        )
        .outerjoin(names, (names.organisation_id == Organisation.id) & holds)
        .where(Organisation.kind == OrganisationKind.NATIONAL_BODY)
    )
    rows = db.session.execute(query).all()
    found = {row[0]: Body(row[0], row[1], display_name(row[2]) if row[2] else row[1], row[3]) for row in rows}
    return Bodies(found, *map(bool, rows[0][4:])) if rows else Bodies({})


def require_body(kind: str, code: str) -> None:
    """The programme is a national body's work: of other organisations there is no such page."""
    if kind != OrganisationKind.NATIONAL_BODY:
        raise NotFound(code)


def list_evidence(
    identity: Identity, organisation_id: UUID, chosen: Collection[str] = ()
) -> Sequence[EvidenceItem]:
    """What a form offers: the newest evidence in use, and what was chosen before, whatever became of it."""
    mine = select(EvidenceItem).where(
        EvidenceItem.organisation_id == organisation_id,
        current(EvidenceItem),
        in_scope(identity, EvidenceItem.organisation_id),
    )
    newest = EvidenceItem.dated_on.desc(), EvidenceItem.entity_id
    offered = mine.where(EvidenceItem.withdrawn_reason.is_(None)).order_by(*newest).limit(MOST_EVIDENCE)
    found = list(db.session.scalars(offered))
    missing = {UUID(each) for each in chosen} - {each.entity_id for each in found}
    if missing:
        found += db.session.scalars(mine.where(EvidenceItem.entity_id.in_(missing)).order_by(*newest))
    return found


def names_of(identity: Identity, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """Names of those who wrote what this identity may read."""
    query = select(User.id, User.name).where(User.id.in_({*user_ids, identity.user_id}))
    return {row[0]: row[1] for row in db.session.execute(query)}


def list_live_evidence(states: Iterable[ProgrammeState]) -> frozenset[str]:
    """Of the evidence that these states name, what is in use and in date today: ids, and one query for all."""
    named = {UUID(each) for row in states for each in row.evidence_ids}
    if not named:
        return frozenset()
    query = select(EvidenceItem.entity_id).where(
        EvidenceItem.entity_id.in_(named), current(EvidenceItem), live_on(clock.today())
    )
    return frozenset(str(each) for each in db.session.scalars(query))


def list_needs(identity: Identity, organisation_id: UUID, today: date) -> list[ProgrammeNeed]:
    """The overdue items of an organisation, the longest waiting first: one query."""
    item = ProgrammeItem
    query = (
        select(ProgrammeState, item.title)
        .join(item, (item.code == ProgrammeState.item_code) & item.superseded_at.is_(None))
        .where(
            ProgrammeState.organisation_id == organisation_id,
            ProgrammeState.due_on < today,
            item.retired_reason == "",
            current(ProgrammeState),
            in_scope(identity, ProgrammeState.organisation_id),
        )
        .order_by(ProgrammeState.due_on, ProgrammeState.item_code)
    )
    rows = db.session.execute(query).all()
    return [
        _need(row, title, row.due_on)
        for row, title in rows
        if row.due_on is not None and is_overdue(row.status, row.due_on, today)
    ]


def _need(row: ProgrammeState, title: str, due_on: date) -> ProgrammeNeed:
    due = f"{due_on.day} {due_on:%B %Y}"
    return ProgrammeNeed(
        code=row.item_code,
        text=f"Say where this stands: {title}",
        note=f"it was due on {due} and is {row.status.label.lower()}",
        day=due_on,
        values={"item": row.item_code},
    )


def list_uses_of(identity: Identity, organisation_id: UUID, item_id: UUID) -> list[EvidenceUse]:
    """The items of the programme whose state, as an organisation in scope says it now, names a piece of evidence."""
    query = (
        select(ProgrammeState.item_code, ProgrammeItem.title, ProgrammeState.evidence_ids)
        .join(
            ProgrammeItem,
            (ProgrammeItem.code == ProgrammeState.item_code) & ProgrammeItem.superseded_at.is_(None),
        )
        .where(
            ProgrammeState.organisation_id == organisation_id,
            current(ProgrammeState),
            in_scope(identity, ProgrammeState.organisation_id),
        )
        .order_by(ProgrammeItem.title)
    )
    return [
        EvidenceUse(f"Programme: {title}", "programme.state", {"item": code})
        for code, title, named in db.session.execute(query)
        if str(item_id) in named
    ]
