"""What the child process does: bind itself, open the file by its type, answer in JSON; no decisions about storing."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TypeAlias

from tracker import sandbox
from tracker.errors import RuleBroken
from tracker.evidence.rules import Limits

# When a reader that can be resumed stops: well before the limit of the processor would stop it.
READING_SECONDS = 3.5

# Masked identifiers, and where another child should go on when a long text took all this one's time.
Found: TypeAlias = tuple[list[str], int | None]


@dataclass(frozen=True)
class Task:
    """`place` is where to begin: a page of a PDF, a position in a text."""

    path: Path
    extension: str
    place: int
    limits: Limits


def main(request: str) -> None:
    given = json.loads(request)
    limits = Limits(**{field.name: given[field.name] for field in fields(Limits)})
    task = Task(Path(given["path"]), given["extension"], given["place"], limits)
    sandbox.bind()
    problem: str | None = None
    identifiers: list[str] = []
    next_place: int | None = None
    try:
        identifiers, next_place = _READERS[task.extension](task)
    except RuleBroken as broken:
        problem = str(broken)
    answer = {"problem": problem, "identifiers": list(dict.fromkeys(identifiers)), "next_place": next_place}
    sys.stdout.write(json.dumps(answer))


# Each reader is imported where it is used: a child loads only the parser for the file that it was given.


def _pdf(task: Task) -> Found:
    from tracker.evidence.readers import pdf

    return pdf.read(task.path, start=task.place, seconds=READING_SECONDS)


def _office(task: Task) -> Found:
    from tracker.evidence.readers import ooxml

    return ooxml.read(task.path, task.extension, task.limits), None


def _open_document(task: Task) -> Found:
    from tracker.evidence.readers import odf

    return odf.read(task.path, task.extension, task.limits), None


def _plain(task: Task) -> Found:
    from tracker.evidence.readers import plain

    return plain.read(task.path, task.extension, start=task.place, seconds=READING_SECONDS)


def _picture(task: Task) -> Found:
    from tracker.evidence.readers import pictures

    pictures.check(task.path, task.extension)
    return [], None


_READERS: dict[str, Callable[[Task], Found]] = {
    "pdf": _pdf,
    **dict.fromkeys(("docx", "xlsx", "pptx"), _office),
    **dict.fromkeys(("odt", "ods"), _open_document),
    **dict.fromkeys(("csv", "txt"), _plain),
    **dict.fromkeys(("png", "jpg"), _picture),
}
