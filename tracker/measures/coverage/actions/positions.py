"""The numbers of a date: recorded, put right, taken out of use; and the report that they rest on."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.audit.rules import canonical
from tracker.catalogue import queries as catalogue
from tracker.errors import RuleBroken
from tracker.evidence import actions as evidence
from tracker.evidence import queries as evidence_queries
from tracker.evidence import rules as evidence_rules
from tracker.evidence.actions import ItemInput
from tracker.evidence.rules import EvidenceKind
from tracker.extensions import db
from tracker.measures.coverage import queries, rules
from tracker.measures.coverage.actions.common import (
    CODES,
    next_version,
    plain,
    refuse,
    refuse_identifiers,
    require,
    require_version,
)
from tracker.measures.coverage.models import (
    CoverageCount,
    CoveragePosition,
)
from tracker.measures.coverage.queries import PositionRow
from tracker.measures.coverage.rules import Count, PositionInput

FACTS = (
    "about_on", "interval_months", "counted", "not_counted_about", "imported", "number_right", "evidence_id",
)  # fmt: skip


def record_position(
    identity: Identity,
    organisation: OrganisationRef,
    wanted: PositionInput,
    *,
    version: int,
    held: Sequence[UUID] = (),
    position_id: UUID | None = None,
    chain: Chain | None = None,
) -> CoveragePosition:
    """The numbers of a date. The same date again is a new version, and asks for the one that stands.

    `position_id` changes the numbers of that date, which stays. `held` are files that came with the form: the report.
    """
    require(identity, organisation)
    chain = chain or audit.open_chain(organisation.id)
    before = _standing(identity, organisation, wanted.about_on, position_id, version)
    refuse(_position_problems(identity, organisation, wanted, before))
    refuse_identifiers({"source": wanted.source, "not_counted": wanted.not_counted, "note": wanted.note})
    report = _report(identity, organisation, wanted, held, chain)
    columns = {**_columns(wanted), "evidence_id": report, "withdrawn_reason": None}
    if before is not None and _is_same(before, columns, wanted.counts):
        return before.entry
    entry = None if before is None else before.entry
    after = next_version(CoveragePosition, entry, identity, organisation, chain, columns)
    _add_counts(after, wanted.counts)
    _audit_position(chain, identity, before, after, wanted)
    return after


def withdraw_position(
    identity: Identity, organisation: OrganisationRef, position_id: UUID, reason: str, *, version: int
) -> CoveragePosition:
    """Take the numbers of a date out of use; they stay in the history. Raises RuleBroken, Conflict."""
    require(identity, organisation)
    chain = audit.open_chain(organisation.id)
    before = queries.get_position(identity, organisation.id, position_id)
    require_version(before.entry, version)
    if before.entry.withdrawn_reason is not None:
        raise RuleBroken("reason", "These numbers were taken out of use already.")
    if not reason:
        raise RuleBroken("reason", "Say why, for example that the date was wrong.")
    refuse_identifiers({"reason": reason})
    after = next_version(
        CoveragePosition, before.entry, identity, organisation, chain, {"withdrawn_reason": reason}
    )
    _add_counts(after, before.counts)
    audit.record(
        chain,
        "coverage.position_withdrawn",
        actor_id=identity.user_id,
        subject=("coverage", str(after.entity_id)),
        public={
            "position_id": str(after.entity_id),
            "version": after.version,
            "about_on": after.about_on.isoformat(),
        },
        private={"reason": reason},
    )
    return after


def _standing(
    identity: Identity,
    organisation: OrganisationRef,
    about_on: date | None,
    position_id: UUID | None,
    version: int,
) -> PositionRow | None:
    """What stands for this date; Conflict when it is not what the form was made from."""
    if position_id is not None:
        before = queries.get_position(identity, organisation.id, position_id)
        require_version(before.entry, version)
        return before
    found = queries.find_position(identity, organisation.id, about_on)
    if found is not None and found.entry.withdrawn_reason is None:
        require_version(found.entry, version)
    return found


def _position_problems(
    identity: Identity, organisation: OrganisationRef, wanted: PositionInput, before: PositionRow | None
) -> list[tuple[str, str]]:
    if wanted.about_on is None:
        return rules.position_problems(wanted, clock.today(), None)
    if before is not None and before.entry.about_on != wanted.about_on:
        return [
            ("about_on", "The date of numbers cannot be changed. Take them out of use and enter them anew.")
        ]
    neighbour = queries.find_neighbour(identity, organisation.id, wanted.about_on)
    return rules.position_problems(wanted, clock.today(), neighbour)


def _columns(wanted: PositionInput) -> dict[str, Any]:
    kept = asdict(wanted)
    return {name: kept[name] for name in (*FACTS, "source", "not_counted", "note")}


def _is_same(before: PositionRow, columns: Mapping[str, object], counts: Collection[Count]) -> bool:
    same = all(getattr(before.entry, name) == value for name, value in columns.items())
    return same and set(before.counts) == set(counts)


def _add_counts(position: CoveragePosition, counts: Sequence[Count]) -> None:
    db.session.add_all(
        CoverageCount(
            organisation_id=position.organisation_id,
            position_id=position.id,
            group_code=count.line.group,
            level=count.line.level,
            in_post=count.in_post,
            in_date=count.in_date,
        )
        for count in counts
    )
    db.session.flush()


def _report(
    identity: Identity,
    organisation: OrganisationRef,
    wanted: PositionInput,
    held: Sequence[UUID],
    chain: Chain,
) -> UUID | None:
    """The item of evidence that the numbers rest on: the files of this form as a new one, or the one chosen."""
    uploads = evidence_queries.list_held(identity, organisation.id, held)
    codes = tuple(code for code in CODES if catalogue.owes(organisation.kind, code))
    fresh = []
    for upload in uploads:
        same = evidence_queries.find_same_bytes(identity, organisation.id, upload.sha256)
        if same is None or same.item.withdrawn_reason is not None:
            fresh.append(upload)
    if fresh:
        item = ItemInput(
            title=evidence_rules.title_from_file_name(fresh[0].file_name),
            shows=f"Staff trained, {wanted.source}"[:500],
            kind=EvidenceKind.TRAINING_RECORD,
            dated_on=wanted.about_on,
            valid_until=None,
            link=None,
            recommendations=codes,
        )
        return evidence.add_item(identity, organisation, item, fresh, chain=chain).entity_id
    if uploads:
        there = evidence_queries.find_same_bytes(identity, organisation.id, uploads[0].sha256)
        if there is not None:
            evidence.link_item(identity, organisation, there.item.entity_id, codes)
            return there.item.entity_id
    if (
        wanted.evidence_id is not None
        and queries.find_report(identity, organisation.id, wanted.evidence_id) is None
    ):
        raise RuleBroken("evidence_id", "Choose evidence of your own organisation.")
    return wanted.evidence_id


def _audit_position(
    chain: Chain,
    identity: Identity,
    before: PositionRow | None,
    after: CoveragePosition,
    wanted: PositionInput,
) -> None:
    names = (*FACTS, "source", "not_counted", "note")
    old = {} if before is None else {name: plain(getattr(before.entry, name)) for name in names}
    changed = audit.difference(old, {name: plain(getattr(after, name)) for name in names})
    heads = {"in_post": wanted.in_post, "in_date": sum(count.in_date for count in wanted.counts)}
    public: dict[str, object] = {name: changed[name] for name in FACTS if name in changed}
    audit.record(
        chain,
        "coverage.position_recorded",
        actor_id=identity.user_id,
        subject=("coverage", str(after.entity_id)),
        public=public
        | heads
        | {
            "position_id": str(after.entity_id),
            "version": after.version,
            "about_on": after.about_on.isoformat(),
            "counts_digest": counts_digest(wanted.counts),
        },
        private={
            word: changed[name]
            for word, name in (("report", "source"), ("not_counted", "not_counted"), ("note", "note"))
            if name in changed and changed[name]["new"]
        },
    )


def counts_digest(counts: Collection[Count]) -> str:
    """SHA-256 of the lines: the trail holds no small number of staff, and can still be held against the table."""
    lines = sorted((count.line.key, count.in_post, count.in_date) for count in counts)
    return hashlib.sha256(canonical([list(line) for line in lines])).hexdigest()
