"""The list of the library, its filters, and the forms of the national lead: nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from urllib.parse import parse_qsl

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import factories
from tests.factories import identity_of
from tracker.access.permissions import Role
from tracker.library import actions, queries
from tracker.library.rules.sharing import Channel, ShareFacts
from tracker.web.transactions import writing

SignIn = Callable[[object], FlaskClient]
NEW = {
    "title": "A talk for theatre staff", "kind": "resource", "format": "session", "level": "local",
    "endorsement": "neither", "staff": ["03", "05"], "settings": "hospital", "patients": "adults",
    "also_patients": "all", "serves": "SEP16-10", "minutes": "45", "covers": "Sepsis\nAntibiotics",
    "modules": "First part | nurses\nSecond part", "version": "0",
}  # fmt: skip


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


LISTS = {"gaps", "funding"}


def listed(html: str) -> list[str]:
    return [unescape(each) for each in re.findall(r'<a href="/resources/([a-z0-9-]+)">', html)]


def post(client: FlaskClient, path: str, data: dict[str, object]) -> TestResponse:
    """Sent as a browser would, with the token of the page."""
    return client.post(path, data={**data, "csrf_token": factories.csrf_of(client.get(path).text)})


@pytest.fixture
def library(app: Flask) -> None:
    factories.catalogue()
    factories.national_library()


@pytest.fixture
def lead(library: None, sign_in: SignIn) -> FlaskClient:
    return sign_in(factories.person(Role.NATIONAL_LEAD, name="Nia National"))


# --- for everybody ----------------------------------------------------------------------------------------


def test_a_visitor_reads_the_ask_and_all_eighteen(library: None, client: FlaskClient) -> None:
    page = client.get("/resources").text
    assert len(set(listed(page)) - LISTS) == 18
    assert "Please can the AHSN Sepsis Cluster Group members share these resources" in words(page)
    assert "18 of 18 in the library, on" in words(page)
    assert "Add a resource" not in words(page) and "Link:" not in words(page)


def test_a_filter_that_is_not_known_is_said_to_be_left_out(library: None, client: FlaskClient) -> None:
    for path in ("/resources", "/resources/gaps"):
        page = words(client.get(f"{path}?staff=zz&setting=moon&patients=adults").text)
        assert "Not understood, and left out: zz, moon. Choose above what you need." in page, path
        assert "Not understood" not in words(client.get(f"{path}?staff=03&setting=&patients=adults").text), (
            path
        )
    assert "left out: cats." in words(client.get("/resources/gaps?patients=cats").text)
    assert "left out: 8, gone." in words(client.get("/resources?format=8&state=gone").text)


@pytest.mark.parametrize(
    "query, codes",
    [
        ("q=stuff", []),
        ("q=bmj+children", ["bmj-sepsis-in-children"]),
        ("staff=care", ["careworkers-guide"]),
        ("format=podcast", ["rcem-foam-emergency-department"]),
        ("level=local", ["war-on-sepsis-film-1", "nottingham-sepsis-six"]),
        (
            "patients=children&level=national&staff=03&setting=primary_care",
            ["sepsis-game", "sick-child-fever"],
        ),
        ("state=retired", []),
        ("format=nonsense&level=x&staff=y", None),
    ],
)
def test_filters_narrow_the_list_and_stay(
    library: None, client: FlaskClient, query: str, codes: list[str] | None
) -> None:
    page = client.get(f"/resources?{query}").text
    found = [each for each in listed(page) if each not in LISTS]
    assert len(found) == 18 if codes is None else found == codes
    if codes == []:
        assert "Nothing in the library is like this" in words(page)
    # What was chosen stands in the filters still; nonsense does not.
    for name, value in parse_qsl(query):
        stays = f'value="{value}"' in page if name == "q" else f'<option value="{value}" selected' in page
        assert stays == (codes is not None), (name, value)


def test_a_resource_s_page_says_what_the_source_says_and_what_it_leaves_open(
    library: None, client: FlaskClient
) -> None:
    page = words(client.get("/resources/think-sepsis-paediatrics").text)
    for said in (
        "Learning resource 2 of the source", "toddler who died from sepsis in 2011", "Not stated in the source",
        "The report of 2016 gives no web address", "In a group, and talked about", "Not checked", "17.",
    ):  # fmt: skip
        assert said in page, said
    assert "History" not in page
    assert client.get("/resources/there-is-none").status_code == 404


def test_a_recommendation_names_what_serves_it(library: None, client: FlaskClient) -> None:
    three = client.get("/recommendations/SEP16-03").text
    assert "/resources/careworkers-guide" in three
    assert "No resource of the national library serves this one" in words(
        client.get("/recommendations/SEP16-05").text
    )


@pytest.mark.parametrize(
    "number, said, address",
    [
        ("06", "Evaluations, on the page of each resource", "/resources"),
        ("07", "Evaluations, on the page of each resource", "/resources"),
        ("08", "Who funds and develops what", "/resources/funding"),
        ("09", "Where training is missing, and what is checked against NICE", "/resources/gaps"),
        ("12", "The register of sepsis champions that each organisation keeps", ""),
        ("15", "Good practice that organisations publish, for those who are signed in", ""),
        ("18", "The register of reviewed incidents that each organisation keeps", ""),
        ("20", "Where training is missing, and what is checked against NICE", "/resources/gaps"),
    ],
)
def test_where_no_resource_serves_it_the_page_says_what_holds_the_answer(
    library: None, client: FlaskClient, number: str, said: str, address: str
) -> None:
    page = client.get(f"/recommendations/SEP16-{number}").text
    assert said in words(page).split("serves this one. What its answer rests on is kept here:")[1]
    assert (f'<a href="{address}">{said}</a>' in page) == bool(address)
    assert page.count(f">{said}<") == 1, "each once"


def test_good_practice_is_a_link_for_who_may_read_it(lead: FlaskClient) -> None:
    assert (
        '<a href="/practice">Good practice that organisations' in lead.get("/recommendations/SEP16-15").text
    )


@pytest.mark.parametrize("number", ["02", "03", "05"])
def test_it_points_nowhere_else_where_nothing_else_holds_it(
    library: None, client: FlaskClient, number: str
) -> None:
    assert "is kept here" not in words(client.get(f"/recommendations/SEP16-{number}").text)


# --- the national lead ------------------------------------------------------------------------------------


def test_the_lead_adds_changes_and_retires(lead: FlaskClient, client: FlaskClient) -> None:
    assert lead.get("/resources/new").status_code == 200
    assert post(lead, "/resources/new", {**NEW, "idempotency_key": "a" * 32}).status_code == 303
    again = post(lead, "/resources/new", {**NEW, "idempotency_key": "a" * 32})
    assert again.status_code == 303
    row = queries.get_national_resource("a-talk-for-theatre-staff")
    assert (row.minutes, row.covers, row.serves) == (45, ["Sepsis", "Antibiotics"], ["SEP16-10"])
    assert row.modules == [
        {"title": "First part", "audience": "nurses"}, {"title": "Second part", "audience": ""},
    ]  # fmt: skip
    edit = f"/resources/{row.code}/edit"
    assert "First part | nurses" in unescape(lead.get(edit).text)
    changed = post(lead, edit, {**NEW, "title": "A longer talk", "version": "1"})
    assert changed.headers["Location"] == f"/resources/{row.code}"
    page = words(lead.get(f"/resources/{row.code}").text)
    assert "A longer talk" in page and "Nia National: Changed: title" in page
    retired = post(
        lead,
        f"/resources/{row.code}/retire",
        {
            "retired_on-day": "1",
            "retired_on-month": "2",
            "retired_on-year": "2026",
            "reason": "No longer held",
            "version": "2",
        },
    )
    assert retired.status_code == 303
    assert row.code not in listed(client.get("/resources").text)
    assert "Retired on 1 February 2026" in words(client.get("/resources?state=retired").text)
    back = f"/resources/{row.code}/bring-back"
    assert back in lead.get(f"/resources/{row.code}").text
    silent = post(lead, back, {"reason": "", "version": "3"})
    assert silent.status_code == 422 and "Say why it is to be used again" in words(silent.text)
    assert post(lead, back, {"reason": "Held again from May", "version": "3"}).status_code == 303
    assert row.code in listed(client.get("/resources").text)
    assert "Nia National: Brought back" in words(lead.get(f"/resources/{row.code}").text)


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"title": ""}, "Enter the title"),
        ({"title": "The Sepsis Game"}, "There is a resource with this title in the library already"),
        ({"link": "ftp://films.example"}, "The link must be a web address that starts with https://"),
        ({"staff": []}, "Choose who it is for"),
        ({"format": ""}, "Choose the format"),
        ({"also_staff": ["nonsense"]}, "Choose"),
        ({"minutes": "soon"}, "must be a whole number"),
        ({"note": "For 943 476 5919"}, "NHS number"),
    ],
)
def test_a_slip_is_said_at_its_field_and_nothing_typed_is_lost(
    lead: FlaskClient, wrong: dict[str, object], message: str
) -> None:
    answer = post(lead, "/resources/new", {**NEW, **wrong})
    assert answer.status_code == 422
    assert message in words(answer.text)
    assert "Second part" in answer.text and "Antibiotics" in answer.text


SECOND = {"also_staff": ["01"], "also_settings": "primary_care", "also_patients": "children"}


WHO, WHERE = "Choose who else it is for", "Choose where these others work"


@pytest.mark.parametrize(
    "second, expected",
    [
        ({"also_grades": "consultant"}, {"also_staff": WHO, "also_settings": WHERE, "also_grades": "alone"}),
        ({"also_area": "critical_care"}, {"also_staff": WHO, "also_settings": WHERE}),
        ({"also_patients": "children"}, {"also_staff": WHO, "also_settings": WHERE}),
        ({**SECOND, "also_staff": []}, {"also_staff": WHO}),
        ({**SECOND, "also_staff": ["03"], "also_grades": "gp"}, {"also_grades": "doctors alone"}),
        ({"settings": []}, {"settings": "Choose where they work"}),
        ({"grades": "gp"}, {"grades": "doctors alone"}),
    ],
)
def test_a_slip_in_an_audience_stands_at_that_audience_and_no_half_of_one_is_dropped(
    lead: FlaskClient, second: dict[str, object], expected: dict[str, str]
) -> None:
    answer = post(lead, "/resources/new", {**NEW, **second})
    assert answer.status_code == 422
    beside = dict(re.findall(r'id="([a-z_]+)-error"[^>]*>(.*?)</span>\s*\n', answer.text, re.DOTALL))
    assert set(beside) == set(expected)
    assert all(message in words(beside[field]) for field, message in expected.items())
    opened = '<details class="nhsuk-details" open>' in answer.text
    assert opened == any(each.startswith("also") for each in expected)


def test_a_third_audience_is_carried_along(lead: FlaskClient) -> None:
    three = [
        {"staff": [each], "grades": [], "settings": ["hospital"], "area": "", "patients": "all"}
        for each in ("01", "03", "05")
    ]
    factories.national_resource("three", "For three", audiences=three)
    assert "1 further audience" in words(lead.get("/resources/three/edit").text)
    said = {**NEW, **SECOND, "title": "For three", "version": "1"}
    assert post(lead, "/resources/three/edit", said).status_code == 303
    now = queries.get_national_resource("three").audiences
    assert [each["staff"] for each in now] == [["03", "05"], ["01"], ["05"]] and now[2] == three[2]


def test_words_that_were_changed_are_no_longer_called_the_source_s(lead: FlaskClient) -> None:
    swears = "The words of the 2016 source."
    row = queries.get_national_resource("think-sepsis-paediatrics")
    page = f"/resources/{row.code}"
    assert swears in lead.get(page).text
    form = {**NEW, "title": row.title, "description": row.description, "version": "1"}
    assert post(lead, f"{page}/edit", {**form, "note": "A note"}).status_code == 303
    assert swears in lead.get(page).text
    changed = {**form, "description": "Words of our own", "version": "2"}
    assert post(lead, f"{page}/edit", changed).status_code == 303
    after = lead.get(page).text
    assert "Words of our own" in after and swears not in after


def test_who_made_it_is_said_of_the_national_body(lead: FlaskClient) -> None:
    page = words(lead.get("/resources/sepsis-game").text)
    assert "Made or endorsed Neither made nor endorsed by the national body" in page
    assert "Made by the national body" in words(lead.get("/resources/sepsis-savvy").text)


def test_a_retired_resource_is_not_opened_to_be_changed(lead: FlaskClient) -> None:
    row = {"retired_on": date(2026, 1, 1), "retired_reason": "Old"}
    factories.national_resource("old", "An old film", **row)
    page = lead.get("/resources/old/edit")
    assert page.status_code == 200 and "An old film" in words(page.text)
    assert "It is retired, and no longer changed" in words(page.text)
    assert 'href="/resources/old/bring-back"' in page.text and 'name="title"' not in page.text


def test_two_who_change_one_resource_see_both_texts(lead: FlaskClient, sign_in: SignIn) -> None:
    game = "/resources/sepsis-game/edit"
    data = {
        **NEW, "title": "The Sepsis Game", "format": "board_game", "level": "national", "version": "1",
    }  # fmt: skip
    assert post(lead, game, {**data, "note": "First"}).status_code == 303
    other = sign_in(factories.person(Role.NATIONAL_LEAD, name="Otto Other"))
    answer = post(other, game, {**data, "note": "Second"})
    assert answer.status_code == 409
    assert "Nia National saved this" in words(answer.text) and "Note (optional) First Second" in words(
        answer.text
    )


def test_who_shared_it_is_counted_before_it_is_retired(lead: FlaskClient) -> None:
    trust = factories.organisation()
    champion = identity_of(factories.person(Role.CHAMPION, trust))
    game = queries.get_national_resource("sepsis-game")
    with writing():
        actions.add_shares(
            champion,
            trust,
            [game.entity_id],
            ShareFacts(Channel.INTRANET, date(2026, 1, 5), link="https://intranet.example/sepsis"),
        )
    page = words(lead.get("/resources/sepsis-game/retire").text)
    assert "It was shared: 1 share in the ledgers. They stay there." in page
    said = lead.get("/resources/sepsis-game/retire").text
    (href,) = re.findall(r'href="([^"]+)">See who shared it<', said)
    assert words(lead.get(unescape(href)).text).count("The Sepsis Game") >= 1
    assert f"Trust {trust.code}" in words(lead.get(unescape(href)).text)
    future = post(
        lead,
        "/resources/sepsis-game/retire",
        {
            "retired_on-day": "1",
            "retired_on-month": "2",
            "retired_on-year": "2100",
            "reason": "Later",
            "version": "1",
        },
    )
    assert (
        future.status_code == 422
        and "The day from which it is no longer to be used must be today or in the past" in words(future.text)
        and "Later" in future.text
    )


def test_what_the_source_offers_was_not_retired_before_it(lead: FlaskClient) -> None:
    """What the national lead added has no such day: nobody knows how old it is."""
    factories.national_resource("ours", "A film of ours")
    day = {"retired_on-day": "31", "retired_on-month": "10", "retired_on-year": "2016", "version": "1"}
    answer = post(lead, "/resources/sepsis-game/retire", {**day, "reason": "Replaced by a film"})
    assert answer.status_code == 422 and "Replaced by a film" in answer.text
    said = (
        "The source, which is not older than November 2016, offers it: enter 1 November 2016 or a later day"
    )
    assert said in words(answer.text)
    assert said in words(post(lead, "/resources/sepsis-game/retire", day).text), (
        "with the reason that is missing"
    )
    assert post(lead, "/resources/ours/retire", {**day, "reason": "Old"}).status_code == 303
    first = {**day, "retired_on-day": "1", "retired_on-month": "11", "reason": "Replaced"}
    assert post(lead, "/resources/sepsis-game/retire", first).status_code == 303


def test_in_a_long_form_every_message_names_its_question(lead: FlaskClient) -> None:
    """The summary stands far above the fields: “This answer” is the answer to any of twenty-five questions."""
    sent = {"minutes": "0", "covers": "x" * 3001, "audience_words": "y" * 1001, "description": "z" * 5001}
    said = words(post(lead, "/resources/new", sent).text).split("There is a problem")[1].split("Title")[0]
    for message in (
        "The answer to “How many minutes does it take?” must be 1 or more",
        "The answer to “What does it cover?” must be 3,000 characters or fewer",
        "Who it is for, in its maker’s words must be 1,000 characters or fewer",
        "Description must be 5,000 characters or fewer",
    ):
        assert message in said, message
    assert "This answer" not in said
    nothing = words(post(lead, "/resources/new", {}).text).split("There is a problem")[1].split("Title")[0]
    for message in ("Enter the title", "Choose the format", "Choose who it is for", "Choose where they work"):
        assert message in nothing, message


@pytest.mark.parametrize(
    "path",
    [
        "/resources/new",
        "/resources/sepsis-game/edit",
        "/resources/sepsis-game/retire",
        "/resources/sepsis-game/bring-back",
    ],
)
def test_others_may_not(library: None, sign_in: SignIn, client: FlaskClient, path: str) -> None:
    champion = sign_in(factories.person(Role.CHAMPION, factories.organisation()))
    assert champion.get(path).status_code == 403
    assert client.get(path).status_code == 303


def test_a_page_that_is_not_there_is_the_last_one(library: None, client: FlaskClient) -> None:
    page = client.get("/resources?page=99").text
    assert len(set(listed(page)) - LISTS) == 18
