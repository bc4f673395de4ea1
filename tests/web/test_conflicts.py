"""Two who saved the same thing: what of a form is held against what, and in which words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask, get_template_attribute

from tracker.web.conflicts import Clash, Difference, clash, said
from tracker.web.fields import (
    Item,
    NHSCheckboxes,
    NHSDateField,
    NHSRadios,
    NHSTextField,
    NHSTick,
    NHSWholeNumber,
    VersionedForm,
)


class Everything(VersionedForm):
    title = NHSTextField("Title")
    groups = NHSCheckboxes("Staff groups", items=[Item("03", "Nursing"), Item("01", "Medical")])
    stage = NHSRadios("Stage", items=[Item("begun", "Begun"), Item("done", "Done")])
    agreed_on = NHSDateField("Agreed on")
    trained = NHSWholeNumber("Number trained")
    online = NHSTick("People do this online")


@pytest.fixture
def asked(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def form(**values: Any) -> Everything:
    return Everything(None, data=values)


@pytest.mark.parametrize(
    "name, value, words",
    [
        ("title", "Sepsis six", "Sepsis six"),
        ("title", None, ""),
        ("groups", ["03", "01"], "Medical, Nursing"),
        ("groups", ["03", "99"], "99, Nursing"),
        ("stage", "done", "Done"),
        ("stage", "of old", "of old"),
        ("agreed_on", date(2026, 9, 1), "1 September 2026"),
        ("trained", 0, "0"),
        ("online", True, "Yes"),
        ("online", False, "No"),
    ],
)
def test_a_field_is_said_as_a_person_reads_it(asked: None, name: str, value: object, words: str) -> None:
    assert said(form(**{name: value})[name]) == words


def test_what_differs_stands_in_the_order_of_the_form(asked: None) -> None:
    theirs = form(title="Sepsis six", stage="begun", version="4", trained=0)
    yours = form(stage="done", trained=0, online=True, version="3")
    found = clash("Asha Patel", None, theirs, yours)
    assert found.author == "Asha Patel" and found.differences == (
        Difference("Title", "Sepsis six", "Nothing"),
        Difference("Stage", "Begun", "Done"),
        Difference("People do this online", "No", "Yes"),
    )


def test_a_field_that_only_one_of_them_was_asked_is_left_out(asked: None) -> None:
    theirs = form(title="Sepsis six")
    del theirs.trained
    assert clash("Asha Patel", None, theirs, form(title="Sepsis six", trained=4)).differences == ()


def test_both_texts_are_shown_escaped_and_under_the_heading_given(asked: None) -> None:
    table = get_template_attribute("components/conflict.html", "differences")
    drawn = table([Difference("Title", "<b>Six</b>", "Seven")], "Question")
    assert '<th class="nhsuk-table__header" scope="col">Question</th>' in drawn
    assert "&lt;b&gt;Six&lt;/b&gt;" in drawn and "<b>" not in drawn
    assert "Both of you said the same" in table([])


def test_without_anybody_else_nothing_is_shown(asked: None) -> None:
    box = get_template_attribute("components/conflict.html", "clash")
    assert not box(None, "/there").strip()
    assert 'href="/there"' in box(Clash("Asha Patel", None), "/there")
