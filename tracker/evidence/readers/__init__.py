"""Files coming in: is this really what its name says, is it safe to keep, does it name a patient; nothing is stored."""

from dataclasses import asdict, dataclass
from pathlib import Path

from tracker import sandbox
from tracker.errors import RuleBroken
from tracker.evidence import rules
from tracker.evidence.readers import signatures
from tracker.evidence.rules import Limits

CHILD = Path(__file__).with_name("__main__.py")
# A long text or PDF is read by one child after another, each with its own few seconds; beyond this it is too long.
CHILDREN = 8
UNSAFE = "We could not read this file safely. Save it again as PDF and try once more."
TOO_LONG = "This file is too long to be checked for patient identifiers. Split it into parts and add each."


@dataclass(frozen=True)
class CheckedFile:
    """A file found fit to keep, unless `text_identifiers` (masked, from its name and its text) holds any."""

    extension: str
    content_type: str
    size: int
    text_identifiers: tuple[str, ...]


@dataclass(frozen=True)
class _Answer:
    problem: str | None
    identifiers: tuple[str, ...]
    next_place: int | None


def check_content(path: Path, file_name: str, limits: Limits) -> CheckedFile:
    """Check one uploaded file. RuleBroken('files') says what is wrong with it and what to do."""
    extension = rules.extension_of(file_name)
    size = path.stat().st_size
    if not size:
        raise RuleBroken(
            "files", f"{file_name} is empty. Check that it opens on your computer, then add it again."
        )
    if size > limits.file_bytes:
        raise RuleBroken("files", rules.too_large_message(file_name, limits))
    if problem := signatures.disagreement(path, extension):
        raise RuleBroken("files", f"{file_name}: {problem}")
    in_text = _read_in_children(path, extension, file_name, limits)
    identifiers = dict.fromkeys((*rules.find_identifiers(file_name), *in_text))
    return CheckedFile(extension, rules.CONTENT_TYPES[extension], size, tuple(identifiers))


def _read_in_children(path: Path, extension: str, file_name: str, limits: Limits) -> list[str]:
    found: list[str] = []
    place: int | None = 0
    for _ in range(CHILDREN):
        answer = _ask_child(path, extension, place or 0, limits)
        if answer.problem:
            raise RuleBroken("files", f"{file_name}: {answer.problem}")
        found.extend(answer.identifiers)
        place = answer.next_place
        if place is None:
            return found
    raise RuleBroken("files", f"{file_name}: {TOO_LONG}")


def _ask_child(path: Path, extension: str, place: int, limits: Limits) -> _Answer:
    """A parser that a hostile file takes over or exhausts must be a process without our secrets, cut short."""
    request = {"path": str(path.resolve()), "extension": extension, "place": place, **asdict(limits)}
    try:
        answer = sandbox.ask(CHILD, request)
        return _Answer(answer["problem"], tuple(answer["identifiers"]), answer["next_place"])
    except (sandbox.ChildFailed, KeyError, TypeError):
        return _Answer(UNSAFE, (), None)
