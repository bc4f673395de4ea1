"""Suggested training as CSV: what is on the page, row for row."""

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
