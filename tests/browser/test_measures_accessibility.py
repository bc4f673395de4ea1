"""axe on every page of the measures, wide and narrow: registers, forms, what a form refuses, figures and trends."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, first_organisation

Open = Callable[..., Page]
Check = Callable[[Page], None]
EACH_WIDTH = pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])

# A last part of "*" is the first entry that the page before it links to.
OF_A_TRUST = {
    "champions": (
        "champions", "champions/decision", "champions/model", "champions/people/new", "champions/people/*",
        "champions/departments/new", "champions/departments/*", "champions/reviews/new", "champions/reviews/*",
        "champions/hand-over", "champions/hand-over/print", "recommendations/SEP16-12",
    ),
    "coverage": (
        "coverage", "coverage/new", "coverage/needs", "coverage/routes", "coverage/ask", "coverage/import",
        "coverage/*", "coverage/*/edit", "coverage/*/withdraw", "recommendations/SEP16-10",
        "recommendations/SEP16-11",
    ),
    "incidents": (
        "incidents", "incidents/new", "incidents/none", "incidents/*", "incidents/*/edit", "incidents/*/loop",
        "incidents/*/remove", "recommendations/SEP16-18",
    ),
    "alignment": (
        "alignment", "alignment/new", "alignment/import", "alignment/*", "alignment/*/edit", "alignment/*/assess",
        "alignment/*/withdraw", "recommendations/SEP16-09", "recommendations/SEP16-17",
    ),
    "questions": (
        "", "questions", "questions/SEP16-13", "questions/SEP16-14", "questions/SEP16-15", "questions/SEP16-16",
        "recommendations/SEP16-13",
    ),
}  # fmt: skip
# Forms that refuse to be saved when they are empty, and the button that says so.
REFUSING = {
    "champions/people/new": "Save",
    "champions/departments/new": "Save",
    "champions/reviews/new": "Save",
    "champions/hand-over": "Save",
    "coverage/new": "Save",
    "coverage/import": "Read it and show me",
    "incidents/new": "Save",
    "alignment/new": "Save",
    "alignment/import": "Read it and show me",
}
LIST = "Title,Kind,For,Patients\r\nSepsis in the ward,Slides,Everybody,Adults\r\nNo kind,Skywriting,Nobody,Horses\r\n"


@EACH_WIDTH
@pytest.mark.parametrize("measure", OF_A_TRUST)
def test_pages_of_a_measure(
    open_browser: Open, check_page: Check, viewport: dict[str, int], measure: str
) -> None:
    page = open_browser("lead@demo.example", viewport=viewport)
    here = f"/organisations/{first_organisation(page)}"
    for address in OF_A_TRUST[measure]:
        page.goto(f"{here}/{address}".rstrip("/") if "*" not in address else entry(page, here, address))
        expect(page.get_by_role("heading", level=1)).not_to_contain_text("not found")
        check_page(page)


def entry(page: Page, here: str, address: str) -> str:
    """The address of the first entry of a register, as its page links to it."""
    before, _, after = address.partition("*")
    register = before.split("/")[0]
    if not page.url.endswith(f"{here}/{register}"):
        page.goto(f"{here}/{register}")
    links = page.locator("main a").evaluate_all("all => all.map((each) => each.getAttribute('href'))")
    found = next(link for link in links if re.match(f"{here}/{before}[0-9a-f-]{{36}}$", link))
    return f"{found}{after}"


@EACH_WIDTH
def test_forms_that_refuse(open_browser: Open, check_page: Check, viewport: dict[str, int]) -> None:
    page = open_browser("lead@demo.example", viewport=viewport)
    here = f"/organisations/{first_organisation(page)}"
    for address, button in REFUSING.items():
        page.goto(f"{here}/{address}")
        page.locator("main").get_by_role("button", name=button, exact=True).click()
        expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
        check_page(page)


@EACH_WIDTH
def test_spreadsheets_as_read(
    open_browser: Open, check_page: Check, tmp_path: Path, viewport: dict[str, int]
) -> None:
    page = open_browser("lead@demo.example", viewport=viewport)
    here = f"/organisations/{first_organisation(page)}"
    people = "Surname,First name,Employee number,Staff group\r\nDoe,Jo,123,Students\r\n"
    numbers = "Staff group,In post,In date\r\nStudents,10,12\r\nWizards,4,4\r\n"
    for register, text, words in (
        ("coverage", people, "That file speaks of single people"),
        ("coverage", numbers, "What we read: nothing is saved yet"),
        ("alignment", LIST, "What we read: nothing is saved yet"),
    ):
        file = tmp_path / "list.csv"
        file.write_text(text, encoding="utf-8")
        page.goto(f"{here}/{register}/import")
        page.locator("main input[type=file]").set_input_files(file)
        page.get_by_role("button", name="Read it and show me").click()
        expect(page.get_by_role("heading", name=words)).to_be_visible()
        check_page(page)


@EACH_WIDTH
def test_guidelines_and_what_others_see(
    open_browser: Open, check_page: Check, viewport: dict[str, int]
) -> None:
    trust = first_organisation(open_browser("lead@demo.example"))
    page = open_browser("national@demo.example", viewport=viewport)
    page.goto("/guidelines")
    check_page(page)
    page.locator("main table").get_by_role("link").first.click()
    check_page(page)
    page.goto("/guidelines/new")
    page.get_by_role("button", name="See what this changes").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    check_page(page)
    for address in ("champions", "coverage", "incidents", "alignment", "questions/SEP16-13"):
        page.goto(f"/organisations/{trust}/{address}")
        check_page(page)
