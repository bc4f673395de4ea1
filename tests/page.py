"""Every HTML answer fetched in a test goes through here: what must hold for any page is checked for all of them."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tracker.extensions import db

# html5lib knows the standard of its day: these are right in today's HTML.
ALLOWED = {"invalid-codepoint"}
# What differs between two answers of the same page: tokens, digests and ids. None of it can make HTML invalid.
CHANGING = re.compile(r"[0-9a-zA-Z_-]{20,}(\.[0-9a-zA-Z_-]+)*")
_valid: set[bytes] = set()


class TrackerClient(FlaskClient):
    """A test client that checks each page it is given."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        # What the test has read so far is let go, so that it sees afterwards what the request wrote.
        db.session.rollback()
        # A context of its own: otherwise requests would share the test's `g`, and with it who is signed in.
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        is_page = response.mimetype == "text/html" and not 300 <= response.status_code < 400
        if is_page and response.get_data():
            check(response.get_data(as_text=True), response.headers.get("Content-Security-Policy", ""))
        return response


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in {"h1", "title"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        for tag in self._open:
            self.texts[tag] = self.texts.get(tag, "") + data

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


def check(html: str, policy: str) -> None:
    """Valid HTML, one h1 that the title begins with, ids once, labels on fields, nonces, CSRF, nothing inline."""
    _check_html(html)
    reader = _Reader()
    reader.feed(html)
    assert len(reader.all("h1")) == 1, "a page has one h1"
    heading = " ".join(reader.texts["h1"].split())
    title = " ".join(reader.texts["title"].split()).removeprefix("Error: ")
    assert title.startswith(heading.split(" Recommendation ")[0]) or heading in title, (heading, title)
    _check_ids_and_labels(reader)
    _check_scripts_and_styles(reader, policy)
    _check_csrf(html)


def _check_html(html: str) -> None:
    """A page that was valid is not parsed again: that takes longer than to make it."""
    key = hashlib.blake2b(CHANGING.sub("-", html).encode(), digest_size=16).digest()
    if key in _valid:
        return
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(html)
    faults = [error for error in parser.errors if error[1] not in ALLOWED]
    assert not faults, faults[:3]
    _valid.add(key)


def _check_ids_and_labels(reader: _Reader) -> None:
    ids = [attributes["id"] for _tag, attributes in reader.tags if attributes.get("id")]
    twice = [each for each, count in Counter(ids).items() if count > 1]
    assert not twice, f"ids that stand twice: {twice}"
    labelled = {attributes.get("for") for attributes in reader.all("label")}
    for tag in ("input", "select", "textarea"):
        for attributes in reader.all(tag):
            if attributes.get("type") in {"hidden", "submit", "button"}:
                continue
            named = attributes.get("aria-label") or attributes.get("aria-labelledby")
            assert named or attributes.get("id") in labelled, f"no label: {attributes}"


def _check_scripts_and_styles(reader: _Reader, policy: str) -> None:
    nonce = re.search(r"'nonce-([^']+)'", policy)
    for attributes in reader.all("script"):
        assert nonce and attributes.get("nonce") == nonce.group(1), "a script without the nonce"
    for tag, attributes in reader.tags:
        assert "style" not in attributes, f"inline style on {tag}"
        assert not [name for name in attributes if name.startswith("on")], f"inline handler on {tag}"


def _check_csrf(html: str) -> None:
    for form in re.findall(r"<form\b.*?</form>", html, flags=re.DOTALL | re.IGNORECASE):
        if re.search(r'<form[^>]*method="post"', form, flags=re.IGNORECASE):
            assert 'name="csrf_token"' in form, f"a form without a token: {form[:200]}"
