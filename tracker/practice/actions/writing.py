"""An organisation writes how it did something: as a draft, sent for review, taken out of use."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.catalogue import queries as catalogue
from tracker.database import new_id
from tracker.errors import Conflict, RuleBroken
from tracker.extensions import db
from tracker.library.rules import plain
from tracker.practice import queries, rules
from tracker.practice.actions.common import change, refused, require_own, standing, tell
from tracker.practice.models import Practice
from tracker.practice.rules import PracticeFacts, State, texts_of


def add_practice(
    identity: Identity,
    organisation: OrganisationRef,
    facts: PracticeFacts,
    *,
    send: bool = False,
    looked: bool = False,
    chain: Chain | None = None,
) -> Practice:
    """Write one, and send it for review if asked. Raises RuleBroken by field.

    `looked`: somebody has read again what looks like a person, and nobody can be identified.
    """
    require_own(identity, organisation)
    chain = chain or audit.open_chain(organisation.id)
    _check(identity, organisation, facts, None, sending=send, looked=looked)
    row = Practice(
        organisation_id=organisation.id, entity_id=new_id(), version=1, recorded_at=chain.recorded_at,
        reviewed_by=None, published_at=None, **_values(facts), **_stage(identity, None, send),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    told = "practice.sent" if send else "practice.added"
    tell(chain, identity, told, row, {}, said=texts_of(facts))
    return row


def change_practice(
    identity: Identity,
    organisation: OrganisationRef,
    practice_id: UUID,
    facts: PracticeFacts,
    *,
    version: int,
    send: bool = False,
    looked: bool = False,
    chain: Chain | None = None,
) -> Practice:
    """Change one, and send it if asked. What others see stays as published until the new text is published.

    `looked`: as with `add_practice`. Raises RuleBroken by field, Conflict when somebody else changed it first.
    """
    require_own(identity, organisation)
    chain = chain or audit.open_chain(organisation.id)
    before = standing(identity, organisation, practice_id, version)
    _refuse_withdrawn(before)
    _check(identity, organisation, facts, practice_id, sending=send, looked=looked)
    values = {**_values(facts), **_stage(identity, before, send), "reviewed_by": None, "published_at": None}
    told = "practice.sent" if send else "practice.changed"
    return change(chain, identity, told, before, values, said=texts_of(facts))


def send_practice(
    identity: Identity,
    organisation: OrganisationRef,
    practice_id: UUID,
    *,
    version: int,
    chain: Chain | None = None,
) -> Practice:
    """Send for review what stands, as it stands. Raises RuleBroken by field, and Conflict when it was changed, sent or
    taken out of use meanwhile."""
    require_own(identity, organisation)
    chain = chain or audit.open_chain(organisation.id)
    before = standing(identity, organisation, practice_id, version)
    if before.state not in (State.DRAFT, State.RETURNED):
        raise Conflict(before.version)
    facts = standing_facts(identity, organisation, before)
    return change_practice(
        identity, organisation, practice_id, facts, version=version, send=True, chain=chain
    )


def withdraw_practice(
    identity: Identity,
    organisation: OrganisationRef,
    practice_id: UUID,
    *,
    reason: str,
    version: int,
    looked: bool = False,
    chain: Chain | None = None,
) -> Practice:
    """Take it out of use for good: nobody else sees it any more. Raises RuleBroken, Conflict."""
    require_own(identity, organisation)
    chain = chain or audit.open_chain(organisation.id)
    before = standing(identity, organisation, practice_id, version)
    _refuse_withdrawn(before)
    problems = refused({"reason": reason}, looked=looked)
    if not reason.strip():
        problems.append(("reason", "Say why it is taken out of use"))
    if problems:
        raise RuleBroken.many(problems)
    values = {"state": State.WITHDRAWN, "state_reason": reason, "author_id": identity.user_id}
    values["published_at"] = None
    return change(chain, identity, "practice.withdrawn", before, values, said={"reason": reason})


def _stage(identity: Identity, before: Practice | None, send: bool) -> dict[str, Any]:
    """Sent, or kept as a draft; what was sent back stays so, with its reason, until it is sent again."""
    author = {"author_id": identity.user_id}
    if send:
        return {"state": State.SENT, "state_reason": "", "sent_by": identity.user_id, **author}
    if before is not None and before.state is State.RETURNED:
        return author
    return {"state": State.DRAFT, "state_reason": "", "sent_by": None, **author}


def _values(facts: PracticeFacts) -> dict[str, Any]:
    return {**asdict(facts), "evidence_ids": sorted(str(each) for each in facts.evidence_ids)}


def standing_facts(identity: Identity, organisation: OrganisationRef, row: Practice) -> PracticeFacts:
    """What a version says, with the evidence that is still in use: nothing else is shown with it."""
    said = {each.name: getattr(row, each.name) for each in fields(PracticeFacts)}
    return PracticeFacts(
        **{**said, "evidence_ids": frozenset(map(UUID, row.evidence_ids)) & _own(identity, organisation)}
    )


def problems_of(
    identity: Identity,
    organisation: OrganisationRef,
    facts: PracticeFacts,
    practice_id: UUID | None,
    *,
    sending: bool,
    looked: bool = False,
) -> list[tuple[str, str]]:
    """Why it cannot be saved or sent, field by field. `practice_id`: the one that is changed."""
    problems = rules.problems_of_practice(facts, clock.today(), sending=sending)
    texts = texts_of(facts)
    problems += refused(texts, looked=looked or _was_looked_at(identity, organisation, practice_id, texts))
    if not catalogue.owes(organisation.kind, facts.recommendation_code):
        problems.append(("recommendation_code", "Choose a recommendation that you answer"))
    if facts.evidence_ids - _own(identity, organisation):
        problems.append(("evidence_ids", "Choose only evidence of your own that is in use"))
    if taken := _taken(identity, organisation, facts.title, practice_id):
        problems.append(("title", taken))
    return problems


def _check(
    identity: Identity,
    organisation: OrganisationRef,
    facts: PracticeFacts,
    practice_id: UUID | None,
    *,
    sending: bool,
    looked: bool,
) -> None:
    problems = problems_of(identity, organisation, facts, practice_id, sending=sending, looked=looked)
    if problems:
        raise RuleBroken.many(problems)


def _was_looked_at(
    identity: Identity, organisation: OrganisationRef, practice_id: UUID | None, texts: dict[str, str]
) -> bool:
    """Texts that somebody has looked at already, and that nobody changed, are not asked about again."""
    if practice_id is None or not rules.suspected(texts):
        return False
    before = queries.get_practice(identity, organisation.id, practice_id)
    return texts_of(before) == texts and queries.was_looked_at(identity, before)


def _own(identity: Identity, organisation: OrganisationRef) -> set[UUID]:
    return {row.entity_id for row in queries.list_shareable(identity, organisation.id)}


def _taken(identity: Identity, organisation: OrganisationRef, title: str, practice_id: UUID | None) -> str:
    """Which other practice bears a title, as it stands or as others see it while a change waits; empty: none."""
    wanted, seen = plain(title), queries.list_published_of(identity, organisation.id)
    others = [
        row
        for row in queries.list_practices(identity, organisation.id)
        if row.state is not State.WITHDRAWN and row.entity_id != practice_id
    ]
    for row in others:
        if plain(row.title) == wanted:
            return f"You have a practice with this title already, “{row.title}”: change that one"
    for row in others:
        if row.entity_id in seen and plain(seen[row.entity_id].title) == wanted:
            return (
                f"Others see a practice of yours under this title; it is now “{row.title}”: change that one"
            )
    return ""


def _refuse_withdrawn(before: Practice) -> None:
    if before.state is State.WITHDRAWN:
        raise RuleBroken(
            "", "This practice was taken out of use. Write it again as a new one if it is needed."
        )
