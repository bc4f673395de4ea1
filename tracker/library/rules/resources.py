"""A training resource: what it is, for whom, and how people talk it through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.library.rules.titles import problem_of_title


class Source(StrEnum):
    """Whose it is: national ones inherit their owner's assessment and are listed apart."""

    OWN = "own"
    NATIONAL = "national"


class Format(StrEnum):
    ONLINE = "online"
    SESSION = "session"
    SIMULATION = "simulation"
    SLIDES = "slides"
    VIDEO = "video"
    PRINT = "print"
    APP = "app"
    OTHER = "other"

    @property
    def label(self) -> str:
        return FORMAT_LABELS[self]


FORMAT_LABELS = {
    Format.ONLINE: "Online course",
    Format.SESSION: "Teaching session",
    Format.SIMULATION: "Simulation",
    Format.SLIDES: "Slides",
    Format.VIDEO: "Film",
    Format.PRINT: "Leaflet, poster or booklet",
    Format.APP: "App or game",
    Format.OTHER: "Other",
}


class Setting(StrEnum):
    HOSPITAL = "hospital"
    COMMUNITY = "community"
    PRIMARY_CARE = "primary_care"
    AMBULANCE = "ambulance"
    MENTAL_HEALTH = "mental_health"
    CARE_HOME = "care_home"
    EDUCATION = "education"
    ANY = "any"

    @property
    def label(self) -> str:
        return SETTING_LABELS[self]


SETTING_LABELS = {
    Setting.HOSPITAL: "Hospital",
    Setting.COMMUNITY: "Community services",
    Setting.PRIMARY_CARE: "General practice and primary care",
    Setting.AMBULANCE: "Ambulance services",
    Setting.MENTAL_HEALTH: "Mental health services",
    Setting.CARE_HOME: "Care homes and care at home",
    Setting.EDUCATION: "Universities and colleges",
    Setting.ANY: "Any setting",
}


class Patients(StrEnum):
    """Whose care it is about; it decides which guidelines a resource needs."""

    ADULTS = "adults"
    CHILDREN = "children"
    PREGNANT = "pregnant"
    ADULTS_AND_CHILDREN = "adults_and_children"
    ALL = "all"

    @property
    def label(self) -> str:
        return PATIENTS_LABELS[self]


PATIENTS_LABELS = {
    Patients.ADULTS: "Adults (16 or over)",
    Patients.CHILDREN: "Children (under 16)",
    Patients.PREGNANT: "People who are pregnant or recently pregnant",
    Patients.ADULTS_AND_CHILDREN: "Adults and children",
    Patients.ALL: "Everybody",
}


class StaffGroup(StrEnum):
    """The national staff groups, 01 to 10, and everybody."""

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
    EVERYBODY = "all"

    @property
    def label(self) -> str:
        return STAFF_LABELS[self]


STAFF_LABELS = {
    StaffGroup.MEDICAL: "Medical and Dental",
    StaffGroup.STUDENTS: "Students",
    StaffGroup.NURSING: "Nursing and Midwifery Registered",
    StaffGroup.ALLIED_HEALTH: "Allied Health Professionals",
    StaffGroup.SCIENTIFIC_TECHNICAL: "Additional Professional Scientific and Technical",
    StaffGroup.SCIENTISTS: "Healthcare Scientists",
    StaffGroup.CLINICAL_SERVICES: "Additional Clinical Services",
    StaffGroup.ADMINISTRATIVE: "Administrative and Clerical",
    StaffGroup.ESTATES: "Estates and Ancillary",
    StaffGroup.SUPPLEMENTARY: "Supplementary Roles",
    StaffGroup.EVERYBODY: "Everybody",
}


class HowDiscussed(StrEnum):
    """How people talk an online resource through afterwards (recommendation 17)."""

    TEACHING = "teaching"
    SIMULATION = "simulation"
    SUPERVISOR = "supervisor"
    NOT_POSSIBLE = "not_possible"
    NOT_YET = "not_yet"

    @property
    def label(self) -> str:
        return DISCUSSED_LABELS[self]


DISCUSSED_LABELS = {
    HowDiscussed.TEACHING: "At a teaching session",
    HowDiscussed.SIMULATION: "In a simulation",
    HowDiscussed.SUPERVISOR: "With a supervisor",
    HowDiscussed.NOT_POSSIBLE: "Not possible, because …",
    HowDiscussed.NOT_YET: "Not yet",
}


@dataclass(frozen=True, slots=True)
class ResourceFacts:
    """What is said of a resource. `is_online` makes the question of recommendation 17; `discussed_on`: last time."""

    title: str
    format: Format
    source: Source
    staff_groups: frozenset[StaffGroup]
    setting: Setting
    patients: Patients
    is_online: bool
    discussed: HowDiscussed | None = None
    discussed_on: date | None = None
    discussed_by: int | None = None  # how many took part
    not_possible_because: str = ""
    owner: str = ""
    updated_on: date | None = None
    resistance: bool | None = None
    stewardship: bool | None = None
    link: str = ""
    national_code: str | None = None  # which resource of the national library it is


def problems_of_resource(facts: ResourceFacts, today: date) -> list[tuple[str, str]]:
    """What is wrong with it, by field, in words that say what to do."""
    problems = []
    if wrong := problem_of_title(facts.title, "Enter the title of the training"):
        problems.append(("title", wrong))
    if not facts.staff_groups:
        problems.append(("staff_groups", "Choose who it is for"))
    if facts.link and not facts.link.startswith(("http://", "https://")):
        problems.append(("link", "The link must begin with https:// or http://"))
    for field, what, day in (
        ("updated_on", "it was last changed", facts.updated_on),
        ("discussed_on", "it last happened", facts.discussed_on),
    ):
        if day is not None and day > today:
            problems.append((field, f"The date {what} must be today or in the past"))
    if facts.discussed is HowDiscussed.NOT_POSSIBLE and not facts.not_possible_because:
        problems.append(("not_possible_because", "Say why talking it through is not possible"))
    if facts.discussed_by is not None and facts.discussed_by < 0:
        problems.append(("discussed_by", "The number of people must be 0 or more"))
    return problems
