"""An incident that does not belong into the register goes out of it, and stays in the history."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.errors import Conflict, RuleBroken
from tracker.measures.incidents import actions, queries
from tracker.measures.incidents.forms import ReasonForm
from tracker.measures.incidents.views.common import address_of, bp
from tracker.web.saving import Answer, claim, led_before, require_open
from tracker.web.transactions import commits, undo


@bp.get("/<uuid:item>/remove")
@requires(Permission.MEASURES_RECORD)
def remove(organisation: OrganisationRef, item: UUID) -> Answer:
    """Ask why, and say what follows."""
    require_open(organisation)
    found = queries.get_incident(the_identity(), organisation.id, item)
    return _page(organisation, item, ReasonForm(formdata=None, version=str(found.version)))


@bp.post("/<uuid:item>/remove")
@requires(Permission.MEASURES_RECORD)
@commits
def take_out(organisation: OrganisationRef, item: UUID) -> Answer:
    """Take it out of the register."""
    require_open(organisation)
    if led := led_before():
        return led
    queries.get_incident(the_identity(), organisation.id, item)
    form = ReasonForm(formdata=MultiDict(request.form))
    if not form.validate():
        return _page(organisation, item, form), 422
    location = address_of(organisation, item)
    try:
        claim(form, location)
        actions.remove_incident(
            the_identity(), organisation, item, form.reason.data or "", version=form.version_number()
        )
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return _page(organisation, item, form), 422
    except Conflict as conflict:
        undo()
        form.version.data = str(conflict.current_version)
        form.add_problems(
            [("", "Somebody changed this incident since you opened the page. Look at it, then decide.")]
        )
        return _page(organisation, item, form), 409
    flash("Taken out of the register. It stays in the history.", "success")
    return redirect(location, 303)


def _page(organisation: OrganisationRef, item: UUID, form: ReasonForm) -> str:
    found = queries.get_incident(the_identity(), organisation.id, item)
    return render_template("incidents/remove.html", organisation=organisation, incident=found, form=form)
