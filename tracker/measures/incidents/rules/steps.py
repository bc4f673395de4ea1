"""What each step of the register needs, in the words that stand beside the field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.errors import RuleBroken
from tracker.evidence.rules import LOOK, identifier_problem, suspicions
from tracker.measures.incidents.rules.months import add_months, last_day, month_name, month_of, period_name
from tracker.measures.incidents.rules.words import Framework, Resource, Response, Theme, Training

EARLIEST = date(2000, 1, 1)
NIL_MONTHS = 36
# Field and whether an exact day may well stand in it.
TEXTS = {
    "department": False,
    "learning": False,
    "resource_title": True,
    "training_text": True,
    "no_change_because": True,
    "confirmed_by": True,
    "reason": True,
}
Problems = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said of an incident when it is entered; `month` is the first day of the month of the report."""

    reference: str
    framework: Framework
    response: Response
    month: date | None
    department: str
    theme: Theme
    learning: str = ""


@dataclass(frozen=True, slots=True)
class Loop:
    """From what was learnt to the closed loop; every part may still be open."""

    learning: str = ""
    people_on: date | None = None
    department_on: date | None = None
    others_on: date | None = None
    resource: Resource | None = None
    resource_title: str = ""
    resource_code: str | None = None
    training: Training | None = None
    training_text: str = ""
    training_on: date | None = None
    no_change_because: str = ""
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class NilFacts:
    """Who confirmed that there were none, for which months. `confirmed_name` stays inside the trust."""

    first: date | None
    last: date | None
    confirmed_by: str
    confirmed_name: str
    confirmed_on: date | None


def renamed(wanted: Facts, department: str) -> Facts:
    """The same with the department spelt as the register spells it."""
    return replace(wanted, department=department)


def check_facts(wanted: Facts, loop: Loop, others: Iterable[str], *, today: date, looked: bool) -> bool:
    """RuleBroken by field; True when something looked like an identifier and the person said that it is none.

    `others`: references of the other incidents in the register.
    """
    problems: Problems = []
    if not wanted.reference:
        problems.append(("reference", "Enter the reference that your incident system gave it"))
    elif wanted.reference.casefold() in {each.casefold() for each in others}:
        problems.append(("reference", f"{wanted.reference} is in the register already. Open it there"))
    problems += month_problems(wanted.month, today)
    if not wanted.department:
        problems.append(("department", "Enter the department, for example Emergency department"))
    if wanted.month is not None and not problems:
        problems += [("month", message) for _field, message in _dates(loop, wanted.month, today)]
    _raise(problems)
    texts = {"reference": wanted.reference, "department": wanted.department, "learning": wanted.learning}
    return _guard(texts, looked=looked)


def month_problems(month: date | None, today: date, field: str = "month") -> Problems:
    if month is None:
        return [(field, "Enter the month and the year")]
    if month > today:
        return [(field, "The month must be this month or in the past")]
    return [(field, "Check the year: it must be 2000 or later")] if month < EARLIEST else []


def check_loop(wanted: Loop, month: date, *, today: date, looked: bool) -> bool:
    """RuleBroken by field; True as with `check_facts`. Parts may be left for later, until it is to be closed."""
    problems = _dates(wanted, month, today)
    shared = [wanted.people_on, wanted.department_on, wanted.others_on]
    if any(shared) and not wanted.learning:
        problems.append(("learning", "Say in a few words what was learnt, as it was shared"))
    problems += _resource_problems(wanted) + _training_problems(wanted)
    if wanted.closed_on is not None:
        problems += _closing_problems(wanted)
    _raise(problems)
    names = ("learning", "resource_title", "training_text", "no_change_because")
    return _guard({name: getattr(wanted, name) for name in names}, looked=looked)


def check_nil(wanted: NilFacts, months: Sequence[date], *, today: date) -> None:
    """RuleBroken by field. `months` of incidents that the register holds: they speak against it."""
    problems = month_problems(wanted.first, today, "first") + month_problems(wanted.last, today, "last")
    if wanted.first and wanted.last and not problems:
        problems += _period_problems(wanted.first, wanted.last, months, today)
    if not wanted.confirmed_by:
        problems.append(("confirmed_by", "Enter the role or team that confirmed it"))
    problems += _confirmed_problems(wanted, today)
    _raise(problems)
    _guard({"confirmed_by": wanted.confirmed_by}, looked=False, field="confirmed_by")
    _refuse_numbers({"confirmed_name": wanted.confirmed_name})


