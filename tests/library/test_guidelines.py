"""Which guideline counts for whom, and what an assessment is worth after a new version."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.library.rules import (
    Behind,
    Followed,
    GuidelineVersion,
    Kind,
    Patients,
    Population,
    behind,
    current_versions,
    followed,
    needed_populations,
    problems_of_version,
    recheck_due,
    version_before,
)

ALL = frozenset(Population)
ADULTS, CHILDREN, PREGNANT = Population.ADULTS, Population.CHILDREN, Population.PREGNANT
FIRST = GuidelineVersion("51-2016", "NG51", "Sepsis", date(2016, 7, 13), ALL)
UPDATE = GuidelineVersion("51-2024", "NG51", "Sepsis", date(2024, 1, 31), ALL)
OVER_16 = GuidelineVersion(
    "253",
    "NG253",
    "Sepsis, 16 or over",
    date(2025, 11, 19),
    frozenset({ADULTS}),
    recheck_by=date(2026, 5, 19),
)
UNDER_16 = GuidelineVersion("254", "NG254", "Sepsis, under 16", date(2025, 11, 19), frozenset({CHILDREN}))
PREGNANCY = GuidelineVersion("255", "NG255", "Sepsis in pregnancy", None, frozenset({PREGNANT}))
DEFINITION = GuidelineVersion("s3", "Sepsis-3", "Definition", date(2016, 2, 23), ALL, kind=Kind.DEFINITION)
REGISTER = [FIRST, UPDATE, OVER_16, UNDER_16, PREGNANCY, DEFINITION]


def ids(day: date) -> dict[Population, str]:
    return {population: version.id for population, version in current_versions(REGISTER, day).items()}


def test_before_any_guideline_nothing_counts() -> None:
    assert ids(date(2016, 7, 12)) == {}


def test_the_youngest_in_force_counts_for_each_population() -> None:
    assert set(ids(date(2016, 7, 13)).values()) == {"51-2016"}
    assert set(ids(date(2024, 1, 31)).values()) == {"51-2024"}
    assert ids(date(2025, 11, 19)) == {ADULTS: "253", CHILDREN: "254", PREGNANT: "51-2024"}


def test_a_version_without_a_date_takes_nothings_place() -> None:
    assert ids(date(2030, 1, 1))[PREGNANT] == "51-2024"


def test_a_version_may_count_later_than_it_was_issued() -> None:
    later = GuidelineVersion("x", "NG51", "Sepsis", date(2026, 1, 1), ALL, counts_from=date(2026, 4, 1))
    assert current_versions([UPDATE, later], date(2026, 3, 31))[ADULTS].id == "51-2024"
    assert current_versions([UPDATE, later], date(2026, 4, 1))[ADULTS].id == "x"


@pytest.mark.parametrize(
    ("patients", "populations"),
    [
        (Patients.ADULTS, {ADULTS}),
        (Patients.CHILDREN, {CHILDREN}),
        (Patients.PREGNANT, {PREGNANT}),
        (Patients.ADULTS_AND_CHILDREN, {ADULTS, CHILDREN}),
        (Patients.ALL, ALL),
    ],
)
def test_patients_decide_what_is_needed(patients: Patients, populations: set[Population]) -> None:
    assert needed_populations(patients) == populations


def test_a_new_version_turns_aligned_to_the_version_before_until_its_date() -> None:
    against = {"51-2024"}
    for day, found in (
        (date(2025, 11, 18), Followed.CURRENT),
        (date(2025, 11, 19), Followed.BEFORE),
        (date(2026, 5, 19), Followed.BEFORE),
        (date(2026, 5, 20), Followed.OVERDUE),
    ):
        assert followed(REGISTER, against, Patients.ADULTS, day) == {ADULTS: found}


def test_two_versions_behind_is_not_aligned() -> None:
    day = date(2026, 1, 1)
    assert followed(REGISTER, {"51-2016"}, Patients.ADULTS, day) == {ADULTS: Followed.OLDER}
    assert followed(REGISTER, {"254"}, Patients.ADULTS, day) == {ADULTS: Followed.NOT}


def test_why_a_check_counts_no_longer_is_the_reason_that_is_true() -> None:
    def why(*against: str, patients: Patients = Patients.ADULTS, on: date = date(2026, 1, 1)) -> list[Behind]:
        return behind(REGISTER, against, patients, on)

    assert why("253") == why("51-2024") == []
    assert why("51-2024", on=date(2026, 5, 20)) == [Behind.PASSED]
    assert why("51-2016") == [Behind.OLDER]
    assert why("254") == [Behind.NEVER]
    assert why("51-2024", patients=Patients.CHILDREN) == [Behind.NO_DAY]
    assert why("51-2016", "51-2024", patients=Patients.ALL, on=date(2026, 5, 20)) == [
        Behind.NO_DAY,
        Behind.PASSED,
    ]


def test_every_population_is_told_apart() -> None:
    found = followed(REGISTER, {"253", "51-2024"}, Patients.ALL, date(2026, 1, 1))
    assert found == {ADULTS: Followed.CURRENT, CHILDREN: Followed.OVERDUE, PREGNANT: Followed.CURRENT}


def test_the_date_to_check_again_by_is_the_earliest_of_what_is_behind() -> None:
    day, before = date(2026, 1, 1), {"51-2024"}
    assert recheck_due(REGISTER, before, Patients.ALL, day) == date(2026, 5, 19)
    assert recheck_due(REGISTER, before, Patients.PREGNANT, day) is None
    assert recheck_due(REGISTER, {"51-2024", "253"}, Patients.ALL, day) is None
    under_16 = replace(UNDER_16, recheck_by=date(2026, 3, 1))
    register = [FIRST, UPDATE, OVER_16, under_16, PREGNANCY]
    assert recheck_due(register, before, Patients.ALL, day) == date(2026, 3, 1)
    # What is said of children is followed already: their day is nobody's any more.
    assert recheck_due(register, {"51-2024", "254"}, Patients.ALL, day) == date(2026, 5, 19)


def test_a_day_to_check_again_that_passed_long_ago_is_not_the_one_to_come() -> None:
    """NG51 of 2024 still counts in pregnancy; its own day was in 2024, and that of adults is still to come."""
    register = [FIRST, replace(UPDATE, recheck_by=date(2024, 7, 31)), OVER_16]
    assert recheck_due(register, {"51-2024"}, Patients.ALL, date(2026, 5, 19)) == date(2026, 5, 19)
    assert recheck_due(register, {"51-2016"}, Patients.PREGNANT, date(2026, 1, 1)) is None


def test_the_version_before() -> None:
    assert version_before(REGISTER, ADULTS, date(2026, 1, 1)) == UPDATE
    assert version_before(REGISTER, ADULTS, date(2016, 8, 1)) is None


@given(st.dates(date(2016, 1, 1), date(2030, 1, 1)), st.permutations(REGISTER))
def test_the_order_of_the_register_does_not_matter(day: date, register: list[GuidelineVersion]) -> None:
    assert current_versions(register, day) == current_versions(REGISTER, day)


@given(st.dates(date(2016, 7, 13), date(2030, 1, 1)), st.sampled_from(Patients))
def test_what_follows_the_current_versions_is_current(day: date, patients: Patients) -> None:
    against = {each.id for each in current_versions(REGISTER, day).values()}
    assert set(followed(REGISTER, against, patients, day).values()) == {Followed.CURRENT}


def test_a_version_says_what_it_lacks() -> None:
    assert [field for field, _words in problems_of_version("", "", [], None, None, None)] == [
        "reference", "title", "populations",
    ]  # fmt: skip
    early = problems_of_version("NG1", "A", [ADULTS], date(2026, 1, 2), date(2026, 1, 1), date(2025, 12, 1))
    assert [field for field, _words in early] == ["counts_from", "recheck_by"]
    assert problems_of_version("NG1", "A", [ADULTS], None, None, None) == []
