"""The public pages: all of them open to a visitor, joined by links that lead somewhere, and true to the source."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tracker.access.permissions import Role
from tracker.catalogue import loader as catalogue
from tracker.extensions import db

SignIn = Callable[[object], FlaskClient]
PAGES = (
    "/",
    "/recommendations",
    "/resources",
    "/resources/gaps",
    "/training",
    "/programme",
    "/accessibility-statement",
    "/privacy",
    "/cookies",
    "/terms",
    "/about",
    "/definitions",
    "/help",
)
(SHIPPED,) = catalogue.load_reports()
TEXTS = {each.code: each.text for each in SHIPPED.recommendations}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.ids.add(attributes.get("id") or "")
        if tag == "a":
            self.hrefs.append(attributes.get("href") or "")


def read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    return reader


def words(html: str) -> str:
    """What a reader sees, white space normalised."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.fixture
def visitor(app: Flask, client: FlaskClient) -> FlaskClient:
    """Nobody signed in, the catalogue and the library as shipped."""
    factories.catalogue()
    factories.national_library()
    return client


# --- for everybody ----------------------------------------------------------------------------------------


def test_every_page_is_open_to_a_visitor_and_sets_no_cookie(visitor: FlaskClient) -> None:
    for path in PAGES:
        response = visitor.get(path)
        assert response.status_code == 200, path
        assert response.text.count("<h1") == 1, path
        assert "Set-Cookie" not in response.headers, path


def test_every_page_stands_before_the_catalogue_is_loaded(client: FlaskClient) -> None:
    assert {path: client.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, 200)


def test_links_between_public_pages_lead_somewhere(visitor: FlaskClient) -> None:
    waiting, seen = {"/"}, {}
    while waiting:
        path = waiting.pop()
        response = visitor.get(path)
        assert response.status_code == 200, path
        seen[path] = read(response.text)
        hrefs = (href.partition("#")[0].partition("?")[0] for href in seen[path].hrefs)
        waiting |= {href for href in hrefs if href.startswith("/")} - seen.keys()
    assert {*PAGES, "/recommendations/SEP16-01", "/recommendations/SEP16-21", "/sign-in"} <= seen.keys()
    for path, page in seen.items():
        for target, _, anchor in (href.partition("#") for href in page.hrefs if "#" in href):
            assert anchor in seen[target or path].ids, f"{path} links to {target}#{anchor}"


def test_robots_are_asked_to_stay_away(client: FlaskClient) -> None:
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


# --- the front door ---------------------------------------------------------------------------------------


def test_a_visitor_sees_what_it_is_the_three_groups_and_where_to_sign_in(visitor: FlaskClient) -> None:
    page = visitor.get("/")
    for expected in ("Health Education England", "Healthcare providers", "Other stakeholders", "159", "88"):
        assert expected in words(page.text)
    assert "/sign-in" in read(page.text).hrefs


def test_each_role_is_led_to_where_it_works(app: Flask, sign_in: SignIn) -> None:
    first, second = factories.organisation("X00100"), factories.organisation("X00200")
    places = {
        "/organisations/X00100": factories.person(Role.CHAMPION, [second, first]),
        "/organisations/X00200": factories.person(Role.TRUST_LEAD, second),
        "/summary": factories.person(Role.NATIONAL_LEAD),
        "/organisations": factories.person(Role.AUDITOR, [first, second]),
        "/people": factories.person(Role.ADMINISTRATOR),
    }
    for path, somebody in places.items():
        response = sign_in(somebody).get("/")
        assert (response.status_code, response.headers["Location"]) == (303, path)


def test_a_person_without_a_role_is_told_so(app: Flask, sign_in: SignIn) -> None:
    response = sign_in(factories.person(None, name="Sam Ole")).get("/")
    assert response.status_code == 200
    assert "You are signed in as Sam Ole, and hold no role at present." in words(response.text)


# --- the recommendations ----------------------------------------------------------------------------------


def test_each_recommendation_is_quoted_word_for_word_with_its_source(visitor: FlaskClient) -> None:
    assert len(TEXTS) == 21
    for code, text in TEXTS.items():
        page = visitor.get(f"/recommendations/{code}").text
        (quotation,) = re.findall(r"<blockquote.*?</blockquote>", page, flags=re.DOTALL)
        assert words(quotation) == text
        assert f"{SHIPPED.title} , November 2016, recommendation {int(code[-2:])}, word for word" in words(
            page
        )


