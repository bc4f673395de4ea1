"""The forms of evidence: labels, hints and limits. What an item needs is said by `actions` and `rules`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from wtforms import SelectMultipleField

from tracker.evidence.rules import ACCEPTED, CONTENT_TYPES, TITLE_CHARACTERS, EvidenceKind
from tracker.web.fields import (
    Item,
    KeyedForm,
    NHSCheckboxes,
    NHSDateField,
    NHSFiles,
    NHSHidden,
    NHSRadios,
    NHSSelect,
    NHSTextArea,
    NHSTextField,
    NHSTick,
    VersionedForm,
)

ACCEPT = ",".join(f".{each}" for each in (*CONTENT_TYPES, "jpeg"))
KINDS = [Item(each.value, each.label) for each in EvidenceKind]
LINK_THERE, ADD_AGAIN = "link", "add"


class _FilesHeld(KeyedForm):
    """A form whose files were kept when it was sent before."""

    def held_ids(self) -> list[UUID]:
        """The files that came with this form before, less those to be left out; what is no id is ignored."""
        if "held" not in self:
            return []
        dropped = set(self["drop"].data or ())
        return _ids(text for text in self["held"].data or () if text not in dropped)


class ItemForm(_FilesHeld):
    """A new item, in the order of the page: the file or link first, for the title may come from it."""

    # Which form the evidence is added for, kept with the draft of this one.
    back = NHSHidden(default="")
    files = NHSFiles("Files", accept=ACCEPT)
    held = SelectMultipleField(choices=[], validate_choice=False)
    drop = SelectMultipleField(choices=[], validate_choice=False)
    duplicate = NHSRadios(
        "What shall we do with it?",
        items=[
            Item(
                LINK_THERE,
                "Use what is here already",
                hint="It will support the recommendations chosen below too",
            ),
            Item(ADD_AGAIN, "Add it again as a new item"),
        ],
    )
    looked = NHSTick(
        "I have looked: no patient can be identified",
        hint="Only for pictures (png or jpg): we cannot read them.",
    )
    link = NHSTextField(
        "Or a link to it",
        hint="A web address that starts with https://. A link alone is not enough when the evidence is checked.",
        options={"type": "url", "spellcheck": False},
    )
    title = NHSTextField(
        "Title",
        max_length=TITLE_CHARACTERS,
        hint="For example “Champion rota, autumn 2026”. Left empty, it is taken from the file’s name.",
    )
    kind = NHSSelect("What it is", items=KINDS, blank="Choose one", required="Choose what it is")
    recommendations = NHSCheckboxes(
        "Recommendations that it supports",
        hint="One piece of evidence may support several.",
        required="Choose at least one recommendation that it supports",
        options={"classes": "nhsuk-checkboxes--small"},
    )
    dated_on = NHSDateField(
        "Date of this evidence",
        hint="The day on which it was made or signed, or that it is about. Left empty, today.",
        subject="Date of this evidence",
    )
    valid_until = NHSDateField(
        "Valid until (optional)",
        hint="For example the date on which the policy is to be reviewed. Up to and including that day it counts.",
        subject="Valid until",
    )
    shows = NHSTextArea(
        "What it shows (optional)",
        max_length=2000,
        rows=3,
        hint="One or two sentences. No names of patients.",
    )

    def offer(self, recommendations: Iterable[tuple[str, int, str]], max_upload_mb: int) -> None:
        """Set the answers for one organisation: (code, number, short title) of what it answers."""
        self.recommendations.items = [
            Item(code, f"{number}. {title}") for code, number, title in recommendations
        ]
        if "files" in self:
            self.files.hint = files_hint(max_upload_mb)


class DetailsForm(ItemForm, VersionedForm):
    """What is said of an item that is there; its files have a form of their own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("back", "files", "held", "drop", "duplicate", "looked"):
            del self[name]
        self.title.hint = ""
        self.dated_on.hint = "The day on which it was made or signed, or that it is about."
        self.link.label.text = "Link (optional)"


class FilesForm(_FilesHeld):
    """Files for an item that is there; the first of them may take the place of an older one."""

    files = NHSFiles("Files", accept=ACCEPT)
    held = SelectMultipleField(choices=[], validate_choice=False)
    drop = SelectMultipleField(choices=[], validate_choice=False)
    looked = NHSTick(
        "I have looked: no patient can be identified",
        hint="Only for pictures (png or jpg): we cannot read them.",
    )
    replaces = NHSRadios(
        "Does it take the place of a file that is here?",
        default="0",
        hint="The older one stays in the history. If you add several, the first takes its place.",
    )

    def offer(self, standing: Sequence[tuple[int, str]], max_upload_mb: int) -> None:
        """Set the answers for one item: (revision, file name) of the files that have not been replaced."""
        older = [Item(str(revision), f"Yes: file {revision}, {name}") for revision, name in standing]
        self.replaces.items = [Item("0", "No, it is new beside the others"), *older]
        self.files.hint = files_hint(max_upload_mb)

    def replaced_revision(self) -> int | None:
        """None when nothing is replaced."""
        text = self.replaces.data or "0"
        return int(text) or None if text.isdecimal() else None


class WithdrawForm(VersionedForm):
    """Why an item is taken out of use."""

    reason = NHSTextArea(
        "Why is it taken out of use?",
        max_length=2000,
        rows=3,
        hint="For example “replaced by the new policy”. The reason stays in the history. No names of patients.",
    )


def files_hint(max_upload_mb: int) -> str:
    return (
        f"{ACCEPTED[0].upper()}{ACCEPTED[1:]}; up to {max_upload_mb} MB each, 10 at once. "
        "We read documents for NHS numbers; please look at pictures yourself."
    )


def _ids(texts: Iterable[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(found))
