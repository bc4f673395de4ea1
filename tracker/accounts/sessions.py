"""Sessions: from the cookie's token to an identity, when one ends, and the form that was posted after it had.

The signed cookie carries a random token; the row that its digest names decides. So a copied cookie is dead after
signing out, and ending a row ends the session wherever it is open.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask_login import UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import validate_csrf
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response
from wtforms import ValidationError

from tracker import clock
from tracker.access.decorators import install_gate
from tracker.access.identity import Identity
from tracker.accounts import actions, passwords, queries, rules
from tracker.accounts.queries import KnownSession
from tracker.accounts.rules import AlreadyPosted
from tracker.errors import RuleBroken
from tracker.extensions import login_manager
from tracker.organisations.queries import find_ref
from tracker.web.transactions import writing

log = logging.getLogger("tracker.sessions")
TOKEN = "_user_id"  # noqa: S105 (Flask-Login's name for what the cookie carries)
# Addresses that are not pages with something typed on them.
NOT_KEPT = frozenset(
    {"accounts.sign_in", "accounts.sign_out", "accounts.save_draft", "accounts.drop_draft", "accounts.stay"}
)


@dataclass(frozen=True, eq=False)
class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """What Flask-Login calls the user: its id is the token, never the person's id."""

    token: str
    known: KnownSession | None = None

    def get_id(self) -> str:
        return self.token


class _Keeper:
    """What `web.saving` asks for."""

    find_draft = staticmethod(queries.find_draft)
    find_posted = staticmethod(queries.find_posted)
    discard_draft = staticmethod(actions.discard_draft)
    claim_form = staticmethod(actions.claim_form)


def init_app(app: Flask) -> None:
    """Bind before CSRF, which reads the body."""
    # A session is bound to its row, not to a guess from address and browser.
    login_manager.session_protection = None
    login_manager.user_loader(_load_user)
    install_gate(app, load_identity, find_ref)
    app.extensions["tracker_keep_form"] = keep_form
    app.extensions["tracker_keeper"] = _Keeper
    app.register_error_handler(AlreadyPosted, _lead_on)


# --- who is asking ----------------------------------------------------------------------------------------


def load_identity() -> Identity | None:
    """The person behind this request; None for a visitor, and for whoever's session has ended."""
    # A context may serve several requests in turn; nobody must be who the one before was.
    for name in ("known_session", "_login_user", "session_seconds"):
        g.pop(name, None)
    known: KnownSession | None = getattr(current_user, "known", None)
    if known is None:
        return None
    g.session_seconds = _touch(known)
    return known.identity


def current_token_hash() -> str:
    """The digest that names this browser's session."""
    return rules.digest(session.get(TOKEN, ""))


def _load_user(token: str) -> SignedIn | None:
    known = _known(token)
    if known is None or known.disabled or known.ended_at is not None or _seconds_left(known) <= 0:
        return None
    return SignedIn(token, known)


def _known(token: str) -> KnownSession | None:
    """Asked once in a request: an error page must not stumble over what made the page fail."""
    if "known_session" not in g:
        g.known_session = None
        g.known_session = queries.find_session(rules.digest(token), clock.today())
    known: KnownSession | None = g.known_session
    return known


def _limits() -> tuple[timedelta, timedelta]:
    return current_app.config["SESSION_IDLE"], current_app.config["SESSION_LONGEST"]


def _seconds_left(known: KnownSession) -> int:
    ends = rules.session_ends(known.created_at, known.last_seen_at, *_limits())
    return int((ends - clock.now()).total_seconds())


def _touch(known: KnownSession) -> int:
    """Say that the person is there, at most once a minute; returns the seconds left."""
    now = clock.now()
    if now - known.last_seen_at < rules.TOUCH_EVERY:
        return _seconds_left(known)
    try:
        with writing():
            actions.touch_session(known.token_hash)
    except DBAPIError:
        # A full disk or a read-only database must not stop anybody from reading.
        log.warning("the time a session was last used could not be kept", exc_info=True)
        return _seconds_left(known)
    ends = rules.session_ends(known.created_at, now, *_limits())
    return int((ends - now).total_seconds())


