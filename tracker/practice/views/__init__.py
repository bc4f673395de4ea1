"""Pages of good practice; each module registers its own."""

from tracker.practice.views.common import bp

__all__ = ["bp"]
