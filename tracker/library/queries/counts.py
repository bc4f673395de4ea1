"""Counts of the national library for figures and packs: what is read, rated, evaluated, funded, announced, settled.

Each takes the `day` that it is about, the `moment` up to which rows count (None: until now) and `demonstration`:
whose rows count, for what is made up and what is real never meet in one figure (`demonstration_of`). All of it is
published, so it is asked in nobody's name, and none of it names a person. Every function asks one or two queries,
however many resources and organisations there are.

"In use" is a resource (not a page that lists others) that is not retired on the day. HEE's own are those it made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from tracker import clock
from tracker.catalogue.rules import OrganisationKind
from tracker.database import as_at, once
from tracker.extensions import db
from tracker.library.models import Development, Evaluation, NationalResource, Usage
from tracker.library.queries.funding import list_funding
from tracker.library.queries.national import list_national_resources
from tracker.library.rules.developing import announced_first
from tracker.library.rules.evaluations import Finished, Verdict, is_whole, verdict_of
from tracker.library.rules.funding import Checks, checks_of
from tracker.library.rules.national import Endorsement, NationalKind
from tracker.library.rules.using import Rating, latest_ratings
from tracker.organisations.models import Organisation

OWN = frozenset({Endorsement.MADE})
MADE_OR_ENDORSED = frozenset({Endorsement.MADE, Endorsement.ENDORSED})
EVERY = frozenset(Endorsement)


@dataclass(frozen=True, slots=True)
class Tally:
    """So many of so many; `recorded_at` is when the youngest of the rows behind it was recorded, None without one.

    `lacking`: the titles of the resources that are not among the numerator, where there is a list of them.
    """

    numerator: int
    denominator: int
    recorded_at: datetime | None = None
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """The youngest count of one resource: never a sum, for sources and organisations may count the same people."""

    resource_id: UUID
    organisation_id: UUID
    period_from: date
    period_until: date
    counted: str
    number: int
    source: str
    read_on: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Proven:
    """A resource that every organisation's latest evaluation shows to work, and the day of the youngest of them."""

    resource_id: UUID
    code: str
    title: str
    since: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Differing:
    """A resource of which some organisations found an effect and others did not: not proven, and not forgotten."""

    resource_id: UUID
    code: str
    title: str
    recorded_at: datetime


def count_read_usage(
    day: date,
    moment: datetime | None = None,
    *,
    months: int,
    demonstration: bool,
    endorsements: Collection[Endorsement] = OWN,
) -> Tally:
    """Recommendation 1: resources in use whose use was read in the months before the day / such resources in use."""
    resources = _in_use(day, moment, endorsements)
    since = clock.months_before(day, months)
    rows = [
        row
        for row in _usage(moment, demonstration)
        if row.resource_id in resources and since <= row.read_on <= day
    ]
    return _among(resources, rows)


def count_useful(
    day: date,
    moment: datetime | None = None,
    *,
    months: int,
    demonstration: bool,
    endorsements: Collection[Endorsement] = MADE_OR_ENDORSED,
) -> Tally:
    """Recommendation 1: users who found a resource useful / users who rated it.

    Of each resource the one youngest reading with ratings counts, if its period ended in the months before the day:
    periods, sources and organisations are never added up.
    """
    resources = _in_use(day, moment, endorsements)
    since = clock.months_before(day, months)
    rated = [
        row
        for row in _usage(moment, demonstration)
        if row.rated is not None and row.resource_id in resources and since <= row.period_until <= day
    ]
    ratings = latest_ratings(
        Rating(
            row.resource_id, row.period_until, row.read_on, row.rated_useful or 0, row.rated, row.recorded_at
        )
        for row in rated
    )
    useful, asked = sum(each.useful for each in ratings), sum(each.rated for each in ratings)
    return Tally(useful, asked, max((each.recorded_at for each in ratings), default=None))


def list_latest_readings(
    day: date, moment: datetime | None = None, *, demonstration: bool
) -> Mapping[UUID, Reading]:
    """The youngest reading of every resource in use, by the resource's lasting id."""
    resources = _in_use(day, moment, EVERY)
    found: dict[UUID, Reading] = {}
    for row in sorted(_usage(moment, demonstration), key=lambda row: (row.period_until, row.read_on, row.id)):
        if row.resource_id in resources and row.period_until <= day:
            found[row.resource_id] = Reading(
                row.resource_id, row.organisation_id, row.period_from, row.period_until, row.counted.value,
                row.number, row.source, row.read_on, row.recorded_at,
            )  # fmt: skip
    return found


