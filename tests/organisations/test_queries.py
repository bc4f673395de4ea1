"""The directory as somebody may see it, on a day, and what became of an organisation."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.organisations.filed import JANUARY_2021, JULY_2025, import_lines, import_real, line
from tests.organisations.people import auditor, champion, national_lead
from tracker import clock
from tracker.catalogue.rules import OrganisationKind
from tracker.organisations.actions import add_organisation
from tracker.organisations.queries import (
    DirectoryFilter,
    count_directory,
    find_ref,
    list_directory,
    list_icbs,
    list_regions,
    list_successions,
    list_successors,
)
from tracker.web.transactions import writing

pytestmark = pytest.mark.usefixtures("app")

FIRST, SECOND = date(2024, 1, 1), date(2025, 1, 1)


def codes(narrowed: DirectoryFilter, on: date | None = None) -> list[str]:
    return [row.code for row in list_directory(national_lead(), narrowed, on=on)]


def test_names_are_those_of_the_day() -> None:
    import_real(JANUARY_2021)
    import_real(JULY_2025)
    [then] = list_directory(national_lead(), DirectoryFilter(text="R1A"), on=date(2023, 3, 31))
    assert (then.name, then.region, then.icb) == (
        "Worcestershire Health and Care NHS Trust", "Y55 (retired)", "Q77 (retired)"
    )  # fmt: skip
    [now] = list_directory(national_lead(), DirectoryFilter(text="R1A"))
    assert (now.name, now.region, now.icb) == (
        "Herefordshire and Worcestershire Health and Care NHS Trust", "Midlands", "Herefordshire and Worcestershire"
    )  # fmt: skip


def test_a_name_that_is_not_all_capitals_is_shown_as_it_is() -> None:
    with writing():
        add_organisation("RCEM", "Royal College of emergency Medicine", OrganisationKind.ROYAL_COLLEGE)
    found = find_ref("RCEM")
    assert found is not None
    assert found.name == "Royal College of emergency Medicine"


def test_a_code_that_nobody_has_names_nothing() -> None:
    assert find_ref("RXX") is None


def test_a_champion_sees_only_her_own() -> None:
    import_lines([line("RA1"), line("RA2"), line("RA3")], FIRST)
    assert [row.code for row in list_directory(champion("RA2"))] == ["RA2"]
    assert count_directory(champion("RA2")) == 1
    assert count_directory(champion("RA2"), DirectoryFilter(text="RA1")) == 0
    assert [row.code for row in list_directory(auditor("RA1", "RA3"))] == ["RA1", "RA3"]
    assert count_directory(national_lead()) == 3


def test_the_directory_is_narrowed_by_each_filter() -> None:
    import_lines(
        [line("RA1", "ALPHA"), line("RA2", "100% BETA", "Y63", "QWO"), line("RA3", closed="20231231")], FIRST
    )
    with writing():
        add_organisation("UNI", "Alpha University", OrganisationKind.HIGHER_EDUCATION, country="Scotland")
    assert codes(DirectoryFilter(region="Y63")) == ["RA2"]
    assert codes(DirectoryFilter(icb="QKK")) == ["RA3", "RA1"]
    assert codes(DirectoryFilter(kind="higher_education")) == ["UNI"]
    assert codes(DirectoryFilter(country="Scotland")) == ["UNI"]
    assert codes(DirectoryFilter(text="alpha")) == ["RA1", "UNI"]
    assert codes(DirectoryFilter(text="ra3")) == ["RA3"]
    assert codes(DirectoryFilter(text="%")) == ["RA2"]
    assert codes(DirectoryFilter(only_open=True)) == ["RA2", "RA1", "UNI"]
    assert codes(DirectoryFilter(only_closed=True)) == ["RA3"]


def test_closed_is_from_the_day_after_the_last_one_and_absent_from_the_file_on() -> None:
    import_lines([line("RA1", closed="20240331"), line("RA2")], FIRST)
    import_lines([line("RA3")], SECOND)
    is_open = DirectoryFilter(only_open=True)
    assert "RA1" in codes(is_open, date(2024, 3, 31))
    assert "RA1" not in codes(is_open, date(2024, 4, 1))
    assert "RA2" in codes(is_open, SECOND - timedelta(1))
    assert codes(DirectoryFilter(only_closed=True), SECOND) == ["RA1", "RA2"]


def test_a_page_of_the_directory() -> None:
    import_lines([line(f"RA{number}", f"TRUST {number}") for number in range(1, 8)], FIRST)
    rows = list_directory(national_lead(), limit=3, offset=3)
    assert [row.code for row in rows] == ["RA4", "RA5", "RA6"]


def test_successions_are_shown_on_both_sides() -> None:
    import_real(JANUARY_2021)
    import_real(JULY_2025)
    _before, after = list_successions("RC1")
    assert [(each.code, each.name, each.on, each.known) for each in after] == [
        ("RC9", "Bedfordshire Hospitals NHS Foundation Trust", date(2020, 4, 1), True)
    ]
    before, _after = list_successions("RC9")
    assert [each.code for each in before] == ["RC1"]
    assert {code: [each.code for each in rows] for code, rows in list_successors(["RC1", "RJ1"]).items()} == {
        "RC1": ["RC9"]
    }
    found = find_ref("RC1")
    assert found is not None
    assert (found.is_open, found.closed_on) == (False, date(2020, 3, 31))


def test_regions_and_boards_real_and_fictional_are_never_mixed() -> None:
    import_lines([line("RA1", region="Y54", icb="Q70")], clock.today())
    assert ("Y54", "Y54 (retired)") in list_regions(demonstration=False)
    assert ("Q70", "Q70 (retired)") in list_icbs(demonstration=False)
    assert list_regions(demonstration=True) == list_icbs(demonstration=True) == []
