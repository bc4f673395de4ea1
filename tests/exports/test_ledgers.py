"""What a pack holds of the library, of what was shared, of good practice and of the programmes; and what shows."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from tests.exports.registers import CARERS, ITEM, LEDGERS, Small, made, packed, told, values, verified
from tests.exports.test_measures import pack, table
from tests.exports.test_queries import requested
from tests.factories import identity_of
from tracker import clock
from tracker.audit.actions import open_chains
from tracker.exports import rules
from tracker.extensions import db
from tracker.library import actions as library
from tracker.library.loader import load_national
from tracker.library.models import Share
from tracker.library.rules import (
    Channel,
    DevelopmentFacts,
    FundingFacts,
    OnBehalf,
    Reach,
    ShareFacts,
    Stage,
)
from tracker.programme import actions as programme
from tracker.programme.rules import ItemFacts, ItemKind
from tracker.web.transactions import writing


@pytest.fixture
def small(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Small:
    return made(monkeypatch)


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


def test_the_owner_of_a_resource_stands_there_by_its_code(small: Small, app: Flask) -> None:
    lead, code = identity_of(small.national), "careworkers-guide"
    facts = next(each.facts for each in load_national().entries if each.code == code)
    owner = small.network.organisation
    with writing():
        library.seed_national(load_national().entries)
        library.change_national(lead, code, replace(facts, owner_id=owner.id), version=1)
    owned = {each["resource"]: each["owned_by"] for each in told(packed(app), "library.csv", "resource")}
    assert {name: by for name, by in owned.items() if by} == {code: owner.code}


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
        " as_at and overlap_settled_on a day up to as_at and reason empty; behind the figures of recommendation 8"
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
