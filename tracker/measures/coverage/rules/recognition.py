"""What a spreadsheet says: which column is which, whose staff group a word is, and whether it names people."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from tracker.measures.coverage.rules.groups import MEDICAL, Group, Level

# As typed by people, and as the Electronic Staff Record and its reports call them.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "group": (
        "staff group", "staffgroup", "staff group name", "group", "staff category", "staff type", "occupational group",
        "profession", "main staff group", "nhs staff group", "esr staff group", "staff group role",
    ),
    "grade": ("grade", "medical grade", "doctor grade", "grade type", "role", "job role", "position", "position title"),
    "level": (
        "level", "level needed", "level they need", "training level", "level of training", "sepsis level", "needs",
        "competence", "competence name", "competency", "competency name", "course", "course name",
    ),
    "in_post": (
        "staff in post", "in post", "headcount", "head count", "assignment count", "assignments", "staff",
        "number of staff", "total staff", "employees", "number in post", "total headcount", "staff count", "people",
        "staff numbers", "total",
    ),
    "required": ("required", "number required", "required count", "target audience", "eligible", "in scope",
        "requirement",
    ),
    "in_date": (
        "in date", "staff in date", "compliant", "achieved", "number compliant", "compliance count", "completed",
        "trained", "staff trained", "number trained", "in date at that level or above", "number achieved",
        "meets requirement",
        "staff compliant", "up to date", "current", "number in date", "in date at or above the level they need",
    ),
}  # fmt: skip
GROUP_ALIASES: Mapping[str, Group] = {
    "add prof scientific and technic": Group.TECHNICAL,
    "add prof scientific and technical": Group.TECHNICAL,
    "additional prof scientific and technic": Group.TECHNICAL,
    "additional professional scientific and technic": Group.TECHNICAL,
    "professional scientific and technical": Group.TECHNICAL,
    "prof scientific and technic": Group.TECHNICAL,
    "aps and t": Group.TECHNICAL,
    "nursing and midwifery": Group.NURSES,
    "nursing and midwifery regd": Group.NURSES,
    "registered nursing and midwifery": Group.NURSES,
    "registered nurses": Group.NURSES,
    "nurses and midwives": Group.NURSES,
    "nursing": Group.NURSES,
    "ahp": Group.ALLIED,
    "ahps": Group.ALLIED,
    "allied health professional": Group.ALLIED,
    "allied health": Group.ALLIED,
    "healthcare scientist": Group.SCIENTISTS,
    "health care scientists": Group.SCIENTISTS,
    "additional clinical service": Group.CLINICAL_SUPPORT,
    "add clinical services": Group.CLINICAL_SUPPORT,
    "clinical support": Group.CLINICAL_SUPPORT,
    "healthcare assistants": Group.CLINICAL_SUPPORT,
    "healthcare support workers": Group.CLINICAL_SUPPORT,
    "admin and clerical": Group.CLERICAL,
    "administrative and clerical staff": Group.CLERICAL,
    "admin and estates": Group.CLERICAL,
    "estates and facilities": Group.ESTATES,
    "estates": Group.ESTATES,
    "student": Group.STUDENTS,
    "supplementary role": Group.SUPPLEMENTARY,
    "consultant": Group.CONSULTANTS,
    "consultants": Group.CONSULTANTS,
    "medical and dental consultants": Group.CONSULTANTS,
    "sas doctors": Group.SPECIALTY,
    "doctors in training": Group.TRAINEES,
    "junior doctors": Group.TRAINEES,
    "resident doctors": Group.TRAINEES,
    "medical and dental in training": Group.TRAINEES,
}
GROUP_ALIASES_OF_DOCTORS = frozenset(
    {
        "medical and dental",
        "medical",
        "medical staff",
        "doctors",
        "medical dental",
        "medical and dental staff",
    }
)
# The first that fits decides: a trainee's "core specialty training" is no specialty doctor.
GRADES: tuple[tuple[re.Pattern[str], Group], ...] = (
    (
        re.compile(
            r"train|foundation|\bf[y]?[12]\b|\bst[1-8r]\b|\bct[1-3]\b|registrar|house officer|junior|resident"
        ),
        Group.TRAINEES,
    ),
    (
        re.compile(
            r"specialty|associate|staff grade|\bsas\b|locally|specialist|trust grade|trust doctor|clinical fellow"
            r"|hospital practitioner"
        ),
        Group.SPECIALTY,
    ),
    (re.compile(r"consultant"), Group.CONSULTANTS),
)
LEVELS: tuple[tuple[re.Pattern[str], Level], ...] = (
    (re.compile(r"manag"), Level.MANAGE),
    (re.compile(r"recogni[sz]|assess"), Level.RECOGNISE),
    (re.compile(r"aware"), Level.AWARENESS),
    (re.compile(r"^(nothing|none|no training)$"), Level.NOTHING),
)
TOTALS = re.compile(r"^(grand |overall |sub ?|trust )?totals?\b|^all staff$|^overall$|^trust$")
CLOSE_ENOUGH = 0.6


class SheetRow(Protocol):
    """A row of a sheet as text."""

    @property
    def number(self) -> int: ...
    @property
    def cells(self) -> tuple[str, ...]: ...


class Sheet(Protocol):
    """A sheet as text."""

    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> Sequence[SheetRow]: ...


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the table begins, and which column holds what."""

    last_row: int
    columns: Mapping[str, int]

    @property
    def is_table(self) -> bool:
        return ("group" in self.columns or "grade" in self.columns) and bool(
            {"in_post", "required"} & set(self.columns)
        )


