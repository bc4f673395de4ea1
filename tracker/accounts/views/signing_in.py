"""Signing in and out, one-time links, staying signed in, drafts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.access.decorators import current_identity, public, requires, the_identity
from tracker.access.permissions import Permission
from tracker.accounts import actions, queries, rules, sessions
from tracker.accounts.forms import ConfirmForm, NewPasswordForm, SignInForm
from tracker.accounts.views import bp
from tracker.errors import NotFound, RuleBroken
from tracker.web.transactions import commits


@bp.get("/sign-in")
@public
def sign_in() -> Any:
    if current_identity() is not None:
        return redirect(url_for("pages.home"))
    return _sign_in_page(SignInForm())


@bp.post("/sign-in")
@public
@commits
def sign_in_post() -> Any:
    form = SignInForm()
    if not form.validate():
        return _sign_in_page(form), 422
    email, password = form.email.data or "", form.password.data or ""
    before = sessions.identity_before()
    try:
        token = sessions.sign_in(email, password, _address(), request.user_agent.string)
    except rules.SignInRefused:
        form.add_problems([("email", rules.NOT_RIGHT)])
        return _sign_in_page(form), 422
    except rules.TooManyAttempts:
        form.add_problems([("", rules.TOO_MANY)])
        seconds = str(int(rules.THROTTLE_WINDOW.total_seconds()))
        return _sign_in_page(form), 429, {"Retry-After": seconds}
    target = sessions.way_on(request.args.get("next"), before, email)
    sessions.begin(token, same_person=sessions.is_same_person(before, email))
    return redirect(target, 303)


@bp.get("/sign-out")
@public
def sign_out() -> Any:
    """A link cannot sign anybody out: it shows the button that does."""
    if current_identity() is None:
        return redirect(url_for("pages.home"))
    return render_template("accounts/sign_out.html", form=ConfirmForm(), submit_text="Sign out")


@bp.post("/sign-out")
@public
@commits
def sign_out_post() -> Any:
    if current_identity() is not None:
        actions.sign_out(sessions.current_token_hash())
    sessions.end()
    flash("You have signed out.", "success")
    return redirect(url_for("accounts.sign_in"), 303)


@bp.get("/link/<token>")
@public
def link(token: str) -> Any:
    found = queries.find_link(token)
    return _link_over() if found is None else _link_page(NewPasswordForm(), found)


@bp.post("/link/<token>")
@public
@commits
def link_post(token: str) -> Any:
    found = queries.find_link(token)
    if found is None:
        return _link_over()
    form = NewPasswordForm()
    if not form.validate():
        return _link_page(form, found, 422)
    try:
        actions.accept_link(token, form.password.data or "")
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return _link_page(form, found, 422)
    except NotFound:
        return _link_over()
    flash("Your password is set. Sign in with it.", "success")
    return redirect(url_for("accounts.sign_in"), 303)


@bp.post("/session/stay")
@requires(Permission.ACCOUNT_OWN)
@commits
def stay() -> Any:
    """The offer to stay was taken: the 30 minutes begin again."""
    actions.touch_session(sessions.current_token_hash())
    return "", 204


@bp.post("/drafts")
@requires(Permission.ACCOUNT_OWN)
@commits
def save_draft() -> Any:
    """What stands in a form now, sent by the page itself; `_path` is the page.

    A button of the form may send it here too, with `_page`; `then` is where it leads on.
    """
    path = request.form.get("_path") or request.form.get("_page") or ""
    actions.save_draft(the_identity(), path, request.form.to_dict(flat=False))
    then = rules.local_path(request.args.get("then"))
    return redirect(then, 303) if then else ("", 204)


@bp.post("/drafts/discard")
@requires(Permission.ACCOUNT_OWN)
@commits
def drop_draft() -> Any:
    """Let go what was typed on the page `path`; `back` is a form that was left for that page and is kept."""
    path = rules.draft_path(request.form.get("path"))
    if path is None:
        abort(404)
    actions.discard_draft(the_identity(), path)
    back = request.form.get("back")
    return redirect(f"{path}?{urlencode({'back': back})}" if back else path, 303)


def _address() -> str:
    return request.remote_addr or ""


def _sign_in_page(form: SignInForm) -> str:
    called_away = rules.local_path(request.args.get("next")) is not None
    return render_template("accounts/sign_in.html", form=form, called_away=called_away, submit_text="Sign in")


def _link_page(form: NewPasswordForm, found: queries.LinkRow, status: int = 200) -> Response:
    page = render_template("accounts/link.html", form=form, found=found, submit_text="Set password")
    return _never_kept(page, status)


def _link_over() -> Response:
    return _never_kept(render_template("accounts/link_over.html"), 410)


def _never_kept(page: str, status: int) -> Response:
    """The address holds the token: no cache may keep it, and no page it leads to may learn it."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
