"""The national lead looks at what was sent: it is published, or goes back; what is published can be stopped."""

from __future__ import annotations

from uuid import UUID

from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.practice import queries
from tracker.practice.actions.common import change, refused
from tracker.practice.models import Practice
from tracker.practice.rules import LOOK_AGAIN, State, suspected, texts_of


def publish_practice(
    identity: Identity,
    practice_id: UUID,
    *,
    version: int,
    looked: bool = False,
    chain: Chain | None = None,
) -> Practice:
    """Everybody who is signed in sees it from now on. Raises Conflict when it was changed meanwhile.

    `looked`: whoever reviews it has read what looks like a person herself; RuleBroken where she has not.
    """
    chain, before = _sent(identity, practice_id, version, chain)
    texts = texts_of(before)
    if not looked and suspected(texts):
        raise RuleBroken("looked", LOOK_AGAIN)
    return change(
        chain, identity, "practice.published", before,
        {"state": State.PUBLISHED, "state_reason": "", "reviewed_by": identity.user_id,
         "published_at": chain.recorded_at},
        said=texts,
    )  # fmt: skip


def return_practice(
    identity: Identity,
    practice_id: UUID,
    *,
    reason: str,
    version: int,
    looked: bool = False,
    chain: Chain | None = None,
) -> Practice:
    """Send it back to those who wrote it. Raises RuleBroken without a reason, Conflict."""
    chain, before = _sent(identity, practice_id, version, chain)
    problems = refused({"reason": reason}, looked=looked)
    if not reason.strip():
        problems.append(("reason", "Say what has to change before it can be published"))
    if problems:
        raise RuleBroken.many(problems)
    return change(
        chain, identity, "practice.returned", before,
        {"state": State.RETURNED, "state_reason": reason, "reviewed_by": identity.user_id},
        said={"reason": reason},
    )  # fmt: skip


def stop_showing(
    identity: Identity,
    practice_id: UUID,
    *,
    reason: str,
    version: int,
    looked: bool = False,
    chain: Chain | None = None,
) -> Practice:
    """Nobody else sees it any more; those who wrote it have it back with the reason. They may have closed since.

    `version`: the published one. Raises RuleBroken without a reason, Conflict when others see another text, or none.
    """
    owner = _owner(identity, practice_id)
    chain = chain or audit.open_chain(owner)
    shown = queries.list_published_of(identity, owner).get(practice_id)
    if shown is None or shown.version != version:
        raise Conflict(shown.version if shown else 0)
    problems = refused({"reason": reason}, looked=looked)
    if not reason.strip():
        problems.append(("reason", "Say why others should no longer see it"))
    if problems:
        raise RuleBroken.many(problems)
    return change(
        chain, identity, "practice.stopped", queries.get_practice(identity, owner, practice_id),
        {"state": State.RETURNED, "state_reason": reason, "sent_by": None, "reviewed_by": identity.user_id,
         "published_at": None},
        said={"reason": reason},
    )  # fmt: skip


def _owner(identity: Identity, practice_id: UUID) -> UUID:
    """Whose practice it is: nobody reviews for an organisation of her own."""
    owner = queries.get_sent(identity, practice_id).organisation_id
    if not allows(identity, Permission.PRACTICE_REVIEW) or owner in identity.own:
        raise NotAllowed("the practice of one's own organisation")
    return owner


def _sent(identity: Identity, practice_id: UUID, version: int, chain: Chain | None) -> tuple[Chain, Practice]:
    """What waits for review, read again under its owner's lock. Conflict when it waits no more, or is another text."""
    owner = _owner(identity, practice_id)
    chain = chain or audit.open_chain(owner)
    before = queries.get_practice(identity, owner, practice_id)
    if before.version != version or before.state is not State.SENT:
        raise Conflict(before.version)
    return chain, before
