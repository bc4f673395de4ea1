"""The national library as shipped, against the source document itself; and how the national lead keeps it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests import factories
from tests.factories import identity_of
from tracker.access.permissions import Role
from tracker.audit.models import AuditEvent
from tracker.catalogue import queries as catalogue
from tracker.catalogue.rules import Seeded
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.extensions import db
from tracker.library import actions, queries
from tracker.library.loader import NATIONAL, LibraryFileError, ShippedNational, load_national
from tracker.library.rules import (
    Audience,
    Endorsement,
    FundingFacts,
    Grade,
    Learner,
    Level,
    NationalFacts,
    NationalKind,
    Patients,
    Setting,
    Wanted,
    closeness,
    code_for,
)
from tracker.web.transactions import writing

SOURCE = Path(__file__).parent.parent / "data" / "hee-sepsis-resources-and-recommendations.txt"
RAW = SOURCE.read_text(encoding="utf-8")
DOCUMENT = " ".join(RAW.split())
HEADINGS = {
    "Nationally developed resources": Level.NATIONAL,
    "HEE’s E-learning for Healthcare resources": Level.ELEARNING,
    "Locally developed resources": Level.LOCAL,
}
ENTRIES = load_national().entries
RESOURCES = [each for each in ENTRIES if each.facts.kind is NationalKind.RESOURCE]
PAGES = [each for each in ENTRIES if each.facts.kind is NationalKind.PAGE]


def entry(code: str) -> ShippedNational:
    return next(each for each in ENTRIES if each.code == code)


# --- against the source document --------------------------------------------------------------------------


def table_of_the_document() -> list[tuple[str, str, str, str]]:
    """Heading, title, format and audience of every row of the table, read from the document's own lines."""
    body = RAW.split("Suggested audience", 1)[1].split("Recommendations:", 1)[0]
    lines = [" ".join(line.split()) for line in body.splitlines() if line.strip()]
    rows, heading, cells = [], "", list[str]()
    for line in lines:
        if line in HEADINGS:
            heading = line
            continue
        cells.append(line)
        if len(cells) == 3:
            rows.append((heading, *cells))
            cells = []
    assert not cells
    return rows  # type: ignore[return-value]


def test_every_row_of_the_table_is_there_with_its_title_format_and_audience() -> None:
    rows = table_of_the_document()
    assert len(rows) == 12
    shipped = [each for each in RESOURCES if each.number is None]
    stated = [
        (
            each.section,
            each.facts.title,
            each.facts.format_words,
            f"{each.facts.audience_words} {each.facts.description}".strip(),
        )
        for each in shipped
    ]
    assert stated == rows
    assert [each.facts.level for each in shipped] == [HEADINGS[row[0]] for row in rows]


def test_a_second_version_of_a_game_is_not_an_audience() -> None:
    game = entry("sepsis-game").facts
    assert game.audience_words == "All clinical staff in all settings."
    assert "Sepsis Game App" in game.description


def test_the_session_codes_are_those_of_the_titles() -> None:
    coded = {each.facts.session_code: each.facts for each in RESOURCES if each.facts.session_code}
    assert set(coded) == set(re.findall(r"\((\d\d_[\d_]+)\)", DOCUMENT)) == {"03_17_01", "03_034", "08_09"}
    assert all(f"({code})" in facts.title for code, facts in coded.items())


def test_the_four_described_ones_are_word_for_word_with_their_numbers() -> None:
    described = [each for each in RESOURCES if each.number is not None]
    assert [each.number for each in described] == [1, 2, 3, 5]
    for each in described:
        facts = each.facts
        assert f"{each.number}. {facts.title} {facts.description}" in DOCUMENT
        assert facts.level is Level.NOT_STATED
        words = [facts.audience_words, facts.format_words, facts.made_by, each.developer, *facts.covers]
        assert all(text in facts.description for text in words)


def test_the_ask_and_both_links_are_the_document_s() -> None:
    assert load_national().ask in DOCUMENT
    links = re.findall(r"https?://[^\s)]+", DOCUMENT)
    assert [each.facts.link for each in PAGES] == links and len(links) == 2
    assert all(each.facts.title in DOCUMENT for each in PAGES)
    assert [each.facts.link for each in RESOURCES if each.facts.link] == [], "the source gives no other link"


def test_sixteen_resources_five_modules_and_one_for_groups() -> None:
    assert len(RESOURCES) == 16
    modules = entry("think-sepsis-primary-care").facts.modules
    assert [each.audience for each in modules] == ["all healthcare staff in primary care"] + [
        "general practitioners"
    ] * 4
    assert [each.code for each in RESOURCES if each.facts.is_interactive] == ["think-sepsis-paediatrics"]


