"""Writing champions: versions, the chain, two editors, one group for a hand-over, and what the trail must not hold."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
import sqlalchemy as sa

from tests import factories
from tests.measures.champions.conftest import TODAY, Trust, a_post
from tracker import clock
from tracker.access.permissions import Role
from tracker.audit import queries as audit
from tracker.audit.models import AuditEvent
from tracker.audit.rules import verify_chain
from tracker.database import current
from tracker.errors import Conflict, NotAllowed, NotFound, RuleBroken
from tracker.exports.rules import holds_names
from tracker.extensions import db
from tracker.measures.champions import actions, queries
from tracker.measures.champions.actions import Successor
from tracker.measures.champions.models import ChampionPost
from tracker.measures.champions.rules import Arrangement, Decided, Decision, Department, Overlap, Task
from tracker.web.transactions import writing

VALID_NHS_NUMBER = "943 476 5919"


def events(kind: str = "champions.") -> list[AuditEvent]:
    query = sa.select(AuditEvent).where(AuditEvent.type.startswith(kind)).order_by(AuditEvent.seq)
    return list(db.session.scalars(query))


def broken(act: object) -> dict[str, str]:
    with pytest.raises(RuleBroken) as raised, writing():
        act()  # type: ignore[operator]
    return dict(raised.value.problems)


def posts() -> dict[str, ChampionPost]:
    found = db.session.scalars(sa.select(ChampionPost).where(current(ChampionPost)))
    return {each.name: each for each in found}


def test_a_decision_is_kept_in_versions_and_an_older_form_is_a_conflict(trust: Trust) -> None:
    trust.decide(Decision.NOT_NOW)
    trust.decide(Decision.ADOPT, version=1)
    with pytest.raises(Conflict) as conflict:
        trust.decide(Decision.NO, version=1)
    assert conflict.value.current_version == 2
    register = queries.get_register(trust.by, trust.organisation.id)
    assert register.decision is not None and register.decision.decision is Decision.ADOPT
    changed = json.loads(events()[1].header)["public"]
    assert changed["decision"] == {"old": "not_now", "new": "adopt"}


def test_saving_the_same_again_writes_nothing(trust: Trust) -> None:
    trust.decide()
    trust.decide(version=1)
    assert len(events()) == 1


def test_a_model_before_a_decision_is_refused(trust: Trust) -> None:
    assert "" in broken(lambda: trust.arrange(Arrangement.EACH_DEPARTMENT))


def test_several_departments_at_once_or_none_of_them(trust: Trust) -> None:
    found = broken(lambda: trust.departments("Maternity", "maternity", "Surgery"))
    assert found == {"names": "maternity is on the list already."}
    assert queries.get_register(trust.by, trust.organisation.id).departments == []
    trust.departments("Maternity", "Surgery")
    assert len(events()) == 2


def test_a_department_in_use_is_ended_and_not_taken_out(trust: Trust) -> None:
    maternity, surgery = trust.departments("Maternity", "Surgery")
    trust.post("Asha Patel", date(2026, 1, 1), department_id=maternity)

    def take_out(key: object) -> None:
        wanted = Department(key, "x", TODAY)  # type: ignore[arg-type]
        actions.change_department(trust.by, trust.organisation, wanted, version=1, mistaken=True)

    assert "mistaken" in broken(lambda: take_out(maternity))
    with writing():
        take_out(surgery)
    with pytest.raises(NotFound):
        queries.get_department(trust.by, trust.organisation.id, surgery)


def test_a_hand_over_ends_one_and_starts_the_other_as_one_group(trust: Trust) -> None:
    maternity = trust.departments("Maternity")[0]
    leaver = trust.post("Asha Patel", date(2026, 1, 1), department_id=maternity, title="Lead midwife")
    handover = trust.hand_over(leaver, date(2026, 11, 30), "Ben Hill", deputy_name="Cy Dale")
    found = posts()
    assert found["Asha Patel"].ends_on == date(2026, 11, 30)
    ben = found["Ben Hill"]
    assert (ben.starts_on, ben.ends_on, ben.department_id, ben.title) == (
        date(2026, 12, 1),
        None,
        maternity,
        "Lead midwife",
    )
    assert ben.owns and ben.deputy_name == "Cy Dale"
    ended, started = events()[-2:]
    assert (ended.type, started.type) == ("champions.post_changed", "champions.post_added")
    groups = {json.loads(each.header)["group"] for each in (ended, started)}
    assert len(groups) == 1 and None not in groups
    row = queries.get_handover(trust.by, trust.organisation.id, handover)
    assert queries.open_tasks(row) == {Task.INVITE, Task.END_ROLE}


def test_a_hand_over_that_is_refused_leaves_nothing_behind(trust: Trust) -> None:
    leaver = trust.post("Asha Patel", date(2026, 1, 1), title="Lead nurse")
    found = broken(lambda: trust.hand_over(leaver, date(2026, 12, 31), "Ben Hill", date(2026, 12, 28)))
    assert "handover week" in found["overlap"]
    assert posts()["Asha Patel"].ends_on is None and len(events()) == 1
    trust.hand_over(leaver, date(2026, 12, 31), "Ben Hill", date(2026, 12, 28), overlap=Overlap.HANDOVER)
    assert set(posts()) == {"Asha Patel", "Ben Hill"}


def test_a_hand_over_from_an_older_version_is_a_conflict(trust: Trust) -> None:
    leaver = trust.post("Asha Patel", date(2026, 1, 1))
    trust.hand_over(leaver, date(2026, 11, 30), "Ben Hill")
    with pytest.raises(Conflict):
        trust.hand_over(leaver, date(2026, 11, 30), "Cy Dale")
    assert "Cy Dale" not in posts()


def test_what_is_left_to_the_lead_is_ticked_once(trust: Trust) -> None:
    handover = trust.hand_over(trust.post("Asha", date(2026, 1, 1)), date(2026, 11, 30), "Ben")
    for _ in range(2):
        with writing():
            actions.tick_handover(trust.by, trust.organisation, handover, Task.INVITE)
    row = queries.get_handover(trust.by, trust.organisation.id, handover)
    assert (row.version, row.invited_on, queries.open_tasks(row)) == (2, TODAY, {Task.END_ROLE})
    lead = factories.identity_of(factories.person(Role.TRUST_LEAD, trust.organisation))
    assert [each.open for each in queries.list_tasks(lead, trust.organisation.id)] == [{Task.END_ROLE}]
    assert queries.list_tasks(trust.by, trust.organisation.id) == [], "she cannot invite"


def test_names_stand_in_no_header_and_texts_with_names_are_withheld_from_packs(trust: Trust) -> None:
    trust.decide()
    leaver = trust.post("Asha Patel", date(2026, 1, 1), deputy="Dee Deputy")
    trust.hand_over(leaver, date(2026, 11, 30), "Ben Hill", deputy_name="Cy Dale")
    with writing():
        row = posts()["Ben Hill"]
        wanted = replace(queries.post_of(row, named=True), deputy=a_post("Eve Other", TODAY).holder)
        actions.change_post(trust.by, trust.organisation, wanted, version=1)
    for event in audit.iter_chain(trust.organisation.id):
        header = event.header_bytes.decode()
        assert not any(name in header for name in ("Asha", "Dee", "Ben", "Cy", "Eve"))
        if event.private and any(
            name.encode() in event.private for name in ("Patel", "Deputy", "Hill", "Dale", "Eve")
        ):
            assert holds_names(event.private)


def test_the_chain_holds(trust: Trust) -> None:
    trust.decide()
    trust.arrange(Arrangement.EACH_DEPARTMENT)
    trust.hand_over(trust.post("Asha", TODAY, department_id=trust.departments("ED")[0]), TODAY, "Ben")
    trust.review(TODAY)
    result = verify_chain(audit.iter_chain(trust.organisation.id), chain=str(trust.organisation.id))
    assert result.ok and result.count == len(events()) == 7


@pytest.mark.parametrize("field", ["name", "deputy_name", "title", "profession"])
def test_a_patient_is_refused_wherever_text_is_typed(trust: Trust, field: str) -> None:
    values = {"name": "Asha", "deputy_name": "", "title": "", "profession": "Nurse", field: VALID_NHS_NUMBER}
    post = replace(
        a_post(values["name"], TODAY, title=values["title"]),
        holder=a_post(values["name"], TODAY).holder.__class__(values["name"], values["profession"]),
        deputy=a_post(values["deputy_name"], TODAY).holder.__class__(values["deputy_name"], ""),
    )
    found = broken(lambda: actions.add_post(trust.by, trust.organisation, post))
    assert "NHS number" in found[field]


def test_a_patient_is_refused_in_other_forms(trust: Trust) -> None:
    decided = Decided(TODAY, "DPG", Decision.NO, VALID_NHS_NUMBER)
    assert "reason" in broken(
        lambda: actions.record_decision(trust.by, trust.organisation, decided, version=0)
    )
    assert "names" in broken(lambda: trust.departments(f"Ward {VALID_NHS_NUMBER}"))
    found = broken(lambda: actions.add_review(trust.by, trust.organisation, TODAY, "DPG", VALID_NHS_NUMBER))
    assert set(found) == {"found"}


@pytest.mark.parametrize("role", [Role.NATIONAL_LEAD, Role.AUDITOR, Role.ADMINISTRATOR])
def test_others_may_not_write(trust: Trust, role: Role) -> None:
    place = trust.organisation if role is Role.AUDITOR else None
    someone = factories.identity_of(factories.person(role, place))
    with pytest.raises(NotAllowed), writing():
        actions.add_review(someone, trust.organisation, TODAY, "DPG", "Fine")


def test_a_closed_organisation_is_read_only(trust: Trust) -> None:
    closed = replace(trust.organisation, is_open=False)
    with pytest.raises(NotAllowed), writing():
        actions.add_review(trust.by, closed, TODAY, "DPG", "Fine")


def test_ids_of_another_trust_are_not_there(trust: Trust) -> None:
    other = factories.organisation("X00102")
    hers = Trust(other, factories.identity_of(factories.person(Role.CHAMPION, other)))
    theirs = hers.post("Zed", TODAY)
    with pytest.raises(NotFound), writing():
        actions.hand_over(
            trust.by, trust.organisation, theirs, TODAY, Successor("Ben", "Nurse", None), version=1
        )
    with pytest.raises(NotFound):
        queries.get_post(trust.by, other.id, theirs)
    found = broken(lambda: trust.post("Asha", TODAY, department_id=uuid4()))
    assert "department" in found


def test_recorded_at_never_goes_back(trust: Trust, set_clock) -> None:
    trust.decide()
    set_clock(date(2026, 10, 1))
    trust.decide(Decision.NO, version=1)
    register = queries.get_register(trust.by, trust.organisation.id)
    assert register.decision is not None and register.decision.recorded_at >= clock.now()
