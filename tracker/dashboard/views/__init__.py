"""The pages of one organisation: its position, a record, its history, and what is printed."""

from tracker.dashboard.views import history, meeting, organisation, record
from tracker.dashboard.views.common import bp

__all__ = ["bp", "history", "meeting", "organisation", "record"]
