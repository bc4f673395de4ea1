"""The NHS fields: each renders, keeps what was typed, and ties its error message to its input."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import validators

from tracker.web.fields import (
    Item,
    NHSCheckboxes,
    NHSDateField,
    NHSEmailField,
    NHSFiles,
    NHSForm,
    NHSHidden,
    NHSPasswordField,
    NHSRadios,
    NHSSelect,
    NHSTextArea,
    NHSTextField,
    NHSTick,
    NHSWholeNumber,
)

HOSTILE = '<script>alert("x")</script>'


class Everything(NHSForm):
    title = NHSTextField("Title", required="Enter a title", hint="A few words", max_length=20)
    email = NHSEmailField("E-mail address")
    password = NHSPasswordField("Password")
    summary = NHSTextArea("What is in place now", max_length=40, hint="No names of patients")
    note = NHSTextArea("What changed")
    delivery = NHSRadios(
        "Where are you with this?",
        items=[
            Item("not_started", "Not started"),
            Item("in_progress", "Started", hint="Something is happening", conditional=("confidence",)),
        ],
        required="Say where you are with this",
        label_as_heading=True,
    )
    confidence = NHSRadios("Will it be done by the date?", items=[Item("on_track", "Yes"), Item("off", "No")])
    groups = NHSCheckboxes("Staff groups", items=[Item("01", "Medical"), Item("03", "Nursing")])
    kind = NHSSelect("Kind", items=[Item("policy", "Policy"), Item("slides", "Slides")], blank="Choose one")
    delivered_on = NHSDateField("In place since", subject="Date in place", hint="For example, 1 9 2026")
    trained = NHSWholeNumber("Number trained")
    looked = NHSTick("I have looked: no patient can be identified", required="Look at the picture first")
    files = NHSFiles("Evidence", hint="PDF, Word, Excel, picture; up to 50 MB", accept=".pdf,.docx")
    version = NHSHidden()


@pytest.fixture
def bare_app() -> Iterator[Flask]:
    bare_app = Flask(__name__)
    bare_app.config.update(SECRET_KEY="only for this test", WTF_CSRF_ENABLED=False)
    with bare_app.test_request_context(method="POST"):
        yield bare_app


def sent(**typed: Any) -> Everything:
    return Everything(formdata=MultiDict({key.replace("__", "-"): value for key, value in typed.items()}))


@pytest.mark.parametrize("name", [field for field in vars(Everything) if not field.startswith("_")])
def test_every_field_renders_its_label_and_name(bare_app: Flask, name: str) -> None:
    form = Everything(formdata=None)
    if not callable(getattr(form[name], "draw", None)):
        return
    html = str(form[name]())
    assert str(form[name].label.text) in html
    assert f'name="{name}' in html
    assert "style=" not in html and "onclick" not in html


@pytest.mark.parametrize("name", ["title", "email", "summary", "note", "trained"])
def test_what_was_typed_comes_back_escaped(bare_app: Flask, name: str) -> None:
    form = sent(**{name: HOSTILE[:20]})
    form.validate()
    html = str(form[name]())
    assert "&lt;script&gt;" in html
    assert "<script" not in html


def test_a_script_in_a_label_hint_or_item_is_escaped(bare_app: Flask) -> None:
    class Hostile(NHSForm):
        text = NHSTextField(HOSTILE, hint=HOSTILE)
        radio = NHSRadios(HOSTILE, items=[Item(HOSTILE, HOSTILE, hint=HOSTILE)])
        select = NHSSelect(HOSTILE, items=[Item(HOSTILE, HOSTILE)])
        files = NHSFiles(HOSTILE, hint=HOSTILE)
        on = NHSDateField(HOSTILE, hint=HOSTILE)

    form = Hostile(formdata=MultiDict({"on-day": HOSTILE}))
    form.validate()
    form.add_problems([("text", HOSTILE), ("files", HOSTILE)])
    for field in form:
        assert "<script" not in str(field())


def test_a_password_never_comes_back(bare_app: Flask) -> None:
    form = sent(password="correct horse battery")
    assert "correct horse" not in str(form.password())
    assert form.password.data == "correct horse battery"


def test_choices_come_back(bare_app: Flask) -> None:
    form = sent(delivery="in_progress", groups="03", kind="slides")
    assert form.delivery.data == "in_progress" and form.groups.data == ["03"] and form.kind.data == "slides"
    assert 'value="in_progress" checked' in str(form.delivery())
    assert 'value="03" checked' in str(form.groups())
    assert 'value="slides" selected' in str(form.kind())


def test_errors_are_tied_to_their_input(bare_app: Flask) -> None:
    form = sent(summary="x" * 41, trained="many", delivered_on__day="31", kind="none of these")
    assert not form.validate()
    for name in ("title", "summary", "trained", "kind"):
        html = str(form[name]())
        assert f'id="{name}-error"' in html
        assert f"{name}-error" in html.split("aria-describedby=")[1].split(">")[0]
    for name in ("delivery", "delivered_on"):
        assert f'aria-describedby="{name}-' in str(form[name]()).split("<legend")[0]
    assert 'aria-describedby="looked-error"' in str(form.looked())


def test_the_summary_links_to_the_first_input_of_each_field(bare_app: Flask) -> None:
    form = sent(delivered_on__day="1", delivered_on__month="9")
    form.validate()
    form.add_problems([("title", "Too vague"), ("nowhere", "Somebody else saved this first")])
    links = form.error_summary()
    assert links[0] == {"text": "Somebody else saved this first"}
    assert {"text": "Enter a title", "href": "#title"} in links
    assert {"text": "Too vague", "href": "#title"} in links
    assert {"text": "Say where you are with this", "href": "#delivery"} in links
    assert {"text": "Date in place must include a year", "href": "#delivered_on-year"} in links
    page = "".join(str(field()) for field in form)
    for link in links[1:]:
        assert f'id="{link["href"][1:]}"' in page


def test_what_a_rule_finds_besides_is_said_of_fields_that_can_be_read(bare_app: Flask) -> None:
    form = sent(delivered_on__day="1", delivered_on__month="9")
    form.validate()
    said = form.delivered_on.errors
    form.add_further([("delivered_on", "It must be in the past"), ("note", "No names"), ("", "Look again")])
    assert list(form.delivered_on.errors) == list(said) == ["Date in place must include a year"]
    links = form.error_summary()
    assert {"text": "No names", "href": "#note"} in links and {"text": "Look again"} in links


def test_a_field_inside_an_answer_is_drawn_once(bare_app: Flask) -> None:
    form = Everything(formdata=None)
    names = [field.name for field in form.outline()]
    assert "confidence" not in names and "version" not in names
    html = str(form.delivery())
    assert 'name="confidence"' in html
    assert 'data-aria-controls="conditional-delivery-2"' in html
    assert html.count("<h1") == 1


def test_hidden_fields_have_no_id(bare_app: Flask) -> None:
    form = Everything(formdata=None, version='3"')
    assert form.hidden_tag() == '<input type="hidden" name="version" value="3&#34;">'


@pytest.mark.parametrize(
    ("day", "month", "year", "message"),
    [
        ("1", "9", "", "Date in place must include a year"),
        ("", "9", "", "Date in place must include a day and a year"),
        ("1", "", "2026", "Date in place must include a month"),
        ("31", "2", "2026", "Date in place must be a real date"),
        ("first", "9", "2026", "Date in place must be a real date"),
        ("1", "13", "2026", "Date in place must be a real date"),
        ("1", "9", "0000", "Date in place must be a real date"),
        ("1", "9", "26", "Year must have 4 numbers"),
        ("1", "9", "20266", "Date in place must be a real date"),
        ("\u0661", "9", "2026", "Date in place must be a real date"),
    ],
)
def test_the_date_says_what_is_wrong_and_keeps_it(
    bare_app: Flask, day: str, month: str, year: str, message: str
) -> None:
    form = sent(delivered_on__day=day, delivered_on__month=month, delivered_on__year=year)
    form.validate()
    assert list(form.delivered_on.errors) == [message]
    assert form.delivered_on.data is None
    html = str(form.delivered_on())
    for part, typed in (("day", day), ("month", month), ("year", year)):
        assert f'id="delivered_on-{part}" name="delivered_on-{part}"' in html
        assert f'value="{typed}"' in html


@pytest.mark.parametrize("month", ["9", "09", "Sep", "september"])
def test_a_date_may_name_its_month(bare_app: Flask, month: str) -> None:
    form = sent(delivered_on__day=" 1", delivered_on__month=month, delivered_on__year="2026")
    form.validate()
    assert not form.delivered_on.errors
    assert form.delivered_on.data == dt.date(2026, 9, 1)


def test_an_empty_date_is_none_and_a_stored_one_is_shown(bare_app: Flask) -> None:
    form = sent(delivered_on__day="", delivered_on__month="", delivered_on__year="")
    form.validate()
    assert form.delivered_on.data is None and not form.delivered_on.errors
    stored = Everything(formdata=None, delivered_on=dt.date(2026, 9, 1))
    assert 'value="2026"' in str(stored.delivered_on())
    assert stored.delivered_on.data == dt.date(2026, 9, 1)


def test_a_required_date_asks_for_itself(bare_app: Flask) -> None:
    class Dated(NHSForm):
        on = NHSDateField("Date", required="Enter the date it was in place")
        by = NHSDateField("By", [validators.Optional()])

    form = Dated(formdata=MultiDict({"on-day": " "}))
    assert not form.validate()
    assert list(form.on.errors) == ["Enter the date it was in place"] and not form.by.errors


@pytest.mark.parametrize(
    ("typed", "number", "message"),
    [
        ("2,406", 2406, ""),
        ("2 406", 2406, ""),
        ("0", 0, ""),
        ("", None, ""),
        ("2.5", None, "Number trained must be a whole number, like 120"),
        ("-1", None, "Number trained must be 0 or more"),
        ("9" * 5000, None, "Number trained must be a whole number, like 120"),
    ],
)
def test_whole_numbers(bare_app: Flask, typed: str, number: int | None, message: str) -> None:
    form = sent(trained=typed)
    form.validate()
    assert form.trained.data == number
    assert list(form.trained.errors) == ([message] if message else [])
    assert f'value="{typed}"' in str(form.trained()) or not typed


@pytest.mark.parametrize(
    "label, subject",
    [
        ("Number trained (optional)", "Number trained"),
        ("How many?", "The answer to “How many?”"),
        ("How many? (optional)", "The answer to “How many?”"),
        ("How was it counted? (needed if it was)", "The answer to “How was it counted?”"),
    ],
)
def test_a_message_names_its_field(bare_app: Flask, label: str, subject: str) -> None:
    class Form(NHSForm):
        count = NHSWholeNumber(label)
        words = NHSTextField(label, max_length=3)

    form = Form(formdata=MultiDict({"count": "-1", "words": "four"}))
    assert not form.validate()
    assert list(form.count.errors) == [f"{subject} must be 0 or more"]
    assert list(form.words.errors) == [f"{subject} must be 3 characters or fewer"]


def test_text_is_tidied(bare_app: Flask) -> None:
    assert sent(note=" one\r\ntwo\x00 ").note.data == "one\ntwo"


def test_files_are_named_when_they_must_be_chosen_again(bare_app: Flask) -> None:
    data = {"files": [(io.BytesIO(b"%PDF"), "rota <1>.pdf"), (io.BytesIO(b""), "")]}
    with bare_app.test_request_context(method="POST", data=data):
        form = Everything()
        assert [one.filename for one in form.files.data] == ["rota <1>.pdf"]
        assert not form.validate()
        html = str(form.files())
    assert "Choose the files again, they were not saved: rota &lt;1&gt;.pdf" in html
    assert 'aria-describedby="files-hint files-error"' in html
    assert "multiple" in html and 'accept=".pdf,.docx"' in html


def test_an_unknown_answer_is_refused(bare_app: Flask) -> None:
    form = sent(delivery="assured", groups="99", kind="other")
    form.validate()
    assert list(form.delivery.errors) == ["Choose one of the answers listed"]
    assert list(form.groups.errors) == ["Choose only from the answers listed"]
    assert list(form.kind.errors) == ["Choose one of the answers listed"]
