"""The public timeline and an item's page: what everybody reads, narrowed by the address."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from flask.testing import FlaskClient

from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.extensions import db
from tracker.programme import actions
from tracker.programme.models import ProgrammeItem, ProgrammeState, ProgrammeYear
from tracker.programme.presenters import Narrowed
from tracker.programme.rules import ItemFacts, ItemKind, StateFacts, Status, YearFacts
from tracker.web.transactions import writing


def words(html: str) -> str:
    main = html.split("<main", 1)[1].split("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def titles(html: str) -> list[str]:
    return re.findall(r'app-programme__title">.*?/programme/([^"]+)"', html)


def say(by: Identity, body: OrganisationRef, item: str, facts: StateFacts, version: int = 0) -> None:
    with writing():
        actions.record_state(by, body, item, facts, version=version)


def test_the_timeline_shows_years_items_parts_and_events(client: FlaskClient) -> None:
    page = client.get("/programme").text
    assert re.findall(r'id="year-([^"]+)"', page) == ["2015-16", "2016-17", "2017-18"]
    assert len(titles(page)) == 23
    text = words(page)
    for event in ("16 November 2016 , London", "11 January 2017 , Birmingham", "19 January 2017 , Oxford"):
        assert event in text
    assert "2 March 2017 , Wakefield · hosted by regional faculties" in text
    assert "it has no item 4" in text
    assert text.count("Link: not given in the source") == 5, "the toolkit and the four workshops"


def test_nobody_has_spoken_and_nothing_is_called_not_started(client: FlaskClient) -> None:
    text = words(client.get("/programme").text)
    assert "2017-2018 To be confirmed in the source" in text
    assert text.count("Nothing recorded") - 1 == 17, "one of them is the filter's"
    assert "Not started" not in text and "not started" in text.lower(), "only our note says the words"


def test_each_item_shows_what_the_body_says(client: FlaskClient, by: Identity, body: OrganisationRef) -> None:
    late = StateFacts(Status.UNDER_WAY, "Education team", date(2025, 1, 1), date(2026, 1, 31))
    say(by, body, "2017-18-1", late)
    page = client.get("/programme?status=overdue").text
    assert titles(page) == ["2017-18-1"]
    text = words(page)
    assert "1 of 23 items" in text
    assert "Example National Body says: From 1 January 2025 · Due 31 January 2026 · Education team" in text
    assert "no evidence · last said on" in text
    assert "To be confirmed in the source" in text, "the year's tag stays"


@pytest.mark.parametrize(
    "query, found",
    [
        ("year=2017-18", ["2017-18-1", "2017-18-2", "2017-18-3"]),
        ("status=to-confirm", ["2017-18-1", "2017-18-2", "2017-18-3"]),
        ("status=answered", ["2016-17-1", "2016-17-1-a", "2016-17-2", "2016-17-2-a", "2016-17-2-b"]),
        ("recommendation=SEP16-05", ["2016-17-2", "2016-17-2-b"]),
        ("kind=session", ["2016-17-4"]),
        ("kind=toolkit", ["2016-17-3", "2016-17-3-1", "2016-17-3-1-a"]),
        ("q=wakefield", ["2016-17-3", "2016-17-3-1", "2016-17-3-1-b", "2016-17-3-1-b-4"]),
        ("q=careworker+prevention", ["2015-16-5"]),
        ("year=2015-16&kind=report", ["2015-16-6"]),
        ("year=1999-00", []),
        ("status=nonsense", []),
    ],
)
def test_the_filter_is_in_the_address_and_keeps_what_a_part_belongs_to(
    client: FlaskClient, query: str, found: list[str]
) -> None:
    page = client.get(f"/programme?{query}").text
    assert titles(page) == found
    if not found:
        assert "Nothing here fits" in page


def test_narrowing_to_a_status_counts_each_item_once(client: FlaskClient) -> None:
    assert "17 of 23 items" in words(client.get("/programme?status=nothing").text)


def test_the_item_s_page_has_everything(client: FlaskClient, by: Identity, body: OrganisationRef) -> None:
    done = StateFacts(
        Status.DONE,
        done_on=date(2026, 2, 1),
        summary="The session is taught",
        link="https://nhs.example/session",
    )
    say(by, body, "2016-17-4", StateFacts(Status.PLANNED, "Education team"))
    say(by, body, "2016-17-4", done, 1)
    page = client.get("/programme/2016-17-4").text
    text = words(page)
    assert "as part of face-to-face teaching sessions delivered to healthcare workers." in text
    assert "Recommendation 17" in text and "https://nhs.example/session" in page
    history = text.split("What was said of it")[1]
    assert history.index("Done") < history.index("Planned") and "By: Education team" in history
    assert "Bo Member" not in page, "who of them wrote it is not published"


def test_pages_of_items_say_what_the_source_leaves_out(client: FlaskClient) -> None:
    text = words(client.get("/programme/2016-17-3-1-b-1").text)
    assert "Took place on 16 November 2016" in text and "Place London" in text
    assert "Link Not given in the source" in text and "Part of Four regional workshops" in text
    indicator = words(client.get("/programme/2017-18-2").text)
    assert "no longer exists" in indicator and "integrated care board" in indicator
    assert "Its parts" in words(client.get("/programme/2016-17-3").text)


def test_what_a_recommendation_asks_is_answered_there(client: FlaskClient, at_body: FlaskClient) -> None:
    said = "Answered with recommendation 5, which has the same words, and not asked twice"
    assert said in words(client.get("/programme").text)
    page = at_body.get("/programme/2016-17-2-b").text
    assert said in words(page) and "/record" not in page
    here = "/organisations/X00903/programme"
    own = "/organisations/X00903/recommendations/SEP16-05"
    assert own in at_body.get(here).text and "0 of 20 items" in words(at_body.get(here).text)
    assert own in at_body.get(f"{here}/2016-17-2-b").text
    assert at_body.get(f"{here}/2016-17-2-b/record").status_code == 403


def test_an_item_that_is_not_there(client: FlaskClient) -> None:
    assert client.get("/programme/2031-32-1").status_code == 404


def test_what_was_taken_out_leaves_the_timeline_and_keeps_its_page(
    client: FlaskClient, keeper: Identity
) -> None:
    with writing():
        actions.add_year(keeper, YearFacts("2018-19"))
        actions.add_item(keeper, "2018-19", ItemFacts(ItemKind.ITEM, "A package for governors"))
    assert "A package for governors" in client.get("/programme").text
    with writing():
        actions.take_out(keeper, "2018-19-1", "Entered twice", version=1)
    page = words(client.get("/programme").text)
    assert "A package for governors" not in page and "Nothing is planned here yet" in page
    assert "Taken out of the programme. Why: Entered twice" in words(client.get("/programme/2018-19-1").text)


def test_without_the_file_the_page_says_so(client: FlaskClient) -> None:
    with writing():
        for model in (ProgrammeState, ProgrammeItem, ProgrammeYear):
            db.session.query(model).delete()
    assert "have not been read in yet" in client.get("/programme").text


def test_a_visitor_is_offered_no_forms(
    client: FlaskClient, at_lead: FlaskClient, at_body: FlaskClient
) -> None:
    assert "/programme/new" not in client.get("/programme").text
    assert "/programme/new" in at_lead.get("/programme").text
    assert "/organisations/X00903/programme" in at_body.get("/programme").text
    assert "/edit" not in at_body.get("/programme/2016-17-4").text
    assert "/organisations/X00903/programme/2016-17-4/record" in at_body.get("/programme/2016-17-4").text


def test_an_empty_filter_narrows_nothing() -> None:
    assert Narrowed() == Narrowed("", "", "", "", "")
