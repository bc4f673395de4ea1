"""What may be asked of the summary: who is counted, which day, what it is compared with, who is listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from wtforms.validators import ValidationError

from tracker.catalogue.rules import Delivery, OrganisationKind
from tracker.errors import RuleBroken
from tracker.library.rules import Channel
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
        return _day(field, label, default, self.today)


class SpreadForm(NHSForm):
    """What is asked of the pages of what was shared: who is counted, which shares count, and who is listed."""

    class Meta:
        csrf = False

    region = NHSSelect("Region", blank="All")
    icb = NHSSelect("Integrated care board", blank="All")
    kind = NHSSelect("Type of organisation")
    resource = NHSSelect("What was shared")
    channel = NHSSelect("How", blank="Any way", items=[Item(each.value, each.label) for each in Channel])
    within = NHSSelect("Within", blank=None)
    as_at = NHSTextField("Position on", max_length=40, hint="Empty for today")
    reached = NHSSelect("List", blank="All", items=[Item("yes", "Reached"), Item("no", "Not reached")])
    q = NHSTextField("Name or code", max_length=200)

    def offer(
        self,
        *,
        regions: Sequence[tuple[str, str]],
        icbs: Sequence[tuple[str, str]],
        resources: Sequence[tuple[str, str]],
        months: int,
        today: date,
    ) -> None:
        """What can be chosen; `months` is the national mark, which holds unless another time is chosen."""
        self.today = today
        self.region.items = [Item(code, name) for code, name in regions]
        self.icb.items = [Item(code, name) for code, name in icbs]
        self.kind.items = [Item(kind.value, KIND_LABELS[kind]) for kind in OrganisationKind]
        self.resource.items = [Item(code, title) for code, title in resources]
        self.kind.data = self.kind.data or OrganisationKind.NHS_TRUST.value
        self.resource.data = self.resource.data or resources[0][0]
        self.set_months(months, self.within.data)
        self.day: date = today

    def set_months(self, months: int, chosen: str | None = None) -> None:
        """The time that holds unless another is chosen; it can be chosen too."""
        times = sorted({3, 6, 12, 24, 36, months})
        self.within.items = [Item(str(each), f"{each} months") for each in times]
        self.within.data = chosen or str(months)

    def show_day(self) -> None:
        """The day that was asked for, as people write it; today stays empty."""
        self.as_at.data = long_day(self.day) if self.day != self.today else ""

    def validate_as_at(self, field: NHSTextField) -> None:
        """A real day, not one to come."""
        self.day = _day(field, "Position on", self.today, self.today)

    def chosen(self, name: str) -> str:
        """What was chosen, in words; nothing when everything was."""
        return _label(self[name])


def _day(field: NHSTextField, label: str, default: date, today: date) -> date:
    try:
        day = read_day(field.data or "", field.name, label)
        if day is None:
            return default
        check_day(day, today, field.name, label)
    except RuleBroken as broken:
        raise ValidationError(str(broken)) from None
    return day


def _label(field: NHSSelect) -> str:
    return next((str(item.label) for item in field.items if field.is_chosen(item.value)), "")
