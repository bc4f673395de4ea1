"""Reading across organisations, always from what an identity may see: sums in SQL, tuples and no entities."""

from tracker.summary.queries.contacts import list_leads
from tracker.summary.queries.dissemination import list_last_reached, list_shares, list_touches
from tracker.summary.queries.organisations import (
    count_unplaced,
    list_asked,
    list_datasets,
    list_national_bodies,
    list_organisations,
    release,
)
from tracker.summary.queries.records import (
    count_others,
    count_records,
    count_tested,
    list_answers,
    list_cells,
    list_stood,
    list_tested,
    tally,
)

__all__ = [
    "count_others",
    "count_records",
    "count_tested",
    "count_unplaced",
    "list_answers",
    "list_asked",
    "list_cells",
    "list_datasets",
    "list_last_reached",
    "list_leads",
    "list_national_bodies",
    "list_organisations",
    "list_shares",
    "list_stood",
    "list_tested",
    "list_touches",
    "release",
    "tally",
]
