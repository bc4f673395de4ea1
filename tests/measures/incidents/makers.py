"""A register told to a clock that tests set: incidents and confirmations at moments of their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.measures.incidents import actions
from tracker.measures.incidents.rules import (
    Facts,
    Framework,
    Loop,
    NilFacts,
    Resource,
    Response,
    Theme,
    Training,
    last_day,
)
from tracker.web.transactions import writing

DAY = date(2026, 11, 23)
CANARY = "yellowhammer"
FACTS = Facts(
    "1", Framework.PSIRF, Response.SWARM, date(2026, 1, 1), f"{CANARY} ward", Theme.FLUIDS, f"{CANARY} learnt"
)


class Register:
    """Writes in somebody's name on days that are given; stands on `DAY` when nothing is said."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, by: Identity, trust: OrganisationRef) -> None:
        self.by, self.trust, self.monkeypatch, self.count = by, trust, monkeypatch, 0
        self.stand(DAY)

    def stand(self, day: date) -> None:
        moment = datetime.combine(day, time(12), tzinfo=UTC)
        self.monkeypatch.setattr(clock, "now", lambda: moment)

    def add(self, month: date, *, on: date = DAY, **changes: object) -> UUID:
        self.stand(on)
        self.count += 1
        wanted = replace(FACTS, month=month, reference=f"{CANARY}-{self.count}", **changes)  # type: ignore[arg-type]
        with writing():
            found = actions.add_incident(self.by, self.trust, wanted).entity_id
        self.stand(DAY)
        return found

    def share(
        self, item: UUID, month: date, *, on: date = DAY, closed: bool = False, version: int = 1
    ) -> None:
        """Learning reaches both ten days after the month, and slides are used."""
        self.stand(on)
        shared = last_day(month) + timedelta(days=10)
        wanted = Loop(
            f"{CANARY} learnt", shared, shared, None, Resource.OWN, f"{CANARY} slides", None,
            Training.NO_CHANGE, "", None, f"{CANARY} taught already", shared if closed else None,
        )  # fmt: skip
        with writing():
            actions.record_loop(self.by, self.trust, item, wanted, version=version)
        self.stand(DAY)

    def learnt(self, month: date, *, on: date = DAY, closed: bool = True) -> UUID:
        item = self.add(month, on=on)
        self.share(item, month, on=on, closed=closed)
        return item

    def none(self, first: date, last: date, *, on: date = DAY) -> UUID:
        self.stand(on)
        wanted = NilFacts(first, last, "Patient safety team", f"{CANARY} name", on)
        with writing():
            found = actions.confirm_none(self.by, self.trust, wanted).entity_id
        self.stand(DAY)
        return found
