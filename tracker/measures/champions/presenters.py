"""What the pages of champions show: the figure in words, rows of the register, and two editors compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from tracker.measures.base import Figure, Need, Supports
from tracker.measures.champions.rules import Arrangement, Department, Duty, Model, Picture, Post, in_scope
from tracker.measures.rules import caption, headline
from tracker.web.conflicts import Difference
from tracker.web.formats import day, plural

Link = Callable[[str, Mapping[str, str]], str]
TAGS = {Supports.IN_PLACE: "green", Supports.NOT_YET: "orange", Supports.NO_FIGURE: "grey"}
SHOWS = (("now", "In post today"), ("to_come", "Begins later"), ("over", "No longer in post"))
WORDS = {
    "considered_on": "When this was considered",
    "forum": "Meeting",
    "decision": "What was decided",
    "reason": "Why",
    "arrangement": "How champions work",
    "rotation_months": "Months in each department",
    "posts_planned": "Posts planned",
    "description": "In your own words",
    "name": "Name",
    "from_on": "On the list since",
    "until_on": "Last day on the list",
    "profession": "Profession",
    "part": "What they are",
    "department": "Department or site",
    "title": "Post",
    "starts_on": "First day",
    "ends_on": "Last day",
    "deputy_name": "Deputy",
    "deputy_profession": "Profession of the deputy",
    "duties": "Duties held",
    "overlap": "Two people in one post",
    "reviewed_on": "When it was reviewed",
    "found": "What it found",
}


@dataclass(frozen=True, slots=True)
class FigureFace:
    """The figure as the page begins: its numbers, what they count, and what they support."""

    headline: str
    caption: str
    answer: str
    supports: str
    colour: str
    because: str
    source: str
    rule: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PostRow:
    """One person in the role, as a row of the register."""

    id: UUID
    who: str
    what: str
    place: str
    period: str
    state: str
    colour: str
    deputy: str
    duties: str
    may_open: bool


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    id: UUID
    name: str
    period: str
    holders: str
    state: str
    colour: str


def figure_face(figure: Figure, decided: str) -> FigureFace:
    parts = [(each.label, each.said) for each in figure.parts]
    return FigureFace(
        headline(figure),
        caption(figure),
        decided,
        f"The figures support: {figure.supports.label}" if figure.exists else "No figure yet",
        TAGS[figure.supports],
        figure.because,
        figure.source,
        figure.rule,
        tuple(parts),
    )


def trend_rows(figures: Iterable[Figure]) -> list[tuple[str, str]]:
    """How the figure moved: a day and what stood then."""
    return [(day(each.about), _first_capital(headline(each))) for each in figures]


def department_line(rows: Sequence[DepartmentRow]) -> str:
    """`12 today, 1 without a champion`."""
    today = [each for each in rows if each.state in {"Has a champion", "None today"}]
    without = sum(each.state == "None today" for each in today)
    return f"{len(today)} today, {without} without a champion" if without else f"{len(today)} today"


def need_rows(needs: Iterable[Need], link: Link) -> list[dict[str, str]]:
    """Items for the panel "Needs you"."""
    return [
        {"text": each.text, "note": each.note, "href": link(each.endpoint, each.values)} for each in needs
    ]


def post_rows(
    posts: Iterable[Post], departments: Iterable[Department], today: date, *, named: bool
) -> list[PostRow]:
    """Rows of the register of people; without names for who may not see them."""
    places = {each.id: each.name for each in departments}
    return [_post_row(each, places, today, named) for each in posts]


def department_rows(picture: Picture, today: date) -> list[DepartmentRow]:
    """Departments on the list today and later first, each with who holds the role there."""
    rows = [_department_row(each, picture, today) for each in picture.departments]
    return sorted(rows, key=lambda each: each.state.startswith("Off"))


def model_words(model: Model) -> list[tuple[str, str]]:
    """How the role is arranged, line by line."""
    rows = [("How champions work", model.arrangement.label)]
    if model.rotation_months:
        rows.append(("Time in each department", plural(model.rotation_months, "month")))
    if model.posts_planned:
        moving = model.arrangement is Arrangement.ROTATING
        rows.append(
            ("How many move at the same time" if moving else "Posts planned", str(model.posts_planned))
        )
    if model.description:
        rows.append(("In your own words", model.description))
    return rows


def leavers(
    posts: Sequence[tuple[Post, int]], departments: Iterable[Department], today: date, typed: str = ""
) -> list[tuple[str, str, str]]:
    """Who may hand over: value (entry and version; the version typed stands), name, and what tells them apart."""
    places = {each.id: each.name for each in departments}
    found = []
    for post, version in posts:
        if post.ends_on is None or post.ends_on >= today or typed.startswith(f"{post.id}:"):
            value = typed if typed.startswith(f"{post.id}:") else f"{post.id}:{version}"
            place, period = _place(post, places), _period(post)
            hint = f"{place}, {period[0].lower()}{period[1:]}" if place else period
            found.append((value, post.holder.name, hint))
    return sorted(found, key=lambda each: each[1].casefold())


def values_of(row: Any) -> dict[str, object]:
    """A row or what was typed, under the names that differences are told by."""
    if row is None:
        return {}
    names = (*WORDS, "author_id", "recorded_at")
    return {name: getattr(row, name) for name in names if hasattr(row, name)}


def post_values(row: Any, places: Mapping[str, str]) -> dict[str, object]:
    """A row of somebody in the role, with the department by its name."""
    duties = [duty for duty in Duty if getattr(row, duty.value)]
    return values_of(row) | {"department": places.get(str(row.department_id), ""), "duties": duties}


def typed_post(post: Post, places: Mapping[str, str]) -> dict[str, object]:
    """What was typed, likewise."""
    return {
        "name": post.holder.name,
        "profession": post.holder.profession,
        "part": post.part,
        "department": places.get(str(post.department_id), ""),
        "title": post.title,
        "starts_on": post.starts_on,
        "ends_on": post.ends_on,
        "deputy_name": post.deputy.name,
        "deputy_profession": post.deputy.profession,
        "duties": post.duties,
        "overlap": post.overlap,
    }


def form_data(row: Any) -> dict[str, object]:
    """A row as its form is filled."""
    names = (
        "name",
        "profession",
        "title",
        "starts_on",
        "ends_on",
        "deputy_name",
        "deputy_profession",
        "version",
    )
    return {name: getattr(row, name) for name in names} | {
        "department": str(row.department_id) if row.department_id else None,
        "part": row.part.value,
        "overlap": row.overlap.value if row.overlap else None,
        "duties": [duty.value for duty in Duty if getattr(row, duty.value)],
    }


def differences(theirs: Mapping[str, object], yours: Mapping[str, object]) -> list[Difference]:
    """The fields in which two editors differ, in the order of the form."""
    rows = []
    for name, words in WORDS.items():
        if name not in yours:
            continue
        now, typed = in_words(theirs.get(name)), in_words(yours[name])
        if now != typed:
            rows.append(Difference(words, now or "Nothing", typed or "Nothing"))
    return rows


def in_words(value: object) -> str:
    """A value of a form or a row as a person reads it."""
    if isinstance(value, date):
        return day(value)
    if isinstance(value, StrEnum):
        return str(getattr(value, "label", value.value))
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(sorted(in_words(each) for each in value))
    return "" if value is None else str(value)


def _post_row(post: Post, places: Mapping[UUID, str], today: date, named: bool) -> PostRow:
    state, colour = _state(post.starts_on, post.ends_on, today)
    kind = "" if post.part.value == "champion" else post.part.label
    deputy = (post.deputy.name or "Yes") if post.has_deputy else "None"
    return PostRow(
        id=post.id,
        who=post.holder.name if named else "Name not shown",
        what=", ".join(filter(None, (kind, post.holder.profession))),
        place=_place(post, places) or "Whole organisation",
        period=_period(post),
        state=state,
        colour=colour,
        deputy=deputy,
        duties=_first_capital(", ".join(each.short for each in Duty if each in post.duties)) or "None ticked",
        may_open=named,
    )


def _department_row(department: Department, picture: Picture, today: date) -> DepartmentRow:
    here = [each for each in picture.in_post(today) if each.department_id == department.id]
    if not in_scope(department, today):
        later = department.from_on is not None and department.from_on > today
        state, colour = ("Begins later", "grey") if later else ("Off the list", "grey")
    else:
        state, colour = ("Has a champion", "green") if here else ("None today", "orange")
    names = [each.holder.name or each.holder.profession for each in here]
    until = f" to {day(department.until_on)}" if department.until_on else ""
    return DepartmentRow(
        department.id,
        department.name,
        f"Since {day(department.from_on)}{until}",
        ", ".join(names),
        state,
        colour,
    )


def _first_capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _state(start: date | None, end: date | None, today: date) -> tuple[str, str]:
    if start is not None and start > today:
        return "Begins later", "blue"
    if end is not None and end < today:
        return "No longer in post", "grey"
    return "In post", "green"


def _place(post: Post, places: Mapping[UUID, str]) -> str:
    place = places.get(post.department_id, "") if post.department_id else ""
    return " · ".join(filter(None, (place, post.title)))


def _period(post: Post) -> str:
    return f"{day(post.starts_on)} to {day(post.ends_on)}" if post.ends_on else f"Since {day(post.starts_on)}"
