"""The forms of training and its checks against NICE: labels, hints and limits. What each needs is said by `rules`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracker.library.rules import (
    POPULATION_LABELS,
    Format,
    HowDiscussed,
    Kind,
    Patients,
    Population,
    ResourceFacts,
    Setting,
    Source,
    StaffGroup,
)
from tracker.measures.alignment.rules import HEADINGS, MOST, Draft, Result
from tracker.web.fields import (
    Item,
    NHSCheckboxes,
    NHSDateField,
    NHSFiles,
    NHSForm,
    NHSRadios,
    NHSSelect,
    NHSTextArea,
    NHSTextField,
    NHSTick,
    NHSWholeNumber,
    VersionedForm,
)

NOT_CHECKED = "unchecked"
_STAFF_HINTS = {
    StaffGroup.ALLIED_HEALTH: "For example physiotherapists, paramedics",
    StaffGroup.SCIENTIFIC_TECHNICAL: "For example pharmacists, operating department practitioners",
    StaffGroup.CLINICAL_SERVICES: "For example healthcare assistants",
    StaffGroup.SCIENTISTS: "For example biomedical scientists",
}


class TrainingForm(VersionedForm):
    """One training resource. A new one may be checked against NICE in the same form."""

    title = NHSTextField("What is the training called?", max_length=300)
    source = NHSRadios(
        "Whose is it?",
        items=[
            Item(Source.OWN.value, "Our own", hint="We made it, or we changed it"),
            Item(Source.NATIONAL.value, "National", hint="Somebody else made it and keeps it up to date"),
        ],
        default=Source.OWN.value,
    )
    national_code = NHSSelect(
        "Is it one of the national library? (optional)",
        hint="Then it stays linked, whatever it is called here. What you find against NICE is shown there if the "
        "national team has recorded you as its owner; if it is national, what its owner found is shown here.",
        blank="No, or not known",
    )
    format = NHSSelect(
        "What kind of training is it?",
        items=[Item(each.value, each.label) for each in Format],
        blank="Choose a kind",
        required="Choose what kind of training it is",
    )
    staff_groups = NHSCheckboxes(
        "Who is it for?",
        items=[
            Item(each.value, each.label, hint=_STAFF_HINTS.get(each, ""))
            for each in (
                StaffGroup.EVERYBODY,
                *(each for each in StaffGroup if each is not StaffGroup.EVERYBODY),
            )
        ],
    )
    setting = NHSSelect(
        "Where do they work?",
        items=[Item(each.value, each.label) for each in Setting],
        default=Setting.ANY.value,
    )
    patients = NHSRadios(
        "Which patients is it about?",
        hint="This decides which NICE guidelines it must follow.",
        items=[Item(each.value, each.label) for each in Patients],
        required="Choose which patients it is about",
    )
    result = NHSRadios(
        "Is it up to date with NICE today?",
        hint="Only for training of your own. You can also check it later.",
        items=[*(Item(each.value, each.label) for each in Result), Item(NOT_CHECKED, "Not checked yet")],
        default=NOT_CHECKED,
    )
    is_online = NHSTick("People do this online", hint="An online course always counts as online.")
    discussed = NHSRadios(
        "How do people talk it through afterwards?",
        items=[
            Item(
                each.value,
                each.label,
                conditional=("not_possible_because",) if each is HowDiscussed.NOT_POSSIBLE else (),
            )
            for each in HowDiscussed
        ],
    )
    discussed_on = NHSDateField(
        "When did that last happen? (optional)",
        hint="For example, 14 9 2026",
        subject="The date it last happened",
    )
    discussed_by = NHSWholeNumber(
        "How many people took part? (optional)", minimum=0, maximum=100_000, width=5
    )
    not_possible_because = NHSTextArea("Why is it not possible?", max_length=1000, rows=2)
    resistance = NHSTick("It teaches antimicrobial resistance")
    stewardship = NHSTick("It teaches antimicrobial stewardship", hint="The careful use of antibiotics")
    owner = NHSTextField(
        "Who keeps it up to date? (optional)",
        max_length=200,
        hint="A job or a team, for example Practice education",
    )
    updated_on = NHSDateField("When was it last changed? (optional)", subject="The date it was last changed")
    link = NHSTextField("Web address (optional)", max_length=500, hint="It starts with https://")

    def offer(self, national: Sequence[tuple[str, str]]) -> None:
        """The resources of the national library to choose from: code, words."""
        self.national_code.items = [Item(code, words) for code, words in national]

    def facts(self) -> ResourceFacts:
        """What was typed, as the rules know it."""
        return ResourceFacts(
            title=self.title.data or "",
            format=Format(self.format.data or Format.OTHER),
            source=Source(self.source.data or Source.OWN),
            staff_groups=frozenset(StaffGroup(each) for each in self.staff_groups.data or ()),
            setting=Setting(self.setting.data or Setting.ANY),
            patients=Patients(self.patients.data),
            is_online=bool(self.is_online.data) or self.format.data == Format.ONLINE,
            discussed=HowDiscussed(self.discussed.data) if self.discussed.data else None,
            discussed_on=self.discussed_on.data,
            discussed_by=self.discussed_by.data,
            not_possible_because=self.not_possible_because.data or "",
            owner=self.owner.data or "",
            updated_on=self.updated_on.data,
            resistance=bool(self.resistance.data),
            stewardship=bool(self.stewardship.data),
            link=self.link.data or "",
            national_code=self.national_code.data or None,
        )

    def found(self) -> Result | None:
        """What the check in the same form found; None when it was not checked."""
        chosen = self.result.data
        return None if not chosen or chosen == NOT_CHECKED else Result(chosen)


class AssessForm(VersionedForm):
    """One check of one resource against the guidelines."""

    result = NHSRadios(
        "What did you find?",
        items=[
            Item(
                Result.ALIGNED.value,
                Result.ALIGNED.label,
                hint="Everything it says agrees with the guidelines",
            ),
            Item(Result.PARTLY.value, Result.PARTLY.label, hint="Some of it must be changed"),
            Item(Result.NOT.value, Result.NOT.label),
        ],
    )
    versions = NHSCheckboxes("Which guidelines did you check it against?", items=[])
    assessed_on = NHSDateField("When was it checked?", subject="The date of the check")
    assessor = NHSTextField("Who checked it? (optional)", max_length=200, hint="A name or a job")
    note = NHSTextArea(
        "Anything to note (optional)",
        max_length=2000,
        rows=3,
        hint="For example the page to change. No patients.",
    )

    def offer(self, versions: Sequence[tuple[str, str, str]]) -> None:
        """The guideline versions to choose from: id, words, hint."""
        self.versions.items = [Item(each[0], each[1], hint=each[2]) for each in versions]


class WithdrawForm(VersionedForm):
    """Taking training out of use."""

    withdrawn_on = NHSDateField(
        "From which day is it no longer used?", subject="The day from which it is no longer used"
    )
    reason = NHSTextArea(
        "Why, and where did you say so?",
        max_length=1000,
        rows=3,
        hint="For example: replaced; said on the intranet",
    )


class FileForm(NHSForm):
    """A spreadsheet with a list of training."""

    has_files = True
    file = NHSFiles(
        "The file with your list",
        accept=".csv,.xlsx",
        multiple=False,
        hint="Excel (xlsx) or CSV, one row for each piece of training",
    )


class PreviewForm(VersionedForm):
    """The rows of a file as they can be mended; they are plain inputs named by their place."""

    row_problems: Sequence[dict[str, str]] = ()

    def error_summary(self) -> list[dict[str, str]]:
        """The problems of the rows, in the order of the file."""
        found: list[dict[str, str]] = super().error_summary()
        return [*found, *self.row_problems]


def drafts_of(typed: Mapping[str, str]) -> list[Draft]:
    """The rows of a preview as they were posted; a row too many is none of ours."""
    text = typed.get("rows", "0")
    count = min(int(text), MOST) if text.isdecimal() and len(text) < 5 else 0
    return [_draft_of(typed, index) for index in range(count)]


def _draft_of(typed: Mapping[str, str], index: int) -> Draft:
    def said(name: str) -> str:
        return typed.get(f"row-{index}-{name}", "").replace("\x00", "").strip()[:2000]

    number = said("number")
    return Draft(
        number=int(number) if number.isdecimal() and len(number) < 8 else index + 1,
        values={name: text for name in HEADINGS if (text := said(name))},
        left_out=bool(said("out")),
    )


class GuidelineForm(VersionedForm):
    """One version of a guideline, kept by the national lead."""

    reference = NHSTextField("Reference", max_length=40, hint="For example NG253")
    title = NHSTextField("Title", max_length=500)
    kind = NHSRadios(
        "What is it?",
        items=[
            Item(Kind.GUIDELINE.value, "A guideline"),
            Item(Kind.DEFINITION.value, "A definition of sepsis"),
        ],
        default=Kind.GUIDELINE.value,
    )
    populations = NHSCheckboxes(
        "Who is it for?", items=[Item(each.value, POPULATION_LABELS[each]) for each in Population]
    )
    issued_on = NHSDateField(
        "Date of this version",
        hint="Left empty: to be confirmed. It counts for nobody until then.",
        subject="The date of this version",
    )
    counts_from = NHSDateField(
        "From which day does it count? (optional)",
        hint="Left empty: from its date",
        subject="The day it counts from",
    )
    recheck_by = NHSDateField(
        "By when is training to be checked again?",
        hint="Until this day, training that follows the version before still counts and is shown apart.",
        subject="The day to check again by",
    )
    link = NHSTextField("Web address (optional)", max_length=500, hint="It starts with https://")
    note = NHSTextArea("Note (optional)", max_length=2000, rows=2)


def shown(form: TrainingForm, values: Mapping[str, object]) -> TrainingForm:
    """The form with what stands in its fields; enumerations as their values."""
    form.process(None, data={name: getattr(value, "value", value) for name, value in values.items()})
    return form
