"""Published practices: everybody who may look sees all of them, whoever wrote them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.errors import NotFound
from tracker.evidence.models import EvidenceFile
from tracker.evidence.queries import in_scope
from tracker.extensions import db
from tracker.library.rules import Setting
from tracker.organisations.models import Organisation, OrganisationName
from tracker.organisations.queries import in_world
from tracker.organisations.rules import display_name
from tracker.practice.models import Practice, PracticeUse
from tracker.practice.queries.figures import proven, visible_at
from tracker.practice.queries.own import shared_items
from tracker.practice.rules import State

# What a word that is looked for may stand in: the text of a practice, or whose it is.
SEARCHED = (
    Practice.title, Practice.what, Practice.effect, Practice.effect_measure, Practice.method, Practice.sample,
    Practice.finding, OrganisationName.name, Organisation.code,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation by the name that it has today."""

    id: UUID
    code: str
    name: str
    demonstration: bool


@dataclass(frozen=True, slots=True)
class Published:
    """A published practice, whose it is, and how many organisations used it."""

    practice: Practice
    owner: Body
    used_by: int


@dataclass(frozen=True, slots=True)
class Credit:
    """Whose practice an action was made of, as it was published then.

    `is_in_use`: others can still look at it. `is_withdrawn`: they cannot, because it was taken out of use.
    """

    practice_id: UUID
    title: str
    owner: str
    is_in_use: bool
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class PracticeFilter:
    """What the list is narrowed to; an empty field narrows nothing. `demonstration`: those of invented organisations,
    where who asks may see those of real ones too."""

    text: str = ""
    recommendation: str = ""
    setting: str = ""
    proven_only: bool = False
    demonstration: bool = False


def list_published(
    identity: Identity, narrowed: PracticeFilter, *, limit: int, offset: int
) -> Sequence[Published]:
    """A page of what is published, the newest first: one query."""
    users = (
        select(func.count(PracticeUse.organisation_id.distinct()))
        .where(
            PracticeUse.source_organisation_id == Practice.organisation_id,
            PracticeUse.practice_id == Practice.entity_id,
        )
        .correlate(Practice)
        .scalar_subquery()
    )
    query = _with_owner(select(Practice, Organisation, OrganisationName.name, users))
    query = query.where(*_conditions(identity, narrowed))
    query = query.order_by(Practice.published_at.desc(), Practice.entity_id).limit(limit).offset(offset)
    return [Published(row[0], _body(row[1], row[2]), row[3]) for row in db.session.execute(query)]


def count_published(identity: Identity, narrowed: PracticeFilter) -> int:
    """How many `list_published` would give without a limit."""
    query = _with_owner(select(func.count()).select_from(Practice))
    return db.session.scalar(query.where(*_conditions(identity, narrowed))) or 0


def get_published(identity: Identity, practice_id: UUID) -> tuple[Practice, Body]:
    """What is published of a practice now, and whose it is. Raises NotFound."""
    query = _with_owner(select(Practice, Organisation, OrganisationName.name))
    query = query.where(Practice.entity_id == practice_id, *_visible(identity), in_either_world(identity))
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFound(str(practice_id))
    return row[0], _body(row[1], row[2])


def get_shared_file(
    identity: Identity, practice_id: UUID, item_id: UUID, revision: int
) -> tuple[Practice, Body, EvidenceFile]:
    """A file of an item that a published practice shares, with that practice. Raises NotFound for every other."""
    practice, owner = get_published(identity, practice_id)
    for linked in shared_items(practice):
        for file in linked.files:
            if (file.item_id, file.revision) == (item_id, revision):
                return practice, owner, file
    raise NotFound(f"{item_id} r{revision}")


def list_users(identity: Identity, practice_id: UUID) -> Sequence[Body]:
    """The organisations that made an action of a practice, by name. Who may look sees them all."""
    if not allows(identity, Permission.PRACTICE_VIEW):
        return []
    ids = select(PracticeUse.organisation_id).where(PracticeUse.practice_id == practice_id)
    query = select(Organisation, OrganisationName.name).where(Organisation.id.in_(ids))
    rows = db.session.execute(query.outerjoin(OrganisationName, _name_today())).all()
    return sorted((_body(*row) for row in rows), key=lambda each: each.name)


def count_users_of(identity: Identity, organisation_id: UUID) -> dict[UUID, int]:
    """How many others made an action of each of an organisation's practices."""
    query = select(PracticeUse.practice_id, func.count(PracticeUse.organisation_id.distinct())).where(
        PracticeUse.source_organisation_id == organisation_id,
        in_scope(identity, PracticeUse.source_organisation_id),
    )
    return {row[0]: row[1] for row in db.session.execute(query.group_by(PracticeUse.practice_id))}


