"""The national body's own work: where an item of the programme stands, a claim verified, a network for its members."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import first_organisation

Open = Callable[..., Page]
Check = Callable[[Page], None]


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def test_the_national_body_says_where_an_item_stands_and_the_lead_adds_the_next_year(
    open_browser: Open, check_page: Check
) -> None:
    item = "GP sepsis spotlight project"
    page = open_browser("hee@demo.example")
    page.get_by_role("link", name="Our programme").click()
    check_page(page)
    page.get_by_role("link", name=item, exact=True).click()
    page.get_by_role("button", name="Say where it stands").click()
    page.get_by_label("Under way").check()
    page.get_by_label("Who does it?").fill("Primary care team")
    page.get_by_role("group", name="Which of your evidence shows it?").get_by_role("checkbox").first.check()
    check_page(page)
    press(page, "Save")
    expect(page.locator("main")).to_contain_text("Everybody can read it")

    visitor = open_browser()
    visitor.goto("/recommendations/SEP16-01")
    visitor.get_by_role("link", name=item).click()
    expect(visitor.locator("main")).to_contain_text("Primary care team · 1 piece of evidence")
    check_page(visitor)

    lead = open_browser("national@demo.example")
    lead.goto("/programme")
    lead.get_by_role("button", name="Add a year").click()
    expect(lead.get_by_label("Which year?")).to_have_value("2018-19")
    press(lead, "Save")
    expect(lead.get_by_role("alert")).to_contain_text("Tick the box if this year is to be added")
    lead.get_by_label("Yes, add it").check()
    check_page(lead)
    press(lead, "Save")
    lead.get_by_role("link", name="Add an item to 2018-2019").click()
    lead.get_by_label("What is it?").select_option(label="Toolkit")
    lead.get_by_label("What is it called?").fill("A toolkit for governors")
    check_page(lead)
    press(lead, "Save")
    visitor.goto("/programme?year=2018-19")
    expect(visitor.get_by_role("link", name="A toolkit for governors")).to_be_visible()
    check_page(visitor)


def claims(page: Page) -> Locator:
    """The rows of the national body in the matrix."""
    return page.get_by_role("region", name="The national body").locator("tbody tr")


def test_a_title_that_wraps_on_a_telephone_stands_where_a_short_one_stands(open_browser: Open) -> None:
    page = open_browser("national@demo.example")
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto("/summary/responders")
    edges = (
        claims(page)
        .get_by_role("rowheader")
        .evaluate_all(
            """rows => rows.map(row => {
            const words = document.createRange();
            words.selectNodeContents(row.querySelector("a"));
            return [...words.getClientRects()].map(line => Math.round(line.left));
        })"""
        )
    )
    assert any(len(lines) > 1 for lines in edges), "one of them has to wrap"
    assert {left for lines in edges for left in lines} == {edges[0][0]}


def test_an_auditor_verifies_a_claim_of_the_national_body(open_browser: Open, check_page: Check) -> None:
    page = open_browser("auditor@demo.example")
    page.goto("/summary/responders")
    check_page(page)
    in_place = page.get_by_role("link", name="1 of 1", exact=True)
    untested = claims(page).filter(has_text="None checked").filter(has=in_place).first
    number = int(re.findall(r"\d+", untested.get_by_role("rowheader").inner_text())[0])
    untested.get_by_role("cell").nth(2).get_by_role("link").click()
    check_page(page)
    page.locator("main tbody a").first.click()
    page.get_by_role("link", name="Record a finding").click()
    page.get_by_label("Verified", exact=True).check()
    check_page(page)
    press(page, "Record finding")
    expect(page.locator("main")).to_contain_text("Finding recorded: verified.")

    lead = open_browser("national@demo.example")
    lead.goto("/summary/responders")
    row = claims(lead).filter(has=lead.get_by_role("link", name=re.compile(rf"^{number}\. ")))
    expect(row.get_by_role("cell").nth(3)).to_have_text(re.compile("1 of 1$"))
    row.get_by_role("cell").nth(3).get_by_role("link").click()
    lead.locator("main tbody a").first.click()
    expect(lead.locator("main")).to_contain_text("Claims of the national body are verified by auditors.")


def test_a_network_shares_for_its_members(open_browser: Open, check_page: Check) -> None:
    page = open_browser("network@demo.example")
    network = first_organisation(page)
    page.get_by_role("link", name="Say what we have shared with our members").click()
    page.get_by_label("What was shared?").select_option(label="The Sepsis Game")
    page.get_by_label("The staff of all our members").check()
    page.get_by_label("Newsletter").check()
    check_page(page)
    press(page, "We have shared this")
    expect(page).to_have_url(re.compile(f"/organisations/{network}/shares"))
    page.get_by_role("link", name="The Sepsis Game").first.click()
    members = page.locator("main ul.nhsuk-list--bullet li")
    expect(page.get_by_role("heading", name=re.compile(r"^For \d+ members?$"))).to_be_visible()
    code = members.first.locator("span").inner_text()
    lead = open_browser("national@demo.example")
    lead.goto(f"/organisations/{code}/shares")
    expect(lead.locator("main")).to_contain_text("The Sepsis Game")
    check_page(lead)
