"""NHS numbers in a text: what no page takes and no file may hold unless somebody says that it is none."""

import re
import unicodedata
from collections.abc import Iterator

import nhs_number

# Readers put this between cells and paragraphs, so that two neighbouring figures never read as one number.
CELL_BREAK = "\0"

NHS_NUMBER_DIGITS = 10
# What people put inside an NHS number. Comma, colon and line break are not here: they part figures in lists,
# times and columns far more often, and count only in the written shape 3-3-4.
_SEPARATORS = r" \-\u2010-\u2015\u2212./\\_()\u00b7"
_SEPARATOR = f"[{_SEPARATORS}]"
# A first look, six times as fast, for stretches long enough to hold a run: most of a text is not.
_STRETCH = re.compile(f"[0-9][0-9{_SEPARATORS}]{{8,}}[0-9]")
_RUN = re.compile(rf"[0-9](?:(?:{_SEPARATOR}{{0,2}}| {_SEPARATOR} )[0-9]){{9,}}")
_WRITTEN = re.compile(r"([0-9]{3})(?<![0-9]{4})[^\w\0]{1,3}([0-9]{3})[^\w\0]{1,3}([0-9]{4})(?![0-9])")
_TELEPHONE_LEAD = re.compile(r"(?:\+\s?\(?44|0044|(?<![0-9])0)[^\w\0]{0,4}$")
_SHAPE = (3, 3, 4)


def find_identifiers(text: str, *, document: bool = False) -> tuple[str, ...]:
    """NHS numbers in a text, each once, masked to their first three digits.

    A number is a run of exactly ten digits with up to two separators between them, or ten digits written
    together or as 3-3-4 inside a longer run (a ward or a date before it), that `nhs_number.is_valid` accepts.
    In a document, a row of figures and a decimal fraction are not taken for one: one in eleven would pass.
    Telephone numbers (0… of eleven digits, +44 …) are never one; most ISBN-10s fail as they are no CHI date.
    """
    plain = _normalised(text)
    found = dict.fromkeys(
        number for number in _candidates(plain, document=document) if _is_nhs_number(number)
    )
    return tuple(f"{number[:3]} …" for number in found)


def identifier_problem(field: str, text: str) -> tuple[str, str] | None:
    """(field, message), as RuleBroken takes them, when a text holds what looks like an NHS number."""
    found = find_identifiers(text)
    return (field, identifier_message(found[0])) if found else None


def identifier_message(masked: str, where: str = "") -> str:
    subject = f"{where} holds what looks like" if where else "This looks like"
    return (
        f"{subject} an NHS number ({masked}). Take it out before saving: "
        "this service must not hold anything about a patient."
    )


def _normalised(text: str) -> str:
    """Compatibility forms folded, every decimal digit made ASCII, and what does not show taken out."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text)
    for character in set(text):
        if unicodedata.category(character) in ("Cf", "Mn", "Me"):
            text = text.replace(character, "")
        elif character.isdecimal() and not character.isascii():
            text = text.replace(character, str(unicodedata.decimal(character)))
        elif unicodedata.category(character) == "Zs":
            text = text.replace(character, " ")
    return text


def _candidates(text: str, *, document: bool) -> Iterator[str]:
    for stretch in _STRETCH.finditer(text):
        for run in _RUN.finditer(text, stretch.start(), stretch.end()):
            international = text[max(0, run.start() - 2) : run.start()].rstrip(" (").endswith("+")
            yield from _in_run(run.group(), international=international, document=document)
    for written in _WRITTEN.finditer(text):
        if not _TELEPHONE_LEAD.search(text, max(0, written.start() - 12), written.start()):
            yield "".join(written.groups())


def _in_run(run: str, *, international: bool, document: bool) -> Iterator[str]:
    groups, joints = re.findall("[0-9]+", run), re.split("[0-9]+", run)[1:-1]
    if international or groups[0].startswith("00"):
        groups = _without_telephone(groups)
    digits = "".join(groups)
    if len(digits) == NHS_NUMBER_DIGITS:
        if not (document and _is_figures(groups, joints)):
            yield digits
    elif not (len(digits) == NHS_NUMBER_DIGITS + 1 and digits.startswith("0")):
        yield from (group for group in groups if len(group) == NHS_NUMBER_DIGITS)
        yield from _written_in(groups)


def _without_telephone(groups: list[str]) -> list[str]:
    """What follows an international telephone number, which has eleven digits or more with its country."""
    taken = 0
    for index, group in enumerate(groups):
        taken += len(group)
        if taken > NHS_NUMBER_DIGITS:
            return groups[index + 1 :]
    return groups


def _written_in(groups: list[str]) -> Iterator[str]:
    for three in zip(groups, groups[1:], groups[2:], strict=False):
        if tuple(len(group) for group in three) == _SHAPE:
            yield "".join(three)


def _is_figures(groups: list[str], joints: list[str]) -> bool:
    """A decimal fraction (12.34567891) or a table's row (45 52 61 70 83), rather than one number."""
    if joints == ["."]:
        return True
    spaced = len(groups) > len(_SHAPE) and all(joint.isspace() for joint in joints)
    return spaced and any(len(group) > 1 for group in groups)


def _is_nhs_number(digits: str) -> bool:
    # Ten equal digits pass modulus 11, and are what people type to fill a box.
    return len(set(digits)) > 1 and nhs_number.is_valid(digits)
