"""What a national body fills in about an item: where it stands, and on what evidence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import Field

from tracker.programme.rules import StateFacts, Status
from tracker.web.fields import (
    Item,
    NHSCheckboxes,
    NHSDateField,
    NHSRadios,
    NHSTextArea,
    NHSTextField,
    VersionedForm,
)

# The two statuses that need a reason each open a box of their own: a box cannot stand in two places.
REASONS = {Status.REPLACED: "replaced_reason", Status.STOPPED: "stopped_reason"}
OPENS = {Status.DONE: ("done_on",), **{status: (name,) for status, name in REASONS.items()}}


_OPENED_BY = {name: status for status, names in OPENS.items() for name in names}


def _is_new(field: Field) -> bool:
    """Whether something was typed; what stood there before is in the history."""
    return bool(field.data) and field.data != field.object_data


def _left(question: str, status: Status) -> str:
    return f"“{question}” is filled in, and goes with “{status.label}”: choose that, or empty it"


class StateForm(VersionedForm):
    """Where an item stands."""

    status = NHSRadios(
        "Where does it stand?",
        items=[Item(each.value, each.label, conditional=OPENS.get(each, ())) for each in Status],
    )
    done_on = NHSDateField(
        "When was it done?", hint="For example, 14 9 2026", subject="The day on which it was done"
    )
    replaced_reason = NHSTextArea(
        "What has taken it over, and why?", max_length=2000, rows=3, hint="You can give a web address below."
    )
    stopped_reason = NHSTextArea("Why was it stopped?", max_length=2000, rows=3)
    owner = NHSTextField(
        "Who does it?",
        max_length=200,
        hint="A job or a team, not a name. Needed while it is planned or under way.",
    )
    starts_on = NHSDateField("When does, or did, it start? (optional)", subject="The day on which it starts")
    due_on = NHSDateField("When is, or was, it due? (optional)", subject="The day on which it is due")
    summary = NHSTextArea(
        "What is being done, or was done?",
        max_length=2000,
        rows=4,
        hint="Needed when it is done. No patients.",
    )
    link = NHSTextField("Web address (optional)", max_length=500, hint="It starts with https://")
    evidence_ids = NHSCheckboxes("Which of your evidence shows it? (optional)", items=[])

    def offer(self, evidence: Iterable[tuple[str, str, str]]) -> None:
        """Pieces of evidence to tick: id, title, hint."""
        self.evidence_ids.items = [Item(each[0], each[1], hint=each[2]) for each in evidence]

    def add_problems(self, problems: Iterable[tuple[str, str]]) -> None:
        """A reason is asked in the box of the status that was chosen."""
        status = self._chosen
        box = REASONS.get(status, "reason") if status else "reason"
        super().add_problems((box if name == "reason" else name, message) for name, message in problems)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Besides, what stands in the box of another answer: it would not be kept, and is not let go silently."""
        is_whole = super().validate(*args, **kwargs)
        left = [self[name] for status, names in OPENS.items() if status is not self._chosen for name in names]
        words = [_left(field.label.text, _OPENED_BY[field.short_name]) for field in left if _is_new(field)]
        if self._chosen:
            self.add_problems(("status", each) for each in words)
        return is_whole and not (self._chosen and words)

    @property
    def _chosen(self) -> Status | None:
        return Status(self.status.data) if self.status.data in set(Status) else None

    def facts(self) -> StateFacts:
        """What was typed, as the rules know it."""
        status = self._chosen
        box = REASONS.get(status) if status else None
        return StateFacts(
            status=status,
            owner=self.owner.data or "",
            starts_on=self.starts_on.data,
            due_on=self.due_on.data,
            done_on=self.done_on.data,
            summary=self.summary.data or "",
            reason=(self[box].data or "") if box else "",
            link=self.link.data or "",
            evidence_ids=tuple(self.evidence_ids.data or ()),
        )
