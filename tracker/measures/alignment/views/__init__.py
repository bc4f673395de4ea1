"""The pages of NICE alignment: the list of training, checks, and the register of guidelines."""

from tracker.measures.alignment.views import assessing, guidelines, looking, training
from tracker.measures.alignment.views.common import bp

__all__ = ["assessing", "bp", "guidelines", "looking", "training"]
