"""What the pages of evidence packs show: every word is decided here."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from tracker.exports.rules import FOR_MEMBER, RECEIVED, rows_of
from tracker.web.formats import day, moment, number, plural, size

NAMED_AT_MOST = 5
# What every pack has: the way in with its guide, the catalogue, the control sheet and the lists.
BYTES_OF_ANY = 115_000
# Of an event also what the rows of measures.csv take that it recorded, most of all the words of their rule.
BYTES_OF_EVENT, BYTES_OF_ENTRY, BYTES_OF_REGISTER_ROW = 1_450, 450, 350
# Measured on two cores that others use too; `make bench` prints the time to the first byte.
SECONDS_OF_EVENT, CHECKED_IN_A_SECOND, SHOWN_SECONDS = 0.0005, 200_000_000, 2


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a summary list."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What a pack would hold, as plain numbers."""

    records: int
    entries: int
    actions: int
    findings: int
    items: int
    files: int
    size: int
    events: int
    # Of the registers beside the recommendations, by the name under which the control sheet has them.
    registers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PackRow:
    """A pack asked for earlier; `href` is empty when this person may not take it any more."""

    href: str
    what: str
    position_on: str
    asked: str


def what_is_asked(
    organisations: Sequence[tuple[str, str]], recommendations: Sequence[str], as_at: date, of_all: int
) -> list[Line]:
    """The question in words; organisations are (code, name)."""
    return [
        Line("Position on", day(as_at)),
        Line(plural(len(organisations), "organisation").capitalize(), named(organisations)),
        Line("About", recommendations_in_words(recommendations, of_all)),
    ]


def what_it_holds(figures: Figures) -> list[Line]:
    """The contents in numbers."""
    return [
        Line("Positions", f"{plural(figures.records, 'record')} on that day"),
        Line("History", f"{plural(figures.entries, 'entry', 'entries')}, each with the whole position"),
        Line("Actions", f"{plural(figures.actions, 'version')} of things to be done"),
        Line("Findings", f"{plural(figures.findings, 'finding')} of the national team and of auditors"),
        Line(
            "Evidence",
            f"{plural(figures.items, 'item')} with {plural(figures.files, 'file')}, {size(figures.size)};"
            " those taken out of use and replaced ones are in it too",
        ),
        *_registers(figures.registers),
        Line("Audit trail", f"{plural(figures.events, 'event')}, from the first one on"),
    ]


def _registers(counts: Mapping[str, int]) -> list[Line]:
    """The registers that are whole in every pack, one line each."""

    def things(kind: str, one: str) -> str:
        return plural(counts.get(rows_of(kind), 0), one)

    def versions(kind: str, of: str) -> str:
        return plural(counts.get(rows_of(kind), 0), f"version of {of}", f"versions of {of}")

    of_library = (versions("usage", "counts of use"), versions("evaluation", "evaluations"))
    of_network = versions(FOR_MEMBER, "what a network shared for them")
    of_help = (
        versions("help asked", "questions to the national body"), versions(RECEIVED, "questions that it received"),
    )  # fmt: skip
    return [
        Line(
            "Library",
            f"{things('resource', 'national resource')}; {', '.join(of_library)}"
            f" and {versions('development', 'new training that was announced')}",
        ),
        Line(
            "What was shared",
            f"{versions('share', 'shares')}, {of_network} and {versions('member', 'memberships of networks')}",
        ),
        Line(
            "Good practice",
            f"{versions('practice', 'practices')}, drafts too; {things('use', 'use')} of other organisations’"
            f" practices; {', '.join(of_help)} and {versions('help answered', 'answers')}",
        ),
        Line(
            "Programmes",
            f"{things('year', 'year')} with {things('item', 'item')}; {versions('state', 'where an item stands')}",
        ),
    ]


def how_long(figures: Figures) -> str:
    """How large it is, and how long nothing is seen before the download begins."""
    large = size(_bytes(figures))
    seconds = figures.events * SECONDS_OF_EVENT + figures.size / CHECKED_IN_A_SECOND
    if seconds < SHOWN_SECONDS:
        return f"The file is about {large}. The download begins at once."
    tens = 10 * math.ceil(seconds / 10)
    wait = f"{tens} seconds" if tens <= 60 else plural(math.ceil(seconds / 60), "minute")
    return (
        f"The file is about {large}. The first time, putting it together and holding each file of evidence against"
        f" its fingerprint takes about {wait}, longer when the service is busy. Your browser waits until then, and the"
        " download begins by itself."
    )


def _bytes(figures: Figures) -> int:
    """About how many; to know it exactly every table would have to be written for this page already."""
    rows = sum(number for name, number in figures.registers.items() if name.endswith("_rows"))
    entries = figures.entries + figures.actions + figures.findings + figures.items
    tables = entries * BYTES_OF_ENTRY + rows * BYTES_OF_REGISTER_ROW
    return BYTES_OF_ANY + figures.size + figures.events * BYTES_OF_EVENT + tables


def what_is_missing(missing: int, withheld: int, redacted: int) -> list[str]:
    """What is missing and why, in sentences; empty when nothing is."""
    sentences = []
    if missing:
        files = plural(missing, "file of evidence is", "files of evidence are")
        sentences.append(f"{files} not in the store as recorded. The pack names each.")
    if withheld:
        texts = plural(withheld, "event of the audit trail holds", "events of the audit trail hold")
        sentences.append(
            f"{texts} a name of a person. The events are in the pack with their fingerprints; their texts are not."
        )
    if redacted:
        texts = plural(redacted, "text was", "texts were")
        sentences.append(f"{texts} removed for confidentiality. The pack names each chain.")
    return sentences


def pack_row(
    href: str,
    organisations: Sequence[str],
    recommendations: Sequence[str],
    of_all: int,
    as_at: date,
    asked_at: datetime,
) -> PackRow:
    """One line of the list of earlier packs."""
    codes = ", ".join(organisations[:NAMED_AT_MOST])
    whose = codes if len(organisations) <= NAMED_AT_MOST else f"{number(len(organisations))} organisations"
    what = f"{whose}; {recommendations_in_words(recommendations, of_all).lower()}"
    return PackRow(href, what, day(as_at), moment(asked_at))


def named(organisations: Sequence[tuple[str, str]]) -> str:
    """`Northbridge NHS Trust (X00001), … and 12 more`."""
    shown = [f"{name} ({code})" for code, name in organisations[:NAMED_AT_MOST]]
    more = len(organisations) - len(shown)
    return ", ".join(shown) + (f" and {number(more)} more" if more else "")


def recommendations_in_words(codes: Sequence[str], of_all: int) -> str:
    """`All 21`, or `Recommendations 9, 10 and 12`."""
    if len(codes) == of_all:
        return f"All {of_all} recommendations"
    numbers = [each.rsplit("-", 1)[-1].lstrip("0") for each in codes]
    last = f"{', '.join(numbers[:-1])} and {numbers[-1]}" if len(numbers) > 1 else "".join(numbers)
    return f"Recommendation {last}" if len(numbers) == 1 else f"Recommendations {last}"


def arguments(form: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What stands in the address of a preview, for links back to it."""
    return {name: list(values) for name, values in form.items() if name not in {"find", "q", "page"}}
