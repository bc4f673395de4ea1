"""The forms of the national library: labels, hints and limits. What a resource needs is said by `rules`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from wtforms import Field

from tracker.library.rules import (
    Area,
    Audience,
    Endorsement,
    Grade,
    Learner,
    LearningFormat,
    Level,
    Module,
    NationalFacts,
    NationalKind,
    Patients,
    Setting,
)
from tracker.library.rules.audiences import LEARNER_HINTS
from tracker.web.fields import (
    Item,
    NHSCheckboxes,
    NHSDateField,
    NHSRadios,
    NHSSelect,
    NHSTextArea,
    NHSTextField,
    NHSTick,
    NHSWholeNumber,
    VersionedForm,
)

E = TypeVar("E", bound=StrEnum)
_STAFF = [
    Item(each.value, each.label, hint=LEARNER_HINTS.get(each, "").capitalize())
    for each in (Learner.CARE_WORKERS, *(one for one in Learner if one is not Learner.CARE_WORKERS))
]
_GRADES = [Item(each.value, each.label) for each in Grade]
_SETTINGS = [Item(each.value, each.label) for each in Setting]
_AREAS = [Item(each.value, each.label.capitalize()) for each in Area if each]
_PATIENTS = [Item(each.value, each.label) for each in Patients]
# Two audiences are what the source's own table needs; `also_` is the second. More are carried along as they are.
_AXES = ("staff", "grades", "settings", "area", "patients")
_PREFIXES = ("", "also_")
_EMPTY = ", or empty the whole second audience and choose “Everybody” for its patients"
_ALSO = {
    "also_staff": f"Choose who else it is for{_EMPTY}",
    "also_settings": f"Choose where these others work{_EMPTY}",
}


class NationalForm(VersionedForm):
    """One resource of the national library."""

    title = NHSTextField("Title", max_length=300)
    kind = NHSRadios(
        "What is it?",
        items=[
            Item(NationalKind.RESOURCE.value, "Something to learn from"),
            Item(NationalKind.PAGE.value, "A page that lists several"),
        ],
        default=NationalKind.RESOURCE.value,
    )
    format = NHSSelect(
        "Format",
        items=[Item(each.value, each.label) for each in LearningFormat],
        blank="Choose a format",
        required="Choose the format",
    )
    link = NHSTextField("Web address (optional)", max_length=500, hint="It starts with https://")
    made_by = NHSTextField("Who made it? (optional)", max_length=500)
    level = NHSRadios(
        "Where was it developed?",
        items=[Item(each.value, each.label) for each in Level],
        default=Level.NATIONAL.value,
    )
    endorsement = NHSRadios(
        "Did the national body make or endorse it?",
        hint="Shares of what it made or endorsed count for the first recommendation.",
        items=[Item(each.value, each.label) for each in Endorsement],
        default=Endorsement.NEITHER.value,
    )
    owner_id = NHSSelect(
        "Whose is it, in this service? (optional)",
        hint="What its owner finds against NICE is shown to everybody, under the owner’s name. Until an owner is "
        "recorded, what the national body finds is shown. Leave it empty for what the national body made.",
        blank="Not recorded",
    )
    minutes = NHSWholeNumber(
        "How many minutes does it take? (optional)",
        minimum=1,
        maximum=6000,
        hint="Only where its maker says so",
    )
    staff = NHSCheckboxes("Who is it for?", items=_STAFF)
    grades = NHSCheckboxes("Which doctors?", hint="None ticked: doctors of every grade", items=_GRADES)
    settings = NHSCheckboxes("Where do they work?", items=_SETTINGS)
    area = NHSSelect("Part of the hospital (optional)", items=_AREAS, blank="Any")
    patients = NHSRadios("Which patients is it about?", items=_PATIENTS, default=Patients.ALL.value)
    also_staff = NHSCheckboxes("Who else is it for?", items=_STAFF)
    also_grades = NHSCheckboxes("Which of these doctors?", items=_GRADES)
    also_settings = NHSCheckboxes("Where do these others work?", items=_SETTINGS)
    also_area = NHSSelect("Part of the hospital of these others (optional)", items=_AREAS, blank="Any")
    also_patients = NHSRadios(
        "Which patients do these others learn about?", items=_PATIENTS, default=Patients.ALL.value
    )
    audience_words = NHSTextArea("Who it is for, in its maker’s words (optional)", max_length=1000, rows=2)
    covers = NHSTextArea("What does it cover? (optional)", hint="One thing on each line", max_length=3000)
    modules = NHSTextArea(
        "Its modules (optional)",
        hint="One on each line. Whom a module is for stands after a bar: Sepsis in adults | general practitioners",
        max_length=3000,
    )
    is_interactive = NHSTick("It is meant to be used in a group and talked about")
    serves = NHSCheckboxes("Which recommendations does it serve?", items=[])
    description = NHSTextArea("Description (optional)", max_length=5000, rows=5)
    session_code = NHSTextField("Session code (optional)", max_length=40, hint="For example 03_17_01")
    format_words = NHSTextField("Format in its maker’s words (optional)", max_length=100)
    note = NHSTextArea(
        "Note (optional)", hint="For example where to find it. No patients.", max_length=2000, rows=2
    )

    def offer(
        self, recommendations: Iterable[tuple[str, str]], organisations: Iterable[tuple[str, str]]
    ) -> None:
        """What there is to choose from: recommendations, and those that may be its owner."""
        self.serves.items = [Item(code, words) for code, words in recommendations]
        self.owner_id.items = [Item(key, words) for key, words in organisations]

    def add_problems(self, problems: Iterable[tuple[str, str]]) -> None:
        super().add_problems(_placed(name, words) for name, words in problems)

    def facts(self, further: Sequence[Audience] = ()) -> NationalFacts:
        """What was typed, as the rules know it; `further` audiences stand after the two that the form can show.

        Of a form that is not whole, what can be judged: what was not chosen from the list has its default.
        """
        return NationalFacts(
            title=self.title.data or "",
            kind=_one(NationalKind, self.kind, NationalKind.RESOURCE),
            made_by=self.made_by.data or "",
            level=_one(Level, self.level, Level.NATIONAL),
            session_code=self.session_code.data or "",
            format=_one(LearningFormat, self.format, LearningFormat.OTHER),
            format_words=self.format_words.data or "",
            audience_words=self.audience_words.data or "",
            audiences=(*self._audiences(), *further),
            covers=tuple(_lines(self.covers.data)),
            modules=tuple(_module(line) for line in _lines(self.modules.data)),
            description=self.description.data or "",
            minutes=self.minutes.data,
            is_interactive=bool(self.is_interactive.data),
            endorsement=_one(Endorsement, self.endorsement, Endorsement.NEITHER),
            serves=tuple(self.serves.data or ()),
            link=self.link.data or "",
            note=self.note.data or "",
            owner_id=UUID(self.owner_id.data) if self.owner_id.data and not self.owner_id.errors else None,
        )

    def _audiences(self) -> tuple[Audience, ...]:
        """A page that only lists others is for nobody in particular."""
        first, second = (self._audience(prefix) for prefix in _PREFIXES)
        if not (first.staff or first.settings) and self.kind.data == NationalKind.PAGE:
            return ()
        return (first, second) if self._says_second else (first,)

    @property
    def has_second(self) -> bool:
        """Whether the second audience is to be open: something is in it, or something is wrong with it."""
        return self._says_second or any(self[f"also_{name}"].errors for name in _AXES)

    @property
    def _says_second(self) -> bool:
        """An empty second audience is none; half of one is asked about. What was typed may be nonsense still."""
        said = [self[f"also_{name}"].data for name in _AXES if name != "patients"]
        return any(said) or self.also_patients.data not in (None, "", Patients.ALL.value)

    def _audience(self, prefix: str) -> Audience:
        said = {name: self[f"{prefix}{name}"] for name in _AXES}
        return Audience(
            staff=_several(Learner, said["staff"]),
            settings=_several(Setting, said["settings"]),
            patients=_one(Patients, said["patients"], Patients.ALL),
            grades=_several(Grade, said["grades"]),
            area=_one(Area, said["area"], Area("")),
        )


def _one(known: type[E], field: Field, otherwise: E) -> E:
    return known(field.data) if field.data in set(known) else otherwise


def _several(known: type[E], field: Field) -> frozenset[E]:
    return frozenset(known(each) for each in field.data or () if each in set(known))


def _placed(name: str, words: str) -> tuple[str, str]:
    """A problem of an audience at its own axis: `audiences.1.staff` is the field `also_staff`."""
    parts = name.split(".")
    if parts[0] != "audiences":
        return name, words
    if len(parts) == 1:
        return "staff", words
    number = int(parts[1])
    if number >= len(_PREFIXES):
        return "", f"In a further audience: {words[:1].lower()}{words[1:]}"
    field = f"{_PREFIXES[number]}{parts[2]}"
    return field, _ALSO.get(field, words)


class RetireForm(VersionedForm):
    """Saying that a resource is no longer to be used."""

    retired_on = NHSDateField(
        "From which day is it no longer to be used?", subject="The day from which it is no longer to be used"
    )
    reason = NHSTextArea(
        "Why?",
        max_length=1000,
        rows=3,
        hint="For example: replaced by another, which one; it no longer follows NICE",
    )


class RestoreForm(VersionedForm):
    """Taking a retirement back."""

    reason = NHSTextArea("Why is it to be used again?", max_length=1000, rows=3)


def shown(facts: NationalFacts) -> dict[str, Any]:
    """What the form of a resource begins with."""
    found: dict[str, Any] = {
        name: getattr(facts, name)
        for name in (
            "title", "made_by", "session_code", "format_words", "audience_words", "description", "minutes",
            "is_interactive", "link", "note",
        )
    }  # fmt: skip
    found |= {name: getattr(facts, name).value for name in ("kind", "level", "format", "endorsement")}
    found |= {
        "owner_id": str(facts.owner_id) if facts.owner_id else "",
        "serves": list(facts.serves),
        "covers": "\n".join(facts.covers),
        "modules": "\n".join(" | ".join(filter(None, (one.title, one.audience))) for one in facts.modules),
    }
    for prefix, audience in zip(_PREFIXES, facts.audiences, strict=False):
        found |= {f"{prefix}{name}": value for name, value in audience.as_json().items()}
    return found


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _module(line: str) -> Module:
    title, _bar, audience = line.partition("|")
    return Module(title.strip(), audience.strip())
