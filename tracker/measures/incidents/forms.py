"""The forms of the register: labels, hints and limits. What each step needs is said by `rules`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tracker.measures.incidents.rules import (
    Facts,
    Framework,
    Loop,
    NilFacts,
    Resource,
    Response,
    Theme,
    Training,
    suspected,
)
from tracker.web.fields import (
    Item,
    LookedForm,
    NHSDateField,
    NHSMonthField,
    NHSRadios,
    NHSSelect,
    NHSTextArea,
    NHSTextField,
    VersionedForm,
    looked_tick,
)

NOBODY = "No names, dates of birth, hospital or NHS numbers, of patients or of staff."


class IncidentForm(LookedForm):
    """What is said of an incident when it is entered."""

    reference = NHSTextField(
        "Your reference",
        max_length=60,
        hint="The number that your incident system gave the review, for example 2026-0147. Never a patient’s number.",
        required="Enter the reference that your incident system gave it",
        options={"classes": "nhsuk-input--width-20"},
    )
    month = NHSMonthField(
        "Month in which it was reported",
        hint="For example, 9 2026. Not the day.",
        subject="Month reported",
        required="Enter the month and the year",
    )
    department = NHSTextField(
        "Department",
        max_length=120,
        hint="For example Emergency department, or Ward 7",
        required="Enter the department, for example Emergency department",
    )
    framework = NHSRadios(
        "Reviewed under",
        items=[Item(each.value, each.label) for each in Framework],
        required="Choose the framework under which it was reviewed",
    )
    response = NHSSelect(
        "Kind of review",
        items=[Item(each.value, each.label) for each in Response],
        blank="Choose one",
        required="Choose the kind of review",
    )
    theme = NHSSelect(
        "What it was mostly about",
        items=[Item(each.value, each.label) for each in Theme],
        blank="Choose one",
        required="Choose what it was mostly about",
    )
    learning = NHSTextArea(
        "What was learnt (optional for now)",
        max_length=1000,
        rows=3,
        hint=f"One or two sentences, as you would tell another ward. {NOBODY}",
    )
    looked = looked_tick()

    def suspected_texts(self) -> Mapping[str, str]:
        names = ("reference", "department", "learning")
        return _suspected({name: self[name].data or "" for name in names})

    def facts(self) -> Facts:
        """What was typed, as the rules know it."""
        return Facts(
            reference=self.reference.data or "",
            framework=Framework(self.framework.data),
            response=Response(self.response.data),
            month=self.month.data,
            department=self.department.data or "",
            theme=Theme(self.theme.data),
            learning=self.learning.data or "",
        )


class LoopForm(LookedForm):
    """From what was learnt to the closed loop, step by step; whatever is not done yet is left empty."""

    learning = NHSTextArea(
        "What was learnt",
        max_length=1000,
        rows=3,
        hint=f"One or two sentences, as you would tell another ward. {NOBODY}",
    )
    people_on = NHSDateField("The people involved heard about it on", subject="The people involved heard on")
    department_on = NHSDateField("Their department heard about it on", subject="Their department heard on")
    others_on = NHSDateField(
        "Other departments heard about it on (optional)", subject="Other departments heard on"
    )
    resource = NHSRadios(
        "Which learning material was used?",
        items=[
            Item(
                Resource.NATIONAL.value,
                Resource.NATIONAL.label,
                hint="For example an e-learning module or a NICE summary",
                conditional=("national_title",),
            ),
            Item(
                Resource.OWN.value,
                Resource.OWN.label,
                hint="For example slides, a simulation, a poster",
                conditional=("resource_title",),
            ),
            Item(
                Resource.NONE.value,
                Resource.NONE.label,
                hint="Then it does not count as learnt from, until one is",
            ),
        ],
    )
    national_title = NHSTextField("Name of the national material", max_length=200)
    resource_title = NHSTextField("Name of your own material", max_length=200)
    training = NHSRadios(
        "Was training changed?",
        items=[
            Item(Training.CHANGED.value, "Yes, it was changed", conditional=("training_text", "training_on")),
            Item(Training.NO_CHANGE.value, "No change was needed", conditional=("no_change_because",)),
        ],
    )
    training_text = NHSTextArea("What was changed", max_length=1000, rows=2)
    training_on = NHSDateField("Changed on", subject="Changed on")
    no_change_because = NHSTextArea("Why no change was needed", max_length=1000, rows=2)
    closed_on = NHSDateField(
        "Closed on", hint="Leave empty while something is still to be done", subject="Closed on"
    )
    looked = looked_tick()

    def suspected_texts(self) -> Mapping[str, str]:
        """In every box, also in one whose answer is not chosen."""
        titles = "\n".join([self.national_title.data or "", self.resource_title.data or ""])
        names = ("learning", "training_text", "no_change_because")
        typed = {name: self[name].data or "" for name in names}
        return _suspected({**typed, "resource_title": titles})

    def fill(self, loop: Loop) -> None:
        """The title stands in the box of its kind."""
        if loop.resource is Resource.NATIONAL:
            self.national_title.data, self.resource_title.data = loop.resource_title, ""

    def loop(self, before: Loop) -> Loop:
        """What was typed, as the rules know it; what belongs to an answer that is not chosen is let go."""
        resource = Resource(self.resource.data) if self.resource.data else None
        training = Training(self.training.data) if self.training.data else None
        changed, kept = training is Training.CHANGED, training is Training.NO_CHANGE
        titles = {Resource.NATIONAL: self.national_title.data, Resource.OWN: self.resource_title.data}
        title = (titles.get(resource) or "") if resource else ""
        same = (resource, title) == (before.resource, before.resource_title)
        return Loop(
            learning=self.learning.data or "",
            people_on=self.people_on.data,
            department_on=self.department_on.data,
            others_on=self.others_on.data,
            resource=resource,
            resource_title=title,
            resource_code=before.resource_code if same else None,
            training=training,
            training_text=(self.training_text.data or "") if changed else "",
            training_on=self.training_on.data if changed else None,
            no_change_because=(self.no_change_because.data or "") if kept else "",
            closed_on=self.closed_on.data,
        )

    def add_problems(self, problems: Iterable[tuple[str, str]]) -> None:
        """What is said of the title stands beside the box that was open."""
        national = self.resource.data == Resource.NATIONAL.value
        names = {"resource_title": "national_title"} if national else {}
        super().add_problems([(names.get(name, name), message) for name, message in problems])


class NilForm(VersionedForm):
    """Somebody confirmed that there were none."""

    first = NHSMonthField(
        "From", hint="The first month, for example 9 2025", subject="From", required="Enter the first month"
    )
    last = NHSMonthField(
        "To", hint="The last month, which must have ended", subject="To", required="Enter the last month"
    )
    confirmed_by = NHSTextField(
        "Who confirmed it",
        max_length=120,
        hint="A role or a team, for example Patient safety team",
        required="Enter the role or team that confirmed it",
    )
    confirmed_name = NHSTextField(
        "Name (optional)", max_length=200, hint="Of the person who confirmed it. Seen in your trust only."
    )
    confirmed_on = NHSDateField(
        "Confirmed on",
        hint="After the last month had ended",
        subject="Confirmed on",
        required="Enter the day on which it was confirmed",
    )

    def nil(self) -> NilFacts:
        """What was typed, as the rules know it."""
        return NilFacts(
            first=self.first.data,
            last=self.last.data,
            confirmed_by=self.confirmed_by.data or "",
            confirmed_name=self.confirmed_name.data or "",
            confirmed_on=self.confirmed_on.data,
        )


class ReasonForm(VersionedForm):
    """Why something is taken out of the register, or taken back."""

    reason = NHSTextArea(
        "Why?",
        max_length=500,
        rows=3,
        hint=f"For example “it was entered twice”. The reason stays in the history. {NOBODY}",
        required="Say in a few words why",
    )


def _suspected(texts: Mapping[str, str]) -> Mapping[str, str]:
    return {name: texts[name] for name, _message in suspected(texts)}
