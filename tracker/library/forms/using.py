"""The forms of counts of use and of evaluations of national training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from tracker.evidence.rules import suspected
from tracker.library.rules.evaluations import TEXTS, EvaluationFacts
from tracker.library.rules.usage import UsageFacts
from tracker.library.rules.using import Counted, EvaluationResult
from tracker.web.fields import (
    Item,
    LookedForm,
    NHSDateField,
    NHSRadios,
    NHSSelect,
    NHSTextArea,
    NHSTextField,
    NHSTick,
    NHSWholeNumber,
    VersionedForm,
    looked_tick,
)

MOST = 999_999_999
# What no resource and no evidence is.
NOTHING = UUID(int=0)
_IN_HAND = "in_hand"
_HINTS = {
    Counted.COMPLETIONS: "People who went through to the end",
    Counted.VIEWS: "How often it was opened or watched",
    Counted.DOWNLOADS: "How often it was copied to a device",
}


class UsageForm(VersionedForm):
    """How often one resource was used in a period, as one source says."""

    resource_id = NHSSelect(
        "Which training is it?", blank="Choose the training", required="Choose the training"
    )
    counted = NHSRadios(
        "What was counted?",
        items=[Item(each.value, each.label, hint=_HINTS[each]) for each in Counted],
        required="Choose what was counted",
    )
    number = NHSWholeNumber("How many?", maximum=MOST, width=10, required="Enter how many were counted")
    period_from = NHSDateField(
        "First day of the period", hint="For example, 1 7 2026", subject="The first day",
        required="Enter the first day of the period",
    )  # fmt: skip
    period_until = NHSDateField(
        "Last day of the period", hint="For example, 30 9 2026", subject="The last day",
        required="Enter the last day of the period",
    )  # fmt: skip
    source = NHSTextField(
        "Where does the count come from?",
        hint="For example: report of the e-learning platform",
        max_length=300,
        required="Say where the count comes from",
    )
    read_on = NHSDateField(
        "When was it read there?",
        subject="The date it was read",
        required="Enter the day on which it was read",
    )
    anyway = NHSTick(
        "Count it all the same", hint="Both are kept. They are shown one by one and never added up."
    )
    rated = NHSWholeNumber("How many people rated it? (optional)", maximum=MOST, width=10)
    rated_useful = NHSWholeNumber("How many of them found it useful? (optional)", maximum=MOST, width=10)
    evidence_id = NHSSelect("Evidence (optional)", blank="None")
    note = NHSTextArea("Anything to note (optional)", max_length=2000, rows=3, hint="No names of patients.")

    def offer(self, resources: Sequence[tuple[UUID, str]], evidence: Sequence[tuple[UUID, str, str]]) -> None:
        """The training and the evidence to choose from."""
        _offer(self.resource_id, self.evidence_id, resources, evidence)

    def facts(self) -> UsageFacts:
        """What was typed, once the form is valid."""
        return UsageFacts(
            resource_id=UUID(self.resource_id.data),
            counted=Counted(self.counted.data),
            number=self.number.data or 0,
            period_from=_day(self.period_from),
            period_until=_day(self.period_until),
            source=self.source.data or "",
            read_on=_day(self.read_on),
            rated=self.rated.data,
            rated_useful=self.rated_useful.data,
            note=self.note.data or "",
            evidence_id=UUID(self.evidence_id.data) if self.evidence_id.data else None,
        )

    def readable(self) -> UsageFacts:
        """What can be judged of a form that is not whole: a stand-in makes nothing else wrong."""
        return UsageFacts(
            resource_id=_id(self.resource_id) or NOTHING,
            counted=Counted.COMPLETIONS if self.counted.errors else Counted(self.counted.data),
            number=self.number.data or 0,
            period_from=self.period_from.data or date.min,
            period_until=self.period_until.data or date.min,
            source=self.source.data or "",
            read_on=self.read_on.data or date.max,
            rated=MOST if self.rated.errors else self.rated.data,
            rated_useful=0 if self.rated_useful.errors else self.rated_useful.data,
            note=self.note.data or "",
            evidence_id=_id(self.evidence_id),
        )


class EvaluationForm(LookedForm):
    """How one resource is evaluated, and what was found; without a day it is a method in hand."""

    resource_id = NHSSelect(
        "Which training is it?", blank="Choose the training", required="Choose the training"
    )
    method = NHSTextArea(
        "How is it evaluated?",
        hint="For example: knowledge before and after, and whether antibiotics were given within the hour",
        max_length=4000,
        rows=3,
        required="Say how it is evaluated",
    )
    sample = NHSTextField(
        "With whom?",
        hint="For example: nurses of two emergency departments. It can stay empty until it is finished.",
        max_length=500,
    )
    sample_size = NHSWholeNumber("With how many people? (optional)", maximum=MOST, width=10)
    evaluated_on = NHSDateField(
        "When was the evaluation finished?",
        hint="Leave it empty while it is not finished.",
        subject="The day on which it was finished",
    )
    result = NHSRadios(
        "What does it show?",
        items=[
            *(Item(each.value, each.label) for each in EvaluationResult),
            Item(_IN_HAND, "It is not finished yet"),
        ],
        default=_IN_HAND,
    )
    finding = NHSTextArea(
        "What was found?",
        hint="In one or two sentences. No names of patients. It can stay empty until it is finished.",
        max_length=4000,
        rows=3,
    )
    link = NHSTextField(
        "Link to the report",
        hint="It starts with https:// Once it is finished, give a link here or choose evidence below.",
        max_length=2000,
    )
    evidence_id = NHSSelect("Evidence (optional)", blank="None")
    looked = looked_tick()

    def suspected_texts(self) -> Mapping[str, str]:
        texts = {name: self[name].data or "" for name in TEXTS}
        return {name: texts[name] for name, _message in suspected(texts)}

    def offer(self, resources: Sequence[tuple[UUID, str]], evidence: Sequence[tuple[UUID, str, str]]) -> None:
        """The training and the evidence to choose from."""
        _offer(self.resource_id, self.evidence_id, resources, evidence)

    def facts(self) -> EvaluationFacts:
        """What was typed, once the form is valid."""
        chosen = self.result.data
        return EvaluationFacts(
            resource_id=UUID(self.resource_id.data),
            method=self.method.data or "",
            sample=self.sample.data or "",
            sample_size=self.sample_size.data,
            evaluated_on=self.evaluated_on.data,
            result=None if not chosen or chosen == _IN_HAND else EvaluationResult(chosen),
            finding=self.finding.data or "",
            link=self.link.data or "",
            evidence_id=UUID(self.evidence_id.data) if self.evidence_id.data else None,
        )

    def readable(self) -> EvaluationFacts:
        """What can be judged of a form that is not whole: a day that cannot be read is one all the same."""
        known = self.result.data in set(EvaluationResult)
        return EvaluationFacts(
            resource_id=_id(self.resource_id) or NOTHING,
            method=self.method.data or "",
            sample=self.sample.data or "",
            sample_size=self.sample_size.data,
            evaluated_on=date.min if self.evaluated_on.errors else self.evaluated_on.data,
            result=EvaluationResult(self.result.data) if known else None,
            finding=self.finding.data or "",
            link=self.link.data or "",
            evidence_id=NOTHING if self.evidence_id.errors else _id(self.evidence_id),
        )


class MistakeForm(VersionedForm):
    """Something was entered by mistake."""

    reason = NHSTextArea(
        "What was wrong with it?",
        max_length=1000,
        rows=3,
        hint="For example: it was another resource’s count",
    )


def shown_usage(values: dict[str, object]) -> UsageForm:
    """The form as a count stands."""
    return UsageForm(None, data={**values, "counted": getattr(values["counted"], "value", None)})


def shown_evaluation(values: dict[str, object]) -> EvaluationForm:
    """The form as an evaluation stands."""
    return EvaluationForm(None, data={**values, "result": getattr(values["result"], "value", _IN_HAND)})


def _offer(
    resource: NHSSelect,
    proof: NHSSelect,
    resources: Sequence[tuple[UUID, str]],
    evidence: Sequence[tuple[UUID, str, str]],
) -> None:
    resource.items = [Item(str(key), title) for key, title in resources]
    proof.items = [Item(str(key), f"{title}, of {day}") for key, title, day in evidence]


def _id(field: NHSSelect) -> UUID | None:
    """What was chosen, where something of the list was."""
    return UUID(field.data) if field.data and not field.errors else None


def _day(field: NHSDateField) -> date:
    day: date = field.data
    return day
