"""What was shared: one occasion, a network for its members, corrections, mistakes, who is told, and who may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from threading import Thread
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from tests import factories
from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.audit.models import AuditEvent
from tracker.catalogue.rules import OrganisationKind
from tracker.database import new_id
from tracker.errors import Conflict, NotAllowed, NotFound, RuleBroken
from tracker.extensions import db
from tracker.library import actions, queries
from tracker.library.queries import LedgerFilter, Window
from tracker.library.rules import Channel, OnBehalf, ShareFacts
from tracker.library.rules.sharing import Term, problems_of_term
from tracker.web.transactions import writing

DAY = date(2026, 5, 4)
FACTS = ShareFacts(Channel.EMAIL, DAY)
ALL = OnBehalf(everybody=True)


@pytest.fixture
def ours(app: Flask) -> OrganisationRef:
    return factories.organisation("X00901", "Northmoor Hospitals")


@pytest.fixture
def champion(ours: OrganisationRef) -> Identity:
    return factories.identity_of(factories.person(Role.CHAMPION, ours))


@pytest.fixture
def network(app: Flask) -> OrganisationRef:
    return factories.organisation(
        "X00911", "Northmoor Network", kind=OrganisationKind.HEALTH_INNOVATION_NETWORK
    )


@pytest.fixture
def manager(network: OrganisationRef) -> Identity:
    return factories.identity_of(factories.person(Role.CHAMPION, network))


@pytest.fixture
def film(app: Flask) -> UUID:
    return factories.national_resource()


def problems(caught: pytest.ExceptionInfo[RuleBroken]) -> dict[str, str]:
    return dict(caught.value.problems)


def join(
    manager: Identity, network: OrganisationRef, *members: OrganisationRef, on: date = date(2025, 1, 1)
) -> None:
    with writing():
        actions.add_members(manager, network, [each.id for each in members], on)


def events(organisation: OrganisationRef) -> list[AuditEvent]:
    query = select(AuditEvent).where(AuditEvent.chain_id == organisation.id).order_by(AuditEvent.seq)
    return list(db.session.scalars(query))


def test_several_resources_of_one_occasion_are_rows_in_one_group(
    champion: Identity, ours: OrganisationRef, film: UUID
) -> None:
    game = factories.national_resource("game", "A game")
    with writing():
        rows = actions.add_shares(champion, ours, [film, game, film], FACTS)

    assert [row.resource_id for row in rows] == [film, game]
    told = events(ours)
    assert [each.type for each in told] == ["share.added", "share.added"]
    assert len({each.header.split('"group":')[1][:40] for each in told}) == 1
    assert queries.count_shared(champion, ours.id, Window(DAY, 12, demonstration=True)).own == 2


@pytest.mark.parametrize(
    "facts, field, words",
    [
        (replace(FACTS, shared_on=clock.today() + timedelta(days=1)), "shared_on", "today or in the past"),
        (replace(FACTS, shared_on=None), "shared_on", "Enter the day"),
        (replace(FACTS, channel=Channel.OTHER), "channel_words", "which way"),
        (replace(FACTS, reached=120), "reached_basis", "how this number was counted"),
        (replace(FACTS, link="javascript:alert(1)"), "link", "starts with https://"),
        (replace(FACTS, note="Patient 943 476 5919"), "note", "NHS number"),
        (replace(FACTS, reached_basis="943 476 5919"), "reached_basis", "NHS number"),
        (replace(FACTS, evidence_id=new_id()), "evidence_id", "your own organisation"),
    ],
)
def test_what_may_not_be_said_is_refused_beside_its_field(
    champion: Identity, ours: OrganisationRef, film: UUID, facts: ShareFacts, field: str, words: str
) -> None:
    with pytest.raises(RuleBroken) as caught, writing():
        actions.add_shares(champion, ours, [film], facts)
    assert words in problems(caught)[field]


def test_a_retired_resource_may_be_recorded_for_the_days_before(
    champion: Identity, ours: OrganisationRef
) -> None:
    old = factories.national_resource("old", "An old film", retired_on=DAY)
    with pytest.raises(RuleBroken) as caught, writing():
        actions.add_shares(champion, ours, [old], replace(FACTS, shared_on=DAY))
    assert "“An old film” was taken out of use on 4 May 2026" in problems(caught)["shared_on"]
    with writing():
        assert actions.add_shares(champion, ours, [old], replace(FACTS, shared_on=DAY - timedelta(days=1)))


def test_a_retirement_back_dated_past_a_share_leaves_the_share_to_be_corrected(
    champion: Identity, ours: OrganisationRef, film: UUID
) -> None:
    """Shared on 4 May; afterwards the training is said to be out of use from the 1st: what was done stands."""
    with writing():
        share = actions.add_shares(champion, ours, [film], FACTS)[0].entity_id
    lead = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    code, before = queries.national_by_id()[film].code, DAY - timedelta(days=3)
    with writing():
        actions.retire_national(lead, code, on=before, reason="Out of date", version=1)

    with writing():
        actions.change_share(champion, ours, share, film, replace(FACTS, note="To all wards"), version=1)
    assert queries.get_share(champion, ours.id, share).note == "To all wards"
    for other in (before, DAY - timedelta(days=1), DAY + timedelta(days=1)):
        with pytest.raises(RuleBroken) as caught, writing():
            actions.change_share(champion, ours, share, film, replace(FACTS, shared_on=other), version=2)
        assert "was taken out of use" in problems(caught)["shared_on"]
    with writing():
        last = replace(FACTS, shared_on=before - timedelta(days=1))
        actions.change_share(champion, ours, share, film, last, version=2)


def test_another_retired_resource_on_the_same_day_is_refused(
    champion: Identity, ours: OrganisationRef, film: UUID
) -> None:
    old = factories.national_resource("old", "An old film", retired_on=DAY - timedelta(days=1))
    with writing():
        share = actions.add_shares(champion, ours, [film], FACTS)[0].entity_id
    with pytest.raises(RuleBroken) as caught, writing():
        actions.change_share(champion, ours, share, old, FACTS, version=1)
    assert "was taken out of use" in problems(caught)["shared_on"]


def test_nothing_chosen_and_a_resource_that_is_not_there(champion: Identity, ours: OrganisationRef) -> None:
    for wanted in ([], [new_id()]):
        with pytest.raises(RuleBroken) as caught, writing():
            actions.add_shares(champion, ours, wanted, FACTS)
        assert problems(caught)["resource"] == "Choose what was shared"


def test_a_share_is_corrected_and_taken_back_and_the_history_keeps_all(
    champion: Identity, ours: OrganisationRef, film: UUID
) -> None:
    with writing():
        share = actions.add_shares(champion, ours, [film], FACTS)[0].entity_id
    with writing():
        actions.change_share(
            champion, ours, share, film, replace(FACTS, reached=40, reached_basis="Readers"), version=1
        )
    with writing():
        actions.mark_share_mistaken(champion, ours, share, "It was another film", version=2)

    assert [row.version for row in queries.list_share_history(champion, ours.id, share)] == [3, 2, 1]
    assert queries.count_shares(champion, ours.id) == 0
    assert queries.count_shares(champion, ours.id, LedgerFilter(mistakes=True)) == 1
    assert queries.count_shared(champion, ours.id, Window(DAY, 12, demonstration=True)).either == 0
    assert [each.type for each in events(ours)] == ["share.added", "share.changed", "share.mistaken"]
    with pytest.raises(Conflict), writing():
        actions.change_share(champion, ours, share, film, FACTS, version=1)


def test_a_mistake_needs_its_reason(champion: Identity, ours: OrganisationRef, film: UUID) -> None:
    with writing():
        share = actions.add_shares(champion, ours, [film], FACTS)[0].entity_id
    with pytest.raises(RuleBroken), writing():
        actions.mark_share_mistaken(champion, ours, share, "", version=1)


def test_a_network_shares_for_all_who_are_members_on_that_day(
    manager: Identity, network: OrganisationRef, champion: Identity, ours: OrganisationRef, film: UUID
) -> None:
    later = factories.organisation(name="Joined later")
    join(manager, network, ours)
    join(manager, network, later, on=DAY + timedelta(days=1))
    with writing():
        share = actions.add_shares(manager, network, [film], FACTS, behalf=ALL)[0]

    named = queries.list_share_members(manager, [share])[share.id]
    assert [each.code for each in named] == ["X00901"]
    seen = queries.list_shares(champion, ours.id)
    assert [row.entity_id for row in seen] == [share.entity_id]
    assert queries.list_sharers(champion, ours.id, seen)[network.id].name == "Northmoor Network"
    found = queries.count_shared(champion, ours.id, Window(DAY, 12, demonstration=True))
    assert (found.own, found.on_behalf) == (0, 1)


def test_both_chains_are_told_in_one_group(
    manager: Identity, network: OrganisationRef, ours: OrganisationRef, film: UUID
) -> None:
    join(manager, network, ours)
    with writing():
        share = actions.add_shares(manager, network, [film], FACTS, behalf=ALL)[0]
    with writing():
        actions.mark_share_mistaken(manager, network, share.entity_id, "Never sent", version=1)

    theirs, told = events(network), events(ours)
    assert [each.type for each in theirs][1:] == ["share.added", "share.mistaken"]
    assert [each.type for each in told] == ["network.member_added", "share.for_member", "share.for_member"]
    groups = [each.header.split('"group":"')[1][:36] for each in (*theirs[1:], *told[1:])]
    assert groups[:2] == groups[2:]
    assert '"state":"taken_back"' in told[-1].header


def test_only_a_network_shares_for_others_and_only_for_its_members(
    manager: Identity, network: OrganisationRef, champion: Identity, ours: OrganisationRef, film: UUID
) -> None:
    other = factories.organisation(name="Another trust")
    join(manager, network, ours)
    with pytest.raises(RuleBroken) as caught, writing():
        actions.add_shares(champion, ours, [film], FACTS, behalf=ALL)
    assert "Only a network" in problems(caught)["whose"]
    with pytest.raises(RuleBroken) as caught, writing():
        actions.add_shares(
            manager, network, [film], FACTS, behalf=OnBehalf(members=frozenset({ours.id, other.id}))
        )
    assert "Not a member on that day" in problems(caught)["members"]
    with pytest.raises(RuleBroken) as caught, writing():
        actions.add_shares(manager, network, [film], FACTS, behalf=OnBehalf(members=frozenset({new_id()})))
    with pytest.raises(RuleBroken) as caught, writing():
        actions.add_shares(manager, network, [film], replace(FACTS, shared_on=date(2024, 12, 31)), behalf=ALL)
    assert "Nobody was on your list" in problems(caught)["whose"]


def test_a_member_cannot_change_what_its_network_recorded(
    manager: Identity, network: OrganisationRef, champion: Identity, ours: OrganisationRef, film: UUID
) -> None:
    join(manager, network, ours)
    with writing():
        share = actions.add_shares(manager, network, [film], FACTS, behalf=ALL)[0].entity_id
    with pytest.raises(NotFound), writing():
        actions.change_share(champion, ours, share, film, FACTS, version=1)
    with pytest.raises(NotFound), writing():
        actions.mark_share_mistaken(champion, ours, share, "Not ours", version=1)
    assert queries.get_share(champion, ours.id, share).organisation_id == network.id
    with pytest.raises(NotFound):
        queries.get_share(champion, network.id, share)
    # Who else was named is the network's to see.
    assert queries.list_share_members(champion, [queries.get_share(champion, ours.id, share)]) == {}


def test_who_may_not_write_writes_nothing(ours: OrganisationRef, film: UUID) -> None:
    stranger = factories.identity_of(factories.person(Role.CHAMPION, factories.organisation()))
    with pytest.raises(NotAllowed), writing():
        actions.add_shares(stranger, ours, [film], FACTS)
    assert queries.list_shares(stranger, ours.id) == []
    closed = factories.organisation(closed_on=date(2026, 1, 1))
    champion = factories.identity_of(factories.person(Role.CHAMPION, closed))
    with pytest.raises(NotAllowed), writing():
        actions.add_shares(champion, closed, [film], FACTS)


def test_the_list_of_members_is_dated_and_keeps_its_versions(
    manager: Identity, network: OrganisationRef, ours: OrganisationRef
) -> None:
    join(manager, network, ours)
    row = queries.list_members(manager, network.id)[0]
    with writing():
        actions.change_member(
            manager, network, row.entity_id, row.from_on, date(2025, 12, 31), version=row.version
        )

    assert queries.list_members(manager, network.id, on=date(2026, 1, 1)) == []
    assert len(queries.list_members(manager, network.id, on=date(2025, 12, 31))) == 1
    with pytest.raises(Conflict), writing():
        actions.change_member(manager, network, row.entity_id, row.from_on, None, version=1)
    join(manager, network, ours, on=date(2026, 1, 1))
    with pytest.raises(RuleBroken), writing():
        actions.add_members(manager, network, [ours.id], date(2026, 2, 1))


def test_a_membership_stays_as_long_as_something_was_shared_in_it(
    manager: Identity, network: OrganisationRef, ours: OrganisationRef, film: UUID
) -> None:
    join(manager, network, ours)
    row = queries.list_members(manager, network.id)[0]
    with writing():
        share = actions.add_shares(manager, network, [film], FACTS, behalf=ALL)[0].entity_id
    with pytest.raises(RuleBroken) as caught, writing():
        actions.change_member(
            manager, network, row.entity_id, row.from_on, DAY - timedelta(days=1), version=1
        )
    assert "on 4 May 2026" in problems(caught)["from_on"]
    with pytest.raises(RuleBroken), writing():
        actions.remove_member(manager, network, row.entity_id, "Another trust was meant", version=1)
    with writing():
        actions.mark_share_mistaken(manager, network, share, "Never sent", version=1)
    with writing():
        actions.remove_member(manager, network, row.entity_id, "Another trust was meant", version=1)
    assert queries.list_members(manager, network.id) == []


def shares_meanwhile(app: Flask, change: Callable[[], object], share: Callable[[], object]) -> list[str]:
    """Somebody shares for members while another's change of the list waits to be committed; what she is told."""
    told: list[str] = []

    def run() -> None:
        with app.app_context():
            try:
                with writing():
                    share()
            except RuleBroken as broken:
                told.extend(words for _field, words in broken.problems)
            finally:
                db.session.remove()

    other = Thread(target=run)
    with writing():
        change()
        other.start()
        _until_it_waits(other)
    other.join(30)
    return told


