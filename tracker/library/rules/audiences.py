"""For whom a resource is, on three axes: staff with their grade, where they work, and whose care it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tracker.library.rules.guidelines import needed_populations
from tracker.library.rules.resources import STAFF_LABELS, Patients, Setting, StaffGroup


class Learner(StrEnum):
    """The national staff groups, 01 to 10, and care workers, who are in none of them."""

    MEDICAL = "01"
    STUDENTS = "02"
    NURSING = "03"
    ALLIED_HEALTH = "04"
    SCIENTIFIC_TECHNICAL = "05"
    SCIENTISTS = "06"
    CLINICAL_SERVICES = "07"
    ADMINISTRATIVE = "08"
    ESTATES = "09"
    SUPPLEMENTARY = "10"
    CARE_WORKERS = "care"

    @property
    def label(self) -> str:
        return LEARNER_LABELS[self]

    @property
    def hint(self) -> str:
        """Who they are, for those who do not know the national names; empty where the name says it."""
        return LEARNER_HINTS.get(self, "")

    @property
    def choice(self) -> str:
        """As a line to choose: `Additional Clinical Services: healthcare assistants and others`."""
        return f"{self.label}: {self.hint}" if self.hint else self.label


LEARNER_LABELS = {
    each: STAFF_LABELS[StaffGroup(each.value)] for each in Learner if each is not Learner.CARE_WORKERS
} | {Learner.CARE_WORKERS: "Care workers"}
LEARNER_HINTS = {
    Learner.MEDICAL: "doctors and dentists",
    Learner.NURSING: "nurses, midwives",
    Learner.ALLIED_HEALTH: "physiotherapists, paramedics and others",
    Learner.SCIENTIFIC_TECHNICAL: "pharmacists, theatre staff and others",
    Learner.SCIENTISTS: "biomedical scientists and others",
    Learner.CLINICAL_SERVICES: "healthcare assistants and others",
    Learner.CARE_WORKERS: "in care homes and people’s own homes",
}
# Who looks after patients. The source's "all clinical staff" and "all healthcare professionals" are read as these.
CLINICAL = frozenset(
    {
        Learner.MEDICAL,
        Learner.NURSING,
        Learner.ALLIED_HEALTH,
        Learner.SCIENTIFIC_TECHNICAL,
        Learner.SCIENTISTS,
        Learner.CLINICAL_SERVICES,
    }
)
# The source's "all healthcare staff": everybody whom the NHS counts as staff, which leaves out care workers.
HEALTHCARE = frozenset(Learner) - {Learner.CARE_WORKERS}
EVERYBODY = frozenset(Learner)
STAFF_WORDS = {"clinical": CLINICAL, "healthcare": HEALTHCARE, "all": EVERYBODY}


class Grade(StrEnum):
    """Of doctors only."""

    FOUNDATION = "foundation"
    TRAINING = "training"
    SPECIALTY = "specialty"
    CONSULTANT = "consultant"
    GENERAL_PRACTITIONER = "gp"

    @property
    def label(self) -> str:
        return GRADE_LABELS[self]


GRADE_LABELS = {
    Grade.FOUNDATION: "Foundation doctors",
    Grade.TRAINING: "Other doctors in training",
    Grade.SPECIALTY: "Specialty, staff grade and locally employed doctors",
    Grade.CONSULTANT: "Consultants",
    Grade.GENERAL_PRACTITIONER: "General practitioners",
}


class Area(StrEnum):
    """A part of a hospital that a resource is for; it narrows the words and hides nothing."""

    NONE = ""
    CRITICAL_CARE = "critical_care"
    EMERGENCY = "emergency_department"
    MEDICINE = "medical_specialties"

    @property
    def label(self) -> str:
        return AREA_LABELS[self]


AREA_LABELS = {
    Area.NONE: "",
    Area.CRITICAL_CARE: "critical care",
    Area.EMERGENCY: "the emergency department",
    Area.MEDICINE: "medical specialties",
}
# What a visitor may ask for: a place, not "any", and one kind of patient at a time.
PLACES = tuple(each for each in Setting if each is not Setting.ANY)
ONE_KIND = (Patients.ADULTS, Patients.CHILDREN, Patients.PREGNANT)


@dataclass(frozen=True, slots=True)
class Audience:
    """One group for whom a resource is. No grades: doctors of every grade."""

    staff: frozenset[Learner]
    settings: frozenset[Setting]
    patients: Patients
    grades: frozenset[Grade] = frozenset()
    area: Area = Area.NONE

    def as_json(self) -> dict[str, Any]:
        return {
            "staff": _sorted(self.staff),
            "grades": _sorted(self.grades),
            "settings": _sorted(self.settings),
            "area": self.area.value,
            "patients": self.patients.value,
        }


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom somebody looks for training for; None: any."""

    staff: Learner | None = None
    grade: Grade | None = None
    setting: Setting | None = None
    patients: Patients | None = None


