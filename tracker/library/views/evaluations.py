"""Whether national training works: an organisation's evaluations, and methods in hand."""

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
from tracker.library.actions.evaluations import problems_of_evaluated
from tracker.library.forms.using import EvaluationForm, MistakeForm, shown_evaluation
from tracker.library.presenters import using as presenters
from tracker.library.queries import Evaluation
from tracker.library.views.common import bp
from tracker.library.views.registers import (
    asked_resource,
    evidence_options,
    keep_mistake,
    may_record,
    page_within,
    stands,
    tabs,
    training_options,
    typed_with_evidence,
)
from tracker.web.conflicts import Clash
from tracker.web.pagination import PER_PAGE, Page, url_for_page
from tracker.web.saving import Answer, Stands, keep, led_before, require_open, typed_before
from tracker.web.transactions import commits

HERE = "/organisations/<organisation:organisation>/evaluations"
FIELDS = (
    "resource_id", "method", "sample", "sample_size", "evaluated_on", "result", "finding", "link", "evidence_id",
    "version",
)  # fmt: skip


@bp.get(HERE)
@requires(Permission.ORGANISATION_VIEW)
def evaluations(organisation: OrganisationRef) -> Answer:
    """The organisation's evaluations, methods in hand first."""
    identity, resources = the_identity(), queries.national_by_id()
    wanted = asked_resource(resources)
    chosen = queries.list_evaluated(identity, organisation.id)
    total = queries.count_evaluations(identity, organisation.id, resource_id=wanted)
    page = page_within(total)
    rows = queries.list_evaluations(
        identity, organisation.id, resource_id=wanted, limit=PER_PAGE, offset=(page - 1) * PER_PAGE
    )
    return render_template(
        "library/evaluations.html",
        organisation=organisation,
        tabs=tabs(organisation, "evaluations"),
        today=clock.today(),
        page=Page(presenters.evaluation_lines(rows, resources), page, total),
        page_address=url_for_page,
        asked={"resource": wanted or ""},
        any_at_all=bool(chosen),
        resources=presenters.resource_choices(resources, chosen),
        may_record=may_record(organisation),
    )


@bp.get(f"{HERE}/new")
@requires(Permission.MEASURES_RECORD)
def new_evaluation(organisation: OrganisationRef) -> Answer:
    """An empty form; a resource named in the address is chosen already."""
    require_open(organisation)
    typed, resource = typed_with_evidence(), asked_resource(queries.national_by_id())
    given = {"resource_id": resource} if resource else {}
    return _page(organisation, EvaluationForm(typed) if typed else EvaluationForm(None, data=given), None)


@bp.post(f"{HERE}/new")
@requires(Permission.MEASURES_RECORD)
@commits
def create_evaluation(organisation: OrganisationRef) -> Answer:
    """Enter an evaluation."""
    require_open(organisation)
    return led_before() or _save(organisation, None)


@bp.get(f"{HERE}/<uuid:evaluation>/edit")
@requires(Permission.MEASURES_RECORD)
def edit_evaluation(organisation: OrganisationRef, evaluation: UUID) -> Answer:
    """An evaluation as it stands, to be changed or finished."""
    require_open(organisation)
    row, typed = queries.get_evaluation(the_identity(), organisation.id, evaluation), typed_with_evidence()
    return _page(organisation, EvaluationForm(typed) if typed else _filled(row), row)


@bp.post(f"{HERE}/<uuid:evaluation>/edit")
@requires(Permission.MEASURES_RECORD)
@commits
def save_evaluation(organisation: OrganisationRef, evaluation: UUID) -> Answer:
    """Change or finish it."""
    require_open(organisation)
    row = queries.get_evaluation(the_identity(), organisation.id, evaluation)
    return led_before() or _save(organisation, row)


@bp.get(f"{HERE}/<uuid:evaluation>/mistaken")
@requires(Permission.MEASURES_RECORD)
def mistake_evaluation(organisation: OrganisationRef, evaluation: UUID) -> Answer:
    """Why it was a mistake."""
    require_open(organisation)
    row, typed = queries.get_evaluation(the_identity(), organisation.id, evaluation), typed_before()
    form = MistakeForm(typed) if typed else MistakeForm(None, data={"version": str(row.version)})
    return _mistake_page(organisation, form, row)


