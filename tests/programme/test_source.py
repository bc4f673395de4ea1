"""The shipped programmes against the source document itself: every year, every item, every date."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from tracker.library import loader as library
from tracker.programme.loader import (
    PROGRAMME,
    ProgrammeFileError,
    ShippedItem,
    ShippedYear,
    load_programme,
    places_of,
)
from tracker.programme.rules import ANSWERED_BY, ItemKind, Place

SOURCE = Path(__file__).parent.parent / "data" / "hee-sepsis-resources-and-recommendations.txt"
DOCUMENT = " ".join(SOURCE.read_text(encoding="utf-8").split())
YEARS = load_programme()
ITEMS = {each.code: each for year in YEARS for each in year.items}


def section(first: str, last: str) -> str:
    """What stands in the source between two of its words."""
    return DOCUMENT.split(first, 1)[1].split(last, 1)[0].strip()


def written(item: ShippedItem) -> str:
    """An item as the source writes it: with its mark, and its title where the text does not hold it."""
    mark = "-" if not item.label else f"{item.label}." if item.label.isdecimal() else f"{item.label})"
    return " ".join(f"{mark} {item.facts.text}".split())


def year(code: str) -> ShippedYear:
    return next(each for each in YEARS if each.code == code)


def test_the_years_are_those_of_the_source() -> None:
    assert [(each.code, each.name, each.is_confirmed) for each in YEARS] == [
        ("2015-16", "2015-2016", True),
        ("2016-17", "2016-2017", True),
        ("2017-18", "2017-2018", False),
    ]
    assert "2017-2018 (To be confirmed)" in DOCUMENT


def test_2015_to_2016_is_complete_and_word_for_word() -> None:
    items = year("2015-16").items
    lines = [f"{each.label}. {each.facts.title} {each.facts.text}".strip() for each in items]
    assert " ".join(lines) == "1. " + section("2015-2016 1. ", " Resource Format Suggested audience")


def test_the_source_has_no_fourth_item_and_the_file_says_so() -> None:
    assert [each.label for each in year("2015-16").items] == ["1", "2", "3", "5", "6"]
    assert "no item 4" in year("2015-16").note
    assert " 4. " not in section("2015-2016", "6. HEE Report")


@pytest.mark.parametrize(
    "code, first, last",
    [("2016-17", "2016-2017 ", "2017-2018 "), ("2017-18", "2017-2018 (To be confirmed) ", "\0")],
)
def test_later_years_are_complete_and_word_for_word(code: str, first: str, last: str) -> None:
    assert " ".join(written(each) for each in year(code).items) == section(first, last)


def test_sub_items_stand_below_their_item() -> None:
    above = {code: each.parent_code for code, each in ITEMS.items() if each.parent_code}
    assert above == {
        "2016-17-1-a": "2016-17-1", "2016-17-1-b": "2016-17-1",
        "2016-17-2-a": "2016-17-2", "2016-17-2-b": "2016-17-2",
        "2016-17-3-1": "2016-17-3", "2016-17-3-1-a": "2016-17-3-1", "2016-17-3-1-b": "2016-17-3-1",
        **{f"2016-17-3-1-b-{number}": "2016-17-3-1-b" for number in range(1, 5)},
    }  # fmt: skip


def test_each_workshop_has_the_day_and_place_of_the_source() -> None:
    found = re.findall(r"Workshop (\d): (\w+) (\d+)(?:st|nd|rd|th) (\w+) (\d{4}) \[Link\]", DOCUMENT)
    workshops = [each.facts for each in ITEMS.values() if each.facts.kind is ItemKind.WORKSHOP]
    stated = [(number, place, f"{day} {month} {year}") for number, place, day, month, year in found]
    assert stated == [
        (str(number), each.place, f"{each.happens_on.day} {each.happens_on:%B %Y}" if each.happens_on else "")
        for number, each in enumerate(workshops, start=1)
    ]
    assert [each.happens_on for each in workshops] == [
        date(2016, 11, 16), date(2017, 1, 11), date(2017, 1, 19), date(2017, 3, 2),
    ]  # fmt: skip
    assert {each.host for each in workshops} == {"Regional faculties"}
    assert "hosted by regional faculties" in DOCUMENT


def test_no_link_is_made_up() -> None:
    assert all(each.facts.link == "" for each in ITEMS.values())
    lacking = [each.code for each in ITEMS.values() if "[Link]" in each.facts.text]
    assert len(lacking) == DOCUMENT.count("[Link]") == 5


def test_toolkit_session_and_indicator_are_what_they_are() -> None:
    kinds = {each.facts.kind: each for each in ITEMS.values()}
    assert kinds[ItemKind.TOOLKIT].code == "2016-17-3-1-a"
    assert kinds[ItemKind.SESSION].facts.serves == ("SEP16-17",)
    indicator = kinds[ItemKind.INDICATOR].facts
    assert indicator.is_historical and "integrated care board" in indicator.note
    assert [each.code for each in ITEMS.values() if each.facts.is_historical] == ["2017-18-2"]


def test_what_the_recommendations_ask_too_is_linked() -> None:
    serves = {code: each.facts.serves for code, each in ITEMS.items()}
    assert serves["2016-17-2-a"] == ("SEP16-01",)
    assert serves["2016-17-2-b"] == ("SEP16-05",)
    assert {code: serves[code] for code in ANSWERED_BY} == {code: (its,) for code, its in ANSWERED_BY.items()}
    assert serves["2017-18-1"] == ("SEP16-04",)
    assert serves["2017-18-3"] == ("SEP16-01",)
    assert serves["2016-17-1-b"] == ("SEP16-09",) and set(serves["2016-17-1"]) == {"SEP16-02", "SEP16-09"}
    known = {row["code"] for row in report()["recommendations"]}
    assert {code for codes in serves.values() for code in codes} <= known


def test_the_platform_s_update_has_the_words_of_recommendation_9() -> None:
    texts = {row["code"]: row["text"] for row in report()["recommendations"]}
    assert ITEMS["2016-17-1-b"].facts.text.replace(" on the eLfH platform", "") == texts["SEP16-09"]


def test_where_the_work_of_an_item_is_followed() -> None:
    assert {code: each.see for code, each in ITEMS.items() if each.see} == {
        "2016-17-1": (Place.GUIDELINES,),
        "2016-17-1-b": (Place.TRAINING,),
        "2016-17-2": (Place.GAPS,),
        "2017-18-2": (Place.GAPS,),
        "2017-18-3": (Place.USAGE,),
    }
    assert places_of("2016-17-2") == (Place.GAPS,) and places_of("2031-32-1") == ()


def test_what_is_answered_with_a_recommendation_has_its_words() -> None:
    texts = {row["code"]: row["text"] for row in report()["recommendations"]}
    for item, recommendation in ANSWERED_BY.items():
        ours = re.sub(r"\W+", " ", ITEMS[item].facts.text.replace("Developing", "Develop")).strip()
        asked = re.sub(r"\W+", " ", texts[recommendation]).strip()
        assert ours == asked, item


def report() -> dict[str, list[dict[str, str]]]:
    path = Path(__file__).parents[2] / "tracker" / "catalogue" / "reports" / "SEP16.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def test_each_resource_stands_in_the_library_under_the_same_title() -> None:
    titles = {each.code: each.facts.title for each in library.load_national().entries}
    named = {
        each.facts.resource_code: each.facts.title for each in ITEMS.values() if each.facts.resource_code
    }
    assert len(named) == 4
    assert {code: titles.get(code) for code in named} == named


@pytest.mark.parametrize(
    "old, new, words",
    [
        ('code = "2016-17-2-a"', 'code = "2016-17-2-b"', "stands there twice"),
        ('code = "2016-17-2-a"', 'code = "2015-16-9"', "must begin with 2016-17-2-"),
        ('kind = "toolkit"', 'kind = "hammer"', "hammer"),
        ('see = ["gaps"]', 'see = ["moon"]', "moon"),
        ('title = "HEE Report"', "", "title"),
    ],
)
def test_a_slip_in_the_file_is_said(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "programme.toml"
    path.write_text(PROGRAMME.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ProgrammeFileError, match=words):
        load_programme(path)
