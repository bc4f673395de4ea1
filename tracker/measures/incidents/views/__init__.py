"""The pages of the register: looking, entering, the loop, taking out, and confirming that there were none."""

from tracker.measures.incidents.views import confirming, entering, following, looking, removing
from tracker.measures.incidents.views.common import bp

__all__ = ["bp", "confirming", "entering", "following", "looking", "removing"]
