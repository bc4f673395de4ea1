"""An organisation's list of training resources: added, changed, taken out of use; every version is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from tracker import clock
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
from tracker.library import queries, rules
from tracker.library.models import NationalResource, Resource
from tracker.library.rules import NationalKind, ResourceFacts, Source, may_own, plain

# Typed by hand, so a name or worse may stand in it: redactable.
TEXTS = ("title", "owner", "not_possible_because", "link", "withdrawn_reason")
FACTS = (
    "format", "source", "staff_groups", "setting", "patients", "is_online", "discussed", "discussed_on",
    "discussed_by", "updated_on", "resistance", "stewardship", "withdrawn_on", "national_code",
)  # fmt: skip

OF_OTHERS = "This one is made by others: choose “National” above if you use it as it is, or “No” here if you changed it"


def add_resource(
    identity: Identity, organisation: OrganisationRef, facts: ResourceFacts, *, chain: Chain | None = None
) -> Resource:
    """Put a resource on the list. Raises RuleBroken by field; a title that is there already is refused."""
    _require(identity, organisation)
    return add_resources(identity, organisation, [facts], chain=chain)[0]


def add_resources(
    identity: Identity,
    organisation: OrganisationRef,
    many: Sequence[ResourceFacts],
    *,
    chain: Chain | None = None,
) -> list[Resource]:
    """Put several on the list, all or none; the list is read once. Raises RuleBroken by field."""
    _require(identity, organisation)
    chain = chain or audit.open_chain(organisation.id)
    around = _around(identity, organisation, many)
    group = new_id() if len(many) > 1 else None
    added = []
    for facts in many:
        _check(facts, around, None)
        row = _new(chain, identity, organisation, facts)
        _tell(chain, identity, "resource.added", row, {}, group)
        around.listed.append(row)
        added.append(row)
    return added


def _new(chain: Chain, identity: Identity, organisation: OrganisationRef, facts: ResourceFacts) -> Resource:
    row = Resource(
        organisation_id=organisation.id,
        entity_id=new_id(),
        version=1,
        author_id=identity.user_id,
        recorded_at=chain.recorded_at,
        withdrawn_on=None,
        withdrawn_reason="",
        details={},
        **_values(facts),
    )
    db.session.add(row)
    db.session.flush()
    return row


def change_resource(
    identity: Identity,
    organisation: OrganisationRef,
    entity_id: UUID,
    facts: ResourceFacts,
    *,
    version: int,
    chain: Chain | None = None,
) -> Resource:
    """Change what is said of it. Raises RuleBroken, or Conflict when somebody else changed it first."""
    _require(identity, organisation)
    chain = chain or audit.open_chain(organisation.id)
    before = _standing(identity, organisation, entity_id, version)
    _check(facts, _around(identity, organisation, [facts]), before)
    return _revise(chain, identity, "resource.changed", before, _values(facts))


def withdraw_resource(
    identity: Identity,
    organisation: OrganisationRef,
    entity_id: UUID,
    *,
    on: date | None,
    reason: str,
    version: int,
    chain: Chain | None = None,
) -> Resource:
    """Take it out of use: it leaves the figures and stays in the history. Raises RuleBroken, Conflict."""
    _require(identity, organisation)
    chain = chain or audit.open_chain(organisation.id)
    before = _standing(identity, organisation, entity_id, version)
    problems = [("reason", "Say why, and where this was announced")] if not reason else []
    if on is None:
        problems.append(("withdrawn_on", "Enter the day from which it is no longer used"))
    elif on > clock.today():
        problems.append(
            ("withdrawn_on", "The day from which it is no longer used must be today or in the past")
        )
    if (problem := identifier_problem("reason", reason)) is not None:
        problems.append(problem)
    if problems:
        raise RuleBroken.many(problems)
    return _revise(
        chain, identity, "resource.withdrawn", before, {"withdrawn_on": on, "withdrawn_reason": reason}
    )


def _standing(identity: Identity, organisation: OrganisationRef, entity_id: UUID, version: int) -> Resource:
    before = queries.get_resource(identity, organisation.id, entity_id)
    if before.version != version:
        raise Conflict(before.version)
    return before


def _revise(
    chain: Chain, identity: Identity, type: str, before: Resource, values: dict[str, Any]
) -> Resource:
    old = _plain(before)
    after = revise(
        db.session(), before, chain.recorded_at,
        author_id=identity.user_id, version=before.version + 1, **values,
    )  # fmt: skip
    _tell(chain, identity, type, after, old)
    return after


def _values(facts: ResourceFacts) -> dict[str, Any]:
    return {**asdict(facts), "staff_groups": sorted(each.value for each in facts.staff_groups)}


@dataclass(frozen=True, slots=True)
class _Around:
    """What training is held against: whose list it is, what is on it, and the national library."""

    organisation: OrganisationRef
    listed: list[Resource]
    national: Mapping[str, NationalResource]


def _around(identity: Identity, organisation: OrganisationRef, many: Iterable[ResourceFacts]) -> _Around:
    named = any(each.national_code for each in many)
    national = {each.code: each for each in queries.list_national_resources()} if named else {}
    return _Around(organisation, list(queries.list_resources(identity, organisation.id)), national)


def _check(facts: ResourceFacts, around: _Around, before: Resource | None) -> None:
    texts = {"title": facts.title, "owner": facts.owner, "not_possible_because": facts.not_possible_because}
    problems = rules.problems_of_resource(facts, clock.today())
    problems += [found for name, words in texts.items() if (found := identifier_problem(name, words))]
    others = [
        row
        for row in around.listed
        if row.withdrawn_on is None and (before is None or row.entity_id != before.entity_id)
    ]
    if any(plain(row.title) == plain(facts.title) for row in others):
        problems.append(("title", "There is training with this title on your list already: change that one"))
    problems += _problems_of_national(facts, around, others, before)
    if problems:
        raise RuleBroken.many(problems)


def _problems_of_national(
    facts: ResourceFacts, around: _Around, others: Iterable[Resource], before: Resource | None
) -> list[tuple[str, str]]:
    """Which resource of the national library it is: one that is in use, that can be theirs, and only once."""
    code = facts.national_code
    if code is None:
        return []
    row = around.national.get(code)
    if row is None or row.kind is not NationalKind.RESOURCE:
        return [("national_code", "Choose one of the resources listed")]
    problems = []
    if row.retired_on is not None and (before is None or before.national_code != code):
        problems.append(("national_code", "This one is retired: choose another, or none"))
    theirs = row.owner_id == around.organisation.id or may_own(around.organisation.kind, row.level)
    if facts.source is Source.OWN and not theirs:
        problems.append(("national_code", OF_OTHERS))
    if twin := next((each for each in others if each.national_code == code), None):
        words = f"“{twin.title}” on your list is this one already: change that one"
        problems.append(("national_code", words))
    return problems


def _tell(
    chain: Chain,
    identity: Identity,
    type: str,
    row: Resource,
    old: dict[str, Any],
    group: UUID | None = None,
) -> None:
    changed = audit.difference(old, _plain(row))
    audit.record(
        chain,
        type,
        actor_id=identity.user_id,
        subject=("resource", str(row.entity_id)),
        public={name: changed[name] for name in FACTS if name in changed}
        | {"resource_id": str(row.entity_id), "version": row.version},
        private={name: changed[name] for name in TEXTS if name in changed},
        group=group,
    )


def _plain(row: Resource) -> dict[str, Any]:
    return {name: _as_json(getattr(row, name)) for name in (*FACTS, *TEXTS)}


def _as_json(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _require(identity: Identity, organisation: OrganisationRef) -> None:
    """The second lock: whoever calls, an organisation is written only by those who may; a closed one by nobody."""
    if not allows(identity, Permission.MEASURES_RECORD, organisation.id) or not organisation.is_open:
        raise NotAllowed(organisation.code)
