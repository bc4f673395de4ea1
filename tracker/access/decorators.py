"""The door: what a view demands, and the gate that asks for it before anything else is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows

View = TypeVar("View", bound=Callable[..., Any])
FindOrganisation = Callable[[str], OrganisationRef | None]


def requires(permission: Permission) -> Callable[[View], View]:
    """Demand a permission: in the organisation that the URL names, or anywhere when it names none."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """A page for everybody, signed in or not."""
    view.permission = None  # type: ignore[attr-defined]
    return view


def uploads(view: View) -> View:
    """A view that takes files: the request may be as large as the upload limit."""
    view.uploads = True  # type: ignore[attr-defined]
    return view


def current_identity() -> Identity | None:
    """The person asking, or None for a visitor."""
    identity: Identity | None = g.get("identity")
    return identity


def the_identity() -> Identity:
    """The person asking; a view behind `@requires` always has one."""
    identity = current_identity()
    if identity is None:
        abort(403)
    return identity


def install_gate(app: Flask, load_identity: Callable[[], Identity | None], find: FindOrganisation) -> None:
    """Register the gate. It must be bound before CSRF, which reads the body."""
    app.extensions["tracker_gate"] = (load_identity, find)
    app.before_request(_gate)


def _gate() -> Response | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    view = current_app.view_functions[request.endpoint]
    if getattr(view, "uploads", False):
        request.max_content_length = current_app.config["UPLOAD_REQUEST_LIMIT"]
    if request.method == "POST" and request.content_length is None:
        # A chunked body has no stated length; cutting it short in silence would lose what was typed.
        abort(411)
    load_identity, find = current_app.extensions["tracker_gate"]
    g.identity = load_identity()
    if not hasattr(view, "permission"):
        abort(403)
    if view.permission is None:
        return None
    if g.identity is None:
        return _to_sign_in()
    _admit(g.identity, view.permission, find)
    return None


def _admit(identity: Identity, permission: Permission, find: FindOrganisation) -> None:
    arguments = request.view_args or {}
    code = arguments.get("organisation")
    if code is None:
        if not allows(identity, permission):
            abort(403)
        return
    organisation = find(code)
    if organisation is None:
        # An administrator learns nothing about codes either: refused alike, present or absent.
        abort(403 if identity.is_administrator and not identity.roles else 404)
    if not allows(identity, permission, organisation.id):
        may_look = allows(identity, Permission.ORGANISATION_VIEW, organisation.id)
        abort(403 if may_look or identity.is_administrator else 404)
    arguments["organisation"] = organisation


def _to_sign_in() -> Response:
    back = _kept_form() if request.method == "POST" else request.full_path.rstrip("?")
    return redirect(url_for("accounts.sign_in", next=back), 303)


def _kept_form() -> str:
    """The page to come back to; the body is read only when there was a session whose person it can be kept for."""
    keep_form: Callable[[], str | None] = current_app.extensions["tracker_keep_form"]
    return keep_form() or request.path
