"""The forms that write progress. The pages that show it are composed in `dashboard`."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.wrappers import Response

from tracker import clock
from tracker.access.decorators import requires, the_identity, uploads
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.accounts import actions as accounts
from tracker.accounts import queries as accounts_queries
from tracker.catalogue.rules import Delivery
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.evidence import actions as evidence
from tracker.evidence import queries as evidence_queries
from tracker.evidence.actions import Received
from tracker.progress import actions, presenters, queries
from tracker.progress.actions import ActionInput, Proof
from tracker.progress.forms import ActionForm, AgreeForm, ConfirmForm, ProgressForm, SeveralForm
from tracker.progress.queries import RecordRow
from tracker.web.transactions import commits, undo, writing

bp = Blueprint("progress", __name__, url_prefix="/organisations/<organisation:organisation>")
RECORD = "/recommendations/<recommendation:recommendation>"
Answer = str | tuple[str, int] | Response
PICTURES = ("image/png", "image/jpeg")


@bp.get(f"{RECORD}/progress")
@requires(Permission.PROGRESS_RECORD)
def edit(organisation: OrganisationRef, recommendation: str) -> Answer:
    """The form, filled with where the record stands, or with what this person had typed before."""
    _require_open(organisation)
    record = _record(organisation, recommendation)
    draft = accounts_queries.find_draft(the_identity(), request.path)
    if draft and request.args.get("draft"):
        form = _form(organisation, record, MultiDict(draft))
        return _edit_page(organisation, record, form)
    form = _form(organisation, record)
    return _edit_page(organisation, record, form, has_draft=bool(draft))


@bp.post(f"{RECORD}/progress")
@requires(Permission.PROGRESS_RECORD)
@uploads
@commits
def save(organisation: OrganisationRef, recommendation: str) -> Answer:
    """Record a step with its proof. 422 with everything typed, or 409 with both versions."""
    _require_open(organisation)
    held_problems = _hold_files(organisation)
    record = _record(organisation, recommendation)
    form = _form(organisation, record, MultiDict(request.form))
    valid = form.validate()
    form.add_problems([*held_problems, *_picture_problems(organisation, form)])
    if not valid or form.error_summary():
        return _edit_page(organisation, record, form), 422
    location = url_for("dashboard.record", organisation=organisation.code, recommendation=recommendation)
    try:
        accounts.claim_form(the_identity().user_id, form.idempotency_key.data, location)
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
        undo()
        return _conflict_page(organisation, record, form, conflict)
    accounts.discard_draft(the_identity(), request.path)
    flash(
        f"Saved. Recommendation {record.recommendation.number}: {_standing_after(organisation, recommendation)}.",
        "success",
    )
    return redirect(location, 303)


@bp.get(f"{RECORD}/progress/confirm")
@requires(Permission.PROGRESS_RECORD)
def confirm(organisation: OrganisationRef, recommendation: str) -> Answer:
    """Ask whether the record is still true."""
    _require_open(organisation)
    record = _record(organisation, recommendation)
    form = ConfirmForm(formdata=None, version="0" if record.entry is None else str(record.entry.version))
    return _confirm_page(organisation, record, form)


@bp.post(f"{RECORD}/progress/confirm")
@requires(Permission.PROGRESS_RECORD)
@commits
def save_confirmation(organisation: OrganisationRef, recommendation: str) -> Answer:
    """Renew an unchanged record: its form may also stand on the dashboard or the record page."""
    _require_open(organisation)
    record = _record(organisation, recommendation)
    form = ConfirmForm()
    location = url_for("dashboard.record", organisation=organisation.code, recommendation=recommendation)
    try:
        accounts.claim_form(the_identity().user_id, form.idempotency_key.data, location)
        actions.confirm_progress(
            the_identity(), organisation, recommendation, version=_version(form.version.data)
        )
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return _confirm_page(organisation, record, form), 422
    except Conflict:
        undo()
        form.add_problems(
            [("", "Somebody changed this record since you opened the page. Look at it again below.")]
        )
        return _confirm_page(organisation, record, form), 409
    flash(f"Recommendation {record.recommendation.number} is confirmed as still true today.", "success")
    return redirect(location, 303)


@bp.get("/confirm")
@requires(Permission.PROGRESS_RECORD)
def confirm_several(organisation: OrganisationRef) -> Answer:
    """Several unchanged records on one screen, the longest unconfirmed first."""
    _require_open(organisation)
    return _several_page(organisation, SeveralForm(formdata=None))


@bp.post("/confirm")
@requires(Permission.PROGRESS_RECORD)
@commits
def save_several(organisation: OrganisationRef) -> Answer:
    """Confirm the records ticked: all of them or, when one may not be, none."""
    _require_open(organisation)
    form = SeveralForm()
    location = url_for("dashboard.organisation", organisation=organisation.code)
    problems = _for_each_chosen(form, location,
        lambda code, version: actions.confirm_progress(the_identity(), organisation, code, version=version),
    )  # fmt: skip
    if problems:
        undo()
        form.add_problems(problems)
        return _several_page(organisation, form), 422
    flash("Confirmed as still true today.", "success")
    return redirect(location, 303)


@bp.get("/agree")
@requires(Permission.PROGRESS_ASSURE)
def agree(organisation: OrganisationRef) -> Answer:
    """Agree several at one meeting: one meeting, one date, tick the records."""
    _require_open(organisation)
    return _agree_page(organisation, AgreeForm(formdata=None))


@bp.post("/agree")
@requires(Permission.PROGRESS_ASSURE)
@commits
def save_agreed(organisation: OrganisationRef) -> Answer:
    """Each record is checked by the same rules as on its own form; all are agreed or none."""
    _require_open(organisation)
    form = AgreeForm()
    if not form.validate():
        return _agree_page(organisation, form), 422
    location = url_for("dashboard.organisation", organisation=organisation.code)
    problems = _for_each_chosen(form, location,
        lambda code, version: actions.agree_progress(
            the_identity(), organisation, code,
            forum=form.forum.data or "", forum_on=form.forum_on.data, version=version,
        ),
    )  # fmt: skip
    if problems:
        undo()
        form.add_problems(problems)
        return _agree_page(organisation, form), 422
    count = len(form.chosen())
    flash(
        f"Agreed: {count} {'recommendation' if count == 1 else 'recommendations'}, {form.forum.data}.",
        "success",
    )
    return redirect(location, 303)


@bp.get(f"{RECORD}/actions/new")
@requires(Permission.PROGRESS_RECORD)
def action_new(organisation: OrganisationRef, recommendation: str) -> Answer:
    """An empty action."""
    _require_open(organisation)
    record = _record(organisation, recommendation)
    return _action_page(organisation, record, ActionForm(formdata=None), new=True)


@bp.post(f"{RECORD}/actions/new")
@requires(Permission.PROGRESS_RECORD)
@commits
def save_new_action(organisation: OrganisationRef, recommendation: str) -> Answer:
    """Add an action."""
    _require_open(organisation)
    return _save_action(organisation, recommendation, None)


@bp.get(f"{RECORD}/actions/<uuid:action>")
@requires(Permission.PROGRESS_RECORD)
def action_edit(organisation: OrganisationRef, recommendation: str, action: UUID) -> Answer:
    """An action as it stands."""
    _require_open(organisation)
    record = _record(organisation, recommendation)
    found = queries.get_action(the_identity(), organisation.id, action)
    return _action_page(organisation, record, ActionForm(formdata=None, obj=found), new=False)


@bp.post(f"{RECORD}/actions/<uuid:action>")
@requires(Permission.PROGRESS_RECORD)
@commits
def save_action(organisation: OrganisationRef, recommendation: str, action: UUID) -> Answer:
    """Change an action or say that it is done."""
    _require_open(organisation)
    return _save_action(organisation, recommendation, action)


def _record(organisation: OrganisationRef, recommendation: str) -> RecordRow:
    return queries.get_record(the_identity(), organisation.id, organisation.kind, recommendation)


def _require_open(organisation: OrganisationRef) -> None:
    if not organisation.is_open:
        raise NotAllowed(f"{organisation.code} is closed: its record is read-only")


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


def _edit_page(
    organisation: OrganisationRef, record: RecordRow, form: ProgressForm, has_draft: bool = False
) -> str:
    held = evidence_queries.list_held(the_identity(), organisation.id, _held_ids(form))
    return render_template(
        "progress/edit.html",
        organisation=organisation,
        record=record,
        form=form,
        held=held,
        has_draft=has_draft,
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
    after = _record(organisation, recommendation)
    words = after.standing.label
    return f"{words} ({after.evidence.live})" if after.standing.value == "waiting" else words


def _confirm_page(organisation: OrganisationRef, record: RecordRow, form: ConfirmForm) -> str:
    return render_template("progress/confirm.html", organisation=organisation, record=record, form=form)


def _several_page(organisation: OrganisationRef, form: SeveralForm) -> str:
    today = clock.today()
    records = [each for each in _all_records(organisation) if each.entry is not None]
    records.sort(key=lambda each: each.entry.confirmed_on if each.entry else today)
    rows = presenters.tick_rows(
        (
            each.recommendation.number,
            each.recommendation.code,
            each.recommendation.short_title,
            each.entry.version if each.entry else 0,
            each.standing,
            presenters.confirm_note(each.entry.confirmed_on, today) if each.entry else "",
            "evidence is out of date" if each.evidence.in_use and not each.evidence.live else "",
        )
        for each in records
    )
    ticked = set(form.records.data or ())
    return render_template(
        "progress/several.html", organisation=organisation, form=form, rows=rows, ticked=ticked
    )


def _agree_page(organisation: OrganisationRef, form: AgreeForm) -> str:
    records = [each for each in _all_records(organisation) if each.delivery is Delivery.DELIVERED]
    lapsed = [each for each in _all_records(organisation) if each.standing.value == "lapsed"]
    rows = presenters.tick_rows(
        (
            each.recommendation.number,
            each.recommendation.code,
            each.recommendation.short_title,
            each.entry.version if each.entry else 0,
            each.standing,
            f"{each.evidence.live} in date" if each.evidence.live else "no evidence in date",
            _why_not(organisation, each),
        )
        for each in [*records, *lapsed]
    )
    ticked = set(form.records.data or ())
    return render_template(
        "progress/agree.html", organisation=organisation, form=form, rows=rows, ticked=ticked
    )


def _why_not(organisation: OrganisationRef, record: RecordRow) -> str:
    if record.entry is None or not record.evidence.live_with_file:
        return "add a file of evidence first"
    authors = queries.authors_since_delivered(
        organisation.id, record.recommendation.code, record.entry.delivered_version
    )
    return "you recorded this, so another lead must agree it" if the_identity().user_id in authors else ""


def _all_records(organisation: OrganisationRef) -> list[RecordRow]:
    return queries.list_records(the_identity(), organisation.id, organisation.kind)


def _for_each_chosen(
    form: SeveralForm, location: str, act: Callable[[str, int], object]
) -> list[tuple[str, str]]:
    """Do one thing to each record ticked; the problems of all of them, none of them done when there is one."""
    chosen = form.chosen()
    if not chosen:
        return [("", "Tick at least one recommendation.")]
    accounts.claim_form(the_identity().user_id, form.idempotency_key.data, location)
    problems = []
    for code, version in chosen:
        number = int(code.rsplit("-", 1)[-1]) if code[-2:].isdecimal() else 0
        try:
            act(code, version)
        except RuleBroken as broken:
            problems += [("", f"Recommendation {number}: {message}") for _field, message in broken.problems]
        except Conflict:
            problems.append(
                ("", f"Recommendation {number}: somebody changed it since you opened this page. Look again.")
            )
    return problems


def _action_page(organisation: OrganisationRef, record: RecordRow, form: ActionForm, *, new: bool) -> str:
    return render_template(
        "progress/action.html", organisation=organisation, record=record, form=form, new=new
    )


def _save_action(organisation: OrganisationRef, recommendation: str, action: UUID | None) -> Answer:
    record = _record(organisation, recommendation)
    form = ActionForm()
    if not form.validate():
        return _action_page(organisation, record, form, new=action is None), 422
    wanted = ActionInput(form.title.data or "", form.owner.data or "", form.due_on.data, form.done_on.data)
    location = url_for("dashboard.record", organisation=organisation.code, recommendation=recommendation)
    try:
        accounts.claim_form(the_identity().user_id, form.idempotency_key.data, location)
        if action is None:
            actions.add_action(the_identity(), organisation, recommendation, wanted)
        else:
            version = _version(form.version.data)
            actions.change_action(the_identity(), organisation, action, wanted, version=version)
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return _action_page(organisation, record, form, new=action is None), 422
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
        return _action_page(organisation, record, form, new=False), 409
    flash("Action saved.", "success")
    return redirect(location, 303)


def _version(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else -1
