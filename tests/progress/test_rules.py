"""The rules of a record, by example and for any walk up and down the ladder."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.catalogue.rules import Delivery
from tracker.errors import RuleBroken
from tracker.progress import rules
from tracker.progress.rules import Answer, Change, Circumstances, Confidence, Position, Standing

TODAY = date(2026, 11, 23)
SOMEBODY, LEAD = UUID(int=1), UUID(int=2)
IN_PLACE = Position(Delivery.DELIVERED, summary="A champion in each ward", delivered_on=date(2026, 9, 1))
AGREED = replace(
    IN_PLACE,
    delivery=Delivery.ASSURED,
    forum="Group",
    forum_on=date(2026, 10, 1),
    assured_by=LEAD,
    delivered_version=1,
)
AGREEING = replace(IN_PLACE, delivery=Delivery.ASSURED, forum="Group", forum_on=date(2026, 10, 1))


def given_that(**changes: object) -> Circumstances:
    plain = Circumstances(
        today=TODAY,
        actor_id=SOMEBODY,
        may_assure=False,
        not_applicable_allowed=False,
        next_version=2,
        live_evidence_with_file=0,
    )
    return replace(plain, **changes)


def as_lead(**changes: object) -> Circumstances:
    return given_that(**{"actor_id": LEAD, "may_assure": True, "live_evidence_with_file": 1, **changes})


def fields_refused(before: Position | None, wanted: Position, circumstances: Circumstances) -> set[str]:
    with pytest.raises(RuleBroken) as broken:
        rules.record(before, wanted, circumstances)
    return {field for field, _message in broken.value.problems}


def test_in_place_needs_a_date_and_what_is_in_place() -> None:
    assert fields_refused(None, Position(Delivery.DELIVERED), given_that()) == {"summary", "delivered_on"}


def test_in_place_cannot_begin_tomorrow() -> None:
    wanted = replace(IN_PLACE, delivered_on=date(2026, 11, 24))
    assert fields_refused(None, wanted, given_that()) == {"delivered_on"}
    assert rules.record(None, replace(IN_PLACE, delivered_on=TODAY), given_that()).change is Change.RECORDED


def test_agreeing_needs_a_lead_a_file_a_meeting_and_its_date() -> None:
    before = replace(IN_PLACE, delivered_version=1)
    assert fields_refused(before, AGREEING, given_that()) == {"delivery"}
    bare = replace(AGREEING, forum="", forum_on=None)
    assert fields_refused(before, bare, as_lead(live_evidence_with_file=0)) == {"files", "forum", "forum_on"}
    ahead = replace(AGREEING, forum_on=date(2027, 1, 1))
    assert fields_refused(before, ahead, as_lead()) == {"forum_on"}


def test_whoever_wrote_since_it_was_in_place_cannot_agree() -> None:
    before = replace(IN_PLACE, delivered_version=1)
    refused = as_lead(authors_since_delivered=frozenset({LEAD, SOMEBODY}))
    assert fields_refused(before, AGREEING, refused) == {"delivery"}
    done = rules.record(before, AGREEING, as_lead(authors_since_delivered=frozenset({SOMEBODY})))
    assert (done.change, done.position.assured_by, done.position.delivered_version) == (
        Change.ASSURED,
        LEAD,
        1,
    )


def test_what_is_not_in_place_cannot_be_agreed() -> None:
    assert fields_refused(None, AGREEING, as_lead()) == {"delivery"}
    assert fields_refused(Position(Delivery.IN_PROGRESS), AGREEING, as_lead()) == {"delivery"}


def test_agreeing_takes_what_is_recorded_as_it_stands() -> None:
    before = replace(IN_PLACE, delivered_version=1)
    assert fields_refused(before, replace(AGREEING, summary="Something else"), as_lead()) == {"summary"}


def test_details_leave_an_agreed_record_agreed_and_facts_do_not() -> None:
    details = rules.record(AGREED, replace(IN_PLACE, accountable_person="Lead nurse"), given_that())
    assert details.position.delivery is Delivery.ASSURED
    assert (details.position.forum, details.position.assured_by) == ("Group", LEAD)
    assert details.change is Change.RECORDED
    facts = rules.record(AGREED, replace(IN_PLACE, summary="Only on two wards now"), given_that())
    assert facts.position.delivery is Delivery.DELIVERED
    assert (facts.position.forum, facts.position.forum_on, facts.position.assured_by) == ("", None, None)
    assert facts.position.delivered_version == 2


@pytest.mark.parametrize("lower", [Delivery.NOT_STARTED, Delivery.IN_PROGRESS])
@pytest.mark.parametrize("before", [replace(IN_PLACE, delivered_version=1), AGREED])
def test_going_back_needs_a_reason(before: Position, lower: Delivery) -> None:
    assert fields_refused(before, Position(lower), given_that()) == {"reason"}
    went = rules.record(before, Position(lower, reason="The champion left"), given_that())
    assert went.change is Change.LOWERED


def test_does_not_apply_only_where_it_may_and_with_a_reason() -> None:
    wanted = Position(Delivery.NOT_APPLICABLE, reason="We treat no patients")
    assert fields_refused(None, wanted, given_that()) == {"delivery"}
    allowed = given_that(not_applicable_allowed=True)
    assert fields_refused(None, replace(wanted, reason=""), allowed) == {"reason"}
    assert rules.record(None, wanted, allowed).position.delivery is Delivery.NOT_APPLICABLE


def test_confidence_is_kept_only_while_started() -> None:
    wanted = Position(Delivery.IN_PROGRESS, confidence=Confidence.AT_RISK)
    assert rules.record(None, wanted, given_that()).position.confidence is Confidence.AT_RISK
    assert (
        rules.record(None, replace(IN_PLACE, confidence=Confidence.AT_RISK), given_that()).position.confidence
        is None
    )


def test_recording_confirms_today() -> None:
    assert rules.record(None, IN_PLACE, given_that()).position.confirmed_on == TODAY


def test_still_true() -> None:
    confirmed = rules.confirm(replace(AGREED, note="old note"), TODAY, live_evidence=1, evidence=2)
    assert (confirmed.confirmed_on, confirmed.note, confirmed.delivery) == (TODAY, "", Delivery.ASSURED)
    assert rules.confirm(IN_PLACE, TODAY, live_evidence=0, evidence=0).confirmed_on == TODAY
    for before, live, count in ((None, 0, 0), (IN_PLACE, 0, 1), (AGREED, 0, 0)):
        with pytest.raises(RuleBroken):
            rules.confirm(before, TODAY, live_evidence=live, evidence=count)


@pytest.mark.parametrize(
    "delivery, live, shown",
    [
        (None, 0, Standing.NOTHING),
        (Delivery.DELIVERED, 0, Standing.NO_EVIDENCE),
        (Delivery.DELIVERED, 2, Standing.WAITING),
        (Delivery.ASSURED, 1, Standing.CHECKED),
        (Delivery.ASSURED, 0, Standing.LAPSED),
        (Delivery.NOT_APPLICABLE, 3, Standing.NOT_APPLICABLE),
        (Delivery.IN_PROGRESS, 1, Standing.STARTED),
    ],
)
def test_how_it_is_shown(delivery: Delivery | None, live: int, shown: Standing) -> None:
    assert rules.standing(delivery, live) is shown


def test_an_answer_is_fresh_for_twelve_months_to_the_day() -> None:
    assert rules.answer(date(2025, 11, 23), TODAY) is Answer.CONFIRMED
    assert rules.answer(date(2025, 11, 22), TODAY) is Answer.OLDER
    assert rules.answer(None, TODAY) is Answer.NOTHING
    assert rules.answer(date(2023, 2, 28), date(2024, 2, 29)) is Answer.CONFIRMED
    assert rules.answer(date(2023, 2, 27), date(2024, 2, 29)) is Answer.OLDER


def test_overdue_is_derived() -> None:
    assert rules.is_overdue(Delivery.IN_PROGRESS, date(2026, 11, 22), TODAY)
    assert not rules.is_overdue(Delivery.IN_PROGRESS, TODAY, TODAY)
    assert not rules.is_overdue(Delivery.DELIVERED, date(2020, 1, 1), TODAY)


steps = st.builds(
    Position,
    delivery=st.sampled_from(Delivery),
    confidence=st.sampled_from([None, *Confidence]),
    summary=st.sampled_from(["", "one", "two"]),
    reason=st.sampled_from(["", "because"]),
    delivered_on=st.sampled_from([None, date(2026, 1, 1), date(2026, 2, 1), date(2027, 1, 1)]),
    forum=st.sampled_from(["", "Group"]),
    forum_on=st.sampled_from([None, date(2026, 10, 1)]),
)


@given(st.lists(st.tuples(steps, st.booleans(), st.booleans()), max_size=12))
def test_no_walk_leads_to_a_position_that_the_rules_forbid(walk: list[tuple[Position, bool, bool]]) -> None:
    """Whatever is tried in whatever order, every position reached keeps what its rung promises."""
    before: Position | None = None
    for number, (wanted, lead, has_file) in enumerate(walk, start=1):
        author = LEAD if lead else SOMEBODY
        circumstances = Circumstances(
            today=TODAY, actor_id=author, may_assure=lead, not_applicable_allowed=True, next_version=number,
            live_evidence_with_file=int(has_file), authors_since_delivered=frozenset({SOMEBODY}),
        )  # fmt: skip
        try:
            after = rules.record(before, wanted, circumstances).position
        except RuleBroken:
            continue
        if after.delivery in rules.DECLARED:
            assert after.summary and after.delivered_on and after.delivered_on <= TODAY
            assert after.delivered_version is not None
        if after.delivery is Delivery.ASSURED:
            assert after.forum and after.forum_on and after.assured_by == LEAD
        else:
            assert after.assured_by is None and not after.forum
        if after.delivery is not Delivery.IN_PROGRESS:
            assert after.confidence is None
        if after.delivery is Delivery.NOT_APPLICABLE:
            assert after.reason
        before = after


def test_ids_are_not_mixed_up() -> None:
    stranger = uuid4()
    before = replace(IN_PLACE, delivered_version=1)
    done = rules.record(before, AGREEING, as_lead(authors_since_delivered=frozenset({stranger})))
    assert done.position.assured_by == LEAD
