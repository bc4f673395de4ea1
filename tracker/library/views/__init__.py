"""Pages of the library; each module registers its own."""

from tracker.library.views.common import bp

__all__ = ["bp"]
