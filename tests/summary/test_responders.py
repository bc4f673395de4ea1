"""The responder matrix: who owes what, by the same rules for all; counts where nobody holds a list."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.summary.makers import World, months_ago
from tests.summary.test_views import counted_queries, events, fetch, words
from tracker.access.permissions import Role
from tracker.assurance.rules import Outcome
from tracker.catalogue.rules import Delivery, OrganisationKind
from tracker.extensions import db
from tracker.organisations.models import Organisation, Region
from tracker.web.formats import day
from tracker.web.transactions import writing

PAGE = "/summary/responders"
SignIn = Callable[[object], FlaskClient]


def section(page: str, kind: str) -> str:
    start = page.index(f'aria-labelledby="{kind}"')
    return page[start : page.index("</section>", start)]


def row(page: str, kind: str, number: int) -> list[str]:
    """Owe, answered, in place, verified, as they are read."""
    found = re.findall(r"<tr class.*?</tr>", section(page, kind), re.DOTALL)
    (line,) = [each for each in found if f">{number}. " in each]
    return [words(each) for each in re.findall(r"<div>(.*?)</div>", line, re.DOTALL)]


def links(page: str, kind: str, number: int) -> list[str]:
    found = re.findall(r"<tr class.*?</tr>", section(page, kind), re.DOTALL)
    (line,) = [each for each in found if f">{number}. " in each]
    return [each.replace("&amp;", "&") for each in re.findall(r'<div><a href="([^"]+)"', line)]


def everybody(world: World) -> dict[str, object]:
    """Three trusts, the national body, two universities, a college."""
    made = {f"T{n}": factories.organisation(f"X0000{n}", f"Trust {n}") for n in (1, 2, 3)}
    made["body"] = factories.organisation("X00010", "The body", kind=OrganisationKind.NATIONAL_BODY)
    made["U1"] = factories.organisation("X00011", "First", kind=OrganisationKind.HIGHER_EDUCATION)
    made["U2"] = factories.organisation("X00012", "Second", kind=OrganisationKind.HIGHER_EDUCATION)
    made["college"] = factories.organisation("X00013", "College", kind=OrganisationKind.ROYAL_COLLEGE)
    entry = world.record(made["T1"], 9, Delivery.DELIVERED, on=months_ago(1))
    world.finding(made["T1"], 9, entry, Outcome.VERIFIED)
    world.record(made["T2"], 9, Delivery.IN_PROGRESS, on=months_ago(14))
    entry = world.record(made["body"], 1, Delivery.DELIVERED, on=months_ago(1))
    world.finding(made["body"], 1, entry, Outcome.OVERTURNED)
    world.record(made["body"], 2, Delivery.DELIVERED, on=months_ago(14))
    world.record(made["U1"], 21, Delivery.DELIVERED, on=months_ago(2))
    entry = world.record(made["U2"], 21, Delivery.NOT_APPLICABLE, on=months_ago(2), reason="No such course")
    world.finding(made["U2"], 21, entry, Outcome.REASON_ACCEPTED)
    return made


def test_everybody_stands_in_the_same_columns_by_the_same_rules(world: World, lead: FlaskClient) -> None:
    everybody(world)
    page = fetch(lead, PAGE)
    assert row(page, "nhs_trust", 9) == ["3", "1 of 3", "1 of 3", "1 of 1"]
    assert row(page, "nhs_trust", 10) == ["3", "0 of 3", "0 of 3", "None checked"]
    refused, untested = row(page, "national_body", 1)[3], row(page, "national_body", 2)[3]
    unsupported = "of those in place, the figures do not yet support 1"
    assert row(page, "national_body", 1)[:3] == ["1", "1 of 1", f"1 of 1 {unsupported}"]
    assert row(page, "national_body", 2)[:3] == ["1", "0 of 1", f"1 of 1 1 of them older; {unsupported}"]
    assert refused == "0 of 1" and untested == "None checked"
    assert row(page, "national_body", 3) == ["1", "0 of 1", "0 of 1", "None checked"]
    assert '<th role="columnheader" scope="col">Verified, of those checked from outside</th>' in page
    assert "1 not accepted when checked" in words(section(page, "national_body"))
    assert "verified by auditors, never by the national lead" in words(page)


def test_where_nobody_holds_a_list_there_are_counts_only(world: World, lead: FlaskClient) -> None:
    everybody(world)
    page = fetch(lead, PAGE)
    assert row(page, "higher_education", 21) == ["1", "1", "1", "None checked"]
    assert row(page, "higher_education", 19) == ["2", "0", "0", "None checked"]
    assert "left out: does not apply" in words(section(page, "higher_education"))
    assert row(page, "royal_college", 20) == ["1", "0", "0", "None checked"]
    assert " of " not in " ".join(row(page, "royal_college", 19))
    assert "None in this tracker on that day" in words(section(page, "care_provider"))


def test_who_owes_what(world: World, lead: FlaskClient) -> None:
    everybody(world)
    page = fetch(lead, PAGE)
    owed = {
        kind: [int(each) for each in re.findall(r">(\d+)\. ", section(page, kind))]
        for kind in ("nhs_trust", "national_body", "higher_education", "royal_college")
    }
    assert owed == {
        "nhs_trust": list(range(9, 19)), "national_body": list(range(1, 9)), "higher_education": [19, 20, 21],
        "royal_college": [19, 20],
    }  # fmt: skip


def test_each_number_leads_to_as_many_names(world: World, lead: FlaskClient) -> None:
    everybody(world)
    page = fetch(lead, PAGE)
    for kind, number in (("nhs_trust", 9), ("national_body", 1), ("higher_education", 21)):
        figures = [int(re.sub(r"^None", "0", each).split()[0]) for each in row(page, kind, number)]
        found = [
            len(
                re.findall(
                    rf'<a href="/organisations/X\d+/recommendations/SEP16-{number:02}">', fetch(lead, each)
                )
            )
            for each in links(page, kind, number)
        ]
        assert found == [each for each in figures if each]


def test_a_past_day_is_shown_as_it_was(world: World, lead: FlaskClient) -> None:
    everybody(world)
    page = fetch(lead, f"{PAGE}?as_at={months_ago(2) + timedelta(days=3)}")
    assert row(page, "nhs_trust", 9) == ["3", "0 of 3", "0 of 3", "None checked"]
    assert row(page, "national_body", 1)[1:3] == ["0 of 1", "0 of 1"]
    assert "not today" in words(page)
    for address in links(page, "nhs_trust", 9):
        assert "as_at=" in address


def test_a_region_leaves_the_national_body_in(world: World, lead: FlaskClient) -> None:
    everybody(world)
    with writing():
        db.session.add(Region(code="Y99", name="North", demonstration=True))
    factories.organisation("X00004", "North", region="Y99")
    page = fetch(lead, f"{PAGE}?region=Y99")
    assert row(page, "nhs_trust", 9)[0] == "1"
    assert row(page, "national_body", 1)[0] == "1"
    assert "region=Y99" in links(page, "nhs_trust", 9)[0]
    assert "Of no region: shown whichever is chosen." in words(section(page, "national_body"))


def test_a_region_does_not_make_a_group_vanish(world: World, lead: FlaskClient, sign_in: SignIn) -> None:
    """Universities that belong to no region are in the tracker, whatever region is looked at."""
    made = everybody(world)
    with writing():
        db.session.add(Region(code="Y99", name="North", demonstration=True))
    page = fetch(lead, f"{PAGE}?region=Y99")
    assert "None in North. 2 in this tracker belong to no region." in words(section(page, "higher_education"))
    assert "None in North. 1 in this tracker belongs to no region." in words(section(page, "royal_college"))
    empty = words(section(page, "care_provider"))
    assert "None in North." in empty and "no region" not in empty
    assert "None in this tracker" not in words(page)
    factories.organisation("X00014", "Northern", kind=OrganisationKind.HIGHER_EDUCATION, region="Y99")
    some = words(section(fetch(lead, f"{PAGE}?region=Y99"), "higher_education"))
    assert (
        "1 organisation in this tracker" in some
        and "2 more belong to no region, and are not counted here." in some
    )
    auditor = sign_in(factories.person(Role.AUDITOR, [made["U1"]]))  # type: ignore[list-item]
    hers = words(section(fetch(auditor, f"{PAGE}?region=Y99"), "higher_education"))
    assert "None that you audit in North. 1 that you audit belongs to no region." in hers


def of_the_body(lead: FlaskClient) -> str:
    """The eight lines of the national body on the summary."""
    page = fetch(lead, "/summary")
    return words(page[page.index('id="hee"') :])


def test_a_closed_national_body_answers_on_both_pages(world: World, lead: FlaskClient) -> None:
    body = factories.organisation(
        "X00010", "The body", kind=OrganisationKind.NATIONAL_BODY, closed_on=months_ago(3)
    )
    factories.organisation("X00001")
    world.record(body, 1, Delivery.DELIVERED, on=months_ago(5))
    page = fetch(lead, PAGE)
    assert row(page, "national_body", 1)[:2] == ["1", "1 of 1"]
    assert f"1 organisation, closed on {day(months_ago(3))}: what it recorded stands." in words(
        section(page, "national_body")
    )
    assert "X00010" in fetch(lead, f"{PAGE}/names?of=national_body&recommendation=SEP16-01&show=in_place")
    assert "1 Get training resources known and used In place, no evidence yet" in of_the_body(lead)


def test_a_claim_of_the_national_body_stands_beside_what_its_figures_say(
    world: World, lead: FlaskClient
) -> None:
    """Two claims, of which the register of funding supports one; the other is said to fall short, on each page."""
    made = everybody(world)
    checked = {"funder": "HEE", "developer": "A studio", "funding_checked_on": months_ago(1)}
    factories.national_resource("film", "A film", **checked)
    world.record(made["body"], 8, Delivery.DELIVERED, on=months_ago(1))
    page = fetch(lead, PAGE)
    assert row(page, "national_body", 8)[2] == "1 of 1"
    assert "do not yet support 1" in row(page, "national_body", 1)[2]
    assert "do not yet support" not in section(page, "nhs_trust")
    assert "is held against its figures here for Health Education England alone" in words(page)
    for address in ("/summary", "/summary?sheet=1"):
        whole = fetch(lead, address)
        own = words(whole[whole.index('id="hee"') :])
        assert "Of 3 in place, the figures do not yet support 2." in own, address
        assert own.count("figures: no figure yet") == 2, address
    # Before it said that anything was in place, nothing is held against it.
    past = fetch(lead, f"/summary?as_at={months_ago(15)}")
    assert "do not yet support" not in past and "figures: no" not in past


def test_a_national_body_gives_way_to_the_one_that_followed_it(world: World, lead: FlaskClient) -> None:
    first = factories.organisation(
        "X00010", "First", kind=OrganisationKind.NATIONAL_BODY, closed_on=months_ago(3)
    )
    second = factories.organisation(
        "X00011", "Second", kind=OrganisationKind.NATIONAL_BODY, opened_on=months_ago(3) + timedelta(days=1)
    )
    factories.organisation("X00001")
    world.record(first, 1, Delivery.DELIVERED, on=months_ago(5))
    world.record(second, 1, Delivery.IN_PROGRESS, on=months_ago(1))
    assert row(fetch(lead, PAGE), "national_body", 1)[:3] == ["1", "1 of 1", "0 of 1"]
    assert "1 Get training resources known and used Started" in of_the_body(lead)
    before = row(fetch(lead, f"{PAGE}?as_at={months_ago(4)}"), "national_body", 1)
    assert before[:2] == ["1", "1 of 1"] and before[2].startswith("1 of 1"), (
        "before it closed, the first one answered"
    )


def test_who_is_missing_from_the_newest_file_is_named(world: World, lead: FlaskClient) -> None:
    everybody(world)
    with writing():
        db.session.query(Organisation).filter_by(code="X00003").update({"absent_since": months_ago(1)})
    said = words(section(fetch(lead, PAGE), "nhs_trust"))
    missing = f"and so not counted: Trust 3 (X00003), since {day(months_ago(1))}."
    assert "2 organisations open. 1 NHS trust not in the newest ODS file" in said and missing in said
    assert row(fetch(lead, PAGE), "nhs_trust", 9)[0] == "2"
    assert "not in the newest ODS file" in words(fetch(lead, "/summary"))


def test_an_auditor_sees_her_own_only(world: World, sign_in: SignIn) -> None:
    made = everybody(world)
    auditor = sign_in(factories.person(Role.AUDITOR, [made["T1"], made["body"]]))  # type: ignore[list-item]
    page = fetch(auditor, PAGE)
    assert row(page, "nhs_trust", 9)[0] == "1"
    assert row(page, "national_body", 1)[0] == "1"
    assert "None that you audit" in words(section(page, "higher_education"))
    names = fetch(auditor, f"{PAGE}/names?of=nhs_trust&recommendation=SEP16-09")
    assert "X00001" in names and "X00002" not in names


@pytest.mark.parametrize(
    "asked", ["of=nhs_trust&recommendation=SEP16-01", "of=ministry&recommendation=SEP16-09", ""]
)
def test_a_group_that_does_not_owe_it_is_not_found(world: World, lead: FlaskClient, asked: str) -> None:
    assert lead.get(f"{PAGE}/names?{asked}").status_code == 404


def test_a_day_to_come_is_refused_and_asked_again_here(world: World, lead: FlaskClient) -> None:
    answer = lead.get(f"{PAGE}?as_at=2099-01-01")
    assert answer.status_code == 422
    assert f'action="{PAGE}"' in answer.get_data(as_text=True)


def test_the_file_says_the_same_and_is_told_to_the_trail(world: World, lead: FlaskClient) -> None:
    everybody(world)
    text = lead.get(f"{PAGE}.csv").get_data().decode("utf-8-sig")
    rows = {(each["responders"], each["number"]): each for each in csv.DictReader(io.StringIO(text))}
    nine = rows["NHS trusts", "9"]
    columns = (
        "owing", "answered_within_12_months", "in_place", "in_place_older", "checked_from_outside", "verified",
        "not_accepted", "left_out",
    )  # fmt: skip
    assert [nine[each] for each in columns] == ["3", "1", "1", "0", "1", "1", "0", "0"]
    assert [rows["The national body", "1"][each] for each in columns] == [
        "1",
        "1",
        "1",
        "0",
        "1",
        "0",
        "1",
        "0",
    ]
    assert [rows["The national body", "2"][each] for each in columns] == [
        "1",
        "0",
        "1",
        "1",
        "0",
        "0",
        "0",
        "0",
    ]
    assert rows["Royal colleges", "19"]["has_register"] == "no"
    # Only the national body's claims are held against figures; elsewhere nobody counted, which is no nought.
    assert rows["The national body", "1"]["figures_do_not_support"] == "1"
    assert rows["The national body", "3"]["figures_do_not_support"] == "0"
    assert nine["figures_do_not_support"] == ""
    (event,) = events("summary.exported")
    assert event["public"]["organisation_count"] == 7  # type: ignore[index]


def test_the_name_behind_a_claim_says_that_figures_do_not_support_it(world: World, lead: FlaskClient) -> None:
    everybody(world)
    claimed = words(fetch(lead, f"{PAGE}/names?of=national_body&recommendation=SEP16-01&show=in_place"))
    assert "Figures: not yet" in claimed
    others = words(fetch(lead, f"{PAGE}/names?of=nhs_trust&recommendation=SEP16-09&show=in_place"))
    assert "Figures:" not in others


def test_as_many_questions_for_many_as_for_few(world: World, lead: FlaskClient) -> None:
    made = everybody(world)
    assert made
    fetch(lead, PAGE)
    taken = []
    for _ in range(2):
        with counted_queries() as seen:
            fetch(lead, PAGE)
        taken.append(len(seen))
        for _number in range(10):
            world.record(factories.organisation(), 9)
    assert taken[0] == taken[1]


def test_the_summary_leads_here(world: World, lead: FlaskClient) -> None:
    factories.organisation("X00001")
    assert f'href="{PAGE}"' in fetch(lead, "/summary")
