"""Reading the catalogue: it is public, so no identity is asked for."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import select

from tracker.catalogue.loader import load_reports
from tracker.catalogue.models import Recommendation as Recommendation
from tracker.catalogue.models import RecommendationKind, RecommendationVersion, Report
from tracker.catalogue.rules import QuestionSet, set_digest, stored_sets
from tracker.database import once
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


@once
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


@dataclass(frozen=True, slots=True)
class Asked:
    """A question set with the recommendation that it belongs to, and the digest that answers remember."""

    recommendation: Recommendation
    declared: QuestionSet
    digest: str


@dataclass(frozen=True, slots=True)
class Responders:
    """A kind of organisation that answers. `has_register`: a full list of them exists, so a share can be stated."""

    kind: str
    title: str
    has_register: bool


@cache
def list_responders() -> tuple[Responders, ...]:
    """Who answers, in the order of the shipped files; a kind that several files name stands once."""
    kinds = [each for report in load_reports() for each in report.kinds]
    return tuple({each.code: Responders(each.code, each.title, each.register) for each in kinds}.values())


# A question set, and the digest that answers remember.
Form = tuple[str, QuestionSet]


@cache
def list_question_codes() -> tuple[str, ...]:
    """The recommendations whose shipped files ask typed questions, in the order of their numbers."""
    return tuple(each.code for report in load_reports() for each in report.recommendations if each.sets)


def list_asked(kind: str) -> list[Asked]:
    """What a kind of organisation is asked in typed questions, in the order of the numbers."""
    return [asked for each in list_recommendations() for asked in _asked(each, kind)]


def find_asked(kind: str, code: str) -> Asked | None:
    """The questions of one recommendation for a kind of organisation: one form, or none."""
    recommendation = db.session.get(Recommendation, code)
    if recommendation is None or recommendation.retired_at is not None:
        return None
    return next(iter(_asked(recommendation, kind)), None)


def list_declared(codes: Collection[str]) -> Mapping[str, QuestionSet]:
    """Every form that the question sets of recommendations have had, by digest: old answers keep their questions."""
    version = RecommendationVersion
    query = select(version.body["details"]).where(version.recommendation_code.in_(sorted(codes)))
    return {digest: each for details in db.session.scalars(query) for digest, each in _sets_of(details)}


def list_sets(codes: Collection[str], moment: datetime | None = None) -> Mapping[str, Sequence[Form]]:
    """Each recommendation's question sets with their digests, as they are or were; before its first form, that one."""
    return {code: forms for code, forms in _every_set(moment).items() if code in codes}


@once
def _every_set(moment: datetime | None) -> Mapping[str, Sequence[Form]]:
    if moment is None:
        now = Recommendation
        found = select(now.code, now.details).where(now.retired_at.is_(None))
        return {code: _sets_of(details) for code, details in db.session.execute(found)}
    version = RecommendationVersion
    query = select(version.recommendation_code, version.body["details"], version.recorded_at)
    forms: dict[str, Sequence[Form]] = {}
    for code, details, recorded_at in db.session.execute(query.order_by(version.recorded_at, version.id)):
        if code not in forms or recorded_at <= moment:
            forms[code] = _sets_of(details)
    return forms


def _asked(recommendation: Recommendation, kind: str) -> list[Asked]:
    sets = _sets_of(recommendation.details)
    return [Asked(recommendation, each, digest) for digest, each in sets if kind in each.asked_of]


def _sets_of(details: Mapping[str, Any] | None) -> tuple[tuple[str, QuestionSet], ...]:
    return _read(json.dumps((details or {}).get("sets", []), sort_keys=True))


@lru_cache(maxsize=256)
def _read(text: str) -> tuple[tuple[str, QuestionSet], ...]:
    return tuple((set_digest(each), each) for each in stored_sets(json.loads(text)))
