"""What may tell who a person is, beyond an NHS number: asked about, because a wrong alarm must have a way on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
# With points, the year needs four digits: 1.1.14 is the number of a NICE recommendation.
_FULL_DATE = re.compile(
    r"(?<![0-9/.\-])(?:"
    r"[0-3]?[0-9]\s?[/-]\s?[01]?[0-9]\s?[/-]\s?(?:19|20)?[0-9]{2}"
    r"|[0-3]?[0-9]\.[01]?[0-9]\.(?:19|20)[0-9]{2}"
    rf"|[0-3]?[0-9](?:st|nd|rd|th)?\s+{_MONTHS},?\s+(?:19|20)[0-9]{{2}}"
    r"|(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]"
    r")(?![0-9/-])",
    re.IGNORECASE,
)
_BORN = r"\b(?:d\.?\s?o\.?\s?b\b|date of birth|born\b)"
_BIRTH = re.compile(_BORN, re.IGNORECASE)
# Right behind the word any way to write a day will do: 03.04.44, 3-Apr-1944, 3rd of April 1944.
_BORN_ON = re.compile(
    rf"{_BORN}\W{{0,3}}(?:(?:on|the|is|was)\s+)*[0-3]?[0-9](?:st|nd|rd|th)?(?:\s+of)?[\s./-]+"
    rf"(?:[01]?[0-9]|{_MONTHS})[\s.,/-]+(?:19|20)?[0-9]{{2}}(?![0-9])",
    re.IGNORECASE,
)
_CAPITAL = r"[^\W\d_a-z]"
_PARTICLES = r"(?:(?:de|da|del|van|von|der|den|al|el|bin|ap|ter|la|le)\s+)*"
_NO_NAME = (
    r"(?!(?:on|in|of|and|or|to|for|at|with|who|was|is|has|had|will|then|from|by|the|a|an|led|not|reviews?)\b)"
)
_NO_PERSON = r"(?!Practitioner|Specialist|Consultant|Educat|Manager|Lead|Team|Associate|Director|Training)"
# A title and a name; doctors' too, because staff are not to be named either. MR in capitals may be a scan.
_TITLED = re.compile(
    r"\b(?:"
    r"(?:[Mm]rs?|MRS|MISS|Ms(?! Teams)|Miss|Mx|Dr|Prof|Professor|Sir|Baby(?! Unit| Friendly| Clinic))\.?\s+"
    rf"(?:[A-Z]\.?\s+){{0,2}}{_PARTICLES}{_CAPITAL}[\w'\u2019-]*"
    rf"|(?:[Mm]rs?|Dr)\.?\s+{_NO_NAME}[a-z]\w+"
    r"|MR\.?\s+(?!SCAN|ANGIO)[A-Z]{3,}\b"
    rf"|(?:Staff )?(?:Nurse|Sister)\s+{_NO_PERSON}[A-Z][a-z]+\s+{_NO_PERSON}[A-Z][a-z]+"
    r")"
)
# "JB, 82", "Smith (82)": initials or a name with an age behind.
_AGED = re.compile(
    r"\b(?:[A-Z]\.?\s?[A-Z]\.?|[A-Z][a-z]+)(?:,\s+|\s+\(|,?\s+aged\s+)[0-9]{1,3}"
    r"(?:\s?(?:years|yrs|yo|y/o|F|M)\b|\s*[).,;]|\s*$)",
    re.MULTILINE,
)
_LABELLED = re.compile(
    r"\b(?:hosp(?:ital)?|patient|unit|case ?note|crn|mrn|pid|pas)\.?\s*(?:no|num|number|id|#)?\.?\s*[:#]?"
    r"\s*[A-Z]{0,3}[0-9]{4,}",
    re.IGNORECASE,
)
# K123456, RXH0123456, 12345678: what hospitals number their patients by. Few letters, six digits and more.
_HOSPITAL = re.compile(r"\b(?:[A-Z]{1,3}[ -]?[0-9]{6,8}[A-Z]?|[0-9]{7,9})\b")
_SHOWN = 3
# Beside the tick with which somebody says that it is a wrong alarm.
LOOK = "Take it out, or tick here if you have read it again and nobody can be identified"


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Something that looks as if it told who a patient is; `shown` is only its beginning."""

    what: str
    shown: str

    @property
    def message(self) -> str:
        return f"“{self.shown}” looks like {self.what}."


def suspicions(text: str, *, reference: bool = False, dated: bool = False) -> tuple[Suspicion, ...]:
    """What a person should look at again, each kind once.

    `reference`: a number of the incident system, which may look like a hospital's. `dated`: a text that may well
    give an exact day ("the form changed on …"): only a date of birth is asked about.
    """
    plain = unicodedata.normalize("NFKC", text)
    found = [_date(plain, dated=dated), _first(_TITLED, plain, "somebody’s name")]
    if not reference:
        number = "a hospital number"
        found.append(_first(_AGED, plain, "a name with an age"))
        found.append(_first(_LABELLED, plain, number) or _first(_HOSPITAL, plain, number))
    return tuple(each for each in found if each is not None)


def suspected(texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """What looks like a person, field by field, in texts that may well give an exact day, but none of birth."""
    return [(name, each.message) for name, words in texts.items() for each in suspicions(words, dated=True)]


def asking(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What was suspected, with the tick to say that nobody can be identified; nothing where nothing was."""
    return [*found, ("looked", LOOK)] if found else []


def _date(text: str, *, dated: bool) -> Suspicion | None:
    if _BIRTH.search(text):
        return _first(_FULL_DATE, text, "a date of birth") or _first(_BORN_ON, text, "a date of birth")
    return None if dated else _first(_FULL_DATE, text, "an exact date. Give the month only, or leave it out")


def _first(pattern: re.Pattern[str], text: str, what: str) -> Suspicion | None:
    """The beginning is enough to find it again; the message must not repeat what should not be there."""
    found = pattern.search(text)
    if found is None:
        return None
    words = " ".join(found.group().split())
    head = words.split(" ")[0][: _SHOWN + 6] if " " in words else words[:_SHOWN]
    return Suspicion(what, f"{head} …" if head != words else words)
