"""What is said of an item, and further files for it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from tracker.access.decorators import requires, the_identity, uploads
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.errors import Conflict, RuleBroken
from tracker.evidence import actions, presenters, queries
from tracker.evidence.forms import DetailsForm, FilesForm
from tracker.evidence.queries import HeldUpload, LinkedItem
from tracker.evidence.views.arriving import held_files, hold_files, lost_problems, picture_problems
from tracker.evidence.views.common import address_of, answers_for, bp, codes_of, open_item, wanted_item
from tracker.web.saving import Answer, claim, finish_draft, led_before, require_open, typed_before
from tracker.web.transactions import commits, undo


@bp.get("/<uuid:item>/edit")
@requires(Permission.EVIDENCE_RECORD)
def edit(organisation: OrganisationRef, item: UUID) -> Answer:
    """What is said of an item and what it supports, ready to be changed."""
    linked = open_item(organisation, item)
    standing = {"recommendations": codes_of(organisation, item)}
    typed = typed_before()
    form = DetailsForm(formdata=typed) if typed else DetailsForm(None, obj=linked.item, data=standing)
    return _edit_page(organisation, linked, form)


@bp.post("/<uuid:item>/edit")
@requires(Permission.EVIDENCE_RECORD)
@commits
def save(organisation: OrganisationRef, item: UUID) -> Answer:
    """Save the details as a new version; 409 with both versions when somebody else was first."""
    if led := led_before():
        return led
    linked = open_item(organisation, item)
    form = DetailsForm(formdata=MultiDict(request.form))
    form.offer(answers_for(organisation), 0)
    if not form.validate():
        return _edit_page(organisation, linked, form), 422
    location = address_of(organisation, item)
    try:
        claim(form, location)
        wanted = wanted_item(form, first_file="")
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
    finish_draft()
    flash("Saved.", "success")
    return redirect(location, 303)


def _edit_page(organisation: OrganisationRef, linked: LinkedItem, form: DetailsForm) -> str:
    form.offer(answers_for(organisation), 0)
    return render_template(
        "evidence/edit.html", organisation=organisation, item=linked.item, form=form, draft=True
    )


def _conflict_page(
    organisation: OrganisationRef, linked: LinkedItem, form: DetailsForm, conflict: Conflict
) -> tuple[str, int]:
    """Both versions, and the form with everything typed, ready to be saved over what stands now."""
    standing = linked.item
    names = queries.list_names(the_identity(), organisation.id, standing.entity_id)
    wanted = wanted_item(form, first_file="")
    yours = {name: getattr(wanted, name) for name in presenters.FIELD_WORDS}
    yours["recommendations"] = sorted(wanted.recommendations)
    form.version.data = str(conflict.current_version)
    page = render_template(
        "evidence/conflict.html",
        organisation=organisation,
        item=standing,
        author=names.get(standing.author_id, "Somebody else"),
        differences=presenters.differences(standing, codes_of(organisation, standing.entity_id), yours),
        form=form,
    )
    return page, 409


@bp.get("/<uuid:item>/files")
@requires(Permission.EVIDENCE_RECORD)
def add_files(organisation: OrganisationRef, item: UUID) -> Answer:
    """Further files for an item, or a newer one in the place of an older."""
    linked = open_item(organisation, item)
    return _files_page(organisation, linked, _files_form(linked, typed_before()))


@bp.post("/<uuid:item>/files")
@requires(Permission.EVIDENCE_RECORD)
@uploads
@commits
def store_files(organisation: OrganisationRef, item: UUID) -> Answer:
    """Add the files as the next revisions."""
    require_open(organisation)
    if led := led_before():
        return led
    queries.get_item(the_identity(), organisation.id, item)
    typed, problems = hold_files(organisation)
    linked = open_item(organisation, item)
    form = _files_form(linked, typed)
    held = held_files(organisation, form)
    form.validate()
    form.add_problems([*problems, *_files_problems(linked, form, held, refused=bool(problems))])
    if form.error_summary():
        return _files_page(organisation, linked, form, held), 422
    location = address_of(organisation, item)
    try:
        claim(form, location)
        actions.add_files(the_identity(), organisation, item, held, replaces=form.replaced_revision())
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return _files_page(organisation, linked, form, held), 422
    finish_draft()
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
    problems = [*lost_problems(form, held), *picture_problems(form, held)]
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
