"""Names, dated rows, and what a file changes: on the real files, and for any files in any order."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.organisations.readers import ODS, EtrRow, read_etr, read_trust_successions
from tracker.organisations.rules import (
    Absent,
    Added,
    AddPeriod,
    ChangePeriod,
    Closed,
    ImportPlan,
    KnownOrganisation,
    Membership,
    Moved,
    Period,
    Redated,
    Renamed,
    Reopened,
    Returned,
    Unchanged,
    Unread,
    apply_operations,
    country_of,
    display_name,
    first_valid_from,
    plan_import,
    plan_period,
    plan_reach,
    region_name,
    retired_name,
    value_at,
)

JANUARY_2021 = date(2021, 1, 31)
JULY_2025 = date(2025, 7, 31)


# Names


@pytest.mark.parametrize(
    ("filed", "shown"),
    [
        ("SOLENT NHS TRUST", "Solent NHS Trust"),
        ("GUY'S AND ST THOMAS' NHS FOUNDATION TRUST", "Guy's and St Thomas' NHS Foundation Trust"),
        ("ST. GEORGE'S HOSPITAL (LONDON)", "St. George's Hospital (London)"),
        ("THE NEWCASTLE UPON TYNE HOSPITALS", "The Newcastle upon Tyne Hospitals"),
        ("STOKE-ON-TRENT TRUST", "Stoke-on-Trent Trust"),
        ("THE QUEEN ELIZABETH HOSPITAL, KING'S LYNN, NHS", "The Queen Elizabeth Hospital, King's Lynn, NHS"),
        ("2GETHER NHS FOUNDATION TRUST", "2gether NHS Foundation Trust"),
        ("5 BOROUGHS PARTNERSHIP", "5 Boroughs Partnership"),
        ("LANCASHIRE & SOUTH CUMBRIA", "Lancashire & South Cumbria"),
        ("O'NEILL'S AND D\u2019ARCY", "O'Neill's and D\u2019Arcy"),
        ("HOSPITAL  FOR   CHILDREN", "Hospital for Children"),
        ("Bristol NHS Group", "Bristol NHS Group"),
        ("A", "A"),
    ],
)
def test_names_in_capitals_are_shown_as_people_write_them(filed: str, shown: str) -> None:
    assert display_name(filed) == shown


@given(st.text(alphabet=st.characters(codec="ascii", exclude_categories=["Cc"])))
def test_only_the_case_of_a_name_changes_and_only_once(filed: str) -> None:
    shown = display_name(filed)
    assert shown.upper() == " ".join(filed.split()).upper()
    assert display_name(shown) == shown or shown == shown.upper()


def test_codes_without_a_name_are_shown_as_retired() -> None:
    assert retired_name("Q70") == "Q70 (retired)"
    assert [region_name(c) for c in ("Y63", "Y54", "W00")] == [
        "North East and Yorkshire", "Y54 (retired)", "Wales"
    ]  # fmt: skip


def test_bodies_of_wales_are_outside_england() -> None:
    assert [country_of("RQF", "W00", "Q99"), country_of("RQF", None, "Q99")] == ["Wales", "Wales"]
    assert [country_of("7A1", None, None), country_of("R0A", None, None)] == ["Wales", "England"]
    assert country_of("7A9ZZ", "Y56", "QKK") == "England"  # a code is opaque as long as anything else speaks


# Dated rows

DAY = date(2020, 1, 1)
days = st.integers(0, 60).map(lambda number: DAY + timedelta(number))
observations = st.lists(st.tuples(days, st.sampled_from("ABC")), max_size=8, unique_by=lambda pair: pair[0])
EVERY_DAY = [DAY + timedelta(number) for number in range(-10, 70)]


def record(seen: Iterable[tuple[date, str]], opened_on: date | None = None) -> tuple[Period[str], ...]:
    periods: tuple[Period[str], ...] = ()
    attested: list[date] = []
    for as_at, value in seen:
        operations = plan_period(periods, value, as_at, attested=attested, opened_on=opened_on)
        periods = apply_operations(periods, operations)
        attested.append(as_at)
    return periods


def on_every_day(periods: Iterable[Period[str]]) -> list[str | None]:
    rows = tuple(periods)
    return [value_at(rows, day) for day in EVERY_DAY]


@given(observations, st.none() | days)
def test_the_value_of_every_date_attested_stays(seen: list[tuple[date, str]], opened_on: date | None) -> None:
    periods = record(seen, opened_on)
    assert all(value_at(periods, day) == value for day, value in seen)


@given(observations, st.none() | days)
def test_periods_never_overlap_or_run_backwards(seen: list[tuple[date, str]], opened_on: date | None) -> None:
    periods = record(seen, opened_on)
    assert all(p.valid_until is None or p.valid_from < p.valid_until for p in periods)
    for earlier, later in pairwise(periods):
        assert earlier.valid_until is not None and earlier.valid_until <= later.valid_from


@given(observations, days, st.sampled_from("ABC"))
def test_the_same_value_twice_changes_nothing(seen: list[tuple[date, str]], as_at: date, value: str) -> None:
    periods = record([*seen, (as_at, value)])
    attested = [day for day, _ in seen] + [as_at]
    assert plan_period(periods, value, as_at, attested=attested) == ()
    assert value_at(periods, as_at) == value


@given(observations, days, st.sampled_from("ABC"), st.none() | days)
def test_an_older_file_leaves_later_rows_and_files_alone(
    seen: list[tuple[date, str]], as_at: date, value: str, opened_on: date | None
) -> None:
    before = record(seen, opened_on)
    after = record([*seen, (as_at, value)], opened_on)
    later_rows = {period for period in before if period.valid_from > as_at}
    assert later_rows <= set(after)
    first_later = min((day for day, _ in seen if day > as_at), default=None)
    if first_later is not None:
        later_days = [day for day in EVERY_DAY if day >= first_later]
        assert [value_at(after, d) for d in later_days] == [value_at(before, d) for d in later_days]


@given(observations.flatmap(lambda seen: st.tuples(st.just(seen), st.permutations(seen))))
def test_the_order_of_files_does_not_matter(
    orders: tuple[list[tuple[date, str]], list[tuple[date, str]]],
) -> None:
    opened_on = DAY - timedelta(5)  # before every file, as it is for nearly every trust
    assert on_every_day(record(orders[0], opened_on)) == on_every_day(record(orders[1], opened_on))


def test_the_first_row_reaches_back_to_the_opening() -> None:
    opened_on = date(1991, 4, 1)
    assert first_valid_from(JULY_2025, opened_on) == opened_on
    assert first_valid_from(JULY_2025, None) == first_valid_from(JULY_2025, date(2026, 1, 1)) == JULY_2025
    (operation,) = plan_period((), "NEW", JULY_2025, attested=(), opened_on=opened_on)
    assert operation == AddPeriod(Period("NEW", opened_on))


def test_an_older_file_takes_over_the_reaching_back() -> None:
    opened_on = date(1991, 4, 1)
    whole = Period("NEW", opened_on)
    assert plan_period([whole], "OLD", JANUARY_2021, attested=[JULY_2025], opened_on=opened_on) == (
        ChangePeriod(whole, Period("NEW", JULY_2025)),
        AddPeriod(Period("OLD", opened_on, JULY_2025)),
    )


def test_a_file_between_two_that_agree_changes_only_the_time_until_the_second() -> None:
    whole = Period("A", DAY)
    middle, last = DAY + timedelta(10), DAY + timedelta(20)
    operations = plan_period([whole], "B", middle, attested=[DAY, last])
    assert apply_operations([whole], operations) == (
        Period("A", DAY, middle), Period("B", middle, last), Period("A", last)
    )  # fmt: skip


def test_the_first_row_reaches_back_when_the_opening_becomes_known() -> None:
    rows = (Period("A", DAY, DAY + timedelta(5)), Period("B", DAY + timedelta(5)))
    opened_on = DAY - timedelta(9)
    assert apply_operations(rows, plan_reach(rows, opened_on))[0] == Period(
        "A", opened_on, DAY + timedelta(5)
    )
    assert plan_reach(rows, DAY) == plan_reach(rows, DAY + timedelta(1)) == plan_reach((), DAY) == ()


def test_the_same_date_again_corrects_the_value() -> None:
    assert plan_period([Period("A", DAY)], "B", DAY, attested=[DAY]) == (
        ChangePeriod(Period("A", DAY), Period("B", DAY)),
    )


def test_a_row_entered_by_hand_does_not_reach_back() -> None:
    later = DAY + timedelta(9)
    operations = plan_period([Period("A", DAY)], "B", later, attested=())
    assert apply_operations([Period("A", DAY)], operations) == (Period("A", DAY, later), Period("B", later))


# A file compared with what is known


@dataclass(frozen=True)
class Row:
    code: str
    name: str = "A"
    region_code: str | None = "Y56"
    icb_code: str | None = "QKK"
    opened_on: date | None = date(2000, 4, 1)
    closed_on: date | None = None


@dataclass(frozen=True)
class Ended:
    predecessor_code: str
    predecessor_closed_on: date


@dataclass
class Ledger:
    """What the database keeps of one organisation, and how a plan is written into it."""

    opened_on: date | None = None
    closed_on: date | None = None
    absent_since: date | None = None
    last_seen_on: date | None = None
    names: tuple[Period[str], ...] = ()
    places: tuple[Period[Membership], ...] = ()


@dataclass
class Store:
    organisations: dict[str, Ledger] = field(default_factory=dict)
    imported: list[date] = field(default_factory=list)

    def known(self, as_at: date) -> dict[str, KnownOrganisation]:
        return {code: self._known(code, as_at) for code in self.organisations}

    def _known(self, code: str, as_at: date) -> KnownOrganisation:
        kept = self.organisations[code]
        place = value_at(kept.places, as_at) or Membership(None, None)
        return KnownOrganisation(
            code, value_at(kept.names, as_at), place.region_code, place.icb_code,
            kept.opened_on, kept.closed_on, kept.absent_since, kept.last_seen_on,
        )  # fmt: skip

    def load(
        self,
        rows: Iterable[Row | EtrRow],
        as_at: date,
        successions: Iterable[Ended] = (),
        unread: Iterable[str] = (),
    ) -> ImportPlan:
        plan = plan_import(
            self.known(as_at), rows, successions, as_at, imported=self.imported, unread=set(unread)
        )
        for change in plan.changes:
            self._write(self.organisations.setdefault(change.code, Ledger()), change, as_at)
        for code in plan.seen:
            kept = self.organisations[code]
            kept.last_seen_on = max(as_at, kept.last_seen_on or as_at)
        if plan.counts_as_import:
            self.imported.append(as_at)
        return plan

    def _write(self, kept: Ledger, change: object, as_at: date) -> None:
        match change:
            case Added(name=name, membership=place, opened_on=opened_on):
                kept.opened_on = opened_on
                self._name(kept, name, as_at)
                if place.is_stated:
                    self._place(kept, place, as_at)
            case Renamed(new=name):
                self._name(kept, name, as_at)
            case Moved(new=place):
                self._place(kept, place, as_at)
            case Redated(new=opened_on):
                kept.opened_on = opened_on
                kept.names = apply_operations(kept.names, plan_reach(kept.names, opened_on))
                kept.places = apply_operations(kept.places, plan_reach(kept.places, opened_on))
            case Closed(on=on):
                kept.closed_on, kept.absent_since = on, None
            case Reopened():
                kept.closed_on = None
            case Absent(since=since):
                kept.absent_since = since
            case Returned():
                kept.absent_since = None

    def _name(self, kept: Ledger, name: str, as_at: date) -> None:
        operations = plan_period(kept.names, name, as_at, attested=self.imported, opened_on=kept.opened_on)
        kept.names = apply_operations(kept.names, operations)

    def _place(self, kept: Ledger, place: Membership, as_at: date) -> None:
        operations = plan_period(kept.places, place, as_at, attested=self.imported, opened_on=kept.opened_on)
        kept.places = apply_operations(kept.places, operations)


def simply(name: str) -> dict[str, list[str]]:
    with (ODS / name).open(encoding="utf-8", newline="") as handle:
        return {record[0]: record for record in csv.reader(handle)}


def real_successions() -> list[Ended]:
    return [Ended(s.predecessor_code, s.predecessor_closed_on) for s in read_trust_successions()]


FILES = {JANUARY_2021: "etr-2021-01.csv", JULY_2025: "etr-2025-07.csv"}


def load_real(store: Store, as_at: date) -> ImportPlan:
    return store.load(read_etr(ODS / FILES[as_at]).rows, as_at, real_successions())


def test_the_first_import_adds_everything() -> None:
    plan = load_real(Store(), JANUARY_2021)
    assert (plan.counts["added"], plan.counts["closed"]) == (241, 2)
    assert {change.code for change in plan.of(Closed)} == {"R1G", "RFW"}
    assert len(plan.changes) == 243


def test_2025_after_2021_as_simply_counted() -> None:
    old, new = simply("etr-2021-01.csv"), simply("etr-2025-07.csv")
    both = old.keys() & new.keys()
    gone = old.keys() - new.keys()
    with (ODS / "trust-successions.csv").open(encoding="utf-8", newline="") as handle:
        succeeded = {record["predecessor_code"] for record in csv.DictReader(handle)}
    assert len(gone) == 34
    assert len([code for code in gone if not old[code][11]]) == 32
    assert len(gone - succeeded) == 8

    store = Store()
    load_real(store, JANUARY_2021)
    plan = load_real(store, JULY_2025)

    assert {change.code for change in plan.of(Added)} == new.keys() - old.keys()
    assert {c.code for c in plan.of(Renamed)} == {code for code in both if old[code][1] != new[code][1]}
    assert {c.code for c in plan.of(Moved)} == {c for c in both if old[c][2:4] != new[c][2:4]}
    assert {c.code for c in plan.of(Redated)} == {c for c in both if old[c][10] != new[c][10]}
    closed = {kind: {c.code for c in plan.of(Closed) if c.because == kind} for kind in ("file", "succession")}
    assert closed["file"] == {code for code in both if old[code][11] != new[code][11]}
    assert closed["succession"] == {code for code in gone & succeeded if not old[code][11]}
    assert {c.code for c in plan.of(Absent)} == {code for code in gone - succeeded if not old[code][11]}
    assert {c.since for c in plan.of(Absent)} == {JULY_2025}
    assert plan.counts == {
        "added": 3, "renamed": 43, "moved": 204, "closed": 29, "reopened": 0,
        "absent": 8, "returned": 0, "redated": 2, "unread": 0, "unchanged": 5,
    }  # fmt: skip


@pytest.mark.parametrize("order", list(permutations(FILES)))
def test_importing_again_changes_nothing_in_either_order(order: tuple[date, ...]) -> None:
    store = Store()
    for as_at in order:
        load_real(store, as_at)
    for as_at in (*order, *reversed(order)):
        plan = load_real(store, as_at)
        assert not plan.changes_anything
        assert plan.counts["unchanged"] == 244


def test_2021_after_2025_ends_where_2025_after_2021_does() -> None:
    forwards, backwards = Store(), Store()
    for as_at in FILES:
        load_real(forwards, as_at)
    for as_at in reversed(FILES):
        load_real(backwards, as_at)
    assert forwards.organisations == backwards.organisations


def test_an_older_import_changes_nothing_that_is_said_of_later_days() -> None:
    store = Store()
    load_real(store, JULY_2025)
    before = store.known(JULY_2025)
    load_real(store, JANUARY_2021)
    after = store.known(JULY_2025)
    assert {code: after[code] for code in before} == before
    assert store.known(JANUARY_2021)["R1A"].name == "WORCESTERSHIRE HEALTH AND CARE NHS TRUST"


def test_a_trust_absent_is_closed_on_its_succession_and_otherwise_only_absent() -> None:
    store = Store()
    store.load([Row("RA1"), Row("RA2"), Row("RA3")], DAY)
    later = DAY + timedelta(30)
    plan = store.load([Row("RA1")], later, [Ended("RA2", DAY + timedelta(9))])
    assert plan.changes == (
        Unchanged("RA1"),
        Closed("RA2", DAY + timedelta(9), "succession"),
        Absent("RA3", later),
    )


def test_a_succession_that_lies_ahead_explains_nothing_yet() -> None:
    store, first, second = Store(), DAY + timedelta(10), DAY + timedelta(40)
    ended = [Ended("RA2", DAY + timedelta(30))]
    store.load([Row("RA1"), Row("RA2")], DAY)
    assert store.load([Row("RA1")], first, ended).of(Absent) == (Absent("RA2", first),)
    assert store.load([Row("RA1")], second, ended).of(Closed) == (
        Closed("RA2", ended[0].predecessor_closed_on, "succession"),
    )


def test_a_trust_in_the_file_again_has_returned_or_reopened() -> None:
    store = Store()
    store.load([Row("RA1"), Row("RA2"), Row("RA3", closed_on=DAY)], DAY)
    store.load([Row("RA1")], DAY + timedelta(1))
    plan = store.load([Row("RA1"), Row("RA2"), Row("RA3")], DAY + timedelta(2))
    assert plan.changes == (Unchanged("RA1"), Returned("RA2", DAY + timedelta(1)), Reopened("RA3", DAY))


def test_a_rejected_line_is_not_an_absence() -> None:
    store = Store()
    store.load([Row("RA1"), Row("RA2")], DAY)
    plan = store.load([Row("RA1")], DAY + timedelta(1), unread=["RA2"])
    assert plan.changes == (Unchanged("RA1"), Unread("RA2"))
    assert not plan.changes_anything
    assert not store.load([Row("RA1"), Row("RA2")], DAY).changes_anything
    later = DAY + timedelta(2)
    assert store.load([Row("RA1")], later).of(Absent) == (Absent("RA2", later),)


def test_a_file_without_a_readable_line_makes_nobody_absent() -> None:
    store = Store()
    store.load([Row("RA1")], DAY)
    plan = store.load([], DAY + timedelta(1))
    assert plan.changes == (Unread("RA1"),)
    assert not plan.counts_as_import
    assert not store.load([Row("RA1")], DAY).changes_anything


def test_what_was_entered_by_hand_is_never_absent() -> None:
    by_hand = KnownOrganisation("HEE", "HEE", None, None, None, None, None, last_seen_on=None)
    assert plan_import({"HEE": by_hand}, [Row("RA1")], (), DAY).changes[0] == Unchanged("HEE")


def test_an_empty_region_and_icb_say_nothing() -> None:
    store = Store()
    store.load([Row("RA1")], DAY)
    later = DAY + timedelta(1)
    assert store.load([Row("RA1", region_code=None, icb_code=None)], later).of(Moved) == ()
    assert store.load([Row("RA1", icb_code="QMF")], later).of(Moved) == (
        Moved("RA1", Membership("Y56", "QKK"), Membership("Y56", "QMF")),
    )


def test_an_organisation_known_only_from_later_gets_its_earlier_name() -> None:
    store = Store()
    store.load([Row("RA1", opened_on=None)], JULY_2025)
    plan = store.load([Row("RA1", "OLD", opened_on=None)], JANUARY_2021)
    assert plan.of(Renamed) == (Renamed("RA1", None, "OLD"),)
    assert store.organisations["RA1"].names == (
        Period("OLD", JANUARY_2021, JULY_2025),
        Period("A", JULY_2025),
    )


codes = st.sampled_from(["RA1", "RA2", "RA3"])
rows = st.builds(
    Row, codes, st.sampled_from("ABC"), st.sampled_from(["Y56", "Y63"]), st.sampled_from(["QKK", "QMF"]),
    opened_on=st.just(date(2000, 4, 1)), closed_on=st.none() | days,
)  # fmt: skip
files = st.lists(rows, min_size=1, unique_by=lambda row: row.code)
histories = st.lists(st.tuples(days, files), max_size=5, unique_by=lambda pair: pair[0])
endings = st.lists(st.builds(Ended, codes, days), max_size=3)


def standing(store: Store) -> dict[str, tuple[date | None, ...]]:
    return {c: (k.closed_on, k.absent_since, k.last_seen_on) for c, k in store.organisations.items()}


@given(histories.flatmap(lambda h: st.tuples(st.just(h), st.permutations(h))), endings)
def test_any_files_in_any_order_end_in_the_same_standing(
    orders: tuple[list[tuple[date, list[Row]]], list[tuple[date, list[Row]]]], ended: list[Ended]
) -> None:
    stores = Store(), Store()
    for store, order in zip(stores, orders, strict=True):
        for as_at, filed in order:
            store.load(filed, as_at, ended)
    assert standing(stores[0]) == standing(stores[1])
    for store in stores:
        for as_at, filed in orders[0]:
            assert not store.load(filed, as_at, ended).changes_anything
            assert all(store.known(as_at)[row.code].name == row.name for row in filed)


@given(histories)
def test_nobody_is_both_closed_and_absent(history: list[tuple[date, list[Row]]]) -> None:
    store = Store()
    for as_at, filed in history:
        store.load(filed, as_at)
    assert all(not (k.closed_on and k.absent_since) for k in store.organisations.values())
