"""Help: an organisation asks the national body and may take the question back; the national body answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.catalogue import queries as catalogue
from tracker.database import new_id, revise
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.extensions import db
from tracker.practice import queries
from tracker.practice.actions.common import refused, require_own, statement
from tracker.practice.models import HelpAnswer, HelpRequest

Chains = Mapping[UUID, Chain]
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HelpInput:
    """What a form asks. `practice_id`: a practice of one's own that it is about."""

    recommendation_code: str
    question: str
    practice_id: UUID | None = None


def ask_help(
    identity: Identity, organisation: OrganisationRef, wanted: HelpInput, *, looked: bool = False
) -> HelpRequest:
    """Ask the national body, today. Raises RuleBroken by field. Both chains are told.

    `looked`: somebody has read again what looks like a person, and nobody can be identified.
    """
    require_own(identity, organisation)
    if queries.is_national_body(identity, organisation.id):
        raise NotAllowed("the national body does not ask itself")
    chains = _chains_of_both(identity, organisation)
    moment = chains[organisation.id].recorded_at
    if problems := problems_of_question(identity, organisation, wanted, looked=looked):
        raise RuleBroken.many(problems)
    row = HelpRequest(
        organisation_id=organisation.id, entity_id=new_id(), recommendation_code=wanted.recommendation_code,
        practice_id=wanted.practice_id, asked_on=clock.local_day(moment), question=wanted.question,
        taken_back_reason="", author_id=identity.user_id, version=1, recorded_at=moment,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _tell_both(chains, identity, organisation, "help.asked", row, {"question": row.question})
    return row


def take_back_help(
    identity: Identity,
    organisation: OrganisationRef,
    request_id: UUID,
    *,
    reason: str,
    version: int,
    looked: bool = False,
) -> HelpRequest:
    """The question needs no answer any more. Raises RuleBroken, Conflict. Both chains are told."""
    require_own(identity, organisation)
    chains = _chains_of_both(identity, organisation)
    before = queries.get_asked(identity, organisation.id, request_id)
    if before.request.version != version:
        raise Conflict(before.request.version)
    problems = refused({"reason": reason}, looked=looked)
    if not reason.strip():
        problems.append(("reason", "Say why you no longer need an answer"))
    if before.answer is not None:
        problems.append(("", "This question has been answered already, so it stays"))
    if before.request.taken_back_reason:
        problems.append(("", "This question was taken back already"))
    if problems:
        raise RuleBroken.many(problems)
    after = revise(
        db.session(), before.request, chains[organisation.id].recorded_at,
        taken_back_reason=reason, author_id=identity.user_id, version=version + 1,
    )  # fmt: skip
    _tell_both(chains, identity, organisation, "help.taken_back", after, {"reason": reason})
    return after


def answer_help(
    identity: Identity,
    body: OrganisationRef,
    request_id: UUID,
    answer: str,
    *,
    version: int,
    looked: bool = False,
) -> HelpAnswer:
    """Answer a question, or mend the answer; `version` is that of the answer (0: none). The first day stays.

    Raises RuleBroken, Conflict. Both chains are told.
    """
    require_own(identity, body)
    asker_id = queries.get_received(identity, body.id, request_id).request.organisation_id
    chains = audit.open_chains([body.id, asker_id])
    asked = queries.get_received(identity, body.id, request_id)
    _refuse_taken_back(asked)
    stands = 0 if asked.answer is None else asked.answer.version
    if stands != version:
        raise Conflict(stands)
    problems = refused({"answer": answer}, looked=looked)
    if not answer.strip():
        problems.append(("answer", "Write an answer"))
    if problems:
        raise RuleBroken.many(problems)
    row = _answered(identity, body, asked, answer, chains[body.id])
    asker, group = queries.bodies_by_id(identity, [asker_id])[asker_id], new_id()
    facts = {"organisation": asker.code, "version": row.version, "answered_on": row.answered_on.isoformat()}
    for chain in chains.values():
        _tell(chain, identity, "help.answered", asked.request, facts, {"answer": answer}, group)
    return row


def _refuse_taken_back(asked: queries.Asked) -> None:
    if asked.request.taken_back_reason:
        reason = asked.request.taken_back_reason
        raise RuleBroken("", f"Taken back meanwhile: “{reason}”. It needs no answer, and nothing was sent")


def _chains_of_both(identity: Identity, organisation: OrganisationRef) -> Chains:
    """The locked chains of who asks and of the national body: an auditor of either can count the wait again."""
    return audit.open_chains([organisation.id, *queries.list_answering(identity, organisation.id)])


def _answered(
    identity: Identity, body: OrganisationRef, asked: queries.Asked, answer: str, chain: Chain
) -> HelpAnswer:
    changes: dict[str, Any] = {"answer": answer, "author_id": identity.user_id}
    if asked.answer is not None:
        version = asked.answer.version + 1
        return revise(db.session(), asked.answer, chain.recorded_at, version=version, **changes)
    row = HelpAnswer(
        organisation_id=body.id, entity_id=new_id(), asker_id=asked.request.organisation_id,
        request_id=asked.request.entity_id, answered_on=clock.local_day(chain.recorded_at), version=1,
        recorded_at=chain.recorded_at, **changes,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def problems_of_question(
    identity: Identity, organisation: OrganisationRef, wanted: HelpInput, *, looked: bool = False
) -> list[tuple[str, str]]:
    """Why a question cannot be sent, field by field."""
    problems = refused({"question": wanted.question}, looked=looked)
    if not wanted.question.strip():
        problems.append(("question", "Write your question"))
    if not catalogue.owes(organisation.kind, wanted.recommendation_code):
        problems.append(("recommendation_code", "Choose a recommendation that you answer"))
    own = {row.entity_id for row in queries.list_practices(identity, organisation.id)}
    if wanted.practice_id is not None and wanted.practice_id not in own:
        problems.append(("practice_id", "Choose a practice of your own"))
    return problems


def _tell_both(
    chains: Chains, identity: Identity, asker: OrganisationRef, type: str, row: HelpRequest, words: Words
) -> None:
    """The asker's own words stay on its chain: who reads the national body's may be one who may not read them."""
    group = new_id() if len(chains) > 1 else None
    facts = {"version": row.version}
    _tell(chains[asker.id], identity, type, row, facts, words, group)
    state = "taken_back" if row.taken_back_reason else "asked"
    for key, chain in chains.items():
        if key != asker.id:
            received = {**facts, "organisation": asker.code, "state": state}
            _tell(chain, identity, "help.received", row, received, {}, group)


def _tell(
    chain: Chain,
    identity: Identity,
    type: str,
    row: HelpRequest,
    facts: Mapping[str, Any],
    words: Words,
    group: UUID | None,
) -> None:
    public = {
        "request_id": str(row.entity_id), "recommendation": row.recommendation_code,
        "asked_on": row.asked_on.isoformat(), **facts, **statement(words),
    }  # fmt: skip
    if row.practice_id is not None and type != "help.received":
        public["practice_id"] = str(row.practice_id)
    audit.record(
        chain, type, actor_id=identity.user_id, subject=("help", str(row.entity_id)), public=public, private=words,
        group=group,
    )  # fmt: skip
