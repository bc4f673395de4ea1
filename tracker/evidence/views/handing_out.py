"""The bytes of a file, checked before the first of them leaves."""

from __future__ import annotations

import logging
from typing import BinaryIO
from uuid import UUID

from flask import current_app, render_template
from werkzeug.wrappers import Response
from werkzeug.wsgi import FileWrapper

from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.evidence import actions, presenters, queries
from tracker.evidence.storage import EvidenceAltered
from tracker.evidence.views.common import bp
from tracker.web.saving import Answer
from tracker.web.transactions import writing

log = logging.getLogger("tracker.evidence")


@bp.get("/<uuid:item>/files/<int:revision>")
@requires(Permission.ORGANISATION_VIEW)
def download(organisation: OrganisationRef, item: UUID, revision: int) -> Answer:
    """The bytes, just checked against their fingerprint, as an attachment; recorded before the first byte."""
    identity = the_identity()
    file = queries.get_file(identity, organisation.id, item, revision)
    name, content_type, size = file.file_name, file.content_type, file.size
    try:
        stream = actions.store().open_verified(organisation.id, file.sha256)
    except (EvidenceAltered, OSError) as error:
        log.error(
            "evidence file not served: %s item %s file %s: %s", organisation.code, item, revision, error
        )
        return render_template(
            "evidence/damaged.html", organisation=organisation, name=name, item_id=item
        ), 503
    try:
        with writing():
            actions.record_download(identity, organisation, file)
    except BaseException:
        stream.close()
        raise
    return _attachment(stream, name, content_type, size)


def _attachment(stream: BinaryIO, name: str, content_type: str, size: int) -> Response:
    answer = current_app.response_class(
        FileWrapper(stream, 64 * 1024), mimetype=content_type, direct_passthrough=True
    )
    answer.call_on_close(stream.close)
    answer.content_length = size
    answer.headers["Content-Disposition"] = presenters.content_disposition(name)
    answer.headers["Content-Security-Policy"] = "sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
