"""Reading across organisations, always from what an identity may see: sums in SQL, tuples and no entities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    case,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased

from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.assurance.models import Finding
from tracker.assurance.rules import Outcome
from tracker.catalogue import queries as catalogue
from tracker.catalogue.rules import Delivery, OrganisationKind
from tracker.database import as_at
from tracker.evidence.models import EvidenceItem, EvidenceLink
from tracker.evidence.queries import RECOMMENDATION, EvidenceCount, count_by_recommendation, live_on
from tracker.extensions import db
from tracker.organisations.models import Icb, Organisation, OrganisationName, OrganisationPlace, Region
from tracker.organisations.queries import open_on, within_scope
from tracker.organisations.rules import ENGLAND, retired_name
from tracker.progress.models import ProgressEntry
from tracker.summary.rules import (
    IN_PLACE,
    AnswerRow,
    Asked,
    Before,
    CellRow,
    OrganisationRow,
    OthersRow,
    RecordCount,
    Selection,
    Verdicts,
    fresh_from,
)

# Rows held at once while they are counted.
FETCH = 5000


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
    query = select(Organisation.demonstration).where(_in_scope(identity)).distinct()
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
        )
        .outerjoin(name, and_(name.organisation_id == Organisation.id, _holds(name, wanted.day)))
        .outerjoin(place, and_(place.organisation_id == Organisation.id, _holds(place, wanted.day)))
        .outerjoin(Region, Region.code == place.region_code)
        .outerjoin(Icb, Icb.code == place.icb_code)
        .where(*_chosen(identity, wanted), _existing_on(wanted.day))
    )
    rows = [_organisation(*row, day=wanted.day) for row in db.session.execute(query)]
    return sorted(rows, key=lambda row: (not row.region, row.region, row.name.lower(), row.code))


def count_records(identity: Identity, wanted: Selection, codes: Sequence[str]) -> list[RecordCount]:
    """Records that are alike, now and at the day of comparison: one query, one pass over its rows.

    The database looks up and Python counts: sorting the rows to group them took twice as long as fetching them.
    """
    entry, then = ProgressEntry, aliased(ProgressEntry)
    before = case(
        (then.confirmed_on < fresh_from(wanted.since), Before.NOT_ANSWERED),
        (then.delivery.in_(IN_PLACE), Before.IN_PLACE),
        (then.id.is_not(None), Before.ANSWERED),
        else_=Before.NOT_ANSWERED,
    )
    query = (
        select(
            entry.recommendation_code,
            type_coerce(entry.delivery, String),
            and_(entry.delivery.in_(IN_PLACE), _has_live_evidence(wanted)),
            entry.confirmed_on >= wanted.fresh_from,
            _accepted(wanted),
            before,
        )
        .outerjoin(then, _same_record_at(then, wanted.since_moment))
        .where(*_entries(identity, wanted, codes))
        .execution_options(yield_per=FETCH)
    )
    alike = Counter(map(tuple, db.session.connection().execute(query)))
    return [
        RecordCount(row[0], Delivery(row[1]), bool(row[2]), bool(row[3]), bool(row[4]), Before(row[5]), count)
        for row, count in alike.items()
    ]


def list_answers(identity: Identity, wanted: Selection, codes: Sequence[str]) -> dict[UUID, AnswerRow]:
    """What each organisation has recorded; one that has recorded nothing is not in it."""
    entry = ProgressEntry
    sought = entry.delivery == Delivery(wanted.delivery) if wanted.delivery in set(Delivery) else false()
    query = (
        select(
            entry.organisation_id,
            func.count(),
            func.min(entry.confirmed_on),
            func.max(entry.confirmed_on),
            func.count().filter(sought),
        )
        .where(*_entries(identity, wanted, codes))
        .group_by(entry.organisation_id)
    )
    return {row[0]: AnswerRow(*row[1:]) for row in db.session.execute(query)}


def count_tested(identity: Identity, wanted: Selection, codes: Sequence[str]) -> dict[str, Verdicts]:
    """Claims in place by their latest finding; one about a claim that was changed since is not counted."""
    entry, seen = ProgressEntry, aliased(ProgressEntry)
    about = and_(seen.organisation_id == Finding.organisation_id, seen.id == Finding.entry_id)
    standing_now = and_(
        entry.organisation_id == Finding.organisation_id,
        entry.recommendation_code == Finding.recommendation_code,
        or_(entry.id == seen.id, entry.delivered_version == seen.delivered_version),
    )
    query = (
        select(entry.organisation_id, entry.recommendation_code, Finding.outcome)
        .select_from(Finding)
        .join(seen, about)
        .join(entry, standing_now)
        .where(
            *_entries(identity, wanted, codes),
            entry.delivery.in_(IN_PLACE),
            Finding.outcome.in_((Outcome.VERIFIED, Outcome.OVERTURNED)),
            _finding_stands(wanted.moment),
        )
        .order_by(Finding.recorded_at, Finding.id)
    )
    latest = {(row[0], row[1]): row[2] for row in db.session.execute(query)}
    return {code: _tested([found for (_, each), found in latest.items() if each == code]) for code in codes}


def list_cells(
    identity: Identity, wanted: Selection, codes: Sequence[str], organisation_ids: Sequence[UUID]
) -> dict[tuple[UUID, str], CellRow]:
    """Records of some organisations, for the rows of one page: two queries."""
    entry = ProgressEntry
    query = select(
        entry.organisation_id,
        entry.recommendation_code,
        entry.delivery,
        entry.confirmed_on,
        entry.due_on,
        _accepted(wanted),
    ).where(
        entry.organisation_id.in_(organisation_ids),
        entry.recommendation_code.in_(codes),
        as_at(entry, wanted.moment),
        _entry_in_scope(identity),
    )
    counts = count_by_recommendation(identity, organisation_ids, wanted.moment)
    return {(row[0], row[1]): _cell(row, counts) for row in db.session.execute(query)}


def list_national_bodies(identity: Identity, wanted: Selection) -> list[UUID]:
    """The national body's own organisation record; open or not, it answers for recommendations 1 to 8."""
    query = select(Organisation.id).where(
        _in_scope(identity),
        Organisation.kind == OrganisationKind.NATIONAL_BODY,
        Organisation.demonstration.is_(wanted.demonstration),
    )
    return list(db.session.scalars(query.order_by(Organisation.code)))


