"""The form that adds an organisation by hand; trusts come from the ODS file instead."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.organisations.rules import ADDED_BY_HAND, COUNTRIES, ENGLAND, KIND_LABELS
from tracker.web.fields import (
    Item,
    NHSDateField,
    NHSForm,
    NHSRadios,
    NHSSelect,
    NHSTextField,
)

Choices = Sequence[tuple[str, str]]


class AddForm(NHSForm):
    """`offer` gives it the regions and boards to choose from."""

    name = NHSTextField("Name", required="Enter the name of the organisation", max_length=200)
    code = NHSTextField(
        "Code",
        required="Enter a code",
        hint="Its ODS code if it has one, otherwise a short one of your own: 2 to 10 capital letters and digits. "
        "It stays in addresses and files for good",
        max_length=10,
        options={"width": "10", "spellcheck": False},
    )
    kind = NHSRadios(
        "What kind of organisation is it?",
        items=[Item(kind.value, KIND_LABELS[kind]) for kind in ADDED_BY_HAND],
        required="Choose what kind of organisation it is",
        hint="NHS trusts are not added here: they come from the file of the NHS Organisation Data Service",
    )
    country = NHSSelect("Country", items=[Item(country, country) for country in COUNTRIES], default=ENGLAND)
    region_code = NHSSelect("Region (optional)", blank="None")
    icb_code = NHSSelect("Integrated care board (optional)", blank="None")
    opened_on = NHSDateField(
        "When did it open? (optional)", subject="Open date", hint="For example, 1 4 2011"
    )

    def offer(self, regions: Choices, icbs: Choices) -> None:
        self.region_code.items = [Item(code, name) for code, name in regions]
        self.icb_code.items = [Item(code, name) for code, name in icbs]
