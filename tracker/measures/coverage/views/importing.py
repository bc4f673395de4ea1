"""Numbers from a spreadsheet: read, shown row by row, mended in the same form, and then applied in one step."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request
from werkzeug.datastructures import FileStorage, MultiDict

from tracker.access.decorators import requires, the_identity, uploads
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.errors import Conflict, RuleBroken
from tracker.evidence import actions as evidence
from tracker.evidence.actions import Received
from tracker.measures.coverage import actions, presenters, queries, rules
from tracker.measures.coverage.forms import FileForm, PreviewForm, drafts_of
from tracker.measures.coverage.rules import Draft, Judged, NamesPeople, Needs
from tracker.measures.coverage.views.common import (
    bp,
    held_files,
    hold_files,
    home,
    offer_reports,
    require_open,
)
from tracker.web.conflicts import Difference
from tracker.web.saving import Answer, claim, finish_draft, led_before, typed_before
from tracker.web.transactions import commits, undo


@bp.get("/import")
@requires(Permission.MEASURES_RECORD)
def choose(organisation: OrganisationRef) -> Answer:
    """Choose a file; or go on with a preview that was not finished."""
    require_open(organisation)
    typed = typed_before()
    if typed is not None and typed.get("rows"):
        return _preview(organisation, _preview_form(organisation, typed), drafts_of(typed))
    return _file_page(organisation, FileForm(formdata=None))


@bp.post("/import")
@requires(Permission.MEASURES_RECORD)
@uploads
@commits
def read(organisation: OrganisationRef) -> Answer:
    """A file becomes a preview; a preview, looked at and mended, becomes the numbers of a date."""
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
    try:
        sheets = evidence.read_spreadsheet(Received(arrived.filename or "", arrived.stream))
        drafts = rules.read_table(sheets, _needs(organisation))
    except NamesPeople as people:
        said = f"This file has one row for each person: {people.why}. Nothing of it was kept."
        form.add_problems([("file", said)])
        return _file_page(organisation, form, names_people=True), 422
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return _file_page(organisation, form), 422
    return _first_preview(organisation, arrived, drafts)


def _first_preview(organisation: OrganisationRef, arrived: FileStorage, drafts: list[Draft]) -> Answer:
    """The rows as read; the file itself is held as the report, unless it may not be."""
    arrived.stream.seek(0)
    typed, problems = hold_files(organisation, [arrived])
    if problems:
        form = FileForm(formdata=None)
        form.add_problems(("file", message) for _name, message in problems)
        return _file_page(organisation, form), 422
    form = PreviewForm(formdata=None)
    form.held.data = typed.getlist("held")
    offer_reports(organisation, form)
    form.source.data = arrived.filename
    last = queries.find_last(the_identity(), organisation.id)
    needs = _needs(organisation)
    if last is not None:
        form.interval_months.data, form.counted.data = last.entry.interval_months, last.entry.counted.value
        form.not_counted.data, form.not_counted_about.data = (
            last.entry.not_counted,
            last.entry.not_counted_about,
        )
    elif needs is not None:
        form.interval_months.data = needs.interval_months
    return _preview(organisation, form, drafts)


def _mend_or_apply(organisation: OrganisationRef) -> Answer:
    typed, problems = hold_files(organisation, request.files.getlist("files"))
    form, drafts = _preview_form(organisation, typed), drafts_of(typed)
    rows = rules.judge(drafts, _needs(organisation))
    if typed.get("step") == "check":
        form.add_problems(problems)
        return _preview(organisation, form, drafts)
    form.validate()
    form.add_problems(problems)
    form.row_problems = presenters.row_problems(rows)
    if form.error_summary():
        return _preview(organisation, form, drafts), 422
    held = [each.id for each in held_files(organisation, form)]
    return _apply(organisation, form, drafts, rows, held)


def _apply(
    organisation: OrganisationRef,
    form: PreviewForm,
    drafts: list[Draft],
    rows: list[Judged],
    held: list[UUID],
) -> Answer:
    wanted = form.wanted_with(rules.usable(rows), imported=True)
    version = form.version_for(form.about_on.data)
    try:
        claim(form, home(organisation))
        actions.record_position(the_identity(), organisation, wanted, version=version, held=held)
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return _preview(organisation, form, drafts), 422
    except Conflict as conflict:
        undo()
        return _conflict_page(organisation, form, drafts, conflict)
    used = sum(row.count is not None for row in rows)
    finish_draft()
    flash(f"Saved: the numbers of {used} rows. The figures below are worked out from them.", "success")
    return redirect(home(organisation), 303)


def _conflict_page(
    organisation: OrganisationRef, form: PreviewForm, drafts: list[Draft], conflict: Conflict
) -> tuple[str, int]:
    """There are numbers of this date already: both are shown, and saving again puts the file's in their place."""
    about_on = form.about_on.data
    standing = queries.find_position(the_identity(), organisation.id, about_on)
    if about_on is not None:
        form.sees(about_on, conflict.current_version)
    counts = rules.usable(rules.judge(drafts, _needs(organisation)))
    wanted = form.wanted_with(counts, imported=True)
    differing = [] if standing is None else presenters.differences(standing, wanted)
    names = {} if standing is None else queries.author_names(the_identity(), {standing.entry.author_id})
    author = next(iter(names.values()), "Somebody")
    return _preview(organisation, form, drafts, differences=differing, author=author), 409


def _needs(organisation: OrganisationRef) -> Needs | None:
    row = queries.needs_of(the_identity(), [organisation.id]).get(organisation.id)
    return None if row is None else row.needs


def _preview_form(organisation: OrganisationRef, typed: MultiDict[str, str]) -> PreviewForm:
    form = PreviewForm(formdata=typed)
    offer_reports(organisation, form)
    return form


def _file_page(organisation: OrganisationRef, form: FileForm, *, names_people: bool = False) -> str:
    table = queries.needs_of(the_identity(), [organisation.id]).get(organisation.id)
    return render_template(
        "coverage/import.html",
        organisation=organisation,
        form=form,
        names_people=names_people,
        letter=presenters.letter(organisation.name, table),
    )


def _preview(
    organisation: OrganisationRef,
    form: PreviewForm,
    drafts: list[Draft],
    *,
    differences: list[Difference] | None = None,
    author: str = "",
) -> str:
    rows = rules.judge(drafts, _needs(organisation))
    return render_template(
        "coverage/preview.html",
        organisation=organisation,
        form=form,
        rows=presenters.preview_rows(rows),
        counts=presenters.state_counts(rows),
        totals=presenters.totals(rules.usable(rows)),
        groups=list(rules.Group),
        levels=list(rules.Level),
        held=held_files(organisation, form),
        differences=differences,
        author=author,
        draft=True,
    )
