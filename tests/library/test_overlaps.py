"""Where two do the same: pairs that nobody has named, new training beside the library, and no more than is read."""

from __future__ import annotations

import re
from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.library.test_usage import COURSE
from tests.library.test_usage_views import DEVELOPMENTS, address, ago, course, on, send, text
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.library import actions, queries
from tracker.library.presenters.developing import MOST_PAIRS, overlapping, published_developments
from tracker.library.rules.national import NationalKind
from tracker.web.transactions import writing


def overlaps(app: Flask) -> str:
    page = text(app.test_client().get("/resources/funding"))
    return page.split("Where two do the same", 1)[1]


def test_a_pair_that_somebody_recorded_or_settled_is_not_said_to_be_unspoken_of(
    app: Flask, champion: FlaskClient
) -> None:
    send(champion, f"{DEVELOPMENTS}/new", course())
    send(champion, f"{DEVELOPMENTS}/new", course(title="Sepsis on the ward"))
    assert "1 pair of 2 developments" in overlaps(app)
    path = address(champion, DEVELOPMENTS)
    other = re.search(r"Change “(.*?)”", text(champion.get(path)))
    assert other
    named = {"A course for wards": "Sepsis on the ward", "Sepsis on the ward": "A course for wards"}
    found = {"overlap_with": f"“{named[other[1]].upper()}”, ours too", **on("overlap_found_on", ago(2))}
    assert send(champion, path, course(title=other[1], **found)).status_code == 303
    assert "1 pair" not in overlaps(app) and "No two of 2 developments" in overlaps(app)
    settled = {"overlap_settlement": "Made into one", **on("overlap_settled_on", ago(1))}
    assert send(champion, path, course(title=other[1], **found, **settled)).status_code == 303
    assert "No two of 2 developments" in overlaps(app)


def test_new_training_is_held_against_the_library(app: Flask, champion: FlaskClient) -> None:
    children = [{"staff": ["all"], "grades": [], "settings": ["any"], "area": "", "patients": "children"}]
    factories.national_resource("child", "Sick child", audiences=children)
    factories.national_resource("gone", "An old film", retired_on=ago(1), retired_reason="Old")
    factories.national_resource("page", "A page", kind=NationalKind.PAGE)
    send(champion, f"{DEVELOPMENTS}/new", course())
    said = overlaps(app)
    assert "“A course for wards”, Northmoor Hospitals, and A film about sepsis" in said
    assert "Sick child" not in said and "An old film" not in said and "A page" not in said
    path = address(champion, DEVELOPMENTS)
    found = {"overlap_with": "A film about sepsis", **on("overlap_found_on", ago(2))}
    assert send(champion, path, course(**found)).status_code == 303
    assert "Northmoor Hospitals, and A film about sepsis" not in overlaps(app)


def test_hundreds_of_developments_for_the_same_people_make_a_page_of_pairs(
    app: Flask, trust: OrganisationRef
) -> None:
    who = factories.identity_of(factories.person(Role.CHAMPION, trust))
    with writing():
        for number in range(60):
            actions.add_development(who, trust, replace(COURSE, title=f"Course {number}"))
    found = queries.list_all_developments(True)
    pairs = overlapping(found, published_developments(found))
    assert len(pairs) == MOST_PAIRS + 1
    page = overlaps(app)
    assert "More than 50 pairs of 60 developments" in page and page.count("“Course 0”") < 60
