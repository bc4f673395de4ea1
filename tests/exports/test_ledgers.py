"""What a pack holds of the library, of what was shared, of good practice and of the programmes; and what shows."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from tests import factories
from tests.exports.bundles import members_of, rebuild, relist
from tests.exports.conftest import add_item
from tests.exports.test_measures import pack, table
from tests.exports.test_queries import requested
from tests.factories import Person, identity_of
from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.audit.actions import open_chains
from tracker.audit.models import AuditEvent
from tracker.catalogue.rules import OrganisationKind
from tracker.evidence import actions as evidence
from tracker.evidence.actions import ItemInput
from tracker.evidence.rules import EvidenceKind
from tracker.exports import rules
from tracker.exports.readers import verify_bundle
from tracker.exports.readers.archive import Archive
from tracker.extensions import db
from tracker.library import actions as library
from tracker.library.loader import load_national
from tracker.library.models import Share
from tracker.library.queries import list_member_rows
from tracker.library.rules import (
    Audience,
    Channel,
    Counted,
    DevelopmentFacts,
    EvaluationFacts,
    EvaluationResult,
    FundingFacts,
    Learner,
    OnBehalf,
    Patients,
    Reach,
    Setting,
    ShareFacts,
    Stage,
    UsageFacts,
)
from tracker.practice import actions as practice
from tracker.practice.actions import HelpInput
from tracker.practice.rules import PracticeFacts
from tracker.programme import actions as programme
from tracker.programme.actions import record_state
from tracker.programme.rules import ItemFacts, ItemKind, StateFacts, Status
from tracker.progress.actions import ActionInput, add_action
from tracker.web.transactions import writing

START = datetime(2026, 6, 1, 8, tzinfo=UTC)
LEDGERS = ("library.csv", "dissemination.csv", "practice.csv", "programme.csv")
CARERS = Audience(frozenset({Learner.CARE_WORKERS}), frozenset({Setting.CARE_HOME}), Patients.ADULTS)
ITEM = "2016-17-4"
# Each kind of row, and the event that recorded it.
RECORDED_BY = {
    "usage": "usage", "evaluation": "evaluation", "development": "development", "share": "share",
    "share for it": "share", "member": "network", "practice": "practice", "use": "practice", "help asked": "help",
    "help received": "help", "help answered": "help", "state": "programme",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    organisation: OrganisationRef
    person: Person

    @property
    def by(self) -> Identity:
        return identity_of(self.person)


@dataclass(frozen=True)
class Small:
    """A trust, another that it works with, a network and the national body."""

    trust: Place
    other: Place
    network: Place
    body: Place
    national: Person
    film: UUID
    files: dict[str, UUID]


@pytest.fixture
def small(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Small:
    ticks = count()
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(seconds=next(ticks)))
    factories.catalogue()
    factories.programme()
    film = factories.national_resource("film", "A film")
    kinds = (
        OrganisationKind.NHS_TRUST, OrganisationKind.NHS_TRUST, OrganisationKind.HEALTH_INNOVATION_NETWORK,
        OrganisationKind.NATIONAL_BODY,
    )  # fmt: skip
    codes = ("X00901", "X00902", "X00903", "X00904")
    trust, other, network, body = (_place(*each) for each in zip(codes, kinds, strict=True))
    national = factories.person(Role.NATIONAL_LEAD)
    made = Small(trust, other, network, body, national, film, {
        "trust": add_item(trust.person, trust.organisation, "Read by wards", b"Numbers of readers"),
        "body": _item_of(body),
    })  # fmt: skip
    _library(made)
    _dissemination(made)
    _practice(made)
    _programme(made)
    return made


def _place(code: str, kind: OrganisationKind) -> Place:
    organisation = factories.organisation(code, kind=kind)
    return Place(organisation, factories.person(Role.CHAMPION, organisation))


def _item_of(body: Place) -> UUID:
    """A link, for a recommendation of the national body."""
    wanted = ItemInput(
        "Report", "", EvidenceKind.LINK, date(2026, 5, 1), None, "https://national.example/r", ("SEP16-06",)
    )
    with writing():
        return evidence.add_item(body.by, body.organisation, wanted, []).entity_id


def _library(small: Small) -> None:
    by, place = small.body.by, small.body.organisation
    usage = UsageFacts(
        small.film, Counted.VIEWS, 400, date(2026, 1, 1), date(2026, 3, 31), "The platform", date(2026, 4, 7), 40, 31
    )  # fmt: skip
    found = EvaluationFacts(
        small.film, "Before and after", "Two wards", 37, date(2026, 5, 2), EvaluationResult.SHOWS_EFFECT, "It helps",
        evidence_id=small.files["body"],
    )  # fmt: skip
    making = DevelopmentFacts(
        "A card", "Folded", Reach.NATIONAL, Stage.UNDER_WAY, date(2026, 2, 1), CARERS, date(2026, 3, 1)
    )
    with writing():
        first = library.add_usage(by, place, usage)
        library.change_usage(
            by, place, first.entity_id, replace(usage, note="A week was missing", number=460), version=1
        )
        library.add_evaluation(by, place, found)
        library.add_development(by, place, making)


def _dissemination(small: Small) -> None:
    network, trust = small.network, small.trust
    ids = [trust.organisation.id, small.other.organisation.id]
    shared = ShareFacts(
        Channel.TEAM_MEETING, date(2026, 5, 20), reached=14, reached_basis="the list",
        evidence_id=small.files["trust"],
    )  # fmt: skip
    with writing():
        library.add_members(network.by, network.organisation, ids, date(2026, 1, 1))
    with writing():
        (share,) = library.add_shares(trust.by, trust.organisation, [small.film], shared)
        library.change_share(
            trust.by, trust.organisation, share.entity_id, small.film, replace(shared, note="With slides"), version=1
        )  # fmt: skip
        everybody = OnBehalf(everybody=True)
        facts = ShareFacts(Channel.WEBSITE, date(2026, 5, 3))
        library.add_shares(network.by, network.organisation, [small.film], facts, behalf=everybody)


def _practice(small: Small) -> None:
    trust, other, body = small.trust, small.other, small.body
    facts = PracticeFacts(
        "Ward simulation", "SEP16-12", Setting.HOSPITAL, "A doll on the ward", "Sooner", "Minutes", "Educators",
        frozenset({small.files["trust"]}), "Before and after", "Eight wards", date(2026, 5, 1),
        EvaluationResult.SHOWS_EFFECT, "It helps", date(2026, 5, 5), "In the bulletin",
    )  # fmt: skip
    theirs = replace(facts, title="Two hours a week", evidence_ids=frozenset())
    wanted = ActionInput("Try it", "Educators", date(2026, 9, 30), None)
    with writing():
        mine = practice.add_practice(trust.by, trust.organisation, facts, send=True)
        practice.publish_practice(identity_of(small.national), mine.entity_id, version=1)
        published = practice.add_practice(other.by, other.organisation, theirs, send=True)
        practice.publish_practice(identity_of(small.national), published.entity_id, version=1)
        for _each in range(2):
            add_action(trust.by, trust.organisation, "SEP16-12", wanted, source=published.entity_id)
    with writing():
        asked = practice.ask_help(trust.by, trust.organisation, HelpInput("SEP16-13", "Who could help us?"))
        practice.answer_help(body.by, body.organisation, asked.entity_id, "We can.", version=0)
        practice.answer_help(
            body.by, body.organisation, asked.entity_id, "We and the network can.", version=1
        )


def _programme(small: Small) -> None:
    begun = StateFacts(
        Status.UNDER_WAY, "Programme team", date(2026, 1, 5), date(2026, 9, 30), summary="Filmed",
        evidence_ids=(str(small.files["body"]),),
    )  # fmt: skip
    with writing():
        record_state(small.body.by, small.body.organisation, ITEM, begun, version=0)
        later = replace(begun, summary="Filmed and cut")
        record_state(small.body.by, small.body.organisation, ITEM, later, version=1)


def packed(app: Flask, *codes: str) -> bytes:
    return pack(requested(list(codes or ("X00901", "X00903", "X00904")), ["SEP16-12"]), app)


def told(content: bytes, name: str, kind: str) -> list[dict[str, str]]:
    return [each for each in table(content, name) if each["kind"] == kind]


def values(rows: list[dict[str, str]], *columns: str) -> list[tuple[str, ...]]:
    return [tuple(each[column] for column in columns) for each in rows]


# --- what stands in the tables ----------------------------------------------------------------------------


def test_library(small: Small, app: Flask) -> None:
    content = packed(app)
    assert values(
        told(content, "library.csv", "resource"), "organisation", "resource", "title", "audit_seq"
    ) == [("", "film", "A film", "")]
    columns = (
        "version",
        "current_at_date",
        "resource",
        "about_on",
        "until_on",
        "counted",
        "number",
        "useful",
        "rated",
    )
    assert values(told(content, "library.csv", "usage"), "organisation", *columns) == [
        ("X00904", "1", "no", "film", "2026-01-01", "2026-03-31", "views", "400", "31", "40"),
        ("X00904", "2", "yes", "film", "2026-01-01", "2026-03-31", "views", "460", "31", "40"),
    ]
    (found,) = told(content, "library.csv", "evaluation")
    assert (found["counted"], found["number"], found["about_on"]) == ("shows_effect", "37", "2026-05-02")
    assert found["evidence"] == str(small.files["body"])
    assert values([found], "method", "sample", "finding") == [("Before and after", "Two wards", "It helps")]
    (making,) = told(content, "library.csv", "development")
    assert (making["title"], making["level"], making["counted"]) == ("A card", "national", "under_way")
    assert making["audiences"] == "staff: care, settings: care_home, patients: adults"
    assert (making["what"], making["until_on"]) == ("Folded", "2026-03-01")


def test_dissemination(small: Small, app: Flask) -> None:
    content = packed(app)
    columns = (
        "organisation",
        "version",
        "resource",
        "channel",
        "about_on",
        "for_members",
        "reached",
        "evidence",
    )
    file = str(small.files["trust"])
    assert values(told(content, "dissemination.csv", "share"), *columns) == [
        ("X00901", "1", "film", "team_meeting", "2026-05-20", "", "14", file),
        ("X00901", "2", "film", "team_meeting", "2026-05-20", "", "14", file),
        ("X00903", "1", "film", "website", "2026-05-03", "X00901 X00902", "", ""),
    ]
    assert values(told(content, "dissemination.csv", "share for it"), *columns) == [
        ("X00901", "1", "film", "website", "2026-05-03", "X00903", "", ""),
    ]
    members = values(told(content, "dissemination.csv", "member"), "organisation", "about_on", "for_members")
    assert sorted(members) == [("X00903", "2026-01-01", "X00901"), ("X00903", "2026-01-01", "X00902")]


def test_practice(small: Small, app: Flask) -> None:
    content = packed(app)
    columns = (
        "organisation",
        "version",
        "state",
        "recommendation",
        "result",
        "shared_locally_on",
        "evidence",
    )
    same = ("SEP16-12", "shows_effect", "2026-05-05", str(small.files["trust"]))
    assert values(told(content, "practice.csv", "practice"), *columns) == [
        ("X00901", "1", "sent", *same), ("X00901", "2", "published", *same),
    ]  # fmt: skip
    (published,) = [e for e in told(content, "practice.csv", "practice") if e["published_at_utc"]]
    assert published["reviewed_by"] == str(small.national.id)
    used = told(content, "practice.csv", "use")
    assert values(used, "organisation", "other_organisation") == [("X00901", "X00902")] * 2
    assert len({each["what"] for each in used}) == len({each["audit_seq"] for each in used}) == 2
    (asked,) = told(content, "practice.csv", "help asked")
    assert (asked["organisation"], asked["what"], asked["about_on"]) == (
        "X00901",
        "Who could help us?",
        "2026-06-01",
    )
    answers = told(content, "practice.csv", "help answered")
    assert values(answers, "organisation", "row", "version", "what", "other_organisation") == [
        ("X00904", asked["row"], "1", "We can.", "X00901"),
        ("X00904", asked["row"], "2", "We and the network can.", "X00901"),
    ]


def test_programme(small: Small, app: Flask) -> None:
    content = packed(app)
    items = told(content, "programme.csv", "item")
    assert len(items) == 23 and ITEM in {each["item"] for each in items}
    columns = (
        "organisation",
        "item",
        "version",
        "year",
        "status",
        "owner",
        "starts_on",
        "due_on",
        "evidence",
    )
    same = ("2016-17", "under_way", "Programme team", "2026-01-05", "2026-09-30", str(small.files["body"]))
    assert values(told(content, "programme.csv", "state"), *columns) == [
        ("X00904", ITEM, "1", *same), ("X00904", ITEM, "2", *same),
    ]  # fmt: skip


def test_what_others_hold_is_not_in_it(small: Small, app: Flask) -> None:
    content = packed(app, "X00902")
    for name in LEDGERS:
        assert {each["organisation"] for each in table(content, name)} <= {"", "X00902"}
    assert values(told(content, "practice.csv", "practice"), "title", "state") == [
        ("Two hours a week", "sent"), ("Two hours a week", "published"),
    ]  # fmt: skip


def test_files_that_these_rows_name_are_in_the_pack(small: Small, app: Flask) -> None:
    """Under whichever recommendation they were filed."""
    saved = requested(["X00901", "X00904"], ["SEP16-13"])
    content = pack(saved, app)
    register = {each["evidence"]: each for each in table(content, "evidence.csv")}
    assert register.keys() == {str(each) for each in small.files.values()}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        member = register[str(small.files["trust"])]["member"]
        assert archive.read(member) == b"Numbers of readers"


def test_who_does_a_piece_of_the_programme_is_no_secret_of_the_trail(small: Small, app: Flask) -> None:
    """It stands on a public page; who does an action of an organisation stays out."""
    content = packed(app)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        lines = [json.loads(line) for line in archive.read("data/audit.jsonl").splitlines()]
    texts: dict[str, list[str]] = {}
    for line in lines:
        kind = json.loads(line["header"])["type"]
        texts.setdefault(kind, []).append(line.get("private", line.get("private_absent", "")))
    assert [json.loads(each)["summary"]["new"] for each in texts["programme.state_recorded"]] == [
        "Filmed", "Filmed and cut",
    ]  # fmt: skip
    assert "Programme team" in texts["programme.state_recorded"][0]
    assert texts["action.added"] == ["withheld", "withheld"]
    withheld = [each for each in table(content, "omissions.csv") if each["reason"] == "withheld"]
    (explained,) = [each["explanation"] for each in withheld]
    assert explained.startswith("The text of 2 events of X00901 holds names")


def test_the_years_say_whether_their_plans_are_confirmed(small: Small, app: Flask) -> None:
    years = told(packed(app), "programme.csv", "year")
    assert values(years, "year", "confirmed", "from_source", "current_at_date") == [
        ("2015-16", "yes", "yes", "yes"), ("2016-17", "yes", "yes", "yes"), ("2017-18", "no", "yes", "yes"),
    ]  # fmt: skip
    assert years[2]["title"] == "2017-2018" and years[2]["note"]


def test_what_was_taken_out_says_when_and_why_and_does_not_stand(small: Small, app: Flask) -> None:
    lead = identity_of(small.national)
    with writing():
        added = programme.add_item(
            lead, "2017-18", ItemFacts(ItemKind.ITEM, "A pilot", "", note="In two regions")
        )
        programme.take_out(lead, added.code, "No money for it", version=1)
        library.retire_national(lead, "film", on=clock.today(), reason="A new one is there", version=1)
    content = packed(app)
    (item,) = [each for each in told(content, "programme.csv", "item") if each["item"] == added.code]
    told_of = ("current_at_date", "taken_out_on", "reason", "note", "from_source", "historical")
    assert values([item], *told_of) == [("no", "2026-06-01", "No money for it", "In two regions", "no", "no")]
    (film,) = told(content, "library.csv", "resource")
    assert values([film], "current_at_date", "retired_on", "reason") == [
        ("no", "2026-06-01", "A new one is there")
    ]


def test_a_resource_stands_there_as_its_page_shows_it(small: Small, app: Flask) -> None:
    with writing():
        library.seed_national(load_national().entries)
        facts = FundingFacts("NHS England", "A faculty", "As the contract says", clock.today())
        library.record_funding(identity_of(small.national), "think-sepsis-primary-care", facts, version=1)
    rows = told(packed(app), "library.csv", "resource")
    (found,) = [each for each in rows if each["resource"] == "think-sepsis-primary-care"]
    assert found["audiences"].endswith(
        "; staff: 01, grades: gp, settings: primary_care, patients: adults_and_children"
    )
    assert found["covers"].startswith("sepsis in adults; sepsis in children; ")
    assert found["modules"].startswith("introduction (all healthcare staff in primary care); ")
    columns = (
        "number_in_source",
        "section",
        "from_source",
        "resource_kind",
        "funding_note",
        "funding_checked_on",
    )
    assert values([found], *columns) == [
        ("1", "2015-2016", "yes", "resource", "As the contract says", "2026-06-01"),
    ]  # fmt: skip
    assert any("area: " in each["audiences"] for each in rows) and any(
        each["interactive"] == "yes" for each in rows
    )


def test_an_overlap_says_when_it_was_found_and_settled(small: Small, app: Flask) -> None:
    with writing():
        making = DevelopmentFacts(
            "A second card", "Folded too", Reach.LOCAL, Stage.STOPPED, date(2026, 2, 1), CARERS, date(2026, 3, 1),
            overlap_with="A card", overlap_found_on=date(2026, 4, 1), overlap_settled_on=date(2026, 4, 20),
            overlap_settlement="One card for both",
        )  # fmt: skip
        library.add_development(small.body.by, small.body.organisation, making)
    content = packed(app)
    (found,) = [
        each for each in told(content, "library.csv", "development") if each["title"] == "A second card"
    ]
    columns = ("overlap_with", "overlap_found_on", "overlap_settled_on", "overlap_settlement")
    assert values([found], *columns) == [("A card", "2026-04-01", "2026-04-20", "One card for both")]
    figures = {
        each["figure"]: each["value"] for each in table(content, "control.csv") if not each["recommendation"]
    }
    assert (figures["overlaps_found"], figures["overlaps_settled"]) == ("1", "1")


def test_a_member_that_a_share_names_no_longer_keeps_what_it_was_told(
    small: Small, app: Flask, tmp_path: Path
) -> None:
    network = small.network
    (share,) = [each for each in db.session.query(Share) if each.organisation_id == network.organisation.id]
    key, facts = share.entity_id, ShareFacts(Channel.WEBSITE, date(2026, 5, 3))
    db.session.rollback()
    others = OnBehalf(members=frozenset({small.other.organisation.id}))
    for version in (1, 2):
        with writing():
            library.change_share(
                network.by, network.organisation, key, small.film, replace(facts, note=f"Note {version}"),
                version=version, behalf=others,
            )  # fmt: skip
    content = packed(app)
    rows = told(content, "dissemination.csv", "share for it")
    assert values(rows, "version", "state", "current_at_date") == [
        ("1", "added", "no"),
        ("2", "taken_back", "yes"),
    ]
    assert rows[0]["superseded_at_utc"] == rows[1]["recorded_at_utc"] and not rows[1]["superseded_at_utc"]
    assert verified(content, tmp_path) == ()


def test_a_network_that_records_meanwhile_does_not_change_a_members_pack(small: Small, app: Flask) -> None:
    """Its rows may bear a moment before the cut-off, while the member's chain was told after it."""
    saved = requested(["X00901"], ["SEP16-12"])
    before = pack(saved, app)
    network = small.network
    with writing():
        chains = open_chains(
            {network.organisation.id, small.trust.organisation.id, small.other.organisation.id}
        )
        late = {key: replace(chain, recorded_at=saved.requested_at) for key, chain in chains.items()}
        for key in (small.trust.organisation.id, small.other.organisation.id):
            late[key] = chains[key]
        facts = ShareFacts(Channel.EMAIL, date(2026, 5, 4))
        behalf = OnBehalf(everybody=True)
        library.add_shares(network.by, network.organisation, [small.film], facts, behalf=behalf, chains=late)
    earlier = db.session.query(Share).filter(
        Share.recorded_at <= saved.requested_at, Share.channel == Channel.EMAIL
    )
    assert earlier.count() == 1
    assert pack(saved, app) == before


