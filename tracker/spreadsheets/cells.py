"""Text that goes out into a cell: what a spreadsheet would run as a formula stays text."""

from __future__ import annotations

import unicodedata

_FORMULA = frozenset("=+-@")


def guarded(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it."""
    return f"'{text}" if _would_run(text) else text


def _would_run(text: str) -> bool:
    first = text[:1]
    if first.isascii() and first.isalnum():
        return False
    if first in ("\t", "\r", "\n"):
        return True
    # Spreadsheets skip blanks and invisible characters first, and read full-width forms like the plain ones.
    first = next((each for each in text if unicodedata.category(each) not in ("Zs", "Cc", "Cf")), "")
    return unicodedata.normalize("NFKC", first)[:1] in _FORMULA
