"""The rules of the register: its words, its months, what each step needs, what may not be written, the figure."""

from tracker.measures.incidents.rules.figure import (
    CODE,
    NAME,
    OUTSIDE_WORDS,
    figure_of,
    needs_of,
    outside,
    quarters_of,
)
from tracker.measures.incidents.rules.months import (
    add_months,
    cohort,
    last_day,
    month_name,
    month_of,
    period_name,
)
from tracker.measures.incidents.rules.steps import (
    Facts,
    Loop,
    NilFacts,
    check_facts,
    check_loop,
    check_nil,
    check_reason,
    renamed,
)
from tracker.measures.incidents.rules.words import (
    Counted,
    Framework,
    Nil,
    Resource,
    Response,
    Theme,
    Training,
)

__all__ = [
    "CODE",
    "NAME",
    "OUTSIDE_WORDS",
    "Counted",
    "Facts",
    "Framework",
    "Loop",
    "Nil",
    "NilFacts",
    "Resource",
    "Response",
    "Theme",
    "Training",
    "add_months",
    "check_facts",
    "check_loop",
    "check_nil",
    "check_reason",
    "cohort",
    "figure_of",
    "last_day",
    "month_name",
    "month_of",
    "needs_of",
    "outside",
    "period_name",
    "quarters_of",
    "renamed",
]
