"""Reading evidence, always from what an identity may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.access.policy import scope_of
from tracker.accounts.models import User
from tracker.database import as_at, current
from tracker.errors import NotFound
from tracker.evidence.models import EvidenceFile, EvidenceItem, EvidenceLink
from tracker.evidence.models import HeldUpload as HeldUpload
from tracker.extensions import db

RECOMMENDATION = "recommendation"


@dataclass(frozen=True, slots=True)
class LinkedItem:
    """An item as it supports a recommendation, with its files that have not been replaced."""

    item: EvidenceItem
    files: tuple[EvidenceFile, ...]
    live: bool


@dataclass(frozen=True, slots=True)
class EvidenceCount:
    """Items linked to a subject: all in use, and of those the live ones (in date), with the ones that have a file."""

    in_use: int = 0
    live: int = 0
    live_with_file: int = 0


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """What the register is narrowed to; an empty field narrows nothing."""

    text: str = ""
    kind: str = ""
    recommendation: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class RegisterCounts:
    """How many items an organisation holds, by what they are worth today."""

    live: int = 0
    out_of_date: int = 0
    withdrawn: int = 0

    @property
    def total(self) -> int:
        return self.live + self.out_of_date + self.withdrawn


def live_on(day: date) -> ColumnElement[bool]:
    """In use and in date on a day; the valid-until date itself still counts."""
    in_date = or_(EvidenceItem.valid_until.is_(None), EvidenceItem.valid_until >= day)
    return and_(EvidenceItem.withdrawn_reason.is_(None), in_date)


def count_by_recommendation(
    identity: Identity, organisation_ids: Sequence[UUID] | None = None, at: datetime | None = None
) -> dict[tuple[UUID, str], EvidenceCount]:
    """Counts of evidence for every (organisation, recommendation) in scope, as at a moment: one query."""
    day = clock.today() if at is None else clock.local_day(at)
    live = live_on(day)
    recorded = EvidenceFile.recorded_at <= at if at is not None else EvidenceFile.recorded_at.is_not(None)
    has_file = exists().where(
        EvidenceFile.organisation_id == EvidenceItem.organisation_id,
        EvidenceFile.item_id == EvidenceItem.entity_id,
        recorded,
    )
    query = (
        select(
            EvidenceLink.organisation_id,
            EvidenceLink.subject_code,
            func.count().filter(EvidenceItem.withdrawn_reason.is_(None)),
            func.count().filter(live),
            func.count().filter(and_(live, has_file)),
        )
        .join(EvidenceItem, _item_of_link())
        .where(
            EvidenceLink.subject_kind == RECOMMENDATION,
            as_at(EvidenceLink, at),
            as_at(EvidenceItem, at),
            in_scope(identity, EvidenceLink.organisation_id),
        )
        .group_by(EvidenceLink.organisation_id, EvidenceLink.subject_code)
    )
    if organisation_ids is not None:
        query = query.where(EvidenceLink.organisation_id.in_(organisation_ids))
    return {(row[0], row[1]): EvidenceCount(*row[2:]) for row in db.session.execute(query)}


def list_for_recommendation(
    identity: Identity, organisation_id: UUID, code: str, at: datetime | None = None
) -> Sequence[LinkedItem]:
    """The items that support a recommendation, newest first, withdrawn ones last: two queries."""
    query = (
        select(EvidenceItem)
        .join(EvidenceLink, _item_of_link())
        .where(
            EvidenceLink.organisation_id == organisation_id,
            EvidenceLink.subject_kind == RECOMMENDATION,
            EvidenceLink.subject_code == code,
            as_at(EvidenceLink, at),
            as_at(EvidenceItem, at),
            in_scope(identity, EvidenceLink.organisation_id),
        )
        .order_by(
            EvidenceItem.withdrawn_reason.is_not(None), EvidenceItem.dated_on.desc(), EvidenceItem.entity_id
        )
    )
    return with_files(organisation_id, db.session.scalars(query).all(), at)


def list_register(
    identity: Identity, organisation_id: UUID, narrowed: RegisterFilter, *, limit: int, offset: int
) -> Sequence[LinkedItem]:
    """A page of an organisation's register, newest first."""
    query = select(EvidenceItem).where(*_register_conditions(identity, organisation_id, narrowed))
    query = query.order_by(EvidenceItem.dated_on.desc(), EvidenceItem.entity_id.desc())
    return with_files(organisation_id, db.session.scalars(query.limit(limit).offset(offset)).all())


def count_register(identity: Identity, organisation_id: UUID, narrowed: RegisterFilter) -> int:
    """How many items the register holds under a filter."""
    conditions = _register_conditions(identity, organisation_id, narrowed)
    return db.session.scalar(select(func.count()).select_from(EvidenceItem).where(*conditions)) or 0


