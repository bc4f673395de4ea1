"""One's own account: name, password, where one is signed in."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.permissions import Permission
from tracker.accounts import actions, presenters, queries, sessions
from tracker.accounts.forms import ChangePasswordForm, NameForm
from tracker.accounts.views import bp
from tracker.errors import RuleBroken
from tracker.web.transactions import commits


@bp.get("/account")
@requires(Permission.ACCOUNT_OWN)
def account() -> Any:
    identity = the_identity()
    config = current_app.config
    rows = queries.list_sessions(identity.user_id, config["SESSION_IDLE"], config["SESSION_LONGEST"])
    here = queries.session_reference(sessions.current_token_hash())
    today = clock.today()
    return render_template(
        "accounts/account.html",
        person=identity,
        roles=[presenters.role_line(role, today) for role in queries.list_own_roles(identity)],
        signed_in=presenters.session_lines(rows, here),
        drafts=queries.list_drafts(identity),
    )


@bp.get("/account/name")
@requires(Permission.ACCOUNT_OWN)
def name() -> Any:
    return _name_page(NameForm(name=the_identity().name))


@bp.post("/account/name")
@requires(Permission.ACCOUNT_OWN)
@commits
def name_post() -> Any:
    form = NameForm()
    if not form.validate():
        return _name_page(form), 422
    try:
        actions.change_name(the_identity(), form.name.data or "")
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return _name_page(form), 422
    flash("Your name is saved.", "success")
    return _to_account()


@bp.get("/account/password")
@requires(Permission.ACCOUNT_OWN)
def password() -> Any:
    return _password_page(ChangePasswordForm())


@bp.post("/account/password")
@requires(Permission.ACCOUNT_OWN)
@commits
def password_post() -> Any:
    form, identity = ChangePasswordForm(), the_identity()
    if not form.validate():
        return _password_page(form), 422
    try:
        sessions.check_own_password(identity, form.current.data or "", request.remote_addr or "")
        actions.change_password(identity, form.password.data or "", keep_hash=sessions.current_token_hash())
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return _password_page(form), 422
    flash("Your password is changed. Everywhere else you have been signed out.", "success")
    return _to_account()


@bp.post("/account/sessions/end")
@requires(Permission.ACCOUNT_OWN)
@commits
def end_session() -> Any:
    actions.end_session(the_identity().user_id, request.form.get("reference", ""))
    return _to_account()


@bp.post("/account/sessions/end-others")
@requires(Permission.ACCOUNT_OWN)
@commits
def end_other_sessions() -> Any:
    actions.end_other_sessions(the_identity().user_id, sessions.current_token_hash())
    flash("Everywhere else you have been signed out.", "success")
    return _to_account()


def _to_account() -> Any:
    return redirect(url_for("accounts.account"), 303)


def _name_page(form: NameForm) -> str:
    cancel = url_for("accounts.account")
    return render_template("accounts/name.html", form=form, cancel_href=cancel)


def _password_page(form: ChangePasswordForm) -> str:
    cancel = url_for("accounts.account")
    return render_template(
        "accounts/password.html", form=form, cancel_href=cancel, submit_text="Change password"
    )
