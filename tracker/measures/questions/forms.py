"""The form of any question set, built from its declaration: fields, and the blocks in which a page draws them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from wtforms import Field

from tracker.catalogue.rules import (
    DECISION_TEXTS,
    DECISIONS,
    Column,
    Question,
    QuestionSet,
    QuestionType,
)
from tracker.measures.base import Fact
from tracker.measures.questions.rules import ROWS_AT_MOST, asked, place, told
from tracker.web.fields import (
    Item,
    NHSCheckboxes,
    NHSDateField,
    NHSRadios,
    NHSSelect,
    NHSTextArea,
    NHSTextField,
    NHSWholeNumber,
    VersionedForm,
)

SPARE_ROWS, FEWEST_ROWS = 4, 6
YES_NO = (Item("yes", "Yes"), Item("no", "No"))
UNKNOWN = Item("unknown", "We do not know")


@dataclass(frozen=True, slots=True)
class RowBlock:
    """One row of a table to fill in: its heading and its fields."""

    heading: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One question on the page. `legend` stands over several fields; `filled`: a register's words in place of them,
    and `register` its fact.

    `shown_when` names the input that opens it, and `values` its answers that do; without a script it is always open.
    """

    names: tuple[str, ...] = ()
    legend: str = ""
    hint: str = ""
    rows: tuple[RowBlock, ...] = ()
    filled: str = ""
    register: str = ""
    shown_when: str = ""
    values: str = ""


