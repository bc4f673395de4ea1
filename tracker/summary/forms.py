"""What may be asked of the summary: who is counted, which day, what it is compared with, who is listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from wtforms.validators import ValidationError

from tracker.catalogue.rules import Delivery, OrganisationKind
from tracker.errors import RuleBroken
from tracker.organisations.rules import KIND_LABELS
from tracker.summary.rules import NOTHING, check_day, default_since, read_day
from tracker.web.fields import Item, NHSForm, NHSSelect, NHSTextField
from tracker.web.formats import day as long_day
from tracker.web.formats import short_day

DELIVERIES = {
    NOTHING: "Nothing recorded",
    Delivery.NOT_STARTED.value: "Not started",
    Delivery.IN_PROGRESS.value: "Started",
    Delivery.DELIVERED.value: "In place, not yet agreed",
    Delivery.ASSURED.value: "In place, checked and agreed",
    Delivery.NOT_APPLICABLE.value: "Does not apply",
}
# Who is counted and when; the others choose who is listed.
COUNTED = ("region", "icb", "kind", "as_at", "since")
LISTED = ("q", "delivery")


class SummaryForm(NHSForm):
    """Sent by GET, so that the question stands in the address. `offer` gives it what can be chosen."""

    class Meta:
        csrf = False

    region = NHSSelect("Region", blank="All")
    icb = NHSSelect("Integrated care board", blank="All")
    kind = NHSSelect("Type of organisation")
    as_at = NHSTextField("Position on", max_length=40, hint="Empty for today")
    since = NHSTextField("Compare with", max_length=40)
    q = NHSTextField("Name or code", max_length=200)
    delivery = NHSSelect("With a recommendation that is", blank="Any")

    def offer(
        self,
        *,
        regions: Sequence[tuple[str, str]],
        icbs: Sequence[tuple[str, str]],
        kinds: Sequence[OrganisationKind],
        today: date,
    ) -> None:
        """What can be chosen, and what stands in the fields that were left empty."""
        self.today = today
        self.region.items = [Item(code, name) for code, name in regions]
        self.icb.items = [Item(code, name) for code, name in icbs]
        self.kind.items = [Item(kind.value, KIND_LABELS[kind]) for kind in kinds]
        self.delivery.items = [Item(value, label) for value, label in DELIVERIES.items()]
        self.kind.data = self.kind.data or OrganisationKind.NHS_TRUST.value
        self.day: date = today
        self.since_day: date = default_since(today)
        self._hint_at_comparison()

    @property
    def chosen_region(self) -> str:
        """The name of the region asked for, or nothing."""
        return _label(self.region)

    @property
    def chosen_icb(self) -> str:
        return _label(self.icb)

    def show_days(self) -> None:
        """The days that were asked for, as people write them.

        One that was not stays empty: sent back untouched it would hold the page to today, or contradict another day.
        """
        self.as_at.data = long_day(self.day) if self.day != self.today else ""
        self.since.data = long_day(self.since_day) if self.since.data else ""
        self._hint_at_comparison()

    def _hint_at_comparison(self) -> None:
        self.since.hint = f"Empty for {short_day(default_since(self.day))}"

    def validate_as_at(self, field: NHSTextField) -> None:
        """A real day, not one to come."""
        self.day = self._read(field, "Position on", self.today)

    def validate_since(self, field: NHSTextField) -> None:
        """A real day before the one that is shown; checked after it, in the order of the fields."""
        self.since_day = self._read(field, "Compare with", default_since(self.day))
        if field.data and self.since_day >= self.day:
            raise ValidationError("Compare with a day before the position that is shown")

    def _read(self, field: NHSTextField, label: str, default: date) -> date:
        try:
            day = read_day(field.data or "", field.name, label)
            if day is None:
                return default
            check_day(day, self.today, field.name, label)
        except RuleBroken as broken:
            raise ValidationError(str(broken)) from None
        return day


def _label(field: NHSSelect) -> str:
    return next((str(item.label) for item in field.items if field.is_chosen(item.value)), "")
