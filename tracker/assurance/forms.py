"""The form of a finding."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.assurance.rules import Outcome
from tracker.web.fields import Item, NHSRadios, NHSTextArea, VersionedForm


class FindingForm(VersionedForm):
    """What was found when the claim was tested."""

    outcome = NHSRadios("What did you find?", required="Choose what you found")
    note = NHSTextArea(
        "What you looked at, and what was missing if anything",
        max_length=4000,
        hint="The organisation reads this. No names of patients.",
        options={"rows": 4},
    )

    def offer(self, outcomes: Iterable[Outcome]) -> None:
        """Only what may be said of the position."""
        self.outcome.items = [Item(each.value, each.label) for each in outcomes]
