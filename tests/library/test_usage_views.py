"""Pages of usage, evaluations, new training and funding over HTTP: bad input, two editors, sent twice."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import factories
from tests.house.test_queries_counted import counted
from tracker import clock
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.catalogue.rules import OrganisationKind
from tracker.evidence import actions as evidence
from tracker.evidence.actions import ItemInput
from tracker.evidence.rules import EvidenceKind
from tracker.extensions import db
from tracker.library import actions, queries
from tracker.library.rules import Counted, EvaluationFacts, UsageFacts
from tracker.web.transactions import writing

USAGE, EVALUATIONS, DEVELOPMENTS = (
    f"/organisations/X00101/{word}" for word in ("usage", "evaluations", "developments")
)


def ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


@pytest.fixture
def national(app: Flask, film: UUID) -> FlaskClient:
    return factories.signed_in_client(app, factories.person(Role.NATIONAL_LEAD, name="Nia National"))


def on(name: str, day: date) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def hidden(client: FlaskClient, path: str) -> dict[str, str]:
    form = client.get(path).get_data(as_text=True).split('<form method="post" novalidate', 1)[1]
    return dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', form))


def send(client: FlaskClient, path: str, fields: dict[str, object]) -> TestResponse:
    return client.post(path, data={**hidden(client, path), **fields})


def text(answer: TestResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


def count(film: UUID, **more: object) -> dict[str, object]:
    period = {**on("period_from", ago(100)), **on("period_until", ago(10)), **on("read_on", ago(5))}
    said = {
        "resource_id": str(film),
        "counted": "completions",
        "number": "1,240",
        "source": "Platform report",
    }
    return {**said, **period, **more}


def address(client: FlaskClient, home: str, ending: str = "edit") -> str:
    page = client.get(home).get_data(as_text=True)
    return str(re.findall(rf'href="({home}/[0-9a-f-]{{36}}/{ending})"', page)[0])


def test_empty_lists_say_what_to_do(champion: FlaskClient) -> None:
    assert "No count has been entered yet." in text(champion.get(USAGE))
    assert "No evaluation has been entered yet." in text(champion.get(EVALUATIONS))
    assert "Nothing has been told yet." in text(champion.get(DEVELOPMENTS))


def test_a_count_is_entered_listed_and_corrected(champion: FlaskClient, film: UUID) -> None:
    answer = send(champion, f"{USAGE}/new", count(film, rated="10", rated_useful="9"))
    assert answer.status_code == 303, text(answer)
    page = text(champion.get(USAGE))
    assert "1,240 completions" in page and "9 of 10 (90 %)" in page and "1 to 1 of 1 count" in page
    path = address(champion, USAGE)
    assert send(champion, path, count(film, number="1250")).status_code == 303
    assert "1,250 completions" in text(champion.get(USAGE))


def test_the_list_is_narrowed_in_its_address(champion: FlaskClient, film: UUID) -> None:
    send(champion, f"{USAGE}/new", count(film))
    year = ago(10).year
    assert "1,240" in text(champion.get(f"{USAGE}?resource={film}&year={year}"))
    assert "1,240" in text(champion.get(f"{USAGE}?resource=nonsense&year=12&page=99"))
    other = factories.national_resource("other", "Another film")
    assert "No count is like this." in text(champion.get(f"{USAGE}?resource={other}"))


def said_twice(page: str, *wanted: str) -> None:
    """In the summary and beside its field."""
    summary, beside = page.split('class="nhsuk-error-summary"', 1)[1].split("</ul>", 1)
    messages = [each[:400] for each in beside.split('class="nhsuk-error-message"')[1:]]
    for words in wanted:
        assert words in summary and any(words in each for each in messages), words


def test_all_that_is_wrong_with_a_count_is_said_at_once(champion: FlaskClient, film: UUID) -> None:
    """What cannot be read hides nothing of what a rule refuses: a second round would be a second fright."""
    late = on("period_until", ago(-5))
    typed = count(film, number="many", **late, rated="5", rated_useful="9", note="She is 943 476 5919")
    page = send(champion, f"{USAGE}/new", typed).get_data(as_text=True)
    said_twice(
        page,
        "must be a whole number",
        "The last day must be today or in the past",
        "No more people can have found it useful than rated it",
    )
    assert page.count("NHS number") >= 2
    assert 'value="many"' in page and "She is 943 476 5919" in page
    assert "cannot have been read before" not in page, "the day it was read is right"
    unread = {"period_until-month": "x", "resource_id": "", "rated_useful": "few", "rated": ""}
    page = send(champion, f"{USAGE}/new", count(film, **unread)).get_data(as_text=True)
    said_twice(page, "must be a real date", "Choose the training", "like 120")
    assert "Enter how many people rated it" in page and "must not be before the first day" not in page


def test_a_count_that_is_there_already_is_said_with_the_rest(champion: FlaskClient, film: UUID) -> None:
    assert send(champion, f"{USAGE}/new", count(film)).status_code == 303
    for wrong in ({"number": "many"}, {"rated": "5"}):
        page = text(send(champion, f"{USAGE}/new", count(film, **wrong)))
        assert "This count is there already" in page and "1,240 completions" in page
        longer = count(film, **on("period_from", ago(120)), **wrong)
        page = text(send(champion, f"{USAGE}/new", longer))
        assert "Tick this if the count is right all the same" in page and "1,240 completions" in page
    for unread in ({"counted": ""}, {"period_from-day": "x"}, {"resource_id": ""}, {"source": ""}):
        page = text(send(champion, f"{USAGE}/new", count(film, **unread)))
        assert "there already" not in page and "Tick this" not in page, "nobody knows yet what is counted"


def test_all_that_is_wrong_with_an_evaluation_is_said_at_once(champion: FlaskClient, film: UUID) -> None:
    known = {"resource_id": str(film), "method": "Before and after"}
    typed = {**known, "sample_size": "many", "result": "shows_effect", "link": "ftp://files.example"}
    answer = send(champion, f"{EVALUATIONS}/new", {**typed, **on("evaluated_on", ago(-5))})
    said_twice(
        answer.get_data(as_text=True),
        "must be a whole number",
        "The day on which it was finished must be today or in the past",
        "Say with whom it was evaluated",
        "Say what was found",
        "The link must be a web address",
    )
    unread = {"resource_id": "", "method": "", "evaluated_on-day": "x", "result": "in_hand"}
    page = send(champion, f"{EVALUATIONS}/new", {**typed, **unread}).get_data(as_text=True)
    said_twice(
        page,
        "Choose the training",
        "Say how it is evaluated",
        "The day on which it was finished must",
        "Choose what it shows, or leave the day empty",
    )


def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(champion: FlaskClient, film: UUID) -> None:
    answer = send(
        champion,
        f"{USAGE}/new",
        count(
            film, number="many", rated="3", rated_useful="4", note="Keep this", **on("period_until", ago(-1))
        ),
    )
    assert answer.status_code == 422
    assert "The answer to “How many?” must be a whole number" in text(answer)
    answer = send(
        champion,
        f"{USAGE}/new",
        count(film, rated="3", rated_useful="4", note="Keep this", **on("period_until", ago(-1))),
    )
    page = text(answer)
    assert answer.status_code == 422 and "Keep this" in page
    assert "The last day must be today or in the past" in page
    assert "No more people can have found it useful than rated it" in page


def test_the_same_count_twice_leads_to_the_first(champion: FlaskClient, film: UUID) -> None:
    send(champion, f"{USAGE}/new", count(film))
    first = address(champion, USAGE)
    answer = send(champion, f"{USAGE}/new", count(film, number="7", source="platform report"))
    assert answer.status_code == 422
    assert "This count is there already" in text(answer)
    assert f'href="{first}"' in answer.get_data(as_text=True)


def test_overlapping_days_are_asked_about(champion: FlaskClient, film: UUID) -> None:
    send(champion, f"{USAGE}/new", count(film))
    second = count(film, number="300", **on("period_from", ago(40)))
    assert 'name="anyway"' not in champion.get(f"{USAGE}/new").get_data(as_text=True)
    answer = send(champion, f"{USAGE}/new", second)
    assert answer.status_code == 422 and "Days of this period are counted already" in text(answer)
    assert 'name="anyway"' in answer.get_data(as_text=True)
    assert send(champion, f"{USAGE}/new", {**second, "anyway": "y"}).status_code == 303
    assert len(queries.list_usage_of(film, demonstration=True)) == 2


def test_sent_twice_is_one_count(champion: FlaskClient, film: UUID) -> None:
    fields = {**hidden(champion, f"{USAGE}/new"), **count(film)}
    answers = [champion.post(f"{USAGE}/new", data=fields) for _time in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert len(queries.list_usage_of(film, demonstration=True)) == 1


def test_the_second_editor_sees_both_texts(
    app: Flask, champion: FlaskClient, trust: OrganisationRef, film: UUID
) -> None:
    send(champion, f"{USAGE}/new", count(film))
    path = address(champion, USAGE)
    other = factories.signed_in_client(app, factories.person(Role.CHAMPION, trust))
    opened = hidden(other, path)
    send(champion, path, count(film, number="1300"))
    answer = other.post(path, data={**opened, **count(film, number="1400")})
    page = text(answer)
    assert answer.status_code == 409 and "Asha Patel saved this" in page
    assert "1300" in page and "1400" in page


def test_a_mistake_is_kept_and_counts_nowhere(champion: FlaskClient, film: UUID) -> None:
    send(champion, f"{USAGE}/new", count(film))
    path = address(champion, USAGE, "mistaken")
    assert send(champion, path, {"reason": ""}).status_code == 422
    assert send(champion, path, {"reason": "It was another film’s"}).status_code == 303
    page = text(champion.get(USAGE))
    assert "Entered by mistake" in page and "It was another film’s" in page
    assert queries.list_usage_of(film, demonstration=True) == []


def test_a_draft_is_offered_again(champion: FlaskClient, film: UUID) -> None:
    token = factories.csrf_of(champion.get(f"{USAGE}/new").get_data(as_text=True))
    champion.post("/drafts", data={"_path": f"{USAGE}/new", "number": "77", "csrf_token": token})
    assert "We kept what you had typed here" in text(champion.get(f"{USAGE}/new"))
    assert 'value="77"' in champion.get(f"{USAGE}/new?draft=1").get_data(as_text=True)


def test_a_closed_organisation_is_read_only(app: Flask, film: UUID) -> None:
    closed = factories.organisation("X00102", closed_on=ago(30))
    champion = factories.signed_in_client(app, factories.person(Role.CHAMPION, closed))
    for word in ("usage", "evaluations", "developments"):
        home = f"/organisations/X00102/{word}"
        assert "This organisation has closed." in text(champion.get(home))
        assert champion.get(f"{home}/new").status_code == 403


def test_what_was_retired_since_is_marked_where_it_was_counted_and_evaluated(
    champion: FlaskClient, film: UUID
) -> None:
    send(champion, f"{USAGE}/new", count(film))
    method = {"resource_id": str(film), "method": "Before and after", "result": "in_hand"}
    send(champion, f"{EVALUATIONS}/new", method)
    for page in (USAGE, EVALUATIONS):
        assert "Retired on" not in text(champion.get(page))
    lead, code = factories.identity_of(factories.person(Role.NATIONAL_LEAD)), "sepsis-film"
    with writing():
        actions.retire_national(lead, code, on=date(2026, 1, 31), reason="Out of date", version=1)
    for page in (USAGE, EVALUATIONS):
        assert "Retired on 31 January 2026" in text(champion.get(page)), page


def test_a_method_in_hand_gets_its_result(champion: FlaskClient, film: UUID) -> None:
    method = {"resource_id": str(film), "method": "Before and after", "result": "in_hand"}
    assert send(champion, f"{EVALUATIONS}/new", dict(method)).status_code == 303
    assert "Method in hand" in text(champion.get(EVALUATIONS))
    path = address(champion, EVALUATIONS)
    answer = send(champion, path, {**method, "result": "shows_effect"})
    assert answer.status_code == 422
    assert "Enter the day on which the evaluation was finished" in text(answer)
    answer = send(
        champion,
        path,
        {**method, "link": "ftp://a.example", "result": "unclear", **on("evaluated_on", ago(3))},
    )
    assert answer.status_code == 422 and "web address that starts with https://" in text(answer)
    done = {**method, "result": "shows_effect", "sample_size": "40", **on("evaluated_on", ago(3))}
    answer = send(champion, path, done)
    assert answer.status_code == 422
    for problem in (
        "Say with whom it was evaluated, as it is finished",
        "Say what was found, as it is finished",
        "Enter a link to the report, or choose evidence below, as it is finished",
    ):
        # In the summary of problems, and beside the field.
        assert text(answer).count(problem) == 2, problem
    assert send(champion, path, {**done, **PROOF}).status_code == 303
    page = text(champion.get(EVALUATIONS))
    assert "It shows an effect" in page and "40 people" in page
    path = address(champion, EVALUATIONS, "mistaken")
    assert send(champion, path, {"reason": "Another film"}).status_code == 303
    assert "Entered by mistake" in text(champion.get(EVALUATIONS))


PROOF = {"sample": "Nurses", "finding": "They knew more", "link": "https://reports.example/film"}


def course(**more: object) -> dict[str, object]:
    return {
        "title": "A course for wards", "what": "Two hours with cases", "reach": "local", "staff": ["03"],
        "settings": ["hospital"], "patients": "adults", "stage": "planned", **on("announced_on", ago(20)), **more,
    }  # fmt: skip


def test_new_training_is_told_and_everybody_reads_it(
    app: Flask, champion: FlaskClient, trust: OrganisationRef
) -> None:
    assert send(champion, f"{DEVELOPMENTS}/new", course()).status_code == 303
    other = factories.organisation("X00103", "Southmoor Hospitals")
    theirs = factories.signed_in_client(app, factories.person(Role.CHAMPION, other))
    home = "/organisations/X00103/developments"
    found = {"overlap_with": "The course of Northmoor", **on("overlap_found_on", ago(2))}
    begun = {
        "stage": "under_way",
        **on("starts_on", ago(30)),
        "title": "Sepsis on the ward",
        "reach": "national",
    }
    assert send(theirs, f"{home}/new", course(**begun, **found)).status_code == 303
    page = text(app.test_client().get("/resources/funding"))
    assert "1 of 2 announced before work began" in page
    assert "0 settled of 1 found; 2 developments and 1 resource in 1 group may overlap" in page
    assert "A course for wards" in page and "Southmoor Hospitals" in page and "Asha" not in page
    narrowed = text(app.test_client().get("/resources/funding?reach=national&stage=under_way&q=WARD"))
    assert "Two hours with cases" in narrowed and "1 to 1 of 1 development" in narrowed
    assert "No new training is like this." in text(app.test_client().get("/resources/funding?stage=stopped"))


def test_more_of_everything_asks_no_more_of_the_database(champion: FlaskClient, film: UUID) -> None:
    def asked() -> list[int]:
        found = []
        for path in ("/resources/funding", "/resources/sepsis-film", USAGE, EVALUATIONS, DEVELOPMENTS):
            champion.get(path)
            with counted(db.engine) as statements:
                assert champion.get(path).status_code == 200
            found.append(len(statements))
        return found

    def fill(number: int) -> None:
        method = {"resource_id": str(film), "method": f"Method {number}", "result": "in_hand"}
        assert send(champion, f"{USAGE}/new", count(film, source=f"Report {number}")).status_code == 303
        assert send(champion, f"{EVALUATIONS}/new", method).status_code == 303
        assert send(champion, f"{DEVELOPMENTS}/new", course(title=f"Course {number}")).status_code == 303

    fill(0)
    before = asked()
    for number in range(1, 4):
        fill(number)
    assert asked() == before


def test_the_resources_own_page_shows_use_and_evaluations_and_no_author(
    app: Flask, champion: FlaskClient, film: UUID
) -> None:
    visitor = app.test_client()
    assert "Nobody has recorded yet how much it is used." in text(visitor.get("/resources/sepsis-film"))
    send(champion, f"{USAGE}/new", count(film, note="A note of our own"))
    done = {"method": "Before and after", "result": "shows_effect", **on("evaluated_on", ago(3)), **PROOF}
    send(champion, f"{EVALUATIONS}/new", {"resource_id": str(film), **done})
    page = text(visitor.get("/resources/sepsis-film"))
    assert "1,240 completions" in page and "Northmoor Hospitals (X00101)" in page
    assert "It shows an effect" in page and "1 evaluation, including those still under way." in page
    assert "recorded by Northmoor Hospitals (X00101), not reviewed by the national team" in page
    assert "It counts as proven to work" in page
    assert "A note of our own" not in page and "Asha" not in page


def test_the_page_shows_both_when_a_later_evaluation_found_no_effect(
    app: Flask, champion: FlaskClient, film: UUID
) -> None:
    done = {"resource_id": str(film), "method": "Before and after", **PROOF}
    shows = {"result": "shows_effect", **on("evaluated_on", ago(9))}
    none = {"result": "no_effect", **on("evaluated_on", ago(3))}
    send(champion, f"{EVALUATIONS}/new", {**done, **shows})
    send(champion, f"{EVALUATIONS}/new", {**done, **none})
    page = text(app.test_client().get("/resources/sepsis-film"))
    assert "It shows an effect" in page and "It shows no effect" in page
    assert "It does not count as proven to work" in page


def test_the_national_body_s_own_evaluation_is_not_called_unreviewed(app: Flask, film: UUID) -> None:
    body = factories.organisation("X00109", "A national body", kind=OrganisationKind.NATIONAL_BODY)
    lead = factories.signed_in_client(app, factories.person(Role.TRUST_LEAD, body))
    method = {"resource_id": str(film), "method": "Interviews", "result": "in_hand"}
    assert send(lead, "/organisations/X00109/evaluations/new", method).status_code == 303
    page = text(app.test_client().get("/resources/sepsis-film"))
    assert "recorded by A national body (X00109)" in page and "not reviewed" not in page


def test_a_long_list_of_evaluations_and_counts_says_how_many_and_leads_to_all(
    app: Flask, trust: OrganisationRef, film: UUID
) -> None:
    who = factories.identity_of(factories.person(Role.CHAMPION, trust))
    with writing():
        for number in range(52):
            actions.add_evaluation(who, trust, EvaluationFacts(film, f"Method {number}"))
        for number in range(14):
            facts = UsageFacts(
                film, Counted.VIEWS, 5, ago(100), ago(10), f"Report {number}", ago(5)
            )  # fmt: skip
            actions.add_usage(who, trust, facts)
    visitor = app.test_client()
    page = visitor.get("/resources/sepsis-film")
    assert "The 50 youngest of 52 evaluations" in text(page) and "The 12 youngest of 14 counts" in text(page)
    assert text(page).count("Method in hand") == 50
    assert 'href="?evaluations=all#evaluations"' in page.text and 'href="?usage=all#usage"' in page.text
    every = text(visitor.get("/resources/sepsis-film?evaluations=all"))
    assert every.count("Method in hand") == 52 and "52 evaluations" in every and "The 50" not in every
    assert text(visitor.get("/resources/sepsis-film?usage=all")).count("5 views") == 14


def test_the_same_title_and_missing_answers_are_refused(champion: FlaskClient) -> None:
    send(champion, f"{DEVELOPMENTS}/new", course())
    answer = send(champion, f"{DEVELOPMENTS}/new", course(title="A COURSE for wards", what="Kept words"))
    assert answer.status_code == 422 and "Kept words" in text(answer)
    assert "There is a development with this title already" in text(answer)
    answer = send(champion, f"{DEVELOPMENTS}/new", course(title="Other", staff=[], settings=[]))
    assert "Choose who it is for" in text(answer) and "Choose where they work" in text(answer)


def test_the_national_lead_says_who_funds_what(app: Flask, national: FlaskClient) -> None:
    path, visitor = "/resources/sepsis-film/funding", app.test_client()
    assert "recorded for 0 of 1" in text(visitor.get("/resources/funding"))
    assert "Change" not in text(visitor.get("/resources/funding"))
    other = factories.signed_in_client(app, factories.person(Role.NATIONAL_LEAD))
    opened, opened_by_other = hidden(national, path), hidden(other, path)
    said = {"funder": "A fund", "developer": "A university", **on("checked_on", ago(1))}
    assert national.post(path, data={**opened, **said}).status_code == 303
    page = text(visitor.get("/resources/funding"))
    assert "recorded for 1 of 1" in page and "A university" in page
    answer = other.post(path, data={**opened_by_other, **said, "funder": "Another fund"})
    assert answer.status_code == 409 and "Nia National saved this" in text(answer)
    assert send(national, path, {**said, **on("checked_on", ago(-1))}).status_code == 422
    assert national.get("/resources/no-such/funding").status_code == 404


def test_evidence_is_ones_own(champion: FlaskClient, trust: OrganisationRef, film: UUID) -> None:
    other = factories.organisation("X00108", "Southmoor Hospitals")
    items = {}
    for where in (trust, other):
        who = factories.identity_of(factories.person(Role.CHAMPION, where))
        wanted = ItemInput(
            "A report", "", EvidenceKind.LINK, ago(9), None, "https://a.example/r", ("SEP16-12",)
        )
        with writing():
            items[where.code] = str(evidence.add_item(who, where, wanted, []).entity_id)
    answer = send(champion, f"{USAGE}/new", count(film, evidence_id=items[other.code]))
    assert answer.status_code == 422 and "Choose one of the answers listed" in text(answer)
    assert items[other.code] not in champion.get(f"{USAGE}/new").text
    assert send(champion, f"{USAGE}/new", count(film, evidence_id=items[trust.code])).status_code == 303
