"""The members of the invented network, and what it passed on for them: they are told on their own chains too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit.actions import Chain
from tracker.cli.demonstration import names
from tracker.cli.demonstration.names import Body, Kind
from tracker.cli.demonstration.registers.known import Known, day
from tracker.cli.demonstration.steps import Measured, Step
from tracker.library import actions
from tracker.library import queries as library
from tracker.library.rules import Channel, OnBehalf, ShareFacts

BEGAN, JOINED, LEFT = 700, 300, 190
# Trusts by their numbers: one became a member later than the others, one left.
LATE, LEAVER = 6, 13
LIST = "members on the mailing list"


def tell(known: Known, today: date, body: Body) -> list[Step]:
    """The network's own steps; nobody else keeps a list of members."""
    if body.kind is not Kind.HEALTH_INNOVATION_NETWORK:
        return []
    near = _near(known, body)
    first = [each for each in near if each.number != LATE]
    later = [each for each in near if each.number == LATE]
    steps = [_joined(known, today, BEGAN, first), _joined(known, today, JOINED, later)]
    steps += [_left(known, today, each) for each in near if each.number == LEAVER]
    return [*(each for each in steps if each), *_shares(known, today, first)]


def _near(known: Known, network: Body) -> list[Body]:
    """The trusts of its region, apart from the one that has closed."""
    return [
        each
        for each in known.bodies
        if each.kind is Kind.NHS_TRUST and each.region == network.region and each.number != names.CLOSED
    ]


def _joined(known: Known, today: date, days_ago: int, bodies: Sequence[Body]) -> Step | None:
    on, ids = day(today, days_ago), [known.refs[each.code].id for each in bodies]

    def do(by: Identity, place: OrganisationRef, _chain: Chain) -> None:
        actions.add_members(by, place, ids, on)

    return Measured(on=on, do=do) if ids else None


def _left(known: Known, today: date, body: Body) -> Step:
    on, member = day(today, LEFT), known.refs[body.code].id

    def do(by: Identity, place: OrganisationRef, _chain: Chain) -> None:
        row = next(each for each in library.list_member_rows(by, place.id) if each.member_id == member)
        actions.change_member(by, place, row.entity_id, row.from_on, on, version=row.version)

    return Measured(on=on, do=do)


def _shares(known: Known, today: date, members: Sequence[Body]) -> list[Step]:
    """For everybody more than a year ago, since then for every other member, and for its own people."""
    named = [each for each in members[::2] if each.number != LEAVER]
    some = OnBehalf(members=frozenset(known.refs[each.code].id for each in named))
    told = [_passed_on(known, today, 110, ("elfh-08-09",), Channel.TEAM_MEETING, OnBehalf(), 14)]
    if members:
        both = ("think-sepsis-primary-care", "sepsis-savvy")
        told.append(_passed_on(known, today, 520, both, Channel.NEWSLETTER, OnBehalf(everybody=True), 2100))
    if named:
        told.append(_passed_on(known, today, 150, ("hee-sepsis-page",), Channel.WEBSITE, some, None))
        told.append(_passed_on(known, today, 38, ("elfh-03-034",), Channel.EMAIL, some, 640))
    return told


def _passed_on(
    known: Known,
    today: date,
    days_ago: int,
    resources: tuple[str, ...],
    channel: Channel,
    behalf: OnBehalf,
    reached: int | None,
) -> Step:
    on = day(today, days_ago)
    facts = ShareFacts(channel, on, reached=reached, reached_basis=LIST if reached else "")

    def do(by: Identity, place: OrganisationRef, _chain: Chain) -> None:
        wanted: list[UUID] = [known.resources[each] for each in resources]
        actions.add_shares(by, place, wanted, facts, behalf=behalf)

    return Measured(on=on, do=do)