# --- the control sheet ------------------------------------------------------------------------------------


def test_the_control_sheet_counts_the_registers(small: Small, app: Flask) -> None:
    content = packed(app)
    rows = [each for each in table(content, "control.csv") if each["figure"] in rules.LEDGER_CONTROLS]
    figures = {each["figure"]: int(each["value"]) for each in rows}
    assert figures.keys() == rules.LEDGER_CONTROLS.keys() and all(not each["recommendation"] for each in rows)
    assert {figure: value for figure, value in figures.items() if value} == {
        "resource_rows": 1, "year_rows": 3, "item_rows": 23, "usage_rows": 2, "evaluation_rows": 1,
        "development_rows": 1, "share_rows": 3, "share_for_it_rows": 1, "member_rows": 2, "practice_rows": 2,
        "use_rows": 2, "help_asked_rows": 1, "help_received_rows": 1, "help_answered_rows": 2, "state_rows": 2,
        "resources_in_use": 1, "resources_made": 1, "usage_views": 1, "usage_rated": 1,
        "evaluations_shows_effect": 1, "developments_under_way": 1, "shares_team_meeting": 1, "shares_website": 1,
        "practices_published": 1, "practices_that_show_an_effect": 1, "practices_shared_locally": 1,
        "practice_rows_published": 1, "help_asked_and_not_taken_back": 1, "help_answered": 1,
        "years_confirmed": 2, "years_to_be_confirmed": 1, "items_in_the_programme": 23, "states_under_way": 1,
    }  # fmt: skip
    (settled,) = [each for each in rows if each["figure"] == "overlaps_settled"]
    assert settled["recount"] == (
        "rows of library.csv with kind “development” that have current_at_date yes and overlap_found_on a day up to"
        " as_at and overlap_settled_on a day up to as_at; behind the figures of recommendation 8"
    )


