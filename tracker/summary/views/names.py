"""The names behind the figures."""

from __future__ import annotations

from functools import partial

from flask import render_template, request

from tracker.access.decorators import requires, the_identity
from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.summary import presenters, queries
from tracker.summary.rules import PROVIDERS, Answered, Asked, Selection, asked_of
from tracker.summary.views.common import (
    Answer,
    Question,
    answered_figures,
    ask,
    bp,
    kept,
    link_to,
    organisation_link,
    page_of,
    record_link,
    record_read,
    refused,
    shared,
)
from tracker.web.pagination import url_for_page


@bp.get("/summary/answered")
@requires(Permission.SUMMARY_VIEW)
def answered() -> Answer:
    """The names behind one of the four figures of who has answered; or, with `recommendation`, who stands where."""
    identity = the_identity()
    record_read(identity)
    question = ask(identity)
    if question.wanted is None:
        return refused(question)
    asked = _recommendation(question, question.wanted)
    if asked is None:
        return _who_answered(identity, question, question.wanted)
    return _who_stands(identity, question, question.wanted, asked)


def _who_answered(identity: Identity, question: Question, wanted: Selection) -> str:
    """The longest silence first, with whom to ask."""
    state = _state()
    figures = answered_figures(identity, question, wanted)
    page = page_of(presenters.name_lines(figures, state, organisation_link))
    return render_template(
        "summary/answered.html",
        **shared(question, wanted, figures),
        state=state.value,
        kept_by_answered={**kept(wanted, ("since",)), "state": state.value},
        state_heading=presenters.ANSWERED_HEADINGS[state],
        tab_lines=presenters.answer_lines(figures, partial(link_to, "summary.answered", wanted)),
        page=page,
        page_address=url_for_page,
        names_leads=identity.is_national,
        leads=queries.list_leads(identity, [line.id for line in page.rows]),
    )


def _who_stands(identity: Identity, question: Question, wanted: Selection, asked: Asked) -> str:
    """Everybody in one position on one recommendation, in the order of the page."""
    figures = answered_figures(identity, question, wanted)
    names = presenters.names(
        figures,
        asked,
        request.args.get("state", ""),
        queries.list_stood(identity, wanted, asked.code),
        partial(link_to, "summary.answered", wanted),
        record_link,
    )
    page = page_of(names.rows)
    return render_template(
        "summary/standing.html",
        **shared(question, wanted, figures),
        names=names,
        kept_by_names={**kept(wanted, ("since",)), "recommendation": asked.code, "state": names.state},
        page=page,
        page_address=url_for_page,
        names_leads=identity.is_national,
        leads=queries.list_leads(identity, [line.id for line in page.rows]),
    )


def _recommendation(question: Question, wanted: Selection) -> Asked | None:
    """The recommendation whose names are asked for; one that this kind does not owe is as if none was."""
    code = request.args.get("recommendation", "")
    found = (each for each in asked_of(question.catalogue, PROVIDERS, wanted.kind) if each.code == code)
    return next(found, None)


def _state() -> Answered:
    asked = request.args.get("state", "")
    return Answered(asked) if asked in set(Answered) else Answered.NOTHING
