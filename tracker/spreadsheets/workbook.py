"""Excel files: the values of every sheet that shows, streamed, so that empty rows and huge sheets cost little."""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from tracker.errors import RuleBroken
from tracker.spreadsheets import NOT_CALCULATED, limits

CHUNK = 64 * 1024
MAIN = "xl/workbook.xml"
BROKEN = "This workbook is damaged. Open it, save it again as Excel (xlsx), and try again."


class _Enough(Exception):
    """So many rows have been read as are wanted."""


def read(path: Path) -> list[dict[str, Any]]:
    """Every sheet that is not hidden, with merged cells filled in."""
    try:
        with zipfile.ZipFile(path) as archive:
            book = _Book()
            _parse(archive, MAIN, book)
            targets = _Relations()
            _parse(archive, "xl/_rels/workbook.xml.rels", targets)
            strings = _strings(archive)
            found = []
            for name, key in book.sheets[: limits.SHEETS]:
                part = posixpath.normpath(posixpath.join("xl", targets.parts.get(key, "")))
                found.append(_sheet(archive, part, name, strings))
            return found
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError, OSError) as error:
        raise RuleBroken("file", BROKEN) from error
    except (SAXException, DefusedXmlException, LookupError, ValueError) as error:
        raise RuleBroken("file", BROKEN) from error


def _strings(archive: zipfile.ZipFile) -> list[str]:
    handler = _SharedStrings()
    if "xl/sharedStrings.xml" in archive.namelist():
        _parse(archive, "xl/sharedStrings.xml", handler)
    return handler.found


def _sheet(archive: zipfile.ZipFile, part: str, name: str, strings: list[str]) -> dict[str, Any]:
    handler = _Cells(strings)
    is_cut = False
    try:
        _parse(archive, part, handler)
    except _Enough:
        is_cut = True
    rows = handler.rows
    for first, last in handler.merged:
        _fill(rows, first, last)
    listed = [(number, [row.get(index, "") for index in range(max(row) + 1)]) for number, row in rows.items()]
    return {"name": limits.tidy(name), "rows": [each for each in listed if any(each[1])], "is_cut": is_cut}


def _parse(archive: zipfile.ZipFile, part: str, handler: ContentHandler) -> None:
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setContentHandler(handler)
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            parser.feed(chunk)
    parser.close()


def _fill(rows: dict[int, dict[int, str]], first: tuple[int, int], last: tuple[int, int]) -> None:
    """What a merged cell says, it says of all the cells it covers: a heading or a group, never a number twice."""
    text = rows.get(first[0], {}).get(first[1], "")
    if not text or re.fullmatch(r"[-0-9., %]+", text):
        return
    for number in range(first[0], min(last[0], first[0] + limits.ROWS) + 1):
        for column in range(first[1], min(last[1], limits.COLUMNS - 1) + 1):
            if number in rows:
                rows[number].setdefault(column, text)


class _Handler(ContentHandler):
    """Names without their prefixes; text between `starts` and `ends` of subclasses."""

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - the name SAX calls
        self.started(name.rpartition(":")[2], attrs)

    def endElement(self, name: str) -> None:  # noqa: N802 - the name SAX calls
        self.ended(name.rpartition(":")[2])

    def started(self, local: str, attrs: AttributesImpl) -> None:
        """For subclasses: an element begins."""

    def ended(self, local: str) -> None:
        """For subclasses: an element ends."""


class _Book(_Handler):
    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str]] = []

    def started(self, local: str, attrs: AttributesImpl) -> None:
        if local == "sheet" and attrs.get("state", "visible") == "visible":
            key = next((attrs[name] for name in attrs.getNames() if name.endswith(":id")), "")
            self.sheets.append((attrs.get("name", ""), key))