class AnswersForm(VersionedForm):
    """What every set asks besides its questions. Made with `form_for`."""

    declared: QuestionSet
    facts: Mapping[str, Fact]
    blocks: tuple[Block, ...] = ()

    about_on = NHSDateField(
        "Which day are these answers about?",
        hint="Usually today. Answers about another day stand beside these; about the same day they take their place",
        subject="The day that these answers are about",
    )
    source = NHSTextField(
        "Where do the answers come from? (optional)",
        max_length=300,
        hint="For example a policy, a report or a system, with its date",
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """What is not asked, after the answers given, cannot be wrong."""
        super().validate(extra_validators)
        wanted = {each.key for each in asked(self.declared, self.values(), self.facts)}
        for field in self:
            parts = field.name.split("-")
            if parts[0] == "q" and parts[1] not in wanted:
                field.errors = []
        return not self.errors

    def values(self) -> dict[str, Any]:
        """What was typed, by question, as the rules take it."""
        drawn = _drawn(self.declared, self.facts)
        return {each.key: self._value(each) for each in drawn if each.filled_from not in self.facts}

    def _value(self, question: Question) -> Any:
        key = question.key
        if question.type is QuestionType.ROWS:
            return [
                self._parts(key, each, [column.key for column in question.columns])
                for each in self._indices(key)
            ]
        if question.type is QuestionType.DECISION:
            return self._parts(key, None, DECISION_TEXTS)
        if question.type is QuestionType.FRACTION:
            return self._parts(key, None, _fraction_texts(question))
        return self[place(key)].data

    def _parts(self, key: str, index: int | None, names: Iterable[str]) -> dict[str, Any]:
        at = () if index is None else (index,)
        return {name: self[place(key, *at, name)].data for name in names}

    def _indices(self, key: str) -> list[int]:
        found = {int(name.split("-")[2]) for name in self._fields if name.startswith(place(key) + "-")}
        return sorted(found)


class _Count(NHSWholeNumber):
    """Its label is a question, so that its message is a sentence of its own."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Give a whole number, like 120") from None


def form_for(
    declared: QuestionSet,
    facts: Mapping[str, Fact],
    *,
    typed: Any = None,
    answers: Mapping[str, Any] | None = None,
    **data: Any,
) -> AnswersForm:
    """The form of a set: with what was typed, or filled with answers that stand. `facts` are those of registers."""
    shown = dict(answers or {})
    fields: dict[str, Field] = {}
    blocks = [
        _block(each, facts, fields, _row_count(each, shown, typed), _opener(declared, each))
        for each in _drawn(declared, facts)
    ]
    made = type("AnswersFormOfASet", (AnswersForm,), {**fields, "declared": declared, "facts": dict(facts)})
    given = {**data, **dict(_as_data(declared, shown))}
    form: AnswersForm = made(formdata=typed, data=given)
    form.blocks = tuple(blocks)
    return form


def _drawn(declared: QuestionSet, facts: Mapping[str, Fact]) -> list[Question]:
    """What a page shows: what is asked or filled; not what only a silent register says, nor what hangs on no input."""
    found: list[Question] = []
    inputs: set[str] = set()
    for each in declared.questions:
        filled = each.filled_from in facts
        hangs = each.only_when is not None and each.only_when.question not in inputs
        if not filled and (each.register_only or hangs):
            continue
        found.append(each)
        if not filled:
            inputs.add(each.key)
    return found


def _opener(declared: QuestionSet, question: Question) -> str:
    """The name of the input whose answer opens a question."""
    if question.only_when is None:
        return ""
    by = declared.question(question.only_when.question)
    return place(by.key, "decision") if by.type is QuestionType.DECISION else place(by.key)


def _block(
    question: Question, facts: Mapping[str, Fact], fields: dict[str, Field], rows: int, opener: str
) -> Block:
    """Add the question's fields, and say how a page draws them."""
    fact = facts.get(question.filled_from) if question.filled_from else None
    shown: dict[str, Any] = {}
    if question.only_when is not None:
        shown = {
            "shown_when": place(question.only_when.question),
            "values": " ".join(question.only_when.one_of),
        }
    if fact is not None:
        return Block(legend=question.text, filled=told(fact), register=question.filled_from)
    if question.type is QuestionType.ROWS:
        return Block(
            legend=question.text, hint=question.hint, rows=_row_blocks(question, fields, rows), **shown
        )
    if question.type in {QuestionType.DECISION, QuestionType.FRACTION}:
        made = (
            _decision_fields(question)
            if question.type is QuestionType.DECISION
            else _fraction_fields(question)
        )
        fields.update(made)
        return Block(names=tuple(made), legend=question.text, hint=question.hint, **shown)
    fields[place(question.key)] = _field(question)
    return Block(names=(place(question.key),), **shown)


def _field(asked_one: Question | Column, *, in_row: bool = False) -> Field:
    """The field of a question that has one; in a row a list to choose from, which can be emptied again."""
    optional = asked_one.optional and not in_row and "empty" not in asked_one.hint
    label = f"{asked_one.text} (optional)" if optional else asked_one.text
    shared: dict[str, Any] = {"hint": asked_one.hint}
    kind = asked_one.type
    if kind in {QuestionType.YES_NO, QuestionType.CHOICE}:
        items = _items(asked_one)
        if asked_one.several:
            return NHSCheckboxes(label, items=items, **shared)
        if in_row:
            return NHSSelect(label, items=items, blank="Choose", **shared)
        inline = {"classes": "nhsuk-radios--inline"} if kind is QuestionType.YES_NO else {}
        return NHSRadios(label, items=items, options=inline, **shared)
    if kind is QuestionType.DATE:
        return NHSDateField(label, subject="The date", **shared)
    if kind is QuestionType.COUNT:
        return _Count(label, **shared)
    if asked_one.long:
        return NHSTextArea(label, max_length=2000, options={"rows": 2}, **shared)
    return NHSTextField(label, **shared)


def _items(asked_one: Question | Column) -> list[Item]:
    if asked_one.type is QuestionType.YES_NO:
        return [*YES_NO, *([UNKNOWN] if asked_one.unknown else [])]
    return [Item(each.value, each.label) for each in asked_one.options]


def _decision_fields(question: Question) -> dict[str, Field]:
    made = {
        "on": NHSDateField(DECISION_TEXTS["on"], subject="The date"),
        "meeting": NHSTextField(DECISION_TEXTS["meeting"], max_length=300),
        "decision": NHSRadios(
            DECISION_TEXTS["decision"], items=[Item(value, label) for value, label in DECISIONS.items()]
        ),
        "reason": NHSTextArea(DECISION_TEXTS["reason"], max_length=2000, options={"rows": 2}),
    }
    return {place(question.key, name): field for name, field in made.items()}


def _fraction_fields(question: Question) -> dict[str, Field]:
    return {place(question.key, name): _Count(text) for name, text in _fraction_texts(question).items()}


def _fraction_texts(question: Question) -> dict[str, str]:
    parts = {
        "denominator": question.denominator,
        "between": question.between,
        "numerator": question.numerator,
    }
    return {name: text for name, text in parts.items() if text}


def _row_blocks(question: Question, fields: dict[str, Field], count: int) -> tuple[RowBlock, ...]:
    blocks = []
    for index in range(count):
        made = {place(question.key, index, each.key): _field(each, in_row=True) for each in question.columns}
        fields.update(made)
        blocks.append(RowBlock(f"{question.row.capitalize()} {index + 1}", tuple(made)))
    return tuple(blocks)


def _row_count(question: Question, answers: Mapping[str, Any], typed: Any) -> int:
    """As many rows as stand or were sent, and some to spare."""
    if question.type is not QuestionType.ROWS:
        return 0
    sent = re.compile(re.escape(place(question.key)) + r"-([0-9]{1,2})-")
    indices = [int(found[1]) for name in (typed or ()) if (found := sent.match(name))]
    count = max(indices) + 1 if indices else len(answers.get(question.key) or []) + SPARE_ROWS
    return min(max(count, FEWEST_ROWS), ROWS_AT_MOST)


def _as_data(declared: QuestionSet, answers: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Answers as they are kept, by the names of the fields."""
    for question in declared.questions:
        value = answers.get(question.key)
        if value is None:
            continue
        if question.type is QuestionType.ROWS:
            for index, row in enumerate(value):
                yield from (
                    (place(question.key, index, each.key), _python(each, row.get(each.key)))
                    for each in question.columns
                )
        elif question.type is QuestionType.DECISION:
            yield from (
                (place(question.key, part), value.get(part)) for part in ("meeting", "decision", "reason")
            )
            yield place(question.key, "on"), date.fromisoformat(value["on"])
        elif question.type is QuestionType.FRACTION:
            yield from ((place(question.key, part), number) for part, number in value.items())
        else:
            yield place(question.key), _python(question, value)


def _python(asked_one: Question | Column, value: Any) -> Any:
    return date.fromisoformat(value) if value and asked_one.type is QuestionType.DATE else value


def field_errors(form: AnswersForm) -> set[str]:
    """The fields that already say what is wrong with them."""
    fields: Iterable[Field] = form
    return {each.name for each in fields if each.errors}
