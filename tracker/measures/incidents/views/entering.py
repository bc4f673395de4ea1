"""A new incident, and what is said of one."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.errors import Conflict, RuleBroken
from tracker.measures.incidents import actions, presenters, queries
from tracker.measures.incidents.actions import next_id
from tracker.measures.incidents.forms import IncidentForm
from tracker.measures.incidents.rules import Facts
from tracker.measures.incidents.views.common import address_of, bp
from tracker.web.saving import Answer, claim, finish_draft, led_before, require_open, typed_before
from tracker.web.transactions import commits, undo


@bp.get("/new")
@requires(Permission.MEASURES_RECORD)
def new(organisation: OrganisationRef) -> Answer:
    """The empty form, or what was half typed."""
    require_open(organisation)
    typed = typed_before()
    return _new_page(organisation, IncidentForm(formdata=typed))


@bp.post("/new")
@requires(Permission.MEASURES_RECORD)
@commits
def create(organisation: OrganisationRef) -> Answer:
    """Enter it, and lead on to its loop. 422 with everything typed."""
    require_open(organisation)
    if led := led_before():
        return led
    form = IncidentForm(formdata=MultiDict(request.form))
    if not form.validate():
        return _new_page(organisation, form), 422
    incident_id = next_id()
    location = address_of(organisation, incident_id)
    try:
        claim(form, location)
        actions.add_incident(
            the_identity(), organisation, form.facts(), looked=form.has_looked(), incident_id=incident_id
        )
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return _new_page(organisation, form), 422
    finish_draft()
    flash("Saved. Now say who heard what was learnt, as soon as they have.", "success")
    return redirect(location, 303)


@bp.get("/<uuid:item>/edit")
@requires(Permission.MEASURES_RECORD)
def edit(organisation: OrganisationRef, item: UUID) -> Answer:
    """What is said of an incident, ready to be changed."""
    require_open(organisation)
    found = queries.get_incident(the_identity(), organisation.id, item)
    typed = typed_before()
    form = IncidentForm(formdata=typed) if typed is not None else IncidentForm(formdata=None, obj=found)
    if typed is None:
        form.version.data = str(found.version)
    return _edit_page(organisation, found.reference, item, form)


@bp.post("/<uuid:item>/edit")
@requires(Permission.MEASURES_RECORD)
@commits
def save(organisation: OrganisationRef, item: UUID) -> Answer:
    """Save it as a new version; 409 with both versions when somebody else was first."""
    require_open(organisation)
    if led := led_before():
        return led
    found = queries.get_incident(the_identity(), organisation.id, item)
    form, reference = IncidentForm(formdata=MultiDict(request.form)), found.reference
    if not form.validate():
        return _edit_page(organisation, reference, item, form), 422
    location, wanted = address_of(organisation, item), form.facts()
    try:
        claim(form, location)
        actions.change_incident(
            the_identity(), organisation, item, wanted,
            version=form.version_number(), looked=form.has_looked(),
        )  # fmt: skip
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return _edit_page(organisation, reference, item, form), 422
    except Conflict as conflict:
        undo()
        return _conflict_page(organisation, item, form, wanted, conflict)
    finish_draft()
    flash("Saved.", "success")
    return redirect(location, 303)


def _new_page(organisation: OrganisationRef, form: IncidentForm) -> str:
    return render_template("incidents/new.html", organisation=organisation, form=form, draft=True)


def _edit_page(organisation: OrganisationRef, reference: str, item: UUID, form: IncidentForm) -> str:
    return render_template(
        "incidents/edit.html", organisation=organisation, reference=reference, item=item, form=form,
        draft=True,
    )  # fmt: skip


def _conflict_page(
    organisation: OrganisationRef, item: UUID, form: IncidentForm, wanted: Facts, conflict: Conflict
) -> tuple[str, int]:
    """Both versions, and the form with everything typed, ready to be saved over what stands now."""
    latest = queries.list_versions(the_identity(), organisation.id, item)[0]
    form.version.data = str(conflict.current_version)
    page = render_template(
        "incidents/edit_conflict.html",
        organisation=organisation,
        reference=latest.incident.reference,
        item=item,
        latest=latest,
        differences=presenters.differences(latest.incident, asdict(wanted)),
        leave=url_for("incidents.incident", organisation=organisation.code, item=item),
        form=form,
        draft=True,
    )
    return page, 409