def count_others(identity: Identity, wanted: Selection, codes: Sequence[str]) -> dict[str, OthersRow]:
    """Open English organisations of any kind that recorded something on recommendations without a register."""
    entry = ProgressEntry
    query = (
        select(entry.recommendation_code, func.count(), func.count().filter(entry.delivery.in_(IN_PLACE)))
        .join(Organisation, Organisation.id == entry.organisation_id)
        .where(
            _in_scope(identity),
            Organisation.country == ENGLAND,
            Organisation.demonstration.is_(wanted.demonstration),
            open_on(wanted.day),
            entry.recommendation_code.in_(codes),
            as_at(entry, wanted.moment),
        )
        .group_by(entry.recommendation_code)
    )
    return {row[0]: OthersRow(row[1], row[2]) for row in db.session.execute(query)}


def release() -> None:
    """End the reading transaction: none stays open while bytes go to a client."""
    db.session.rollback()


def _in_scope(identity: Identity) -> ColumnElement[bool]:
    return within_scope(identity, Permission.SUMMARY_VIEW)


def _entry_in_scope(identity: Identity) -> ColumnElement[bool]:
    return ProgressEntry.organisation_id.in_(select(Organisation.id).where(_in_scope(identity)))


def _holds(model: type[OrganisationName] | type[OrganisationPlace], day: date) -> ColumnElement[bool]:
    return and_(
        model.superseded_at.is_(None),
        model.valid_from <= day,
        or_(model.valid_until.is_(None), model.valid_until > day),
    )


def _existing_on(day: date) -> ColumnElement[bool]:
    return and_(
        or_(Organisation.opened_on.is_(None), Organisation.opened_on <= day),
        or_(Organisation.closed_on.is_(None), Organisation.closed_on >= day),
    )


