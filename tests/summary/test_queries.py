"""Denominators and figures by hand-made examples, as at today and as at past days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import factories
from tests.summary.makers import World, months_ago
from tracker import clock
from tracker.access.permissions import Role
from tracker.assurance.rules import Outcome
from tracker.catalogue.rules import Delivery, OrganisationKind
from tracker.extensions import db
from tracker.organisations.models import Organisation
from tracker.progress.rules import Standing
from tracker.summary import queries
from tracker.summary.rules import AnswerRow, Movement, Selection, Verdicts, ladder, movement

NINE = "SEP16-09"


def selection(**changes: object) -> Selection:
    given = {
        "day": clock.today(),
        "today": clock.today(),
        "since": months_ago(6),
        "demonstration": True,
        **changes,
    }
    return Selection(**given)  # type: ignore[arg-type]


def counted(world: World, **changes: object) -> list[str]:
    rows = queries.list_organisations(factories.identity_of(world.lead), selection(**changes))
    return [row.code for row in rows if row.absent_since is None]


def ladder_of(world: World, total: int, code: str = NINE, **changes: object) -> dict[Standing, int]:
    rows = queries.count_records(factories.identity_of(world.lead), selection(**changes), [code])
    return {state: count for state, count in ladder(rows, total).counts.items() if count}


def test_the_denominator_is_england_open_of_the_kind_and_in_the_file(world: World) -> None:
    today = clock.today()
    factories.organisation("X00001")
    factories.organisation("X00002", country="Wales")
    factories.organisation("X00003", closed_on=today - timedelta(days=1))
    factories.organisation("X00004", opened_on=today + timedelta(days=1))
    factories.organisation("X00005", kind=OrganisationKind.CARE_PROVIDER)
    factories.organisation("X00006", demonstration=False)
    absent = factories.organisation("X00007")
    for code in ("X00002", "X00003", "X00007"):
        organisation = absent if code == "X00007" else factories.find_ref(code)
        assert organisation is not None
        world.record(organisation, 9, Delivery.DELIVERED)
    db.session.execute(
        sa.update(Organisation).where(Organisation.code == "X00007").values(absent_since=today)
    )
    db.session.commit()
    assert counted(world) == ["X00001"]
    assert counted(world, kind=OrganisationKind.CARE_PROVIDER) == ["X00005"]
    assert counted(world, demonstration=False) == ["X00006"]
    assert ladder_of(world, 1) == {Standing.NOTHING: 1}
    # On the day before, the closed one was open and the absent one in the file.
    yesterday = today - timedelta(days=1)
    assert counted(world, day=yesterday) == ["X00001", "X00003", "X00007"]


def test_regions_and_boards_are_those_of_the_day(world: World) -> None:
    factories.organisation("X00001", region="Y1", icb="Q1")
    factories.organisation("X00002", region="Y2", icb="Q1")
    assert counted(world, region="Y1") == ["X00001"]
    assert counted(world, icb="Q1") == ["X00001", "X00002"]
    assert counted(world, region="Y2", icb="Q2") == []


def test_does_not_apply_leaves_only_when_the_reason_that_stands_was_accepted(world: World) -> None:
    first, second, third = (factories.organisation(f"X0000{n}") for n in (1, 2, 3))
    entries = [
        world.record(each, 9, Delivery.NOT_APPLICABLE, reason="No such staff")
        for each in (first, second, third)
    ]
    world.finding(first, 9, entries[0], Outcome.REASON_ACCEPTED)
    world.finding(second, 9, entries[1], Outcome.REASON_REFUSED)
    rows = queries.count_records(factories.identity_of(world.lead), selection(), [NINE])
    found = ladder(rows, 3)
    assert (found.total, found.left_out) == (2, 1)
    assert found.counts[Standing.NOT_APPLICABLE] == 2
    # The reason given anew is another reason; said to be still true, it is the same one.
    world.record(first, 9, Delivery.NOT_APPLICABLE, reason="No such staff")
    assert (
        ladder(queries.count_records(factories.identity_of(world.lead), selection(), [NINE]), 3).left_out == 1
    )
    world.record(first, 9, Delivery.NOT_APPLICABLE, reason="Another reason")
    assert (
        ladder(queries.count_records(factories.identity_of(world.lead), selection(), [NINE]), 3).left_out == 0
    )


def test_evidence_decides_between_waiting_and_none_and_lapsed(world: World) -> None:
    trusts = [factories.organisation(f"X0000{n}") for n in range(1, 6)]
    for trust, delivery in zip(trusts, [Delivery.DELIVERED] * 2 + [Delivery.ASSURED] * 3, strict=True):
        world.record(trust, 9, delivery, on=months_ago(2))
    for trust in (trusts[1], trusts[2]):
        world.evidence(trust, 9, on=months_ago(3))
    world.evidence(trusts[3], 9, on=months_ago(3), until=clock.today() - timedelta(days=1))
    expected = {Standing.NO_EVIDENCE: 1, Standing.WAITING: 1, Standing.CHECKED: 1, Standing.LAPSED: 2}
    assert ladder_of(world, 5) == expected
    # A month ago the fourth trust's evidence was still in date.
    assert ladder_of(world, 5, day=months_ago(1)) == {**expected, Standing.CHECKED: 2, Standing.LAPSED: 1}


def test_a_past_day_shows_what_was_known_then(world: World) -> None:
    trust = factories.organisation("X00001")
    world.record(trust, 9, Delivery.IN_PROGRESS, on=months_ago(5))
    before = ladder_of(world, 1, day=months_ago(3))
    world.record(trust, 9, Delivery.DELIVERED, on=months_ago(1))
    world.evidence(trust, 9, on=months_ago(1))
    assert ladder_of(world, 1, day=months_ago(3)) == before == {Standing.STARTED: 1}
    assert ladder_of(world, 1, day=months_ago(6)) == {Standing.NOTHING: 1}
    assert ladder_of(world, 1) == {Standing.WAITING: 1}


def test_change_compares_the_same_organisations_only(world: World) -> None:
    identity = factories.identity_of(world.lead)
    risen, fallen, same, new, old = (factories.organisation(f"X0000{n}") for n in range(1, 6))
    for trust, first in (
        (risen, Delivery.IN_PROGRESS),
        (fallen, Delivery.DELIVERED),
        (same, Delivery.DELIVERED),
    ):
        world.record(trust, 9, first, on=months_ago(8))
    world.record(risen, 9, Delivery.DELIVERED, on=months_ago(2))
    world.record(new, 9, Delivery.DELIVERED, on=months_ago(2))
    world.record(old, 9, Delivery.DELIVERED, on=months_ago(20))
    assert movement(queries.count_records(identity, selection(), [NINE])) == Movement(1, 3, 1, 1)
    world.record(fallen, 9, Delivery.NOT_STARTED, on=months_ago(1))
    assert movement(queries.count_records(identity, selection(), [NINE])) == Movement(0, 3, 1, 1)


def test_findings_count_by_the_latest_and_only_about_the_claim_that_stands(world: World) -> None:
    identity = factories.identity_of(world.lead)
    first, second = factories.organisation("X00001"), factories.organisation("X00002")
    entries = [world.record(each, 9, Delivery.DELIVERED) for each in (first, second)]
    world.finding(first, 9, entries[0], Outcome.VERIFIED)
    world.finding(first, 9, entries[0], Outcome.OVERTURNED)
    world.finding(second, 9, entries[1], Outcome.VERIFIED)
    assert queries.count_tested(identity, selection(), [NINE]) == {NINE: Verdicts(verified=1, overturned=1)}
    world.record(first, 9, Delivery.DELIVERED)
    assert queries.count_tested(identity, selection(), [NINE]) == {NINE: Verdicts(verified=1)}


def test_an_auditor_counts_her_organisations_only(world: World) -> None:
    hers, other = factories.organisation("X00001"), factories.organisation("X00002")
    for trust in (hers, other):
        world.record(trust, 9, Delivery.DELIVERED)
    identity = factories.identity_of(factories.person(Role.AUDITOR, hers))
    assert [row.code for row in queries.list_organisations(identity, selection())] == ["X00001"]
    assert sum(row.count for row in queries.count_records(identity, selection(), [NINE])) == 1
    assert queries.list_answers(identity, selection(), [NINE]).keys() == {hers.id}
    assert queries.list_cells(identity, selection(), [NINE], [hers.id, other.id]).keys() == {(hers.id, NINE)}


def test_answers_say_how_many_and_from_when(world: World) -> None:
    trust = factories.organisation("X00001")
    world.record(trust, 9, Delivery.DELIVERED, on=months_ago(14))
    world.record(trust, 10, Delivery.IN_PROGRESS, on=months_ago(2))
    found = queries.list_answers(
        factories.identity_of(world.lead), selection(delivery="delivered"), [NINE, "SEP16-10"]
    )
    assert found == {trust.id: AnswerRow(2, months_ago(14), months_ago(2), 1)}


@pytest.mark.parametrize("day", [None, date(2026, 1, 31)])
def test_a_selection_of_today_is_now_and_a_past_one_ends_with_the_day(app: Flask, day: date | None) -> None:
    wanted = selection(**({"day": day} if day else {}))
    assert wanted.moment == (clock.end_of_day(day) if day else None)
