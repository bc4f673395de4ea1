"""The NHS macros are escaped and strict, and our own macros say in words what they show in colour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template, render_template_string
from flask_wtf import CSRFProtect
from jinja2 import UndefinedError
from markupsafe import Markup

from tracker.web import components
from tracker.web.components import nhs
from tracker.web.fields import NHSFiles, NHSForm, NHSTextField
from tracker.web.navigation import ALL_INVENTED

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = "<script>alert(1)</script>"
STATES = (
    "nothing",
    "not_started",
    "started",
    "no_evidence",
    "waiting",
    "checked",
    "lapsed",
    "not_applicable",
)


@dataclass
class Thing:
    """What a presenter would hand over."""

    number: int = 12
    title: str = HOSTILE
    name: str = HOSTILE
    href: str = "/somewhere"
    state: str = "waiting"
    text: str = ""
    sub: str = HOSTILE
    tag_text: str = HOSTILE
    tag_class: str = "blue"
    note: str = HOSTILE
    count: int = 3
    figure: str = ""
    line: str = ""
    spark: str = "0,1 2,3"
    spark_words: str = HOSTILE
    lines: list[str] = field(default_factory=lambda: [HOSTILE])
    cells: list[Any] = field(default_factory=list)
    rows: list[Any] = field(default_factory=list)


@dataclass
class Pages:
    number: int = 3
    pages: int = 9
    total: int = 412
    first: int = 101
    last: int = 150


class Inspector(HTMLParser):
    """Collects ids and whatever the content security policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.refused: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if "id" in named:
            self.ids.append(str(named["id"]))
        self.refused += [name for name in named if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "nonce" not in named):
            self.refused.append(tag)


class Titled(NHSForm):
    title = NHSTextField("Title", required="Enter a title")
    files = NHSFiles("Evidence")


@pytest.fixture
def bare_app() -> Iterator[Flask]:
    bare_app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    bare_app.config.update(SECRET_KEY="only for this test", TESTING=True)
    components.init_app(bare_app)
    CSRFProtect(bare_app)
    context = {
        "identity": Thing(name="Sepsis champion"),
        "navigation": [],
        "banner": ALL_INVENTED,
        "national_body": "Health Education England",
        "nhs_logo": False,
        "request_id": "0123abcd",
        "csp_nonce": lambda: "abc",
    }
    bare_app.context_processor(lambda: context)
    with bare_app.test_request_context():
        yield bare_app


def checked(html: str) -> str:
    inspector = Inspector()
    inspector.feed(html)
    assert inspector.refused == []
    assert len(inspector.ids) == len(set(inspector.ids))
    return html


def test_a_script_through_an_nhs_macro_is_escaped(bare_app: Flask) -> None:
    html = render_template_string("{{ nhs.tag({'text': text}) }}", text=HOSTILE)
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "<script" not in nhs.button({"text": HOSTILE, "classes": f'"{HOSTILE}'})


def test_markup_goes_through_as_html(bare_app: Flask) -> None:
    assert "<b>bold</b>" in nhs.inset_text({"html": Markup("<b>bold</b>")})


@pytest.mark.parametrize("name", ["button", "date_input", "dateInput", "tables", "images", "do_dont_list"])
def test_a_macro_is_found_by_its_name_and_compiled_once(name: str) -> None:
    fresh = components.make_components()
    assert getattr(fresh, name) is getattr(fresh, name)


def test_an_unknown_macro_fails() -> None:
    with pytest.raises(AttributeError, match="no component called 'buton'"):
        _ = nhs.buton


def test_a_macro_takes_a_block(bare_app: Flask) -> None:
    html = render_template_string("{% call nhs.inset_text({}) %}<p>{{ text }}</p>{% endcall %}", text=HOSTILE)
    assert "<p>&lt;script&gt;" in html


def test_the_templates_of_the_application_are_strict(bare_app: Flask) -> None:
    with pytest.raises(UndefinedError):
        render_template_string("{{ organisaton }}")


@pytest.mark.parametrize(
    "call",
    [
        "{% from 'components/task_list.html' import task_list %}{{ task_list([thing]) }}",
        "{% from 'components/position_strip.html' import position_strip %}{{ position_strip([thing]) }}",
        "{% from 'components/matrix.html' import matrix %}{{ matrix('All', [thing], [group]) }}",
        "{% from 'components/cards.html' import figures %}{{ figures([thing]) }}",
        (
            "{% from 'components/cards.html' import needs_you %}"
            "{{ needs_you([{'text': hostile, 'href': '/', 'note': ''}]) }}"
        ),
        (
            "{% from 'components/summary_list.html' import summary_list %}"
            "{{ summary_list([{'key': 'A', 'value': hostile}]) }}"
        ),
        "{% from 'components/tags.html' import tag %}{{ tag(hostile, 'blue') }}",
        "{% from 'components/buttons.html' import post_button %}{{ post_button(hostile, '/x', 't', {'a': hostile}) }}",
        "{% from 'components/filters.html' import filter_text %}{{ filter_text('q', hostile, hostile) }}",
    ],
)
def test_our_macros_escape_and_need_no_inline_style(bare_app: Flask, call: str) -> None:
    group = Thing(rows=[Thing(cells=[Thing()])])
    html = checked(render_template_string(call, thing=Thing(), group=group, hostile=HOSTILE))
    assert "<script" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_a_letter_and_words_in_strip_matrix_and_bar(bare_app: Flask, state: str) -> None:
    html = checked(
        render_template_string(
            "{% from 'components/states.html' import STATES, legend, patterns %}"
            "{% from 'components/position_strip.html' import position_strip %}"
            "{% from 'components/matrix.html' import matrix %}"
            "{% from 'components/stacked_bar.html' import stacked_bar %}"
            "{{ legend([state]) }}{{ patterns() }}{{ position_strip([cell]) }}"
            "{{ matrix('All', [cell], [group]) }}{{ stacked_bar([cell], 12) }}",
            state=state,
            cell=Thing(state=state),
            group=Thing(rows=[Thing(cells=[Thing(state=state)])]),
        )
    )
    words = bare_app.jinja_env.get_template("components/states.html").module.STATES[state]  # type: ignore[attr-defined]
    assert html.count(words["text"]) >= 3
    assert f"12 trusts: 3 {words['text'].lower()}." in html
    assert html.count(f">{words['letter']}</span>") == 3
    assert f".app-state--{state}" in (ROOT / "static/css/app.css").read_text("utf-8") or state == "nothing"


