"""The forms: the national lead keeps the programme, a national body says where items stand; nothing typed is lost."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import factories
from tests.programme.conftest import SignIn, post
from tests.programme.test_actions import file_evidence
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.catalogue.rules import OrganisationKind
from tracker.programme import actions, queries
from tracker.programme.rules import StateFacts, Status
from tracker.web.transactions import writing

RECORD = "/organisations/X00903/programme/2016-17-4/record"
MEANT = {"is_meant": "y"}
ITEM = {"kind": "item", "title": "A package for governors", "text": "Make it."}
WORKSHOP = {
    "kind": "workshop", "title": "Workshop 5", "place": "Leeds", "host": "A faculty",
    "happens_on-day": "1", "happens_on-month": "3", "happens_on-year": "2019",
}  # fmt: skip


def words(answer: TestResponse) -> str:
    main = answer.text.split("<main", 1)[1].split("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def day(name: str, text: str) -> dict[str, str]:
    return dict(zip((f"{name}-day", f"{name}-month", f"{name}-year"), text.split(), strict=True))


# --- the national lead -------------------------------------------------------------------------------------


def test_a_year_an_item_a_part_and_an_event(at_lead: FlaskClient, client: FlaskClient) -> None:
    assert 'value="2018-19"' in at_lead.get("/programme/new").text
    made = post(at_lead, "/programme/new", data={"code": "2018/2019", "is_confirmed": "y", **MEANT})
    assert (made.status_code, made.location) == (303, "/programme?year=2018-19")
    form = at_lead.get("/programme/years/2018-19/new").text
    assert "Recommendation 4:" in form
    post(at_lead, "/programme/years/2018-19/new", data={**ITEM, "serves": ["SEP16-04"]})
    part = post(at_lead, "/programme/years/2018-19/new", data={**WORKSHOP, "parent_code": "2018-19-1"})
    assert part.status_code == 303
    page = client.get("/programme?year=2018-19")
    assert "1 March 2019 , Leeds · hosted by a faculty" in words(page)
    assert "/programme/2018-19-1-a" in page.text


def test_a_year_is_added_on_purpose_because_it_stays(at_lead: FlaskClient, client: FlaskClient) -> None:
    """Everybody reads it at once, and no year is taken out again: one press is not enough."""
    page = words(at_lead.get("/programme/new"))
    assert "everybody can read this year at once" in page and "cannot be taken out again" in page
    answer = post(at_lead, "/programme/new", data={"code": "2018-19", "note": "Agreed in spring"})
    assert answer.status_code == 422 and "Tick the box if this year is to be added" in words(answer)
    assert "Agreed in spring" in answer.text and "2018-2019" not in client.get("/programme").text
    both = words(post(at_lead, "/programme/new", data={"code": "2018"}))
    assert "Tick the box if this year is to be added" in both and "the one after it" in both
    added = post(at_lead, "/programme/new", data={"code": "2018-19", **MEANT})
    assert added.status_code == 303
    assert "is_meant" not in at_lead.get("/programme/years/2018-19").text, "it is there already"


def test_what_is_asked_of_an_event_alone_is_not_kept_of_other_work(at_lead: FlaskClient) -> None:
    """A place that was typed at a piece of work was shown as where it takes place."""
    here = "/programme/years/2017-18/new"
    answer = post(at_lead, here, data={**WORKSHOP, "kind": "item", "happens_on-year": "2018"})
    assert answer.status_code == 422
    for name in ("place", "happens_on-day"):
        assert f'href="#{name}"' in answer.text
    assert (
        "choose “Workshop or other event”, or empty this" in words(answer) and 'value="Leeds"' in answer.text
    )
    late = words(post(at_lead, here, data={**WORKSHOP, "kind": "", "happens_on-year": "2018"}))
    assert "Choose what it is" in late and "or empty this" not in late, "nothing was chosen yet"
    for kind in ("workshop", "session"):
        sent = {**WORKSHOP, "kind": kind, "title": f"A {kind}", "happens_on-year": "2018"}
        assert post(at_lead, here, data=sent).status_code == 303


def test_everything_that_an_item_lacks_is_said_at_once(at_lead: FlaskClient) -> None:
    answer = post(
        at_lead, "/programme/years/2017-18/new", data={"link": "nowhere", "text": "NHS number 943 476 5919"}
    )
    assert answer.status_code == 422
    problems = words(answer).split("There is a problem")[1]
    for each in ("Choose what it is", "Say what it is called", "https://", "NHS number"):
        assert each in problems.split("What does it belong to?")[0], each
    late = post(
        at_lead, "/programme/years/2017-18/new", data={**WORKSHOP, "kind": "", "title": "", "place": ""}
    )
    assert late.status_code == 422
    first = words(late).split("There is a problem")[1].split("What does it belong to?")[0]
    assert "Choose what it is" in first and "The day must be in 2017 or 2018" in first


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(at_lead: FlaskClient) -> None:
    answer = post(at_lead, "/programme/new", data={"code": "2017-18", "note": "Agreed in spring"})
    assert answer.status_code == 422
    assert "2017-2018 is in the programme already" in words(answer) and "Agreed in spring" in answer.text
    wrong = {**WORKSHOP, "link": "javascript:alert(1)", "happens_on-year": "2030", "note": "For 943 476 5919"}
    answer = post(at_lead, "/programme/years/2017-18/new", data=wrong)
    assert answer.status_code == 422
    text = words(answer)
    assert (
        "The day must be in 2017 or 2018" in text and "https:// or http://" in text and "NHS number" in text
    )
    assert "javascript:alert(1)" in answer.text and 'value="2030"' in answer.text
    assert post(at_lead, "/programme/years/2017-18/new", data={"title": "No kind"}).status_code == 422
    assert len(queries.list_items()) == 23


def test_of_an_item_of_the_source_only_what_is_ours_is_asked(at_lead: FlaskClient) -> None:
    page = at_lead.get("/programme/2016-17-3-1-a/edit").text
    assert 'name="note"' in page and 'name="title"' not in page and "Its words stay" in page
    sent = {"note": "Moved in 2020", "link": "https://rcgp.example/toolkit", "version": "1", "title": "Mine"}
    assert post(at_lead, "/programme/2016-17-3-1-a/edit", data=sent).status_code == 303
    text = words(at_lead.get("/programme/2016-17-3-1-a"))
    assert "Our note Moved in 2020" in text and "Toolkit on the RCGP website" in text
    assert "Not given in the source; added by the national lead" in text
    year = at_lead.get("/programme/years/2016-17").text
    assert 'name="code"' not in year and 'name="is_confirmed"' not in year


def test_two_editors_of_an_item_see_both_texts(at_lead: FlaskClient) -> None:
    sent = {"note": "First", "version": "1"}
    post(at_lead, "/programme/2016-17-4/edit", data=sent)
    answer = post(at_lead, "/programme/2016-17-4/edit", data={**sent, "note": "Second"})
    assert answer.status_code == 409
    text = words(answer)
    assert "Somebody else saved this first" in text and "Nia National" in text
    assert "First" in text and "Second" in answer.text
    answer = post(at_lead, "/programme/years/2016-17", data={"note": "A", "version": "7"})
    assert answer.status_code == 409


def test_taking_an_item_out(at_lead: FlaskClient) -> None:
    post(at_lead, "/programme/new", data={"code": "2018-19", **MEANT})
    post(at_lead, "/programme/years/2018-19/new", data=ITEM)
    post(at_lead, "/programme/years/2018-19/new", data={**WORKSHOP, "parent_code": "2018-19-1"})
    page = at_lead.get("/programme/2018-19-1/take-out")
    assert "1 part goes with it" in words(page)
    assert post(at_lead, "/programme/2018-19-1/take-out", data={"version": "1"}).status_code == 422
    answer = post(at_lead, "/programme/2018-19-1/take-out", data={"reason": "Twice", "version": "1"})
    assert answer.status_code == 303
    assert at_lead.get("/programme/2018-19-1/edit").status_code == 403
    assert (
        post(at_lead, "/programme/2016-17-4/take-out", data={"reason": "Old", "version": "1"}).status_code
        == 403
    )


def test_an_item_of_the_source_is_not_offered_to_be_taken_out(at_lead: FlaskClient) -> None:
    assert at_lead.get("/programme/2016-17-4/take-out").status_code == 403
    assert (
        post(at_lead, "/programme/2016-17-4/take-out", data={"reason": "Why not", "version": "1"}).status_code
        == 403
    )
    assert queries.get_item("2016-17-4").retired_reason == ""


def test_sent_twice_is_one_year_and_one_item(at_lead: FlaskClient) -> None:
    for _again in range(2):
        sent = {"code": "2018-19", "idempotency_key": "k" * 32, **MEANT}
        assert post(at_lead, "/programme/new", data=sent).status_code == 303
    for _again in range(2):
        sent = {**ITEM, "idempotency_key": "i" * 32}
        assert post(at_lead, "/programme/years/2018-19/new", data=sent).status_code == 303
    assert len(queries.list_items()) == 24


# --- the national body -------------------------------------------------------------------------------------


def test_saying_where_an_item_stands(at_body: FlaskClient, by: Identity, body: OrganisationRef) -> None:
    evidence = file_evidence(by, body)
    form = at_body.get(RECORD)
    assert form.status_code == 200 and "Minutes" in form.text
    assert "Everybody can read what you write here, but not the evidence and not who wrote it." in words(form)
    sent = {
        "status": "under_way", "owner": "Education team", "summary": "A film is cut", "version": "0",
        "evidence_ids": evidence, **day("due_on", "1 3 2026"),
    }  # fmt: skip
    answer = post(at_body, RECORD, data=sent)
    assert (answer.status_code, answer.location) == (303, "/organisations/X00903/programme/2016-17-4")
    page = at_body.get(answer.location)
    text = words(page)
    assert "Overdue: it was due on 1 March 2026, and it is under way." in text
    assert f"/evidence/{evidence}" in page.text and "Bo Member" in text
    listed = words(at_body.get("/organisations/X00903/programme"))
    assert "1 of 20 items have been spoken of; 1 is overdue." in listed
    assert "3 more are answered with a recommendation, and left out here" in listed
    assert "1 item" in words(at_body.get("/organisations/X00903/programme?status=overdue"))
    assert "1 piece of evidence" in words(at_body.get("/programme/2016-17-4"))
    assert evidence not in at_body.get("/programme/2016-17-4").text


def test_the_history_leads_to_what_was_said(at_body: FlaskClient) -> None:
    sent = {"status": "planned", "owner": "Education team", "version": "0"}
    assert post(at_body, RECORD, data=sent).status_code == 303
    page = at_body.get("/organisations/X00903/history").text
    assert 'recorded <a href="/organisations/X00903/programme/2016-17-4">“' in page


def test_what_a_status_needs_is_said_in_the_box_that_it_opens(
    at_body: FlaskClient, body: OrganisationRef
) -> None:
    tomorrow = {"status": "done", "summary": "Done", **day("done_on", "1 3 2035")}
    answer = post(at_body, RECORD, data=tomorrow)
    assert answer.status_code == 422 and "must be today or in the past" in words(answer)
    assert 'value="2035"' in answer.text
    answer = post(at_body, RECORD, data={"status": "stopped", "summary": "Half made"})
    assert 'href="#stopped_reason"' in answer.text and "Half made" in answer.text
    answer = post(at_body, RECORD, data={"status": "replaced"})
    assert 'href="#replaced_reason"' in answer.text
    answer = post(at_body, RECORD, data={})
    assert "Choose where it stands" in words(answer)
    answer = post(at_body, RECORD, data={"status": "planned", "owner": "Team", "link": "nhs.uk"})
    assert answer.status_code == 422 and "nhs.uk" in answer.text
    assert queries.list_states([body.id]) == []


def test_a_reason_is_kept_with_its_status(at_body: FlaskClient, body: OrganisationRef) -> None:
    sent = {"status": "replaced", "replaced_reason": "A newer film"}
    assert post(at_body, RECORD, data=sent).status_code == 303
    (row,) = queries.list_states([body.id])
    assert (row.status, row.reason) == (Status.REPLACED, "A newer film")
    assert "A newer film</textarea>" in at_body.get(RECORD).text


def test_what_was_typed_in_the_box_of_another_answer_is_not_let_go_without_a_word(
    at_body: FlaskClient, body: OrganisationRef
) -> None:
    """Without any script all boxes are open, and with one a box that was filled in can be closed again."""
    sent = {
        "status": "under_way",
        "owner": "A team",
        "stopped_reason": "The money ended",
        **day("done_on", "1 3 2020"),
    }
    answer = post(at_body, RECORD, data=sent)
    assert answer.status_code == 422 and queries.list_states([body.id]) == []
    said = words(answer)
    assert "“Why was it stopped?” is filled in, and goes with “Stopped”" in said
    assert "“When was it done?” is filled in, and goes with “Done”" in said
    assert "The money ended</textarea>" in answer.text and 'value="2020"' in answer.text
    stopped = {"status": "stopped", "stopped_reason": "The money ended"}
    assert post(at_body, RECORD, data=stopped).status_code == 303
    again = {**stopped, "status": "under_way", "owner": "A team", "version": "1"}
    assert post(at_body, RECORD, data=again).status_code == 303, (
        "what stands in the history already is not lost"
    )
    (row,) = queries.list_states([body.id])
    assert (row.status, row.reason) == (Status.UNDER_WAY, "")


def test_two_who_say_it_and_one_who_says_it_twice(
    at_body: FlaskClient, by: Identity, body: OrganisationRef
) -> None:
    sent = {"status": "planned", "owner": "Team one", "version": "0", "idempotency_key": "s" * 32}
    for _again in range(2):
        assert post(at_body, RECORD, data=sent).status_code == 303
    (row,) = queries.list_states([body.id])
    assert row.version == 1
    answer = post(at_body, RECORD, data={**sent, "owner": "Team two", "idempotency_key": "t" * 32})
    assert answer.status_code == 409
    assert (
        "Bo Member saved this" in words(answer) and "Team one" in words(answer) and "Team two" in answer.text
    )


def test_without_evidence_the_form_says_where_to_add_it(at_body: FlaskClient) -> None:
    assert "/organisations/X00903/evidence/new" in at_body.get(RECORD).text


def test_other_kinds_of_organisation_have_no_such_page(sign_in: SignIn) -> None:
    trust = factories.organisation("X00905")
    browser = sign_in(factories.person(Role.CHAMPION, trust))
    for path in ("", "/2016-17-4", "/2016-17-4/record"):
        assert browser.get(f"/organisations/X00905/programme{path}").status_code == 404
    assert post(browser, "/organisations/X00905/programme/2016-17-4/record", data={}).status_code == 404


def test_who_reads_and_who_writes(sign_in: SignIn, body: OrganisationRef, at_lead: FlaskClient) -> None:
    other = factories.organisation("X00904", kind=OrganisationKind.NATIONAL_BODY)
    stranger = sign_in(factories.person(Role.CHAMPION, other))
    auditor = sign_in(factories.person(Role.AUDITOR, body))
    here = "/organisations/X00903/programme"
    assert [who.get(here).status_code for who in (at_lead, auditor, stranger)] == [200, 200, 404]
    assert [who.get(RECORD).status_code for who in (at_lead, auditor, stranger)] == [403, 403, 404]
    assert "/record" not in at_lead.get(here).text


def test_a_closed_body_is_read_only(sign_in: SignIn) -> None:
    closed = factories.organisation(
        "X00906", kind=OrganisationKind.NATIONAL_BODY, closed_on=date(2023, 3, 31)
    )
    browser = sign_in(factories.person(Role.CHAMPION, closed))
    here = "/organisations/X00906/programme"
    assert "has closed" in browser.get(here).text and "/record" not in browser.get(here).text
    assert browser.get(f"{here}/2016-17-4/record").status_code == 403
    assert post(browser, f"{here}/2016-17-4/record", data={"status": "planned"}).status_code == 403


def test_the_list_stays_narrowed_by_its_address(
    at_body: FlaskClient, by: Identity, body: OrganisationRef
) -> None:
    with writing():
        stopped = StateFacts(Status.STOPPED, reason="No money")
        actions.record_state(by, body, "2017-18-1", stopped, version=0)
    here = "/organisations/X00903/programme"
    one = words(at_body.get(f"{here}?status=stopped&year=2017-18"))
    assert one.endswith("1 item") and "1 to 1" not in one
    assert "Nothing here fits" in words(at_body.get(f"{here}?status=stopped&year=2016-17"))
    assert "1 to 23 of 23 items" in words(at_body.get(here))
