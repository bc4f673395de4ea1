"""Signing in, how sessions end, throttling, and the form that was posted after its session had ended."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select

from tracker.access.permissions import Role
from tracker.accounts import actions, passwords, queries, rules, sessions
from tracker.accounts.models import SignInFailure, SignInSession, User
from tracker.extensions import db
from tracker.web.transactions import writing

NURSE, OTHER = "nurse@northmoor.example", "other@northmoor.example"
EDIT = "/organisations/X00101/recommendations/SEP16-12/progress"


@pytest.fixture
def nurse(world: Any) -> Any:
    return world.add(NURSE, world.grant(Role.CHAMPION, "X00101"), name="Amara Okafor")


def is_signed_in(client: Any) -> bool:
    return bool(client.get("/account").status_code == 200)


def copy_of(client: Any, world: Any) -> Any:
    """Another browser with the same cookie."""
    cookie, copied = client.get_cookie("session"), world.client()
    copied.set_cookie("session", cookie.value)
    return copied


# --- signing in -------------------------------------------------------------------------------------------


def test_signing_in_leads_home_and_is_recorded(world: Any, nurse: Any, web: Any) -> None:
    client = world.client()
    answer = web.sign_in(client, " Nurse@Northmoor.example ")
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Amara Okafor" in client.get("/account").text
    assert world.events("session.signed_in") == ["session.signed_in"]


def test_the_database_holds_only_the_digest_of_the_token(app: Flask, world: Any, nurse: Any) -> None:
    client = world.signed_in(NURSE)
    with client.session_transaction() as kept:
        token = kept["_user_id"]
    assert len(token) >= 43
    with app.app_context():
        assert db.session.scalars(select(SignInSession.token_hash)).all() == [rules.digest(token)]


def test_signing_in_leaves_nothing_of_the_earlier_visitor(world: Any, nurse: Any, web: Any) -> None:
    client = world.client()
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"
        before["_user_id"] = "a token that an attacker knows"
    web.sign_in(client, NURSE)
    with client.session_transaction() as after:
        assert "planted" not in after and after["_user_id"] != "a token that an attacker knows"


@pytest.mark.parametrize("case", ["unknown", "wrong", "disabled", "invited"])
def test_the_answer_is_the_same_whatever_is_not_right(
    app: Flask, world: Any, nurse: Any, web: Any, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    world.add("invited@northmoor.example", password=False)
    gone = world.add("gone@northmoor.example")
    with app.app_context(), writing():
        actions.close_account(None, gone)
    email, password = {
        "unknown": ("nobody@x.example", "not-the-password"),
        "wrong": (NURSE, "not-the-password"),
        "disabled": ("gone@northmoor.example", web.password),
        "invited": ("invited@northmoor.example", web.password),
    }[case]
    hashed: list[str | None] = []
    real = passwords.HASHER.verify
    hasher = type("Hasher", (), {"verify": lambda _self, h, p: hashed.append(h) or real(h, p)})()
    passwords._nobodys_hash()
    monkeypatch.setattr(passwords, "HASHER", hasher)
    answer = web.sign_in(world.client(), email, password)
    assert answer.status_code == 422
    assert f'value="{email}"' in answer.text, "what was typed stands there again"
    assert "The e-mail address or password is not right." in answer.text
    without_it = answer.text.replace(email, "").lower()
    assert "closed" not in without_it and "invit" not in without_it
    assert len(hashed) == 1, "one hash is computed, whoever is asked for"


def test_an_older_hash_is_renewed_at_sign_in(app: Flask, world: Any, nurse: Any, web: Any) -> None:
    weak = passwords.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(web.password)
    with app.app_context(), writing():
        db.session.get_one(User, nurse).password_hash = weak
    world.signed_in(NURSE)
    with app.app_context():
        stored = db.session.get_one(User, nurse).password_hash
        assert stored is not None and not passwords.needs_rehash(stored)


def test_a_failed_attempt_is_recorded_without_a_name_in_clear(app: Flask, world: Any, web: Any) -> None:
    web.sign_in(world.client(), "my secret password typed here", "whatever-it-is")
    web.sign_in(world.client(), "nobody@x.example", "whatever-it-is")
    assert world.events() == ["session.failed", "session.failed"]
    with app.app_context():
        from tracker.audit.models import AuditEvent, AuditPrivate

        bodies = [body or "" for body in db.session.scalars(select(AuditPrivate.body))]
        headers = list(db.session.scalars(select(AuditEvent.header)))
    assert any("nobody@x.example" in body for body in bodies)
    assert not any("nobody@x.example" in header for header in headers)
    assert not any("my secret password" in text for text in [*bodies, *headers])


# --- throttling -------------------------------------------------------------------------------------------


def test_an_account_rests_after_ten_failures_and_not_for_good(
    world: Any, nurse: Any, web: Any, at: Any
) -> None:
    client = world.client()
    for _ in range(rules.FAILURES_AN_ACCOUNT):
        assert web.sign_in(client, NURSE, "not-the-password").status_code == 422
    answer = web.sign_in(client, NURSE)
    assert answer.status_code == 429 and "Wait 15 minutes" in answer.text
    assert answer.headers["Retry-After"] == "900"
    at.forward(minutes=15, seconds=1)
    assert web.sign_in(client, NURSE).status_code == 303


def test_an_unknown_account_rests_like_a_known_one(world: Any, web: Any) -> None:
    client = world.client()
    answers = [web.sign_in(client, "nobody@x.example", "whatever-it-is").status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_the_right_password_does_not_count(world: Any, nurse: Any, web: Any, app: Flask) -> None:
    for _ in range(12):
        world.signed_in(NURSE)
    with app.app_context():
        assert db.session.scalars(select(SignInFailure)).all() == []


def test_an_address_rests_after_a_hundred_failures(app: Flask, world: Any, nurse: Any, web: Any) -> None:
    with app.app_context():
        for number in range(rules.FAILURES_AN_ADDRESS):
            with writing():
                actions.begin_attempt(f"guess{number}@x.example", "127.0.0.1")
    assert web.sign_in(world.client(), NURSE).status_code == 429
    elsewhere = world.client()
    token = web.csrf(elsewhere, "/sign-in")
    answer = elsewhere.post(
        "/sign-in",
        data={"csrf_token": token, "email": NURSE, "password": web.password},
        environ_base={"REMOTE_ADDR": "192.0.2.7"},
    )
    assert answer.status_code == 303


def test_attempts_at_the_same_time_are_all_counted(app: Flask, world: Any, nurse: Any) -> None:
    """Each counts before its password is looked at, so eleven at once are not eleven guesses."""
    with app.app_context():
        for _ in range(rules.FAILURES_AN_ACCOUNT):
            with writing():
                actions.begin_attempt(NURSE, "192.0.2.1")
        with pytest.raises(rules.TooManyAttempts), writing():
            actions.begin_attempt(NURSE, "192.0.2.2")


# --- ending -----------------------------------------------------------------------------------------------


def test_a_copied_cookie_is_dead_after_signing_out(world: Any, nurse: Any, web: Any) -> None:
    client = world.signed_in(NURSE)
    copied = copy_of(client, world)
    assert is_signed_in(copied)
    answer = web.post(client, "/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert not is_signed_in(client) and not is_signed_in(copied)
    assert "You have signed out" in client.get("/sign-in").text


def test_a_link_signs_nobody_out(world: Any, nurse: Any) -> None:
    client = world.signed_in(NURSE)
    assert "Sign out" in client.get("/sign-out").text
    assert is_signed_in(client)


def test_a_session_ends_after_thirty_idle_minutes(world: Any, nurse: Any, at: Any) -> None:
    client = world.signed_in(NURSE)
    at.forward(minutes=29, seconds=59)
    assert is_signed_in(client)
    at.forward(minutes=29, seconds=59)
    assert is_signed_in(client), "use has begun the half hour again"
    at.forward(minutes=30)
    answer = client.get("/account")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/account")


def test_a_session_ends_after_twelve_hours_of_use(world: Any, nurse: Any, at: Any) -> None:
    client = world.signed_in(NURSE)
    for _ in range(36):
        at.forward(minutes=20)
        alive = is_signed_in(client)
    assert not alive
    assert at.moment.hour == 22


def test_being_there_is_written_at_most_once_a_minute(app: Flask, world: Any, nurse: Any, at: Any) -> None:
    client = world.signed_in(NURSE)

    def seen() -> Any:
        with app.app_context():
            return db.session.scalars(select(SignInSession.last_seen_at)).one()

    first = seen()
    at.forward(seconds=59)
    client.get("/account")
    assert seen() == first
    at.forward(seconds=1)
    client.get("/account")
    assert seen() == first + timedelta(minutes=1)


def test_the_page_knows_how_long_is_left(world: Any, nurse: Any, web: Any, at: Any) -> None:
    client = world.signed_in(NURSE)
    left = lambda: int(re.search(r'name="session-ends" content="(\d+)"', client.get("/account").text)[1])  # type: ignore[index]  # noqa: E731
    assert left() == 1800
    at.forward(seconds=50)
    assert left() == 1750
    assert web.post(client, "/session/stay", page="/account").status_code == 204
    assert left() == 1800


def test_staying_does_not_outlast_the_longest(world: Any, nurse: Any, web: Any, at: Any) -> None:
    client = world.signed_in(NURSE)
    for _ in range(25):
        at.forward(minutes=28)
        client.get("/account")
    at.forward(minutes=15)
    assert '<meta name="session-ends" content="300">' in client.get("/account").text


def test_a_disabled_person_is_out_at_the_next_request(app: Flask, world: Any, nurse: Any) -> None:
    client = world.signed_in(NURSE)
    with app.app_context(), writing():
        actions.close_account(None, nurse)
    assert not is_signed_in(client)
    with app.app_context(), writing():
        actions.reopen_account(None, nurse)
    assert not is_signed_in(client), "the old session stays ended"
    world.signed_in(NURSE)


def test_a_database_that_cannot_be_written_is_still_read(
    world: Any, nurse: Any, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    client = world.signed_in(NURSE)
    at.forward(minutes=5)

    def full(_hash: str) -> None:
        raise OperationalError("UPDATE", {}, Exception("disk full"))

    monkeypatch.setattr(actions, "touch_session", full)
    assert is_signed_in(client)


def test_other_sessions_are_ended_from_the_account_page(world: Any, nurse: Any, web: Any) -> None:
    here, there, third = (world.signed_in(NURSE) for _ in range(3))
    references = re.findall(r'name="reference" value="([0-9a-f]{16})"', here.get("/account").text)
    assert len(references) == 2
    web.post(here, "/account/sessions/end", page="/account", reference=references[0])
    assert [is_signed_in(each) for each in (here, there, third)].count(True) == 2
    web.post(here, "/account/sessions/end-others", page="/account")
    assert [is_signed_in(each) for each in (here, there, third)] == [True, False, False]


def test_nobody_ends_the_session_of_another(world: Any, nurse: Any, web: Any) -> None:
    world.add(OTHER)
    mine, hers = world.signed_in(NURSE), world.signed_in(OTHER)
    with hers.session_transaction() as kept:
        reference = queries.session_reference(rules.digest(kept["_user_id"]))
    web.post(mine, "/account/sessions/end", page="/account", reference=reference)
    assert is_signed_in(hers)


# --- where signing in leads -------------------------------------------------------------------------------


def test_signing_in_leads_back(world: Any, nurse: Any, web: Any) -> None:
    client = world.client()
    asked = client.get(f"{EDIT}?draft=1")
    assert asked.status_code == 303
    answer = web.sign_in(client, NURSE, path=asked.location)
    assert answer.location == f"{EDIT}?draft=1"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/%5Cevil.example",
        "/\\evil.example",
        "/%09/evil.example",
        "/no-such-page",
        "/session/stay",
        "/sign-out",
        "/sign-in",
    ],
)
def test_signing_in_leads_nowhere_else(world: Any, nurse: Any, web: Any, target: str) -> None:
    client = world.client()
    answer = client.post(
        "/sign-in",
        query_string={"next": target},
        data={"csrf_token": web.csrf(client, "/sign-in"), "email": NURSE, "password": web.password},
    )
    assert (answer.status_code, answer.location) == (303, "/")


# --- called away ------------------------------------------------------------------------------------------


def kept(world: Any, user_id: Any, path: str = EDIT) -> Any:
    with world.app.app_context():
        identity = queries.find_identity(user_id)
        return None if identity is None else queries.find_draft(identity, path)


def typed_after_idling(world: Any, web: Any, at: Any, **data: Any) -> tuple[Any, Any]:
    client = world.signed_in(NURSE)
    token = web.csrf(client, "/account")
    at.forward(minutes=31)
    form = {"csrf_token": token, "summary": "Every ward has a champion", **data}
    return client, client.post(EDIT, data=form)


def test_a_form_posted_after_idling_keeps_its_text(world: Any, nurse: Any, web: Any, at: Any) -> None:
    client, answer = typed_after_idling(
        world, web, at, password="no", recommendations=["1", "2"], idempotency_key="k" * 16
    )
    assert (answer.status_code, answer.location) == (303, f"/sign-in?next={EDIT}")
    assert "what you typed is kept" in client.get(answer.location).text
    assert web.sign_in(client, NURSE, path=answer.location).location == EDIT
    assert kept(world, nurse) == {"summary": ["Every ward has a champion"], "recommendations": ["1", "2"]}


def test_the_page_that_a_form_stands_on_may_be_named(world: Any, nurse: Any, web: Any, at: Any) -> None:
    typed_after_idling(world, web, at, _page="/organisations/X00101?tab=2")
    assert kept(world, nurse, "/organisations/X00101") == {"summary": ["Every ward has a champion"]}


def test_the_next_person_at_the_computer_sees_nothing_of_it(
    world: Any, nurse: Any, web: Any, at: Any
) -> None:
    other = world.add(OTHER, world.grant(Role.CHAMPION, "X00101"))
    client, answer = typed_after_idling(world, web, at)
    assert web.sign_in(client, OTHER, path=answer.location).location == "/", "nor is she led to that page"
    assert kept(world, other) is None
    assert "Every ward" not in client.get("/account").text and EDIT not in client.get("/account").text
    assert kept(world, nurse) is not None


def test_a_form_in_another_tab_outlives_signing_in_again(world: Any, nurse: Any, web: Any, at: Any) -> None:
    world.add(OTHER)
    client = world.signed_in(NURSE)
    token = web.csrf(client, "/account/name")
    at.forward(minutes=31)
    web.sign_in(client, NURSE)
    assert client.post("/account/name", data={"csrf_token": token, "name": "Amara O"}).status_code == 303
    at.forward(minutes=31)
    web.sign_in(client, OTHER)
    assert client.post("/account/name", data={"csrf_token": token, "name": "x"}).status_code == 400


def test_nothing_is_kept_after_signing_out(world: Any, nurse: Any, web: Any) -> None:
    client = world.signed_in(NURSE)
    copied, token = copy_of(client, world), web.csrf(client, "/account")
    web.post(client, "/sign-out")
    copied.post(EDIT, data={"csrf_token": token, "summary": "planted"})
    assert kept(world, nurse) is None


def test_nothing_is_kept_of_a_form_that_is_not_ours(world: Any, nurse: Any, at: Any) -> None:
    client = world.signed_in(NURSE)
    at.forward(minutes=31)
    client.post(EDIT, data={"csrf_token": "forged", "summary": "planted"})
    assert kept(world, nurse) is None


def test_nothing_is_kept_of_a_visitor(app: Flask, world: Any, nurse: Any, web: Any) -> None:
    client = world.client()
    client.post(EDIT, data={"csrf_token": web.csrf(client, "/sign-in"), "summary": "planted"})
    assert kept(world, nurse) is None


def test_a_page_keeps_its_draft_by_itself_and_discards_it(world: Any, nurse: Any, web: Any) -> None:
    client = world.signed_in(NURSE)
    for text in ("Half", "Half a sentence"):
        answer = web.post(client, "/drafts", page="/account", summary=text, _path=EDIT)
        assert (answer.status_code, answer.data) == (204, b"")
    assert kept(world, nurse) == {"summary": ["Half a sentence"]}
    assert EDIT in client.get("/account").text
    answer = web.post(client, "/drafts/discard", page="/account", path=EDIT)
    assert (answer.status_code, answer.location) == (303, EDIT)
    assert kept(world, nurse) is None


def test_drafts_need_a_token_and_lead_nowhere_else(world: Any, nurse: Any, web: Any) -> None:
    client = world.signed_in(NURSE)
    assert client.post("/drafts", data={"summary": "x", "_path": EDIT}).status_code == 400
    web.post(client, "/drafts", page="/account", summary="x", _path="//evil.example/a")
    assert web.post(client, "/drafts/discard", page="/account", path="//evil.example").status_code == 404
    assert EDIT not in client.get("/account").text


@pytest.mark.parametrize("then", ["//evil.example", "https://evil.example/", "/\\evil.example", ""])
def test_keeping_a_draft_leads_on_within_the_service_only(
    world: Any, nurse: Any, web: Any, then: str
) -> None:
    client = world.signed_in(NURSE)
    answer = web.post(
        client, f"/drafts?{urlencode({'then': then})}", page="/account", summary="x", _page=EDIT
    )
    assert (answer.status_code, answer.location) == (204, None)
    answer = web.post(client, "/drafts?then=/account/name", page="/account", summary="x", _page=EDIT)
    assert (answer.status_code, answer.location) == (303, "/account/name")
    assert kept(world, nurse) == {"summary": ["x"]}


def test_the_oldest_draft_makes_room(app: Flask, world: Any, nurse: Any, at: Any) -> None:
    identity = world.identity(nurse)
    with app.app_context():
        for number in range(rules.DRAFTS_A_PERSON + 3):
            at.forward(seconds=1)
            with writing():
                actions.save_draft(identity, f"/page/{number}", {"text": ["x"]})
        paths = [note.path for note in queries.list_drafts(identity)]
    assert len(paths) == rules.DRAFTS_A_PERSON
    assert paths[0] == f"/page/{rules.DRAFTS_A_PERSON + 2}" and "/page/0" not in paths


# --- forms sent twice -------------------------------------------------------------------------------------


def test_a_form_sent_twice_is_saved_once(app: Flask, world: Any, nurse: Any) -> None:
    with app.app_context():
        with writing():
            actions.claim_form(nurse, "a" * 16, "/first")
        with pytest.raises(rules.AlreadyPosted) as again, writing():
            actions.claim_form(nurse, "a" * 16, "/second")
    assert again.value.location == "/first"
    with app.app_context(), writing():
        actions.claim_form(world.add(OTHER), "a" * 16, "/another person")
        actions.claim_form(nurse, None, "/no key, no protection")


@pytest.mark.own_app
def test_the_second_sending_is_led_where_the_first_was(app: Flask) -> None:
    app.add_url_rule("/again", "again", lambda: (_ for _ in ()).throw(rules.AlreadyPosted("/first")))
    app.view_functions["again"].permission = None  # type: ignore[attr-defined]
    answer = app.test_client().get("/again")
    assert (answer.status_code, answer.location) == (303, "/first")


def test_an_error_page_does_not_stumble_over_what_made_it_fail(
    world: Any, nurse: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = world.signed_in(NURSE)
    client.application.testing = False
    client.application.config["PROPAGATE_EXCEPTIONS"] = False

    def broken(*_arguments: object) -> None:
        raise RuntimeError("no database")

    monkeypatch.setattr(sessions.queries, "find_session", broken)
    answer = client.get("/account")
    assert answer.status_code == 500 and "Traceback" not in answer.text
