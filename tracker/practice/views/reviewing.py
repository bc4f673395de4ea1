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
from tracker.practice.queries import Body, Practice
from tracker.practice.rules import State
from tracker.practice.views.common import bp, name_of, titles
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
    """One practice as it would be published, with what to decide; or what came of it."""
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
        return _page(row, form), 422 if row.state is State.SENT else 409
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
        lambda: _stands(practice),
        notice="Published." if publishing else "Sent back to those who wrote it.",
        location=url_for("practice.queue"),
    )


def _stands(practice: UUID) -> Clash:
    row = queries.get_sent(the_identity(), practice)
    return Clash(name_of(row.author_id) or "Somebody else", row.recorded_at)


def _page(row: Practice, form: ReviewForm, *, clash: Clash | None = None) -> str:
    identity = the_identity()
    owner = queries.bodies_by_id(identity, [row.organisation_id])[row.organisation_id]
    if row.state is not State.SENT:
        return _waits_no_more(row, owner, form)
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


def _waits_no_more(row: Practice, owner: Body, form: ReviewForm) -> str:
    """What happened to it meanwhile, with the reason that was typed for nothing."""
    identity = the_identity()
    writers = [each for each in (row.author_id, row.reviewed_by) if each]
    return render_template(
        "practice/meanwhile.html",
        row=row,
        owner=owner,
        happened=presenters.happened(row, queries.names_of(identity, writers)),
        is_shown=row.entity_id in queries.list_published_of(identity, row.organisation_id),
        typed=form.reason.data or "",
        queue_href=url_for("practice.queue"),
    )