def test_a_bar_fills_its_width_and_leaves_out_nothing_counted(bare_app: Flask) -> None:
    segments = [
        Thing(state="started", count=1),
        Thing(state="waiting", count=0),
        Thing(state="checked", count=3),
    ]
    html = render_template_string(
        "{% from 'components/stacked_bar.html' import stacked_bar %}{{ stacked_bar(segments, 4) }}",
        segments=segments,
    )
    assert 'x="0.000%"' in html
    assert 'x="25.000%" y="0" width="75.000%"' in html
    assert html.count("<rect") == 2


def test_a_bar_of_nobody_is_empty_and_does_not_fail(bare_app: Flask) -> None:
    html = render_template_string(
        "{% from 'components/stacked_bar.html' import stacked_bar %}{{ stacked_bar([], 0) }}"
    )
    assert "<rect" not in html


def test_pages_of_a_list(bare_app: Flask) -> None:
    html = checked(
        render_template_string(
            "{% from 'components/pagination.html' import pagination %}{{ pagination(page, address, 'trusts') }}",
            page=Pages(),
            address=lambda number: f"?page={number}",
        )
    )
    assert "101 to 150 of 412 trusts" in html
    assert html.count("…") == 1
    assert 'aria-current="page"' in html
    for number in (1, 2, 4, 9):
        assert f'href="?page={number}"' in html


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 411, 413, 422, 429, 500, 503])
def test_error_pages_say_it_in_words_with_a_way_on(bare_app: Flask, status: int) -> None:
    html = checked(render_template(f"errors/{status}.html"))
    heading = html.split("<h1")[1].split(">", 1)[1].split("</h1>")[0]
    assert f"<title>{heading} – Recommendation tracker</title>" in html
    assert str(status) not in heading
    assert 'href="/help"' in html


def test_a_form_page_leads_to_each_error(bare_app: Flask) -> None:
    with bare_app.test_request_context(method="POST", data={"title": ""}):
        form = Titled()
        form.validate()
        form.add_problems([("nowhere", HOSTILE)])
        html = checked(
            render_template_string(
                "{% extends 'layouts/form.html' %}{% block heading %}Add & keep{% endblock %}", form=form
            )
        )
    assert "<title>Error: Add &amp; keep – Recommendation tracker</title>" in html
    assert 'href="#title"' in html
    assert 'enctype="multipart/form-data" data-upload' in html
    assert html.count('name="csrf_token"') == 2
    assert "<script>alert" not in html


def test_the_layout_names_the_person_and_lets_her_out(bare_app: Flask) -> None:
    html = checked(
        render_template_string(
            "{% extends 'layouts/base.html' %}{% block heading %}{{ words }}{% endblock %}", words="A<b>"
        )
    )
    assert "<title>A&lt;b&gt; – Recommendation tracker</title>" in html
    assert 'action="/sign-out" method="post"' in html
    assert "Demonstration: every organisation and figure here is invented." in html
    for address in (
        "accessibility-statement",
        "privacy",
        "cookies",
        "terms",
        "about",
        "definitions",
        "help",
        "account",
    ):
        assert f'href="/{address}"' in html


def test_the_vendored_stylesheet_calls_no_other_host() -> None:
    folder = ROOT / "static" / "nhsuk" / components.NHSUK_VERSION
    css = (folder / "nhsuk-frontend.min.css").read_text("utf-8")
    assert "@font-face" not in css
    assert "https://" not in css
    assert "sourceMappingURL" not in css
    assert (folder / "images" / "nhsuk-icon-arrow-down.svg").is_file()
    assert f"nhsuk/{components.NHSUK_VERSION}/" in (ROOT / "static/js/app.js").read_text("utf-8")


def test_text_and_markup_are_kept_apart() -> None:
    """A drawing is kept by its parameters: text that looks like HTML must never be answered with the HTML."""
    as_html = nhs.tag({"html": Markup("<b>now</b>")})
    assert nhs.tag({"html": Markup("<b>now</b>")}) == as_html
    assert nhs.tag({"text": "<b>now</b>"}) != nhs.tag({"text": Markup("<b>now</b>")})
    assert "<b>" in as_html
    assert nhs.button({"text": "1", "disabled": True}) != nhs.button({"text": "1", "disabled": False})
