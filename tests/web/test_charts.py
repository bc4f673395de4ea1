"""Charts: a picture of its own that holds its title and its numbers, and is asked for once."""

from __future__ import annotations

import importlib.metadata
import sys
from dataclasses import replace
from xml.etree import ElementTree as ET

from flask import Flask

from tracker.web.charts import Trend, draw, picture

TREND = Trend(
    title="Staff trained & in date",
    labels=("Mar 2026", "Jun 2026", "Sep 2026"),
    values=(61.0, None, 88.0),
    shown=("61 %", "", "88 %"),
    top=100,
    mark=90,
    mark_label="National mark, 90 %",
)
SVG = "{http://www.w3.org/2000/svg}"


def texts(drawn: bytes) -> list[str]:
    root = ET.fromstring(drawn)
    return [each.text for each in root.iter(f"{SVG}text") if each.text]


def test_the_picture_holds_its_title_its_days_and_its_numbers() -> None:
    found = texts(draw(TREND))
    for words in (TREND.title, *TREND.labels, "61 %", "88 %", TREND.mark_label):
        assert words in found


def test_a_gap_is_a_gap() -> None:
    dots = draw(TREND).count(b'class="dot ')
    assert dots == 2
    assert draw(replace(TREND, values=(None, None, None), shown=("", "", ""))).count(b'class="dot ') == 0


def test_drawing_leaves_the_import_of_others_alone() -> None:
    draw(TREND)
    assert importlib.metadata.version("werkzeug")
    assert "PluginImportFixer" not in [type(each).__name__ for each in sys.meta_path]


def test_nothing_runs_and_nothing_is_fetched() -> None:
    drawn = draw(TREND)
    assert b"<script" not in drawn
    addresses = {word for word in drawn.decode().split('"') if "://" in word}
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_the_same_picture_is_the_same_bytes_and_has_one_digest() -> None:
    first = draw(TREND)
    draw.cache_clear()
    assert draw(TREND) == first
    assert TREND.digest == replace(TREND).digest != replace(TREND, shown=("61 %", "", "89 %")).digest


def test_a_browser_that_has_it_is_told_so(app: Flask) -> None:
    with app.test_request_context():
        sent = picture(TREND)
    assert (sent.status_code, sent.mimetype) == (200, "image/svg+xml")
    assert sent.headers["Cache-Control"] == "private, no-cache"
    with app.test_request_context(headers={"If-None-Match": sent.headers["ETag"]}):
        assert picture(TREND).status_code == 304
