"""The audit trail as people read it: who, when, what changed, and the mark by which an event is recognised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from tracker.audit.rules import Detail, describe, ending, event_type
from tracker.web.formats import moment

SHORT = 12
PLATFORM_WORDS = "Of no one organisation: signing in, people, catalogue"
SERVICE = "The service itself"
REMOVED = "The text of this event was removed for confidentiality."
# What is known by an id alone is told from others of its kind by the end of that id.
THINGS = {
    "coverage": "entry about staff trained",
    "development": "new training",
    "evaluation": "evaluation",
    "evidence": "evidence",
    "export": "evidence pack",
    "guideline": "guideline",
    "help": "request for help",
    "membership": "membership",
    "practice": "good practice",
    "resource": "training",
    "share": "share",
    "usage": "count of use",
}
OF_A_RESOURCE = frozenset({"share", "usage", "evaluation"})


class Borne(Protocol):
    """A title, and since when it was borne."""

    @property
    def since(self) -> datetime: ...
    @property
    def title(self) -> str: ...


# By what names the thing, oldest first.
Titles = Mapping[str, Sequence[Borne]]


@dataclass(frozen=True, slots=True)
class Said:
    """What a row of the trail brings: plain values, no row of a table.

    `title` and `resource` are what the trail said before of the same thing.
    """

    chain_id: UUID
    seq: int
    type: str
    at: datetime
    actor_id: UUID | None
    subject_kind: str
    subject_code: str
    hash: str
    public: Mapping[str, Any]
    private: Mapping[str, Any] | None
    title: str = ""
    resource: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """What ids and codes are called: people, organisations (code and name), resources, items of the programme."""

    people: Mapping[UUID, str]
    organisations: Mapping[UUID, tuple[str, str]]
    resources: Titles
    items: Titles


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One event on the page. `recommendation` is its code where the event is about one."""

    what: str
    who: str
    person_id: str
    when: str
    chain: str
    organisation: str
    number: int
    fingerprint: str
    details: tuple[Detail, ...]
    note: str
    recommendation: str
    thing: str


def trail_lines(rows: Iterable[Said], names: Names) -> list[TrailLine]:
    """Events with the names of those who did them, and of what they are about."""
    return [_line(row, names) for row in rows]


def resources_named(rows: Iterable[Said]) -> list[str]:
    """The codes and ids of resources whose titles these events need."""
    return sorted(
        {name for row in rows for name in _named(row, ("resource", "resource_code", "national_code"))}
    )


def items_named(rows: Iterable[Said]) -> list[str]:
    """The codes of items of the programme whose titles these events need."""
    return sorted({name for row in rows for name in _named(row, ("item",))})


def _line(row: Said, names: Names) -> TrailLine:
    code, name = names.organisations.get(row.chain_id, ("", ""))
    return TrailLine(
        what=event_type(row.type).label,
        who=SERVICE if row.actor_id is None else names.people.get(row.actor_id, f"Person {row.actor_id}"),
        person_id="" if row.actor_id is None else str(row.actor_id),
        when=moment(row.at),
        chain=f"{name} ({code})" if code else PLATFORM_WORDS,
        organisation=code,
        number=row.seq,
        fingerprint=row.hash[:SHORT],
        details=describe(row.type, _facts(row), _texts(row), _called(row, names)),
        note=REMOVED if row.private is None else "",
        recommendation=row.subject_code if row.subject_kind == "recommendation" else "",
        thing=_thing(row),
    )


def _facts(row: Said) -> dict[str, Any]:
    """What the event says in clear, and which resource it is about where it says that by an id alone."""
    facts = dict(row.public)
    if row.subject_kind in OF_A_RESOURCE:
        moved = facts.get("resource_id")
        if "resource" not in facts or (isinstance(moved, dict) and moved["old"]):
            facts["resource"] = moved or row.resource
    elif _is_national(row) and not _says_title(row):
        facts["resource"] = row.subject_code
    return facts


def _is_national(row: Said) -> bool:
    """About one resource of the national library, not about all of its links."""
    return row.subject_kind == "national_resource" and row.type != "national_resource.links_checked"


def _texts(row: Said) -> dict[str, Any]:
    return {"title": row.title, **(row.private or {})}


def _says_title(row: Said) -> bool:
    return "title" in (row.private or {})


def _called(row: Said, names: Names) -> dict[str, str]:
    """Titles of the event's moment; an item's code too, for items of two years may be called alike."""
    called = {name: _borne(titles, row.at) for name, titles in names.resources.items()}
    if not _says_title(row):
        called |= {code: f"{_borne(titles, row.at)} ({code})" for code, titles in names.items.items()}
    return called


def _borne(titles: Sequence[Borne], at: datetime) -> str:
    """What was entered only later, as the national library can be, is called by its first title."""
    return next((each.title for each in reversed(titles) if each.since <= at), titles[0].title)


def _named(row: Said, keys: Sequence[str]) -> set[str]:
    facts = _facts(row)
    found = [facts.get(key) for key in keys]
    return {
        str(name) for each in found for name in (each.values() if isinstance(each, dict) else [each]) if name
    }


def _thing(row: Said) -> str:
    """Which of its kind it is about: two entries of one day may say the same of different things."""
    if action := row.public.get("action_id"):
        return f"About the action that ends in {ending(str(action))}"
    word = THINGS.get(row.subject_kind)
    return f"About the {word} that ends in {ending(row.subject_code)}" if word else ""
