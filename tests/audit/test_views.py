"""The audit trail over HTTP: in plain words, narrowed by the address, and never beyond somebody's scope."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import factories
from tests.factories import Person
from tests.page import TrackerClient
from tracker import clock
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.audit.actions import open_chain, record
from tracker.audit.rules import Detail, describe
from tracker.database import WRITING
from tracker.extensions import db
from tracker.library.rules import Counted, EvaluationResult, Reach, StaffGroup, Stage
from tracker.measures.alignment.rules import Result
from tracker.web.transactions import writing

Browse = Callable[[Person], FlaskClient]


class Hers(TrackerClient):
    """Each request in a context of its own, as on a server."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **kwargs)


@dataclass(frozen=True)
class World:
    ours: OrganisationRef
    theirs: OrganisationRef
    champion: Person
    lead: Person
    national: Person
    auditor: Person
    administrator: Person


@pytest.fixture
def world(app: Flask) -> World:
    app.test_client_class = Hers
    WRITING.set(False)
    factories.catalogue()
    ours = factories.organisation("X00101", "Northmoor University Hospitals")
    theirs = factories.organisation("X00102", "Southmoor Hospitals")
    made = World(
        ours=ours,
        theirs=theirs,
        champion=factories.person(Role.CHAMPION, ours, name="Asha Patel"),
        lead=factories.person(Role.TRUST_LEAD, theirs, name="Asha Other"),
        national=factories.person(Role.NATIONAL_LEAD, name="Nia National"),
        auditor=factories.person(Role.AUDITOR, ours, name="Ada Auditor"),
        administrator=factories.person(Role.ADMINISTRATOR, name="Ed Admin"),
    )
    changed = {
        "delivery": {"old": "in_progress", "new": "delivered"},
        "due_on": {"old": None, "new": "2026-03-31"},
    }
    told = {"summary": {"old": "", "new": "<b>A champion</b> in each department"}}
    _tell(ours.id, "progress.recorded", made.champion, changed, told)
    _tell(theirs.id, "progress.confirmed", made.lead)
    return made


def _tell(chain_id: Any, type: str, who: Person, public: Any = None, private: Any = None) -> None:
    with writing():
        subject = ("recommendation", "SEP16-12")
        record(open_chain(chain_id), type, actor_id=who.id, subject=subject, public=public, private=private)


@pytest.fixture
def browse(sign_in: Callable[[object], FlaskClient]) -> Browse:
    def browser(someone: Person) -> FlaskClient:
        client = sign_in(someone)
        db.session.rollback()
        return client

    return browser


def shown(client: FlaskClient, **query: Any) -> str:
    answer = client.get("/audit", query_string=query)
    assert answer.status_code == 200, answer.status
    return answer.get_data(as_text=True)


def test_an_event_is_told_in_plain_words(world: World, browse: Browse) -> None:
    page = shown(browse(world.auditor))
    assert "Progress recorded" in page and "Asha Patel, " in page
    assert "Northmoor University Hospitals (X00101)" in page
    assert "<del>Started</del>" in page and "<ins>In place</ins>" in page
    assert "Due: 31 March 2026" in page
    assert "&lt;b&gt;A champion&lt;/b&gt;" in page
    assert "Event 1 of this trail, fingerprint " in page


def test_an_auditor_sees_her_organisations_alone(world: World, browse: Browse) -> None:
    client = browse(world.auditor)
    page = shown(client)
    for hidden in ("X00102", "Southmoor", "Asha Other", "Catalogue read from its files</strong>"):
        assert hidden not in page
    assert "no organisation with this code" in shown(client, organisation="X00102")
    assert "no organisation with this code" in shown(client, organisation="X99999")
    assert "Nobody whom you may see" in shown(client, person="Asha Other")
    assert "Nobody whom you may see" in shown(client, person=str(world.lead.id))


