"""What the pages of the register show: the figure in words, the rows, the loop step by step, the history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from tracker.measures.base import Figure, Need, Supports
from tracker.measures.incidents.rules import (
    Framework,
    Resource,
    Response,
    Theme,
    Training,
    month_name,
    period_name,
)
from tracker.measures.rules import headline
from tracker.web.conflicts import Difference
from tracker.web.formats import day, moment, short_day

STATES = (("open", "Open"), ("closed", "Closed"))
FIELD_WORDS = {
    "reference": "Your reference",
    "month": "Month in which it was reported",
    "department": "Department",
    "framework": "Reviewed under",
    "response": "Kind of review",
    "theme": "What it was mostly about",
    "learning": "What was learnt",
    "people_on": "The people involved heard about it on",
    "department_on": "Their department heard about it on",
    "others_on": "Other departments heard about it on",
    "resource": "Learning material",
    "resource_title": "Name of the learning material",
    "training": "Training",
    "training_text": "What was changed",
    "training_on": "Changed on",
    "no_change_because": "Why no change was needed",
    "closed_on": "Closed on",
    "removed_reason": "Why it was taken out",
}
MONTHS = frozenset({"month"})


class Incident(Protocol):
    """One version of an incident, as a presenter needs it."""

    @property
    def entity_id(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    @property
    def reference(self) -> str: ...
    @property
    def month(self) -> date: ...
    @property
    def department(self) -> str: ...
    @property
    def framework(self) -> Framework: ...
    @property
    def response(self) -> Response: ...
    @property
    def theme(self) -> Theme: ...
    @property
    def learning(self) -> str: ...
    @property
    def people_on(self) -> date | None: ...
    @property
    def department_on(self) -> date | None: ...
    @property
    def others_on(self) -> date | None: ...
    @property
    def resource(self) -> Resource | None: ...
    @property
    def resource_title(self) -> str: ...
    @property
    def training(self) -> Training | None: ...
    @property
    def training_text(self) -> str: ...
    @property
    def training_on(self) -> date | None: ...
    @property
    def no_change_because(self) -> str: ...
    @property
    def closed_on(self) -> date | None: ...
    @property
    def removed_reason(self) -> str | None: ...
    @property
    def recorded_at(self) -> datetime: ...


class Nil(Protocol):
    @property
    def entity_id(self) -> UUID: ...
    @property
    def first(self) -> date: ...
    @property
    def last(self) -> date: ...
    @property
    def confirmed_by(self) -> str: ...
    @property
    def confirmed_name(self) -> str: ...
    @property
    def confirmed_on(self) -> date: ...


class Version(Protocol):
    @property
    def incident(self) -> Incident: ...
    @property
    def author(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line under the figure: `4 of 6`, or a number alone."""

    label: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class FigurePanel:
    """The figure as the page shows it; `stands` is what it says of "in place"."""

    number: str
    exists: bool
    caption: str
    because: str
    stands: str
    lines: tuple[Line, ...]
    rule: str
    about: str


