"""What every write of the programme shares: the next version of a row, and who may keep the programme."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.audit.actions import Chain
from tracker.errors import NotAllowed
from tracker.extensions import db
from tracker.programme.models import ProgrammeItem, ProgrammeYear

Row = TypeVar("Row", ProgrammeItem, ProgrammeYear)
_OF_A_VERSION = {"id", "recorded_at", "superseded_at"}


def require_keeper(identity: Identity) -> None:
    """The second lock: whoever calls, the programme is written only by those who keep it."""
    if not allows(identity, Permission.PROGRAMME_MANAGE):
        raise NotAllowed("programme")


def following(before: Row, chain: Chain, author_id: UUID | None, **changes: Any) -> Row:
    """Close a version and add the next one with the changes, flushed."""
    kept = {
        each.key: getattr(before, each.key)
        for each in type(before).__mapper__.column_attrs
        if each.key not in _OF_A_VERSION
    }
    before.superseded_at = chain.recorded_at
    db.session.flush()
    stands = {"author_id": author_id, "version": before.version + 1, "recorded_at": chain.recorded_at}
    after = type(before)(**{**kept, **stands, **changes})
    db.session.add(after)
    db.session.flush()
    return after


def plain(row: object, names: tuple[str, ...]) -> dict[str, Any]:
    """Values as the audit trail holds them."""
    return {name: _as_json(getattr(row, name)) for name in names}


def _as_json(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
