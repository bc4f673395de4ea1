"""The headline measures on the national page: how many have a figure, the middle of those, and what is not told."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tracker import clock
from tracker.access.permissions import Role
from tracker.library import actions as library
from tracker.library import queries as library_queries
from tracker.library.loader import load_guidelines
from tracker.library.rules import Format, Patients, ResourceFacts, Setting, Source, StaffGroup
from tracker.measures.alignment import actions as alignment
from tracker.measures.alignment.rules import Result
from tracker.web.transactions import writing


@pytest.fixture
def lead(app: Flask) -> FlaskClient:
    factories.catalogue()
    with writing():
        library.seed_guidelines(load_guidelines())
    return factories.signed_in_client(app, factories.person(Role.NATIONAL_LEAD))


def trust(aligned: int, unchecked: int) -> None:
    """A trust with so many resources that follow NICE, and so many that nobody has checked."""
    organisation = factories.organisation()
    identity = factories.identity_of(factories.person(Role.CHAMPION, organisation))
    versions = [
        str(each.entity_id) for each in library_queries.list_guidelines() if each.reference == "NG253"
    ]
    with writing():
        for number in range(aligned + unchecked):
            facts = ResourceFacts(
                f"Session {number}", Format.SESSION, Source.OWN, frozenset({StaffGroup.NURSING}), Setting.HOSPITAL,
                Patients.ADULTS, is_online=False,
            )  # fmt: skip
            row = library.add_resource(identity, organisation, facts)
            if number < aligned:
                alignment.assess(
                    identity, organisation, row.entity_id, result=Result.ALIGNED, assessed_on=clock.today(),
                    assessor="", versions=versions, note="", version=0,
                )  # fmt: skip


def row_of(client: FlaskClient, title: str, address: str = "/summary") -> list[str]:
    """The cells of one measure."""
    page = client.get(address).get_data(as_text=True)
    table = page.split("summary-measures")[1].split("</table>")[0]
    (row,) = [each for each in table.split("<tr>") if title in each]
    return [
        " ".join(re.sub(r"<[^>]+>", " ", each).split())
        for each in re.findall(r"<td>(.*?)</td>", row, re.DOTALL)
    ]


def test_who_has_no_figure_is_counted_and_is_not_nought(lead: FlaskClient) -> None:
    for aligned in (2, 4, 6, 8, 10):
        trust(aligned, 10 - aligned)
    factories.organisation()
    assert row_of(lead, "Up to date with NICE")[:3] == ["5 of 6", "60 %", "40 % to 80 %"]
    assert row_of(lead, "Staff trained")[:2] == ["0 of 6", "fewer than 5: none"]


def test_no_middle_of_fewer_than_five(lead: FlaskClient) -> None:
    for _number in range(4):
        trust(1, 1)
    assert row_of(lead, "Up to date with NICE")[:3] == ["4 of 4", "fewer than 5: none", "–"]


def test_the_next_write_is_in_the_next_reading(lead: FlaskClient) -> None:
    trust(1, 0)
    assert row_of(lead, "Up to date with NICE")[0] == "1 of 1"
    trust(1, 0)
    assert row_of(lead, "Up to date with NICE")[0] == "2 of 2"


def test_a_past_day_knows_what_was_recorded_by_then(lead: FlaskClient) -> None:
    trust(1, 0)
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    assert row_of(lead, "Up to date with NICE", f"/summary?as_at={yesterday}")[0] == "0 of 1"


def test_an_auditors_middle_is_of_her_own_organisations(app: Flask, lead: FlaskClient) -> None:
    for _number in range(5):
        trust(1, 0)
    own = factories.organisation()
    client = factories.signed_in_client(
        app, factories.person(Role.AUDITOR, own, until=clock.today() + timedelta(days=9))
    )
    assert row_of(lead, "Up to date with NICE")[0] == "5 of 6"
    assert row_of(client, "Up to date with NICE")[0] == "0 of 1"