@dataclass(frozen=True, slots=True)
class NeedLine:
    text: str
    note: str
    endpoint: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the loop, said in words: done or not, and what was done."""

    title: str
    done: bool
    state: str
    colour: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegisterRow:
    id: UUID
    reference: str
    review: str
    month: str
    department: str
    theme: str
    next: str
    state: str
    colour: str


@dataclass(frozen=True, slots=True)
class NilRow:
    id: UUID
    period: str
    by: str
    on: str


@dataclass(frozen=True, slots=True)
class Event:
    at: str
    what: str
    who: str
    lines: tuple[str, ...]


def figure_panel(figure: Figure) -> FigurePanel:
    lines = tuple(Line(each.label, each.said, each.note) for each in figure.parts)
    stands = {
        Supports.IN_PLACE: "The figures support “in place”",
        Supports.NOT_YET: "The figures do not support “in place” yet",
        Supports.NO_FIGURE: "",
    }[figure.supports]
    caption = f"{_sentence(figure.counted)}, out of {figure.of}" if figure.has_fraction else ""
    return FigurePanel(
        _sentence(headline(figure)), figure.exists, caption, figure.because, stands, lines, figure.rule,
        day(figure.about),
    )  # fmt: skip


def need_lines(needs: Iterable[Need]) -> list[NeedLine]:
    """The most urgent first, the longest waiting first among them; what this page is itself needs no link."""
    ordered = sorted(needs, key=lambda each: (each.urgency, each.day or date.max, each.text))
    return [NeedLine(each.text, each.note, each.endpoint, each.values) for each in ordered]


def steps(each: Incident) -> list[Step]:
    """The loop as a list in order: reported, learning shared, material used, training changed, closed."""
    shared = each.people_on is not None and each.department_on is not None
    part = any((each.people_on, each.department_on, each.others_on))
    heard = (
        _heard("The people involved", each.people_on),
        _heard("Their department", each.department_on),
        *((_heard("Other departments", each.others_on),) if each.others_on else ()),
    )
    used = each.resource in {Resource.NATIONAL, Resource.OWN}
    return [
        _step("Incident reported and reviewed", True, (month_name(each.month), each.response.label)),
        _step("Learning shared", shared, heard, "Begun" if part else ""),
        _step("Learning material used", used, _material(each), "None used" if each.resource else ""),
        _step("Training changed, or no change needed", each.training is not None, _training(each)),
        _step("Closed", each.closed_on is not None, (day(each.closed_on),) if each.closed_on else ()),
    ]


def register_rows(incidents: Iterable[Incident]) -> list[RegisterRow]:
    """The rows of a page of the register, in the order given."""
    return [
        RegisterRow(
            each.entity_id, each.reference, each.response.label, month_name(each.month), each.department,
            each.theme.label, _next(each), *(("Closed", "green") if each.closed_on else ("Open", "yellow")),
        )
        for each in incidents
    ]  # fmt: skip


def nil_rows(nils: Iterable[Nil]) -> list[NilRow]:
    return [
        NilRow(
            each.entity_id, period_name(each.first, each.last),
            f"{each.confirmed_by}, {each.confirmed_name}" if each.confirmed_name else each.confirmed_by,
            day(each.confirmed_on),
        )
        for each in nils
    ]  # fmt: skip


def theme_options() -> list[Option]:
    return [Option(each.value, each.label) for each in Theme]


def state_options() -> list[Option]:
    return [Option(value, label) for value, label in STATES]


def plain_options(values: Iterable[object]) -> list[Option]:
    return [Option(str(value), str(value)) for value in values]


def history(versions: Sequence[Version]) -> list[Event]:
    """What happened to an incident, newest first."""
    befores: list[Version | None] = [*versions[1:], None]
    return [
        Event(
            moment(each.incident.recorded_at), _what(before, each), each.author,
            tuple(_changes(None if before is None else before.incident, each.incident)),
        )
        for each, before in zip(versions, befores, strict=True)
    ]  # fmt: skip


def differences(theirs: Incident, yours: Mapping[str, object]) -> list[Difference]:
    """The fields in which two editors differ, in the order of the form; `yours` is what this person typed."""
    rows = [
        (label, said(name, getattr(theirs, name)), said(name, yours[name]))
        for name, label in FIELD_WORDS.items()
        if name in yours
    ]
    return [
        Difference(label, saved or "Nothing", typed or "Nothing")
        for label, saved, typed in rows
        if saved != typed
    ]


def said(name: str, value: object) -> str:
    """A value of a field in words."""
    if isinstance(value, date):
        return month_name(value) if name in MONTHS else day(value)
    if isinstance(value, Framework | Response | Theme | Resource | Training):
        return value.label
    return "" if value is None else str(value)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _step(title: str, done: bool, lines: tuple[str, ...], otherwise: str = "") -> Step:
    state = "Done" if done else otherwise or "Not done"
    return Step(title, done, state, "green" if done else "grey" if state == "Not done" else "yellow", lines)


def _heard(who: str, on: date | None) -> str:
    return f"{who}: {day(on)}" if on else f"{who}: not yet"


def _material(each: Incident) -> tuple[str, ...]:
    if each.resource is None or each.resource is Resource.NONE:
        return ()
    return (f"{each.resource_title} ({'national' if each.resource is Resource.NATIONAL else 'our own'})",)


def _training(each: Incident) -> tuple[str, ...]:
    if each.training is Training.CHANGED:
        return (f"{each.training_text} ({day(each.training_on)})",)
    return (f"No change was needed: {each.no_change_because}",) if each.training else ()


def _next(each: Incident) -> str:
    """The first step that is not done, in the words of somebody who has to do it."""
    waiting = next((step for step in steps(each) if not step.done), None)
    if waiting is None:
        return "Learning shared and training changed"
    if each.closed_on is not None:
        return "Closed without learning material"
    return {
        "Learning shared": "Next: share the learning",
        "Learning material used": "Next: learning material",
        "Training changed, or no change needed": "Next: training",
        "Closed": f"Next: close it (training {short_day(each.training_on)})"
        if each.training_on
        else "Next: close it",
    }[waiting.title]


def _what(before: Version | None, each: Version) -> str:
    if before is None:
        return "Entered"
    if each.incident.removed_reason:
        return "Taken out of the register"
    closed, was = each.incident.closed_on, before.incident.closed_on
    return "Closed" if closed and not was else "Opened again" if was and not closed else "Changed"


def _changes(before: Incident | None, after: Incident) -> list[str]:
    lines = []
    for name, label in FIELD_WORDS.items():
        old = "" if before is None else said(name, getattr(before, name))
        new = said(name, getattr(after, name))
        if old != new:
            lines.append(f"{label}: {new}" if not old else f"{label}: {old} → {new or 'nothing'}")
    return lines
