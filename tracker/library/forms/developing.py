"""The forms of training that is being made, and of who funds and develops a national resource."""

from __future__ import annotations

from datetime import date

from tracker.library.rules.audiences import LEARNER_HINTS, Audience, Learner
from tracker.library.rules.developing import DevelopmentFacts, FundingFacts, Reach, Stage
from tracker.library.rules.resources import Patients, Setting
from tracker.web.fields import (
    Item,
    NHSCheckboxes,
    NHSDateField,
    NHSRadios,
    NHSTextArea,
    NHSTextField,
    VersionedForm,
)

_STAGE_HINTS = {
    Stage.PLANNED: "Work has not begun",
    Stage.UNDER_WAY: "Somebody is working on it",
    Stage.FINISHED: "People can use it",
    Stage.STOPPED: "It will not be made",
}


class DevelopmentForm(VersionedForm):
    """A piece of work on training, told before it begins so that nobody makes the same thing twice."""

    title = NHSTextField("What is it called?", max_length=300, required="Enter what it is called")
    what = NHSTextArea(
        "What is being made?",
        max_length=2000,
        rows=3,
        hint="In one or two sentences",
        required="Say what is being made",
    )
    reach = NHSRadios(
        "Who will be able to use it?",
        items=[
            Item(Reach.NATIONAL.value, "Everybody in England", hint="National"),
            Item(Reach.LOCAL.value, "Our own staff, or our area", hint="Local"),
        ],
        required="Choose who will be able to use it",
    )
    staff = NHSCheckboxes(
        "Who is it for?",
        items=[Item(each.value, each.label, hint=LEARNER_HINTS.get(each, "")) for each in Learner],
    )
    settings = NHSCheckboxes("Where do they work?", items=[Item(each.value, each.label) for each in Setting])
    patients = NHSRadios(
        "Which patients is it about?",
        items=[Item(each.value, each.label) for each in Patients],
        required="Choose which patients it is about",
    )
    stage = NHSRadios(
        "How far is it?",
        items=[Item(each.value, each.label, hint=_STAGE_HINTS[each]) for each in Stage],
        required="Choose how far it is",
    )
    announced_on = NHSDateField(
        "When did you first tell others of it?",
        hint="For example at a network meeting. If this is the first time: today.",
        subject="The day on which others were first told",
        required="Enter the day on which others were first told of it",
    )
    starts_on = NHSDateField(
        "When does work begin, or when did it?",
        hint="Leave it empty if that is not known yet.",
        subject="The day work begins",
    )
    funder = NHSTextField("Who pays for it? (optional)", max_length=300)
    developer = NHSTextField("Who makes it? (optional)", max_length=300)
    overlap_with = NHSTextArea(
        "What does it overlap with?",
        max_length=1000,
        rows=2,
        hint="Training or other work for the same people, by its title. Leave it empty if there is none.",
    )
    overlap_found_on = NHSDateField("When was that found?", subject="The day the overlap was found")
    overlap_settlement = NHSTextArea(
        "How was it settled?", max_length=1000, rows=2, hint="For example: the two are made into one"
    )
    overlap_settled_on = NHSDateField("When was it settled?", subject="The day the overlap was settled")

    def facts(self) -> DevelopmentFacts:
        """What was typed. Of a form that is not whole, what can be judged: a day that cannot be read is one all the
        same, and what was not chosen asks nothing further.
        """
        return DevelopmentFacts(
            title=self.title.data or "",
            what=self.what.data or "",
            reach=Reach.LOCAL if self.reach.errors else Reach(self.reach.data),
            stage=Stage.PLANNED if self.stage.errors else Stage(self.stage.data),
            announced_on=_day(self.announced_on) or date.min,
            audience=Audience(
                staff=frozenset(Learner(each) for each in self.staff.data or () if each in set(Learner)),
                settings=frozenset(
                    Setting(each) for each in self.settings.data or () if each in set(Setting)
                ),
                patients=Patients.ALL if self.patients.errors else Patients(self.patients.data),
            ),
            starts_on=_day(self.starts_on),
            funder=self.funder.data or "",
            developer=self.developer.data or "",
            overlap_with=self.overlap_with.data or "",
            overlap_found_on=_day(self.overlap_found_on),
            overlap_settled_on=_day(self.overlap_settled_on),
            overlap_settlement=self.overlap_settlement.data or "",
        )


class DevelopmentMistakeForm(VersionedForm):
    """New training was announced by mistake."""

    reason = NHSTextArea(
        "What was wrong with it?", max_length=1000, rows=3, hint="For example: it was announced twice"
    )


class FundingForm(VersionedForm):
    """Who pays for a national resource, and who makes it."""

    funder = NHSTextField("Who pays for it?", max_length=300, hint="Leave it empty if that is not known.")
    developer = NHSTextField("Who makes it and keeps it up to date?", max_length=300)
    note = NHSTextArea(
        "Anything to note (optional)", max_length=2000, rows=3, hint="For example: paid for until March 2028"
    )
    checked_on = NHSDateField("When did you check this?", subject="The day on which you checked this")

    def facts(self) -> FundingFacts:
        """What was typed, as the rules know it."""
        return FundingFacts(
            funder=self.funder.data or "",
            developer=self.developer.data or "",
            note=self.note.data or "",
            checked_on=self.checked_on.data,
        )


def shown_development(values: dict[str, object], audience: Audience) -> DevelopmentForm:
    """The form as a development stands."""
    return DevelopmentForm(
        None,
        data={
            **values,
            "reach": getattr(values["reach"], "value", None),
            "stage": getattr(values["stage"], "value", None),
            "staff": [each.value for each in audience.staff],
            "settings": [each.value for each in audience.settings],
            "patients": audience.patients.value,
        },
    )


def _day(field: NHSDateField) -> date | None:
    day: date | None = date.min if field.errors else field.data
    return day
