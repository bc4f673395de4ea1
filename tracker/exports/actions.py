"""The only writes of exports: a request with its cut-offs, and that a pack was taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.database import new_id
from tracker.errors import NotAllowed, RuleBroken
from tracker.exports import queries
from tracker.exports.models import ExportRequest
from tracker.exports.queries import PLATFORM, Chosen
from tracker.extensions import db

# Longer lists are told as a number; the request itself holds every code.
LISTED_AT_MOST = 50
# Its totals are figures too.
MIXED = "Choose real organisations or invented ones: no pack holds both."
# Events on their way to as many chains: what was flushed takes no memory any more.
FLUSHED_AT_ONCE = 200
_TICK = timedelta(microseconds=1)


def request_export(
    identity: Identity | None,
    organisation_codes: Sequence[str],
    recommendation_codes: Sequence[str],
    as_at: date,
    *,
    request_id: UUID | None = None,
) -> ExportRequest:
    """Save what is asked for and where each chain stands. None is the command line.

    With an id that was saved before, the request that is there. Raises RuleBroken, NotAllowed, NotFound.
    """
    if identity is not None and not allows(identity, Permission.EXPORT_MAKE):
        raise NotAllowed
    _check(organisation_codes, recommendation_codes, as_at)
    chosen = queries.list_chosen(identity, organisation_codes, as_at, clock.now())
    if len({each.demonstration for each in chosen}) > 1:
        raise RuleBroken("organisations", MIXED)
    chains = audit.open_chains([PLATFORM, *(each.id for each in chosen)])
    saved = queries.find_request(request_id) if request_id else None
    if saved is not None:
        return saved
    request = ExportRequest(
        id=request_id or new_id(),
        requested_by=None if identity is None else identity.user_id,
        # Every chain is locked: what was recorded before is no later than this, what comes is later.
        requested_at=max(chain.recorded_at for chain in chains.values()),
        as_at=as_at,
        organisation_codes=[each.code for each in chosen],
        recommendation_codes=sorted(set(recommendation_codes)),
        cutoffs={chain.name: {"seq": chain.head.seq, "hash": chain.head.hash} for chain in chains.values()},
    )
    db.session.add(request)
    db.session.flush()
    for chain in chains.values():
        chain.recorded_at = request.requested_at + _TICK
    _tell(identity, "export.requested", request, chosen, chains)
    return request


def record_download(identity: Identity | None, request: ExportRequest) -> None:
    """Say, in every chain that the pack is about, that somebody takes it."""
    chosen = queries.cut_of(request).organisations
    chains = audit.open_chains([PLATFORM, *(each.id for each in chosen)])
    _tell(identity, "export.downloaded", request, chosen, chains)


def _check(organisation_codes: Sequence[str], recommendation_codes: Sequence[str], as_at: date) -> None:
    problems = []
    if not organisation_codes:
        problems.append(("organisations", "Choose at least one organisation."))
    known = set(queries.list_recommendation_codes())
    unknown = sorted(set(recommendation_codes) - known)
    if not recommendation_codes:
        problems.append(("recommendations", "Choose at least one recommendation."))
    elif unknown:
        problems.append(("recommendations", f"There is no recommendation with the code {unknown[0]}."))
    if as_at > clock.today():
        problems.append(("as_at", "The date must be today or in the past."))
    if problems:
        raise RuleBroken.many(problems)


def _tell(
    identity: Identity | None,
    type: str,
    request: ExportRequest,
    chosen: Sequence[Chosen],
    chains: Mapping[UUID, Chain],
) -> None:
    """Each organisation's chain names that organisation alone: who else is audited is not its business."""
    group = new_id()
    codes = {PLATFORM: [each.code for each in chosen], **{each.id: [each.code] for each in chosen}}
    for number, chain in enumerate(chains.values(), 1):
        audit.record(
            chain,
            type,
            actor_id=None if identity is None else identity.user_id,
            subject=("export", str(request.id)),
            public=_facts(request, codes[chain.id], chain),
            group=group,
            flush=number % FLUSHED_AT_ONCE == 0,
        )
    db.session.flush()


def _facts(request: ExportRequest, codes: Sequence[str], chain: Chain) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "export_id": str(request.id),
        "as_at": request.as_at.isoformat(),
        "recommendations": list(request.recommendation_codes),
        "with_names": False,
        "cut_off": request.cutoffs[chain.name]["seq"],
    }
    if len(codes) <= LISTED_AT_MOST:
        return facts | {"organisations": list(codes)}
    return facts | {"organisation_count": len(codes)}
