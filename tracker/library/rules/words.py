"""A resource of the national library in words: for whom, how long, where, and whether its link answers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from tracker import clock
from tracker.library.rules.audiences import (
    CLINICAL,
    EVERYBODY,
    HEALTHCARE,
    Area,
    Audience,
    Grade,
    Learner,
    Wanted,
    audiences_of,
)
from tracker.library.rules.national import Endorsement, LearningFormat, Level, NationalKind
from tracker.library.rules.resources import Patients, Setting

NOT_STATED = "not stated"
NO_LINK = "No web address is known: search for its title, or ask those who made it"
NO_LINK_IN_SOURCE = "The report of 2016 gives no web address: search for its title, or ask those who made it"
# Statuses with which a site says that it is there, and that it lets nobody in who only looks.
NOT_OPEN = frozenset({401, 403, 429})
_GROUPS = {EVERYBODY: "Everybody", HEALTHCARE: "All healthcare staff", CLINICAL: "All clinical staff"}
_PATIENTS = {
    Patients.ADULTS: "adults",
    Patients.CHILDREN: "children",
    Patients.PREGNANT: "people who are pregnant or recently pregnant",
    Patients.ADULTS_AND_CHILDREN: "adults and children",
    Patients.ALL: "all patients",
}


class Shown(Protocol):
    """A resource as the table holds it."""

    @property
    def code(self) -> str: ...
    @property
    def kind(self) -> NationalKind: ...
    @property
    def number(self) -> int | None: ...
    @property
    def title(self) -> str: ...
    @property
    def made_by(self) -> str: ...
    @property
    def level(self) -> Level: ...
    @property
    def endorsement(self) -> Endorsement: ...
    @property
    def format(self) -> LearningFormat: ...
    @property
    def audience_words(self) -> str: ...
    @property
    def audiences(self) -> list[dict[str, Any]]: ...
    @property
    def covers(self) -> list[str]: ...
    @property
    def modules(self) -> list[dict[str, str]]: ...
    @property
    def minutes(self) -> int | None: ...
    @property
    def link(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def from_source(self) -> bool: ...
    @property
    def retired_on(self) -> date | None: ...


class Visited(Protocol):
    """What the link checker found at an address."""

    @property
    def link(self) -> str: ...
    @property
    def checked_at(self) -> datetime: ...
    @property
    def status(self) -> int | None: ...
    @property
    def problem(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ResourceLine:
    """One resource as a list shows it."""

    code: str
    title: str
    number: int | None
    made_by: str
    format: str
    minutes: str
    level: str
    audience: str
    audience_ours: tuple[str, ...]
    covers: tuple[str, ...]
    modules: tuple[str, ...]
    note: str
    link: str
    no_link: str
    is_page: bool
    retired: str
    link_state: str
    nice: str = ""


def resource_line(row: Shown, visited: Visited | None = None) -> ResourceLine:
    audiences = audiences_of(row.audiences)
    return ResourceLine(
        code=row.code,
        title=row.title,
        number=row.number,
        made_by=made_by_words(row),
        format=row.format.label,
        minutes=minutes_words(row.minutes),
        level=row.level.label,
        audience=row.audience_words or "; ".join(map(audience_words, audiences)),
        audience_ours=tuple(map(audience_words, audiences)),
        covers=tuple(row.covers),
        modules=tuple(map(module_words, row.modules)),
        note=row.note,
        link=row.link,
        no_link=no_link_words(row),
        is_page=row.kind is NationalKind.PAGE,
        retired=retired_words(row.retired_on),
        link_state=link_state(row.link, visited),
    )


def retired_words(on: date | None) -> str:
    """What stands beside a resource that is no longer to be used, wherever it was recorded."""
    return f"Retired on {_day(on)}" if on else ""


def made_by_words(row: Shown) -> str:
    """Who made it; what the source leaves open is said to be left open."""
    if row.made_by:
        return row.made_by[:1].upper() + row.made_by[1:]
    return "Not stated in the source" if row.from_source else "Not stated"


def minutes_words(minutes: int | None) -> str:
    if minutes is None:
        return NOT_STATED
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} hour{'s' if hours > 1 else ''}"] if hours else []
    parts += [f"{rest} minute{'s' if rest > 1 else ''}"] if rest else []
    return " ".join(parts)


def no_link_words(row: Shown) -> str:
    if row.link:
        return ""
    return NO_LINK_IN_SOURCE if row.from_source else NO_LINK


def link_state(link: str, visited: Visited | None) -> str:
    """Whether the address answered when it was last visited; an address changed since was not visited."""
    if not link:
        return ""
    if visited is None or visited.link != link:
        return "Not checked yet"
    when = _day(clock.local_day(visited.checked_at))
    if not visited.problem:
        return f"Checked on {when}: answered"
    if visited.status in NOT_OPEN:
        return f"Checked on {when}: {not_open_words(visited.status)}"
    return f"Checked on {when}: did not answer ({visited.problem})"


def not_open_words(status: int | None) -> str:
    """Something is there and lets no checker in; whether the page is, nobody can say from here."""
    return f"answered {status}: not open to a check"


def module_words(module: dict[str, str]) -> str:
    audience = module.get("audience", "")
    return module.get("title", "") + (f" (for {audience})" if audience else "")


def audience_words(audience: Audience) -> str:
    """`Nursing and Midwifery Registered · Hospital, critical care · all patients`."""
    grades = [each.label for each in Grade if each in audience.grades]
    who = staff_words(audience.staff) + (f" ({', '.join(grades).lower()})" if grades else "")
    where = ", ".join(each.label for each in Setting if each in audience.settings)
    if audience.area is not Area.NONE:
        where += f": {audience.area.label}"
    return f"{who} · {where} · {_PATIENTS[audience.patients]}"


def staff_words(staff: Collection[Learner]) -> str:
    known = _GROUPS.get(frozenset(staff))
    return known or ", ".join(each.label for each in Learner if each in staff)


def wanted_words(wanted: Wanted) -> str:
    """Whom a list was made for, in one line."""
    who = wanted.staff.label if wanted.staff else "Staff of every group"
    if wanted.grade:
        who = wanted.grade.label
    where = wanted.setting.label if wanted.setting else "every setting"
    about = f", about {_PATIENTS[wanted.patients]}" if wanted.patients else ""
    return f"{who}: {where[:1].lower() + where[1:]}{about}"


def _day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"
