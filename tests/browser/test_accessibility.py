"""axe on every kind of page, wide and narrow, for each of the people; nothing scrolls sideways."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.browser.conftest import NARROW, WIDE, first_organisation

PUBLIC = (
    "/", "/sign-in", "/recommendations", "/recommendations/SEP16-12", "/resources", "/programme", "/definitions",
    "/help", "/privacy", "/cookies", "/terms", "/about", "/accessibility-statement", "/no-such-page",
)  # fmt: skip
OF_A_TRUST = (
    "", "/recommendations/SEP16-12", "/recommendations/SEP16-12/progress", "/recommendations/SEP16-12/progress/confirm",
    "/recommendations/SEP16-12/actions/new", "/evidence", "/evidence/new", "/history", "/meeting", "/confirm", "/agree",
)  # fmt: skip
OF_OTHERS = {
    "national@demo.example": (
        "/summary",
        "/summary?sheet=1",
        "/organisations",
        "/exports",
        "/audit",
        "/account",
    ),
    "auditor@demo.example": ("/summary", "/organisations", "/exports", "/audit"),
    "admin@demo.example": ("/people", "/people/invite", "/audit", "/account"),
    "lead@demo.example": ("/people", "/exports"),
}


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_public_pages(
    open_browser: Callable[..., Page], check_page: Callable[[Page], None], viewport: dict[str, int]
) -> None:
    page = open_browser(viewport=viewport)
    for address in PUBLIC:
        page.goto(address)
        check_page(page)


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_pages_of_a_trust(
    open_browser: Callable[..., Page], check_page: Callable[[Page], None], viewport: dict[str, int]
) -> None:
    page = open_browser("lead@demo.example", viewport=viewport)
    code = first_organisation(page)
    for address in OF_A_TRUST:
        page.goto(f"/organisations/{code}{address}")
        check_page(page)
    page.goto(f"/organisations/{code}/evidence")
    page.locator("main td a, main li a").first.click()
    check_page(page)


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("email", OF_OTHERS)
def test_pages_of_others(
    open_browser: Callable[..., Page],
    check_page: Callable[[Page], None],
    viewport: dict[str, int],
    email: str,
) -> None:
    page = open_browser(email, viewport=viewport)
    for address in OF_OTHERS[email]:
        page.goto(address)
        check_page(page)


def test_the_sheet_of_the_summary_prints_on_one_page(open_browser: Callable[..., Page]) -> None:
    page = open_browser("national@demo.example")
    page.goto("/summary?sheet=1")
    assert len(PdfReader(io.BytesIO(page.pdf(format="A4"))).pages) == 1


MARKED = """(event) => {
    const radios = "input[type=radio][aria-controls]";
    event === "click" ? document.querySelector(radios).click() : window.dispatchEvent(new Event(event));
    return Promise.resolve().then(() => [
        document.querySelectorAll(radios).length, document.querySelectorAll(`${radios}[aria-expanded]`).length,
    ]);
}"""


@pytest.mark.parametrize("event", ["pageshow", "click"])
def test_no_radio_is_ever_marked_as_expanded(open_browser: Callable[..., Page], event: str) -> None:
    """The design system marks them again on both events; not even a moment later may it be seen."""
    page = open_browser("lead@demo.example")
    page.goto(f"/organisations/{first_organisation(page)}/recommendations/SEP16-12/progress")
    opening, marked = page.evaluate(MARKED, event)
    assert opening > 0
    assert marked == 0


def test_buttons_stand_apart_and_no_table_is_cut(open_browser: Callable[..., Page]) -> None:
    page = open_browser("lead@demo.example")
    page.goto(f"/organisations/{first_organisation(page)}/recommendations/SEP16-12")
    edges = page.evaluate(
        "[...document.querySelectorAll('.app-buttons .nhsuk-button')]"
        ".map((each) => each.getBoundingClientRect()).map(({ left, right }) => [left, right])"
    )
    assert len(edges) > 2
    gaps = [after[0] - before[1] for before, after in pairwise(edges)]
    assert gaps == [24] * len(gaps)
    national = open_browser("national@demo.example")
    national.goto("/summary")
    cut = national.evaluate(
        "[...document.querySelectorAll('.app-scroll')].filter((each) => each.firstElementChild"
        " && each.firstElementChild.getBoundingClientRect().left < each.getBoundingClientRect().left)"
        ".map((each) => each.getAttribute('aria-label'))"
    )
    assert cut == []