def audience_of(row: Mapping[str, Any]) -> Audience:
    """An audience as a file or the table states it. ValueError for a word that is not one of ours."""
    return Audience(
        staff=_staff(row.get("staff", ())),
        settings=frozenset(Setting(each) for each in row.get("settings", ())),
        patients=Patients(row.get("patients", "")),
        grades=frozenset(Grade(each) for each in row.get("grades", ())),
        area=Area(row.get("area", "")),
    )


def audiences_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Audience, ...]:
    return tuple(audience_of(each) for each in rows)


def fits(audience: Audience, wanted: Wanted) -> bool:
    """Whether it is for them."""
    return (
        (wanted.staff is None or wanted.staff in audience.staff)
        and (wanted.grade is None or not audience.grades or wanted.grade in audience.grades)
        and (wanted.setting is None or bool(audience.settings & {wanted.setting, Setting.ANY}))
        and (
            wanted.patients is None
            or bool(needed_populations(audience.patients) & needed_populations(wanted.patients))
        )
    )


def fits_all(audience: Audience, wanted: Wanted) -> bool:
    """Whether it is for everybody who is wanted, and not only for some grades or for one part of a hospital."""
    graded = wanted.grade is None and audience.grades and audience.grades != frozenset(Grade)
    return fits(audience, wanted) and audience.area is Area.NONE and not graded


def closeness(audiences: Iterable[Audience], wanted: Wanted) -> tuple[int, ...] | None:
    """How closely it is made for them, the closest smallest; None when it is not for them.

    First what names the place, then what is for these patients alone, then what is for fewer groups of staff.
    """
    found = [_distance(each, wanted) for each in audiences if fits(each, wanted)]
    return min(found, default=None)


def _distance(audience: Audience, wanted: Wanted) -> tuple[int, ...]:
    return (
        int(wanted.setting is not None and wanted.setting not in audience.settings),
        int(wanted.grade is not None and wanted.grade not in audience.grades),
        int(wanted.patients is not None and wanted.patients is not audience.patients),
        len(audience.staff),
    )


def problems_of_audience(audience: Audience) -> list[tuple[str, str]]:
    """What an audience lacks, by axis, in words."""
    problems = []
    if not audience.staff:
        problems.append(("staff", "Choose who it is for"))
    if not audience.settings:
        problems.append(("settings", "Choose where they work"))
    if audience.grades and audience.staff != {Learner.MEDICAL}:
        problems.append(("grades", "A grade can be named only where the training is for doctors alone"))
    return problems


def _staff(words: Iterable[str]) -> frozenset[Learner]:
    found: set[Learner] = set()
    for each in words:
        found |= STAFF_WORDS.get(each) or {Learner(each)}
    return frozenset(found)


def _sorted(values: Iterable[StrEnum]) -> list[str]:
    return sorted(each.value for each in values)
