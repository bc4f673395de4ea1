"""Keeping the register of guidelines: on the platform's chain, a correction never rewrites what stood before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.database import new_id
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.extensions import db
from tracker.library import queries
from tracker.library.loader import ShippedGuideline
from tracker.library.models import Guideline
from tracker.library.rules import Kind, Population, problems_of_version

FACTS = ("kind", "reference", "issued_on", "counts_from", "recheck_by", "populations")
# Typed by hand: redactable.
TEXTS = ("title", "link", "note")


@dataclass(frozen=True, slots=True)
class GuidelineInput:
    """What a form says of a version."""

    reference: str
    title: str
    issued_on: date | None
    populations: frozenset[Population]
    counts_from: date | None = None
    recheck_by: date | None = None
    kind: Kind = Kind.GUIDELINE
    link: str = ""
    note: str = ""

    def values(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in (*FACTS, *TEXTS)}
        return {**plain, "populations": sorted(each.value for each in self.populations)}


def add_guideline(identity: Identity, wanted: GuidelineInput) -> Guideline:
    """Enter a version. Raises RuleBroken by field."""
    _require(identity)
    chain = audit.open_chain()
    check_guideline(wanted, None)
    return _add(chain, wanted, identity.user_id)


def change_guideline(
    identity: Identity, entity_id: UUID, wanted: GuidelineInput, *, version: int
) -> Guideline:
    """Correct a version. Raises RuleBroken, or Conflict when somebody else changed it first."""
    _require(identity)
    chain = audit.open_chain()
    before = queries.get_guideline(entity_id)
    if before.version != version:
        raise Conflict(before.version)
    check_guideline(wanted, entity_id)
    before.superseded_at = chain.recorded_at
    db.session.flush()
    after = _row(chain, wanted, identity.user_id, entity_id=entity_id, version=version + 1)
    _tell(chain, "guideline.changed", after, _plain(before), identity.user_id)
    return after


def seed_guidelines(shipped: Iterable[ShippedGuideline]) -> list[str]:
    """Enter the shipped versions that the register lacks; what the national lead has changed stays as it is."""
    chain = audit.open_chain()
    rows = db.session.execute(select(Guideline.reference, Guideline.issued_on, Guideline.author_id)).all()
    known = {(row[0], row[1]) for row in rows}
    references = {row[0] for row in rows}
    added = []
    for each in shipped:
        # One without a date is entered once: its date is the national lead's to confirm.
        if (each.reference, each.issued_on) in known or (
            each.issued_on is None and each.reference in references
        ):
            continue
        wanted = GuidelineInput(
            reference=each.reference, title=each.title, issued_on=each.issued_on, populations=each.populations,
            recheck_by=each.recheck_by, kind=each.kind, link=each.link,
        )  # fmt: skip
        _add(chain, wanted, None)
        added.append(each.reference)
    return added


def _add(chain: Chain, wanted: GuidelineInput, author_id: UUID | None) -> Guideline:
    row = _row(chain, wanted, author_id, entity_id=new_id(), version=1)
    _tell(chain, "guideline.added", row, {}, author_id)
    return row


def _row(
    chain: Chain, wanted: GuidelineInput, author_id: UUID | None, *, entity_id: UUID, version: int
) -> Guideline:
    row = Guideline(
        entity_id=entity_id,
        version=version,
        author_id=author_id,
        recorded_at=chain.recorded_at,
        **wanted.values(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def _tell(chain: Chain, type: str, row: Guideline, old: dict[str, Any], actor_id: UUID | None) -> None:
    changed = audit.difference(old, _plain(row))
    audit.record(
        chain,
        type,
        actor_id=actor_id,
        subject=("guideline", str(row.entity_id)),
        public={name: changed[name] for name in FACTS if name in changed}
        | {"guideline_id": str(row.entity_id), "version": row.version},
        private={name: changed[name] for name in TEXTS if name in changed},
    )


def _plain(row: Guideline) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value := getattr(row, name), date) else value
        for name in (*FACTS, *TEXTS)
    }


def check_guideline(wanted: GuidelineInput, entity_id: UUID | None) -> None:
    """Raises RuleBroken by field for what may not be entered; writes nothing."""
    problems = problems_of_version(
        wanted.reference,
        wanted.title,
        wanted.populations,
        wanted.issued_on,
        wanted.counts_from,
        wanted.recheck_by,
    )
    if wanted.link and not wanted.link.startswith(("http://", "https://")):
        problems.append(("link", "The link must begin with https:// or http://"))
    same = [
        row
        for row in queries.list_guidelines()
        if (row.reference, row.issued_on) == (wanted.reference, wanted.issued_on)
        and row.entity_id != entity_id
    ]
    if same:
        problems.append(("issued_on", f"{wanted.reference} of that date is in the register already"))
    if problems:
        raise RuleBroken.many(problems)


def _require(identity: Identity) -> None:
    if not allows(identity, Permission.GUIDELINES_MANAGE):
        raise NotAllowed("guidelines")
