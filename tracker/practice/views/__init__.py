"""Pages of good practice and of help asked; each module registers its own."""

from tracker.practice.views import helping, own, published, reviewing
from tracker.practice.views.common import bp

__all__ = ["bp", "helping", "own", "published", "reviewing"]
