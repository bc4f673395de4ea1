"""A month by a month box and a year box, for what must not be known to the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup
from wtforms import Field
from wtforms.utils import unset_value

from tracker.web.components import nhs
from tracker.web.fields.base import NHSField, Params
from tracker.web.fields.dates import DateProblem, read_date

PARTS = ("month", "year")


class NHSMonthField(NHSField, Field):
    """Posted as `<name>-month`, `<name>-year`; `data` is the first day of that month, or None.

    `subject` begins the messages ("Month reported must be a real date"); the label stands in for it.
    """

    def __init__(
        self, label: str | None = None, validators: Sequence[Any] = (), *, subject: str = "", **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.subject = subject or str(self.label.text)
        self.typed: dict[str, str] = dict.fromkeys(PARTS, "")
        self.wrong_parts: tuple[str, ...] = ()

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """WTForms looks for one value under the field's name; here there are two."""
        super().process(None, data, extra_filters)
        if self.data is not None:
            self.typed = {part: str(getattr(self.data, part)) for part in PARTS}
        if formdata is not None:
            self._read({part: str(formdata.get(f"{self.name}-{part}", "")) for part in PARTS})

    def _read(self, typed: dict[str, str]) -> None:
        self.typed = typed
        self.raw_data = [value for value in typed.values() if value.strip()]
        self.data = None
        try:
            self.data = read_month(typed, self.subject)
        except DateProblem as problem:
            self.wrong_parts = problem.parts
            self.process_errors = [str(problem)]

    @property
    def first_input_id(self) -> str:
        return f"{self.id}-{self.wrong_parts[0] if self.wrong_parts else PARTS[0]}"

    def draw(self, **kwargs: Any) -> Markup:
        params = {
            **self.common_params(),
            "id": self.id,
            "items": [self._part_params(part) for part in PARTS],
            "fieldset": {"legend": self.label_params()},
        }
        return nhs.date_input({**params, **self.options, **kwargs})

    def _part_params(self, part: str) -> Params:
        wrong = bool(self.errors) and part in (self.wrong_parts or PARTS)
        return {
            "id": f"{self.id}-{part}",
            "name": f"{self.name}-{part}",
            "label": part.capitalize(),
            "width": "4" if part == "year" else "2",
            "value": self.typed[part],
            "error": wrong,
        }


def read_month(typed: dict[str, str], subject: str) -> dt.date | None:
    """The first of the month; raises DateProblem as `read_date` does. None when both boxes are empty."""
    if not any(value.strip() for value in typed.values()):
        return None
    try:
        return read_date({"day": "1", **typed}, subject)
    except DateProblem as problem:
        wrong = [part for part in problem.parts if part in PARTS] or list(PARTS)
        raise DateProblem(str(problem).replace("a real date", "a real month"), wrong) from None
