"""Where training is missing as CSV: what is listed on the page, a row for each combination."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from tracker.spreadsheets.cells import guarded

COLUMNS = ("staff_group", "which_staff", "place", "patients", "training", "resources", "as_at")
# Excel reads UTF-8 only when it is told so.
BYTE_ORDER_MARK = "\ufeff"


def gaps_text(rows: Iterable[Iterable[str]], day: str) -> str:
    """The whole file; the words of a row are those of the page."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([*map(guarded, row), day] for row in rows)
    return BYTE_ORDER_MARK + text.getvalue()
