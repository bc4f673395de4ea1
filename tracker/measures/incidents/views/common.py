"""What the pages of the register share: the blueprint, who may write, drafts, and a form saved before."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from tracker.access.decorators import the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.accounts import actions as accounts
from tracker.accounts import queries as accounts_queries
from tracker.errors import NotAllowed
from tracker.measures.incidents import queries
from tracker.measures.incidents.forms import IncidentForm, LoopForm, NilForm, ReasonForm

bp = Blueprint("incidents", __name__, url_prefix="/organisations/<organisation:organisation>/incidents")
Answer = str | tuple[str, int] | Response
Form = IncidentForm | LoopForm | NilForm | ReasonForm


def may_record(organisation: OrganisationRef) -> bool:
    return organisation.is_open and allows(the_identity(), Permission.MEASURES_RECORD, organisation.id)


def require_open(organisation: OrganisationRef) -> None:
    if not organisation.is_open:
        raise NotAllowed(f"{organisation.code} is closed: its record is read-only")


def sees_rows(organisation: OrganisationRef) -> bool:
    return queries.sees_rows(the_identity(), organisation.id)


def register_address(organisation: OrganisationRef) -> str:
    return url_for("incidents.register", organisation=organisation.code)


def address_of(organisation: OrganisationRef, incident_id: UUID) -> str:
    return url_for("incidents.incident", organisation=organisation.code, item=incident_id)


def led_before() -> Response | None:
    """Where this very form led when it was saved before."""
    key = request.form.get("idempotency_key", "")
    location = accounts_queries.find_posted(the_identity().user_id, key)
    return redirect(location, 303) if location else None


def claim(form: Form, location: str) -> None:
    accounts.claim_form(the_identity().user_id, form.idempotency_key.data or "", location)


def finish_draft() -> None:
    accounts.discard_draft(the_identity(), request.path)


def typed_before() -> tuple[MultiDict[str, str] | None, bool]:
    """What this person had typed here, when she asked to carry on with it; and whether there is something."""
    draft = accounts_queries.find_draft(the_identity(), request.path)
    wanted = bool(draft) and bool(request.args.get("draft"))
    return (MultiDict(draft) if draft and wanted else None), bool(draft) and not wanted
