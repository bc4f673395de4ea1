"""Every write of the programme."""

from tracker.programme.actions.items import add_item, change_item, take_out
from tracker.programme.actions.seeding import seed_programme
from tracker.programme.actions.states import problems_of_standing, record_state
from tracker.programme.actions.years import add_year, change_year

__all__ = [
    "add_item",
    "add_year",
    "change_item",
    "change_year",
    "problems_of_standing",
    "record_state",
    "seed_programme",
    "take_out",
]
