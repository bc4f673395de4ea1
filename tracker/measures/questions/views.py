"""The pages of questions: what is asked, and one form for one recommendation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.catalogue import queries as catalogue
from tracker.catalogue.queries import Asked
from tracker.catalogue.rules import readers_of
from tracker.errors import Conflict, RuleBroken
from tracker.measures import find_facts
from tracker.measures.base import At, Fact
from tracker.measures.questions import actions, presenters, queries, rules
from tracker.measures.questions.actions import AnswersInput
from tracker.measures.questions.forms import AnswersForm, field_errors, form_for
from tracker.measures.questions.queries import HistoryRow, Standing
from tracker.web.saving import Answer, claim, finish_draft, require_open, typed_before
from tracker.web.transactions import commits, undo

bp = Blueprint(
    "questions", "tracker.measures.questions", url_prefix="/organisations/<organisation:organisation>"
)
PAGE = "/questions/<recommendation:recommendation>"


@bp.get("/questions")
@requires(Permission.ORGANISATION_VIEW)
def index(organisation: OrganisationRef) -> Answer:
    """Everything that this organisation is asked in questions, with figure and date."""
    at = _at()
    asked = catalogue.list_asked(organisation.kind)
    codes = [each.recommendation.code for each in asked]
    standing = {
        each.code: each for each in queries.list_standing(the_identity(), codes, [organisation.id], at)
    }
    rows = [_row(each, standing.get(each.recommendation.code)) for each in asked]
    return render_template(
        "questions/index.html",
        organisation=organisation,
        rows=rows,
        may_record=_may_record(organisation),
        **_dated(at),
    )


@bp.get(PAGE)
@requires(Permission.ORGANISATION_VIEW)
def recommendation(organisation: OrganisationRef, recommendation: str) -> Answer:
    """One recommendation: its figure, then the form for those who record, or the answers for those who read."""
    asked = queries.get_asked(organisation.kind, recommendation)
    at, version = _at(), request.args.get("version", "")
    if version.isdecimal() and len(version) < 9:
        return _version_page(organisation, asked, int(version))
    if at.moment is not None or not _may_record(organisation):
        return _read_page(organisation, asked, at)
    if not rules.asked(asked.declared, {}, _facts(organisation, asked, at)):
        return _read_page(organisation, asked, at)
    return _form_page(organisation, asked, _form(organisation, asked, typed_before()))


@bp.post(PAGE)
@requires(Permission.MEASURES_RECORD)
@commits
def save(organisation: OrganisationRef, recommendation: str) -> Answer:
    """Record answers about a day. 422 with everything typed, or 409 with both versions."""
    require_open(organisation)
    asked = queries.get_asked(organisation.kind, recommendation)
    form = _form(organisation, asked, MultiDict(request.form))
    if not form.validate():
        form.add_problems(_further_problems(form))
        return _form_page(organisation, asked, form), 422
    location = url_for(
        "questions.recommendation", organisation=organisation.code, recommendation=recommendation
    )
    wanted = AnswersInput(form.about_on.data, form.values(), form.source.data or "")
    try:
        claim(form, location)
        actions.answer_questions(
            the_identity(), organisation, recommendation, wanted, version=form.version_number()
        )
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return _form_page(organisation, asked, form), 422
    except Conflict as conflict:
        undo()
        return _conflict_page(organisation, asked, form, conflict)
    finish_draft()
    flash("Saved.", "success")
    return redirect(location, 303)


def _at() -> At:
    """The position asked for: `?as_at=2026-03-31` is what had been recorded by the end of that day."""
    try:
        day = date.fromisoformat(request.args.get("as_at", ""))
    except ValueError:
        return At(clock.today())
    return At(day, clock.end_of_day(day)) if day < clock.today() else At(clock.today())


def _dated(at: At) -> dict[str, Any]:
    """For the band that says that a page is not today's, and for its links."""
    past = None if at.moment is None else at.day
    return {"past": past, "dated": {} if past is None else {"as_at": past.isoformat()}}


def _may_record(organisation: OrganisationRef) -> bool:
    return organisation.is_open and allows(the_identity(), Permission.MEASURES_RECORD, organisation.id)


def _row(asked: Asked, standing: Standing | None) -> presenters.AskedRow:
    code = asked.recommendation.code
    figure = queries.no_figure(code) if standing is None else queries.figure_of(standing)
    points = () if standing is None else standing.outcome.points
    return presenters.AskedRow(
        code,
        asked.recommendation.number,
        asked.recommendation.short_title,
        asked.declared.title,
        presenters.position(figure, points),
        standing is not None and standing.digest != asked.digest,
    )


def _standing(organisation: OrganisationRef, asked: Asked, at: At) -> Standing | None:
    found = queries.list_standing(the_identity(), [asked.recommendation.code], [organisation.id], at)
    return found[0] if found else None


