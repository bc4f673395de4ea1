"""The four figures of one list, worked by hand, and what a new version of a guideline does to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.library.rules import GuidelineVersion, HowDiscussed, Patients, Population, Source
from tracker.measures.alignment.rules import (
    ANTIBIOTICS,
    CODES,
    INTERACTIVE,
    MATERIALS,
    NICE,
    Assessed,
    Item,
    Marks,
    Result,
    Standing,
    changed_since,
    figure,
    problems_of_assessment,
    standing,
)
from tracker.measures.base import Figure, Supports

OLD = GuidelineVersion("old", "NG51", "Sepsis", date(2024, 1, 31), frozenset(Population))
NEW = GuidelineVersion(
    "new",
    "NG253",
    "Sepsis, 16 or over",
    date(2025, 11, 19),
    frozenset({Population.ADULTS}),
    recheck_by=date(2026, 5, 19),
)
VERSIONS = [OLD, NEW]
DAY = date(2026, 3, 1)
LATER = date(2026, 6, 1)


def assessed(*versions: str, result: Result = Result.ALIGNED, on: date = date(2026, 1, 10)) -> Assessed:
    return Assessed(result, on, frozenset(versions))


def item(assessment: Assessed | None = None, **changes: object) -> Item:
    given: dict[str, object] = {
        "id": uuid4(), "title": "A session", "source": Source.OWN, "patients": Patients.ADULTS, "is_online": False,
        "discussed": None, "discussed_on": None, "resistance": None, "stewardship": None, "updated_on": None,
        "withdrawn_on": None, "recorded_at": datetime(2026, 1, 10, tzinfo=UTC), "recorded_by": UUID(int=1),
    }  # fmt: skip
    return Item(assessed=assessment, **{**given, **changes})  # type: ignore[arg-type]


def of(code: str, *items: Item, day: date = DAY) -> Figure:
    return figure(code, items, VERSIONS, day, Marks(interactive_months=12))


@pytest.mark.parametrize(
    ("assessment", "day", "expected"),
    [
        (None, DAY, Standing.UNASSESSED),
        (assessed("new"), DAY, Standing.ALIGNED),
        (assessed("old"), DAY, Standing.RECHECK),
        (assessed("old"), LATER, Standing.OVERDUE),
        (assessed("new", result=Result.PARTLY), DAY, Standing.PARTLY),
        (assessed("new", result=Result.NOT), DAY, Standing.NOT),
        (assessed("new", on=date(2026, 3, 2)), DAY, Standing.UNASSESSED),
    ],
)
def test_where_a_resource_stands(assessment: Assessed | None, day: date, expected: Standing) -> None:
    assert standing(item(assessment), VERSIONS, day) is expected


def test_every_guideline_that_the_patients_need_counts() -> None:
    for_all = {"patients": Patients.ALL}
    assert standing(item(assessed("new"), **for_all), VERSIONS, DAY) is Standing.OVERDUE
    assert standing(item(assessed("new", "old"), **for_all), VERSIONS, DAY) is Standing.ALIGNED


def test_the_figure_of_9_by_hand() -> None:
    """Two follow the new version, one the version before, one partly, one not checked; two are national."""
    found = of(
        NICE,
        item(assessed("new")), item(assessed("new")), item(assessed("old")),
        item(assessed("new", result=Result.PARTLY)), item(),
        item(source=Source.NATIONAL), item(source=Source.NATIONAL),
        item(assessed("new"), withdrawn_on=date(2026, 2, 1)),
    )  # fmt: skip
    assert (found.numerator, found.denominator, found.supports) == (3, 5, Supports.NOT_YET)
    assert [(part.label, part.numerator) for part in found.parts] == [
        ("Up to date with NICE", 2),
        ("Up to date with the version before: check again", 1),
        ("Partly up to date", 1),
        ("Not checked yet", 1),
        ("National training used, checked by its owner", 2),
    ]
    assert found.because == "Still to do: 1 partly up to date, 1 not checked yet."


def test_a_new_version_does_not_turn_the_figure_to_nothing_overnight() -> None:
    items = [item(assessed("old", on=date(2025, 1, 1))) for _ in range(4)]
    before = of(NICE, *items, day=date(2025, 11, 18))
    overnight = of(NICE, *items, day=date(2025, 11, 19))
    overdue = of(NICE, *items, day=date(2026, 5, 20))
    assert [each.numerator for each in (before, overnight, overdue)] == [4, 4, 0]
    assert overnight.because == "All of it follows NICE; 4 to be checked again by 19 May 2026."
    assert [each.supports for each in (before, overnight, overdue)] == [
        Supports.IN_PLACE, Supports.IN_PLACE, Supports.NOT_YET,
    ]  # fmt: skip


def test_only_national_training_is_an_answer_of_its_own() -> None:
    found = of(NICE, item(source=Source.NATIONAL))
    assert (found.has_fraction, found.answer, found.supports) == (
        False, "uses only national training", Supports.IN_PLACE,
    )  # fmt: skip


@pytest.mark.parametrize("code", CODES)
def test_an_empty_list_is_no_figure(code: str) -> None:
    found = of(code)
    assert (found.exists, found.supports) == (False, Supports.NO_FIGURE)


def test_materials_taken_out_of_use_are_listed_and_not_counted() -> None:
    gone = item(withdrawn_on=date(2026, 2, 1))
    found = of(MATERIALS, item(assessed("new")), gone)
    assert (found.numerator, found.denominator) == (1, 1)
    assert ("Taken out of use", 1) in [(part.label, part.numerator) for part in found.parts]
    assert of(MATERIALS, gone).supports is Supports.IN_PLACE


def test_the_figure_of_17_by_hand() -> None:
    """Of four online, own and national: one ran in time, one too long ago, one not possible, one never."""
    online = {"is_online": True}
    taught = {"discussed": HowDiscussed.TEACHING}
    found = of(
        INTERACTIVE,
        item(**online, **taught, discussed_on=date(2025, 3, 1), source=Source.NATIONAL),
        item(**online, **taught, discussed_on=date(2025, 2, 28)),
        item(**online, discussed=HowDiscussed.NOT_POSSIBLE),
        item(**online),
        item(),
    )  # fmt: skip
    assert (found.numerator, found.denominator, found.supports) == (1, 4, Supports.NOT_YET)
    assert [(part.label, part.numerator) for part in found.parts] == [
        ("Talked through", 1), ("Not possible, with the reason", 1),
        ("Not talked through yet, or too long ago", 2),
    ]  # fmt: skip


def test_17_is_supported_by_reasons_too() -> None:
    found = of(INTERACTIVE, item(is_online=True, discussed=HowDiscussed.NOT_POSSIBLE))
    assert (found.numerator, found.denominator, found.supports) == (0, 1, Supports.IN_PLACE)


def test_the_figure_of_20_needs_both_ticks() -> None:
    found = of(
        ANTIBIOTICS,
        item(resistance=True, stewardship=True), item(resistance=True), item(stewardship=True), item(),
        item(resistance=True, stewardship=True, source=Source.NATIONAL),
    )  # fmt: skip
    assert (found.numerator, found.denominator) == (1, 4)
    assert [(part.numerator, part.denominator) for part in found.parts] == [(2, 4), (2, 4)]


@given(
    st.lists(
        st.builds(
            item,
            st.none() | st.builds(assessed, st.sampled_from(["old", "new"]), result=st.sampled_from(Result)),
            source=st.sampled_from(Source),
            is_online=st.booleans(),
            resistance=st.none() | st.booleans(),
            stewardship=st.none() | st.booleans(),
        ),
        max_size=12,
    ),
    st.sampled_from(CODES),
    st.dates(date(2024, 1, 1), date(2027, 1, 1)),
)
def test_the_arithmetic_of_any_list(items: list[Item], code: str, day: date) -> None:
    found = figure(code, items, VERSIONS, day, Marks())
    if found.numerator is None or found.denominator is None:
        assert found.supports is not Supports.NOT_YET
        return
    assert 0 <= found.numerator <= found.denominator <= len(items)
    if found.numerator == found.denominator:
        assert found.supports is Supports.IN_PLACE


def test_a_resource_changed_after_its_check() -> None:
    assert changed_since(item(assessed("new"), updated_on=date(2026, 1, 11)))
    assert not changed_since(item(assessed("new"), updated_on=date(2026, 1, 10)))
    assert not changed_since(replace(item(), updated_on=DAY))


def test_what_an_assessment_lacks() -> None:
    assert [field for field, _words in problems_of_assessment(None, None, [], DAY)] == [
        "result", "assessed_on", "versions",
    ]  # fmt: skip
    assert problems_of_assessment(Result.NOT, date(2026, 3, 2), ["new"], DAY) == [
        ("assessed_on", "The date of the check must be today or in the past")
    ]
