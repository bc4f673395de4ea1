"""What the views of progress share: the blueprint, the record that a URL names, and who may not write."""

from __future__ import annotations

from flask import Blueprint, g, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from tracker.access.decorators import the_identity
from tracker.access.organisation import OrganisationRef
from tracker.accounts import queries as accounts
from tracker.errors import NotAllowed
from tracker.progress import queries
from tracker.progress.queries import RecordRow

bp = Blueprint("progress", "tracker.progress", url_prefix="/organisations/<organisation:organisation>")
RECORD = "/recommendations/<recommendation:recommendation>"
Answer = str | tuple[str, int] | Response


def the_record(organisation: OrganisationRef, recommendation: str) -> RecordRow:
    return queries.get_record(the_identity(), organisation.id, organisation.kind, recommendation)


def require_open(organisation: OrganisationRef) -> None:
    if not organisation.is_open:
        raise NotAllowed(f"{organisation.code} is closed: its record is read-only")


def all_records(organisation: OrganisationRef) -> list[RecordRow]:
    return queries.list_records(the_identity(), organisation.id, organisation.kind)


def typed_before() -> MultiDict[str, str] | None:
    """What this person had typed on this page and not saved, when she asks for it; else it is only offered."""
    draft = accounts.find_draft(the_identity(), request.path)
    g.draft = None if not draft else "taken" if request.args.get("draft") else "offered"
    return MultiDict(draft) if draft and g.draft == "taken" else None


@bp.context_processor
def _draft_state() -> dict[str, str | None]:
    return {"draft_state": g.get("draft")}


def version_of(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else -1
