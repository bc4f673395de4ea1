"""Reading good practice: one's own in scope, what is published for everybody who may look, help asked."""

from tracker.practice.models import Practice as Practice
from tracker.practice.queries.figures import Counts, counts_of, help_waiting, list_proven

__all__ = ["Counts", "counts_of", "help_waiting", "list_proven"]
