"""What the pages of evidence show: the register's rows, one item with its files, its history in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from tracker.evidence.rules import EvidenceKind, is_live
from tracker.web.conflicts import Difference
from tracker.web.formats import day, moment, plural, short_day, size

STATES = (("live", "In date"), ("out_of_date", "Out of date"), ("withdrawn", "Taken out of use"))
FIELD_WORDS = {
    "title": "Title",
    "kind": "What it is",
    "dated_on": "Date of this evidence",
    "valid_until": "Valid until",
    "link": "Link",
    "shows": "What it shows",
}


class Item(Protocol):
    """One version of an item, as a presenter needs it."""

    @property
    def entity_id(self) -> UUID: ...
    @property
    def title(self) -> str: ...
    @property
    def shows(self) -> str: ...
    @property
    def kind(self) -> EvidenceKind: ...
    @property
    def dated_on(self) -> date: ...
    @property
    def valid_until(self) -> date | None: ...
    @property
    def link(self) -> str | None: ...
    @property
    def withdrawn_reason(self) -> str | None: ...
    @property
    def author_id(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    @property
    def recorded_at(self) -> datetime: ...


class File(Protocol):
    """A stored file of an item."""

    @property
    def revision(self) -> int: ...
    @property
    def replaces(self) -> int | None: ...
    @property
    def sha256(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def file_name(self) -> str: ...
    @property
    def added_by(self) -> UUID: ...
    @property
    def recorded_at(self) -> datetime: ...


class Link(Protocol):
    """That an item supports a recommendation, from one moment and perhaps until another."""

    @property
    def subject_code(self) -> str: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def superseded_at(self) -> datetime | None: ...


class Linked(Protocol):
    """An item with the files that have not been replaced."""

    @property
    def item(self) -> Item: ...
    @property
    def files(self) -> Sequence[File]: ...


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class State:
    """What an item is worth today, and the colour of its tag."""

    text: str
    colour: str


@dataclass(frozen=True, slots=True)
class Supported:
    """A recommendation that an item supports."""

    code: str
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class RegisterRow:
    id: UUID
    title: str
    kind: str
    dated_on: str
    valid_until: str
    supports: str
    holds: str
    state: State


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file with its fingerprint; `replaced_by` is the revision that took its place."""

    revision: int
    name: str
    size: str
    sha256: str
    added: str
    replaced_by: int | None


@dataclass(frozen=True, slots=True)
class Event:
    """One moment of an item's history."""

    at: datetime
    what: str
    who: str
    lines: tuple[str, ...]


def state_of(item: Item, today: date) -> State:
    if item.withdrawn_reason is not None:
        return State("Taken out of use", "grey")
    if is_live(False, item.valid_until, today):
        return State("In date", "green")
    return State("Out of date", "orange")


def kind_options() -> list[Option]:
    return [Option(each.value, each.label) for each in EvidenceKind]


def state_options() -> list[Option]:
    return [Option(value, label) for value, label in STATES]


def recommendation_options(titles: Iterable[Supported]) -> list[Option]:
    return [Option(each.code, f"{each.number}. {each.title}") for each in titles]


def supported(codes: Iterable[str], titles: Mapping[str, Supported]) -> list[Supported]:
    """In the catalogue's words; a retired recommendation keeps its code."""
    return [titles.get(code, Supported(code, code, "")) for code in codes]


def register_rows(
    linked: Iterable[Linked],
    subjects: Mapping[UUID, Sequence[str]],
    titles: Mapping[str, Supported],
    today: date,
) -> list[RegisterRow]:
    """The rows of a page of the register, in the order given."""
    return [
        RegisterRow(
            id=each.item.entity_id,
            title=each.item.title,
            kind=each.item.kind.label,
            dated_on=short_day(each.item.dated_on),
            valid_until=short_day(each.item.valid_until) if each.item.valid_until else "No end date",
            supports=", ".join(
                one.number for one in supported(subjects.get(each.item.entity_id, ()), titles)
            ),
            holds=_holds(each),
            state=state_of(each.item, today),
        )
        for each in linked
    ]


def register_sentence(total: int, live: int, out_of_date: int, withdrawn: int) -> str:
    """`42 items: 38 in date, 3 out of date, 1 taken out of use.`"""
    if not total:
        return "Nothing added yet."
    parts = [(live, "in date"), (out_of_date, "out of date"), (withdrawn, "taken out of use")]
    return f"{plural(total, 'item')}: {', '.join(f'{count:,} {words}' for count, words in parts if count)}."


