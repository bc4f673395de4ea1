"""New training: an organisation tells others of it before work begins."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.library import actions, queries
from tracker.library.actions.developing import problems_of_announced
from tracker.library.forms.developing import DevelopmentForm, DevelopmentMistakeForm, shown_development
from tracker.library.presenters import developing as presenters
from tracker.library.queries import Development
from tracker.library.rules import audience_of
from tracker.library.views.common import bp
from tracker.library.views.registers import keep_mistake, may_record, page_within, stands, tabs
from tracker.web.conflicts import Clash
from tracker.web.pagination import PER_PAGE, Page, url_for_page
from tracker.web.saving import Answer, Stands, keep, led_before, require_open, typed_before
from tracker.web.transactions import commits

HERE = "/organisations/<organisation:organisation>/developments"
FIELDS = (
    "title", "what", "reach", "stage", "announced_on", "starts_on", "funder", "developer", "overlap_with",
    "overlap_found_on", "overlap_settled_on", "overlap_settlement", "version",
)  # fmt: skip


@bp.get(HERE)
@requires(Permission.ORGANISATION_VIEW)
def developments(organisation: OrganisationRef) -> Answer:
    """What the organisation makes, the last announced first."""
    identity = the_identity()
    total = queries.count_developments(identity, organisation.id)
    page = page_within(total)
    rows = queries.list_developments(identity, organisation.id, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    return render_template(
        "library/developments.html",
        organisation=organisation,
        tabs=tabs(organisation, "developments"),
        today=clock.today(),
        page=Page([presenters.development_line(row) for row in rows], page, total),
        page_address=url_for_page,
        may_record=may_record(organisation),
    )


@bp.get(f"{HERE}/new")
@requires(Permission.MEASURES_RECORD)
def new_development(organisation: OrganisationRef) -> Answer:
    """An empty form."""
    require_open(organisation)
    typed = typed_before()
    form = DevelopmentForm(typed) if typed else DevelopmentForm(None, data={"announced_on": clock.today()})
    return _page(organisation, form, None)


@bp.post(f"{HERE}/new")
@requires(Permission.MEASURES_RECORD)
@commits
def create_development(organisation: OrganisationRef) -> Answer:
    """Tell others of it."""
    require_open(organisation)
    return led_before() or _save(organisation, None)


@bp.get(f"{HERE}/<uuid:development>/edit")
@requires(Permission.MEASURES_RECORD)
def edit_development(organisation: OrganisationRef, development: UUID) -> Answer:
    """A development as it stands, to be changed."""
    require_open(organisation)
    row, typed = queries.get_development(the_identity(), organisation.id, development), typed_before()
    return _page(organisation, DevelopmentForm(typed) if typed else _filled(row), row)


@bp.post(f"{HERE}/<uuid:development>/edit")
@requires(Permission.MEASURES_RECORD)
@commits
def save_development(organisation: OrganisationRef, development: UUID) -> Answer:
    """Change it."""
    require_open(organisation)
    row = queries.get_development(the_identity(), organisation.id, development)
    return led_before() or _save(organisation, row)


@bp.get(f"{HERE}/<uuid:development>/mistaken")
@requires(Permission.MEASURES_RECORD)
def mistake_development(organisation: OrganisationRef, development: UUID) -> Answer:
    """Why it was a mistake."""
    require_open(organisation)
    row, typed = queries.get_development(the_identity(), organisation.id, development), typed_before()
    given = {"version": str(row.version)}
    form = DevelopmentMistakeForm(typed) if typed else DevelopmentMistakeForm(None, data=given)
    return _mistake_page(organisation, form, row)


@bp.post(f"{HERE}/<uuid:development>/mistaken")
@requires(Permission.MEASURES_RECORD)
@commits
def save_mistaken_development(organisation: OrganisationRef, development: UUID) -> Answer:
    """It leaves everybody's list and the figures, and stays in the history."""
    require_open(organisation)
    row = queries.get_development(the_identity(), organisation.id, development)
    form = DevelopmentMistakeForm(MultiDict(request.form))
    return keep_mistake(
        form,
        lambda: actions.mark_development_mistaken(
            the_identity(), organisation, development, form.reason.data or "", version=form.version_number()
        ),
        partial(_mistake_page, organisation, form, row),
        lambda: _stands_mistaken(organisation, development),
        _home(organisation),
    )


def _save(organisation: OrganisationRef, row: Development | None) -> Answer:
    form = DevelopmentForm(MultiDict(request.form))
    if not form.validate():
        own = row.entity_id if row else None
        form.add_further(problems_of_announced(the_identity(), organisation, form.facts(), own))
        return _page(organisation, form, row), 422
    return keep(
        form,
        lambda: _write(organisation, form, row),
        partial(_page, organisation, form, row),
        lambda: _stands(organisation, row),
        notice="Saved. Others can read it under “Who funds and develops what”.",
        location=_home(organisation),
    )


def _write(organisation: OrganisationRef, form: DevelopmentForm, row: Development | None) -> None:
    identity, facts = the_identity(), form.facts()
    if row is None:
        actions.add_development(identity, organisation, facts)
    else:
        version = form.version_number()
        actions.change_development(identity, organisation, row.entity_id, facts, version=version)


def _stands(organisation: OrganisationRef, row: Development | None) -> Stands | None:
    if row is None:
        return None
    found = queries.get_development(the_identity(), organisation.id, row.entity_id)
    return stands(_filled(found), found.author_id, found.recorded_at)


def _stands_mistaken(organisation: OrganisationRef, entity_id: UUID) -> Stands:
    found = queries.get_development(the_identity(), organisation.id, entity_id)
    form = DevelopmentMistakeForm(None, data={"reason": found.mistaken_reason})
    return stands(form, found.author_id, found.recorded_at)


def _filled(row: Development) -> DevelopmentForm:
    return shown_development({name: getattr(row, name) for name in FIELDS}, audience_of(row.audiences[0]))


def _home(organisation: OrganisationRef) -> str:
    return url_for("library.developments", organisation=organisation.code)


def _page(
    organisation: OrganisationRef,
    form: DevelopmentForm,
    row: Development | None,
    *,
    clash: Clash | None = None,
) -> str:
    return render_template(
        "library/development_edit.html",
        organisation=organisation,
        form=form,
        row=row,
        clash=clash,
        draft=True,
        cancel_href=_home(organisation),
    )


def _mistake_page(
    organisation: OrganisationRef,
    form: DevelopmentMistakeForm,
    row: Development,
    *,
    clash: Clash | None = None,
) -> str:
    line = presenters.development_line(row)
    return render_template(
        "library/mistaken.html",
        organisation=organisation,
        form=form,
        clash=clash,
        heading="This new training was announced by mistake",
        said=[line.title, line.reach, line.tag[0]],
        leaves="every figure and the list that everybody reads,",
        draft=True,
        cancel_href=_home(organisation),
    )
