"""Reading the catalogue: it is public, so no identity is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from tracker.catalogue.models import Recommendation as Recommendation
from tracker.catalogue.models import RecommendationKind, RecommendationVersion, Report
from tracker.errors import NotFound
from tracker.extensions import db


def list_reports() -> Sequence[Report]:
    """Reports in the tracker, by code."""
    return db.session.scalars(select(Report).order_by(Report.code)).all()


def list_recommendations(kind: str | None = None) -> Sequence[Recommendation]:
    """Recommendations in force, in the order of their numbers; only those that a kind of organisation owes."""
    query = select(Recommendation).where(Recommendation.retired_at.is_(None))
    if kind is not None:
        query = query.join(RecommendationKind, RecommendationKind.recommendation_code == Recommendation.code)
        query = query.where(RecommendationKind.kind == kind)
    return db.session.scalars(query.order_by(Recommendation.report_code, Recommendation.number)).all()


def get_recommendation(code: str) -> Recommendation:
    """One recommendation, retired ones too. Raises NotFound."""
    found = db.session.get(Recommendation, code)
    if found is None:
        raise NotFound(code)
    return found


def list_kinds() -> dict[str, frozenset[str]]:
    """The kinds of organisation that owe each recommendation, by its code."""
    kinds: dict[str, set[str]] = {}
    for row in db.session.execute(select(RecommendationKind.recommendation_code, RecommendationKind.kind)):
        kinds.setdefault(row[0], set()).add(row[1])
    return {code: frozenset(each) for code, each in kinds.items()}


def owes(kind: str, recommendation_code: str) -> bool:
    """Whether organisations of a kind answer a recommendation."""
    return db.session.get(RecommendationKind, (recommendation_code, kind)) is not None


def get_marks(moment: datetime | None = None) -> Mapping[str, int]:
    """The national marks by name, as they stand now or held at a moment; before the first file, the first ones."""
    if moment is None:
        query = select(Report.details["thresholds"]).order_by(Report.code)
        found = list(db.session.scalars(query))
    else:
        # Every version of a recommendation keeps the marks of its day; the latest up to the moment decides.
        version = RecommendationVersion
        upto, later = version.recorded_at <= moment, version.recorded_at > moment
        marks = select(version.body["thresholds"]).limit(1)
        order = version.recorded_at, version.recommendation_code
        rows = db.session.scalars(marks.where(upto).order_by(version.recorded_at.desc(), order[1])).all()
        found = list(rows or db.session.scalars(marks.where(later).order_by(*order)))
    return {
        name: value
        for thresholds in found
        for name, value in thresholds.items()
        if type(value) is int and name != "version"
    }
