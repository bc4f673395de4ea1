"""The pages of champions: looking, deciding, departments, people, reviews, handing over."""

from tracker.measures.champions.views import (
    deciding,
    departments,
    handing_over,
    looking,
    people,
    reviewing,
)
from tracker.measures.champions.views.common import bp

__all__ = ["bp", "deciding", "departments", "handing_over", "looking", "people", "reviewing"]
