"""Reading evidence: only in scope, in date to the day, and as it stood at a moment."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask

from tests import factories
from tests.factories import identity_of
from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.errors import NotFound
from tracker.evidence import actions, queries
from tracker.evidence.actions import ItemInput, Received
from tracker.evidence.queries import EvidenceCount, RegisterCounts, RegisterFilter
from tracker.evidence.rules import EvidenceKind
from tracker.extensions import db
from tracker.web.transactions import writing


@pytest.fixture(autouse=True)
def rolled_back(app: Flask) -> Iterator[None]:
    yield
    db.session.rollback()


@pytest.fixture
def ours(app: Flask) -> OrganisationRef:
    factories.catalogue()
    return factories.organisation("X00101")


@pytest.fixture
def theirs(ours: OrganisationRef) -> OrganisationRef:
    return factories.organisation("X00102")


@pytest.fixture
def her(ours: OrganisationRef) -> Identity:
    return identity_of(factories.person(Role.CHAMPION, ours, name="Asha Patel"))


@pytest.fixture
def stranger(theirs: OrganisationRef) -> Identity:
    return identity_of(factories.person(Role.CHAMPION, theirs))


def add(
    identity: Identity,
    organisation: OrganisationRef,
    title: str = "Rota",
    *,
    content: bytes = b"",
    valid_until: date | None = None,
    codes: tuple[str, ...] = ("SEP16-12",),
) -> UUID:
    wanted = ItemInput(
        title, "", EvidenceKind.ROTA, date(2020, 1, 1), valid_until, "https://a.example/", codes
    )
    files = [Received("a.txt", io.BytesIO(content))] if content else []
    with writing():
        held, problems = actions.receive_files(identity, organisation, files)
        assert not problems
        return actions.add_item(identity, organisation, wanted, held).entity_id


def test_valid_until_still_counts_on_its_day(her: Identity, ours: OrganisationRef) -> None:
    today = clock.today()
    add(her, ours, "Today", valid_until=today)
    add(her, ours, "Yesterday", valid_until=today - timedelta(days=1))
    add(her, ours, "For ever")
    assert queries.count_states(her, ours.id) == RegisterCounts(live=2, out_of_date=1, withdrawn=0)
    counts = queries.count_by_recommendation(her)
    assert counts[(ours.id, "SEP16-12")] == EvidenceCount(in_use=3, live=2, live_with_file=0)


def test_nobody_reads_across(
    her: Identity, stranger: Identity, ours: OrganisationRef, theirs: OrganisationRef
) -> None:
    item = add(her, ours, content=b"secret")
    sha256 = queries.list_files(her, ours.id, item)[0].sha256
    everything = RegisterFilter()
    assert queries.list_register(stranger, ours.id, everything, limit=50, offset=0) == []
    assert queries.count_register(stranger, ours.id, everything) == 0
    assert queries.count_states(stranger, ours.id).total == 0
    assert queries.count_by_recommendation(stranger) == {}
    assert queries.list_for_recommendation(stranger, ours.id, "SEP16-12") == []
    assert queries.list_versions(stranger, ours.id, item) == []
    assert queries.list_files(stranger, ours.id, item) == []
    assert queries.list_links(stranger, ours.id, item) == []
    assert queries.list_link_versions(stranger, ours.id, item) == []
    assert queries.list_subjects(stranger, ours.id, [item]) == {}
    assert queries.list_names(stranger, ours.id, item) == {}
    assert queries.find_same_bytes(stranger, ours.id, sha256) is None
    assert queries.find_same_bytes(stranger, theirs.id, sha256) is None
    for organisation in (ours, theirs):
        with pytest.raises(NotFound):
            queries.get_item(stranger, organisation.id, item)
        with pytest.raises(NotFound):
            queries.get_file(stranger, organisation.id, item, 1)


def test_a_national_lead_reads_everything(her: Identity, ours: OrganisationRef) -> None:
    item = add(her, ours)
    lead = identity_of(factories.person(Role.NATIONAL_LEAD))
    assert queries.get_item(lead, ours.id, item).item.title == "Rota"


def test_a_past_moment_stays_as_it_was(her: Identity, ours: OrganisationRef) -> None:
    item = add(her, ours, content=b"one")
    before = queries.get_item(her, ours.id, item).item.recorded_at
    with writing():
        actions.withdraw_item(her, ours, item, "Replaced", version=1)
    key = (ours.id, "SEP16-12")
    assert queries.count_by_recommendation(her)[key] == EvidenceCount()
    then = queries.count_by_recommendation(her, at=before)
    assert then[key] == EvidenceCount(in_use=1, live=1, live_with_file=1)
    assert queries.count_by_recommendation(her, at=before - timedelta(seconds=1)) == {}


def test_the_same_bytes_prefer_an_item_in_use(her: Identity, ours: OrganisationRef) -> None:
    first = add(her, ours, "First", content=b"one")
    second = add(her, ours, "Second", content=b"one")
    sha256 = queries.list_files(her, ours.id, first)[0].sha256
    with writing():
        actions.withdraw_item(her, ours, first, "Replaced", version=1)
    found = queries.find_same_bytes(her, ours.id, sha256)
    assert found is not None
    assert found.item.entity_id == second


def test_the_filter_takes_words_as_they_are(her: Identity, ours: OrganisationRef) -> None:
    add(her, ours, "100% of wards_A")
    add(her, ours, "Half of the wards")

    def titles(text: str) -> list[str]:
        found = queries.list_register(her, ours.id, RegisterFilter(text=text), limit=50, offset=0)
        return [each.item.title for each in found]

    assert titles("%") == titles("WARDS_a") == ["100% of wards_A"]
    assert len(titles("wards")) == 2


def test_names_of_who_wrote_and_who_added(her: Identity, ours: OrganisationRef) -> None:
    item = add(her, ours, content=b"one")
    assert queries.list_names(her, ours.id, item) == {her.user_id: "Asha Patel"}
