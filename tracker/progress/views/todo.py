"""Actions: what is to be done for a recommendation."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for

from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.errors import Conflict, NotFound, RuleBroken
from tracker.practice import queries as practice
from tracker.progress import actions, queries
from tracker.progress.actions import ActionInput
from tracker.progress.forms import MOST_TITLE, ActionForm
from tracker.progress.queries import RecordRow
from tracker.progress.views.common import RECORD, bp, the_record
from tracker.web.saving import Answer, claim, finish_draft, require_open, typed_before
from tracker.web.transactions import commits, undo


@bp.get(f"{RECORD}/actions/new")
@requires(Permission.PROGRESS_RECORD)
def action_new(organisation: OrganisationRef, recommendation: str) -> Answer:
    """An empty action, or one that begins with somebody else's practice."""
    require_open(organisation)
    record = the_record(organisation, recommendation)
    form = ActionForm(formdata=typed_before())
    if not form.source.data and (source := _source(request.args.get("from", ""))):
        form.source.data, form.title.data = str(source.id), source.title
    return _action_page(organisation, record, form, None)


@bp.post(f"{RECORD}/actions/new")
@requires(Permission.PROGRESS_RECORD)
@commits
def save_new_action(organisation: OrganisationRef, recommendation: str) -> Answer:
    """Add an action."""
    require_open(organisation)
    return _save_action(organisation, recommendation, None)


@bp.get(f"{RECORD}/actions/<uuid:action>")
@requires(Permission.PROGRESS_RECORD)
def action_edit(organisation: OrganisationRef, recommendation: str, action: UUID) -> Answer:
    """An action as it stands."""
    require_open(organisation)
    record = the_record(organisation, recommendation)
    found = queries.get_action(the_identity(), organisation.id, action)
    typed = typed_before()
    form = ActionForm(formdata=typed) if typed else ActionForm(formdata=None, obj=found)
    return _action_page(organisation, record, form, action)


@bp.post(f"{RECORD}/actions/<uuid:action>")
@requires(Permission.PROGRESS_RECORD)
@commits
def save_action(organisation: OrganisationRef, recommendation: str, action: UUID) -> Answer:
    """Change an action or say that it is done."""
    require_open(organisation)
    return _save_action(organisation, recommendation, action)


@dataclass(frozen=True, slots=True)
class Source:
    """The practice of another organisation that an action is made of; its title says whose it is."""

    id: UUID
    title: str
    owner: str
    practice: str
    what: str


def _source(text: str | None) -> Source | None:
    """The practice that an address or a form names. NotFound when it is not published."""
    if not text:
        return None
    try:
        wanted = UUID(text)
    except ValueError:
        raise NotFound(text) from None
    row, owner = practice.get_published(the_identity(), wanted)
    return Source(
        row.entity_id, f"From {owner.name}: {row.title}"[:MOST_TITLE], owner.name, row.title, row.what
    )


def _action_page(
    organisation: OrganisationRef, record: RecordRow, form: ActionForm, action: UUID | None
) -> str:
    identity = the_identity()
    source = _source(form.source.data) if action is None else None
    before = practice.list_uses(identity, organisation.id) if source else ()
    return render_template(
        "progress/action.html",
        organisation=organisation,
        record=record,
        form=form,
        new=action is None,
        source=source,
        used_before=any(each.practice_id == source.id for each in before) if source else False,
        credit=practice.list_credits(identity, organisation.id, [action]).get(action) if action else None,
        draft=True,
    )


def _save_action(organisation: OrganisationRef, recommendation: str, action: UUID | None) -> Answer:
    record = the_record(organisation, recommendation)
    form = ActionForm()
    if not form.validate():
        return _action_page(organisation, record, form, action), 422
    wanted = ActionInput(form.title.data or "", form.owner.data or "", form.due_on.data, form.done_on.data)
    location = url_for("dashboard.record", organisation=organisation.code, recommendation=recommendation)
    try:
        claim(form, location)
        if action is None:
            source = _source(form.source.data)
            actions.add_action(
                the_identity(), organisation, recommendation, wanted, source=source.id if source else None
            )
        else:
            version = form.version_number()
            actions.change_action(the_identity(), organisation, action, wanted, version=version)
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return _action_page(organisation, record, form, action), 422
    except Conflict as conflict:
        undo()
        form.version.data = str(conflict.current_version)
        form.add_problems(
            [
                (
                    "",
                    "Somebody changed this action since you opened it. What you typed is below: save to keep yours.",
                )
            ]
        )
        return _action_page(organisation, record, form, action), 409
    finish_draft()
    flash("Action saved.", "success")
    return redirect(location, 303)
