"""Writing assessments: the next takes the place of the last and leaves it in the history."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.database import new_id
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.evidence.rules import identifier_problem
from tracker.extensions import db
from tracker.library import actions as library_actions
from tracker.library import queries as library
from tracker.library.rules import versions_needed
from tracker.measures.alignment import queries, rules
from tracker.measures.alignment.models import Assessment
from tracker.measures.alignment.rules import Entry, Result


def assess(
    identity: Identity,
    organisation: OrganisationRef,
    resource_id: UUID,
    *,
    result: Result | None,
    assessed_on: date | None,
    assessor: str,
    versions: Collection[str],
    note: str,
    version: int,
    chain: Chain | None = None,
) -> Assessment:
    """Record what was found. `version` is that of the last assessment (0: none). Raises RuleBroken, Conflict."""
    if not allows(identity, Permission.MEASURES_RECORD, organisation.id) or not organisation.is_open:
        raise NotAllowed(organisation.code)
    chain = chain or audit.open_chain(organisation.id)
    resource = library.get_resource(identity, organisation.id, resource_id)
    before = queries.find_assessment(identity, organisation.id, resource_id)
    standing = 0 if before is None else before.version
    if standing != version:
        raise Conflict(standing)
    _check(result, assessed_on, assessor, versions, note)
    if before is not None:
        before.superseded_at = chain.recorded_at
        db.session.flush()
    row = Assessment(
        organisation_id=organisation.id,
        entity_id=new_id() if before is None else before.entity_id,
        resource_id=resource_id,
        resource_version=resource.version,
        result=result,
        assessed_on=assessed_on,
        assessor=assessor,
        versions=sorted(versions),
        note=note,
        author_id=identity.user_id,
        version=standing + 1,
        recorded_at=chain.recorded_at,
    )
    db.session.add(row)
    db.session.flush()
    _tell(chain, identity, row)
    return row


def import_training(
    identity: Identity, organisation: OrganisationRef, entries: Sequence[Entry]
) -> Sequence[library.Resource]:
    """Put a list of training on the list in one step, with the checks that it tells of. Raises RuleBroken by field.

    A check counts against the guidelines that were in force for those patients on its day.
    """
    if not allows(identity, Permission.MEASURES_RECORD, organisation.id) or not organisation.is_open:
        raise NotAllowed(organisation.code)
    chain = audit.open_chain(organisation.id)
    rows = library_actions.add_resources(
        identity, organisation, [each.facts for each in entries], chain=chain
    )
    versions = library.list_versions()
    for row, entry in zip(rows, entries, strict=True):
        if entry.result is not None and entry.assessed_on is not None:
            assess(
                identity, organisation, row.entity_id, result=entry.result, assessed_on=entry.assessed_on,
                assessor="", versions=versions_needed(versions, row.patients, entry.assessed_on),
                note="", version=0, chain=chain,
            )  # fmt: skip
    return rows


def _check(
    result: Result | None, assessed_on: date | None, assessor: str, versions: Collection[str], note: str
) -> None:
    problems = rules.problems_of_assessment(result, assessed_on, versions, clock.today())
    known = {each.id for each in library.list_versions()}
    if set(versions) - known:
        problems.append(("versions", "Choose a guideline from the list"))
    for field, text in (("assessor", assessor), ("note", note)):
        if problem := identifier_problem(field, text):
            problems.append(problem)
    if problems:
        raise RuleBroken.many(problems)


def _tell(chain: Chain, identity: Identity, row: Assessment) -> None:
    audit.record(
        chain,
        "resource.assessed",
        actor_id=identity.user_id,
        subject=("resource", str(row.resource_id)),
        public={
            "resource_id": str(row.resource_id),
            "resource_version": row.resource_version,
            "assessment_id": str(row.entity_id),
            "version": row.version,
            "result": row.result.value,
            "assessed_on": row.assessed_on.isoformat(),
            "guidelines": row.versions,
        },
        private={"assessor": row.assessor, "note": row.note},
    )
