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
_WORD = re.compile(r"[^\W\d_]+")
# Greek letters that look like Latin ones; others, such as α and μ, stand in words of medicine: TNFα, 10 μg.
_GREEK = frozenset("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧνο")


def plain(text: str) -> str:
    """Two texts that look the same to a reader are the same in this form; it is compared and never shown."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.translate(_SIGNS)).casefold())
    return " ".join(_QUOTES.sub("'", _seen(folded)).split())


def problem_of_title(title: str, missing: str) -> str:
    """What is wrong with a title, in words that say what to do; `missing` where there is none.

    A word of two alphabets looks like another one and is not found by it, so its namesake would stand beside it.
    """
    if not title:
        return missing
    for word in _WORD.findall(_seen(unicodedata.normalize("NFKC", title))):
        if any(map(_is_latin, word)) and any(map(_looks_latin, word)):
            return (
                f"“{word}” has letters of two alphabets that look alike. Type that word again, do not copy it"
            )
    return ""


def _seen(text: str) -> str:
    """Without what nobody sees: soft hyphens, spaces without width."""
    return "".join(each for each in text if unicodedata.category(each) != "Cf")


def _is_latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("LATIN ")


def _looks_latin(letter: str) -> bool:
    return letter in _GREEK or unicodedata.name(letter, "").startswith("CYRILLIC ")


def says(words: str, texts: Iterable[str]) -> bool:
    """Whether each of the words that somebody looks for stands in one of the texts."""
    found = plain(" ".join(texts))
    return all(word in found for word in plain(words).split())
