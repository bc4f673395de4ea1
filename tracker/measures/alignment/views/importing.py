"""A list of training from a spreadsheet: read, shown row by row, mended in the same form, and applied in one step."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, make_response, redirect, render_template, request
from werkzeug.datastructures import FileStorage, MultiDict

from tracker import clock
from tracker.access.decorators import requires, the_identity, uploads
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.errors import RuleBroken
from tracker.evidence import actions as evidence
from tracker.evidence.actions import Received
from tracker.evidence.rules import identifier_problem
from tracker.library import queries as library
from tracker.library.queries import Resource
from tracker.library.rules import NationalKind
from tracker.measures.alignment import actions, presenters, rules, writers
from tracker.measures.alignment.forms import FileForm, PreviewForm, drafts_of
from tracker.measures.alignment.rules import Draft, Held, Judged
from tracker.measures.alignment.views.common import HERE, address, bp
from tracker.web.saving import Answer, claim, finish_draft, led_before, require_open, typed_before
from tracker.web.transactions import commits, undo


@bp.get(f"{HERE}/import")
@requires(Permission.MEASURES_RECORD)
def choose(organisation: OrganisationRef) -> Answer:
    """Choose a file; or go on with a preview that was not finished."""
    require_open(organisation)
    typed = typed_before()
    if typed is not None and typed.get("rows"):
        return _preview(organisation, PreviewForm(typed), _judged(organisation, drafts_of(typed)))
    return _file_page(organisation, FileForm(formdata=None))


@bp.post(f"{HERE}/import")
@requires(Permission.MEASURES_RECORD)
@uploads
@commits
def read(organisation: OrganisationRef) -> Answer:
    """A file becomes a preview; a preview, looked at and mended, becomes training on the list."""
    require_open(organisation)
    if led := led_before():
        return led
    if "rows" in request.form:
        return _mend_or_apply(organisation)
    arrived = next((each for each in request.files.getlist("file") if each.filename), None)
    form = FileForm(formdata=MultiDict(request.form))
    form.validate()
    if arrived is None:
        form.add_problems([("file", "Choose the spreadsheet")])
        return _file_page(organisation, form), 422
    return _read(organisation, form, arrived)


@bp.get(f"{HERE}/list-of-training.xlsx")
@requires(Permission.MEASURES_RECORD)
def template(organisation: OrganisationRef) -> Answer:
    """An empty list to fill in."""
    require_open(organisation)
    answer = make_response(writers.template())
    answer.headers["Content-Type"] = writers.MEDIA_TYPE
    answer.headers["Content-Disposition"] = f'attachment; filename="{writers.FILE_NAME}"'
    return answer


def _read(organisation: OrganisationRef, form: FileForm, arrived: FileStorage) -> Answer:
    try:
        sheets = evidence.read_spreadsheet(Received(arrived.filename or "", arrived.stream))
        found = rules.read_table(sheets, [each.title for each in _listed(organisation)])
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return _file_page(organisation, form), 422
    return _preview(
        organisation, PreviewForm(formdata=None), _judged(organisation, found.drafts), notes=found.notes
    )


def _mend_or_apply(organisation: OrganisationRef) -> Answer:
    form, drafts = PreviewForm(MultiDict(request.form)), drafts_of(request.form)
    rows = _judged(organisation, drafts)
    if request.form.get("step") == "check":
        return _preview(organisation, form, rows)
    form.validate()
    form.row_problems = presenters.row_problems(rows)
    if not rules.usable(rows):
        form.add_problems([("", "No row can be added to the list")])
    if form.error_summary():
        return _preview(organisation, form, rows), 422
    return _apply(organisation, form, drafts, rows)


def _apply(
    organisation: OrganisationRef, form: PreviewForm, drafts: Sequence[Draft], rows: Sequence[Judged]
) -> Answer:
    identity, entries, home = the_identity(), rules.usable(rows), address(organisation)
    try:
        claim(form, home)
        actions.import_training(identity, organisation, entries)
    except RuleBroken as broken:
        # Somebody else put the same training on the list meanwhile: the rows say so now.
        undo()
        rows = _judged(organisation, drafts)
        form.row_problems = presenters.row_problems(rows)
        if not form.row_problems:
            form.add_problems(("", words) for _field, words in broken.problems)
        return _preview(organisation, form, rows), 422
    finish_draft()
    flash(f"{len(entries)} added to the list.", "success")
    return redirect(home, 303)


def _judged(organisation: OrganisationRef, drafts: Sequence[Draft]) -> list[Judged]:
    listed = _listed(organisation)
    judged = rules.judge(drafts, [each.title for each in listed], clock.today(), identifier_problem)
    return rules.linked(judged, _held(organisation, listed), organisation.kind)


def _listed(organisation: OrganisationRef) -> list[Resource]:
    rows = library.list_resources(the_identity(), organisation.id)
    return [each for each in rows if each.withdrawn_on is None]


def _held(organisation: OrganisationRef, listed: Sequence[Resource]) -> list[Held]:
    """What of the national library a row can still be: each stands on a list once."""
    taken = {each.national_code for each in listed}
    return [
        Held(each.code, each.title, each.level, each.owner_id == organisation.id)
        for each in library.list_national_resources()
        if each.kind is NationalKind.RESOURCE and each.retired_on is None and each.code not in taken
    ]


def _file_page(organisation: OrganisationRef, form: FileForm) -> str:
    return render_template(
        "alignment/import.html",
        organisation=organisation,
        form=form,
        columns=presenters.columns(),
        most=rules.MOST,
        cancel_href=address(organisation),
    )


def _preview(
    organisation: OrganisationRef, form: PreviewForm, rows: Sequence[Judged], *, notes: Sequence[str] = ()
) -> str:
    return render_template(
        "alignment/preview.html",
        organisation=organisation,
        form=form,
        rows=presenters.preview_rows(rows),
        counts=presenters.state_counts(rows),
        usable=len(rules.usable(rows)),
        notes=notes,
        draft=True,
        cancel_href=address(organisation),
    )
