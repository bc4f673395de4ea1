"""What the pages of champions share: the blueprint, and how a form is shown, and shown beside another's text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, url_for

from tracker.access.decorators import the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.measures.champions import presenters, queries
from tracker.web.conflicts import Clash
from tracker.web.fields import VersionedForm

bp = Blueprint(
    "champions",
    "tracker.measures.champions",
    url_prefix="/organisations/<organisation:organisation>/champions",
)


def address(organisation: OrganisationRef, page: str = "index", **values: Any) -> str:
    return url_for(f"champions.{page}", organisation=organisation.code, **values)


def may_record(organisation: OrganisationRef) -> bool:
    return organisation.is_open and allows(the_identity(), Permission.MEASURES_RECORD, organisation.id)


def form_page(template: str, organisation: OrganisationRef, form: VersionedForm, **more: Any) -> str:
    return render_template(
        f"champions/{template}.html",
        organisation=organisation,
        form=form,
        draft=True,
        **{"clash": None, **more},
    )


def both(standing: Mapping[str, Any], typed: Mapping[str, object] | None = None) -> Clash:
    """What stands by now, and what was typed where the two can be held against each other."""
    author = standing.get("author_id")
    return Clash(
        queries.name_of(the_identity(), author) if author else "Somebody else",
        standing.get("recorded_at"),
        None if typed is None else presenters.differences(standing, typed),
    )
