"""The forms of champions: labels, hints and limits. What each needs is said by `rules`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from tracker.measures.champions.rules import (
    ROTATION_HINT,
    Arrangement,
    Decided,
    Decision,
    Department,
    Duty,
    Model,
    Overlap,
    Part,
    Person,
    Post,
)
from tracker.web.fields import (
    Item,
    NHSCheckboxes,
    NHSDateField,
    NHSForm,
    NHSRadios,
    NHSSelect,
    NHSTextArea,
    NHSTextField,
    NHSTick,
    NHSWholeNumber,
    VersionedForm,
)

NO_PATIENTS = "One or two sentences. No names of patients."
MEETING = "For example Deteriorating Patient Group"
PROFESSION = "For example Nurse, Doctor, Paramedic, Pharmacist"
MISTAKE = "This was recorded by mistake: take it out (it stays in the history)"


class DecisionForm(VersionedForm):
    """The four questions of a recorded decision."""

    considered_on = NHSDateField(
        "When was this considered?",
        hint="For example, 14 9 2026",
        subject="The date when this was considered",
    )
    forum = NHSTextField("Which meeting?", max_length=200, hint=MEETING)
    decision = NHSRadios(
        "What was decided?",
        items=[
            Item("adopt", Decision.ADOPT.label, hint="We have, or will have, sepsis champions"),
            Item("adapt", Decision.ADAPT.label, hint="Others do what champions would do, in our own way"),
            Item("not_now", Decision.NOT_NOW.label, hint="We look at it again later"),
            Item("no", Decision.NO.label),
        ],
    )
    reason = NHSTextArea("Why?", max_length=2000, hint=NO_PATIENTS, rows=3)

    def decided(self) -> Decided:
        return Decided(
            considered_on=self.considered_on.data,
            forum=self.forum.data or "",
            decision=Decision(self.decision.data) if self.decision.data else None,
            reason=self.reason.data or "",
        )


class ModelForm(VersionedForm):
    """How the role is arranged. Rotation is asked only where somebody moves."""

    arrangement = NHSRadios(
        "How do your champions work?",
        label_hidden=True,
        required="Choose how your champions work",
        items=[
            Item("each_department", Arrangement.EACH_DEPARTMENT.label),
            Item("rotating", Arrangement.ROTATING.label, hint="For example every 6 months"),
            Item(
                "lead_and_link",
                Arrangement.LEAD_AND_LINK.label,
                hint="For example a lead nurse and link nurses",
            ),
            Item("other", Arrangement.OTHER.label),
        ],
    )
    rotation_months = NHSWholeNumber(
        "How many months in each department?",
        hint=f"Only for a champion who moves. The report gives {ROTATION_HINT} as an example.",
        minimum=1,
        maximum=60,
        width=3,
    )
    posts_planned = NHSWholeNumber(
        "How many posts are planned?",
        hint="For a champion who moves: how many move at the same time; left empty, 1. "
        "Not needed for one in each department.",
        minimum=1,
        maximum=2000,
        width=4,
    )
    description = NHSTextArea("In your own words (optional)", max_length=2000, hint=NO_PATIENTS, rows=3)

    def model(self) -> Model:
        """Only what belongs to the answer: what was typed under another one is left out."""
        arrangement = Arrangement(self.arrangement.data)
        rotating = arrangement is Arrangement.ROTATING
        counted = arrangement is not Arrangement.EACH_DEPARTMENT
        return Model(
            arrangement=arrangement,
            rotation_months=self.rotation_months.data if rotating else None,
            posts_planned=self.posts_planned.data if counted else None,
            description=self.description.data or "",
        )


class DepartmentsForm(VersionedForm):
    """Several departments at once, each on a line of its own."""

    names = NHSTextArea(
        "Departments or sites that are to have a champion",
        max_length=6000,
        hint="One on each line, for example Emergency department",
        rows=8,
    )
    from_on = NHSDateField(
        "Since when?", hint="The day from which they count, for example 1 9 2026", subject="Since when"
    )

    def lines(self) -> list[str]:
        found = (" ".join(line.split())[:200] for line in (self.names.data or "").split("\n"))
        return [line for line in found if line]


class DepartmentForm(VersionedForm):
    """One department on the list."""

    name = NHSTextField("Department or site", max_length=200)
    from_on = NHSDateField("On the list since", subject="On the list since")
    until_on = NHSDateField(
        "Last day on the list (optional)",
        hint="For example when the ward closes or the site leaves the trust",
        subject="Last day on the list",
    )
    mistaken = NHSTick(MISTAKE)

    def department(self, id: UUID) -> Department:
        return Department(id, self.name.data or "", self.from_on.data, self.until_on.data)


class _PersonForm(VersionedForm):
    """What every form about a person in the role asks."""

    name = NHSTextField("Name", max_length=200, options={"autocomplete": "off", "spellcheck": False})
    profession = NHSTextField("Profession", max_length=100, hint=PROFESSION)
    overlap = NHSRadios(
        "Is this a handover week?",
        hint="Only when two people are in one post at the same time.",
        items=[Item(each.value, each.label) for each in Overlap],
    )
    deputy_name = NHSTextField(
        "Deputy: who covers when this person is away (optional)",
        max_length=200,
        options={"autocomplete": "off", "spellcheck": False},
    )
    deputy_profession = NHSTextField("Profession of the deputy (optional)", max_length=100)

    def overlapping(self) -> Overlap | None:
        return Overlap(self.overlap.data) if self.overlap.data else None


class PostForm(_PersonForm):
    """Somebody in the role."""

    part = NHSRadios("What are they?", items=[Item("lead", Part.LEAD.label), Item("link", Part.LINK.label)])
    department = NHSSelect("Department or site", blank="None, the whole organisation")
    title = NHSTextField("Post (optional)", max_length=200, hint="For example Link nurse, ward 7")
    starts_on = NHSDateField("First day in the role", hint="For example, 1 9 2026", subject="First day")
    ends_on = NHSDateField(
        "Last day (leave empty if there is none yet)",
        hint="We remind you 30 days before",
        subject="Last day",
    )
    duties = NHSCheckboxes(
        "Duties held", hint="Tick all that apply.", items=[Item(each.value, each.label) for each in Duty]
    )
    mistaken = NHSTick(MISTAKE)

    def offer(
        self, departments: Iterable[tuple[UUID, str]], arrangement: Arrangement | None, days: int
    ) -> None:
        """The departments to choose from; whether lead and link staff are told apart; the days of the reminder."""
        self.department.items = [Item(str(key), name) for key, name in departments]
        if arrangement is not None and arrangement.by_department:
            self.department.blank = "Choose a department"
        if arrangement is not Arrangement.LEAD_AND_LINK:
            del self.part
        self.ends_on.hint = f"We remind you {days} days before."

    def post(self, id: UUID) -> Post:
        return Post(
            id=id,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            department_id=UUID(self.department.data) if self.department.data else None,
            part=Part(self.part.data) if "part" in self and self.part.data else Part.CHAMPION,
            title=self.title.data or "",
            holder=Person(self.name.data or "", self.profession.data or ""),
            deputy=Person(self.deputy_name.data or "", self.deputy_profession.data or ""),
            has_deputy=bool(self.deputy_name.data),
            duties=frozenset(Duty(each) for each in self.duties.data or ()),
            overlap=self.overlapping(),
        )


class HandOverForm(_PersonForm):
    """Who leaves, who follows: one step. Each leaver is named with the version that was looked at."""

    leaver = NHSRadios("Who leaves?", required="Choose who leaves")
    ends_on = NHSDateField(
        "Last day of the person who leaves", hint="For example, 28 2 2027", subject="Last day"
    )
    starts_on = NHSDateField(
        "First day of the next champion (optional)",
        hint="Left empty, the day after.",
        subject="First day of the next champion",
    )

    def offer(self, leavers: Iterable[tuple[str, str, str]]) -> None:
        """The people to choose from: value, name, and what tells them apart."""
        self.leaver.items = [Item(value, name, hint=hint) for value, name, hint in leavers]

    def chosen(self) -> tuple[UUID, int]:
        """Who leaves, and the version that the form was made from."""
        key, _, version = (self.leaver.data or "").partition(":")
        return UUID(key), int(version) if version.isdecimal() and len(version) < 9 else -1


class ReviewForm(VersionedForm):
    """Whether champions make a difference: when, at which meeting, what was found."""

    reviewed_on = NHSDateField(
        "When was it reviewed?", hint="For example, 14 9 2026", subject="The date of the review"
    )
    forum = NHSTextField("Which meeting?", max_length=200, hint=MEETING)
    found = NHSTextArea("What did it find?", max_length=4000, hint=NO_PATIENTS, rows=4)
    mistaken = NHSTick(MISTAKE)


class TickForm(VersionedForm):
    """One thing said to be done."""


def without(form: NHSForm, names: Collection[str]) -> None:
    """Leave fields out that a new entry has no use for."""
    for name in names:
        if name in form:
            del form[name]
