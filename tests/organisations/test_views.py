"""The list of organisations and the form that adds one, as a browser gets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.organisations.filed import JANUARY_2021, JULY_2025, import_lines, import_real, line
from tests.organisations.people import administrator, auditor, champion, national_lead
from tracker.access.identity import Identity
from tracker.organisations.queries import find_ref

FIRST, SECOND = date(2024, 1, 1), date(2025, 1, 1)
Browse = Callable[[Identity | None], FlaskClient]


@pytest.fixture
def browse(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Browse:
    """A browser in which somebody is signed in: what signing in takes is tested with accounts."""

    def as_somebody(identity: Identity | None) -> FlaskClient:
        monkeypatch.setitem(app.extensions, "tracker_gate", (lambda: identity, find_ref))
        return app.test_client()

    return as_somebody


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def rows(html: str) -> list[str]:
    """The links of the table, in order."""
    return re.findall(r'<a href="/organisations/([A-Z0-9]+)">', html)


def test_a_visitor_is_asked_to_sign_in(browse: Browse) -> None:
    answer = browse(None).get("/organisations")
    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in")


def test_a_champion_sees_only_her_own(browse: Browse) -> None:
    import_lines([line("RA1"), line("RA2")], FIRST)
    page = browse(champion("RA2")).get("/organisations").text
    assert rows(page) == ["RA2"]
    assert 'class="app-filters"' not in page


def test_an_auditor_sees_her_set(browse: Browse) -> None:
    import_lines([line("RA1"), line("RA2"), line("RA3")], FIRST)
    assert rows(browse(auditor("RA1", "RA3")).get("/organisations").text) == ["RA1", "RA3"]


def test_an_administrator_without_another_role_sees_the_list_and_reads_none(browse: Browse) -> None:
    import_lines([line("RA1"), line("RA2")], FIRST)
    browser = browse(administrator())
    page = browser.get("/organisations").text
    assert rows(page) == []
    assert "RA1" in text(page)
    assert 'href="/organisations/add"' in page
    assert browser.get("/organisations/RA1").status_code == 403


def test_an_administrator_goes_on_from_an_organisation_to_its_people(browse: Browse) -> None:
    assert "No organisation has been entered yet" in text(browse(administrator()).get("/organisations").text)
    import_lines([line("RA1"), line("RA2", closed="20200331")], FIRST)
    page = browse(administrator()).get("/organisations").text
    assert "/people?organisation=RA1" in page and "/people?organisation=RA2" in page
    assert "/people/invite?organisation=RA1" in page and "/people/invite?organisation=RA2" not in page
    assert "/people" not in browse(national_lead()).get("/organisations").text


def test_the_list_is_paged_and_keeps_its_filters(browse: Browse) -> None:
    import_real(JULY_2025)
    browser = browse(national_lead())
    first = browser.get("/organisations?state=open").text
    assert len(rows(first)) == 50
    assert "1 to 50 of 2" in text(first)
    assert "state=open&amp;page=2" in first
    last = browser.get("/organisations?state=open&page=999").text
    assert 0 < len(rows(last)) <= 50


def test_the_list_is_searched_and_filtered(browse: Browse) -> None:
    import_real(JULY_2025)
    browser = browse(national_lead())
    assert rows(browser.get("/organisations?q=guy's").text) == ["RJ1"]
    assert rows(browser.get("/organisations?q=rj1&region=Y56&icb=QKK&kind=nhs_trust&state=open").text) == [
        "RJ1"
    ]
    page = browser.get("/organisations?q=rj1&region=Y63").text
    assert rows(page) == []
    assert "No organisation that you may see is like this" in page
    assert '<option value="Y63" selected>' in page


@pytest.mark.parametrize(
    "query", ["kind=nonsense", "region=%00", "page=0", "page=x", "state=?", "q=%00", "icb=Q"]
)
def test_nonsense_in_the_address_narrows_nothing(browse: Browse, query: str) -> None:
    import_lines([line("RA1")], FIRST)
    assert rows(browse(national_lead()).get(f"/organisations?{query}").text) == ["RA1"]


def test_what_became_of_an_organisation_is_said(browse: Browse) -> None:
    import_real(JANUARY_2021)
    import_real(JULY_2025)
    browser = browse(national_lead())
    closed = text(browser.get("/organisations?q=RC1").text)
    assert "Closed on 31 March 2020" in closed
    assert "Succeeded by Bedfordshire Hospitals NHS Foundation Trust (RC9) on 1 April 2020" in closed
    absent = text(browser.get("/organisations?state=closed").text)
    assert "Not in the file since 31 July 2025, cause unknown" in absent


def test_a_hostile_name_stays_text(browse: Browse) -> None:
    import_lines([line("RA1", "<script>alert(1)</script>")], FIRST)
    page = browse(national_lead()).get("/organisations?q=<script>alert(2)</script>").text
    assert "<script>alert" not in page.lower()


# Adding


def send(browser: FlaskClient, **changes: str) -> tuple[int, str]:
    page = browser.get("/organisations/add")
    assert page.status_code == 200
    token = re.search(r'name="csrf_token" value="([^"]*)"', page.text)
    typed = {
        "name": "Royal College of Emergency Medicine", "code": "RCEM", "kind": "royal_college",
        "country": "England", "region_code": "", "icb_code": "",
        "csrf_token": token.group(1) if token else "",
    }  # fmt: skip
    answer = browser.post("/organisations/add", data={**typed, **changes})
    return answer.status_code, answer.text


@pytest.mark.parametrize("who", [national_lead, champion])
def test_only_an_administrator_adds(browse: Browse, who: Callable[[], Identity]) -> None:
    assert browse(who()).get("/organisations/add").status_code == 403


def test_an_administrator_adds_an_organisation(browse: Browse) -> None:
    assert send(browse(administrator()))[0] == 303
    found = find_ref("RCEM")
    assert found is not None
    assert (found.name, found.kind) == ("Royal College of Emergency Medicine", "royal_college")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"code": "rcem!"}, "Code must be 2 to 10 capital letters and digits"),
        ({"name": " "}, "Enter the name of the organisation"),
        ({"kind": ""}, "Choose what kind of organisation it is"),
        ({"kind": "nhs_trust"}, "Choose one of the answers listed"),
        ({"region_code": "Y99"}, "Choose one of the answers listed"),
        (
            {"opened_on-day": "31", "opened_on-month": "2", "opened_on-year": "2011"},
            "Open date must be a real date",
        ),
    ],
)
def test_a_form_that_fails_keeps_what_was_typed(
    browse: Browse, changes: dict[str, str], message: str
) -> None:
    status, page = send(browse(administrator()), **changes)
    assert status == 422
    assert message in text(page)
    assert "There is a problem" in page
    assert find_ref("RCEM") is None


def test_a_code_is_added_once(browse: Browse) -> None:
    browser = browse(administrator())
    send(browser)
    status, page = send(browser, name="Another")
    assert (status, "There already is an organisation with the code RCEM" in text(page)) == (422, True)
    assert 'value="Another"' in page