def _chosen(identity: Identity, wanted: Selection) -> list[ColumnElement[bool]]:
    """England only: a body in Wales is never in England's figures; real and fictional ones never together."""
    conditions = [
        _in_scope(identity),
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


def _entries(identity: Identity, wanted: Selection, codes: Sequence[str]) -> list[ColumnElement[bool]]:
    """The entries that stood on the day, of the organisations in the denominator."""
    denominator = select(Organisation.id).where(*_chosen(identity, wanted), open_on(wanted.day))
    return [
        ProgressEntry.recommendation_code.in_(codes),
        as_at(ProgressEntry, wanted.moment),
        ProgressEntry.organisation_id.in_(denominator),
    ]


def _same_record_at(then: type[ProgressEntry], moment: datetime) -> ColumnElement[bool]:
    """The entry of the same record that stood at a moment.

    Said with NOT, so that SQLite searches by the record's unique key and not through the organisation's history.
    """
    ended = and_(then.superseded_at.is_not(None), then.superseded_at <= moment)
    return and_(
        then.organisation_id == ProgressEntry.organisation_id,
        then.recommendation_code == ProgressEntry.recommendation_code,
        not_(or_(then.recorded_at > moment, ended)),
    )


def _has_live_evidence(wanted: Selection) -> ColumnElement[bool]:
    entry, link, item = ProgressEntry, EvidenceLink, EvidenceItem
    return (
        exists()
        .where(
            link.organisation_id == entry.organisation_id,
            link.subject_kind == RECOMMENDATION,
            link.subject_code == entry.recommendation_code,
            as_at(link, wanted.moment),
            item.organisation_id == link.organisation_id,
            item.entity_id == link.item_id,
            as_at(item, wanted.moment),
            live_on(wanted.day),
        )
        .correlate(entry)
    )


def _accepted(wanted: Selection) -> ColumnElement[bool]:
    """Whether the latest finding on the reason that stands accepted it: only then it leaves the denominator."""
    entry, seen = ProgressEntry, aliased(ProgressEntry)
    latest = (
        select(Finding.outcome)
        .join(seen, and_(seen.organisation_id == Finding.organisation_id, seen.id == Finding.entry_id))
        .where(
            Finding.organisation_id == entry.organisation_id,
            Finding.recommendation_code == entry.recommendation_code,
            Finding.outcome.in_((Outcome.REASON_ACCEPTED, Outcome.REASON_REFUSED)),
            seen.reason == entry.reason,
            _finding_stands(wanted.moment),
        )
        .order_by(Finding.recorded_at.desc(), Finding.id.desc())
        .limit(1)
        .correlate(entry)
        .scalar_subquery()
    )
    does_not_apply = entry.delivery == Delivery.NOT_APPLICABLE
    return and_(does_not_apply, func.coalesce(latest == Outcome.REASON_ACCEPTED, false()))


def _finding_stands(moment: datetime | None) -> ColumnElement[bool]:
    if moment is None:
        return Finding.superseded_at.is_(None)
    still = or_(Finding.superseded_at.is_(None), Finding.superseded_at > moment)
    return and_(Finding.recorded_at <= moment, still)


def _tested(found: Sequence[Outcome]) -> Verdicts:
    return Verdicts(found.count(Outcome.VERIFIED), found.count(Outcome.OVERTURNED))


def _cell(row: Sequence[Any], counts: Mapping[tuple[UUID, str], EvidenceCount]) -> CellRow:
    organisation_id, code, delivery, confirmed_on, due_on, accepted = row
    found = counts.get((organisation_id, code)) or EvidenceCount()
    return CellRow(
        organisation_id=organisation_id,
        code=code,
        delivery=delivery,
        confirmed_on=confirmed_on,
        due_on=due_on,
        accepted=bool(accepted),
        in_use=found.in_use,
        live=found.live,
        live_with_file=found.live_with_file,
    )


def _organisation(
    id: UUID,
    code: str,
    name: str,
    region_code: str | None,
    region: str | None,
    icb_code: str | None,
    icb: str | None,
    absent_since: date | None,
    *,
    day: date,
) -> OrganisationRow:
    absent = absent_since if absent_since is not None and absent_since <= day else None
    return OrganisationRow(
        id=id,
        code=code,
        name=name,
        region=region or (retired_name(region_code) if region_code else ""),
        icb=icb or (retired_name(icb_code) if icb_code else ""),
        absent_since=absent,
    )
