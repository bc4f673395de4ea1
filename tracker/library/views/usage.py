"""How much national training is used: an organisation's counts, one by one."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.errors import RuleBroken
from tracker.library import actions, queries
from tracker.library.actions import CountedBefore, PeriodsOverlap
from tracker.library.actions.usage import find_refusal
from tracker.library.forms.using import MistakeForm, UsageForm, shown_usage
from tracker.library.presenters import using as presenters
from tracker.library.queries import Usage, UsageFilter
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

HERE = "/organisations/<organisation:organisation>/usage"
FIELDS = (
    "resource_id", "counted", "number", "period_from", "period_until", "source", "read_on", "rated", "rated_useful",
    "evidence_id", "note", "version",
)  # fmt: skip


@bp.get(HERE)
@requires(Permission.ORGANISATION_VIEW)
def usage(organisation: OrganisationRef) -> Answer:
    """The counts that the organisation read, the youngest period first."""
    identity, resources = the_identity(), queries.national_by_id()
    chosen, years = queries.list_usage_choices(identity, organisation.id)
    year = request.args.get("year", "")
    narrowed = UsageFilter(asked_resource(resources), int(year) if year in map(str, years) else None)
    total = queries.count_usage(identity, organisation.id, narrowed)
    page = page_within(total)
    rows = queries.list_usage(
        identity, organisation.id, narrowed, limit=PER_PAGE, offset=(page - 1) * PER_PAGE
    )
    return render_template(
        "library/usage.html",
        organisation=organisation,
        tabs=tabs(organisation, "usage"),
        today=clock.today(),
        page=Page(presenters.usage_lines(rows, resources), page, total),
        page_address=url_for_page,
        asked={"resource": narrowed.resource_id or "", "year": narrowed.year or ""},
        any_at_all=bool(chosen),
        resources=presenters.resource_choices(resources, chosen),
        years=presenters.year_choices(years),
        may_record=may_record(organisation),
    )


@bp.get(f"{HERE}/new")
@requires(Permission.MEASURES_RECORD)
def new_usage(organisation: OrganisationRef) -> Answer:
    """An empty form; a resource named in the address is chosen already."""
    require_open(organisation)
    typed, resource = typed_with_evidence(), asked_resource(queries.national_by_id())
    given = {"read_on": clock.today()} | ({"resource_id": resource} if resource else {})
    return _page(organisation, UsageForm(typed) if typed else UsageForm(None, data=given), None)


@bp.post(f"{HERE}/new")
@requires(Permission.MEASURES_RECORD)
@commits
def create_usage(organisation: OrganisationRef) -> Answer:
    """Enter a count."""
    require_open(organisation)
    return led_before() or _save(organisation, None)


@bp.get(f"{HERE}/<uuid:usage>/edit")
@requires(Permission.MEASURES_RECORD)
def edit_usage(organisation: OrganisationRef, usage: UUID) -> Answer:
    """A count as it stands, to be corrected."""
    require_open(organisation)
    row, typed = queries.get_usage(the_identity(), organisation.id, usage), typed_with_evidence()
    return _page(organisation, UsageForm(typed) if typed else _filled(row), row)


@bp.post(f"{HERE}/<uuid:usage>/edit")
@requires(Permission.MEASURES_RECORD)
@commits
def save_usage(organisation: OrganisationRef, usage: UUID) -> Answer:
    """Correct a count."""
    require_open(organisation)
    row = queries.get_usage(the_identity(), organisation.id, usage)
    return led_before() or _save(organisation, row)


@bp.get(f"{HERE}/<uuid:usage>/mistaken")
@requires(Permission.MEASURES_RECORD)
def mistake_usage(organisation: OrganisationRef, usage: UUID) -> Answer:
    """Why it was a mistake."""
    require_open(organisation)
    row, typed = queries.get_usage(the_identity(), organisation.id, usage), typed_before()
    form = MistakeForm(typed) if typed else MistakeForm(None, data={"version": str(row.version)})
    return _mistake_page(organisation, form, row)


@bp.post(f"{HERE}/<uuid:usage>/mistaken")
@requires(Permission.MEASURES_RECORD)
@commits
def save_mistaken_usage(organisation: OrganisationRef, usage: UUID) -> Answer:
    """It leaves the figures and stays in the history."""
    require_open(organisation)
    row, form = (
        queries.get_usage(the_identity(), organisation.id, usage),
        MistakeForm(MultiDict(request.form)),
    )
    return keep_mistake(
        form,
        lambda: actions.mark_usage_mistaken(
            the_identity(), organisation, usage, form.reason.data or "", version=form.version_number()
        ),
        partial(_mistake_page, organisation, form, row),
        lambda: _stands_mistaken(organisation, usage),
        _home(organisation),
    )


def _save(organisation: OrganisationRef, row: Usage | None) -> Answer:
    form = UsageForm(MultiDict(request.form))
    _offer(organisation, form, row)
    if not form.validate():
        refusal = _further(organisation, form, row)
        form.add_further(refusal.problems if refusal else ())
        return _page(organisation, form, row, refused=refusal), 422
    refused: list[CountedBefore | PeriodsOverlap] = []

    def again(clash: Clash | None = None) -> str:
        return _page(organisation, form, row, clash=clash, refused=refused[0] if refused else None)

    def act() -> None:
        try:
            _write(organisation, form, row)
        except (CountedBefore, PeriodsOverlap) as broken:
            refused.append(broken)
            raise

    return keep(
        form,
        act,
        again,
        lambda: _stands(organisation, row),
        notice="The count is saved.",
        location=_home(organisation),
    )


def _further(organisation: OrganisationRef, form: UsageForm, row: Usage | None) -> RuleBroken | None:
    """What a rule refuses of a form that cannot be read whole."""
    return find_refusal(
        the_identity(), organisation, form.readable(), row, anyway=bool(form.anyway.data), unread=form.errors
    )


def _write(organisation: OrganisationRef, form: UsageForm, row: Usage | None) -> None:
    identity, facts, anyway = the_identity(), form.facts(), bool(form.anyway.data)
    if row is None:
        actions.add_usage(identity, organisation, facts, anyway=anyway)
    else:
        version = form.version_number()
        actions.change_usage(identity, organisation, row.entity_id, facts, version=version, anyway=anyway)


def _stands(organisation: OrganisationRef, row: Usage | None) -> Stands | None:
    if row is None:
        return None
    found = queries.get_usage(the_identity(), organisation.id, row.entity_id)
    form = _filled(found)
    _offer(organisation, form, found)
    return stands(form, found.author_id, found.recorded_at)


def _stands_mistaken(organisation: OrganisationRef, entity_id: UUID) -> Stands:
    found = queries.get_usage(the_identity(), organisation.id, entity_id)
    return stands(
        MistakeForm(None, data={"reason": found.mistaken_reason}), found.author_id, found.recorded_at
    )


def _filled(row: Usage) -> UsageForm:
    return shown_usage({name: getattr(row, name) for name in FIELDS})


def _offer(organisation: OrganisationRef, form: UsageForm, row: Usage | None) -> None:
    form.offer(
        training_options(row.resource_id if row else None),
        evidence_options(organisation, row.evidence_id if row else None),
    )


def _home(organisation: OrganisationRef) -> str:
    return url_for("library.usage", organisation=organisation.code)


def _others(refused: RuleBroken | None) -> list[UUID]:
    if isinstance(refused, CountedBefore):
        return [refused.first]
    return list(refused.others) if isinstance(refused, PeriodsOverlap) else []


def _page(
    organisation: OrganisationRef,
    form: UsageForm,
    row: Usage | None,
    *,
    clash: Clash | None = None,
    refused: RuleBroken | None = None,
) -> str:
    _offer(organisation, form, row)
    others = [queries.get_usage(the_identity(), organisation.id, each) for each in _others(refused)]
    return render_template(
        "library/usage_edit.html",
        organisation=organisation,
        form=form,
        row=row,
        clash=clash,
        others=presenters.usage_lines(others, queries.national_by_id()),
        counted_before=isinstance(refused, CountedBefore),
        asks_anyway=isinstance(refused, PeriodsOverlap) or bool(form.anyway.data),
        draft=True,
        cancel_href=_home(organisation),
    )


def _mistake_page(
    organisation: OrganisationRef, form: MistakeForm, row: Usage, *, clash: Clash | None = None
) -> str:
    line = presenters.usage_lines([row], queries.national_by_id())[0]
    return render_template(
        "library/mistaken.html",
        organisation=organisation,
        form=form,
        clash=clash,
        heading="This count was a mistake",
        said=[line.resource, line.count, line.period, line.source],
        draft=True,
        cancel_href=_home(organisation),
    )
