"""Who is told that something of good practice waits: the owner of what came back, the asker, the national lead."""

from __future__ import annotations

import re
from datetime import timedelta

from tests import factories
from tests.practice.pages import BODY, OURS, REC, WHOLE, current, events, post, sent, text
from tracker import clock
from tracker.access.permissions import Role
from tracker.extensions import db
from tracker.practice.models import HelpRequest


def test_what_was_sent_back_needs_its_owner_until_it_is_sent_again(champion, national) -> None:
    practice = sent(champion)
    row = current()
    assert f"Change “{row.title}”" not in text(champion, f"{OURS}?needs=all")
    post(national, f"/practice/review/{practice}", decision="return", reason="How many wards?")
    page = text(champion, f"{OURS}?needs=all")
    assert f"Change “{row.title}” and send it again" in page and f"{OURS}/practice/{practice}" in page
    post(champion, f"{OURS}/practice/{practice}/edit", **WHOLE, step="send")
    assert f"Change “{row.title}”" not in text(champion, f"{OURS}?needs=all")


def answered(champion, member, answer: str = "Begin with one ward.", version: str = "0") -> str:
    """The address of our questions, one of which is answered."""
    if not db.session.scalars(db.select(HelpRequest)).all():
        post(champion, f"{OURS}/help-requests/new", recommendation_code=REC, question="How do we start?")
    asked = db.session.scalars(db.select(HelpRequest.entity_id)).one()
    post(member, f"{BODY}/help-requests/{asked}/answer", answer=answer, version=version)
    return f"{OURS}/help-requests"


def test_an_answer_is_pointed_out_for_two_weeks(champion, member, monkeypatch) -> None:
    assert "Read the answer" not in text(champion, f"{OURS}?needs=all")
    answered(champion, member)
    assert f"Read the answer to your question on recommendation {int(REC[-2:])}" in text(
        champion, f"{OURS}?needs=all"
    )
    today = clock.today()
    monkeypatch.setattr(clock, "today", lambda: today + timedelta(days=15))
    assert "Read the answer" not in text(champion, f"{OURS}?needs=all")


def test_an_answer_that_somebody_of_the_organisation_read_is_pointed_out_to_nobody(
    app, trust, champion, member
) -> None:
    lead = factories.signed_in_client(app, factories.person(Role.TRUST_LEAD, trust, name="Lou Lead"))
    page = answered(champion, member)
    assert "Begin with one ward." in text(lead, page)
    assert "Read the answer" not in text(champion, f"{OURS}?needs=all")
    assert "Lou Lead read the answer to a question on recommendation 12" in " ".join(
        re.sub(r"<[^>]+>", "", text(champion, f"{OURS}/history")).split()
    )
    for _time in range(2):
        text(champion, page)
    assert len(events("page.read")) == 1


def test_the_page_before_the_answer_and_who_only_looks_count_as_no_reading(
    app, trust, champion, member, national
) -> None:
    post(champion, f"{OURS}/help-requests/new", recommendation_code=REC, question="How do we start?")
    text(champion, f"{OURS}/help-requests")
    page = answered(champion, member)
    text(national, page)
    text(factories.signed_in_client(app, factories.person(Role.AUDITOR, trust, name="Ada Auditor")), page)
    assert "Read the answer" in text(champion, f"{OURS}?needs=all") and events("page.read") == []


def test_an_answer_that_was_mended_after_it_was_read_is_pointed_out_again(champion, member) -> None:
    text(champion, answered(champion, member))
    answered(champion, member, "Begin with two wards.", "1")
    assert "Read the answer" in text(champion, f"{OURS}?needs=all")
    assert "two wards" in text(champion, f"{OURS}/help-requests")
    assert "Read the answer" not in text(champion, f"{OURS}?needs=all")


def test_the_national_page_counts_what_waits_for_review(app, trust, champion, national) -> None:
    assert "Good practice to review" not in text(national, "/summary")
    sent(champion)
    assert "Good practice to review: 1 waiting" in text(national, "/summary")
    auditor = factories.signed_in_client(app, factories.person(Role.AUDITOR, trust, name="Ada Auditor"))
    assert "Good practice to review" not in text(auditor, "/summary")
