"""Who is told that something of good practice waits: the owner of what came back, the asker, the national lead."""

from __future__ import annotations

from datetime import timedelta

from tests import factories
from tests.practice.pages import BODY, OURS, REC, WHOLE, current, post, sent, text
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


def test_an_answer_is_pointed_out_for_two_weeks(champion, member, monkeypatch) -> None:
    post(champion, f"{OURS}/help-requests/new", recommendation_code=REC, question="How do we start?")
    assert "Read the answer" not in text(champion, f"{OURS}?needs=all")
    asked = db.session.scalars(db.select(HelpRequest.entity_id)).one()
    post(member, f"{BODY}/help-requests/{asked}/answer", answer="Begin with one ward.", version="0")
    assert f"Read the answer to your question on recommendation {int(REC[-2:])}" in text(
        champion, f"{OURS}?needs=all"
    )
    today = clock.today()
    monkeypatch.setattr(clock, "today", lambda: today + timedelta(days=15))
    assert "Read the answer" not in text(champion, f"{OURS}?needs=all")


def test_the_national_page_counts_what_waits_for_review(app, trust, champion, national) -> None:
    assert "Good practice to review" not in text(national, "/summary")
    sent(champion)
    assert "Good practice to review: 1 waiting" in text(national, "/summary")
    auditor = factories.signed_in_client(app, factories.person(Role.AUDITOR, trust, name="Ada Auditor"))
    assert "Good practice to review" not in text(auditor, "/summary")
