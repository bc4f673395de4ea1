"""The decision, how the role is arranged, and reviews of whether it works."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit.actions import Chain
from tracker.measures.champions import queries, rules
from tracker.measures.champions.actions.common import begin, keep, require_version, values_of
from tracker.measures.champions.models import (
    ChampionDecision,
    ChampionModel,
    ChampionReview,
)
from tracker.measures.champions.rules import Decided, Model


def record_decision(
    identity: Identity,
    organisation: OrganisationRef,
    wanted: Decided,
    *,
    version: int,
    chain: Chain | None = None,
) -> ChampionDecision:
    """What was decided about having champions. Raises RuleBroken by field, Conflict for an older `version`."""
    chain = begin(identity, organisation, chain)
    before = queries.get_register(identity, organisation.id).decision
    require_version(before, version)
    rules.check_decision(wanted, clock.today())
    values = values_of(wanted)
    return keep(
        chain, identity, organisation, ChampionDecision, before, values, "champions.decision_recorded"
    )


def record_model(
    identity: Identity,
    organisation: OrganisationRef,
    wanted: Model,
    *,
    version: int,
    chain: Chain | None = None,
) -> ChampionModel:
    """How the role is arranged; only after a decision to have champions."""
    chain = begin(identity, organisation, chain)
    register = queries.get_register(identity, organisation.id)
    require_version(register.model, version)
    rules.check_model(wanted, register.decision.decision if register.decision else None)
    return keep(
        chain,
        identity,
        organisation,
        ChampionModel,
        register.model,
        values_of(wanted),
        "champions.model_recorded",
    )


def add_review(
    identity: Identity,
    organisation: OrganisationRef,
    reviewed_on: date | None,
    forum: str,
    found: str,
    *,
    chain: Chain | None = None,
) -> ChampionReview:
    """A meeting looked at whether champions make a difference."""
    chain = begin(identity, organisation, chain)
    rules.check_review(reviewed_on, forum, found, clock.today())
    values = {"reviewed_on": reviewed_on, "forum": forum, "found": found, "mistaken": False}
    return keep(chain, identity, organisation, ChampionReview, None, values, "champions.review_added")


def change_review(
    identity: Identity,
    organisation: OrganisationRef,
    review_id: UUID,
    reviewed_on: date | None,
    forum: str,
    found: str,
    *,
    version: int,
    mistaken: bool = False,
    chain: Chain | None = None,
) -> ChampionReview:
    """Change what is said of a review, or take it out as a mistake."""
    chain = begin(identity, organisation, chain)
    before = queries.get_review(identity, organisation.id, review_id)
    require_version(before, version)
    values: dict[str, Any] = {"mistaken": True}
    if not mistaken:
        rules.check_review(reviewed_on, forum, found, clock.today())
        values = {"reviewed_on": reviewed_on, "forum": forum, "found": found}
    return keep(chain, identity, organisation, ChampionReview, before, values, "champions.review_changed")
