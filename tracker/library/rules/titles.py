"""Titles and words as people type them: one form for what is printed in curly quotes, long dashes or two spaces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# Before the compatibility form, which takes some of these signs apart.
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′‵´`ʹʼ＇", "'"),
        **dict.fromkeys("“”„‟″‶«»＂", '"'),
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
    }
)
# Some quote in single signs what others quote in double ones; an apostrophe stays where it stands.
_QUOTES = re.compile("['\"]+")


def plain(text: str) -> str:
    """Two texts that look the same to a reader are the same in this form; it is compared and never shown."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.translate(_SIGNS)).casefold())
    # What nobody sees: soft hyphens, spaces without width.
    seen = "".join(each for each in folded if unicodedata.category(each) != "Cf")
    return " ".join(_QUOTES.sub("'", seen).split())


def says(words: str, texts: Iterable[str]) -> bool:
    """Whether each of the words that somebody looks for stands in one of the texts."""
    found = plain(" ".join(texts))
    return all(word in found for word in plain(words).split())
