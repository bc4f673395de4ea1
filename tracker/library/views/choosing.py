"""What a visitor chose in the address: who, where, about whom. Nonsense is nothing chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from flask import request

from tracker.library.queries import NationalResource
from tracker.library.rules import (
    ONE_KIND,
    PLACES,
    Grade,
    Learner,
    NationalKind,
    Patients,
    Setting,
    Wanted,
    audiences_of,
    closeness,
)

E = TypeVar("E", bound=StrEnum)
ASKED = ("staff", "grade", "setting", "patients")


def read_choice(kind: type[E], name: str) -> E | None:
    """A word of the address as one of an enumeration."""
    text = request.args.get(name, "")
    return next((each for each in kind if each.value == text and text), None)


def read_wanted() -> Wanted:
    """Whom somebody looks for training for; a grade is a doctor's, so with a grade alone doctors are meant."""
    staff, setting = read_choice(Learner, "staff"), read_choice(Setting, "setting")
    patients, grade = read_choice(Patients, "patients"), read_choice(Grade, "grade")
    if grade and not request.args.get("staff"):
        staff = Learner.MEDICAL
    return Wanted(
        staff=staff,
        grade=grade if staff is Learner.MEDICAL else None,
        setting=setting if setting in PLACES else None,
        patients=patients if patients in ONE_KIND else None,
    )


def not_understood(wanted: Wanted) -> list[str]:
    """What the address asks for and the list does not follow."""
    said = arguments(wanted)
    return [text for name in ASKED if (text := request.args.get(name, "")[:80]) and said.get(name) != text]


def arguments(wanted: Wanted) -> Mapping[str, str]:
    """The choice as an address carries it."""
    said = {
        "staff": wanted.staff, "grade": wanted.grade, "setting": wanted.setting, "patients": wanted.patients,
    }  # fmt: skip
    return {name: each.value for name, each in said.items() if each is not None}


def closest(rows: Sequence[NationalResource], wanted: Wanted) -> list[NationalResource]:
    """The resources in use that fit, what is made most closely for them first."""
    found = []
    for row in rows:
        if row.kind is NationalKind.RESOURCE and row.retired_on is None:
            close = closeness(audiences_of(row.audiences), wanted)
            if close is not None:
                found.append((close, row.position, row.code, row))
    return [each[-1] for each in sorted(found, key=lambda each: each[:3])]