def _until_it_waits(other: Thread) -> None:
    """Until the other stands at a lock: SQLite lets nobody begin, PostgreSQL says who waits."""
    waits = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    for _each in range(100):
        other.join(0.05)
        if db.engine.dialect.name == "sqlite":
            return
        with db.engine.connect() as connection:
            if connection.scalar(waits):
                return
    raise AssertionError("The other never came to the lock")


def test_who_leaves_while_something_is_shared_for_it_is_not_named(
    app: Flask, manager: Identity, network: OrganisationRef, ours: OrganisationRef, film: UUID
) -> None:
    """Checked before the lock was held alone, the list of members could be another one by the time of writing."""
    other = factories.organisation()
    join(manager, network, ours, other)
    row = next(each for each in queries.list_members(manager, network.id) if each.id == ours.id)

    def leave() -> None:
        actions.change_member(
            manager, network, row.entity_id, row.from_on, DAY - timedelta(days=1), version=row.version
        )

    named = OnBehalf(members=frozenset({ours.id}))
    told = shares_meanwhile(
        app, leave, lambda: actions.add_shares(manager, network, [film], FACTS, behalf=named)
    )

    assert told and "Not a member on that day" in told[0]
    assert queries.count_shares(manager, network.id) == 0


def test_who_joins_while_a_share_for_all_is_changed_is_not_forgotten(
    app: Flask, manager: Identity, network: OrganisationRef, ours: OrganisationRef, film: UUID
) -> None:
    late = factories.organisation()
    join(manager, network, ours)
    with writing():
        share = actions.add_shares(manager, network, [film], FACTS)[0].entity_id

    told = shares_meanwhile(
        app,
        lambda: actions.add_members(manager, network, [late.id], date(2025, 1, 1)),
        lambda: actions.change_share(manager, network, share, film, FACTS, version=1, behalf=ALL),
    )

    found = queries.get_share(manager, network.id, share)
    if told:  # she is asked to look again
        assert "Your list of members has just changed" in told[0] and found.version == 1
    else:  # where the second only begins after the first
        assert len(queries.list_share_members(manager, [found])[found.id]) == 2


