"""An evaluation is read by everybody at once: what looks like a person in it is asked about before it is saved."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.library.test_usage_views import EVALUATIONS, address, ago, hidden, on, send
from tracker.audit.models import AuditEvent
from tracker.audit.rules import describe
from tracker.extensions import db
from tracker.library.models import Evaluation

NEW = f"{EVALUATIONS}/new"
PERSON = "Mrs Green, born 1/1/1950, hospital no K123456, watched it"
# What a person is asked about and may keep.
ROOM = "The Baby Brown room asked its staff"


@pytest.fixture
def done(film) -> dict[str, object]:
    return {
        "resource_id": str(film), "method": "Before and after", "sample": "Nurses", "sample_size": "20",
        "result": "shows_effect", "finding": "More right answers", "link": "https://reports.example/film",
        **on("evaluated_on", ago(30)),
    }  # fmt: skip


def asked(client: FlaskClient, path: str, fields: dict[str, object]) -> tuple[str, str]:
    """The form that came again with its question, and what it says of the texts that it asks about."""
    answer = send(client, path, fields)
    page = answer.get_data(as_text=True)
    found = re.search(r'name="looked_at" value="([0-9a-f]{16})"', page)
    assert answer.status_code == 422 and 'href="#looked"' in page and 'name="looked"' in page and found
    assert not re.search(r'name="looked"[^>]* checked', page)
    return page, found[1]


def kept() -> list[Evaluation]:
    return list(db.session.scalars(select(Evaluation).order_by(Evaluation.version)))


def checked() -> list[object]:
    """What the trail says of a statement, version by version."""
    found = db.session.scalars(
        select(AuditEvent).where(AuditEvent.subject_kind == "evaluation").order_by(AuditEvent.seq)
    )
    return [json.loads(each.header)["public"].get("text_checked") for each in found]


@pytest.mark.parametrize("name", ["method", "sample", "finding"])
def test_a_patient_in_an_evaluation_is_asked_about_and_nothing_is_lost(champion, done, name: str) -> None:
    assert 'name="looked"' not in champion.get(NEW).get_data(as_text=True)
    page, _asking = asked(champion, NEW, {**done, name: PERSON})
    for what in ("somebody’s name", "a hospital number", "a date of birth"):
        assert re.search(rf'href="#{name}"\s*>\s*“[^”]*” looks like {what}', page), what
    assert re.search(rf'id="{name}-error"[^>]*>.*?looks like', page, re.DOTALL)
    assert PERSON in page and "https://reports.example/film" in page
    assert kept() == []


def test_it_is_asked_together_with_what_is_missing(champion, done) -> None:
    page, _asking = asked(champion, NEW, {**done, "method": PERSON, "resource_id": ""})
    assert "Choose the training" in page


def test_whoever_has_looked_says_so_and_the_trail_tells_it(champion, done) -> None:
    typed = {**done, "method": ROOM}
    _page, asking = asked(champion, NEW, typed)
    assert send(champion, NEW, {**typed, "looked": "y", "looked_at": asking}).status_code == 303
    assert checked() == [True]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.type == "evaluation.added")).one()
    said = describe(event.type, json.loads(event.header)["public"], {})
    assert ("Read again: nobody can be identified", "yes") in [(each.label, each.new) for each in said]


def test_a_tick_is_no_word_for_what_is_typed_after_it(champion, done) -> None:
    _page, asking = asked(champion, NEW, {**done, "method": ROOM})
    asked(champion, NEW, {**done, "method": PERSON, "looked": "y", "looked_at": asking})
    assert kept() == []


def test_an_nhs_number_has_no_way_on(champion, done) -> None:
    answer = send(champion, NEW, {**done, "finding": "943 476 5919", "looked": "y"})
    assert answer.status_code == 422 and "NHS number" in answer.get_data(as_text=True) and kept() == []


def test_what_was_looked_at_and_not_changed_is_not_asked_again(champion, done) -> None:
    typed = {**done, "method": ROOM}
    _page, asking = asked(champion, NEW, typed)
    send(champion, NEW, {**typed, "looked": "y", "looked_at": asking})
    edit = address(champion, EVALUATIONS)
    assert send(champion, edit, {**typed, "sample_size": "21"}).status_code == 303
    asked(champion, edit, {**typed, "finding": PERSON})
    assert send(champion, edit, {**typed, "method": "Interviews"}).status_code == 303
    assert checked() == [True, True, None]


def test_the_tick_is_no_difference_between_two_who_saved(champion, done) -> None:
    send(champion, NEW, done)
    edit = address(champion, EVALUATIONS)
    carried = hidden(champion, edit)
    assert send(champion, edit, {**done, "finding": "Fewer questions"}).status_code == 303
    late = champion.post(edit, data={**carried, **done, "method": ROOM, "looked": "y"})
    page = late.get_data(as_text=True)
    assert late.status_code == 409 and page.count("nobody can be identified from it") == 1