def count_states(identity: Identity, organisation_id: UUID) -> RegisterCounts:
    """The whole register in three figures: in date, out of date, taken out of use."""
    states = _states(clock.today())
    query = select(*(func.count().filter(states[name]) for name in ("live", "out_of_date", "withdrawn")))
    conditions = _register_conditions(identity, organisation_id, RegisterFilter())
    row = db.session.execute(query.select_from(EvidenceItem).where(*conditions)).one()
    return RegisterCounts(row[0], row[1], row[2])


def get_item(identity: Identity, organisation_id: UUID, item_id: UUID) -> LinkedItem:
    """One item as it stands. Raises NotFound."""
    query = select(EvidenceItem).where(
        EvidenceItem.organisation_id == organisation_id,
        EvidenceItem.entity_id == item_id,
        current(EvidenceItem),
        in_scope(identity, EvidenceItem.organisation_id),
    )
    item = db.session.scalars(query).one_or_none()
    if item is None:
        raise NotFound(str(item_id))
    return with_files(organisation_id, [item])[0]


def list_versions(identity: Identity, organisation_id: UUID, item_id: UUID) -> Sequence[EvidenceItem]:
    """Every version of an item, newest first."""
    query = select(EvidenceItem).where(
        EvidenceItem.organisation_id == organisation_id,
        EvidenceItem.entity_id == item_id,
        in_scope(identity, EvidenceItem.organisation_id),
    )
    return db.session.scalars(query.order_by(EvidenceItem.version.desc())).all()


def list_files(identity: Identity, organisation_id: UUID, item_id: UUID) -> Sequence[EvidenceFile]:
    """Every file of an item, replaced ones too, newest revision first."""
    query = select(EvidenceFile).where(
        EvidenceFile.organisation_id == organisation_id,
        EvidenceFile.item_id == item_id,
        in_scope(identity, EvidenceFile.organisation_id),
    )
    return db.session.scalars(query.order_by(EvidenceFile.revision.desc())).all()


def get_file(identity: Identity, organisation_id: UUID, item_id: UUID, revision: int) -> EvidenceFile:
    """One revision of an item's files. Raises NotFound."""
    for file in list_files(identity, organisation_id, item_id):
        if file.revision == revision:
            return file
    raise NotFound(f"{item_id} r{revision}")


def list_subjects(
    identity: Identity, organisation_id: UUID, item_ids: Sequence[UUID]
) -> dict[UUID, tuple[str, ...]]:
    """The recommendation codes that items support, by item."""
    query = (
        select(EvidenceLink.item_id, EvidenceLink.subject_code)
        .where(
            EvidenceLink.organisation_id == organisation_id,
            EvidenceLink.item_id.in_(item_ids),
            EvidenceLink.subject_kind == RECOMMENDATION,
            current(EvidenceLink),
            in_scope(identity, EvidenceLink.organisation_id),
        )
        .order_by(EvidenceLink.subject_code)
    )
    subjects: dict[UUID, tuple[str, ...]] = {}
    for item_id, code in db.session.execute(query):
        subjects[item_id] = (*subjects.get(item_id, ()), code)
    return subjects


def list_links(identity: Identity, organisation_id: UUID, item_id: UUID) -> Sequence[EvidenceLink]:
    """The links to recommendations that stand for an item."""
    query = select(EvidenceLink).where(
        EvidenceLink.organisation_id == organisation_id,
        EvidenceLink.item_id == item_id,
        EvidenceLink.subject_kind == RECOMMENDATION,
        current(EvidenceLink),
        in_scope(identity, EvidenceLink.organisation_id),
    )
    return db.session.scalars(query.order_by(EvidenceLink.subject_code)).all()


def list_link_versions(identity: Identity, organisation_id: UUID, item_id: UUID) -> Sequence[EvidenceLink]:
    """Every link to a recommendation that an item has had, ended ones too, by code and time."""
    query = select(EvidenceLink).where(
        EvidenceLink.organisation_id == organisation_id,
        EvidenceLink.item_id == item_id,
        EvidenceLink.subject_kind == RECOMMENDATION,
        in_scope(identity, EvidenceLink.organisation_id),
    )
    return db.session.scalars(query.order_by(EvidenceLink.subject_code, EvidenceLink.recorded_at)).all()


def list_names(identity: Identity, organisation_id: UUID, item_id: UUID) -> dict[UUID, str]:
    """Names of the people who wrote a version of an item or added a file to it, by their ids."""
    authors = select(EvidenceItem.author_id).where(
        EvidenceItem.organisation_id == organisation_id,
        EvidenceItem.entity_id == item_id,
        in_scope(identity, EvidenceItem.organisation_id),
    )
    adders = select(EvidenceFile.added_by).where(
        EvidenceFile.organisation_id == organisation_id,
        EvidenceFile.item_id == item_id,
        in_scope(identity, EvidenceFile.organisation_id),
    )
    query = select(User.id, User.name).where(User.id.in_(authors.union(adders)))
    return {row[0]: row[1] for row in db.session.execute(query)}


