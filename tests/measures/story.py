"""Invented organisations that record their measures over half a year, each step by its real action on its day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests import factories
from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.catalogue.rules import OrganisationKind
from tracker.library import actions as library_actions
from tracker.library import queries as library
from tracker.library.loader import load_guidelines
from tracker.library.rules import (
    Format,
    HowDiscussed,
    Patients,
    ResourceFacts,
    Setting,
    Source,
    StaffGroup,
    versions_needed,
)
from tracker.measures import find_measure
from tracker.measures.alignment import actions as alignment
from tracker.measures.alignment.rules import Result
from tracker.measures.base import At, Figure
from tracker.measures.questions import queries as questions
from tracker.measures.questions.actions import AnswersInput, answer_questions
from tracker.web.transactions import writing

# NG253 and NG254 took the place of NG51 on 19 November 2025; what followed NG51 is to be checked again by 30
# November 2026. NG255 has no date in the shipped register, so NG51 of 2024 goes on counting for pregnancy.
BEGINS = date(2025, 10, 6)
BEFORE = date(2025, 10, 31)
CORRECTED = date(2026, 1, 15)
AFTER = date(2026, 3, 31)
RECHECK_BY = date(2026, 11, 30)


@dataclass
class Place:
    """One organisation, who records in it, and the clock."""

    monkeypatch: pytest.MonkeyPatch
    organisation: OrganisationRef
    by: Identity
    resources: dict[str, UUID] = field(default_factory=dict)
    facts: dict[str, ResourceFacts] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    checks: dict[str, int] = field(default_factory=dict)

    def stand(self, day: date) -> None:
        """Noon of that day."""
        stand(self.monkeypatch, day)

    @contextmanager
    def on(self, day: date) -> Iterator[None]:
        self.stand(day)
        with writing():
            yield

    def figure(self, code: str, day: date, known_on: date | None = None) -> Figure:
        """About a day; `known_on`: from what was recorded by the end of that other day."""
        measure, moment = find_measure(code), known_on and clock.end_of_day(known_on)
        assert measure is not None
        return measure.figures(self.by, code, [self.organisation.id], At(day, moment))[self.organisation.id]

    def answer(self, day: date, code: str, about: date, values: Mapping[str, Any], source: str = "") -> None:
        with self.on(day):
            key = questions.get_asked(self.organisation.kind, code).declared.key
            version = questions.latest_version(self.by, self.organisation.id, code, key)
            wanted = AnswersInput(about, values, source)
            answer_questions(self.by, self.organisation, code, wanted, version=version)

    def list(self, day: date, title: str, **more: Any) -> None:
        """Put training on the list."""
        said: dict[str, Any] = {
            "format": Format.SESSION, "source": Source.OWN, "setting": Setting.ANY, "patients": Patients.ADULTS,
            "staff_groups": frozenset({StaffGroup.NURSING}), "is_online": False, **more,
        }  # fmt: skip
        self.facts[title] = ResourceFacts(title=title, **said)
        with self.on(day):
            row = library_actions.add_resource(self.by, self.organisation, self.facts[title])
        self.resources[title], self.versions[title] = row.entity_id, row.version

    def change(self, day: date, title: str, **more: Any) -> None:
        self.facts[title] = replace(self.facts[title], **more)
        with self.on(day):
            row = library_actions.change_resource(
                self.by, self.organisation, self.resources[title], self.facts[title], version=self.versions[title]
            )  # fmt: skip
        self.versions[title] = row.version

    def withdraw(self, day: date, title: str, on: date) -> None:
        with self.on(day):
            library_actions.withdraw_resource(
                self.by, self.organisation, self.resources[title],
                on=on, reason="Said in the bulletin", version=self.versions[title],
            )  # fmt: skip

    def check(self, day: date, title: str, result: Result, on: date | None = None) -> None:
        """Held against the guidelines that counted for its patients on the day of the check."""
        checked_on = on or day
        with self.on(day):
            needed = versions_needed(library.list_versions(), self.facts[title].patients, checked_on)
            alignment.assess(
                self.by, self.organisation, self.resources[title], result=result, assessed_on=checked_on,
                assessor="Practice education", versions=needed, note="", version=self.checks.get(title, 0),
            )  # fmt: skip
        self.checks[title] = self.checks.get(title, 0) + 1

    def talk(self, day: date, title: str, how: HowDiscussed, ran: date) -> None:
        self.change(day, title, discussed=how, discussed_on=ran, discussed_by=12)


def place(monkeypatch: pytest.MonkeyPatch, kind: OrganisationKind = OrganisationKind.NHS_TRUST) -> Place:
    """An organisation with its champion, in a tracker that began on the first day of the story."""
    stand(monkeypatch, BEGINS)
    factories.catalogue()
    with writing():
        library_actions.seed_guidelines(load_guidelines())
    organisation = factories.organisation("X00901", "Invented place", kind=kind)
    by = factories.identity_of(factories.person(Role.CHAMPION, organisation))
    return Place(monkeypatch, organisation, by)


def stand(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


def new_id() -> UUID:
    return uuid4()
