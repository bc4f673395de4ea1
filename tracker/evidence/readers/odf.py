"""OpenDocument files coming in: required parts, no scripts, nothing fetched from outside, their text."""

import re
import zipfile
from pathlib import Path
from typing import ClassVar
from xml.sax.xmlreader import AttributesImpl

from tracker.errors import RuleBroken
from tracker.evidence.readers import containers, markup
from tracker.evidence.rules import CELL_BREAK, CONTENT_TYPES, Limits

_SCRIPT_FOLDERS = ("basic/", "scripts/", "dialogs/")
_SCRIPT_ELEMENTS = ("event-listener", "script", "script-data", "module", "library")
_EXCHANGE_ELEMENTS = ("dde-source", "dde-connection-decl", "dde-link", "dde-links", "dde-connection")
# A hyperlink waits for a person; a template is only named. Everything else is fetched on opening.
_WAITING_ELEMENTS = ("a", "template", "hyperlink-behaviour")
_ELSEWHERE = re.compile(r"^\s*([A-Za-z][A-Za-z0-9+.-]*:|/|\.\./|\\)")


def read(path: Path, extension: str, limits: Limits) -> list[str]:
    """Masked identifiers in a document; RuleBroken when it is not a safe document of this type."""
    found: list[str] = []
    with containers.opened(path, limits) as container:
        container.require("mimetype", "content.xml", "META-INF/manifest.xml")
        _check_mimetype(container, extension)
        for member in container.members[1:]:
            found += _read_member(container, member)
    return found


def _check_mimetype(container: containers.Container, extension: str) -> None:
    first = container.members[0]
    if first.filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED:
        raise RuleBroken("files", containers.SUSPECT)
    if b"".join(container.chunks(first)).strip() != CONTENT_TYPES[extension].encode():
        raise RuleBroken("files", "The content is not of the type that its name says. Save it again as PDF.")


def _read_member(container: containers.Container, member: zipfile.ZipInfo) -> list[str]:
    name = member.filename.casefold()
    if name.startswith(_SCRIPT_FOLDERS) and not member.is_dir():
        raise RuleBroken("files", containers.MACROS)
    if name.endswith((".xml", ".rdf")):
        return markup.parse(container.chunks(member), PartHandler())
    container.drain(member)
    return []


class PartHandler(markup.TextHandler):
    breaks = frozenset(
        (
            "p",
            "h",
            "table-cell",
            "covered-table-cell",
            "title",
            "subject",
            "creator",
            "initial-creator",
            "description",
            "keyword",
            "user-defined",
        )
    )
    characters_of: ClassVar[dict[str, str]] = {"s": " ", "tab": "\t", "line-break": "\n"}
    spoken = ("table:name", "office:value", "office:string-value")

    def started(self, local: str, attrs: AttributesImpl) -> None:
        if local in _SCRIPT_ELEMENTS:
            raise RuleBroken("files", containers.MACROS)
        if local == "encryption-data":
            raise RuleBroken("files", containers.ENCRYPTED)
        if local in _EXCHANGE_ELEMENTS:
            raise RuleBroken("files", containers.OUTSIDE)
        target = attrs.get("xlink:href", "")
        if local in _WAITING_ELEMENTS:
            self.pieces += (CELL_BREAK, target, CELL_BREAK)
        elif _ELSEWHERE.match(target):
            raise RuleBroken("files", containers.OUTSIDE)