@pytest.mark.parametrize("day", [date(2026, 5, 31), date(2026, 6, 1)])
def test_the_figures_are_those_of_the_rows_on_any_day(
    small: Small, app: Flask, tmp_path: Path, day: date
) -> None:
    """The verifier counts the rows; what the database said has to agree, before anything was recorded too."""
    content = pack(requested(["X00901", "X00903", "X00904"], ["SEP16-12"], as_at=day), app)
    assert verified(content, tmp_path) == ()
    counted = {each["figure"]: each["value"] for each in table(content, "control.csv")}
    assert counted["usage_views"] == ("1" if day.month == 6 else "0") and counted["usage_rows"] == "2"


def test_no_figure_of_the_registers_is_changed_unseen(forge: Forge) -> None:
    rows = list(csv.DictReader(io.StringIO(forge.members["data/control.csv"].decode(), newline="")))
    at = rules.COLUMNS["control.csv"].index("value")
    unseen = [
        row["figure"]
        for place, row in enumerate(rows, 1)
        if row["figure"] in rules.LEDGER_CONTROLS
        and not forge.problems("control.csv", lambda rows, place=place: rows[place].__setitem__(at, "77"))  # type: ignore[misc]
    ]
    assert unseen == []


# --- rows and events --------------------------------------------------------------------------------------


