"""What looks like a person in a free text: asked about beside its field, let through on somebody's word, told."""

from __future__ import annotations

import json
import re
from datetime import date
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories
from tests.practice.pages import (
    BODY,
    OURS,
    REC,
    WHOLE,
    asked_of,
    current,
    events,
    post,
    practices,
    sent,
    text,
)
from tracker.access.permissions import Role
from tracker.accounts.models import Membership
from tracker.audit.rules import describe
from tracker.extensions import db
from tracker.practice.models import HelpAnswer, HelpRequest
from tracker.practice.rules import State
from tracker.web.transactions import writing

NEW = f"{OURS}/practice/new"
ASK = f"{OURS}/help-requests/new"
PERSON = "hospital no 1234567 Mr John Smith dob 12/03/1950"
SENT_ALARM = {**WHOLE, "what": "The Baby Brown room", "step": "send"}
TEXTS = (
    "title", "what", "effect", "effect_measure", "contact_role", "method", "sample", "finding",
    "shared_locally_how",
)  # fmt: skip


def asked(client: FlaskClient, path: str, **fields: object) -> str:
    """The form that came again with its question."""
    answer = post(client, path, **fields)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and 'name="looked"' in page and 'href="#looked"' in page
    return page


def checked(type: str) -> list[object]:
    """What the events of a type say of a statement; None where they say nothing."""
    found = sorted(events(type), key=lambda each: (each.chain_id, each.seq))
    return [json.loads(each.header)["public"].get("text_checked") for each in found]


def edit_of(practice: UUID) -> str:
    return f"{OURS}/practice/{practice}/edit"


# --- a practice -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["draft", "send"])
def test_a_patient_in_a_practice_is_asked_about_and_nothing_is_lost(champion, step: str) -> None:
    assert 'name="looked"' not in text(champion, NEW)
    page = asked(champion, NEW, **{**WHOLE, "what": PERSON, "step": step})
    assert practices() == []
    for what in ("somebody’s name", "a hospital number", "a date of birth"):
        assert re.search(rf'href="#what"\s*>\s*“[^”]*” looks like {what}', page), what
    assert re.search(rf"<textarea[^>]*>\s*{PERSON}", page) and 'value="Sepsis team"' in page
    assert re.search(r'id="what-error"[^>]*>.*?looks like', page, re.DOTALL)
    assert "Take it out, or tick here" in page


@pytest.mark.parametrize("name", TEXTS)
def test_every_free_text_that_others_read_is_looked_at(champion, name: str) -> None:
    page = asked(champion, NEW, **{**WHOLE, name: "Ask for K1234567", "step": "draft"})
    assert re.search(rf'href="#{name}"\s*>\s*“K12 ?…” looks like a hospital number', page)


def test_whoever_has_looked_says_so_and_the_trail_tells_it(champion) -> None:
    assert post(champion, NEW, **SENT_ALARM, looked="y").status_code == 303
    assert current().state is State.SENT and checked("practice.sent") == [True]
    (event,) = events("practice.sent")
    said = describe(event.type, json.loads(event.header)["public"], {})
    assert ("Read again: nobody can be identified", "yes") in [(each.label, each.new) for each in said]


def test_where_nothing_is_asked_the_trail_says_nothing(champion) -> None:
    days = {**WHOLE, "what": "Started on 3 March 2016, on all wards by 01/06/2016", "step": "send"}
    assert post(champion, NEW, **days).status_code == 303
    assert checked("practice.sent") == [None]


def test_an_nhs_number_has_no_way_on(champion) -> None:
    answer = post(champion, NEW, **{**WHOLE, "what": "943 476 5919", "step": "draft"}, looked="y")
    assert answer.status_code == 422 and "NHS number" in answer.get_data(as_text=True)
    assert practices() == []


def test_a_name_where_a_job_belongs_is_said_once(champion) -> None:
    answer = post(champion, NEW, **{**WHOLE, "contact_role": "Dr Smith", "step": "draft"}, looked="y")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "Give a job or a team" in page and "looks like" not in page


