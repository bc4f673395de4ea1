"""Reading the programmes and where their items stand."""

from tracker.programme.models import ProgrammeItem as ProgrammeItem
from tracker.programme.models import ProgrammeState as ProgrammeState
from tracker.programme.models import ProgrammeYear as ProgrammeYear
from tracker.programme.queries.programme import (
    ServingItem,
    get_item,
    get_year,
    list_item_history,
    list_items,
    list_serving,
    list_years,
)
from tracker.programme.queries.states import (
    Bodies,
    Body,
    ProgrammeNeed,
    find_state,
    list_bodies,
    list_evidence,
    list_live_evidence,
    list_needs,
    list_state_history,
    list_states,
    list_uses_of,
    names_of,
    require_body,
)

__all__ = [
    "Bodies", "Body", "ProgrammeItem", "ProgrammeNeed", "ProgrammeState", "ProgrammeYear", "ServingItem", "find_state",
    "get_item", "get_year", "list_bodies", "list_evidence", "list_item_history", "list_items", "list_live_evidence",
    "list_needs", "list_serving", "list_state_history", "list_states", "list_uses_of", "list_years", "names_of",
    "require_body",
]  # fmt: skip
