"""The national lead's queue: what waits longest first, one to look at, publish, send back; what is shown is stopped."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.permissions import Permission
from tracker.errors import NotAllowed
from tracker.organisations.queries import find_world
from tracker.organisations.rules import World
from tracker.practice import actions, presenters, queries
from tracker.practice.forms import PUBLISH, ReviewForm, StopForm
from tracker.practice.queries import Body, Practice
from tracker.practice.rules import State, texts_of
from tracker.practice.views.common import bp, name_of, titles
from tracker.web.conflicts import Clash
from tracker.web.pagination import PER_PAGE, Page, page_number, url_for_page
from tracker.web.saving import Answer, keep, led_before, typed_before
from tracker.web.transactions import commits
from tracker.web.worlds import asks_for_invented


@bp.get("/practice/review")
@requires(Permission.PRACTICE_REVIEW)
def queue() -> Answer:
    """What waits for review, longest first."""
    identity, today = the_identity(), clock.today()
    world = find_world(identity, asked=asks_for_invented())
    rows = queries.list_sent(identity, demonstration=world.demonstration)
    number = min(page_number(), Page([], 1, len(rows)).pages)
    shown = rows[(number - 1) * PER_PAGE : number * PER_PAGE]
    owners = queries.bodies_by_id(identity, {row.organisation_id for row in shown})
    lines = presenters.waiting(shown, owners, titles(), identity.own, today)
    return render_template(
        "practice/queue.html",
        page=Page(lines, number, len(rows)),
        address=url_for_page,
        today=today,
        world=world,
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
    form.published = texts_of(row)
    if not form.validate():
        return _page(row, form), 422 if row.state is State.SENT else 409
    publishing = form.decision.data == PUBLISH
    version, looked = form.version_number(), form.has_looked()

    def act() -> None:
        if publishing:
            actions.publish_practice(identity, practice, version=version, looked=looked)
        else:
            reason = form.reason.data or ""
            actions.return_practice(identity, practice, reason=reason, version=version, looked=looked)

    return keep(
        form,
        act,
        lambda **more: _page(queries.get_sent(identity, practice), form, **more),
        lambda: _stands(practice),
        notice="Published." if publishing else "Sent back to those who wrote it.",
        location=_queue_of(_world_of(row)),
    )


@bp.get("/practice/<uuid:practice>/stop")
@requires(Permission.PRACTICE_REVIEW)
def stop(practice: UUID) -> Answer:
    """Ask why others should no longer see what is published."""
    row, owner = queries.get_published(the_identity(), practice)
    _refuse_own(owner)
    return _stop_page(row, owner, StopForm(typed_before(), data={"version": str(row.version)}))


@bp.post("/practice/<uuid:practice>/stop")
@requires(Permission.PRACTICE_REVIEW)
@commits
def stop_showing(practice: UUID) -> Answer:
    """Others see it no more, at once."""
    if led := led_before():
        return led
    identity, form = the_identity(), StopForm(MultiDict(request.form))
    if not form.validate():
        return _still_shown(practice, form), 422
    row = queries.get_sent(identity, practice)
    return keep(
        form,
        lambda: actions.stop_showing(
            identity,
            practice,
            reason=form.reason.data or "",
            version=form.version_number(),
            looked=form.has_looked(),
        ),
        lambda **more: _still_shown(practice, form, **more),
        lambda: _stands(practice),
        notice="Others no longer see it. Those who wrote it have it back, with your reason.",
        location=url_for("practice.published", demonstration=_world_of(row).asked),
    )


def _world_of(row: Practice) -> World:
    """The world in which a practice stands, as the address of a list says it."""
    identity = the_identity()
    owner = queries.bodies_by_id(identity, [row.organisation_id])[row.organisation_id]
    return find_world(identity, asked=owner.demonstration)


def _queue_of(world: World) -> str:
    return url_for("practice.queue", demonstration=world.asked)


def _stands(practice: UUID) -> Clash:
    row = queries.get_sent(the_identity(), practice)
    return Clash(name_of(row.author_id) or "Somebody else", row.recorded_at)


def _page(row: Practice, form: ReviewForm, *, clash: Clash | None = None) -> str:
    identity = the_identity()
    owner = queries.bodies_by_id(identity, [row.organisation_id])[row.organisation_id]
    if row.state is not State.SENT:
        return _meanwhile(row, owner, form.reason.data or "", "waits for review no more")
    before = queries.list_published_of(identity, row.organisation_id).get(row.entity_id)
    world, suspected = _world_of(row), presenters.suspected(row)
    form.published = texts_of(row)
    if suspected and (clash or not form.looked_at.data):
        # What was stated was stated of another text.
        form.ask_to_look()
    form.asks_look = form.asks_look or bool(suspected)
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
        suspected=suspected,
        is_stated=bool(suspected) and queries.was_looked_at(identity, row),
        is_own=row.organisation_id in identity.own,
        draft=True,
        cancel_href=_queue_of(world),
        world=world,
    )


def _still_shown(practice: UUID, form: StopForm, *, clash: Clash | None = None) -> str:
    """The form over what others see now, or what became of it."""
    identity = the_identity()
    row = queries.get_sent(identity, practice)
    owner = queries.bodies_by_id(identity, [row.organisation_id])[row.organisation_id]
    shown = queries.list_published_of(identity, owner.id).get(practice)
    if shown is None:
        return _meanwhile(row, owner, form.reason.data or "", "others see it no more")
    return _stop_page(shown, owner, form, clash=clash)


def _stop_page(row: Practice, owner: Body, form: StopForm, *, clash: Clash | None = None) -> str:
    return render_template(
        "practice/stop.html",
        form=form,
        row=row,
        owner=owner,
        clash=clash,
        draft=True,
        cancel_href=url_for("practice.practice", practice=row.entity_id),
    )


def _refuse_own(owner: Body) -> None:
    if owner.id in the_identity().own:
        raise NotAllowed("the practice of one's own organisation")


def _meanwhile(row: Practice, owner: Body, typed: str, ended: str) -> str:
    """What happened to it meanwhile, with the reason that was typed for nothing."""
    identity = the_identity()
    writers = [each for each in (row.author_id, row.reviewed_by) if each]
    return render_template(
        "practice/meanwhile.html",
        row=row,
        owner=owner,
        ended=ended,
        happened=presenters.happened(row, queries.names_of(identity, writers)),
        is_shown=row.entity_id in queries.list_published_of(identity, row.organisation_id),
        typed=typed,
        queue_href=_queue_of(_world_of(row)),
    )
