"""Every write of answers: lock the chain, ask the rules, add a version, tell the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.catalogue import queries as catalogue
from tracker.catalogue.queries import Asked
from tracker.catalogue.rules import Question
from tracker.database import new_id, revise
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.evidence.rules import identifier_problem
from tracker.extensions import db
from tracker.measures import find_facts
from tracker.measures.base import At
from tracker.measures.questions import queries, rules
from tracker.measures.questions.models import Answers


@dataclass(frozen=True, slots=True)
class AnswersInput:
    """What a form says: the day, the answers as plain values by key, and where they come from."""

    about_on: date | None
    values: Mapping[str, Any]
    source: str = ""


def answer_questions(
    identity: Identity,
    organisation: OrganisationRef,
    code: str,
    wanted: AnswersInput,
    *,
    version: int,
    chain: Chain | None = None,
) -> Answers:
    """Record answers about a day. Raises RuleBroken by field, Conflict when `version` is not the latest."""
    if not allows(identity, Permission.MEASURES_RECORD, organisation.id) or not organisation.is_open:
        raise NotAllowed(organisation.code)
    chain = chain or audit.open_chain(organisation.id)
    asked = catalogue.find_asked(organisation.kind, code)
    if asked is None:
        raise NotAllowed(f"{organisation.code} is not asked about {code}")
    latest = queries.latest_version(identity, organisation.id, code, asked.declared.key)
    if latest != version:
        raise Conflict(latest)
    answers = _checked(identity, organisation, asked, wanted)
    return _keep(identity, organisation, asked, wanted, answers, latest + 1, chain)


def _checked(
    identity: Identity, organisation: OrganisationRef, asked: Asked, wanted: AnswersInput
) -> dict[str, Any]:
    declared, today = asked.declared, clock.today()
    names = {each.filled_from for each in declared.questions if each.filled_from}
    at = At(wanted.about_on or today)
    filled = find_facts(identity, names, [organisation.id], at)[organisation.id] if names else {}
    if not rules.asked(declared, wanted.values, filled):
        raise RuleBroken("about_on", "Nothing is asked here any more: registers hold all of it.")
    answers = rules.check(declared, wanted.values, about_on=wanted.about_on, today=today, filled=filled)
    typed = [*rules.texts(declared, answers), ("source", wanted.source)]
    problems = [problem for name, text in typed if (problem := identifier_problem(name, text))]
    if len(wanted.source) > rules.TEXT_AT_MOST[False]:
        problems.append(("source", f"Use {rules.TEXT_AT_MOST[False]} characters or fewer."))
    if problems:
        raise RuleBroken.many(problems)
    return answers


def _keep(
    identity: Identity,
    organisation: OrganisationRef,
    asked: Asked,
    wanted: AnswersInput,
    answers: dict[str, Any],
    version: int,
    chain: Chain,
) -> Answers:
    """The same day again is a new version of what was said about it; another day stands beside it."""
    about_on = wanted.about_on or clock.today()
    code, key = asked.recommendation.code, asked.declared.key
    before = queries.find_about(identity, organisation.id, code, key, about_on)
    changes = {
        "answers": answers, "source": wanted.source, "declaration": asked.digest, "version": version,
        "author_id": identity.user_id,
    }  # fmt: skip
    old = {} if before is None else dict(before.answers)
    if before is None:
        row = Answers(
            organisation_id=organisation.id, entity_id=new_id(), recommendation_code=code, set_key=key,
            about_on=about_on, recorded_at=chain.recorded_at, **changes,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
    else:
        row = revise(db.session(), before, chain.recorded_at, **changes)
    _audit(chain, identity, asked, row, old)
    return row


def _audit(chain: Chain, identity: Identity, asked: Asked, row: Answers, old: Mapping[str, Any]) -> None:
    """In clear: what was answered, not how. The answers themselves can be taken out of the trail later."""
    changed = [each for each in asked.declared.questions if old.get(each.key) != row.answers.get(each.key)]
    said = {each.text: _said(each, old.get(each.key), row.answers.get(each.key)) for each in changed}
    audit.record(
        chain,
        "questions.answered",
        actor_id=identity.user_id,
        subject=("recommendation", row.recommendation_code),
        public={
            "answers_id": str(row.entity_id),
            "version": row.version,
            "set": row.set_key,
            "about_on": row.about_on.isoformat(),
            "declaration": row.declaration,
            "keys": [each.key for each in changed],
        },
        private={"answers": said, "came_from": row.source},
    )


def _said(question: Question, old: Any, new: Any) -> str:
    before, after = rules.as_text(question, old), rules.as_text(question, new) or "nothing"
    return f"{after} (before: {before})" if before else after
