"""What the pages of one organisation share: the blueprint, a record's face, links, lines of the trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, url_for

from tracker import clock
from tracker.access.decorators import the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.audit.queries import TrailRow
from tracker.dashboard import presenters, queries
from tracker.dashboard.presenters import (
    Changed,
    Links,
    RecordFace,
    TrailLine,
)
from tracker.evidence import queries as evidence
from tracker.evidence.queries import LinkedItem
from tracker.measures import find_measure
from tracker.measures import queries as measures_queries
from tracker.measures.base import Need
from tracker.measures.queries import Reading
from tracker.progress import queries as progress
from tracker.progress.queries import HistoryRow, RecordRow

bp = Blueprint("dashboard", "tracker.dashboard", url_prefix="/organisations/<organisation:organisation>")


def the_records(organisation: OrganisationRef) -> list[RecordRow]:
    return progress.list_records(the_identity(), organisation.id, organisation.kind)


def may(permission: Permission, organisation: OrganisationRef) -> bool:
    return organisation.is_open and allows(the_identity(), permission, organisation.id)


def face_of(row: RecordRow) -> RecordFace:
    entry, recommendation = row.entry, row.recommendation
    face = RecordFace(
        code=recommendation.code,
        number=recommendation.number,
        title=recommendation.short_title,
        delivery=row.delivery,
        standing=row.standing,
        evidence_live=row.evidence.live,
    )
    if entry is None:
        return face
    return RecordFace(
        face.code, face.number, face.title, face.delivery, face.standing, face.evidence_live,
        entry.confidence, entry.confirmed_on, entry.due_on, entry.delivered_on, entry.forum, entry.forum_on,
    )  # fmt: skip


def links_of(organisation: OrganisationRef) -> Links:
    def link(what: str, code: str) -> str:
        if what == "agree":
            return url_for("progress.agree", organisation=organisation.code)
        if what == "actions":
            return f"{link('record', code)}#actions"
        if what == "evidence":
            return url_for("evidence.new", organisation=organisation.code, recommendation=code)
        endpoint = {"record": "dashboard.record", "edit": "progress.edit", "confirm": "progress.confirm"}[
            what
        ]
        return url_for(endpoint, organisation=organisation.code, recommendation=code)

    return link


def titles_of(records: Sequence[RecordRow]) -> dict[str, str]:
    return {each.recommendation.code: each.recommendation.short_title for each in records}


def changed(rows: Sequence[HistoryRow]) -> list[Changed]:
    return [
        Changed(
            code=row.entry.recommendation_code, change=row.entry.change, delivery=row.entry.delivery,
            note=row.entry.note, reason=row.entry.reason, forum=row.entry.forum, forum_on=row.entry.forum_on,
            at=row.entry.recorded_at, author=row.author,
        )
        for row in rows
    ]  # fmt: skip


def morning_of(day: date) -> datetime:
    return clock.end_of_day(day - timedelta(days=1))


def evidence_of(organisation: OrganisationRef, record: RecordRow) -> Sequence[LinkedItem]:
    return evidence.list_for_recommendation(the_identity(), organisation.id, record.recommendation.code)


def trail_lines(organisation: OrganisationRef, rows: Sequence[TrailRow]) -> list[TrailLine]:
    names = queries.names_of([each.actor_id for each in rows if each.actor_id])
    titles = _titles(organisation, rows)
    return [
        presenters.trail_line(
            type=row.type, at=row.at, who=names.get(row.actor_id, "") if row.actor_id else "",
            subject=(row.subject_kind, row.subject_code), public=row.public, private=row.private, seq=row.seq,
            fingerprint=row.hash[:12], title=queries.title_of(titles, row), href=_subject_link(organisation, row),
        )
        for row in rows
    ]  # fmt: skip


def _titles(organisation: OrganisationRef, rows: Sequence[TrailRow]) -> queries.Titles:
    """Every title that the things of these events have borne, by what names them."""

    def of(*kinds: str) -> list[str]:
        return [queries.named(each) for each in rows if each.subject_kind in kinds]

    who = the_identity()
    return {
        **queries.titles_of_evidence(who, organisation.id, of("evidence")),
        **queries.titles_of_training(who, organisation.id, of("resource")),
        **queries.titles_of_practices(who, organisation.id, of("practice")),
        **queries.titles_of_developments(who, organisation.id, of("development")),
        **queries.titles_of_resources(of("share", "usage", "evaluation")),
        **queries.titles_of_items(of("programme_item")),
    }


def _subject_link(organisation: OrganisationRef, row: TrailRow) -> str:
    if row.subject_kind == "recommendation":
        return links_of(organisation)("record", row.subject_code)
    if row.subject_kind == "evidence":
        return url_for("evidence.item", organisation=organisation.code, item=row.subject_code)
    if row.subject_kind == "resource":
        return url_for("alignment.resource", organisation=organisation.code, resource=row.subject_code)
    return _register_link(organisation, row)


def _register_link(organisation: OrganisationRef, row: TrailRow) -> str:
    """Where a share, a practice or an item of the programme stands; those of others are told without a link."""
    if row.type in {"share.for_member", "practice.used"}:
        return ""
    if row.subject_kind == "share":
        return url_for("library.share", organisation=organisation.code, share=row.subject_code)
    if row.subject_kind == "practice":
        return url_for("practice.own", organisation=organisation.code, practice=row.subject_code)
    if row.subject_kind == "programme_item":
        return url_for("programme.state", organisation=organisation.code, item=row.subject_code)
    return ""


def reading_of(organisation: OrganisationRef) -> Reading:
    """What the measures say of this organisation today."""
    return measures_queries.read(the_identity(), organisation.id, clock.today())


def codes_of(records: Sequence[RecordRow]) -> list[str]:
    return [each.recommendation.code for each in records]


def measure_link(organisation: OrganisationRef, code: str) -> str:
    """Where the figure of a recommendation is recorded; nothing where no measure serves it."""
    measure = find_measure(code)
    if measure is None:
        return ""
    values: dict[str, Any] = {"organisation": organisation.code}
    if getattr(measure, "asks_code", False):
        values["recommendation"] = code
    return url_for(measure.endpoint, **values)


def need_link(organisation: OrganisationRef, need: Need) -> str:
    """Where a measure's need is met."""
    values: dict[str, Any] = {**need.values, "organisation": organisation.code}
    return url_for(need.endpoint, **values)
