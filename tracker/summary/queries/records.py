"""Records that stood on a day, counted in SQL: tuples and no entities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
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
from tracker.assurance.models import Finding
from tracker.assurance.rules import Outcome
from tracker.catalogue.rules import Delivery
from tracker.database import as_at
from tracker.evidence.models import EvidenceItem, EvidenceLink
from tracker.evidence.queries import RECOMMENDATION, EvidenceCount, count_by_recommendation, live_on
from tracker.extensions import db
from tracker.organisations.models import Organisation
from tracker.organisations.queries import open_on
from tracker.organisations.rules import ENGLAND
from tracker.progress.models import ProgressEntry
from tracker.summary.queries.organisations import chosen, counted, in_scope
from tracker.summary.rules import (
    IN_PLACE,
    AnswerRow,
    Before,
    CellRow,
    OthersRow,
    RecordCount,
    Selection,
    StoodRow,
    Tally,
    Verdicts,
    fresh_from,
)

# Between the parts of a written record, and between records: neither stands in a code or a delivery.
BETWEEN, SPACE = "/", " "
_NOT_ANSWERED = str(int(Before.NOT_ANSWERED))
# The same table a second time. Made once: each alias works out its columns anew, which costs more than a small query.
_THEN, _SEEN = aliased(ProgressEntry), aliased(ProgressEntry)


def tally(identity: Identity, wanted: Selection, codes: Sequence[str]) -> Tally:
    """What each organisation has recorded, and how many records are alike: one query, one pass over the records.

    One row for each organisation, its records written one after another: fetching a row for each record cost more
    than finding it. The database looks up and Python counts: grouping by so many things sorts all records.
    """
    query = _by_organisation(identity, wanted, codes, func.aggregate_strings(_likeness(wanted), SPACE))
    rows = db.session.connection().execute(query).all()
    alike = Counter(SPACE.join(row[-1] for row in rows).split())
    return Tally(
        answers={row[0]: AnswerRow(*row[1:-1]) for row in rows},
        records=[_record_count(written, count) for written, count in alike.items()],
    )


def count_records(identity: Identity, wanted: Selection, codes: Sequence[str]) -> list[RecordCount]:
    """Records that are alike, now and at the day of comparison."""
    return tally(identity, wanted, codes).records


def list_stood(identity: Identity, wanted: Selection, code: str) -> dict[UUID, StoodRow]:
    """Where each organisation stood on one recommendation, found as `tally` finds it: the names behind its counts."""
    query = _by_organisation(identity, wanted, [code], func.aggregate_strings(_likeness(wanted), SPACE))
    found = ((row, _record_count(row[-1], 1)) for row in db.session.connection().execute(query))
    return {row[0]: StoodRow(record.standing, record.accepted, row[2]) for row, record in found}


def list_answers(identity: Identity, wanted: Selection, codes: Sequence[str]) -> dict[UUID, AnswerRow]:
    """What each organisation has recorded; one that has recorded nothing is not in it."""
    query = _by_organisation(identity, wanted, codes)
    return {row[0]: AnswerRow(*row[1:]) for row in db.session.connection().execute(query)}


def count_tested(identity: Identity, wanted: Selection, codes: Sequence[str]) -> dict[str, Verdicts]:
    """Claims in place by their latest finding; one about a claim that was changed since is not counted."""
    latest = list_tested(identity, wanted, codes)
    return {code: _tested([found for (_, each), found in latest.items() if each == code]) for code in codes}


def list_tested(
    identity: Identity, wanted: Selection, codes: Sequence[str]
) -> dict[tuple[UUID, str], Outcome]:
    """The latest finding on each claim in place that was tested, by organisation and recommendation."""
    entry, seen = ProgressEntry, _SEEN
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
    return {(row[0], row[1]): row[2] for row in db.session.execute(query)}


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


def count_others(identity: Identity, wanted: Selection, codes: Sequence[str]) -> dict[str, OthersRow]:
    """Open English organisations of any kind that recorded something on recommendations without a register."""
    entry = ProgressEntry
    query = (
        select(entry.recommendation_code, func.count(), func.count().filter(entry.delivery.in_(IN_PLACE)))
        .join(Organisation, Organisation.id == entry.organisation_id)
        .where(
            in_scope(identity),
            Organisation.country == ENGLAND,
            Organisation.demonstration.is_(wanted.demonstration),
            open_on(wanted.day),
            entry.recommendation_code.in_(codes),
            as_at(entry, wanted.moment),
        )
        .group_by(entry.recommendation_code)
    )
    return {row[0]: OthersRow(row[1], row[2]) for row in db.session.execute(query)}


def _entry_in_scope(identity: Identity) -> ColumnElement[bool]:
    return ProgressEntry.organisation_id.in_(select(Organisation.id).where(in_scope(identity)))


def _entries(identity: Identity, wanted: Selection, codes: Sequence[str]) -> list[ColumnElement[bool]]:
    """The entries that stood on the day, of the organisations in the denominator."""
    denominator = select(Organisation.id).where(*chosen(identity, wanted), counted(wanted))
    return [
        ProgressEntry.recommendation_code.in_(codes),
        as_at(ProgressEntry, wanted.moment),
        ProgressEntry.organisation_id.in_(denominator),
    ]


def _by_organisation(
    identity: Identity, wanted: Selection, codes: Sequence[str], *more: ColumnElement[Any]
) -> Select[Any]:
    """The columns of an AnswerRow after the organisation's id, and what else is asked of its records."""
    entry = ProgressEntry
    sought = entry.delivery == Delivery(wanted.delivery) if wanted.delivery in set(Delivery) else false()
    return (
        select(
            entry.organisation_id,
            func.count(),
            func.min(entry.confirmed_on),
            func.max(entry.confirmed_on),
            func.count().filter(sought),
            *more,
        )
        .where(*_entries(identity, wanted, codes))
        .group_by(entry.organisation_id)
    )


