"""Evaluations of national training: a method in hand, later a day and a result; marked when entered by mistake."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.errors import RuleBroken
from tracker.evidence.rules import asking, suspected
from tracker.library import queries
from tracker.library.actions.recording import (
    Register,
    problems_of_evidence,
    problems_of_link,
    problems_of_mistake,
    problems_of_texts,
    require_recorder,
    standing,
)
from tracker.library.models import Evaluation
from tracker.library.rules.evaluations import EvaluationFacts, problems_of_evaluation, texts_of

REGISTER = Register(
    Evaluation,
    "evaluation",
    ("resource_id", "sample_size", "evaluated_on", "result", "evidence_id"),
    ("method", "sample", "finding", "link", "mistaken_reason"),
)


def add_evaluation(
    identity: Identity,
    organisation: OrganisationRef,
    facts: EvaluationFacts,
    *,
    looked: bool = False,
    chain: Chain | None = None,
) -> Evaluation:
    """Enter an evaluation, or its method alone. Raises RuleBroken by field.

    `looked`: somebody has read again what looks like a person, and nobody can be identified.
    """
    require_recorder(identity, organisation)
    chain = chain or audit.open_chain(organisation.id)
    _check(identity, organisation, facts, None, looked=looked)
    values = {**asdict(facts), "mistaken_reason": ""}
    return REGISTER.add(chain, identity, organisation, values, stated=_statement(facts))


def change_evaluation(
    identity: Identity,
    organisation: OrganisationRef,
    entity_id: UUID,
    facts: EvaluationFacts,
    *,
    version: int,
    looked: bool = False,
    chain: Chain | None = None,
) -> Evaluation:
    """Change what is said of it. `looked`: as with `add_evaluation`.

    Raises RuleBroken, or Conflict when somebody else changed it first.
    """
    require_recorder(identity, organisation)
    chain = chain or audit.open_chain(organisation.id)
    before = standing(queries.get_evaluation(identity, organisation.id, entity_id), version)
    _check(identity, organisation, facts, before, looked=looked)
    values = {**asdict(facts), "mistaken_reason": ""}
    return REGISTER.revise(chain, identity, before, values, stated=_statement(facts))


def mark_evaluation_mistaken(
    identity: Identity,
    organisation: OrganisationRef,
    entity_id: UUID,
    reason: str,
    *,
    version: int,
    chain: Chain | None = None,
) -> Evaluation:
    """Take it out of every figure; it stays in the history with the reason. Raises RuleBroken, Conflict."""
    require_recorder(identity, organisation)
    chain = chain or audit.open_chain(organisation.id)
    before = standing(queries.get_evaluation(identity, organisation.id, entity_id), version)
    if problems := problems_of_mistake(reason):
        raise RuleBroken.many(problems)
    return REGISTER.revise(chain, identity, before, {"mistaken_reason": reason}, what="mistaken")


def problems_of_evaluated(
    identity: Identity,
    organisation: OrganisationRef,
    facts: EvaluationFacts,
    before: Evaluation | None = None,
    *,
    looked: bool = False,
) -> list[tuple[str, str]]:
    """Why it would be refused, by field: all at once. `before`: the one that is changed."""
    problems = problems_of_evaluation(facts, clock.today()) + problems_of_link(facts.link)
    problems += problems_of_texts({**texts_of(facts), "link": facts.link})
    found = suspected(texts_of(facts))
    if found and not looked and not _was_looked_at(identity, facts, before):
        problems += asking(found)
    problems += problems_of_evidence(
        identity, organisation, facts.evidence_id, before.evidence_id if before else None
    )
    if facts.resource_id not in queries.national_by_id():
        problems.append(("resource_id", "Choose training from the list"))
    return problems


def _was_looked_at(identity: Identity, facts: EvaluationFacts, before: Evaluation | None) -> bool:
    """Texts that somebody has looked at already, and that nobody changed, are not asked about again."""
    if before is None or texts_of(before) != texts_of(facts):
        return False
    return queries.was_looked_at(identity, before)


def _statement(facts: EvaluationFacts) -> dict[str, Any]:
    """What the trail is told of texts that were taken although something in them looks like a person."""
    return {"text_checked": True} if suspected(texts_of(facts)) else {}


def _check(
    identity: Identity,
    organisation: OrganisationRef,
    facts: EvaluationFacts,
    before: Evaluation | None,
    *,
    looked: bool,
) -> None:
    if problems := problems_of_evaluated(identity, organisation, facts, before, looked=looked):
        raise RuleBroken.many(problems)
