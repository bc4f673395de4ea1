"""The register of guidelines and the lists of training: versions, conflicts, refusals, and who may."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests import factories
from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.audit.models import AuditEvent
from tracker.errors import Conflict, NotAllowed, NotFound, RuleBroken
from tracker.extensions import db
from tracker.library import actions, queries
from tracker.library.actions import GuidelineInput
from tracker.library.loader import load_guidelines
from tracker.library.models import Resource
from tracker.library.rules import (
    Format,
    HowDiscussed,
    Patients,
    Population,
    ResourceFacts,
    Setting,
    Source,
    StaffGroup,
    current_versions,
)
from tracker.web.transactions import writing

FACTS = ResourceFacts(
    title="Sepsis for new starters",
    format=Format.ONLINE,
    source=Source.OWN,
    staff_groups=frozenset({StaffGroup.NURSING}),
    setting=Setting.HOSPITAL,
    patients=Patients.ADULTS,
    is_online=True,
)
NG = GuidelineInput("NG300", "A guideline", date(2026, 3, 1), frozenset({Population.ADULTS}))


@pytest.fixture
def ours(app: Flask) -> OrganisationRef:
    return factories.organisation("X00901")


@pytest.fixture
def champion(ours: OrganisationRef) -> Identity:
    return factories.identity_of(factories.person(Role.CHAMPION, ours))


@pytest.fixture
def national(app: Flask) -> Identity:
    return factories.identity_of(factories.person(Role.NATIONAL_LEAD))


def add(who: Identity, where: OrganisationRef, facts: ResourceFacts = FACTS) -> Resource:
    with writing():
        row = actions.add_resource(who, where, facts)
        db.session.flush()
        return row


def fields(broken: pytest.ExceptionInfo[RuleBroken]) -> list[str]:
    return [field for field, _words in broken.value.problems]


def types() -> list[str]:
    query = select(AuditEvent.type).where(
        AuditEvent.type.like("resource.%") | AuditEvent.type.like("guideline.%")
    )
    return list(db.session.scalars(query.order_by(AuditEvent.at, AuditEvent.seq)))


def test_the_shipped_guidelines_are_entered_once(app: Flask) -> None:
    shipped = load_guidelines()
    with writing():
        first = actions.seed_guidelines(shipped)
    with writing():
        again = actions.seed_guidelines(shipped)
    assert first == ["Sepsis-3", "NG51", "NG51", "NG253", "NG254", "NG255"]
    assert again == []


def test_the_shipped_guidelines_count_as_the_design_says(app: Flask) -> None:
    with writing():
        actions.seed_guidelines(load_guidelines())
    now = {
        population: version.reference
        for population, version in current_versions(queries.list_versions(), date(2026, 11, 23)).items()
    }
    assert now == {Population.ADULTS: "NG253", Population.CHILDREN: "NG254", Population.PREGNANT: "NG51"}


def test_what_the_national_lead_confirmed_is_not_seeded_again(app: Flask, national: Identity) -> None:
    with writing():
        actions.seed_guidelines(load_guidelines())
    row = next(each for each in queries.list_guidelines() if each.reference == "NG255")
    dated = GuidelineInput("NG255", row.title, date(2025, 11, 20), frozenset({Population.PREGNANT}))
    with writing():
        actions.change_guideline(national, row.entity_id, dated, version=1)
    with writing():
        assert actions.seed_guidelines(load_guidelines()) == []
    assert (
        current_versions(queries.list_versions(), date(2026, 1, 1))[Population.PREGNANT].reference == "NG255"
    )


def test_a_correction_keeps_what_stood_before(app: Flask, national: Identity) -> None:
    with writing():
        row = actions.add_guideline(national, NG)
        entity_id, before = row.entity_id, row.recorded_at
    with writing():
        actions.change_guideline(national, entity_id, replace(NG, title="Its title"), version=1)
    assert [each.title for each in queries.list_guideline_history(entity_id)] == ["Its title", "A guideline"]
    assert [each.title for each in queries.list_guidelines(before)] == ["A guideline"]
    assert types() == ["guideline.added", "guideline.changed"]


def test_two_who_correct_at_once(app: Flask, national: Identity) -> None:
    with writing():
        entity_id = actions.add_guideline(national, NG).entity_id
    with writing():
        actions.change_guideline(national, entity_id, replace(NG, note="One"), version=1)
    with pytest.raises(Conflict), writing():
        actions.change_guideline(national, entity_id, replace(NG, note="Two"), version=1)


def test_the_same_version_twice_is_refused(app: Flask, national: Identity) -> None:
    with writing():
        actions.add_guideline(national, NG)
    with pytest.raises(RuleBroken) as broken, writing():
        actions.add_guideline(national, replace(NG, link="ftp://example.org"))
    assert fields(broken) == ["link", "issued_on"]


def test_only_the_national_lead_keeps_the_register(champion: Identity) -> None:
    with pytest.raises(NotAllowed), writing():
        actions.add_guideline(champion, NG)


def test_training_is_listed_changed_and_taken_out_of_use(champion: Identity, ours: OrganisationRef) -> None:
    entity_id = add(champion, ours).entity_id
    discussed = replace(FACTS, discussed=HowDiscussed.TEACHING, discussed_on=clock.today())
    with writing():
        actions.change_resource(champion, ours, entity_id, discussed, version=1)
    with writing():
        actions.withdraw_resource(
            champion, ours, entity_id, on=clock.today(), reason="Out of date; said on the intranet", version=2
        )
    row = queries.get_resource(champion, ours.id, entity_id)
    assert (row.version, row.withdrawn_on, row.discussed) == (3, clock.today(), HowDiscussed.TEACHING)
    assert [each.version for each in queries.list_resource_history(champion, ours.id, entity_id)] == [3, 2, 1]
    assert types() == ["resource.added", "resource.changed", "resource.withdrawn"]


def test_a_title_that_is_there_is_refused_until_it_is_out_of_use(
    champion: Identity, ours: OrganisationRef
) -> None:
    entity_id = add(champion, ours).entity_id
    with pytest.raises(RuleBroken) as broken:
        add(champion, ours, replace(FACTS, title=FACTS.title.upper()))
    assert fields(broken) == ["title"]
    with writing():
        actions.withdraw_resource(champion, ours, entity_id, on=clock.today(), reason="Old", version=1)
    assert add(champion, ours).version == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "For 943 476 5919"}, "title"),
        ({"staff_groups": frozenset()}, "staff_groups"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"updated_on": date(2999, 1, 1)}, "updated_on"),
        ({"discussed": HowDiscussed.NOT_POSSIBLE}, "not_possible_because"),
        ({"discussed_by": -1}, "discussed_by"),
    ],
)
def test_what_cannot_be_said_of_training(
    champion: Identity, ours: OrganisationRef, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(RuleBroken) as broken:
        add(champion, ours, replace(FACTS, **changes))  # type: ignore[arg-type]
    assert fields(broken) == [field]


def test_taking_out_of_use_needs_a_day_and_a_reason(champion: Identity, ours: OrganisationRef) -> None:
    entity_id = add(champion, ours).entity_id
    for on in (None, clock.today() + timedelta(days=1)):
        with pytest.raises(RuleBroken) as broken, writing():
            actions.withdraw_resource(champion, ours, entity_id, on=on, reason="", version=1)
        assert fields(broken) == ["reason", "withdrawn_on"]


def test_two_who_change_training_at_once(champion: Identity, ours: OrganisationRef) -> None:
    entity_id = add(champion, ours).entity_id
    with writing():
        actions.change_resource(champion, ours, entity_id, replace(FACTS, owner="Education"), version=1)
    with pytest.raises(Conflict), writing():
        actions.change_resource(champion, ours, entity_id, replace(FACTS, owner="Practice"), version=1)


def test_another_trusts_list_is_not_there(champion: Identity, ours: OrganisationRef) -> None:
    theirs = factories.organisation("X00902")
    stranger = factories.identity_of(factories.person(Role.CHAMPION, theirs))
    entity_id = add(champion, ours).entity_id
    with pytest.raises(NotAllowed):
        add(champion, theirs)
    with pytest.raises(NotFound):
        queries.get_resource(stranger, ours.id, entity_id)
    assert queries.list_resources(stranger, ours.id) == []


def test_a_past_list_is_rebuilt(champion: Identity, ours: OrganisationRef) -> None:
    row = add(champion, ours)
    entity_id, moment = row.entity_id, row.recorded_at
    with writing():
        actions.withdraw_resource(champion, ours, entity_id, on=clock.today(), reason="Old", version=1)
    (then,) = queries.list_resources(champion, ours.id, moment)
    assert then.withdrawn_on is None
    assert queries.count_resources(champion, ours.id) == 1
