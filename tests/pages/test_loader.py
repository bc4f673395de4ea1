"""The files that the pages show: the source's own words, and what the operator states."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.pages import loader

SOURCE = Path(__file__).parent.parent / "data" / "hee-sepsis-resources-and-recommendations.txt"
DOCUMENT = " ".join(SOURCE.read_text(encoding="utf-8").split())


def test_the_table_of_resources_is_word_for_word() -> None:
    shown = loader.load_resources()
    assert [len(group.rows) for group in shown.groups] == [7, 3, 2]
    for group in shown.groups:
        assert group.name in DOCUMENT
        for each in group.rows:
            assert f"{each.title} {each.format} {each.audience}" in DOCUMENT


def test_the_described_resources_and_the_ask_are_word_for_word() -> None:
    shown = loader.load_resources()
    assert [each.number for each in shown.described] == [1, 2, 3, 5]
    for each in shown.described:
        assert f"{each.number}. {each.title} {each.text}" in DOCUMENT
    assert shown.ask in DOCUMENT


def test_the_programmes_are_word_for_word() -> None:
    years = loader.load_programme()
    assert [(year.name, len(year.items)) for year in years] == [
        ("2015-2016", 5),
        ("2016-2017", 4),
        ("2017-2018", 3),
    ]
    for item in (item for year in years for item in year.items):
        assert f"{item.label}. {item.text}" in DOCUMENT
        assert all(part.text in DOCUMENT for part in item.parts)


def test_nothing_stated_is_empty(tmp_path: Path) -> None:
    assert loader.load_operator(tmp_path) == loader.Operator()


def test_the_example_is_a_file_that_can_be_used(tmp_path: Path) -> None:
    example = loader.HERE / "operator.example.toml"
    (tmp_path / "operator.toml").write_text(example.read_text(encoding="utf-8"), encoding="utf-8")
    assert loader.load_operator(tmp_path).name == "Example NHS Body"


def test_an_unknown_entry_is_named(tmp_path: Path) -> None:
    (tmp_path / "operator.toml").write_text('nmae = "Example"', encoding="utf-8")
    with pytest.raises(ValueError, match="unknown entry nmae"):
        loader.load_operator(tmp_path)
