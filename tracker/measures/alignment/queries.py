"""Reading lists of training with their assessments, always from what an identity may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from tracker.access.identity import Identity
from tracker.accounts.models import User
from tracker.catalogue.rules import OrganisationKind
from tracker.database import as_at, once
from tracker.evidence.queries import in_scope
from tracker.extensions import db
from tracker.library import queries as library
from tracker.library.models import Resource
from tracker.library.rules import Behind, GuidelineVersion, Ownership, Source, is_owned, owns, plain
from tracker.measures.alignment.models import Assessment
from tracker.measures.alignment.rules import (
    CODES,
    FOLLOWS,
    NAME,
    Assessed,
    Claim,
    Claims,
    Inherited,
    Item,
    Standing,
    key_of,
    lost_by,
    standing,
)
from tracker.measures.base import At, Row
from tracker.organisations.models import Organisation
from tracker.organisations.queries import beside, in_world


@once
def list_items(
    identity: Identity, organisation_ids: Collection[UUID], moment: datetime | None = None
) -> dict[UUID, list[Item]]:
    """Every organisation's list with the last assessments, as it stood at a moment: two queries."""
    assessed = _assessments(identity, organisation_ids, moment)
    found: dict[UUID, list[Item]] = {}
    for row in library.list_resources_of(identity, organisation_ids, moment):
        found.setdefault(row.organisation_id, []).append(item_of(row, assessed.get(row.entity_id)))
    return found


def list_inherited(
    identity: Identity | None,
    moment: datetime | None = None,
    *,
    asked: bool = False,
    of: UUID | None = None,
) -> Inherited:
    """What owners say on their own lists of their resources, as it stood at a moment: others inherit their checks.

    National resources are published: who asks decides only between real owners and invented ones, of which `asked` are
    invented ones; on a page `of` an organisation it is that one which decides. Three queries.
    """
    known = library.list_known(moment)
    codes = dict(known.codes)
    world = in_world(identity, asked=asked) if of is None else beside(of)
    owned = [row for row in _owned(moment, world) if row[1].national_code in (None, *known.ownership)]
    for kind, row, _assessment in owned:
        if row.national_code and kind is OrganisationKind.NATIONAL_BODY:
            codes.setdefault(plain(row.title), row.national_code)
    keyed = [(key_of(each[1].title, each[1].national_code, codes), each) for each in owned]
    return Inherited(codes, _claims(_counted(keyed, known.ownership), known.ownership))


def list_claimed(identity: Identity, code: str) -> Claims:
    """Everybody who calls a resource of the library its own, whether that counts or not: for whoever says whose it
    is. What national bodies list under its title alone is not among them."""
    stands = library.list_known().ownership
    linked = (Resource.national_code == code, in_scope(identity, Resource.organisation_id))
    keyed = [(code, each) for each in _owned(None, *linked)]
    return _claims(keyed, stands, marked=True).get(code, ())


_Owned = tuple[OrganisationKind, Resource, Assessment | None]


