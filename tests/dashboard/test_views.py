"""The pages of one organisation over HTTP: the first screen, a record in each standing, the history, the meeting."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories
from tests.factories import Person
from tracker import clock
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.accounts import actions as accounts
from tracker.assurance import actions as assurance
from tracker.assurance.rules import Outcome
from tracker.audit.models import AuditEvent
from tracker.catalogue.rules import Delivery
from tracker.evidence import actions as evidence
from tracker.evidence.actions import ItemInput, Received
from tracker.evidence.models import EvidenceFile
from tracker.evidence.rules import EvidenceKind
from tracker.extensions import db
from tracker.organisations.models import Organisation, Succession
from tracker.progress import actions
from tracker.progress.actions import ActionInput
from tracker.progress.rules import Confidence, Position
from tracker.web.transactions import writing

HOME = "/organisations/X00901"
REC = "SEP16-12"
RECORD = f"{HOME}/recommendations/{REC}"
STARTED = Position(Delivery.IN_PROGRESS, summary="Seven departments have named somebody.")
IN_PLACE = Position(
    Delivery.DELIVERED, summary="A named champion in 11 of 12 departments.", delivered_on=date(2026, 9, 1)
)


class Trust:
    """A trust with a champion and a lead, and short ways to give it a past."""

    def __init__(self, app: Flask, at: Callable[..., None]) -> None:
        self.app, self.at = app, at
        self.ref = factories.organisation("X00901", "Northmoor University Hospitals")
        self.champion = factories.person(Role.CHAMPION, self.ref, name="Sam Champion")
        self.lead = factories.person(Role.TRUST_LEAD, self.ref, name="Lou Lead")
        self.versions: dict[str, int] = {}

    def browser(self, someone: Person | None = None) -> FlaskClient:
        return factories.signed_in_client(self.app, someone or self.champion)

    def record(self, position: Position, code: str = REC, by: Person | None = None) -> None:
        identity = factories.identity_of(by or self.champion)
        version = self.versions.get(code, 0)
        with writing():
            actions.record_progress(identity, self.ref, code, position, version=version)
        self.versions[code] = version + 1

    def agree(self, code: str = REC) -> None:
        meeting = {"forum": "Deteriorating Patient Group", "forum_on": clock.today()}
        with writing():
            actions.agree_progress(
                factories.identity_of(self.lead), self.ref, code, version=self.versions[code], **meeting
            )
        self.versions[code] += 1

    def prove(self, *codes: str, title: str = "Champion rota", valid_until: date | None = None) -> str:
        identity = factories.identity_of(self.champion)
        wanted = ItemInput(title, "", EvidenceKind.POLICY, clock.today(), valid_until, None, codes or (REC,))
        with writing():
            file = Received(f"{title}.txt".replace(" ", "-"), io.BytesIO(title.encode()))
            held, problems = evidence.receive_files(identity, self.ref, [file])
            assert not problems
            return str(evidence.add_item(identity, self.ref, wanted, held).entity_id)

    def close(self) -> None:
        with writing():
            db.session.get(Organisation, self.ref.id).closed_on = date(2026, 11, 1)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`at(2026, 11, 23)` sets the clock to noon of that day."""

    def set_to(year: int, month: int, day: int, hour: int = 12) -> None:
        monkeypatch.setattr(clock, "now", lambda: datetime(year, month, day, hour, tzinfo=UTC))

    return set_to


@pytest.fixture
def trust(app: Flask, at: Callable[..., None]) -> Trust:
    at(2026, 11, 23)
    factories.catalogue()
    return Trust(app, at)


