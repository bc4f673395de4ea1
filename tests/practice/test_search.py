"""What is published is found by its words, by whose it is, and by where it can be done."""

from __future__ import annotations

import pytest

from tests.practice.pages import OURS, WHOLE, post, practices, published, text

DRILLS = {
    "title": "Half-hour drills", "setting": "community", "what": "A short simulation in the team room",
    "effect": "Sepsis is named sooner", "effect_measure": "Minutes to the first call", "result": "shows_effect",
    "method": "Audit of notes", "sample": "120 nights", "finding": "Antibiotics came earlier",
    "evaluated_on-day": "1", "evaluated_on-month": "9", "evaluated_on-year": "2025",
}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("drills half-hour", True),
        ("SIMULATION drills", True),
        ("named minutes audit nights antibiotics", True),
        ("northmoor drills", True),
        ("  drills   ", True),
        ("drills helicopter", False),
        ("southmoor drills", False),
        ("drills 100%", False),
        ("dr_lls", False),
    ],
)
def test_every_word_has_to_stand_somewhere(champion, national, stranger, words: str, is_found: bool) -> None:
    published(champion, national, **DRILLS)
    page = stranger.get("/practice", query_string={"q": words}).get_data(as_text=True)
    assert ("Half-hour drills</a>" in page) is is_found
    assert ("1 practice like this" in page) is is_found


def test_as_many_words_as_fit_are_looked_for(champion, national, stranger) -> None:
    published(champion, national, **DRILLS)
    many = " ".join(chr(0x4E00 + number) for number in range(100))
    assert "No practice is like this" in text(stranger, f"/practice?q={many}")


@pytest.mark.parametrize(
    ("setting", "shown"),
    [
        ("hospital", {"On the ward", "Anywhere"}),
        ("community", {"At home", "Anywhere"}),
        ("any", {"Anywhere"}),
        ("", {"On the ward", "At home", "Anywhere"}),
    ],
)
def test_what_was_done_in_any_setting_is_shown_for_each(
    champion, national, stranger, setting: str, shown: set[str]
) -> None:
    marked = {"On the ward": "hospital", "At home": "community", "Anywhere": "any"}
    for title, where in marked.items():
        published_one(champion, national, title, where)
    page = text(stranger, f"/practice?setting={setting}")
    assert {title for title in marked if f"{title}</a>" in page} == shown


def published_one(champion, national, title: str, setting: str) -> None:
    sent = {**WHOLE, "title": title, "setting": setting, "step": "send"}
    assert post(champion, f"{OURS}/practice/new", **sent).status_code == 303
    (row,) = [each for each in practices() if each.title == title]
    assert post(national, f"/practice/review/{row.entity_id}", decision="publish").status_code == 303
