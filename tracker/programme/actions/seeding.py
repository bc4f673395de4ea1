"""The programmes of the source into the tables."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from tracker.audit import actions as audit
from tracker.extensions import db
from tracker.programme.actions.items import enter_item
from tracker.programme.actions.years import enter_year
from tracker.programme.loader import ShippedYear
from tracker.programme.models import ProgrammeItem, ProgrammeYear


def seed_programme(shipped: Iterable[ShippedYear]) -> list[str]:
    """Enter the shipped years and items that the tables lack; what the national lead has changed stays as it is."""
    chain = audit.open_chain()
    years = set(db.session.scalars(select(ProgrammeYear.code)))
    items = set(db.session.scalars(select(ProgrammeItem.code)))
    added = []
    for year in shipped:
        if year.code not in years:
            enter_year(
                chain, year.code, year.name, is_confirmed=year.is_confirmed, note=year.note, author_id=None,
                from_source=True,
            )  # fmt: skip
            added.append(year.code)
        for position, each in enumerate(year.items, start=1):
            if each.code in items:
                continue
            enter_item(
                chain, each.code, each.facts, year_code=year.code, parent_code=each.parent_code, label=each.label,
                position=position, author_id=None, from_source=True,
            )  # fmt: skip
            added.append(each.code)
    return added
