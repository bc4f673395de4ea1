"""How codes and filed names are worded for people: regions, retired codes, capitals."""

import re

WALES = "Wales"
ENGLAND = "England"
COUNTRIES = (ENGLAND, WALES, "Scotland", "Northern Ireland")

REGION_NAMES = {
    "Y56": "London",
    "Y58": "South West",
    "Y59": "South East",
    "Y60": "Midlands",
    "Y61": "East of England",
    "Y62": "North West",
    "Y63": "North East and Yorkshire",
}

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]*)*")
_ACRONYMS = frozenset({"CIC", "HEE", "ICB", "II", "III", "NHS", "UK"})
_SMALL_WORDS = frozenset({"and", "by", "for", "in", "of", "on", "the", "upon", "with"})


def retired_name(code: str) -> str:
    """What is shown for a region or ICB code that no list names."""
    return f"{code} (retired)"


def region_name(code: str) -> str:
    """The region's name; W00 is how the report files bodies in Wales."""
    return WALES if code == "W00" else REGION_NAMES.get(code, retired_name(code))


def country_of(code: str, region_code: str | None, icb_code: str | None) -> str:
    """England unless the report files the body under Wales.

    Codes are opaque, with one exception: Welsh health boards (7A1 to 7A7) may be filed with no region and no
    ICB, and then nothing but the code tells that they are outside England.
    """
    if region_code == "W00" or icb_code == "Q99":
        return WALES
    unplaced = region_code is None and icb_code is None
    return WALES if unplaced and code.startswith("7A") else ENGLAND


def display_name(filed: str) -> str:
    """A name filed in CAPITALS as people write it; one in mixed case is somebody's choice and stays."""
    name = " ".join(filed.split())
    if name != name.upper():
        return name
    return _WORD.sub(lambda match: _cased(match.group(), first=match.start() == 0), name)


def _cased(word: str, *, first: bool) -> str:
    if word in _ACRONYMS:
        return word
    lower = word.lower()
    if lower in _SMALL_WORDS and not first:
        return lower
    # One letter before an apostrophe is a prefix (O'Neill); otherwise an ending follows (Women's).
    if len(word) > 3 and word[1] in "'\u2019":
        return word[:3] + lower[3:]
    return lower[0].upper() + lower[1:]
