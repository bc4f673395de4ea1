"""The bytes of a file, checked before the first of them leaves."""

from __future__ import annotations

import logging
from uuid import UUID

from flask import render_template

from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.evidence import actions, queries
from tracker.evidence.rules import safe_file_name
from tracker.evidence.storage import EvidenceAltered
from tracker.evidence.views.common import bp
from tracker.web.downloads import attachment, content_disposition
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
    return attachment(stream, content_disposition(name, safe_file_name(name)), content_type, size)
