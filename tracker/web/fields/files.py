"""Choosing files: a plain file input that works alone, in the zone where static/js/app.js takes drops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup
from werkzeug.datastructures import FileStorage
from wtforms import MultipleFileField

from tracker.web.components import nhs
from tracker.web.fields.base import NHSField, joined, words

ZONE = Markup(
    '<div class="nhsuk-form-group{error_class}">{label}{hint}{error}'
    '<div class="app-drop-zone"><input class="app-drop-zone__input" type="file" id="{id}" name="{name}"'
    '{multiple}{accept}{described}><span class="app-drop-zone__or" hidden>or drop them here</span>'
    '<ul class="app-drop-zone__files" aria-live="polite"></ul></div></div>'
)


class NHSFiles(NHSField, MultipleFileField):
    """`data` is the list of files sent. A browser cannot be given them back: their names are said instead."""

    def __init__(self, label: str | None = None, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        self.accept: str = kwargs.pop("accept", "")
        self.multiple: bool = kwargs.pop("multiple", True)
        super().__init__(label, validators, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """A browser sends one nameless, empty file when none was chosen."""
        self.data = [one for one in valuelist if isinstance(one, FileStorage) and one.filename]
        self.raw_data = list(self.data)

    def messages(self) -> list[str]:
        names = ", ".join(str(one.filename) for one in self.data or ())
        return [*self.errors, *([f"Choose the files again, they were not saved: {names}"] if names else [])]

    def draw(self, **kwargs: Any) -> Markup:
        messages = self.messages() if self.owner is not None and self.owner.errors else []
        described = [f"{self.id}-hint"] * bool(self.hint) + [f"{self.id}-error"] * bool(messages)
        return ZONE.format(
            error_class=" nhsuk-form-group--error" if messages else "",
            label=nhs.label({**self.label_params(), "for": self.id}),
            hint=nhs.hint({**words(self.hint), "id": f"{self.id}-hint"}) if self.hint else "",
            error=nhs.error_message({**words(joined(messages)), "id": f"{self.id}-error"})
            if messages
            else "",
            id=self.id,
            name=self.name,
            multiple=" multiple" if self.multiple else "",
            accept=Markup(' accept="{}"').format(self.accept) if self.accept else "",
            described=Markup(' aria-describedby="{}"').format(" ".join(described)) if described else "",
        )
