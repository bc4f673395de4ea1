"""Suggested training: no account, the choice in the address, on paper, as CSV, in another site's frame."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tracker import clock
from tracker.access.permissions import Role
from tracker.library import actions, queries
from tracker.library.loader import load_national
from tracker.library.rules import NationalKind
from tracker.web.transactions import writing


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def titles(html: str) -> list[str]:
    return [words(each) for each in re.findall(r'<h2 class="nhsuk-heading-s library-training.*?</h2>', html)]


@pytest.fixture
def visitor(app: Flask, client: FlaskClient) -> FlaskClient:
    factories.catalogue()
    with writing():
        actions.seed_national(load_national().entries)
    return client


def test_a_care_home_finds_the_guide_for_care_workers_first(visitor: FlaskClient) -> None:
    page = visitor.get("/training?setting=care_home").text
    assert titles(page)[0] == "Sepsis: A careworker’s guide"
    assert not any("primary care" in each for each in titles(page))
    assert "Staff of every group: care homes and care at home" in words(page)
    assert "Time: not stated" in words(page) and "search for its title" in words(page)
    assert words(page).count("Not checked against NICE") >= len(titles(page))
    assert "This list: http://localhost/training?setting=care_home, " in words(page)


def test_primary_care_is_told_that_the_module_on_care_homes_is_for_practitioners(
    visitor: FlaskClient,
) -> None:
    page = words(visitor.get("/training?staff=01&grade=gp&setting=primary_care").text)
    assert "sepsis in care homes and the frail elderly (for general practitioners)" in page
    assert "not at the staff of care homes" in page


def test_the_web_pages_that_are_not_counted_are_told_of(visitor: FlaskClient) -> None:
    """18 stand in the library: 16 are training, 2 are pages that list more."""
    assert "16 of 16 resources in the national library fit" in words(visitor.get("/training?staff=").text)
    for path in ("/training?staff=", "/resources/funding"):
        assert "The library holds 2 web pages besides, which are not counted here." in words(
            visitor.get(path).text
        )


def test_an_order_is_spoken_of_where_there_is_one(visitor: FlaskClient) -> None:
    order, retired = "What is made most closely for them stands first.", 0
    assert order in words(visitor.get("/training?setting=care_home").text)
    lead = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    for row in queries.list_national_resources()[:]:
        if row.kind is NationalKind.RESOURCE and row.code != "careworkers-guide":
            with writing():
                actions.retire_national(lead, row.code, on=clock.today(), reason="Old", version=row.version)
            retired += 1
    assert retired == 15
    page = words(visitor.get("/training?setting=care_home").text)
    assert "1 of 1 resources" in page and order not in page
    none = words(visitor.get("/training?staff=01&grade=foundation&setting=hospital").text)
    assert "No training in the library fits." in none and order not in none


def test_a_visitor_is_asked_first(visitor: FlaskClient) -> None:
    page = visitor.get("/training").text
    assert titles(page) == [] and "Choose who is to learn" in words(page)


def test_the_button_with_nothing_chosen_lists_everything(visitor: FlaskClient) -> None:
    page = visitor.get("/training?staff=&grade=&setting=&patients=").text
    assert len(titles(page)) == 16 and "Not understood" not in page


def test_what_is_not_understood_is_said_and_left_out(visitor: FlaskClient) -> None:
    for path in ("/training", "/training/embed"):
        page = words(visitor.get(f"{path}?staff=99&setting=moon&patients=adults").text)
        assert "Not understood, and left out: 99, moon." in page


def test_a_grade_alone_is_a_doctors(visitor: FlaskClient) -> None:
    page = visitor.get("/training?staff=&grade=gp").text
    assert titles(page) == titles(visitor.get("/training?staff=01&grade=gp").text) != []
    assert "Not understood, and left out: gp." in words(visitor.get("/training?staff=03&grade=gp").text)


def test_the_fragment_says_what_the_page_says(visitor: FlaskClient) -> None:
    page = words(visitor.get("/training/embed?setting=care_home").text)
    assert "On the learning portal of the UK Sepsis Trust." in page
    assert "The address of 2016; it may have moved" in page and "Not checked against NICE" in page


def test_who_finds_nothing_is_told_what_to_do(visitor: FlaskClient) -> None:
    page = visitor.get("/training?staff=care&setting=hospital").text
    assert titles(page) == [] and "No training in the library fits. Choose less" in words(page)


def test_the_file_says_what_the_page_says(visitor: FlaskClient) -> None:
    query = "staff=03&setting=hospital&patients=children"
    answer = visitor.get(f"/training.csv?{query}")
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [each["title"] for each in rows] == titles(visitor.get(f"/training?{query}").text)
    assert rows[0]["page"] == "http://localhost/resources/re-act-sick-child"
    assert rows[0]["time"] == "not stated"


@pytest.mark.parametrize(
    "title",
    ["=1+1", "+1", "-1", "＝1+1", "＠SUM(A1)", " =1+1", "\u00a0=1+1", "\u200b=1+1", "\ufeff=1+1"],
)
def test_a_cell_is_never_a_formula(visitor: FlaskClient, title: str) -> None:
    factories.national_resource("formula", title, made_by="@x")
    answer = visitor.get("/training.csv?setting=hospital")
    rows = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    (found,) = [each for each in rows if each["title"].endswith(title)]
    assert (found["title"], found["made_by"]) == (f"'{title}", "'@x")


# --- in another site --------------------------------------------------------------------------------------


def test_the_list_alone_may_stand_in_a_frame_and_nothing_else_may(visitor: FlaskClient) -> None:
    answer = visitor.get("/training/embed?setting=care_home")
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy and "script-src" not in policy and "default-src 'none'" in policy
    for path in (
        "/",
        "/training",
        "/training.csv",
        "/resources",
        "/resources/gaps",
        "/resources/sepsis-game",
    ):
        assert "frame-ancestors 'none'" in visitor.get(path).headers["Content-Security-Policy"], path


def test_the_frame_holds_no_script_no_form_and_whole_addresses(visitor: FlaskClient) -> None:
    answer = visitor.get("/training/embed?setting=care_home")
    page = answer.text
    assert "<script" not in page and "<form" not in page and "Set-Cookie" not in answer.headers
    hrefs = re.findall(r'<a href="([^"]+)"', page)
    assert hrefs and all(each.startswith(("http://", "https://")) for each in hrefs)
    assert words(page).index("careworker") < words(page).index("Sepsis Game")


def test_the_words_to_copy_are_the_frame_s(visitor: FlaskClient) -> None:
    page = visitor.get("/training?setting=care_home").text
    copied = unescape(re.findall(r'<textarea[^>]*id="copy-html"[^>]*>(.*?)</textarea>', page, re.DOTALL)[0])
    assert "<ul>" in copied and "<script" not in copied
    frame = visitor.get("/training/embed?setting=care_home").text
    assert words(copied) in words(frame)


def test_what_is_retired_is_no_longer_suggested(visitor: FlaskClient) -> None:
    from datetime import date

    from tests.factories import identity_of, person
    from tracker.access.permissions import Role

    with writing():
        actions.retire_national(
            identity_of(person(Role.NATIONAL_LEAD)),
            "careworkers-guide",
            on=date(2026, 1, 1),
            reason="Replaced",
            version=1,
        )
    assert "Sepsis: A careworker’s guide" not in titles(visitor.get("/training?setting=care_home").text)
    assert "Retired on 1 January 2026: Replaced" in words(visitor.get("/resources/careworkers-guide").text)
