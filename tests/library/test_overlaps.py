"""Where two do the same: groups that nobody has spoken of, new training beside the library, all of it to be read."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.library.test_usage import COURSE
from tests.library.test_usage_views import DEVELOPMENTS, address, ago, course, on, send, text
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.library import actions
from tracker.library.rules.audiences import Learner
from tracker.library.rules.national import NationalKind
from tracker.library.rules.resources import Setting
from tracker.library.views.funding import PER_NEW
from tracker.web.transactions import writing

FUNDING = "/resources/funding"


def overlaps(app: Flask, query: str = "") -> str:
    page = text(app.test_client().get(f"{FUNDING}{query}"))
    return page.split("Where two do the same", 1)[1]


def links(client: FlaskClient, query: str = "") -> list[tuple[str, str]]:
    """Where the entries of the groups lead, with their words."""
    html = client.get(f"{FUNDING}{query}").text.split("May overlap</h3>", 1)[1].split("</main>", 1)[0]
    found = re.findall(r'<li><a href="([^"]+)">([^<]+)</a>', html)
    return [(unescape(where), unescape(words)) for where, words in found]


def test_a_pair_that_somebody_recorded_or_settled_is_not_said_to_be_unspoken_of(
    app: Flask, trust: OrganisationRef
) -> None:
    champion = factories.signed_in_client(app, factories.person(Role.CHAMPION, trust))
    send(champion, f"{DEVELOPMENTS}/new", course())
    send(champion, f"{DEVELOPMENTS}/new", course(title="Sepsis on the ward"))
    assert "2 developments in 1 group" in overlaps(app)
    path = address(champion, DEVELOPMENTS)
    other = re.search(r"Change “(.*?)”", text(champion.get(path)))
    assert other
    named = {"A course for wards": "Sepsis on the ward", "Sepsis on the ward": "A course for wards"}
    found = {"overlap_with": f"“{named[other[1]].upper()}”, ours too", **on("overlap_found_on", ago(2))}
    assert send(champion, path, course(title=other[1], **found)).status_code == 303
    assert "1 group" not in overlaps(app) and "No two of 2 developments" in overlaps(app)
    assert "0 settled of 1 found; no others may overlap" in text(app.test_client().get(FUNDING))
    settled = {"overlap_settlement": "Made into one", **on("overlap_settled_on", ago(1))}
    assert send(champion, path, course(title=other[1], **found, **settled)).status_code == 303
    assert "No two of 2 developments" in overlaps(app)
    # A third that neither of them is named with meets both.
    send(champion, f"{DEVELOPMENTS}/new", course(title="Sepsis at night"))
    assert "3 developments in 1 group" in overlaps(app)


def test_new_training_is_held_against_the_library(app: Flask, champion: FlaskClient) -> None:
    children = [{"staff": ["all"], "grades": [], "settings": ["any"], "area": "", "patients": "children"}]
    factories.national_resource("child", "Sick child", audiences=children)
    factories.national_resource("gone", "An old film", retired_on=ago(1), retired_reason="Old")
    factories.national_resource("page", "A page", kind=NationalKind.PAGE)
    send(champion, f"{DEVELOPMENTS}/new", course())
    said = overlaps(app)
    assert "1 development and 1 resource in 1 group" in said
    assert (
        "A course for wards , Northmoor Hospitals (X00101)" in said
        and "A film about sepsis In the library" in said
    )
    assert "Sick child" not in said and "An old film" not in said and "A page" not in said
    assert ("/resources/sepsis-film", "A film about sepsis") in links(app.test_client())
    assert "Resources are not compared with one another" in said
    path = address(champion, DEVELOPMENTS)
    found = {"overlap_with": "A film about sepsis", **on("overlap_found_on", ago(2))}
    assert send(champion, path, course(**found)).status_code == 303
    assert "1 group" not in overlaps(app) and "No two of 1 development" in overlaps(app)


def many(trust: OrganisationRef, number: int) -> None:
    """So many for nurses on wards, and two for care homes."""
    who = factories.identity_of(factories.person(Role.CHAMPION, trust))
    homes = replace(
        COURSE.audience, staff=frozenset({Learner.CARE_WORKERS}), settings=frozenset({Setting.CARE_HOME})
    )
    with writing():
        for each in range(number):
            facts = replace(COURSE, title=f"Course {each:02}", funder=f"Fund {each}")
            actions.add_development(who, trust, facts)
        for each in range(2):
            actions.add_development(who, trust, replace(COURSE, title=f"Homes {each}", audience=homes))


def test_every_one_of_hundreds_is_on_some_page_once_and_all_are_counted(
    app: Flask, trust: OrganisationRef
) -> None:
    many(trust, 60)
    first = overlaps(app)
    assert "62 developments in 2 groups" in first and "1 to 25 of 62 entries" in first
    pages = [links(app.test_client(), f"?overlaps={number}") for number in (1, 2, 3)]
    assert [len(each) for each in pages] == [25, 25, 12]
    titles = [title for page in pages for _where, title in page]
    assert titles == [f"Course {each:02}" for each in range(60)] + ["Homes 0", "Homes 1"]
    second, last = overlaps(app, "?overlaps=2"), overlaps(app, "?overlaps=3")
    audience = "Hospital · patients: Adults (16 or over): 60 developments"
    assert (
        f"{audience} (continued)" in second and audience in first and f"{audience} (continued)" not in first
    )
    assert (
        "Care workers · Care homes and care at home · patients: Adults (16 or over): 2 developments" in last
    )
    assert "paid for by Fund 0" in first


def test_the_pages_of_groups_and_of_new_training_turn_by_themselves(
    app: Flask, trust: OrganisationRef
) -> None:
    many(trust, 60)
    html = app.test_client().get(f"{FUNDING}?q=course&page=2&overlaps=2").text
    assert "/resources/funding?q=course&amp;page=2&amp;overlaps=3#overlaps" in html
    assert "/resources/funding?q=course&amp;overlaps=2&amp;page=1" in html
    assert 'aria-label="Pages"' in html and 'aria-label="Pages of groups that may overlap"' in html
    # Nonsense is the first page, and more than there are is the last.
    assert "1 to 25 of 62 entries" in overlaps(app, "?overlaps=x")
    assert "51 to 62 of 62 entries" in overlaps(app, "?overlaps=999")


def test_the_filter_leaves_the_groups_in_which_something_fits_it(app: Flask, trust: OrganisationRef) -> None:
    many(trust, 3)
    every, narrowed = overlaps(app), overlaps(app, "?q=homes")
    assert "Course 01" in every and "of 2 groups" not in every
    assert "1 of 2 groups with a development that fits the filter above" in narrowed
    assert "Homes 0" in narrowed and "Course 01" not in narrowed
    # What it meets stays beside it: with whom to talk is what is looked for.
    one = overlaps(app, "?q=Course+01")
    assert "Course 00" in one and "1 to 3 of 3 entries" in one
    none = overlaps(app, "?q=nothing+like+this")
    assert "0 of 2 groups" in none and "Course 01" not in none


def test_an_entry_leads_to_the_organisation_s_page_or_to_where_everybody_reads_it(
    app: Flask, trust: OrganisationRef
) -> None:
    many(trust, PER_NEW)
    other = factories.signed_in_client(app, factories.person(Role.CHAMPION, factories.organisation("X00102")))
    ours = factories.signed_in_client(app, factories.person(Role.CHAMPION, trust))
    lead = factories.signed_in_client(app, factories.person(Role.NATIONAL_LEAD))
    for client in (ours, lead):
        for where, title in links(client):
            path, anchor = where.split("#")
            assert path == DEVELOPMENTS and f'id="{anchor}"' in client.get(path).text, title
    pages = set()
    for client in (app.test_client(), other):
        for query in ("", "?q=homes"):
            for where, title in links(client, query):
                path, anchor = where.split("#")
                pages.add(path)
                html = client.get(path).text
                assert path.startswith(FUNDING) and f'<li id="{anchor}"><h3' in html, title
    assert pages == {FUNDING, f"{FUNDING}?page=2"}


def test_what_somebody_found_leads_to_it_too(app: Flask, champion: FlaskClient) -> None:
    found = {"overlap_with": "The network’s scripts", **on("overlap_found_on", ago(2))}
    send(champion, f"{DEVELOPMENTS}/new", course(**found))
    html = app.test_client().get(FUNDING).text.split("Found by somebody", 1)[1]
    where = re.search(r'<a href="/resources/funding#(development-[^"]+)">A course for wards</a>', html)
    assert where and f'id="{where[1]}"' in app.test_client().get(FUNDING).text


def test_the_filter_narrows_what_somebody_found_and_not_its_figure(app: Flask, champion: FlaskClient) -> None:
    for title, settled in (
        ("A course for wards", {}),
        ("A course for homes", {"overlap_settlement": "One", **on("overlap_settled_on", ago(1))}),
    ):
        found = {"overlap_with": "The network’s scripts", **on("overlap_found_on", ago(2)), **settled}
        assert send(champion, f"{DEVELOPMENTS}/new", course(title=title, **found)).status_code == 303
    every, narrowed = overlaps(app), overlaps(app, "?q=homes").split("May overlap")[0]
    assert "1 settled of 2 found" in every and "1 settled of 2 found" in narrowed
    assert "1 of 2 fits the filter above." in narrowed and "filter above" not in every.split("May overlap")[0]
    assert "A course for homes" in narrowed and "A course for wards" not in narrowed
    none = overlaps(app, "?stage=stopped").split("May overlap")[0]
    assert "0 of 2 fit the filter above." in none and "A course for homes" not in none
