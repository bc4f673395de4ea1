"""How long the national body lets people wait, as its own first screen and a trust's record say it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tracker import clock
from tracker.access.permissions import Role
from tracker.catalogue.rules import OrganisationKind
from tracker.library.actions.evaluations import add_evaluation
from tracker.library.rules import Endorsement, EvaluationResult, Setting
from tracker.library.rules.evaluations import EvaluationFacts
from tracker.measures.questions.actions import AnswersInput, answer_questions
from tracker.measures.questions.rules import day_in_words
from tracker.organisations.queries import find_ref
from tracker.practice import actions
from tracker.practice.actions import HelpInput
from tracker.practice.rules import PracticeFacts
from tracker.web.transactions import writing

SignIn = Callable[[object], FlaskClient]
DECIDED = {"decision": "adopt", "on": date(2025, 9, 1), "meeting": "Programme board", "reason": "To know"}
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


@pytest.fixture
def evaluating(app: Flask) -> tuple[str, str]:
    """The national body said 114 days ago what it decided; since then one of its three films was evaluated.

    Gives the day of its answers and today, in words.
    """
    factories.catalogue()
    body = factories.organisation("X00933", kind=OrganisationKind.NATIONAL_BODY)
    member = factories.identity_of(factories.person(Role.CHAMPION, body))
    films = [factories.national_resource(f"film-{each}", f"Film {each}") for each in "abc"]
    factories.national_resource("game", "A game", endorsement=Endorsement.ENDORSED)
    today = clock.today()
    about = today - timedelta(days=114)
    decision = {"decision": "adopt", "on": about, "meeting": "Programme board", "reason": "To know"}
    with writing():
        answer_questions(
            member,
            body,
            "SEP16-06",
            AnswersInput(about, {"decision": decision, "written_on": about}),
            version=0,
        )
    facts = EvaluationFacts(
        films[0], "Before and after", "Nurses", evaluated_on=today, result=EvaluationResult.UNCLEAR,
        finding="Too few answered", link="https://reports.example/film",
    )  # fmt: skip
    with writing():
        add_evaluation(member, body, facts)
    return day_in_words(about), day_in_words(today)


@pytest.mark.parametrize("path", ["recommendations/SEP16-06", "questions/SEP16-06"])
def test_a_register_s_number_has_the_register_s_day(
    evaluating: tuple[str, str], sign_in: SignIn, path: str
) -> None:
    about, today = evaluating
    said = words(
        sign_in(factories.person(Role.CHAMPION, find_ref("X00933"))), f"/organisations/X00933/{path}"
    )
    assert re.search(rf"Position on {about}[^.]*; what registers hold, on {today}", said)
    for what, lacking in (
        ("with a method of evaluation", "without a method"),
        ("evaluated", "not evaluated"),
    ):
        label = f"Resources made by HEE (endorsed ones are not counted here) {what}"
        assert re.search(rf"{re.escape(label)}:? 1 of 3 on {today}; {lacking}: Film b, Film c", said), said


@pytest.mark.usefixtures("evaluating")
def test_a_register_makes_nobody_late_and_the_card_says_what_counts(sign_in: SignIn) -> None:
    client = sign_in(factories.person(Role.CHAMPION, find_ref("X00933")))
    with writing():
        member = factories.identity_of(factories.person(Role.CHAMPION, find_ref("X00933")))
        answer_questions(
            member,
            find_ref("X00933"),
            "SEP16-06",
            AnswersInput(clock.today(), {"decision": DECIDED}),
            version=1,
        )
    said = words(client, "/organisations/X00933/recommendations/SEP16-06")
    assert "days after the day that it is about" not in said and "what registers hold" not in said
    card = "resources in use made by HEE (endorsed ones are not counted here) were evaluated"
    assert card.capitalize().replace("hee", "HEE") in words(client, "/organisations/X00933")
    answers = words(client, "/organisations/X00933/questions/SEP16-06")
    assert "recorded itself. Without a method: Film b, Film c." in answers
