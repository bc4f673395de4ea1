"""Every write of champions: lock the chain, ask the rules, add a version, tell the audit trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.database import new_id, revise
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.evidence.rules import identifier_problem
from tracker.extensions import db
from tracker.measures.champions import queries, rules
from tracker.measures.champions.models import (
    ChampionDecision,
    ChampionDepartment,
    ChampionHandover,
    ChampionModel,
    ChampionPost,
    ChampionReview,
)
from tracker.measures.champions.rules import Decided, Department, Duty, Model, Overlap, Part, Post, Task

SUBJECT = ("recommendation", "SEP16-12")
T = TypeVar(
    "T", ChampionDecision, ChampionModel, ChampionDepartment, ChampionPost, ChampionReview, ChampionHandover
)
# What the chain holds in clear; everything else that changes is text, and may be taken out later.
FACTS = frozenset(
    {
        "considered_on", "decision", "arrangement", "rotation_months", "posts_planned", "from_on", "until_on", "part",
        "starts_on", "ends_on", "duties", "overlap", "has_deputy", "mistaken", "reviewed_on", "department_id",
    }
)  # fmt: skip


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


def record_decision(
    identity: Identity, organisation: OrganisationRef, wanted: Decided, *, version: int
) -> ChampionDecision:
    """What was decided about having champions. Raises RuleBroken by field, Conflict for an older `version`."""
    chain = _begin(identity, organisation)
    before = queries.get_register(identity, organisation.id).decision
    _require_version(before, version)
    rules.check_decision(wanted, clock.today())
    values = _values(wanted)
    return _keep(
        chain, identity, organisation, ChampionDecision, before, values, "champions.decision_recorded"
    )


def record_model(
    identity: Identity, organisation: OrganisationRef, wanted: Model, *, version: int
) -> ChampionModel:
    """How the role is arranged; only after a decision to have champions."""
    chain = _begin(identity, organisation)
    register = queries.get_register(identity, organisation.id)
    _require_version(register.model, version)
    rules.check_model(wanted, register.decision.decision if register.decision else None)
    return _keep(
        chain,
        identity,
        organisation,
        ChampionModel,
        register.model,
        _values(wanted),
        "champions.model_recorded",
    )


def add_departments(
    identity: Identity, organisation: OrganisationRef, names: Sequence[str], from_on: date | None
) -> list[ChampionDepartment]:
    """Several departments at once, all in scope from one day. Raises RuleBroken naming each that cannot be added."""
    chain = _begin(identity, organisation)
    if not names:
        raise RuleBroken("names", "Enter at least one department or site, each on a line of its own.")
    standing = _departments(identity, organisation)
    added, problems = [], []
    for name in names:
        wanted = Department(new_id(), name, from_on)
        try:
            rules.check_department(wanted, standing)
        except RuleBroken as broken:
            problems += [("names" if field == "name" else field, text) for field, text in broken.problems]
        standing.append(wanted)
        added.append(wanted)
    if problems:
        raise RuleBroken.many(list(dict.fromkeys(problems)))
    values = [_department_values(each) for each in added]
    return [
        _keep(
            chain,
            identity,
            organisation,
            ChampionDepartment,
            None,
            each,
            "champions.department_added",
            "names",
        )
        for each in values
    ]


def change_department(
    identity: Identity,
    organisation: OrganisationRef,
    wanted: Department,
    *,
    version: int,
    mistaken: bool = False,
) -> ChampionDepartment:
    """Another name or other days for a department, or out of the register as a mistake."""
    chain = _begin(identity, organisation)
    before = queries.get_department(identity, organisation.id, wanted.id)
    _require_version(before, version)
    if mistaken:
        _refuse_in_use(identity, organisation, wanted.id)
    else:
        rules.check_department(wanted, _departments(identity, organisation))
    values = {"mistaken": True} if mistaken else _department_values(wanted)
    return _keep(
        chain, identity, organisation, ChampionDepartment, before, values, "champions.department_changed"
    )


def add_post(
    identity: Identity,
    organisation: OrganisationRef,
    wanted: Post,
    *,
    chain: Chain | None = None,
    group: UUID | None = None,
) -> ChampionPost:
    """Somebody takes up the role. Raises RuleBroken; two people in one post are asked about."""
    chain = chain or _begin(identity, organisation)
    _check_post(identity, organisation, wanted)
    values = _post_values(wanted)
    return _keep(
        chain, identity, organisation, ChampionPost, None, values, "champions.post_added", group=group
    )


def change_post(
    identity: Identity,
    organisation: OrganisationRef,
    wanted: Post,
    *,
    version: int,
    mistaken: bool = False,
) -> ChampionPost:
    """Change what is said of somebody in the role, or take the entry out as a mistake."""
    chain = _begin(identity, organisation)
    before = queries.get_post(identity, organisation.id, wanted.id)
    _require_version(before, version)
    if not mistaken:
        _check_post(identity, organisation, wanted)
    values = {"mistaken": True} if mistaken else _post_values(wanted)
    return _keep(chain, identity, organisation, ChampionPost, before, values, "champions.post_changed")


def hand_over(
    identity: Identity,
    organisation: OrganisationRef,
    leaver_id: UUID,
    ends_on: date | None,
    successor: Successor,
    *,
    version: int,
    handover_id: UUID | None = None,
) -> ChampionHandover:
    """End one and start the other, in one transaction: two events of one group. The lead is asked to do the rest."""
    chain = _begin(identity, organisation)
    before = queries.get_post(identity, organisation.id, leaver_id)
    _require_version(before, version)
    leaving = queries.post_of(before, named=True)
    arriving = _arriving(leaving, ends_on, successor)
    rules.check_hand_over(leaving, ends_on, arriving)
    group = new_id()
    left = _keep(
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
    identity: Identity, organisation: OrganisationRef, handover_id: UUID, task: Task
) -> ChampionHandover:
    """Say that what a hand-over left to the lead is done. Saying it twice changes nothing."""
    chain = _begin(identity, organisation)
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


def add_review(
    identity: Identity, organisation: OrganisationRef, reviewed_on: date | None, forum: str, found: str
) -> ChampionReview:
    """A meeting looked at whether champions make a difference."""
    chain = _begin(identity, organisation)
    rules.check_review(reviewed_on, forum, found, clock.today())
    values = {"reviewed_on": reviewed_on, "forum": forum, "found": found, "mistaken": False}
    return _keep(chain, identity, organisation, ChampionReview, None, values, "champions.review_added")


def change_review(
    identity: Identity,
    organisation: OrganisationRef,
    review_id: UUID,
    reviewed_on: date | None,
    forum: str,
    found: str,
    *,
    version: int,
    mistaken: bool = False,
) -> ChampionReview:
    """Change what is said of a review, or take it out as a mistake."""
    chain = _begin(identity, organisation)
    before = queries.get_review(identity, organisation.id, review_id)
    _require_version(before, version)
    values: dict[str, Any] = {"mistaken": True}
    if not mistaken:
        rules.check_review(reviewed_on, forum, found, clock.today())
        values = {"reviewed_on": reviewed_on, "forum": forum, "found": found}
    return _keep(chain, identity, organisation, ChampionReview, before, values, "champions.review_changed")


# --- what every write does ------------------------------------------------------------------------------------


def _begin(identity: Identity, organisation: OrganisationRef) -> Chain:
    """The second lock, then the chain's: a closed organisation is written by nobody."""
    if not allows(identity, Permission.MEASURES_RECORD, organisation.id) or not organisation.is_open:
        raise NotAllowed(organisation.code)
    return audit.open_chain(organisation.id)


