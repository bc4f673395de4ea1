"""Text and CSV files coming in: do they decode, and do they name a patient."""

import codecs
import re
from collections.abc import Iterator
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
_CELLS = str.maketrans(dict.fromkeys(",;\t|\n", CELL_BREAK))


def read(path: Path, extension: str) -> list[str]:
    """Masked identifiers; RuleBroken when it is not text."""
    for encoding in _encodings(path):
        try:
            return [masked for text in _batches(path, encoding) for masked in _find(text, extension)]
        except UnicodeError:
            continue
    raise RuleBroken("files", NOT_TEXT)


def _encodings(path: Path) -> tuple[str, ...]:
    with path.open("rb") as file:
        head = file.read(4)
    marked = [encoding for bom, encoding in _BOMS if head.startswith(bom)]
    if marked:
        return (marked[0],) if marked[0] else ()
    return ("utf-8", "latin-1")


def _batches(path: Path, encoding: str) -> Iterator[str]:
    """Whole lines, about a megabyte at a time, so that no number is cut in two and no file fills the memory."""
    with path.open("r", encoding=encoding, newline=None) as file:
        while text := _batch(file):
            if _BINARY.search(text):
                raise RuleBroken("files", NOT_TEXT)
            yield text


def _batch(file: TextIO) -> str:
    return file.read(BATCH_CHARACTERS) + file.readline(BATCH_CHARACTERS)


def _find(text: str, extension: str) -> tuple[str, ...]:
    return find_identifiers(text.translate(_CELLS) if extension == "csv" else text, document=True)
