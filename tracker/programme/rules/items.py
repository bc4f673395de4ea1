"""What may be said of a year and of an item; the codes that new ones are given."""

from __future__ import annotations

import re
import string
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from tracker.errors import RuleBroken
from tracker.evidence.rules import identifier_problem, validate_link
from tracker.programme.rules.kinds import ItemKind

Problem = tuple[str, str]
# The first year of the source; nobody plans further ahead than the second.
FIRST_YEAR, LAST_YEAR = 2015, 2099
TITLE_CHARACTERS, TEXT_CHARACTERS, NOTE_CHARACTERS = 300, 4000, 2000
_YEAR = re.compile(r"(20[0-9]{2})\s*[-–/]\s*(?:20)?([0-9]{2})")
# Items of the source whose words are those of a recommendation: answered there, and not asked a second time.
ANSWERED_BY = {"2016-17-1-a": "SEP16-02", "2016-17-2-a": "SEP16-01", "2016-17-2-b": "SEP16-05"}
# An item, its parts, and parts of those: one step more is as deep as the source goes.
DEEPEST = 3
# What happens somewhere on a day. The source's toolkit says on which website it is, and stays as the source has it.
TAKES_PLACE = frozenset({ItemKind.WORKSHOP, ItemKind.SESSION})
NO_EVENT = "Only an event or a teaching session has {}: choose “Workshop or other event”, or empty this"


@dataclass(frozen=True, slots=True)
class YearFacts:
    """What is said of a year."""

    code: str
    is_confirmed: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What is said of an item. `happens_on`, `place` and `host` are for what happens on a day."""

    kind: ItemKind
    title: str
    text: str = ""
    note: str = ""
    serves: tuple[str, ...] = ()
    resource_code: str = ""
    happens_on: date | None = None
    place: str = ""
    host: str = ""
    link: str = ""
    is_historical: bool = False


def year_code(typed: str) -> str:
    """`2018-19`, however it was typed; empty when it is no year followed by the next."""
    found = _YEAR.fullmatch(typed.strip())
    if found is None:
        return ""
    first, second = int(found[1]), int(found[2])
    return f"{first}-{second:02}" if second == (first + 1) % 100 else ""


def year_name(code: str) -> str:
    """`2018-2019`, as the source writes years."""
    first = int(code[:4])
    return f"{first}-{first + 1}"


def following_year(codes: Iterable[str]) -> str:
    """The year after the last one."""
    first = max((int(code[:4]) for code in codes), default=FIRST_YEAR - 1) + 1
    return f"{first}-{(first + 1) % 100:02}"


def problems_of_year(typed: YearFacts, known: Collection[str]) -> list[Problem]:
    """What keeps a new year from being added."""
    problems = []
    code = year_code(typed.code)
    if not typed.code:
        problems.append(("code", "Enter the year, for example 2018-19"))
    elif not code or not FIRST_YEAR <= int(code[:4]) <= LAST_YEAR:
        problems.append(("code", "Enter a year and the one after it, for example 2018-19"))
    elif code in known:
        problems.append(("code", f"{year_name(code)} is in the programme already"))
    return problems + identifiers({"note": typed.note})


def problems_of_item(facts: ItemFacts, year: str, titles: Collection[str]) -> list[Problem]:
    """What keeps an item from being saved. `titles`: those of the year's other items."""
    problems = []
    if not facts.title:
        problems.append(("title", "Say what it is called"))
    elif facts.title.casefold() in {each.casefold() for each in titles}:
        problems.append(("title", f"{year_name(year)} has an item with this title already"))
    problems += _problems_of_event(facts, year)
    problems += problems_of_link(facts.link)
    return problems + identifiers(
        {
            "title": facts.title,
            "text": facts.text,
            "note": facts.note,
            "place": facts.place,
            "host": facts.host,
        }
    )


def problems_of_note(facts: ItemFacts) -> list[Problem]:
    """Of an item of the source only what is ours may change."""
    return problems_of_link(facts.link) + identifiers({"note": facts.note})


def problems_of_link(link: str) -> list[Problem]:
    """Empty, or a plain web address that fits."""
    if not link:
        return []
    if len(link) > 500:
        return [("link", "The link must be 500 characters or fewer")]
    try:
        validate_link(link)
    except RuleBroken as broken:
        return list(broken.problems)
    return []


def _problems_of_event(facts: ItemFacts, year: str) -> list[Problem]:
    problems = []
    if facts.kind is ItemKind.WORKSHOP and facts.happens_on is None:
        problems.append(("happens_on", "Enter the day on which it takes place"))
    if facts.kind is ItemKind.WORKSHOP and not facts.place:
        problems.append(("place", "Say where it takes place"))
    first = int(year[:4])
    if facts.happens_on is not None and facts.kind not in TAKES_PLACE:
        problems.append(("happens_on", NO_EVENT.format("a day")))
    elif facts.happens_on is not None and facts.happens_on.year not in (first, first + 1):
        problems.append(("happens_on", f"The day must be in {first} or {first + 1}"))
    if facts.place and facts.kind not in TAKES_PLACE:
        problems.append(("place", NO_EVENT.format("a place")))
    return problems


def identifiers(texts: dict[str, str]) -> list[Problem]:
    return [found for name, words in texts.items() if (found := identifier_problem(name, words))]


def next_label(parent_code: str, labels: Iterable[str]) -> str:
    """What a new item is called by: a number in the year, a letter as a part; none is given twice."""
    taken = set(labels)
    if not parent_code:
        return str(max((int(each) for each in taken if each.isdecimal()), default=0) + 1)
    letter = next((each for each in string.ascii_lowercase if each not in taken), "")
    return letter or str(len(taken) + 1)


def depth_of(code: str, year: str) -> int:
    """0 for an item of the year itself, 1 for a part of one, and so on."""
    return code.removeprefix(year).strip("-").count("-")