def plain(text: str) -> str:
    """Words in small letters, without signs: `Add. Prof Scientific & Technic` and `ADD PROF …` are one."""
    words = re.sub(r"[^a-z0-9%]+", " ", text.lower().replace("&", " and ").replace("%", " % "))
    return " ".join(words.split())


def find_group(text: str) -> Group | None:
    """The staff group that a text names: by its name, its code, or a name that reports use; doctors need a grade."""
    name = plain(text)
    if name in GROUP_ALIASES:
        return GROUP_ALIASES[name]
    for group in Group:
        if name in {plain(group.label), group.value}:
            return group
        if group.national_code != "01" and name in {group.national_code, str(int(group.national_code))}:
            return group
    if name.startswith((plain(MEDICAL), "doctors", "medical")):
        return find_grade(name)
    return None


def is_doctors(text: str) -> bool:
    """Medical and Dental without a grade."""
    return plain(text) in GROUP_ALIASES_OF_DOCTORS or plain(text) in {"01", "1"}


def find_grade(text: str) -> Group | None:
    """The grade of a doctor that a text names."""
    name = plain(text)
    return next((group for pattern, group in GRADES if pattern.search(name)), None)


def find_level(text: str) -> Level | None:
    """The level that a text names; the name of a course often does."""
    name = plain(text)
    return next((level for pattern, level in LEVELS if pattern.search(name)), None)


def closest(text: str) -> Group | None:
    """The staff group whose name is nearest to an unknown one."""
    names = {_sorted(plain(group.label)): group for group in Group}
    names |= {_sorted(name): group for name, group in GROUP_ALIASES.items()}
    found = difflib.get_close_matches(_sorted(plain(text)), names, n=1, cutoff=CLOSE_ENOUGH)
    return names[found[0]] if found else None


def _sorted(name: str) -> str:
    """Words in the order of the alphabet: “Midwifery and Nursing” is near “Nursing and Midwifery”."""
    return " ".join(sorted(name.split()))


def is_total(text: str) -> bool:
    """A row that adds up others."""
    return bool(TOTALS.search(plain(text)))


def find_heading(sheet: Sheet) -> Heading | None:
    """The row, or the two rows, of headings; the one among the first thirty that names most."""
    best: Heading | None = None
    rows = list(sheet.rows[:30])
    for index, row in enumerate(rows):
        single = Heading(row.number, _columns(row.cells))
        both = single
        if index + 1 < len(rows) and not _has_numbers(rows[index + 1]):
            both = Heading(rows[index + 1].number, _columns(*_doubled(row.cells, rows[index + 1].cells)))
        # Two rows only where the second says more than the first.
        found = both if len(both.columns) > len(single.columns) else single
        if found.is_table and (best is None or len(found.columns) > len(best.columns)):
            best = found
    return best


