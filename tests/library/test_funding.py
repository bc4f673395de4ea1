"""Who funds and develops the library's resources: what is said where nobody has recorded it, and who keeps it."""

from __future__ import annotations

import pytest
from flask import Flask

from tests import factories
from tests.library.test_usage_views import text
from tracker import clock
from tracker.access.permissions import Role
from tracker.library import actions, queries
from tracker.library.presenters.developing import made_words
from tracker.library.rules.developing import FundingFacts
from tracker.web.transactions import writing

FUNDING = "/resources/funding"


# --- what the catalogue names -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "made_by, sourced, said",
    [
        ("BMJ Learning", True, "Made by BMJ Learning, as the source says; developer not recorded yet"),
        ("A team", False, "Made by A team, as the library says; developer not recorded yet"),
        ("", True, ""),
        ("", False, ""),
    ],
)
def test_the_maker_that_is_named_stands_where_no_developer_is_recorded(
    made_by: str, sourced: bool, said: str
) -> None:
    assert made_words(made_by, sourced=sourced) == said


def test_the_page_does_not_deny_a_maker_that_the_source_names(app: Flask) -> None:
    factories.catalogue()
    factories.national_library()
    bmj = "Made by BMJ Learning, as the source says; developer not recorded yet"
    page = text(app.test_client().get(FUNDING))
    assert page.count(bmj) == 2
    # The figure stays what somebody recorded.
    assert "funder and developer recorded for 0 of 16" in page
    code = next(
        row.code for row in queries.list_national_resources() if row.title.endswith("Sepsis in children")
    )
    lead = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    with writing():
        facts = FundingFacts("", "A team of paediatricians", "", clock.today())
        actions.record_funding(lead, code, facts, version=1)
    page = text(app.test_client().get(FUNDING))
    assert page.count(bmj) == 1 and "A team of paediatricians" in page


def test_words_that_were_changed_are_not_said_to_be_the_source_s(app: Flask) -> None:
    factories.catalogue()
    factories.national_resource("own", "A newer film", made_by="A team")
    page = text(app.test_client().get(FUNDING))
    assert "Made by A team, as the library says; developer not recorded yet" in page
