"""People in the role, and handing over from one to the next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.database import new_id, revise
from tracker.extensions import db
from tracker.measures.champions import queries, rules
from tracker.measures.champions.actions.common import SUBJECT, begin, keep, require_version
from tracker.measures.champions.models import (
    ChampionHandover,
    ChampionPost,
)
from tracker.measures.champions.rules import Duty, Overlap, Part, Post, Task


@dataclass(frozen=True, slots=True)
class Successor:
    """Who takes over in a hand-over; without a first day, the day after the leaver's last."""

    name: str
    profession: str
    starts_on: date | None
    deputy_name: str = ""
    deputy_profession: str = ""
    overlap: Overlap | None = None


def next_id() -> UUID:
    """The id of something about to be recorded, so that a form can say where it leads."""
    return new_id()


def add_post(
    identity: Identity,
    organisation: OrganisationRef,
    wanted: Post,
    *,
    chain: Chain | None = None,
    group: UUID | None = None,
) -> ChampionPost:
    """Somebody takes up the role. Raises RuleBroken; two people in one post are asked about."""
    chain = begin(identity, organisation, chain)
    _check_post(identity, organisation, wanted)
    values = _post_values(wanted)
    return keep(
        chain, identity, organisation, ChampionPost, None, values, "champions.post_added", group=group
    )


def change_post(
    identity: Identity,
    organisation: OrganisationRef,
    wanted: Post,
    *,
    version: int,
    mistaken: bool = False,
    chain: Chain | None = None,
) -> ChampionPost:
    """Change what is said of somebody in the role, or take the entry out as a mistake."""
    chain = begin(identity, organisation, chain)
    before = queries.get_post(identity, organisation.id, wanted.id)
    require_version(before, version)
    if not mistaken:
        _check_post(identity, organisation, wanted)
    values = {"mistaken": True} if mistaken else _post_values(wanted)
    return keep(chain, identity, organisation, ChampionPost, before, values, "champions.post_changed")


def hand_over(
    identity: Identity,
    organisation: OrganisationRef,
    leaver_id: UUID,
    ends_on: date | None,
    successor: Successor,
    *,
    version: int,
    handover_id: UUID | None = None,
    chain: Chain | None = None,
) -> ChampionHandover:
    """End one and start the other, in one transaction: two events of one group. The lead is asked to do the rest."""
    chain = begin(identity, organisation, chain)
    before = queries.get_post(identity, organisation.id, leaver_id)
    require_version(before, version)
    leaving = queries.post_of(before, named=True)
    arriving = _arriving(leaving, ends_on, successor)
    rules.check_hand_over(leaving, ends_on, arriving)
    group = new_id()
    left = keep(
        chain,
        identity,
        organisation,
        ChampionPost,
        before,
        {"ends_on": ends_on},
        "champions.post_changed",
        group=group,
    )
    arrived = add_post(identity, organisation, arriving, chain=chain, group=group)
    return _note_handover(chain, identity, left, arrived, handover_id or new_id())


def tick_handover(
    identity: Identity,
    organisation: OrganisationRef,
    handover_id: UUID,
    task: Task,
    *,
    chain: Chain | None = None,
) -> ChampionHandover:
    """Say that what a hand-over left to the lead is done. Saying it twice changes nothing."""
    chain = begin(identity, organisation, chain)
    before = queries.get_handover(identity, organisation.id, handover_id)
    if task not in queries.open_tasks(before):
        return before
    field = {Task.INVITE: "invited_on", Task.END_ROLE: "role_ended_on"}[task]
    after = revise(
        db.session(), before, chain.recorded_at,
        author_id=identity.user_id, version=before.version + 1, **{field: clock.today()},
    )  # fmt: skip
    audit.record(
        chain,
        "champions.handover_task_done",
        actor_id=identity.user_id,
        subject=SUBJECT,
        public={"handover_id": str(handover_id), "task": task.value, "version": after.version},
    )
    return after


def _note_handover(
    chain: Chain, identity: Identity, left: ChampionPost, arrived: ChampionPost, entity_id: UUID
) -> ChampionHandover:
    if left.ends_on is None:
        raise ValueError("who has handed over has a last day")
    row = ChampionHandover(
        organisation_id=left.organisation_id, entity_id=entity_id, recorded_at=chain.recorded_at,
        author_id=identity.user_id, version=1, leaver_id=left.entity_id, successor_id=arrived.entity_id,
        last_day=left.ends_on, first_day=arrived.starts_on, invited_on=None, role_ended_on=None,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def _arriving(leaving: Post, ends_on: date | None, successor: Successor) -> Post:
    """The successor's entry: the same post with the same duties."""
    following = ends_on + timedelta(days=1) if ends_on else None
    return replace(
        leaving,
        id=new_id(),
        starts_on=successor.starts_on or following,
        ends_on=None,
        holder=rules.Person(successor.name, successor.profession),
        deputy=rules.Person(successor.deputy_name, successor.deputy_profession),
        overlap=successor.overlap,
    )


def _check_post(identity: Identity, organisation: OrganisationRef, wanted: Post) -> None:
    register = queries.get_register(identity, organisation.id)
    others = [queries.post_of(each, named=True) for each in register.posts if not each.mistaken]
    departments = {each.entity_id for each in register.departments if not each.mistaken}
    arrangement = register.model.arrangement if register.model else None
    rules.check_post(wanted, others, departments, arrangement)


def _post_values(wanted: Post) -> dict[str, Any]:
    return {
        "name": wanted.holder.name,
        "profession": wanted.holder.profession,
        "part": Part(wanted.part),
        "department_id": wanted.department_id,
        "title": wanted.title,
        "starts_on": wanted.starts_on,
        "ends_on": wanted.ends_on,
        "deputy_name": wanted.deputy.name,
        "deputy_profession": wanted.deputy.profession,
        **{duty.value: duty in wanted.duties for duty in Duty},
        "overlap": wanted.overlap,
        "mistaken": False,
    }
