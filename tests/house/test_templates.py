"""Templates: every page stands in a layout, nothing is unescaped, nothing inline, every name is known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from jinja2 import Environment, StrictUndefined, UndefinedError, nodes

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
FILES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file())
SCRIPT = "<script>alert('x')</script>"


def source(name: str) -> str:
    """A template without its comments."""
    return re.sub(r"\{#.*?#\}", "", (TEMPLATES / name).read_text(encoding="utf-8"), flags=re.DOTALL)


def drawn_by_code() -> set[str]:
    """The templates that the code names."""
    code = "".join(path.read_text(encoding="utf-8") for path in (TEMPLATES.parent / "tracker").rglob("*.py"))
    return set(re.findall(r"""["'](\w+/\w+\.html)["']""", code))


def used_by_others() -> set[str]:
    """The templates that others extend, include or take macros from."""
    named = r"""\{%-?\s*(?:extends|include|from|import)\s+["']([^"']+)["']"""
    return {each for name in FILES for each in re.findall(named, source(name))}


@pytest.mark.parametrize("name", FILES)
def test_it_is_a_page_in_a_layout_or_a_part_of_one(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9_/]+\.html", name), "only .html is escaped by itself"
    parent = name
    while found := re.search(r"\{%-?\s*extends\s+[\"']([^\"']+)[\"']", source(parent)):
        parent = found[1]
    if parent == name:
        assert name not in drawn_by_code(), f"{name} is drawn as a page and extends no layout"
        assert name in used_by_others(), f"{name} extends no layout and no other template uses it"
    else:
        assert parent in {"layouts/base.html", "errors/layout.html", "layouts/frame.html"}, (
            f"{name} stands in no layout but {parent}"
        )


@pytest.mark.parametrize("name", FILES)
def test_nothing_passes_unescaped(name: str) -> None:
    text = source(name)
    for pattern, words in (
        (r"\|\s*safe\b", "|safe"),
        (r"\bautoescape\b", "autoescape switched"),
        (r"\bMarkup\b", "Markup"),
        (r"<script(?![^>]*\bnonce=)", "a script without its nonce"),
        (r"<style\b", "a style sheet in the page"),
        (r"\sstyle\s*=", "an inline style"),
        (r"""<[^>]*\son[a-z]+\s*=\s*["']""", "an inline handler"),
        (r"""["']style["']\s*:""", "an inline style given to a macro"),
        (r"javascript:", "an address that is a script"),
        (r"""<(?:script|link|img|iframe|form)\b[^>]*=["'](?:https?:)?//""", "something of another host"),
    ):
        assert not re.search(pattern, text, flags=re.IGNORECASE), f"{name}: {words}"


def test_html_of_a_macro_s_parameter_is_never_a_value_from_outside() -> None:
    """`html` is the NHS macros' way round escaping: what is given there must itself have been escaped."""
    for name in FILES:
        for given in re.findall(r"""["']html["']\s*:\s*([^,}\n]+)""", source(name)):
            # A literal, a call of a macro of ours, or a `set` block: never `row.title` or the like.
            assert not re.match(r"[a-z_]+\.[a-z_.]+\s*$", given.strip()), f"{name}: {given}"


def test_the_nhs_macros_escape(bare_app: Flask) -> None:
    shown = []
    for call in (
        "nhs.tag({'text': bad})",
        "nhs.button({'text': bad, 'href': bad})",
        "nhs.inset_text({'text': bad})",
        "nhs.summary_list({'rows': [{'key': {'text': bad}, 'value': {'text': bad}}]})",
        "nhs.error_summary({'titleText': bad, 'errorList': [{'text': bad, 'href': bad}]})",
        "nhs.input({'label': {'text': bad}, 'id': 'a', 'name': bad, 'value': bad, 'hint': {'text': bad}})",
        "nhs.textarea({'label': {'text': bad}, 'id': 'a', 'name': 'a', 'value': bad})",
        "nhs.radios({'name': 'a', 'items': [{'value': bad, 'text': bad}]})",
        "nhs.details({'summaryText': bad, 'text': bad})",
    ):
        with bare_app.test_request_context():
            page = render_template_string("{{ " + call + " }}", bad=SCRIPT)
        assert "<script" not in page, call
        shown.append("&lt;script&gt;" in page)
    assert all(shown)


def macros() -> list[tuple[str, str, int]]:
    """Every macro of ours: file, name, how many parameters."""
    found = []
    for name in FILES:
        parsed = Environment(autoescape=True).parse(source(name))
        found += [(name, node.name, len(node.args)) for node in parsed.find_all(nodes.Macro)]
    return found


def test_our_own_macros_escape(bare_app: Flask) -> None:
    """Each is called with a script in every text that it takes; what it cannot use as text it may refuse."""
    drawn = 0
    for name, macro, count in macros():
        given = ", ".join(["bad"] * count)
        call = f"{{% from '{name}' import {macro} with context %}}{{{{ {macro}({given}) }}}}"
        with bare_app.test_request_context():
            try:
                page = render_template_string(call, bad=SCRIPT)
            except (UndefinedError, TypeError, ValueError, AttributeError):
                continue
        assert "<script>alert" not in page, f"{name}: {macro}"
        drawn += "&lt;script&gt;" in page
    assert drawn >= 3, "too few macros could be tried for this to prove anything"


def test_an_ordinary_value_is_escaped_in_a_page(bare_app: Flask) -> None:
    with bare_app.test_request_context():
        assert "&lt;script&gt;" in render_template_string("{{ bad }}", bad=SCRIPT)
    for name in FILES:
        assert bare_app.jinja_env.autoescape(name) is True  # type: ignore[operator]


@pytest.mark.parametrize("name", FILES)
def test_it_compiles_where_a_misspelt_name_fails(bare_app: Flask, name: str) -> None:
    assert bare_app.jinja_env.undefined is StrictUndefined
    bare_app.jinja_env.get_template(name)


def test_a_misspelt_name_fails(bare_app: Flask) -> None:
    with bare_app.test_request_context(), pytest.raises(UndefinedError):
        render_template_string("{{ organistion.code }}")