def _facts(organisation: OrganisationRef, asked: Asked, at: At) -> dict[str, Fact]:
    """What registers say today in place of an answer."""
    names = {each.filled_from for each in asked.declared.questions if each.filled_from}
    if not names:
        return {}
    return dict(find_facts(the_identity(), names, [organisation.id], at)[organisation.id])


def _form(
    organisation: OrganisationRef, asked: Asked, typed: MultiDict[str, str] | None = None
) -> AnswersForm:
    """The form, filled with the answers that stand: who only says "still so" changes nothing but the day."""
    code, key = asked.recommendation.code, asked.declared.key
    standing = _standing(organisation, asked, At(clock.today())) if typed is None else None
    # Answers to the questions of another time fit only as far as the questions are the same.
    answers = standing.answers if standing and standing.digest == asked.digest else {}
    version = queries.latest_version(the_identity(), organisation.id, code, key)
    return form_for(
        asked.declared,
        _facts(organisation, asked, At(clock.today())),
        typed=typed,
        answers=answers,
        about_on=clock.today(),
        source=standing.row.source if standing and standing.row else "",
        version=str(version),
    )


def _further_problems(form: AnswersForm) -> list[tuple[str, str]]:
    """What the rules would say besides: all problems in one round, one for a field."""
    said = field_errors(form)
    try:
        rules.check(
            form.declared, form.values(), about_on=form.about_on.data, today=clock.today(), filled=form.facts
        )
    except RuleBroken as broken:
        return [problem for problem in broken.problems if problem[0] not in said]
    return []


def _shared(organisation: OrganisationRef, asked: Asked, at: At, shown: int | None = None) -> dict[str, Any]:
    """What every page of one recommendation shows: figure and history."""
    standing = _standing(organisation, asked, at)
    history = queries.list_history(the_identity(), organisation.id, asked.recommendation.code)
    if at.moment is not None:
        history = [each for each in history if each.row.recorded_at <= at.moment]
    return {
        "organisation": organisation,
        "asked": asked,
        "row": _row(asked, standing),
        "readers": readers_of(organisation.kind),
        "versions": _versions(history, shown),
        "standing": standing,
        "registers": _registers(organisation, {} if standing is None else standing.facts)
        | _registers(organisation, _facts(organisation, asked, at)),
        "nothing_asked": standing is not None
        and not rules.asked(standing.declared, standing.answers, standing.facts),
        **_dated(at),
    }


def _registers(organisation: OrganisationRef, facts: Mapping[str, Fact]) -> dict[str, str]:
    """The page of each register, by fact: an organisation's own, or one of the whole service."""
    found = {}
    for name, fact in facts.items():
        rule = next(current_app.url_map.iter_rules(fact.endpoint)) if fact.endpoint else None
        if rule is not None:
            own: dict[str, Any] = (
                {"organisation": organisation.code} if "organisation" in rule.arguments else {}
            )
            found[name] = url_for(fact.endpoint, **own)
    return found


def _versions(history: list[HistoryRow] | Any, shown: int | None) -> list[presenters.Version]:
    rows = (
        (each.row.version, each.row.about_on, each.row.recorded_at, each.row.superseded_at, each.author)
        for each in history
    )
    return presenters.versions(rows, shown)


def _form_page(organisation: OrganisationRef, asked: Asked, form: AnswersForm) -> str:
    shared = _shared(organisation, asked, At(clock.today()))
    return render_template("questions/answer.html", form=form, draft=True, **shared)


def _read_page(organisation: OrganisationRef, asked: Asked, at: At) -> str:
    shared = _shared(organisation, asked, at)
    standing: Standing | None = shared["standing"]
    lines = [] if standing is None else presenters.lines(standing.declared, standing.answers, standing.facts)
    return render_template("questions/read.html", lines=lines, version=None, **shared)


def _version_page(organisation: OrganisationRef, asked: Asked, version: int) -> str:
    """One version as it was recorded, under the questions of its time."""
    row = queries.get_version(the_identity(), organisation.id, asked, version)
    declared = queries.declared_of(row) or asked.declared
    shared = _shared(organisation, asked, At(clock.today()), version)
    shown = next(each for each in shared["versions"] if each.shown)
    lines = presenters.lines(declared, row.answers, {})
    return render_template("questions/read.html", lines=lines, version=shown, **shared)


def _conflict_page(
    organisation: OrganisationRef, asked: Asked, form: AnswersForm, conflict: Conflict
) -> tuple[str, int]:
    """Both versions, and the form with everything typed, ready to be saved over what stands now."""
    history = queries.list_history(the_identity(), organisation.id, asked.recommendation.code)
    form.version.data = str(conflict.current_version)
    theirs = history[0].row.answers if history else {}
    page = render_template(
        "questions/conflict.html",
        form=form,
        draft=True,
        latest=history[0] if history else None,
        differences=presenters.differences(asked.declared, theirs, rules.plain(form.values())),
        **_shared(organisation, asked, At(clock.today())),
    )
    return page, 409
