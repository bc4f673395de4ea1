"""Writing a practice: one title for each, what a field asks, all that is wrong at once, sending it from its page."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests import factories
from tests.practice.pages import (
    OURS,
    WHOLE,
    current,
    evidence_item,
    post,
    practices,
    published,
    sent,
    text,
)
from tracker.evidence import actions as evidence
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