def test_it_is_asked_together_with_what_cannot_be_read_and_the_tick_stays(champion) -> None:
    wrong = {**SENT_ALARM, "evaluated_on-day": "31"}
    page = asked(champion, NEW, **wrong)
    assert "must include a month and a year" in page and "looks like somebody’s name" in page
    again = post(champion, NEW, **wrong, looked="y").get_data(as_text=True)
    assert "must include a month and a year" in again and "looks like" not in again
    assert re.search(r'name="looked"[^>]* checked', again)


def test_what_was_looked_at_and_not_changed_is_not_asked_again(champion) -> None:
    assert post(champion, NEW, **{**SENT_ALARM, "step": "draft"}, looked="y").status_code == 303
    edit = edit_of(current().entity_id)
    same = {**SENT_ALARM, "setting": "care_home"}
    assert post(champion, edit, **{**same, "step": "draft"}).status_code == 303
    asked(champion, edit, **{**same, "effect": "Mr Jones says so"})
    assert post(champion, edit, **same).status_code == 303
    assert (checked("practice.changed"), checked("practice.sent")) == ([True], [True])


def pressed(client: FlaskClient, practice: UUID) -> str:
    """Where the button on a practice's own page led."""
    page = f"{OURS}/practice/{practice}"
    form = re.search(rf'<form[^>]*action="{page}/send">(.*?)</form>', text(client, page), re.DOTALL)
    assert form, "no button"
    data = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[1]))
    return client.post(f"{page}/send", data=data).location or ""


def test_a_draft_that_was_looked_at_is_sent_from_its_page(champion) -> None:
    post(champion, NEW, **{**SENT_ALARM, "step": "draft"}, looked="y")
    practice = current().entity_id
    assert pressed(champion, practice) == f"{OURS}/practice/{practice}"
    assert current().state is State.SENT


def test_what_came_back_is_asked_about_anew(champion, national) -> None:
    practice = sent(champion, **SENT_ALARM, looked="y")
    back = post(national, f"/practice/review/{practice}", decision="return", reason="Another name for it")
    assert back.status_code == 303
    location = pressed(champion, practice)
    assert location == f"{edit_of(practice)}?step=send"
    page = text(champion, location)
    assert "looks like somebody’s name" in page and 'name="looked"' in page
    assert post(champion, edit_of(practice), **SENT_ALARM, looked="y").status_code == 303


def test_the_tick_is_no_difference_between_two_who_saved(champion) -> None:
    assert post(champion, NEW, **{**WHOLE, "step": "draft"}).status_code == 303
    edit = edit_of(current().entity_id)
    data = {"csrf_token": factories.csrf_of(text(champion, edit)), "version": "1", **WHOLE, "step": "draft"}
    first = {**data, "effect": "Faster"}
    assert champion.post(edit, data=first).status_code == 303
    late = champion.post(edit, data={**data, "what": PERSON, "looked": "y"})
    page = late.get_data(as_text=True)
    assert late.status_code == 409 and "Sam Champion saved this" in page
    # Its own box, and no line of what the two have written.
    assert page.count("nobody can be identified from it") == 1
    assert re.search(r'name="looked"[^>]* checked', page)


# --- who reviews it ---------------------------------------------------------------------------------------


def test_the_reviewer_is_told_and_publishes_on_her_own_word(champion, national) -> None:
    practice = sent(champion, **SENT_ALARM, looked="y")
    path = f"/practice/review/{practice}"
    page = text(national, path)
    assert re.search(r"What was done: “Baby …” looks like somebody’s name", page)
    assert "Northmoor Hospitals has stated that nobody can be identified" in page
    assert "To keep it out, send it back" in page and 'name="looked"' in page
    again = asked(national, path, decision="publish")
    assert "Send it back, or tick here" in again and current().state is State.SENT
    assert re.search(r'value="publish"[^>]* checked', again)
    assert post(national, path, decision="publish", looked="y").status_code == 303
    assert current().state is State.PUBLISHED and checked("practice.published") == [True]


