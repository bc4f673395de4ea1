"""The rows behind the figure for an evidence pack: what was recorded up to a moment, never a name of a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from tracker.extensions import db
from tracker.measures.base import At, Row
from tracker.measures.champions.models import (
    ChampionDecision,
    ChampionDepartment,
    ChampionModel,
    ChampionPost,
    ChampionReview,
)
from tracker.measures.champions.queries.register import TABLES
from tracker.measures.champions.rules import Duty

SUBJECT = ("recommendation", "SEP16-12")


def iter_rows(organisation_ids: Sequence[UUID], at: At) -> Iterator[Row]:
    """Every version of each register, organisation after organisation in the order given."""
    versions = _versions(organisation_ids, at.moment)
    for organisation_id in organisation_ids:
        found = versions.get(organisation_id, [])
        places = {row.entity_id: row.name for row in found if isinstance(row, ChampionDepartment)}
        yield from (_row(row, at.moment, places) for row in found)


def _versions(ids: Sequence[UUID], moment: datetime | None) -> dict[UUID, list[Any]]:
    """Everything recorded up to a moment, by organisation, in the order in which it was recorded."""
    found: dict[UUID, list[Any]] = defaultdict(list)
    for table in TABLES:
        query = select(table).where(table.organisation_id.in_(ids))
        if moment is not None:
            query = query.where(table.recorded_at <= moment)
        for row in db.session.scalars(query.order_by(table.organisation_id, table.recorded_at, table.id)):
            found[row.organisation_id].append(row)
    return found


def _row(row: Any, moment: datetime | None, places: dict[UUID, str]) -> Row:
    """One version. What it was superseded by after the moment is not known at the moment."""
    superseded = row.superseded_at
    if superseded is not None and moment is not None and superseded > moment:
        superseded = None
    return Row(
        organisation_id=row.organisation_id,
        recommendation=SUBJECT[1],
        measure="champions",
        recorded_at=row.recorded_at,
        superseded_at=superseded,
        recorded_by=row.author_id,
        subject=SUBJECT,
        version_of=(row.entity_id, row.version),
        **_said(row, places),
    )


def _said(row: Any, places: dict[UUID, str]) -> dict[str, Any]:
    if isinstance(row, ChampionDecision):
        return {"figure": "decision", "about_on": row.considered_on, "value": row.decision.label}
    if isinstance(row, ChampionModel):
        months = f"{row.rotation_months} months in each department" if row.rotation_months else ""
        return {
            "figure": "model", "value": row.arrangement.label, "denominator": row.posts_planned,
            "unit": "posts planned" if row.posts_planned else "", "note": months,
        }  # fmt: skip
    if isinstance(row, ChampionReview):
        return {"figure": "review", "about_on": row.reviewed_on, "note": _mistake(row)}
    if isinstance(row, ChampionDepartment):
        until = row.until_on.isoformat() if row.until_on else ""
        return {
            "figure": "department", "group": row.name, "about_on": row.from_on, "value": until,
            "unit": "until" if until else "", "note": _mistake(row),
        }  # fmt: skip
    return _post_said(row, places)


def _post_said(row: ChampionPost, places: dict[UUID, str]) -> dict[str, Any]:
    until = row.ends_on.isoformat() if row.ends_on else ""
    duties = [duty.label for duty in Duty if getattr(row, duty.value)]
    deputy = "has a deputy" if row.deputy_name else "no deputy"
    return {
        "figure": "post",
        "group": places.get(row.department_id, "") if row.department_id else "",
        "about_on": row.starts_on,
        "value": until,
        "unit": "until" if until else "",
        "note": "; ".join(filter(None, (row.part.label, deputy, *duties, _mistake(row)))),
    }


def _mistake(row: Any) -> str:
    return "recorded by mistake" if row.mistaken else ""