def test_only_networks_have_members_and_only_open_english_organisations_are_offered(
    manager: Identity, network: OrganisationRef, champion: Identity, ours: OrganisationRef
) -> None:
    for other in (
        factories.organisation(country="Wales"),
        factories.organisation(closed_on=date(2026, 1, 1)),
        factories.organisation(demonstration=False),
        network,
    ):
        with pytest.raises(RuleBroken), writing():
            actions.add_members(manager, network, [other.id], DAY)
    with pytest.raises(NotAllowed), writing():
        actions.add_members(champion, ours, [network.id], DAY)
    assert [each.code for each in queries.list_candidates(manager, network.id)] == ["X00901"]
    assert queries.list_candidates(champion, network.id) == ()


def test_a_network_sees_whom_it_has_reached_and_nothing_of_their_own(
    manager: Identity, network: OrganisationRef, champion: Identity, ours: OrganisationRef, film: UUID
) -> None:
    other, game = factories.organisation(), factories.national_resource("game", "A game")
    join(manager, network, ours, other)
    with writing():
        actions.add_shares(champion, ours, [game], FACTS)
    with writing():
        actions.add_shares(manager, network, [film], FACTS, behalf=OnBehalf(members=frozenset({other.id})))

    found = queries.list_resources_by_member(manager, network.id, Window(DAY, 12, demonstration=True))

    assert found == {ours.id: frozenset(), other.id: frozenset({film})}


