"""That there were none in some months: confirmed by somebody, and taken back when it turns out wrong."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.errors import Conflict, RuleBroken
from tracker.measures.incidents import actions, presenters, queries
from tracker.measures.incidents.forms import NilForm, ReasonForm
from tracker.measures.incidents.views.common import bp, register_address
from tracker.web.saving import Answer, claim, finish_draft, led_before, require_open, typed_before
from tracker.web.transactions import commits, undo


@bp.get("/none")
@requires(Permission.MEASURES_RECORD)
def none(organisation: OrganisationRef) -> Answer:
    """Who confirmed it, for which months: those that the figure counts, unless others are typed."""
    require_open(organisation)
    typed = typed_before()
    if typed is not None:
        return _none_page(organisation, NilForm(formdata=typed))
    first, last = queries.cohort_on(the_identity(), clock.today())
    form = NilForm(formdata=None, data={"first": first, "last": last, "confirmed_by": "Patient safety team"})
    return _none_page(organisation, form)


@bp.post("/none")
@requires(Permission.MEASURES_RECORD)
@commits
def confirm_none(organisation: OrganisationRef) -> Answer:
    """Record it. 422 when the register says otherwise."""
    require_open(organisation)
    if led := led_before():
        return led
    form, location = NilForm(formdata=MultiDict(request.form)), register_address(organisation)
    if not form.validate():
        return _none_page(organisation, form), 422
    try:
        claim(form, location)
        actions.confirm_none(the_identity(), organisation, form.nil())
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return _none_page(organisation, form), 422
    finish_draft()
    flash("Saved: it is recorded that there were none in these months, and who confirmed it.", "success")
    return redirect(location, 303)


@bp.get("/none/<uuid:item>/take-back")
@requires(Permission.MEASURES_RECORD)
def take_back(organisation: OrganisationRef, item: UUID) -> Answer:
    """Ask why."""
    require_open(organisation)
    found = queries.get_nil(the_identity(), organisation.id, item)
    return _take_back_page(organisation, item, ReasonForm(formdata=None, version=str(found.version)))


@bp.post("/none/<uuid:item>/take-back")
@requires(Permission.MEASURES_RECORD)
@commits
def save_take_back(organisation: OrganisationRef, item: UUID) -> Answer:
    """Take a confirmation back."""
    require_open(organisation)
    if led := led_before():
        return led
    queries.get_nil(the_identity(), organisation.id, item)
    form, location = ReasonForm(formdata=MultiDict(request.form)), register_address(organisation)
    if not form.validate():
        return _take_back_page(organisation, item, form), 422
    try:
        claim(form, location)
        actions.take_back_none(
            the_identity(), organisation, item, form.reason.data or "", version=form.version_number()
        )
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return _take_back_page(organisation, item, form), 422
    except Conflict as conflict:
        undo()
        form.version.data = str(conflict.current_version)
        form.add_problems([("", "Somebody changed this since you opened the page. Look at it, then decide.")])
        return _take_back_page(organisation, item, form), 409
    flash("Taken back. It stays in the history.", "success")
    return redirect(location, 303)


def _none_page(organisation: OrganisationRef, form: NilForm) -> str:
    return render_template("incidents/none.html", organisation=organisation, form=form, draft=True)


def _take_back_page(organisation: OrganisationRef, item: UUID, form: ReasonForm) -> str:
    nil = presenters.nil_rows([queries.get_nil(the_identity(), organisation.id, item)])[0]
    return render_template("incidents/take_back.html", organisation=organisation, nil=nil, form=form)
