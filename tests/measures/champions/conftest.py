"""A trust with a champion, and short ways to record what a test needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from tests import factories
from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.measures.champions import actions
from tracker.measures.champions.actions import Successor
from tracker.measures.champions.rules import Arrangement, Decided, Decision, Duty, Model, Part, Person, Post
from tracker.web.transactions import writing

TODAY = date(2026, 11, 23)


@dataclass
class Trust:
    """One trust, and who records in it."""

    organisation: OrganisationRef
    by: Identity

    def decide(
        self, decision: Decision = Decision.ADOPT, on: date = date(2026, 1, 5), version: int = 0
    ) -> None:
        with writing():
            actions.record_decision(
                self.by, self.organisation, Decided(on, "DPG", decision, "Why"), version=version
            )

    def arrange(self, arrangement: Arrangement, version: int = 0, **more: Any) -> None:
        with writing():
            actions.record_model(self.by, self.organisation, Model(arrangement, **more), version=version)

    def departments(self, *names: str, since: date = date(2026, 1, 1)) -> list[UUID]:
        with writing():
            return [
                each.entity_id for each in actions.add_departments(self.by, self.organisation, names, since)
            ]

    def post(self, name: str, start: date, end: date | None = None, **more: Any) -> UUID:
        with writing():
            return actions.add_post(self.by, self.organisation, a_post(name, start, end, **more)).entity_id

    def review(self, on: date) -> None:
        with writing():
            actions.add_review(self.by, self.organisation, on, "DPG", "It works")

    def hand_over(self, leaver: UUID, end: date, name: str, start: date | None = None, **more: Any) -> UUID:
        with writing():
            successor = Successor(name, "Nurse", start, **more)
            return actions.hand_over(self.by, self.organisation, leaver, end, successor, version=1).entity_id


def a_post(name: str, start: date | None, end: date | None = None, **more: Any) -> Post:
    """Somebody in the role: a nurse, with no deputy and no duties unless told."""
    deputy = more.pop("deputy", "")
    values: dict[str, Any] = {"id": uuid4(), "part": Part.CHAMPION, "duties": frozenset({Duty.OWNS}), **more}
    return Post(
        starts_on=start,
        ends_on=end,
        holder=Person(name, "Nurse"),
        deputy=Person(deputy),
        has_deputy=bool(deputy),
        **values,
    )


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """`set_clock(day)` makes it noon of that day."""

    def at(day: date) -> None:
        monkeypatch.setattr(clock, "now", lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC))

    at(TODAY)
    return at


@pytest.fixture
def trust(app: Flask, set_clock: Callable[[date], None]) -> Trust:
    factories.catalogue()
    organisation = factories.organisation("X00101", "Northmoor University Hospitals")
    return Trust(organisation, factories.identity_of(factories.person(Role.CHAMPION, organisation)))
