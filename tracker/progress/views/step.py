"""A step with its proof in one form."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage, MultiDict

from tracker.access.decorators import requires, the_identity, uploads
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.catalogue.rules import Delivery, readers_of
from tracker.errors import Conflict, RuleBroken
from tracker.evidence import actions as evidence
from tracker.evidence import queries as evidence_queries
from tracker.evidence.actions import Received
from tracker.progress import actions, presenters, queries
from tracker.progress.actions import Proof
from tracker.progress.forms import ProgressForm
from tracker.progress.queries import RecordRow
from tracker.progress.views.common import RECORD, bp, the_record
from tracker.web.saving import Answer, claim, finish_draft, require_open, typed_before
from tracker.web.transactions import commits, undo, writing

PICTURES = ("image/png", "image/jpeg")


@bp.get(f"{RECORD}/progress")
@requires(Permission.PROGRESS_RECORD)
def edit(organisation: OrganisationRef, recommendation: str) -> Answer:
    """The form, filled with where the record stands, or with what this person had typed before."""
    require_open(organisation)
    record = the_record(organisation, recommendation)
    return _edit_page(organisation, record, _form(organisation, record, typed_before()))


@bp.post(f"{RECORD}/progress")
@requires(Permission.PROGRESS_RECORD)
@uploads
@commits
def save(organisation: OrganisationRef, recommendation: str) -> Answer:
    """Record a step with its proof. 422 with everything typed, or 409 with both versions."""
    require_open(organisation)
    held_problems = _hold_files(organisation)
    record = the_record(organisation, recommendation)
    form = _form(organisation, record, MultiDict(request.form))
    valid = form.validate()
    form.add_problems([*held_problems, *_picture_problems(organisation, form)])
    if not valid or form.error_summary():
        form.add_problems(_further_problems(organisation, recommendation, form))
        return _edit_page(organisation, record, form), 422
    location = url_for("dashboard.record", organisation=organisation.code, recommendation=recommendation)
    try:
        claim(form, location)
        actions.record_step(
            the_identity(),
            organisation,
            recommendation,
            form.position(),
            _proof(form),
            version=form.version_number(),
        )
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return _edit_page(organisation, record, form), 422
    except Conflict as conflict:
        # What was read before the lock is what stood before the other's text.
        undo()
        return _conflict_page(organisation, the_record(organisation, recommendation), form, conflict)
    finish_draft()
    flash(
        f"Saved. Recommendation {record.recommendation.number}: {_standing_after(organisation, recommendation)}.",
        "success",
    )
    return redirect(location, 303)


def _form(
    organisation: OrganisationRef, record: RecordRow, typed: MultiDict[str, str] | None = None
) -> ProgressForm:
    entry = record.entry
    form = ProgressForm(formdata=typed, obj=entry) if typed is None else ProgressForm(formdata=typed)
    if typed is None:
        form.version.data = "0" if entry is None else str(entry.version)
        form.note.data = form.reason.data = ""
        if entry is not None and entry.delivery is not Delivery.NOT_APPLICABLE:
            form.reason.data = ""
        elif entry is not None:
            form.reason.data = entry.reason
        if entry is not None and entry.delivery is Delivery.ASSURED:
            # What was agreed stays agreed unless somebody changes it: the form opens on "in place".
            form.delivery.data, form.forum.data, form.forum_on.data = "delivered", "", None
    form.offer(
        record.delivery,
        may_assure=allows(the_identity(), Permission.PROGRESS_ASSURE, organisation.id),
        may_say_not_applicable=record.recommendation.not_applicable_allowed,
        evidence_hint=_what_counts(record),
    )
    form.speak_to(organisation.kind)
    return form


def _what_counts(record: RecordRow) -> str:
    wanted = record.recommendation.details.get("evidence", [])
    return f"For example: {wanted[0].rstrip('.')}." if wanted else "What shows that this is so."


def _hold_files(organisation: OrganisationRef) -> list[tuple[str, str]]:
    """Keep the files of this request, whatever becomes of the form; problems name those refused."""
    arrived = [each for each in request.files.getlist("files") if each.filename]
    if not arrived:
        return []
    with writing():
        held, problems = evidence.receive_files(
            the_identity(), organisation, [_received(each) for each in arrived]
        )
        request.form = MultiDict(
            [*request.form.items(multi=True), *(("held", str(each.id)) for each in held)]
        )  # type: ignore[assignment]
    return problems


def _received(file: FileStorage) -> Received:
    return Received(file.filename or "", file.stream)


def _held_ids(form: ProgressForm) -> tuple[UUID, ...]:
    dropped = set(request.form.getlist("drop"))
    ids = []
    for text in form.held.data or ():
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    return tuple(each for each in ids if str(each) not in dropped)


def _proof(form: ProgressForm) -> Proof:
    return Proof(held=_held_ids(form), link=form.link.data or None, valid_until=form.valid_until.data)


def _picture_problems(organisation: OrganisationRef, form: ProgressForm) -> list[tuple[str, str]]:
    held = evidence_queries.list_held(the_identity(), organisation.id, _held_ids(form))
    pictures = [each.file_name for each in held if each.content_type in PICTURES]
    if not pictures or form.looked.data:
        return []
    return [
        (
            "looked",
            f"We cannot read pictures. Look at {', '.join(pictures)} and tick that no patient can be identified.",
        )
    ]


def _further_problems(
    organisation: OrganisationRef, recommendation: str, form: ProgressForm
) -> list[tuple[str, str]]:
    """What the rules say besides, of fields that have no problem of their own yet: one round, not two."""
    if form.delivery.errors:
        return []
    found = actions.find_problems(the_identity(), organisation, recommendation, form.position(), _proof(form))
    return [(name, message) for name, message in found if not form[name].errors]


def _edit_page(organisation: OrganisationRef, record: RecordRow, form: ProgressForm) -> str:
    held = evidence_queries.list_held(the_identity(), organisation.id, _held_ids(form))
    return render_template(
        "progress/edit.html",
        organisation=organisation,
        record=record,
        form=form,
        held=held,
        readers=readers_of(organisation.kind),
        draft=True,
    )


def _conflict_page(
    organisation: OrganisationRef, record: RecordRow, form: ProgressForm, conflict: Conflict
) -> tuple[str, int]:
    """Both versions, and the form with everything typed, ready to be saved over what stands now."""
    history = queries.list_history(the_identity(), organisation.id, record.recommendation.code)
    form.version.data = str(conflict.current_version)
    page = render_template(
        "progress/conflict.html",
        organisation=organisation,
        record=record,
        form=form,
        held=evidence_queries.list_held(the_identity(), organisation.id, _held_ids(form)),
        latest=history[0] if history else None,
        differences=presenters.differences(queries.position_of(record.entry), form.position()),
        draft=True,
    )
    return page, 409


def _standing_after(organisation: OrganisationRef, recommendation: str) -> str:
    after = the_record(organisation, recommendation)
    words = after.standing.label
    return f"{words} ({after.evidence.live})" if after.standing.value == "waiting" else words
