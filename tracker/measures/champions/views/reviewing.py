"""Reviews of whether champions make a difference."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from werkzeug.datastructures import MultiDict

from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.measures.champions import actions, presenters, queries
from tracker.measures.champions.forms import ReviewForm, without
from tracker.measures.champions.views.common import address, both, bp, form_page
from tracker.web.saving import Answer, Typed, keep, require_open, typed_before
from tracker.web.transactions import commits


@bp.get("/reviews/new")
@requires(Permission.MEASURES_RECORD)
def new_review(organisation: OrganisationRef) -> Answer:
    """An empty review."""
    require_open(organisation)
    return form_page("review", organisation, _new_form(typed_before()), new=True)


@bp.post("/reviews/new")
@requires(Permission.MEASURES_RECORD)
@commits
def save_new_review(organisation: OrganisationRef) -> Answer:
    """Add a review."""
    require_open(organisation)
    form = _new_form(MultiDict(request.form))

    def again(**more: Any) -> str:
        return form_page("review", organisation, form, new=True, **more)

    if not form.validate():
        return again(), 422
    return keep(
        form,
        lambda: actions.add_review(
            the_identity(), organisation, form.reviewed_on.data, form.forum.data or "", form.found.data or ""
        ),
        again,
        notice="Review saved.",
        location=address(organisation),
    )


@bp.get("/reviews/<uuid:review>")
@requires(Permission.MEASURES_RECORD)
def edit_review(organisation: OrganisationRef, review: UUID) -> Answer:
    """One review as it stands."""
    require_open(organisation)
    typed = typed_before()
    row = queries.get_review(the_identity(), organisation.id, review)
    form = ReviewForm(typed) if typed else ReviewForm(None, obj=row)
    return form_page("review", organisation, form, new=False)


@bp.post("/reviews/<uuid:review>")
@requires(Permission.MEASURES_RECORD)
@commits
def save_review(organisation: OrganisationRef, review: UUID) -> Answer:
    """Change it, or take it out as a mistake."""
    require_open(organisation)
    identity = the_identity()
    queries.get_review(identity, organisation.id, review)
    form = ReviewForm(MultiDict(request.form))

    def again(**more: Any) -> str:
        return form_page("review", organisation, form, new=False, **more)

    if not form.validate():
        return again(), 422
    day, forum, found = form.reviewed_on.data, form.forum.data or "", form.found.data or ""
    return keep(
        form,
        lambda: actions.change_review(
            identity, organisation, review, day, forum, found,
            version=form.version_number(), mistaken=bool(form.mistaken.data),
        ),
        again,
        notice="Saved.",
        location=address(organisation),
        stands=lambda: both(
            presenters.values_of(queries.get_review(identity, organisation.id, review)),
            {"reviewed_on": day, "forum": forum, "found": found},
        ),
    )  # fmt: skip


def _new_form(typed: Typed) -> ReviewForm:
    form = ReviewForm(typed)
    without(form, ["mistaken"])
    return form