def test_every_row_of_an_organisation_names_the_event_that_recorded_it(
    small: Small, app: Flask, tmp_path: Path
) -> None:
    content = packed(app)
    kinds = set()
    for name in LEDGERS:
        for row in table(content, name):
            if not row["organisation"]:
                assert not row["audit_seq"] and row["kind"] in {"resource", "year", "item"}
                continue
            kinds.add(row["kind"])
            event = db.session.get(AuditEvent, (UUID(row["audit_chain"]), int(row["audit_seq"])))
            assert event is not None and str(event.actor_id) in {row["recorded_by"], row.get("reviewed_by")}
            assert event.type.split(".")[0] == RECORDED_BY[row["kind"]]
    assert kinds == set(RECORDED_BY)
    assert verified(content, tmp_path) == ()


def test_a_member_taken_off_the_list_still_names_the_event_that_put_it_there(
    small: Small, app: Flask, tmp_path: Path
) -> None:
    network = small.network
    added = factories.organisation("X00905")
    with writing():
        library.add_members(network.by, network.organisation, [added.id], date(2026, 5, 30))
        rows = list_member_rows(network.by, network.organisation.id)
        (row,) = [each for each in rows if each.member_id == added.id]
        library.remove_member(
            network.by, network.organisation, row.entity_id, "Another one was meant", version=1
        )
    content = packed(app, "X00903")
    (gone,) = [e for e in told(content, "dissemination.csv", "member") if e["for_members"] == "X00905"]
    event = db.session.get(AuditEvent, (network.organisation.id, int(gone["audit_seq"])))
    assert event is not None and event.type == "network.member_added"
    assert gone["current_at_date"] == "no" and gone["superseded_at_utc"]
    assert verified(content, tmp_path) == ()


