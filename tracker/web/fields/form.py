"""The form that every form extends: its error summary, and the problems that rules find afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from uuid import uuid4

from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Field, FieldList, FileField, FormField, HiddenField, MultipleFileField
from wtforms.widgets import HiddenInput

from tracker.web.fields.base import NHSField, NHSHidden, PlainHidden
from tracker.web.fields.choices import _Chosen

SUMMARY = dict[str, str]


class NHSForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    form_errors: list[str]

    def error_summary(self) -> list[SUMMARY]:
        """Items for `nhs.error_summary`: the whole form's first, then field by field in order."""
        whole = [{"text": str(message)} for message in self.form_errors]
        return whole + [item for field in _leaves(self) for item in _summary_of(field)]

    def add_problems(self, problems: Iterable[tuple[str, str]]) -> None:
        """Put the problems of a `RuleBroken` beside their fields; one about no field heads the summary."""
        for name, message in problems:
            if name in self and not isinstance(self[name].widget, HiddenInput):
                self[name].errors = [*self[name].errors, message]
            else:
                self.form_errors = [*self.form_errors, message]

    def add_further(self, problems: Iterable[tuple[str, str]]) -> None:
        """What rules find in a form that is not whole yet, so that all is said at once and not in rounds.

        A field that cannot be read has said so: what a rule makes of it is let go.
        """
        said = {name: list(field.errors) for name, field in self._fields.items() if field.errors}
        self.add_problems(problems)
        for name, errors in said.items():
            self[name].errors = errors

    @property
    def heading_label(self) -> str:
        """The label that is the page's h1, or nothing when the page brings its own."""
        return next(
            (str(field.label.text) for field in self if getattr(field, "label_as_heading", False)), ""
        )

    @property
    def has_files(self) -> bool:
        """Whether the page must send it as multipart."""
        return any(isinstance(field, FileField | MultipleFileField) for field in self)

    def outline(self) -> list[Field]:
        """The fields a page draws in turn: not the hidden ones, nor those that open inside another."""
        nested = {name for field in self if isinstance(field, _Chosen) for name in field.nested_names}
        return [field for field in self if not _is_hidden(field) and field.short_name not in nested]

    def hidden_tag(self, *fields: str | Field) -> Markup:
        """The hidden inputs, the CSRF token among them, without ids."""
        chosen: Sequence[Field] = [self[one] if isinstance(one, str) else one for one in fields] or list(self)
        draw = PlainHidden()
        return Markup("").join(draw(field) for field in chosen if _is_hidden(field))


class KeyedForm(NHSForm):
    """A form that a hesitating browser may send twice; it is saved once."""

    idempotency_key = NHSHidden(default=lambda: uuid4().hex)


class VersionedForm(KeyedForm):
    """A form about something that others may change too.

    The page brings its own heading, unless a field's label is it.
    """

    version = HiddenField(default="0", widget=HiddenInput())

    def version_number(self) -> int:
        """The version that the form was made from; nonsense is one that never stands."""
        return version_number(self.version.data)


def version_number(text: str | None) -> int:
    """A posted version as a number; what nobody posted is 0, nonsense is one that never stands."""
    text = text or "0"
    return int(text) if text.isdecimal() and len(text) < 9 else -1


def _is_hidden(field: Field) -> bool:
    return isinstance(field.widget, HiddenInput)


def _leaves(fields: Iterable[Field]) -> Iterator[Field]:
    for field in fields:
        if isinstance(field, FormField | FieldList):
            yield from _leaves(field)
        else:
            yield field


def _summary_of(field: Field) -> list[SUMMARY]:
    if _is_hidden(field):
        return [{"text": str(message)} for message in field.errors]
    target = field.first_input_id if isinstance(field, NHSField) else field.id
    return [{"text": str(message), "href": f"#{target}"} for message in field.errors]
