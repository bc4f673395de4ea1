"""Fields that a person types into: one line, many lines, an e-mail address, a password, a whole number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup
from wtforms import Field, IntegerField, PasswordField, StringField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from tracker.web.components import nhs
from tracker.web.fields.base import NHSField, Params


def tidy(value: str | None) -> str | None:
    """White space around goes, line ends are one character, and NUL (which PostgreSQL refuses) is dropped."""
    if value is None:
        return None
    return value.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()


def _subject(field: Field) -> str:
    """What a message begins with: the label, or which question it answers; the summary stands far from the field."""
    label = re.sub(r" \([^()]*\)$", "", str(field.label.text))
    return f"The answer to “{label}”" if label.endswith("?") else label


class _Typed(NHSField):
    """`max_length` counts characters after tidying."""

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Any] = (),
        *,
        max_length: int | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("filters", (tidy,))
        super().__init__(label, validators, **kwargs)
        self.max_length = max_length

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if self.max_length is not None and len(self.data or "") > self.max_length:
            raise ValidationError(f"{_subject(self)} must be {self.max_length:,} characters or fewer")

    def input_params(self) -> Params:
        return {**self.common_params(), "id": self.id, "label": self.label_params(), "value": self.data or ""}


class NHSTextField(_Typed, StringField):
    def draw(self, **kwargs: Any) -> Markup:
        return nhs.input({**self.input_params(), **self.options, **kwargs})


class NHSEmailField(NHSTextField):
    def draw(self, **kwargs: Any) -> Markup:
        email = {"type": "email", "autocomplete": "email", "spellcheck": False}
        return nhs.input({**self.input_params(), **email, **self.options, **kwargs})


class NHSPasswordField(NHSField, PasswordField):
    """Never shows again what was typed, and trims nothing: a password may end in a space."""

    def draw(self, **kwargs: Any) -> Markup:
        params = {**self.common_params(), "id": self.id, "label": self.label_params()}
        return nhs.password_input({**params, **self.options, **kwargs})


class NHSTextArea(_Typed, StringField):
    """With `max_length` it counts down the characters that are left."""

    def __init__(self, label: str | None = None, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        self.rows: int = kwargs.pop("rows", 4)
        super().__init__(label, validators, **kwargs)

    def draw(self, **kwargs: Any) -> Markup:
        params = {**self.input_params(), "rows": str(self.rows), **self.options, **kwargs}
        if self.max_length is None:
            return nhs.textarea(params)
        return nhs.character_count({**params, "maxlength": str(self.max_length), "threshold": "75"})


class NHSWholeNumber(NHSField, IntegerField):
    """A count: digits, with commas or spaces between thousands forgiven. `data` is an int or None."""

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Any] = (),
        *,
        minimum: int = 0,
        maximum: int = 9_999_999,
        width: int = 5,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.minimum = minimum
        self.maximum = maximum
        self.width = width

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        digits = re.sub(r"(?<=[0-9])[, \u00a0](?=[0-9]{3})", "", typed)
        # More digits than any count has are refused before int() sees them.
        if not re.fullmatch(r"-?[0-9]{1,12}", digits):
            raise ValueError(f"{_subject(self)} must be a whole number, like 120")
        self.data = self._within(int(digits))

    def _within(self, number: int) -> int:
        if number < self.minimum:
            raise ValueError(f"{_subject(self)} must be {self.minimum:,} or more")
        if number > self.maximum:
            raise ValueError(f"{_subject(self)} must be {self.maximum:,} or less")
        return number

    def shown(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def draw(self, **kwargs: Any) -> Markup:
        params = {**self.common_params(), "id": self.id, "label": self.label_params(), "value": self.shown()}
        number = {"inputmode": "numeric", "spellcheck": False, "width": str(self.width)}
        return nhs.input({**params, **number, **self.options, **kwargs})
