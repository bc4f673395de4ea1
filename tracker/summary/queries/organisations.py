"""Who is counted: the catalogue as the summary asks it, and the organisations that had not closed on the day."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    and_,
    exists,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.catalogue import queries as catalogue
from tracker.catalogue.rules import OrganisationKind
from tracker.extensions import db
from tracker.organisations.models import Icb, Organisation, OrganisationName, OrganisationPlace, Region
from tracker.organisations.queries import open_on, within_scope
from tracker.organisations.rules import ENGLAND, retired_name
from tracker.summary.rules import (
    Asked,
    OrganisationRow,
    Selection,
)

# The same table a second time, made once.
_ANOTHER = aliased(Organisation)


def list_asked() -> list[Asked]:
    """The recommendations in force, in order, with who owes them: two queries."""
    owners = catalogue.list_kinds()
    return [
        Asked(
            each.code,
            each.number,
            each.short_title,
            each.group_code.lower(),
            owners.get(each.code, frozenset()),
        )
        for each in catalogue.list_recommendations()
    ]


def list_datasets(identity: Identity) -> frozenset[bool]:
    """Whether there are real organisations (False) and fictional ones (True) in scope."""
    query = select(Organisation.demonstration).where(in_scope(identity)).distinct()
    return frozenset(db.session.scalars(query))


def list_organisations(identity: Identity, wanted: Selection) -> list[OrganisationRow]:
    """English organisations of the kind that had not closed on the day, by region and then name."""
    name, place = OrganisationName, OrganisationPlace
    query = (
        select(
            Organisation.id,
            Organisation.code,
            func.coalesce(name.name, Organisation.code),
            place.region_code,
            Region.name,
            place.icb_code,
            Icb.name,
            Organisation.absent_since,
            Organisation.closed_on,
        )
        .outerjoin(name, and_(name.organisation_id == Organisation.id, _holds(name, wanted.day)))
        .outerjoin(place, and_(place.organisation_id == Organisation.id, _holds(place, wanted.day)))
        .outerjoin(Region, Region.code == place.region_code)
        .outerjoin(Icb, Icb.code == place.icb_code)
        .where(*chosen(identity, wanted), _listed(wanted))
    )
    rows = [_organisation(*row, wanted=wanted) for row in db.session.connection().execute(query)]
    return sorted(rows, key=lambda row: (not row.region, row.region, row.name.lower(), row.code))


def list_national_bodies(identity: Identity, wanted: Selection) -> list[UUID]:
    """The national body's own organisation record; open or not, it answers for recommendations 1 to 8."""
    query = select(Organisation.id).where(
        in_scope(identity),
        Organisation.kind == OrganisationKind.NATIONAL_BODY,
        Organisation.demonstration.is_(wanted.demonstration),
        _answers_for_the_nation(wanted),
    )
    return list(db.session.scalars(query.order_by(Organisation.code)))


def count_unplaced(identity: Identity, wanted: Selection) -> dict[OrganisationKind, int]:
    """By kind, how many organisations in scope belonged to no region on the day: no choice of a region finds them."""
    place = OrganisationPlace
    placed = exists().where(
        place.organisation_id == Organisation.id, _holds(place, wanted.day), place.region_code.is_not(None)
    )
    query = (
        select(Organisation.kind, func.count())
        .where(
            in_scope(identity),
            Organisation.country == ENGLAND,
            Organisation.demonstration.is_(wanted.demonstration),
            open_on(wanted.day),
            not_(placed.correlate(Organisation)),
        )
        .group_by(Organisation.kind)
    )
    return {OrganisationKind(kind): count for kind, count in db.session.execute(query)}


def release() -> None:
    """End the reading transaction: none stays open while bytes go to a client."""
    db.session.rollback()


def in_scope(identity: Identity) -> ColumnElement[bool]:
    """A condition on organisations: those that this person may sum up."""
    return within_scope(identity, Permission.SUMMARY_VIEW)


def _holds(model: type[OrganisationName] | type[OrganisationPlace], day: date) -> ColumnElement[bool]:
    return and_(
        model.superseded_at.is_(None),
        model.valid_from <= day,
        or_(model.valid_until.is_(None), model.valid_until > day),
    )


def _existing_on(day: date, row: type[Organisation] = Organisation) -> ColumnElement[bool]:
    return and_(
        or_(row.opened_on.is_(None), row.opened_on <= day),
        or_(row.closed_on.is_(None), row.closed_on >= day),
    )


def _answers_for_the_nation(wanted: Selection) -> ColumnElement[bool]:
    """The national body that there was on the day; where there was none, whoever was it before."""
    other = exists().where(
        _ANOTHER.kind == OrganisationKind.NATIONAL_BODY,
        _ANOTHER.demonstration.is_(wanted.demonstration),
        _existing_on(wanted.day, _ANOTHER),
    )
    return or_(_existing_on(wanted.day), not_(other))


def _listed(wanted: Selection) -> ColumnElement[bool]:
    """Who had not closed on the day; one that is missing from the files is named and not counted."""
    is_nation = wanted.kind is OrganisationKind.NATIONAL_BODY
    return _answers_for_the_nation(wanted) if is_nation else _existing_on(wanted.day)


def counted(wanted: Selection) -> ColumnElement[bool]:
    """Whose records count on the day: those listed, less what is missing from the files."""
    is_nation = wanted.kind is OrganisationKind.NATIONAL_BODY
    return _answers_for_the_nation(wanted) if is_nation else open_on(wanted.day)


def chosen(identity: Identity, wanted: Selection) -> list[ColumnElement[bool]]:
    """England only: a body in Wales is never in England's figures; real and fictional ones never together."""
    conditions = [
        in_scope(identity),
        Organisation.country == ENGLAND,
        Organisation.kind == wanted.kind,
        Organisation.demonstration.is_(wanted.demonstration),
    ]
    place = OrganisationPlace
    for column, code in ((place.region_code, wanted.region), (place.icb_code, wanted.icb)):
        if code:
            here = exists().where(
                place.organisation_id == Organisation.id, _holds(place, wanted.day), column == code
            )
            conditions.append(here.correlate(Organisation))
    return conditions


def _organisation(
    id: UUID,
    code: str,
    name: str,
    region_code: str | None,
    region: str | None,
    icb_code: str | None,
    icb: str | None,
    absent_since: date | None,
    closed_on: date | None,
    *,
    wanted: Selection,
) -> OrganisationRow:
    # The files hold no national body, so none is missing from them.
    in_files = wanted.kind is not OrganisationKind.NATIONAL_BODY
    absent = absent_since if in_files and absent_since is not None and absent_since <= wanted.day else None
    return OrganisationRow(
        id=id,
        code=code,
        name=name,
        region=region or (retired_name(region_code) if region_code else ""),
        icb=icb or (retired_name(icb_code) if icb_code else ""),
        absent_since=absent,
        closed_on=closed_on if closed_on is not None and closed_on < wanted.day else None,
    )
