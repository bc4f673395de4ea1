"""The numbers of a date, typed by hand: a new date, another version of one, taking one out of use."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from tracker.access.decorators import requires, the_identity, uploads
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.errors import Conflict, NotFound, RuleBroken
from tracker.measures.coverage import actions, presenters, queries, rules
from tracker.measures.coverage.forms import GridForm, WithdrawForm, grid_form
from tracker.measures.coverage.queries import NeedsRow, PositionRow
from tracker.measures.coverage.rules import Line, line_of
from tracker.measures.coverage.views.common import (
    bp,
    held_files,
    hold_files,
    home,
    offer_reports,
    picture_problems,
    require_open,
)
from tracker.web.saving import Answer, claim, finish_draft, led_before, typed_before
from tracker.web.transactions import commits, undo


@bp.get("/new")
@requires(Permission.MEASURES_RECORD)
def new(organisation: OrganisationRef) -> Answer:
    """An empty grid, with the lines that the needs table gives; what stays the same is filled in from last time."""
    require_open(organisation)
    typed = typed_before()
    form = _form(organisation, typed)
    if typed is None:
        _fill_from_last(organisation, form)
    return _page(organisation, form)


@bp.post("/new")
@requires(Permission.MEASURES_RECORD)
@uploads
@commits
def save_new(organisation: OrganisationRef) -> Answer:
    """Add up what was typed, or save it. The same date twice is asked about, and then a new version."""
    require_open(organisation)
    return _save(organisation, None)


@bp.get("/<uuid:item>/edit")
@requires(Permission.MEASURES_RECORD)
def edit(organisation: OrganisationRef, item: UUID) -> Answer:
    """The numbers of a date, ready to be put right."""
    require_open(organisation)
    row = _row_in_use(organisation, item)
    typed = typed_before()
    form = _form(organisation, typed, row)
    if typed is None:
        _fill(form, row)
    return _page(organisation, form, row)


@bp.post("/<uuid:item>/edit")
@requires(Permission.MEASURES_RECORD)
@uploads
@commits
def save(organisation: OrganisationRef, item: UUID) -> Answer:
    """Save the numbers of a date as their next version."""
    require_open(organisation)
    return _save(organisation, item)


@bp.get("/<uuid:item>/withdraw")
@requires(Permission.MEASURES_RECORD)
def withdraw(organisation: OrganisationRef, item: UUID) -> Answer:
    """Why these numbers are taken out of use."""
    require_open(organisation)
    row = _row_in_use(organisation, item)
    form = WithdrawForm(formdata=typed_before())
    form.version.data = str(row.entry.version)
    return _withdraw_page(organisation, row, form)


@bp.post("/<uuid:item>/withdraw")
@requires(Permission.MEASURES_RECORD)
@commits
def take_out_of_use(organisation: OrganisationRef, item: UUID) -> Answer:
    """Take the numbers of a date out of use; they stay in the history."""
    require_open(organisation)
    if led := led_before():
        return led
    row = _row_in_use(organisation, item)
    form = WithdrawForm(formdata=MultiDict(request.form))
    if not form.validate():
        return _withdraw_page(organisation, row, form), 422
    try:
        claim(form, home(organisation))
        version = form.version_number()
        actions.withdraw_position(the_identity(), organisation, item, form.reason.data or "", version=version)
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return _withdraw_page(organisation, _row_in_use(organisation, item), form), 422
    except Conflict as conflict:
        undo()
        form.version.data = str(conflict.current_version)
        said = (
            "Somebody changed these numbers since you opened this page. Look at them again before you go on."
        )
        form.add_problems([("", said)])
        return _withdraw_page(organisation, _row_in_use(organisation, item), form), 409
    finish_draft()
    flash("Taken out of use. The numbers stay in the history.", "success")
    return redirect(home(organisation), 303)


def _save(organisation: OrganisationRef, item: UUID | None) -> Answer:
    if led := led_before():
        return led
    typed, problems = hold_files(organisation, request.files.getlist("files"))
    row = None if item is None else _row_in_use(organisation, item)
    form = _form(organisation, typed, row)
    held = held_files(organisation, form)
    form.validate()
    form.add_problems([*problems, *form.pair_problems(), *picture_problems(form, held)])
    if form.error_summary():
        return _page(organisation, form, row, checked=True), 422
    if typed.get("step") == "check":
        form.add_problems(_asked(organisation, form))
        return _page(organisation, form, row, checked=True)
    return _record(organisation, form, row, [each.id for each in held])


def _record(
    organisation: OrganisationRef, form: GridForm, row: PositionRow | None, held: list[UUID]
) -> Answer:
    item = None if row is None else row.entry.entity_id
    version = form.version_for(form.about_on.data)
    try:
        claim(form, home(organisation))
        actions.record_position(
            the_identity(), organisation, form.wanted(), version=version, held=held, position_id=item
        )
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return _page(organisation, form, row, checked=True), 422
    except Conflict:
        # What was read before the lock is what stood before the other's text.
        undo()
        return _conflict_page(organisation, form)
    finish_draft()
    flash("Saved. The figures below are worked out from these numbers.", "success")
    return redirect(home(organisation), 303)


def _asked(organisation: OrganisationRef, form: GridForm) -> list[tuple[str, str]]:
    """What saving would ask, said already when the totals are looked at."""
    wanted = form.wanted()
    if wanted.about_on is None or wanted.number_right:
        return []
    before = queries.find_neighbour(the_identity(), organisation.id, wanted.about_on)
    return [] if before is None else rules.moved_problems(wanted.in_post, before)


def _row_in_use(organisation: OrganisationRef, item: UUID) -> PositionRow:
    row = queries.get_position(the_identity(), organisation.id, item)
    if row.entry.withdrawn_reason is not None:
        raise NotFound(str(item))
    return row


def _needs(organisation: OrganisationRef) -> NeedsRow | None:
    return queries.needs_of(the_identity(), [organisation.id]).get(organisation.id)


def _form(
    organisation: OrganisationRef, typed: MultiDict[str, str] | None, row: PositionRow | None = None
) -> GridForm:
    """A grid of the lines that the needs table gives, those that are there already, and those that were typed."""
    table = _needs(organisation)
    besides: set[Line] = {count.line for count in row.counts} if row is not None else set()
    for name, value in typed.items() if typed is not None else ():
        prefix, _, key = name.partition("_")
        line = line_of(key) if prefix in {"post", "date"} else None
        if line is not None and value:
            besides.add(line)
    lines = rules.lines_for(None if table is None else table.needs, besides)
    form = grid_form(tuple(lines))(formdata=typed)
    offer_reports(organisation, form)
    return form


def _fill(form: GridForm, row: PositionRow) -> None:
    entry = row.entry
    form.about_on.process(None, entry.about_on)
    form.sees(entry.about_on, entry.version)
    form.source.data, form.note.data = entry.source, entry.note
    form.evidence_id.data = None if entry.evidence_id is None else str(entry.evidence_id)
    _fill_habits(form, row)
    for count in row.counts:
        form[rules.post_field(count.line)].data = count.in_post
        form[rules.date_field(count.line)].data = count.in_date


def _fill_from_last(organisation: OrganisationRef, form: GridForm) -> None:
    """What a trust says of its numbers is mostly what it said last time."""
    last = queries.find_last(the_identity(), organisation.id)
    table = _needs(organisation)
    if last is not None:
        _fill_habits(form, last)
    elif table is not None:
        form.interval_months.data = table.needs.interval_months


def _fill_habits(form: GridForm, row: PositionRow) -> None:
    entry = row.entry
    form.interval_months.data, form.counted.data = entry.interval_months, entry.counted.value
    form.not_counted.data, form.not_counted_about.data = entry.not_counted, entry.not_counted_about


def _page(
    organisation: OrganisationRef, form: GridForm, row: PositionRow | None = None, *, checked: bool = False
) -> str:
    table = _needs(organisation)
    needs = None if table is None else table.needs
    return render_template(
        "coverage/numbers.html",
        organisation=organisation,
        form=form,
        rows=presenters.grid_rows(form.lines, needs),
        totals=presenters.totals(form.counts()) if checked else [],
        held=held_files(organisation, form),
        has_table=needs is not None,
        changing=row is not None,
        conflict=False,
        draft=True,
    )


def _conflict_page(organisation: OrganisationRef, form: GridForm) -> tuple[str, int]:
    """Both versions, and the form with everything typed, ready to be saved over what stands now."""
    standing = queries.find_position(the_identity(), organisation.id, form.about_on.data)
    if standing is None:
        raise NotFound("numbers that are there no longer")
    entry = standing.entry
    names = queries.author_names(the_identity(), {entry.author_id})
    form.sees(entry.about_on, entry.version)
    table = _needs(organisation)
    page = render_template(
        "coverage/numbers.html",
        organisation=organisation,
        form=form,
        rows=presenters.grid_rows(form.lines, None if table is None else table.needs),
        totals=presenters.totals(form.counts()),
        held=held_files(organisation, form),
        has_table=table is not None,
        changing=False,
        conflict=True,
        author=names.get(entry.author_id, "Somebody"),
        standing=entry,
        differences=presenters.differences(standing, form.wanted()),
        draft=True,
    )
    return page, 409


def _withdraw_page(organisation: OrganisationRef, row: PositionRow, form: WithdrawForm) -> str:
    return render_template(
        "coverage/withdraw.html",
        organisation=organisation,
        row=presenters.position_row(row, outside=False),
        form=form,
        back_href=url_for("coverage.position", organisation=organisation.code, item=row.entry.entity_id),
        draft=True,
    )
