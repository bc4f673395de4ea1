"""Training on the list: adding (and checking it in the same form), changing, taking out of use."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.catalogue import queries as catalogue
from tracker.catalogue.rules import learning_of
from tracker.library import actions as library_actions
from tracker.library import queries as library
from tracker.library.queries import Resource
from tracker.library.rules import Source, versions_needed
from tracker.measures.alignment import actions, presenters
from tracker.measures.alignment.forms import TrainingForm, WithdrawForm, shown
from tracker.measures.alignment.rules import ANTIBIOTICS
from tracker.measures.alignment.views.common import HERE, address, bp, stands
from tracker.web.conflicts import Clash
from tracker.web.saving import Answer, Stands, keep, require_open, typed_before
from tracker.web.transactions import commits

FIELDS = (
    "title", "source", "format", "staff_groups", "setting", "patients", "is_online", "discussed", "discussed_on",
    "discussed_by", "not_possible_because", "resistance", "stewardship", "owner", "updated_on", "link", "national_code",
    "version",
)  # fmt: skip


@bp.get(f"{HERE}/new")
@requires(Permission.MEASURES_RECORD)
def new(organisation: OrganisationRef) -> Answer:
    """An empty form; the check against NICE is part of it."""
    require_open(organisation)
    return _page(organisation, _offering(TrainingForm(typed_before()), None), None)


@bp.post(f"{HERE}/new")
@requires(Permission.MEASURES_RECORD)
@commits
def create(organisation: OrganisationRef) -> Answer:
    """Add it, and its first check if one was made."""
    require_open(organisation)
    form = _offering(TrainingForm(MultiDict(request.form)), None)
    if not form.validate():
        return _page(organisation, form, None), 422
    return keep(
        form,
        lambda: _add(organisation, form),
        lambda **more: _page(organisation, form, None, **more),
        notice=f"“{form.title.data}” is on the list.",
        location=address(organisation),
    )


@bp.get(f"{HERE}/<uuid:resource>/edit")
@requires(Permission.MEASURES_RECORD)
def edit(organisation: OrganisationRef, resource: UUID) -> Answer:
    """What stands, to be changed."""
    require_open(organisation)
    row = library.get_resource(the_identity(), organisation.id, resource)
    typed = typed_before()
    form = TrainingForm(typed) if typed else shown(TrainingForm(None), _values(row))
    return _page(organisation, _offering(form, row), row)


@bp.post(f"{HERE}/<uuid:resource>/edit")
@requires(Permission.MEASURES_RECORD)
@commits
def save(organisation: OrganisationRef, resource: UUID) -> Answer:
    """Change it."""
    require_open(organisation)
    row = library.get_resource(the_identity(), organisation.id, resource)
    form = _offering(TrainingForm(MultiDict(request.form)), row)
    if not form.validate():
        return _page(organisation, form, row), 422
    return keep(
        form,
        lambda: library_actions.change_resource(
            the_identity(), organisation, resource, form.facts(), version=form.version_number()
        ),
        lambda **more: _page(organisation, form, row, **more),
        lambda: _stands(organisation, resource),
        notice="Saved.",
        location=address(organisation, resource),
    )


@bp.get(f"{HERE}/<uuid:resource>/withdraw")
@requires(Permission.MEASURES_RECORD)
def withdraw(organisation: OrganisationRef, resource: UUID) -> Answer:
    """From when, and why."""
    require_open(organisation)
    row = library.get_resource(the_identity(), organisation.id, resource)
    typed = typed_before()
    standing = {"version": str(row.version), "withdrawn_on": clock.today()}
    form = WithdrawForm(typed) if typed else WithdrawForm(None, data=standing)
    return _withdraw_page(organisation, form, row)


@bp.post(f"{HERE}/<uuid:resource>/withdraw")
@requires(Permission.MEASURES_RECORD)
@commits
def take_out_of_use(organisation: OrganisationRef, resource: UUID) -> Answer:
    """It leaves the figures and stays in the history."""
    require_open(organisation)
    row = library.get_resource(the_identity(), organisation.id, resource)
    form = WithdrawForm(MultiDict(request.form))
    if not form.validate():
        return _withdraw_page(organisation, form, row), 422
    return keep(
        form,
        lambda: library_actions.withdraw_resource(
            the_identity(),
            organisation,
            resource,
            on=form.withdrawn_on.data,
            reason=form.reason.data or "",
            version=form.version_number(),
        ),
        lambda **more: _withdraw_page(organisation, form, row, **more),
        lambda: _stands_withdrawn(organisation, resource),
        notice="Taken out of use. It stays in the history.",
        location=address(organisation),
    )


def _add(organisation: OrganisationRef, form: TrainingForm) -> None:
    identity, facts, found = the_identity(), form.facts(), form.found()
    row = library_actions.add_resource(identity, organisation, facts)
    if found is None or facts.source is not Source.OWN:
        return
    today = clock.today()
    actions.assess(
        identity,
        organisation,
        row.entity_id,
        result=found,
        assessed_on=today,
        assessor="",
        versions=versions_needed(library.list_versions(), facts.patients, today),
        note="",
        version=0,
    )


def _stands(organisation: OrganisationRef, resource: UUID) -> Stands:
    row = library.get_resource(the_identity(), organisation.id, resource)
    form = _offering(shown(TrainingForm(None), _values(row)), row)
    del form.result
    return stands(form, row.author_id, row.recorded_at)


def _stands_withdrawn(organisation: OrganisationRef, resource: UUID) -> Stands:
    row = library.get_resource(the_identity(), organisation.id, resource)
    given = {"withdrawn_on": row.withdrawn_on, "reason": row.withdrawn_reason}
    return stands(WithdrawForm(None, data=given), row.author_id, row.recorded_at)


def _offering(form: TrainingForm, row: Resource | None) -> TrainingForm:
    chosen = row.national_code if row else None
    form.offer(presenters.library_choices(library.list_national_resources(), chosen))
    return form


def _values(row: Resource) -> dict[str, object]:
    return {name: getattr(row, name) for name in FIELDS}


def _page(
    organisation: OrganisationRef, form: TrainingForm, row: Resource | None, *, clash: Clash | None = None
) -> str:
    if row is not None and "result" in form:
        del form.result  # a check of what is there already has a page of its own
    return render_template(
        "alignment/training.html",
        organisation=organisation,
        clash=clash,
        asks_antibiotics=catalogue.owes(organisation.kind, ANTIBIOTICS),
        learning=learning_of(organisation.kind),
        form=form,
        row=row,
        draft=True,
        cancel_href=address(organisation, row.entity_id if row else None),
    )


def _withdraw_page(
    organisation: OrganisationRef, form: WithdrawForm, row: Resource, *, clash: Clash | None = None
) -> str:
    return render_template(
        "alignment/withdraw.html",
        organisation=organisation,
        clash=clash,
        form=form,
        row=row,
        draft=True,
        cancel_href=address(organisation, row.entity_id),
    )
