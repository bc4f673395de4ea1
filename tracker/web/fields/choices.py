"""Fields answered by choosing: radios, check boxes, one tick, a list; an answer may open further fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from tracker.web.components import nhs
from tracker.web.fields.base import NHSField, Params, words


@dataclass
class Item(SelectChoice):  # type: ignore[misc]  # untyped, as above
    """One answer. `conditional` names fields of the same form that show only when this answer is chosen."""

    value: str
    label: str
    hint: str = field(default="", kw_only=True)
    conditional: tuple[str, ...] = field(default=(), kw_only=True)


class _Chosen(NHSField):
    """`items` are `Item`s (WTForms calls them choices; that name works too, and may be a callable)."""

    choices: Any
    coerce: Callable[[Any], Any]

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Any] = (),
        *,
        items: Iterable[Any] | Callable[[], Iterable[Any]] = (),
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("choices", items)
        super().__init__(label, validators, **kwargs)

    @property
    def items(self) -> list[Any]:
        return list(self.choices or ())

    @items.setter
    def items(self, items: Iterable[Any]) -> None:
        self.choices = list(items)

    def coerced(self, value: str) -> Any:
        try:
            return self.coerce(value)
        except (ValueError, TypeError):
            raise ValueError("Choose one of the answers listed") from None

    def is_chosen(self, value: object) -> bool:
        return self.data is not None and self.coerce(value) == self.data

    @property
    def nested_names(self) -> set[str]:
        """The fields that this one draws inside itself."""
        return {name for item in self.items for name in getattr(item, "conditional", ())}

    def item_params(self, item: Any) -> Params:
        params: Params = {
            "value": str(item.value),
            **words(item.label),
            "checked": self.is_chosen(item.value),
        }
        if getattr(item, "hint", ""):
            params["hint"] = words(item.hint)
        if getattr(item, "conditional", ()):
            params["conditional"] = {"html": self.draw_nested(item.conditional)}
        return params

    def draw_nested(self, names: Sequence[str]) -> Markup:
        if self.owner is None:
            raise TypeError(f"{self.name} opens other fields, so it needs a form")
        return Markup("").join(self.owner[name]() for name in names)

    def group_params(self) -> Params:
        items = [self.item_params(item) for item in self.items]
        group = {"idPrefix": self.id, "items": items, "fieldset": {"legend": self.label_params()}}
        return {**self.common_params(), **group}


class _OneOf(_Chosen):
    def process_formdata(self, valuelist: list[Any]) -> None:
        """A form sent with nothing chosen means nothing, not what stood there before."""
        self.data = None
        if valuelist and valuelist[0] != "":
            self.data = self.coerced(valuelist[0])

    def pre_validate(self, form: BaseForm) -> None:
        if self.data is not None and not any(self.is_chosen(item.value) for item in self.items):
            raise ValidationError("Choose one of the answers listed")


class NHSRadios(_OneOf, RadioField):
    """`options={"classes": "nhsuk-radios--inline"}` puts two short answers side by side."""

    def draw(self, **kwargs: Any) -> Markup:
        return nhs.radios({**self.group_params(), **self.options, **kwargs})


class NHSSelect(_OneOf, SelectField):
    """`blank` is the first line, with no value: "All" in a filter, "Choose a kind" in a form."""

    def __init__(self, label: str | None = None, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        self.blank: str | None = kwargs.pop("blank", None)
        super().__init__(label, validators, **kwargs)

    def draw(self, **kwargs: Any) -> Markup:
        items: list[Params] = [] if self.blank is None else [{"value": "", "text": self.blank}]
        for item in self.items:
            chosen = self.is_chosen(item.value)
            items.append({"value": str(item.value), "text": str(item.label), "selected": chosen})
        params = {**self.common_params(), "id": self.id, "label": self.label_params(), "items": items}
        return nhs.select({**params, **self.options, **kwargs})


class NHSCheckboxes(_Chosen, SelectMultipleField):
    """`data` is a list, empty when nothing is ticked."""

    def process_data(self, value: Any) -> None:
        self.data = [self.coerce(one) for one in value or ()]

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = []
        self.data = [self.coerced(one) for one in valuelist]

    def is_chosen(self, value: object) -> bool:
        return self.coerce(value) in (self.data or ())

    def pre_validate(self, form: BaseForm) -> None:
        known = [self.coerce(item.value) for item in self.items]
        if any(one not in known for one in self.data or ()):
            raise ValidationError("Choose only from the answers listed")

    def draw(self, **kwargs: Any) -> Markup:
        return nhs.checkboxes({**self.group_params(), **self.options, **kwargs})


class NHSTick(NHSField, BooleanField):
    """One box with its sentence; `required` is the message when it is left empty."""

    def draw(self, **kwargs: Any) -> Markup:
        item = {"value": "y", **words(self.label.text), "checked": bool(self.data)}
        params = {**self.common_params(), "idPrefix": self.id, "items": [item]}
        return nhs.checkboxes({**params, **self.options, **kwargs})
