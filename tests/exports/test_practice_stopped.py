"""What became of a practice and of help asked: the pack tells it, and its rows hold against the trail."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from tests import factories
from tests.exports.test_measures import pack, table
from tests.exports.test_queries import requested
from tests.factories import identity_of
from tracker.access.permissions import Role
from tracker.audit.models import AuditEvent
from tracker.catalogue.rules import OrganisationKind
from tracker.exports.readers import verify_bundle
from tracker.extensions import db
from tracker.library import actions as library
from tracker.library.rules import EvaluationFacts
from tracker.practice import actions
from tracker.practice.actions import HelpInput
from tracker.practice.rules import PracticeFacts
from tracker.web.transactions import writing

FACTS = PracticeFacts(
    "Trolley",
    "SEP16-12",
    what="One each",
    effect="Faster",
    effect_measure="Minutes",
    contact_role="Sepsis team",
)


def test_a_pack_tells_that_a_practice_was_stopped(app: Flask, tmp_path: Path) -> None:
    factories.catalogue()
    trust = factories.organisation("X00901")
    by = identity_of(factories.person(Role.CHAMPION, trust))
    lead = identity_of(factories.person(Role.NATIONAL_LEAD))
    with writing():
        row = actions.add_practice(by, trust, FACTS, send=True).entity_id
        actions.publish_practice(lead, row, version=1)
    with writing():
        actions.stop_showing(lead, row, reason="A nurse is named in it", version=2)
    with writing():
        actions.change_practice(by, trust, row, FACTS, version=3)
    content = pack(requested(["X00901"], ["SEP16-12"]), app)
    rows = [each for each in table(content, "practice.csv") if each["kind"] == "practice"]
    assert [each["state"] for each in rows] == ["sent", "published", "returned", "returned"]
    stopped = rows[2]
    event = db.session.get(AuditEvent, (trust.id, int(stopped["audit_seq"])))
    assert event is not None and event.type == "practice.stopped"
    assert (stopped["reviewed_by"], stopped["reason"]) == (str(lead.user_id), "A nurse is named in it")
    assert (stopped["published_at_utc"], rows[3]["reviewed_by"]) == ("", "")
    path = tmp_path / "pack.zip"
    path.write_bytes(content)
    assert verify_bundle(path).problems == ()


def test_a_pack_in_which_somebody_stated_that_nobody_can_be_identified_holds(
    app: Flask, tmp_path: Path
) -> None:
    factories.catalogue()
    trust = factories.organisation("X00901")
    by = identity_of(factories.person(Role.CHAMPION, trust))
    lead = identity_of(factories.person(Role.NATIONAL_LEAD))
    with writing():
        facts = replace(FACTS, what="One in the Baby Brown room")
        row = actions.add_practice(by, trust, facts, send=True, looked=True).entity_id
        actions.publish_practice(lead, row, version=1, looked=True)
        wanted = HelpInput("SEP16-12", "May we name the Baby Brown room?")
        actions.ask_help(by, trust, wanted, looked=True)
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.chain_id == trust.id))
    stated = {each.type for each in events if json.loads(each.header)["public"].get("text_checked")}
    assert stated == {"practice.sent", "practice.published", "help.asked"}
    path = tmp_path / "pack.zip"
    path.write_bytes(pack(requested(["X00901"], ["SEP16-12"]), app))
    assert verify_bundle(path).problems == ()


def test_a_pack_holds_where_it_was_stated_of_an_evaluation(app: Flask, tmp_path: Path) -> None:
    factories.catalogue()
    body = factories.organisation("X00903", "A national body", kind=OrganisationKind.NATIONAL_BODY)
    by = identity_of(factories.person(Role.CHAMPION, body))
    facts = EvaluationFacts(factories.national_resource("film", "A film"), "Asked in the Baby Brown room")
    with writing():
        kept = library.add_evaluation(by, body, facts, looked=True)
        library.change_evaluation(by, body, kept.entity_id, replace(facts, sample_size=4), version=1)
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.subject_kind == "evaluation"))
    assert [json.loads(each.header)["public"].get("text_checked") for each in events] == [True, True]
    path = tmp_path / "pack.zip"
    content = pack(requested(["X00903"], ["SEP16-06"]), app)
    path.write_bytes(content)
    assert [each["kind"] for each in table(content, "library.csv") if each["kind"] == "evaluation"] == [
        "evaluation"
    ] * 2
    assert verify_bundle(path).problems == ()