def test_a_national_lead_sees_everything_and_narrows_it(world: World, browse: Browse) -> None:
    client = browse(world.national)
    page = shown(client)
    assert "X00101" in page and "X00102" in page and "<strong>Catalogue read from its files</strong>" in page
    narrowed = shown(client, organisation=" x00102 ")
    assert "Southmoor" in narrowed and "Northmoor" not in narrowed
    assert "Northmoor" not in shown(client, type="progress.confirmed")
    today = clock.today()
    assert "Northmoor" in shown(
        client, since=f"{today.day}/{today.month}/{today.year}", until=today.isoformat()
    )
    assert "Nothing happened that is like this" in shown(client, until="31 March 2020")


@pytest.mark.parametrize("who", ["auditor", "administrator"])
def test_whoever_sees_a_part_is_not_told_that_nothing_happened(
    world: World, browse: Browse, who: str
) -> None:
    _tell(None, "programme.year_added", world.national)
    _tell(world.theirs.id, "help.asked", world.lead)
    client = browse(getattr(world, who))
    hidden = {"auditor": "programme.year_added", "administrator": "help.asked"}[who]
    page = shown(client, type=hidden)
    assert "Nothing that you may see is like this" in page and "Nothing happened" not in page


def test_people_are_found_by_name_and_one_is_chosen_of_several(world: World, browse: Browse) -> None:
    client = browse(world.national)
    page = shown(client, person="asha", organisation="")
    assert "Whom do you mean?" in page and str(world.champion.id) in page
    # Words of the address are words of its query, whatever they are.
    odd = shown(client, person="asha", endpoint="x", _scheme="javascript", _external="1")
    assert "Whom do you mean?" in odd and "javascript:" not in odd
    one = shown(client, person=str(world.lead.id))
    assert "Southmoor" in one and "Northmoor" not in one
    assert "Northmoor" in shown(client, person="asha patel")
    assert "Northmoor" in shown(client, person=world.champion.email)


def test_an_administrator_sees_the_platform_alone(world: World, browse: Browse) -> None:
    page = shown(browse(world.administrator))
    assert "<strong>Catalogue read from its files</strong>" in page
    assert "X00101" not in page and "Code of the organisation" not in page


@pytest.mark.parametrize("who", ["champion", "lead"])
def test_members_of_a_trust_have_their_own_history_instead(world: World, browse: Browse, who: str) -> None:
    assert browse(getattr(world, who)).get("/audit").status_code == 403


def test_fifty_events_a_page_and_the_filter_stays(world: World, browse: Browse) -> None:
    with writing():
        chain = open_chain(world.ours.id)
        for _ in range(60):
            subject = ("recommendation", "SEP16-13")
            record(chain, "progress.confirmed", actor_id=world.champion.id, subject=subject)
    client = browse(world.auditor)
    first = shown(client, type="progress.confirmed")
    assert first.count("app-history__entry") == 50
    assert "type=progress.confirmed" in first and "page=2" in first
    assert shown(client, type="progress.confirmed", page=2).count("app-history__entry") == 10


@pytest.mark.parametrize(
    "query",
    [
        {"since": "31 2 2026"},
        {"until": "last week"},
        {"since": "2 February 2026", "until": "1.2.2026"},
        {"type": "progress.invented"},
    ],
)
def test_a_question_that_makes_no_sense_is_shown_again(
    world: World, browse: Browse, query: dict[str, str]
) -> None:
    assert browse(world.national).get("/audit", query_string=query).status_code == 422


def test_a_text_that_was_taken_out_is_said(world: World, browse: Browse) -> None:
    with writing():
        db.session.execute(db.text("UPDATE audit_private SET body = NULL, salt = NULL"))
    page = shown(browse(world.auditor))
    assert "removed for confidentiality" in page and "A champion" not in page


def about(world: World, subject: tuple[str, str], type: str, public: Any = None, private: Any = None) -> None:
    with writing():
        chain = open_chain(world.ours.id)
        record(chain, type, actor_id=world.lead.id, subject=subject, public=public, private=private)


def entries(page: str) -> list[str]:
    """The words of each event, newest first; spaces count once."""
    found = re.findall(
        r'<li class="app-history__entry">(.*?)</li>\s*(?=<li class="app-history__entry">|</ol>)',
        page,
        re.DOTALL,
    )
    return [" ".join(html.unescape(re.sub(r"<[^>]*>", " ", each)).split()) for each in found]


