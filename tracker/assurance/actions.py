"""Writing findings; they never change what an organisation recorded."""

from __future__ import annotations

from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.assurance import rules
from tracker.assurance.models import Finding
from tracker.assurance.rules import Outcome
from tracker.audit import actions as audit
from tracker.catalogue.rules import OrganisationKind
from tracker.database import new_id
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.evidence.rules import identifier_problem
from tracker.extensions import db
from tracker.progress import queries as progress


def record_finding(
    identity: Identity, organisation: OrganisationRef, code: str, outcome: Outcome, note: str, *, version: int
) -> Finding:
    """Record a finding about the position at a version. Raises RuleBroken, or Conflict when it has moved on."""
    chain = audit.open_chain(organisation.id)
    entry = progress.find_entry(identity, organisation.id, code)
    if entry is None:
        raise RuleBroken("outcome", "Nothing is recorded here yet, so there is nothing to test.")
    if entry.version != version:
        raise Conflict(entry.version)
    finder, kind = rules.finder_of(identity, organisation.id), OrganisationKind(organisation.kind)
    role = finder.role_for(kind)
    if role is None:
        raise NotAllowed(organisation.code)
    rules.check(outcome, note, rules.possible(finder, kind, entry.delivery))
    if problem := identifier_problem("note", note):
        raise RuleBroken(*problem)
    finding = Finding(
        organisation_id=organisation.id,
        id=new_id(),
        recommendation_code=code,
        entry_id=entry.id,
        outcome=outcome,
        note=note,
        author_id=identity.user_id,
        author_role=Role(role),
        recorded_at=chain.recorded_at,
    )
    db.session.add(finding)
    db.session.flush()
    audit.record(
        chain,
        "finding.recorded",
        actor_id=identity.user_id,
        subject=("recommendation", code),
        public={
            "finding_id": str(finding.id),
            "record_id": str(entry.entity_id),
            "entry_id": str(entry.id),
            "recommendation": code,
            "outcome": outcome.value,
        },
        private={"note": note},
    )
    return finding
