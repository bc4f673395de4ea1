"""The other half of the source: training found and printed, a share recorded, who was not reached, a practice used."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, PASSWORD, WIDE, first_organisation

Open = Callable[..., Page]
Check = Callable[[Page], None]
Command = Callable[..., str]
BOTH = pytest.mark.parametrize(
    "viewport, javascript", [(WIDE, True), (NARROW, False)], ids=["script", "narrow-plain"]
)
A_MINUTE = 60


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


@BOTH
def test_a_visitor_finds_training_for_a_care_home_and_prints_it(
    open_browser: Open, check_page: Check, viewport: dict[str, int], javascript: bool
) -> None:
    page = open_browser(viewport=viewport, javascript=javascript)
    page.goto("/resources")
    page.get_by_role("link", name="Find training for your staff").click()
    page.get_by_label("Who is to learn").select_option(value="care")
    page.get_by_label("Where they work").select_option(label="Care homes and care at home")
    press(page, "Show training")
    first = page.locator("main ol > li").first
    expect(first).to_contain_text("Sepsis: A careworker’s guide")
    expect(first).to_contain_text("Time: not stated")
    # The module about care homes is for general practitioners: it is no training for those who work there.
    expect(page.locator("main ol")).not_to_contain_text("primary care")
    if javascript:
        check_page(page)
        # Old browsers print what is on the screen: the list with its address and date, and nothing to press.
        page.emulate_media(media="print")
        expect(page.get_by_text("This list: http")).to_be_visible()
        expect(page.get_by_role("button", name="Print this list")).to_be_hidden()
        assert page.pdf(format="A4").startswith(b"%PDF")
        page.emulate_media(media="screen")
        frame = page.get_by_label("A frame that stays up to date").input_value()
        page.goto(re.findall(r'src="([^"]+)"', frame)[0])
        expect(page.get_by_text("Sepsis: A careworker’s guide")).to_be_visible()


@BOTH
def test_a_champion_records_a_share_in_under_a_minute(
    open_browser: Open, check_page: Check, viewport: dict[str, int], javascript: bool
) -> None:
    page = open_browser("champion@demo.example", viewport=viewport, javascript=javascript)
    organisation = first_organisation(page)
    title = "The Sepsis Game" if javascript else "BMJ Learning: Sepsis in children"
    began = time.monotonic()
    page.goto("/resources")
    page.get_by_role("link", name=title).click()
    page.get_by_role("button", name="We have shared this").click()
    expect(page.get_by_label("What was shared?")).to_have_value(re.compile(".+"))
    page.get_by_label("Team meeting").check()
    if javascript:
        check_page(page)
    press(page, "We have shared this")
    expect(page).to_have_url(re.compile(f"/organisations/{organisation}/shares"))
    assert time.monotonic() - began < A_MINUTE
    expect(page.locator("main")).to_contain_text(title)
    if javascript:
        check_page(page)


@BOTH
def test_evidence_is_added_in_between_and_nothing_typed_is_lost(
    open_browser: Open, viewport: dict[str, int], javascript: bool
) -> None:
    page = open_browser("champion@demo.example", viewport=viewport, javascript=javascript)
    form = f"/organisations/{first_organisation(page)}/shares/new"
    page.goto(form)
    page.get_by_label("Intranet").check()
    page.get_by_text("A link, evidence, or how many people it reached").click()
    page.get_by_label("Anything to note").fill("Told at the safety huddle")
    press(page, "Keep this and add evidence")
    expect(page).to_have_url(re.compile(r"/evidence/new\?back="))
    expect(page.locator("main")).to_contain_text("What you were recording is kept.")
    page.get_by_role("link", name="back to what you were recording as shared").click()
    expect(page.get_by_label("Intranet")).to_be_checked()
    expect(page.get_by_label("Anything to note")).to_have_value("Told at the safety huddle")
    discard(page)


# Another tab is looked at.
HIDDEN = """() => {
  Object.defineProperty(document, "hidden", { value: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_older_evidence_that_is_carried_on_leads_back_too(open_browser: Open) -> None:
    """The page of evidence keeps itself while it is left: its draft of another day knows no way back."""
    page = open_browser("champion@demo.example")
    home = f"/organisations/{first_organisation(page)}"
    page.goto(f"{home}/evidence/new")
    page.get_by_label("Title").fill("Half a title")
    page.evaluate(HIDDEN)
    expect(page.get_by_text("Draft kept at")).to_be_visible()
    page.goto(f"{home}/shares/new")
    page.get_by_label("Intranet").check()
    press(page, "Keep this and add evidence")
    page.get_by_role("link", name="Carry on with it").click()
    expect(page.get_by_label("Title")).to_have_value("Half a title")
    expect(page.locator("main")).to_contain_text("What you were recording is kept.")
    discard(page)
    page.get_by_role("link", name="back to what you were recording as shared").click()
    expect(page.get_by_label("Intranet")).to_be_checked()
    discard(page)


def discard(page: Page) -> None:
    """To its end: a browser that is closed while it is on its way may never answer."""
    press(page, "Discard what was typed")
    expect(page.get_by_role("button", name="Discard what was typed")).to_have_count(0)


LISTENING = """() => {
  const send = window.fetch;
  window.fetch = (address, how) => {
    sessionStorage.setItem(`${address}`, `${how.keepalive}`);
    return send(address, how);
  };
}"""


def test_a_page_that_is_left_sends_its_draft_to_the_end(open_browser: Open) -> None:
    """A browser gives up what a page has under way when the page is left, unless it is told not to."""
    page = open_browser("champion@demo.example")
    form = f"/organisations/{first_organisation(page)}/shares/new"
    page.goto(form)
    page.evaluate(LISTENING)
    page.get_by_label("Intranet").check()
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What we have shared")
    assert page.evaluate("sessionStorage.getItem('/drafts')") == "true"
    offered = page.get_by_role("link", name="Carry on with it")
    for _again in range(20):  # it arrives when it arrives: nobody waits for it
        page.goto(form)
        if offered.count():
            break
    expect(offered).to_be_visible()
    discard(page)


def test_a_share_that_cannot_be_is_refused_and_nothing_is_lost(open_browser: Open) -> None:
    page = open_browser("champion@demo.example")
    page.goto(f"/organisations/{first_organisation(page)}/shares/new")
    page.get_by_label("What was shared?").select_option(label="The Sepsis Game")
    page.get_by_label("Intranet").check()
    page.get_by_label("Year").fill("2099")
    page.get_by_text("A link, evidence, or how many people it reached").click()
    page.get_by_label("Link to where it can be seen").fill("ftp://intranet.example/sepsis")
    page.get_by_label("Anything to note").fill("Told at the safety huddle")
    press(page, "We have shared this")
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("must be today or in the past")
    expect(summary).to_contain_text("https://")
    expect(page.get_by_label("Intranet")).to_be_checked()
    expect(page.get_by_label("Anything to note")).to_have_value("Told at the safety huddle")


def test_the_national_lead_finds_who_was_not_reached(open_browser: Open, check_page: Check) -> None:
    page = open_browser("national@demo.example")
    page.get_by_role("link", name="Sharing", exact=True).click()
    check_page(page)
    link = page.get_by_role("link", name=re.compile(r"^Who has not been reached: \d+"))
    waiting = int(re.findall(r"\d+", link.inner_text())[0])
    assert waiting > 0, "else the page has nobody to name"
    link.click()
    rows = page.locator("main tbody tr")
    expect(rows).to_have_count(waiting)
    check_page(page)
    organisation = rows.first.locator("a").first
    name = organisation.inner_text()
    organisation.click()
    expect(page).to_have_url(re.compile(r"/organisations/X\d{5}/shares$"))
    expect(page.locator("main")).to_contain_text(name)


def test_a_practice_is_published_copied_and_credited(
    open_browser: Open, check_page: Check, command: Command
) -> None:
    title = "Ten minutes of sepsis at handover"
    page = open_browser("champion@demo.example")
    owner = first_organisation(page)
    page.goto(f"/organisations/{owner}/practice/new")
    page.get_by_label("What is it called?").fill(title)
    page.get_by_label("Which recommendation does it help with?").select_option(value="SEP16-11")
    page.get_by_label("What did you do?").fill(
        "A senior nurse asks one question about sepsis at each handover."
    )
    page.get_by_label("What changed?").fill("More staff name the six steps.")
    page.get_by_label("How was that measured?").fill("A quiz before and after, 40 staff each time.")
    page.get_by_label("Who can others ask?").fill("Practice education team")
    page.get_by_label("It shows an effect").check()
    page.get_by_label("How was it evaluated?").fill("Quiz before and after")
    page.get_by_label("Who or what was looked at?").fill("40 staff")
    evaluated = page.get_by_role("group", name="When was it evaluated?")
    for label, value in (("Day", "3"), ("Month", "3"), ("Year", "2026")):
        evaluated.get_by_label(label).fill(value)
    check_page(page)
    press(page, "Send for review")
    expect(page.locator("main")).to_contain_text("Waiting for the national lead")

    lead = open_browser("national@demo.example")
    lead.goto("/practice/review")
    check_page(lead)
    lead.get_by_role("link", name=title).click()
    check_page(lead)
    lead.get_by_label("Publish it").check()
    press(lead, "Save")
    lead.goto("/practice?proven=1")
    expect(lead.get_by_role("link", name=title)).to_be_visible()

    other = "X00102" if owner != "X00102" else "X00101"
    command(
        "accounts", "create", "neighbour@demo.example", "--name", "Noor Neighbour", "--role", "champion",
        "--organisation", other, "--password-stdin", typed=f"{PASSWORD}\n",
    )  # fmt: skip
    neighbour = open_browser("neighbour@demo.example")
    neighbour.get_by_role("link", name="Good practice", exact=True).click()
    neighbour.get_by_role("link", name=title).click()
    check_page(neighbour)
    neighbour.get_by_role("button", name="Use this as a draft").click()
    first = neighbour.get_by_role("textbox").first
    expect(first).to_have_value(re.compile(f"^From .+: {title}"))
    press(neighbour, "Save")
    neighbour.goto(f"/organisations/{other}/recommendations/SEP16-11")
    expect(neighbour.locator("main")).to_contain_text(title)

    page.goto("/practice")
    page.get_by_role("link", name=title).click()
    expect(page.locator("main")).to_contain_text(re.compile("used by 1|1 organisation", re.IGNORECASE))
    check_page(page)
