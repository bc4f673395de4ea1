"""A network's list of members: dated, every version kept, told to the network and to the member."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.database import new_id, revise
from tracker.errors import Conflict, NotAllowed, NotFound, RuleBroken
from tracker.extensions import db
from tracker.library import queries
from tracker.library.actions.recording import problems_of_mistake, require_recorder
from tracker.library.models import NetworkMember
from tracker.library.rules.sharing import Term, is_network, problems_of_term

Chains = Mapping[UUID, Chain]
Problems = list[tuple[str, str]]


def add_members(
    identity: Identity,
    network: OrganisationRef,
    member_ids: Collection[UUID],
    from_on: date,
    until_on: date | None = None,
    *,
    chains: Chains | None = None,
) -> list[NetworkMember]:
    """Put several on the list, all or none. Raises RuleBroken by field."""
    _require(identity, network)
    wanted = sorted(set(member_ids))
    _refuse(problems_of_members(identity, network, wanted, from_on, until_on))
    chains = chains or audit.open_chains({network.id, *wanted})
    # Read again under the lock: who was first decides.
    _refuse(_problems_of_terms(identity, network, [Term(each, from_on, until_on) for each in wanted]))
    group = new_id()
    rows = []
    for member_id in wanted:
        row = NetworkMember(
            organisation_id=network.id, entity_id=new_id(), member_id=member_id, from_on=from_on, until_on=until_on,
            author_id=identity.user_id, version=1, recorded_at=chains[network.id].recorded_at,
        )  # fmt: skip
        db.session.add(row)
        rows.append(row)
    db.session.flush()
    _tell(chains, identity, network, "network.member_added", rows, group)
    return rows


def problems_of_members(
    identity: Identity,
    network: OrganisationRef,
    member_ids: Collection[UUID],
    from_on: date | None,
    until_on: date | None,
) -> Problems:
    """Why they cannot be put on the list, by field; without a first day, what can be said nevertheless."""
    offered = {each.id for each in queries.list_candidates(identity, network.id, ids=sorted(set(member_ids)))}
    problems = []
    if not member_ids:
        problems.append(("members", "Choose the organisation to add"))
    elif set(member_ids) - offered:
        problems.append(("members", "Choose organisations from the list: open ones in England"))
    # Nobody has to be chosen for a day to be wrong.
    wanted = [Term(each, from_on, until_on) for each in member_ids or [network.id]] if from_on else []
    return problems + _problems_of_terms(identity, network, wanted)


def change_member(
    identity: Identity,
    network: OrganisationRef,
    entity_id: UUID,
    from_on: date,
    until_on: date | None,
    *,
    version: int,
    chains: Chains | None = None,
) -> NetworkMember:
    """Change the days of a membership. Raises RuleBroken, or Conflict when somebody else changed it first."""
    _require(identity, network)
    before = _standing(identity, network, entity_id, version)
    chains = chains or audit.open_chains({network.id, before.member_id})
    # Read again under the lock: who was first decides.
    before = _standing(identity, network, entity_id, version)
    term = Term(before.member_id, from_on, until_on)
    _refuse(_problems_of_days(identity, network, entity_id, term, term))
    after = revise(
        db.session(), before, chains[network.id].recorded_at,
        from_on=from_on, until_on=until_on, author_id=identity.user_id, version=version + 1,
    )  # fmt: skip
    _tell(chains, identity, network, "network.member_changed", [after], new_id())
    return after


def problems_of_first_day(
    identity: Identity, network: OrganisationRef, entity_id: UUID, from_on: date | None
) -> Problems:
    """Why a membership cannot begin on a day, whenever it ends: its last day cannot be read yet."""
    if from_on is None:
        return []
    member_id = queries.get_member(identity, network.id, entity_id).id
    shortest, longest = Term(member_id, from_on, from_on), Term(member_id, from_on)
    return _problems_of_days(identity, network, entity_id, shortest, longest)


def remove_member(
    identity: Identity,
    network: OrganisationRef,
    entity_id: UUID,
    reason: str,
    *,
    version: int,
    chains: Chains | None = None,
) -> None:
    """Take off the list what never was a member; who leaves has a last day instead. Raises RuleBroken, Conflict."""
    _require(identity, network)
    before = _standing(identity, network, entity_id, version)
    if problems := problems_of_mistake(reason):
        raise RuleBroken.many(problems)
    chains = chains or audit.open_chains({network.id, before.member_id})
    before = _standing(identity, network, entity_id, version)
    left = _terms(identity, network, without=entity_id)
    _refuse(_problems_of_shared(identity, network, before.member_id, left, "reason"))
    before.superseded_at = chains[network.id].recorded_at
    db.session.flush()
    _tell(chains, identity, network, "network.member_removed", [before], new_id(), reason)


def _require(identity: Identity, network: OrganisationRef) -> None:
    require_recorder(identity, network)
    if not is_network(network.kind):
        raise NotAllowed(f"{network.code} is not a network")


def _standing(identity: Identity, network: OrganisationRef, entity_id: UUID, version: int) -> NetworkMember:
    for row in queries.list_member_rows(identity, network.id):
        if row.entity_id == entity_id:
            if row.version != version:
                raise Conflict(row.version)
            return row
    raise NotFound(str(entity_id))


def _terms(identity: Identity, network: OrganisationRef, *, without: UUID | None = None) -> list[Term]:
    rows = queries.list_member_rows(identity, network.id)
    return [Term(row.member_id, row.from_on, row.until_on) for row in rows if row.entity_id != without]


def _problems_of_days(
    identity: Identity, network: OrganisationRef, entity_id: UUID, term: Term, longest: Term
) -> Problems:
    others = _terms(identity, network, without=entity_id)
    return [
        *problems_of_term(term, others, clock.today()),
        *_problems_of_shared(identity, network, term.member_id, [longest, *others]),
    ]


def _refuse(problems: Problems) -> None:
    if problems:
        raise RuleBroken.many(problems)


def _problems_of_terms(identity: Identity, network: OrganisationRef, wanted: Collection[Term]) -> Problems:
    """What is wrong with the days of several; what is wrong with all of them is said once."""
    others = _terms(identity, network)
    today = clock.today()
    found = dict.fromkeys(each for term in wanted for each in problems_of_term(term, others, today))
    return list(found)


def _problems_of_shared(
    identity: Identity,
    network: OrganisationRef,
    member_id: UUID,
    terms: Collection[Term],
    field: str = "from_on",
) -> Problems:
    """What was shared for a member stays true: it must have been one on that day. The first such day is enough."""
    own = [each for each in terms if each.member_id == member_id]
    for day in queries.list_shared_days(identity, network.id, member_id):
        if not any(each.covers(day) for each in own):
            words = (
                f"Something was shared for it on {day.day} {day:%B %Y}, so it must be a member on that day. "
            )
            return [(field, f"{words}Change that share first")]
    return []


def _tell(
    chains: Chains,
    identity: Identity,
    network: OrganisationRef,
    type: str,
    rows: Collection[NetworkMember],
    group: UUID,
    reason: str = "",
) -> None:
    """One event for each membership on the network's chain, and the same on the member's."""
    codes = queries.list_member_codes(identity, network.id, [row.member_id for row in rows])
    for row in rows:
        public: dict[str, Any] = {
            "membership_id": str(row.entity_id), "version": row.version, "organisation": codes[row.member_id],
            "network": network.code, "from_on": row.from_on.isoformat(),
            "until_on": row.until_on.isoformat() if row.until_on else None,
        }  # fmt: skip
        for chain in (chains[network.id], chains[row.member_id]):
            audit.record(
                chain, type, actor_id=identity.user_id, subject=("membership", str(row.entity_id)),
                public=public, private={"reason": reason}, group=group, flush=False,
            )  # fmt: skip
    db.session.flush()
