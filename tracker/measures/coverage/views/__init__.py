"""The pages of staff trained, cut by what a person does."""

from tracker.measures.coverage.views import asking, importing, looking, numbers, tables
from tracker.measures.coverage.views.common import bp

__all__ = ["asking", "bp", "importing", "looking", "numbers", "tables"]
