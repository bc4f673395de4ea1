"""What the national lead fills in: a year, an item, why an item is taken out. What each needs is said by `rules`."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.programme.rules import (
    NOTE_CHARACTERS,
    TEXT_CHARACTERS,
    TITLE_CHARACTERS,
    ItemFacts,
    ItemKind,
    YearFacts,
)
from tracker.web.fields import (
    Item,
    NHSCheckboxes,
    NHSDateField,
    NHSSelect,
    NHSTextArea,
    NHSTextField,
    NHSTick,
    VersionedForm,
)

ONLY_EVENTS = "Only for a teaching session, or for a workshop or other event"
NOTE = "Shown as ours, apart from the words of the source. No patients."


def _link() -> NHSTextField:
    return NHSTextField("Web address (optional)", max_length=500, hint="It starts with https://")


def _resource() -> NHSSelect:
    return NHSSelect(
        "Which resource of the library came of it? (optional)", items=[], blank="None, or not in the library"
    )


def _serves() -> NHSCheckboxes:
    return NHSCheckboxes("Which recommendations does it serve? (optional)", items=[])


def _note() -> NHSTextArea:
    return NHSTextArea("Note (optional)", max_length=NOTE_CHARACTERS, rows=3, hint=NOTE)


class YearForm(VersionedForm):
    """A year of the programme."""

    code = NHSTextField(
        "Which year?", max_length=20, hint="For example 2018-19", options={"classes": "nhsuk-input--width-10"}
    )
    is_confirmed = NHSTick(
        "This year’s programme is agreed", hint="Not ticked: its items are shown as to be confirmed."
    )
    note = _note()
    is_meant = NHSTick(
        "Yes, add it: everybody can read this year at once, and it cannot be taken out again",
        required="Tick the box if this year is to be added: everybody reads it at once, and it stays",
    )

    def fix(self, *, from_source: bool) -> YearForm:
        """A year keeps its name, and is there already; one of the source keeps what the source says of it."""
        del self.code, self.is_meant
        if from_source:
            del self.is_confirmed
        return self

    def facts(self, code: str = "") -> YearFacts:
        """What was typed, as the rules know it."""
        return YearFacts(
            code=self.code.data or "" if "code" in self else code,
            is_confirmed=bool(self.is_confirmed.data) if "is_confirmed" in self else False,
            note=self.note.data or "",
        )


class _Linked(VersionedForm):
    """What may be said of any item, one of the source too: each form asks it in its own place."""

    def offer(self, recommendations: Iterable[tuple[str, str]], resources: Iterable[tuple[str, str]]) -> None:
        """What there is to choose from: code and words."""
        self["serves"].items = [Item(code, words) for code, words in recommendations]
        self["resource_code"].items = [Item(code, words) for code, words in resources]


class SourceItemForm(_Linked):
    """An item of the source: its words stay, and something may be said beside them."""

    link = _link()
    resource_code = _resource()
    serves = _serves()
    note = _note()

    def facts(self) -> ItemFacts:
        """What was typed; the source's words are not asked for."""
        return ItemFacts(
            kind=ItemKind.ITEM,
            title="",
            note=self.note.data or "",
            serves=tuple(self.serves.data or ()),
            resource_code=self.resource_code.data or "",
            link=self.link.data or "",
        )


class ItemForm(_Linked):
    """An item that is not from the source."""

    parent_code = NHSSelect("What does it belong to?", items=[], blank="The year itself")
    kind = NHSSelect(
        "What is it?",
        items=[Item(each.value, each.label) for each in ItemKind],
        blank="Choose a kind",
        required="Choose what it is",
    )
    title = NHSTextField("What is it called?", max_length=TITLE_CHARACTERS)
    text = NHSTextArea("What is to be done? (optional)", max_length=TEXT_CHARACTERS, rows=4)
    happens_on = NHSDateField(
        "On which day does it take place?", hint=f"{ONLY_EVENTS}, which needs a day", subject="The day"
    )
    place = NHSTextField(
        "Where does it take place?", max_length=100, hint=f"{ONLY_EVENTS}, which needs a place"
    )
    host = NHSTextField("Who hosts it? (optional)", max_length=200, hint="An organisation or a team")
    link = _link()
    resource_code = _resource()
    serves = _serves()
    note = _note()
    is_historical = NHSTick("It is history: what it was about no longer exists")

    def facts(self) -> ItemFacts:
        """What was typed, as the rules know it."""
        kinds = set(ItemKind)
        return ItemFacts(
            # Of what was not chosen yet least is asked, so that the rest can be looked at with it.
            kind=ItemKind(self.kind.data) if self.kind.data in kinds else ItemKind.SESSION,
            title=self.title.data or "",
            text=self.text.data or "",
            note=self.note.data or "",
            serves=tuple(self.serves.data or ()),
            resource_code=self.resource_code.data or "",
            happens_on=self.happens_on.data,
            place=self.place.data or "",
            host=self.host.data or "",
            link=self.link.data or "",
            is_historical=bool(self.is_historical.data),
        )


class TakeOutForm(VersionedForm):
    """Taking an item out of the programme."""

    reason = NHSTextArea(
        "Why is it taken out?", max_length=1000, rows=3, hint="Everybody can read this. No patients."
    )
