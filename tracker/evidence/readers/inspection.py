"""What the child process does: bind itself, open the file by its type, answer in JSON; no decisions about storing."""

import json
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

from tracker.errors import RuleBroken
from tracker.evidence.readers import odf, ooxml, pdf, pictures, plain
from tracker.evidence.rules import MEGABYTE, Limits

CPU_SECONDS = 5
ADDRESS_SPACE = 512 * MEGABYTE
BROKEN = "This file is damaged or not what its name says. Open it, save it again, and add the new copy."


@dataclass(frozen=True)
class Task:
    path: Path
    extension: str
    page: int
    limits: Limits


@dataclass(frozen=True)
class Report:
    """`next_page` is where another child should go on, for a PDF whose text took all this one's time."""

    identifiers: tuple[str, ...]
    next_page: int | None = None


def main(request: str) -> None:
    given = json.loads(request)
    limits = Limits(**{field.name: given[field.name] for field in fields(Limits)})
    task = Task(Path(given["path"]), given["extension"], given["page"], limits)
    bind()
    problem, report = None, Report(())
    try:
        report = inspect(task)
    except RuleBroken as broken:
        problem = str(broken)
    answer = {"problem": problem, "identifiers": report.identifiers, "next_page": report.next_page}
    sys.stdout.write(json.dumps(answer))


def bind() -> None:
    """From here on: a few seconds of processor, half a gigabyte, no file written, no core left behind."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = CPU_SECONDS + int(used.ru_utime + used.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def inspect(task: Task) -> Report:
    if task.extension == "pdf":
        identifiers, next_page = pdf.read(task.path, start=task.page, seconds=CPU_SECONDS - 1.5)
        return Report(tuple(dict.fromkeys(identifiers)), next_page)
    return Report(tuple(dict.fromkeys(_READERS[task.extension](task))))


def _office(task: Task) -> list[str]:
    return ooxml.read(task.path, task.extension, task.limits)


def _open_document(task: Task) -> list[str]:
    return odf.read(task.path, task.extension, task.limits)


def _plain(task: Task) -> list[str]:
    return plain.read(task.path, task.extension)


def _picture(task: Task) -> list[str]:
    pictures.check(task.path, task.extension)
    return []


_READERS: dict[str, Callable[[Task], list[str]]] = {
    **dict.fromkeys(("docx", "xlsx", "pptx"), _office),
    **dict.fromkeys(("odt", "ods"), _open_document),
    **dict.fromkeys(("csv", "txt"), _plain),
    **dict.fromkeys(("png", "jpg"), _picture),
}
