"""Where training is missing, and what an owner's check is worth on a resource's page."""

from __future__ import annotations

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
from tracker.measures.alignment.rules import Assessed, Item, Result
from tracker.pages.presenters.coverage import Cover, Known, cells, worth
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


@pytest.mark.parametrize(
    "owners, patients, expected",
    [
        (None, Patients.ADULTS, Cover.UNCHECKED),
        (replace(ITEM, assessed=None), Patients.ADULTS, Cover.UNCHECKED),
        (replace(ITEM, withdrawn_on=date(2026, 2, 1)), Patients.ADULTS, Cover.UNCHECKED),
        (held("adults", on=date(2027, 1, 1)), Patients.ADULTS, Cover.UNCHECKED),
        (held("adults", result=Result.PARTLY), Patients.ADULTS, Cover.BEHIND),
        # The version before, though its day to check again has not passed: not every current guideline.
        (held("old"), Patients.ADULTS, Cover.BEHIND),
        (held("adults"), Patients.ADULTS, Cover.COVERED),
        (held("adults"), Patients.CHILDREN, Cover.BEHIND),
        (held("old"), Patients.CHILDREN, Cover.COVERED),
    ],
)
def test_what_a_check_is_worth_for_these_patients(
    owners: Item | None, patients: Patients, expected: Cover
) -> None:
    assert worth(owners, REGISTER, patients, DAY) is expected


def test_two_kinds_of_gap_are_told_apart() -> None:
    audience = audiences_of([{"staff": ["03"], "settings": ["hospital"], "patients": "all"}])
    known = [Known("A film", audience, None), Known("A game", audience, held("adults"))]
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


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_the_table_of_gaps_says_how_many_and_narrows(app: Flask, client: FlaskClient) -> None:
    factories.catalogue()
    factories.national_library()
    page = client.get("/resources/gaps").text
    assert "All 231 combinations" in words(page) and "0 of 231. At least one follows" in words(page)
    assert "not checked is not up to date" in words(page)
    narrowed = words(client.get("/resources/gaps?staff=care&setting=care_home&show=unchecked").text)
    assert "1 of 77 combinations for these patients" in narrowed
    assert "Care homes and care at home for Care workers (1)" in narrowed
    assert "No combination is like this" in words(
        client.get("/resources/gaps?staff=care&setting=care_home&show=nothing").text
    )
    assert client.get("/resources/gaps?patients=cats&staff=x&show=y&page=99").status_code == 200


def test_the_owner_s_check_is_inherited_by_page_and_table(app: Flask, client: FlaskClient) -> None:
    factories.catalogue()
    factories.national_library()
    body = factories.organisation(kind=OrganisationKind.NATIONAL_BODY)
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
    assert "Up to date with NICE As its owner recorded for everybody after a check on 1 January 2026" in page
    found = words(client.get("/resources/gaps?staff=care&setting=care_home&show=covered").text)
    assert "Care homes and care at home for Care workers (1)" in found
    assert "Not checked" in words(client.get("/resources/sepsis-game").text)
