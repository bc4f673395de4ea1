"""Rows of evidence.csv and the files themselves: withdrawn items and old revisions too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO, Protocol
from uuid import UUID

from sqlalchemy import Row as RowOf
from sqlalchemy import select

from tracker.evidence.models import EvidenceFile, EvidenceItem, EvidenceLink
from tracker.evidence.queries import RECOMMENDATION
from tracker.evidence.rules import is_live
from tracker.exports import rules
from tracker.exports.queries.cut import Chosen, Cut, columns_of
from tracker.exports.queries.events import Key, recording_events
from tracker.exports.queries.ledgers import evidence_of_ledgers
from tracker.exports.queries.measured import evidence_of_figures
from tracker.exports.queries.records import lag_days, stood
from tracker.exports.writers import FileMember
from tracker.extensions import db

Row = Sequence[object]
Place = tuple[UUID, UUID]


class Store(Protocol):
    """What a bundle needs of the evidence store; the bytes are checked against their digest by the bundle itself."""

    def open(self, organisation_id: UUID, sha256: str) -> BinaryIO: ...
    def exists(self, organisation_id: UUID, sha256: str) -> bool: ...
    def size(self, organisation_id: UUID, sha256: str) -> int: ...


@dataclass(frozen=True, slots=True)
class Item:
    """An item with everything that was known of it at the cut-off."""

    chosen: Chosen
    versions: Sequence[RowOf[Any]]
    files: Sequence[RowOf[Any]]
    recommendations: tuple[str, ...]


def evidence_rows(cut: Cut) -> Iterator[Row]:
    """One row for each revision of a file, and one for each item without a file."""
    for batch in cut.batches():
        events = recording_events(cut, batch, "evidence")
        for item in _items(cut, batch):
            for file in item.files or (None,):
                yield _row(cut, item, file, events)


def file_members(cut: Cut, store: Store) -> list[FileMember]:
    """The files that belong in the bundle, as they were recorded."""
    return [
        FileMember(
            member_of(item.chosen, file), file.sha256, file.size, _opener(store, item.chosen.id, file.sha256)
        )
        for batch in cut.batches()
        for item in _items(cut, batch)
        for file in item.files
    ]


def member_of(chosen: Chosen, file: RowOf[Any]) -> str:
    """Where a revision lies in the bundle."""
    return rules.evidence_path(
        organisation=chosen.code, item=str(file.item_id), revision=file.revision, file_name=file.file_name
    )


@dataclass(slots=True)
class Holding:
    """What the register of a bundle amounts to; `missing` are files that the store does not have as recorded."""

    items: int = 0
    files: int = 0
    size: int = 0
    missing: int = 0


def count_register(cut: Cut, store: Store) -> Holding:
    """Items, files and bytes, and what is missing at a glance: the store is asked for sizes, not for contents."""
    found = Holding()
    for batch in cut.batches():
        for item in _items(cut, batch):
            found.items += 1
            found.files += len(item.files)
            found.size += sum(file.size for file in item.files)
            found.missing += sum(not _is_there(store, item.chosen.id, file) for file in item.files)
    return found


def _is_there(store: Store, organisation_id: UUID, file: RowOf[Any]) -> bool:
    sha256 = file.sha256
    return store.exists(organisation_id, sha256) and store.size(organisation_id, sha256) == file.size


def _opener(store: Store, organisation_id: UUID, sha256: str) -> Callable[[], BinaryIO]:
    return partial(store.open, organisation_id, sha256)


# --- items of a batch of organisations --------------------------------------------------------------------


def _items(cut: Cut, batch: Sequence[Chosen]) -> Iterator[Item]:
    """Every item that supported, at some time up to the cut-off, one of the recommendations, a figure or a register."""
    links, figures = _links(cut, batch), evidence_of_figures(cut, batch)
    linked = {place for place, each in links.items() if any(_is_wanted(cut, link) for link in each)}
    wanted = linked | figures.keys() | evidence_of_ledgers(cut, batch)
    versions, files = _versions(cut, batch, wanted), _files(cut, batch, wanted)
    chosen = {each.id: each for each in batch}
    for place in sorted(wanted, key=lambda each: (chosen[each[0]].code, each[1])):
        if place in versions:
            codes = _recommendations(cut, links.get(place, ()), figures.get(place, set()))
            yield Item(chosen[place[0]], versions[place], files.get(place, ()), codes)


def _is_wanted(cut: Cut, link: RowOf[Any]) -> bool:
    return link.subject_code in cut.recommendations


def _recommendations(cut: Cut, links: Sequence[RowOf[Any]], figures: Set[str]) -> tuple[str, ...]:
    """What it supported on the day, figures too; for what came later, or had ended, whatever it has supported."""
    standing = {link.subject_code for link in links if stood(link, cut.moment)}
    return tuple(sorted(standing | figures or {link.subject_code for link in links}))


def _links(cut: Cut, batch: Sequence[Chosen]) -> dict[Place, list[RowOf[Any]]]:
    link = EvidenceLink
    query = (
        select(*columns_of(link))
        .where(
            link.organisation_id.in_([each.id for each in batch]),
            link.subject_kind == RECOMMENDATION,
            link.recorded_at <= cut.at,
        )
        .order_by(link.organisation_id, link.item_id, link.subject_code, link.recorded_at)
    )
    found: dict[Place, list[RowOf[Any]]] = {}
    for each in db.session.execute(query):
        found.setdefault((each.organisation_id, each.item_id), []).append(each)
    return found


def _versions(cut: Cut, batch: Sequence[Chosen], wanted: set[Place]) -> dict[Place, list[RowOf[Any]]]:
    item = EvidenceItem
    query = (
        select(*columns_of(item))
        .where(item.organisation_id.in_([each.id for each in batch]), item.recorded_at <= cut.at)
        .order_by(item.organisation_id, item.entity_id, item.version)
    )
    found: dict[Place, list[RowOf[Any]]] = {}
    for each in db.session.execute(query):
        place = each.organisation_id, each.entity_id
        if place in wanted:
            found.setdefault(place, []).append(each)
    return found


def _files(cut: Cut, batch: Sequence[Chosen], wanted: set[Place]) -> dict[Place, list[RowOf[Any]]]:
    file = EvidenceFile
    query = (
        select(*columns_of(file))
        .where(file.organisation_id.in_([each.id for each in batch]), file.recorded_at <= cut.at)
        .order_by(file.organisation_id, file.item_id, file.revision)
    )
    found: dict[Place, list[RowOf[Any]]] = {}
    for each in db.session.execute(query):
        place = each.organisation_id, each.item_id
        if place in wanted:
            found.setdefault(place, []).append(each)
    return found


# --- one row ----------------------------------------------------------------------------------------------


def _row(cut: Cut, item: Item, file: RowOf[Any] | None, events: Mapping[Key, int]) -> Row:
    first = item.versions[0]
    standing = next((each for each in item.versions if stood(each, cut.moment)), None)
    shown = standing or first
    withdrawn = next((each for each in item.versions if each.withdrawn_reason is not None), None)
    entity = str(shown.entity_id)
    overridden = ("evidence.identifier_overridden", entity) in events
    recorded_at = first.recorded_at if file is None else file.recorded_at
    key = ("evidence.added", entity) if file is None else ("file", entity, str(file.revision))
    return (
        *(item.chosen.code, shown.entity_id, file and file.revision, " ".join(item.recommendations)),
        *(shown.title, shown.shows, shown.kind, shown.dated_on, shown.valid_until),
        *(_is_live(cut, item, standing, file), cut.as_at, *_file_cells(item.chosen, file)),
        *(
            shown.link,
            file and file.replaces,
            recorded_at,
            first.author_id if file is None else file.added_by,
        ),
        lag_days(shown.dated_on, recorded_at),
        *(withdrawn and withdrawn.recorded_at, withdrawn and withdrawn.author_id),
        *(withdrawn and withdrawn.withdrawn_reason, overridden, item.chosen.chain, events.get(key)),
    )


def _file_cells(chosen: Chosen, file: RowOf[Any] | None) -> Row:
    if file is None:
        return (None,) * 5
    return member_of(chosen, file), file.file_name, file.content_type, file.sha256, file.size


def _is_live(cut: Cut, item: Item, standing: RowOf[Any] | None, file: RowOf[Any] | None) -> bool:
    """In use and in date on the day, and this revision the one that stood then."""
    if standing is None or not is_live(
        standing.withdrawn_reason is not None, standing.valid_until, cut.as_at
    ):
        return False
    if file is None:
        return True
    known = [each for each in item.files if each.recorded_at <= cut.moment]
    return file in known and all(each.replaces != file.revision for each in known)
