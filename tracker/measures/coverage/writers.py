"""What goes out: the counting sheet, a workbook that stays on the computer of whoever fills it in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

from tracker.measures.coverage.rules import Group, Level, Line

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE_NAME = "counting-sheet-sepsis-training.xlsx"
# More people than the largest trust has in one group to count by hand; formulas for more would be slow to open.
PEOPLE = 6_000
FIRST = 4
HOW = (
    "How to use this sheet",
    "1. It stays on your computer. Do not send it to anybody, and do not add it to the recommendation tracker.",
    "2. On “Counting”, one row for each person: staff group, level needed, level trained to, date. You need no names.",
    "3. On the sheet “Numbers”, type the date of your count and for how many months training counts.",
    "4. “Numbers” then counts each staff group and level. Type its numbers into the tracker.",
    "5. Or copy “Numbers” alone into a new file (paste values only), save it as CSV, and import that file.",
)


def counting_sheet(lines: Sequence[Line], today: date, interval_months: int | None) -> bytes:
    """The workbook with a line in “Numbers” for each group and level; formulas count the rows of “Counting”."""
    from openpyxl import Workbook  # only who downloads it pays for the library

    book = Workbook()
    _how(book)
    _counting(book)
    _numbers(book, lines, today, interval_months or 12)
    _lists(book)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _how(book: Workbook) -> None:
    sheet = _first(book)
    sheet.title = "Read this first"
    sheet.column_dimensions["A"].width = 110
    for number, text in enumerate(HOW, start=1):
        cell = sheet.cell(number, 1, text)
        cell.alignment = _wrapped()
    sheet["A1"].font = _bold(14)


def _counting(book: Workbook) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet = book.create_sheet("Counting")
    titles = ("Staff group", "Level needed", "Level trained to", "Date of training", "Counts as in date")
    sheet["A1"] = "One row for each person. Stays on your computer."
    for column, title in enumerate(titles, start=1):
        cell = sheet.cell(FIRST - 1, column, title)
        cell.font, cell.alignment = _bold(), _wrapped()
        sheet.column_dimensions["ABCDE"[column - 1]].width = (60, 28, 28, 16, 16)[column - 1]
    last = FIRST + PEOPLE - 1
    for places, source in (
        (f"A{FIRST}:A{last}", "Lists!$A$1:$A$12"),
        (f"B{FIRST}:C{last}", "Lists!$B$1:$B$4"),
    ):
        choice = DataValidation(type="list", formula1=source, allow_blank=True)
        sheet.add_data_validation(choice)
        choice.add(places)
    for row in range(FIRST, last + 1):
        sheet.cell(row, 5, _counts_formula(row))
        sheet.cell(row, 4).number_format = "dd/mm/yyyy"
    sheet.freeze_panes = f"A{FIRST}"


def _counts_formula(row: int) -> str:
    """1 when the training is at or above the level needed and not older than the interval; else 0."""
    reaches = f"MATCH(C{row},Lists!$B$1:$B$4,0)>=MATCH(B{row},Lists!$B$1:$B$4,0)"
    fresh = f"AND(D{row}<=Numbers!$B$1,EDATE(D{row},Numbers!$B$2)>=Numbers!$B$1)"
    trained = f'IF(OR(C{row}="",D{row}=""),0,IFERROR(IF(AND({reaches},{fresh}),1,0),0))'
    return f'=IF(OR(A{row}="",B{row}=""),"",IF(B{row}=Lists!$B$1,1,{trained}))'


def _numbers(book: Workbook, lines: Sequence[Line], today: date, interval_months: int) -> None:
    sheet = book.create_sheet("Numbers")
    sheet["A1"], sheet["B1"] = "Date of the count", today
    sheet["B1"].number_format = "dd/mm/yyyy"
    sheet["A2"], sheet["B2"] = "Training counts for (months)", interval_months
    titles = ("Staff group", "Level needed", "Staff in post", "In date")
    for column, title in enumerate(titles, start=1):
        sheet.cell(4, column, title).font = _bold()
        sheet.column_dimensions["ABCD"[column - 1]].width = (62, 30, 14, 14)[column - 1]
    places = f"Counting!$A${FIRST}:$A${FIRST + PEOPLE - 1}"
    for row, (group, level) in enumerate(_every_line(lines), start=5):
        sheet.cell(row, 1, group.label)
        sheet.cell(row, 2, level.label)
        both = f"{places},$A{row},{places.replace('$A$', '$B$')},$B{row}"
        sheet.cell(row, 3, f"=COUNTIFS({both})")
        sheet.cell(row, 4, f"=SUMIFS({places.replace('$A$', '$E$')},{both})")


def _every_line(lines: Sequence[Line]) -> list[tuple[Group, Level]]:
    """The lines of the needs table; for a group without a level, each that it might need."""
    found = []
    for line in lines:
        levels = [line.level] if line.level is not None else list(reversed(Level))
        found += [(line.group, level) for level in levels]
    return found


def _lists(book: Workbook) -> None:
    sheet = book.create_sheet("Lists")
    for row, group in enumerate(Group, start=1):
        sheet.cell(row, 1, group.label)
    for row, level in enumerate(Level, start=1):
        sheet.cell(row, 2, level.label)
    sheet.sheet_state = "hidden"


def _first(book: Workbook) -> Worksheet:
    return book[book.sheetnames[0]]


def _bold(size: int = 11) -> Any:
    from openpyxl.styles import Font

    return Font(bold=True, size=size)


def _wrapped() -> Any:
    from openpyxl.styles import Alignment

    return Alignment(wrap_text=True, vertical="top")