class _Relations(_Handler):
    def __init__(self) -> None:
        super().__init__()
        self.parts: dict[str, str] = {}

    def started(self, local: str, attrs: AttributesImpl) -> None:
        if local == "Relationship":
            target = attrs.get("Target", "")
            self.parts[attrs.get("Id", "")] = target if not target.startswith("/") else f"..{target}"


class _SharedStrings(_Handler):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._pieces: list[str] = []
        self._in_text = self._is_sound = False

    def started(self, local: str, attrs: AttributesImpl) -> None:
        if local == "rPh":  # how a word is pronounced, beside the word
            self._is_sound = True
        self._in_text = local == "t" and not self._is_sound

    def characters(self, content: str) -> None:
        if self._in_text:
            self._pieces.append(content)

    def ended(self, local: str) -> None:
        self._in_text = False
        if local == "rPh":
            self._is_sound = False
        elif local == "si":
            self.found.append(limits.tidy("".join(self._pieces)))
            self._pieces.clear()


class _Cells(_Handler):
    """Values as they are shown in the main: formulas by the value that was saved with them."""

    def __init__(self, strings: list[str]) -> None:
        super().__init__()
        self.rows: dict[int, dict[int, str]] = {}
        self.merged: list[tuple[tuple[int, int], tuple[int, int]]] = []
        self._strings = strings
        self._row = self._column = 0
        self._type = ""
        self._has_formula = False
        self._value: list[str] | None = None
        self._pieces: list[str] = []
        self._begin: dict[str, Callable[[AttributesImpl], None]] = {
            "row": self._begin_row, "c": self._begin_cell, "mergeCell": self._merge,
        }  # fmt: skip

    def started(self, local: str, attrs: AttributesImpl) -> None:
        if local in self._begin:
            self._begin[local](attrs)
        elif local == "f":
            self._has_formula = True
        elif local in {"v", "t"}:
            self._value = []

    def characters(self, content: str) -> None:
        if self._value is not None:
            self._value.append(content)

    def ended(self, local: str) -> None:
        if local in {"v", "t"} and self._value is not None:
            self._pieces += self._value
            self._value = None
        elif local == "c":
            self._keep()

    def _begin_row(self, attrs: AttributesImpl) -> None:
        said = attrs.get("r", "")
        self._row = int(said) if said.isdecimal() else self._row + 1
        self._column = -1
        if len(self.rows) >= limits.ROWS:
            raise _Enough

    def _begin_cell(self, attrs: AttributesImpl) -> None:
        said = _place(attrs.get("r", ""))
        self._column = said[1] if said else self._column + 1
        self._type, self._has_formula = attrs.get("t", "n"), False
        self._pieces = []

    def _merge(self, attrs: AttributesImpl) -> None:
        first, _, last = attrs.get("ref", "").partition(":")
        begin, end = _place(first), _place(last)
        if begin and end and len(self.merged) < limits.ROWS:
            self.merged.append((begin, end))

    def _keep(self) -> None:
        text = "".join(self._pieces)
        if self._type == "s" and text.strip().isdecimal():
            index = int(text)
            text = self._strings[index] if index < len(self._strings) else ""
        elif self._type == "n":
            text = _number(text)
        elif self._type == "b":
            text = {"1": "TRUE", "0": "FALSE"}.get(text, text)
        text = limits.tidy(text)
        if not text and self._has_formula:
            text = NOT_CALCULATED
        if text and self._column < limits.COLUMNS:
            self.rows.setdefault(self._row, {})[self._column] = text


def _place(reference: str) -> tuple[int, int] | None:
    """Row and column of `B7`: (7, 1)."""
    found = re.fullmatch(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})", reference)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column - 1


def _number(text: str) -> str:
    """A whole number as its digits; what a formula left a hair's breadth from one is that number."""
    try:
        value = float(text)
    except ValueError:
        return text
    nearest = round(value) if abs(value) < 1e15 else None
    return str(nearest) if nearest is not None and abs(value - nearest) < 1e-9 else repr(value)
