"""Handing over to a successor in one step, and what that leaves to the lead."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.measures.champions import actions, presenters, queries
from tracker.measures.champions.actions import Successor
from tracker.measures.champions.forms import HandOverForm, TickForm
from tracker.measures.champions.rules import Task
from tracker.measures.champions.views.common import address, both, bp, form_page, may_record
from tracker.web.saving import Answer, Typed, keep, require_open, typed_before
from tracker.web.transactions import commits


@bp.get("/hand-over")
@requires(Permission.MEASURES_RECORD)
def hand_over(organisation: OrganisationRef) -> Answer:
    """Who leaves and who follows; the leaver that the address names is chosen."""
    require_open(organisation)
    typed = typed_before()
    form = _form(organisation, typed)
    if typed is None:
        named = request.args.get("leaver", "")
        form.leaver.data = next(
            (each.value for each in form.leaver.items if each.value.startswith(f"{named}:")), None
        )
        _fill_last_day(organisation, form)
    return form_page("hand_over", organisation, form)


@bp.post("/hand-over")
@requires(Permission.MEASURES_RECORD)
@commits
def save_hand_over(organisation: OrganisationRef) -> Answer:
    """End one and start the other, or neither."""
    require_open(organisation)
    form, identity = _form(organisation, MultiDict(request.form)), the_identity()

    def again(**more: Any) -> str:
        if "clash" in more:
            # The other's version has been shown now, so saving again saves over it.
            form.leaver.data = f"{leaver}:{form.version.data}"
            _offer(organisation, form)
        return form_page("hand_over", organisation, form, **more)

    if not form.validate():
        return again(), 422
    leaver, version = form.chosen()
    made = actions.next_id()
    successor = Successor(
        form.name.data or "",
        form.profession.data or "",
        form.starts_on.data,
        form.deputy_name.data or "",
        form.deputy_profession.data or "",
        form.overlapping(),
    )

    return keep(
        form,
        lambda: actions.hand_over(
            identity, organisation, leaver, form.ends_on.data, successor, version=version, handover_id=made
        ),
        again,
        notice=f"Handed over to {successor.name}.",
        location=address(organisation, "handed_over", handover=made),
        stands=lambda: both(presenters.values_of(queries.get_post(identity, organisation.id, leaver))),
    )


@bp.get("/hand-overs/<uuid:handover>")
@requires(Permission.ORGANISATION_VIEW)
def handed_over(organisation: OrganisationRef, handover: UUID) -> Answer:
    """What a hand-over leaves to be done: the printed page, the invitation, the end of the leaver's role."""
    identity = the_identity()
    row = queries.get_handover(identity, organisation.id, handover)
    named = queries.may_see_names(identity, organisation.id)
    names = queries.list_names(identity, organisation.id, [row.leaver_id, row.successor_id]) if named else {}
    return render_template(
        "champions/handed_over.html",
        organisation=organisation,
        handover=row,
        leaver=names.get(row.leaver_id, "The champion who leaves"),
        successor=names.get(row.successor_id, "The next champion"),
        search=names.get(row.leaver_id, ""),
        form=TickForm(None),
        may_record=may_record(organisation),
        may_invite=organisation.is_open and allows(identity, Permission.PEOPLE_MANAGE, organisation.id),
        today=clock.today(),
    )


@bp.post("/hand-overs/<uuid:handover>/done")
@requires(Permission.MEASURES_RECORD)
@commits
def tick_handover(organisation: OrganisationRef, handover: UUID) -> Answer:
    """Somebody says that one of the two is done."""
    require_open(organisation)
    asked = request.form.get("task", "")
    location = address(organisation, "handed_over", handover=handover)
    queries.get_handover(the_identity(), organisation.id, handover)
    if asked not in set(Task):
        flash("Say what is done.", "error")
        return redirect(location, 303)
    actions.tick_handover(the_identity(), organisation, handover, Task(asked))
    flash("Noted. It is off the list of what needs doing.", "success")
    return redirect(location, 303)


def _form(organisation: OrganisationRef, typed: Typed) -> HandOverForm:
    form = HandOverForm(typed)
    _offer(organisation, form)
    return form


def _offer(organisation: OrganisationRef, form: HandOverForm) -> None:
    """Who may leave. One typed with an older version keeps her place: whether it stands is for the action to say."""
    register = queries.get_register(the_identity(), organisation.id)
    departments = [queries.department_of(each) for each in register.departments]
    posts = [
        (queries.post_of(each, named=True), each.version) for each in register.posts if not each.mistaken
    ]
    form.offer(presenters.leavers(posts, departments, clock.today(), typed=form.leaver.data or ""))


def _fill_last_day(organisation: OrganisationRef, form: HandOverForm) -> None:
    if form.leaver.data:
        row = queries.get_post(the_identity(), organisation.id, form.chosen()[0])
        if row.ends_on:
            form.ends_on.process(None, row.ends_on)
