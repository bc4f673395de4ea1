"""The forms of progress: labels, hints and limits. What each step needs is said by `rules`."""

from __future__ import annotations

from wtforms import SelectMultipleField

from tracker.catalogue.rules import Delivery, jobs_of, meeting_of
from tracker.evidence.rules import ACCEPTED, CONTENT_TYPES
from tracker.progress.rules import LADDER, Confidence, Position
from tracker.web.fields import (
    Item,
    KeyedForm,
    NHSDateField,
    NHSFiles,
    NHSHidden,
    NHSRadios,
    NHSTextArea,
    NHSTextField,
    NHSTick,
    VersionedForm,
)

MOST_TITLE = 300
NO_NAMES = "One or two sentences. No names of patients."


class ProgressForm(VersionedForm):
    """A step and its proof. `offer` narrows the answers to what this person may choose here."""

    has_files = True
    asks_reason = ""

    delivery = NHSRadios(
        "Where are you with this?", label_hidden=True, required="Choose where you are with this"
    )
    confidence = NHSRadios(
        "Will it be done by the date?",
        items=[Item(each.value, each.label) for each in Confidence],
    )
    due_on = NHSDateField("Due: when it will be in place", hint="For example, 31 3 2027", subject="Due date")
    forum = NHSTextField("Meeting that agreed it", max_length=200)
    forum_on = NHSDateField("Date of the meeting", subject="Date of the meeting")
    reason = NHSTextArea("Why did this go back?", max_length=2000, options={"rows": 2})
    summary = NHSTextArea("What is in place now", max_length=4000, hint=NO_NAMES, options={"rows": 3})
    delivered_on = NHSDateField("In place since", hint="Only if it is in place", subject="In place since")
    files = NHSFiles("Evidence", accept=",".join(f".{each}" for each in (*CONTENT_TYPES, "jpeg")))
    held = SelectMultipleField(choices=[], validate_choice=False)
    looked = NHSTick(
        "I have looked at the pictures: no patient can be identified",
        hint="Only for pictures (png or jpg): we cannot read them.",
    )
    link = NHSTextField("Or a link to it", max_length=2000, hint="A web address that starts with https://")
    valid_until = NHSDateField(
        "Evidence valid until (optional)", hint="We remind you before it runs out", subject="Valid until"
    )
    evidence_due_on = NHSDateField("Evidence ready by (optional)", subject="Evidence ready by")
    evidenced_on = NHSDateField("Evidence was ready on (optional)", subject="Evidence was ready on")
    accountable_person = NHSTextField("Person accountable (optional)", max_length=200)
    lead_executive = NHSTextField("Lead executive (optional)", max_length=200)
    note = NHSTextArea("What changed (optional)", max_length=2000, options={"rows": 2})

    def offer(
        self, now: Delivery | None, *, may_assure: bool, may_say_not_applicable: bool, evidence_hint: str
    ) -> None:
        """Set the answers and hints for this record and this person."""
        declared = now in {Delivery.DELIVERED, Delivery.ASSURED}
        self.asks_reason = " ".join(_asking_reason(now))
        self.delivery.items = _answers(now, may_assure and declared, may_say_not_applicable)
        self.files.hint = (
            f"{evidence_hint} {ACCEPTED[0].upper()}{ACCEPTED[1:]}; up to 50 MB. "
            "We read documents for NHS numbers; please look at pictures yourself."
        )
        hints = []
        if now not in {None, Delivery.NOT_STARTED}:
            hints.append("Needed when this goes back, for example from in place to started.")
        if may_say_not_applicable:
            self.reason.label.text = "Why does this not apply, or why did it go back?"
            hints.append("Needed when this does not apply to you.")
        self.reason.hint = " ".join(hints) or "Only when something goes back."

    def speak_to(self, kind: str) -> None:
        """Examples that fit the kind of organisation."""
        person, executive = jobs_of(kind)
        self.forum.hint = f"For example {meeting_of(kind)}"
        self.accountable_person.hint = f"A name or a job, for example {person}"
        self.lead_executive.hint = f"For example {executive}"

    def position(self) -> Position:
        """What was typed, as the rules know it."""
        return Position(
            delivery=Delivery(self.delivery.data),
            confidence=Confidence(self.confidence.data) if self.confidence.data else None,
            summary=self.summary.data or "",
            note=self.note.data or "",
            reason=self.reason.data or "",
            due_on=self.due_on.data,
            delivered_on=self.delivered_on.data,
            evidence_due_on=self.evidence_due_on.data,
            evidenced_on=self.evidenced_on.data,
            accountable_person=self.accountable_person.data or "",
            lead_executive=self.lead_executive.data or "",
            forum=self.forum.data or "",
            forum_on=self.forum_on.data,
        )


