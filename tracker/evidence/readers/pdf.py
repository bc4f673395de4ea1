"""PDF files coming in: no password, nothing that acts when opened, nothing embedded, their text."""

import time
from collections.abc import Iterator
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from tracker.errors import RuleBroken
from tracker.evidence.rules import CELL_BREAK, find_identifiers

ENCRYPTED = "This PDF is protected by a password or restricted. Save it without a password and add it again."
ACTIVE = "This PDF does something by itself when it is opened (a script or a program). Print it to a new PDF."
EMBEDDED = "This PDF has other files inside it. Add those by themselves, and print this one to a new PDF."
DEEPEST = 60
BROKEN = "This PDF is damaged. Open it, print it to a new PDF, and add that."
_ACTIONS = ("/JavaScript", "/Launch", "/ImportData", "/RichMediaExecute")
_ACTIVE_KEYS = ("/JS", "/XFA", "/RichMediaContent")
# Words that stand beside the pages: comments, form fields, properties, alternative texts.
_SPOKEN_KEYS = (
    "/Contents",
    "/V",
    "/DV",
    "/Title",
    "/Author",
    "/Subject",
    "/Keywords",
    "/Alt",
    "/ActualText",
    "/TU",
)


def read(path: Path, *, start: int, seconds: float) -> tuple[list[str], int | None]:
    """Masked identifiers from page `start` on, and the page to go on from when the time was up."""
    try:
        reader = PdfReader(path)
        if reader.is_encrypted:
            raise RuleBroken("files", ENCRYPTED)
        found = list(_check_objects(reader)) if start == 0 else []
        return _read_pages(reader, found, start=start, seconds=seconds)
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        OSError,
    ) as error:
        raise RuleBroken("files", BROKEN) from error


def _read_pages(
    reader: PdfReader, found: list[str], *, start: int, seconds: float
) -> tuple[list[str], int | None]:
    count = len(reader.pages)
    if count == 0:
        raise RuleBroken("files", BROKEN)
    for number in range(start, count):
        # One page at least is read by each child, so that the work always goes on.
        if number > start and time.process_time() > seconds:
            return found, number
        found += find_identifiers(reader.pages[number].extract_text(), document=True)
    return found, None


def _check_objects(reader: PdfReader) -> Iterator[str]:
    """Look at every numbered object, not only at what a page shows.

    Names may be written in hex or packed into streams, so looking through the raw bytes would miss them.
    """
    spoken: list[str] = []
    for reference in _references(reader):
        try:
            thing = reader.get_object(reference)
        except PyPdfError:
            continue  # an entry that leads nowhere, which many programs leave behind
        _check_object(thing, spoken, depth=0)
    yield from find_identifiers(CELL_BREAK.join(spoken), document=True)


def _references(reader: PdfReader) -> list[IndirectObject]:
    plain = {(number, generation) for generation, offsets in reader.xref.items() for number in offsets}
    packed = {(number, 0) for number in reader.xref_objStm}
    return [IndirectObject(number, generation, reader) for number, generation in sorted(plain | packed)]


def _check_object(thing: object, spoken: list[str], *, depth: int) -> None:
    """An object and what is written inside it; references are met at their own number."""
    if depth > DEEPEST:
        raise RuleBroken("files", BROKEN)
    if isinstance(thing, DictionaryObject):
        _check_dictionary(thing)
        spoken += (str(thing[key]) for key in _SPOKEN_KEYS if isinstance(dict.get(thing, key), str))
        children = list(dict.values(thing))
    else:
        children = list(thing) if isinstance(thing, ArrayObject) else []
    for child in children:
        if isinstance(child, (DictionaryObject, ArrayObject)):
            _check_object(child, spoken, depth=depth + 1)


def _check_dictionary(thing: DictionaryObject) -> None:
    if dict.get(thing, "/S") in _ACTIONS or any(key in thing for key in _ACTIVE_KEYS):
        raise RuleBroken("files", ACTIVE)
    if dict.get(thing, "/Type") == "/EmbeddedFile" or "/EF" in thing:
        raise RuleBroken("files", EMBEDDED)