def count_with_method(
    day: date,
    moment: datetime | None = None,
    *,
    demonstration: bool,
    endorsements: Collection[Endorsement] = OWN,
) -> Tally:
    """Recommendation 6: resources in use that a national body evaluates, in hand or done / resources in use.

    It is the national body that is asked for methods: a trust's evaluation of its training is none of them.
    """
    resources = _in_use(day, moment, endorsements)
    rows = [
        row
        for row in _evaluations(moment, demonstration)
        if row.resource_id in resources and row.kind is OrganisationKind.NATIONAL_BODY
    ]
    return _among(resources, rows)


def count_evaluated(
    day: date,
    moment: datetime | None = None,
    *,
    demonstration: bool,
    months: int = 36,
    endorsements: Collection[Endorsement] = OWN,
) -> Tally:
    """Recommendation 6: resources in use evaluated, by anybody, in the months before the day / resources in use."""
    resources = _in_use(day, moment, endorsements)
    since = clock.months_before(day, months)
    rows = [
        row
        for row in _evaluations(moment, demonstration)
        if row.resource_id in resources
        and row.result is not None
        and row.evaluated_on is not None
        and since <= row.evaluated_on <= day
    ]
    return _among(resources, rows)


def list_proven(
    day: date,
    moment: datetime | None = None,
    *,
    demonstration: bool,
    endorsements: Collection[Endorsement] = EVERY,
) -> Sequence[Proven]:
    """Recommendation 7: resources in use that the latest evaluation of each organisation shows to work, by code."""
    return [
        Proven(row.entity_id, row.code, row.title, verdict.latest, recorded)
        for row, verdict, recorded in _judged(day, moment, demonstration, endorsements)
        if verdict.is_proven and verdict.latest is not None
    ]


def list_differing(
    day: date,
    moment: datetime | None = None,
    *,
    demonstration: bool,
    endorsements: Collection[Endorsement] = EVERY,
) -> Sequence[Differing]:
    """Recommendation 7: resources in use of which organisations found different things, by code."""
    return [
        Differing(row.entity_id, row.code, row.title, recorded)
        for row, verdict, recorded in _judged(day, moment, demonstration, endorsements)
        if verdict.differs
    ]


def _judged(
    day: date, moment: datetime | None, demonstration: bool, endorsements: Collection[Endorsement]
) -> list[tuple[NationalResource, Verdict, datetime]]:
    """Each resource that anybody evaluated by the day, what follows, and when the youngest of it was recorded."""
    resources = _in_use(day, moment, endorsements)
    finished: dict[UUID, list[Any]] = {}
    for row in _evaluations(moment, demonstration):
        if row.resource_id in resources and row.result and row.evaluated_on and row.evaluated_on <= day:
            finished.setdefault(row.resource_id, []).append(row)
    found = [
        (resources[each], verdict_of(map(_finished, rows)), max(row.recorded_at for row in rows))
        for each, rows in finished.items()
    ]
    return sorted(found, key=lambda each: each[0].code)


def _finished(row: Any) -> Finished:
    return Finished(row.organisation_id, row.evaluated_on, row.result, is_whole(row))


def count_proven(
    day: date,
    moment: datetime | None = None,
    *,
    demonstration: bool,
    endorsements: Collection[Endorsement] = EVERY,
) -> Tally:
    """Recommendation 7: resources in use that are proven to work / resources in use."""
    proven = list_proven(day, moment, demonstration=demonstration, endorsements=endorsements)
    latest = max((each.recorded_at for each in proven), default=None)
    return Tally(len(proven), len(_in_use(day, moment, endorsements)), latest)


def count_funded(day: date, moment: datetime | None = None, *, demonstration: bool) -> Tally:
    """Recommendation 8: resources in use with both a funder and a developer / resources in use."""
    rows = _in_use(day, moment, EVERY).values()
    funding = list_funding(rows, demonstration=demonstration)
    known = [row for row in rows if funding[row.entity_id].has_both]
    return Tally(len(known), len(rows), max((row.recorded_at for row in known), default=None))