def find_same_bytes(identity: Identity, organisation_id: UUID, sha256: str) -> LinkedItem | None:
    """The item in this organisation that already holds the same bytes, if any."""
    query = (
        select(EvidenceItem)
        .join(
            EvidenceFile,
            and_(
                EvidenceFile.organisation_id == EvidenceItem.organisation_id,
                EvidenceFile.item_id == EvidenceItem.entity_id,
            ),
        )
        .where(
            EvidenceItem.organisation_id == organisation_id,
            EvidenceFile.sha256 == sha256,
            current(EvidenceItem),
            in_scope(identity, EvidenceItem.organisation_id),
        )
        .order_by(EvidenceItem.withdrawn_reason.is_not(None), EvidenceItem.recorded_at)
        .limit(1)
    )
    item = db.session.scalars(query).one_or_none()
    return None if item is None else with_files(organisation_id, [item])[0]


def list_held(identity: Identity, organisation_id: UUID, ids: Sequence[UUID]) -> Sequence[HeldUpload]:
    """Files held for this person's unfinished form, in the order in which they came."""
    if not ids:
        return []
    query = select(HeldUpload).where(
        HeldUpload.organisation_id == organisation_id,
        HeldUpload.id.in_(ids),
        HeldUpload.user_id == identity.user_id,
        HeldUpload.used_at.is_(None),
        in_scope(identity, HeldUpload.organisation_id),
    )
    return db.session.scalars(query.order_by(HeldUpload.id)).all()


def in_scope(identity: Identity, column: object) -> ColumnElement[bool]:
    """The condition that keeps an identity to its organisations."""
    scope = scope_of(identity, Permission.ORGANISATION_VIEW)
    ids = sorted(scope.organisation_ids)
    return column.is_not(None) if scope.everything else column.in_(ids)  # type: ignore[attr-defined,no-any-return]


def with_files(
    organisation_id: UUID, items: Sequence[EvidenceItem], at: datetime | None = None
) -> Sequence[LinkedItem]:
    """Join items with their files that have not been replaced: one query for any number of items."""
    day = clock.today() if at is None else clock.local_day(at)
    query = select(EvidenceFile).where(
        EvidenceFile.organisation_id == organisation_id,
        EvidenceFile.item_id.in_([item.entity_id for item in items]),
    )
    if at is not None:
        query = query.where(EvidenceFile.recorded_at <= at)
    files: dict[UUID, list[EvidenceFile]] = {}
    for file in db.session.scalars(query.order_by(EvidenceFile.revision)) if items else ():
        files.setdefault(file.item_id, []).append(file)
    return [
        LinkedItem(item, _standing_files(files.get(item.entity_id, [])), _is_live(item, day))
        for item in items
    ]


def _standing_files(files: Sequence[EvidenceFile]) -> tuple[EvidenceFile, ...]:
    replaced = {file.replaces for file in files}
    return tuple(file for file in files if file.revision not in replaced)


def _is_live(item: EvidenceItem, day: date) -> bool:
    return item.withdrawn_reason is None and (item.valid_until is None or item.valid_until >= day)


def _item_of_link() -> ColumnElement[bool]:
    return and_(
        EvidenceItem.organisation_id == EvidenceLink.organisation_id,
        EvidenceItem.entity_id == EvidenceLink.item_id,
    )


def _register_conditions(
    identity: Identity, organisation_id: UUID, narrowed: RegisterFilter
) -> list[ColumnElement[bool]]:
    conditions = [
        EvidenceItem.organisation_id == organisation_id,
        current(EvidenceItem),
        in_scope(identity, EvidenceItem.organisation_id),
    ]
    if narrowed.text:
        conditions.append(
            or_(
                EvidenceItem.title.icontains(narrowed.text, autoescape=True),
                EvidenceItem.shows.icontains(narrowed.text, autoescape=True),
            )
        )
    if narrowed.kind:
        conditions.append(EvidenceItem.kind == narrowed.kind)
    if narrowed.recommendation:
        conditions.append(
            exists().where(
                _item_of_link(),
                EvidenceLink.subject_kind == RECOMMENDATION,
                EvidenceLink.subject_code == narrowed.recommendation,
                current(EvidenceLink),
            )
        )
    states = _states(clock.today())
    if narrowed.state in states:
        conditions.append(states[narrowed.state])
    return conditions


def _states(day: date) -> dict[str, ColumnElement[bool]]:
    return {
        "live": live_on(day),
        "out_of_date": and_(EvidenceItem.withdrawn_reason.is_(None), EvidenceItem.valid_until < day),
        "withdrawn": EvidenceItem.withdrawn_reason.is_not(None),
    }
