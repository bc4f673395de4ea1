"""The forms of good practice: labels, hints and limits. What each needs is said by `rules`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from tracker.library.rules import EvaluationResult, Setting
from tracker.practice.forms.looking import ReadForm
from tracker.practice.rules import TEXTS, PracticeFacts
from tracker.web.fields import (
    Item,
    NHSCheckboxes,
    NHSDateField,
    NHSRadios,
    NHSSelect,
    NHSTextArea,
    NHSTextField,
    VersionedForm,
    looked_tick,
)

LONG = 4000
NO_EVALUATION = "none"
PUBLISH, RETURN = "publish", "return"


class Shareable(Protocol):
    """A piece of evidence as a form offers it."""

    @property
    def entity_id(self) -> UUID: ...
    @property
    def title(self) -> str: ...


class PracticeForm(ReadForm):
    """How an organisation did something."""

    read_by_others = TEXTS
    title = NHSTextField(
        "What is it called?", max_length=200, hint="For example: Sepsis trolley on every ward"
    )
    recommendation_code = NHSSelect(
        "Which recommendation does it help with?",
        blank="Choose a recommendation",
        required="Choose the recommendation that it helps with",
    )
    setting = NHSSelect(
        "Where was it done?",
        items=[Item(each.value, each.label) for each in Setting],
        default=Setting.ANY.value,
    )
    what = NHSTextArea(
        "What did you do?", max_length=LONG, rows=6,
        hint="Enough for somebody elsewhere to do the same. No patients.",
    )  # fmt: skip
    effect = NHSTextArea("What changed?", max_length=LONG, rows=3)
    effect_measure = NHSTextArea(
        "How was that measured?", max_length=LONG, rows=3, hint="What you counted, and before and after when"
    )
    contact_role = NHSTextField(
        "Who can others ask?",
        max_length=200,
        hint="A job or a team, for example Sepsis team. Never a person’s name.",
    )
    evidence_ids = NHSCheckboxes("Which evidence do you share? (optional)")
    result = NHSRadios(
        "Has it been evaluated, and what was found?",
        hint="It counts as proven only when an evaluation shows an effect, with its date and how it was done.",
        items=[
            *(Item(each.value, each.label) for each in EvaluationResult),
            Item(NO_EVALUATION, "Not evaluated yet"),
        ],
        default=NO_EVALUATION,
    )
    method = NHSTextArea(
        "How was it evaluated? (needed if it was evaluated)",
        max_length=LONG,
        rows=3,
        hint="For example: audit of notes before and after",
    )
    sample = NHSTextField(
        "Who or what was looked at? (optional)", max_length=500, hint="For example 120 notes"
    )
    evaluated_on = NHSDateField(
        "When was it evaluated? (needed if it was evaluated)",
        hint="For example, 14 9 2026",
        subject="The date of the evaluation",
    )
    finding = NHSTextArea("What did it find? (optional)", max_length=LONG, rows=3)
    shared_locally_on = NHSDateField(
        "When did you share it locally? (optional)",
        hint="With your own staff, neighbours or network. Publishing it here shares it nationally.",
        subject="The date you shared it",
    )
    shared_locally_how = NHSTextArea(
        "How did you share it locally? (optional)", max_length=1000, rows=2,
        hint="For example: at the regional sepsis network meeting",
    )  # fmt: skip
    looked = looked_tick()

    def offer(self, recommendations: Sequence[tuple[str, str]], evidence: Sequence[Shareable]) -> None:
        """The recommendations that this organisation answers, and its evidence in use."""
        self.recommendation_code.items = [Item(code, words) for code, words in recommendations]
        self.evidence_ids.items = [Item(str(each.entity_id), each.title) for each in evidence]

    def facts(self) -> PracticeFacts:
        """What was typed, as the rules know it; of the evidence what is on offer.

        Of a form that is not whole, what can be judged: a day that cannot be read is one all the same.
        """
        offered = {str(each.value) for each in self.evidence_ids.items}
        setting, result = self.setting.data, self.result.data
        return PracticeFacts(
            title=self.title.data or "",
            recommendation_code=self.recommendation_code.data or "",
            setting=Setting(setting) if setting in set(Setting) else Setting.ANY,
            what=self.what.data or "",
            effect=self.effect.data or "",
            effect_measure=self.effect_measure.data or "",
            contact_role=self.contact_role.data or "",
            evidence_ids=frozenset(UUID(each) for each in self.evidence_ids.data or () if each in offered),
            method=self.method.data or "",
            sample=self.sample.data or "",
            evaluated_on=date.min if self.evaluated_on.errors else self.evaluated_on.data,
            result=EvaluationResult(result) if result in set(EvaluationResult) else None,
            finding=self.finding.data or "",
            shared_locally_on=date.min if self.shared_locally_on.errors else self.shared_locally_on.data,
            shared_locally_how=self.shared_locally_how.data or "",
        )


class SendForm(VersionedForm):
    """Sending for review what stands: one button on its page."""


class WithdrawForm(ReadForm):
    """Taking a practice out of use."""

    reason = NHSTextArea("Why?", max_length=1000, rows=3, hint="For example: we do it another way now")
    looked = looked_tick()


class StopForm(ReadForm):
    """The national lead takes a published practice from everybody's sight."""

    reason = NHSTextArea(
        "Why should others no longer see it?",
        max_length=1000,
        rows=3,
        hint="Those who wrote it will read this. No patients, no names.",
    )
    looked = looked_tick()


class ReviewForm(ReadForm):
    """What the national lead decides. One tick serves both: what is published, or the reason for sending it back.

    `published`: the texts of the practice, by field.
    """

    published: Mapping[str, str] = {}
    decision = NHSRadios(
        "What should happen?",
        items=[
            Item(PUBLISH, "Publish it", hint="Everybody who is signed in can read it"),
            Item(RETURN, "Send it back", conditional=("reason",)),
        ],
        required="Choose whether to publish it or send it back",
    )
    reason = NHSTextArea(
        "What has to change before it can be published?",
        max_length=1000,
        rows=3,
        hint="Those who wrote it will read this. No patients.",
    )
    looked = looked_tick()

    def texts(self) -> Mapping[str, str]:
        return super().texts() if self.decision.data == RETURN else self.published


def filled(form_class: type[PracticeForm], values: Mapping[str, object]) -> PracticeForm:
    """A form with what stands in its fields; enumerations as their values, an evaluation that was not made as such."""
    data = {name: getattr(value, "value", value) for name, value in values.items()}
    return form_class(None, data={**data, "result": data.get("result") or NO_EVALUATION})
