"""What was shared: recorded in one step, corrected, marked as a mistake; a network's members are told too."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.database import new_id, revise
from tracker.errors import Conflict, NotFound, RuleBroken
from tracker.extensions import db
from tracker.library import queries
from tracker.library.actions.recording import (
    as_json,
    problems_of_evidence,
    problems_of_link,
    problems_of_mistake,
    problems_of_texts,
    require_recorder,
)
from tracker.library.models import NationalResource, Share, ShareMember
from tracker.library.rules.sharing import (
    OWN,
    OnBehalf,
    ShareFacts,
    is_network,
    not_members,
    problems_of_share,
)

FACTS = ("resource_id", "channel", "shared_on", "evidence_id", "reached")
# Typed by hand: redactable.
TEXTS = ("channel_words", "link", "reached_basis", "note", "mistaken_reason")
Chains = Mapping[UUID, Chain]
NOBODY: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A share that may be recorded: its resources, and the members that it is for."""

    resources: Sequence[NationalResource]
    members: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class _Change:
    """A new version of a share, for whom it is, and what stood before it."""

    row: Share
    resource: NationalResource
    members: frozenset[UUID]
    old: Mapping[str, Any] = field(default_factory=dict)
    were: frozenset[UUID] = NOBODY

    @property
    def concerned(self) -> frozenset[UUID]:
        return self.members | self.were


