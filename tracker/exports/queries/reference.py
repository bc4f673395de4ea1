"""Rows of catalogue.csv and people.csv: what the other tables refer to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from tracker import clock
from tracker.accounts.models import Membership
from tracker.catalogue.models import RecommendationKind, RecommendationVersion
from tracker.exports.queries.cut import Cut
from tracker.extensions import db
from tracker.library.models import Guideline
from tracker.library.queries import list_guidelines

Row = Sequence[object]
Kinds = Mapping[str, frozenset[str]]


# --- the catalogue ----------------------------------------------------------------------------------------


def catalogue_rows(cut: Cut) -> Iterator[Row]:
    """What was in force on the day: wordings, the rules of their figures, the marks that count as enough.

    A day before the catalogue was first read gets the first that is known.
    """
    versions = _versions(cut).values()
    for number, version in versions:
        yield _catalogue_row(version, number, cut.at)
    for number, version in versions:
        yield _rule_row(version, number, cut.at)
    marks = {
        version.body.get("report_code"): version.body.get("thresholds", {}) for _number, version in versions
    }
    for report, thresholds in sorted(marks.items(), key=lambda each: str(each[0])):
        yield from _threshold_rows(report, thresholds)
    for guideline in sorted(list_guidelines(cut.moment), key=lambda each: (each.reference, each.entity_id)):
        yield _guideline_row(guideline)


def kinds_of(cut: Cut) -> Kinds:
    """The kinds of organisation that each recommendation is addressed to, on the day."""
    found: dict[str, frozenset[str]] = {}
    for code, (_number, version) in _versions(cut).items():
        if "owed_by" in version.body:
            found[code] = frozenset(version.body["owed_by"])
    return {**_kinds_today(cut), **found}


def _kinds_today(cut: Cut) -> Kinds:
    query = select(RecommendationKind.recommendation_code, RecommendationKind.kind).where(
        RecommendationKind.recommendation_code.in_(cut.recommendations)
    )
    found: dict[str, set[str]] = {}
    for code, kind in db.session.execute(query):
        found.setdefault(code, set()).add(kind)
    return {code: frozenset(kinds) for code, kinds in found.items()}


def _versions(cut: Cut) -> dict[str, tuple[int, RecommendationVersion]]:
    """The version of each recommendation that stood at the moment, with its place among all of them."""
    version = RecommendationVersion
    query = (
        select(version)
        .where(version.recommendation_code.in_(cut.recommendations), version.recorded_at <= cut.at)
        .order_by(version.recommendation_code, version.recorded_at, version.id)
    )
    found: dict[str, tuple[int, RecommendationVersion]] = {}
    places: dict[str, int] = {}
    for each in db.session.scalars(query):
        code = each.recommendation_code
        places[code] = places.get(code, 0) + 1
        if code not in found or each.recorded_at <= cut.moment:
            found[code] = places[code], each
    return found


def _catalogue_row(version: RecommendationVersion, number: int, cut_off: datetime) -> Row:
    body = version.body
    return (
        *("recommendation", version.recommendation_code, body.get("report_code"), body.get("number")),
        *(body.get("group_code"), body.get("short_title"), body.get("text"), body.get("text_digest")),
        *(
            body.get("theme"),
            body.get("measure"),
            _what_counts(body),
            " ".join(sorted(body.get("owed_by", ()))),
        ),
        *(number, clock.local_day(version.recorded_at), _day_by(version.superseded_at, cut_off)),
    )


def _rule_row(version: RecommendationVersion, number: int, cut_off: datetime) -> Row:
    """Which figure the recommendation is judged by, and when that figure supports "in place"."""
    details = version.body.get("details", {})
    return (
        *("measure_rule", version.recommendation_code, version.body.get("report_code"), None, None, None),
        *(details.get("figure"), None, None, version.body.get("measure"), details.get("supports"), None),
        *(number, clock.local_day(version.recorded_at), _day_by(version.superseded_at, cut_off)),
    )


def _threshold_rows(report: object, thresholds: Mapping[str, Any]) -> Iterator[Row]:
    for name in sorted(set(thresholds) - {"version", "from"}):
        yield (
            *("threshold", name, report, None, None, None, thresholds[name], None, None, None, None, None),
            *(thresholds.get("version"), thresholds.get("from"), None),
        )


def _guideline_row(row: Guideline) -> Row:
    """Under its lasting id, which assessments in measures.csv name."""
    recheck = f"; training is to be checked again by {row.recheck_by}" if row.recheck_by else ""
    about = f"patients: {', '.join(sorted(row.populations))}{recheck}"
    return (
        *("guideline", row.entity_id, None, row.reference, row.kind, row.title, None, None, None),
        *("alignment", about, None, row.version, row.issued_on and (row.counts_from or row.issued_on), None),
    )


def _what_counts(body: Mapping[str, Any]) -> str:
    details = body.get("details")
    listed = details.get("evidence", ()) if isinstance(details, Mapping) else ()
    return "; ".join(str(each) for each in listed)


def _day_by(moment: datetime | None, cut_off: datetime) -> object:
    return clock.local_day(moment) if moment is not None and moment <= cut_off else None


# --- people -----------------------------------------------------------------------------------------------


def people_rows(cut: Cut) -> Iterator[Row]:
    """Roles in these organisations, and national ones, as known at the cut-off; people are opaque ids."""
    codes = {each.id: each.code for each in cut.organisations}
    for batch in cut.batches():
        yield from _people(cut, [each.id for each in batch], codes)
    yield from _people(cut, None, codes)


def _people(cut: Cut, organisation_ids: Sequence[UUID] | None, codes: Mapping[UUID, str]) -> Iterator[Row]:
    """A role has a version for each change of its dates: the last one counts, and says whether it was withdrawn."""
    held = Membership
    where = held.organisation_id.is_(None)
    if organisation_ids is not None:
        where = held.organisation_id.in_(organisation_ids)
    query = select(held).where(where, held.recorded_at <= cut.at)
    last: dict[UUID, Membership] = {}
    for each in db.session.scalars(query.order_by(held.recorded_at, held.id)):
        last[each.entity_id] = each
    for each in sorted(last.values(), key=lambda one: (codes.get(one.organisation_id, ""), one.entity_id)):  # type: ignore[arg-type]
        withdrawn = each.superseded_at if _is_by(each.superseded_at, cut.at) else None
        code = None if each.organisation_id is None else codes[each.organisation_id]
        yield each.user_id, each.role, code, each.starts_on, each.until, withdrawn, None, None


def _is_by(moment: datetime | None, cut_off: datetime) -> bool:
    return moment is not None and moment <= cut_off
