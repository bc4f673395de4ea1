"""Trusts with records, evidence and audit trail in bulk: plausible, the same each time, no step of it measured."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import Table, func, select

from tracker import clock
from tracker.access.permissions import Role
from tracker.accounts.models import Membership, User
from tracker.audit import rules as audit
from tracker.audit.models import AuditEvent, AuditPrivate, ChainHead
from tracker.catalogue.models import Recommendation, RecommendationKind
from tracker.catalogue.rules import Delivery, OrganisationKind
from tracker.database import new_id
from tracker.evidence.models import EvidenceFile, EvidenceItem, EvidenceLink
from tracker.evidence.rules import EvidenceKind
from tracker.extensions import db
from tracker.organisations.models import Icb, Organisation, OrganisationName, OrganisationPlace, Region
from tracker.progress.models import ProgressEntry
from tracker.progress.rules import Change, Confidence
from tracker.web.transactions import writing

LONG_AGO = datetime(2015, 1, 1, tzinfo=UTC)
REGIONS, BOARDS = 7, 42
# How far each record got: plausible, not measured anywhere.
POSITIONS = {
    Delivery.NOT_STARTED: 20,
    Delivery.IN_PROGRESS: 35,
    Delivery.DELIVERED: 25,
    Delivery.ASSURED: 20,
}
LADDER = (Delivery.NOT_STARTED, Delivery.IN_PROGRESS, Delivery.DELIVERED, Delivery.ASSURED)
SALT = bytes(audit.SALT_BYTES)
Rows = dict[str, list[dict[str, Any]]]
_TABLES = (
    Organisation, OrganisationName, OrganisationPlace, ChainHead, AuditEvent, AuditPrivate,
    ProgressEntry, EvidenceItem, EvidenceFile, EvidenceLink,
)  # fmt: skip


@dataclass(frozen=True)
class People:
    """Who asks in a benchmark: readers of the first trust, a writer of the second, a national lead."""

    author: UUID
    champion: UUID
    writer: UUID
    lead: UUID
    national: UUID
    auditor: UUID


def code_of(number: int) -> str:
    return f"X{number:05}"


def organisation_id(number: int) -> UUID:
    return UUID(int=(0x0190 << 112) | (7 << 76) | (2 << 62) | number)


def fill_people(app: Flask) -> People:
    """People and the places that trusts lie in; before any trust."""
    with app.app_context(), writing():
        ids = [new_id() for _ in range(6)]
        for number, user_id in enumerate(ids, start=1):
            db.session.add(
                User(
                    id=user_id,
                    email=f"person{number}@demo.example",
                    name=f"Person {number}",
                    created_at=LONG_AGO,
                )
            )
        for number in range(REGIONS):
            db.session.add(Region(code=f"XR{number}", name=f"Region {number}", demonstration=True))
        for number in range(BOARDS):
            region = f"XR{number % REGIONS}"
            db.session.add(
                Icb(code=f"XB{number:02}", name=f"Board {number}", region_code=region, demonstration=True)
            )
        return People(*ids)


def give_roles(app: Flask, people: People) -> None:
    """Once the first trusts are there."""
    first, second = organisation_id(1), organisation_id(2)
    held = (
        (people.champion, Role.CHAMPION, first),
        (people.lead, Role.TRUST_LEAD, first),
        (people.writer, Role.CHAMPION, second),
        (people.national, Role.NATIONAL_LEAD, None),
        (people.auditor, Role.AUDITOR, first),
    )
    with app.app_context(), writing():
        for user_id, role, place in held:
            db.session.add(
                Membership(
                    user_id=user_id, role=role, organisation_id=place, starts_on=date(2020, 1, 1),
                    until=clock.today() + timedelta(days=90), recorded_at=LONG_AGO,
                )
            )  # fmt: skip


def fill_trusts(app: Flask, author: UUID, first: int, last: int) -> None:
    """Trusts number `first` to `last`, each with ten records, their history, evidence and audit trail."""
    with app.app_context():
        asked = _asked()
        for start in range(first, last + 1, 100):
            rows: Rows = {model.__tablename__: [] for model in _TABLES}
            for number in range(start, min(start + 100, last + 1)):
                _Trust(number, author, rows).write(asked)
            _insert(rows)
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("ANALYZE")


def add_files(app: Flask, author: UUID, number: int, *, count: int, size: int) -> int:
    """Large files of evidence for one trust, straight into the store; the bytes in all."""
    with app.app_context():
        rows: Rows = {model.__tablename__: [] for model in _TABLES}
        head = db.session.get(ChainHead, organisation_id(number))
        assert head is not None
        trust = _Trust(number, author, rows, seq=head.seq, prev=head.hash, at=clock.now())
        store: Path = app.extensions["evidence_store"].root / "cas" / str(organisation_id(number))
        for place in range(count):
            content = random.Random(place).randbytes(size)
            sha256 = hashlib.sha256(content).hexdigest()
            path = store / sha256[:2] / sha256
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            trust.add_item("SEP16-12", f"Recording {place + 1}", file=(sha256, size))
        db.session.rollback()
        _insert({name: found for name, found in rows.items() if name != "chain_heads"})
        with writing():
            head = db.session.get(ChainHead, organisation_id(number))
            assert head is not None
            head.seq, head.hash, head.at = trust.seq, trust.prev, trust.at
    return count * size


def count_rows(app: Flask) -> dict[str, int]:
    with app.app_context():
        found = {
            model.__tablename__: db.session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Organisation, ProgressEntry, EvidenceItem, AuditEvent)
        }
        db.session.rollback()
        return found


def _asked() -> list[tuple[str, str]]:
    query = (
        select(Recommendation.code, Recommendation.text_digest)
        .join(RecommendationKind, RecommendationKind.recommendation_code == Recommendation.code)
        .where(RecommendationKind.kind == OrganisationKind.NHS_TRUST.value)
        .order_by(Recommendation.number)
    )
    found = [(row[0], row[1]) for row in db.session.execute(query)]
    db.session.rollback()
    return found


def _insert(rows: Rows) -> None:
    with writing():
        for model in _TABLES:
            table = model.__table__
            assert isinstance(table, Table)
            if found := rows.get(model.__tablename__):
                db.session.execute(table.insert(), found)


class _Trust:
    """The rows of one trust, in the order of time, with a chain that verifies."""

    def __init__(
        self,
        number: int,
        author: UUID,
        rows: Rows,
        *,
        seq: int = 0,
        prev: str = audit.GENESIS,
        at: datetime = LONG_AGO,
    ) -> None:
        self.number, self.author, self.rows = number, author, rows
        self.id, self.choose = organisation_id(number), random.Random(number)
        self.seq, self.prev, self.at = seq, prev, at

    def write(self, asked: list[tuple[str, str]]) -> None:
        self._organisation()
        steps = [step for code, digest in asked for step in self._steps(code, digest)]
        for moment, step in sorted(steps, key=lambda each: each[0]):
            self.at = moment
            self._entry(step)
        self._add("chain_heads", chain_id=self.id, seq=self.seq, hash=self.prev, at=self.at)

    def _organisation(self) -> None:
        since, dated = (
            date(2010, 4, 1),
            {"organisation_id": self.id, "recorded_at": LONG_AGO, "superseded_at": None},
        )
        self._add(
            "organisations", id=self.id, code=code_of(self.number), kind=OrganisationKind.NHS_TRUST,
            country="England", opened_on=since, closed_on=None, absent_since=None, last_seen_on=None,
            demonstration=True, created_at=LONG_AGO,
        )  # fmt: skip
        dated |= {"valid_from": since, "valid_until": None}
        self._add("organisation_names", id=new_id(), name=f"HOSPITALS OF PLACE {self.number:05}", **dated)
        board = self.number % BOARDS
        self._add(
            "organisation_places",
            id=new_id(),
            region_code=f"XR{board % REGIONS}",
            icb_code=f"XB{board:02}",
            **dated,
        )

    def _steps(self, code: str, digest: str) -> list[tuple[datetime, dict[str, Any]]]:
        """The entries of one record: up the ladder to where it is, each some weeks after the one before."""
        reached = self.choose.choices(list(POSITIONS), list(POSITIONS.values()))[0]
        path = list(LADDER[: LADDER.index(reached) + 1])
        if len(path) > 2 and self.choose.random() < 0.6:
            path.remove(Delivery.NOT_STARTED)
        moment = clock.now() - timedelta(
            days=self.choose.randint(420, 720), seconds=self.choose.randint(0, 80_000)
        )
        record, found = new_id(), []
        for version, delivery in enumerate(path, start=1):
            step = {
                "entity_id": record, "recommendation_code": code, "text_digest": digest, "version": version,
                "delivery": delivery, "change": Change.ASSURED if delivery is Delivery.ASSURED else Change.RECORDED,
                "recorded_at": moment,
            }  # fmt: skip
            found.append((moment, step))
            moment += timedelta(days=self.choose.randint(20, 130))
        for (_, step), (later, _) in pairwise(found):
            step["superseded_at"] = later
        return found

    def _entry(self, step: dict[str, Any]) -> None:
        delivery, day = step["delivery"], self.at.date()
        done = delivery in {Delivery.DELIVERED, Delivery.ASSURED}
        if done:
            self.add_item(step["recommendation_code"], f"Proof of {step['recommendation_code']}")
        entry_id = new_id()
        assured = delivery is Delivery.ASSURED
        row = {
            "organisation_id": self.id, "id": entry_id, "superseded_at": None,
            "confidence": Confidence.ON_TRACK if delivery is Delivery.IN_PROGRESS else None,
            "summary": f"Where place {self.number} stands on {step['recommendation_code']}." * 3,
            "note": "", "reason": "",
            "due_on": day + timedelta(days=200) if delivery is Delivery.IN_PROGRESS else None,
            "delivered_on": day - timedelta(days=30) if done else None, "evidence_due_on": None, "evidenced_on": None,
            "accountable_person": "Lead nurse for sepsis", "lead_executive": "",
            "forum": "Deteriorating Patient Group" if assured else "",
            "forum_on": day if assured else None, "assured_by": self.author if assured else None, "confirmed_on": day,
            "delivered_version": step["version"] if done else None, "author_id": self.author,
        }  # fmt: skip
        self._add("progress_entries", **(row | step))
        self.event(
            "progress.assured" if assured else "progress.recorded",
            ("recommendation", step["recommendation_code"]),
            {
                "entry_id": str(entry_id),
                "record_id": str(step["entity_id"]),
                "version": step["version"],
                "delivery": {"old": None, "new": delivery.value},
            },
            {"summary": {"old": "", "new": row["summary"]}},
        )

    def add_item(self, code: str, title: str, file: tuple[str, int] | None = None) -> None:
        """An item with a link to somewhere, or with one stored file (digest, size)."""
        item, day = new_id(), self.at.date()
        common = {"organisation_id": self.id, "recorded_at": self.at}
        versioned = common | {"superseded_at": None}
        self._add(
            "evidence_items", id=new_id(), entity_id=item, title=title, shows="", dated_on=day, valid_until=None,
            kind=EvidenceKind.OTHER if file else EvidenceKind.LINK, link=None if file else "https://intranet.example/sepsis",
            withdrawn_reason=None, author_id=self.author, version=1, **versioned,
        )  # fmt: skip
        self.event(
            "evidence.added",
            ("evidence", str(item)),
            {"evidence_id": str(item), "version": 1, "recommendations": [code]},
            {"title": {"old": None, "new": title}},
        )
        self._add(
            "evidence_links", id=new_id(), entity_id=new_id(), item_id=item, subject_kind="recommendation",
            subject_code=code, **versioned,
        )  # fmt: skip
        if file is not None:
            sha256, size = file
            self._add(
                "evidence_files", id=new_id(), item_id=item, revision=1, replaces=None, sha256=sha256, size=size,
                file_name=f"{title}.pdf", content_type="application/pdf", added_by=self.author, **common,
            )  # fmt: skip
            self.event(
                "evidence.file_added",
                ("evidence", str(item)),
                {
                    "evidence_id": str(item),
                    "revision": 1,
                    "sha256": sha256,
                    "size": size,
                    "media_type": "application/pdf",
                },
                {"file_name": f"{title}.pdf"},
            )

    def event(
        self, name: str, subject: tuple[str, str], public: dict[str, Any], private: dict[str, Any]
    ) -> None:
        """The next event of the chain, with its text."""
        body = audit.canonical(private)
        header = audit.canonical(
            audit.header(
                chain=str(self.id), seq=self.seq + 1, prev=self.prev, at=audit.timestamp(self.at), type=name,
                actor=str(self.author), subject_kind=subject[0], subject_code=subject[1], group=None, public=public,
                private_digest=audit.private_digest(SALT, body),
            )
        )  # fmt: skip
        self._add(
            "audit_events", chain_id=self.id, seq=self.seq + 1, type=name, at=self.at, actor_id=self.author,
            subject_kind=subject[0], subject_code=subject[1], header=header.decode(), prev=self.prev,
            hash=audit.event_hash(header),
        )  # fmt: skip
        self._add("audit_private", chain_id=self.id, seq=self.seq + 1, salt=SALT, body=body.decode())
        self.seq, self.prev = self.seq + 1, audit.event_hash(header)

    def _add(self, table: str, **row: Any) -> None:
        self.rows[table].append(row)