# --- signing in and out -----------------------------------------------------------------------------------


def sign_in(email: str, password: str, address: str, user_agent: str = "") -> str:
    """Check a password and open a session; returns its token. Raises SignInRefused, TooManyAttempts.

    Three short transactions, so that what failed stays counted and no lock is held while the password is hashed.
    """
    with writing():
        attempt = actions.begin_attempt(email, address)
    if not passwords.verify_password(attempt.password_hash, password):
        with writing():
            actions.fail_attempt(attempt, user_agent)
        raise rules.SignInRefused
    stored = attempt.password_hash
    new_hash = passwords.hash_password(password) if stored and passwords.needs_rehash(stored) else None
    with writing():
        return actions.succeed_attempt(attempt, new_hash=new_hash, user_agent=user_agent)


def check_own_password(identity: Identity, password: str, address: str, *, field: str = "current") -> None:
    """Ask again for the password of whoever is signed in, counted like signing in. Raises RuleBroken."""
    try:
        with writing():
            attempt = actions.begin_attempt(identity.email, address)
    except rules.TooManyAttempts:
        raise RuleBroken(field, rules.TOO_MANY) from None
    if not passwords.verify_password(attempt.password_hash, password):
        with writing():
            actions.fail_attempt(attempt)
        raise RuleBroken(field, "This is not your password")
    with writing():
        actions.take_back_attempt(attempt)


def begin(token: str, *, same_person: bool = False) -> None:
    """Put a new session's token into this browser; nothing of an earlier visitor stays in its cookie.

    For the person who was there before, forms that still stand open in other tabs keep their CSRF token.
    """
    csrf_secret = session.get("csrf_token") if same_person else None
    session.clear()
    if csrf_secret is not None:
        session["csrf_token"] = csrf_secret
    login_user(SignedIn(token))


def end() -> None:
    """Empty this browser's cookie; its row is ended by `actions.sign_out`."""
    logout_user()
    session.clear()
    g.identity = None


def way_on(target: str | None, identity_before: Identity | None, email: str) -> str:
    """Where to go after signing in: a page of this service that can be opened, for the person who was there."""
    path = rules.local_path(target)
    if path is None or path.split("?")[0] in {url_for("accounts.sign_in"), url_for("accounts.sign_out")}:
        return url_for("pages.home")
    if identity_before is not None and not is_same_person(identity_before, email):
        return url_for("pages.home")
    adapter = current_app.create_url_adapter(request)
    opens = adapter is not None and adapter.test(path.split("?")[0], method="GET")
    return path if opens else url_for("pages.home")


def is_same_person(before: Identity | None, email: str) -> bool:
    """Whether the one who signs in is the one whose session this browser carried."""
    return before is not None and before.email == rules.normal_email(email)


def identity_before() -> Identity | None:
    """Whose session this browser still carries the token of, ended or not."""
    token = session.get(TOKEN)
    known = _known(token) if token else None
    return None if known is None else known.identity


# --- forms ------------------------------------------------------------------------------------------------


def keep_form() -> str | None:
    """A form was posted after its session had idled out: keep its text for that person, and say on which page.

    Not after signing out, and only with the form's own CSRF token: a copied cookie or another site writes nothing.
    """
    token = session.get(TOKEN)
    known = _known(token) if token else None
    if known is None or known.ended_at is not None or known.disabled or request.endpoint in NOT_KEPT:
        return None
    if not _is_our_form():
        return None
    path = request.form.get("_page") or request.path
    with suppress(DBAPIError), writing():
        actions.save_draft(known.identity, path, request.form.to_dict(flat=False))
    return path


def _is_our_form() -> bool:
    if not current_app.config.get("WTF_CSRF_ENABLED", True):
        return True
    try:
        validate_csrf(request.form.get("csrf_token") or request.headers.get("X-CSRFToken"))
    except ValidationError:
        return False
    return True


def _lead_on(error: AlreadyPosted) -> Response:
    return redirect(error.location, 303)
