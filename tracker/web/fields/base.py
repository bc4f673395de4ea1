"""What every NHS field shares: label, hint, error message, the required answer; and the hidden field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape
from wtforms import Field, HiddenField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation
from wtforms.widgets import HiddenInput

Params = dict[str, Any]


class Required:
    """An answer must be there; white space alone is none. Its message replaces any other."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: BaseForm, field: Field) -> None:
        if not any(_is_answer(value) for value in field.raw_data or ()):
            field.errors = []
            raise StopValidation(self.message)


def _is_answer(value: object) -> bool:
    return bool(value.strip()) if isinstance(value, str) else bool(value)


class _DrawsItself:
    """The widget of every NHS field: WTForms asks a widget, and the field knows best."""

    def __call__(self, field: NHSField, **kwargs: Any) -> Markup:
        return field.draw(**kwargs)


class NHSField(Field):
    """Mixed in before a WTForms field.

    `hint` and error messages are text unless they are Markup. `required` is the message for no answer.
    `options` go to the NHS macro as they are, and so does what a template gives when it draws the field:
    `{{ form.email(autocomplete="username") }}`.
    """

    widget = _DrawsItself()

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Any] = (),
        *,
        hint: str = "",
        required: str = "",
        label_as_heading: bool = False,
        label_size: str = "",
        label_hidden: bool = False,
        caption: str = "",
        options: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        needed = [Required(required)] if required else []
        super().__init__(label, [*needed, *validators], **kwargs)
        self.owner: BaseForm | None = kwargs.get("_form")
        self.hint = hint
        self.label_as_heading = label_as_heading
        self.label_size = label_size or ("l" if label_as_heading else "s")
        self.label_hidden = label_hidden
        self.caption = caption
        self.options = dict(options or {})

    @property
    def first_input_id(self) -> str:
        """Where the error summary leads."""
        return self.id

    def draw(self, **kwargs: Any) -> Markup:
        raise NotImplementedError

    def label_params(self) -> Params:
        params: Params = {**words(self.label.text), "size": self.label_size}
        if self.label_as_heading:
            params["isPageHeading"] = True
        if self.caption:
            params["caption"] = self.caption
        if self.label_hidden:
            params["classes"] = "nhsuk-u-visually-hidden"
        return params

    def common_params(self) -> Params:
        """Name, hint and error: what every macro takes under the same names."""
        params: Params = {"name": self.name}
        if self.hint:
            params["hint"] = words(self.hint)
        if self.errors:
            params["errorMessage"] = words(joined(self.errors))
        return params


def words(text: str) -> Params:
    """Text for a macro, or HTML when (and only when) it is already Markup."""
    return {"html": text} if isinstance(text, Markup) else {"text": str(text)}


def joined(errors: Sequence[str]) -> str:
    """Several messages stand on lines of their own; one stays as it is."""
    return errors[0] if len(errors) == 1 else Markup("<br>").join(escape(error) for error in errors)


class PlainHidden(HiddenInput):
    """No id: nothing points to a hidden input, and two forms on a page may not repeat one."""

    def __call__(self, field: Field, **kwargs: Any) -> Markup:
        value = field._value()  # type: ignore[attr-defined]  # WTForms calls it the same way
        return Markup('<input type="hidden" name="{}" value="{}">').format(field.name, value)


class NHSHidden(HiddenField):
    widget = PlainHidden()
