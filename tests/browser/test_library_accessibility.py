"""axe on every page of the other half, wide and narrow: library, training, shares, good practice, programmes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, first_organisation

Open = Callable[..., Page]
Check = Callable[[Page], None]
EACH_WIDTH = pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])

# Who → addresses; {o} is the organisation that she lands on.
PAGES = {
    "": (
        "/resources", "/resources?q=nothing-like-this", "/resources/gaps", "/resources/funding",
        "/resources/careworkers-guide", "/training", "/training?setting=care_home", "/programme",
        "/programme/2016-17-3-1-b-1", "/recommendations/SEP16-03",
    ),
    "champion@demo.example": (
        "/organisations/{o}/shares", "/organisations/{o}/shares/new", "/organisations/{o}/practice",
        "/organisations/{o}/practice/new", "/organisations/{o}/help-requests", "/organisations/{o}/help-requests/new",
        "/organisations/{o}/developments", "/organisations/{o}/developments/new", "/practice",
    ),
    "network@demo.example": (
        "/organisations/{o}", "/organisations/{o}/members", "/organisations/{o}/members/new",
        "/organisations/{o}/shares/new",
    ),
    "university@demo.example": ("/organisations/{o}", "/organisations/{o}/questions/SEP16-21"),
    "hee@demo.example": (
        "/organisations/{o}", "/organisations/{o}/usage", "/organisations/{o}/usage/new",
        "/organisations/{o}/evaluations", "/organisations/{o}/evaluations/new", "/organisations/{o}/programme",
        "/organisations/{o}/programme/2016-17-3/record", "/organisations/{o}/help-requests",
        "/organisations/{o}/recommendations/SEP16-07",
    ),
    "national@demo.example": (
        "/summary/responders", "/dissemination", "/dissemination/not-reached", "/resources/new",
        "/resources/careworkers-guide/edit", "/resources/careworkers-guide/retire",
        "/resources/careworkers-guide/funding", "/practice/review", "/programme/new",
    ),
}  # fmt: skip

# Pages of one row: who → the list, and the pages of its first row that has them.
ROWS = {
    "champion@demo.example": (
        ("shares", ("", "/edit", "/mistaken")),
        ("practice", ("", "/edit", "/withdraw")),
        ("help-requests", ("/take-back",)),
        ("developments", ("/edit", "/mistaken")),
    ),
    "network@demo.example": (
        ("shares", ("", "/edit", "/mistaken")),
        ("members", ("/edit", "/mistaken")),
    ),
    "hee@demo.example": (
        ("help-requests", ("/answer",)),
        ("usage", ("/edit", "/mistaken")),
        ("evaluations", ("/edit", "/mistaken")),
    ),
}  # fmt: skip


@EACH_WIDTH
@pytest.mark.parametrize("who", PAGES, ids=[each.partition("@")[0] or "visitor" for each in PAGES])
def test_pages(open_browser: Open, check_page: Check, viewport: dict[str, int], who: str) -> None:
    page = open_browser(who, viewport=viewport)
    own = first_organisation(page) if "{o}" in PAGES[who][0] else ""
    for address in PAGES[who]:
        answer = page.goto(address.replace("{o}", own))
        assert answer is not None and answer.ok, f"{address}: {answer and answer.status}"
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        check_page(page)


@EACH_WIDTH
@pytest.mark.parametrize("who", ROWS, ids=[each.partition("@")[0] for each in ROWS])
def test_pages_of_one_row(open_browser: Open, check_page: Check, viewport: dict[str, int], who: str) -> None:
    page = open_browser(who, viewport=viewport)
    own = first_organisation(page)
    if ("help-requests", ("/take-back",)) in ROWS[who]:
        ask(page, own)
    for kind, ends in ROWS[who]:
        home = f"/organisations/{own}/{kind}"
        page.goto(home)
        first = row_of(page, home, ends[0])
        for end in ends:
            answer = page.goto(f"{first}{end}")
            assert answer is not None and answer.ok, f"{first}{end}: {answer and answer.status}"
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            check_page(page)


def ask(page: Page, own: str) -> None:
    """Only a question that waits for its answer can be taken back."""
    page.goto(f"/organisations/{own}/help-requests/new")
    page.get_by_label("Which recommendation is it about?").select_option(value="SEP16-12")
    page.get_by_label("What do you need help with?").fill("How do we tell others of this?")
    page.locator("main").get_by_role("button", name="Send your question").click()
    expect(page).to_have_url(re.compile("/help-requests$"))


def row_of(page: Page, home: str, end: str) -> str:
    """The address of the first row that leads to such a page."""
    found = re.search(rf'href="({home}/[0-9a-f-]{{36}}){end}"', page.content())
    assert found, f"{home}: no row leads to {end or 'its own page'}"
    return found[1]