def test_everything_that_may_become_of_a_row_agrees_with_its_events(
    small: Small, app: Flask, tmp_path: Path
) -> None:
    """Sent back, changed, sent again, published, stopped, withdrawn; a mistake, and the mistake put right."""
    _practice_through_every_state(small)
    _mistakes(small)
    content = packed(app, "X00901", "X00902", "X00903", "X00904")
    states = [each["state"] for each in told(content, "practice.csv", "practice") if each["title"] == "Tried"]
    assert states == [
        *("draft", "draft", "sent", "returned", "returned", "sent", "published", "returned", "sent", "withdrawn"),
    ]  # fmt: skip
    assert verified(content, tmp_path) == ()


def _practice_through_every_state(small: Small) -> None:
    by, place, lead = small.trust.by, small.trust.organisation, identity_of(small.national)
    facts = PracticeFacts("Tried", "SEP16-12", Setting.HOSPITAL, "A way", "Sooner", "Minutes", "Educators")
    with writing():
        row = practice.add_practice(by, place, facts)
        key, later = row.entity_id, replace(facts, effect="=Sooner\r\nby far")

    def change(version: int, *, send: bool = False) -> None:
        practice.change_practice(by, place, key, later, version=version, send=send)

    steps: list[Callable[[], object]] = [
        lambda: change(1),
        lambda: change(2, send=True),
        lambda: practice.return_practice(lead, key, reason="Say more", version=3),
        lambda: change(4),
        lambda: change(5, send=True),
        lambda: practice.publish_practice(lead, key, version=6),
        lambda: practice.stop_showing(lead, key, reason="It is unsafe", version=7),
        lambda: change(8, send=True),
        lambda: practice.withdraw_practice(by, place, key, reason="Nobody does it", version=9),
    ]
    for step in steps:
        with writing():
            step()


