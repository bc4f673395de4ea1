"""Addresses of pages: whatever words stand in an address, they stay words of its query."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tracker.access.organisation import OrganisationRef
from tracker.web.pagination import PER_PAGE, url_for_page

ODD = (
    "endpoint=x",
    "values=x",
    "_anchor=z",
    "_method=POST",
    "_scheme=javascript&_external=1",
    "page=1&page=2",
    "self=1",
)


@pytest.mark.parametrize("query", ODD)
def test_a_long_list_opens_whatever_words_stand_in_its_address(client: FlaskClient, query: str) -> None:
    for number in range(PER_PAGE + 1):
        factories.national_resource(f"film-{number}", f"Film {number}")
    answer = client.get(f"/resources?q=film&{query}")
    assert answer.status_code == 200
    assert 'href="/resources?q=film' in answer.text and "javascript:" not in answer.text


def test_the_path_decides_and_the_query_only_narrows(app: Flask) -> None:
    theirs: OrganisationRef = factories.organisation("X00101")
    factories.organisation("X00102")
    with app.test_request_context(f"/organisations/{theirs.code}/usage?organisation=X00102&year=2026&page=3"):
        assert url_for_page(2) == "/organisations/X00101/usage?year=2026&page=2"


def test_several_words_of_one_name_and_signs_are_kept(app: Flask) -> None:
    with app.test_request_context("/resources?q=a%26b+%C3%A9&staff=01&staff=02"):
        assert url_for_page(2) == "/resources?q=a%26b+%C3%A9&staff=01&staff=02&page=2"
