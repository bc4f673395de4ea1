"""Writing progress on a real database: past days stay as they were, and closed organisations are read-only."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from tests import factories
from tracker import clock
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.audit import queries as audit
from tracker.audit.rules import verify_chain
from tracker.catalogue.rules import Delivery
from tracker.errors import Conflict, NotAllowed
from tracker.progress import actions, queries
from tracker.progress.actions import ActionInput
from tracker.progress.rules import Position
from tracker.web.transactions import writing

CODE = "SEP16-12"


@pytest.fixture
def trust(app: Flask) -> OrganisationRef:
    factories.catalogue()
    return factories.organisation("X00101")


def at(monkeypatch: pytest.MonkeyPatch, *when: int) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(*when, tzinfo=UTC))


def record(identity, trust, version: int, **position: object) -> None:
    with writing():
        actions.record_progress(identity, trust, CODE, Position(**position), version=version)


def test_a_past_day_is_exact_for_ever(trust: OrganisationRef, monkeypatch: pytest.MonkeyPatch) -> None:
    her = factories.identity_of(factories.person(Role.CHAMPION, trust))
    at(monkeypatch, 2026, 3, 31, 22, 59)  # 23:59 in London, which keeps summer time
    record(her, trust, 0, delivery=Delivery.IN_PROGRESS)
    at(monkeypatch, 2026, 3, 31, 23, 1)  # the first of April in London
    record(her, trust, 1, delivery=Delivery.DELIVERED, summary="Now", delivered_on=date(2026, 1, 1))
    at(monkeypatch, 2026, 11, 23, 12, 0)

    def delivery_on(day: date) -> Delivery | None:
        return queries.get_record(her, trust.id, trust.kind, CODE, clock.end_of_day(day)).delivery

    assert delivery_on(date(2026, 3, 30)) is None
    assert delivery_on(date(2026, 3, 31)) is Delivery.IN_PROGRESS
    assert delivery_on(date(2026, 4, 1)) is Delivery.DELIVERED
    record(her, trust, 2, delivery=Delivery.NOT_STARTED, reason="A mistake")
    assert delivery_on(date(2026, 4, 1)) is Delivery.DELIVERED
    assert delivery_on(date(2026, 11, 23)) is Delivery.NOT_STARTED


def test_the_chain_holds_and_never_goes_back_in_time(
    trust: OrganisationRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    her = factories.identity_of(factories.person(Role.CHAMPION, trust))
    at(monkeypatch, 2026, 5, 1, 12, 0)
    record(her, trust, 0, delivery=Delivery.NOT_STARTED)
    at(monkeypatch, 2026, 4, 1, 12, 0)  # a clock that was set back
    record(her, trust, 1, delivery=Delivery.IN_PROGRESS)
    result = verify_chain(audit.iter_chain(trust.id), chain=str(trust.id))
    assert result.ok and result.count == 2
    entry = queries.find_entry(her, trust.id, CODE)
    assert entry is not None and entry.recorded_at == datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def test_a_stale_version_is_a_conflict(trust: OrganisationRef) -> None:
    her = factories.identity_of(factories.person(Role.CHAMPION, trust))
    record(her, trust, 0, delivery=Delivery.NOT_STARTED)
    with pytest.raises(Conflict) as conflict:
        record(her, trust, 0, delivery=Delivery.IN_PROGRESS)
    assert conflict.value.current_version == 1


def test_a_closed_organisation_is_read_only(trust: OrganisationRef) -> None:
    closed = factories.organisation("X00109", closed_on=date(2025, 3, 31))
    her = factories.identity_of(factories.person(Role.CHAMPION, closed))
    with pytest.raises(NotAllowed):
        record(her, closed, 0, delivery=Delivery.NOT_STARTED)


def test_nobody_writes_for_another_organisation_nor_the_national_lead(trust: OrganisationRef) -> None:
    other = factories.organisation("X00110")
    stranger = factories.identity_of(factories.person(Role.CHAMPION, other))
    national = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    for identity in (stranger, national):
        with pytest.raises(NotAllowed):
            record(identity, trust, 0, delivery=Delivery.NOT_STARTED)


def test_a_trust_does_not_answer_for_universities(trust: OrganisationRef) -> None:
    her = factories.identity_of(factories.person(Role.CHAMPION, trust))
    with pytest.raises(NotAllowed), writing():
        actions.record_progress(her, trust, "SEP16-21", Position(Delivery.NOT_STARTED), version=0)


def test_actions_are_versions_too(trust: OrganisationRef, monkeypatch: pytest.MonkeyPatch) -> None:
    her = factories.identity_of(factories.person(Role.CHAMPION, trust))
    at(monkeypatch, 2026, 5, 1, 12, 0)
    with writing():
        made = actions.add_action(
            her, trust, CODE, ActionInput("Name a champion", "Matron", date(2026, 6, 1), None)
        )
        identity = made.entity_id
    at(monkeypatch, 2026, 6, 2, 12, 0)
    done = ActionInput("Name a champion", "Matron", date(2026, 6, 1), date(2026, 6, 2))
    with writing():
        actions.change_action(her, trust, identity, done, version=1)
    (before,) = queries.list_actions(her, trust.id, CODE, clock.end_of_day(date(2026, 5, 31)))
    (after,) = queries.list_actions(her, trust.id, CODE)
    assert (before.done_on, after.done_on) == (None, date(2026, 6, 2))
    with pytest.raises(Conflict), writing():
        actions.change_action(her, trust, identity, done, version=1)
