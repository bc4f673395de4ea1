"""The counts behind recommendations 1, 6, 7 and 8: worked by hand, as at a moment, and asked in few queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import factories
from tests.dashboard.test_kinds import words
from tests.house.test_queries_counted import counted
from tests.library.test_usage import COUNT, COURSE, DONE
from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.catalogue.rules import OrganisationKind
from tracker.extensions import db
from tracker.library import actions
from tracker.library.queries import counts
from tracker.library.queries.counts import Tally
from tracker.library.rules import (
    Endorsement,
    EvaluationFacts,
    EvaluationResult,
    FundingFacts,
    Stage,
)
from tracker.library.rules.funding import Checks
from tracker.library.rules.national import NationalKind
from tracker.web.transactions import writing

Resources = dict[str, UUID]


def ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


@pytest.fixture
def trust(app: Flask) -> OrganisationRef:
    return factories.organisation("X00901")


@pytest.fixture
def champion(trust: OrganisationRef) -> Identity:
    return factories.identity_of(factories.person(Role.CHAMPION, trust))


@pytest.fixture
def resources(app: Flask) -> Resources:
    """Two that HEE made, one endorsed, one neither; and two that are in no count: a page, and a retired one."""
    make = factories.national_resource
    return {
        "made": make("made", "Made"),
        "other": make("other", "Other"),
        "endorsed": make("endorsed", "Endorsed", endorsement=Endorsement.ENDORSED),
        "neither": make("neither", "Neither", endorsement=Endorsement.NEITHER),
        "page": make("page", "Page", kind=NationalKind.PAGE),
        "retired": make("retired", "Retired", retired_on=ago(1), retired_reason="Old"),
    }


def use(who: Identity, where: OrganisationRef, resource: UUID, read: int = 10, **changes: object) -> None:
    facts = replace(
        COUNT,
        resource_id=resource,
        period_from=ago(read + 30),
        period_until=ago(read),
        read_on=ago(read),
        **changes,
    )  # type: ignore[arg-type]
    with writing():
        actions.add_usage(who, where, facts, anyway=True)


def test_nothing_recorded_is_none_of_all(resources: Resources) -> None:
    day = clock.today()
    assert counts.count_read_usage(day, months=12, demonstration=True) == Tally(
        0, 2, lacking=("Made", "Other")
    )
    assert counts.count_useful(day, months=12, demonstration=True) == Tally(0, 0)
    assert counts.count_with_method(day, demonstration=True) == Tally(0, 2, lacking=("Made", "Other"))
    assert counts.count_evaluated(day, demonstration=True) == Tally(0, 2, lacking=("Made", "Other"))
    assert counts.count_proven(day, demonstration=True) == Tally(0, 4)
    assert counts.count_funded(day, demonstration=True) == Tally(0, 4)
    assert counts.count_announced_first(day, demonstration=True) == Tally(0, 0)
    assert counts.count_overlaps_settled(day, demonstration=True) == Tally(0, 0)
    assert counts.count_checked(day, months=12, demonstration=True) == Checks(0, 4, 12, None, 4)


def test_use_counts_when_it_was_read_lately(
    champion: Identity, trust: OrganisationRef, resources: Resources
) -> None:
    use(champion, trust, resources["made"])
    use(champion, trust, resources["other"], read=400)
    use(champion, trust, resources["endorsed"])
    use(champion, trust, resources["retired"])
    day = clock.today()
    found = counts.count_read_usage(day, months=12, demonstration=True)
    assert (found.numerator, found.denominator) == (1, 2) and found.recorded_at is not None
    wide = counts.count_read_usage(day, months=12, demonstration=True, endorsements=counts.MADE_OR_ENDORSED)
    assert (wide.numerator, wide.denominator) == (2, 3)
    # Real and made-up organisations never stand in one figure.
    assert counts.count_read_usage(day, months=12, demonstration=False) == Tally(
        0, 2, lacking=("Made", "Other")
    )
    readings = counts.list_latest_readings(day, demonstration=True)
    assert set(readings) == {resources["made"], resources["other"], resources["endorsed"]}


def test_the_day_so_many_months_before_counts_in_every_figure(
    champion: Identity, trust: OrganisationRef, resources: Resources
) -> None:
    """As it does where reach, promotion and the check of funding are counted, and in who confirmed within 12 months."""
    read = clock.today().replace(day=1) - timedelta(days=5)
    use(champion, trust, resources["made"], read=(clock.today() - read).days, rated=10, rated_useful=1)
    with writing():
        done = replace(DONE, resource_id=resources["made"], evaluated_on=read)
        actions.add_evaluation(champion, trust, done)
    for later, found in ((0, 1), (1, 0)):
        day = read.replace(year=read.year + 1) + timedelta(days=later)
        assert counts.count_read_usage(day, months=12, demonstration=True).numerator == found
        assert counts.count_useful(day, months=12, demonstration=True).numerator == found
        assert counts.count_evaluated(day, months=12, demonstration=True).numerator == found


def test_ratings_are_of_the_youngest_reading_and_never_a_sum_of_sources(
    champion: Identity, trust: OrganisationRef, resources: Resources
) -> None:
    use(champion, trust, resources["made"], rated=10, rated_useful=1, read=60)
    use(champion, trust, resources["made"], rated=20, rated_useful=15)
    use(champion, trust, resources["made"], rated=20, rated_useful=15, source="Another report", read=20)
    use(champion, trust, resources["endorsed"], rated=5, rated_useful=5)
    found = counts.count_useful(clock.today(), months=12, demonstration=True)
    assert (found.numerator, found.denominator) == (20, 25)


def test_methods_evaluations_and_effects(
    champion: Identity, trust: OrganisationRef, resources: Resources
) -> None:
    told = [
        EvaluationFacts(resources["made"], "In hand"),
        replace(DONE, resource_id=resources["other"], evaluated_on=ago(30), result=EvaluationResult.UNCLEAR),
        replace(DONE, resource_id=resources["neither"], evaluated_on=ago(2000)),
        replace(DONE, resource_id=resources["neither"], evaluated_on=ago(90)),
    ]
    with writing():
        for each in told:
            actions.add_evaluation(champion, trust, each)
    day = clock.today()
    done = counts.count_evaluated(day, demonstration=True)
    assert (done.numerator, done.denominator) == (1, 2)
    (proven,) = counts.list_proven(day, demonstration=True)
    assert (proven.code, proven.since) == ("neither", ago(90))
    assert counts.count_proven(day, demonstration=True).numerator == 1


def test_a_method_is_the_national_body_s_own(
    champion: Identity, trust: OrganisationRef, resources: Resources
) -> None:
    body = factories.organisation("X00902", kind=OrganisationKind.NATIONAL_BODY)
    theirs = factories.identity_of(factories.person(Role.TRUST_LEAD, body))
    day, method = clock.today(), EvaluationFacts(resources["made"], "In hand")
    with writing():
        actions.add_evaluation(champion, trust, method)
    assert counts.count_with_method(day, demonstration=True).numerator == 0
    with writing():
        actions.add_evaluation(theirs, body, method)
    found = counts.count_with_method(day, demonstration=True)
    assert (found.numerator, found.denominator) == (1, 2) and found.recorded_at is not None


def test_a_later_evaluation_without_effect_undoes_an_earlier_one(
    champion: Identity, trust: OrganisationRef, resources: Resources
) -> None:
    later = replace(
        DONE, resource_id=resources["made"], evaluated_on=ago(9), result=EvaluationResult.NO_EFFECT
    )
    with writing():
        actions.add_evaluation(
            champion, trust, replace(DONE, resource_id=resources["made"], evaluated_on=ago(90))
        )
        actions.add_evaluation(champion, trust, later)
    assert counts.count_proven(ago(10), demonstration=True).numerator == 1
    assert counts.list_proven(clock.today(), demonstration=True) == []


def test_funding_announcements_and_overlaps(
    champion: Identity, trust: OrganisationRef, resources: Resources
) -> None:
    national = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    with writing():
        actions.record_funding(national, "made", FundingFacts("A fund", "A team", "", ago(3)), version=1)
        actions.record_funding(national, "other", FundingFacts("A fund", "", "", ago(400)), version=1)
    found = {"overlap_with": "Their course", "overlap_found_on": ago(9)}
    with writing():
        for title, changes in {
            "one": {"announced_on": ago(20), **found},
            "two": {"announced_on": ago(20), "stage": Stage.UNDER_WAY, "starts_on": ago(30)},
            "three": {
                "announced_on": ago(20), **found, "overlap_settled_on": ago(1), "overlap_settlement": "Made into one",
            },
        }.items():  # fmt: skip
            actions.add_development(champion, trust, replace(COURSE, title=title, **changes))  # type: ignore[arg-type]
    day = clock.today()
    funded = counts.count_funded(day, demonstration=True)
    assert (funded.numerator, funded.denominator) == (1, 4)
    checks = counts.count_checked(day, months=12, demonstration=True)
    assert checks == Checks(1, 4, 12, ago(400), 2) and not checks.all_recent
    first = counts.count_announced_first(day, demonstration=True)
    assert (first.numerator, first.denominator) == (2, 3)
    settled = counts.count_overlaps_settled(day, demonstration=True)
    assert (settled.numerator, settled.denominator) == (1, 2)
    assert counts.count_overlaps_settled(ago(5), demonstration=True).numerator == 0


def test_as_at_a_moment_counts_what_was_recorded_by_then(
    champion: Identity, trust: OrganisationRef, resources: Resources
) -> None:
    before = clock.now()
    use(champion, trust, resources["made"])
    day = clock.today()
    assert counts.count_read_usage(day, before, months=12, demonstration=True).numerator == 0
    assert counts.count_read_usage(day, clock.now(), months=12, demonstration=True).numerator == 1


def test_checked_is_all_of_them_within_the_months(resources: Resources) -> None:
    """One row that somebody looked at yesterday says nothing of the other three."""
    national = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    day, edge = clock.today(), clock.months_before(clock.today(), 12)
    for on, codes in ((edge, ("made", "other", "neither")), (ago(1), ("endorsed",))):
        assert not counts.count_checked(day, months=12, demonstration=True).all_recent
        with writing():
            for code in codes:
                actions.record_funding(national, code, FundingFacts("A fund", "A team", "", on), version=1)
    found = counts.count_checked(day, months=12, demonstration=True)
    assert (found, found.all_recent) == (Checks(4, 4, 12, edge, 0), True)
    later = counts.count_checked(day + timedelta(days=1), months=12, demonstration=True)
    assert (later, later.all_recent) == (Checks(1, 4, 12, edge, 0), False)


def test_the_page_of_funding_says_how_many_were_checked(app: Flask, resources: Resources) -> None:
    national = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    factories.catalogue()
    with writing():
        actions.record_funding(national, "made", FundingFacts("A fund", "A team", "", ago(3)), version=1)
    page = words(app.test_client().get("/resources/funding").get_data(as_text=True))
    on = f"{ago(3).day} {ago(3):%B %Y}"
    assert "1 of 4 resources in use were checked in the last 12 months" in page
    assert f"the one longest ago on {on}; 3 never." in page and "last checked" not in page


@pytest.mark.parametrize(
    "checks, left",
    [
        (Checks(4, 16, 12, date(2026, 10, 27), 12), "the one longest ago on 27 October 2026; 12 never"),
        (Checks(1, 2, 12, date(2024, 1, 3), 0), "the one longest ago on 3 January 2024"),
        (Checks(0, 3, 12, None, 3), "3 never"),
        (Checks(0, 0, 12), ""),
    ],
)
def test_what_was_checked_in_words(checks: Checks, left: str) -> None:
    assert checks.left == left
    assert (
        checks.said
        == f"{checks.recent} of {checks.total} resources in use were checked in the last 12 months"
    )


ALL: list[Callable[[date, datetime | None], object]] = [
    lambda day, moment: counts.count_read_usage(day, moment, months=12, demonstration=True),
    lambda day, moment: counts.count_useful(day, moment, months=12, demonstration=True),
    lambda day, moment: counts.list_latest_readings(day, moment, demonstration=True),
    lambda day, moment: counts.count_with_method(day, moment, demonstration=True),
    lambda day, moment: counts.count_evaluated(day, moment, demonstration=True),
    lambda day, moment: counts.count_proven(day, moment, demonstration=True),
    lambda day, moment: counts.count_funded(day, moment, demonstration=True),
    lambda day, moment: counts.count_checked(day, moment, months=12, demonstration=True),
    lambda day, moment: counts.count_announced_first(day, moment, demonstration=True),
    lambda day, moment: counts.count_overlaps_settled(day, moment, demonstration=True),
]


@pytest.mark.parametrize("asked", ALL)
def test_no_count_asks_more_for_more(
    asked: Callable[[date, datetime | None], object],
    champion: Identity,
    trust: OrganisationRef,
    resources: Resources,
) -> None:
    engine: sa.Engine = db.engine
    for number in range(6):
        use(champion, trust, resources["made"], source=f"Report {number}")
    with counted(engine) as statements:
        asked(clock.today(), clock.now())
    assert len(statements) <= 3
