"""What the pages of alignment share: the blueprint, and how a form is saved or shown again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from tracker.access.decorators import the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.accounts import actions as accounts
from tracker.accounts import queries as accounts_queries
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.measures.alignment import presenters, queries
from tracker.measures.alignment.forms import _Form
from tracker.web.transactions import undo

# The register of guidelines belongs to no organisation, so the prefix is not the blueprint's.
bp = Blueprint("alignment", "tracker.measures.alignment")
HERE = "/organisations/<organisation:organisation>/alignment"
Answer = str | tuple[str, int] | Response


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
    """What this person had typed on this page and not saved, when she asks for it; else it is only offered."""
    draft = accounts_queries.find_draft(the_identity(), request.path)
    g.draft = None if not draft else "taken" if request.args.get("draft") else "offered"
    return MultiDict(draft) if draft and g.draft == "taken" else None


@bp.context_processor
def _draft_state() -> dict[str, str | None]:
    return {"draft_state": g.get("draft")}


@dataclass(frozen=True, slots=True)
class Stands:
    """What somebody else saved meanwhile, in a form of the same kind."""

    form: _Form
    author_id: UUID | None
    recorded_at: datetime


def keep(
    form: _Form,
    act: Callable[[], Any],
    again: Callable[..., str],
    stands: Callable[[], Stands | None],
    *,
    notice: str,
    location: str,
) -> Answer:
    """Save a valid form: 422 with everything typed when a rule refuses it, 409 with both texts after another."""
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
        return again(clash=_clash(form, stands())), 409
    accounts.discard_draft(the_identity(), request.path)
    flash(notice, "success")
    return redirect(location, 303)


def _clash(form: _Form, stands: Stands | None) -> presenters.Clash | None:
    if stands is None:
        return None
    ids = [stands.author_id] if stands.author_id else []
    author = queries.names_of(the_identity(), ids).get(stands.author_id) if stands.author_id else None
    return presenters.clash(author or "Somebody else", stands.recorded_at, stands.form, form)
