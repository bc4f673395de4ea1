"""The measures in the course of work: hand over, import and mend, a new guideline, an incident closed, five methods."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NARROW, WIDE, first_organisation
from tracker import clock

Open = Callable[..., Page]
Check = Callable[[Page], None]
BOTH = pytest.mark.parametrize(
    "viewport, javascript", [(WIDE, True), (NARROW, False)], ids=["script", "narrow-plain"]
)
STAFF = (
    "Staff Group,Level,Staff in Post,In date\r\n"
    "Nursing and Midwifery Registered,manage,702,660\r\n"
    "Additional Clinical Services,recognise,470,441\r\n"
    "Alied Helth,recognise,160,140\r\n"
    "Administrative and Clerical,awareness,450,460\r\n"
    "Estates and Ancillary,awareness,170,150\r\n"
    "Add Prof Scientific and Technic,recognise,90,80\r\n"
)


HIDDEN = """() => {
  Object.defineProperty(document, "hidden", { value: true, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def fill_day(group: Locator, day: date) -> None:
    for label, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        group.get_by_label(label).fill(str(value))


def save(page: Page, name: str = "Save") -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


@BOTH
def test_a_champion_hands_over(
    open_browser: Open, check_page: Check, viewport: dict[str, int], javascript: bool
) -> None:
    page = open_browser("champion@demo.example", viewport=viewport, javascript=javascript)
    organisation = first_organisation(page)
    page.goto(f"/organisations/{organisation}/champions")
    page.get_by_role("button", name="Hand over", exact=True).click()
    leaver = page.get_by_role("group", name="Who leaves?").get_by_role("radio").nth(0 if javascript else 1)
    leaver.check()
    fill_day(page.get_by_role("group", name="Last day of the person"), clock.today() + timedelta(days=7))
    successor = "Robin Ashdale" if javascript else "Noor Fenwick"
    page.get_by_label("Name", exact=True).fill(successor)
    save(page)
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value(successor)
    page.get_by_label("Profession", exact=True).fill("Nurse")
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Handing over to {successor}")
    if javascript:
        check_page(page)
    page.get_by_role("button", name="Hand-over page to print").click()
    for heading in (
        "The role here",
        "Open actions",
        "Evidence that runs out in the next 90 days",
        "Incidents",
    ):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_text("Print this page")).to_be_hidden()
    expect(page.get_by_role("banner")).to_be_hidden()


@BOTH
def test_staff_figures_with_two_bad_rows_are_mended(
    open_browser: Open, check_page: Check, tmp_path: Path, viewport: dict[str, int], javascript: bool
) -> None:
    page = open_browser("champion@demo.example", viewport=viewport, javascript=javascript)
    organisation = first_organisation(page)
    report = tmp_path / "staff-report.csv"
    report.write_text(STAFF, encoding="utf-8")
    page.goto(f"/organisations/{organisation}/coverage")
    page.get_by_role("button", name="Read the numbers from a spreadsheet").click()
    page.get_by_label("Spreadsheet with numbers by staff group").set_input_files(report)
    save(page, "Read it and show me")
    expect(page.get_by_role("heading", level=1)).to_have_text("What we read: nothing is saved yet")
    if javascript:
        check_page(page)
    days = clock.today() - timedelta(days=14 if javascript else 7)
    fill_day(page.get_by_role("group", name="Which date are the numbers of?"), days)
    save(page, "Use these numbers")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    if javascript:
        check_page(page)
    page.get_by_label("Staff group of row 4").select_option(label="Allied Health Professionals")
    page.get_by_label("In date of row 5").fill("430")
    save(page, "Check again")
    expect(page.locator("main .nhsuk-error-message")).to_have_count(0)
    save(page, "Use these numbers")
    if page.get_by_label("The number is right").is_visible():
        page.get_by_label("The number is right").check()
        save(page, "Use these numbers")
    expect(page.get_by_text("Saved: the numbers of 6 rows.")).to_be_visible()
    expect(page.locator("main")).to_contain_text("2,042")


@pytest.mark.parametrize(
    "javascript, people, training",
    [
        (True, "Children and young people", "Sepsis in children: teaching at handover"),
        (False, "People who are pregnant", "Maternal sepsis drill"),
    ],
    ids=["script", "plain"],
)
def test_a_new_guideline_asks_a_trust_to_check_again(
    open_browser: Open, check_page: Check, javascript: bool, people: str, training: str
) -> None:
    today = clock.today()
    until = today + timedelta(days=90)
    national = open_browser("national@demo.example", javascript=javascript)
    national.goto("/guidelines")
    national.get_by_role("button", name="Add a version").click()
    national.get_by_label("Reference").fill("NG900" if javascript else "NG901")
    national.get_by_label("Title").fill("Invented guideline of the demonstration")
    national.get_by_role("group", name="Who is it for?").get_by_label(people).check()
    fill_day(national.get_by_role("group", name="Date of this version"), today)
    fill_day(national.get_by_role("group", name="By when is training to be checked"), until)
    save(national, "See what this changes")
    said = national.locator("main .nhsuk-inset-text")
    expect(said).to_contain_text(re.compile(r"[1-9]\d* training resources? in .* turns? to “check again by"))
    expect(said).to_contain_text("Nothing is saved yet.")
    if javascript:
        check_page(national)
    save(national)
    expect(national.get_by_text("Invented guideline of the demonstration").first).to_be_visible()

    champion = open_browser("champion@demo.example", javascript=javascript)
    champion.goto(f"/organisations/{first_organisation(champion)}/alignment")
    row = champion.get_by_role("row").filter(has_text=training)
    day = f"{until.day} {until:%B %Y}"
    expect(row).to_contain_text("check again")
    expect(row).to_contain_text(f"by {day}")


@BOTH
def test_an_incident_is_closed_step_by_step(
    open_browser: Open, check_page: Check, viewport: dict[str, int], javascript: bool
) -> None:
    page = open_browser("champion@demo.example", viewport=viewport, javascript=javascript)
    today = clock.today()
    month = today.replace(day=1) - timedelta(days=1)
    page.goto(f"/organisations/{first_organisation(page)}/incidents")
    page.get_by_role("button", name="Add an incident").click()
    reference = "DEMO-901" if javascript else "DEMO-902"
    page.get_by_label("Your reference").fill(reference)
    reported = page.get_by_role("group", name="Month in which it was reported")
    reported.get_by_label("Month").fill(str(month.month))
    reported.get_by_label("Year").fill(str(month.year))
    page.get_by_label("Department", exact=True).fill("Ward 7")
    page.get_by_label("Patient Safety Incident Response Framework").check()
    page.get_by_label("Kind of review").select_option(index=1)
    page.get_by_label("What it was mostly about").select_option(index=1)
    save(page)
    expect(page.get_by_text("Saved. Now say who heard what was learnt")).to_be_visible()

    step(page)
    page.get_by_label("What was learnt").fill("Ask for a second set of observations within the hour.")
    fill_day(page.get_by_role("group", name="The people involved heard"), today)
    fill_day(page.get_by_role("group", name="Their department heard"), today)
    save(page)
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()

    step(page)
    fill_day(page.get_by_role("group", name="Closed on"), today)
    save(page)
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    if javascript:
        check_page(page)
    page.get_by_label("Own", exact=False).and_(page.get_by_role("radio")).first.check()
    page.get_by_label("Name of your own material").fill("Poster on second observations")
    page.get_by_role("radio", name="No change was needed").check()
    page.get_by_label("Why no change was needed").fill("The session says it already.")
    save(page)
    expect(page.get_by_text("Closed: the learning was shared")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Incident {reference}")


def step(page: Page) -> None:
    page.get_by_role("button", name="Record the next step").click()


@BOTH
def test_the_answers_of_recommendation_13_stand_on_its_record(
    open_browser: Open, check_page: Check, viewport: dict[str, int], javascript: bool
) -> None:
    page = open_browser("champion@demo.example", viewport=viewport, javascript=javascript)
    here = f"/organisations/{first_organisation(page)}"
    page.goto(f"{here}/questions/SEP16-13")
    money = page.get_by_role("group", name="Is there money for it after 31 March?")
    money.get_by_label("No", exact=True).check()
    save(page)
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    page.goto(f"{here}/recommendations/SEP16-13")
    expect(page.get_by_text("4 of 5 methods").first).to_be_visible()
    expect(page.locator("main")).to_contain_text(
        re.compile(r"You said: in place.*The figures support:\s*not yet")
    )
    if javascript:
        check_page(page)
    page.goto(f"{here}/questions/SEP16-13")
    page.get_by_role("group", name="Is there money for it after 31 March?").get_by_label(
        "Yes", exact=True
    ).check()
    save(page)
    page.goto(f"{here}/recommendations/SEP16-13")
    expect(page.get_by_text("5 of 5 methods").first).to_be_visible()


@pytest.mark.parametrize(
    "address, label, text",
    [
        ("champions/decision", "Why?", "Wards asked for somebody to turn to."),
        ("coverage/routes", "Apart from induction, how do nursing staff", "A yearly session"),
        ("questions/SEP16-13", "Where do the answers come from?", "Education plan, autumn"),
    ],
)
def test_a_saved_form_leaves_no_draft(open_browser: Open, address: str, label: str, text: str) -> None:
    page = open_browser("lead@demo.example")
    url = f"/organisations/{first_organisation(page)}/{address}"
    page.goto(url)
    keep_a_draft(page, label, text)
    page.goto("/recommendations")
    page.goto(url)
    page.get_by_role("link", name="Carry on with it").click()
    expect(page.get_by_label(label)).to_have_value(text)
    save(page)
    expect(page.locator("main")).to_contain_text("aved")
    page.goto(url)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("We kept what you had typed")).to_have_count(0)


def keep_a_draft(page: Page, label: str, text: str) -> None:
    """What is typed is kept when the person looks at something else."""
    with page.expect_response("**/drafts"):
        page.get_by_label(label).fill(text)
        page.evaluate(HIDDEN)
