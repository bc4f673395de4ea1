"""An item goes out of use with a reason, and stays in the history."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.errors import Conflict, RuleBroken
from tracker.evidence import actions, presenters
from tracker.evidence.forms import WithdrawForm
from tracker.evidence.queries import LinkedItem
from tracker.evidence.views.common import address_of, bp, codes_of, open_item, titles_for, uses_of
from tracker.web.saving import Answer, claim, finish_draft, led_before, typed_before
from tracker.web.transactions import commits, undo


@bp.get("/<uuid:item>/withdraw")
@requires(Permission.EVIDENCE_RECORD)
def withdraw(organisation: OrganisationRef, item: UUID) -> Answer:
    """Ask why, and say what follows."""
    linked = open_item(organisation, item)
    typed = typed_before()
    form = WithdrawForm(formdata=typed) if typed else WithdrawForm(None, version=str(linked.item.version))
    return _withdraw_page(organisation, linked, form)


@bp.post("/<uuid:item>/withdraw")
@requires(Permission.EVIDENCE_RECORD)
@commits
def take_out_of_use(organisation: OrganisationRef, item: UUID) -> Answer:
    """Take an item out of use: it stays in the history, and its files in the store."""
    if led := led_before():
        return led
    linked = open_item(organisation, item)
    form = WithdrawForm(formdata=MultiDict(request.form))
    if not form.validate():
        return _withdraw_page(organisation, linked, form), 422
    location, reason = address_of(organisation, item), form.reason.data or ""
    try:
        claim(form, location)
        actions.withdraw_item(the_identity(), organisation, item, reason, version=form.version_number())
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return _withdraw_page(organisation, linked, form), 422
    except Conflict as conflict:
        undo()
        form.version.data = str(conflict.current_version)
        form.add_problems(
            [("", "Somebody changed this item since you opened the page. Look at it below, then decide.")]
        )
        return _withdraw_page(organisation, linked, form), 409
    finish_draft()
    flash("Taken out of use. It stays in the history.", "success")
    return redirect(location, 303)


def _withdraw_page(organisation: OrganisationRef, linked: LinkedItem, form: WithdrawForm) -> str:
    supports = presenters.supported(codes_of(organisation, linked.item.entity_id), titles_for(organisation))
    return render_template(
        "evidence/withdraw.html",
        organisation=organisation,
        item=linked.item,
        supports=supports,
        uses=uses_of(organisation, linked.item.entity_id),
        form=form,
        draft=True,
    )
