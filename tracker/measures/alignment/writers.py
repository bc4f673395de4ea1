"""What goes out: an empty list of training to fill in, with the answers to choose from."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from tracker.library.rules import StaffGroup
from tracker.measures.alignment.rules import CHOICES, HEADINGS, MOST

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE_NAME = "list-of-sepsis-training.xlsx"
WIDE = {"title": 44, "staff_groups": 40, "link": 36, "owner": 28, "not_possible_because": 28}


def template() -> bytes:
    """The workbook: a sheet “Training” with the columns that are read, and “Answers” with what may stand in them."""
    from openpyxl import Workbook  # only who downloads it pays for the library

    book = Workbook()
    training = book[book.sheetnames[0]]
    training.title = "Training"
    answers = book.create_sheet("Answers")
    _headings(training)
    _answers(answers)
    _offer(training)
    return _bytes(book)


def _headings(sheet: Worksheet) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for column, (field, heading) in enumerate(HEADINGS.items(), start=1):
        cell = sheet.cell(1, column, heading)
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(column)].width = WIDE.get(field, 20)
    sheet.freeze_panes = "B2"


def _answers(sheet: Worksheet) -> None:
    """Each answer under its column; several staff groups are parted by semicolons."""
    from openpyxl.styles import Font

    lists = {**{field: list(labels.values()) for field, labels in CHOICES.items()}, "staff_groups": _staff()}
    for column, field in enumerate(lists, start=1):
        sheet.cell(1, column, HEADINGS[field]).font = Font(bold=True)
        for row, label in enumerate(lists[field], start=2):
            sheet.cell(row, column, label)


def _staff() -> list[str]:
    return [each.label for each in StaffGroup]


def _offer(sheet: Worksheet) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    places = {field: column for column, field in enumerate(HEADINGS, start=1)}
    for column, (field, labels) in enumerate(CHOICES.items(), start=1):
        source = get_column_letter(column)
        choice = DataValidation(
            type="list", formula1=f"Answers!${source}$2:${source}${len(labels) + 1}", allow_blank=True
        )
        sheet.add_data_validation(choice)
        letter = get_column_letter(places[field])
        choice.add(f"{letter}2:{letter}{MOST + 1}")


def _bytes(book: Workbook) -> bytes:
    content = BytesIO()
    book.save(content)
    return content.getvalue()