SPANS = st.tuples(st.integers(0, 40), st.one_of(st.none(), st.integers(0, 20)))


@given(SPANS, SPANS)
def test_two_terms_meet_when_they_have_a_day_in_common(
    one: tuple[int, int | None], other: tuple[int, int | None]
) -> None:
    start = date(2025, 1, 1)
    first, second = (
        Term(
            UUID(int=1),
            start + timedelta(days=since),
            None if length is None else start + timedelta(days=since + length),
        )
        for since, length in (one, other)
    )
    days = [start + timedelta(days=each) for each in range(62)]
    assert first.meets(second) == any(first.covers(day) and second.covers(day) for day in days)


def test_terms_that_touch_do_not_meet() -> None:
    one = new_id()
    first = Term(one, date(2025, 1, 1), date(2025, 6, 30))
    assert not problems_of_term(Term(one, date(2025, 7, 1)), [first], DAY)
    assert problems_of_term(Term(one, date(2025, 6, 30)), [first], DAY)
    assert not problems_of_term(Term(new_id(), date(2025, 6, 30)), [first], DAY)
    assert problems_of_term(Term(one, date(2025, 9, 1), date(2025, 8, 1)), [], DAY)
    assert problems_of_term(Term(one, DAY + timedelta(days=1)), [], DAY)
