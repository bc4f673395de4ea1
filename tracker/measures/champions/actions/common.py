"""What every write of champions does: lock the chain, add a version, tell the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.database import new_id, revise
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.evidence.rules import identifier_problem
from tracker.extensions import db
from tracker.measures.champions.models import (
    ChampionDecision,
    ChampionDepartment,
    ChampionHandover,
    ChampionModel,
    ChampionPost,
    ChampionReview,
)
from tracker.measures.champions.rules import Decided, Duty, Model

SUBJECT = ("recommendation", "SEP16-12")
T = TypeVar(
    "T", ChampionDecision, ChampionModel, ChampionDepartment, ChampionPost, ChampionReview, ChampionHandover
)
# What the chain holds in clear; everything else that changes is text, and may be taken out later.
FACTS = frozenset(
    {
        "considered_on", "decision", "arrangement", "rotation_months", "posts_planned", "from_on", "until_on", "part",
        "starts_on", "ends_on", "duties", "overlap", "has_deputy", "mistaken", "reviewed_on", "department_id",
    }
)  # fmt: skip


def begin(identity: Identity, organisation: OrganisationRef, chain: Chain | None = None) -> Chain:
    """The second lock, then the chain's, unless the caller holds it: a closed organisation is written by nobody."""
    if not allows(identity, Permission.MEASURES_RECORD, organisation.id) or not organisation.is_open:
        raise NotAllowed(organisation.code)
    return chain or audit.open_chain(organisation.id)


def keep(
    chain: Chain,
    identity: Identity,
    organisation: OrganisationRef,
    table: type[T],
    before: T | None,
    values: Mapping[str, Any],
    event: str,
    field: str = "",
    *,
    group: UUID | None = None,
) -> T:
    """The next version, and its event. A form saved without a change writes nothing."""
    _refuse_identifiers(values, field)
    if before is not None and all(getattr(before, name) == value for name, value in values.items()):
        return before
    old = {} if before is None else _told(before)
    after: T
    if before is None:
        after = table(
            organisation_id=organisation.id, entity_id=new_id(), recorded_at=chain.recorded_at,
            author_id=identity.user_id, version=1, **values,
        )  # fmt: skip
        db.session.add(after)
        db.session.flush()
    else:
        after = revise(
            db.session(), before, chain.recorded_at,
            author_id=identity.user_id, version=before.version + 1, **values,
        )  # fmt: skip
    _tell(chain, identity, event, after, old, group)
    return after


def _tell(
    chain: Chain, identity: Identity, event: str, after: Any, old: Mapping[str, object], group: UUID | None
) -> None:
    changed = audit.difference(old, _told(after))
    if not old:
        changed = {name: each for name, each in changed.items() if each["new"] not in (None, "", [], False)}
    public = {name: each for name, each in changed.items() if name in FACTS}
    private: dict[str, object] = {name: each for name, each in changed.items() if name not in FACTS}
    if isinstance(after, ChampionPost | ChampionDepartment):
        # So that a reader of the history knows who or what it was about, and a pack knows that a name is in it.
        private = {"name": after.name} | private
    audit.record(
        chain,
        event,
        actor_id=identity.user_id,
        subject=SUBJECT,
        public=public | {"row_id": str(after.entity_id), "version": after.version},
        private=private,
        group=group,
    )


def _told(row: Any) -> dict[str, object]:
    """A row as the trail says it: dates and ids as text, duties as one list; that there is a deputy, not who."""
    outside = {"organisation_id", "id", "entity_id", "recorded_at", "superseded_at", "author_id", "version"}
    names = {each.key for each in row.__mapper__.column_attrs} - outside
    said = {name: _plain(getattr(row, name)) for name in sorted(names)}
    if isinstance(row, ChampionPost):
        said["duties"] = [duty.value for duty in Duty if said.pop(duty.value)]
        said["has_deputy"] = bool(row.deputy_name)
    return said


def require_version(before: Any, version: int) -> None:
    standing = 0 if before is None else before.version
    if standing != version:
        raise Conflict(standing)


def _refuse_identifiers(values: Mapping[str, Any], field: str = "") -> None:
    texts = {name: value for name, value in values.items() if type(value) is str}
    problems = [
        problem for name, text in texts.items() if (problem := identifier_problem(field or name, text))
    ]
    if problems:
        raise RuleBroken.many(problems)


def values_of(wanted: Decided | Model) -> dict[str, Any]:
    return {name: getattr(wanted, name) for name in wanted.__dataclass_fields__}


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
