"""Word, Excel and PowerPoint files coming in: required parts, no macros, nothing fetched from outside, their text."""

import re
from pathlib import Path
from typing import ClassVar
from xml.sax.xmlreader import AttributesImpl

from tracker.errors import RuleBroken
from tracker.evidence.readers import containers, markup
from tracker.evidence.rules import CELL_BREAK, Limits

CONTENT_TYPES_PART = "[Content_Types].xml"
MAIN_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
HYPERLINKS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
    "http://purl.oclc.org/ooxml/officeDocument/relationships/hyperlink",
)
# Visual Basic, and the macro sheets that Excel had before it; a "macroEnabled" type names a renamed file.
_MACRO_TYPES = re.compile(r"macroenabled|vbaproject|macrosheet|ms-office\.activex|vbadata", re.IGNORECASE)
# Dynamic data exchange starts programs without any macro.
_EXCHANGE = re.compile(r"^\s*dde(auto)?\b", re.IGNORECASE)
_EXCHANGE_ELEMENTS = ("ddeLink", "oleLink")


def read(path: Path, extension: str, limits: Limits) -> list[str]:
    """Masked identifiers in a document; RuleBroken when it is not a safe document of this type."""
    found: list[str] = []
    with containers.opened(path, limits) as container:
        container.require(CONTENT_TYPES_PART, MAIN_PARTS[extension])
        for member in container.members:
            name = member.filename.casefold()
            if name.endswith((".xml", ".rels")):
                found += markup.parse(container.chunks(member), _handler(name))
            else:
                container.drain(member)
    return found


def _handler(name: str) -> markup.TextHandler:
    if name.endswith(".rels"):
        return RelationshipHandler()
    if name == CONTENT_TYPES_PART.casefold():
        return ContentTypesHandler()
    return SheetHandler() if name.startswith("xl/worksheets/") else PartHandler()


class ContentTypesHandler(markup.TextHandler):
    def started(self, local: str, attrs: AttributesImpl) -> None:
        if _MACRO_TYPES.search(attrs.get("ContentType", "")):
            raise RuleBroken("files", containers.MACROS)


class RelationshipHandler(markup.TextHandler):
    def started(self, local: str, attrs: AttributesImpl) -> None:
        if attrs.get("TargetMode", "").strip().casefold() != "external":
            return
        if attrs.get("Type", "") not in HYPERLINKS:
            raise RuleBroken("files", containers.OUTSIDE)
        self.pieces += (attrs.get("Target", ""), CELL_BREAK)


class PartHandler(markup.TextHandler):
    """Every part with words: text, notes, comments, headers, shared strings, properties, charts."""

    breaks = frozenset(
        (
            "p",
            "si",
            "c",
            "tc",
            "pt",
            "comment",
            "author",
            "title",
            "subject",
            "creator",
            "description",
            "keywords",
            "lastModifiedBy",
            "category",
            "lpstr",
            "lpwstr",
            "Manager",
            "Company",
        )
    )
    characters_of: ClassVar[dict[str, str]] = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
    spoken = ("descr", "title", "name")

    def __init__(self) -> None:
        super().__init__()
        self._field: list[str] | None = None
        self._instruction = ""

    def started(self, local: str, attrs: AttributesImpl) -> None:
        if local in _EXCHANGE_ELEMENTS or _EXCHANGE.match(attrs.get("w:instr", "")):
            raise RuleBroken("files", containers.OUTSIDE)
        if local == "instrText":
            self._field = []

    def characters(self, content: str) -> None:
        if self._field is None:
            self.pieces.append(content)
        else:
            self._field.append(content)

    def ended(self, local: str) -> None:
        if local == "instrText" and self._field is not None:
            # A field's instruction may be spread over several runs of its paragraph.
            self._instruction += "".join(self._field)
            self.pieces += (CELL_BREAK, *self._field, CELL_BREAK)
            self._field = None
        elif local == "p":
            if _EXCHANGE.match(self._instruction):
                raise RuleBroken("files", containers.OUTSIDE)
            self._instruction = ""


class SheetHandler(markup.TextHandler):
    """A worksheet: what its cells show. Indexes of shared strings and formulas are not text."""

    breaks = frozenset(("c", "v", "is", "oddHeader", "oddFooter"))

    def __init__(self) -> None:
        super().__init__()
        self._cell_type = ""
        self._mute = False
        self._value: list[str] | None = None

    def started(self, local: str, attrs: AttributesImpl) -> None:
        if local == "c":
            self._cell_type = attrs.get("t", "n")
        elif local == "f":
            self._mute = True
        elif local == "v":
            self._value = []

    def characters(self, content: str) -> None:
        if self._value is not None:
            self._value.append(content)
        elif not self._mute:
            self.pieces.append(content)

    def ended(self, local: str) -> None:
        if local == "f":
            self._mute = False
        elif local == "v" and self._value is not None:
            if self._cell_type != "s":
                self.pieces.append(_shown("".join(self._value)))
            self._value = None


def _shown(value: str) -> str:
    """A whole number as its digits: Excel may keep 9434765919 as 9.434765919E9."""
    if "E" not in value:
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else value
