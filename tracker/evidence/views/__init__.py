"""The evidence register: looking, adding, changing, taking out of use, and handing out the bytes."""

from tracker.evidence.views import adding, changing, handing_out, looking, taking_out_of_use
from tracker.evidence.views.common import bp

__all__ = ["adding", "bp", "changing", "handing_out", "looking", "taking_out_of_use"]
