"""What the pages of champions share: the blueprint, and how a form is shown, saved, and shown again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from tracker.access.decorators import the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.accounts import actions as accounts
from tracker.accounts import queries as accounts_queries
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.measures.champions import presenters, queries
from tracker.measures.champions.forms import _Form
from tracker.web.transactions import undo

bp = Blueprint(
    "champions",
    "tracker.measures.champions",
    url_prefix="/organisations/<organisation:organisation>/champions",
)
Answer = str | tuple[str, int] | Response
Typed = MultiDict[str, str] | None


def address(organisation: OrganisationRef, page: str = "index", **values: Any) -> str:
    return url_for(f"champions.{page}", organisation=organisation.code, **values)


def may_record(organisation: OrganisationRef) -> bool:
    return organisation.is_open and allows(the_identity(), Permission.MEASURES_RECORD, organisation.id)


def require_open(organisation: OrganisationRef) -> None:
    if not organisation.is_open:
        raise NotAllowed(f"{organisation.code} is closed: its record is read-only")


def typed_before() -> Typed:
    """What this person had typed on this page and not saved, when she asks for it; else it is only offered."""
    draft = accounts_queries.find_draft(the_identity(), request.path)
    g.draft = None if not draft else "taken" if request.args.get("draft") else "offered"
    return MultiDict(draft) if draft and g.draft == "taken" else None


@bp.context_processor
def _draft_state() -> dict[str, str | None]:
    return {"draft_state": g.get("draft")}


def form_page(template: str, organisation: OrganisationRef, form: _Form, **more: Any) -> str:
    return render_template(
        f"champions/{template}.html",
        organisation=organisation,
        form=form,
        draft=True,
        **{"conflict": None, **more},
    )


def keep(
    organisation: OrganisationRef,
    form: _Form,
    act: Callable[[], object],
    again: Callable[..., str],
    *,
    notice: str,
    location: str = "",
    standing: Callable[[], Mapping[str, object] | None] = lambda: None,
    typed: Callable[[], Mapping[str, object]] = dict,
) -> Answer:
    """Save a valid form: 422 with everything typed when a rule refuses it, 409 with both versions after another."""
    location = location or address(organisation)
    try:
        accounts.claim_form(the_identity().user_id, form.idempotency_key.data, location)
        act()
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return again(), 422
    except Conflict as conflict:
        # What was read before the lock is what stood before the other's text.
        undo()
        form.version.data = str(conflict.current_version)
        return again(conflict=_both(standing() or {}, typed())), 409
    accounts.discard_draft(the_identity(), request.path)
    flash(notice, "success")
    return redirect(location, 303)


def _both(standing: Mapping[str, Any], typed: Mapping[str, object]) -> dict[str, object]:
    author, at = standing.get("author_id"), standing.get("recorded_at")
    return {
        "author": queries.name_of(the_identity(), author) if author else "Somebody else",
        "at": at,
        "differences": presenters.differences(standing, typed),
    }
