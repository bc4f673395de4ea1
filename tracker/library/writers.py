"""Lists of the library as CSV: suggested training and what was shared, row for row what is on the page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from tracker.library.rules.words import ResourceLine
from tracker.spreadsheets.cells import guarded

COLUMNS = (
    "title", "format", "time", "made_by", "audience", "covers", "modules", "note", "link", "page", "for",
    "as_at", "nice",
)  # fmt: skip
# Excel reads UTF-8 only when it is told so.
BYTE_ORDER_MARK = "\ufeff"


SHARED_COLUMNS = (
    "organisation", "resource", "resource_title", "channel", "shared_on", "link", "evidence", "reached",
    "reached_in", "reached_basis", "shared_by", "shared_by_name", "for", "entered_by_mistake", "as_at",
)  # fmt: skip


def shares_text(rows: Iterable[Iterable[str]], organisation: str, day: str) -> str:
    """An organisation's shares, each as the cells that `presenters.sharing.share_cells` gives."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(SHARED_COLUMNS)
    writer.writerows([organisation, *map(guarded, cells), day] for cells in rows)
    return BYTE_ORDER_MARK + text.getvalue()


def csv_text(lines: Iterable[tuple[ResourceLine, str]], wanted: str, day: str) -> str:
    """The whole file; each line comes with the address of its page."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each, page in lines:
        writer.writerow(
            map(
                guarded,
                (
                    each.title, each.format, each.minutes, each.made_by, each.audience, "; ".join(each.covers),
                    "; ".join(each.modules), each.note, each.link, page, wanted, day, each.nice,
                ),
            )
        )  # fmt: skip
    return BYTE_ORDER_MARK + text.getvalue()