def _mistakes(small: Small) -> None:
    by, place, network = small.body.by, small.body.organisation, small.network
    facts = UsageFacts(
        small.film, Counted.COMPLETIONS, 7, date(2026, 4, 1), date(2026, 4, 30), "Another", date(2026, 5, 7)
    )
    shared = ShareFacts(Channel.OTHER, date(2026, 5, 6), channel_words="A poster")
    asked = HelpInput("SEP16-13", "And who else?")
    with writing():
        key = library.add_usage(by, place, facts).entity_id
        library.mark_usage_mistaken(by, place, key, "Not ours", version=1)
        library.change_usage(by, place, key, replace(facts, number=8), version=2)
    with writing():
        behalf = OnBehalf(everybody=True)
        (share,) = library.add_shares(network.by, network.organisation, [small.film], shared, behalf=behalf)
        library.mark_share_mistaken(
            network.by, network.organisation, share.entity_id, "It was not", version=1
        )
    with writing():
        question = practice.ask_help(small.trust.by, small.trust.organisation, asked).entity_id
    with writing():
        practice.take_back_help(
            small.trust.by, small.trust.organisation, question, reason="Found it", version=1
        )
    with writing():
        rows = list_member_rows(network.by, network.organisation.id)
        library.change_member(
            network.by, network.organisation, rows[0].entity_id, date(2025, 12, 1), None, version=1
        )


