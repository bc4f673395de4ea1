"""Titles as a keyboard types them: the same resource for namesakes, developments, the own list, search and the file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.factories import identity_of
from tests.library.test_actions import FACTS as TRAINING
from tests.library.test_national import FACTS as FILM
from tracker.access.permissions import Role
from tracker.errors import RuleBroken
from tracker.library import actions
from tracker.library.loader import NATIONAL, LibraryFileError, load_national
from tracker.library.rules import (
    Audience,
    DevelopmentFacts,
    Learner,
    Patients,
    Reach,
    Setting,
    Stage,
    plain,
)
from tracker.web.transactions import writing


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("The  Sepsis Game", "The Sepsis Game"),
        ("The\u00a0Sepsis\tGame ", "The Sepsis Game"),
        ("THE SEPSIS GAME", "The Sepsis Game"),
        ("The Sep\u00adsis\u200b Game", "The Sepsis Game"),
        ("Sepsis: A careworker's guide", "Sepsis: A careworker’s guide"),
        ("Sepsis: A careworker‘s guide", "Sepsis: A careworker’s guide"),
        ("Sepsis: A careworker`s guide", "Sepsis: A careworker´s guide"),
        ('Project Transform: "Sepsis Savvy"', "Project Transform: “Sepsis Savvy”"),
        ("War on Sepsis - staff training film #1", "War on Sepsis – staff training film #1"),
        ("War on Sepsis — staff training film #1", "War on Sepsis \u2011 staff training film #1"),
        ("\ufb01lm", "film"),
        # A title in single quotes is the one in double quotes.
        ("Project Transform: 'Sepsis Savvy'", "Project Transform: “Sepsis Savvy”"),
        ("Project Transform: ''Sepsis Savvy''", "Project Transform: “Sepsis Savvy”"),
        ("“Sepsis: a nurse's guide”", "'Sepsis: a nurse’s guide'"),
    ],
)
def test_what_a_keyboard_types_is_what_the_source_prints(typed: str, meant: str) -> None:
    assert plain(typed) == plain(meant)


def test_other_words_stay_others() -> None:
    assert plain("Sepsis: a careworkers guide") != plain("Sepsis: A careworker’s guide")
    assert plain("Think-Sepsis") != plain("Think Sepsis")
    assert plain(" \u00a0 ") == ""


@pytest.fixture
def library(app: Flask) -> None:
    factories.catalogue()
    factories.national_library()


@pytest.mark.parametrize(
    "title",
    [
        "The  Sepsis Game",
        "The\u00a0sepsis game",
        "Sepsis: A careworker's guide",
        "Project Transform: 'Sepsis Savvy'",
    ],
)
def test_a_namesake_in_other_signs_is_refused(library: None, title: str) -> None:
    lead = identity_of(factories.person(Role.NATIONAL_LEAD))
    with pytest.raises(RuleBroken, match="in the library already"), writing():
        actions.add_national(lead, replace(FILM, title=title))


def test_the_own_list_and_developments_refuse_it_too(app: Flask) -> None:
    ours = factories.organisation()
    champion = identity_of(factories.person(Role.CHAMPION, ours))
    work = DevelopmentFacts(
        "Sepsis: a nurse’s guide", "A guide", Reach.LOCAL, Stage.PLANNED, date(2026, 1, 1),
        Audience(frozenset({Learner.NURSING}), frozenset({Setting.HOSPITAL}), Patients.ADULTS),
    )  # fmt: skip
    with writing():
        actions.add_resource(champion, ours, replace(TRAINING, title="Sepsis: a nurse’s guide"))
        actions.add_development(champion, ours, work)
    for act in (
        lambda: actions.add_resource(champion, ours, replace(TRAINING, title="Sepsis:  a nurse's guide")),
        lambda: actions.add_development(champion, ours, replace(work, title="Sepsis: a nurse's guide")),
    ):
        with pytest.raises(RuleBroken, match="already"), writing():
            act()


LOOK_ALIKES = [
    "The Sepsis Gam\u0435",  # a Cyrillic letter at the end
    "The S\u0435psis Game",
    "The Sepsis G\u0391ME",  # a Greek capital
    "The Seps\u0456s Game",
]


@pytest.mark.parametrize("title", LOOK_ALIKES)
def test_a_word_of_two_alphabets_is_refused_in_words_that_say_what_to_do(library: None, title: str) -> None:
    """It would stand beside its namesake, and nobody would see the difference."""
    lead = identity_of(factories.person(Role.NATIONAL_LEAD))
    ours = factories.organisation()
    champion = identity_of(factories.person(Role.CHAMPION, ours))
    work = DevelopmentFacts(
        title, "A guide", Reach.LOCAL, Stage.PLANNED, date(2026, 1, 1),
        Audience(frozenset({Learner.NURSING}), frozenset({Setting.HOSPITAL}), Patients.ADULTS),
    )  # fmt: skip
    for act in (
        lambda: actions.add_national(lead, replace(FILM, title=title)),
        lambda: actions.add_resource(champion, ours, replace(TRAINING, title=title)),
        lambda: actions.add_development(champion, ours, work),
    ):
        with pytest.raises(RuleBroken) as broken, writing():
            act()
        ((field, message),) = broken.value.problems
        assert field == "title"
        assert "letters of two alphabets" in message and "Type that word again" in message


@pytest.mark.parametrize(
    "title",
    [
        "Sépsis à l’hôpital – Größe, naïve, Łódź",
        "TNFα, IFNγ and β-lactams: 5 µg/ml, 10 μg/ml",
        "ΔCRP and Ωmega",
        "Сепсис: Ukrainian leaflet on sepsis",
        "Sepsis 敗血症, ３rd edition ﬁlm",
        "Σήψη",
    ],
)
def test_words_of_one_alphabet_each_and_signs_of_medicine_are_titles(library: None, title: str) -> None:
    lead = identity_of(factories.person(Role.NATIONAL_LEAD))
    with writing():
        assert actions.add_national(lead, replace(FILM, title=title)).title == title


def test_the_file_may_not_name_one_twice(tmp_path: Path) -> None:
    text = NATIONAL.read_text(encoding="utf-8")
    path = tmp_path / "national.toml"
    path.write_text(
        text.replace('title = "eLfH webpage"', 'title = "Sepsis: A careworker\'s guide"'), "utf-8"
    )
    with pytest.raises(LibraryFileError, match="stands twice"):
        load_national(path)


@pytest.mark.parametrize(
    "query, code",
    [
        ("careworker's guide", "careworkers-guide"),
        ('"Sepsis Savvy"', "sepsis-savvy"),
        ("War on Sepsis -", "war-on-sepsis-film-1"),
        ("frail elderly", "think-sepsis-primary-care"),  # covers, and a module
        ("complex safety", "think-sepsis-primary-care"),
        ("03_17_01", "elfh-03-17-01"),
        ("actions to take", "careworkers-guide"),
        ("talked about", "think-sepsis-paediatrics"),  # its note alone
    ],
)
def test_search_finds_what_was_typed_on_a_keyboard(
    library: None, client: FlaskClient, query: str, code: str
) -> None:
    assert f'href="/resources/{code}"' in client.get("/resources", query_string={"q": query}).text


def test_every_part_that_can_be_read_can_be_searched(app: Flask, client: FlaskClient) -> None:
    factories.national_resource(
        "a-film", covers=["fluids"], modules=[{"title": "Opening", "audience": "porters"}],
        session_code="77_01", note="Ask the maker",
    )  # fmt: skip
    for words in ("fluids", "opening", "porters", "77_01", "the maker"):
        found = client.get("/resources", query_string={"q": words}).text
        assert 'href="/resources/a-film"' in found, words
    assert 'href="/resources/a-film"' not in client.get("/resources?q=nothing").text
