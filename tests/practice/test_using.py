"""A practice that is taken out of use while somebody makes an action of it: nothing typed is lost, the credit stays."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.factories import Person, identity_of
from tracker.access.permissions import Role
from tracker.errors import NotFound
from tracker.extensions import db
from tracker.practice import actions, queries
from tracker.practice.models import Practice, PracticeUse
from tracker.practice.rules import PracticeFacts
from tracker.progress import actions as progress
from tracker.progress.actions import ActionInput
from tracker.progress.models import Action
from tracker.web.transactions import writing

REC = "SEP16-12"
RECORD = f"/organisations/X00102/recommendations/{REC}"
PATH = f"{RECORD}/actions/new"
FACTS = PracticeFacts(
    "Trolley on every ward", REC, what="We put one there", effect="It is found faster", effect_measure="Minutes",
    contact_role="Sepsis team",
)  # fmt: skip
WANTED = ActionInput("One on each ward by May", "", None, None)
OUT_OF_USE = "was taken out of use"


@pytest.fixture
def reviewer(trust) -> Person:
    return factories.person(Role.NATIONAL_LEAD)


@pytest.fixture
def user(other) -> Person:
    return factories.person(Role.CHAMPION, other)


@pytest.fixture
def browser(user, sign_in: Callable[[object], FlaskClient]) -> FlaskClient:
    return sign_in(user)


@pytest.fixture
def practice(person, trust, reviewer) -> UUID:
    """Published as version 2."""
    with writing():
        made = actions.add_practice(identity_of(person), trust, FACTS, send=True).entity_id
    with writing():
        actions.publish_practice(identity_of(reviewer), made, version=1)
    return made


@pytest.fixture
def withdraw(person, trust, practice) -> Callable[[], None]:
    def act() -> None:
        with writing():
            actions.withdraw_practice(
                identity_of(person), trust, practice, reason="Nobody used it", version=_version(practice)
            )

    return act


def _version(practice: UUID) -> int:
    query = sa.select(sa.func.max(Practice.version)).where(Practice.entity_id == practice)
    return db.session.scalar(query) or 0


def text(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.get_data(as_text=True)


def hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"')[0]


def typed(page: str, **fields: str) -> dict[str, str]:
    """What the form of a page sends, with a title."""
    kept = {name: hidden(page, name) for name in ("idempotency_key", "source", "source_version")}
    return {"csrf_token": factories.csrf_of(page), **kept, "title": WANTED.title, **fields}


def keep(client: FlaskClient, data: dict[str, str]) -> None:
    """What the browser sends by itself while somebody types."""
    assert client.post("/drafts", data={"_path": PATH, **data}).status_code == 204


def uses() -> list[PracticeUse]:
    return list(db.session.scalars(sa.select(PracticeUse)))


def test_taken_out_of_use_while_it_is_typed_it_is_saved_with_the_credit_of_what_was_read(
    browser, practice, withdraw
) -> None:
    page = text(browser, f"{PATH}?from={practice}")
    withdraw()
    saved = browser.post(PATH, data=typed(page), follow_redirects=True)
    record = saved.get_data(as_text=True)
    assert saved.status_code == 200
    assert f"Action saved. “Trolley on every ward” {OUT_OF_USE} meanwhile" in record
    assert WANTED.title in record and "From Trolley on every ward by Northmoor Hospitals" in record
    assert [(each.practice_id, each.practice_version) for each in uses()] == [(practice, 2)]


def test_refused_for_another_reason_it_says_so_too(browser, practice, withdraw) -> None:
    page = text(browser, f"{PATH}?from={practice}")
    withdraw()
    refused = browser.post(PATH, data=typed(page, title=" ", owner="The ward sisters"))
    again = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "The ward sisters" in again and OUT_OF_USE in again and "We put one there" in again
    assert browser.post(PATH, data=typed(again)).status_code == 303
    assert len(uses()) == 1


def test_a_draft_of_it_can_be_carried_on(browser, practice, withdraw) -> None:
    page = text(browser, f"{PATH}?from={practice}")
    keep(browser, typed(page, title="Half a sentence"))
    withdraw()
    taken = text(browser, f"{PATH}?draft=1")
    assert "Half a sentence" in taken and OUT_OF_USE in taken
    assert browser.post(PATH, data=typed(taken)).status_code == 303
    assert [each.practice_version for each in uses()] == [2]


def test_a_draft_of_before_that_names_no_version_is_credited_to_the_last_that_was_seen(
    browser, practice, withdraw
) -> None:
    page = text(browser, f"{PATH}?from={practice}")
    keep(browser, typed(page, source_version=""))
    withdraw()
    taken = text(browser, f"{PATH}?draft=1")
    assert (hidden(taken, "source"), hidden(taken, "source_version")) == (str(practice), "2")


def test_published_anew_meanwhile_the_credit_is_of_what_was_read(
    browser, practice, person, trust, reviewer
) -> None:
    page = text(browser, f"{PATH}?from={practice}")
    with writing():
        changed = replace(FACTS, what="Two on each ward")
        actions.change_practice(identity_of(person), trust, practice, changed, version=2, send=True)
    with writing():
        actions.publish_practice(identity_of(reviewer), practice, version=3)
    saved = browser.post(PATH, data=typed(page), follow_redirects=True).get_data(as_text=True)
    assert OUT_OF_USE not in saved
    assert [each.practice_version for each in uses()] == [2]


@pytest.mark.parametrize("named", ["nonsense", "00000000-0000-7000-8000-000000000000"])
def test_what_cannot_be_found_costs_no_word(browser, practice, named: str) -> None:
    page = text(browser, f"{PATH}?from={practice}")
    answer = browser.post(PATH, data=typed(page, source=named))
    again = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "cannot be found" in again and WANTED.title in again
    assert browser.post(PATH, data=typed(again)).status_code == 303
    assert (uses(), db.session.scalars(sa.select(Action.title)).all()) == ([], [WANTED.title])
    text(browser, f"{PATH}?from={named}", 404)


@pytest.mark.parametrize("version", ["1", "3", "-1", "99999999999"])
def test_a_version_that_nobody_else_ever_saw_is_not_credited(browser, practice, version: str) -> None:
    page = text(browser, f"{PATH}?from={practice}")
    answer = browser.post(PATH, data=typed(page, source_version=version))
    assert answer.status_code == 422 and uses() == []


def test_what_was_read_stays_readable_beside_the_credit(browser, practice, withdraw, person, sign_in) -> None:
    """Only the credit stood on the action: after the withdrawal a title was left, and nothing of what to do."""
    assert browser.post(PATH, data=typed(text(browser, f"{PATH}?from={practice}"))).status_code == 303
    action = db.session.scalars(sa.select(Action)).one().entity_id
    pages = (RECORD, f"{RECORD}/actions/{action}")
    for before in (True, False):
        for path in pages:
            page = text(browser, path)
            assert "We put one there" in page and "It is found faster" in page, path
        if before:
            withdraw()
    lead = factories.person(Role.NATIONAL_LEAD)
    assert "We put one there" in text(sign_in(lead), RECORD)


def test_the_text_that_was_read_is_the_version_that_was_used_and_is_nobody_elses(
    practice, person, trust, reviewer, user, other
) -> None:
    with writing():
        action = progress.add_action(identity_of(user), other, REC, WANTED, source=practice).entity_id
    with writing():
        changed = replace(FACTS, what="Two on each ward")
        actions.change_practice(identity_of(person), trust, practice, changed, version=2, send=True)
    with writing():
        actions.publish_practice(identity_of(reviewer), practice, version=3)
    assert queries.list_read(identity_of(user), other.id, [action])[action].what == "We put one there"
    assert queries.list_read(identity_of(person), other.id, [action]) == {}
    assert queries.list_read(identity_of(user), other.id, []) == {}


def test_what_the_national_lead_stopped_is_credited_and_no_longer_shown(
    browser, practice, reviewer, user, other
) -> None:
    """Stopped is not taken out of use: something may be wrong with the text."""
    page = text(browser, f"{PATH}?from={practice}")
    assert browser.post(PATH, data=typed(page)).status_code == 303
    later = text(browser, f"{PATH}?from={practice}")
    keep(browser, typed(later, title="Half a sentence"))
    with writing():
        actions.stop_showing(identity_of(reviewer), practice, reason="A dose is wrong", version=2)
    assert "We put one there" not in text(browser, RECORD)
    taken = text(browser, f"{PATH}?draft=1")
    assert "Half a sentence" in taken and "We put one there" not in taken
    assert "has stopped showing this to others since you began" in taken
    saved = browser.post(PATH, data=typed(taken), follow_redirects=True).get_data(as_text=True)
    assert "is not shown to others at present" in saved
    assert [each.practice_version for each in uses()] == [2, 2]


# --- both at the same moment ------------------------------------------------------------------------------


@pytest.fixture
def using(app: Flask, practice, user, other) -> Iterator[Callable[[int | None], list[str]]]:
    """Makes an action of the practice on another connection; what came of it is in the list when it has ended."""
    threads = []

    def begin(version: int | None) -> list[str]:
        came: list[str] = []

        def act() -> None:
            with app.app_context():
                try:
                    with writing():
                        progress.add_action(by, other, REC, WANTED, source=practice, source_version=version)
                    came.append("saved")
                except NotFound:
                    came.append("not found")
                finally:
                    db.session.remove()

        by = identity_of(user)
        threads.append(threading.Thread(target=act))
        threads[-1].start()
        _until_it_waits()
        return came

    yield begin
    for thread in threads:
        thread.join(30)


def _until_it_waits() -> None:
    """On PostgreSQL until somebody waits for a row; on SQLite a writer waits before it reads anything."""
    for _time in range(50):
        time.sleep(0.05)
        if db.engine.dialect.name == "sqlite":
            continue
        with db.engine.connect() as connection:
            if connection.scalar(sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                return


@pytest.mark.parametrize(("version", "ends"), [(None, "not found"), (2, "saved")])
def test_a_withdrawal_at_the_same_moment_is_seen(
    practice, person, trust, using, version: int | None, ends: str
) -> None:
    """It was looked up before the lock, and what the owner did until then went unseen."""
    with writing():
        actions.withdraw_practice(identity_of(person), trust, practice, reason="Old", version=2)
        came = using(version)
        assert came == []
    for _time in range(100):
        if came:
            break
        time.sleep(0.05)
    assert came == [ends]
    assert [each.practice_version for each in uses()] == ([] if version is None else [2])
