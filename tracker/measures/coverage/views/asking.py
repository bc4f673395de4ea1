"""When the numbers are not to be had: a counting sheet to download, and an e-mail that asks for numbers only."""

from __future__ import annotations

from flask import Response, render_template

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.measures.coverage import presenters, queries, rules, writers
from tracker.measures.coverage.views.common import bp, require_open
from tracker.web.saving import Answer


@bp.get("/ask")
@requires(Permission.MEASURES_RECORD)
def ask(organisation: OrganisationRef) -> Answer:
    """The e-mail to the workforce team, to copy or to open, and the counting sheet."""
    require_open(organisation)
    table = queries.needs_of(the_identity(), [organisation.id]).get(organisation.id)
    letter = presenters.letter(organisation.name, table)
    return render_template("coverage/ask.html", organisation=organisation, letter=letter)


@bp.get("/counting-sheet.xlsx")
@requires(Permission.MEASURES_RECORD)
def counting_sheet(organisation: OrganisationRef) -> Response:
    """A workbook that counts by staff group and level, and stays on the computer of whoever fills it in."""
    require_open(organisation)
    table = queries.needs_of(the_identity(), [organisation.id]).get(organisation.id)
    needs = None if table is None else table.needs
    interval = None if needs is None else needs.interval_months
    content = writers.counting_sheet(rules.lines_for(needs), clock.today(), interval)
    response = Response(content, content_type=writers.MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{writers.FILE_NAME}"'
    return response
