"""Two who saved the same thing: both texts, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from wtforms import Field, Form, HiddenField

from tracker.web.formats import day


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which two editors differ: what stands now, and what this person typed."""

    field: str
    theirs: str
    yours: str


@dataclass(frozen=True, slots=True)
class Clash:
    """What somebody else saved first: who, when, and where it differs from what was typed.

    None says that the two are not held against each other, which is not the same as no difference.
    """

    author: str
    at: datetime | None
    differences: Sequence[Difference] | None = None


def clash(author: str, at: datetime | None, theirs: Form, yours: Form) -> Clash:
    """Both texts, field by field, in the order of the form."""
    found = []
    for field in yours:
        if isinstance(field, HiddenField) or field.name not in theirs:
            continue
        now, typed = said(theirs[field.name]), said(field)
        if now != typed:
            found.append(Difference(field.label.text, now or "Nothing", typed or "Nothing"))
    return Clash(author, at, tuple(found))


def said(field: Field) -> str:
    """What stands in a field, as a person reads it."""
    labels = {each.value: each.label for each in getattr(field, "items", ())}
    value = field.data
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, list | tuple):
        return ", ".join(sorted(labels.get(str(each), str(each)) for each in value))
    return "" if value is None else labels.get(str(value), str(value))
