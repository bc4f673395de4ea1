"""Who funds and develops one resource: kept by the national lead, and by the national body's own people."""

from __future__ import annotations

from functools import partial

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.errors import NotAllowed, NotFound
from tracker.library import actions, queries
from tracker.library.actions.developing import problems_of_funded
from tracker.library.forms.developing import FundingForm
from tracker.library.queries import NationalResource
from tracker.library.rules.funding import keeps_funding
from tracker.library.views.common import bp
from tracker.library.views.registers import stands
from tracker.web.conflicts import Clash
from tracker.web.saving import Answer, Stands, keep, led_before, require_open, typed_before
from tracker.web.transactions import commits

LEAD = "/resources/<resource>/funding"
BODY = "/organisations/<organisation:organisation>/funding/<resource>"


@bp.get(LEAD)
@requires(Permission.LIBRARY_MANAGE)
def edit_funding(resource: str) -> Answer:
    """Who funds and develops one resource, as it was last said."""
    return _edit(resource)


@bp.post(LEAD)
@requires(Permission.LIBRARY_MANAGE)
@commits
def save_funding(resource: str) -> Answer:
    """Say who funds and develops it."""
    return _save(resource, None)


@bp.get(BODY)
@requires(Permission.MEASURES_RECORD)
def edit_body_funding(organisation: OrganisationRef, resource: str) -> Answer:
    """The same, for those who record what the national body does about its recommendations."""
    _require_keeper(organisation)
    return _edit(resource)


@bp.post(BODY)
@requires(Permission.MEASURES_RECORD)
@commits
def save_body_funding(organisation: OrganisationRef, resource: str) -> Answer:
    """Say it for the national body."""
    _require_keeper(organisation)
    return _save(resource, organisation)


def _require_keeper(organisation: OrganisationRef) -> None:
    if not keeps_funding(organisation.kind):
        raise NotFound(organisation.code)
    require_open(organisation)
    if organisation.code not in queries.list_keepers(the_identity()):
        raise NotAllowed("an invented body, beside real organisations")


def _edit(resource: str) -> Answer:
    row, typed = _changeable(resource), typed_before()
    return _page(FundingForm(typed) if typed else _filled(row), row)


def _save(resource: str, body: OrganisationRef | None) -> Answer:
    row, form = _changeable(resource), FundingForm(MultiDict(request.form))
    if led := led_before():
        return led
    if not form.validate():
        form.add_further(problems_of_funded(form.facts()))
        return _page(form, row), 422
    return keep(
        form,
        lambda: actions.record_funding(
            the_identity(), resource, form.facts(), version=form.version_number(), body=body
        ),
        partial(_page, form, row),
        lambda: _stands(resource),
        notice=f"Saved for “{row.title}”.",
        location=url_for("library.funding"),
    )


def _changeable(code: str) -> NationalResource:
    row = queries.get_national_resource(code)
    if row.retired_on is not None:
        raise NotFound(code)
    return row


def _stands(code: str) -> Stands:
    row = queries.get_national_resource(code)
    return stands(_filled(row), row.author_id, row.recorded_at)


def _filled(row: NationalResource) -> FundingForm:
    given = {
        "funder": row.funder, "developer": row.developer, "note": row.funding_note,
        "checked_on": row.funding_checked_on, "version": str(row.version),
    }  # fmt: skip
    return FundingForm(None, data=given)


def _page(form: FundingForm, row: NationalResource, *, clash: Clash | None = None) -> str:
    return render_template(
        "library/funding_edit.html",
        form=form,
        row=row,
        clash=clash,
        draft=True,
        cancel_href=url_for("library.funding"),
    )
