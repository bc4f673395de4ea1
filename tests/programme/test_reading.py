"""The public timeline and an item's page: what everybody reads, narrowed by the address."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.programme.conftest import SignIn
from tests.programme.test_actions import corrected, file_evidence
from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.evidence import actions as evidence
from tracker.evidence.models import EvidenceItem
from tracker.extensions import db
from tracker.programme import actions
from tracker.programme.models import ProgrammeItem, ProgrammeState, ProgrammeYear
from tracker.programme.presenters import Narrowed
from tracker.programme.rules import ItemFacts, ItemKind, StateFacts, Status, YearFacts
from tracker.web.transactions import writing

OWN = "/organisations/X00903"


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
    assert "Date 16 November 2016" in text and "Place London" in text and "Took place" not in text
    assert "Link Not given in the source" in text and "Part of Four regional workshops" in text
    indicator = words(client.get("/programme/2017-18-2").text)
    assert "no longer exists" in indicator and "integrated care board" in indicator
    assert "Its parts" in words(client.get("/programme/2016-17-3").text)


SPOTLIGHT = ["2016-17-3", "2016-17-3-1", "2016-17-3-1-a", "2016-17-3-1-b"]
WORKSHOPS = [f"2016-17-3-1-b-{number}" for number in range(1, 5)]


def test_a_part_that_names_no_recommendation_serves_those_of_its_item(client: FlaskClient) -> None:
    page = client.get("/programme?recommendation=SEP16-01").text
    assert [*SPOTLIGHT, *WORKSHOPS] == [each for each in titles(page) if each.startswith("2016-17-3")]
    workshop = words(client.get("/programme/2016-17-3-1-b-1").text)
    assert (
        "Recommendation 1 : Get training resources known and used (as the item that it is part of)"
        in workshop
    )
    assert words(client.get("/programme").text).count("as the item that it is part of") == 0, (
        "said once, above"
    )
    assert "(as the item" not in words(client.get("/programme/2016-17-3").text)


def test_an_item_that_became_a_resource_serves_what_the_library_says(client: FlaskClient) -> None:
    before = words(client.get("/programme/2015-16-1").text)
    assert "No recommendation is named" in before, "the library is empty here"
    factories.national_library()
    page = words(client.get("/programme/2015-16-1").text)
    for number in (1, 10):
        assert re.search(rf"Recommendation {number} : [^()]+ \(through its resource in the library\)", page)
    assert "Recommendation 2 " not in page and "No recommendation is named" not in page
    film = words(client.get("/programme/2015-16-2").text)
    assert re.search(r"Recommendation 17 : [^()]+(?= Where| Our|$)", film), (
        "its own, so without a word of through"
    )
    assert "2015-16-1" in titles(client.get("/programme?recommendation=SEP16-10").text)


def test_updating_to_nice_serves_what_has_the_same_words(client: FlaskClient) -> None:
    assert titles(client.get("/programme?recommendation=SEP16-09").text) == ["2016-17-1", "2016-17-1-b"]
    assert titles(client.get("/programme?recommendation=SEP16-02").text) == ["2016-17-1", "2016-17-1-a"]


def test_an_item_without_a_recommendation_says_whether_its_parts_have_one(client: FlaskClient) -> None:
    assert "No recommendation is named; see its parts" in words(client.get("/programme/2016-17-2").text)
    assert "No recommendation is named; see" not in words(client.get("/programme/2015-16-6").text)


def test_items_lead_to_where_they_can_be_followed(
    client: FlaskClient, at_lead: FlaskClient, at_body: FlaskClient
) -> None:
    for code in ("2016-17-2", "2017-18-2"):
        assert 'href="/resources/gaps">Where training is missing</a>' in client.get(f"/programme/{code}").text
    closed = {"2016-17-1": "/guidelines", "2016-17-1-b": f"{OWN}/alignment", "2017-18-3": f"{OWN}/usage"}
    for code, address in closed.items():
        assert f'href="{address}"' not in client.get(f"/programme/{code}").text, "not for a visitor"
        for reader in (at_lead, at_body):
            assert f'href="{address}"' in reader.get(f"/programme/{code}").text
            assert reader.get(address).status_code == 200


def test_only_evidence_that_is_in_use_and_in_date_is_counted(
    client: FlaskClient, at_body: FlaskClient, by: Identity, body: OrganisationRef
) -> None:
    first, second = (file_evidence(by, body, f"Minutes {number}") for number in (1, 2))
    say(by, body, "2016-17-4", StateFacts(Status.PLANNED, "Education team", evidence_ids=(first, second)))
    assert "2 pieces of evidence" in words(client.get("/programme/2016-17-4").text)
    for left, gone in ((second, first), ("", second)):
        with writing():
            evidence.withdraw_item(by, body, UUID(gone), "Entered twice", version=1)
        now = words(client.get("/programme/2016-17-4").text).split("What was said of it")[0]
        assert ("1 piece of evidence" if left else "evidence out of date") in now
    assert "evidence out of date" in words(client.get("/programme").text)
    assert "Evidence Out of date" in words(at_body.get(f"{OWN}/programme?status=planned").text)


def test_evidence_that_has_run_out_is_not_counted(
    client: FlaskClient, by: Identity, body: OrganisationRef
) -> None:
    item = file_evidence(by, body)
    say(by, body, "2016-17-4", StateFacts(Status.PLANNED, "Education team", evidence_ids=(item,)))
    with writing():
        db.session.query(EvidenceItem).update({"valid_until": clock.today()})
    assert "1 piece of evidence" in words(client.get("/programme/2016-17-4").text)
    with writing():
        db.session.query(EvidenceItem).update({"valid_until": clock.today() - timedelta(days=1)})
    assert "evidence out of date" in words(client.get("/programme/2016-17-4").text)


@pytest.mark.parametrize(
    "facts, said",
    [
        (StateFacts(Status.STOPPED, reason="No money"), "Date 16 November 2016"),
        (StateFacts(Status.PLANNED, "Events team"), "Date 16 November 2016"),
        (
            StateFacts(Status.DONE, done_on=date(2016, 11, 16), summary="Held"),
            "Took place on 16 November 2016",
        ),
    ],
)
def test_an_event_took_place_when_the_body_says_so(
    client: FlaskClient, by: Identity, body: OrganisationRef, facts: StateFacts, said: str
) -> None:
    say(by, body, "2016-17-3-1-b-1", facts)
    page = words(client.get("/programme/2016-17-3-1-b-1").text)
    assert said in page and ("Took place" in page) == (facts.status is Status.DONE)


def test_who_may_look_is_led_to_the_evidence_and_who_may_not_is_not(
    client: FlaskClient,
    sign_in: SignIn,
    at_lead: FlaskClient,
    at_body: FlaskClient,
    by: Identity,
    body: OrganisationRef,
) -> None:
    say(by, body, "2016-17-4", StateFacts(Status.PLANNED, "Education team"))
    own = f"{OWN}/programme/2016-17-4"
    auditor = sign_in(factories.person(Role.AUDITOR, body))
    stranger = sign_in(factories.person(Role.CHAMPION, factories.organisation("X00905")))
    for reader in (auditor, at_lead, at_body):
        assert f'href="{own}"' in reader.get("/programme/2016-17-4").text
        assert f'href="{OWN}/programme"' in reader.get(OWN).text
    for reader in (client, stranger):
        assert own not in reader.get("/programme/2016-17-4").text
    for reader in (auditor, at_lead):
        listed, one = (words(reader.get(each).text) for each in (f"{OWN}/programme", own))
        assert "Its programme" in listed and "What it said of it" in one
        assert "Our programme" not in listed and "What we said" not in one
    assert "Our programme" in words(at_body.get(f"{OWN}/programme").text)
    assert "What we said of it" in words(at_body.get(own).text)


def test_the_history_says_what_changed(client: FlaskClient, keeper: Identity) -> None:
    factories.national_library()
    facts = ItemFacts(ItemKind.ITEM, "", note="Ours", serves=("SEP16-17",))
    changes = (
        (facts, ["Note: Ours"]),
        (replace(facts, link="https://nhs.example/s"), ["Link: https://nhs.example/s"]),
        (
            replace(facts, serves=("SEP16-10", "SEP16-17")),
            ["Serves: recommendations 10 and 17", "Link: taken away"],
        ),
        (
            replace(facts, resource_code="sepsis-savvy"),
            ["Resource: Project Transform", "Serves: recommendation 17"],
        ),
    )
    for version, (changed, _said) in enumerate(changes, start=1):
        with writing():
            actions.change_item(keeper, "2016-17-4", changed, version=version)
    history = words(client.get("/programme/2016-17-4").text).split("What was said of it")[1]
    entries = history.split("Changed in the programme")[1:]
    for entry, (_changed, said) in zip(entries, reversed(changes), strict=True):
        assert [each for each in said if each not in entry] == [], entry
        assert ("Note: Ours" in entry) == ("Note: Ours" in said), "what did not change is not told again"


def test_what_a_newer_file_changed_is_not_laid_at_the_lead_s_door(client: FlaskClient) -> None:
    with writing():
        actions.seed_programme(corrected())
    history = words(client.get("/programme/2015-16-6").text).split("What was said of it")[1]
    assert "The file that came with the service" in history and "The national lead" not in history


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
