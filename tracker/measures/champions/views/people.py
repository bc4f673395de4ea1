"""The people in the role."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from flask import request
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.catalogue import queries as catalogue
from tracker.measures.champions import actions, presenters, queries
from tracker.measures.champions.forms import PostForm, without
from tracker.measures.champions.queries import ChampionPost
from tracker.measures.champions.views.common import address, both, bp, form_page
from tracker.web.saving import Answer, Typed, keep, require_open, typed_before
from tracker.web.transactions import commits


@bp.get("/people/new")
@requires(Permission.MEASURES_RECORD)
def new_post(organisation: OrganisationRef) -> Answer:
    """Somebody new in the role, for the department that the address names."""
    require_open(organisation)
    typed = typed_before()
    form = _new_form(organisation, typed)
    if typed is None:
        chosen = request.args.get("department", "")
        form.department.data = chosen if chosen in {each.value for each in form.department.items} else None
    return form_page("new_post", organisation, form)


@bp.post("/people/new")
@requires(Permission.MEASURES_RECORD)
@commits
def save_new_post(organisation: OrganisationRef) -> Answer:
    """Add somebody to the role."""
    require_open(organisation)
    form = _new_form(organisation, MultiDict(request.form))

    def again(**more: Any) -> str:
        return form_page("new_post", organisation, form, **more)

    if not form.validate():
        return again(), 422
    return keep(
        form,
        lambda: actions.add_post(the_identity(), organisation, form.post(uuid4())),
        again,
        notice=f"Saved. {form.name.data} is on the list of champions.",
        location=address(organisation),
    )


@bp.get("/people/<uuid:post>")
@requires(Permission.MEASURES_RECORD)
def edit_post(organisation: OrganisationRef, post: UUID) -> Answer:
    """What is said of somebody in the role."""
    require_open(organisation)
    typed = typed_before()
    row = queries.get_post(the_identity(), organisation.id, post)
    form = _form(organisation, typed) if typed else _form(organisation, None, row)
    return form_page("post", organisation, form, row=row)


@bp.post("/people/<uuid:post>")
@requires(Permission.MEASURES_RECORD)
@commits
def save_post(organisation: OrganisationRef, post: UUID) -> Answer:
    """Change it, or take it out as a mistake."""
    require_open(organisation)
    identity = the_identity()
    row = queries.get_post(identity, organisation.id, post)
    form = _form(organisation, MultiDict(request.form))

    def again(**more: Any) -> str:
        return form_page(
            "post", organisation, form, row=queries.get_post(identity, organisation.id, post), **more
        )

    if not form.validate():
        return again(), 422
    wanted = form.post(post)
    places = {str(each.value): each.label for each in form.department.items}
    return keep(
        form,
        lambda: actions.change_post(
            identity, organisation, wanted, version=form.version_number(), mistaken=bool(form.mistaken.data)
        ),
        again,
        notice=f"Saved. {row.name}’s entry was taken out." if form.mistaken.data else "Saved.",
        location=address(organisation),
        stands=lambda: both(
            presenters.post_values(queries.get_post(identity, organisation.id, post), places),
            presenters.typed_post(wanted, places),
        ),
    )


def _new_form(organisation: OrganisationRef, typed: Typed) -> PostForm:
    form = _form(organisation, typed)
    without(form, ["mistaken"])
    return form


def _form(organisation: OrganisationRef, typed: Typed, row: ChampionPost | None = None) -> PostForm:
    """The form with this organisation's departments; one that has left the list is offered to who is there."""
    register = queries.get_register(the_identity(), organisation.id)
    held = row.department_id if row is not None else None
    today = clock.today()
    offered = [
        (each.entity_id, each.name)
        for each in register.departments
        if not each.mistaken
        and (each.until_on is None or each.until_on >= today or each.entity_id == held or typed)
    ]
    form = PostForm(typed, data=None if row is None else presenters.form_data(row))
    arrangement = register.model.arrangement if register.model else None
    form.offer(offered, arrangement, catalogue.get_marks().get("champion_ending_days", 30))
    return form
