"""The programmes of the source into the tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.programme import queries
from tracker.programme.actions.items import enter_item, revise_item, values_of
from tracker.programme.actions.years import enter_year, revise_year
from tracker.programme.loader import ShippedItem, ShippedYear
from tracker.programme.models import ProgrammeItem, ProgrammeYear


@dataclass(frozen=True, slots=True)
class Seeded:
    """Codes of what the file brought: `kept` differ from it, because somebody changed them since."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    kept: tuple[str, ...]
    unchanged: int


@dataclass(slots=True)
class _Found:
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    unchanged: int = 0

    def differs(self, before: ProgrammeYear | ProgrammeItem, values: Mapping[str, Any]) -> bool:
        """Whether a row is to be revised; what a person has changed since stays as it is."""
        if all(getattr(before, name) == value for name, value in values.items()):
            self.unchanged += 1
        elif before.author_id is not None:
            self.kept.append(before.code)
        else:
            self.changed.append(before.code)
            return True
        return False


def seed_programme(shipped: Iterable[ShippedYear]) -> Seeded:
    """Make the tables hold what the file says; what the national lead has changed stays as it is."""
    chain, found = audit.open_chain(), _Found()
    years = {row.code: row for row in queries.list_years()}
    items = {row.code: row for row in queries.list_items()}
    for year in shipped:
        _seed_year(chain, found, year, years.get(year.code))
        for position, each in enumerate(year.items, start=1):
            _seed_item(chain, found, each, position, items.get(each.code))
    return Seeded(tuple(found.added), tuple(found.changed), tuple(found.kept), found.unchanged)


def _seed_year(chain: Chain, found: _Found, year: ShippedYear, before: ProgrammeYear | None) -> None:
    values: dict[str, Any] = {
        "name": year.name,
        "is_confirmed": year.is_confirmed,
        "note": year.note,
        "from_source": True,
    }
    if before is None:
        enter_year(chain, year.code, author_id=None, **values)
        found.added.append(year.code)
    elif found.differs(before, values):
        revise_year(chain, before, None, values)


def _seed_item(
    chain: Chain, found: _Found, item: ShippedItem, position: int, before: ProgrammeItem | None
) -> None:
    if before is None:
        enter_item(
            chain, item.code, item.facts, year_code=item.year_code, parent_code=item.parent_code, label=item.label,
            position=position, author_id=None, from_source=True,
        )  # fmt: skip
        found.added.append(item.code)
        return
    values = {**values_of(item.facts), "label": item.label, "position": position, "from_source": True}
    if found.differs(before, values):
        revise_item(chain, "programme.item_changed", before, None, values)
