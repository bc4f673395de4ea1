"""What the summary is made of, through the tables: entries, evidence and findings at any moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from uuid import UUID

import sqlalchemy as sa

from tests import factories
from tracker import clock
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.assurance.models import Finding
from tracker.assurance.rules import Outcome
from tracker.catalogue.rules import Delivery
from tracker.database import new_id
from tracker.evidence.models import EvidenceItem, EvidenceLink
from tracker.evidence.rules import EvidenceKind
from tracker.extensions import db
from tracker.progress.models import ProgressEntry
from tracker.progress.rules import Change
from tracker.web.transactions import writing

NUMBERS = range(9, 19)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def months_ago(months: int) -> date:
    return clock.months_before(clock.today(), months)


@dataclass
class World:
    """A catalogue, a national lead, and the author of everything recorded."""

    lead: factories.Person
    author: factories.Person
    versions: dict[tuple[UUID, str], int] = field(default_factory=dict)

    def record(
        self,
        organisation: OrganisationRef,
        number: int,
        delivery: Delivery = Delivery.IN_PROGRESS,
        *,
        on: date | None = None,
        reason: str = "",
    ) -> UUID:
        """An entry recorded and confirmed on a day (today), which supersedes the one before."""
        code, at = f"SEP16-{number:02}", noon(on or clock.today()) if on else clock.now()
        version = self.versions.get((organisation.id, code), 0) + 1
        self.versions[organisation.id, code] = version
        declared = delivery in (Delivery.DELIVERED, Delivery.ASSURED)
        with writing():
            db.session.execute(
                sa.update(ProgressEntry)
                .where(
                    ProgressEntry.organisation_id == organisation.id,
                    ProgressEntry.recommendation_code == code,
                    ProgressEntry.superseded_at.is_(None),
                )
                .values(superseded_at=at)
            )
            entry = ProgressEntry(
                organisation_id=organisation.id, id=new_id(), recorded_at=at, recommendation_code=code,
                version=version, change=Change.RECORDED, delivery=delivery, summary="It is so", note="",
                reason=reason, accountable_person="", lead_executive="", forum="", confirmed_on=clock.local_day(at),
                text_digest="0" * 64, delivered_version=version if declared else None, author_id=self.author.id,
            )  # fmt: skip
            db.session.add(entry)
            made: UUID = entry.id
        return made

    def record_all(
        self, organisation: OrganisationRef, delivery: Delivery, *, on: date | None = None
    ) -> None:
        for number in NUMBERS:
            self.record(organisation, number, delivery, on=on)

    def evidence(
        self, organisation: OrganisationRef, number: int, *, on: date, until: date | None = None
    ) -> None:
        """An item in use that supports a recommendation."""
        versioned = {"organisation_id": organisation.id, "recorded_at": noon(on)}
        with writing():
            item = EvidenceItem(
                **versioned, id=new_id(), entity_id=new_id(), title="Minutes", shows="", kind=next(iter(EvidenceKind)),
                dated_on=on, valid_until=until, author_id=self.author.id, version=1,
            )  # fmt: skip
            db.session.add(item)
            db.session.add(
                EvidenceLink(
                    **versioned, item_id=item.entity_id, subject_kind="recommendation",
                    subject_code=f"SEP16-{number:02}",
                )
            )  # fmt: skip

    def finding(self, organisation: OrganisationRef, number: int, entry: UUID, outcome: Outcome) -> None:
        with writing():
            db.session.add(
                Finding(
                    organisation_id=organisation.id, recommendation_code=f"SEP16-{number:02}", entry_id=entry,
                    outcome=outcome, note="", author_id=self.lead.id, author_role=Role.NATIONAL_LEAD,
                    recorded_at=clock.now(),
                )
            )  # fmt: skip


def make_world() -> World:
    factories.catalogue()
    return World(factories.person(Role.NATIONAL_LEAD), factories.person())
