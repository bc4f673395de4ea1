"""Writing the reference data: regions, integrated care boards and successions, from the files we ship."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.extensions import db
from tracker.organisations import readers
from tracker.organisations.models import Icb, IcbSuccession, Region, Succession
from tracker.organisations.readers import ODS, EtrRow
from tracker.organisations.rules import REGION_NAMES, WALES

FILES = ("icb-2026-04.csv", "icb-successions-2026-04-01.csv", "trust-successions.csv")
# How the report files bodies in Wales: no region and no board, and not retired either.
WELSH_REGION, WELSH_ICB = "W00", "Q99"

Row = TypeVar("Row", Region, Icb, IcbSuccession, Succession)


@dataclass(slots=True)
class _Tally:
    added: int = 0
    changed: int = 0
    unchanged: int = 0


def load_reference(*, actor_id: UUID | None = None, chain: Chain | None = None) -> int:
    """Make the tables say what the files say; how many rows changed. What the files do not name stays as it is."""
    chain = chain or audit.open_chain()
    tally = _Tally()
    _keep(Region, _regions(), _code, tally)
    _keep(Icb, _icbs(), _code, tally)
    _keep(IcbSuccession, _icb_successions(), _passage, tally)
    _keep(Succession, _trust_successions(), _passage, tally)
    db.session.flush()
    if tally.added or tally.changed:
        public = {
            "report": "ODS",
            "source_digest": _digest(),
            "added": tally.added,
            "changed": tally.changed,
            "unchanged": tally.unchanged,
        }
        audit.record(
            chain, "catalogue.synced", actor_id=actor_id, subject=("reference", "ODS"), public=public
        )
    return tally.added + tally.changed


def add_codes_met(rows: Iterable[EtrRow]) -> None:
    """Regions and boards that a file names and no list does: kept without a name, and shown as retired."""
    filed = tuple(rows)
    regions = {row.region_code: WALES if row.region_code == WELSH_REGION else None for row in filed}
    icbs = {row.icb_code: WALES if row.icb_code == WELSH_ICB else None for row in filed}
    known_regions, known_icbs = (
        set(db.session.scalars(select(Region.code))),
        set(db.session.scalars(select(Icb.code))),
    )
    db.session.add_all(
        Region(code=code, name=name, demonstration=False)
        for code, name in regions.items()
        if code is not None and code not in known_regions
    )
    db.session.add_all(
        Icb(code=code, name=name, region_code=None, demonstration=False)
        for code, name in icbs.items()
        if code is not None and code not in known_icbs
    )


def _regions() -> list[Region]:
    return [Region(code=code, name=name, demonstration=False) for code, name in REGION_NAMES.items()]


def _icbs() -> list[Icb]:
    """The boards of today, and those that they took over, whose names only the successions give."""
    today = [
        Icb(code=row.code, name=row.short_name, region_code=row.region_code, demonstration=False)
        for row in readers.read_icbs()
    ]
    before = {row.predecessor_code: row.predecessor_name for row in readers.read_icb_successions()}
    for board in today:
        before.pop(board.code, None)
    return today + [
        Icb(code=code, name=name, region_code=None, demonstration=False) for code, name in before.items()
    ]


def _icb_successions() -> list[IcbSuccession]:
    return [
        IcbSuccession(
            predecessor_code=row.predecessor_code,
            successor_code=row.successor_code,
            on=row.succeeded_on,
            kind=row.kind,
        )
        for row in readers.read_icb_successions()
    ]


def _trust_successions() -> list[Succession]:
    return [
        Succession(
            predecessor_code=row.predecessor_code,
            successor_code=row.successor_code,
            predecessor_name=row.predecessor_name,
            successor_name=row.successor_name,
            predecessor_closed_on=row.predecessor_closed_on,
            on=row.succeeded_on,
            kind=row.kind,
        )
        for row in readers.read_trust_successions()
    ]


def _code(row: Region | Icb) -> object:
    return row.code


def _passage(row: IcbSuccession | Succession) -> object:
    return row.predecessor_code, row.successor_code, row.on


def _keep(model: type[Row], wanted: Iterable[Row], key: Callable[[Row], object], tally: _Tally) -> None:
    known: Mapping[object, Row] = {key(row): row for row in db.session.scalars(select(model))}
    for row in wanted:
        kept = known.get(key(row))
        if kept is None:
            db.session.add(row)
            tally.added += 1
        elif _overwrite(kept, row):
            tally.changed += 1
        else:
            tally.unchanged += 1


def _overwrite(kept: Row, row: Row) -> bool:
    names = [each.key for each in type(kept).__mapper__.column_attrs if each.key != "id"]
    new = {name: getattr(row, name) for name in names if getattr(kept, name) != getattr(row, name)}
    for name, value in new.items():
        setattr(kept, name, value)
    return bool(new)


def _digest() -> str:
    digest = hashlib.sha256()
    for name in FILES:
        digest.update((ODS / name).read_bytes())
    return digest.hexdigest()
