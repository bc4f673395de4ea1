"""Where training is missing, and what an owner's check is worth on a resource's page."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.factories import identity_of
from tracker import clock
from tracker.access.permissions import Role
from tracker.catalogue.rules import OrganisationKind
from tracker.library import actions as library
from tracker.library.loader import load_guidelines
from tracker.library.queries import list_versions
from tracker.library.rules import (
    Format,
    GuidelineVersion,
    Learner,
    Patients,
    Population,
    ResourceFacts,
    Setting,
    Source,
    StaffGroup,
    audiences_of,
    current_versions,
)
from tracker.measures.alignment import actions as alignment
from tracker.measures.alignment.rules import Assessed, Claim, Claims, Item, Result
from tracker.pages.presenters.coverage import Cover, Known, cells, counts, worth
from tracker.web.transactions import writing

DAY = date(2026, 11, 23)
OLD = GuidelineVersion("old", "NG51", "Sepsis", date(2024, 1, 31), frozenset(Population))
ADULTS = GuidelineVersion(
    "adults", "NG253", "Sepsis in adults", date(2025, 11, 19), frozenset({Population.ADULTS}),
    recheck_by=date(2027, 1, 1),
)  # fmt: skip
REGISTER = [OLD, ADULTS]
ITEM = Item(
    uuid4(), "A film", Source.OWN, Patients.ALL, False, None, None, None, None, None, None,
    Assessed(Result.ALIGNED, date(2026, 1, 1), frozenset({"old", "adults"})), datetime(2026, 1, 1, tzinfo=UTC),
)  # fmt: skip


def held(*versions: str, result: Result = Result.ALIGNED, on: date = date(2026, 1, 1)) -> Item:
    return replace(ITEM, assessed=Assessed(result, on, frozenset(versions)))


def owned(*items: Item) -> Claims:
    """Each on the list of another owner."""
    return tuple(Claim(f"Owner {number}", item) for number, item in enumerate(items))


@pytest.mark.parametrize(
    "owners, patients, expected",
    [
        ([], Patients.ADULTS, Cover.UNCHECKED),
        ([replace(ITEM, assessed=None)], Patients.ADULTS, Cover.UNCHECKED),
        ([replace(ITEM, withdrawn_on=date(2026, 2, 1))], Patients.ADULTS, Cover.UNCHECKED),
        ([held("adults", on=date(2027, 1, 1))], Patients.ADULTS, Cover.UNCHECKED),
        ([held("adults", result=Result.PARTLY)], Patients.ADULTS, Cover.BEHIND),
        # The version before, though its day to check again has not passed: not every current guideline.
        ([held("old")], Patients.ADULTS, Cover.BEHIND),
        ([held("adults")], Patients.ADULTS, Cover.COVERED),
        ([held("adults")], Patients.CHILDREN, Cover.BEHIND),
        ([held("old")], Patients.CHILDREN, Cover.COVERED),
        # Of several owners all who checked it must have found it up to date; who has not checked it says nothing.
        ([held("adults"), held("adults")], Patients.ADULTS, Cover.COVERED),
        ([held("adults"), held("adults", result=Result.PARTLY)], Patients.ADULTS, Cover.BEHIND),
        ([held("old"), held("adults")], Patients.ADULTS, Cover.BEHIND),
        ([held("adults"), replace(ITEM, assessed=None)], Patients.ADULTS, Cover.COVERED),
    ],
)
def test_what_checks_are_worth_for_these_patients(
    owners: list[Item], patients: Patients, expected: Cover
) -> None:
    assert worth(owned(*owners), REGISTER, patients, DAY) is expected


def test_two_kinds_of_gap_are_told_apart() -> None:
    audience = audiences_of([{"staff": ["03"], "settings": ["hospital"], "patients": "all"}])
    known = [Known("A film", audience, ()), Known("A game", audience, owned(held("adults")))]
    found = {
        (each.staff, each.setting, each.patients): (each.cover, each.resources)
        for each in cells(known, REGISTER, DAY)
    }
    assert len(found) == 11 * 7 * 3
    nurses = (Learner.NURSING, Setting.HOSPITAL)
    assert found[(*nurses, Patients.ADULTS)] == (Cover.COVERED, 2)
    assert found[(*nurses, Patients.CHILDREN)] == (Cover.BEHIND, 2)
    assert found[(Learner.MEDICAL, Setting.HOSPITAL, Patients.ADULTS)] == (Cover.NOTHING, 0)
    alone = cells(known[:1], REGISTER, DAY)
    assert {each.cover for each in alone} == {Cover.NOTHING, Cover.UNCHECKED}


def known(owners: Claims, **audience: object) -> Known:
    return Known("Training", audiences_of([{"patients": "all", **audience}]), owners)


def test_what_is_for_some_grades_or_one_department_is_up_to_date_for_some_of_them() -> None:
    """231 combinations, counted by hand."""
    aligned = owned(held("old", "adults"))
    there = [
        # Doctors in 4 places, 3 kinds of patients: 12.
        known(
            aligned, staff=["01"], grades=["foundation"],
            settings=["hospital", "primary_care", "community", "mental_health"],
        ),
        # Nurses and pharmacists in hospital, 3 kinds of patients: 6.
        known(aligned, staff=["03", "05"], settings=["hospital"], area="critical_care"),
        # Six groups in seven places, adults alone: 42, of which 4 + 2 are above and 1 is below: 35.
        known((), staff=["clinical"], settings=["any"], patients="adults"),
        known(aligned, staff=["03"], settings=["community"], patients="adults"),
        # Seven places, adults alone: 7.
        known(owned(held("adults", result=Result.PARTLY)), staff=["08"], settings=["any"], patients="adults"),
    ]  # fmt: skip
    found = cells(there, REGISTER, DAY)
    assert {each.cover: each.number for each in counts(found)} == {
        Cover.NOTHING: 170, Cover.UNCHECKED: 35, Cover.BEHIND: 7, Cover.SOME: 12 + 6, Cover.COVERED: 1,
    }  # fmt: skip
    of = {(each.staff, each.setting, each.patients): each for each in found}
    nurses = of[Learner.NURSING, Setting.HOSPITAL, Patients.ADULTS]
    assert (nurses.cover, nurses.resources) == (Cover.SOME, 2)
    assert of[Learner.NURSING, Setting.COMMUNITY, Patients.ADULTS].cover is Cover.COVERED


@pytest.mark.parametrize(
    "audiences, expected",
    [
        ([{"grades": ["foundation"]}], Cover.SOME),
        ([{"area": "emergency_department"}], Cover.SOME),
        ([{"grades": ["foundation", "training", "specialty", "consultant", "gp"]}], Cover.COVERED),
        ([{"grades": ["foundation"]}, {}], Cover.COVERED),
        # What is for all of them is about children alone.
        ([{"grades": ["foundation"]}, {"patients": "children"}], Cover.SOME),
    ],
)
def test_one_audience_that_is_for_all_of_them_is_enough(
    audiences: list[dict[str, object]], expected: Cover
) -> None:
    rows = [{"staff": ["01"], "settings": ["hospital"], "patients": "all", **each} for each in audiences]
    there = [Known("Training", audiences_of(rows), owned(held("old", "adults")))]
    (cell,) = (
        each
        for each in cells(there, REGISTER, DAY)
        if (each.staff, each.setting, each.patients) == (Learner.MEDICAL, Setting.HOSPITAL, Patients.ADULTS)
    )
    assert cell.cover is expected


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_the_table_of_gaps_says_how_many_and_narrows(app: Flask, client: FlaskClient) -> None:
    factories.catalogue()
    factories.national_library()
    page = client.get("/resources/gaps").text
    assert "All 231 combinations" in words(page) and "0 of 231. At least one that is for all" in words(page)
    assert "not checked is not up to date" in words(page)
    narrowed = words(client.get("/resources/gaps?staff=care&setting=care_home&show=unchecked").text)
    assert "1 of 77 combinations for these patients" in narrowed
    assert "Care homes and care at home for Care workers (1 resource)" in narrowed
    assert "No combination is like this" in words(
        client.get("/resources/gaps?staff=care&setting=care_home&show=nothing").text
    )
    assert client.get("/resources/gaps?patients=cats&staff=x&show=y&page=99").status_code == 200


def test_the_owner_s_check_is_inherited_by_page_and_table(app: Flask, client: FlaskClient) -> None:
    factories.catalogue()
    factories.national_library()
    body = factories.organisation(name="National body", kind=OrganisationKind.NATIONAL_BODY)
    by = identity_of(factories.person(Role.CHAMPION, body))
    with writing():
        library.seed_guidelines(load_guidelines())
    needed = {each.id for each in current_versions(list_versions(), date(2026, 1, 1)).values()}
    facts = ResourceFacts(
        "Sepsis: A careworker’s guide", Format.ONLINE, Source.OWN, frozenset({StaffGroup.EVERYBODY}),
        Setting.CARE_HOME, Patients.ALL, is_online=True,
    )  # fmt: skip
    with writing():
        own = library.add_resource(by, body, facts).entity_id
        alignment.assess(
            by, body, own, result=Result.ALIGNED, assessed_on=date(2026, 1, 1), assessor="", note="",
            versions=sorted(needed), version=0,
        )  # fmt: skip
    page = words(client.get("/resources/careworkers-guide").text)
    assert (
        "Up to date with NICE National body recorded this for everybody after a check on 1 January 2026"
        in page
    )
    found = words(client.get("/resources/gaps?staff=care&setting=care_home&show=covered").text)
    assert "Care homes and care at home for Care workers (1 resource)" in found
    assert "Not checked" in words(client.get("/resources/sepsis-game").text)


def checked_today(code: str) -> None:
    """The national body lists it as its own and finds that it follows everything."""
    body = factories.organisation(name="National body", kind=OrganisationKind.NATIONAL_BODY)
    by = identity_of(factories.person(Role.CHAMPION, body))
    facts = ResourceFacts(
        "Ours", Format.ONLINE, Source.OWN, frozenset({StaffGroup.EVERYBODY}), Setting.ANY, Patients.ALL,
        is_online=True, national_code=code,
    )  # fmt: skip
    with writing():
        library.seed_guidelines(load_guidelines())
        own = library.add_resource(by, body, facts).entity_id
        today = clock.today()
        needed = {each.id for each in current_versions(list_versions(), today).values()}
        alignment.assess(
            by, body, own, result=Result.ALIGNED, assessed_on=today, assessor="", note="",
            versions=sorted(needed), version=0,
        )  # fmt: skip


def test_training_for_foundation_doctors_does_not_cover_all_doctors(app: Flask, client: FlaskClient) -> None:
    factories.catalogue()
    factories.national_library()
    checked_today("elfh-08-09")
    page = words(client.get("/resources/gaps").text)
    assert "S Up to date for some of them 12 of 231." in page
    assert "C Up to date with NICE 0 of 231." in page
    assert "Medical and Dental : doctors and dentists S Up to date for some of them S" in page
    narrowed = words(client.get("/resources/gaps?staff=01&show=some").text)
    assert "4 of 77 combinations for these patients" in narrowed
    every = words(client.get("/resources/gaps?staff=01").text)
    assert "7 of 77 combinations" in every, "for some of them is a gap too"


def test_the_gaps_can_be_taken_along_as_they_are_narrowed(app: Flask, client: FlaskClient) -> None:
    factories.national_library()
    page = client.get("/resources/gaps?staff=care&show=unchecked&show=x&page=9").text
    (address,) = re.findall(r'href="([^"]+)">These as CSV', page)
    assert unescape(address) == "/resources/gaps.csv?patients=adults&staff=care&show=unchecked"
    answer = client.get(unescape(address))
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert f"{len(rows)} of " in words(page) and rows
    (home,) = [row for row in rows if row["place"] == Setting.CARE_HOME.label]
    assert int(home.pop("resources")) > 0
    assert home == {
        "staff_group": Learner("care").label, "which_staff": Learner("care").hint, "place": Setting.CARE_HOME.label,
        "patients": Patients.ADULTS.label, "training": Cover.UNCHECKED.label, "as_at": clock.today().isoformat(),
    }  # fmt: skip
    every = client.get("/resources/gaps.csv?patients=cats").text
    shown = words(client.get("/resources/gaps").text)
    assert f"{every.count(chr(13)) - 1} of " in shown, "the gaps of adults, as on the page"


def test_a_retired_resource_leaves_the_table_of_gaps(app: Flask, client: FlaskClient) -> None:
    factories.catalogue()
    factories.national_library()
    checked_today("careworkers-guide")
    asked = "/resources/gaps?staff=care&setting=care_home"
    assert "(1 resource)" in words(client.get(f"{asked}&show=covered").text)
    lead = identity_of(factories.person(Role.NATIONAL_LEAD))
    with writing():
        library.retire_national(
            lead, "careworkers-guide", on=clock.today(), reason="Replaced by another", version=1
        )
    assert "No combination is like this" in words(client.get(f"{asked}&show=covered").text)
    assert "1 of 77 combinations" in words(client.get(f"{asked}&show=nothing").text)


def test_staff_groups_are_explained_where_they_are_chosen_and_where_they_stand(
    app: Flask, client: FlaskClient
) -> None:
    factories.national_library()
    page = client.get("/resources/gaps").text
    said = "Additional Clinical Services: healthcare assistants and others"
    assert said in words(page.split("<select")[2]) and said in words(client.get("/training").text)
    assert words(page).count("Additional Clinical Services : healthcare assistants and others") == 2
