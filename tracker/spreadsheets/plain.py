"""CSV files: whatever bytes, delimiter and quotes the program wrote that made them."""

import codecs
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tracker.errors import RuleBroken
from tracker.spreadsheets import limits

NOT_TEXT = "This is not a text file that we can read. Save it again as CSV UTF-8, or as Excel (xlsx)."
# Beyond this it is no table of totals, whatever it holds.
LONGEST = 5_000_000
DELIMITERS = ",;\t|"
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read(path: Path) -> list[dict[str, Any]]:
    """The one sheet of the file."""
    with path.open("rb") as file:
        text = _decoded(file.read(LONGEST))
    delimiter, text = _delimiter(text)
    rows: list[tuple[int, list[str]]] = []
    is_cut = False
    for number, cells in _rows(text, delimiter):
        if len(rows) == limits.ROWS:
            is_cut = True
            break
        if any(cells):
            rows.append((number, cells))
    return [{"name": "", "rows": rows, "is_cut": is_cut}]


def _decoded(content: bytes) -> str:
    """UTF-8 or UTF-16 by its mark, otherwise UTF-8, otherwise what Excel writes in this country."""
    marked = [encoding for mark, encoding in _MARKS if content.startswith(mark)]
    for encoding in marked or ["utf-8", "cp1252", "latin-1"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            if len(content) == LONGEST and error.start > LONGEST - 4:
                text = content[: error.start].decode(encoding)
            else:
                continue
        if _BINARY.search(text):
            break
        return text
    raise RuleBroken("file", NOT_TEXT)


def _delimiter(text: str) -> tuple[str, str]:
    """The sign that parts the cells of most of the first lines; Excel may say it in a line of its own."""
    said = re.match(r"sep=(.)\r?\n", text, re.IGNORECASE)
    if said:
        return said[1], "\n" + text[said.end() :]
    lines = [line for line in text.splitlines()[:40] if line.strip()]
    found = max(DELIMITERS, key=lambda each: sum(_unquoted(line).count(each) > 0 for line in lines))
    return found, text


def _unquoted(line: str) -> str:
    return re.sub(r'"[^"]*"', "", line)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, [limits.tidy(cell) for cell in cells[: limits.COLUMNS]]
    except csv.Error as error:
        raise RuleBroken("file", NOT_TEXT) from error
