"""Keeping the years of the programme; the source's own years keep their names for ever."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tracker.access.identity import Identity
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.errors import Conflict, RuleBroken
from tracker.evidence.rules import identifier_problem
from tracker.extensions import db
from tracker.programme import queries, rules
from tracker.programme.actions.common import following, plain, require_keeper
from tracker.programme.models import ProgrammeYear
from tracker.programme.rules import YearFacts

# The name follows from the code.
FACTS = ("is_confirmed", "from_source")
TEXTS = ("note",)


def add_year(identity: Identity, facts: YearFacts, *, chain: Chain | None = None) -> ProgrammeYear:
    """Open another year. Raises RuleBroken by field."""
    require_keeper(identity)
    chain = chain or audit.open_chain()
    problems = rules.problems_of_year(facts, {each.code for each in queries.list_years()})
    if problems:
        raise RuleBroken.many(problems)
    code = rules.year_code(facts.code)
    return enter_year(
        chain, code, rules.year_name(code), is_confirmed=facts.is_confirmed, note=facts.note,
        author_id=identity.user_id,
    )  # fmt: skip


def change_year(
    identity: Identity, code: str, facts: YearFacts, *, version: int, chain: Chain | None = None
) -> ProgrammeYear:
    """Change the note; of a year of ours, also whether it is confirmed. Raises RuleBroken, Conflict."""
    require_keeper(identity)
    chain = chain or audit.open_chain()
    before = queries.get_year(code)
    if before.version != version:
        raise Conflict(before.version)
    if (problem := identifier_problem("note", facts.note)) is not None:
        raise RuleBroken(*problem)
    confirmed = before.is_confirmed if before.from_source else facts.is_confirmed
    return revise_year(chain, before, identity.user_id, {"note": facts.note, "is_confirmed": confirmed})


def enter_year(
    chain: Chain,
    code: str,
    name: str,
    *,
    is_confirmed: bool,
    note: str,
    author_id: UUID | None,
    from_source: bool = False,
) -> ProgrammeYear:
    """A year's first state; what is asked of it was checked before."""
    row = ProgrammeYear(
        code=code, name=name, is_confirmed=is_confirmed, note=note, from_source=from_source,
        author_id=author_id, version=1, recorded_at=chain.recorded_at,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _tell(chain, "programme.year_added", row, {})
    return row


def revise_year(
    chain: Chain, before: ProgrammeYear, author_id: UUID | None, values: dict[str, Any]
) -> ProgrammeYear:
    """A year's next state, with its event; what is asked of it was checked before."""
    old = plain(before, (*FACTS, *TEXTS))
    after = following(before, chain, author_id, **values)
    _tell(chain, "programme.year_changed", after, old)
    return after


def _tell(chain: Chain, type: str, row: ProgrammeYear, old: dict[str, Any]) -> None:
    changed = audit.difference(old, plain(row, (*FACTS, *TEXTS)))
    audit.record(
        chain,
        type,
        actor_id=row.author_id,
        subject=("programme_year", row.code),
        public={name: changed[name] for name in FACTS if name in changed}
        | {"year": row.code, "version": row.version},
        private={name: changed[name] for name in TEXTS if name in changed},
    )
