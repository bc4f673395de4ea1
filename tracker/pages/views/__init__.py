"""The public pages; each module registers its own."""

from tracker.pages.views import reading, resources
from tracker.pages.views.reading import bp

__all__ = ["bp", "reading", "resources"]