def _likeness(wanted: Selection) -> ColumnElement[str]:
    """All that the national figures ask of a record, in words without a space; `_record_count` reads it."""
    entry = ProgressEntry
    live = and_(entry.delivery.in_(IN_PLACE), _has_live_evidence(wanted))
    fresh = entry.confirmed_on >= wanted.fresh_from
    flags = [case((condition, "1"), else_="0") for condition in (live, fresh, _accepted(wanted))]
    parts = (entry.recommendation_code, type_coerce(entry.delivery, String), *flags, _before(wanted))
    written: ColumnElement[str] = type_coerce(parts[0], String)
    for part in parts[1:]:
        written = written.concat(BETWEEN).concat(part)
    return written


def _record_count(written: str, count: int) -> RecordCount:
    code, delivery, live, fresh, accepted, before = written.split(BETWEEN)
    return RecordCount(
        code=code,
        delivery=Delivery(delivery),
        live=live == "1",
        fresh=fresh == "1",
        accepted=accepted == "1",
        before=Before(int(before)),
        count=count,
    )


def _before(wanted: Selection) -> ColumnElement[str]:
    """What the record was at the day of comparison. One that was not changed since is not looked up again."""
    entry, then, moment = ProgressEntry, _THEN, wanted.since_moment
    stood = (
        select(_answer_of(then, wanted.since))
        .where(
            then.organisation_id == entry.organisation_id,
            then.recommendation_code == entry.recommendation_code,
            # Searched by the record's unique key: said plainly, SQLite goes through the organisation's whole history.
            then.version < entry.version,
            not_(or_(then.recorded_at > moment, then.superseded_at <= moment)),
        )
        .correlate(entry)
        .scalar_subquery()
    )
    unchanged = entry.recorded_at <= moment
    return case((unchanged, _answer_of(entry, wanted.since)), else_=func.coalesce(stood, _NOT_ANSWERED))


def _answer_of(entry: type[ProgressEntry], day: date) -> ColumnElement[str]:
    return case(
        (entry.confirmed_on < fresh_from(day), _NOT_ANSWERED),
        (entry.delivery.in_(IN_PLACE), str(int(Before.IN_PLACE))),
        else_=str(int(Before.ANSWERED)),
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
    entry, seen = ProgressEntry, _SEEN
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
