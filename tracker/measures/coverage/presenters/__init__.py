"""What the pages of staff trained show."""

from tracker.measures.coverage.presenters.comparing import differences, needs_differences, route_differences
from tracker.measures.coverage.presenters.filling import (
    grid_rows,
    letter,
    preview_rows,
    row_problems,
    state_counts,
    tick_rows,
    totals,
)
from tracker.measures.coverage.presenters.page import (
    NeedLine,
    cards,
    part_rows,
    route_rows,
    table_rows,
    table_sentence,
    target_sentence,
    trend,
    verdicts,
)
from tracker.measures.coverage.presenters.positions import fact_rows, history, line_rows, position_row
from tracker.measures.coverage.presenters.shapes import Pair

__all__ = [
    "NeedLine",
    "Pair",
    "cards",
    "differences",
    "fact_rows",
    "grid_rows",
    "history",
    "letter",
    "line_rows",
    "needs_differences",
    "part_rows",
    "position_row",
    "preview_rows",
    "route_differences",
    "route_rows",
    "row_problems",
    "state_counts",
    "table_rows",
    "table_sentence",
    "target_sentence",
    "tick_rows",
    "totals",
    "trend",
    "verdicts",
]
