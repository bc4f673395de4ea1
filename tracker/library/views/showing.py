"""What the page of a resource, which lies above this floor, shows of the registers here."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import request

from tracker.library import loader, queries
from tracker.library.presenters import using as presenters
from tracker.library.presenters.using import EvaluationLine, UsageLine
from tracker.library.queries import NationalResource
from tracker.library.views.common import bp
from tracker.organisations.rules import World


@bp.app_template_global("usage_shown")
def usage_shown(resource_id: UUID, world: World) -> tuple[Sequence[UsageLine], int]:
    """The youngest published counts of a resource, or all when the address asks for them, and how many there are."""
    whose = world.demonstration
    found = queries.list_usage_of(resource_id, demonstration=whose, limit=_limit("usage", 12))
    return presenters.published_usage(found), queries.count_usage_of(resource_id, demonstration=whose)


@bp.app_template_global("evaluations_shown")
def evaluations_shown(resource_id: UUID, world: World) -> tuple[Sequence[EvaluationLine], int, str]:
    """The published evaluations of a resource in the same way, and whether all of them prove that it works."""
    found = queries.list_evaluations_of(resource_id, demonstration=world.demonstration)
    shown = found[: _limit("evaluations", 50)]
    return presenters.published_evaluations(shown), len(found), presenters.verdict(found)


@bp.app_template_global("is_quotation")
def is_quotation(row: NationalResource) -> bool:
    """Whether the description of a resource is still the source's, word for word."""
    shipped = {each.code: each.facts.description for each in loader.load_national().entries}
    return row.from_source and row.description == shipped.get(row.code)


def _limit(name: str, usual: int) -> int | None:
    return None if request.args.get(name) == "all" else usual
