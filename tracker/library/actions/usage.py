"""How much national training is used: counts are entered, corrected, and marked when they were entered by mistake."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.errors import RuleBroken
from tracker.library import queries
from tracker.library.actions.recording import (
    Register,
    problems_of_evidence,
    problems_of_mistake,
    problems_of_texts,
    require_recorder,
    standing,
)
from tracker.library.models import Usage
from tracker.library.rules.usage import UsageFacts, overlaps, problems_of_usage, same_count

REGISTER = Register(
    Usage,
    "usage",
    (
        "resource_id", "counted", "number", "period_from", "period_until", "read_on", "rated", "rated_useful",
        "evidence_id",
    ),
    ("source", "note", "mistaken_reason"),
)  # fmt: skip


Problems = Sequence[tuple[str, str]]
# What two counts are told apart by: while one of these is wrong, nothing can be said of the other count.
SERIES = frozenset({"resource_id", "counted", "source", "period_from", "period_until"})


class CountedBefore(RuleBroken):
    """The same count is there already: `first` is to be changed instead."""

    def __init__(self, first: UUID, further: Problems = ()) -> None:
        super().__init__(
            "", "This count is there already: same training, same days, same source. Change the first one"
        )
        self.problems += tuple(further)
        self.first = first


class PeriodsOverlap(RuleBroken):
    """Days of the period are in other counts of the same source: asked about, and saved when it is meant."""

    def __init__(self, others: Sequence[UUID], further: Problems = ()) -> None:
        super().__init__("anyway", "Tick this if the count is right all the same, or change the days")
        self.problems += tuple(further)
        self.others = tuple(others)


def add_usage(
    identity: Identity,
    organisation: OrganisationRef,
    facts: UsageFacts,
    *,
    anyway: bool = False,
    chain: Chain | None = None,
) -> Usage:
    """Enter a count. Raises RuleBroken by field, CountedBefore, and PeriodsOverlap unless `anyway`."""
    require_recorder(identity, organisation)
    chain = chain or audit.open_chain(organisation.id)
    _check(identity, organisation, facts, None, anyway)
    return REGISTER.add(chain, identity, organisation, {**asdict(facts), "mistaken_reason": ""})


def change_usage(
    identity: Identity,
    organisation: OrganisationRef,
    entity_id: UUID,
    facts: UsageFacts,
    *,
    version: int,
    anyway: bool = False,
    chain: Chain | None = None,
) -> Usage:
    """Correct a count. Raises as `add_usage` does, and Conflict when somebody else changed it first."""
    require_recorder(identity, organisation)
    chain = chain or audit.open_chain(organisation.id)
    before = standing(queries.get_usage(identity, organisation.id, entity_id), version)
    _check(identity, organisation, facts, before, anyway)
    # A count that was marked as a mistake and is put right counts again.
    return REGISTER.revise(chain, identity, before, {**asdict(facts), "mistaken_reason": ""})


def mark_usage_mistaken(
    identity: Identity,
    organisation: OrganisationRef,
    entity_id: UUID,
    reason: str,
    *,
    version: int,
    chain: Chain | None = None,
) -> Usage:
    """Take a count out of every figure; it stays in the history with the reason. Raises RuleBroken, Conflict."""
    require_recorder(identity, organisation)
    chain = chain or audit.open_chain(organisation.id)
    before = standing(queries.get_usage(identity, organisation.id, entity_id), version)
    if problems := problems_of_mistake(reason):
        raise RuleBroken.many(problems)
    changes: dict[str, Any] = {"mistaken_reason": reason}
    return REGISTER.revise(chain, identity, before, changes, what="mistaken")


def find_refusal(
    identity: Identity,
    organisation: OrganisationRef,
    facts: UsageFacts,
    before: Usage | None = None,
    *,
    anyway: bool = False,
    unread: Collection[str] = (),
) -> RuleBroken | None:
    """What a count would be refused with, all at once; None when it is right. `unread`: what nobody can judge yet."""
    problems = _problems(identity, organisation, facts, before)
    if SERIES.isdisjoint({*unread, *(name for name, _words in problems)}):
        others = [
            row
            for row in queries.list_counts(identity, organisation.id, facts.resource_id)
            if before is None or row.entity_id != before.entity_id
        ]
        if same := [row for row in others if same_count(row, facts)]:
            return CountedBefore(same[0].entity_id, problems)
        if not anyway and (found := [row.entity_id for row in others if overlaps(row, facts)]):
            return PeriodsOverlap(found, problems)
    return RuleBroken.many(problems) if problems else None


def _check(
    identity: Identity, organisation: OrganisationRef, facts: UsageFacts, before: Usage | None, anyway: bool
) -> None:
    if (refusal := find_refusal(identity, organisation, facts, before, anyway=anyway)) is not None:
        raise refusal


def _problems(
    identity: Identity, organisation: OrganisationRef, facts: UsageFacts, before: Usage | None
) -> list[tuple[str, str]]:
    problems = problems_of_usage(facts, clock.today())
    problems += problems_of_texts({"source": facts.source, "note": facts.note})
    problems += problems_of_evidence(
        identity, organisation, facts.evidence_id, before.evidence_id if before else None
    )
    if facts.resource_id not in queries.national_by_id():
        problems.append(("resource_id", "Choose training from the list"))
    return problems
