"""The national lead's queue: what waits longest first, one to look at, published or sent back."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.permissions import Permission
from tracker.practice import actions, presenters, queries
from tracker.practice.forms import PUBLISH, ReviewForm
from tracker.practice.queries import Practice
from tracker.practice.views.common import bp, titles
from tracker.web.conflicts import Clash
from tracker.web.pagination import PER_PAGE, Page, page_number, url_for_page
from tracker.web.saving import Answer, keep, led_before, typed_before
from tracker.web.transactions import commits


@bp.get("/practice/review")
@requires(Permission.PRACTICE_REVIEW)
def queue() -> Answer:
    """What waits for review, longest first."""
    identity, today = the_identity(), clock.today()
    rows = queries.list_sent(identity)
    number = min(page_number(), Page([], 1, len(rows)).pages)
    shown = rows[(number - 1) * PER_PAGE : number * PER_PAGE]
    owners = queries.bodies_by_id(identity, {row.organisation_id for row in shown})
    lines = presenters.waiting(shown, owners, titles(), identity.own, today)
    return render_template(
        "practice/queue.html", page=Page(lines, number, len(rows)), address=url_for_page, today=today
    )


@bp.get("/practice/review/<uuid:practice>")
@requires(Permission.PRACTICE_REVIEW)
def look(practice: UUID) -> Answer:
    """One practice as it would be published, with what to decide."""
    row = queries.get_sent(the_identity(), practice)
    return _page(row, ReviewForm(typed_before(), data={"version": str(row.version)}))


@bp.post("/practice/review/<uuid:practice>")
@requires(Permission.PRACTICE_REVIEW)
@commits
def decide(practice: UUID) -> Answer:
    """Publish it, or send it back with a reason."""
    if led := led_before():
        return led
    identity, form = the_identity(), ReviewForm(MultiDict(request.form))
    row = queries.get_sent(identity, practice)
    if not form.validate():
        return _page(row, form), 422
    publishing, version = form.decision.data == PUBLISH, form.version_number()

    def act() -> None:
        if publishing:
            actions.publish_practice(identity, practice, version=version)
        else:
            reason = form.reason.data or ""
            actions.return_practice(identity, practice, reason=reason, version=version)

    return keep(
        form,
        act,
        lambda **more: _page(queries.get_sent(identity, practice), form, **more),
        notice="Published." if publishing else "Sent back to those who wrote it.",
        location=url_for("practice.queue"),
    )


def _page(row: Practice, form: ReviewForm, *, clash: Clash | None = None) -> str:
    identity = the_identity()
    owner = queries.bodies_by_id(identity, [row.organisation_id])[row.organisation_id]
    before = queries.list_published_of(identity, row.organisation_id).get(row.entity_id)
    return render_template(
        "practice/look.html",
        form=form,
        row=row,
        owner=owner,
        before=before,
        before_words=presenters.published_words(before) if before else "",
        clash=clash,
        proven=presenters.proven_tag(row),
        recommendation=titles().get(row.recommendation_code, row.recommendation_code),
        said=presenters.said(row),
        evaluation=presenters.evaluation(row),
        local=presenters.local_share(row),
        evidence=presenters.evidence(queries.shared_items(row)),
        is_own=row.organisation_id in identity.own,
        draft=True,
        cancel_href=url_for("practice.queue"),
    )
