"""The programme as it is shown: the timeline, one item, an organisation's own list."""

from tracker.programme.presenters.history import history
from tracker.programme.presenters.shapes import Choice, Line, Narrowed, Said, Served, YearLine
from tracker.programme.presenters.timeline import (
    Around,
    Named,
    Standing,
    count,
    kind_choices,
    line,
    narrowed,
    standings,
    status_choices,
    timeline,
)

__all__ = [
    "Around", "Choice", "Line", "Named", "Narrowed", "Said", "Served", "Standing", "YearLine", "count", "history",
    "kind_choices", "line", "narrowed", "standings", "status_choices", "timeline",
]  # fmt: skip
