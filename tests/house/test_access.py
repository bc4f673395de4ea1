"""Nobody is where they do not belong: every route, method, person and trust against the written table."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.house.table import CROSSED, GETS, OURS, POSTS, PRINCIPALS, TABLE, THEIRS, address
from tests.house.world import CANARY, NAME_CANARY, REC, World

LET_IN = frozenset({200, 204, 302, 303, 400, 409, 410, 422})
# A form that would be saved if nobody stood at the door: what is refused is refused although it is right.
WHOLE = {
    "progress.save": {"delivery": "in_progress", "summary": "Begun", "confidence": "on_track", "version": "2",
        "due_on-day": "1", "due_on-month": "3", "due_on-year": "2035", "reason": "It was too early",
    },
    "progress.save_confirmation": {"version": "2"},
    "progress.save_several": {"records": f"{REC}:2"},
    "progress.save_agreed": {"records": f"{REC}:2", "forum": "Deteriorating Patient Group",
        "forum_on-day": "1", "forum_on-month": "10", "forum_on-year": "2025",
    },
    "progress.save_new_action": {"title": "Find a deputy"},
    "progress.save_action": {"title": "Find two deputies", "version": "1"},
    "assurance.save": {"outcome": "overturned", "note": "Nothing was there", "version": "2"},
    "evidence.create": {"title": "Rota", "kind": "policy", "link": "https://intranet.example/rota",
        "recommendations": REC, "dated_on-day": "1", "dated_on-month": "9", "dated_on-year": "2025",
    },
    "evidence.save": {"title": "Another title", "kind": "policy", "version": "1", "recommendations": REC,
        "dated_on-day": "1", "dated_on-month": "9", "dated_on-year": "2025",
    },
    "evidence.store_files": {"replaces": ""},
    "evidence.take_out_of_use": {"reason": "It is out of date", "version": "1"},
    "incidents.create": {"reference": "2026-9", "month-month": "9", "month-year": "2025", "department": "Ward 7",
        "framework": "psirf", "response": "mdt", "theme": "fluids",
    },
    "incidents.save": {"reference": "2026-9", "month-month": "9", "month-year": "2025", "department": "Ward 7",
        "framework": "psirf", "response": "mdt", "theme": "fluids", "version": "1",
    },
    "incidents.save_loop": {"learning": "Call for help early", "people_on-day": "1", "people_on-month": "10",
        "people_on-year": "2025", "version": "1",
    },
    "incidents.take_out": {"reason": "Entered twice", "version": "1"},
    "incidents.confirm_none": {"first-month": "1", "first-year": "2023", "last-month": "12", "last-year": "2023",
        "confirmed_by": "Patient safety team", "confirmed_on-day": "9", "confirmed_on-month": "1",
        "confirmed_on-year": "2024",
    },
    "incidents.save_take_back": {"reason": "One was found since", "version": "1"},
    "champions.save_decision": {"considered_on-day": "1", "considered_on-month": "9", "considered_on-year": "2025",
        "forum": "Another group", "decision": "no", "reason": "Nobody wants it", "version": "1",
    },
    "champions.save_model": {"arrangement": "other", "posts_planned": "3", "description": "As we like", "version": "1"},
    "champions.save_new_department": {"names": "Maternity", "from_on-day": "1", "from_on-month": "9",
        "from_on-year": "2025",
    },
    "champions.save_department": {"name": "Another ward", "from_on-day": "1", "from_on-month": "9",
        "from_on-year": "2025", "version": "1",
    },
    "champions.save_new_post": {"name": "New Person", "profession": "Nurse", "part": "link",
        "starts_on-day": "1", "starts_on-month": "9", "starts_on-year": "2025",
    },
    "champions.save_post": {"name": "Other Person", "profession": "Nurse", "part": "link", "starts_on-day": "1",
        "starts_on-month": "9", "starts_on-year": "2025", "version": "1",
    },
    "champions.save_new_review": {"reviewed_on-day": "1", "reviewed_on-month": "9", "reviewed_on-year": "2025",
        "forum": "Another group", "found": "It works",
    },
    "champions.save_review": {"reviewed_on-day": "1", "reviewed_on-month": "9", "reviewed_on-year": "2025",
        "forum": "Another group", "found": "It works", "version": "1",
    },
    "champions.tick_handover": {"task": "invite"},
    "library.save_funding": {"funder": "A fund", "developer": "A team", "version": "1", "checked_on-day": "1",
        "checked_on-month": "9", "checked_on-year": "2025",
    },
    "library.save_body_funding": {"funder": "A fund", "developer": "A team", "version": "1", "checked_on-day": "1",
        "checked_on-month": "9", "checked_on-year": "2025",
    },
    "library.create_development": {"title": "Another course", "what": "About sepsis", "reach": "local", "staff": "03",
        "settings": "hospital", "patients": "adults", "stage": "planned", "announced_on-day": "1",
        "announced_on-month": "9", "announced_on-year": "2025",
    },
    "library.save_development": {"title": "Another course", "what": "About sepsis", "reach": "local", "staff": "03",
        "settings": "hospital", "patients": "adults", "stage": "planned", "announced_on-day": "1",
        "announced_on-month": "9", "announced_on-year": "2025", "version": "1",
    },
    "library.save_mistaken_share": {"reason": "Another resource’s", "version": "1"},
    "library.save_member": {"from_on-day": "1", "from_on-month": "9", "from_on-year": "2025", "version": "1"},
    "library.save_mistaken_member": {"reason": "Another trust’s", "version": "1"},
    "library.save_mistaken_usage": {"reason": "Another resource’s", "version": "1"},
    "library.save_mistaken_evaluation": {"reason": "Another resource’s", "version": "1"},
    "library.save_mistaken_development": {"reason": "Announced twice", "version": "1"},
    "coverage.save_new": {"about_on-day": "1", "about_on-month": "6", "about_on-year": "2026", "source": "A report",
        "interval_months": "24", "counted": "people", "post_03_manage": "118", "date_03_manage": "100",
    },
    "coverage.save": {"about_on-day": "1", "about_on-month": "9", "about_on-year": "2025", "source": "Another report",
        "interval_months": "24", "counted": "people", "post_03_manage": "118", "date_03_manage": "100",
        "version": "1", "version_of": "2025-09-01",
    },
    "coverage.take_out_of_use": {"reason": "The date was wrong", "version": "1"},
    "coverage.save_needs": {"lines": "04_recognise", "interval_months": "12", "version": "1"},
    "coverage.save_routes": {"has_allied": "no", "version": "1"},
    "coverage.read": {"rows": "1", "row-0-group": "03", "row-0-level": "manage", "row-0-post": "118",
        "row-0-date": "100", "about_on-day": "1", "about_on-month": "6", "about_on-year": "2026",
        "source": "A report", "interval_months": "24", "counted": "people",
    },
    "library.create": {"title": "Another film", "kind": "resource", "format": "video", "level": "national",
        "endorsement": "neither", "staff": "03", "settings": "hospital", "patients": "all", "also_patients": "all",
    },
    "library.save": {"title": "Another title", "kind": "resource", "format": "video", "level": "national",
        "endorsement": "neither", "staff": "03", "settings": "hospital", "patients": "all", "also_patients": "all",
        "version": "1",
    },
    "library.take_out_of_use": {"retired_on-day": "1", "retired_on-month": "9", "retired_on-year": "2025",
        "reason": "Replaced by another", "version": "1",
    },
    "library.restore": {"reason": "It is still right", "version": "1"},
    "alignment.read": {"rows": "1", "row-0-title": "Read from a file", "row-0-staff_groups": "Everybody",
        "row-0-patients": "adults",
    },
    "programme.create_year": {"code": "2019-20", "is_meant": "y"},
    "programme.save_year": {"note": "Agreed in spring", "is_confirmed": "y", "version": "1"},
    "programme.create_item": {"kind": "workshop", "title": "A workshop", "place": "Leeds", "happens_on-day": "1",
        "happens_on-month": "3", "happens_on-year": "2019",
    },
    "practice.create": {"title": "Drills", "recommendation_code": REC, "setting": "any", "result": "none",
        "step": "draft",
    },
    "practice.save": {"title": "Other drills", "recommendation_code": REC, "setting": "any", "result": "none",
        "version": "1", "step": "draft",
    },
    "practice.take_out_of_use": {"reason": "We stopped", "version": "1"},
    "practice.stop_showing": {"reason": "A name is in it", "version": "2"},
    "practice.decide": {"decision": "publish", "version": "1"},
    "practice.save_question": {"recommendation_code": REC, "question": "How?"},
    "practice.save_take_back": {"reason": "Solved", "version": "1"},
    "practice.save_answer": {"answer": "Like this", "version": "0"},
    "programme.save_item": {"kind": "item", "title": "A package for boards", "version": "1"},
    "programme.take_out": {"reason": "Entered twice", "version": "1"},
    "programme.save_state": {"status": "done", "summary": "Published", "version": "1", "done_on-day": "1",
        "done_on-month": "3", "done_on-year": "2026",
    },
    "organisations.save": {"code": "X00977", "name": "Made by hand", "kind": "higher_education", "country": "England"},
    "exports.save": {"who": "all", "as_at-day": "1", "as_at-month": "9", "as_at-year": "2026",
        "idempotency_key": "0" * 32,
    },
    "accounts.name_post": {"name": "Somebody Else"},
    "accounts.invite_post": {"name": "New Person", "email": "new@nhs.example", "role": "champion",
        "organisations": "X00901", "own": "X00901",
    },
    "accounts.add_role_post": {"role": "trust-lead", "organisations": "X00901", "own": "X00901"},
    "accounts.change_role_post": {"until-day": "1", "until-month": "3", "until-year": "2035"},
    "accounts.save_draft": {"_path": "/account/name", "name": "Half typed"},
    "accounts.drop_draft": {"path": "/account/name"},
}  # fmt: skip
# Whose way in needs a word in the form, or ends the session that walks through it.
GENTLE = {"accounts.drop_draft": {"path": "/account/name"}}
ENDS_SESSION = frozenset({"accounts.sign_out_post", "accounts.sign_in_post"})


def test_every_endpoint_is_in_the_table_with_its_permission(world: World) -> None:
    views = world.app.view_functions
    assert sorted(views) == sorted(TABLE), "enter the endpoint in tests/house/table.py, or take it out"
    for endpoint, view in views.items():
        if endpoint == "static":
            continue
        assert hasattr(view, "permission"), f"{endpoint} is unguarded"
        assert (None if view.permission is None else view.permission.value) == TABLE[endpoint][2], endpoint


def test_every_rule_answers_to_the_method_and_address_of_the_table(world: World) -> None:
    for rule in world.app.url_map.iter_rules():
        method, path, _permission, _group = TABLE[rule.endpoint]
        assert (rule.methods or set()) - {"HEAD", "OPTIONS"} == {method}, rule
        bare = address(world, rule.endpoint).partition("?")[0]
        found = world.app.url_map.bind("localhost").match(bare, method=method, return_rule=True)
        assert found[0].endpoint == rule.endpoint, path


def test_every_write_commits_and_no_read_does(world: World) -> None:
    for endpoint, view in world.app.view_functions.items():
        assert getattr(view, "commits", False) == (TABLE[endpoint][0] == "POST"), endpoint


def test_a_view_that_says_nothing_is_closed(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    assert app.test_client().get("/forgotten").status_code == 403
    app.view_functions.pop("forgotten")


@dataclass(frozen=True)
class Ask:
    """One question at one door: who asks for whose, and the letter that the table expects."""

    whose: str
    who: str
    expected: str


@pytest.mark.parametrize("endpoint", sorted(TABLE))
def test_the_matrix(world: World, endpoint: str) -> None:
    """Its status, no word of the other trust, and nothing changed by what was refused.

    What is refused is asked first, all of it between two readings of the whole database: reading it twice for every
    question takes minutes.
    """
    method, _path, _permission, group = TABLE[endpoint]
    asks = [
        Ask(whose, who, expected)
        for whose, letters in ((OURS, group.ours), (THEIRS, group.theirs), (CROSSED, group.crossed))
        for who, expected in zip(PRINCIPALS, letters or "", strict=False)
    ]
    refused = [each for each in asks if each.expected != "O"]
    # An address or a browser may need a person, who is made before the first reading.
    doors = [(each, *_door(world, endpoint, each)) for each in refused]
    before = world.digest() if method == "POST" and refused else None
    said = [_knock(client, endpoint, method, path, each) for each, path, client in doors]
    if before is not None:
        after = world.digest()
        assert after == before, ([name for name in before if before[name] != after[name]], said)
    for each in asks:
        if each.expected == "O":
            path, client = _door(world, endpoint, each)
            _knock(client, endpoint, method, path, each)


def _door(world: World, endpoint: str, asked: Ask) -> tuple[str, FlaskClient]:
    client = world.browser(asked.who, fresh=endpoint in ENDS_SESSION)
    return address(world, endpoint, asked.whose), client


def _knock(client: FlaskClient, endpoint: str, method: str, path: str, asked: Ask) -> str:
    refused = asked.expected != "O"
    # A body that is not even there would be refused for its missing length.
    typed = {"sent": "1", **(WHOLE if refused else GENTLE).get(endpoint, {})}
    answer = client.open(path, method=method, data=typed if method == "POST" else None)
    label = f"{method} {path} as {asked.who} ({asked.whose}): {answer.status_code} {answer.location or ''}"
    _check_status(answer, asked.expected, endpoint, label)
    _check_canary(answer, asked.who, label, published=endpoint in PUBLISHED)
    return label


def _check_status(answer: TestResponse, expected: str, endpoint: str, label: str) -> None:
    if expected == "S":
        assert answer.status_code == 303 and answer.location.startswith("/sign-in"), label
    elif expected == "F":
        assert answer.status_code == 403, label
    elif expected == "N":
        assert answer.status_code == 404, label
    else:
        assert answer.status_code in LET_IN, label
        led_away = (answer.location or "").startswith("/sign-in")
        assert not led_away or endpoint == "accounts.sign_out_post", label


def _check_canary(answer: TestResponse, who: str, label: str, *, published: bool = False) -> None:
    text = _text(answer).lower()
    if who == "national":
        return
    assert CANARY not in text, f"{label}: a text of the other trust"
    # An administrator looks after people and names of organisations, and sees nothing that they record.
    if who != "administrator" and not published:
        assert NAME_CANARY.lower() not in text, f"{label}: a name of the other trust"


def _text(answer: TestResponse) -> str:
    content = answer.get_data()
    if answer.mimetype == "application/zip":
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            content = b"".join(each.filename.encode() + pack.read(each) for each in pack.infolist())
    return content.decode("utf-8", "replace") + str(answer.headers)


# Pages that show what organisations publish, with their names, and nothing else of them.
PUBLISHED = frozenset({"library.funding", "pages.resource"})
POKES = (
    "/organisations?q=Hospitals",
    "/organisations?state=open",
    "/summary?q=X00902",
    "/summary/answered?state=silent&q=X00902",
    "/summary.csv?q=X00902",
    "/audit?organisation=X00902",
    "/audit?type=progress.recorded",
    "/people?organisation=X00902",
    "/people?show=leavers",
    "/exports?q=X00902&find=1",
    "/exports/preview?" + urlencode({"who": "chosen", "organisations": "X00902", "as_at-day": 1, "as_at-month": 9,
                                     "as_at-year": 2026}),
    f"/recommendations/{REC}",
    "/sign-in?next=/organisations/X00902",
)  # fmt: skip


@pytest.mark.parametrize("path", POKES)
def test_asking_for_the_other_trust_by_filter_shows_nothing_of_it(world: World, path: str) -> None:
    for who in PRINCIPALS:
        answer = world.browser(who).get(path)
        assert answer.status_code < 500, (who, path)
        _check_canary(answer, who, f"GET {path} as {who}")


def test_the_canary_sings_where_it_may_be_heard(world: World) -> None:
    """Otherwise its silence elsewhere would prove nothing."""
    heard = {
        "dashboard.record",
        "evidence.register",
        "evidence.item",
        "evidence.download",
        "exports.download",
    }
    for endpoint in heard:
        text = _text(world.browser("national").get(address(world, endpoint, THEIRS)))
        assert CANARY in text, endpoint
    assert NAME_CANARY in _text(world.browser("national").get("/organisations"))


def test_another_method_does_nothing_anywhere(world: World) -> None:
    before = world.digest()
    for endpoint in sorted(TABLE):
        path, others = address_without_people(world, endpoint), {"PUT", "PATCH", "DELETE"}
        for who in ("visitor", "champion"):
            for method in sorted(others):
                answer = world.browser(who).open(path, method=method)
                assert answer.status_code == 405, (who, method, path, answer.status_code)
    assert world.digest() == before


def test_head_and_options_are_guarded_as_get_is(world: World) -> None:
    for endpoint in GETS:
        if TABLE[endpoint][3].theirs is None or "{p}" in TABLE[endpoint][1]:
            continue
        path = address(world, endpoint, THEIRS)
        for method in ("HEAD", "OPTIONS"):
            answer = world.browser("champion").open(path, method=method)
            assert answer.status_code in {403, 404}, (method, path, answer.status_code)


def address_without_people(world: World, endpoint: str) -> str:
    """Of people's pages any person will do."""
    someone = world.people["champion"].id
    return address(world, endpoint, person=(someone, someone))


