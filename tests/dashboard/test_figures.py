"""Figures on the pages of one organisation: cards, needs, the record's figure against what was said, its trend."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.dashboard.test_kinds import words
from tests.dashboard.test_views import HOME, IN_PLACE, Trust, needs, text_of
from tracker import clock
from tracker.access.permissions import Role
from tracker.catalogue.rules import Delivery
from tracker.dashboard import presenters
from tracker.dashboard.presenters import NeedRow, RankedRow
from tracker.dashboard.rules import Rank
from tracker.library import actions as library
from tracker.library import queries as library_queries
from tracker.library.loader import load_guidelines
from tracker.library.rules import Format, Patients, Population, ResourceFacts, Setting, Source, StaffGroup
from tracker.measures.alignment import actions as alignment
from tracker.measures.alignment.rules import Result
from tracker.measures.base import Fact, Figure, Need, Supports, Urgency
from tracker.web.transactions import writing

NINE = f"{HOME}/recommendations/SEP16-09"
FACTS = ResourceFacts(
    "Sepsis for new starters", Format.SESSION, Source.OWN, frozenset({StaffGroup.NURSING}), Setting.HOSPITAL,
    Patients.ADULTS, is_online=False,
)  # fmt: skip


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def set_to(year: int, month: int, day: int, hour: int = 12) -> None:
        monkeypatch.setattr(clock, "now", lambda: datetime(year, month, day, hour, tzinfo=UTC))

    return set_to


@pytest.fixture
def trust(app: Flask, at: Callable[..., None]) -> Trust:
    at(2026, 3, 1)
    factories.catalogue()
    with writing():
        library.seed_guidelines(load_guidelines())
    return Trust(app, at)


def teach(trust: Trust, title: str, result: Result | None = Result.ALIGNED) -> None:
    """Training on the list, checked against NG253 unless it was not."""
    identity = factories.identity_of(trust.champion)
    versions = [
        str(each.entity_id) for each in library_queries.list_guidelines() if each.reference == "NG253"
    ]
    with writing():
        row = library.add_resource(identity, trust.ref, replace(FACTS, title=title))
        if result is not None:
            alignment.assess(
                identity, trust.ref, row.entity_id, result=result, assessed_on=clock.today(), assessor="",
                versions=versions, note="", version=0,
            )  # fmt: skip


def figure(numerator: int | None, denominator: int | None, about: date, **more: object) -> Figure:
    given: dict[str, object] = {
        "measure": "alignment", "code": "SEP16-09", "supports": Supports.NOT_YET, "because": "Two to do.",
        "counted": "training that follows NICE", "of": "training in use",
    }  # fmt: skip
    return Figure(numerator=numerator, denominator=denominator, about=about, **{**given, **more})  # type: ignore[arg-type]


def test_a_register_without_a_number_says_its_words_and_only_an_empty_one_what_to_do() -> None:
    empty = presenters.fact_card("Help", "/help", None, "Nobody has asked.")
    assert (empty.figure, empty.line) == ("", "Nobody has asked.")
    silent = Fact(False, "fewer than half have an answer. Asked 3 times.", date(2026, 3, 1))
    card = presenters.fact_card("Help", "/help", silent, "Nobody has asked.")
    assert (card.figure, card.line) == ("", "Fewer than half have an answer. Asked 3 times.")
    assert card.note == "Position on 1 March 2026"


def test_the_first_screen_has_a_card_for_each_headline(trust: Trust) -> None:
    teach(trust, "One")
    trust.at(2026, 11, 23)
    page = text_of(trust.browser(), HOME)
    for title in ("Sepsis champions", "Up to date with NICE", "Staff trained", "Learning from incidents"):
        assert title in page
    assert "1 of 1" in page.split("The figures")[1]
    assert "Position on 23 November 2026" in page.split("The figures")[1]
    assert "No figure" in page.split("The figures")[1]


def test_a_card_changes_with_the_next_write(trust: Trust) -> None:
    client = trust.browser()
    teach(trust, "One")
    assert "1 of 1" in text_of(client, HOME)
    teach(trust, "Two", Result.NOT)
    assert "1 of 2" in text_of(client, HOME)


def test_a_correction_of_a_guideline_reaches_every_card(trust: Trust) -> None:
    teach(trust, "One")
    client = trust.browser()
    assert "1 of 1" in text_of(client, HOME)
    national = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    row = next(each for each in library_queries.list_guidelines() if each.reference == "NG253")
    trust.at(2026, 3, 2)
    with writing():
        wanted = library.GuidelineInput("NG253", row.title, date(2026, 3, 2), frozenset({Population.ADULTS}))
        library.add_guideline(national, wanted)
    assert "0 of 1" in text_of(trust.browser(), HOME)


def test_needs_of_measures_stand_among_the_others(trust: Trust) -> None:
    teach(trust, "Old slides", Result.NOT)
    found = needs(trust.browser(), f"{HOME}?needs=all")
    assert ("Check “Old slides” against NICE") in [text for _href, text in found]


def test_another_organisations_figure_is_not_kept_for_this_one(trust: Trust) -> None:
    teach(trust, "One")
    other = factories.organisation("X00902")
    client = factories.signed_in_client(trust.app, factories.person(Role.CHAMPION, other))
    assert "1 of 1" in text_of(trust.browser(), HOME)
    assert "1 of 1" not in text_of(client, "/organisations/X00902")


def test_the_record_holds_the_figure_against_what_was_said(trust: Trust) -> None:
    teach(trust, "One")
    teach(trust, "Two", None)
    trust.at(2026, 9, 2)
    trust.record(IN_PLACE, "SEP16-09")
    page = text_of(trust.browser(), NINE)
    assert "1 of 2" in page
    assert "You said: in place. The figures support: not yet" in page
    assert "You said that this is in place; the figures do not show it yet." in page


def tasks(client: FlaskClient, address: str) -> dict[int, str]:
    """The rows of the list of recommendations by number, as they are read."""
    page = client.get(address).get_data(as_text=True)
    rows = [words(each) for each in re.findall(r'class="app-tasks__row">(.*?)</li>', page, re.DOTALL)]
    return {int(each.split()[1]): each for each in rows}


def test_the_list_says_where_the_figures_support_less_than_was_claimed(trust: Trust) -> None:
    """A contradiction that stands on the record alone is read by nobody who reads the list."""
    teach(trust, "One")
    teach(trust, "Two", None)
    trust.at(2026, 9, 2)
    assert "Figures: not yet" not in text_of(trust.browser(), HOME)
    trust.record(IN_PLACE, "SEP16-09")
    for address in (HOME, f"{HOME}/meeting"):
        assert tasks(trust.browser(), address)[9].count("Figures: not yet") == 1, address
        assert "Figures: not yet" not in tasks(trust.browser(), address)[11], "nothing is claimed"


def test_on_a_record_of_another_it_is_they_who_said_it(trust: Trust) -> None:
    teach(trust, "One", None)
    trust.at(2026, 9, 2)
    trust.record(IN_PLACE, "SEP16-09")
    lead = factories.signed_in_client(trust.app, factories.person(Role.NATIONAL_LEAD))
    page = text_of(lead, NINE)
    assert "They said: in place. The figures support: not yet" in page
    assert "They said that this is in place" in page and "You said" not in page


def test_a_record_without_a_figure_says_so(trust: Trust) -> None:
    page = text_of(trust.browser(), NINE)
    assert "No figure yet" in page
    assert "0 %" not in page


def test_the_trend_is_a_picture_with_the_same_numbers_beside_it(trust: Trust) -> None:
    teach(trust, "One")
    trust.at(2026, 5, 1)
    teach(trust, "Two", None)
    trust.at(2026, 11, 23)
    client = trust.browser()
    html = client.get(NINE).get_data(as_text=True)
    assert f'src="{NINE}/trend.svg?v=' in html
    assert 'alt="Update all training to NICE guidance. From 1 of 1 on 31 March 2026 to 1 of 2 on' in html
    assert "31 March 2026" in text_of(client, NINE)
    answer = client.get(f"{NINE}/trend.svg")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    again = client.get(f"{NINE}/trend.svg", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_trend_needs_two_points() -> None:
    one = [figure(1, 2, date(2026, 3, 31)), figure(None, None, date(2026, 6, 30))]
    assert presenters.trend_face("Title", one) is None


def test_a_trend_of_small_numbers_has_counts_and_no_percentage() -> None:
    points = [figure(1, 2, date(2026, 3, 31)), figure(3, 4, date(2026, 6, 30))]
    face = presenters.trend_face("Title", points, mark=90)
    assert face is not None
    assert face.trend.shown == ("1 of 2", "3 of 4")
    assert (face.trend.top, face.trend.mark) == (4, None)


def test_a_trend_of_shares_has_the_mark() -> None:
    points = [figure(5, 10, date(2026, 3, 31)), figure(9, 10, date(2026, 6, 30))]
    face = presenters.trend_face("Title", points, mark=90)
    assert face is not None
    assert (face.trend.values, face.trend.shown, face.trend.mark) == ((50.0, 90.0), ("50 %", "90 %"), 90.0)
    assert face.rows == (("31 March 2026", "5 of 10, 50 %"), ("30 June 2026", "9 of 10, 90 %"))


def test_a_late_figure_says_how_late() -> None:
    late = figure(5, 10, date(2026, 3, 31), recorded_at=datetime(2026, 7, 30, tzinfo=UTC))
    assert presenters.figure_face(Delivery.DELIVERED, late, "You").late.startswith("Recorded 121 days after")
    on_time = replace(late, recorded_at=datetime(2026, 4, 30, tzinfo=UTC))
    assert presenters.figure_face(Delivery.DELIVERED, on_time, "You").late == ""


def need(text: str, urgency: Urgency = Urgency.SOON, **more: object) -> Need:
    given: dict[str, object] = {
        "measure": "alignment",
        "code": "SEP16-09",
        "note": "why",
        "endpoint": "alignment.assess",
    }
    return Need(urgency=urgency, text=text, **{**given, **more})  # type: ignore[arg-type]


def test_many_needs_of_a_kind_are_one_line() -> None:
    rows = presenters.measure_needs([need(f"Check {number}") for number in range(4)], lambda _need: "/there")
    assert [(each.row.text, each.row.note) for each in rows] == [("Check 0", "why; 3 more like it")]
    assert len(presenters.measure_needs([need("One"), need("Two")], lambda _need: "/there")) == 2


def test_needs_are_merged_by_rank_day_and_number() -> None:
    def row(rank: Rank, on: date | None, number: int) -> RankedRow:
        return RankedRow(rank, on, number, NeedRow(f"{rank.name} {number}", "/", ""))

    merged = presenters.merge_needs(
        [row(Rank.NOTHING, None, 9), row(Rank.OVERDUE, date(2026, 2, 1), 10), row(Rank.OVERDUE, date(2026, 1, 1), 11),
         row(Rank.NOTHING, None, 2)]
    )  # fmt: skip
    assert [each.text for each in merged] == ["OVERDUE 11", "OVERDUE 10", "NOTHING 2", "NOTHING 9"]