def check_reason(reason: str) -> None:
    """Why something is taken out of the register."""
    if not reason:
        raise RuleBroken("reason", "Say in a few words why")
    _guard({"reason": reason}, looked=False, field="reason")


def _dates(wanted: Loop, month: date, today: date) -> Problems:
    names = {
        "people_on": "The day on which the people involved heard about it",
        "department_on": "The day on which their department heard about it",
        "others_on": "The day on which other departments heard about it",
        "training_on": "The day on which training was changed",
        "closed_on": "The day on which it was closed",
    }
    problems = []
    for field, subject in names.items():
        day: date | None = getattr(wanted, field)
        if day is not None and day > today:
            problems.append((field, f"{subject} must be today or in the past"))
        elif day is not None and day < month:
            words = f"{subject} must not be before {month_name(month)}, when it was reported"
            problems.append((field, words))
    return problems


def _resource_problems(wanted: Loop) -> Problems:
    if wanted.resource in {Resource.NATIONAL, Resource.OWN} and not wanted.resource_title:
        return [("resource_title", "Enter the name of the learning material")]
    return []


def _training_problems(wanted: Loop) -> Problems:
    if wanted.training is Training.NO_CHANGE and not wanted.no_change_because:
        return [("no_change_because", "Say why no change was needed")]
    if wanted.training is not Training.CHANGED:
        return []
    problems = [] if wanted.training_text else [("training_text", "Say what was changed")]
    return problems + ([] if wanted.training_on else [("training_on", "Enter the date of the change")])


def _closing_problems(wanted: Loop) -> Problems:
    """What must have happened before it can be closed; a resource may have been none, but that must be said."""
    before = "Before it can be closed: "
    problems = []
    if wanted.people_on is None:
        problems.append(("people_on", f"{before}enter when the people involved heard about it"))
    if wanted.department_on is None:
        problems.append(("department_on", f"{before}enter when their department heard about it"))
    if wanted.resource is None:
        problems.append(("resource", f"{before}say which learning material was used, or that none was"))
    if wanted.training is None:
        problems.append(("training", f"{before}say whether training was changed"))
    days = (wanted.people_on, wanted.department_on, wanted.others_on, wanted.training_on)
    latest = max((day for day in days if day), default=None)
    if wanted.closed_on and latest and wanted.closed_on < latest:
        problems.append(("closed_on", "The day on which it was closed must not be before the other days"))
    return problems


def _period_problems(first: date, last: date, months: Sequence[date], today: date) -> Problems:
    if first > last:
        return [("last", "The last month must not be before the first")]
    if last >= month_of(today):
        return [("last", "The last month must have ended: nobody can confirm a month before that")]
    if add_months(first, NIL_MONTHS) <= last:
        return [("first", f"Confirm {NIL_MONTHS} months at most at a time")]
    there = [month for month in months if first <= month <= last]
    if there:
        count = f"{len(there)} incident" + ("s" if len(there) > 1 else "")
        words = f"The register holds {count} reported in {period_name(first, last)}. Choose other months"
        return [("first", words)]
    return []


def _confirmed_problems(wanted: NilFacts, today: date) -> Problems:
    if wanted.confirmed_on is None:
        return [("confirmed_on", "Enter the day on which it was confirmed")]
    if wanted.confirmed_on > today:
        return [("confirmed_on", "The day on which it was confirmed must be today or in the past")]
    if wanted.last and wanted.confirmed_on <= last_day(wanted.last):
        return [("confirmed_on", f"It must have been confirmed after the end of {month_name(wanted.last)}")]
    return []


def suspected(texts: Mapping[str, str]) -> Problems:
    """What looks like a person, field by field."""
    return [
        (name, suspicion.message)
        for name, text in texts.items()
        for suspicion in suspicions(text, reference=name == "reference", dated=TEXTS.get(name, False))
    ]


def _guard(texts: dict[str, str], *, looked: bool, field: str = "") -> bool:
    """NHS numbers are refused; what else may tell who a patient is needs somebody's word (`looked`).

    `field`: where there is no tick to give that word with, the text is refused there.
    """
    _refuse_numbers(texts)
    found = suspected(texts)
    if found and not looked:
        asked = [] if field else [("looked", LOOK)]
        words = " No patient and no member of staff may be identified here: take it out" if field else ""
        raise RuleBroken.many([*((name, message + words) for name, message in found), *asked])
    return bool(found)


def _refuse_numbers(texts: dict[str, str]) -> None:
    _raise([problem for name, text in texts.items() if (problem := identifier_problem(name, text))])


def _raise(problems: Problems) -> None:
    if problems:
        raise RuleBroken.many(problems)
