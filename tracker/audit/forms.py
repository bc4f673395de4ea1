"""What the audit trail may be narrowed to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from wtforms.validators import ValidationError

from tracker.audit.rules import EVENT_TYPES
from tracker.web.fields import Item, NHSDateField, NHSForm, NHSSelect, NHSTextField


class TrailForm(NHSForm):
    """Sent by GET, so that the question stands in the address."""

    class Meta:
        csrf = False

    type = NHSSelect("What happened", blank="Everything")
    person = NHSTextField("Person (name or e-mail)", max_length=200)
    organisation = NHSTextField("Code of the organisation", max_length=20)
    since = NHSDateField("From", subject="From")
    until = NHSDateField("Until", subject="Until")

    def offer(self, organisation: bool) -> None:
        """Types by their words; an administrator who sees one trail alone is not asked for an organisation."""
        kinds = sorted(EVENT_TYPES.values(), key=lambda each: each.label)
        self.type.items = [Item(each.name, each.label) for each in kinds]
        if not organisation:
            del self.organisation

    def validate_until(self, field: NHSDateField) -> None:
        first: date | None = self.since.data
        if field.data is not None and first is not None and field.data < first:
            raise ValidationError("Until must be the same day as From, or later.")

    @property
    def code(self) -> str:
        """The code asked for, as codes are written."""
        return (self.organisation.data or "").strip().upper() if "organisation" in self else ""

    @property
    def asked(self) -> Sequence[object]:
        """Whatever was asked for, to tell whether anything was."""
        return [field.data for field in self if field.data]
