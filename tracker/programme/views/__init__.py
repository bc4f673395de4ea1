"""Pages of the programme; each module registers its own."""

from tracker.programme.views.common import bp

__all__ = ["bp"]
