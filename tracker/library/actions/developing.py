"""Who makes and pays for training: developments of an organisation, and funding of national resources."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.library import queries
from tracker.library.actions.national_rows import revise_national
from tracker.library.actions.recording import (
    Register,
    as_json,
    problems_of_mistake,
    problems_of_texts,
    require_recorder,
    standing,
)
from tracker.library.models import Development, NationalResource
from tracker.library.rules import plain
from tracker.library.rules.developing import (
    DevelopmentFacts,
    FundingFacts,
    problems_of_development,
    problems_of_funding,
)

PLAIN = (
    "title", "what", "reach", "stage", "announced_on", "starts_on", "funder", "developer", "overlap_with",
    "overlap_found_on", "overlap_settled_on", "overlap_settlement",
)  # fmt: skip
REGISTER = Register(
    Development,
    "development",
    ("reach", "audiences", "stage", "announced_on", "starts_on", "overlap_found_on", "overlap_settled_on"),
    ("title", "what", "funder", "developer", "overlap_with", "overlap_settlement", "mistaken_reason"),
)
_FUNDING_TEXTS = ("funder", "developer", "funding_note")


def add_development(
    identity: Identity, organisation: OrganisationRef, facts: DevelopmentFacts, *, chain: Chain | None = None
) -> Development:
    """Tell others of work on training. Raises RuleBroken by field; a title that is there already is refused."""
    require_recorder(identity, organisation)
    chain = chain or audit.open_chain(organisation.id)
    _check(identity, organisation, facts, None)
    return REGISTER.add(chain, identity, organisation, _values(facts))


def change_development(
    identity: Identity,
    organisation: OrganisationRef,
    entity_id: UUID,
    facts: DevelopmentFacts,
    *,
    version: int,
    chain: Chain | None = None,
) -> Development:
    """Change what is said of it. Raises RuleBroken, or Conflict when somebody else changed it first."""
    require_recorder(identity, organisation)
    chain = chain or audit.open_chain(organisation.id)
    before = standing(queries.get_development(identity, organisation.id, entity_id), version)
    _check(identity, organisation, facts, entity_id)
    # What was marked as a mistake and is put right counts again.
    return REGISTER.revise(chain, identity, before, _values(facts))


def mark_development_mistaken(
    identity: Identity,
    organisation: OrganisationRef,
    entity_id: UUID,
    reason: str,
    *,
    version: int,
    chain: Chain | None = None,
) -> Development:
    """Take it from everybody's list and out of every figure; it stays in the history. Raises RuleBroken, Conflict."""
    require_recorder(identity, organisation)
    chain = chain or audit.open_chain(organisation.id)
    before = standing(queries.get_development(identity, organisation.id, entity_id), version)
    if problems := problems_of_mistake(reason):
        raise RuleBroken.many(problems)
    return REGISTER.revise(chain, identity, before, {"mistaken_reason": reason}, what="mistaken")


def record_funding(
    identity: Identity,
    code: str,
    facts: FundingFacts,
    *,
    version: int,
    body: OrganisationRef | None = None,
    chain: Chain | None = None,
) -> NationalResource:
    """Say who funds and develops a national resource. Raises RuleBroken by field, or Conflict.

    `body`: the national body for which one of its own people says it; otherwise the national lead does.
    """
    _require_keeper(identity, body)
    chain = chain or audit.open_chain()
    before = queries.get_national_resource(code)
    if before.version != version:
        raise Conflict(before.version)
    if before.retired_on is not None:
        raise RuleBroken("", "This resource is retired: it is kept as it was, and no longer changed")
    if problems := problems_of_funded(facts):
        raise RuleBroken.many(problems)
    old = _funding(before)
    after = revise_national(
        chain, before, identity.user_id, funder=facts.funder, developer=facts.developer,
        funding_note=facts.note, funding_checked_on=facts.checked_on,
    )  # fmt: skip
    changed = audit.difference(old, _funding(after))
    audit.record(
        chain,
        "funding.changed",
        actor_id=identity.user_id,
        subject=("national_resource", after.code),
        public={"resource_id": str(after.entity_id), "version": after.version}
        | {name: changed[name] for name in ("funding_checked_on",) if name in changed},
        private={name: changed[name] for name in _FUNDING_TEXTS if name in changed},
    )
    return after


def _require_keeper(identity: Identity, body: OrganisationRef | None) -> None:
    if body is None and not allows(identity, Permission.LIBRARY_MANAGE):
        raise NotAllowed("library")
    if body is not None and body.code not in queries.list_keepers(identity):
        raise NotAllowed(body.code)


def problems_of_funded(facts: FundingFacts) -> list[tuple[str, str]]:
    """Why it cannot be said like this, by field: all at once."""
    texts = {"funder": facts.funder, "developer": facts.developer, "note": facts.note}
    return problems_of_funding(facts, clock.today()) + problems_of_texts(texts)


def _funding(row: NationalResource) -> dict[str, Any]:
    return {name: as_json(getattr(row, name)) for name in (*_FUNDING_TEXTS, "funding_checked_on")}


def _values(facts: DevelopmentFacts) -> dict[str, Any]:
    plain_values = {name: getattr(facts, name) for name in PLAIN}
    return {**plain_values, "audiences": [facts.audience.as_json()], "mistaken_reason": ""}


def _check(
    identity: Identity, organisation: OrganisationRef, facts: DevelopmentFacts, entity_id: UUID | None
) -> None:
    if problems := problems_of_announced(identity, organisation, facts, entity_id):
        raise RuleBroken.many(problems)


def problems_of_announced(
    identity: Identity, organisation: OrganisationRef, facts: DevelopmentFacts, entity_id: UUID | None
) -> list[tuple[str, str]]:
    """Why a development would be refused, by field: all at once. `entity_id`: the one that is changed."""
    problems = problems_of_development(facts, clock.today())
    texts = ("title", "what", "funder", "developer", "overlap_with", "overlap_settlement")
    problems += problems_of_texts({name: getattr(facts, name) for name in texts})
    titles = queries.list_development_titles(identity, organisation.id)
    if any(plain(title) == plain(facts.title) and key != entity_id for key, title in titles):
        problems.append(("title", "There is a development with this title already: change that one"))
    return problems