def count_checked(day: date, moment: datetime | None = None, *, months: int, demonstration: bool) -> Checks:
    """Recommendation 8: of how many resources in use somebody checked in the months before who funds and makes them."""
    funding = list_funding(_in_use(day, moment, EVERY).values(), demonstration=demonstration)
    return checks_of((each.checked_on for each in funding.values()), day, months)


def count_announced_first(day: date, moment: datetime | None = None, *, demonstration: bool) -> Tally:
    """Recommendation 8: new developments announced before work began / developments announced by the day."""
    rows = [row for row in _developments(moment, demonstration) if row.announced_on <= day]
    first = [row for row in rows if announced_first(row.stage, row.announced_on, row.starts_on)]
    return Tally(len(first), len(rows), _latest(rows))


def count_overlaps_settled(day: date, moment: datetime | None = None, *, demonstration: bool) -> Tally:
    """Recommendation 8: overlaps settled / overlaps found, as organisations recorded them (none is guessed)."""
    rows = [
        row
        for row in _developments(moment, demonstration)
        if row.overlap_found_on is not None and row.overlap_found_on <= day
    ]
    settled = [row for row in rows if row.overlap_settled_on is not None and row.overlap_settled_on <= day]
    return Tally(len(settled), len(rows), _latest(rows))


def demonstration_of(organisation_ids: Collection[UUID]) -> Mapping[UUID, bool]:
    """Whether each of these organisations is made up: decides which rows may stand in its figures."""
    query = select(Organisation.id, Organisation.demonstration).where(Organisation.id.in_(organisation_ids))
    return {row[0]: row[1] for row in db.session.execute(query)}


def _in_use(
    day: date, moment: datetime | None, endorsements: Collection[Endorsement]
) -> dict[UUID, NationalResource]:
    return {
        row.entity_id: row
        for row in _resources(moment)
        if row.kind is NationalKind.RESOURCE
        and row.endorsement in endorsements
        and (row.retired_on is None or row.retired_on > day)
    }


@once
def _resources(moment: datetime | None) -> Sequence[NationalResource]:
    return list_national_resources(moment)


@once
def _usage(moment: datetime | None, demonstration: bool) -> Sequence[Any]:
    columns = (
        Usage.id, Usage.organisation_id, Usage.resource_id, Usage.period_from, Usage.period_until, Usage.counted,
        Usage.number, Usage.rated, Usage.rated_useful, Usage.source, Usage.read_on, Usage.recorded_at,
    )  # fmt: skip
    query = select(*columns).join(Organisation, Organisation.id == Usage.organisation_id)
    return db.session.execute(
        query.where(
            as_at(Usage, moment), Usage.mistaken_reason == "", Organisation.demonstration.is_(demonstration)
        )
    ).all()


@once
def _evaluations(moment: datetime | None, demonstration: bool) -> Sequence[Any]:
    columns = (
        Evaluation.organisation_id, Evaluation.resource_id, Evaluation.evaluated_on, Evaluation.result,
        Evaluation.sample, Evaluation.finding, Evaluation.link, Evaluation.evidence_id, Evaluation.recorded_at,
        Organisation.kind,
    )  # fmt: skip
    query = select(*columns).join(Organisation, Organisation.id == Evaluation.organisation_id)
    return db.session.execute(
        query.where(
            as_at(Evaluation, moment),
            Evaluation.mistaken_reason == "",
            Organisation.demonstration.is_(demonstration),
        )
    ).all()


@once
def _developments(moment: datetime | None, demonstration: bool) -> Sequence[Any]:
    columns = (
        Development.stage, Development.announced_on, Development.starts_on, Development.overlap_found_on,
        Development.overlap_settled_on, Development.recorded_at,
    )  # fmt: skip
    query = select(*columns).join(Organisation, Organisation.id == Development.organisation_id)
    return db.session.execute(
        query.where(
            as_at(Development, moment),
            Development.mistaken_reason == "",
            Organisation.demonstration.is_(demonstration),
        )
    ).all()


def _among(resources: Mapping[UUID, NationalResource], rows: Sequence[Any]) -> Tally:
    """Resources that some row is about / resources, and the others by title."""
    found = {row.resource_id for row in rows}
    lacking = sorted(row.title for each, row in resources.items() if each not in found)
    return Tally(len(found), len(resources), _latest(rows), tuple(lacking))


def _latest(rows: Iterable[Any]) -> datetime | None:
    return max((row.recorded_at for row in rows), default=None)
