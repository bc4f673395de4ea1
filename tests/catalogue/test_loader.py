"""The shipped report against the source document itself, and bad report files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tracker.catalogue.loader import REPORTS, CatalogueFileError, load_report, load_reports
from tracker.catalogue.rules import OrganisationKind

SOURCE = Path(__file__).parent.parent / "data" / "hee-sepsis-resources-and-recommendations.txt"
SHIPPED = REPORTS / "SEP16.toml"


def source_texts() -> dict[int, str]:
    """The recommendations as the document has them, by number, white space normalised."""
    document = SOURCE.read_text(encoding="utf-8")
    part = document[document.index("Recommendations:") : document.index("2016-2017\n")]
    found = re.findall(r"^ *(\d+)\.\s+(.*?)$", part, flags=re.MULTILINE)
    return {int(number): " ".join(text.split()) for number, text in found}


def test_the_21_are_word_for_word() -> None:
    (report,) = load_reports()
    assert {each.number: each.text for each in report.recommendations} == source_texts()
    assert len(report.recommendations) == 21


def test_each_belongs_to_its_group_and_somebody_owes_it() -> None:
    (report,) = load_reports()
    groups = {each.number: each.group for each in report.recommendations}
    assert groups == {number: "a" if number < 9 else "b" if number < 19 else "c" for number in range(1, 22)}
    owed = {each.number: set(each.owed_by) for each in report.recommendations}
    assert owed[1] == {OrganisationKind.NATIONAL_BODY}
    assert owed[12] == {OrganisationKind.NHS_TRUST, OrganisationKind.CARE_PROVIDER}
    assert owed[21] == {OrganisationKind.HIGHER_EDUCATION}
    assert all(owed.values())


def test_those_that_say_consider_and_those_with_a_condition_are_marked() -> None:
    (report,) = load_reports()
    assert {each.number for each in report.recommendations if each.consider} == {5, 6, 12}
    assert {each.number for each in report.recommendations if each.conditional} == {15, 17}


@pytest.mark.parametrize(
    "old, new, said",
    [
        ('code = "SEP16-12"', 'code = "SEP16-13"', "the code must be SEP16-12"),
        ('theme = "people"', 'theme = "persons"', "the theme 'persons' is not declared"),
        ('owed_by = ["national_body"]', 'owed_by = ["ministry"]', "'ministry' is not a kind of organisation"),
        ('owed_by = ["national_body"]', "owed_by = []", "nobody owes an answer"),
        ("consider = true", 'consider = "yes"', "consider must be true or false"),
        ('measure = "champions"', "", "measure is missing"),
        ('measure = "champions"', 'measure = "champions"\ncolour = "red"', "colour is not known here"),
        ('"Update all"', '"Update some"', "“Update some” is not in its text"),
        ("[report]", "[report", "it is not a TOML file"),
        ("version = 1", 'version = "one"', "thresholds need a version"),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence(tmp_path: Path, old: str, new: str, said: str) -> None:
    shipped = SHIPPED.read_text(encoding="utf-8")
    assert old in shipped
    bad = tmp_path / "SEP16.toml"
    bad.write_text(shipped.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueFileError, match=re.escape(said)):
        load_report(bad)


def test_a_code_in_two_files_is_refused(tmp_path: Path) -> None:
    for name in ("A.toml", "B.toml"):
        (tmp_path / name).write_text(SHIPPED.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(CatalogueFileError, match="SEP16-01 stands twice"):
        load_reports(tmp_path)