def test_words_that_were_removed_are_not_called_altered_and_the_limit_is_said(
    small: Small, app: Flask, tmp_path: Path
) -> None:
    """What a removed text changed cannot be told, until a later event says it again."""
    with writing():
        db.session.execute(text("UPDATE audit_private SET body = NULL, salt = NULL"))
    path = tmp_path / "pack.zip"
    path.write_bytes(packed(app))
    report = verify_bundle(path)
    assert report.problems == ()
    assert any(note.startswith("The words in ") and "only the dated seal" in note for note in report.notes)
    assert any("rows of the national library and of the programmes name no event" in n for n in report.notes)


def verified(content: bytes, folder: Path) -> tuple[object, ...]:
    path = folder / "pack.zip"
    path.write_bytes(content)
    return verify_bundle(path).problems


# What a pack cannot be asked about without the seal, by kind of row: nothing else in it says the same.
# The platform's trail is not in a pack, so what its rows say rests on the seal; that they are there, and which of them
# other rows name, shows all the same.
NATIONAL_ROWS = {
    "resource": {
        *("version", "number_in_source", "section", "from_source", "made_by", "level", "session_code", "format"),
        *("format_words", "audiences", "audience_words", "covers", "modules", "description", "minutes", "serves"),
        *("interactive", "link", "funder", "developer", "funding_note", "funding_checked_on", "note"),
        "recorded_at_utc",
    },
    "year": {"version", "title", "note", "from_source", "recorded_at_utc"},
    "item": {
        *("item", "version", "label", "item_kind", "title", "text", "note", "serves", "resource", "happens_on"),
        *("place", "host", "link", "historical", "from_source", "recorded_at_utc"),
    },
}  # fmt: skip
SEALED = {
    **NATIONAL_ROWS,
    # A member's chain is told that a network shared something for it, and not how it worded that.
    "share for it": {"channel_words", "link", "reason"},
}


@dataclass(frozen=True)
class Forge:
    """A pack whose tables somebody changes, with lists made to fit."""

    members: dict[str, bytes]
    folder: Path
    cut_off: datetime

    def problems(self, name: str, change: Callable[[list[list[str]]], None]) -> list[str]:
        rows = list(csv.reader(io.StringIO(self.members[f"data/{name}"].decode(), newline="")))
        change(rows)
        stream = io.StringIO(newline="")
        csv.writer(stream).writerows(rows)
        changed = self.members | {f"data/{name}": stream.getvalue().encode()}
        path = rebuild(self.folder / "forged.zip", relist(changed), self.cut_off)
        return [str(each) for each in verify_bundle(path).problems]

    def rows(self) -> Iterator[tuple[str, str, int]]:
        """File, kind and place of the last row of each kind: of what has versions, not the first."""
        for name in LEDGERS:
            text = self.members[f"data/{name}"].decode()
            rows = list(csv.reader(io.StringIO(text, newline="")))
            for kind in dict.fromkeys(row[0] for row in rows[1:]):
                yield name, kind, max(place for place, row in enumerate(rows) if row[0] == kind)