def test_shares_counts_and_evaluations_say_which_resource_they_are_of(world: World, browse: Browse) -> None:
    resource = str(factories.national_resource("a-film", "A film about sepsis"))
    other = str(factories.national_resource("a-game", "A game about sepsis"))
    share, usage, evaluation = str(uuid4()), str(uuid4()), str(uuid4())
    about(world, ("share", share), "share.for_member", {"resource": "a-film", "state": "added"})
    about(world, ("usage", usage), "usage.added", {"resource_id": {"old": None, "new": resource}})
    about(world, ("usage", usage), "usage.mistaken", {"version": 2})
    about(world, ("evaluation", evaluation), "evaluation.added", {"resource_id": {"old": None, "new": other}})
    moved = {"resource_id": {"old": other, "new": resource}}
    about(world, ("evaluation", evaluation), "evaluation.changed", moved)
    changed, entered, mistaken, added, shared = entries(shown(browse(world.auditor)))[:5]
    for entry in (shared, added, mistaken):
        assert "Resource: A film about sepsis" in entry
    assert "Resource: A game about sepsis" in entered
    assert "Resource: A game about sepsis → became A film about sepsis" in changed
    assert f"About the share that ends in {share[-8:]}" in shared
    assert f"About the count of use that ends in {usage[-8:]}" in mistaken
    assert resource not in "".join((changed, entered, mistaken, added, shared))


def test_a_resource_that_the_library_does_not_know_is_told_by_its_code(world: World, browse: Browse) -> None:
    about(world, ("share", str(uuid4())), "share.mistaken", {"resource": "long-gone"})
    about(world, ("usage", str(uuid4())), "usage.changed", {"resource_id": str(UUID(int=5))})
    unknown, gone = entries(shown(browse(world.auditor)))[:2]
    assert "Resource: long-gone" in gone
    assert "Resource: one that ends in 00000005" in unknown


def test_practices_and_new_training_bear_the_title_of_their_moment(world: World, browse: Browse) -> None:
    first, second, training = str(uuid4()), str(uuid4()), str(uuid4())
    for key, title in ((first, "A poster"), (second, "A drill")):
        about(world, ("practice", key), "practice.added", {}, {"title": {"old": None, "new": title}})
    about(world, ("practice", first), "practice.published", {"state": {"old": "sent", "new": "published"}})
    about(world, ("practice", second), "practice.published", {"state": {"old": "sent", "new": "published"}})
    renamed = {"title": {"old": "A poster", "new": "A board"}}
    about(world, ("practice", first), "practice.changed", {}, renamed)
    about(world, ("development", training), "development.added", {}, {"title": "Sepsis at night"})
    about(
        world,
        ("development", training),
        "development.changed",
        {"stage": {"old": "planned", "new": "under_way"}},
    )
    told = entries(shown(browse(world.auditor)))
    assert "Title: Sepsis at night" in told[0] and "Stage: Planned → became Under way" in told[0]
    assert told[1].count("Title:") == 1
    assert "Title: A poster → became A board" in told[2]
    assert "Title: A drill" in told[3] and "Title: A poster" in told[4]
    assert f"About the good practice that ends in {first[-8:]}" in told[4]


def test_a_title_that_was_taken_out_is_not_told_by_later_events(world: World, browse: Browse) -> None:
    key = str(uuid4())
    about(world, ("practice", key), "practice.added", {}, {"title": {"old": None, "new": "A poster"}})
    about(world, ("practice", key), "practice.published", {"state": {"old": "sent", "new": "published"}})
    renamed = {"title": {"old": "A poster", "new": "A board"}}
    about(world, ("practice", key), "practice.changed", {}, renamed)
    about(world, ("practice", key), "practice.published", {"state": {"old": "sent", "new": "published"}})
    assert "Title: A board" in entries(shown(browse(world.auditor)))[0]
    last = "seq = (SELECT MAX(seq) FROM audit_private WHERE body LIKE '%A board%')"
    with writing():
        db.session.execute(db.text(f"UPDATE audit_private SET body = NULL, salt = NULL WHERE {last}"))
    published, changed, before = entries(shown(browse(world.auditor)))[:3]
    assert "Title" not in published and "Title" not in changed and "Title: A poster" in before


