"""Two at once: what is reviewed is changed or decided by somebody else meanwhile, and nothing typed is lost."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.practice.pages import OURS, WHOLE, current, events, post, sent, text
from tracker.access.permissions import Role
from tracker.practice.rules import State

REASON = "Say on how many wards"


@pytest.fixture
def second(app, trust) -> FlaskClient:
    return factories.signed_in_client(app, factories.person(Role.NATIONAL_LEAD, name="Otto Other"))


def decided(client: FlaskClient, page: str, practice, **fields: str):
    """The form of a page that was opened earlier, sent now."""
    data = {"csrf_token": factories.csrf_of(page), "version": "1", **fields}
    return client.post(f"/practice/review/{practice}", data=data)


def test_a_text_taken_back_while_it_is_reviewed_is_said_so(champion, national) -> None:
    practice = sent(champion)
    page = text(national, f"/practice/review/{practice}")
    post(champion, f"{OURS}/practice/{practice}/edit", **WHOLE, step="draft")
    late = decided(national, page, practice, decision="return", reason=REASON)
    said = late.get_data(as_text=True)
    assert late.status_code == 409
    assert (
        "It was changed or decided meanwhile" in said
        and "Saved as a draft" in said
        and "Sam Champion" in said
    )
    assert REASON in said and 'name="decision"' not in said
    assert current().state is State.DRAFT and events("practice.returned") == []
    again = text(national, f"/practice/review/{practice}")
    assert "Saved as a draft" in again and REASON not in again


def test_what_another_lead_decided_first_is_said_so(champion, national, second) -> None:
    practice = sent(champion)
    page = text(second, f"/practice/review/{practice}")
    assert post(national, f"/practice/review/{practice}", decision="publish").status_code == 303
    late = decided(second, page, practice, decision="return", reason=REASON)
    said = late.get_data(as_text=True)
    assert late.status_code == 409 and REASON in said
    assert "Published" in said and "Nia National" in said and f'href="/practice/{practice}"' in said
    assert current().state is State.PUBLISHED and len(events("practice.published")) == 1
    assert decided(second, page, practice, decision="publish").status_code == 409
    assert len(events("practice.published")) == 1


def test_a_form_without_a_decision_is_told_the_same(champion, national, second) -> None:
    practice = sent(champion)
    page = text(second, f"/practice/review/{practice}")
    assert (
        post(national, f"/practice/review/{practice}", decision="return", reason="Which?").status_code == 303
    )
    late = decided(second, page, practice, reason=REASON)
    said = late.get_data(as_text=True)
    assert late.status_code == 409 and "Sent back" in said and "Which?" in said and REASON in said


def test_sent_again_meanwhile_it_is_decided_on_the_new_text_with_the_reason_kept(champion, national) -> None:
    practice = sent(champion)
    page = text(national, f"/practice/review/{practice}")
    changed = {**WHOLE, "what": "On the ambulances too", "step": "send"}
    post(champion, f"{OURS}/practice/{practice}/edit", **changed)
    late = decided(national, page, practice, decision="return", reason=REASON)
    said = late.get_data(as_text=True)
    assert late.status_code == 409 and "On the ambulances too" in said and REASON in said
    assert "Sam Champion saved this" in said and 'name="decision"' in said
    assert current().state is State.SENT


def test_what_was_never_sent_is_not_there_for_a_reviewer(champion, national) -> None:
    assert post(champion, f"{OURS}/practice/new", **WHOLE, step="draft").status_code == 303
    text(national, f"/practice/review/{current().entity_id}", 404)


def test_a_draft_of_what_was_sent_back_is_a_change_of_its_author(champion, national) -> None:
    practice = sent(champion)
    back = post(national, f"/practice/review/{practice}", decision="return", reason=REASON)
    assert back.status_code == 303
    changed = {**WHOLE, "what": "On 12 wards", "step": "draft"}
    assert post(champion, f"{OURS}/practice/{practice}/edit", **changed).status_code == 303
    history = text(champion, f"{OURS}/practice/{practice}").partition(">History</h2>")[2]
    steps = re.findall(r"<li><strong>([^<]*)</strong> <span[^>]*>[^<]*, ([^<,]*)</span>", history)
    assert steps == [
        ("Changed", "Sam Champion"),
        ("Sent back", "Nia National"),
        ("Sent for review", "Sam Champion"),
    ]
    assert history.count(REASON) == 1
