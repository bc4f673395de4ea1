"""The programmes of the source into the tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.catalogue.rules import Seeded, last_author
from tracker.extensions import db
from tracker.programme.actions.common import Row
from tracker.programme.actions.items import enter_item, revise_item, values_of
from tracker.programme.actions.years import enter_year, revise_year
from tracker.programme.loader import ShippedItem, ShippedYear
from tracker.programme.models import ProgrammeItem, ProgrammeYear


@dataclass(slots=True)
class _Found:
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    unchanged: int = 0

    def following(self, states: Sequence[Row], values: Mapping[str, Any]) -> dict[str, Any]:
        """What of a row, given in all its states, the file moves: fields that a person has set last stay."""
        row = states[-1]
        differ = {name: new for name, new in values.items() if getattr(row, name) != new}
        follow = {name: new for name, new in differ.items() if last_author(states, name) is None}
        if follow:
            self.changed.append(row.code)
        if len(follow) < len(differ):
            self.kept.append(row.code)
        self.unchanged += not differ
        return follow


def seed_programme(shipped: Iterable[ShippedYear]) -> Seeded:
    """Make the tables hold what the file says; what the national lead has changed stays as it is."""
    chain, found = audit.open_chain(), _Found()
    years, items = _by_code(ProgrammeYear), _by_code(ProgrammeItem)
    for year in shipped:
        _seed_year(chain, found, year, years.get(year.code, []))
        for position, each in enumerate(year.items, start=1):
            _seed_item(chain, found, each, position, items.get(each.code, []))
    return Seeded(tuple(found.added), tuple(found.changed), tuple(found.kept), found.unchanged)


def _by_code(model: type[Row]) -> dict[str, list[Row]]:
    """Every state of every row, the oldest first."""
    states: dict[str, list[Row]] = {}
    for row in db.session.scalars(select(model).order_by(model.version)):
        states.setdefault(row.code, []).append(row)
    return states


def _seed_year(chain: Chain, found: _Found, year: ShippedYear, states: list[ProgrammeYear]) -> None:
    if not states:
        enter_year(
            chain, year.code, year.name, is_confirmed=year.is_confirmed, note=year.note, author_id=None,
            from_source=True,
        )  # fmt: skip
        found.added.append(year.code)
        return
    values = {"name": year.name, "is_confirmed": year.is_confirmed, "note": year.note, "from_source": True}
    if follow := found.following(states, values):
        revise_year(chain, states[-1], None, follow)


def _seed_item(
    chain: Chain, found: _Found, item: ShippedItem, position: int, states: list[ProgrammeItem]
) -> None:
    if not states:
        enter_item(
            chain, item.code, item.facts, year_code=item.year_code, parent_code=item.parent_code, label=item.label,
            position=position, author_id=None, from_source=True,
        )  # fmt: skip
        found.added.append(item.code)
        return
    values = {**values_of(item.facts), "label": item.label, "position": position, "from_source": True}
    if follow := found.following(states, values):
        revise_item(chain, "programme.item_changed", states[-1], None, follow)
