"""The three people do their work, one after the other, on one server: record, agree, see, take, check."""

from __future__ import annotations

import hashlib
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from fpdf import FPDF
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, first_organisation

Open = Callable[..., Page]
Check = Callable[[Page], None]


def a_pdf(folder: Path, name: str, text: str) -> Path:
    document = FPDF()
    document.add_page()
    document.set_font("Helvetica", size=14)
    document.cell(text=f"Demonstration: invented. {text}")
    path = folder / name
    document.output(str(path))
    return path


def record_in_place(page: Page, code: str, pdf: Path, summary: str) -> None:
    organisation = first_organisation(page)
    page.goto(f"/organisations/{organisation}/recommendations/{code}/progress")
    page.get_by_label("In place", exact=True).check()
    page.get_by_label("What is in place now").fill(summary)
    group = page.get_by_role("group", name="In place since")
    for label, value in (("Day", "1"), ("Month", "9"), ("Year", "2026")):
        group.get_by_label(label).fill(value)
    page.get_by_label("Evidence", exact=True).set_input_files(pdf)
    page.get_by_role("button", name="Save").click()


@pytest.mark.parametrize(
    "viewport, javascript, code",
    [
        (WIDE, True, "SEP16-14"),
        (NARROW, True, "SEP16-15"),
        (WIDE, False, "SEP16-16"),
        (NARROW, False, "SEP16-13"),
    ],
)
def test_a_champion_records_a_step_with_its_proof(
    open_browser: Open,
    check_page: Check,
    tmp_path: Path,
    viewport: dict[str, int],
    javascript: bool,
    code: str,
) -> None:
    page = open_browser("champion@demo.example", viewport=viewport, javascript=javascript)
    expect(page.get_by_role("heading", level=1)).to_have_text("Where we stand on sepsis education")
    pdf = a_pdf(tmp_path, f"proof-{code}.pdf", f"Proof for {code}")
    record_in_place(page, code, pdf, f"What {code} asks for is in place.")
    expect(page.get_by_text("Saved. Recommendation")).to_be_visible()
    if javascript:
        check_page(page)
    page.goto(f"/organisations/{first_organisation(page)}")
    row = page.locator(".app-tasks__row", has=page.locator(f'a[href$="/recommendations/{code}"]'))
    expect(row).to_contain_text("In place, evidence waiting to be checked")


def test_the_main_job_from_ward_to_audit(open_browser: Open, check_page: Check, tmp_path: Path) -> None:
    champion = open_browser("champion@demo.example")
    organisation = first_organisation(champion)
    pdf = a_pdf(tmp_path, "champion-rota-autumn.pdf", "Champion rota")
    record_in_place(champion, "SEP16-17", pdf, "After e-learning, wards talk it through at handover.")
    expect(champion.get_by_text("Saved. Recommendation 17")).to_be_visible()

    lead = open_browser("lead@demo.example")
    lead.goto(f"/organisations/{organisation}/agree")
    check_page(lead)
    lead.get_by_label("Meeting that agreed them").fill("Deteriorating Patient Group")
    for label, value in (("Day", "2"), ("Month", "11"), ("Year", "2026")):
        lead.get_by_label(label).fill(value)
    lead.get_by_label("17. Talk online training through").check()
    lead.get_by_role("button", name="Agree these").click()
    expect(lead.get_by_text("Agreed: 1 recommendation, Deteriorating Patient Group.")).to_be_visible()

    national = open_browser("national@demo.example")
    national.goto("/summary")
    check_page(national)
    cell = national.locator("main").get_by_text("Talk online training through").first
    expect(cell).to_be_visible()

    auditor = open_browser("auditor@demo.example")
    bundle = take_bundle(auditor, organisation, tmp_path)
    folder = tmp_path / "unzipped"
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    checked = subprocess.run(
        ["sha256sum", "-c", "--quiet", "manifest-sha256.txt"], cwd=folder, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout
    digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*.pdf")}
    assert hashlib.sha256(pdf.read_bytes()).hexdigest() in digests


def take_bundle(page: Page, organisation: str, folder: Path) -> Path:
    page.goto("/exports")
    page.get_by_label("Those that I tick").check()
    box = page.locator(f'input[type="checkbox"][value="{organisation}"]')
    box.check()
    page.get_by_role("button", name="See what it will hold").click()
    page.get_by_role("button", name="Make this evidence pack").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the evidence pack").click()
    path = folder / "pack.zip"
    download.value.save_as(path)
    return path


def test_nothing_typed_is_lost_on_a_failing_form(
    open_browser: Open, check_page: Check, tmp_path: Path
) -> None:
    page = open_browser("champion@demo.example")
    pdf = a_pdf(tmp_path, "kept.pdf", "Kept when a field fails")
    record_in_place(page, "SEP16-10", pdf, "")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page.get_by_text("kept.pdf", exact=True)).to_be_visible()
    check_page(page)


def test_signed_out_and_back_by_the_keyboard_alone(open_browser: Open) -> None:
    page = open_browser()
    page.goto("/sign-in")
    page.get_by_label("E-mail address").focus()
    page.keyboard.type("champion@demo.example")
    page.keyboard.press("Tab")
    page.keyboard.type("demonstration-only")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Where we stand on sepsis education")
    page.get_by_role("button", name="Sign out").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main").get_by_role("button", name="Sign in").first).to_be_visible()
    page.goto("/account")
    assert "/sign-in" in page.url
