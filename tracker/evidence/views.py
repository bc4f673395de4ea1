"""The evidence register: looking, adding, changing, taking out of use, and handing out the bytes."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import BinaryIO
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.wrappers import Response
from werkzeug.wsgi import FileWrapper

from tracker import clock
from tracker.access.decorators import requires, the_identity, uploads
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.accounts import actions as accounts
from tracker.accounts import queries as accounts_queries
from tracker.catalogue import queries as catalogue
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.evidence import actions, presenters, queries, rules
from tracker.evidence.actions import ItemInput, Received
from tracker.evidence.forms import LINK_THERE, DetailsForm, FilesForm, ItemForm, WithdrawForm
from tracker.evidence.presenters import STATES, Supported
from tracker.evidence.queries import HeldUpload, LinkedItem, RegisterFilter
from tracker.evidence.rules import EvidenceKind
from tracker.evidence.storage import EvidenceAltered
from tracker.web.pagination import PER_PAGE, Page, page_number, url_for_page
from tracker.web.transactions import commits, undo, writing

bp = Blueprint("evidence", __name__, url_prefix="/organisations/<organisation:organisation>/evidence")
Answer = str | tuple[str, int] | Response
Same = Mapping[UUID, LinkedItem]
PICTURES = frozenset({"image/png", "image/jpeg"})
log = logging.getLogger("tracker.evidence")


# --- looking ----------------------------------------------------------------------------------------------


@bp.get("")
@requires(Permission.ORGANISATION_VIEW)
def register(organisation: OrganisationRef) -> Answer:
    """Every piece of evidence of an organisation, filtered and paged; the filter stays in the address."""
    identity, titles = the_identity(), _titles(organisation)
    narrowed = _narrowed(titles)
    counts = queries.count_states(identity, organisation.id)
    total = queries.count_register(identity, organisation.id, narrowed)
    number = min(page_number(), Page([], 1, total).pages)
    found = queries.list_register(
        identity, organisation.id, narrowed, limit=PER_PAGE, offset=(number - 1) * PER_PAGE
    )
    subjects = queries.list_subjects(identity, organisation.id, [each.item.entity_id for each in found])
    rows = presenters.register_rows(found, subjects, titles, clock.today())
    return render_template(
        "evidence/register.html",
        organisation=organisation,
        sentence=presenters.register_sentence(
            counts.total, counts.live, counts.out_of_date, counts.withdrawn
        ),
        today=clock.today(),
        holds_any=bool(counts.total),
        page=Page(rows, number, total),
        address=url_for_page,
        narrowed=narrowed,
        is_narrowed=narrowed != RegisterFilter(),
        kinds=presenters.kind_options(),
        states=presenters.state_options(),
        recommendations=presenters.recommendation_options(titles.values()),
        may_record=_may_record(organisation),
    )


@bp.get("/<uuid:item>")
@requires(Permission.ORGANISATION_VIEW)
def item(organisation: OrganisationRef, item: UUID) -> Answer:
    """One item: what is said of it, what it supports, its files, and what happened to it."""
    identity, titles = the_identity(), _titles(organisation)
    linked = queries.get_item(identity, organisation.id, item)
    files = queries.list_files(identity, organisation.id, item)
    names = queries.list_names(identity, organisation.id, item)
    versions = queries.list_versions(identity, organisation.id, item)
    links = queries.list_link_versions(identity, organisation.id, item)
    return render_template(
        "evidence/item.html",
        organisation=organisation,
        item=linked.item,
        state=presenters.state_of(linked.item, clock.today()),
        supports=presenters.supported(_codes(organisation, item), titles),
        files=presenters.file_rows(files, names),
        history=presenters.history(versions, files, links, names, titles),
        may_record=_may_record(organisation) and linked.item.withdrawn_reason is None,
    )


@bp.get("/<uuid:item>/files/<int:revision>")
@requires(Permission.ORGANISATION_VIEW)
def download(organisation: OrganisationRef, item: UUID, revision: int) -> Answer:
    """The bytes, just checked against their fingerprint, as an attachment; recorded before the first byte."""
    identity = the_identity()
    file = queries.get_file(identity, organisation.id, item, revision)
    name, content_type, size = file.file_name, file.content_type, file.size
    try:
        stream = actions.store().open_verified(organisation.id, file.sha256)
    except (EvidenceAltered, OSError) as error:
        log.error(
            "evidence file not served: %s item %s file %s: %s", organisation.code, item, revision, error
        )
        return render_template(
            "evidence/damaged.html", organisation=organisation, name=name, item_id=item
        ), 503
    try:
        with writing():
            actions.record_download(identity, organisation, file)
    except BaseException:
        stream.close()
        raise
    return _attachment(stream, name, content_type, size)


def _attachment(stream: BinaryIO, name: str, content_type: str, size: int) -> Response:
    answer = current_app.response_class(
        FileWrapper(stream, 64 * 1024), mimetype=content_type, direct_passthrough=True
    )
    answer.call_on_close(stream.close)
    answer.content_length = size
    answer.headers["Content-Disposition"] = presenters.content_disposition(name)
    answer.headers["Content-Security-Policy"] = "sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


# --- adding -----------------------------------------------------------------------------------------------


@bp.get("/new")
@requires(Permission.EVIDENCE_RECORD)
def new(organisation: OrganisationRef) -> Answer:
    """The empty form, with a recommendation ticked when the address names one, or what was half typed."""
    _require_open(organisation)
    draft = accounts_queries.find_draft(the_identity(), request.path)
    if draft and request.args.get("draft"):
        return _new_page(organisation, _new_form(organisation, MultiDict(draft)))
    form = _new_form(organisation)
    form.recommendations.data = [request.args.get("recommendation", "")]
    return _new_page(organisation, form, has_draft=bool(draft))


@bp.post("/new")
@requires(Permission.EVIDENCE_RECORD)
@uploads
@commits
def create(organisation: OrganisationRef) -> Answer:
    """Add an item. Files that arrived with a form that fails are kept, and need not be chosen again."""
    _require_open(organisation)
    if led := _led_before():
        return led
    typed, problems = _hold_files(organisation)
    form = _new_form(organisation, typed)
    held = _held(organisation, form)
    same = _same_bytes(organisation, held)
    form.validate()
    form.add_problems([*problems, *_new_problems(form, held, same, refused=bool(problems))])
    if form.error_summary():
        return _new_page(organisation, form, held=held, same=same), 422
    try:
        location = _save_new(organisation, form, held, same)
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return _new_page(organisation, form, held=held, same=same), 422
    accounts.discard_draft(the_identity(), request.path)
    return redirect(location, 303)


def _save_new(organisation: OrganisationRef, form: ItemForm, held: Sequence[HeldUpload], same: Same) -> str:
    """Link the items that are there, if that was chosen, and make a new one of the rest; where it can be seen."""
    linking = same if form.duplicate.data == LINK_THERE else {}
    there = list(dict.fromkeys(each.item.entity_id for each in linking.values()))
    fresh = [each for each in held if each.id not in linking]
    adds = bool(fresh or form.link.data or not there)
    item_id = actions.next_item_id() if adds else there[0]
    location = _address(organisation, item_id)
    _claim(form, location)
    wanted = _wanted(form, first_file=held[0].file_name if held else "")
    for each in there:
        actions.link_item(the_identity(), organisation, each, wanted.recommendations)
    if adds:
        actions.add_item(the_identity(), organisation, wanted, fresh, item_id=item_id)
    flash(
        "Saved. The evidence was added." if adds else "Saved. The evidence that is here supports them too.",
        "success",
    )
    return location


def _new_form(organisation: OrganisationRef, typed: MultiDict[str, str] | None = None) -> ItemForm:
    form = ItemForm(formdata=typed)
    form.offer(_answers(organisation), current_app.config["SETTINGS"].max_upload_mb)
    return form


def _new_page(
    organisation: OrganisationRef,
    form: ItemForm,
    *,
    held: Sequence[HeldUpload] | None = None,
    same: Same | None = None,
    has_draft: bool = False,
) -> str:
    held = _held(organisation, form) if held is None else held
    return render_template(
        "evidence/new.html",
        organisation=organisation,
        form=form,
        held=held,
        same=list({each.item.entity_id: each.item for each in (same or {}).values()}.values()),
        has_draft=has_draft,
        draft=True,
    )


def _new_problems(
    form: ItemForm, held: Sequence[HeldUpload], same: Same, *, refused: bool
) -> list[tuple[str, str]]:
    problems = [*_lost_problems(form, held), *_picture_problems(form, held)]
    if not held and not form.link.data and not refused and not problems:
        problems.append(("files", "Add a file or a link"))
    if same and form.duplicate.data is None and not form.duplicate.errors:
        names = ", ".join(each.file_name for each in held if each.id in same)
        problems.append(("duplicate", f"{names} is here already. Say what we shall do with it"))
    return problems


# --- changing ---------------------------------------------------------------------------------------------


@bp.get("/<uuid:item>/edit")
@requires(Permission.EVIDENCE_RECORD)
def edit(organisation: OrganisationRef, item: UUID) -> Answer:
    """What is said of an item and what it supports, ready to be changed."""
    linked = _open_item(organisation, item)
    form = DetailsForm(formdata=None, obj=linked.item, data={"recommendations": _codes(organisation, item)})
    return _edit_page(organisation, linked, form)


@bp.post("/<uuid:item>/edit")
@requires(Permission.EVIDENCE_RECORD)
@commits
def save(organisation: OrganisationRef, item: UUID) -> Answer:
    """Save the details as a new version; 409 with both versions when somebody else was first."""
    if led := _led_before():
        return led
    linked = _open_item(organisation, item)
    form = DetailsForm(formdata=MultiDict(request.form))
    form.offer(_answers(organisation), 0)
    if not form.validate():
        return _edit_page(organisation, linked, form), 422
    location = _address(organisation, item)
    try:
        _claim(form, location)
        wanted = _wanted(form, first_file="")
        actions.change_item(the_identity(), organisation, item, wanted, version=form.version_number())
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return _edit_page(organisation, linked, form), 422
    except Conflict as conflict:
        # What was read before the lock is what stood before the other's text.
        undo()
        linked = queries.get_item(the_identity(), organisation.id, item)
        return _conflict_page(organisation, linked, form, conflict)
    flash("Saved.", "success")
    return redirect(location, 303)


def _edit_page(organisation: OrganisationRef, linked: LinkedItem, form: DetailsForm) -> str:
    form.offer(_answers(organisation), 0)
    return render_template("evidence/edit.html", organisation=organisation, item=linked.item, form=form)


def _conflict_page(
    organisation: OrganisationRef, linked: LinkedItem, form: DetailsForm, conflict: Conflict
) -> tuple[str, int]:
    """Both versions, and the form with everything typed, ready to be saved over what stands now."""
    standing = linked.item
    names = queries.list_names(the_identity(), organisation.id, standing.entity_id)
    wanted = _wanted(form, first_file="")
    yours = {name: getattr(wanted, name) for name in presenters.FIELD_WORDS}
    yours["recommendations"] = sorted(wanted.recommendations)
    form.version.data = str(conflict.current_version)
    page = render_template(
        "evidence/conflict.html",
        organisation=organisation,
        item=standing,
        author=names.get(standing.author_id, "Somebody else"),
        differences=presenters.differences(standing, _codes(organisation, standing.entity_id), yours),
        form=form,
    )
    return page, 409


@bp.get("/<uuid:item>/files")
@requires(Permission.EVIDENCE_RECORD)
def add_files(organisation: OrganisationRef, item: UUID) -> Answer:
    """Further files for an item, or a newer one in the place of an older."""
    linked = _open_item(organisation, item)
    return _files_page(organisation, linked, _files_form(linked))


@bp.post("/<uuid:item>/files")
@requires(Permission.EVIDENCE_RECORD)
@uploads
@commits
def store_files(organisation: OrganisationRef, item: UUID) -> Answer:
    """Add the files as the next revisions."""
    _require_open(organisation)
    if led := _led_before():
        return led
    queries.get_item(the_identity(), organisation.id, item)
    typed, problems = _hold_files(organisation)
    linked = _open_item(organisation, item)
    form = _files_form(linked, typed)
    held = _held(organisation, form)
    form.validate()
    form.add_problems([*problems, *_files_problems(linked, form, held, refused=bool(problems))])
    if form.error_summary():
        return _files_page(organisation, linked, form, held), 422
    location = _address(organisation, item)
    try:
        _claim(form, location)
        actions.add_files(the_identity(), organisation, item, held, replaces=form.replaced_revision())
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return _files_page(organisation, linked, form, held), 422
    flash("Saved. The older file stays in the history." if form.replaced_revision() else "Saved.", "success")
    return redirect(location, 303)


def _files_form(linked: LinkedItem, typed: MultiDict[str, str] | None = None) -> FilesForm:
    form = FilesForm(formdata=typed)
    standing = [(file.revision, file.file_name) for file in linked.files]
    form.offer(standing, current_app.config["SETTINGS"].max_upload_mb)
    return form


def _files_problems(
    linked: LinkedItem, form: FilesForm, held: Sequence[HeldUpload], *, refused: bool
) -> list[tuple[str, str]]:
    problems = [*_lost_problems(form, held), *_picture_problems(form, held)]
    if not held and not refused and not problems:
        problems.append(("files", "Choose a file to add"))
    there = {file.sha256: file.revision for file in linked.files}
    for each in held:
        if each.sha256 in there:
            message = f"{each.file_name} is here already, as file {there[each.sha256]}. Leave it out"
            problems.append(("files", message))
    return problems


def _files_page(
    organisation: OrganisationRef, linked: LinkedItem, form: FilesForm, held: Sequence[HeldUpload] = ()
) -> str:
    return render_template(
        "evidence/add_files.html", organisation=organisation, item=linked.item, form=form, held=held
    )


# --- taking out of use ------------------------------------------------------------------------------------


@bp.get("/<uuid:item>/withdraw")
@requires(Permission.EVIDENCE_RECORD)
def withdraw(organisation: OrganisationRef, item: UUID) -> Answer:
    """Ask why, and say what follows."""
    linked = _open_item(organisation, item)
    form = WithdrawForm(formdata=None, version=str(linked.item.version))
    return _withdraw_page(organisation, linked, form)


@bp.post("/<uuid:item>/withdraw")
@requires(Permission.EVIDENCE_RECORD)
@commits
def take_out_of_use(organisation: OrganisationRef, item: UUID) -> Answer:
    """Take an item out of use: it stays in the history, and its files in the store."""
    if led := _led_before():
        return led
    linked = _open_item(organisation, item)
    form = WithdrawForm(formdata=MultiDict(request.form))
    if not form.validate():
        return _withdraw_page(organisation, linked, form), 422
    location, reason = _address(organisation, item), form.reason.data or ""
    try:
        _claim(form, location)
        actions.withdraw_item(the_identity(), organisation, item, reason, version=form.version_number())
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return _withdraw_page(organisation, linked, form), 422
    except Conflict as conflict:
        undo()
        form.version.data = str(conflict.current_version)
        form.add_problems(
            [("", "Somebody changed this item since you opened the page. Look at it below, then decide.")]
        )
        return _withdraw_page(organisation, linked, form), 409
    flash("Taken out of use. It stays in the history.", "success")
    return redirect(location, 303)


def _withdraw_page(organisation: OrganisationRef, linked: LinkedItem, form: WithdrawForm) -> str:
    supports = presenters.supported(_codes(organisation, linked.item.entity_id), _titles(organisation))
    return render_template(
        "evidence/withdraw.html", organisation=organisation, item=linked.item, supports=supports, form=form
    )


# --- what several of them need ----------------------------------------------------------------------------


def _may_record(organisation: OrganisationRef) -> bool:
    return organisation.is_open and allows(the_identity(), Permission.EVIDENCE_RECORD, organisation.id)


def _require_open(organisation: OrganisationRef) -> None:
    if not organisation.is_open:
        raise NotAllowed(f"{organisation.code} is closed: its record is read-only")


def _open_item(organisation: OrganisationRef, item_id: UUID) -> LinkedItem:
    _require_open(organisation)
    return queries.get_item(the_identity(), organisation.id, item_id)


def _address(organisation: OrganisationRef, item_id: UUID) -> str:
    return url_for("evidence.item", organisation=organisation.code, item=item_id)


def _codes(organisation: OrganisationRef, item_id: UUID) -> list[str]:
    links = queries.list_links(the_identity(), organisation.id, item_id)
    return [link.subject_code for link in links]


def _titles(organisation: OrganisationRef) -> dict[str, Supported]:
    found = catalogue.list_recommendations(organisation.kind)
    return {each.code: Supported(each.code, str(each.number), each.short_title) for each in found}


def _answers(organisation: OrganisationRef) -> list[tuple[str, int, str]]:
    found = catalogue.list_recommendations(organisation.kind)
    return [(each.code, each.number, each.short_title) for each in found]


def _narrowed(titles: Mapping[str, Supported]) -> RegisterFilter:
    """The filter in the address; what is not on offer narrows nothing."""

    def known(name: str, values: set[str]) -> str:
        value = request.args.get(name, "")
        return value if value in values else ""

    return RegisterFilter(
        text=request.args.get("q", "").replace("\0", "").strip()[:200],
        kind=known("kind", {each.value for each in EvidenceKind}),
        recommendation=known("recommendation", set(titles)),
        state=known("state", {value for value, _label in STATES}),
    )


def _led_before() -> Response | None:
    """Where this very form led when it was saved before: a retried post need not send its files again."""
    key = request.form.get("idempotency_key", "")
    location = accounts_queries.find_posted(the_identity().user_id, key)
    return redirect(location, 303) if location else None


def _claim(form: ItemForm | FilesForm | WithdrawForm, location: str) -> None:
    accounts.claim_form(the_identity().user_id, form.idempotency_key.data or "", location)


def _wanted(form: ItemForm, *, first_file: str) -> ItemInput:
    """What was typed; of a new item, an empty title and date are filled from the file and today."""
    title = form.title.data or (rules.title_from_file_name(first_file) if first_file else "")
    return ItemInput(
        title=title,
        shows=form.shows.data or "",
        kind=EvidenceKind(form.kind.data),
        dated_on=form.dated_on.data or (None if isinstance(form, DetailsForm) else clock.today()),
        valid_until=form.valid_until.data,
        link=form.link.data or None,
        recommendations=tuple(form.recommendations.data or ()),
    )


def _hold_files(organisation: OrganisationRef) -> tuple[MultiDict[str, str], list[tuple[str, str]]]:
    """Keep the files of this request, whatever becomes of the form; what was typed then names them as held."""
    typed = MultiDict(request.form)
    arrived = [_received(each) for each in request.files.getlist("files") if each.filename]
    if not arrived:
        return typed, []
    with writing():
        held, problems = actions.receive_files(the_identity(), organisation, arrived)
        ids = [str(each.id) for each in held]
    typed.setlist("held", [*typed.getlist("held"), *ids])
    return typed, problems


def _received(file: FileStorage) -> Received:
    return Received(file.filename or "", file.stream)


def _held(organisation: OrganisationRef, form: ItemForm | FilesForm) -> list[HeldUpload]:
    """The files that have arrived for this form; the same bytes sent twice count once."""
    found = queries.list_held(the_identity(), organisation.id, form.held_ids())
    return list({each.sha256: each for each in reversed(found)}.values())[::-1]


def _same_bytes(organisation: OrganisationRef, held: Sequence[HeldUpload]) -> dict[UUID, LinkedItem]:
    """Of the files that have arrived, those that an item in use holds already."""
    found = {}
    for each in held:
        same = queries.find_same_bytes(the_identity(), organisation.id, each.sha256)
        if same is not None and same.item.withdrawn_reason is None:
            found[each.id] = same
    return found


def _lost_problems(form: ItemForm | FilesForm, held: Sequence[HeldUpload]) -> list[tuple[str, str]]:
    if form.held_ids() and not held:
        return [
            (
                "files",
                "The files that had arrived are no longer here, because a day has passed. Choose them again",
            )
        ]
    return []


def _picture_problems(form: ItemForm | FilesForm, held: Sequence[HeldUpload]) -> list[tuple[str, str]]:
    pictures = [each.file_name for each in held if each.content_type in PICTURES]
    if not pictures or form.looked.data:
        return []
    names = ", ".join(pictures)
    return [
        ("looked", f"We cannot read pictures. Look at {names} and tick that no patient can be identified")
    ]
