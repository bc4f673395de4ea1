"""The form of a finding."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

from wtforms import HiddenField
from wtforms.widgets import HiddenInput

from tracker.assurance.rules import Outcome
from tracker.web.fields import Item, NHSForm, NHSHidden, NHSRadios, NHSTextArea


class FindingForm(NHSForm):
    """What was found when the claim was tested."""

    heading_label = ""
    outcome = NHSRadios("What did you find?", required="Choose what you found")
    note = NHSTextArea(
        "What you looked at, and what was missing if anything",
        max_length=4000,
        hint="The organisation reads this. No names of patients.",
        options={"rows": 4},
    )
    version = HiddenField(default="0", widget=HiddenInput())
    idempotency_key = NHSHidden(default=lambda: uuid4().hex)

    def offer(self, outcomes: Iterable[Outcome]) -> None:
        """Only what may be said of the position."""
        self.outcome.items = [Item(each.value, each.label) for each in outcomes]
