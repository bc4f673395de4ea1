"""Reading the register: its rows for the trust itself, and for everybody else what is counted of them."""

from tracker.measures.incidents.queries.counted import (
    RowCount,
    cohort_on,
    figures,
    list_needs,
    pack_rows,
    position,
    series,
)
from tracker.measures.incidents.queries.register import (
    Narrowed,
    Version,
    count_register,
    get_incident,
    get_nil,
    list_departments,
    list_months,
    list_nils,
    list_references,
    list_register,
    list_versions,
    sees_rows,
)

__all__ = [
    "Narrowed",
    "RowCount",
    "Version",
    "cohort_on",
    "count_register",
    "figures",
    "get_incident",
    "get_nil",
    "list_departments",
    "list_months",
    "list_needs",
    "list_nils",
    "list_references",
    "list_register",
    "list_versions",
    "pack_rows",
    "position",
    "sees_rows",
    "series",
]
