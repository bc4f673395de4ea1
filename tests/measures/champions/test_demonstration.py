"""The invented champions: they keep to the rules, are the same for a seed, and tell the first trust's story."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from tests import factories
from tests.measures.champions.conftest import TODAY, Trust
from tracker import clock
from tracker.access.permissions import Role
from tracker.audit import queries as audit
from tracker.audit.rules import verify_chain
from tracker.cli.demonstration.measures.champions import Story, play
from tracker.cli.demonstration.people import Staff
from tracker.cli.demonstration.steps import Who
from tracker.cli.demonstration.timing import played_clock
from tracker.measures.base import At, Supports
from tracker.measures.champions.measure import MEASURE
from tracker.web.transactions import writing

CODE = "SEP16-12"


def play_all(trust: Trust, seed: int, *, showcase: bool = False) -> int:
    staff = Staff({Who.CHAMPION: trust.by})
    with writing(), played_clock() as set_moment:
        return play(
            trust.organisation,
            "nhs_trust",
            staff,
            random.Random(seed),
            TODAY,
            set_moment=set_moment,
            showcase=showcase,
        )


def figure(trust: Trust):
    return MEASURE.figures(trust.by, CODE, [trust.organisation.id], At(TODAY))[trust.organisation.id]


def test_the_first_trust(trust: Trust) -> None:
    assert play_all(trust, 1, showcase=True)
    now = figure(trust)
    assert (now.numerator, now.denominator, now.supports) == (11, 12, Supports.IN_PLACE)
    points = MEASURE.series(trust.by, CODE, trust.organisation.id, TODAY)
    assert len(points) == 8 and points[0].answer == "considered, not now"
    filled = [each.numerator for each in points if each.numerator is not None]
    assert filled == sorted(filled) and filled[0] < filled[-1] == 11
    texts = [each.text for each in MEASURE.needs(trust.by, trust.organisation.id, TODAY)]
    assert texts[0].startswith("Hand over from") and "Say who the champion for Theatres is" in texts
    assert len(texts) == 3
    assert verify_chain(audit.iter_chain(trust.organisation.id), chain=str(trust.organisation.id)).ok


@pytest.mark.parametrize("seed", range(12))
def test_others_keep_to_the_rules(trust: Trust, seed: int) -> None:
    play_all(trust, seed)
    assert figure(trust).numerator != 0 or figure(trust).denominator


def test_the_same_seed_tells_the_same(trust: Trust) -> None:
    other = factories.organisation("X00102")
    twin = Trust(other, factories.identity_of(factories.person(Role.CHAMPION, other)))
    play_all(trust, 7)
    play_all(twin, 7)
    first, second = figure(trust), figure(twin)
    assert (first.numerator, first.denominator, first.answer, first.parts) == (
        second.numerator, second.denominator, second.answer, second.parts,
    )  # fmt: skip


def test_an_organisation_that_does_not_answer_it_has_none(trust: Trust) -> None:
    staff = Staff({Who.CHAMPION: trust.by})
    assert play(trust.organisation, "national_body", staff, random.Random(1), TODAY) == 0
    assert clock.today() - timedelta(days=1) < TODAY


def test_nobody_of_one_trust_is_told_twice() -> None:
    """Who shares a name with her own deputy or successor would be refused."""
    story = Story(random.Random(1), clock.today())
    names = [story.person().name for _ in range(100)]
    assert len(set(names)) == 100
