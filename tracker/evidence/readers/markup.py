"""The text of XML parts, streamed: what stands in one cell or paragraph stays together, neighbours stay apart."""

from collections.abc import Iterable
from typing import ClassVar
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from tracker.errors import RuleBroken
from tracker.evidence.readers.containers import BROKEN, SUSPECT
from tracker.evidence.rules import CELL_BREAK, find_identifiers

FLUSH_PIECES = 50_000


class TextHandler(ContentHandler):
    """Collects text and searches it for identifiers as it goes; subclasses add what their format forbids."""

    # Elements after which a reader sees a new line, cell or field.
    breaks: ClassVar[frozenset[str]] = frozenset()
    # Elements that stand for a character.
    characters_of: ClassVar[dict[str, str]] = {}
    # Attributes that a person wrote: alternative texts, the names of sheets.
    spoken: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.identifiers: list[str] = []

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - the name SAX calls
        local = name.rpartition(":")[2]
        if stands_for := self.characters_of.get(local):
            self.pieces.append(stands_for)
        for attribute in self.spoken:
            if attribute in attrs:
                self.pieces += (CELL_BREAK, attrs[attribute], CELL_BREAK)
        self.started(local, attrs)

    def endElement(self, name: str) -> None:  # noqa: N802 - the name SAX calls
        local = name.rpartition(":")[2]
        self.ended(local)
        if local in self.breaks:
            self.pieces.append(CELL_BREAK)
            if len(self.pieces) > FLUSH_PIECES:
                self.flush()

    def characters(self, content: str) -> None:
        self.pieces.append(content)

    def endDocument(self) -> None:  # noqa: N802 - the name SAX calls
        self.flush()

    def flush(self) -> None:
        self.identifiers += find_identifiers("".join(self.pieces), document=True)
        self.pieces.clear()

    def started(self, local: str, attrs: AttributesImpl) -> None:
        """For subclasses: an element begins."""

    def ended(self, local: str) -> None:
        """For subclasses: an element ends."""


def parse(chunks: Iterable[bytes], handler: TextHandler) -> list[str]:
    """The identifiers in one XML part. A document type or entity has no place in a document and is refused."""
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setContentHandler(handler)
    try:
        for chunk in chunks:
            parser.feed(chunk)
        parser.close()
    except DefusedXmlException as error:
        raise RuleBroken("files", SUSPECT) from error
    except (SAXException, LookupError) as error:
        raise RuleBroken("files", BROKEN) from error
    return handler.identifiers
