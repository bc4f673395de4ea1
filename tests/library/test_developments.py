"""New training that was announced by mistake: it leaves what everybody reads and counts, and stays in the history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.library.test_usage import COURSE, fields, types
from tests.library.test_usage_views import DEVELOPMENTS, address, ago, course, hidden, on, send, text
from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.errors import Conflict, NotAllowed, NotFound, RuleBroken
from tracker.library import actions, queries
from tracker.library.queries import counts
from tracker.web.transactions import writing

REASON = "It was announced twice"
FUNDING = "/resources/funding"


@pytest.fixture
def who(trust: OrganisationRef) -> Identity:
    return factories.identity_of(factories.person(Role.CHAMPION, trust))


# --- actions ----------------------------------------------------------------------------------------------


def test_what_was_a_mistake_is_kept_with_its_reason_and_may_be_announced_again(
    who: Identity, trust: OrganisationRef
) -> None:
    with writing():
        key = actions.add_development(who, trust, COURSE).entity_id
    with writing():
        actions.mark_development_mistaken(who, trust, key, REASON, version=1)
    row = queries.get_development(who, trust.id, key)
    assert (row.version, row.title, row.mistaken_reason) == (2, "A course", REASON)
    assert queries.list_all_developments(True) == []
    with writing():
        again = actions.add_development(who, trust, COURSE).entity_id
    # The organisation's own list holds both, the mistake last.
    listed = queries.list_developments(who, trust.id)
    assert [each.entity_id for each in listed] == [again, key]
    assert queries.count_developments(who, trust.id) == 2
    assert types() == ["development.added", "development.mistaken", "development.added"]


def test_a_mistake_that_is_put_right_counts_again(who: Identity, trust: OrganisationRef) -> None:
    with writing():
        key = actions.add_development(who, trust, COURSE).entity_id
        actions.mark_development_mistaken(who, trust, key, REASON, version=1)
        actions.change_development(who, trust, key, replace(COURSE, what="More"), version=2)
    (found,) = queries.list_all_developments(True)
    assert (found.row.version, found.row.what, found.row.mistaken_reason) == (3, "More", "")


def test_it_is_not_put_right_while_another_has_its_title(who: Identity, trust: OrganisationRef) -> None:
    with writing():
        key = actions.add_development(who, trust, COURSE).entity_id
        actions.mark_development_mistaken(who, trust, key, REASON, version=1)
        actions.add_development(who, trust, COURSE)
    with pytest.raises(RuleBroken) as broken, writing():
        actions.change_development(who, trust, key, COURSE, version=2)
    assert fields(broken.value.problems) == ["title"]


@pytest.mark.parametrize("reason", ["", "Patient 943 476 5919 was in it"])
def test_a_mistake_needs_a_reason_that_others_can_read(
    who: Identity, trust: OrganisationRef, reason: str
) -> None:
    with writing():
        key = actions.add_development(who, trust, COURSE).entity_id
    with pytest.raises(RuleBroken) as broken, writing():
        actions.mark_development_mistaken(who, trust, key, reason, version=1)
    assert fields(broken.value.problems) == ["reason"]
    assert queries.get_development(who, trust.id, key).version == 1


def test_who_was_first_decides(who: Identity, trust: OrganisationRef) -> None:
    with writing():
        key = actions.add_development(who, trust, COURSE).entity_id
    with writing():
        actions.change_development(who, trust, key, replace(COURSE, what="More"), version=1)
    with pytest.raises(Conflict), writing():
        actions.mark_development_mistaken(who, trust, key, REASON, version=1)
    with writing():
        actions.mark_development_mistaken(who, trust, key, REASON, version=2)
    with pytest.raises(Conflict), writing():
        actions.change_development(who, trust, key, COURSE, version=2)


def test_only_those_of_the_open_organisation_take_it_back(who: Identity, trust: OrganisationRef) -> None:
    other = factories.organisation("X00102")
    theirs = factories.identity_of(factories.person(Role.CHAMPION, other))
    national = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    with writing():
        key = actions.add_development(who, trust, COURSE).entity_id
    closed = replace(trust, is_open=False)
    for by, where in ((theirs, trust), (national, trust), (who, closed)):
        with pytest.raises(NotAllowed), writing():
            actions.mark_development_mistaken(by, where, key, REASON, version=1)
    with pytest.raises(NotFound), writing():
        actions.mark_development_mistaken(theirs, other, key, REASON, version=1)
    assert queries.get_development(who, trust.id, key).mistaken_reason == ""


COUNTS: list[Callable[[date], counts.Tally]] = [
    lambda day: counts.count_announced_first(day, demonstration=True),
    lambda day: counts.count_overlaps_settled(day, demonstration=True),
]


@pytest.mark.parametrize("counted", COUNTS)
def test_no_figure_counts_it_and_one_of_an_earlier_moment_still_does(
    who: Identity, trust: OrganisationRef, counted: Callable[[date], counts.Tally]
) -> None:
    found = {"overlap_with": "Theirs", "overlap_found_on": ago(9)}
    settled = {**found, "overlap_settled_on": ago(3), "overlap_settlement": "Made into one"}
    with writing():
        key = actions.add_development(who, trust, replace(COURSE, announced_on=ago(20), **settled)).entity_id  # type: ignore[arg-type]
        other = replace(COURSE, title="Another", announced_on=ago(20), **found)  # type: ignore[arg-type]
        actions.add_development(who, trust, other)
    day, before = clock.today(), counted(clock.today())
    moment = clock.now()
    with writing():
        actions.mark_development_mistaken(who, trust, key, REASON, version=1)
    after = counted(day)
    assert (before.denominator, after.denominator) == (2, 1)
    assert after.numerator == before.numerator - 1
    earlier = counts.count_announced_first(day, moment, demonstration=True)
    assert (earlier.numerator, earlier.denominator) == (2, 2)


# --- pages ------------------------------------------------------------------------------------------------


def test_a_mistake_leaves_the_page_of_everybody_with_its_overlaps(app: Flask, champion: FlaskClient) -> None:
    found = {"overlap_with": "The course of Southmoor", **on("overlap_found_on", ago(2))}
    send(champion, f"{DEVELOPMENTS}/new", course())
    send(
        champion,
        f"{DEVELOPMENTS}/new",
        course(title="Sepsis at night", **on("announced_on", ago(3)), **found),
    )
    visitor = app.test_client()
    page = text(visitor.get(FUNDING))
    assert "2 of 2 announced before work began" in page and "0 settled of 1 found" in page
    assert "2 developments and 1 resource in 1 group may overlap" in page
    path = address(champion, DEVELOPMENTS, "mistaken")
    asked = text(champion.get(path))
    assert (
        "This new training was announced by mistake" in asked and "Sepsis at night · Local · Planned" in asked
    )
    assert "It leaves every figure and the list that everybody reads, and stays in the history" in asked
    answer = send(champion, path, {"reason": ""})
    assert answer.status_code == 422 and "Say what was wrong with it" in text(answer)
    assert send(champion, path, {"reason": REASON}).status_code == 303
    page = text(visitor.get(FUNDING))
    assert "1 of 1 announced before work began" in page and "0 settled of 0 found" in page
    assert (
        "1 development and 1 resource in 1 group may overlap" in page
        and "Sepsis at night" not in page
        and REASON not in page
    )
    assert "Nobody has recorded an overlap." in page


def test_the_own_list_and_the_history_still_say_it(champion: FlaskClient) -> None:
    send(champion, f"{DEVELOPMENTS}/new", course())
    send(champion, address(champion, DEVELOPMENTS, "mistaken"), {"reason": REASON})
    answer = champion.get(DEVELOPMENTS)
    page = text(answer)
    assert "A course for wards" in page and "Entered by mistake" in page
    assert f"Counts nowhere: {REASON}" in page
    # It can be put right, and is not marked a second time.
    assert "/edit" in answer.text and "/mistaken" not in answer.text
    edit = address(champion, DEVELOPMENTS)
    assert f"marked as a mistake: {REASON} Saving it makes it count again." in text(champion.get(edit))
    history = text(champion.get("/organisations/X00101/history"))
    assert "Asha Patel took back the new training “A course for wards”: it was entered by mistake" in history
    assert send(champion, edit, course()).status_code == 303
    assert "Entered by mistake" not in text(champion.get(DEVELOPMENTS))


def test_the_second_person_is_told_and_loses_nothing(
    app: Flask, champion: FlaskClient, trust: OrganisationRef
) -> None:
    send(champion, f"{DEVELOPMENTS}/new", course())
    path = address(champion, DEVELOPMENTS, "mistaken")
    other = factories.signed_in_client(app, factories.person(Role.CHAMPION, trust))
    opened = hidden(other, path)
    assert send(champion, path, {"reason": REASON}).status_code == 303
    answer = other.post(path, data={**opened, "reason": "It was never begun"})
    page = text(answer)
    assert answer.status_code == 409 and "Asha Patel saved this" in page
    assert REASON in page and "It was never begun" in page


def test_who_edits_what_was_taken_back_meanwhile_is_told(
    app: Flask, champion: FlaskClient, trust: OrganisationRef
) -> None:
    send(champion, f"{DEVELOPMENTS}/new", course())
    path = address(champion, DEVELOPMENTS)
    other = factories.signed_in_client(app, factories.person(Role.CHAMPION, trust))
    opened = hidden(other, path)
    send(champion, address(champion, DEVELOPMENTS, "mistaken"), {"reason": REASON})
    answer = other.post(path, data={**opened, **course(what="Three hours with cases")})
    page = text(answer)
    assert answer.status_code == 409 and "Asha Patel saved this" in page
    assert f"marked as a mistake: {REASON}" in page and "Three hours with cases" in page


def test_sent_twice_it_is_marked_once(champion: FlaskClient) -> None:
    send(champion, f"{DEVELOPMENTS}/new", course())
    path = address(champion, DEVELOPMENTS, "mistaken")
    posted = {**hidden(champion, path), "reason": REASON}
    answers = [champion.post(path, data=posted) for _time in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert types() == ["development.added", "development.mistaken"]


def test_what_was_typed_is_kept_and_offered_again(champion: FlaskClient) -> None:
    send(champion, f"{DEVELOPMENTS}/new", course())
    path = address(champion, DEVELOPMENTS, "mistaken")
    token = factories.csrf_of(champion.get(path).text)
    champion.post("/drafts", data={"_path": path, "reason": "Half a reason", "csrf_token": token})
    assert "We kept what you had typed here" in text(champion.get(path))
    assert "Half a reason" in champion.get(f"{path}?draft=1").text
    # What the rule refuses is there again too.
    answer = send(champion, path, {"reason": "Of patient 943 476 5919"})
    assert answer.status_code == 422 and "Of patient 943 476 5919" in text(answer)


def test_a_closed_organisation_takes_nothing_back(app: Flask) -> None:
    closed = factories.organisation("X00102", closed_on=ago(30))
    who = factories.signed_in_client(app, factories.person(Role.CHAMPION, closed))
    path = f"/organisations/X00102/developments/{uuid4()}/mistaken"
    assert who.get(path).status_code == 403
