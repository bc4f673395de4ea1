"""Groups of staff by the national codes, doctors by grade, and the levels of training; what the words mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    """National staff groups 01 to 10 in their order; Medical and Dental is told apart by grade."""

    CONSULTANTS = "01-consultant"
    SPECIALTY = "01-specialty"
    TRAINEES = "01-training"
    STUDENTS = "02"
    NURSES = "03"
    ALLIED = "04"
    TECHNICAL = "05"
    SCIENTISTS = "06"
    CLINICAL_SUPPORT = "07"
    CLERICAL = "08"
    ESTATES = "09"
    SUPPLEMENTARY = "10"

    @property
    def label(self) -> str:
        return LABELS[self][0]

    @property
    def hint(self) -> str:
        return LABELS[self][1]

    @property
    def national_code(self) -> str:
        return self.value[:2]


MEDICAL = "Medical and Dental"
LABELS = {
    Group.CONSULTANTS: (f"{MEDICAL}: consultants", "Including locum consultants on your payroll"),
    Group.SPECIALTY: (
        f"{MEDICAL}: specialty, associate specialist, staff grade and locally employed",
        "Including clinical fellows and trust grade doctors",
    ),
    Group.TRAINEES: (f"{MEDICAL}: in training", "Foundation doctors and all on a training programme"),
    Group.STUDENTS: ("Students", "Only those you employ or host"),
    Group.NURSES: (
        "Nursing and Midwifery Registered",
        "For example ward nurses, midwives, nurse practitioners",
    ),
    Group.ALLIED: (
        "Allied Health Professionals",
        "For example physiotherapists, radiographers, paramedics",
    ),
    Group.TECHNICAL: (
        "Additional Professional Scientific and Technical",
        "For example pharmacists, psychologists, operating department practitioners",
    ),
    Group.SCIENTISTS: (
        "Healthcare Scientists",
        "For example biomedical scientists, cardiac physiologists",
    ),
    Group.CLINICAL_SUPPORT: (
        "Additional Clinical Services",
        "For example healthcare assistants, nursing associates in training, phlebotomists",
    ),
    Group.CLERICAL: ("Administrative and Clerical", "For example ward clerks, receptionists, managers"),
    Group.ESTATES: ("Estates and Ancillary", "For example porters, cleaners, catering staff"),
    Group.SUPPLEMENTARY: ("Supplementary Roles", "For example chaplains, if you use this group"),
}


class Level(StrEnum):
    """What somebody needs to be able to do, from the lowest to the highest."""

    NOTHING = "nothing"
    AWARENESS = "awareness"
    RECOGNISE = "recognise"
    MANAGE = "manage"

    @property
    def label(self) -> str:
        return LEVEL_LABELS[self]


LEVEL_LABELS = {
    Level.NOTHING: "nothing",
    Level.AWARENESS: "awareness",
    Level.RECOGNISE: "recognise sepsis",
    Level.MANAGE: "recognise and manage sepsis",
}


class Counted(StrEnum):
    """What one head is."""

    PEOPLE = "people"
    ASSIGNMENTS = "assignments"

    @property
    def label(self) -> str:
        return {"people": "People", "assignments": "Assignments"}[self.value]

    @property
    def hint(self) -> str:
        return {
            "people": "Each person once (headcount)",
            "assignments": "Each post that a person holds: somebody with two posts counts twice",
        }[self.value]


class Named(StrEnum):
    """The five groups that recommendation 11 names."""

    CONSULTANTS = "consultants"
    SPECIALTY = "specialty"
    NURSING = "nursing"
    ALLIED = "allied"
    SUPPORT = "support"

    @property
    def label(self) -> str:
        return NAMED_LABELS[self]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The staff groups that count as it."""
        return NAMED_GROUPS[self]


NAMED_LABELS = {
    Named.CONSULTANTS: "Consultants",
    Named.SPECIALTY: "Staff grade, specialty, associate specialist and locally employed doctors",
    Named.NURSING: "Nursing staff",
    Named.ALLIED: "Allied health professionals",
    Named.SUPPORT: "Support staff",
}
NAMED_GROUPS = {
    Named.CONSULTANTS: (Group.CONSULTANTS,),
    Named.SPECIALTY: (Group.SPECIALTY,),
    Named.NURSING: (Group.NURSES,),
    Named.ALLIED: (Group.ALLIED,),
    Named.SUPPORT: (Group.CLINICAL_SUPPORT, Group.CLERICAL, Group.ESTATES),
}
# On a programme or a placement: recommendation 11 speaks of everybody else.
ON_A_PROGRAMME = frozenset({Group.TRAINEES, Group.STUDENTS})
# Neither on a programme nor named by the source: groups of their own in the figure of 11.
OTHERS = (Group.TECHNICAL, Group.SCIENTISTS, Group.SUPPLEMENTARY)


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """A line of the grid: a group of staff and the level that these people need (None: not said yet)."""

    group: Group
    level: Level | None

    @property
    def key(self) -> str:
        """Names its fields on a form: `03_recognise`."""
        return f"{self.group.value}_{'unset' if self.level is None else self.level.value}"

    @property
    def label(self) -> str:
        return self.group.label if self.level is None else f"{self.group.label}, {self.level.label}"

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands in the grid: by group, the highest level first."""
        levels = list(Level)
        return list(Group).index(self.group), 9 if self.level is None else -levels.index(self.level)


def line_of(key: str) -> Line | None:
    """The line that a field's key names; None when it names none."""
    group, _, level = key.rpartition("_")
    try:
        return Line(Group(group), None if level == "unset" else Level(level))
    except ValueError:
        return None
