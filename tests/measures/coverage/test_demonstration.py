"""The invented two years of staff trained: the same for a seed, and a good story for the first trust."""

from __future__ import annotations

import random
from datetime import datetime

from tests.measures.coverage.conftest import TODAY, Trust
from tracker.audit import actions as audit
from tracker.cli.demonstration.measures import coverage
from tracker.cli.demonstration.steps import Who
from tracker.measures.base import Supports
from tracker.measures.coverage import queries
from tracker.measures.coverage.measure import MEASURE
from tracker.web.transactions import writing


def test_the_first_trust_has_eight_quarters_that_rise_and_doctors_still_to_count(
    trust: Trust, now: list[datetime]
) -> None:
    def set_moment(moment: datetime) -> None:
        now[0] = moment

    today = now[0]
    with writing():
        told = coverage.play(
            trust.organisation, "nhs_trust", {Who.CHAMPION: trust.by}, random.Random("seed"), TODAY,  # type: ignore[arg-type]
            set_moment=set_moment, chain=audit.open_chain(trust.organisation.id), showcase=True,
        )  # fmt: skip
    now[0] = today
    series = MEASURE.series(trust.by, "SEP16-10", trust.organisation.id, TODAY)
    assert told == 10 and len(series) == 8
    shares = [each.percent or 0 for each in series]
    assert shares == sorted(shares) and shares[0] < 60 < 80 < shares[-1]
    figure = trust.figure()
    assert figure.supports is Supports.NOT_YET and "Medical and Dental: consultants" in figure.because
    last = queries.find_last(trust.by, trust.organisation.id)
    assert last is not None and last.entry.evidence_id is not None
    assert last.entry.recorded_at < today


def test_the_same_seed_tells_the_same_story() -> None:
    def days(seed: str) -> list[object]:
        return [each.on for each in coverage.tell(random.Random(seed), TODAY)]

    assert days("a") == days("a")
    assert len({str(days(str(number))) for number in range(10)}) > 1
    assert all(each < TODAY for number in range(30) for each in days(str(number)))  # type: ignore[operator]
