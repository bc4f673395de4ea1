"""The public pages; each module registers its own."""

from tracker.pages.views import reading, resources
from tracker.pages.views.reading import bp
from tracker.pages.views.resources import checked_words

__all__ = ["bp", "checked_words", "reading", "resources"]
