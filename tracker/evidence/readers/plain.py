"""Text and CSV files coming in: do they decode, and do they name a patient."""

import codecs
import re
import time
from pathlib import Path
from typing import TextIO

from tracker.errors import RuleBroken
from tracker.evidence.rules import CELL_BREAK, find_identifiers

BATCH_CHARACTERS = 1_000_000
NOT_TEXT = (
    "This is not a text file that we can read. Save it again as UTF-8 text (in Excel: CSV UTF-8), "
    "or as PDF if it is a document."
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # UTF-32 begins like UTF-16, and no office program writes it.
    (codecs.BOM_UTF32_LE, ""),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_CELLS = str.maketrans(dict.fromkeys(",;\t|\r\n", CELL_BREAK))


def read(path: Path, extension: str, *, start: int, seconds: float) -> tuple[list[str], int | None]:
    """Masked identifiers from a place on, and the place to go on from; RuleBroken when it is not text."""
    for encoding in _encodings(path):
        try:
            return _read(path, encoding, extension, start=start, seconds=seconds)
        except UnicodeError:
            continue
    raise RuleBroken("files", NOT_TEXT)


def _read(
    path: Path, encoding: str, extension: str, *, start: int, seconds: float
) -> tuple[list[str], int | None]:
    """Whole lines, about a megabyte at a time, so that no number is cut in two and no file fills the memory."""
    found: list[str] = []
    with path.open("r", encoding=encoding, newline="") as file:
        file.seek(start)
        while text := _batch(file):
            if _BINARY.search(text):
                raise RuleBroken("files", NOT_TEXT)
            found += _find(text, extension)
            if time.process_time() > seconds:
                return found, file.tell()
    return found, None


def _encodings(path: Path) -> tuple[str, ...]:
    with path.open("rb") as file:
        head = file.read(4)
    marked = [encoding for bom, encoding in _BOMS if head.startswith(bom)]
    if marked:
        return (marked[0],) if marked[0] else ()
    return ("utf-8", "latin-1")


def _batch(file: TextIO) -> str:
    return file.read(BATCH_CHARACTERS) + file.readline(BATCH_CHARACTERS)


def _find(text: str, extension: str) -> tuple[str, ...]:
    return find_identifiers(text.translate(_CELLS) if extension == "csv" else text, document=True)