def test_the_reviewer_is_told_nothing_where_nothing_looks_like_a_person(champion, national) -> None:
    page = text(national, f"/practice/review/{sent(champion)}")
    assert "looks like" not in page and 'name="looked"' not in page


def test_a_reviewer_who_sends_it_back_states_nothing(champion, national) -> None:
    practice = sent(champion, **SENT_ALARM, looked="y")
    back = post(national, f"/practice/review/{practice}", decision="return", reason="Another name for it")
    assert back.status_code == 303 and checked("practice.returned") == [None]


def test_what_was_stated_of_one_text_is_not_stated_of_the_next(champion, national) -> None:
    practice = sent(champion, **SENT_ALARM, looked="y")
    path = f"/practice/review/{practice}"
    token = factories.csrf_of(text(national, path))
    again = {**SENT_ALARM, "what": "The Baby Green room"}
    assert post(champion, edit_of(practice), **again, looked="y").status_code == 303
    data = {"csrf_token": token, "version": "1", "decision": "publish", "looked": "y"}
    late = national.post(path, data=data)
    page = late.get_data(as_text=True)
    assert late.status_code == 409 and 'name="looked"' in page
    assert not re.search(r'name="looked"[^>]* checked', page)


def test_who_belongs_to_it_is_told_too_and_has_no_form(app, champion, trust) -> None:
    practice = sent(champion, **SENT_ALARM, looked="y")
    both = factories.person(Role.NATIONAL_LEAD)
    with writing():
        db.session.add(
            Membership(
                user_id=both.id, role=Role.TRUST_LEAD, organisation_id=trust.id, starts_on=date(2020, 1, 1),
                until=None, recorded_at=factories.LONG_AGO,
            )
        )  # fmt: skip
    page = text(factories.signed_in_client(app, both), f"/practice/review/{practice}")
    assert "looks like somebody’s name" in page and 'name="looked"' not in page


# --- reasons that others read -----------------------------------------------------------------------------


def test_a_reason_to_send_it_back_is_looked_at(champion, national) -> None:
    practice = sent(champion)
    path, typed = f"/practice/review/{practice}", {"decision": "return", "reason": "Take Mr Smith out"}
    page = asked(national, path, **typed)
    assert re.search(r'href="#reason"\s*>\s*“Mr …” looks like', page) and "Take Mr Smith out" in page
    assert post(national, path, **typed, looked="y").status_code == 303
    assert checked("practice.returned") == [True]


def test_a_reason_to_stop_showing_it_or_to_take_it_out_of_use_is_looked_at(champion, national) -> None:
    practice = sent(champion)
    post(national, f"/practice/review/{practice}", decision="publish")
    stop = f"/practice/{practice}/stop"
    asked(national, stop, reason="Mr Smith is named")
    assert post(national, stop, reason="Mr Smith is named", looked="y").status_code == 303
    withdraw = f"{OURS}/practice/{practice}/withdraw"
    asked(champion, withdraw, reason="Mr Smith left")
    assert post(champion, withdraw, reason="Mr Smith left", looked="y").status_code == 303
    assert (checked("practice.stopped"), checked("practice.withdrawn")) == ([True], [True])


# --- help -------------------------------------------------------------------------------------------------


def question(champion: FlaskClient) -> str:
    """The address of a question that was asked."""
    assert post(champion, ASK, recommendation_code=REC, question="How?").status_code == 303
    row = db.session.scalars(select(HelpRequest)).one()
    return f"help-requests/{row.entity_id}"


def test_a_patient_in_a_question_is_asked_about(champion, body) -> None:
    typed = {"recommendation_code": REC, "question": f"How do we write of {PERSON}?"}
    page = asked(champion, ASK, **typed)
    assert re.search(r'href="#question"\s*>\s*“Mr …” looks like', page) and "How do we write of" in page
    assert db.session.scalars(select(HelpRequest)).all() == []
    assert post(champion, ASK, **typed, looked="y").status_code == 303
    # The national body's chain holds nothing of a question but that it was asked.
    assert (checked("help.asked"), checked("help.received")) == ([True], [None])


