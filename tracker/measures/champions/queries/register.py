"""Reading champions, always from what an identity may see; many organisations cost as many queries as one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.permissions import Permission, Role
from tracker.access.policy import allows
from tracker.accounts.models import User
from tracker.catalogue import queries as catalogue
from tracker.database import Versioned, as_at, current, once
from tracker.errors import NotFound
from tracker.evidence.queries import in_scope
from tracker.extensions import db
from tracker.measures.base import At, Figure, quarter_ends
from tracker.measures.champions import rules
from tracker.measures.champions.models import (
    ChampionDecision,
    ChampionDepartment,
    ChampionHandover,
    ChampionModel,
    ChampionPost,
    ChampionReview,
)
from tracker.measures.champions.rules import (
    Decided,
    Decision,
    Department,
    Duty,
    Model,
    Person,
    Picture,
    Post,
    Stamp,
    Task,
    Tasks,
)

# With more organisations than this the database is not given their list; who is not asked for is left out here.
LISTED = 500
TABLES: tuple[type[Any], ...] = (
    ChampionDecision,
    ChampionModel,
    ChampionDepartment,
    ChampionPost,
    ChampionReview,
)
Row = TypeVar(
    "Row", ChampionDecision, ChampionModel, ChampionDepartment, ChampionPost, ChampionReview, ChampionHandover
)


@dataclass(frozen=True, slots=True)
class Register:
    """The rows that stand, or stood, of one organisation; the newest first where there are many."""

    decision: ChampionDecision | None
    model: ChampionModel | None
    departments: Sequence[ChampionDepartment]
    posts: Sequence[ChampionPost]
    reviews: Sequence[ChampionReview]


@dataclass(frozen=True, slots=True)
class PostFilter:
    """What the list of people is narrowed to: words in it, and whose time is now, over or to come."""

    text: str = ""
    show: str = ""


def may_see_names(identity: Identity, organisation_id: UUID) -> bool:
    """Names of champions are for their trust and the national lead; an auditor reads the register without them."""
    ours = organisation_id in identity.own or organisation_id in identity.predecessors
    return ours or Role.NATIONAL_LEAD in identity.national


def get_register(identity: Identity, organisation_id: UUID, at: datetime | None = None) -> Register:
    """Everything of one organisation that stands now or stood at a moment: five queries."""
    rows = {table: _rows(identity, table, [organisation_id], as_at(table, at)) for table in TABLES}
    return Register(
        next(iter(rows[ChampionDecision]), None),
        next(iter(rows[ChampionModel]), None),
        sorted(rows[ChampionDepartment], key=lambda each: (rules.same(each.name), each.entity_id)),
        sorted(rows[ChampionPost], key=lambda each: (each.starts_on, each.entity_id), reverse=True),
        sorted(rows[ChampionReview], key=lambda each: (each.reviewed_on, each.entity_id), reverse=True),
    )


def picture_of(identity: Identity, register: Register) -> Picture:
    """The rows of a register as the rules know them; without names for who may not see them."""
    rows = [
        *(each for each in (register.decision, register.model) if each is not None),
        *register.departments,
        *register.posts,
        *register.reviews,
    ]
    return _pictures(identity, rows).get(rows[0].organisation_id, Picture()) if rows else Picture()


def list_figures(identity: Identity, organisation_ids: Collection[UUID], at: At) -> dict[UUID, Figure]:
    """The figure of every organisation asked for, those without a decision too: six queries."""
    found = list_pictures(identity, organisation_ids, at.moment)
    marks = catalogue.get_marks(at.moment)
    return {each: rules.figure(found.get(each, Picture()), at.day, marks) for each in organisation_ids}


@once
def list_pictures(
    identity: Identity, organisation_ids: Collection[UUID], moment: datetime | None = None
) -> dict[UUID, Picture]:
    """What stood at a moment in each of several organisations; those without a row are absent."""
    rows = [row for table in TABLES for row in _rows(identity, table, organisation_ids, as_at(table, moment))]
    return _pictures(identity, rows)


def list_decisions(
    identity: Identity, organisation_ids: Collection[UUID], moment: datetime | None = None
) -> dict[UUID, Decision]:
    """What each organisation decided: considered and adopted, and considered and declined, are shown apart."""
    rows = _rows(identity, ChampionDecision, organisation_ids, as_at(ChampionDecision, moment))
    return {row.organisation_id: row.decision for row in rows}


def list_trend(identity: Identity, organisation_id: UUID, until: date) -> list[Figure]:
    """The figure at quarter ends, each from the rows of its own day: every version is read once."""
    today = clock.today()
    versions = [
        row for table in TABLES for row in _rows(identity, table, [organisation_id], table.version > 0)
    ]
    found = []
    for end in quarter_ends(until):
        at = At(end, clock.end_of_day(end) if end < today else None)
        standing = [row for row in versions if stood(row, at.moment)]
        if picture := _pictures(identity, standing).get(organisation_id):
            found.append(rules.figure(picture, at.day, catalogue.get_marks(at.moment)))
    return [each for each in found if each.exists]


def list_posts(
    identity: Identity, organisation_id: UUID, narrowed: PostFilter, *, limit: int, offset: int
) -> tuple[Sequence[ChampionPost], int]:
    """A page of the people who hold or held the role, those in post first, and how many there are in all."""
    conditions = _post_conditions(identity, organisation_id, narrowed)
    today = clock.today()
    over = (ChampionPost.ends_on.is_not(None)) & (ChampionPost.ends_on < today)
    query = select(ChampionPost).where(*conditions)
    query = query.order_by(over, ChampionPost.starts_on.desc(), ChampionPost.entity_id)
    total = db.session.scalar(select(func.count()).select_from(ChampionPost).where(*conditions)) or 0
    return db.session.scalars(query.limit(limit).offset(offset)).all(), total


def get_department(identity: Identity, organisation_id: UUID, department_id: UUID) -> ChampionDepartment:
    """One department as it stands. Raises NotFound."""
    return _get(identity, ChampionDepartment, organisation_id, department_id)


def get_post(identity: Identity, organisation_id: UUID, post_id: UUID) -> ChampionPost:
    """One person in the role as it stands. Raises NotFound, also for who may not see names."""
    if not may_see_names(identity, organisation_id):
        raise NotFound(str(post_id))
    return _get(identity, ChampionPost, organisation_id, post_id)


def get_review(identity: Identity, organisation_id: UUID, review_id: UUID) -> ChampionReview:
    """One review as it stands. Raises NotFound."""
    return _get(identity, ChampionReview, organisation_id, review_id)


def get_handover(identity: Identity, organisation_id: UUID, handover_id: UUID) -> ChampionHandover:
    """One hand-over as it stands. Raises NotFound."""
    return _get(identity, ChampionHandover, organisation_id, handover_id)


def list_handovers(identity: Identity, organisation_id: UUID) -> Sequence[ChampionHandover]:
    """Every hand-over, the latest first."""
    rows = _rows(identity, ChampionHandover, [organisation_id], current(ChampionHandover))
    return sorted(rows, key=lambda each: (each.last_day, each.entity_id), reverse=True)


def list_tasks(identity: Identity, organisation_id: UUID) -> list[Tasks]:
    """What hand-overs leave to the lead; nothing for who cannot do it."""
    if not allows(identity, Permission.PEOPLE_MANAGE, organisation_id):
        return []
    return [
        Tasks(each.entity_id, each.last_day, open_tasks(each))
        for each in list_handovers(identity, organisation_id)
        if open_tasks(each)
    ]


def list_names(identity: Identity, organisation_id: UUID, post_ids: Collection[UUID]) -> dict[UUID, str]:
    """Names of people in the role by the id of their entry; none for who may not see them."""
    if not may_see_names(identity, organisation_id):
        return {}
    posts = _rows(identity, ChampionPost, [organisation_id], current(ChampionPost))
    return {each.entity_id: each.name for each in posts if each.entity_id in post_ids}


def open_tasks(handover: ChampionHandover) -> frozenset[Task]:
    """What nobody has said to be done."""
    waiting = {Task.INVITE: handover.invited_on is None, Task.END_ROLE: handover.role_ended_on is None}
    return frozenset(task for task, open_still in waiting.items() if open_still)


def name_of(identity: Identity, user_id: UUID) -> str:
    """The name of a colleague whose version stands, for the second of two editors."""
    return db.session.scalar(select(User.name).where(User.id == user_id)) or "Somebody else"


def post_of(row: ChampionPost, *, named: bool) -> Post:
    """A row as the rules know it."""
    return Post(
        id=row.entity_id,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        department_id=row.department_id,
        part=row.part,
        title=row.title,
        holder=Person(row.name if named else "", row.profession),
        deputy=Person(row.deputy_name if named else "", row.deputy_profession),
        has_deputy=bool(row.deputy_name),
        duties=frozenset(duty for duty in Duty if getattr(row, duty.value)),
        overlap=row.overlap,
    )


def _rows(
    identity: Identity, table: type[Row], organisation_ids: Collection[UUID], condition: ColumnElement[bool]
) -> list[Row]:
    wanted = frozenset(organisation_ids)
    query = select(table).where(in_scope(identity, table.organisation_id), condition)
    if len(wanted) <= LISTED:
        query = query.where(table.organisation_id.in_(wanted))
    return [row for row in db.session.scalars(query.order_by(table.id)) if row.organisation_id in wanted]


def _get(identity: Identity, table: type[Row], organisation_id: UUID, entity_id: UUID) -> Row:
    query = select(table).where(
        table.organisation_id == organisation_id,
        table.entity_id == entity_id,
        current(table),
        in_scope(identity, table.organisation_id),
    )
    found = db.session.scalars(query).one_or_none()
    if found is None or getattr(found, "mistaken", False):
        raise NotFound(str(entity_id))
    return found


def _post_conditions(
    identity: Identity, organisation_id: UUID, narrowed: PostFilter
) -> list[ColumnElement[bool]]:
    post, today = ChampionPost, clock.today()
    conditions = [
        post.organisation_id == organisation_id,
        current(post),
        post.mistaken.is_(False),
        in_scope(identity, post.organisation_id),
    ]
    unended = or_(post.ends_on.is_(None), post.ends_on >= today)
    if narrowed.show == "now":
        conditions += [post.starts_on <= today, unended]
    elif narrowed.show == "over":
        conditions.append(post.ends_on < today)
    elif narrowed.show == "to_come":
        conditions.append(post.starts_on > today)
    if narrowed.text:
        words = [post.profession, post.title]
        if may_see_names(identity, organisation_id):
            words += [post.name, post.deputy_name]
        conditions.append(or_(*(word.icontains(narrowed.text, autoescape=True) for word in words)))
    return conditions


def _pictures(identity: Identity, rows: Iterable[Any]) -> dict[UUID, Picture]:
    grouped: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.organisation_id].append(row)
    return {each: picture_from(found, named=may_see_names(identity, each)) for each, found in grouped.items()}


def picture_from(rows: Iterable[Any], *, named: bool) -> Picture:
    """Rows of one organisation, at least one, as the rules know them."""
    by_table: dict[type[Any], list[Any]] = defaultdict(list)
    for row in rows:
        by_table[type(row)].append(row)
    return _picture(by_table, named)


def _picture(rows: Mapping[type[Any], Sequence[Any]], named: bool) -> Picture:
    decision = next(iter(rows.get(ChampionDecision, ())), None)
    model = next(iter(rows.get(ChampionModel, ())), None)
    youngest = max(
        (row for found in rows.values() for row in found), key=lambda row: (row.recorded_at, row.id)
    )
    return Picture(
        decided=decision and decided_of(decision),
        model=model and model_of(model),
        departments=[department_of(each) for each in rows.get(ChampionDepartment, ()) if not each.mistaken],
        posts=[post_of(each, named=named) for each in rows.get(ChampionPost, ()) if not each.mistaken],
        reviewed_on=[each.reviewed_on for each in rows.get(ChampionReview, ()) if not each.mistaken],
        stamp=Stamp(youngest.recorded_at, youngest.author_id),
    )


def decided_of(row: ChampionDecision) -> Decided:
    return Decided(row.considered_on, row.forum, row.decision, row.reason)


def model_of(row: ChampionModel) -> Model:
    return Model(row.arrangement, row.rotation_months, row.posts_planned, row.description)


def department_of(row: ChampionDepartment) -> Department:
    return Department(row.entity_id, row.name, row.from_on, row.until_on)


def stood(row: Versioned, moment: datetime | None) -> bool:
    if moment is None:
        return row.superseded_at is None
    return row.recorded_at <= moment and (row.superseded_at is None or row.superseded_at > moment)
