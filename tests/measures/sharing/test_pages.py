"""How long the national body lets people wait, as its own first screen and a trust's record say it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tracker.access.permissions import Role
from tracker.catalogue.rules import OrganisationKind
from tracker.library.rules import EvaluationResult, Setting
from tracker.organisations.queries import find_ref
from tracker.practice import actions
from tracker.practice.actions import HelpInput
from tracker.practice.rules import PracticeFacts
from tracker.web.transactions import writing

SignIn = Callable[[object], FlaskClient]
PROVEN = PracticeFacts(
    "Trolley on every ward", "SEP16-15", Setting.HOSPITAL, what="We put one there", effect="It is found faster",
    effect_measure="Minutes, before and after", contact_role="Sepsis team", method="Audit",
    evaluated_on=date(2025, 9, 1), result=EvaluationResult.SHOWS_EFFECT, shared_locally_on=date(2025, 10, 1),
    shared_locally_how="Regional meeting",
)  # fmt: skip


@pytest.fixture
def waiting(app: Flask) -> None:
    """A trust with a proven practice, and three questions of which one is answered: fewer than half."""
    factories.catalogue()
    trust, other = factories.organisation("X00931"), factories.organisation("X00932")
    body = factories.organisation("X00933", kind=OrganisationKind.NATIONAL_BODY)
    by, asker, member = (
        factories.identity_of(factories.person(Role.CHAMPION, each)) for each in (trust, other, body)
    )
    reviewer = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    with writing():
        practice = actions.add_practice(by, trust, PROVEN, send=True).entity_id
        actions.publish_practice(reviewer, practice, version=1)
    with writing():
        first, *_open = [
            actions.ask_help(asker, other, HelpInput("SEP16-15", f"How, for the {number}. time?")).entity_id
            for number in range(3)
        ]
        actions.answer_help(member, body, first, "Like this", version=0)


def words(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    page = answer.get_data(as_text=True)
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_the_national_body_is_told_that_people_wait(waiting: None, sign_in: SignIn) -> None:
    body = factories.person(Role.CHAMPION, find_ref("X00933"))
    page = words(sign_in(body), "/organisations/X00933")
    card = "Fewer than half of those who asked have an answer. Asked 3 times: 1 answered, 2 open"
    assert f"Days until half had our help No figure {card}" in page
    assert "Nobody has asked for help yet" not in page


@pytest.mark.parametrize("path", ["recommendations/SEP16-15", "questions/SEP16-15"])
def test_a_trust_sees_the_wait_at_its_worst_and_whose_it_is(
    waiting: None, sign_in: SignIn, path: str
) -> None:
    trust = factories.person(Role.CHAMPION, find_ref("X00931"))
    said = words(sign_in(trust), f"/organisations/X00931/{path}")
    assert "Days within which half of all questions to the national body were answered" in said, (
        "the figure stands beside"
    )
    assert "no number yet" in said
    assert "The national body was asked 3 times by all organisations: 1 answered, 2 open" in said