def add_shares(
    identity: Identity,
    organisation: OrganisationRef,
    resource_ids: Collection[UUID],
    facts: ShareFacts,
    *,
    behalf: OnBehalf = OWN,
    once: bool = False,
    chains: Chains | None = None,
) -> list[Share]:
    """Record one occasion: a row for each resource, in one group. Raises RuleBroken by field.

    `once`: the same resource, way and day are not recorded a second time.

    `chains`: the locked chains of the organisation and of every member concerned, when the caller holds them.
    """
    require_recorder(identity, organisation)
    wanted = _checked(identity, organisation, resource_ids, facts, behalf)
    chains = chains or audit.open_chains({organisation.id, *wanted.members})
    _check_members_again(identity, organisation, facts, behalf, wanted.members)
    if once:
        _refuse_again(identity, organisation, wanted.resources, facts)
    group = new_id() if len(wanted.resources) > 1 or wanted.members else None
    added = []
    for resource in wanted.resources:
        row = Share(
            organisation_id=organisation.id, entity_id=new_id(), resource_id=resource.entity_id, version=1,
            author_id=identity.user_id, recorded_at=chains[organisation.id].recorded_at, mistaken_reason="",
            **asdict(facts),
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        _name_members(row, wanted.members)
        _tell(chains, identity, organisation, "share.added", _Change(row, resource, wanted.members), group)
        added.append(row)
    return added


def _refuse_again(
    identity: Identity,
    organisation: OrganisationRef,
    resources: Sequence[NationalResource],
    facts: ShareFacts,
) -> None:
    before = queries.list_shared_before(
        identity, organisation.id, [each.entity_id for each in resources], facts.channel, facts.shared_on
    )
    if before:
        titles = ", ".join(f"“{each.title}”" for each in resources if each.entity_id in before)
        raise RuleBroken(
            "anyway",
            f"This is recorded already: {titles}, the same way, on the same day. "
            "Tick this if it was shared twice; otherwise there is nothing left to do",
        )


def change_share(
    identity: Identity,
    organisation: OrganisationRef,
    entity_id: UUID,
    resource_id: UUID,
    facts: ShareFacts,
    *,
    version: int,
    behalf: OnBehalf = OWN,
    chains: Chains | None = None,
) -> Share:
    """Correct a share; one that was marked as a mistake counts again. Raises RuleBroken, or Conflict."""
    require_recorder(identity, organisation)
    before = _standing(identity, organisation, entity_id, version)
    wanted = _checked(identity, organisation, [resource_id], facts, behalf, before)
    were = _members_of(identity, before)
    chains = chains or audit.open_chains({organisation.id, *wanted.members, *were})
    _check_members_again(identity, organisation, facts, behalf, wanted.members)
    values = {**asdict(facts), "resource_id": resource_id, "mistaken_reason": ""}
    return _revise(
        identity, organisation, before, values, wanted.members, wanted.resources[0], "share.changed", chains
    )


def mark_share_mistaken(
    identity: Identity,
    organisation: OrganisationRef,
    entity_id: UUID,
    reason: str,
    *,
    version: int,
    chains: Chains | None = None,
) -> Share:
    """Take a share out of every figure; it stays in the history with the reason. Raises RuleBroken, Conflict."""
    require_recorder(identity, organisation)
    before = _standing(identity, organisation, entity_id, version)
    if problems := problems_of_mistake(reason):
        raise RuleBroken.many(problems)
    resource = queries.national_by_id()[before.resource_id]
    members = _members_of(identity, before)
    values = {"mistaken_reason": reason}
    return _revise(identity, organisation, before, values, members, resource, "share.mistaken", chains)


def _checked(
    identity: Identity,
    organisation: OrganisationRef,
    resource_ids: Collection[UUID],
    facts: ShareFacts,
    behalf: OnBehalf,
    before: Share | None = None,
) -> _Wanted:
    wanted, problems = _judged(identity, organisation, resource_ids, facts, behalf, before)
    if problems:
        raise RuleBroken.many(problems)
    return wanted


def problems_of_shares(
    identity: Identity,
    organisation: OrganisationRef,
    resource_ids: Collection[UUID],
    facts: ShareFacts,
    behalf: OnBehalf,
    before: Share | None = None,
) -> list[tuple[str, str]]:
    """What would be refused, by field: for a form that cannot be saved yet, so that all is said at once."""
    return _judged(identity, organisation, resource_ids, facts, behalf, before)[1]


def _judged(
    identity: Identity,
    organisation: OrganisationRef,
    resource_ids: Collection[UUID],
    facts: ShareFacts,
    behalf: OnBehalf,
    before: Share | None,
) -> tuple[_Wanted, list[tuple[str, str]]]:
    known = queries.national_by_id()
    resources = [known[each] for each in dict.fromkeys(resource_ids) if each in known]
    stands = before is not None and _is_same(before, resources, facts)
    problems = problems_of_share(facts, resources, clock.today(), stands=stands)
    problems += problems_of_link(facts.link)
    texts = ("channel_words", "link", "reached_basis", "note")
    problems += problems_of_texts({name: getattr(facts, name) for name in texts})
    held = before.evidence_id if before else None
    problems += problems_of_evidence(identity, organisation, facts.evidence_id, held)
    members, refused = _members(identity, organisation, facts, behalf)
    return _Wanted(resources, members), [*problems, *refused]


def _is_same(before: Share, resources: Sequence[NationalResource], facts: ShareFacts) -> bool:
    """Whether the resource and the day are those that stand there already."""
    return [each.entity_id for each in resources] == [before.resource_id] and (
        facts.shared_on == before.shared_on
    )


def _check_members_again(
    identity: Identity,
    organisation: OrganisationRef,
    facts: ShareFacts,
    behalf: OnBehalf,
    checked: frozenset[UUID],
) -> None:
    """Under the lock: whose chains are held follows from the list as it was before, which another may have changed."""
    members, refused = _members(identity, organisation, facts, behalf)
    if refused:
        raise RuleBroken.many(refused)
    if members != checked:
        raise RuleBroken(
            "whose", "Your list of members has just changed. Look at it, then save this once more"
        )


def _members(
    identity: Identity, organisation: OrganisationRef, facts: ShareFacts, behalf: OnBehalf
) -> tuple[frozenset[UUID], list[tuple[str, str]]]:
    """Whom the share is for, and what is wrong with that: only a network has members, and only on their days."""
    if behalf == OWN:
        return frozenset(), []
    if not is_network(organisation.kind):
        return frozenset(), [("whose", "Only a network shares for its members")]
    if not behalf.everybody and not behalf.members:
        return frozenset(), [("members", "Tick the members for which it was shared")]
    if facts.shared_on is None:
        return frozenset(), []
    listed = queries.list_members(identity, organisation.id)
    terms = [each.term for each in listed]
    on_day = frozenset(each.member_id for each in terms if each.covers(facts.shared_on))
    if behalf.everybody:
        problem = ("whose", "Nobody was on your list of members on that day")
        return on_day, [] if on_day else [problem]
    named = behalf.members or NOBODY
    others = not_members(named, terms, facts.shared_on, {each.id: each.name for each in listed})
    return named & on_day, [("members", f"Not a member on that day: {each}") for each in others]


def _standing(identity: Identity, organisation: OrganisationRef, entity_id: UUID, version: int) -> Share:
    """An organisation's own share; one that a network recorded for it is not its to change."""
    before = queries.get_share(identity, organisation.id, entity_id)
    if before.organisation_id != organisation.id:
        raise NotFound(str(entity_id))
    if before.version != version:
        raise Conflict(before.version)
    return before


def _revise(
    identity: Identity,
    organisation: OrganisationRef,
    before: Share,
    values: Mapping[str, Any],
    members: frozenset[UUID],
    resource: NationalResource,
    type: str,
    chains: Chains | None,
) -> Share:
    were, old = _members_of(identity, before), _plain(before)
    chains = chains or audit.open_chains({organisation.id, *members, *were})
    # Read again under the lock: who was first decides.
    _standing(identity, organisation, before.entity_id, before.version)
    after = revise(
        db.session(), before, chains[organisation.id].recorded_at,
        **{**values, "author_id": identity.user_id, "version": before.version + 1},
    )  # fmt: skip
    _name_members(after, members)
    group = new_id() if members or were else None
    _tell(chains, identity, organisation, type, _Change(after, resource, members, old, were), group)
    return after


def _members_of(identity: Identity, row: Share) -> frozenset[UUID]:
    return frozenset(each.id for each in queries.list_share_members(identity, [row]).get(row.id, ()))


def _name_members(row: Share, members: Collection[UUID]) -> None:
    for member_id in sorted(members):
        db.session.add(
            ShareMember(organisation_id=row.organisation_id, share_row_id=row.id, member_id=member_id)
        )
    db.session.flush()


def _tell(
    chains: Chains,
    identity: Identity,
    organisation: OrganisationRef,
    type: str,
    change: _Change,
    group: UUID | None,
) -> None:
    row = change.row
    changed = audit.difference(change.old, _plain(row))
    about = {"share_id": str(row.entity_id), "version": row.version, "resource": change.resource.code}
    public = {**about, **{name: changed[name] for name in FACTS if name in changed}}
    codes = queries.list_member_codes(identity, organisation.id, change.concerned)
    now, before = (sorted(codes[each] for each in ids) for ids in (change.members, change.were))
    if now != before:
        public["members"] = {"old": before, "new": now}
    audit.record(
        chains[organisation.id], type, actor_id=identity.user_id, subject=("share", str(row.entity_id)),
        public=public, private={name: changed[name] for name in TEXTS if name in changed}, group=group,
    )  # fmt: skip
    stands = {name: as_json(getattr(row, name)) for name in ("resource_id", "channel", "shared_on")}
    _tell_members(chains, identity, {**about, **stands, "network": organisation.code}, change, group)


def _tell_members(
    chains: Chains, identity: Identity, public: Mapping[str, Any], change: _Change, group: UUID | None
) -> None:
    """What a network recorded for a member, or records no longer, stands on the member's chain too."""
    for member_id in sorted(change.concerned):
        gone = member_id not in change.members or bool(change.row.mistaken_reason)
        state = "taken_back" if gone else "changed" if change.old else "added"
        audit.record(
            chains[member_id], "share.for_member", actor_id=identity.user_id,
            subject=("share", str(change.row.entity_id)), public={**public, "state": state}, group=group, flush=False,
        )  # fmt: skip
    db.session.flush()


def _plain(row: Share) -> dict[str, Any]:
    return {name: as_json(getattr(row, name)) for name in (*FACTS, *TEXTS)}
