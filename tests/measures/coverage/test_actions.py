"""Writing staff trained: versions, conflicts, events, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from tests import factories
from tests.measures.coverage.conftest import ROUTES, TODAY, Trust, counts, position, table
from tracker.access.permissions import Role
from tracker.audit.models import AuditEvent, AuditPrivate
from tracker.catalogue.rules import OrganisationKind
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.extensions import db
from tracker.measures.base import At
from tracker.measures.coverage import actions, queries
from tracker.measures.coverage.models import CoverageCount
from tracker.measures.coverage.rules import Count, Group, Level, Line, Named, Route
from tracker.web.transactions import writing


def events(type: str) -> list[AuditEvent]:
    return list(
        db.session.scalars(sa.select(AuditEvent).where(AuditEvent.type == type).order_by(AuditEvent.seq))
    )


def test_a_table_has_versions_and_the_second_editor_is_told(trust: Trust) -> None:
    trust.needs()
    trust.needs(table(target_percent=95), version=1)
    found = queries.needs_of(trust.by, [trust.organisation.id])[trust.organisation.id]
    assert (found.entry.version, found.needs.target_percent, len(found.needs.lines)) == (2, 95, 12)
    assert len(queries.list_needs_versions(trust.by, trust.organisation.id)) == 2
    with pytest.raises(Conflict):
        trust.needs(version=1)
    assert len(events("coverage.needs_recorded")) == 2


def test_numbers_of_the_same_date_are_a_new_version_of_them(trust: Trust) -> None:
    first = trust.numbers()
    with pytest.raises(Conflict) as conflict:
        trust.numbers(position(source="Another"))
    assert conflict.value.current_version == 1
    assert trust.numbers(position(source="Another"), version=1) == first
    versions = queries.list_versions(trust.by, trust.organisation.id, first)
    assert [(row.entry.version, row.entry.source, who) for row, who in versions] == [
        (2, "Another", "Asha Patel"), (1, "ESR report", "Asha Patel"),
    ]  # fmt: skip


def test_saving_the_same_again_adds_nothing(trust: Trust) -> None:
    first = trust.numbers()
    assert trust.numbers(version=1) == first
    assert len(queries.list_versions(trust.by, trust.organisation.id, first)) == 1


def test_numbers_taken_out_of_use_count_nowhere_and_can_be_entered_anew(trust: Trust) -> None:
    trust.needs()
    first = trust.numbers()
    with writing():
        actions.withdraw_position(trust.by, trust.organisation, first, "The date was wrong", version=1)
    assert not trust.figure().exists
    assert queries.count_positions(trust.by, trust.organisation.id, At(TODAY), withdrawn=True) == 1
    assert trust.numbers() == first
    assert trust.figure().exists


def test_the_date_of_numbers_cannot_be_changed(trust: Trust) -> None:
    first = trust.numbers()
    with pytest.raises(RuleBroken, match="cannot be changed"):
        trust.numbers(position(date(2026, 6, 30)), version=1, item=first)


def test_a_jump_is_asked_about_and_may_be_right(trust: Trust) -> None:
    trust.numbers(position(date(2026, 6, 30)))
    fewer = (Count(Line(Group.NURSES, Level.MANAGE), 300, 280),)
    with pytest.raises(RuleBroken) as broken:
        trust.numbers(position(lines=fewer, number_right=False))
    assert broken.value.problems[0][0] == "number_right"
    assert "1,000 on 30 June 2026 and are 300 now" in broken.value.problems[0][1]
    trust.numbers(position(lines=fewer, number_right=True))


def test_the_trail_holds_totals_and_a_fingerprint_but_no_small_number_and_no_words(trust: Trust) -> None:
    trust.numbers(
        position(note="Ask Wilhelmina", lines=(Count(Line(Group.STUDENTS, Level.AWARENESS), 3, 1),))
    )
    event = events("coverage.position_recorded")[0]
    assert '"in_post":3' in event.header
    assert "Wilhelmina" not in event.header and "02_awareness" not in event.header
    body = db.session.scalar(sa.select(AuditPrivate.body).where(AuditPrivate.seq == event.seq))
    assert body is not None and "Wilhelmina" in body


def test_patients_are_kept_out_of_every_text(trust: Trust) -> None:
    number = "943 476 5919"
    with pytest.raises(RuleBroken, match="NHS number"):
        trust.numbers(position(note=f"see {number}"))
    with pytest.raises(RuleBroken, match="NHS number"):
        trust.needs(table(agreed_by=number))
    with pytest.raises(RuleBroken, match="NHS number"):
        trust.routes((Route(Named.ALLIED, True, number),))


def test_who_may_not_write_is_refused_by_the_action_too(trust: Trust) -> None:
    national = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    with pytest.raises(NotAllowed), writing():
        actions.record_position(national, trust.organisation, position(), version=0)


def test_a_closed_organisation_and_one_that_is_not_asked_are_read_only(trust: Trust) -> None:
    for other in (
        factories.organisation(closed_on=date(2024, 3, 31)),
        factories.organisation(kind=OrganisationKind.HIGHER_EDUCATION),
    ):
        by = factories.identity_of(factories.person(Role.CHAMPION, other))
        with pytest.raises(NotAllowed), writing():
            actions.record_routes(by, other, ROUTES, version=0)


def test_the_database_itself_refuses_more_trained_than_in_post(trust: Trust) -> None:
    trust.numbers()
    with pytest.raises(sa.exc.IntegrityError), writing():
        db.session.execute(sa.update(CoverageCount).values(in_date=CoverageCount.in_post + 1))


def test_recorded_at_follows_the_chain(trust: Trust, now: list[datetime]) -> None:
    first = trust.numbers()
    now[0] = datetime(2026, 11, 22, tzinfo=UTC)
    trust.numbers(position(lines=counts()[:3]), version=1)
    versions = queries.list_versions(trust.by, trust.organisation.id, first)
    assert versions[0][0].entry.recorded_at >= versions[1][0].entry.recorded_at
