"""The summary as CSV: one row for each organisation and recommendation that it owes, whether recorded or not."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from tracker.progress.rules import STANDING_LABELS, Standing, answer
from tracker.summary.rules import Asked, CellRow, OrganisationRow, Selection, safe_cell

COLUMNS = (
    *("organisation", "organisation_name", "region", "icb", "recommendation", "recommendation_title"),
    *("delivery", "position", "in_place", "counted", "answered", "confirmed_on", "due_on"),
    *("evidence_in_use", "evidence_in_date", "evidence_in_date_with_file", "as_at"),
)
# Excel reads UTF-8 only when it is told so.
BYTE_ORDER_MARK = "\ufeff"

Chunk = tuple[Sequence[OrganisationRow], Mapping[tuple[UUID, str], CellRow]]


def csv_text(wanted: Selection, asked: Sequence[Asked], chunks: Iterable[Chunk]) -> Iterator[str]:
    """The file in pieces; a piece for each chunk of organisations."""
    yield BYTE_ORDER_MARK + _lines([COLUMNS])
    titles = [(each.code, _cells((each.code, each.title))) for each in asked]
    for organisations, cells in chunks:
        yield _lines(
            (*who, *title, *_cells(_values(wanted, cells.get((row.id, code)))))
            for row in organisations
            for who in (_cells((row.code, row.name, row.region, row.icb)),)
            for code, title in titles
        )


def _values(wanted: Selection, cell: CellRow | None) -> tuple[object, ...]:
    state = Standing.NOTHING if cell is None else cell.standing
    return (
        "" if cell is None else cell.delivery.value,
        STANDING_LABELS[state],
        state.in_place,
        # An accepted "does not apply" is the only thing that leaves the denominator.
        cell is None or not cell.accepted,
        answer(None if cell is None else cell.confirmed_on, wanted.day).value,
        *((None, None, 0, 0, 0) if cell is None else _details(cell)),
        wanted.day,
    )


def _details(cell: CellRow) -> tuple[object, ...]:
    return (cell.confirmed_on, cell.due_on, cell.in_use, cell.live, cell.live_with_file)


def _cells(values: Iterable[object]) -> list[str]:
    return [safe_cell(value) for value in values]


def _lines(rows: Iterable[Iterable[str]]) -> str:
    """Lines of cells that are safe already."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
