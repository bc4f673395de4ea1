"""A trust on a fixed day with a champion, and short ways to record what a test needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from flask import Flask

from tests import factories
from tests.factories import Person
from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.measures.base import At, Figure
from tracker.measures.coverage import actions
from tracker.measures.coverage.measure import MEASURE
from tracker.measures.coverage.rules import (
    Count,
    Counted,
    Group,
    Level,
    Line,
    Named,
    NeedsInput,
    PositionInput,
    Route,
)
from tracker.web.transactions import writing

TODAY = date(2026, 11, 23)
LEVELS = {
    Group.CONSULTANTS: Level.MANAGE, Group.SPECIALTY: Level.MANAGE, Group.TRAINEES: Level.MANAGE,
    Group.STUDENTS: Level.AWARENESS, Group.NURSES: Level.MANAGE, Group.ALLIED: Level.RECOGNISE,
    Group.TECHNICAL: Level.RECOGNISE, Group.SCIENTISTS: Level.AWARENESS,
    Group.CLINICAL_SUPPORT: Level.RECOGNISE, Group.CLERICAL: Level.AWARENESS, Group.ESTATES: Level.AWARENESS,
    Group.SUPPLEMENTARY: Level.NOTHING,
}  # fmt: skip
# In post and in date, for 1,000 staff; by hand: 893 at the level they need, the ten in supplementary roles too.
HEADS = {
    Group.CONSULTANTS: (50, 46), Group.SPECIALTY: (20, 18), Group.TRAINEES: (60, 55),
    Group.STUDENTS: (10, 9), Group.NURSES: (300, 280), Group.ALLIED: (80, 75),
    Group.TECHNICAL: (40, 37), Group.SCIENTISTS: (30, 28), Group.CLINICAL_SUPPORT: (200, 185),
    Group.CLERICAL: (150, 110), Group.ESTATES: (50, 40), Group.SUPPLEMENTARY: (10, 0),
}  # fmt: skip
ROUTES = tuple(Route(each, True, "Yearly e-learning") for each in Named)


def table(levels: dict[Group, Level] | None = None, **more: object) -> NeedsInput:
    """A needs table that a meeting agreed."""
    lines = tuple(Line(group, level) for group, level in (levels or LEVELS).items())
    said: dict[str, object] = {
        "who": {}, "agreed_by": "Deteriorating Patient Group", "agreed_on": date(2026, 1, 12),
        "review_on": date(2028, 1, 12), "interval_months": 24, "target_percent": None,
    }  # fmt: skip
    return NeedsInput(lines=lines, **{**said, **more})  # type: ignore[arg-type]


def counts(heads: dict[Group, tuple[int, int]] | None = None) -> tuple[Count, ...]:
    """Lines at the levels of the table."""
    return tuple(
        Count(Line(group, LEVELS[group]), post, in_date)
        for group, (post, in_date) in (heads or HEADS).items()
    )


def position(
    about: date = date(2026, 9, 30), lines: tuple[Count, ...] | None = None, **more: object
) -> PositionInput:
    """The numbers of a date."""
    said: dict[str, object] = {
        "source": "ESR report", "interval_months": 24, "counted": Counted.PEOPLE, "number_right": True,
    }  # fmt: skip
    return PositionInput(about_on=about, counts=counts() if lines is None else lines, **{**said, **more})  # type: ignore[arg-type]


@dataclass
class Trust:
    """One trust, and who records in it."""

    organisation: OrganisationRef
    champion: Person
    by: Identity

    def needs(self, wanted: NeedsInput | None = None, version: int = 0) -> None:
        with writing():
            actions.record_needs(self.by, self.organisation, wanted or table(), version=version)

    def routes(self, routes: tuple[Route, ...] = ROUTES, version: int = 0) -> None:
        with writing():
            actions.record_routes(self.by, self.organisation, routes, version=version)

    def numbers(
        self, wanted: PositionInput | None = None, version: int = 0, item: UUID | None = None
    ) -> UUID:
        with writing():
            return actions.record_position(
                self.by, self.organisation, wanted or position(), version=version, position_id=item
            ).entity_id

    def figure(
        self, code: str = "SEP16-10", at: At | None = None, identity: Identity | None = None
    ) -> Figure:
        found = MEASURE.figures(identity or self.by, code, [self.organisation.id], at or At(TODAY))
        return found[self.organisation.id]

    @property
    def address(self) -> str:
        return f"/organisations/{self.organisation.code}/coverage"


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The clock: a test may set `now[0]` to another moment."""
    moment = [datetime(2026, 11, 23, 9, 0, tzinfo=UTC)]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    return moment


@pytest.fixture
def trust(app: Flask, now: list[datetime]) -> Trust:
    """A trust of whose training nothing is recorded."""
    factories.catalogue()
    organisation = factories.organisation("X00901", "Northmoor Hospitals")
    champion = factories.person(Role.CHAMPION, organisation, name="Asha Patel")
    return Trust(organisation, champion, factories.identity_of(champion))


def grid(heads: dict[str, tuple[object, object]], **more: object) -> dict[str, object]:
    """A form of the grid as a browser sends it; `heads` by the key of the line."""
    form: dict[str, object] = {
        "about_on-day": "30", "about_on-month": "9", "about_on-year": "2026", "source": "ESR report",
        "interval_months": "24", "counted": "people", "version": "0", "idempotency_key": uuid4().hex,
    }  # fmt: skip
    for key, (post, in_date) in heads.items():
        form[f"post_{key}"], form[f"date_{key}"] = str(post), str(in_date)
    return form | more
