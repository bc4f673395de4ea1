"""Recording where an item stands: by the national body that does the work; every version is kept."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.catalogue.rules import OrganisationKind
from tracker.database import new_id, revise
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.extensions import db
from tracker.programme import queries, rules
from tracker.programme.actions.common import plain
from tracker.programme.models import ProgrammeState
from tracker.programme.rules import StateFacts

FACTS = ("status", "starts_on", "due_on", "done_on", "evidence_ids")
TEXTS = ("owner", "summary", "reason", "link")


def record_state(
    identity: Identity,
    organisation: OrganisationRef,
    item_code: str,
    facts: StateFacts,
    *,
    version: int,
    chain: Chain | None = None,
) -> ProgrammeState:
    """Say where an item stands; version 0 when nothing was said before. Raises RuleBroken, Conflict."""
    _require(identity, organisation)
    chain = chain or audit.open_chain(organisation.id)
    if queries.get_item(item_code).retired_reason:
        raise NotAllowed("it was taken out of the programme")
    if item_code in rules.ANSWERED_BY:
        raise NotAllowed("it is answered with a recommendation, and not asked twice")
    before = queries.find_state(identity, organisation.id, item_code)
    stands = 0 if before is None else before.version
    if stands != version:
        raise Conflict(stands)
    facts = rules.tidied(facts)
    if problems := problems_of_standing(identity, organisation, facts, before):
        raise RuleBroken.many(problems)
    values = {**asdict(facts), "evidence_ids": list(facts.evidence_ids), "author_id": identity.user_id}
    if before is None:
        after, old = _first(chain, organisation.id, item_code, values), {}
    else:
        old = plain(before, (*FACTS, *TEXTS))
        after = revise(db.session(), before, chain.recorded_at, version=stands + 1, **values)
    _tell(chain, after, old)
    return after


def _first(chain: Chain, organisation_id: UUID, item_code: str, values: dict[str, Any]) -> ProgrammeState:
    row = ProgrammeState(
        organisation_id=organisation_id, entity_id=new_id(), item_code=item_code, version=1,
        recorded_at=chain.recorded_at, **values,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def problems_of_standing(
    identity: Identity, organisation: OrganisationRef, facts: StateFacts, before: ProgrammeState | None
) -> list[rules.Problem]:
    """Why it cannot be saved, by field: all at once. `before`: what was said last."""
    facts = rules.tidied(facts)
    problems = rules.problems_of_state(facts, clock.today())
    kept = set(before.evidence_ids) if before else set()
    if set(facts.evidence_ids) - kept:
        offered = queries.list_evidence(identity, organisation.id)
        # What was chosen before may stay, whatever became of it since.
        if set(facts.evidence_ids) - kept - {str(each.entity_id) for each in offered}:
            problems.append(("evidence_ids", "Choose only from your own evidence that is in use"))
    return problems


def _tell(chain: Chain, row: ProgrammeState, old: dict[str, Any]) -> None:
    changed = audit.difference(old, plain(row, (*FACTS, *TEXTS)))
    audit.record(
        chain,
        "programme.state_recorded",
        actor_id=row.author_id,
        subject=("programme_item", row.item_code),
        public={name: changed[name] for name in FACTS if name in changed}
        | {"item": row.item_code, "state_id": str(row.entity_id), "version": row.version},
        private={name: changed[name] for name in TEXTS if name in changed},
    )


def _require(identity: Identity, organisation: OrganisationRef) -> None:
    """The second lock: a national body's own people, while it is open."""
    is_body = organisation.kind == OrganisationKind.NATIONAL_BODY
    may = allows(identity, Permission.PROGRESS_RECORD, organisation.id)
    if not (is_body and may and organisation.is_open):
        raise NotAllowed(organisation.code)
