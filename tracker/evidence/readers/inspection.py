"""What the child process does: bind itself, open the file by its type, answer in JSON; no decisions about storing."""

import json
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TypeAlias

from tracker.errors import RuleBroken
from tracker.evidence.rules import MEGABYTE, Limits

CPU_SECONDS = 5
# When a reader that can be resumed stops: well before the processor limit would stop it.
READING_SECONDS = 3.5
ADDRESS_SPACE = 512 * MEGABYTE

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
    bind()
    problem: str | None = None
    identifiers: list[str] = []
    next_place: int | None = None
    try:
        identifiers, next_place = _READERS[task.extension](task)
    except RuleBroken as broken:
        problem = str(broken)
    answer = {"problem": problem, "identifiers": list(dict.fromkeys(identifiers)), "next_place": next_place}
    sys.stdout.write(json.dumps(answer))


def bind() -> None:
    """From here on: a few seconds of processor, half a gigabyte, no file written, no core left behind."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


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
