"""The years and their items: public, so no identity is asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from tracker.errors import NotFound
from tracker.extensions import db
from tracker.programme import rules
from tracker.programme.models import ProgrammeItem, ProgrammeYear
from tracker.programme.rules import ItemKind, Through


@dataclass(frozen=True, slots=True)
class ServingItem:
    """An item that serves a recommendation, and how many of its parts serve it because it does."""

    code: str
    title: str
    year_code: str
    kind: ItemKind
    through: Through
    parts: int


def list_years(moment: datetime | None = None) -> Sequence[ProgrammeYear]:
    """Every year as it stood at a moment, the first one first."""
    query = select(ProgrammeYear).where(_stood(ProgrammeYear, moment)).order_by(ProgrammeYear.code)
    return db.session.scalars(query).all()


def get_year(code: str) -> ProgrammeYear:
    """One year as it stands now. Raises NotFound."""
    query = select(ProgrammeYear).where(ProgrammeYear.code == code, ProgrammeYear.superseded_at.is_(None))
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(code)
    return found


def list_items(moment: datetime | None = None) -> Sequence[ProgrammeItem]:
    """Every item and part as it stood at a moment, those taken out too, in the order of the programme."""
    query = select(ProgrammeItem).where(_stood(ProgrammeItem, moment))
    order = ProgrammeItem.year_code, ProgrammeItem.position, ProgrammeItem.code
    return db.session.scalars(query.order_by(*order)).all()


def list_serving(code: str, of_resources: Mapping[str, Collection[str]]) -> list[ServingItem]:
    """The items that serve a recommendation, in order; parts that serve it only as parts stand with their item."""
    items = [each for each in list_items() if not each.retired_reason]
    through = {item: how[code] for item, how in rules.serving(items, of_resources).items() if code in how}
    return [
        ServingItem(
            each.code, each.title, each.year_code, each.kind, through[each.code],
            sum(how is Through.PARENT and item.startswith(f"{each.code}-") for item, how in through.items()),
        )
        for each in items
        if through.get(each.code, Through.PARENT) is not Through.PARENT
    ]  # fmt: skip


def get_item(code: str) -> ProgrammeItem:
    """One item as it stands now, one that was taken out too. Raises NotFound."""
    query = select(ProgrammeItem).where(ProgrammeItem.code == code, ProgrammeItem.superseded_at.is_(None))
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(code)
    return found


def list_item_history(code: str) -> Sequence[ProgrammeItem]:
    """Every state of one item, youngest first."""
    query = select(ProgrammeItem).where(ProgrammeItem.code == code)
    return db.session.scalars(query.order_by(ProgrammeItem.version.desc())).all()


def _stood(model: type[ProgrammeYear] | type[ProgrammeItem], moment: datetime | None) -> ColumnElement[bool]:
    if moment is None:
        return model.superseded_at.is_(None)
    return (model.recorded_at <= moment) & (model.superseded_at.is_(None) | (model.superseded_at > moment))
