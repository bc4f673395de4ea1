"""One way to save a form, tried on a page of its own: a sentence that two people may write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from flask import Flask, render_template_string, request
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests import factories
from tracker.access.decorators import requires
from tracker.access.permissions import Permission, Role
from tracker.accounts import queries as accounts
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.web.conflicts import Clash
from tracker.web.fields import NHSTextField, VersionedForm
from tracker.web.saving import Answer, Stands, keep, led_before, require_open, typed_before
from tracker.web.transactions import commits

# Its page is a route of its own.
pytestmark = pytest.mark.own_app
HERE, LEADS_TO = "/sentence", "/sentence?saved=1"
KEY = "a" * 32
PAGE = """{% extends "layouts/form.html" %}
{% from "components/conflict.html" import clash as what_stands %}
{% block heading %}One sentence{% endblock %}
{% block intro %}{{ what_stands(clash, "/sentence") }}{% endblock %}"""


class SentenceForm(VersionedForm):
    text = NHSTextField("The sentence", required="Write a sentence")


@dataclass
class Sentence:
    """What stands; `told` is what a save shows of it to whoever comes second."""

    text: str = "As it was"
    version: int = 1
    writes: int = 0
    told: Callable[[], Stands | Clash | None] = lambda: None

    def write(self, text: str, version: int) -> None:
        if "swear" in text:
            raise RuleBroken("text", "Say it in other words")
        if version != self.version:
            raise Conflict(self.version)
        self.text, self.version, self.writes = text, self.version + 1, self.writes + 1

    def as_form(self) -> SentenceForm:
        return SentenceForm(None, data={"text": self.text, "version": str(self.version)})


@pytest.fixture
def sentence(app: Flask) -> Sentence:
    """The page is one more of this test's application."""
    stands = Sentence()

    def page(form: SentenceForm, clash: Clash | None = None) -> str:
        return render_template_string(PAGE, form=form, clash=clash, draft=True)

    @requires(Permission.ACCOUNT_OWN)
    def show() -> Answer:
        typed = typed_before()
        return page(SentenceForm(typed) if typed else stands.as_form())

    @requires(Permission.ACCOUNT_OWN)
    @commits
    def save() -> Answer:
        if led := led_before():
            return led
        form = SentenceForm(MultiDict(request.form))
        if not form.validate():
            return page(form), 422
        return keep(
            form,
            lambda: stands.write(form.text.data or "", form.version_number()),
            lambda **more: page(form, **more),
            stands.told,
            notice="The sentence is saved.",
            location=LEADS_TO,
        )

    app.add_url_rule(HERE, "sentence", show, methods=["GET"])
    app.add_url_rule(HERE, "save_sentence", save, methods=["POST"])
    return stands


@pytest.fixture
def writer(app: Flask) -> factories.Person:
    return factories.person(Role.TRUST_LEAD, factories.organisation(), name="Asha Patel")


@pytest.fixture
def hers(
    sentence: Sentence, writer: factories.Person, sign_in: Callable[[object], FlaskClient]
) -> FlaskClient:
    return sign_in(writer)


def send(client: FlaskClient, text: str, *, version: int | str = 1) -> TestResponse:
    token = factories.csrf_of(client.get(HERE).get_data(as_text=True))
    given = {"csrf_token": token, "text": text, "version": str(version), "idempotency_key": KEY}
    return client.post(HERE, data=given)


def half_typed(client: FlaskClient, text: str) -> None:
    token = factories.csrf_of(client.get(HERE).get_data(as_text=True))
    kept = client.post("/drafts", data={"csrf_token": token, "_path": HERE, "text": text})
    assert kept.status_code == 204


def read(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def test_a_form_is_saved_and_says_so_on_the_page_that_it_leads_to(
    hers: FlaskClient, sentence: Sentence
) -> None:
    answer = send(hers, "Better now")
    assert answer.status_code == 303 and answer.location == LEADS_TO
    assert (sentence.text, sentence.version) == ("Better now", 2)
    assert "The sentence is saved." in read(hers.get(LEADS_TO))


def test_what_was_typed_is_offered_then_taken_then_gone(hers: FlaskClient, writer: factories.Person) -> None:
    half_typed(hers, "Half a thought")
    offered = read(hers.get(HERE))
    assert "Carry on with it" in offered and "Half a thought" not in offered and "As it was" in offered
    taken = read(hers.get(f"{HERE}?draft=1"))
    assert "Half a thought" in taken and "Discard what was typed" in taken
    send(hers, "A whole thought")
    assert accounts.find_draft(factories.identity_of(writer), HERE) is None


def test_nothing_is_offered_to_somebody_else(
    hers: FlaskClient, sign_in: Callable[[object], FlaskClient]
) -> None:
    half_typed(hers, "Half a thought")
    other = sign_in(factories.person(Role.NATIONAL_LEAD))
    assert "Carry on with it" not in read(other.get(HERE)) and "Half" not in read(
        other.get(f"{HERE}?draft=1")
    )


def test_a_form_sent_twice_is_saved_once_and_leads_where_it_led(
    hers: FlaskClient, sentence: Sentence
) -> None:
    answers = [send(hers, "Better now") for _each in range(2)]
    assert [(each.status_code, each.location) for each in answers] == [(303, LEADS_TO)] * 2
    assert sentence.writes == 1


def test_what_a_rule_refuses_is_shown_again_and_its_key_is_not_spent(
    hers: FlaskClient, sentence: Sentence
) -> None:
    half_typed(hers, "Half a thought")
    refused = send(hers, "I swear")
    assert refused.status_code == 422 and 'value="I swear"' in read(refused)
    assert "Say it in other words" in read(refused) and sentence.writes == 0
    assert "Carry on with it" in read(hers.get(HERE))
    assert send(hers, "I say").status_code == 303 and sentence.text == "I say"


def test_the_second_to_save_sees_both_texts_and_may_save_over_the_first(
    hers: FlaskClient, sentence: Sentence
) -> None:
    sentence.version = 4
    sentence.told = lambda: Stands(sentence.as_form(), "Asha Patel", datetime(2026, 3, 2, 9, 5, tzinfo=UTC))
    answer = send(hers, "What I meant", version=3)
    shown = read(answer)
    assert answer.status_code == 409 and sentence.text == "As it was"
    assert "Asha Patel saved this on 2 March 2026 at 9:05am" in shown
    assert '<td class="nhsuk-table__cell">As it was</td>' in shown and 'value="What I meant"' in shown
    assert 'name="version" value="4"' in shown
    assert send(hers, "What I meant", version=4).status_code == 303 and sentence.version == 5


def test_two_who_cannot_be_compared_are_not_said_to_agree(hers: FlaskClient, sentence: Sentence) -> None:
    sentence.version = 2
    shown = read(send(hers, "What I meant"))
    assert "Somebody else saved this, while you were typing" in shown
    assert "Both of you said the same" not in shown and "Where the two differ" not in shown
    sentence.told = lambda: Clash("Asha Patel", None, ())
    assert "Both of you said the same" in read(send(hers, "What I meant"))


def test_nonsense_for_a_version_is_one_that_never_stands(hers: FlaskClient, sentence: Sentence) -> None:
    for nonsense in ("x", "-1", "1" * 9):
        assert send(hers, "What I meant", version=nonsense).status_code == 409
    assert sentence.writes == 0


def test_nothing_is_recorded_of_a_closed_organisation(app: Flask) -> None:
    require_open(factories.organisation())
    with pytest.raises(NotAllowed):
        require_open(factories.organisation(closed_on=date(2020, 3, 31)))
