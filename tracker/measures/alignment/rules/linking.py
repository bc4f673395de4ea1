"""Rows of a spreadsheet that bear the title of a resource of the national library are linked to it, and say so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tracker.library.rules import Level, Source, may_own, plain
from tracker.measures.alignment.rules.imports import Entry, Judged


@dataclass(frozen=True, slots=True)
class Held:
    """A resource of the national library that can still be linked."""

    code: str
    title: str
    level: Level
    is_theirs: bool = False  # the national lead recorded the organisation as its owner


def linked(rows: Sequence[Judged], held: Iterable[Held], kind: str) -> list[Judged]:
    """The rows with what they are in the national library; a title that cannot be theirs is told and not linked."""
    titles = {plain(each.title): each for each in held}
    return [_linked(row, row.entry, titles, kind) if row.entry else row for row in rows]


def _linked(row: Judged, entry: Entry, titles: Mapping[str, Held], kind: str) -> Judged:
    found = titles.get(plain(entry.facts.title))
    if found is None:
        return row
    if entry.facts.source is Source.OWN and not (found.is_theirs or may_own(kind, found.level)):
        note = (
            f"“{found.title}” is in the national library too: if it is that one, answer “National” to “Whose”"
        )
        return replace(row, notes=(*row.notes, note))
    facts = replace(entry.facts, national_code=found.code)
    note = f"linked to “{found.title}” in the national library"
    return replace(row, notes=(*row.notes, note), entry=replace(entry, facts=facts))
