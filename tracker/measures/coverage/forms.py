"""The forms of staff trained: labels, hints and limits. What the numbers must obey is said by `rules`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from uuid import UUID

from wtforms import HiddenField, SelectMultipleField
from wtforms.widgets import HiddenInput

from tracker.evidence.rules import ACCEPTED, CONTENT_TYPES
from tracker.measures.coverage.rules import (
    LONGEST_INTERVAL,
    MANY_ROWS,
    Count,
    Counted,
    Draft,
    Group,
    Line,
    Named,
    NeedsInput,
    PositionInput,
    Route,
    date_field,
    line_of,
    pair_problems,
    post_field,
)
from tracker.web.fields import (
    Item,
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

NO_NAMES = "No names of staff or patients."


class NeedsForm(VersionedForm):
    """Who needs which level: a tick for each level of each group, and which meeting agreed it."""

    lines = SelectMultipleField(choices=[], validate_choice=False)
    agreed_by = NHSTextField(
        "Which meeting agreed this? (optional)",
        max_length=200,
        hint="For example Deteriorating Patient Group. Leave it out while nobody has agreed it",
    )
    agreed_on = NHSDateField("When was it agreed? (optional)", subject="The date of the meeting")
    review_on = NHSDateField(
        "When will it be looked at again? (optional)", hint="For example, 30 9 2027", subject="The review"
    )
    interval_months = NHSWholeNumber(
        "How long does training count? (months)",
        hint="Your own rule, for example 12, 24 or 36",
        required="Enter for how many months training counts",
        minimum=1,
        maximum=LONGEST_INTERVAL,
        width=2,
    )
    target_percent = NHSWholeNumber(
        "Your own target, in per cent (optional)",
        hint="Shown beside the figure. It never decides whether the figure is high enough",
        minimum=1,
        maximum=100,
        width=3,
    )

    def chosen(self) -> tuple[Line, ...]:
        """The lines that were ticked; what was not made by our form is left out."""
        found = (line_of(text) for text in self.lines.data or ())
        known = {line for line in found if line is not None and line.level is not None}
        return tuple(sorted(known, key=lambda line: line.place))

    def wanted(self) -> NeedsInput:
        """What was typed, as the rules know it."""
        who = {group: self[who_field(group)].data or "" for group in Group}
        return NeedsInput(
            lines=self.chosen(),
            who={group: text for group, text in who.items() if text},
            agreed_by=self.agreed_by.data or "",
            agreed_on=self.agreed_on.data,
            review_on=self.review_on.data,
            interval_months=self.interval_months.data,
            target_percent=self.target_percent.data,
        )


def who_field(group: Group) -> str:
    """The field that says who of a group needs which level."""
    return f"who_{group.value}"


for _group in Group:
    _words = NHSTextField(
        f"Who of {_group.label} needs which level?",
        max_length=500,
        hint="Only if you ticked more than one level. For example: emergency department, manage; all others, recognise",
    )
    setattr(NeedsForm, who_field(_group), _words)


class RoutesForm(VersionedForm):
    """For each of the five named groups: a route other than induction, yes or no, and what it is."""

    def routes(self) -> list[Route]:
        """What was typed, as the rules know it."""
        said = {"yes": True, "no": False}
        return [
            Route(each, said.get(self[f"has_{each.value}"].data or ""), self[f"what_{each.value}"].data or "")
            for each in Named
        ]


for _named in Named:
    _name = _named.label[0].lower() + _named.label[1:]
    _answers = [Item("yes", "Yes", conditional=(f"what_{_named.value}",)), Item("no", "No")]
    setattr(RoutesForm, f"has_{_named.value}", NHSRadios(_named.label, items=_answers, label_size="m"))
    setattr(
        RoutesForm,
        f"what_{_named.value}",
        NHSTextField(
            f"Apart from induction, how do {_name} get sepsis training?",
            max_length=500,
            hint="For example yearly e-learning with a reminder, or a session at the departmental meeting",
        ),
    )


class FactsForm(VersionedForm):
    """What is said of the numbers of a date, whether they are typed or come from a file."""

    has_files = True

    about_on = NHSDateField(
        "Which date are the numbers of?",
        hint="The date on the report, for example 30 9 2026",
        required="Enter the date of the numbers",
        subject="The date of the numbers",
    )
    source = NHSTextField(
        "Where do the numbers come from?",
        max_length=300,
        hint="For example: ESR competency report, run on 2 October 2026",
        required="Say where the numbers come from",
    )
    interval_months = NHSWholeNumber(
        "For how many months did training count as in date?",
        required="Enter for how many months training counted",
        minimum=1,
        maximum=LONGEST_INTERVAL,
        width=2,
    )
    counted = NHSRadios(
        "What was counted?",
        items=[Item(each.value, each.label, hint=each.hint) for each in Counted],
        required="Say what was counted",
    )
    not_counted = NHSTextField(
        "Who is not counted? (optional)",
        max_length=500,
        hint="For example bank, agency, honorary, contractors, volunteers. A group with numbers of its own is better",
    )
    not_counted_about = NHSWholeNumber("About how many are not counted? (optional)", width=5)
    note = NHSTextArea(
        "Anything else to know? (optional)", max_length=2000, hint=NO_NAMES, options={"rows": 2}
    )
    evidence_id = NHSSelect("The report itself, if it is here already", blank="Not here yet")
    files = NHSFiles(
        "Or add the report now",
        accept=",".join(f".{each}" for each in (*CONTENT_TYPES, "jpeg")),
        hint=f"Numbers only, no names. {ACCEPTED[0].upper()}{ACCEPTED[1:]}",
    )
    held = SelectMultipleField(choices=[], validate_choice=False)
    looked = NHSTick("I have looked at the pictures: nobody can be identified")
    number_right = NHSTick("The number is right")
    version_of = HiddenField(default="", widget=HiddenInput())

    def offer(self, reports: Iterable[tuple[UUID, str, str]]) -> None:
        """The evidence that may be chosen: id, title, date in words."""
        self.evidence_id.items = [Item(str(key), f"{title}, of {day}") for key, title, day in reports]

    def version_for(self, about_on: date | None) -> int:
        """The version that this form has seen of this date; of another date it has seen none."""
        same = about_on is not None and self.version_of.data == about_on.isoformat()
        return self.version_number() if same else 0

    def sees(self, about_on: date, version: int) -> None:
        """From now on the form speaks of this version of a date."""
        self.version_of.data, self.version.data = about_on.isoformat(), str(version)

    def held_ids(self, dropped: Iterable[str] = ()) -> tuple[UUID, ...]:
        """The files that have arrived for this form, without those to be left out."""
        out, found = set(dropped), []
        for text in self.held.data or ():
            try:
                found.append(UUID(text))
            except ValueError:
                continue
        return tuple(each for each in found if str(each) not in out)

    def wanted_with(self, counts: Sequence[Count], *, imported: bool) -> PositionInput:
        """What was typed, with the numbers, as the rules know it."""
        return PositionInput(
            about_on=self.about_on.data,
            source=self.source.data or "",
            interval_months=self.interval_months.data,
            counted=Counted(self.counted.data) if self.counted.data else None,
            counts=tuple(counts),
            not_counted=self.not_counted.data or "",
            not_counted_about=self.not_counted_about.data,
            note=self.note.data or "",
            evidence_id=UUID(self.evidence_id.data) if self.evidence_id.data else None,
            number_right=bool(self.number_right.data),
            imported=imported,
        )


class GridForm(FactsForm):
    """Facts and the grid; `grid_form` makes the class with the fields of its lines."""

    lines: tuple[Line, ...] = ()

    def counts(self) -> list[Count]:
        """The lines that have numbers; of people who need nothing, none in date is 0."""
        found = []
        for line in self.lines:
            in_post, in_date = self[post_field(line)].data, self[date_field(line)].data
            if in_post is not None:
                found.append(Count(line, in_post, in_date or 0))
        return found

    def wanted(self) -> PositionInput:
        """Everything that was typed, as the rules know it."""
        return self.wanted_with(self.counts(), imported=False)

    def add_problems(self, problems: Iterable[tuple[str, str]]) -> None:
        """One about the grid as a whole stands at its first field."""
        first = post_field(self.lines[0]) if self.lines else ""
        super().add_problems((first if name == "counts" else name, message) for name, message in problems)

    def pair_problems(self) -> list[tuple[str, str]]:
        """Lines of which one number is missing; those that are wrong already are not said twice."""
        found = []
        for line in self.lines:
            post, in_date = self[post_field(line)], self[date_field(line)]
            if not post.errors and not in_date.errors:
                found += pair_problems(line, post.data, in_date.data)
        return found


@lru_cache(maxsize=256)
def grid_form(lines: tuple[Line, ...]) -> type[GridForm]:
    """The class of a form with a grid of these lines."""
    fields: dict[str, object] = {"lines": lines}
    for line in lines:
        fields[post_field(line)] = NHSWholeNumber(f"{line.label}: staff in post", label_hidden=True)
        fields[date_field(line)] = NHSWholeNumber(f"{line.label}: staff in date", label_hidden=True)
    return type("GridForm", (GridForm,), fields)


class WithdrawForm(VersionedForm):
    """Numbers of a date are taken out of use, with a reason."""

    reason = NHSTextArea(
        "Why are these numbers taken out of use?",
        max_length=2000,
        hint=f"For example: the date was wrong. {NO_NAMES}",
        required="Say why these numbers are taken out of use",
        options={"rows": 3},
    )


class FileForm(NHSForm):
    """A spreadsheet with numbers by group of staff."""

    has_files = True
    file = NHSFiles(
        "Spreadsheet with numbers by staff group",
        accept=".csv,.xlsx",
        multiple=False,
        hint="Excel (xlsx) or CSV. Numbers only: a file with one row for each person is not taken",
    )


class PreviewForm(FactsForm):
    """Facts, and the rows of a file as they can be mended; the rows are plain inputs named by their place."""

    row_problems: Sequence[dict[str, str]] = ()

    def error_summary(self) -> list[dict[str, str]]:
        """The problems of rows come after those of the form, in the order of the file."""
        found: list[dict[str, str]] = super().error_summary()
        return [*found, *self.row_problems]


def drafts_of(typed: Mapping[str, str]) -> list[Draft]:
    """The rows of a preview as they were posted; a row too many is none of ours."""
    text = typed.get("rows", "0")
    count = min(int(text), MANY_ROWS) if text.isdecimal() and len(text) < 5 else 0
    return [_draft_of(typed, index) for index in range(count)]


def _draft_of(typed: Mapping[str, str], index: int) -> Draft:
    def said(name: str) -> str:
        return typed.get(f"row-{index}-{name}", "").replace("\x00", "").strip()[:300]

    number = said("number")
    return Draft(
        number=int(number) if number.isdecimal() and len(number) < 8 else index + 1,
        said=said("said"),
        group=said("group"),
        level=said("level"),
        in_post=said("post"),
        in_date=said("date"),
        left_out=bool(said("out")),
        notes=tuple(each for each in said("notes").split(" ¦ ") if each),
    )
