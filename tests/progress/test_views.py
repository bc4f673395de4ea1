"""Recording progress over HTTP, with real files and a real database."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests import factories
from tracker.access.permissions import Role
from tracker.audit.models import AuditEvent
from tracker.evidence.models import EvidenceFile, EvidenceItem
from tracker.extensions import db
from tracker.progress.models import ProgressEntry, ReliedOn

REC = "SEP16-12"


@pytest.fixture
def trust(app: Flask):
    factories.catalogue()
    return factories.organisation("X00101", "Northmoor University Hospitals")


@pytest.fixture
def champion(app: Flask, trust):
    return factories.signed_in_client(app, factories.person(Role.CHAMPION, trust, name="Sam Champion"))


@pytest.fixture
def lead(app: Flask, trust):
    return factories.signed_in_client(app, factories.person(Role.TRUST_LEAD, trust, name="Lou Lead"))


def address(code: str = REC, rest: str = "/progress") -> str:
    return f"/organisations/X00101/recommendations/{code}{rest}"


def step(client, code: str = REC, *, follow: bool = False, **fields):
    page = client.get(address(code)).get_data(as_text=True)
    data = {
        "csrf_token": factories.csrf_of(page),
        "version": page.split('name="version" value="')[1].split('"')[0]
        if 'name="version" value="' in page
        else page.split('name="version"')[1].split('value="')[1].split('"')[0],
        "idempotency_key": page.split('name="idempotency_key" value="')[1].split('"')[0],
        **fields,
    }
    return client.post(address(code), data=data, content_type="multipart/form-data", follow_redirects=follow)


def in_place(**more):
    return {
        "delivery": "delivered",
        "summary": "A named champion in 11 of our 12 departments.",
        "delivered_on-day": "1",
        "delivered_on-month": "9",
        "delivered_on-year": "2025",
        **more,
    }


def a_text_file(name: str = "rota.txt", text: str = "Champion rota, autumn"):
    return (io.BytesIO(text.encode()), name)


def entries() -> list[ProgressEntry]:
    return list(db.session.scalars(select(ProgressEntry).order_by(ProgressEntry.version)))


def test_a_step_with_its_proof_is_one_form(champion) -> None:
    answer = step(champion, **in_place(files=[a_text_file()]))
    assert answer.status_code == 303
    (entry,) = entries()
    assert (entry.delivery, entry.delivered_on, entry.version) == ("delivered", date(2025, 9, 1), 1)
    item = db.session.scalars(select(EvidenceItem)).one()
    assert item.title == "Rota"
    page = champion.get("/organisations/X00101").get_data(as_text=True)
    assert "In place, evidence waiting to be checked (1)" in page
    types = list(
        db.session.scalars(
            select(AuditEvent.type).where(AuditEvent.type.like("%.%")).order_by(AuditEvent.seq)
        )
    )
    assert {"progress.recorded", "evidence.added", "evidence.file_added"} <= set(types)


def test_nothing_typed_is_lost_when_a_field_fails(champion) -> None:
    answer = step(champion, **in_place(summary="", files=[a_text_file()], note="After the board meeting"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "There is a problem" in page
    assert "Say in one or two sentences what is in place now." in page
    assert "After the board meeting" in page
    assert "rota.txt" in page and 'name="held"' in page
    assert entries() == []
    held = page.split('name="held" value="')[1].split('"')[0]
    again = step(champion, **in_place(held=held))
    assert again.status_code == 303
    assert db.session.scalar(select(func.count()).select_from(EvidenceFile)) == 1


def test_a_date_ahead_is_refused_beside_the_field(champion) -> None:
    ahead = date.today() + timedelta(days=2)
    dated = {
        "delivered_on-day": ahead.day,
        "delivered_on-month": ahead.month,
        "delivered_on-year": ahead.year,
    }
    answer = step(champion, **in_place(**dated))
    assert answer.status_code == 422
    assert "must be today or in the past" in answer.get_data(as_text=True)


def test_a_champion_cannot_say_checked(champion, trust) -> None:
    step(champion, **in_place(files=[a_text_file()]))
    answer = step(
        champion,
        **in_place(
            delivery="assured",
            forum="Group",
            **{"forum_on-day": "1", "forum_on-month": "10", "forum_on-year": "2025"},
        ),
    )
    assert answer.status_code == 422
    assert len(entries()) == 1


def test_a_lead_agrees_and_the_evidence_is_frozen(champion, lead) -> None:
    step(champion, **in_place(files=[a_text_file()]))
    meeting = {
        "forum": "Deteriorating Patient Group",
        "forum_on-day": "14",
        "forum_on-month": "10",
        "forum_on-year": "2025",
    }
    answer = step(lead, **in_place(delivery="assured", **meeting))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    relied = db.session.scalars(select(ReliedOn)).one()
    assert relied.sha256 == db.session.scalars(select(EvidenceFile.sha256)).one()
    assert entries()[-1].delivery == "assured"


def test_whoever_wrote_it_cannot_agree_it(lead) -> None:
    step(lead, **in_place(files=[a_text_file()]))
    meeting = {"forum": "Group", "forum_on-day": "14", "forum_on-month": "10", "forum_on-year": "2025"}
    answer = step(lead, **in_place(delivery="assured", **meeting))
    assert answer.status_code == 422
    assert "so another lead must agree it" in answer.get_data(as_text=True)


def test_changing_the_facts_of_an_agreed_record_takes_it_back(champion, lead) -> None:
    test_a_lead_agrees_and_the_evidence_is_frozen(champion, lead)
    step(champion, **in_place(accountable_person="Lead nurse"))
    assert entries()[-1].delivery == "assured"
    assert entries()[-1].accountable_person == "Lead nurse"
    step(champion, **in_place(summary="Now in all 12 departments."))
    assert entries()[-1].delivery == "delivered"


def test_going_back_needs_a_reason(champion) -> None:
    step(champion, **in_place())
    refused = step(champion, delivery="in_progress")
    assert refused.status_code == 422
    assert "Say why this went back" in refused.get_data(as_text=True)
    assert step(champion, delivery="in_progress", reason="The champion left").status_code == 303


def test_two_editors_lose_nothing(champion, lead) -> None:
    page = champion.get(address()).get_data(as_text=True)
    step(lead, delivery="in_progress", note="mine")
    data = {
        **in_place(),
        "csrf_token": factories.csrf_of(page),
        "version": "0",
        "idempotency_key": page.split('name="idempotency_key" value="')[1].split('"')[0],
    }
    answer = champion.post(address(), data=data)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert (
        "Lou Lead" in text and "A named champion in 11 of our 12 departments." in text and "Started" in text
    )
    assert len(entries()) == 1


def test_a_repeated_post_makes_one_entry(champion) -> None:
    page = champion.get(address()).get_data(as_text=True)
    data = {
        **in_place(),
        "csrf_token": factories.csrf_of(page),
        "version": "0",
        "idempotency_key": page.split('name="idempotency_key" value="')[1].split('"')[0],
    }
    first, second = champion.post(address(), data=data), champion.post(address(), data=data)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert len(entries()) == 1


def test_an_nhs_number_stops_the_save(champion) -> None:
    answer = step(champion, **in_place(summary="Patient 943 476 5919 was seen"))
    assert answer.status_code == 422
    assert "looks like an NHS number" in answer.get_data(as_text=True)
    assert entries() == []


def test_still_true_renews(champion) -> None:
    step(champion, **in_place())
    page = champion.get(address(rest="")).get_data(as_text=True)
    form = page.split("progress/confirm")[1]
    data = {
        "csrf_token": factories.csrf_of(form),
        "version": "1",
        "idempotency_key": form.split('name="idempotency_key" value="')[1].split('"')[0],
    }
    assert champion.post(address(rest="/progress/confirm"), data=data).status_code == 303
    assert [each.change for each in entries()] == ["recorded", "confirmed"]


def test_agree_several_at_one_meeting(champion, lead) -> None:
    for code in ("SEP16-09", "SEP16-12"):
        step(champion, code, **in_place(files=[a_text_file(f"{code}.txt", code)]))
    page = lead.get("/organisations/X00101/agree").get_data(as_text=True)
    data = {
        "csrf_token": factories.csrf_of(page.split("<main")[1]),
        "idempotency_key": page.split('name="idempotency_key" value="')[1].split('"')[0],
        "forum": "Deteriorating Patient Group",
        "forum_on-day": "14",
        "forum_on-month": "10",
        "forum_on-year": "2025",
        "records": ["SEP16-09:1", "SEP16-12:1"],
    }
    assert lead.post("/organisations/X00101/agree", data=data).status_code == 303
    latest = [each for each in entries() if each.superseded_at is None]
    assert {each.delivery for each in latest} == {"assured"}


def test_another_trust_is_not_found(app, champion) -> None:
    other = factories.organisation("X00102", "Elmsley")
    assert champion.get(f"/organisations/{other.code}").status_code == 404
    assert champion.get(f"/organisations/{other.code}/recommendations/{REC}/progress").status_code == 404


def test_every_problem_is_said_at_once(champion) -> None:
    typed = {"delivery": "delivered", "summary": "Patient 943 476 5919 was seen", "link": "not an address"}
    answer = step(champion, **typed, files=[(io.BytesIO(b"MZ"), "minutes.exe")])
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for said in ("minutes.exe", "looks like an NHS number", "Enter the date since when this is in place."):
        assert said in page
    assert "Patient 943 476 5919 was seen" in page
    assert entries() == []


def test_what_went_back_is_no_longer_in_place_since_a_day(champion) -> None:
    step(champion, **in_place())
    step(champion, **in_place(delivery="in_progress", reason="The champion left"))
    assert entries()[-1].delivered_on is None
    page = champion.get(address(rest="")).get_data(as_text=True)
    assert "In place since" not in page.split('id="history"')[0]


@pytest.mark.parametrize("where", ["confirm", "agree"])
def test_ticking_nothing_leads_to_the_first_box(champion, lead, where) -> None:
    step(champion, **in_place(files=[a_text_file()]))
    page = lead.get(f"/organisations/X00101/{where}").get_data(as_text=True)
    meeting = {"forum": "Group", "forum_on-day": "14", "forum_on-month": "10", "forum_on-year": "2025"}
    data = {"csrf_token": factories.csrf_of(page.split("<main")[1]), **meeting}
    answer = lead.post(f"/organisations/X00101/{where}", data=data)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'href="#records"' in text and 'id="records"' in text
    assert text.count("Tick at least one recommendation.") == 2


def test_the_meeting_and_the_ticks_are_asked_for_together(champion, lead) -> None:
    step(champion, **in_place(files=[a_text_file()]))
    page = lead.get("/organisations/X00101/agree").get_data(as_text=True)
    data = {"csrf_token": factories.csrf_of(page.split("<main")[1])}
    text = lead.post("/organisations/X00101/agree", data=data).get_data(as_text=True)
    assert "Enter the meeting that agreed them" in text and "Tick at least one recommendation." in text
    summary = text.split("There is a problem")[1].split("</ul>")[0]
    assert re.findall(r'href="#([^"]+)"', summary) == ["forum", "forum_on-day", "records"]


def keep(client, path: str, **fields) -> None:
    """What the browser sends by itself while somebody types."""
    page = client.get("/account").get_data(as_text=True)
    client.post("/drafts", data={"csrf_token": factories.csrf_of(page), "_path": path, **fields})


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (address(), {"delivery": "in_progress", "summary": "Half a sentence"}),
        (address(rest="/actions/new"), {"title": "Half a sentence"}),
        ("/organisations/X00101/agree", {"forum": "Half a sentence"}),
    ],
)
def test_what_was_typed_is_offered_and_can_be_discarded(champion, lead, path, fields) -> None:
    step(champion, "SEP16-09", **in_place(files=[a_text_file()]))
    keep(lead, path, **fields)
    offered = lead.get(path).get_data(as_text=True)
    assert 'href="?draft=1"' in offered and "Half a sentence" not in offered
    taken = lead.get(f"{path}?draft=1").get_data(as_text=True)
    assert "Half a sentence" in taken and "It is not saved yet" in taken
    data = {"csrf_token": factories.csrf_of(taken), "path": path}
    assert lead.post("/drafts/discard", data=data).status_code == 303
    assert "?draft=1" not in lead.get(path).get_data(as_text=True)


def test_an_action_saved_leaves_no_draft(champion) -> None:
    path = address(rest="/actions/new")
    keep(champion, path, title="Name a deputy")
    page = champion.get(f"{path}?draft=1").get_data(as_text=True)
    data = {"csrf_token": factories.csrf_of(page), "title": "Name a deputy"}
    assert champion.post(path, data=data).status_code == 303
    assert "?draft=1" not in champion.get(path).get_data(as_text=True)
