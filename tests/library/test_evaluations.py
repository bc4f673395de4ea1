"""Whether a resource counts as proven to work: what a finished evaluation has to say, and whose latest one counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from tests.dashboard.test_kinds import words
from tracker import clock
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.catalogue.rules import OrganisationKind
from tracker.extensions import db
from tracker.library import actions
from tracker.library.models import Evaluation
from tracker.library.queries import counts
from tracker.library.rules import EvaluationFacts, EvaluationResult
from tracker.library.rules.evaluations import Finished, is_whole, problems_of_evaluation, verdict_of
from tracker.web.transactions import writing

SHOWN, UNCLEAR, NONE = EvaluationResult
HEE, NORTH, SOUTH = (UUID(int=number) for number in (1, 2, 3))
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
TODAY = date(2026, 11, 23)
WHOLE = EvaluationFacts(
    HEE, "Questions before and after", "General practices", 212, MAY, SHOWN, "More right answers",
    "https://reports.example/film",
)  # fmt: skip
Told = tuple[UUID, date, EvaluationResult]


def said(*told: Told) -> list[Finished]:
    return [Finished(by, on, result, is_whole=True) for by, on, result in told]


# --- rules ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("result", list(EvaluationResult))
def test_every_finished_evaluation_says_with_whom_what_and_where(result: EvaluationResult) -> None:
    """Whether it shows an effect or none: others judge by it either way."""
    bare = replace(WHOLE, result=result, sample="", finding="", link="")
    assert [field for field, _words in problems_of_evaluation(bare, TODAY)] == ["sample", "finding", "link"]
    told = replace(WHOLE, result=result, link="", evidence_id=HEE)
    assert problems_of_evaluation(told, TODAY) == []
    assert is_whole(told) and not is_whole(bare)


def test_a_method_in_hand_need_say_no_more() -> None:
    method = replace(WHOLE, result=None, evaluated_on=None, sample="", finding="", link="")
    assert problems_of_evaluation(method, TODAY) == []


@pytest.mark.parametrize(
    "told, proven, differ",
    [
        ([], False, False),
        ([(HEE, MAY, SHOWN)], True, False),
        ([(HEE, MAY, SHOWN), (NORTH, JUNE, SHOWN)], True, False),
        # What one organisation found later does not undo what another found: they differ.
        ([(HEE, MAY, SHOWN), (NORTH, JUNE, NONE)], False, True),
        ([(HEE, MAY, SHOWN), (NORTH, JUNE, UNCLEAR)], False, True),
        # Neither does a later effect of another make an older finding disappear.
        ([(HEE, MAY, NONE), (NORTH, JUNE, SHOWN)], False, True),
        # Its own latest is what each says, whatever it found before.
        ([(HEE, MAY, SHOWN), (HEE, JUNE, NONE)], False, False),
        ([(HEE, MAY, NONE), (HEE, JUNE, SHOWN)], True, False),
        ([(HEE, MAY, NONE), (HEE, JUNE, SHOWN), (NORTH, MAY, SHOWN)], True, False),
        ([(HEE, MAY, NONE), (NORTH, JUNE, UNCLEAR)], False, False),
        # Of several of one organisation on one day all have to show it.
        ([(HEE, JUNE, SHOWN), (HEE, JUNE, NONE), (HEE, MAY, SHOWN)], False, False),
        ([(HEE, JUNE, SHOWN), (HEE, JUNE, NONE), (NORTH, MAY, SHOWN)], False, True),
    ],
)
def test_proven_where_the_latest_of_each_organisation_shows_an_effect(
    told: list[Told], proven: bool, differ: bool
) -> None:
    found = verdict_of(said(*told))
    assert (found.is_proven, found.differs) == (proven, differ)


def test_what_does_not_say_enough_counts_neither_for_nor_against() -> None:
    """Entered before the rule: it takes nothing from another's evaluation, and its own organisation claims nothing."""
    effect, bare = said((HEE, MAY, SHOWN)), Finished(NORTH, JUNE, NONE, is_whole=False)
    assert verdict_of([*effect, bare]).is_proven
    own = Finished(HEE, JUNE, NONE, is_whole=False)
    assert not verdict_of([*effect, own]).is_proven and not verdict_of([*effect, own]).differs
    assert not verdict_of([Finished(HEE, MAY, SHOWN, is_whole=False)]).is_proven


