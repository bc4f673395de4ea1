"""The national page, the names behind its figures, and the same as CSV."""

from tracker.summary.views import files, names, position, responders
from tracker.summary.views.common import bp

__all__ = ["bp", "files", "names", "position", "responders"]
