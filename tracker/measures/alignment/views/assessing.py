"""Checking a resource against NICE."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.library import queries as library
from tracker.library.queries import Resource
from tracker.library.rules import versions_needed
from tracker.measures.alignment import actions, presenters, queries
from tracker.measures.alignment.forms import AssessForm
from tracker.measures.alignment.rules import Result
from tracker.measures.alignment.views.common import HERE, address, bp, stands
from tracker.web.conflicts import Clash
from tracker.web.saving import Answer, Stands, keep, require_open, typed_before
from tracker.web.transactions import commits


@bp.get(f"{HERE}/<uuid:resource>/assess")
@requires(Permission.MEASURES_RECORD)
def assess(organisation: OrganisationRef, resource: UUID) -> Answer:
    """What was found; the guidelines in force are ticked already."""
    require_open(organisation)
    row = library.get_resource(the_identity(), organisation.id, resource)
    last = queries.find_assessment(the_identity(), organisation.id, resource)
    today, typed = clock.today(), typed_before()
    ticked = versions_needed(library.list_versions(), row.patients, today)
    given = {"version": str(last.version if last else 0), "assessed_on": today, "versions": ticked}
    return _page(organisation, AssessForm(typed) if typed else AssessForm(None, data=given), row)


@bp.post(f"{HERE}/<uuid:resource>/assess")
@requires(Permission.MEASURES_RECORD)
@commits
def save_assessment(organisation: OrganisationRef, resource: UUID) -> Answer:
    """Record it; the last one stays in the history."""
    require_open(organisation)
    row = library.get_resource(the_identity(), organisation.id, resource)
    form = AssessForm(MultiDict(request.form))
    _offer(form, row)
    if not form.validate():
        return _page(organisation, form, row), 422
    return keep(
        form,
        lambda: actions.assess(
            the_identity(),
            organisation,
            resource,
            result=Result(form.result.data) if form.result.data else None,
            assessed_on=form.assessed_on.data,
            assessor=form.assessor.data or "",
            versions=form.versions.data or (),
            note=form.note.data or "",
            version=form.version_number(),
        ),
        lambda **more: _page(organisation, form, row, **more),
        lambda: _stands(organisation, row),
        notice=f"The check of “{row.title}” is saved.",
        location=address(organisation),
    )


def _stands(organisation: OrganisationRef, row: Resource) -> Stands | None:
    last = queries.find_assessment(the_identity(), organisation.id, row.entity_id)
    if last is None:
        return None
    names = ("versions", "assessed_on", "assessor", "note")
    given = {**{name: getattr(last, name) for name in names}, "result": last.result.value}
    form = AssessForm(None, data=given)
    _offer(form, row)
    return stands(form, last.author_id, last.recorded_at)


def _offer(form: AssessForm, row: Resource) -> None:
    form.offer(presenters.choices(library.list_versions(), row.patients, clock.today()))


def _page(
    organisation: OrganisationRef, form: AssessForm, row: Resource, *, clash: Clash | None = None
) -> str:
    _offer(form, row)
    return render_template(
        "alignment/assess.html",
        clash=clash,
        organisation=organisation,
        form=form,
        row=row,
        draft=True,
        cancel_href=address(organisation, row.entity_id),
    )
