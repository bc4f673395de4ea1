"""What the library and good practice hold, counted for those who answer for it. Rows of others never leave here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from tracker import clock
from tracker.access.identity import Identity
from tracker.catalogue import queries as catalogue
from tracker.catalogue.rules import OrganisationKind
from tracker.database import once
from tracker.evidence.queries import in_scope
from tracker.extensions import db
from tracker.library.queries import counts, reach
from tracker.library.queries.counts import Differing as Differing
from tracker.library.queries.counts import Tally as Tally
from tracker.library.queries.reach import TrustsReached as TrustsReached
from tracker.library.queries.reach import Window
from tracker.library.rules.funding import Checks
from tracker.measures.base import At
from tracker.organisations.models import Organisation, OrganisationPlace
from tracker.practice import queries as practice
from tracker.practice.models import Practice, PracticeUse
from tracker.practice.queries import Counts
from tracker.practice.rules import Waiting as Waiting

NOWHERE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class National:
    """What the national body answers for, in the whole country: numbers only, about organisations all together."""

    marks: Mapping[str, int]
    reached: TrustsReached
    read: Tally
    useful: Tally
    with_method: Tally
    evaluated: Tally
    promoted: Tally
    differing: Sequence[Differing]
    regions: int
    funded: Tally
    checks: Checks
    announced: Tally
    settled: Tally
    waiting: Waiting


@dataclass(frozen=True, slots=True)
class Own:
    """What one organisation holds of good practice, and how long the national body lets people wait."""

    practices: Counts
    waiting: Waiting


@dataclass(frozen=True, slots=True)
class SentBack:
    """A practice that came back from the national lead and was not sent again. `on`: when it was last saved."""

    practice_id: UUID
    title: str
    on: date


@dataclass(frozen=True, slots=True)
class Answered:
    """A question of an organisation's own whose answer nobody there has read yet, by the number of its
    recommendation."""

    number: int
    on: date


def list_sent_back(identity: Identity, organisation_id: UUID) -> Sequence[SentBack]:
    rows = practice.list_returned(identity, organisation_id)
    return [SentBack(row.entity_id, row.title, clock.local_day(row.recorded_at)) for row in rows]


def list_answered(identity: Identity, organisation_id: UUID, since: date) -> Sequence[Answered]:
    rows = practice.list_unread(identity, organisation_id, since)
    return [
        Answered(int(row.request.recommendation_code[-2:]), row.answer.answered_on)
        for row in rows
        if row.answer is not None
    ]


@once
def list_held(
    identity: Identity, organisation_ids: Collection[UUID], at: At
) -> Mapping[UUID, National | Own]:
    """What registers hold of each organisation within scope; the same number of queries for any number of them."""
    query = select(Organisation.id, Organisation.kind, Organisation.demonstration).where(
        Organisation.id.in_(sorted(organisation_ids)), in_scope(identity, Organisation.id)
    )
    kinds = {row[0]: (row[1], row[2]) for row in db.session.execute(query)}
    bodies = {each for each, (kind, _) in kinds.items() if kind is OrganisationKind.NATIONAL_BODY}
    own = _own(identity, {each: made_up for each, (_, made_up) in kinds.items() if each not in bodies}, at)
    worlds = {made_up: _national(made_up, at) for made_up in {kinds[each][1] for each in bodies}}
    return {**own, **{each: worlds[kinds[each][1]] for each in bodies}}


def _own(identity: Identity, made_up: Mapping[UUID, bool], at: At) -> dict[UUID, Own]:
    if not made_up:
        return {}
    held = practice.counts_of(identity, list(made_up), at.moment, day=at.day)
    waiting = {each: _waiting(each, at) for each in sorted(set(made_up.values()))}
    return {each: Own(held[each], waiting[made_up[each]]) for each in made_up}


def _national(demonstration: bool, at: At) -> National:
    """The whole country, of real organisations or of made-up ones."""
    day, moment, marks = at.day, at.moment, _marks(at.moment)
    known = _upto(at)
    promoted, regions = _promoted(at, demonstration, marks["promotion_months"])
    return National(
        marks=marks,
        reached=reach.count_trusts_reached(Window(day, marks["reach_months"], moment, demonstration)),
        read=counts.count_read_usage(
            day, moment, months=marks["uptake_review_months"], demonstration=demonstration
        ),
        useful=counts.count_useful(
            day, moment, months=marks["uptake_review_months"], demonstration=demonstration
        ),
        with_method=counts.count_with_method(day, known, demonstration=demonstration),
        evaluated=counts.count_evaluated(
            day, moment, months=marks["evaluation_months"], demonstration=demonstration
        ),
        promoted=promoted,
        differing=counts.list_differing(day, moment, demonstration=demonstration),
        regions=regions,
        funded=counts.count_funded(day, known, demonstration=demonstration),
        checks=counts.count_checked(
            day, known, months=marks["register_review_months"], demonstration=demonstration
        ),
        announced=counts.count_announced_first(day, moment, demonstration=demonstration),
        settled=counts.count_overlaps_settled(day, moment, demonstration=demonstration),
        waiting=_waiting(demonstration, at),
    )


def _marks(moment: datetime | None) -> Mapping[str, int]:
    """The marks of a moment; one that did not exist yet is taken as it is now."""
    now = catalogue.get_marks()
    return now if moment is None else {**now, **catalogue.get_marks(moment)}


def _upto(at: At) -> datetime | None:
    """For what has no day of its own but that on which it was recorded: no later than the day that is asked about."""
    if at.day >= clock.today():
        return at.moment
    end = clock.end_of_day(at.day)
    return end if at.moment is None else min(end, at.moment)


def _waiting(demonstration: bool, at: At) -> Waiting:
    return practice.help_waiting(_upto(at), at.day, demonstration=demonstration)


def _promoted(at: At, demonstration: bool, months: int) -> tuple[Tally, int]:
    """Recommendation 7: proven resources and practices that reached every region with an open trust / all proven.

    A resource reaches a region by a share; a published practice reaches its owner's by being there, and every other
    when somebody there takes it up.
    """
    wanted = Window(at.day, months, at.moment, demonstration)
    resources = counts.list_proven(at.day, at.moment, demonstration=demonstration)
    practices = practice.list_proven(_upto(at), demonstration=demonstration)
    reached = reach.regions_reached([each.resource_id for each in resources], wanted)
    of = reach.regions_with_trusts(wanted)
    used = _regions_of_use(at, wanted) if practices else {}
    owners = _regions_of_owners(at, practices) if practices else {}
    everywhere = [each.everywhere for each in reached.values()]
    everywhere += [
        bool(of) and used.get(each.entity_id, NOWHERE) | owners.get(each.organisation_id, NOWHERE) >= of
        for each in practices
    ]
    moments = [*(each.recorded_at for each in resources), *(each.recorded_at for each in practices)]
    return Tally(sum(everywhere), len(everywhere), max(moments, default=None)), len(of)


def _regions_of_use(at: At, wanted: Window) -> dict[UUID, frozenset[str]]:
    """The regions in which each practice was taken up in the window."""
    place, use = OrganisationPlace, PracticeUse
    query = (
        select(use.practice_id, place.region_code)
        .join(Organisation, Organisation.id == use.organisation_id)
        .join(place, and_(place.organisation_id == use.organisation_id, _holds(at.day)))
        .where(
            Organisation.demonstration.is_(wanted.demonstration),
            place.region_code.is_not(None),
            use.recorded_at >= clock.end_of_day(wanted.since),
            use.recorded_at <= (_upto(at) or clock.now()),
        )
        .distinct()
    )
    found: dict[UUID, set[str]] = {}
    for practice_id, region in db.session.execute(query):
        found.setdefault(practice_id, set()).add(region or "")
    return {each: frozenset(regions) for each, regions in found.items()}


def _regions_of_owners(at: At, practices: Sequence[Practice]) -> dict[UUID, frozenset[str]]:
    """The region of each organisation that published one of them."""
    place = OrganisationPlace
    query = select(place.organisation_id, place.region_code).where(
        place.organisation_id.in_(sorted({each.organisation_id for each in practices})),
        place.region_code.is_not(None),
        _holds(at.day),
    )
    return {row[0]: frozenset({row[1] or ""}) for row in db.session.execute(query)}


def _holds(day: date) -> ColumnElement[bool]:
    """The place that an organisation had on a day, as it is known now."""
    place = OrganisationPlace
    return and_(
        place.superseded_at.is_(None),
        place.valid_from <= day,
        or_(place.valid_until.is_(None), place.valid_until > day),
    )
