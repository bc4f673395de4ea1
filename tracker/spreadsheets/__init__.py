"""Spreadsheets coming in, as rows of text: CSV and XLSX, read in a child process; nothing is stored or understood."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from tracker import sandbox
from tracker.errors import RuleBroken

CHILD = Path(__file__).with_name("__main__.py")
FIELD = "file"
# What stands in a cell whose formula has no value, because no program has worked it out and saved it.
NOT_CALCULATED = "\ufffc"
UNREADABLE = (
    "We could not read this spreadsheet safely: it is too large or damaged. Copy the table that matters into a new "
    "sheet, save it as Excel (xlsx) or CSV, and try again."
)
OTHER_TYPE = "Save it as Excel (xlsx) or CSV, and try again."


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not empty, with its number in the sheet."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `is_cut`: it goes on after the rows that are here."""

    name: str
    rows: tuple[Row, ...]
    is_cut: bool = False


def read_sheets(path: Path, file_name: str) -> tuple[Sheet, ...]:
    """Every sheet of a CSV or XLSX file that holds anything. RuleBroken('file') says what is wrong and what to do."""
    extension = PurePath(file_name).suffix.lower().lstrip(".")
    if problem := _other_type(path, extension):
        raise RuleBroken(FIELD, f"{file_name}: {problem}")
    try:
        answer = sandbox.ask(CHILD, {"path": str(path.resolve()), "extension": extension})
    except sandbox.ChildFailed:
        raise RuleBroken(FIELD, f"{file_name}: {UNREADABLE}") from None
    if answer["problem"]:
        raise RuleBroken(FIELD, f"{file_name}: {answer['problem']}")
    sheets = tuple(_sheet(each) for each in answer["sheets"])
    if not any(sheet.rows for sheet in sheets):
        raise RuleBroken(FIELD, f"{file_name}: There is nothing in this file.")
    return tuple(sheet for sheet in sheets if sheet.rows)


def _sheet(answer: dict[str, Any]) -> Sheet:
    rows = tuple(Row(number, tuple(cells)) for number, cells in answer["rows"])
    return Sheet(answer["name"], rows, answer["is_cut"])


def _other_type(path: Path, extension: str) -> str:
    """What the first bytes say against the name."""
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        return "This file is empty."
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return f"It is protected by a password or in the old Excel format. {OTHER_TYPE}"
    if extension not in {"csv", "xlsx"}:
        return f"This is not an Excel (xlsx) or CSV file. {OTHER_TYPE}"
    zipped = head.startswith(b"PK")
    if zipped != (extension == "xlsx") or head.startswith(b"%PDF"):
        return f"The content is not what the name says. {OTHER_TYPE}"
    return ""
