"""A folder of awkward files, made here: each is read, or refused in words that say what to do."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from tracker import sandbox
from tracker.errors import RuleBroken
from tracker.spreadsheets import NOT_CALCULATED, Sheet, limits, read_sheets

ROWS = [["Staff group", "In post", "In date"], ["Estates – café", 120, 90]]
CELLS = [("Staff group", "In post", "In date"), ("Estates – café", "120", "90")]


def cells(sheet: Sheet) -> list[tuple[str, ...]]:
    return [row.cells for row in sheet.rows]


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def book(fill: Callable[[Workbook], None] | None = None) -> bytes:
    made = Workbook()
    sheet = made[made.sheetnames[0]]
    for row in ROWS:
        sheet.append(row)
    if fill is not None:
        fill(made)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    "encoding, delimiter, end",
    [
        ("utf-8", ",", "\n"), ("utf-8-sig", ";", "\r\n"), ("cp1252", ",", "\r\n"), ("cp1252", ";", "\n"),
        ("utf-16", "\t", "\r\n"), ("utf-8", "|", "\r"), ("utf-8-sig", ",", "\r"), ("cp1252", "\t", "\n"),
    ],
)  # fmt: skip
def test_text_of_any_program(tmp_path: Path, encoding: str, delimiter: str, end: str) -> None:
    text = end.join(delimiter.join(map(str, row)) for row in ROWS) + end
    found = read_sheets(write(tmp_path, "a.csv", text.encode(encoding)), "a.csv")
    assert cells(found[0]) == CELLS


def test_quotes_commas_and_the_line_in_which_excel_says_its_sign(tmp_path: Path) -> None:
    text = 'sep=;\n"Staff group";"In post"\n"Nurses; all";"1,200"\n\n;\n'
    found = read_sheets(write(tmp_path, "a.CSV", text.encode()), "a.CSV")
    assert [(row.number, row.cells) for row in found[0].rows] == [
        (2, ("Staff group", "In post")), (3, ("Nurses; all", "1,200")),
    ]  # fmt: skip


def test_ten_thousand_empty_rows_cost_little(tmp_path: Path) -> None:
    def fill(made: Workbook) -> None:
        sheet = made[made.sheetnames[0]]
        for row in range(3, 10_003):
            for column in range(1, 8):
                sheet.cell(row, column).font = Font(bold=True)

    path = write(tmp_path, "a.xlsx", book(fill))
    before = time.monotonic()
    assert cells(read_sheets(path, "a.xlsx")[0]) == CELLS
    assert time.monotonic() - before < sandbox.CPU_SECONDS
    lines = "Staff group,In post\nStudents,3\n" + ",\n" * 10_000
    assert len(read_sheets(write(tmp_path, "b.csv", lines.encode()), "b.csv")[0].rows) == 2


def test_extra_sheets_are_read_and_hidden_ones_are_not(tmp_path: Path) -> None:
    def fill(made: Workbook) -> None:
        made.create_sheet("Notes").append(["Made by the workforce team"])
        hidden = made.create_sheet("Old")
        hidden.append(["last year"])
        hidden.sheet_state = "hidden"
        made.create_sheet("Empty")

    found = read_sheets(write(tmp_path, "a.xlsx", book(fill)), "a.xlsx")
    assert [sheet.name for sheet in found] == ["Sheet", "Notes"]


def test_merged_cells_say_the_same_of_all_they_cover_but_numbers_once(tmp_path: Path) -> None:
    def fill(made: Workbook) -> None:
        sheet = made[made.sheetnames[0]]
        sheet["A4"], sheet["B4"], sheet["A5"], sheet["C5"] = "Medical and Dental", 70, None, 5
        sheet.merge_cells("A4:A5")
        sheet.merge_cells("B4:B5")

    found = cells(read_sheets(write(tmp_path, "a.xlsx", book(fill)), "a.xlsx")[0])
    assert found[2:] == [("Medical and Dental", "70"), ("Medical and Dental", "", "5")]


def test_a_formula_is_read_by_its_value_or_said_to_have_none(tmp_path: Path) -> None:
    def fill(made: Workbook) -> None:
        made[made.sheetnames[0]].append(["Students", "=5+5", "=1/0"])

    content = book(fill)
    found = cells(read_sheets(write(tmp_path, "a.xlsx", content), "a.xlsx")[0])
    assert found[2] == ("Students", NOT_CALCULATED, NOT_CALCULATED)
    part = "xl/worksheets/sheet1.xml"
    saved = rewritten(content, part, b"<f>5+5</f><v />", b"<f>5+5</f><v>9.9999999999</v>")
    found = cells(read_sheets(write(tmp_path, "b.xlsx", saved), "b.xlsx")[0])
    assert found[2][1] == "10"


def rewritten(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A workbook with one part changed."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            body = before.read(name)
            after.writestr(name, body.replace(old, new) if name == part else body)
    return made.getvalue()


def test_more_rows_than_anybody_looks_at_are_cut(tmp_path: Path) -> None:
    text = "Staff group,In post\n" + "Students,1\n" * (limits.ROWS + 10)
    found = read_sheets(write(tmp_path, "a.csv", text.encode()), "a.csv")[0]
    assert found.is_cut and len(found.rows) == limits.ROWS


@pytest.mark.parametrize(
    "name, content, words",
    [
        ("a.csv", b"", "This file is empty"),
        ("a.csv", b"\n \n,,\n", "nothing in this file"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password or in the old Excel format"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password or in the old Excel format"),
        ("a.pdf", b"%PDF-1.7", "not an Excel"),
        ("a.csv", b"%PDF-1.7", "not what the name says"),
        ("a.xlsx", b"Staff group,In post", "not what the name says"),
        ("a.csv", b"PK\x03\x04", "not what the name says"),
        ("a.csv", b"Staff\x00group\x01,1", "not a text file"),
        ("a.xlsx", b"PK\x03\x04 and no more", "damaged"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_words(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    with pytest.raises(RuleBroken, match=words):
        read_sheets(write(tmp_path, name, content), name)


def test_a_document_that_is_no_workbook_and_one_with_an_entity_are_refused(tmp_path: Path) -> None:
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    content = rewritten(book(), "xl/workbook.xml", b"<workbook", bomb + b"<workbook")
    for made in (empty.getvalue(), content):
        with pytest.raises(RuleBroken, match="damaged"):
            read_sheets(write(tmp_path, "a.xlsx", made), "a.xlsx")


def test_a_workbook_that_inflates_without_end_is_cut_short(tmp_path: Path) -> None:
    """A thousand times its size: the child runs out of its memory or its processor, and nobody else does."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book())) as before,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            if name != "xl/sharedStrings.xml":
                after.writestr(name, before.read(name))
        with after.open("xl/sharedStrings.xml", "w") as part:
            part.write(b"<sst><si><t>")
            for _ in range(700):
                part.write(b"a" * 1_000_000)
            part.write(b"</t></si></sst>")
    before_time = time.monotonic()
    with pytest.raises(RuleBroken, match="could not read this spreadsheet safely"):
        read_sheets(write(tmp_path, "a.xlsx", made.getvalue()), "a.xlsx")
    assert time.monotonic() - before_time < sandbox.WALL_SECONDS
