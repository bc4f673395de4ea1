"""The files that the pages show: the source's own words, and what the operator states."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.pages import loader

SOURCE = Path(__file__).parent.parent / "data" / "hee-sepsis-resources-and-recommendations.txt"
DOCUMENT = " ".join(SOURCE.read_text(encoding="utf-8").split())


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
