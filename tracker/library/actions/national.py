"""Keeping the national library: on the platform's chain, every state of a resource is kept, and nothing is deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.catalogue.rules import Seeded, last_author
from tracker.database import new_id
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.evidence.rules import identifier_problem, validate_link
from tracker.extensions import db
from tracker.library import queries
from tracker.library.actions.national_rows import revise_national
from tracker.library.loader import ShippedNational
from tracker.library.models import NationalResource
from tracker.library.rules import NationalFacts, code_for, plain, problems_of_national

# In clear in the trail; what is typed by hand can be taken out of it later.
FACTS = (
    "kind", "level", "format", "audiences", "minutes", "is_interactive", "endorsement", "serves", "retired_on",
    "position", "number", "owner_id",
)  # fmt: skip
TEXTS = (
    "title", "made_by", "session_code", "format_words", "audience_words", "covers", "modules", "description", "link",
    "note", "retired_reason", "section", "developer", "funder",
)  # fmt: skip
# In the trail a number is a count, a position is where an organisation stands, and an owner is a person.
_KEYS = {"position": "place_in_list", "number": "source_number", "owner_id": "owned_by"}
# What the list is read in: what the national lead adds stands after the source.
_AFTER_SOURCE = 1000
# The source tells of the report, which is of November 2016: what it offers was in use then.
SOURCE_FROM = date(2016, 11, 1)


def add_national(identity: Identity, facts: NationalFacts, *, chain: Chain | None = None) -> NationalResource:
    """Put a resource into the library. Raises RuleBroken by field; a title that is there already is refused."""
    _require(identity)
    chain = chain or audit.open_chain()
    listed = queries.list_national_resources()
    _check(facts, listed)
    position = max((row.position for row in listed), default=0)
    return _first(
        chain,
        identity.user_id,
        facts,
        code=code_for(facts.title, (each.code for each in listed)),
        position=max(position, _AFTER_SOURCE) + 1,
    )


def change_national(
    identity: Identity, code: str, facts: NationalFacts, *, version: int, chain: Chain | None = None
) -> NationalResource:
    """Change what is said of it. Raises RuleBroken, or Conflict when somebody else changed it first."""
    _require(identity)
    chain = chain or audit.open_chain()
    before = _standing(code, version)
    _check(facts, queries.list_national_resources(), before.entity_id)
    return _revise(chain, "national_resource.changed", before, identity.user_id, facts.values())


def retire_national(
    identity: Identity,
    code: str,
    *,
    on: date | None,
    reason: str,
    version: int,
    chain: Chain | None = None,
) -> NationalResource:
    """Say that it is no longer to be used: it leaves the lists and stays in every ledger. RuleBroken, Conflict."""
    _require(identity)
    chain = chain or audit.open_chain()
    before = _standing(code, version)
    if problems := problems_of_retirement(before, on, reason):
        raise RuleBroken.many(problems)
    return _revise(
        chain,
        "national_resource.retired",
        before,
        identity.user_id,
        {"retired_on": on, "retired_reason": reason},
    )


def problems_of_retirement(row: NationalResource, on: date | None, reason: str) -> list[tuple[str, str]]:
    """Why a resource cannot be retired like this, by field."""
    problems = [("reason", "Say why it is no longer to be used")] if not reason else []
    if on is None:
        problems.append(("retired_on", "Enter the day from which it is no longer to be used"))
    elif on > clock.today():
        problems.append(
            ("retired_on", "The day from which it is no longer to be used must be today or in the past")
        )
    elif row.from_source and on < SOURCE_FROM:
        first = f"{SOURCE_FROM.day} {SOURCE_FROM:%B %Y}"
        offered = f"The source, which is not older than {SOURCE_FROM:%B %Y}, offers it"
        problems.append(("retired_on", f"{offered}: enter {first} or a later day"))
    if (problem := identifier_problem("reason", reason)) is not None:
        problems.append(problem)
    return problems


def restore_national(
    identity: Identity, code: str, *, reason: str, version: int, chain: Chain | None = None
) -> NationalResource:
    """Take a retirement back: it is listed and suggested again. RuleBroken, Conflict."""
    _require(identity)
    chain = chain or audit.open_chain()
    before = _at(code, version)
    if before.retired_on is None:
        raise RuleBroken("", "This resource is in use: there is nothing to bring back")
    problems = [] if reason else [("reason", "Say why it is to be used again")]
    if (problem := identifier_problem("reason", reason)) is not None:
        problems.append(problem)
    if _namesake(before.title, queries.list_national_resources(), before.entity_id):
        problems.append(
            ("", "There is another resource with this title in use now: change or retire that one first")
        )
    if problems:
        raise RuleBroken.many(problems)
    return _revise(
        chain,
        "national_resource.restored",
        before,
        identity.user_id,
        {"retired_on": None, "retired_reason": ""},
        {"reason": reason},
    )


def seed_national(shipped: Iterable[ShippedNational]) -> Seeded:
    """Make the library hold what the file says; fields that a person has changed stay, and so does what is retired."""
    chain = audit.open_chain()
    standing = {row.code: row for row in queries.list_national_resources()}
    added, changed, kept, unchanged = [], [], [], 0
    for each in shipped:
        before = standing.get(each.code)
        if before is None:
            _first(chain, None, each.facts, code=each.code, **_beside(each), from_source=True)
            added.append(each.code)
            continue
        differ = {name: new for name, new in _shipped_values(each).items() if getattr(before, name) != new}
        follow = {name: new for name, new in differ.items() if name not in _held(before, differ)}
        if follow:
            _revise(chain, "national_resource.changed", before, None, follow)
            changed.append(each.code)
        if len(follow) < len(differ):
            kept.append(each.code)
        unchanged += not differ
    return Seeded(tuple(added), tuple(changed), tuple(kept), unchanged)


def _held(row: NationalResource, names: Collection[str]) -> frozenset[str]:
    """Which of these fields stand as a person set them last: the file does not move them."""
    if not names or row.retired_on is not None:
        return frozenset(names)
    states = queries.list_national_history(row.code)[::-1]
    return frozenset(name for name in names if last_author(states, name) is not None)


def _shipped_values(each: ShippedNational) -> dict[str, Any]:
    """Whose it is, the file does not say: that is the national lead's to record."""
    stated = {name: value for name, value in each.facts.values().items() if name != "owner_id"}
    return {**stated, **_beside(each)}