@pytest.fixture
def forge(small: Small, app: Flask, tmp_path: Path) -> Forge:
    content = packed(app)
    (tmp_path / "pack.zip").write_bytes(content)
    with (tmp_path / "pack.zip").open("rb") as handle:
        cut_off = Archive(handle).cut_off()
    assert cut_off is not None
    made = Forge(members_of(tmp_path / "pack.zip"), tmp_path, cut_off)
    assert [made.problems(name, lambda rows: None) for name in LEDGERS] == [[]] * len(LEDGERS)
    return made


def other(cell: str) -> str:
    swapped = {"yes": "no", "no": "yes", "": "2026-05-09"}
    return swapped.get(cell) or (
        str(int(cell) + 1) if cell.isdecimal() else f"{cell[:-1]}0x"[: len(cell) + 1]
    )


def test_no_cell_of_the_registers_is_changed_unseen(forge: Forge) -> None:
    """Each column of each kind of row, emptied and filled with something else; what only the seal covers is listed."""
    unseen: dict[str, set[str]] = {}
    for name, kind, place in forge.rows():
        for at, column in enumerate(rules.COLUMNS[name]):

            def change(rows: list[list[str]], cell: str) -> None:
                rows[place][at] = cell  # noqa: B023

            before = cell_of(forge, name, place, at)
            for cell in {"", other(before)} - {before}:
                if not forge.problems(name, lambda rows, cell=cell: change(rows, cell)):  # type: ignore[misc]
                    unseen.setdefault(kind, set()).add(column)
    assert unseen == SEALED


def cell_of(forge: Forge, name: str, place: int, at: int) -> str:
    return list(csv.reader(io.StringIO(forge.members[f"data/{name}"].decode(), newline="")))[place][at]


def test_no_row_of_the_registers_is_dropped_or_doubled_unseen(forge: Forge) -> None:
    """A row of each kind: dropped, written twice, or without the number of its event."""
    unseen = []
    for name, kind, place in forge.rows():
        changes: dict[str, Callable[[list[list[str]]], None]] = {
            "dropped": lambda rows, place=place: rows.pop(place),
            "doubled": lambda rows, place=place: rows.insert(place, list(rows[place])),
        }  # type: ignore[misc]
        if kind not in NATIONAL_ROWS:
            at = rules.COLUMNS[name].index("audit_seq")
            changes["without its event"] = lambda rows, place=place, at=at: rows[place].__setitem__(at, "")  # type: ignore[misc]
        unseen += [(kind, what) for what, change in changes.items() if not forge.problems(name, change)]
    assert unseen == []


def test_a_file_of_the_registers_emptied_is_noticed(forge: Forge) -> None:
    for name in LEDGERS:
        assert forge.problems(name, lambda rows: rows.__delitem__(slice(1, None))), name


FORGED = [
    ("library.csv", "usage", 0, "number", "4000"),
    ("dissemination.csv", "share", 0, "about_on", "2026-05-21"),
    ("dissemination.csv", "share", 1, "about_on", "2026-05-21"),
    ("practice.csv", "practice", 0, "state", "published"),
    ("programme.csv", "state", 0, "status", "done"),
    ("programme.csv", "state", 1, "due_on", "2027-09-30"),
]


def test_a_changed_cell_is_named_with_its_event(forge: Forge) -> None:
    """Also in a first version, and in a later one of which the event tells only what changed with it."""
    for name, kind, place, column, cell in FORGED:
        row = [n for n, each in enumerate(_rows_of(forge, name)) if each[0] == kind][place]
        at = rules.COLUMNS[name].index(column)
        found = forge.problems(name, lambda rows, row=row, at=at, cell=cell: rows[row].__setitem__(at, cell))  # type: ignore[misc]
        assert any(f"says another {column} than row" in each and name in each for each in found), (
            kind,
            column,
        )


def _rows_of(forge: Forge, name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(forge.members[f"data/{name}"].decode(), newline="")))
