"""The national page, the names behind its figures, and the same as CSV."""

from tracker.summary.views import dissemination, files, names, position, responders
from tracker.summary.views.common import bp

__all__ = ["bp", "dissemination", "files", "names", "position", "responders"]