def _beside(each: ShippedNational) -> dict[str, Any]:
    names = ("position", "number", "section", "developer", "funder")
    return {name: getattr(each, name) for name in names}


def _first(
    chain: Chain, author_id: UUID | None, facts: NationalFacts, *, code: str, position: int, **more: Any
) -> NationalResource:
    stated: dict[str, Any] = {
        "number": None, "section": "", "from_source": False, "funder": "", "developer": "", "funding_note": "",
        "funding_checked_on": None, "retired_on": None, "retired_reason": "",
    }  # fmt: skip
    row = NationalResource(
        entity_id=new_id(),
        code=code,
        position=position,
        version=1,
        author_id=author_id,
        recorded_at=chain.recorded_at,
        **{**stated, **more, **facts.values()},
    )
    db.session.add(row)
    db.session.flush()
    _tell(chain, "national_resource.added", row, {}, author_id)
    return row


def _revise(
    chain: Chain,
    type: str,
    before: NationalResource,
    author_id: UUID | None,
    values: dict[str, Any],
    beside: Mapping[str, Any] = MappingProxyType({}),
) -> NationalResource:
    """`beside` is told in the trail, where it can be taken out again, and stands in no column."""
    old = _plain(before)
    after = revise_national(chain, before, author_id, **values)
    _tell(chain, type, after, old, author_id, beside)
    return after


def _tell(
    chain: Chain,
    type: str,
    row: NationalResource,
    old: dict[str, Any],
    actor_id: UUID | None,
    beside: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    changed = audit.difference(old, _plain(row))
    audit.record(
        chain,
        type,
        actor_id=actor_id,
        subject=("national_resource", row.code),
        public={_KEYS.get(name, name): changed[name] for name in FACTS if name in changed}
        | {"resource_id": str(row.entity_id), "version": row.version},
        private={name: changed[name] for name in TEXTS if name in changed} | dict(beside),
    )


def _plain(row: NationalResource) -> dict[str, Any]:
    said = {name: _as_json(getattr(row, name)) for name in (*FACTS, *TEXTS)}
    return said | {"owner_id": _code_of(row.owner_id)}


def _code_of(organisation_id: UUID | None) -> str | None:
    """In the trail an organisation is named by its code."""
    return (
        None if organisation_id is None else queries.list_publishers([organisation_id])[organisation_id].code
    )


def _as_json(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _at(code: str, version: int) -> NationalResource:
    before = queries.get_national_resource(code)
    if before.version != version:
        raise Conflict(before.version)
    return before


def _standing(code: str, version: int) -> NationalResource:
    before = _at(code, version)
    if before.retired_on is not None:
        raise RuleBroken("", "This resource is retired: it is kept as it was, and no longer changed")
    return before


def _check(facts: NationalFacts, listed: Sequence[NationalResource], entity_id: UUID | None = None) -> None:
    if problems := problems_of_resource(facts, listed, entity_id):
        raise RuleBroken.many(problems)


def problems_of_resource(
    facts: NationalFacts, listed: Sequence[NationalResource], entity_id: UUID | None = None
) -> list[tuple[str, str]]:
    """Why it cannot stand in the library, by field: all at once. `entity_id`: the one that is changed."""
    problems = problems_of_national(facts)
    if facts.owner_id is not None and not queries.list_publishers([facts.owner_id]):
        problems.append(("owner_id", "Choose one of the organisations listed"))
    if facts.link:
        try:
            validate_link(facts.link)
        except RuleBroken as broken:
            problems += broken.problems
    problems += [found for name, words in _typed(facts) if (found := identifier_problem(name, words))]
    if _namesake(facts.title, listed, entity_id):
        problems.append(
            ("title", "There is a resource with this title in the library already: change that one")
        )
    return problems


def _namesake(title: str, listed: Iterable[NationalResource], entity_id: UUID | None) -> bool:
    """Whether another that is in use bears the title."""
    return any(
        plain(row.title) == plain(title) and row.retired_on is None and row.entity_id != entity_id
        for row in listed
    )


def _typed(facts: NationalFacts) -> Iterable[tuple[str, str]]:
    for name in (
        "title", "made_by", "session_code", "format_words", "audience_words", "description", "link", "note",
    ):  # fmt: skip
        yield name, getattr(facts, name)
    yield "covers", "\n".join(facts.covers)
    yield "modules", "\n".join(f"{each.title} {each.audience}" for each in facts.modules)


def _require(identity: Identity) -> None:
    """The second lock: whoever calls, the library is kept by the national lead."""
    if not allows(identity, Permission.LIBRARY_MANAGE):
        raise NotAllowed("library")