def test_what_the_source_says_of_who_made_or_endorsed_it() -> None:
    of = {each.code: each.facts.endorsement for each in ENTRIES}
    made = {code for code, word in of.items() if word is Endorsement.MADE}
    assert {"elfh-03-17-01", "elfh-03-034", "elfh-08-09", "sepsis-savvy", "think-sepsis-primary-care"} <= made
    assert of["careworkers-guide"] is Endorsement.ENDORSED
    table = {
        each.code for each in RESOURCES if each.number is None and each.facts.level is not Level.ELEARNING
    }
    assert {of[code] for code in table} == {Endorsement.NEITHER}


def test_they_serve_recommendations_that_there_are(app: Flask) -> None:
    factories.catalogue()
    codes = {row.code for row in catalogue.list_recommendations()}
    assert {code for each in ENTRIES for code in each.facts.serves} <= codes
    assert [each.code for each in ENTRIES if "SEP16-03" in each.facts.serves] == ["careworkers-guide"]
    assert [each.code for each in ENTRIES if "SEP16-17" in each.facts.serves] == ["think-sepsis-paediatrics"]
    shared = {each.code for each in ENTRIES if "SEP16-01" in each.facts.serves}
    assert shared == {each.code for each in ENTRIES if each.facts.endorsement is not Endorsement.NEITHER}


# --- for whom ---------------------------------------------------------------------------------------------


def suggested(wanted: Wanted) -> list[str]:
    found = [(closeness(each.facts.audiences, wanted), each.position, each.code) for each in RESOURCES]
    return [code for close, _place, code in sorted(row for row in found if row[0] is not None)]


def test_a_care_home_finds_the_guide_for_care_workers_first() -> None:
    for wanted in (
        Wanted(setting=Setting.CARE_HOME),
        Wanted(staff=Learner.CARE_WORKERS, setting=Setting.CARE_HOME),
        Wanted(staff=Learner.CARE_WORKERS),
    ):
        found = suggested(wanted)
        assert found[0] == "careworkers-guide"
        assert "think-sepsis-primary-care" not in found


def test_grade_place_and_patients_narrow_what_is_suggested() -> None:
    foundation = Wanted(Learner.MEDICAL, Grade.FOUNDATION, Setting.HOSPITAL)
    assert suggested(foundation)[0] == "elfh-08-09"
    consultant = suggested(replace(foundation, grade=Grade.CONSULTANT))
    assert "elfh-08-09" not in consultant and "bmj-severe-sepsis" in consultant
    children = suggested(Wanted(Learner.NURSING, None, Setting.HOSPITAL, Patients.CHILDREN))
    assert children[0] == "re-act-sick-child" and "bmj-severe-sepsis" not in children
    assert suggested(Wanted(Learner.MEDICAL, None, Setting.PRIMARY_CARE))[0] == "think-sepsis-primary-care"
    assert "elfh-03-034" in suggested(Wanted(Learner.SCIENTIFIC_TECHNICAL, None, Setting.HOSPITAL))


def test_an_address_is_made_of_the_title_and_never_taken_twice() -> None:
    assert code_for("Sepsis: a careworker’s guide", []) == "sepsis-a-careworkers-guide"
    assert code_for("New", []) == "new-2"
    assert code_for("!!", ["resource"]) == "resource-2"


# --- the file ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "old, new, words",
    [
        ('code = "sepsis-game"', 'code = "gaps"', "gaps: the code must be words"),
        ('format = "board_game"', 'format = "chess"', "sepsis-game: 'chess' is not a valid LearningFormat"),
        ('title = "The Sepsis Game"', 'tilte = "The Sepsis Game"', "sepsis-game: unknown entry tilte"),
        ('title = "The Sepsis Game"', 'title = ""', "sepsis-game: Enter the title"),
        ('title = "eLfH webpage"', 'title = "The Sepsis Game"', "stands twice"),
        ('grades = ["foundation"]', 'grades = ["chief"]', "elfh-08-09: 'chief' is not a valid Grade"),
    ],
)
def test_a_slip_in_the_file_is_named_with_its_entry(tmp_path: Path, old: str, new: str, words: str) -> None:
    text = NATIONAL.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "national.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LibraryFileError, match=words):
        load_national(path)


# --- seeding ----------------------------------------------------------------------------------------------


def seed() -> Seeded:
    with writing():
        return actions.seed_national(ENTRIES)


