"""The registers beside the recommendations: each row against the event that it names, each event against the rows."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tracker import clock
from tracker.exports import rules

Problems = Iterator[tuple[str, str]]
Cells = Mapping[str, str]
# The body that answers questions: its chain holds the answers, and who asked is told of them.
ANSWERING = "national_body"
# What a practice's own columns become with each kind of event; None: as it was.
_REVIEWED: Mapping[str, tuple[str | None, str | None]] = {
    "practice.published": ("at", "actor"),
    "practice.returned": ("", "actor"),
    "practice.stopped": ("", "actor"),
    "practice.withdrawn": ("", None),
}


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose chain it is."""

    code: str
    kind: str


@dataclass(slots=True)
class Entry:
    """A row of an organisation; `until` is when the next event about the same thing came."""

    place: str
    kind: str
    cells: Cells
    since: str = ""
    until: str = ""


@dataclass(slots=True)
class Thing:
    """What the events of a chain have said so far of one thing: a column that is not here cannot be told."""

    cells: dict[str, str]
    last: Entry | None = None
    resource_id: str = ""


@dataclass(slots=True)
class Registers:
    """Rows as they are read, then events as they are followed, then what is left open."""

    as_at: str = ""
    cut_off: datetime | None = None
    owners: Mapping[str, Owner] = field(default_factory=dict)
    _entries: dict[tuple[str, str], list[Entry]] = field(default_factory=dict)
    _things: dict[tuple[str, str, str], Thing] = field(default_factory=dict)
    _national: dict[tuple[str, str], str] = field(default_factory=dict)
    # Code and title of a resource by its id, and year and title of an item by its code.
    _resources: dict[str, tuple[str, str]] = field(default_factory=dict)
    _items: dict[str, tuple[str, str]] = field(default_factory=dict)
    # What rows of items are parts of, by where they stand.
    _within: list[tuple[str, tuple[str, str]]] = field(default_factory=list)
    _actions: set[tuple[str, str, str]] = field(default_factory=set)
    _met: list[tuple[str, Entry]] = field(default_factory=list)
    _untold: int = 0

    # --- rows ---------------------------------------------------------------------------------------------

    def note(self, name: str, place: str, row: Cells) -> Problems:
        """One row of one of these files: what can be told of it alone."""
        path, kind = f"data/{name}", row["kind"]
        of = rules.KINDS.get(kind)
        file, columns = (of.file, of.columns) if of else rules.NATIONAL.get(kind, ("", frozenset[str]()))
        if file != name:
            yield path, f"{place} is of no kind that this file has"
            return
        for column in sorted(each for each, cell in row.items() if cell and each not in columns):
            yield path, f"{place} has a {column}, which a row of this kind has not"
        if row["as_at"] != self.as_at:
            yield path, f"{place} is as at another day than the pack"
        if of is None:
            yield from self._note_national(path, place, row)
        elif row["audit_seq"]:
            key = row["audit_chain"], row["audit_seq"]
            self._entries.setdefault(key, []).append(Entry(place, kind, row))
        else:
            yield path, f"{place} names no event that recorded it"

    def _note_national(self, path: str, place: str, row: Cells) -> Problems:
        kind = row["kind"]
        name = row[{"resource": "resource", "year": "year", "item": "item"}[kind]]
        if (kind, name) in self._national:
            yield path, f"{place} and {self._national[kind, name]} are about the same {kind}"
        self._national[kind, name] = place
        if kind == "resource":
            self._resources[row["row"]] = row["resource"], row["title"]
        elif kind == "item":
            self._items[name] = row["year"], row["title"]
            self._within.append((place, ("year", row["year"])))
            self._within += [(place, ("item", row["part_of"]))] if row["part_of"] else []
        ended = row.get("retired_on") or row.get("taken_out_on", "")
        if bool(ended) != bool(row["reason"]):
            yield path, f"{place} says when it was taken out and not why, or why and not when"
        if row["current_at_date"] != ("no" if ended and ended <= self.as_at else "yes"):
            yield path, f"{place} does not say rightly whether it stood on the day"

    # --- events -------------------------------------------------------------------------------------------

    def follow(self, chain: str, content: Mapping[str, Any], line: Mapping[str, Any]) -> Problems:
        """One event of a chain, in order; `line` holds its text, or says that it is not here."""
        told, public, entries = content["type"], content["public"], self._named(chain, content)
        kind = rules.KIND_OF_EVENT.get(told)
        if told == "action.added":
            self._actions.add((chain, _moment(content), str(public.get("action_id"))))
        if told == rules.MEMBER_REMOVED and self._is_own("member", chain, public):
            self._end(chain, "member", str(public.get("membership_id")), _moment(content))
        if kind is not None and not self._is_own(kind, chain, public):
            kind = None
        for problem in self._met_by(kind, content, entries):
            yield rules.AUDIT, f"chain {chain}, event {content['seq']} {problem}"
        if kind is not None:
            thing = self._thing(chain, kind, content, line)
            for entry in entries[:1]:
                yield from self._meet(thing, entry, chain, content)

    def _named(self, chain: str, content: Mapping[str, Any]) -> list[Entry]:
        """Rows that name an event: those of its own kind first."""
        kind = rules.KIND_OF_EVENT.get(content["type"])
        found = self._entries.pop((chain, str(content["seq"])), [])
        return sorted(found, key=lambda entry: entry.kind != kind)

    @staticmethod
    def _met_by(kind: str | None, content: Mapping[str, Any], entries: list[Entry]) -> Iterator[str]:
        """An event of a register has one row of its kind, and no other event has any."""
        if kind is not None and not any(entry.kind == kind for entry in entries):
            yield f"({content['type']}) has no row in data/{rules.KINDS[kind].file}"
        for number, entry in enumerate(entries):
            if entry.kind != kind:
                yield f"({content['type']}) does not record what {entry.place} says"
            elif number:
                yield f"({content['type']}) has a second row: {entry.place}"

    def _is_own(self, kind: str, chain: str, public: Mapping[str, Any]) -> bool:
        """Whether this chain is that of whoever recorded it; the other organisation's is told, too."""
        owner = self.owners.get(chain, Owner("", ""))
        if kind == "help answered":
            return owner.kind == ANSWERING
        named = {"member": "network", "use": "organisation"}.get(kind)
        return named is None or public.get(named) == owner.code

    def _thing(self, chain: str, kind: str, content: Mapping[str, Any], line: Mapping[str, Any]) -> Thing:
        of, public = rules.KINDS[kind], content["public"]
        key = chain, kind, str(public.get(of.named))
        nothing = dict.fromkeys((*of.facts, *of.texts), "")
        if kind != "use":
            self._end(*key, _moment(content))
        elif key in self._things:
            # A use is no version of the practice that it names.
            del self._things[key]
        thing = self._things.setdefault(key, Thing(nothing))
        thing.last = None
        for column, name in of.facts.items():
            if name in public:
                thing.cells[column] = _cell(public[name])
        if "resource_id" in public:
            thing.resource_id = _cell(public["resource_id"])
        self._hear_text(of, thing, content, line)
        if kind == "practice":
            self._hear_review(thing, content)
        return thing

    @staticmethod
    def _hear_text(of: rules.Kind, thing: Thing, content: Mapping[str, Any], line: Mapping[str, Any]) -> None:
        """What a text that is not here may have changed cannot be told any more, until a later one says it."""
        if content["private"] is None:
            return
        said = _object(line["private"]) if "private" in line else None
        for column, name in of.texts.items():
            if said is None:
                thing.cells.pop(column, None)
            elif name in said:
                thing.cells[column] = _cell(said[name])

    @staticmethod
    def _hear_review(thing: Thing, content: Mapping[str, Any]) -> None:
        values = {"at": _moment(content), "actor": content.get("actor") or "", "": ""}
        published, reviewed = _REVIEWED.get(content["type"], ("", ""))
        if published is not None:
            thing.cells["published_at_utc"] = values[published]
        if reviewed is not None:
            thing.cells["reviewed_by"] = values[reviewed]

    def _end(self, chain: str, kind: str, name: str, moment: str) -> None:
        thing = self._things.get((chain, kind, name))
        if thing is not None and thing.last is not None:
            thing.last.until = moment

    def _meet(self, thing: Thing, entry: Entry, chain: str, content: Mapping[str, Any]) -> Problems:
        if rules.KIND_OF_EVENT[content["type"]] != entry.kind:
            return
        entry.since, thing.last = _moment(content), entry
        self._met.append((chain, entry))
        self._untold += any(column not in thing.cells for column in rules.KINDS[entry.kind].texts)
        for column in self._differing(thing, entry, content["public"]):
            yield (
                rules.AUDIT,
                f"chain {chain}, event {content['seq']} says another {column} than {entry.place}",
            )

    def _differing(self, thing: Thing, entry: Entry, public: Mapping[str, Any]) -> Iterator[str]:
        of, cells = rules.KINDS[entry.kind], entry.cells
        expected = {
            **thing.cells,
            of.name_column: _cell(public.get(of.named)),
            "version": _cell(public.get("version")),
        }
        if "resource" in of.derived:
            code, title = self._resources.get(thing.resource_id, (thing.resource_id, ""))
            expected |= {"resource": code, "title": title}
            if thing.resource_id in self._resources and public.get("resource", code) != code:
                yield "resource"
        if entry.kind == "state":
            expected["year"], expected["title"] = self._items.get(cells["item"], ("", ""))
        yield from sorted(column for column, cell in expected.items() if cells[column] != cell)

    # --- what is left open --------------------------------------------------------------------------------

    def finish(self) -> Problems:
        """What items are parts of, how long each row stood, and the actions that came of somebody else's practice."""
        for place, (kind, name) in self._within:
            if (kind, name) not in self._national:
                yield "data/programme.csv", f"{place} belongs to {kind} {name}, which has no row"
        shown = self._shown()
        if shown is None:
            if self._met:
                yield rules.BAG_INFO, f"has no readable {rules.AS_AT}, or no {rules.CUT_OFF}"
            return
        for chain, entry in self._met:
            path, cells = f"data/{rules.KINDS[entry.kind].file}", entry.cells
            if cells["superseded_at_utc"] != entry.until:
                yield path, f"{entry.place} does not say rightly until when it stood"
            stood = _at(entry.since) <= shown and (not entry.until or _at(entry.until) > shown)
            if cells["current_at_date"] != ("yes" if stood else "no"):
                yield path, f"{entry.place} does not say rightly whether it stood on the day"
            if entry.kind == "use" and not self._was_made(chain, entry):
                yield path, f"{entry.place} names an action that was not made then"

    def _shown(self) -> datetime | None:
        """The moment that the pack shows: the end of its day, or the cut-off when that day was not over."""
        try:
            end = clock.end_of_day(date.fromisoformat(self.as_at))
        except (ValueError, OverflowError):
            return None
        return None if self.cut_off is None else min(end, self.cut_off)

    def _was_made(self, chain: str, use: Entry) -> bool:
        word, _, action_id = use.cells["what"].partition(" ")
        return word == "action" and (chain, use.since, action_id) in self._actions

    def notes(self) -> Iterator[str]:
        """What could not be held against anything."""
        if self._national:
            yield (
                f"{len(self._national):,} rows of the national library and of the programmes name no event, for the"
                " platform's trail is not in a pack: only the dated seal covers what they say."
            )
        if self._untold:
            yield (
                f"The words in {self._untold:,} rows of the registers could not be compared, because their event's text"
                " is withheld or was removed: only the dated seal covers them."
            )


def _moment(content: Mapping[str, Any]) -> str:
    """When an event was recorded, as a cell of a table has it."""
    return str(content["at"]).replace(".000000Z", "Z")


def _at(cell: str) -> datetime:
    return datetime.fromisoformat(cell)


def _object(text: str) -> Mapping[str, Any]:
    """The text of an event; whether it is the one that was recorded, its digest decides."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _cell(value: object) -> str:
    """A fact or a word of an event as a cell has it."""
    if isinstance(value, dict):
        return _cell(value.get("new"))
    if not isinstance(value, list):
        return rules.safe_cell(value)
    if any(isinstance(each, dict) for each in value):
        return rules.audiences_text([each for each in value if isinstance(each, dict)])
    return rules.safe_cell(" ".join(str(each) for each in value))
