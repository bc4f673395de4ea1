"""Help asked of the national body: an organisation's own questions, and for the national body all of them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import current_app, render_template, request
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.audit import actions as audit
from tracker.errors import NotAllowed
from tracker.practice import actions, presenters, queries
from tracker.practice.actions import HelpInput
from tracker.practice.forms import AnswerForm, QuestionForm, TakeBackForm
from tracker.practice.queries import Asked
from tracker.practice.rules import State
from tracker.practice.views.common import (
    HELP,
    bp,
    chosen,
    help_address,
    may_record,
    name_of,
    titles,
    words_asked,
)
from tracker.web.conflicts import Clash
from tracker.web.pagination import PER_PAGE, Page, page_number, url_for_page
from tracker.web.saving import Answer, Stands, keep, led_before, require_open, typed_before
from tracker.web.transactions import commits

# What the trail calls the reading of an answer.
READ_PAGE = "help-requests"
SHOWS = (("open", "Open"), ("answered", "Answered"))


@bp.get(HELP)
@requires(Permission.ORGANISATION_VIEW)
def help_requests(organisation: OrganisationRef) -> Answer:
    """Our questions with their answers; on the national body's own page everything that was asked of it."""
    if queries.is_national_body(the_identity(), organisation.id):
        return _received_page(organisation)
    identity, today = the_identity(), clock.today()
    rows = queries.list_asked(identity, organisation.id)
    if _note_read(organisation, _page_of(rows).rows):
        rows = queries.list_asked(identity, organisation.id)
    page = _page_of(rows)
    return render_template(
        "practice/help.html",
        organisation=organisation,
        page=Page(presenters.questions(page.rows, titles(), today, {}), page.number, page.total),
        address=url_for_page,
        today=today,
        asked=len(rows),
        open=sum(each.answer is None and not each.request.taken_back_reason for each in rows),
        may_record=may_record(organisation),
    )


def _note_read(organisation: OrganisationRef, rows: Sequence[Asked]) -> bool:
    """Tell the trail that somebody of the organisation has the new answers before her: they need nobody any more.

    Each answer once, whoever is the first. Whether anything was told: what was read before is let go then.
    """
    identity = the_identity()
    if organisation.id not in identity.own:
        return False
    unread = queries.without_read(identity, organisation.id, rows)
    told = [(str(each.answer.id), each.request.recommendation_code) for each in unread if each.answer]
    for version, code in told:
        facts = {"page": READ_PAGE, "recommendation": code}
        audit.note_read(identity, (queries.ANSWER, version), facts, organisation.id)
    return bool(told)


def _received_page(organisation: OrganisationRef) -> str:
    identity, today = the_identity(), clock.today()
    demonstration = queries.is_demonstration(identity, organisation.id)
    rows = queries.list_received(identity, organisation.id)
    show, words = chosen("show", dict(SHOWS)), words_asked()
    page = _page_of([each for each in rows if _fits(each, show, words)])
    askers = queries.bodies_by_id(identity, {each.request.organisation_id for each in page.rows})
    return render_template(
        "practice/received.html",
        organisation=organisation,
        waiting=presenters.waiting_words(
            queries.help_waiting(None, today, demonstration=demonstration), today
        ),
        page=Page(presenters.questions(page.rows, titles(), today, askers), page.number, page.total),
        address=url_for_page,
        total=len(rows),
        asked={"q": words, "show": show},
        shows=[presenters.Option(*each) for each in SHOWS],
        may_answer=may_record(organisation),
    )


def _fits(each: Asked, show: str, words: str) -> bool:
    if show and (each.answer is not None) != (show == "answered"):
        return False
    return words.casefold() in each.request.question.casefold()


def _page_of(rows: Sequence[Asked]) -> Page[Asked]:
    number = min(page_number(), Page([], 1, len(rows)).pages)
    return Page(rows[(number - 1) * PER_PAGE : number * PER_PAGE], number, len(rows))


@bp.get(f"{HELP}/new")
@requires(Permission.MEASURES_RECORD)
def ask(organisation: OrganisationRef) -> Answer:
    """An empty question."""
    _require_asker(organisation)
    return _ask_page(organisation, QuestionForm(typed_before()))


@bp.post(f"{HELP}/new")
@requires(Permission.MEASURES_RECORD)
@commits
def save_question(organisation: OrganisationRef) -> Answer:
    """Send a question to the national body."""
    _require_asker(organisation)
    form = QuestionForm(MultiDict(request.form))
    _offer(organisation, form)
    is_whole, wanted = form.validate(), _wanted(form)
    if not is_whole:
        # What else is wrong is said at once, not after the first mistakes are mended.
        found = actions.problems_of_question(the_identity(), organisation, wanted, looked=form.has_looked())
        form.add_further(found)
        return _ask_page(organisation, form), 422
    return keep(
        form,
        lambda: actions.ask_help(the_identity(), organisation, wanted, looked=form.has_looked()),
        lambda **_more: _ask_page(organisation, form),
        notice="Your question is sent. The answer will be on this page.",
        location=help_address(organisation),
    )


