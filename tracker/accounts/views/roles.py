"""A person's roles: adding one, changing its last day, withdrawing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.permissions import Permission
from tracker.accounts import actions, presenters, queries, rules
from tracker.accounts.forms import AddRoleForm, ReasonForm, UntilForm
from tracker.accounts.views import bp
from tracker.accounts.views.people import at_field, grants, offer
from tracker.errors import NotAllowed, RuleBroken
from tracker.web.transactions import commits


@bp.get("/people/<uuid:person>/roles/new")
@requires(Permission.PEOPLE_MANAGE)
def add_role(person: UUID) -> Any:
    form = AddRoleForm()
    offer(form)
    return _add_page(form, person)


@bp.post("/people/<uuid:person>/roles/new")
@requires(Permission.PEOPLE_MANAGE)
@commits
def add_role_post(person: UUID) -> Any:
    form, identity = AddRoleForm(), the_identity()
    offer(form)
    queries.get_person(identity, person)
    if not form.validate():
        return _add_page(form, person), 422
    try:
        location = url_for("accounts.person", person=person)
        actions.claim_form(identity.user_id, form.idempotency_key.data, location)
        for grant in grants(form):
            actions.grant_role(identity, person, grant)
    except RuleBroken as broken:
        form.add_problems(at_field(broken, form))
        return _add_page(form, person), 422
    return _back(person, "The role is given. It holds from the next sign-in.")


@bp.get("/people/<uuid:person>/roles/<uuid:role>")
@requires(Permission.PEOPLE_MANAGE)
def change_role(person: UUID, role: UUID) -> Any:
    held = _role(person, role)
    return _role_page("accounts/change_role.html", UntilForm(until=held.until), held, "Save")


@bp.post("/people/<uuid:person>/roles/<uuid:role>")
@requires(Permission.PEOPLE_MANAGE)
@commits
def change_role_post(person: UUID, role: UUID) -> Any:
    form, held = UntilForm(), _role(person, role)
    try:
        if form.validate():
            actions.change_role(the_identity(), person, role, until=form.until.data)
            return _back(person, "The last day is saved.")
    except RuleBroken as broken:
        form.add_problems(broken.problems)
    return _role_page("accounts/change_role.html", form, held, "Save"), 422


@bp.get("/people/<uuid:person>/roles/<uuid:role>/withdraw")
@requires(Permission.PEOPLE_MANAGE)
def withdraw_role(person: UUID, role: UUID) -> Any:
    return _role_page("accounts/withdraw_role.html", ReasonForm(), _role(person, role), "Withdraw the role")


@bp.post("/people/<uuid:person>/roles/<uuid:role>/withdraw")
@requires(Permission.PEOPLE_MANAGE)
@commits
def withdraw_role_post(person: UUID, role: UUID) -> Any:
    form, held = ReasonForm(), _role(person, role)
    try:
        if form.validate():
            actions.withdraw_role(the_identity(), person, role, reason=form.reason.data or "")
            return _back(person, "The role is withdrawn.")
    except RuleBroken as broken:
        form.add_problems(broken.problems)
    return _role_page("accounts/withdraw_role.html", form, held, "Withdraw the role"), 422


def _role(person: UUID, role: UUID) -> rules.RoleRow:
    """A role that may be changed by who is asking. Raises NotFound, NotAllowed."""
    identity = the_identity()
    held = queries.get_role(identity, person, role)
    if not rules.may_manage(identity, held.role, held.organisation_id):
        raise NotAllowed
    return held


def _back(person: UUID, notice: str) -> Any:
    """To the person; to the list when she is no longer one of those the lead looks after."""
    flash(notice, "success")
    return redirect(url_for("accounts.person", person=person), 303)


def _add_page(form: AddRoleForm, person: UUID) -> str:
    found = queries.get_person(the_identity(), person)
    cancel = url_for("accounts.person", person=person)
    return render_template(
        "accounts/add_role.html", form=form, found=found, submit_text="Give the role", cancel_href=cancel
    )


def _role_page(template: str, form: Any, held: rules.RoleRow, submit_text: str) -> str:
    found = queries.get_person(the_identity(), held.user_id)
    return render_template(
        template,
        form=form,
        found=found,
        role=presenters.role_line(held, clock.today()),
        submit_text=submit_text,
        cancel_href=url_for("accounts.person", person=held.user_id),
    )
