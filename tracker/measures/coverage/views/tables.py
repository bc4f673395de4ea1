"""Who needs which level of training; and how the named groups get it apart from induction."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.datastructures import MultiDict

from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.measures.coverage import actions, presenters, queries
from tracker.measures.coverage.forms import NeedsForm, RoutesForm, who_field
from tracker.measures.coverage.queries import NeedsRow, RoutesRow
from tracker.measures.coverage.rules import Group, Level, Named
from tracker.measures.coverage.views.common import bp, home, require_open
from tracker.web.conflicts import Clash, Difference
from tracker.web.saving import Answer, keep, led_before, typed_before
from tracker.web.transactions import commits


@bp.get("/needs")
@requires(Permission.MEASURES_RECORD)
def needs(organisation: OrganisationRef) -> Answer:
    """The needs table as it stands."""
    require_open(organisation)
    typed = typed_before()
    form = NeedsForm(formdata=typed)
    if typed is None:
        _fill_needs(organisation, form)
    return _needs_page(organisation, form)


@bp.post("/needs")
@requires(Permission.MEASURES_RECORD)
@commits
def save_needs(organisation: OrganisationRef) -> Answer:
    """Record the needs table as its next version; 409 with both when somebody was first."""
    require_open(organisation)
    if led := led_before():
        return led
    form = NeedsForm(formdata=MultiDict(request.form))
    if not form.validate():
        return _needs_page(organisation, form), 422
    return keep(
        form,
        lambda: actions.record_needs(
            the_identity(), organisation, form.wanted(), version=form.version_number()
        ),
        lambda **more: _needs_page(organisation, form, **more),
        lambda: _needs_clash(organisation, form),
        notice="Saved. The figures are worked out with this table.",
        location=home(organisation),
    )


@bp.get("/routes")
@requires(Permission.MEASURES_RECORD)
def routes(organisation: OrganisationRef) -> Answer:
    """The routes other than induction as they stand."""
    require_open(organisation)
    typed = typed_before()
    form = RoutesForm(formdata=typed)
    if typed is None:
        _fill_routes(organisation, form)
    return _routes_page(organisation, form)


@bp.post("/routes")
@requires(Permission.MEASURES_RECORD)
@commits
def save_routes(organisation: OrganisationRef) -> Answer:
    """Record the routes as their next version; 409 with both when somebody was first."""
    require_open(organisation)
    if led := led_before():
        return led
    form = RoutesForm(formdata=MultiDict(request.form))
    if not form.validate():
        return _routes_page(organisation, form), 422
    return keep(
        form,
        lambda: actions.record_routes(
            the_identity(), organisation, form.routes(), version=form.version_number()
        ),
        lambda **more: _routes_page(organisation, form, **more),
        lambda: _routes_clash(organisation, form),
        notice="Saved.",
        location=home(organisation),
    )


def _needs_row(organisation: OrganisationRef) -> NeedsRow | None:
    return queries.needs_of(the_identity(), [organisation.id]).get(organisation.id)


def _routes_row(organisation: OrganisationRef) -> RoutesRow | None:
    return queries.routes_of(the_identity(), [organisation.id]).get(organisation.id)


def _needs_clash(organisation: OrganisationRef, form: NeedsForm) -> Clash:
    row = _needs_row(organisation)
    return _clash(row, presenters.needs_differences(row, form.wanted()))


def _routes_clash(organisation: OrganisationRef, form: RoutesForm) -> Clash:
    row = _routes_row(organisation)
    return _clash(row, presenters.route_differences(row, form.routes()))


def _clash(row: NeedsRow | RoutesRow | None, differences: list[Difference]) -> Clash:
    author_id = None if row is None else row.entry.author_id
    names = queries.author_names(the_identity(), [author_id] if author_id else [])
    return Clash(next(iter(names.values()), "Somebody"), None, differences)


def _fill_needs(organisation: OrganisationRef, form: NeedsForm) -> None:
    row = _needs_row(organisation)
    if row is None:
        return
    form.version.data = str(row.entry.version)
    form.lines.data = [line.key for line in row.needs.lines]
    form.agreed_by.data, form.interval_months.data = row.needs.agreed_by, row.needs.interval_months
    form.target_percent.data = row.needs.target_percent
    form.agreed_on.process(None, row.needs.agreed_on)
    form.review_on.process(None, row.needs.review_on)
    for group, text in row.needs.who.items():
        form[who_field(group)].data = text


def _fill_routes(organisation: OrganisationRef, form: RoutesForm) -> None:
    row = _routes_row(organisation)
    if row is None:
        return
    form.version.data = str(row.entry.version)
    for each in Named:
        route = row.routes.get(each)
        if route is not None:
            form[f"has_{each.value}"].data = "yes" if route.exists else "no"
            form[f"what_{each.value}"].data = route.what


def _needs_page(organisation: OrganisationRef, form: NeedsForm, *, clash: Clash | None = None) -> str:
    return render_template(
        "coverage/needs.html",
        organisation=organisation,
        form=form,
        rows=presenters.tick_rows(set(form.lines.data or ())),
        levels=list(Level),
        groups=list(Group),
        who_field=who_field,
        clash=clash,
        draft=True,
    )


def _routes_page(organisation: OrganisationRef, form: RoutesForm, *, clash: Clash | None = None) -> str:
    return render_template(
        "coverage/routes.html",
        organisation=organisation,
        form=form,
        named=list(Named),
        clash=clash,
        draft=True,
    )
