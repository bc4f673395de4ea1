"""Registers that an organisation keeps about national training: each version is told to the trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.database import new_id, revise
from tracker.errors import Conflict, NotAllowed, NotFound, RuleBroken
from tracker.evidence import queries as evidence
from tracker.evidence.rules import identifier_problem, validate_link
from tracker.extensions import db
from tracker.library.models import Development, Evaluation, Usage

T = TypeVar("T", Usage, Evaluation, Development)


@dataclass(frozen=True, slots=True)
class Register(Generic[T]):
    """A table of versioned rows. `texts` were typed by hand and can be redacted; `facts` are chained in clear."""

    model: type[T]
    word: str
    facts: tuple[str, ...]
    texts: tuple[str, ...]

    def add(
        self,
        chain: Chain,
        identity: Identity,
        organisation: OrganisationRef,
        values: Mapping[str, Any],
        *,
        stated: Mapping[str, Any] | None = None,
    ) -> T:
        """`stated`: what the trail is told beside what is kept."""
        row = self.model(
            organisation_id=organisation.id,
            entity_id=new_id(),
            version=1,
            author_id=identity.user_id,
            recorded_at=chain.recorded_at,
            **values,
        )
        db.session.add(row)
        db.session.flush()
        self._tell(chain, identity, "added", row, {}, stated)
        return row

    def revise(
        self,
        chain: Chain,
        identity: Identity,
        before: T,
        values: Mapping[str, Any],
        *,
        what: str = "changed",
        stated: Mapping[str, Any] | None = None,
    ) -> T:
        old = self._plain(before)
        after = revise(
            db.session(), before, chain.recorded_at,
            **{**values, "author_id": identity.user_id, "version": before.version + 1},
        )  # fmt: skip
        self._tell(chain, identity, what, after, old, stated)
        return after

    def _tell(
        self,
        chain: Chain,
        identity: Identity,
        what: str,
        row: T,
        old: Mapping[str, Any],
        stated: Mapping[str, Any] | None,
    ) -> None:
        changed = audit.difference(old, self._plain(row))
        audit.record(
            chain,
            f"{self.word}.{what}",
            actor_id=identity.user_id,
            subject=(self.word, str(row.entity_id)),
            public={name: changed[name] for name in self.facts if name in changed}
            | {f"{self.word}_id": str(row.entity_id), "version": row.version}
            | dict(stated or {}),
            private={_KEYS.get(name, name): changed[name] for name in self.texts if name in changed},
        )

    def _plain(self, row: T) -> dict[str, Any]:
        return {name: as_json(getattr(row, name)) for name in (*self.facts, *self.texts)}


# In the trail `source` says whose a resource is.
_KEYS = {"source": "read_from"}


def require_recorder(identity: Identity, organisation: OrganisationRef) -> None:
    """The second lock: whoever calls, an organisation is written only by those who may; a closed one by nobody."""
    if not allows(identity, Permission.MEASURES_RECORD, organisation.id) or not organisation.is_open:
        raise NotAllowed(organisation.code)


def standing(before: T, version: int) -> T:
    """What is to be changed, unless somebody else changed it first. Raises Conflict."""
    if before.version != version:
        raise Conflict(before.version)
    return before


def problems_of_texts(texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """What looks like a patient's number in any of them, by field."""
    return [found for name, words in texts.items() if (found := identifier_problem(name, words))]


def problems_of_link(link: str) -> list[tuple[str, str]]:
    """A link may be missing; one that is there is a plain web address."""
    if not link:
        return []
    try:
        validate_link(link)
    except RuleBroken as broken:
        return list(broken.problems)
    return []


def problems_of_evidence(
    identity: Identity, organisation: OrganisationRef, evidence_id: UUID | None, before: UUID | None = None
) -> list[tuple[str, str]]:
    """Evidence is the organisation's own, and in use when it is chosen."""
    if evidence_id is None or evidence_id == before:
        return []
    try:
        found = evidence.get_item(identity, organisation.id, evidence_id)
    except NotFound:
        return [("evidence_id", "Choose evidence of your own organisation")]
    if found.item.withdrawn_reason is not None:
        return [("evidence_id", "This evidence was taken out of use. Choose another")]
    return []


def problems_of_mistake(reason: str) -> list[tuple[str, str]]:
    """Taking something back needs a reason that others can read."""
    return problems_of_texts({"reason": reason}) if reason else [("reason", "Say what was wrong with it")]


def as_json(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