def _columns(*readings: Sequence[str]) -> dict[str, int]:
    """Kinds of column by name; what is said exactly goes before what is said in other words, left before right."""
    found: dict[str, int] = {}
    for kind, names in COLUMNS.items():
        places = [
            (names.index(name), index)
            for cells in readings
            for index, cell in enumerate(cells)
            if (name := _without_extras(cell)) in names and index not in found.values()
        ]
        if places:
            found[kind] = min(places)[1]
    return found


def _without_extras(text: str) -> str:
    name = re.sub(r"\(.*?\)", " ", text)
    return plain(re.sub(r"^(no\.?|number|count) of ", "", name.strip().lower()))


def _doubled(upper: Sequence[str], lower: Sequence[str]) -> list[list[str]]:
    width = max(len(upper), len(lower))
    above = [*upper, *[""] * (width - len(upper))]
    below = [*lower, *[""] * (width - len(lower))]
    return [below, [f"{a} {b}".strip() if b else a for a, b in zip(above, below, strict=True)]]


def _has_numbers(row: SheetRow) -> bool:
    return any(re.fullmatch(r"[0-9][0-9., ]*%?", cell) for cell in row.cells)


# --- does it name people -----------------------------------------------------------------------------------

_OF_A_PERSON = re.compile(
    r"\b((sur|fore|first|last|given|full|preferred|middle|maiden|family) ?names?"
    r"|(employee|staff|assignment|person|payroll|payee|personal|learner|worker|esr) (number|no|id|ref|reference|code)"
    r"|(employee|learner|person|delegate|staff member|colleague|worker|trainee|attendee|participant|manager)"
    r" ?(full )?names?"
    r"|e ?mail( address)?|date of birth|dob|birth ?date|(ni|national insurance|nino)( number| no)?"
    r"|(gmc|nmc|hcpc|gdc|gphc)( number| no| pin)?|user ?name|home address|post ?code|mobile|telephone)\b"
)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE)
_NATIONAL_INSURANCE = re.compile(
    r"\b[A-CEGHJ-PR-TW-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]\b", re.IGNORECASE
)
_STATES = re.compile(
    r"(not )?(compliant|achieved|completed?|expired|in date|out of date|yes|no|y|n|due soon)$"
)
FEW = 3
MANY_ROWS = 200
SOME_STATES = 10


def names_people(sheets: Iterable[Sheet]) -> str:
    """Why a file looks as if it has one row for each person, in words; empty when it does not."""
    for sheet in sheets:
        if why := _heading_of_people(sheet) or _cells_of_people(sheet) or _rows_of_people(sheet):
            return why
    return ""


def _heading_of_people(sheet: Sheet) -> str:
    """A heading stands among other headings: a sentence with the word in it is none."""
    for row in sheet.rows[:30]:
        filled = [cell for cell in row.cells if cell]
        if len(filled) < 2:
            continue
        for cell in filled:
            if len(cell) <= 40 and _OF_A_PERSON.search(plain(cell)) and not _EMAIL.search(cell):
                return f"it has a column “{cell}”"
    return ""


def _cells_of_people(sheet: Sheet) -> str:
    emails = states = 0
    for row in sheet.rows:
        cells = [cell for cell in row.cells if cell]
        if any(_NATIONAL_INSURANCE.search(cell) for cell in cells):
            return "it holds National Insurance numbers"
        emails += any(_EMAIL.search(cell) for cell in cells)
        states += any(_STATES.fullmatch(plain(cell)) for cell in cells)
    if emails >= FEW:
        return "it holds e-mail addresses"
    if states >= SOME_STATES and find_heading(sheet) is None:
        return "its rows say yes or no, as they do of one person each"
    return ""


def _rows_of_people(sheet: Sheet) -> str:
    """The same staff group in row after row, and no column of numbers: each row is one of them."""
    if find_heading(sheet) is not None:
        return ""
    found = [
        group for row in sheet.rows for cell in row.cells[:12] if (group := find_group(cell)) is not None
    ]
    if len(found) >= SOME_STATES and len(found) > 2 * len(set(found)):
        return "it names the same staff group in row after row, without numbers of staff"
    return ""
