"""Help: whose chain is told what, in one group; and a question that is taken back while somebody answers it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories
from tests.factories import Person, identity_of
from tracker import clock
from tracker.access.permissions import Role
from tracker.audit.models import AuditEvent, AuditPrivate
from tracker.catalogue.rules import OrganisationKind
from tracker.errors import RuleBroken
from tracker.extensions import db
from tracker.practice import actions, queries
from tracker.practice.actions import HelpInput
from tracker.practice.models import HelpAnswer
from tracker.practice.rules import PracticeFacts
from tracker.progress import actions as progress
from tracker.progress.actions import ActionInput
from tracker.web.transactions import writing

REC = "SEP16-12"
SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def member(body) -> Person:
    return factories.person(Role.CHAMPION, body)


def asked(person: Person, trust, question: str = "How do we evaluate it?") -> UUID:
    with writing():
        return actions.ask_help(identity_of(person), trust, HelpInput(REC, question)).entity_id


def taken_back(person: Person, trust, question: UUID, reason: str = "We found out") -> None:
    with writing():
        actions.take_back_help(identity_of(person), trust, question, reason=reason, version=1)


@dataclass(frozen=True)
class Told:
    chain: UUID
    group: str | None
    facts: dict[str, object]
    words: dict[str, str]


def told(type: str) -> list[Told]:
    """The events of a type, in the order of their chains."""
    event, text = AuditEvent, AuditPrivate
    query = (
        select(event.chain_id, event.header, text.body)
        .outerjoin(text, (text.chain_id == event.chain_id) & (text.seq == event.seq))
        .where(event.type == type)
        .order_by(event.chain_id, event.seq)
    )
    headers = [(row[0], json.loads(row[1]), json.loads(row[2] or "{}")) for row in db.session.execute(query)]
    return [Told(chain, each["group"], each["public"], words) for chain, each, words in headers]


# --- the trail --------------------------------------------------------------------------------------------


def test_asking_and_taking_back_are_told_to_both_in_one_group(person, trust, body) -> None:
    """The words stay with who asked: who may read the national body's trail need not be one who may read them."""
    question = asked(person, trust)
    (asking,), (received,) = told("help.asked"), told("help.received")
    assert (asking.chain, received.chain) == (trust.id, body.id)
    assert asking.words == {"question": "How do we evaluate it?"} and received.words == {}
    assert received.facts == {
        "request_id": str(question), "version": 1, "recommendation": REC, "organisation": "X00101", "state": "asked",
        "asked_on": clock.today().isoformat(),
    }  # fmt: skip
    taken_back(person, trust, question)
    (back,), (_first, theirs) = told("help.taken_back"), told("help.received")
    assert (back.chain, theirs.chain) == (trust.id, body.id)
    assert back.words == {"reason": "We found out"} and theirs.words == {}
    assert (theirs.facts["version"], theirs.facts["state"]) == (2, "taken_back")
    assert asking.group == received.group != back.group == theirs.group
    assert None not in {asking.group, back.group}


def test_an_answer_is_told_to_both_in_one_group(person, trust, body, member) -> None:
    question = asked(person, trust)
    with writing():
        actions.answer_help(identity_of(member), body, question, "Count before and after", version=0)
    found = told("help.answered")
    assert {each.chain for each in found} == {trust.id, body.id}
    assert len({each.group for each in found}) == 1 and found[0].group is not None
    assert [each.words for each in found] == [{"answer": "Count before and after"}] * 2


def test_a_use_is_told_to_both_in_one_group(person, trust, app) -> None:
    theirs, reviewer = factories.organisation("X00102"), factories.person(Role.NATIONAL_LEAD)
    user = factories.person(Role.CHAMPION, theirs)
    facts = PracticeFacts(
        "Trolley", REC, what="W", effect="E", effect_measure="M", contact_role="Sepsis team"
    )
    with writing():
        practice = actions.add_practice(identity_of(person), trust, facts, send=True).entity_id
        actions.publish_practice(identity_of(reviewer), practice, version=1)
    with writing():
        wanted = ActionInput("One on each ward", "", None, None)
        progress.add_action(identity_of(user), theirs, REC, wanted, source=practice)
    found = told("practice.used")
    assert {each.chain for each in found} == {trust.id, theirs.id}
    assert len({each.group for each in found}) == 1 and found[0].group is not None


def test_only_a_national_body_of_the_same_world_that_is_open_is_told(person, trust) -> None:
    kind = OrganisationKind.NATIONAL_BODY
    factories.organisation("X00104", kind=kind, demonstration=False)
    factories.organisation("X00105", kind=kind, closed_on=factories.LONG_AGO.date())
    asked(person, trust)
    assert told("help.received") == []
    assert [(each.chain, each.group) for each in told("help.asked")] == [(trust.id, None)]


# --- taken back meanwhile ---------------------------------------------------------------------------------


def test_what_is_taken_back_cannot_be_answered_and_it_is_said_why(person, trust, body, member) -> None:
    question = asked(person, trust)
    taken_back(person, trust, question)
    with pytest.raises(RuleBroken, match="Taken back meanwhile: “We found out”"), writing():
        actions.answer_help(identity_of(member), body, question, "Too late", version=0)
    assert db.session.scalars(select(HelpAnswer)).all() == []
    assert queries.list_received(identity_of(member), body.id) == []


def test_an_answer_typed_meanwhile_is_shown_again(person, trust, body, member, sign_in: SignIn) -> None:
    question = asked(person, trust)
    client, path = sign_in(member), f"/organisations/X00103/help-requests/{question}/answer"
    page = client.get(path).get_data(as_text=True)
    taken_back(person, trust, question)
    data = {"csrf_token": factories.csrf_of(page), "version": "0", "answer": "All that I typed for an hour"}
    answer = client.post(path, data=data)
    again = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "All that I typed for an hour" in again
    assert "Taken back meanwhile: “We found out”" in again
    assert "Send the answer" not in again


def test_a_draft_of_an_answer_survives_that_the_question_was_taken_back(
    person, trust, body, member, sign_in: SignIn
) -> None:
    question = asked(person, trust)
    client, path = sign_in(member), f"/organisations/X00103/help-requests/{question}/answer"
    token = factories.csrf_of(client.get("/account").get_data(as_text=True))
    client.post("/drafts", data={"csrf_token": token, "_path": path, "answer": "Half an answer"})
    taken_back(person, trust, question)
    taken = client.get(f"{path}?draft=1")
    page = taken.get_data(as_text=True)
    assert taken.status_code == 200 and "Half an answer" in page
    assert re.search(r"took this question back:\s+“We found out”", page)


# --- the order of the national body's list ----------------------------------------------------------------


def test_what_waits_longest_stands_first_then_the_newest_answer(
    person, trust, body, member, sign_in: SignIn
) -> None:
    first, second, third, fourth = (asked(person, trust, f"Question {each}") for each in "ABCD")
    for question in (third, first):
        with writing():
            actions.answer_help(identity_of(member), body, question, "So", version=0)
    listed = [each.request.entity_id for each in queries.list_received(identity_of(member), body.id)]
    assert listed == [second, fourth, first, third]
    page = sign_in(member).get("/organisations/X00103/help-requests").get_data(as_text=True)
    assert re.findall(r"<p[^>]*>(Question .)</p>", page) == [
        "Question B",
        "Question D",
        "Question A",
        "Question C",
    ]