def _owned(moment: datetime | None, *narrowed: ColumnElement[bool]) -> list[_Owned]:
    """What national bodies list as their own, and what anybody else lists as a resource of the library."""
    at_once = and_(
        Assessment.organisation_id == Resource.organisation_id,
        Assessment.resource_id == Resource.entity_id,
        as_at(Assessment, moment),
    )
    query = (
        select(Organisation.kind, Resource, Assessment)
        .join(Organisation, Organisation.id == Resource.organisation_id)
        .outerjoin(Assessment, at_once)
        .where(
            or_(Organisation.kind == OrganisationKind.NATIONAL_BODY, Resource.national_code.is_not(None)),
            Resource.source == Source.OWN,
            as_at(Resource, moment),
            *narrowed,
        )
        .order_by(Resource.entity_id)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


_Keyed = tuple[str, _Owned]


def _counted(keyed: Iterable[_Keyed], stands: Mapping[str, Ownership]) -> list[_Keyed]:
    """Those whose check counts for everybody. What is not in the library comes from national bodies alone."""
    return [
        (key, (kind, row, assessment))
        for key, (kind, row, assessment) in keyed
        if key not in stands or owns(kind, row.organisation_id, stands[key])
    ]


def _claims(
    keyed: Sequence[_Keyed], stands: Mapping[str, Ownership], *, marked: bool = False
) -> dict[str, Claims]:
    """By what is claimed; the national body first, then by name. `marked`: an invented organisation is said to be."""
    places = {row.organisation_id for _key, (_kind, row, _assessment) in keyed}
    names = library.list_publishers(places) if places else {}
    found: dict[str, list[tuple[bool, Claim]]] = {}
    for key, (kind, row, assessment) in keyed:
        known = key not in stands or is_owned(stands[key])
        owner = names[row.organisation_id]
        name = f"{owner.name} (demonstration)" if marked and owner.demonstration else owner.name
        claim = Claim(name, item_of(row, assessment), is_owner=known)
        found.setdefault(key, []).append((kind is not OrganisationKind.NATIONAL_BODY, claim))
    return {
        key: tuple(claim for _later, claim in sorted(claims, key=lambda each: (each[0], each[1].owner)))
        for key, claims in found.items()
    }


def find_assessment(identity: Identity, organisation_id: UUID, resource_id: UUID) -> Assessment | None:
    """The last assessment of a resource, or None when it was never assessed."""
    query = select(Assessment).where(
        Assessment.organisation_id == organisation_id,
        Assessment.resource_id == resource_id,
        Assessment.superseded_at.is_(None),
        in_scope(identity, Assessment.organisation_id),
    )
    return db.session.scalars(query).one_or_none()


def list_assessments(identity: Identity, organisation_id: UUID, resource_id: UUID) -> Sequence[Assessment]:
    """Every assessment of a resource, youngest first."""
    query = select(Assessment).where(
        Assessment.organisation_id == organisation_id,
        Assessment.resource_id == resource_id,
        in_scope(identity, Assessment.organisation_id),
    )
    return db.session.scalars(query.order_by(Assessment.version.desc())).all()


@dataclass(frozen=True, slots=True)
class History:
    """Every version of a list and of its assessments: any moment of it without another query."""

    resources: Sequence[Resource]
    assessments: Sequence[Assessment]

    def items_at(self, moment: datetime) -> list[Item]:
        """The list as it stood at a moment."""
        assessed = {row.resource_id: row for row in self.assessments if _stood(row, moment)}
        return [item_of(row, assessed.get(row.entity_id)) for row in self.resources if _stood(row, moment)]


def list_history(identity: Identity, organisation_id: UUID) -> History:
    """Every version of an organisation's list: two queries."""
    resources = select(Resource).where(
        Resource.organisation_id == organisation_id, in_scope(identity, Resource.organisation_id)
    )
    assessments = select(Assessment).where(
        Assessment.organisation_id == organisation_id, in_scope(identity, Assessment.organisation_id)
    )
    return History(
        db.session.scalars(resources.order_by(Resource.entity_id, Resource.version)).all(),
        db.session.scalars(assessments.order_by(Assessment.resource_id, Assessment.version)).all(),
    )


def iter_rows(organisation_ids: Sequence[UUID], at: At) -> Iterator[Row]:
    """The lists and assessments behind the figures, with the versions before them, for an evidence pack."""
    yield from _resource_rows(organisation_ids, at.moment)
    yield from _assessment_rows(organisation_ids, at.moment)


# One list is behind the figures of all four.
_BEHIND = " ".join(CODES)


def _resource_rows(organisation_ids: Sequence[UUID], moment: datetime | None) -> Iterator[Row]:
    query = select(Resource).where(Resource.organisation_id.in_(organisation_ids), *_until(Resource, moment))
    order = (Resource.organisation_id, Resource.entity_id, Resource.version)
    for row in db.session.scalars(query.order_by(*order)):
        yield Row(
            organisation_id=row.organisation_id, recommendation=_BEHIND, measure=NAME, figure="resource",
            group=str(row.entity_id), about_on=row.updated_on, value=row.title,
            source="national" if row.source is Source.NATIONAL else "own",
            rule=f"patients: {row.patients.value}", note=_resource_note(row), recorded_at=row.recorded_at,
            superseded_at=_closed(row.superseded_at, moment), recorded_by=row.author_id,
            subject=("resource", str(row.entity_id)), version_of=(row.entity_id, row.version),
        )  # fmt: skip


def _resource_note(row: Resource) -> str:
    said = {
        "online": row.is_online,
        "talked through": row.discussed.value if row.discussed else None,
        "talked through on": row.discussed_on,
        "resistance": row.resistance,
        "stewardship": row.stewardship,
        "out of use from": row.withdrawn_on,
        "national library": row.national_code,
    }
    return "; ".join(f"{name}: {value}" for name, value in said.items() if value is not None)


def _assessment_rows(organisation_ids: Sequence[UUID], moment: datetime | None) -> Iterator[Row]:
    wanted = Assessment.organisation_id.in_(organisation_ids)
    query = select(Assessment).where(wanted, *_until(Assessment, moment))
    order = (Assessment.organisation_id, Assessment.resource_id, Assessment.version)
    for row in db.session.scalars(query.order_by(*order)):
        yield Row(
            organisation_id=row.organisation_id, recommendation=_BEHIND, measure=NAME, figure="assessment",
            group=str(row.resource_id), about_on=row.assessed_on, value=row.result.value,
            rule=f"guideline versions: {' '.join(row.versions)}", note=f"resource version: {row.resource_version}",
            recorded_at=row.recorded_at, superseded_at=_closed(row.superseded_at, moment), recorded_by=row.author_id,
            subject=("resource", str(row.resource_id)), version_of=(row.entity_id, row.version),
        )  # fmt: skip


def _until(model: type[Resource | Assessment], moment: datetime | None) -> list[ColumnElement[bool]]:
    return [] if moment is None else [model.recorded_at <= moment]


def _closed(superseded_at: datetime | None, moment: datetime | None) -> datetime | None:
    """A version that was closed after the moment still stood at it."""
    if superseded_at is None or moment is None or superseded_at <= moment:
        return superseded_at
    return None


def _stood(row: Resource | Assessment, moment: datetime) -> bool:
    return row.recorded_at <= moment and (row.superseded_at is None or row.superseded_at > moment)


def item_of(row: Resource, assessment: Assessment | None) -> Item:
    """A resource with its assessment, as the rules know it."""
    return Item(
        id=row.entity_id,
        title=row.title,
        source=row.source,
        patients=row.patients,
        is_online=row.is_online,
        discussed=row.discussed,
        discussed_on=row.discussed_on,
        resistance=row.resistance,
        stewardship=row.stewardship,
        updated_on=row.updated_on,
        withdrawn_on=row.withdrawn_on,
        assessed=None
        if assessment is None
        else Assessed(assessment.result, assessment.assessed_on, frozenset(assessment.versions)),
        recorded_at=max(row.recorded_at, assessment.recorded_at) if assessment else row.recorded_at,
        recorded_by=row.author_id,
        national_code=row.national_code,
    )


def _assessments(
    identity: Identity, organisation_ids: Collection[UUID], moment: datetime | None
) -> Mapping[UUID, Assessment]:
    query = select(Assessment).where(
        Assessment.organisation_id.in_(organisation_ids),
        as_at(Assessment, moment),
        in_scope(identity, Assessment.organisation_id),
    )
    return {row.resource_id: row for row in db.session.scalars(query)}


def names_of(identity: Identity, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """Names of those who wrote what this identity may read."""
    query = select(User.id, User.name).where(User.id.in_({*user_ids, identity.user_id}))
    rows = db.session.execute(query)
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class Affected:
    """`listed`: organisations with training on their list, whether it changes or not; `lost`: resources that count no
    longer, at once, by the reason."""

    resources: int
    organisations: int
    listed: int
    lost: Mapping[Behind, int]


def count_affected(
    identity: Identity, wanted: GuidelineVersion, versions: Collection[GuidelineVersion], day: date
) -> Affected:
    """What a version would turn to "check again" or make count no longer, of what is in scope: two queries."""
    ids = list(db.session.scalars(select(Organisation.id).where(in_scope(identity, Organisation.id))))
    lists = list_items(identity, ids)
    after = [each for each in versions if each.id != wanted.id] + [wanted]
    changes = [
        change
        for organisation_id, items in lists.items()
        for each in items
        if (change := _change(organisation_id, each, versions, after, day)) is not None
    ]
    turned = [each for each in changes if (each.was, each.will) == (Standing.ALIGNED, Standing.RECHECK)]
    return Affected(
        resources=len(turned),
        organisations=len({each.organisation_id for each in turned}),
        listed=len(lists),
        lost=Counter(each.lost for each in changes if each.was in FOLLOWS and each.lost is not None),
    )


@dataclass(frozen=True, slots=True)
class _Change:
    organisation_id: UUID
    was: Standing
    will: Standing
    lost: Behind | None


def _change(
    organisation_id: UUID,
    item: Item,
    before: Collection[GuidelineVersion],
    after: Collection[GuidelineVersion],
    day: date,
) -> _Change | None:
    if item.source is not Source.OWN or not item.in_use(day):
        return None
    was, will = standing(item, before, day), standing(item, after, day)
    return None if was is will else _Change(organisation_id, was, will, lost_by(item, after, day))
