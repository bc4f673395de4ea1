"""Pages of the programme: the public timeline, keeping it, and where a national body says that items stand."""

from tracker.programme.views import keeping, reading, standing
from tracker.programme.views.common import bp

__all__ = ["bp", "keeping", "reading", "standing"]