def test_a_recommendation_names_the_items_of_the_programmes_that_serve_it(visitor: FlaskClient) -> None:
    factories.programme()
    factories.national_library()
    page = visitor.get("/recommendations/SEP16-01").text
    items = re.findall(r'href="/programme/([^"]+)"', page)
    assert items == [
        "2015-16-1", "2015-16-2", "2015-16-3", "2015-16-5", "2016-17-2-a", "2016-17-3", "2017-18-3",
    ]  # fmt: skip
    read = words(page)
    assert "GP sepsis spotlight project 2016-2017, piece of work, with its 7 parts" in read
    assert "careworker’s guide 2015-2016, learning resource, through its resource in the library" in read
    assert 'href="/programme?recommendation=SEP16-01"' in page
    assert "2016-17-4" in visitor.get("/recommendations/SEP16-17").text
    assert "No item of the yearly programmes serves this one." in words(
        visitor.get("/recommendations/SEP16-21").text
    )


def test_what_is_ours_is_said_to_be_ours(visitor: FlaskClient) -> None:
    page = words(visitor.get("/recommendations/SEP16-10").text)
    assert "NHS trusts and other care providers." in page
    assert "this service’s own (version 1, since 1 November 2026), not the report’s" in page
    assert "The figures support “in place” when:" in page


def test_the_list_holds_all_21_in_three_groups(visitor: FlaskClient) -> None:
    page = visitor.get("/recommendations")
    listed = [href for href in read(page.text).hrefs if href.startswith("/recommendations/")]
    assert listed == [f"/recommendations/{code}" for code in TEXTS]


def test_filters_stay_in_the_address(visitor: FlaskClient) -> None:
    page = visitor.get("/recommendations?q=antimicrobial+Stewardship")
    assert "1 of 21 recommendations" in words(page.text)
    assert 'value="antimicrobial Stewardship"' in page.text
    theme = SHIPPED.recommendations[0].theme
    count = sum(each.theme == theme for each in SHIPPED.recommendations)
    assert f"{count} of 21 recommendations" in words(visitor.get(f"/recommendations?theme={theme}").text)
    assert "0 of 21 recommendations" in words(visitor.get("/recommendations?q=zebra").text)


def test_an_unknown_code_is_not_found_with_a_way_on(visitor: FlaskClient) -> None:
    for code in ["SEP16-22", "SEP16-00", "NEW27-01", "SEP16-1", "sep16-01"]:
        response = visitor.get(f"/recommendations/{code}")
        assert response.status_code == 404, code
        assert {"/", "/help"} <= set(read(response.text).hrefs)


def test_a_champion_is_led_to_their_own_record_where_they_owe_one(app: Flask, sign_in: SignIn) -> None:
    factories.catalogue()
    champion = sign_in(factories.person(Role.CHAMPION, factories.organisation("X00100")))
    record = "/organisations/X00100/recommendations/SEP16-{}"
    assert record.format("12") in read(champion.get("/recommendations/SEP16-12").text).hrefs
    assert record.format("01") not in read(champion.get("/recommendations/SEP16-01").text).hrefs


# --- what the operator states -----------------------------------------------------------------------------


def test_what_the_operator_has_not_stated_is_said_openly(visitor: FlaskClient) -> None:
    assert "Not filled in yet" in visitor.get("/privacy").text


# --- health -----------------------------------------------------------------------------------------------


def test_health_is_ok_when_both_answer(client: FlaskClient) -> None:
    response = client.get("/health")
    assert (response.status_code, response.json) == (200, {"status": "ok"})


def test_health_names_the_store_that_does_not_answer(app: Flask, client: FlaskClient) -> None:
    shutil.rmtree(Path(app.extensions["evidence_store"].root) / "incoming")
    response = client.get("/health")
    assert (response.status_code, response.json) == (503, {"status": "unavailable", "failing": ["evidence"]})
    assert "incoming" not in response.text


def test_health_names_the_database_that_does_not_answer(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    def refuse(*_arguments: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("secret-host refused"))

    monkeypatch.setattr(db.session, "execute", refuse)
    response = client.get("/health")
    assert (response.status_code, response.json) == (503, {"status": "unavailable", "failing": ["database"]})
    assert "secret-host" not in response.text


def test_every_public_page_leads_to_signing_in(client) -> None:
    for path in ("/", "/recommendations", "/help"):
        assert 'class="nhsuk-header__account-link" href="/sign-in"' in client.get(path).get_data(as_text=True)
    assert "nhsuk-header__account-link" not in client.get("/sign-in").get_data(as_text=True)
