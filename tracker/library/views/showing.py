"""What the page of a resource, which lies above this floor, shows of the registers here."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from tracker.library import queries
from tracker.library.presenters import using as presenters
from tracker.library.presenters.using import EvaluationLine, UsageLine
from tracker.library.views.common import bp


@bp.app_template_global("usage_shown")
def usage_shown(resource_id: UUID) -> tuple[Sequence[UsageLine], int]:
    """The youngest published counts of a resource, and how many there are."""
    lines = presenters.published_usage(queries.list_usage_of(resource_id, limit=12))
    return lines, queries.count_usage_of(resource_id)


@bp.app_template_global("evaluations_shown")
def evaluations_shown(resource_id: UUID) -> Sequence[EvaluationLine]:
    """The published evaluations of a resource."""
    return presenters.published_evaluations(queries.list_evaluations_of(resource_id))
