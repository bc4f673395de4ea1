"""What may be asked of an evidence pack: which organisations, which recommendations, which day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from markupsafe import Markup
from wtforms import StringField
from wtforms.validators import ValidationError

from tracker.web.fields import (
    Item,
    NHSCheckboxes,
    NHSDateField,
    NHSField,
    NHSForm,
    NHSHidden,
    NHSRadios,
    NHSSelect,
    NHSTextField,
)

ALL, REGION, CHOSEN = "all", "region", "chosen"


class FindButton(NHSField, StringField):
    """Looks for organisations and keeps what is ticked: the form goes back to its own page."""

    def draw(self, **kwargs: object) -> Markup:
        return Markup(
            '<p><button class="nhsuk-button nhsuk-button--secondary nhsuk-button--small" type="submit"'
            ' name="find" value="1">Find organisations</button></p>'
        )


class PackForm(NHSForm):
    """Sent by GET, so that what is asked for stands in the address; `offer` gives it what can be chosen."""

    class Meta:
        csrf = False

    who = NHSRadios("Which organisations?")
    region = NHSSelect("Region", blank="Choose a region")
    q = NHSTextField("Name or code", max_length=100)
    find = FindButton()
    organisations = NHSCheckboxes("Organisations")
    recommendations = NHSCheckboxes(
        "Which recommendations?",
        hint="Leave all of them empty for every recommendation.",
        options={"classes": "nhsuk-checkboxes--small"},
    )
    as_at = NHSDateField(
        "Position on which day?",
        subject="Position on",
        hint="What had been recorded by the end of this day is marked as the position. For example, 31 3 2026.",
        required="Enter the day that the position is of.",
    )

    def offer(
        self,
        organisations: Sequence[tuple[str, str]],
        regions: Sequence[tuple[str, str]],
        recommendations: Sequence[tuple[str, str]],
        *,
        total: int,
        today: date,
    ) -> None:
        """Organisations are (code, words): those ticked before, and those found."""
        self.today = today
        self.only = organisations[0][1] if total == 1 and organisations else ""
        self.organisations.items = [Item(code, words) for code, words in organisations]
        self.region.items = [Item(code, words) for code, words in regions]
        self.recommendations.items = [Item(code, words) for code, words in recommendations]
        searching = ("q", "find") if total > len(organisations) or self.q.data else ()
        self.who.items = [
            Item(ALL, f"All that I may see ({total:,})"),
            *([Item(REGION, "Those of one region", conditional=("region",))] if regions else ()),
            Item(CHOSEN, "Those that I tick", conditional=(*searching, "organisations")),
        ]
        self.who.data = self.who.data or ALL

    def validate_who(self, field: NHSRadios) -> None:
        if field.data is None:
            raise ValidationError("Choose which organisations.")

    def validate_region(self, field: NHSSelect) -> None:
        if self.who.data == REGION and not field.data:
            raise ValidationError("Choose a region.")

    def validate_organisations(self, field: NHSCheckboxes) -> None:
        if self.who.data == CHOSEN and not field.data:
            raise ValidationError("Tick at least one organisation.")

    def validate_as_at(self, field: NHSDateField) -> None:
        if field.data is not None and field.data > self.today:
            raise ValidationError("Position on must be today or in the past.")


class AskForm(NHSForm):
    """The button that saves what was previewed; everything else stands in the address."""

    idempotency_key = NHSHidden()
