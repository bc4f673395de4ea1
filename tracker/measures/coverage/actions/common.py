"""What every write of staff trained checks first, and how a version follows another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.audit.actions import Chain
from tracker.catalogue import queries as catalogue
from tracker.database import new_id, revise
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.evidence.rules import identifier_problem
from tracker.extensions import db
from tracker.measures.coverage.models import (
    CoverageNeeds,
    CoveragePosition,
    CoverageRoutes,
)

CODES = ("SEP16-10", "SEP16-11")
M = TypeVar("M", CoverageNeeds, CoveragePosition, CoverageRoutes)


def require(identity: Identity, organisation: OrganisationRef) -> None:
    """The second lock: whoever calls, an organisation is written only by those who may; a closed one by nobody."""
    if not allows(identity, Permission.MEASURES_RECORD, organisation.id) or not organisation.is_open:
        raise NotAllowed(organisation.code)
    if not any(catalogue.owes(organisation.kind, code) for code in CODES):
        raise NotAllowed(f"{organisation.code} does not answer recommendations 10 and 11")


def require_version(before: Any, version: int) -> None:
    standing = 0 if before is None else before.version
    if standing != version:
        raise Conflict(standing)


def refuse(problems: Sequence[tuple[str, str]]) -> None:
    if problems:
        raise RuleBroken.many(problems)


def refuse_identifiers(texts: Mapping[str, str]) -> None:
    refuse([problem for name, text in texts.items() if (problem := identifier_problem(name, text))])


def plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def next_version(
    model: type[M],
    before: M | None,
    identity: Identity,
    organisation: OrganisationRef,
    chain: Chain,
    columns: Mapping[str, object],
) -> M:
    """The version after `before`, or the first one; flushed."""
    if before is not None:
        return revise(
            db.session(), before, chain.recorded_at,
            author_id=identity.user_id, version=before.version + 1, **columns,
        )  # fmt: skip
    row = model(
        organisation_id=organisation.id,
        entity_id=new_id(),
        recorded_at=chain.recorded_at,
        author_id=identity.user_id,
        version=1,
        **columns,
    )
    db.session.add(row)
    db.session.flush()
    return row
