"""Still true, for one record or several; and agreeing several at one meeting."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.catalogue.rules import Delivery
from tracker.errors import Conflict, RuleBroken
from tracker.progress import actions, presenters, queries
from tracker.progress.forms import AgreeForm, ConfirmForm, SeveralForm
from tracker.progress.queries import RecordRow
from tracker.progress.views.common import RECORD, all_records, bp, the_record
from tracker.web.saving import Answer, claim, finish_draft, require_open, typed_before
from tracker.web.transactions import commits, undo

NONE_TICKED = ("records", "Tick at least one recommendation.")


@bp.get(f"{RECORD}/progress/confirm")
@requires(Permission.PROGRESS_RECORD)
def confirm(organisation: OrganisationRef, recommendation: str) -> Answer:
    """Ask whether the record is still true."""
    require_open(organisation)
    record = the_record(organisation, recommendation)
    form = ConfirmForm(formdata=None, version="0" if record.entry is None else str(record.entry.version))
    return _confirm_page(organisation, record, form)


@bp.post(f"{RECORD}/progress/confirm")
@requires(Permission.PROGRESS_RECORD)
@commits
def save_confirmation(organisation: OrganisationRef, recommendation: str) -> Answer:
    """Renew an unchanged record: its form may also stand on the dashboard or the record page."""
    require_open(organisation)
    record = the_record(organisation, recommendation)
    form = ConfirmForm()
    location = url_for("dashboard.record", organisation=organisation.code, recommendation=recommendation)
    try:
        claim(form, location)
        actions.confirm_progress(the_identity(), organisation, recommendation, version=form.version_number())
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
    finish_draft()
    flash(f"Recommendation {record.recommendation.number} is confirmed as still true today.", "success")
    return redirect(location, 303)


@bp.get("/confirm")
@requires(Permission.PROGRESS_RECORD)
def confirm_several(organisation: OrganisationRef) -> Answer:
    """Several unchanged records on one screen, the longest unconfirmed first."""
    require_open(organisation)
    return _several_page(organisation, SeveralForm(formdata=typed_before()))


@bp.post("/confirm")
@requires(Permission.PROGRESS_RECORD)
@commits
def save_several(organisation: OrganisationRef) -> Answer:
    """Confirm the records ticked: all of them or, when one may not be, none."""
    require_open(organisation)
    form = SeveralForm()
    location = url_for("dashboard.organisation", organisation=organisation.code)
    problems = _for_each_chosen(form, location,
        lambda code, version: actions.confirm_progress(the_identity(), organisation, code, version=version),
    )  # fmt: skip
    if problems:
        undo()
        form.add_problems(problems)
        return _several_page(organisation, form), 422
    finish_draft()
    flash("Confirmed as still true today.", "success")
    return redirect(location, 303)


@bp.get("/agree")
@requires(Permission.PROGRESS_ASSURE)
def agree(organisation: OrganisationRef) -> Answer:
    """Agree several at one meeting: one meeting, one date, tick the records."""
    require_open(organisation)
    return _agree_page(organisation, AgreeForm(formdata=typed_before()).speak_to(organisation.kind))


@bp.post("/agree")
@requires(Permission.PROGRESS_ASSURE)
@commits
def save_agreed(organisation: OrganisationRef) -> Answer:
    """Each record is checked by the same rules as on its own form; all are agreed or none."""
    require_open(organisation)
    form = AgreeForm().speak_to(organisation.kind)
    if not form.validate():
        form.add_problems([] if form.chosen() else [NONE_TICKED])
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
    finish_draft()
    count = len(form.chosen())
    flash(
        f"Agreed: {count} {'recommendation' if count == 1 else 'recommendations'}, {form.forum.data}.",
        "success",
    )
    return redirect(location, 303)


def _confirm_page(organisation: OrganisationRef, record: RecordRow, form: ConfirmForm) -> str:
    return render_template("progress/confirm.html", organisation=organisation, record=record, form=form)


def _several_page(organisation: OrganisationRef, form: SeveralForm) -> str:
    today = clock.today()
    records = [each for each in all_records(organisation) if each.entry is not None]
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
    records = [each for each in all_records(organisation) if each.delivery is Delivery.DELIVERED]
    lapsed = [each for each in all_records(organisation) if each.standing.value == "lapsed"]
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


def _for_each_chosen(
    form: SeveralForm, location: str, act: Callable[[str, int], object]
) -> list[tuple[str, str]]:
    """Do one thing to each record ticked; the problems of all of them, none of them done when there is one."""
    chosen = form.chosen()
    if not chosen:
        return [NONE_TICKED]
    claim(form, location)
    problems = []
    for code, version in chosen:
        number = int(code.rsplit("-", 1)[-1]) if code[-2:].isdecimal() else 0
        try:
            act(code, version)
        except RuleBroken as broken:
            problems += [
                ("records", f"Recommendation {number}: {message}") for _field, message in broken.problems
            ]
        except Conflict:
            problems.append(
                (
                    "records",
                    f"Recommendation {number}: somebody changed it since you opened this page. Look again.",
                )
            )
    return problems