@bp.post(f"{HERE}/<uuid:evaluation>/mistaken")
@requires(Permission.MEASURES_RECORD)
@commits
def save_mistaken_evaluation(organisation: OrganisationRef, evaluation: UUID) -> Answer:
    """It leaves the figures and stays in the history."""
    require_open(organisation)
    row = queries.get_evaluation(the_identity(), organisation.id, evaluation)
    form = MistakeForm(MultiDict(request.form))
    return keep_mistake(
        form,
        lambda: actions.mark_evaluation_mistaken(
            the_identity(), organisation, evaluation, form.reason.data or "", version=form.version_number()
        ),
        partial(_mistake_page, organisation, form, row),
        lambda: _stands_mistaken(organisation, evaluation),
        _home(organisation),
    )


def _save(organisation: OrganisationRef, row: Evaluation | None) -> Answer:
    form = EvaluationForm(MultiDict(request.form))
    _offer(organisation, form, row)
    if not form.validate():
        form.add_further(_further(organisation, form, row))
        return _page(organisation, form, row), 422
    return keep(
        form,
        lambda: _write(organisation, form, row),
        partial(_page, organisation, form, row),
        lambda: _stands(organisation, row),
        notice="The evaluation is saved.",
        location=_home(organisation),
    )


def _further(
    organisation: OrganisationRef, form: EvaluationForm, row: Evaluation | None
) -> list[tuple[str, str]]:
    looked = form.has_looked()
    return problems_of_evaluated(the_identity(), organisation, form.readable(), row, looked=looked)


def _write(organisation: OrganisationRef, form: EvaluationForm, row: Evaluation | None) -> None:
    identity, facts, looked = the_identity(), form.facts(), form.has_looked()
    if row is None:
        actions.add_evaluation(identity, organisation, facts, looked=looked)
    else:
        version = form.version_number()
        actions.change_evaluation(
            identity, organisation, row.entity_id, facts, version=version, looked=looked
        )


def _stands(organisation: OrganisationRef, row: Evaluation | None) -> Stands | None:
    if row is None:
        return None
    found = queries.get_evaluation(the_identity(), organisation.id, row.entity_id)
    form = _filled(found)
    # What was stated of another text is no part of this one.
    del form.looked
    _offer(organisation, form, found)
    return stands(form, found.author_id, found.recorded_at)


def _stands_mistaken(organisation: OrganisationRef, entity_id: UUID) -> Stands:
    found = queries.get_evaluation(the_identity(), organisation.id, entity_id)
    return stands(
        MistakeForm(None, data={"reason": found.mistaken_reason}), found.author_id, found.recorded_at
    )


def _filled(row: Evaluation) -> EvaluationForm:
    return shown_evaluation({name: getattr(row, name) for name in FIELDS})


def _offer(organisation: OrganisationRef, form: EvaluationForm, row: Evaluation | None) -> None:
    form.offer(
        training_options(row.resource_id if row else None),
        evidence_options(organisation, row.evidence_id if row else None),
    )


def _home(organisation: OrganisationRef) -> str:
    return url_for("library.evaluations", organisation=organisation.code)


def _page(
    organisation: OrganisationRef, form: EvaluationForm, row: Evaluation | None, *, clash: Clash | None = None
) -> str:
    _offer(organisation, form, row)
    return render_template(
        "library/evaluation_edit.html",
        organisation=organisation,
        form=form,
        row=row,
        clash=clash,
        draft=True,
        cancel_href=_home(organisation),
    )


def _mistake_page(
    organisation: OrganisationRef, form: MistakeForm, row: Evaluation, *, clash: Clash | None = None
) -> str:
    line = presenters.evaluation_lines([row], queries.national_by_id())[0]
    return render_template(
        "library/mistaken.html",
        organisation=organisation,
        form=form,
        clash=clash,
        heading="This evaluation was a mistake",
        said=[line.resource, line.method, line.tag[0]],
        draft=True,
        cancel_href=_home(organisation),
    )
