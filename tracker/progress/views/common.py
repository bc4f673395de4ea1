"""What the views of progress share: the blueprint, and the record that a URL names."""

from __future__ import annotations

from flask import Blueprint

from tracker.access.decorators import the_identity
from tracker.access.organisation import OrganisationRef
from tracker.progress import queries
from tracker.progress.queries import RecordRow

bp = Blueprint("progress", "tracker.progress", url_prefix="/organisations/<organisation:organisation>")
RECORD = "/recommendations/<recommendation:recommendation>"


def the_record(organisation: OrganisationRef, recommendation: str) -> RecordRow:
    return queries.get_record(the_identity(), organisation.id, organisation.kind, recommendation)


def all_records(organisation: OrganisationRef) -> list[RecordRow]:
    return queries.list_records(the_identity(), organisation.id, organisation.kind)
