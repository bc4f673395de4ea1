"""The words that people use in lists of training, for the columns and for what stands in them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import date

from tracker.library.rules import Format, HowDiscussed, Patients, Setting, Source, StaffGroup
from tracker.measures.alignment.rules.figures import Result

CLOSE_ENOUGH = 0.6
# The first name of each column is the one in the template; the others are read too.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "title": ("Title", "Training", "Name", "Name of training", "Resource", "Course", "Course title", "Module"),
    "source": ("Whose", "Own or national", "Source", "Ours or national"),
    "format": ("Kind", "Kind of training", "Format", "Type"),
    "staff_groups": ("Who it is for", "Staff groups", "Staff group", "Staff", "For", "Audience", "Target audience"),
    "setting": ("Where they work", "Setting", "Where"),
    "patients": ("Patients", "Which patients", "Patient group", "Population", "Age group"),
    "is_online": ("Online", "Is it online", "E-learning", "Elearning"),
    "discussed": ("Talked through", "How it is talked through", "Discussed", "How discussed", "How it is discussed"),
    "discussed_on": ("Last talked through", "Last discussed", "Date talked through", "Last session"),
    "discussed_by": ("People who took part", "Took part", "Number attending", "Attended", "Attendance"),
    "not_possible_because": ("Why not possible", "Reason not possible", "Not possible because"),
    "resistance": ("Antimicrobial resistance", "Teaches resistance", "Resistance", "AMR"),
    "stewardship": ("Antimicrobial stewardship", "Teaches stewardship", "Stewardship", "AMS"),
    "owner": ("Who keeps it up to date", "Owner", "Kept by", "Lead", "Responsible", "Team"),
    "updated_on": ("Last changed", "Last updated", "Updated", "Date updated"),
    "link": ("Web address", "Link", "URL", "Address"),
    "result": ("Up to date with NICE", "NICE", "Aligned to NICE", "NICE aligned"),
    "assessed_on": ("Checked on", "Date checked", "Checked", "NICE checked on"),
}  # fmt: skip
HEADINGS = {field: names[0] for field, names in COLUMNS.items()}
# A file with one of these speaks of people, not of training.
OF_PEOPLE = frozenset({
    "nhs number", "employee number", "assignment number", "staff number", "esr number", "date of birth", "surname",
    "first name", "forename", "last name", "e mail address", "employee name", "staff name",
})  # fmt: skip
CHOICES: Mapping[str, Mapping[str, str]] = {
    "source": {Source.OWN.value: "Our own", Source.NATIONAL.value: "National"},
    "format": {each.value: each.label for each in Format},
    "setting": {each.value: each.label for each in Setting},
    "patients": {each.value: each.label for each in Patients},
    "is_online": {"yes": "Yes", "no": "No"},
    "discussed": {each.value: each.label for each in HowDiscussed},
    "resistance": {"yes": "Yes", "no": "No"},
    "stewardship": {"yes": "Yes", "no": "No"},
    "result": {each.value: each.label for each in Result},
}
_YES = {"y": "yes", "true": "yes", "1": "yes", "x": "yes", "✓": "yes", "n": "no", "false": "no", "0": "no"}
_OTHER_WORDS: Mapping[str, Mapping[str, str]] = {
    "source": {
        "ours": "own", "us": "own", "local": "own", "trust": "own", "in house": "own", "hee": "national",
        "nhs england": "national", "external": "national",
    },
    "format": {
        "e learning": "online", "elearning": "online", "online": "online", "module": "online", "teaching": "session",
        "lecture": "session", "face to face": "session", "workshop": "session", "study day": "session",
        "sim": "simulation", "drill": "simulation", "powerpoint": "slides", "presentation": "slides",
        "slide set": "slides", "video": "video", "webinar": "video", "poster": "print", "leaflet": "print",
        "booklet": "print", "pocket card": "print", "card": "print", "game": "app",
    },
    "setting": {
        "acute": "hospital", "ward": "hospital", "wards": "hospital", "inpatient": "hospital", "gp": "primary_care",
        "general practice": "primary_care", "primary care": "primary_care", "community": "community",
        "ambulance": "ambulance", "mental health": "mental_health", "care home": "care_home",
        "care homes": "care_home", "nursing home": "care_home", "university": "education", "all": "any",
        "everywhere": "any", "trust wide": "any",
    },
    "patients": {
        "adult": "adults", "adults": "adults", "16": "adults", "16 or over": "adults", "over 16": "adults",
        "child": "children", "children": "children", "paediatric": "children", "paediatrics": "children",
        "under 16": "children", "pregnant": "pregnant", "maternity": "pregnant", "maternal": "pregnant",
        "obstetric": "pregnant", "both": "adults_and_children", "adult and child": "adults_and_children",
        "children and adults": "adults_and_children", "all": "all", "everyone": "all", "all patients": "all",
    },
    "is_online": _YES,
    "discussed": {
        "teaching": "teaching", "teaching session": "teaching", "simulation": "simulation", "sim": "simulation",
        "supervisor": "supervisor", "supervision": "supervisor", "not possible": "not_possible", "no": "not_yet",
    },
    "resistance": _YES,
    "stewardship": _YES,
    "result": {
        "yes": "aligned", "aligned": "aligned", "up to date": "aligned", "partially": "partly", "in part": "partly",
        "no": "not", "out of date": "not", "not aligned": "not",
    },
}  # fmt: skip
_STAFF_WORDS = {
    "all staff": "all", "all": "all", "everyone": "all", "doctors": "01", "medical": "01", "consultants": "01",
    "nurses": "03", "nursing": "03", "midwives": "03", "midwifery": "03", "nursing and midwifery": "03",
    "ahp": "04", "ahps": "04", "physiotherapists": "04", "paramedics": "04", "pharmacists": "05",
    "add prof scientific and technic": "05", "hca": "07", "hcas": "07", "healthcare assistants": "07",
    "health care assistants": "07", "support staff": "07", "clinical support": "07", "admin": "08",
    "administrative": "08", "clerical": "08", "reception": "08", "estates": "09", "porters": "09",
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def plain(text: str) -> str:
    """Words in small letters, without signs."""
    words = re.sub(r"[^a-z0-9✓]+", " ", text.lower().replace("&", " and "))
    return " ".join(words.split())


_FIELD_OF = {plain(name): field for field, names in COLUMNS.items() for name in names}
_KNOWN = {
    field: {
        **_OTHER_WORDS[field],
        **{plain(value): value for value in labels},
        **{plain(label): value for value, label in labels.items()},
    }
    for field, labels in CHOICES.items()
}
_STAFF = {
    **_STAFF_WORDS,
    **{each.value: each.value for each in StaffGroup},
    **{plain(each.label): each.value for each in StaffGroup},
}


def find_column(heading: str) -> str | None:
    """The field that a heading names, whatever stands after it in brackets."""
    return _FIELD_OF.get(plain(re.sub(r"\(.*?\)", " ", heading)))


def closest_column(heading: str) -> str:
    """The name of the column that an unknown heading is nearest to, or nothing."""
    found = _closest(heading, _FIELD_OF)
    return HEADINGS[_FIELD_OF[found]] if found else ""


def find_choice(field: str, text: str) -> str | None:
    """The answer that a text names."""
    return _KNOWN[field].get(plain(text)) or (text if text in CHOICES[field] else None)


def closest_choice(field: str, text: str) -> str:
    """What an unknown text is nearest to, as it is written on the page, or nothing."""
    found = _closest(text, _KNOWN[field])
    return CHOICES[field][_KNOWN[field][found]] if found else ""


def find_staff(text: str) -> tuple[list[StaffGroup], list[str]]:
    """The staff groups that a text lists, and what in it nobody knows."""
    if whole := _STAFF.get(plain(text)):
        return [StaffGroup(whole)], []
    found, unknown = [], []
    for part in filter(None, (each.strip() for each in re.split(r"[;,/|+\n]", text))):
        if value := _STAFF.get(plain(part)):
            found.append(StaffGroup(value))
            continue
        halves = [_STAFF.get(plain(each)) for each in re.split(r"\band\b|&", part)]
        known = [each for each in halves if each is not None]
        found += [StaffGroup(each) for each in known] if len(known) == len(halves) else []
        unknown += [] if len(known) == len(halves) else [part]
    return list(dict.fromkeys(found)), unknown


def closest_staff(text: str) -> str:
    """The staff group that an unknown name is nearest to, or nothing."""
    found = _closest(text, _STAFF)
    return StaffGroup(_STAFF[found]).label if found else ""


def find_day(text: str) -> date | None:
    """A day as people in this country write it, or as a spreadsheet gives it."""
    words = text.strip().lower().split("t")[0] if re.match(r"\d{4}-", text.strip()) else text.strip().lower()
    words = re.sub(r"\s+00:00(:00)?$", "", words)
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", words):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := re.fullmatch(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{2}|\d{4})", words):
        return _day(_year(found[3]), int(found[2]), int(found[1]))
    if found := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})[ -](\d{2}|\d{4})", words):
        month = found[2][:3]
        return _day(_year(found[3]), _MONTHS.index(month) + 1, int(found[1])) if month in _MONTHS else None
    return None


def _closest(text: str, known: Iterable[str]) -> str:
    found = difflib.get_close_matches(plain(text), list(known), n=1, cutoff=CLOSE_ENOUGH)
    return found[0] if found else ""


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
