"""What the page lists, as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flask import Response, stream_with_context

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.summary import queries, writers
from tracker.summary.rules import (
    PROVIDERS,
    Asked,
    OrganisationRow,
    Selection,
    asked_of,
)
from tracker.summary.views.common import (
    Answer,
    answered_figures,
    ask,
    bp,
    list_rows,
    record_export,
    refused,
)

# Organisations read at once for the CSV: each chunk in a short transaction of its own.
CHUNK = 500


@bp.get("/summary.csv")
@requires(Permission.SUMMARY_VIEW)
def csv() -> Answer:
    """What the page lists, as one row for each organisation and recommendation."""
    identity = the_identity()
    question = ask(identity)
    if question.wanted is None:
        return refused(question)
    # A fixed moment: whatever is recorded while the file is on its way, it shows one position.
    wanted = replace(question.wanted, at=question.wanted.moment or clock.now())
    asked = asked_of(question.catalogue, PROVIDERS, wanted.kind)
    rows = list_rows(answered_figures(identity, question, wanted))
    record_export(identity, wanted, len(rows), len(rows) * len(asked))
    pieces = writers.csv_text(wanted, asked, _chunks(identity, wanted, asked, rows))
    return Response(
        stream_with_context(piece.encode() for piece in pieces),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="summary-{wanted.day.isoformat()}.csv"'},
    )


def _chunks(
    identity: Identity, wanted: Selection, asked: tuple[Asked, ...], rows: list[OrganisationRow]
) -> Iterator[writers.Chunk]:
    codes = [each.code for each in asked]
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        cells = queries.list_cells(identity, wanted, codes, [row.id for row in chunk])
        queries.release()
        yield chunk, cells
