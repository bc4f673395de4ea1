"""What the pages of alignment share: the blueprint, and how a form is saved or shown again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from tracker.access.decorators import the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.accounts import actions as accounts
from tracker.accounts import queries as accounts_queries
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.measures.alignment.forms import _Form
from tracker.web.transactions import undo

# The register of guidelines belongs to no organisation, so the prefix is not the blueprint's.
bp = Blueprint("alignment", "tracker.measures.alignment")
HERE = "/organisations/<organisation:organisation>/alignment"
Answer = str | tuple[str, int] | Response
CONFLICT = "Somebody changed this since you opened it. What you typed is below: save to keep yours."


def may_record(organisation: OrganisationRef) -> bool:
    return organisation.is_open and allows(the_identity(), Permission.MEASURES_RECORD, organisation.id)


def require_open(organisation: OrganisationRef) -> None:
    if not organisation.is_open:
        raise NotAllowed(f"{organisation.code} is closed: its record is read-only")


def address(organisation: OrganisationRef, resource: UUID | None = None) -> str:
    if resource is None:
        return url_for("alignment.index", organisation=organisation.code)
    return url_for("alignment.resource", organisation=organisation.code, resource=resource)


def typed_before() -> MultiDict[str, str] | None:
    """What this person had typed here, if she carries on with it."""
    draft = accounts_queries.find_draft(the_identity(), request.path) if request.args.get("draft") else None
    return MultiDict(draft) if draft else None


def has_draft() -> bool:
    return not request.args.get("draft") and bool(accounts_queries.find_draft(the_identity(), request.path))


def keep(
    form: _Form, act: Callable[[], Any], again: Callable[[], str], *, notice: str, location: str
) -> Answer:
    """Save a valid form: 422 with everything typed when a rule refuses it, 409 after another's change."""
    try:
        accounts.claim_form(the_identity().user_id, form.idempotency_key.data, location)
        act()
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return again(), 422
    except Conflict as conflict:
        undo()
        form.version.data = str(conflict.current_version)
        form.add_problems([("", CONFLICT)])
        return again(), 409
    accounts.discard_draft(the_identity(), request.path)
    flash(notice, "success")
    return redirect(location, 303)
