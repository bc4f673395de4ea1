"""One record: position, figure, evidence, actions, findings, history."""

from __future__ import annotations

from uuid import uuid4

from flask import Response, render_template

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.assurance import queries as assurance
from tracker.assurance.rules import finder_of
from tracker.audit import actions as audit_actions
from tracker.catalogue import queries as catalogue
from tracker.catalogue.rules import OrganisationKind
from tracker.dashboard import presenters, queries
from tracker.dashboard.presenters import FigureFace, TrendFace
from tracker.dashboard.views.common import (
    bp,
    changed,
    face_of,
    may,
    measure_link,
    reading_of,
)
from tracker.evidence import queries as evidence
from tracker.measures.queries import Reading
from tracker.practice import queries as practice
from tracker.progress import queries as progress
from tracker.progress.queries import RecordRow
from tracker.progress.rules import Change
from tracker.web import charts

# Recommendations whose share has a national mark to reach.
MARKED = frozenset({"SEP16-10", "SEP16-11"})


@bp.get("/recommendations/<recommendation:recommendation>")
@requires(Permission.ORGANISATION_VIEW)
def record(organisation: OrganisationRef, recommendation: str) -> str:
    """One record: position, evidence, actions, findings, history."""
    identity = the_identity()
    facts = {"recommendation": recommendation}
    audit_actions.note_read(identity, ("recommendation", recommendation), facts, organisation.id)
    row = progress.get_record(identity, organisation.id, organisation.kind, recommendation)
    reading = reading_of(organisation)
    history = progress.list_history(identity, organisation.id, recommendation)
    assured = [each.entry.id for each in history if each.entry.change is Change.ASSURED]
    relied_on = progress.list_relied_on(identity, organisation.id, assured)
    findings = assurance.list_findings(identity, organisation.id, recommendation)
    people = [each.author_id for each in findings]
    to_do = progress.list_actions(identity, organisation.id, recommendation)
    credited = practice.list_credits(identity, organisation.id, [each.entity_id for each in to_do])
    if row.entry is not None and row.entry.assured_by is not None:
        people.append(row.entry.assured_by)
    return render_template(
        "dashboard/record.html",
        organisation=organisation,
        record=row,
        face=face_of(row),
        tag_text=presenters.tag_text(face_of(row)),
        tag_class=presenters.TAG_COLOURS[row.standing],
        history=history,
        words={
            row.entry.id: presenters.entry_words(each)
            for row, each in zip(history, changed(history), strict=True)
        },
        relied_on={entry: [each for each in relied_on if each.entry_id == entry] for entry in assured},
        items=evidence.list_for_recommendation(identity, organisation.id, recommendation),
        actions=to_do,
        credits=credited,
        read=practice.list_read(identity, organisation.id, credited.keys()),
        findings=findings,
        names=queries.names_of(people),
        today=clock.today(),
        figure=_figure(organisation, reading, row),
        trend=_trend(reading, row),
        measure_href=measure_link(organisation, recommendation),
        key=uuid4().hex,
        may_record=may(Permission.PROGRESS_RECORD, organisation),
        may_assure=may(Permission.PROGRESS_ASSURE, organisation),
        may_find=_may_find(organisation),
        by_auditors=_is_left_to_auditors(organisation),
    )


@bp.get("/recommendations/<recommendation:recommendation>/trend.svg")
@requires(Permission.ORGANISATION_VIEW)
def trend(organisation: OrganisationRef, recommendation: str) -> Response:
    """How the figure of one record moved, as a picture; without two points it says that there is no figure yet."""
    row = progress.get_record(the_identity(), organisation.id, organisation.kind, recommendation)
    found = _trend(reading_of(organisation), row)
    empty = charts.Trend(row.recommendation.short_title, (), (), (), top=1)
    return charts.picture(empty if found is None else found.trend)


def _may_find(organisation: OrganisationRef) -> bool:
    """Whether this person may test what is claimed here: by permission, and in a role that may."""
    identity = the_identity()
    role = finder_of(identity, organisation.id).role_for(OrganisationKind(organisation.kind))
    return role is not None and allows(identity, Permission.FINDING_RECORD, organisation.id)


def _is_left_to_auditors(organisation: OrganisationRef) -> bool:
    """Said to who would test it elsewhere: the national lead tests no claim of the national body."""
    is_body = organisation.kind == OrganisationKind.NATIONAL_BODY
    return is_body and the_identity().is_national and not _may_find(organisation)


def _figure(organisation: OrganisationRef, reading: Reading, row: RecordRow) -> FigureFace | None:
    """The figure held against what was declared; None where no measure serves the recommendation."""
    found = reading.figure(row.recommendation.code)
    return None if found is None else presenters.figure_face(row.delivery, found, _who(organisation))


def _who(organisation: OrganisationRef) -> str:
    """Who said what a record says: the reader, where it is her own organisation's."""
    if organisation.id in the_identity().own:
        return "You"
    return "HEE" if organisation.kind == OrganisationKind.NATIONAL_BODY else "They"


def _trend(reading: Reading, row: RecordRow) -> TrendFace | None:
    code = row.recommendation.code
    mark = catalogue.get_marks().get("coverage_percent") if code in MARKED else None
    return presenters.trend_face(row.recommendation.short_title, reading.series(code), mark)