@given(
    st.lists(
        st.builds(
            Finished, st.sampled_from([HEE, NORTH, SOUTH]), st.sampled_from([MAY, JUNE]),
            st.sampled_from(list(EvaluationResult)), st.booleans(),
        ),
        max_size=8,
    ),
    st.randoms(),
)  # fmt: skip
def test_the_order_of_entry_decides_nothing_and_proven_never_differs(
    told: list[Finished], chance: object
) -> None:
    found = verdict_of(told)
    assert not (found.is_proven and found.differs)
    assert found == verdict_of(sorted(told, key=lambda _each: chance.random()))  # type: ignore[attr-defined]
    assert not found.is_proven or any(each.result is SHOWN and each.is_whole for each in told)


# --- counts -----------------------------------------------------------------------------------------------


@pytest.fixture
def film(app: Flask) -> UUID:
    return factories.national_resource("film", "A film")


@pytest.fixture
def body(app: Flask) -> OrganisationRef:
    return factories.organisation("X00903", "A national body", kind=OrganisationKind.NATIONAL_BODY)


@pytest.fixture
def trust(app: Flask) -> OrganisationRef:
    return factories.organisation("X00901", "Northmoor Hospitals")


def ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


def evaluate(
    where: OrganisationRef, film: UUID, result: EvaluationResult, days: int, **changes: object
) -> Evaluation:
    who = factories.identity_of(factories.person(Role.CHAMPION, where))
    facts = replace(WHOLE, resource_id=film, result=result, evaluated_on=ago(days), **changes)  # type: ignore[arg-type]
    with writing():
        return actions.add_evaluation(who, where, facts)


def make_bare(row: Evaluation) -> None:
    """As it could be entered before the rule."""
    row.sample, row.finding, row.link = "", "", ""
    db.session.commit()


def titles(found: object) -> list[str]:
    return [each.title for each in found]  # type: ignore[attr-defined]


def test_findings_that_differ_are_told_apart_from_what_is_proven(
    film: UUID, body: OrganisationRef, trust: OrganisationRef
) -> None:
    game = factories.national_resource("game", "A game")
    evaluate(body, film, SHOWN, 90)
    evaluate(body, game, SHOWN, 90)
    evaluate(trust, film, NONE, 9)
    day = clock.today()
    assert titles(counts.list_proven(day, demonstration=True)) == ["A game"]
    assert titles(counts.list_differing(day, demonstration=True)) == ["A film"]
    assert counts.count_proven(day, demonstration=True).numerator == 1
    # Before the trust finished its own.
    assert titles(counts.list_proven(ago(10), demonstration=True)) == ["A film", "A game"]
    assert counts.list_differing(ago(10), demonstration=True) == []


def test_a_bare_entry_of_before_takes_nothing_from_a_controlled_evaluation(
    film: UUID, body: OrganisationRef, trust: OrganisationRef
) -> None:
    evaluate(body, film, SHOWN, 90)
    make_bare(evaluate(trust, film, NONE, 9))
    day = clock.today()
    assert titles(counts.list_proven(day, demonstration=True)) == ["A film"]
    assert counts.list_differing(day, demonstration=True) == []


# --- pages ------------------------------------------------------------------------------------------------


def page_of(app: Flask) -> str:
    return words(app.test_client().get("/resources/film").get_data(as_text=True))


def test_the_public_page_says_that_findings_differ_and_both_stand_on_it(
    app: Flask, film: UUID, body: OrganisationRef, trust: OrganisationRef
) -> None:
    evaluate(body, film, SHOWN, 90)
    evaluate(trust, film, NONE, 9)
    page = page_of(app)
    assert (
        "Findings differ, so it does not count as proven to work. Of 2 organisations, each by its latest evaluation,"
        " 1 found an effect, and 1 found none or could not tell."
    ) in page
    assert "It shows an effect" in page and "It shows no effect" in page


def test_the_public_page_says_what_an_entry_of_before_counts_for(
    app: Flask, film: UUID, body: OrganisationRef, trust: OrganisationRef
) -> None:
    evaluate(body, film, SHOWN, 90)
    make_bare(evaluate(trust, film, NONE, 9))
    page = page_of(app)
    assert "It counts as proven to work" in page
    assert page.count("counts neither for nor against") == 1


def test_a_long_list_hides_no_finding_from_the_verdict(
    app: Flask, film: UUID, body: OrganisationRef, trust: OrganisationRef
) -> None:
    """The page shows the fifty youngest; what it says of all of them is of all of them."""
    evaluate(body, film, SHOWN, 900)
    who = factories.identity_of(factories.person(Role.CHAMPION, trust))
    with writing():
        for number in range(51):
            facts = replace(WHOLE, resource_id=film, result=UNCLEAR, evaluated_on=ago(number + 1))
            actions.add_evaluation(who, trust, facts)
    assert "Findings differ" in page_of(app)