def file_rows(files: Sequence[File], names: Mapping[UUID, str]) -> list[FileRow]:
    """Every file of an item, newest revision first."""
    replaced_by = {file.replaces: file.revision for file in files if file.replaces is not None}
    return [
        FileRow(
            revision=file.revision,
            name=file.file_name,
            size=size(file.size),
            sha256=file.sha256,
            added=f"{moment(file.recorded_at)} by {names.get(file.added_by, 'somebody')}",
            replaced_by=replaced_by.get(file.revision),
        )
        for file in sorted(files, key=lambda file: file.revision, reverse=True)
    ]


def history(
    versions: Sequence[Item],
    files: Sequence[File],
    links: Sequence[Link],
    names: Mapping[UUID, str],
    titles: Mapping[str, Supported],
) -> list[Event]:
    """What happened to an item, newest first: versions, files and links that belong to one moment in one event."""
    by_version = {version.version: version for version in versions}
    events = []
    for at in _moments(versions, files):
        version = next((each for each in versions if each.recorded_at == at), None)
        added = sorted((file for file in files if file.recorded_at == at), key=lambda file: file.revision)
        before = by_version.get(version.version - 1) if version else None
        lines = [
            *_changes(before, version),
            *_link_changes(links, at, titles),
            *(_file_line(file) for file in added),
        ]
        author = version.author_id if version else added[0].added_by
        events.append(Event(at, _what(before, version), names.get(author, "Somebody"), tuple(lines)))
    return events


def differences(theirs: Item, their_codes: Sequence[str], yours: Mapping[str, object]) -> list[Difference]:
    """The fields in which two editors differ, in the order of the form; `yours` is what this person typed."""
    now = {name: getattr(theirs, name) for name in FIELD_WORDS} | {"recommendations": sorted(their_codes)}
    labels = FIELD_WORDS | {"recommendations": "Recommendations that it supports"}
    rows = [(label, _in_words(now[name]), _in_words(yours.get(name))) for name, label in labels.items()]
    return [
        Difference(label, saved or "Nothing", typed or "Nothing")
        for label, saved, typed in rows
        if saved != typed
    ]


def _holds(linked: Linked) -> str:
    parts = [plural(len(linked.files), "file")] if linked.files else []
    return ", ".join([*parts, *(["link"] if linked.item.link else [])]).capitalize()


def _moments(versions: Sequence[Item], files: Sequence[File]) -> list[datetime]:
    at = {version.recorded_at for version in versions} | {file.recorded_at for file in files}
    return sorted(at, reverse=True)


def _what(before: Item | None, version: Item | None) -> str:
    if version is None:
        return "Files added"
    if before is None:
        return "Added"
    return "Taken out of use" if version.withdrawn_reason and not before.withdrawn_reason else "Changed"


def _changes(before: Item | None, version: Item | None) -> list[str]:
    if version is None or before is None:
        return []
    if version.withdrawn_reason and not before.withdrawn_reason:
        return [f"Why: {version.withdrawn_reason}"]
    pairs = [
        (label, _in_words(getattr(before, name)), _in_words(getattr(version, name)))
        for name, label in FIELD_WORDS.items()
    ]
    return [f"{label}: {old or 'nothing'} → {new or 'nothing'}" for label, old, new in pairs if old != new]


def _link_changes(links: Sequence[Link], at: datetime, titles: Mapping[str, Supported]) -> list[str]:
    added = supported((link.subject_code for link in links if link.recorded_at == at), titles)
    ended = supported((link.subject_code for link in links if link.superseded_at == at), titles)
    lines = [f"Supports recommendation {each.number}" for each in added]
    return lines + [f"No longer supports recommendation {each.number}" for each in ended]


def _file_line(file: File) -> str:
    line = f"File {file.revision}: {file.file_name}"
    return line if file.replaces is None else f"{line}, in place of file {file.replaces}"


def _in_words(value: object) -> str:
    if isinstance(value, EvidenceKind):
        return value.label
    if isinstance(value, date):
        return day(value)
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return "" if value is None else str(value)


# The forms that lead to new evidence and are kept meanwhile, and what each is called.
_KEPT = {
    "shares": "what you were recording as shared",
    "usage": "the count that you were entering",
    "evaluations": "the evaluation that you were entering",
}
_FORM = re.compile(rf"/({'|'.join(_KEPT)})/(?:new|[0-9a-f-]{{36}}/edit)")


@dataclass(frozen=True, slots=True)
class WayBack:
    """A form that somebody left to add evidence for it."""

    path: str
    words: str


def find_way_back(home: str, path: str) -> WayBack | None:
    """Only such a form below an organisation's own address: an address can name anything."""
    found = _FORM.fullmatch(path.removeprefix(home)) if path.startswith(home) else None
    return None if found is None else WayBack(path, _KEPT[found[1]])
