"""Codes, dates, and what must be said with each status, by example; what holds for any, by search."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.programme import rules
from tracker.programme.rules import ItemFacts, ItemKind, StateFacts, Status, Through, YearFacts, serving

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))


@pytest.mark.parametrize(
    "typed, code",
    [
        ("2018-19", "2018-19"),
        (" 2018/19 ", "2018-19"),
        ("2018–2019", "2018-19"),
        ("2099-00", "2099-00"),
        ("2018-20", ""),
        ("2018", ""),
        ("next year", ""),
    ],
)
def test_a_year_is_read_however_it_is_typed(typed: str, code: str) -> None:
    assert rules.year_code(typed) == code


def test_the_following_year_follows_the_last() -> None:
    assert rules.following_year(["2015-16", "2017-18", "2016-17"]) == "2018-19"
    assert rules.year_name("2018-19") == "2018-2019"


@pytest.mark.parametrize(
    "code, words",
    [
        ("", "Enter the year"),
        ("2018", "the one after it"),
        ("1999-00", "the one after it"),
        ("2017-18", "already"),
    ],
)
def test_a_year_that_cannot_be_added(code: str, words: str) -> None:
    ((field, message),) = rules.problems_of_year(YearFacts(code), {"2017-18"})
    assert field == "code" and words in message


def problems(facts: ItemFacts) -> dict[str, str]:
    return dict(rules.problems_of_item(facts, "2018-19", ["A report"]))


def test_an_item_needs_a_title_of_its_own() -> None:
    assert "title" in problems(ItemFacts(ItemKind.ITEM, ""))
    assert "already" in problems(ItemFacts(ItemKind.ITEM, "A REPORT"))["title"]
    assert problems(ItemFacts(ItemKind.ITEM, "Another report")) == {}


def test_a_workshop_needs_its_day_and_place() -> None:
    workshop = ItemFacts(ItemKind.WORKSHOP, "Workshop 5")
    assert set(problems(workshop)) == {"happens_on", "place"}
    assert problems(replace(workshop, happens_on=date(2019, 3, 1), place="Leeds")) == {}
    assert (
        "2018 or 2019"
        in problems(replace(workshop, happens_on=date(2020, 3, 1), place="Leeds"))["happens_on"]
    )


@pytest.mark.parametrize("kind", list(ItemKind))
def test_only_what_takes_place_has_a_day_and_a_place(kind: ItemKind) -> None:
    facts = ItemFacts(kind, "Something", happens_on=date(2019, 3, 1), place="Leeds")
    takes_place = kind in {ItemKind.WORKSHOP, ItemKind.SESSION}
    assert set(problems(facts)) == (set() if takes_place else {"happens_on", "place"})


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "www.nhs.uk", "ftp://nhs.uk", "https://" + "a" * 500]
)
def test_a_link_that_is_no_web_address(link: str) -> None:
    assert "link" in problems(ItemFacts(ItemKind.ITEM, "A film", link=link))
    assert "link" in dict(rules.problems_of_note(ItemFacts(ItemKind.ITEM, "", link=link)))


@pytest.mark.parametrize("field", ["title", "text", "note", "place", "host"])
def test_a_patient_s_number_is_refused_in_every_text(field: str) -> None:
    facts = replace(ItemFacts(ItemKind.ITEM, "A film"), **{field: "For 943 476 5919"})
    assert field in problems(facts)


def test_labels_go_on_where_they_ended() -> None:
    assert rules.next_label("", ["1", "2", "3", "5", "6"]) == "7"
    assert rules.next_label("", []) == "1"
    assert rules.next_label("2018-19-1", []) == "a"
    assert rules.next_label("2018-19-1", ["a", "b"]) == "c"


@given(st.integers(0, 40), st.booleans())
def test_no_label_is_given_twice(count: int, parts: bool) -> None:
    labels: list[str] = []
    for _each in range(count):
        labels.append(rules.next_label("2018-19-1" if parts else "", labels))
    assert len(set(labels)) == count


def test_depth() -> None:
    assert rules.depth_of("2016-17-3", "2016-17") == 0
    assert rules.depth_of("2016-17-3-1-b-4", "2016-17") == 3


# --- where an item stands ----------------------------------------------------------------------------------


def refused(facts: StateFacts) -> set[str]:
    return {field for field, _words in rules.problems_of_state(facts, TODAY)}


@pytest.mark.parametrize(
    "facts, fields",
    [
        (StateFacts(None), {"status"}),
        (StateFacts(Status.PLANNED), {"owner"}),
        (StateFacts(Status.UNDER_WAY), {"owner"}),
        (StateFacts(Status.DONE), {"done_on", "summary"}),
        (StateFacts(Status.REPLACED), {"reason"}),
        (StateFacts(Status.STOPPED), {"reason"}),
        (StateFacts(Status.PLANNED, owner="Education team"), set()),
        (StateFacts(Status.DONE, done_on=TODAY, summary="Published"), set()),
        (StateFacts(Status.DONE, done_on=TODAY + timedelta(days=1), summary="Published"), {"done_on"}),
        (StateFacts(Status.STOPPED, reason="No money"), set()),
        (StateFacts(Status.UNDER_WAY, owner="Team", starts_on=TODAY + timedelta(days=1)), {"starts_on"}),
        (StateFacts(Status.PLANNED, owner="Team", starts_on=TODAY, due_on=date(2026, 1, 1)), {"due_on"}),
        (
            StateFacts(Status.DONE, starts_on=TODAY, done_on=date(2026, 1, 1), summary="Published"),
            {"done_on"},
        ),
        (StateFacts(Status.PLANNED, owner="Team", link="nhs.uk"), {"link"}),
        (StateFacts(Status.PLANNED, owner="For 943 476 5919"), {"owner"}),
    ],
)
def test_what_must_be_said_with_each_status(facts: StateFacts, fields: set[str]) -> None:
    assert refused(facts) == fields


@given(st.sampled_from(Status), st.none() | DAYS, st.none() | DAYS, st.none() | DAYS)
def test_what_is_saved_never_contradicts_itself(
    status: Status, starts: date | None, due: date | None, done: date | None
) -> None:
    facts = rules.tidied(StateFacts(status, "Team", starts, due, done, "Said", "Because"))
    if refused(facts):
        return
    assert (facts.done_on is not None) == (status is Status.DONE)
    assert bool(facts.reason) == (status in {Status.REPLACED, Status.STOPPED})
    assert facts.done_on is None or facts.done_on <= TODAY
    assert starts is None or all(day is None or day >= starts for day in (due, facts.done_on))


@given(st.sampled_from(Status), st.none() | DAYS, DAYS)
def test_only_open_work_is_overdue_and_only_after_its_day(
    status: Status, due: date | None, today: date
) -> None:
    late = rules.is_overdue(status, due, today)
    assert late == (status.is_open and due is not None and due < today)
    if due is not None:
        assert not rules.is_overdue(status, due, due)


@pytest.mark.parametrize(
    "owner, refused",
    [
        ("Dr Jane Smith, 07700 900123", True),
        ("jane.smith@hee.nhs.example", True),
        ("Education team", False),
        ("Sr Nurse lead for sepsis", False),
    ],
)
def test_who_does_it_is_a_job_and_everybody_reads_it(owner: str, refused: bool) -> None:
    found = rules.problems_of_state(StateFacts(Status.PLANNED, owner), TODAY)
    assert found == ([("owner", "Give a job or a team, not a person’s name")] if refused else [])


# --- which recommendations an item serves -------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    code: str
    parent_code: str = ""
    serves: tuple[str, ...] = ()
    resource_code: str = ""
    retired_reason: str = ""


ROWS = [
    Row("A", serves=("R1",)), Row("A-1", "A"), Row("A-1-a", "A-1"), Row("A-2", "A", ("R2",)),
    Row("A-3", "A", resource_code="film"), Row("B", serves=("R3",), resource_code="film"), Row("C"),
    Row("C-1", "C", ("R1",)),
]  # fmt: skip


@pytest.mark.parametrize(
    "code, found",
    [
        ("A", {"R1": Through.ITSELF}),
        ("A-1", {"R1": Through.PARENT}),
        ("A-1-a", {"R1": Through.PARENT}),
        ("A-2", {"R2": Through.ITSELF}),
        ("A-3", {"R3": Through.RESOURCE, "R4": Through.RESOURCE}),
        ("B", {"R3": Through.ITSELF, "R4": Through.RESOURCE}),
        ("C", {}),
        ("C-1", {"R1": Through.ITSELF}),
    ],
)
def test_what_an_item_serves(code: str, found: dict[str, Through]) -> None:
    assert serving(ROWS, {"film": ["R3", "R4"]})[code] == found
