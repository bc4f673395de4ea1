"""Evidence packs: choose what one holds, see it before, and take it away as often as needed."""

from __future__ import annotations

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from tracker.access.decorators import requires
from tracker.access.permissions import Permission

bp = Blueprint("exports", __name__, url_prefix="/exports")
Answer = str | tuple[str, int] | Response


@bp.get("")
@requires(Permission.EXPORT_MAKE)
def index() -> Answer:
    """Choose organisations, recommendations and a date; the packs asked for earlier."""
    abort(503)
