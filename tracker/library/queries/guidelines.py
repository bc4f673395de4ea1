"""The register of guidelines: published by NICE, kept by the national lead, open to everybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from tracker.database import once
from tracker.errors import NotFound
from tracker.extensions import db
from tracker.library.models import Guideline
from tracker.library.rules import GuidelineVersion, Population


def list_guidelines(moment: datetime | None = None) -> Sequence[Guideline]:
    """Every version in the register as it stood at a moment, youngest first, those without a date before them."""
    query = select(Guideline).where(_stood(moment))
    rows = db.session.scalars(query).all()
    return sorted(
        rows,
        key=lambda row: (row.issued_on is not None, -(row.issued_on or _FIRST).toordinal(), row.reference),
    )


@once
def list_versions(moment: datetime | None = None) -> list[GuidelineVersion]:
    """The register as the rules know it; `id` is the version's lasting id."""
    return [version_of(row) for row in list_guidelines(moment)]


def get_guideline(entity_id: UUID) -> Guideline:
    """One version as it stands now. Raises NotFound."""
    query = select(Guideline).where(Guideline.entity_id == entity_id, Guideline.superseded_at.is_(None))
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(str(entity_id))
    return found


def list_guideline_history(entity_id: UUID) -> Sequence[Guideline]:
    """Every state of one version, youngest first."""
    query = select(Guideline).where(Guideline.entity_id == entity_id)
    return db.session.scalars(query.order_by(Guideline.version.desc())).all()


def version_of(row: Guideline) -> GuidelineVersion:
    """A row as the rules know it."""
    return GuidelineVersion(
        id=str(row.entity_id),
        reference=row.reference,
        title=row.title,
        issued_on=row.issued_on,
        populations=frozenset(Population(each) for each in row.populations),
        counts_from=row.counts_from,
        recheck_by=row.recheck_by,
        kind=row.kind,
    )


def _stood(moment: datetime | None) -> ColumnElement[bool]:
    if moment is None:
        return Guideline.superseded_at.is_(None)
    return (Guideline.recorded_at <= moment) & (
        Guideline.superseded_at.is_(None) | (Guideline.superseded_at > moment)
    )


_FIRST = datetime(1970, 1, 1).date()  # noqa: DTZ001  # a day, not a moment
