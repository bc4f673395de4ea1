"""What is said afterwards: of what was withdrawn, to those who copied it; of a draft that leaves the queue."""

from __future__ import annotations

from sqlalchemy import select

from tests.practice.pages import OURS, REC, THEIRS, WHOLE, current, post, published, sent, text
from tracker.extensions import db
from tracker.practice.rules import State
from tracker.progress.models import Action

RECORD = f"{THEIRS}/recommendations/{REC}"


def test_after_the_end_the_owner_sees_who_used_it_and_the_user_that_it_ended(
    champion, national, stranger
) -> None:
    practice = published(champion, national)
    assert post(stranger, f"{RECORD}/actions/new?from={practice}", title="One each").status_code == 303
    action = db.session.scalars(select(Action)).one().entity_id
    ended = "by Northmoor Hospitals (taken out of use since)"
    assert ended not in text(stranger, RECORD)
    assert post(champion, f"{OURS}/practice/{practice}/withdraw", reason="Old").status_code == 303
    page = text(champion, f"{OURS}/practice/{practice}")
    assert "Who used it" in page and "Southmoor Hospitals" in page
    for path in (RECORD, f"{RECORD}/actions/{action}"):
        assert f"From Trolley on every ward {ended}" in text(stranger, path)


def test_what_nobody_could_use_says_nothing_of_users(champion) -> None:
    practice = sent(champion)
    assert "Who used it" not in text(champion, f"{OURS}/practice/{practice}")


def test_a_draft_takes_what_waits_out_of_the_queue_and_says_so(champion, national) -> None:
    practice = sent(champion)
    path = f"{OURS}/practice/{practice}"
    warning = "takes it out of the queue"
    assert warning in text(champion, f"{path}/edit")
    assert post(champion, f"{path}/edit", **WHOLE, step="draft").status_code == 303
    assert current().state is State.DRAFT
    assert "Saved as a draft. It no longer waits for the national lead" in text(champion, path)
    assert warning not in text(champion, f"{path}/edit")
    assert post(champion, f"{path}/edit", **WHOLE, step="draft").status_code == 303
    assert "Saved as a draft. Nobody else sees it yet" in text(champion, path)
    assert post(champion, f"{path}/edit", **WHOLE, step="send").status_code == 303
    assert "Sent for review" in text(champion, path)
