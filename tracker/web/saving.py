"""How a form is saved: drafts offered again, a form sent twice, a rule that refuses, somebody else who was first.

Who keeps drafts and the keys of forms lies above this floor and is bound as `tracker_keeper`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from flask import Flask, current_app, flash, g, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from tracker.access.decorators import the_identity
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.web.conflicts import Clash, clash
from tracker.web.fields import KeyedForm, VersionedForm
from tracker.web.transactions import undo

Answer = str | tuple[str, int] | Response
Typed = MultiDict[str, str] | None


class Keeper(Protocol):
    """What keeps drafts and the keys of saved forms."""

    def find_draft(self, identity: Identity, path: str) -> Mapping[str, list[str]] | None: ...
    def discard_draft(self, identity: Identity, path: str) -> None: ...
    def claim_form(self, user_id: UUID, key: str | None, location: str) -> None: ...
    def find_posted(self, user_id: UUID, key: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Stands:
    """What somebody else saved meanwhile, in a form of the same kind, and her name."""

    form: VersionedForm
    author: str
    recorded_at: datetime | None


def init_app(app: Flask) -> None:
    app.context_processor(_draft_state)


def typed_before() -> Typed:
    """What this person had typed on this page and not saved, when she asks for it; else it is only offered."""
    draft = _keeper().find_draft(the_identity(), request.path)
    g.draft = None if not draft else "taken" if request.args.get("draft") else "offered"
    return MultiDict(draft) if draft and g.draft == "taken" else None


def is_kept(path: str) -> bool:
    """Whether this person typed something on another page that is kept for her."""
    return bool(_keeper().find_draft(the_identity(), path))


def led_before() -> Response | None:
    """Where this very form led when it was saved before: a retried post need not send its files again."""
    location = _keeper().find_posted(the_identity().user_id, request.form.get("idempotency_key", ""))
    return redirect(location, 303) if location else None


def claim(form: KeyedForm, location: str) -> None:
    """Take the form's key, before anything else is written. A form saved before leads where it led then."""
    _keeper().claim_form(the_identity().user_id, form.idempotency_key.data, location)


def finish_draft() -> None:
    """What was typed is saved: no draft of it is left."""
    _keeper().discard_draft(the_identity(), request.path)


def require_open(organisation: OrganisationRef) -> None:
    """Nothing is recorded of a closed organisation."""
    if not organisation.is_open:
        raise NotAllowed(f"{organisation.code} is closed: its record is read-only")


def keep(
    form: VersionedForm,
    act: Callable[[], Any],
    again: Callable[..., str],
    stands: Callable[[], Stands | Clash | None] = lambda: None,
    *,
    notice: str,
    location: str,
) -> Answer:
    """Save a valid form: 422 with everything typed when a rule refuses it, 409 with both texts after another.

    `again` draws the page; it is given `clash=` after another's save, whose text `stands` reads: a form
    of the same kind, or the two held against each other already.
    """
    try:
        claim(form, location)
        act()
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return again(), 422
    except Conflict as conflict:
        undo()
        form.version.data = str(conflict.current_version)
        return again(clash=_clash(form, stands())), 409
    finish_draft()
    flash(notice, "success")
    return redirect(location, 303)


def _clash(form: VersionedForm, stands: Stands | Clash | None) -> Clash:
    if stands is None:
        return Clash("Somebody else", None)
    if isinstance(stands, Clash):
        return stands
    return clash(stands.author or "Somebody else", stands.recorded_at, stands.form, form)


def _keeper() -> Keeper:
    keeper: Keeper = current_app.extensions["tracker_keeper"]
    return keeper


def _draft_state() -> dict[str, str | None]:
    return {"draft_state": g.get("draft")}
