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
from tracker.web.fields import version_number
from tracker.web.saving import Answer, claim, finish_draft, require_open, typed_before
from tracker.web.transactions import commits, undo


@bp.get(f"{RECORD}/actions/new")
@requires(Permission.PROGRESS_RECORD)
def action_new(organisation: OrganisationRef, recommendation: str) -> Answer:
    """An empty action, or one that begins with somebody else's practice."""
    require_open(organisation)
    record = the_record(organisation, recommendation)
    form = ActionForm(formdata=typed_before())
    if not form.source.data and (wanted := request.args.get("from")):
        _begin_with(form, wanted)
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
    """The practice of another organisation that an action is made of, as it was read; it may be out of use by now."""

    id: UUID
    version: int
    owner: str
    title: str
    what: str
    is_in_use: bool
    is_stopped: bool


SAVED = "Action saved."
GONE = "was taken out of use meanwhile: the credit is of the text that you read."
STOPPED = "is not shown to others at present: the national lead stopped it. The credit is of the text that you read."
CHANGED = "Somebody changed this action since you opened it. What you typed is below: save to keep yours."
LOST = "The practice that you began with cannot be found: save again to keep the action without its credit"


def _begin_with(form: ActionForm, text: str) -> None:
    """Begin with the practice that an address names. NotFound when it is not published."""
    row, owner = practice.get_published(the_identity(), _id_of(text))
    form.source.data, form.source_version.data = str(row.entity_id), str(row.version)
    form.title.data = f"From {owner.name}: {row.title}"[:MOST_TITLE]


def _source_of(form: ActionForm) -> Source | None:
    """The practice that a form was begun with. Nothing typed is lost when there is none: the form says so."""
    if not form.source.data:
        return None
    try:
        wanted, version = _id_of(form.source.data), version_number(form.source_version.data)
        found = practice.get_read(the_identity(), wanted, version)
    except NotFound:
        form.source.data = form.source_version.data = ""
        form.add_problems([("", LOST)])
        return None
    row = found.practice
    form.source_version.data = str(row.version)
    what = "" if found.is_stopped else row.what
    return Source(
        row.entity_id, row.version, found.owner.name, row.title, what, found.is_in_use, found.is_stopped
    )


def _id_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(text) from None


def _action_page(
    organisation: OrganisationRef, record: RecordRow, form: ActionForm, action: UUID | None
) -> str:
    identity, own = the_identity(), [action] if action else []
    source = _source_of(form) if action is None else None
    before = practice.list_uses(identity, organisation.id) if source else ()
    return render_template(
        "progress/action.html",
        organisation=organisation,
        record=record,
        form=form,
        new=action is None,
        source=source,
        used_before=any(each.practice_id == source.id for each in before) if source else False,
        credit=practice.list_credits(identity, organisation.id, own).get(action) if action else None,
        read=practice.list_read(identity, organisation.id, own).get(action) if action else None,
        draft=True,
    )


def _save_action(organisation: OrganisationRef, recommendation: str, action: UUID | None) -> Answer:
    record = the_record(organisation, recommendation)
    form = ActionForm()
    valid, source = form.validate(), _source_of(form) if action is None else None
    if not valid or form.form_errors:
        return _action_page(organisation, record, form, action), 422
    location = url_for("dashboard.record", organisation=organisation.code, recommendation=recommendation)
    try:
        claim(form, location)
        notice = _write(organisation, recommendation, form, action, source)
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return _action_page(organisation, record, form, action), 422
    except Conflict as conflict:
        undo()
        form.version.data = str(conflict.current_version)
        form.add_problems([("", CHANGED)])
        return _action_page(organisation, record, form, action), 409
    finish_draft()
    flash(notice, "success")
    return redirect(location, 303)


def _write(
    organisation: OrganisationRef, code: str, form: ActionForm, action: UUID | None, source: Source | None
) -> str:
    """Add or change it; what is said afterwards."""
    identity = the_identity()
    wanted = ActionInput(form.title.data or "", form.owner.data or "", form.due_on.data, form.done_on.data)
    if action is not None:
        actions.change_action(identity, organisation, action, wanted, version=form.version_number())
        return SAVED
    if source is None:
        actions.add_action(identity, organisation, code, wanted)
        return SAVED
    made = actions.add_action(
        identity, organisation, code, wanted, source=source.id, source_version=source.version
    )
    # Looked up while the locks are held: what its owner did until then is known, and said.
    credit = practice.list_credits(identity, organisation.id, [made.entity_id])[made.entity_id]
    if credit.is_in_use:
        return SAVED
    return f"{SAVED} “{credit.title}” {GONE if credit.is_withdrawn else STOPPED}"
