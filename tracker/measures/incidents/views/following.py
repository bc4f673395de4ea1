"""The loop of one incident on one page: shared, material, training, closed."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from flask import flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.errors import Conflict, RuleBroken
from tracker.measures.incidents import actions, presenters, queries
from tracker.measures.incidents.forms import LoopForm
from tracker.measures.incidents.rules import Loop
from tracker.measures.incidents.views.common import address_of, bp
from tracker.web.saving import Answer, claim, finish_draft, led_before, require_open, typed_before
from tracker.web.transactions import commits, undo


@bp.get("/<uuid:item>/loop")
@requires(Permission.MEASURES_RECORD)
def loop(organisation: OrganisationRef, item: UUID) -> Answer:
    """The steps as they stand, ready for the next."""
    require_open(organisation)
    found = queries.get_incident(the_identity(), organisation.id, item)
    typed = typed_before()
    if typed is not None:
        return _loop_page(organisation, item, LoopForm(formdata=typed))
    form = LoopForm(formdata=None, obj=found)
    form.fill(actions.loop_of(found))
    form.version.data = str(found.version)
    return _loop_page(organisation, item, form)


@bp.post("/<uuid:item>/loop")
@requires(Permission.MEASURES_RECORD)
@commits
def save_loop(organisation: OrganisationRef, item: UUID) -> Answer:
    """Save what is done so far, or close it. 422 with everything typed, 409 with both versions."""
    require_open(organisation)
    if led := led_before():
        return led
    before = actions.loop_of(queries.get_incident(the_identity(), organisation.id, item))
    form = LoopForm(formdata=MultiDict(request.form))
    if not form.validate():
        return _loop_page(organisation, item, form), 422
    location, wanted = address_of(organisation, item), form.loop(before)
    try:
        claim(form, location)
        actions.record_loop(
            the_identity(), organisation, item, wanted,
            version=form.version_number(), looked=form.has_looked(),
        )  # fmt: skip
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return _loop_page(organisation, item, form), 422
    except Conflict as conflict:
        undo()
        return _conflict_page(organisation, item, form, wanted, conflict)
    finish_draft()
    closed = wanted.closed_on is not None and before.closed_on is None
    flash(
        "Closed: the learning was shared and its effect on training is said." if closed else "Saved.",
        "success",
    )
    return redirect(location, 303)


def _loop_page(organisation: OrganisationRef, item: UUID, form: LoopForm) -> str:
    found = queries.get_incident(the_identity(), organisation.id, item)
    return render_template(
        "incidents/loop.html", organisation=organisation, incident=found, steps=presenters.steps(found),
        reported=presenters.said("month", found.month), form=form, draft=True,
    )  # fmt: skip


def _conflict_page(
    organisation: OrganisationRef, item: UUID, form: LoopForm, wanted: Loop, conflict: Conflict
) -> tuple[str, int]:
    """Both versions, and the form with everything typed, ready to be saved over what stands now."""
    latest = queries.list_versions(the_identity(), organisation.id, item)[0]
    form.version.data = str(conflict.current_version)
    page = render_template(
        "incidents/loop_conflict.html",
        organisation=organisation,
        incident=latest.incident,
        reported=presenters.said("month", latest.incident.month),
        steps=presenters.steps(latest.incident),
        latest=latest,
        differences=presenters.differences(latest.incident, asdict(wanted)),
        leave=address_of(organisation, item),
        form=form,
        draft=True,
    )
    return page, 409