class ConfirmForm(VersionedForm):
    """ "Still true" for one record."""


class SeveralForm(KeyedForm):
    """Several records on one screen; each is named with the version that was looked at (`SEP16-12:3`)."""

    records = SelectMultipleField(choices=[], validate_choice=False)

    def chosen(self) -> list[tuple[str, int]]:
        """Code and version of each record ticked; what was not made by our form is left out."""
        pairs = (text.rsplit(":", 1) for text in self.records.data or ())
        return [(pair[0], int(pair[1])) for pair in pairs if len(pair) == 2 and pair[1].isdecimal()]


class AgreeForm(SeveralForm):
    """One meeting, one date, several records."""

    forum = NHSTextField(
        "Meeting that agreed them",
        max_length=200,
        required="Enter the meeting that agreed them",
    )
    forum_on = NHSDateField(
        "Date of the meeting", required="Enter the date of the meeting", subject="Date of the meeting"
    )
    # Again, so that the error summary keeps the order of the page.
    records = SelectMultipleField(choices=[], validate_choice=False)

    def speak_to(self, kind: str) -> AgreeForm:
        """An example that fits the kind of organisation."""
        self.forum.hint = f"For example {meeting_of(kind)}"
        return self


class ActionForm(VersionedForm):
    """Something to be done for a recommendation. `source`: the id of somebody else's practice that it is made of, and
    the version of it that was read."""

    source = NHSHidden(default="")
    source_version = NHSHidden(default="")
    title = NHSTextField("What is to be done", max_length=MOST_TITLE)
    owner = NHSTextField("Who does it (optional)", max_length=200, hint="A name or a job")
    due_on = NHSDateField("By when (optional)", subject="By when")
    done_on = NHSDateField("Done on (leave empty while it is open)", subject="Done on")


def _answers(now: Delivery | None, may_agree: bool, may_say_not_applicable: bool) -> list[Item]:
    answers = [
        Item("not_started", "Not started"),
        Item("in_progress", "Started", conditional=("due_on", "confidence")),
        Item("delivered", "In place", hint=_hint_for_in_place(now)),
    ]
    if may_agree:
        answers.append(
            Item(
                "assured",
                "In place, evidence checked and agreed",
                hint="Somebody other than the person who recorded it agrees, at a meeting",
                conditional=("forum", "forum_on"),
            )
        )
    if may_say_not_applicable:
        answers.append(
            Item(
                "not_applicable",
                "Does not apply to us",
                hint="You will be asked why, and the national team looks at the reason",
            )
        )
    return answers


def _asking_reason(now: Delivery | None) -> list[str]:
    """The answers that need a reason from where the record stands: rungs below it, and "does not apply".

    From "checked and agreed" to "in place" none is asked: a change of the facts leads there by itself.
    """
    below = LADDER[: LADDER.index(now)] if now in LADDER else ()
    return [*(each.value for each in below if each is not Delivery.DELIVERED), Delivery.NOT_APPLICABLE.value]


def _hint_for_in_place(now: Delivery | None) -> str:
    if now is Delivery.ASSURED:
        return "Already checked and agreed. If you change the words or the date, it must be checked again"
    return "Your lead checks the evidence afterwards, usually at a meeting"
