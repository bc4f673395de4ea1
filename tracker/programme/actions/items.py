"""Keeping the items of the programme: the source's words are never changed, nothing that was added is ever deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from tracker.access.identity import Identity
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.catalogue import queries as catalogue
from tracker.database import new_id
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.evidence.rules import identifier_problem
from tracker.extensions import db
from tracker.library import queries as library
from tracker.programme import queries, rules
from tracker.programme.actions.common import following, plain, require_keeper
from tracker.programme.models import ProgrammeItem
from tracker.programme.rules import ItemFacts

FACTS = (
    "year_code", "parent_code", "label", "kind", "serves", "resource_code", "happens_on", "is_historical",
    "from_source", "position",
)  # fmt: skip
# In the trail a position is where an organisation stands.
_KEYS = {"position": "place_in_list"}
TEXTS = ("title", "text", "note", "place", "host", "link", "retired_reason")
# Of an item of the source, what is ours: the rest is quoted.
OURS = ("note", "serves", "resource_code", "link")


def add_item(
    identity: Identity,
    year_code: str,
    facts: ItemFacts,
    *,
    parent_code: str = "",
    chain: Chain | None = None,
) -> ProgrammeItem:
    """Add an item to a year, or a part to an item. Raises RuleBroken by field."""
    require_keeper(identity)
    chain = chain or audit.open_chain()
    year = queries.get_year(year_code)
    listed = [each for each in queries.list_items() if each.year_code == year.code]
    _check(facts, year.code, listed, _problems_of_parent(parent_code, year.code, listed))
    label = rules.next_label(parent_code, (_step(each) for each in listed if each.parent_code == parent_code))
    return enter_item(
        chain,
        f"{parent_code or year.code}-{label}",
        facts,
        year_code=year.code,
        parent_code=parent_code,
        label=label,
        position=max((each.position for each in listed), default=0) + 1,
        author_id=identity.user_id,
    )


def change_item(
    identity: Identity, code: str, facts: ItemFacts, *, version: int, chain: Chain | None = None
) -> ProgrammeItem:
    """Change what is said of an item; of one of the source, only what is ours. Raises RuleBroken, Conflict."""
    require_keeper(identity)
    chain = chain or audit.open_chain()
    before = _standing(code, version)
    values = values_of(facts)
    if before.from_source:
        values = {name: values[name] for name in OURS}
        problems = rules.problems_of_note(facts) + _unknown(facts)
        if problems:
            raise RuleBroken.many(problems)
    else:
        others = [
            each
            for each in queries.list_items()
            if each.year_code == before.year_code and each.code != before.code
        ]
        _check(facts, before.year_code, others)
    return revise_item(chain, "programme.item_changed", before, identity.user_id, values)


def take_out(
    identity: Identity, code: str, reason: str, *, version: int, chain: Chain | None = None
) -> Sequence[ProgrammeItem]:
    """Take an item out with its parts: it leaves the timeline and stays in the history. Raises RuleBroken, Conflict."""
    require_keeper(identity)
    chain = chain or audit.open_chain()
    item = _standing(code, version)
    if item.from_source:
        raise NotAllowed("what the source says stays")
    if not reason:
        raise RuleBroken("reason", "Say why it is taken out")
    if (problem := identifier_problem("reason", reason)) is not None:
        raise RuleBroken(*problem)
    listed = [each for each in queries.list_items() if not each.retired_reason]
    parts = [each for each in listed if each.code.startswith(f"{code}-") and each.year_code == item.year_code]
    group = new_id() if parts else None
    return [
        revise_item(
            chain, "programme.item_taken_out", each, identity.user_id, {"retired_reason": reason}, group
        )
        for each in (item, *parts)
    ]


def enter_item(
    chain: Chain,
    code: str,
    facts: ItemFacts,
    *,
    year_code: str,
    parent_code: str,
    label: str,
    position: int,
    author_id: UUID | None,
    from_source: bool = False,
) -> ProgrammeItem:
    """An item's first state; what is asked of it was checked before."""
    row = ProgrammeItem(
        code=code, year_code=year_code, parent_code=parent_code, label=label, position=position,
        from_source=from_source, retired_reason="", author_id=author_id, version=1, recorded_at=chain.recorded_at,
        **values_of(facts),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _tell(chain, "programme.item_added", row, {})
    return row


def revise_item(
    chain: Chain,
    type: str,
    before: ProgrammeItem,
    author_id: UUID | None,
    values: dict[str, Any],
    group: UUID | None = None,
) -> ProgrammeItem:
    """An item's next state, with its event; what is asked of it was checked before."""
    old = plain(before, (*FACTS, *TEXTS))
    after = following(before, chain, author_id, **values)
    _tell(chain, type, after, old, group)
    return after


def _standing(code: str, version: int) -> ProgrammeItem:
    before = queries.get_item(code)
    if before.version != version:
        raise Conflict(before.version)
    if before.retired_reason:
        raise NotAllowed("it was taken out")
    return before


def values_of(facts: ItemFacts) -> dict[str, Any]:
    """The columns that hold what is said of an item."""
    return {**asdict(facts), "serves": list(facts.serves)}


def _step(item: ProgrammeItem) -> str:
    """What a code ends in: the dashes of the source have no label, and a code all the same."""
    return item.code.rsplit("-", 1)[1]


def _check(
    facts: ItemFacts, year: str, others: Sequence[ProgrammeItem], further: Sequence[rules.Problem] = ()
) -> None:
    titles = [each.title for each in others if not each.retired_reason]
    problems = [*further, *rules.problems_of_item(facts, year, titles), *_unknown(facts)]
    if problems:
        raise RuleBroken.many(problems)


def _unknown(facts: ItemFacts) -> list[tuple[str, str]]:
    """What names something that is not there."""
    problems = []
    if set(facts.serves) - {each.code for each in catalogue.list_recommendations()}:
        problems.append(("serves", "Choose only from the recommendations listed"))
    known = {each.code for each in library.list_national_resources()} if facts.resource_code else set()
    if facts.resource_code and facts.resource_code not in known:
        problems.append(("resource_code", "Choose a resource of the library"))
    return problems


def _problems_of_parent(parent_code: str, year: str, listed: Sequence[ProgrammeItem]) -> list[rules.Problem]:
    if not parent_code:
        return []
    if not any(each.code == parent_code and not each.retired_reason for each in listed):
        return [("parent_code", f"Choose an item of {rules.year_name(year)}")]
    if rules.depth_of(parent_code, year) >= rules.DEEPEST:
        return [("parent_code", "That is a part of a part already: choose what it belongs to")]
    return []


def _tell(
    chain: Chain, type: str, row: ProgrammeItem, old: dict[str, Any], group: UUID | None = None
) -> None:
    changed = audit.difference(old, plain(row, (*FACTS, *TEXTS)))
    audit.record(
        chain,
        type,
        actor_id=row.author_id,
        subject=("programme_item", row.code),
        public={_KEYS.get(name, name): changed[name] for name in FACTS if name in changed}
        | {"item": row.code, "version": row.version},
        private={name: changed[name] for name in TEXTS if name in changed},
        group=group,
    )
