"""The departments and sites that are to have a champion."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.measures.champions import actions, presenters, queries
from tracker.measures.champions.forms import DepartmentForm, DepartmentsForm
from tracker.measures.champions.views.common import address, both, bp, form_page
from tracker.web.formats import plural
from tracker.web.saving import Answer, keep, require_open, typed_before
from tracker.web.transactions import commits


@bp.get("/departments/new")
@requires(Permission.MEASURES_RECORD)
def new_department(organisation: OrganisationRef) -> Answer:
    """Several departments at once."""
    require_open(organisation)
    typed = typed_before()
    form = DepartmentsForm(typed) if typed else DepartmentsForm(None, data={"from_on": clock.today()})
    return form_page("new_departments", organisation, form)


@bp.post("/departments/new")
@requires(Permission.MEASURES_RECORD)
@commits
def save_new_department(organisation: OrganisationRef) -> Answer:
    """Add them all, or none of them."""
    require_open(organisation)
    form = DepartmentsForm(MultiDict(request.form))

    def again(**more: Any) -> str:
        return form_page("new_departments", organisation, form, **more)

    if not form.validate():
        return again(), 422
    names = form.lines()
    return keep(
        form,
        lambda: actions.add_departments(the_identity(), organisation, names, form.from_on.data),
        again,
        notice=f"{plural(len(names), 'department')} added.",
        location=address(organisation),
    )


@bp.get("/departments/<uuid:department>")
@requires(Permission.MEASURES_RECORD)
def edit_department(organisation: OrganisationRef, department: UUID) -> Answer:
    """One department as it stands."""
    require_open(organisation)
    typed = typed_before()
    row = queries.get_department(the_identity(), organisation.id, department)
    form = DepartmentForm(typed) if typed else DepartmentForm(None, obj=row)
    return form_page("department", organisation, form, name=row.name)


@bp.post("/departments/<uuid:department>")
@requires(Permission.MEASURES_RECORD)
@commits
def save_department(organisation: OrganisationRef, department: UUID) -> Answer:
    """Another name, other days, or out of the register."""
    require_open(organisation)
    form, identity = DepartmentForm(MultiDict(request.form)), the_identity()
    name = queries.get_department(identity, organisation.id, department).name

    def again(**more: Any) -> str:
        return form_page("department", organisation, form, name=name, **more)

    if not form.validate():
        return again(), 422
    wanted = form.department(department)
    return keep(
        form,
        lambda: actions.change_department(
            identity, organisation, wanted, version=form.version_number(), mistaken=bool(form.mistaken.data)
        ),
        again,
        notice="Saved.",
        location=address(organisation),
        stands=lambda: both(
            presenters.values_of(queries.get_department(identity, organisation.id, department)),
            presenters.values_of(wanted),
        ),
    )
