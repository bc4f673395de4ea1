"""Writing a practice: one title for each, what a field asks, all that is wrong at once, sending it from its page."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import factories
from tests.practice.pages import (
    OURS,
    WHOLE,
    current,
    events,
    evidence_item,
    post,
    practices,
    published,
    sent,
    text,
)
from tracker.evidence import actions as evidence
from tracker.practice.rules import State
from tracker.web.transactions import writing

NEW = f"{OURS}/practice/new"


def refused(client: FlaskClient, path: str = NEW, **fields: object) -> str:
    answer = post(client, path, **fields)
    assert answer.status_code == 422
    return answer.get_data(as_text=True)


def drafted(champion: FlaskClient, **more: object) -> str:
    """The page of a draft."""
    assert post(champion, NEW, **{**WHOLE, "step": "draft", **more}).status_code == 303
    return f"{OURS}/practice/{current().entity_id}"


# --- one title for each -----------------------------------------------------------------------------------


def test_a_title_that_only_looks_different_is_there_already(champion) -> None:
    sent(champion, title="Checking training against NICE")
    for again in ("CHECKING training  against NICE", "Checking training against\u00a0NICE"):
        page = refused(champion, **{**WHOLE, "title": again}, step="draft")
        assert "You have a practice with this title already, “Checking training against NICE”" in page
    assert len(practices()) == 1


def test_what_others_see_keeps_its_title_while_a_change_waits(champion, national) -> None:
    practice = published(champion, national)
    changed = {**WHOLE, "title": "Two trolleys"}
    edit = f"{OURS}/practice/{practice}/edit"
    assert post(champion, edit, **changed, step="send").status_code == 303
    page = refused(champion, **WHOLE, step="draft")
    assert (
        "Others see a practice of yours under this title; it is now “Two trolleys”: change that one" in page
    )
    assert post(champion, edit, **WHOLE, step="send").status_code == 303


# --- what a field asks ------------------------------------------------------------------------------------


def test_what_an_evaluation_needs_is_not_called_optional(champion) -> None:
    page = text(champion, NEW)
    assert "How was it evaluated? (needed if it was evaluated)" in page
    assert "When was it evaluated? (needed if it was evaluated)" in page
    assert "Who or what was looked at? (optional)" in page


# --- all that is wrong at once ----------------------------------------------------------------------------


def test_a_title_that_is_there_already_is_said_beside_a_date_that_is_none(champion) -> None:
    sent(champion)
    page = refused(champion, **WHOLE, **{"evaluated_on-day": "31"}, step="draft")
    assert "must include a month and a year" in page and "You have a practice with this title already" in page


def test_evidence_that_was_taken_out_of_use_hides_no_other_mistake(champion, person, trust) -> None:
    item = evidence_item(person, trust)
    with writing():
        evidence.withdraw_item(factories.identity_of(person), trust, item, "Old", version=1)
    page = refused(champion, **{**WHOLE, "contact_role": "Dr Smith"}, evidence_ids=str(item), step="draft")
    assert "Choose only from the answers listed" in page and "Give a job or a team" in page


def test_a_number_of_a_patient_in_a_question_is_said_before_a_recommendation_is_chosen(
    champion, trust
) -> None:
    page = refused(champion, f"{OURS}/help-requests/new", question="Bed 4, 943 476 5919")
    assert "Choose the recommendation that it is about" in page and "NHS number" in page


# --- sent from its own page -------------------------------------------------------------------------------


def send(client: FlaskClient, page: str) -> Callable[[], TestResponse]:
    """The button of a practice's own page."""
    html = text(client, page)
    form = re.search(rf'<form[^>]*action="{page}/send">(.*?)</form>', html, re.DOTALL)
    assert form, "no button"
    data = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[1]))
    return lambda: client.post(f"{page}/send", data=data)


def test_a_draft_is_sent_from_its_page_once(champion, national) -> None:
    page = drafted(champion)
    press = send(champion, page)
    for _time in range(2):
        answer = press()
        assert (answer.status_code, answer.location) == (303, page)
    assert current().state is State.SENT and len(events("practice.sent")) == 1
    html = text(champion, page)
    assert "Waiting for the national lead" in html and f"{page}/send" not in html
    assert "1 practice waits" in text(national, "/practice/review")


def test_what_came_back_is_sent_again_from_its_page(champion, national) -> None:
    practice = sent(champion)
    post(national, f"/practice/review/{practice}", decision="return", reason="How many wards?")
    assert send(champion, f"{OURS}/practice/{practice}")().status_code == 303
    assert (current().state, current().state_reason) == (State.SENT, "")


def test_what_is_missing_is_said_beside_the_fields(champion) -> None:
    page = drafted(champion, effect="")
    answer = send(champion, page)()
    assert (answer.status_code, answer.location) == (303, f"{page}/edit?step=send")
    form = text(champion, answer.location)
    assert "There is a problem" in form and re.search(r'href="#effect"\s*>\s*Say what changed', form)
    assert current().state is State.DRAFT
    assert "There is a problem" not in text(champion, f"{page}/edit")


def test_what_somebody_changed_meanwhile_is_shown_and_not_sent(champion) -> None:
    page = drafted(champion)
    press = send(champion, page)
    assert (
        post(champion, f"{page}/edit", **{**WHOLE, "what": "Two on each ward"}, step="draft").status_code
        == 303
    )
    answer = press()
    html = answer.get_data(as_text=True)
    assert (
        answer.status_code == 409
        and "Two on each ward" in html
        and "It was changed since you opened it" in html
    )
    assert current().state is State.DRAFT


def test_evidence_taken_out_of_use_is_not_sent_with_it(champion, person, trust) -> None:
    item = evidence_item(person, trust)
    page = drafted(champion, evidence_ids=str(item))
    with writing():
        evidence.withdraw_item(factories.identity_of(person), trust, item, "Old", version=1)
    assert send(champion, page)().status_code == 303
    assert current().state is State.SENT and current().evidence_ids == []


def test_only_who_may_record_has_the_button(champion, national) -> None:
    page = drafted(champion)
    assert f"{page}/send" not in text(national, page)