def text_of(client: FlaskClient, path: str) -> str:
    """What stands in the main part of a page, as words."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    main = answer.get_data(as_text=True).split("<main", 1)[1].split("</main>")[0]
    words = re.sub(r"<[^>]+>", " ", main)
    return re.sub(r"\s+([:,.;)])", r"\1", " ".join(words.split())).replace("&#39;", "'")


def needs(client: FlaskClient, path: str = HOME) -> list[tuple[str, str]]:
    """Words and address of each thing that needs somebody, in order."""
    page = client.get(path).get_data(as_text=True)
    section = page.split('class="app-needs"')[1].split("</section>")[0]
    return re.findall(r'app-needs__item"><a href="([^"]+)">([^<]+)</a>', section)


# --- the first screen -----------------------------------------------------------------------------------------


def test_the_first_screen_begins_with_the_position_in_one_sentence(trust: Trust) -> None:
    trust.record(STARTED, "SEP16-09")
    trust.record(IN_PLACE)
    trust.prove()
    trust.agree()
    text = text_of(trust.browser(), HOME)
    sentence = "10 recommendations: 1 in place (1 checked), 1 started, 8 nothing recorded."
    order = ["Northmoor University Hospitals", "Where we stand", sentence, "Position today, 23 November 2026",
             "Needs you", "Recommendations that we answer",
             "What changed on the recommendations in the last 30 days"]  # fmt: skip
    places = [text.index(each) for each in order]
    assert places == sorted(places)
    assert "Last saved 23 November 2026 at 12:00pm by Lou Lead. The national team sees what you save." in text


def test_last_saved_is_whatever_our_own_people_saved_last(trust: Trust) -> None:
    """Evidence counts as much as a position; what others wrote, and what was only read, does not."""
    trust.at(2026, 11, 20)
    trust.record(IN_PLACE)
    trust.at(2026, 11, 21)
    trust.prove()
    trust.at(2026, 11, 22)
    auditor = factories.person(Role.AUDITOR, trust.ref, until=date(2026, 12, 31))
    with writing():
        assurance.record_finding(
            factories.identity_of(auditor), trust.ref, REC, Outcome.OVERTURNED, "No rota", version=1
        )
    with writing():
        file = db.session.scalars(select(EvidenceFile)).one()
        evidence.record_download(factories.identity_of(trust.lead), trust.ref, file)
    trust.at(2026, 11, 23)
    for reader in (trust.lead, auditor, factories.person(Role.NATIONAL_LEAD)):
        page = text_of(trust.browser(reader), HOME)
        assert "Last saved 21 November 2026 at 12:00pm by Sam Champion." in page
        assert "Everything that was saved is in the history." in page


def test_where_nothing_was_saved_nothing_is_said_of_it(trust: Trust) -> None:
    assert "Last saved" not in text_of(trust.browser(), HOME)


def test_what_needs_somebody_is_ranked_and_leads_where_it_is_done(trust: Trust) -> None:
    trust.at(2025, 9, 20)
    trust.record(STARTED, "SEP16-09")
    trust.at(2026, 11, 20)
    trust.record(replace(STARTED, due_on=date(2026, 11, 1)), "SEP16-10")
    trust.record(IN_PLACE, "SEP16-13")
    trust.record(STARTED)
    with writing():
        late = ActionInput("Name a deputy", "", date(2026, 11, 2), None)
        actions.add_action(factories.identity_of(trust.champion), trust.ref, REC, late)
    trust.at(2026, 11, 23)
    found = needs(trust.browser())
    assert [href for href, _text in found] == [
        f"{HOME}/recommendations/SEP16-10/progress",
        f"{HOME}/recommendations/SEP16-09/progress/confirm",
        f"{HOME}/evidence/new?recommendation=SEP16-13",
        f"{RECORD}#actions",
        f"{HOME}/incidents",
    ]
    assert found[1][1] == "Say whether recommendation 9 is still true"
    text = text_of(trust.browser(), HOME)
    assert "recommendation 9 is still true: last confirmed 14 months ago" in text


def test_an_action_that_is_done_needs_nobody(trust: Trust) -> None:
    trust.record(STARTED)
    with writing():
        done = ActionInput("Name a deputy", "", date(2026, 11, 2), date(2026, 11, 3))
        actions.add_action(factories.identity_of(trust.champion), trust.ref, REC, done)
    assert not [text for _href, text in needs(trust.browser()) if text.startswith("Finish an action")]


def test_five_are_shown_and_all_are_a_link_away(trust: Trust) -> None:
    client = trust.browser()
    assert len(needs(client)) == 5
    assert 'href="?needs=all#needs-you">See all 17<' in client.get(HOME).get_data(as_text=True)
    everything = client.get(f"{HOME}?needs=all").get_data(as_text=True)
    assert len(needs(client, f"{HOME}?needs=all")) == 17 and "See all" not in everything


def test_only_a_lead_is_asked_to_agree(trust: Trust) -> None:
    trust.record(IN_PLACE)
    trust.prove()
    asked = f"{HOME}/agree"
    assert asked in [href for href, _text in needs(trust.browser(trust.lead))]
    assert asked not in [href for href, _text in needs(trust.browser())]
    assert asked not in trust.browser().get(HOME).get_data(as_text=True)


def test_evidence_that_ran_out_or_soon_will(trust: Trust) -> None:
    trust.at(2026, 9, 1)
    trust.record(IN_PLACE)
    trust.prove(title="Old rota", valid_until=date(2026, 10, 1))
    trust.record(IN_PLACE, "SEP16-13")
    trust.prove("SEP16-13", title="Plan", valid_until=date(2026, 12, 1))
    trust.at(2026, 11, 23)
    text = text_of(trust.browser(), f"{HOME}?needs=all")
    assert "Add evidence that is in date for 12, Sepsis champions: the evidence has run out" in text
    assert "Renew the evidence for 13, Learning that lasts: runs out on 1 December 2026" in text


def test_a_claim_that_was_not_accepted_comes_first(trust: Trust) -> None:
    trust.record(IN_PLACE)
    national = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    with writing():
        assurance.record_finding(national, trust.ref, REC, Outcome.OVERTURNED, "No rota was found", version=1)
    assert needs(trust.browser())[0] == (RECORD, "Look again at 12, Sepsis champions")
    assert "No rota was found" in text_of(trust.browser(), RECORD)


def test_the_last_thirty_days_in_words(trust: Trust) -> None:
    trust.at(2026, 10, 20)
    trust.record(STARTED, "SEP16-09")
    trust.at(2026, 11, 20)
    trust.record(replace(IN_PLACE, note="The last ward named hers"))
    trust.at(2026, 11, 23)
    text = text_of(trust.browser(), HOME).split("What changed on the recommendations in the last 30 days")[1]
    said = "Recommendation 12, Sepsis champions: recorded as “in place” 20 November 2026 at 12:00pm, Sam Champion"
    assert f"{said} The last ward named hers" in text
    assert "Recommendation 9" not in text


def test_a_form_not_finished_is_offered_to_her_alone(trust: Trust) -> None:
    with writing():
        identity = factories.identity_of(trust.champion)
        accounts.save_draft(identity, f"{RECORD}/progress", {"summary": ["Half a sentence"]})
        accounts.save_draft(identity, "/organisations/X00902/evidence/new", {"title": ["Elsewhere"]})
    page = trust.browser().get(HOME).get_data(as_text=True)
    assert "Carry on where you left off" in page
    assert (
        f'href="{RECORD}/progress?draft=1">Recommendation 12, Sepsis champions: where you are with it<'
        in page
    )
    assert "X00902" not in page
    assert "Carry on" not in trust.browser(trust.lead).get(HOME).get_data(as_text=True)


def test_who_only_reads_is_asked_for_nothing(trust: Trust) -> None:
    trust.record(STARTED)
    text = text_of(trust.browser(factories.person(Role.NATIONAL_LEAD)), HOME)
    assert "Where it stands" in text and "Recommendations that it answers" in text
    assert "Needs you" not in text and "Add evidence" not in text and "what you save" not in text


# --- closed, and what came after ------------------------------------------------------------------------------


def test_a_closed_organisation_is_read_only(trust: Trust) -> None:
    trust.record(IN_PLACE)
    trust.close()
    client = trust.browser(trust.lead)
    for path in (HOME, RECORD):
        text = text_of(client, path)
        assert "This organisation is closed: its record is read-only." in text
        assert "Record where you are" not in text and "Add evidence" not in text and "Needs you" not in text
    assert client.get(f"{RECORD}/progress").status_code == 403
    assert client.get(f"{HOME}/agree").status_code == 403
    assert client.get(f"{HOME}/meeting").status_code == 200


def succession(before: OrganisationRef, after: OrganisationRef, on: date) -> None:
    with writing():
        db.session.add(
            Succession(
                predecessor_code=before.code, successor_code=after.code, predecessor_name=before.name,
                successor_name=after.name, predecessor_closed_on=on, on=on, kind="Merger",
            )
        )  # fmt: skip


def test_members_of_a_successor_read_what_came_before_them(trust: Trust) -> None:
    trust.record(IN_PLACE)
    after = factories.organisation("X00902", "Elmsley and Northmoor")
    trust.close()
    succession(trust.ref, after, date(2026, 11, 2))
    client = trust.browser(factories.person(Role.CHAMPION, after))
    assert f'href="{HOME}"' in client.get("/organisations/X00902").get_data(as_text=True)
    home = text_of(client, HOME)
    assert "Its duties passed to Elmsley and Northmoor (X00902) on 2 November 2026." in home
    assert "A named champion in 11 of 12 departments." in text_of(client, RECORD)
    assert client.get(f"{RECORD}/progress").status_code in {403, 404}
    stranger = factories.person(Role.CHAMPION, factories.organisation("X00903"))
    assert trust.browser(stranger).get(HOME).status_code == 404


# --- a record -------------------------------------------------------------------------------------------------


def nothing(trust: Trust) -> None:
    """A record on which nobody has said anything."""


def not_started(trust: Trust) -> None:
    trust.record(Position(Delivery.NOT_STARTED))


def started(trust: Trust) -> None:
    trust.record(replace(STARTED, due_on=date(2027, 3, 31), confidence=Confidence.AT_RISK))


def no_evidence(trust: Trust) -> None:
    trust.record(IN_PLACE)


def waiting(trust: Trust) -> None:
    trust.record(IN_PLACE)
    trust.prove()


def checked(trust: Trust) -> None:
    waiting(trust)
    trust.agree()


def lapsed(trust: Trust) -> None:
    trust.at(2026, 9, 2)
    trust.record(IN_PLACE)
    trust.prove(valid_until=date(2026, 10, 1))
    trust.agree()
    trust.at(2026, 11, 23)


@pytest.mark.parametrize(
    ("past", "tag", "words"),
    [
        (nothing, "", ["Nothing is recorded yet. Start with what you know: it takes about 2 minutes."]),
        (not_started, "Not started", ["Last confirmed 23 November 2026"]),
        (started, "Started", ["Due 31 March 2027", "Will it be done by the date? It might be late"]),
        (
            no_evidence, "In place, no evidence yet",
            ["In place since 1 September 2026", "No evidence yet", "Recorded as “in place” 23 November"],
        ),
        (waiting, "In place, evidence waiting to be checked (1)", ["Champion rota", "Champion-rota.txt"]),
        (
            checked, "In place, evidence checked and agreed",
            ["Agreed by Deteriorating Patient Group, 23 November 2026 (Lou Lead)", "Evidence it relied on (1)",
             "Evidence checked and agreed by Deteriorating Patient Group on 23 November 2026"],
        ),
        (lapsed, "Evidence out of date: check again", ["Out of date", "valid until 1 October 2026"]),
    ],
)  # fmt: skip
def test_a_record_in_each_standing(
    trust: Trust, past: Callable[[Trust], None], tag: str, words: list[str]
) -> None:
    past(trust)
    text = text_of(trust.browser(), RECORD)
    assert tag in text
    for each in words:
        assert each in text, (each, text)
    assert ("Still true" in text) is (past is not nothing)


def test_does_not_apply_says_why(trust: Trust) -> None:
    trust.record(Position(Delivery.NOT_APPLICABLE, reason="We have no patients"), "SEP16-14")
    text = text_of(trust.browser(), f"{HOME}/recommendations/SEP16-14")
    assert "Does not apply to us" in text and "Reason We have no patients" in text


def test_a_record_of_no_concern_is_not_found(trust: Trust) -> None:
    assert trust.browser().get(f"{HOME}/recommendations/SEP16-21").status_code == 404


# --- that somebody read it ------------------------------------------------------------------------------------


def reads() -> list[tuple[str, str]]:
    rows = db.session.execute(
        select(AuditEvent.chain_id, AuditEvent.subject_code).where(AuditEvent.type == "page.read")
    )
    return [(str(chain), code) for chain, code in rows]


def test_reading_is_told_once_for_a_person_a_record_a_day_and_an_organisation(trust: Trust) -> None:
    other = factories.organisation("X00902", "Elmsley")
    national, champion = trust.browser(factories.person(Role.NATIONAL_LEAD)), trust.browser()
    theirs = f"/organisations/X00902/recommendations/{REC}"
    for path in (RECORD, RECORD, theirs, theirs, f"{HOME}/recommendations/SEP16-09"):
        assert national.get(path).status_code == 200
    champion.get(RECORD)
    assert sorted(reads()) == sorted(
        [(str(trust.ref.id), REC)] * 2 + [(str(other.id), REC), (str(trust.ref.id), "SEP16-09")]
    )
    trust.at(2026, 11, 24, 1)
    trust.browser().get(RECORD)
    assert len(reads()) == 5
    assert champion.get(theirs).status_code == 404 or len(reads()) == 5


# --- the history ----------------------------------------------------------------------------------------------


def test_the_history_reads_as_sentences_under_their_day(trust: Trust) -> None:
    trust.at(2026, 11, 20)
    trust.record(STARTED)
    trust.at(2026, 11, 23)
    trust.record(IN_PLACE)
    trust.prove()
    text = text_of(trust.browser(trust.lead), f"{HOME}/history")
    assert "Sam Champion recorded recommendation 12 as “in place”; it was “started”" in text
    assert "What is in place: A named champion in 11 of 12 departments. (before: Seven departments" in text
    assert "Sam Champion added the evidence “Champion rota”, for recommendation 12" in text
    assert text.index("23 November 2026") < text.index("20 November 2026") < text.index("12 as “started”")
    assert "SEP16" not in text.split("event 1 ")[0].split("Show")[1]


def test_the_filters_of_the_history_stay_in_the_address(trust: Trust) -> None:
    for code in ("SEP16-09", REC):
        trust.record(STARTED, code)
    trust.prove()
    client = trust.browser()
    address = f"{HOME}/history?type=progress.recorded&recommendation={REC}"
    page = client.get(address).get_data(as_text=True)
    assert (
        '<option value="progress.recorded" selected>' in page and f'<option value="{REC}" selected>' in page
    )
    text = text_of(client, address)
    assert "recorded recommendation 12" in text
    assert "recorded recommendation 9" not in text and "added the evidence" not in text
    assert "Nothing of this kind has happened here." in text_of(
        client, f"{HOME}/history?type=finding.recorded"
    )
    assert "Nothing of this kind has happened here." in text_of(client, f"{HOME}/history?type=share.added")
    assert "added the evidence" in text_of(client, f"{HOME}/history?type=nonsense&recommendation=nonsense")
    assert "session.signed_in" not in page


def test_a_long_history_is_paged_with_its_filter(trust: Trust) -> None:
    for _each in range(52):
        trust.record(STARTED)
    client = trust.browser()
    first = client.get(f"{HOME}/history?recommendation={REC}").get_data(as_text=True)
    assert "1 to 50 of 52 events" in first
    second = next(each for each in re.findall(r'href="([^"]+)"', first) if "page=2" in each)
    assert f"recommendation={REC}" in second
    assert "51 to 52 of 52 events" in text_of(client, second.replace("&amp;", "&"))


# --- the meeting ----------------------------------------------------------------------------------------------


def test_the_print_for_the_meeting(trust: Trust) -> None:
    trust.at(2026, 10, 1)
    trust.record(STARTED, "SEP16-09")
    trust.at(2026, 11, 20)
    trust.record(IN_PLACE)
    trust.prove()
    trust.browser().get(RECORD)
    trust.at(2026, 11, 23)
    text = text_of(trust.browser(trust.lead), f"{HOME}/meeting?since=2026-11-01")
    agreed, rest = text.split("Position on each recommendation")
    assert (
        "12. Sepsis champions A named champion in 11 of 12 departments. In place since 1 September 2026."
        in agreed
    )
    assert re.search(
        r"Champion rota \(policy, of 20 November 2026\); Champion-rota.txt, fingerprint [0-9a-f]{12}", agreed
    )
    changes = rest.split("Changes since 1 November 2026")[1]
    assert "Sam Champion recorded recommendation 12 as “in place”" in changes
    assert "added the evidence “Champion rota”" in changes
    assert "recommendation 9" not in changes and "looked at" not in changes
    earlier = text_of(trust.browser(trust.lead), f"{HOME}/meeting?since=2026-09-30")
    assert "Sam Champion recorded recommendation 9 as “started”" in earlier


@pytest.mark.parametrize(
    ("since", "shown"),
    [
        ("", "24 October 2026"),
        ("nonsense", "24 October 2026"),
        ("0001-01-01", "1 January 2000"),
        ("9999-12-31", "23 November 2026"),
    ],
)
def test_any_day_may_be_asked_for(trust: Trust, since: str, shown: str) -> None:
    text = text_of(trust.browser(), f"{HOME}/meeting?since={since}")
    assert f"Changes since {shown} Nothing was recorded in this time." in text
    assert "Nothing is waiting to be agreed." in text