def test_the_file_is_entered_once_and_what_a_person_changed_stays(app: Flask) -> None:
    lead = identity_of(factories.person(Role.NATIONAL_LEAD))
    assert len(seed().added) == 18
    assert [row.code for row in queries.list_national_resources()] == [each.code for each in ENTRIES]
    again = seed()
    assert (again.added, again.changed, again.kept, again.unchanged) == ((), (), (), 18)
    facts = replace(entry("sepsis-game").facts, link="https://game.example/")
    with writing():
        actions.change_national(lead, "sepsis-game", facts, version=1)
    assert seed().kept == ("sepsis-game",)
    assert queries.get_national_resource("sepsis-game").link == "https://game.example/"
    game = entry("war-on-sepsis-film-1")
    with writing():
        newer = actions.seed_national([replace(game, facts=replace(game.facts, note="Another note"))])
    assert newer.changed == (game.code,)
    assert [row.version for row in queries.list_national_history(game.code)] == [2, 1]


def sync(code: str, *, position: int | None = None, number: int | None = None, **facts: object) -> Seeded:
    """The file is read again, and says something else of one resource."""
    shipped = entry(code)
    beside = {"position": position or shipped.position, "number": number or shipped.number}
    newer = replace(shipped, facts=replace(shipped.facts, **facts), **beside)  # type: ignore[arg-type]
    with writing():
        return actions.seed_national([newer])


def test_who_notes_the_funding_keeps_no_correction_of_the_file_away(app: Flask) -> None:
    seed()
    lead = identity_of(factories.person(Role.NATIONAL_LEAD))
    noted = FundingFacts("A fund", "A university", "", date(2026, 1, 1))
    with writing():
        actions.record_funding(lead, "sepsis-game", noted, version=1)
    assert sync("sepsis-game", link="https://game.example/").changed == ("sepsis-game",)
    row = queries.get_national_resource("sepsis-game")
    assert (row.link, row.funder, row.developer) == ("https://game.example/", "A fund", "A university")


def test_a_field_that_a_person_changed_stays_and_the_others_follow_the_file(app: Flask) -> None:
    seed()
    lead = identity_of(factories.person(Role.NATIONAL_LEAD))
    facts = replace(entry("sepsis-game").facts, link="https://ours.example/")
    with writing():
        actions.change_national(lead, "sepsis-game", facts, version=1)
    for number, note in enumerate(("A first note", "A second note")):
        told = sync("sepsis-game", note=note, link=f"https://theirs.example/{number}")
        assert (told.changed, told.kept) == (("sepsis-game",), ("sepsis-game",))
        row = queries.get_national_resource("sepsis-game")
        assert (row.note, row.link) == (note, "https://ours.example/")
    same = sync("sepsis-game", note="A second note", link="https://theirs.example/1")
    assert (same.changed, same.kept) == ((), ("sepsis-game",))


def test_a_retired_resource_stays_as_it_was(app: Flask) -> None:
    seed()
    lead = identity_of(factories.person(Role.NATIONAL_LEAD))
    with writing():
        actions.retire_national(lead, "sepsis-game", on=date(2026, 1, 31), reason="Replaced", version=1)
    assert sync("sepsis-game", note="A note").kept == ("sepsis-game",)
    assert queries.get_national_resource("sepsis-game").version == 2


@pytest.mark.parametrize("what, key", [("position", "place_in_list"), ("number", "source_number")])
def test_another_place_in_the_list_is_told_to_the_trail(app: Flask, what: str, key: str) -> None:
    seed()
    before = getattr(entry("sepsis-game"), what)
    assert sync("sepsis-game", **{what: 900}).changed == ("sepsis-game",)
    query = select(AuditEvent).where(AuditEvent.type == "national_resource.changed")
    (event,) = db.session.scalars(query)
    assert json.loads(event.header)["public"][key] == {"old": before, "new": 900}


def test_the_catalogue_s_command_brings_the_library(app: Flask) -> None:
    runner = app.test_cli_runner()
    first, second = (runner.invoke(args=["catalogue", "sync"]) for _ in range(2))
    assert "library added 18, changed 0, kept as changed here 0, unchanged 0" in first.output
    assert "library added 0, changed 0, kept as changed here 0, unchanged 18" in second.output
    assert "programme added 26, changed 0, kept as changed here 0, unchanged 0" in first.output
    assert "programme added 0, changed 0, kept as changed here 0, unchanged 26" in second.output


# --- the national lead ------------------------------------------------------------------------------------

FACTS = NationalFacts(
    title="A new film",
    audiences=(Audience(frozenset({Learner.NURSING}), frozenset({Setting.HOSPITAL}), Patients.ALL),),
    link="https://films.example/new",
)