def test_it_is_asked_before_a_recommendation_is_chosen(champion, body) -> None:
    page = asked(champion, ASK, question="What of Mr Smith?")
    assert "Choose the recommendation that it is about" in page


def test_a_patient_in_an_answer_is_asked_about(champion, member, body) -> None:
    path = f"{BODY}/{question(champion)}/answer"
    asked(member, path, answer="As for Mrs Jones")
    assert db.session.scalars(select(HelpAnswer)).all() == []
    assert post(member, path, answer="As for Mrs Jones", looked="y").status_code == 303
    assert checked("help.answered") == [True, True]


def test_a_reason_to_take_a_question_back_is_asked_about(champion, body) -> None:
    path = f"{OURS}/{question(champion)}/take-back"
    asked(champion, path, reason="Mr Smith told us")
    assert post(champion, path, reason="Mr Smith told us", looked="y").status_code == 303
    assert checked("help.taken_back") == [True]


# --- a tick holds of what was asked about -----------------------------------------------------------------

OTHER = "Mrs Green, born 1/1/1950, K123456"


def test_a_tick_is_no_word_for_what_is_typed_after_it(champion, body) -> None:
    typed = {"question": "Mr Brown asks"}
    asking = asked_of(asked(champion, ASK, **typed))
    # Only the recommendation is missing: the tick stays, and holds of this text as it stands.
    page = post(champion, ASK, **typed, looked="y", looked_at=asking).get_data(as_text=True)
    assert "looks like" not in page and re.search(r'name="looked"[^>]* checked', page)
    assert asked_of(page) == asking
    other = {"recommendation_code": REC, "question": OTHER}
    page = asked(champion, ASK, **other, looked="y", looked_at=asking)
    assert db.session.scalars(select(HelpRequest)).all() == []
    assert not re.search(r'name="looked"[^>]* checked', page)
    assert asked_of(page) not in ("", asking)
    assert post(champion, ASK, **other, looked="y", looked_at=asked_of(page)).status_code == 303


def test_a_tick_that_was_never_asked_for_is_no_word(champion) -> None:
    asked(champion, NEW, **SENT_ALARM, looked="y", looked_at="none")
    assert practices() == []


def test_what_looks_like_nobody_may_change_under_a_tick(champion) -> None:
    asking = asked_of(asked(champion, NEW, **SENT_ALARM))
    same = {**SENT_ALARM, "what": "The  Baby Brown\r\nroom ", "effect": "It is found earlier"}
    assert post(champion, NEW, **same, looked="y", looked_at=asking).status_code == 303


def test_a_tick_for_publishing_is_none_for_a_reason(champion, national) -> None:
    path = f"/practice/review/{sent(champion, **SENT_ALARM, looked='y')}"
    shown = asked_of(text(national, path))
    assert shown
    typed = {"decision": "return", "reason": "Take Mr Smith out"}
    page = asked(national, path, **typed, looked="y", looked_at=shown)
    assert re.search(r'href="#reason"\s*>\s*“Mr …” looks like', page)
    assert not re.search(r'name="looked"[^>]* checked', page)
    # Nor the other way round.
    again = asked(national, path, decision="publish", looked="y", looked_at=asked_of(page))
    assert asked_of(again) == shown and current().state is State.SENT
    assert post(national, path, **typed, looked="y", looked_at=asked_of(page)).status_code == 303


# --- kept drafts ------------------------------------------------------------------------------------------


def test_a_kept_draft_keeps_the_statement(champion) -> None:
    token = factories.csrf_of(text(champion, NEW))
    kept = {"csrf_token": token, "_path": NEW, "what": "The Baby Brown room", "looked": "y"}
    kept["looked_at"] = asked_of(asked(champion, NEW, **SENT_ALARM))
    assert champion.post("/drafts", data=kept).status_code < 400
    page = text(champion, f"{NEW}?draft=1")
    assert "The Baby Brown room" in page and re.search(r'name="looked"[^>]* checked', page)
    assert post(champion, f"{NEW}?draft=1", **SENT_ALARM, looked="y").status_code == 303
