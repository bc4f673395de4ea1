"""Declared questions: what a file may ask, what the loader refuses and where, and what a digest remembers."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests import factories
from tracker.catalogue import loader, queries
from tracker.catalogue.loader import REPORTS, CatalogueFileError, load_report
from tracker.catalogue.rules import QuestionFault, QuestionType, RuleKind, read_sets, set_digest, stored_sets

(SHIPPED,) = loader.load_reports()
SETS = {(each.code, one.key): one for each in SHIPPED.recommendations for one in each.sets}
BY_NUMBER = {each.number: each for each in SHIPPED.recommendations}
MARKS = SHIPPED.thresholds.keys()


def declared(**changes: Any) -> dict[str, Any]:
    """A small set that can be asked, to be spoiled."""
    made: dict[str, Any] = {
        "key": "small",
        "title": "A small set",
        "asked_of": ["nhs_trust"],
        "questions": [
            {"key": "so", "text": "Is it so?", "type": "yes_no"},
            {"key": "many", "text": "How many?", "type": "count", "only_when": {"question": "so", "one_of": ["yes"]}},
            {"key": "part", "text": "Shares", "type": "fraction", "numerator": "Of them?", "denominator": "All?"},
        ],
        "figure": {
            "rule": "fraction", "how": "How it is counted.", "done": "Done.", "questions": ["part"],
            "counted": "these", "of": "those", "lacking": "Not all.", "every": True,
        },
    }  # fmt: skip
    return {**made, **changes}


def with_question(index: int, **changes: Any) -> dict[str, Any]:
    made = deepcopy(declared())
    made["questions"][index] |= changes
    return made


def with_figure(**changes: Any) -> dict[str, Any]:
    made = deepcopy(declared())
    made["figure"] |= changes
    return made


def test_those_without_a_register_are_asked_in_questions() -> None:
    asked = [each.number for each in SHIPPED.recommendations if each.sets]
    assert asked == [1, 2, 3, 4, 5, 6, 7, 8, 13, 14, 15, 16, 21]
    assert all(each.measure == "questions" for each in SHIPPED.recommendations if each.sets)
    assert queries.list_question_codes() == tuple(f"SEP16-{number:02}" for number in asked)


def test_each_kind_that_owes_is_asked_and_trusts_give_one_date_for_4() -> None:
    for each in SHIPPED.recommendations:
        asked = {kind for one in each.sets for kind in one.asked_of}
        assert not each.sets or set(each.owed_by) <= asked, each.code
    session = SETS["SEP16-04", "session"]
    assert [kind.value for kind in session.asked_of] == ["nhs_trust"]
    assert [each.type for each in session.questions] == [QuestionType.YES_NO, QuestionType.DATE]


def test_consider_is_asked_as_a_decision_and_a_condition_is_answered_itself() -> None:
    assert {key[0] for key, each in SETS.items() if each.figure.rule is RuleKind.DECISION} == {
        "SEP16-05",
        "SEP16-06",
    }
    for code in ("SEP16-07", "SEP16-15"):
        (one,) = (each for key, each in SETS.items() if key[0] == code)
        assert [each.say for each in one.figure.instead] == ["Nothing proven yet"]


def test_what_is_asked_follows_from_the_questions() -> None:
    assert "When was this considered?" in BY_NUMBER[5].ask
    assert "In how many was sepsis learning written down?" in BY_NUMBER[16].ask
    assert "Is there money for it after 31 March?" in BY_NUMBER[13].ask


def test_every_mark_has_a_meaning() -> None:
    assert {each.code for each in SHIPPED.marks} == set(MARKS) - {"version", "from"}
    assert all(each.meaning.endswith(".") and each.unit for each in SHIPPED.marks)


def test_what_is_stored_reads_as_what_was_declared() -> None:
    for (code, _key), each in SETS.items():
        stored = json.loads(json.dumps(asdict(each), default=str))
        assert read_sets([stored]) == stored_sets([stored]) == (each,), code


def test_a_field_that_says_nothing_changes_no_digest() -> None:
    (plain,) = read_sets([declared()], MARKS)
    (spelt_out,) = read_sets([with_question(0, optional=False, several=False, columns=[], like="")], MARKS)
    assert set_digest(plain) == set_digest(spelt_out)


def test_what_a_register_alone_says_is_not_spoken_and_facts_beside_are_asked_for() -> None:
    made = with_question(2, filled_from="coverage.reached", register_only=True)
    (one,) = read_sets([{**made, "beside": ["champions.owner"]}], MARKS)
    assert one.questions[2].spoken == ()
    assert one.facts == {"coverage.reached", "champions.owner"}
    assert one.deciding == {"part"}


def test_a_hint_may_change_and_a_question_may_not() -> None:
    (before,) = read_sets([declared()], MARKS)
    (hinted,) = read_sets([with_question(0, hint="Look it up")], MARKS)
    (reworded,) = read_sets([with_question(0, text="Is it really so?")], MARKS)
    assert set_digest(hinted) == set_digest(before) != set_digest(reworded)


BAD: list[tuple[dict[str, Any], str]] = [
    (declared(colour="red"), "set small: colour is not known here"),
    (declared(asked_of=["ministry"]), "asked_of 'ministry' is not one of"),
    (declared(asked_of=[]), "set small, nobody is asked"),
    (declared(questions=[]), "set small, there is no question"),
    (declared(key="Small set"), "its key must be small letters"),
    (with_question(0, type="maybe"), "type 'maybe' is not one of yes_no, count"),
    (with_question(0, key="many"), "question many stands twice"),
    (with_question(0, text=""), "question so: its text is empty"),
    (with_question(0, text="Is  it so?"), "text has white space"),
    (with_question(0, optional="no"), "optional must be true or false"),
    (with_question(0, type="choice"), "question so: a choice, and nothing else, has two options"),
    (with_question(0, several=True), "question so: several belongs to a choice"),
    (with_question(0, past=True), "question so: past belongs to a date"),
    (
        with_question(0, filled_from="coverage"),
        "filled_from is for a yes or no, a count, a fraction or a date, and names a measure and its fact",
    ),
    (
        with_question(0, type="text", filled_from="coverage.refresher"),
        "filled_from is for a yes or no, a count",
    ),
    (with_question(2, register_only=True), "question part: register_only needs filled_from"),
    (declared(beside=["coverage"]), "beside: 'coverage' does not name a measure and its fact"),
    (
        with_question(0, only_when={"question": "many", "one_of": ["yes"]}),
        "there is no earlier question 'many'",
    ),
    (with_question(1, only_when={"question": "so", "one_of": ["perhaps"]}), "'perhaps' is no answer of so"),
    (with_question(2, numerator=""), "a fraction, and nothing else, says in words"),
    (with_question(1, type="rows"), "rows, and nothing else, have columns"),
    (with_question(1, not_before="so"), "question many: not_before belongs to a date"),
    (with_figure(rule="guess"), "rule 'guess' is not one of all, methods"),
    (with_figure(questions=["many"]), "figure: many is not a question of type fraction"),
    (with_figure(questions=[]), "figure: questions: a rule fraction needs some"),
    (with_figure(counted=""), "figure: counted and of say what"),
    (with_figure(lacking=""), "figure: lacking says what is so"),
    (with_figure(mark="percent"), "figure: the mark percent is not declared"),
    (with_figure(rule="all", questions=[]), "figure: there is no condition"),
    (with_figure(conditions=[{"lacking": "No.", "question": "so"}]), "condition so: give exactly one of"),
    (
        with_figure(conditions=[{"lacking": "No.", "question": "other", "given": True}]),
        "there is no question 'other'",
    ),
    (
        with_figure(conditions=[{"lacking": "No.", "question": "so", "ahead": True}]),
        "ahead does not go with a yes_no",
    ),
    (
        with_figure(conditions=[{"lacking": "No.", "question": "many", "at_least": "none_such"}]),
        "the mark none_such is not declared",
    ),
    (
        with_figure(
            instead=[{"when": {"question": "so", "one_of": ["never"]}, "say": "No", "because": "No."}]
        ),
        "instead: 'never' is no answer of so",
    ),
]


@pytest.mark.parametrize("row, said", BAD, ids=[said for _row, said in BAD])
def test_what_cannot_be_asked_or_counted_is_refused_with_its_place(row: dict[str, Any], said: str) -> None:
    with pytest.raises(QuestionFault, match=re.escape(said)):
        read_sets([row], MARKS)


def test_the_small_set_itself_will_do() -> None:
    assert read_sets([declared()], MARKS)[0].question("many").only_when is not None


def test_one_form_for_a_kind_and_a_recommendation() -> None:
    with pytest.raises(QuestionFault, match="two sets ask NHS trust: one form for one recommendation"):
        read_sets([declared(), declared(key="other")], MARKS)


@pytest.mark.parametrize(
    "old, new, said",
    [
        (
            'text = "Is there money for it after 31 March?"\ntype = "yes_no"',
            'text = "Is there money for it after 31 March?"\ntype = "perhaps"',
            "SEP16.toml, SEP16-13, set methods, questions money: type 'perhaps' is not one of",
        ),
        (
            'filled_from = "champions.owner"',
            'filled_from = "owner"',
            "SEP16.toml, SEP16-13, set methods, question owner: filled_from is for a yes or no",
        ),
        (
            'mark = "appraisal_percent"',
            'mark = "appraisal_share"',
            "SEP16.toml, SEP16-16, set appraisals, figure: the mark appraisal_share is not declared",
        ),
        ('short_title = "Learning that lasts"', 'ask = []\nshort_title = "L"', "SEP16-13: ask follows from"),
        ('code = "recheck_months"\n', 'code = "recheck_years"\n', "SEP16.toml: the mark recheck_months has no meaning"),
    ],
)  # fmt: skip
def test_a_bad_file_names_the_file_the_recommendation_and_the_question(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    shipped = (REPORTS / "SEP16.toml").read_text(encoding="utf-8")
    assert old in shipped
    bad = tmp_path / "SEP16.toml"
    bad.write_text(shipped.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueFileError, match=re.escape(said)):
        load_report(bad)


def test_the_tables_give_back_what_a_kind_is_asked(app: Flask) -> None:
    factories.catalogue()
    assert [each.recommendation.number for each in queries.list_asked("national_body")] == [
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        8,
    ]
    assert [each.recommendation.number for each in queries.list_asked("nhs_trust")] == [4, 13, 14, 15, 16]
    assert [each.recommendation.number for each in queries.list_asked("higher_education")] == [21]
    found = queries.find_asked("nhs_trust", "SEP16-04")
    assert found is not None and found.declared == SETS["SEP16-04", "session"]
    assert queries.find_asked("nhs_trust", "SEP16-12") is None
    assert queries.list_declared(["SEP16-04"])[found.digest] == found.declared