def list_uses(identity: Identity, organisation_id: UUID) -> Sequence[PracticeUse]:
    """Which practices of others an organisation made actions of, oldest first."""
    query = select(PracticeUse).where(
        PracticeUse.organisation_id == organisation_id, in_scope(identity, PracticeUse.organisation_id)
    )
    return db.session.scalars(query.order_by(PracticeUse.recorded_at, PracticeUse.id)).all()


def list_credits(
    identity: Identity, organisation_id: UUID, action_ids: Collection[UUID]
) -> dict[UUID, Credit]:
    """Whose practice each of an organisation's actions was made of, by action: one query."""
    last, seen = aliased(Practice), select(Practice.entity_id).where(visible_at()).correlate(None)
    query = (
        select(PracticeUse.action_id, Practice.entity_id, Practice.title)
        .add_columns(last.state, last.entity_id.in_(seen), Organisation.code, OrganisationName.name)
        .join(
            Practice,
            and_(
                Practice.organisation_id == PracticeUse.source_organisation_id,
                Practice.entity_id == PracticeUse.practice_id,
                Practice.version == PracticeUse.practice_version,
            ),
        )
        .join(
            last,
            and_(
                last.organisation_id == Practice.organisation_id,
                last.entity_id == Practice.entity_id,
                last.superseded_at.is_(None),
            ),
        )
        .where(
            PracticeUse.organisation_id == organisation_id,
            PracticeUse.action_id.in_(action_ids),
            in_scope(identity, PracticeUse.organisation_id),
        )
    )
    return {
        row[0]: Credit(row[1], row[2], _named(row[5], row[6]), row[4], row[3] is State.WITHDRAWN)
        for row in db.session.execute(_with_owner(query))
    }


def bodies_by_id(identity: Identity, organisation_ids: Collection[UUID]) -> dict[UUID, Body]:
    """Codes and names of organisations, which the NHS publishes, to ids that a page already holds."""
    query = select(Organisation, OrganisationName.name).where(Organisation.id.in_(organisation_ids))
    rows = db.session.execute(query.outerjoin(OrganisationName, _name_today()))
    return {row[0].id: _body(*row) for row in rows}


def list_own_bodies(identity: Identity, permission: Permission) -> Sequence[Body]:
    """The organisations in which this person holds a permission by a role there, by name."""
    found = bodies_by_id(identity, identity.own)
    return sorted(
        (each for each in found.values() if allows(identity, permission, each.id)), key=lambda each: each.name
    )


def _conditions(identity: Identity, narrowed: PracticeFilter) -> list[ColumnElement[bool]]:
    conditions = [*_visible(identity), in_world(identity, asked=narrowed.demonstration)]
    # In any order and anywhere: who looks for "drills night staff" does not know how the sentence goes.
    conditions += [
        or_(*(each.icontains(word, autoescape=True) for each in SEARCHED))
        for word in dict.fromkeys(narrowed.text.split())
    ]
    if narrowed.recommendation:
        conditions.append(Practice.recommendation_code == narrowed.recommendation)
    if narrowed.setting:
        conditions.append(Practice.setting.in_({Setting(narrowed.setting), Setting.ANY}))
    if narrowed.proven_only:
        conditions.append(proven())
    return conditions


def _visible(identity: Identity) -> list[ColumnElement[bool]]:
    may = allows(identity, Permission.PRACTICE_VIEW)
    return [visible_at() if may else Practice.entity_id.is_(None)]


def in_either_world(identity: Identity) -> ColumnElement[bool]:
    """The condition that keeps organisations to the worlds of which this person may ask for the practices."""
    return or_(in_world(identity), in_world(identity, asked=True))


def _with_owner(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return query.join(Organisation, Organisation.id == Practice.organisation_id).outerjoin(
        OrganisationName, _name_today()
    )


def _name_today() -> ColumnElement[bool]:
    today, names = clock.today(), OrganisationName
    return and_(
        names.organisation_id == Organisation.id,
        names.superseded_at.is_(None),
        names.valid_from <= today,
        or_(names.valid_until.is_(None), names.valid_until > today),
    )


def _body(row: Organisation, name: str | None) -> Body:
    return Body(row.id, row.code, _named(row.code, name), row.demonstration)


def _named(code: str, name: str | None) -> str:
    return display_name(name) if name else code