def test_who_funds_a_resource_and_where_an_item_stands_are_told_by_title(
    world: World, browse: Browse
) -> None:
    factories.programme()
    factories.national_resource("a-film", "A film about sepsis")
    about(world, ("national_resource", "a-film"), "funding.changed", {}, {"funder": "A charity"})
    item = db.session.execute(db.text("SELECT code, title FROM programme_items ORDER BY code LIMIT 1")).one()
    about(
        world,
        ("programme_item", item.code),
        "programme.state_recorded",
        {"item": item.code, "status": "under_way"},
    )
    stands, funded = entries(shown(browse(world.national)))[:2]
    assert "Resource: A film about sepsis" in funded
    assert f"Item: {item.title} ({item.code})" in stands and stands.count("Item:") == 1


def test_actions_of_one_recommendation_are_told_apart(world: World, browse: Browse) -> None:
    key = str(uuid4())
    about(
        world, ("recommendation", "SEP16-12"), "action.changed", {"action_id": key, "done_on": "2026-07-01"}
    )
    assert f"About the action that ends in {key[-8:]}" in entries(shown(browse(world.auditor)))[0]


def test_details_leave_out_what_only_machines_compare() -> None:
    public = {
        "entry_id": "x",
        "version": 3,
        "recommendations": ["SEP16-12"],
        "sha256": "ab" * 32,
        "size": 1234,
    }
    assert describe("evidence.file_added", public, {"file_name": "rota.pdf"}) == (
        Detail("File", None, "rota.pdf"),
        Detail("Bytes", None, "1,234"),
        Detail("Fingerprint", None, "abababababab"),
        Detail("Recommendations", None, "12"),
    )


def test_words_of_the_trail_are_those_of_the_floors_above() -> None:
    """The trail may not import them: what a code is called there, it is called here."""
    for name, key, words in (
        ("resource.added", "staff_groups", StaffGroup),
        ("usage.added", "counted", Counted),
        ("evaluation.added", "result", EvaluationResult),
        ("development.added", "stage", Stage),
        ("development.added", "reach", Reach),
        ("resource.assessed", "result", Result),
    ):
        for each in words:
            [detail] = describe(name, {key: each.value}, {})
            assert detail.new == each.label, (name, each)


@pytest.mark.parametrize(
    ("type", "public", "told"),
    [
        ("help.received", {"state": "taken_back"}, "State: Taken back"),
        ("share.for_member", {"state": "taken_back"}, "State: No longer recorded for this member"),
        (
            "practice.returned",
            {"state": {"old": "sent", "new": "returned"}},
            "State: Waiting for the national lead → Sent back",
        ),
        ("development.changed", {"reach": "local"}, "National or local: Local"),
        ("usage.added", {"counted": "completions"}, "What was counted: Completions"),
        ("usage.added", {"period_from": "2026-07-01"}, "First day of the period: 1 July 2026"),
        ("usage.added", {"period_until": "2026-09-30"}, "Last day of the period: 30 September 2026"),
        ("guideline.added", {"counts_from": "2026-07-01"}, "Counts from: 1 July 2026"),
        ("guideline.added", {"recheck_by": "2026-07-01"}, "Check again by: 1 July 2026"),
        ("evaluation.added", {"result": "no_effect"}, "What was found: It shows no effect"),
        ("resource.added", {"staff_groups": ["01", "all"]}, "Staff groups: Medical and Dental, Everybody"),
        (
            "account.invited",
            {"expires_at": "2026-07-01T12:30:00+00:00"},
            "Can be used until: 1 July 2026 at 1:30pm",
        ),
    ],
)
def test_values_are_words_of_people(type: str, public: dict[str, Any], told: str) -> None:
    [detail] = describe(type, public, {})
    assert f"{detail.label}: {'' if detail.old is None else f'{detail.old} → '}{detail.new}" == told
