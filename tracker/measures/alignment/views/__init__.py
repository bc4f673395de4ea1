"""The pages of NICE alignment: the list of training, checks, and the register of guidelines."""

from tracker.measures.alignment.views import assessing, guidelines, importing, looking, training
from tracker.measures.alignment.views.common import bp

__all__ = ["assessing", "bp", "guidelines", "importing", "looking", "training"]