@pytest.mark.parametrize(
    "facts, field, words",
    [
        (replace(FACTS, title=""), "title", "Enter the title"),
        (replace(FACTS, title="THE SEPSIS GAME"), "title", "already"),
        (replace(FACTS, link="ftp://films.example"), "link", "starts with https"),
        (replace(FACTS, link="javascript:alert(1)"), "link", "starts with https"),
        (replace(FACTS, audiences=()), "audiences", "who it is for"),
        (replace(FACTS, minutes=0), "minutes", "between 1"),
        (replace(FACTS, note="Patient 943 476 5919"), "note", "NHS number"),
        (replace(FACTS, kind=NationalKind.PAGE, link=""), "link", "web address"),
        (
            replace(FACTS, audiences=(replace(FACTS.audiences[0], grades=frozenset({Grade.CONSULTANT})),)),
            "audiences.0.grades",
            "doctors alone",
        ),
    ],
)
def test_what_may_not_be_entered_is_said_at_its_field(
    app: Flask, facts: NationalFacts, field: str, words: str
) -> None:
    seed()
    lead = identity_of(factories.person(Role.NATIONAL_LEAD))
    with pytest.raises(RuleBroken) as broken, writing():
        actions.add_national(lead, facts)
    assert any(name == field and words in text for name, text in broken.value.problems)


def test_added_changed_and_retired_with_every_state_kept(app: Flask) -> None:
    seed()
    lead = identity_of(factories.person(Role.NATIONAL_LEAD))
    with writing():
        row = actions.add_national(lead, FACTS)
    assert (row.code, row.from_source) == ("a-new-film", False)
    assert queries.list_national_resources()[-1].code == "a-new-film"
    with writing():
        actions.change_national(lead, row.code, replace(FACTS, minutes=20), version=1)
    with pytest.raises(Conflict), writing():
        actions.change_national(lead, row.code, replace(FACTS, minutes=30), version=1)
    with writing():
        actions.retire_national(lead, row.code, on=date(2026, 1, 31), reason="Replaced by another", version=2)
    history = queries.list_national_history(row.code)
    assert [(each.version, each.minutes, each.retired_on) for each in history] == [
        (3, 20, date(2026, 1, 31)),
        (2, 20, None),
        (1, None, None),
    ]
    with pytest.raises(RuleBroken, match="retired"), writing():
        actions.change_national(lead, row.code, FACTS, version=3)
    with writing():
        actions.restore_national(lead, row.code, reason="It is still right", version=3)
    assert queries.get_national_resource(row.code).retired_on is None
    types = set(db.session.scalars(select(AuditEvent.type).where(AuditEvent.subject_code == "a-new-film")))
    assert types == {f"national_resource.{word}" for word in ("added", "changed", "retired", "restored")}


def test_what_is_in_use_is_not_brought_back_and_nothing_comes_back_beside_its_namesake(app: Flask) -> None:
    seed()
    lead = identity_of(factories.person(Role.NATIONAL_LEAD))
    with pytest.raises(RuleBroken, match="in use"), writing():
        actions.restore_national(lead, "sepsis-game", reason="Still right", version=1)
    with writing():
        actions.retire_national(lead, "sepsis-game", on=date(2026, 1, 31), reason="Replaced", version=1)
    with pytest.raises(Conflict), writing():
        actions.restore_national(lead, "sepsis-game", reason="Still right", version=1)
    with writing():
        actions.add_national(lead, replace(FACTS, title="The Sepsis Game"))
    with pytest.raises(RuleBroken, match="another resource with this title"), writing():
        actions.restore_national(lead, "sepsis-game", reason="Still right", version=2)


def test_a_day_to_come_and_no_reason_are_refused(app: Flask) -> None:
    seed()
    lead = identity_of(factories.person(Role.NATIONAL_LEAD))
    with pytest.raises(RuleBroken) as broken, writing():
        actions.retire_national(lead, "sepsis-game", on=date(2100, 1, 1), reason="", version=1)
    assert {name for name, _text in broken.value.problems} == {"retired_on", "reason"}


@pytest.mark.parametrize("role", [Role.CHAMPION, Role.TRUST_LEAD, Role.ADMINISTRATOR])
def test_only_the_national_lead_keeps_the_library(app: Flask, role: Role) -> None:
    seed()
    own = factories.organisation()
    someone = identity_of(factories.person(role, None if role is Role.ADMINISTRATOR else own))
    for act in (
        lambda: actions.add_national(someone, FACTS),
        lambda: actions.change_national(someone, "sepsis-game", FACTS, version=1),
        lambda: actions.retire_national(someone, "sepsis-game", on=date(2026, 1, 1), reason="x", version=1),
        lambda: actions.restore_national(someone, "sepsis-game", reason="x", version=1),
    ):
        with pytest.raises(NotAllowed), writing():
            act()
