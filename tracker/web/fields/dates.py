"""A date in three boxes, which keeps what was typed and says which part is wrong."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any, ClassVar

from markupsafe import Markup
from wtforms import Field
from wtforms.utils import unset_value

from tracker.web.components import nhs
from tracker.web.fields.base import NHSField, Params

PARTS = ("day", "month", "year")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class DateProblem(ValueError):
    """`parts` are the boxes to mark."""

    def __init__(self, message: str, parts: Sequence[str] = PARTS) -> None:
        super().__init__(message)
        self.parts = tuple(parts)


class NHSPartsField(NHSField, Field):
    """A date typed in several boxes, posted as `<name>-<part>`.

    `subject` begins the messages ("Date in place must be a real date"); the label stands in for it.
    """

    parts: ClassVar[tuple[str, ...]]

    def __init__(
        self, label: str | None = None, validators: Sequence[Any] = (), *, subject: str = "", **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.subject = subject or str(self.label.text)
        self.typed: dict[str, str] = dict.fromkeys(self.parts, "")
        self.wrong_parts: tuple[str, ...] = ()

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """WTForms looks for one value under the field's name; here there are several."""
        super().process(None, data, extra_filters)
        if self.data is not None:
            self.typed = {part: str(getattr(self.data, part)) for part in self.parts}
        if formdata is not None:
            self._read({part: str(formdata.get(f"{self.name}-{part}", "")) for part in self.parts})

    def _read(self, typed: dict[str, str]) -> None:
        self.typed = typed
        self.raw_data = [value for value in typed.values() if value.strip()]
        self.data = None
        try:
            self.data = self.read(typed)
        except DateProblem as problem:
            self.wrong_parts = problem.parts
            self.process_errors = [str(problem)]

    def read(self, typed: dict[str, str]) -> dt.date | None:
        """The date that the boxes say. Raises DateProblem."""
        raise NotImplementedError

    @property
    def first_input_id(self) -> str:
        return f"{self.id}-{(self.wrong_parts or self.parts)[0]}"

    def draw(self, **kwargs: Any) -> Markup:
        params = {
            **self.common_params(),
            "id": self.id,
            "items": [self._part_params(part) for part in self.parts],
            "fieldset": {"legend": self.label_params()},
        }
        return nhs.date_input({**params, **self.options, **kwargs})

    def _part_params(self, part: str) -> Params:
        wrong = bool(self.errors) and part in (self.wrong_parts or self.parts)
        return {
            "id": f"{self.id}-{part}",
            "name": f"{self.name}-{part}",
            "label": part.capitalize(),
            "width": "4" if part == "year" else "2",
            "value": self.typed[part],
            "error": wrong,
        }


class NHSDateField(NHSPartsField):
    """Day, month and year; `data` is a date or None."""

    parts = PARTS

    def read(self, typed: dict[str, str]) -> dt.date | None:
        return read_date(typed, self.subject)


def read_date(typed: dict[str, str], subject: str) -> dt.date | None:
    """Raises DateProblem with the first thing to put right; None when all three boxes are empty."""
    parts = {part: value.strip() for part, value in typed.items()}
    missing = [part for part in PARTS if not parts[part]]
    if len(missing) == len(PARTS):
        return None
    if missing:
        raise DateProblem(f"{subject} must include a {' and a '.join(missing)}", missing)
    if re.fullmatch(r"[0-9]{1,3}", parts["year"]):
        raise DateProblem("Year must have 4 numbers", ["year"])
    day, month, year = _number(parts["day"], 2), _month(parts["month"]), _number(parts["year"], 4)
    wrong = [name for name, value in zip(PARTS, (day, month, year), strict=True) if value is None]
    if day is None or month is None or year is None:
        raise DateProblem(f"{subject} must be a real date", wrong)
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise DateProblem(f"{subject} must be a real date") from None


def _number(text: str, digits: int) -> int | None:
    return int(text) if re.fullmatch(rf"[0-9]{{1,{digits}}}", text) else None


def _month(text: str) -> int | None:
    """A number, or a name in full or short: people copy what a letter says."""
    name = text.lower()
    if len(name) >= 3 and name[:3] in MONTHS and name.isalpha():
        return MONTHS.index(name[:3]) + 1
    return _number(text, 2)