@pytest.mark.parametrize("endpoint", POSTS)
def test_a_post_without_its_token_writes_nothing(world: World, endpoint: str) -> None:
    """For whoever may post at all: the token is asked for after the door and before the view."""
    who = poster(endpoint, ("champion", "lead", "national", "administrator"))
    path, client = address(world, endpoint), world.browser(who)
    before = world.digest()
    world.app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = client.post(path, data={"sent": "1", **WHOLE.get(endpoint, {})})
    finally:
        world.app.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 400, (path, answer.status_code)
    assert world.digest() == before


def poster(endpoint: str, among: tuple[str, ...]) -> str:
    """The first of these who may; what nobody of a trust may is done by people of the national body or a network."""
    _method, path, _permission, group = TABLE[endpoint]
    others = "network" if "{w}" in path else "body"
    return next((each for each in among if allowed(group.ours, each)), others)


def allowed(letters: str, who: str) -> bool:
    """Whether the table lets this person in."""
    return letters[PRINCIPALS.index(who)] == "O"


@pytest.mark.parametrize("code", ["X99999", "ZZ", "RJ1"])
def test_an_organisation_that_is_not_there_looks_like_one_that_may_not_be_known(
    world: World, code: str
) -> None:
    for who in ("champion", "lead", "auditor", "lapsed"):
        client = world.browser(who)
        absent, foreign = client.get(f"/organisations/{code}"), client.get("/organisations/X00902")
        assert (absent.status_code, foreign.status_code) == (404, 404)
        assert plain(absent, code) == plain(foreign, "X00902"), "the two answers can be told apart"
    administrator = world.browser("administrator")
    assert administrator.get(f"/organisations/{code}").status_code == 403


def plain(answer: TestResponse, code: str) -> str:
    """What a page says: its title and its main part, without the code that was asked for and the request's number."""
    text = answer.get_data(as_text=True)
    said = text.split("<title>")[1].split("</title>")[0] + text.split("<main", 1)[1].split("</main>")[0]
    return said.replace(code, "CODE").replace(answer.headers["X-Request-Id"], "")


@pytest.mark.parametrize("endpoint", sorted(set(WHOLE) - {"evidence.store_files", "accounts.drop_draft"}))
def test_the_forms_that_were_refused_would_have_been_saved(
    fresh_world: Callable[[], World], endpoint: str
) -> None:
    """Otherwise an unchanged database would prove nothing."""
    world = fresh_world()
    who = poster(endpoint, ("lead", "champion", "national", "administrator"))
    client, path = world.browser(who), address(world, endpoint)
    before = world.digest()
    answer = client.post(path, data=WHOLE[endpoint])
    assert answer.status_code in {204, 303}, (path, answer.status_code)
    assert world.digest() != before
    world.engine.dispose()
