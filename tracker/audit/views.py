"""The audit trail across what somebody may see."""

from __future__ import annotations

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from tracker.access.decorators import requires
from tracker.access.permissions import Permission

bp = Blueprint("audit", __name__, url_prefix="/audit")
Answer = str | tuple[str, int] | Response


@bp.get("")
@requires(Permission.AUDIT_VIEW)
def index() -> Answer:
    """What was done, newest first, narrowed by what stands in the address."""
    abort(503)