def _keep(
    chain: Chain,
    identity: Identity,
    organisation: OrganisationRef,
    table: type[T],
    before: T | None,
    values: Mapping[str, Any],
    event: str,
    field: str = "",
    *,
    group: UUID | None = None,
) -> T:
    """The next version, and its event. A form saved without a change writes nothing."""
    _refuse_identifiers(values, field)
    if before is not None and all(getattr(before, name) == value for name, value in values.items()):
        return before
    old = {} if before is None else _told(before)
    after: T
    if before is None:
        after = table(
            organisation_id=organisation.id, entity_id=new_id(), recorded_at=chain.recorded_at,
            author_id=identity.user_id, version=1, **values,
        )  # fmt: skip
        db.session.add(after)
        db.session.flush()
    else:
        after = revise(
            db.session(), before, chain.recorded_at,
            author_id=identity.user_id, version=before.version + 1, **values,
        )  # fmt: skip
    _tell(chain, identity, event, after, old, group)
    return after


def _tell(
    chain: Chain, identity: Identity, event: str, after: Any, old: Mapping[str, object], group: UUID | None
) -> None:
    changed = audit.difference(old, _told(after))
    if not old:
        changed = {name: each for name, each in changed.items() if each["new"] not in (None, "", [], False)}
    public = {name: each for name, each in changed.items() if name in FACTS}
    private: dict[str, object] = {name: each for name, each in changed.items() if name not in FACTS}
    if isinstance(after, ChampionPost | ChampionDepartment):
        # So that a reader of the history knows who or what it was about, and a pack knows that a name is in it.
        private = {"name": after.name} | private
    audit.record(
        chain,
        event,
        actor_id=identity.user_id,
        subject=SUBJECT,
        public=public | {"row_id": str(after.entity_id), "version": after.version},
        private=private,
        group=group,
    )


def _told(row: Any) -> dict[str, object]:
    """A row as the trail says it: dates and ids as text, duties as one list; that there is a deputy, not who."""
    outside = {"organisation_id", "id", "entity_id", "recorded_at", "superseded_at", "author_id", "version"}
    names = {each.key for each in row.__mapper__.column_attrs} - outside
    said = {name: _plain(getattr(row, name)) for name in sorted(names)}
    if isinstance(row, ChampionPost):
        said["duties"] = [duty.value for duty in Duty if said.pop(duty.value)]
        said["has_deputy"] = bool(row.deputy_name)
    return said


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


def _departments(identity: Identity, organisation: OrganisationRef) -> list[Department]:
    found = queries.get_register(identity, organisation.id).departments
    return [queries.department_of(each) for each in found if not each.mistaken]


def _refuse_in_use(identity: Identity, organisation: OrganisationRef, department_id: UUID) -> None:
    posts = queries.get_register(identity, organisation.id).posts
    if any(each.department_id == department_id and not each.mistaken for each in posts):
        message = "Somebody holds or held the role there. Give it a last day instead."
        raise RuleBroken("mistaken", message)


def _values(wanted: Decided | Model) -> dict[str, Any]:
    return {name: getattr(wanted, name) for name in wanted.__dataclass_fields__}


def _department_values(wanted: Department) -> dict[str, Any]:
    return {"name": wanted.name, "from_on": wanted.from_on, "until_on": wanted.until_on, "mistaken": False}


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


def _refuse_identifiers(values: Mapping[str, Any], field: str = "") -> None:
    texts = {name: value for name, value in values.items() if type(value) is str}
    problems = [
        problem for name, text in texts.items() if (problem := identifier_problem(field or name, text))
    ]
    if problems:
        raise RuleBroken.many(problems)


def _require_version(before: Any, version: int) -> None:
    standing = 0 if before is None else before.version
    if standing != version:
        raise Conflict(standing)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
