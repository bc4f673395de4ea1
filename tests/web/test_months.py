"""The field for a month without its day."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from tracker.web.fields import NHSForm, NHSMonthField


@pytest.fixture
def bare_app() -> Flask:
    bare_app = Flask(__name__)
    bare_app.config.update(SECRET_KEY="only for this test", WTF_CSRF_ENABLED=False)
    return bare_app


class Reported(NHSForm):
    month = NHSMonthField("Month in which it was reported", subject="Month reported")


def form_of(app: Flask, **typed: str) -> tuple[Reported, bool, str]:
    """The form with what was typed, whether it is valid, and the field as drawn."""
    with app.test_request_context(method="POST"):
        form = Reported(formdata=MultiDict({f"month-{part}": value for part, value in typed.items()}))
        valid = form.validate()
        return form, valid, str(form.month())


@pytest.mark.parametrize("month", ["9", "09", "Sept", "september"])
def test_a_month_is_its_first_day(bare_app: Flask, month: str) -> None:
    form, valid, drawn = form_of(bare_app, month=month, year="2026")
    assert valid and form.month.data == dt.date(2026, 9, 1)
    assert f'value="{month}"' in drawn and 'name="month-day"' not in drawn


@pytest.mark.parametrize(
    "month, year, message, box",
    [
        ("", "2026", "Month reported must include a month", "month-month"),
        ("9", "", "Month reported must include a year", "month-year"),
        ("13", "2026", "Month reported must be a real month", "month-month"),
        ("0", "2026", "Month reported must be a real month", "month-month"),
        ("x", "2026", "Month reported must be a real month", "month-month"),
        ("9", "26", "Year must have 4 numbers", "month-year"),
    ],
)
def test_what_is_wrong_is_said_at_the_box(
    bare_app: Flask, month: str, year: str, message: str, box: str
) -> None:
    form, valid, drawn = form_of(bare_app, month=month, year=year)
    assert not valid and form.month.data is None
    assert form.error_summary() == [{"text": message, "href": f"#{box}"}]
    assert f'id="{box}"' in drawn and message in drawn


def test_an_empty_month_is_none_and_a_stored_one_is_shown(bare_app: Flask) -> None:
    form, valid, _drawn = form_of(bare_app, month=" ", year="")
    assert valid and form.month.data is None
    with bare_app.test_request_context():
        stored = Reported(formdata=None, data={"month": dt.date(2025, 12, 1)})
        assert 'value="12"' in str(stored.month()) and 'value="2025"' in str(stored.month())
