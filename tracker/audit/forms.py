"""What the audit trail may be narrowed to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from wtforms.validators import ValidationError

from tracker.audit.rules import EVENT_TYPES
from tracker.web.fields import Item, NHSForm, NHSSelect, NHSTextField
from tracker.web.fields.dates import PARTS, DateProblem, read_date


class TrailForm(NHSForm):
    """Sent by GET, so that the question stands in the address."""

    class Meta:
        csrf = False

    type = NHSSelect("What happened", blank="Everything")
    person = NHSTextField("Person (name or e-mail)", max_length=200)
    organisation = NHSTextField("Code of the organisation", max_length=20)
    since = NHSTextField("From the day", max_length=40)
    until = NHSTextField("Until the day", max_length=40)

    def offer(self, organisation: bool) -> None:
        """Types by their words; an administrator who sees one trail alone is not asked for an organisation."""
        self.first: date | None = None
        self.last: date | None = None
        kinds = sorted(EVENT_TYPES.values(), key=lambda each: each.label)
        self.type.items = [Item(each.name, each.label) for each in kinds]
        if not organisation:
            del self.organisation

    def validate_since(self, field: NHSTextField) -> None:
        self.first = _day(field.data or "", "From")

    def validate_until(self, field: NHSTextField) -> None:
        self.last = _day(field.data or "", "Until")
        if self.first and self.last and self.last < self.first:
            raise ValidationError("Until must be the same day as From, or later.")

    @property
    def code(self) -> str:
        """The code asked for, as codes are written."""
        return (self.organisation.data or "").strip().upper() if "organisation" in self else ""

    @property
    def asked(self) -> Sequence[object]:
        """Whatever was asked for, to tell whether anything was."""
        return [field.data for field in self if field.data]


def _day(text: str, subject: str) -> date | None:
    """31 3 2026, 31/3/2026, 31 March 2026 or 2026-03-31; None for no text."""
    words = [each for each in re.split(r"[\s/.-]+", text) if each]
    if not words:
        return None
    if re.fullmatch(r"[0-9]{4}", words[0]):
        words.reverse()
    try:
        if len(words) != len(PARTS):
            raise DateProblem(f"{subject} must be a real date, such as 31 March 2026")
        return read_date(dict(zip(PARTS, words, strict=True)), subject)
    except DateProblem as problem:
        raise ValidationError(str(problem)) from None