@bp.get(f"{HELP}/<uuid:question>/take-back")
@requires(Permission.MEASURES_RECORD)
def take_back(organisation: OrganisationRef, question: UUID) -> Answer:
    """Ask why a question needs no answer any more."""
    require_open(organisation)
    asked = queries.get_asked(the_identity(), organisation.id, question)
    form = TakeBackForm(typed_before(), data={"version": str(asked.request.version)})
    return _take_back_page(organisation, asked, form)


@bp.post(f"{HELP}/<uuid:question>/take-back")
@requires(Permission.MEASURES_RECORD)
@commits
def save_take_back(organisation: OrganisationRef, question: UUID) -> Answer:
    """Take a question back."""
    require_open(organisation)
    if led := led_before():
        return led
    identity, form = the_identity(), TakeBackForm(MultiDict(request.form))
    asked = queries.get_asked(identity, organisation.id, question)
    if not form.validate():
        return _take_back_page(organisation, asked, form), 422
    return keep(
        form,
        lambda: actions.take_back_help(
            identity,
            organisation,
            question,
            reason=form.reason.data or "",
            version=form.version_number(),
            looked=form.has_looked(),
        ),
        lambda **more: _take_back_page(organisation, asked, form, **more),
        notice="Your question is taken back.",
        location=help_address(organisation),
    )


@bp.get(f"{HELP}/<uuid:question>/answer")
@requires(Permission.MEASURES_RECORD)
def answer(organisation: OrganisationRef, question: UUID) -> Answer:
    """A question that was asked of this national body, with its answer so far."""
    require_open(organisation)
    asked = queries.get_received(the_identity(), organisation.id, question)
    typed = typed_before()
    return _answer_page(organisation, asked, AnswerForm(typed) if typed else _answered(asked))


@bp.post(f"{HELP}/<uuid:question>/answer")
@requires(Permission.MEASURES_RECORD)
@commits
def save_answer(organisation: OrganisationRef, question: UUID) -> Answer:
    """Answer it, or mend the answer."""
    require_open(organisation)
    if led := led_before():
        return led
    identity, form = the_identity(), AnswerForm(MultiDict(request.form))
    asked = queries.get_received(identity, organisation.id, question)
    if not form.validate():
        return _answer_page(organisation, asked, form), 422
    return keep(
        form,
        lambda: actions.answer_help(
            identity,
            organisation,
            question,
            form.answer.data or "",
            version=form.version_number(),
            looked=form.has_looked(),
        ),
        lambda **more: _answer_page(organisation, asked, form, **more),
        lambda: _stands(organisation, question),
        notice="Your answer is sent.",
        location=help_address(organisation),
    )


def _require_asker(organisation: OrganisationRef) -> None:
    require_open(organisation)
    if queries.is_national_body(the_identity(), organisation.id):
        raise NotAllowed("the national body does not ask itself")


def _wanted(form: QuestionForm) -> HelpInput:
    about = None if form.practice_id.errors else form.chosen_practice()
    return HelpInput(form.recommendation_code.data or "", form.question.data or "", about)


def _offer(organisation: OrganisationRef, form: QuestionForm) -> None:
    rows = queries.list_practices(the_identity(), organisation.id)
    used = [row for row in rows if row.state is not State.WITHDRAWN]
    form.offer(list(titles(organisation.kind).items()), [(str(row.entity_id), row.title) for row in used])


def _ask_page(organisation: OrganisationRef, form: QuestionForm) -> str:
    _offer(organisation, form)
    return render_template(
        "practice/ask.html",
        organisation=organisation,
        form=form,
        body=current_app.config["SETTINGS"].national_body,
        draft=True,
        cancel_href=help_address(organisation),
    )


def _take_back_page(
    organisation: OrganisationRef, asked: Asked, form: TakeBackForm, *, clash: Clash | None = None
) -> str:
    return render_template(
        "practice/take_back.html",
        organisation=organisation,
        form=form,
        asked=asked,
        clash=clash,
        draft=True,
        cancel_href=help_address(organisation),
    )


def _answered(asked: Asked) -> AnswerForm:
    found = asked.answer
    data = {"answer": found.answer, "version": str(found.version)} if found else {"version": "0"}
    return AnswerForm(None, data=data)


def _stands(organisation: OrganisationRef, question: UUID) -> Stands | None:
    asked = queries.get_received(the_identity(), organisation.id, question)
    if asked.answer is None:
        return None
    form = _answered(asked)
    del form.looked
    return Stands(form, name_of(asked.answer.author_id), asked.answer.recorded_at)


def _answer_page(
    organisation: OrganisationRef, asked: Asked, form: AnswerForm, *, clash: Clash | None = None
) -> str:
    identity = the_identity()
    asker = queries.bodies_by_id(identity, [asked.request.organisation_id])
    return render_template(
        "practice/answer.html",
        organisation=organisation,
        form=form,
        asked=asked,
        asker=asker[asked.request.organisation_id],
        recommendation=titles().get(asked.request.recommendation_code, asked.request.recommendation_code),
        taken_back=asked.request.taken_back_reason,
        clash=clash,
        draft=True,
        cancel_href=help_address(organisation),
    )
