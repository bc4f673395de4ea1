"""The forms that write progress. The pages that show it are composed in `dashboard`."""

from tracker.progress.views import several, step, todo
from tracker.progress.views.common import bp

__all__ = ["bp", "several", "step", "todo"]
