"""Single rows of organisations in library.csv, dissemination.csv, practice.csv and programme.csv."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row as RowOf
from sqlalchemy import select

from tracker.exports.queries.cut import Chosen, Cut, columns_of
from tracker.exports.queries.events import LedgerEvents, ToldMember, ToldRequest
from tracker.exports.queries.records import stood
from tracker.exports.rules import FOR_MEMBER, KINDS, RECEIVED, audiences_text, in_order
from tracker.extensions import db
from tracker.library.models import NationalResource
from tracker.practice.rules import State
from tracker.programme.models import ProgrammeItem

Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class Batch:
    """Organisations of a pack that are read together, with the events of their chains."""

    cut: Cut
    chosen: Mapping[UUID, Chosen]
    events: LedgerEvents

    def read(self, model: Any) -> Iterator[tuple[Chosen, RowOf[Any]]]:
        """Every version up to the cut-off, by organisation, thing and version: one query."""
        query = select(*columns_of(model)).where(
            model.organisation_id.in_(self.chosen), model.recorded_at <= self.cut.at
        )
        by = (model.entity_id, model.version) if hasattr(model, "version") else (model.id,)
        rows: dict[UUID, list[Any]] = {}
        for each in db.session.execute(query.order_by(model.organisation_id, *by)):
            rows.setdefault(each.organisation_id, []).append(each)
        for key, one in self.chosen.items():
            for row in rows.get(key, ()):
                yield one, row

    def written(
        self,
        kind: str,
        one: Chosen,
        row: RowOf[Any],
        named: object,
        version: int,
        *,
        by: UUID | None = None,
        **cells: object,
    ) -> Row:
        """A row of an organisation: its cells, when and by whom it was recorded, and which event says so."""
        until = getattr(row, "superseded_at", None)
        stands = stood(row, self.cut.moment) if until else row.recorded_at <= self.cut.moment
        seq = self.events.seq_of(one.id, kind, named, version, row.recorded_at)
        return in_order(
            KINDS[kind].file,
            kind=kind, organisation=one.code, version=version, as_at=self.cut.as_at, current_at_date=stands,
            recorded_at_utc=row.recorded_at, superseded_at_utc=self.until(until), recorded_by=by or row.author_id,
            audit_chain=one.chain, audit_seq=seq, **{KINDS[kind].name_column: named}, **cells,
        )  # fmt: skip

    def until(self, moment: datetime | None) -> datetime | None:
        return moment if moment is not None and moment <= self.cut.at else None


def usage_row(batch: Batch, one: Chosen, row: RowOf[Any], resources: Mapping[UUID, NationalResource]) -> Row:
    return batch.written(
        "usage", one, row, row.entity_id, row.version,
        **_called(resources, row.resource_id), about_on=row.period_from, until_on=row.period_until,
        read_on=row.read_on, counted=row.counted, number=row.number, useful=row.rated_useful, rated=row.rated,
        source=row.source, note=row.note, evidence=row.evidence_id, reason=row.mistaken_reason,
    )  # fmt: skip


def evaluation_row(
    batch: Batch, one: Chosen, row: RowOf[Any], resources: Mapping[UUID, NationalResource]
) -> Row:
    return batch.written(
        "evaluation", one, row, row.entity_id, row.version,
        **_called(resources, row.resource_id), about_on=row.evaluated_on, counted=row.result, number=row.sample_size,
        method=row.method, sample=row.sample, finding=row.finding, link=row.link, evidence=row.evidence_id,
        reason=row.mistaken_reason,
    )  # fmt: skip


def development_row(batch: Batch, one: Chosen, row: RowOf[Any]) -> Row:
    return batch.written(
        "development", one, row, row.entity_id, row.version,
        title=row.title, level=row.reach, audiences=audiences_text(row.audiences), about_on=row.announced_on,
        until_on=row.starts_on, counted=row.stage, what=row.what, overlap_with=row.overlap_with,
        overlap_found_on=row.overlap_found_on, overlap_settled_on=row.overlap_settled_on,
        overlap_settlement=row.overlap_settlement, funder=row.funder, developer=row.developer,
        reason=row.mistaken_reason,
    )  # fmt: skip


def _called(resources: Mapping[UUID, NationalResource], resource_id: UUID) -> dict[str, Any]:
    """Code and title; a resource that came into the library after the day stands under its id."""
    found = resources.get(resource_id)
    return {
        "resource": found.code if found else str(resource_id),
        "title": found.title if found else "",
    }


def share_row(
    batch: Batch,
    one: Chosen,
    row: RowOf[Any],
    resources: Mapping[UUID, NationalResource],
    for_whom: Sequence[str],
) -> Row:
    return batch.written(
        "share", one, row, row.entity_id, row.version,
        **_called(resources, row.resource_id), channel=row.channel, channel_words=row.channel_words,
        about_on=row.shared_on, for_members=" ".join(for_whom), link=row.link, evidence=row.evidence_id,
        reached=row.reached, reached_basis=row.reached_basis, note=row.note, reason=row.mistaken_reason,
    )  # fmt: skip


def shared_for_row(
    batch: Batch,
    one: Chosen,
    told: ToldMember,
    row: RowOf[Any],
    resources: Mapping[UUID, NationalResource],
    network: str,
) -> Row:
    """A share that a network recorded for a member, as the member's own trail tells it: when it began, and ended."""
    moment = batch.cut.moment
    return in_order(
        "dissemination.csv",
        kind=FOR_MEMBER, organisation=one.code, row=row.entity_id, version=row.version, as_at=batch.cut.as_at,
        current_at_date=told.at <= moment and (told.until is None or told.until > moment),
        **_called(resources, row.resource_id), state=told.state, channel=row.channel,
        channel_words=row.channel_words, about_on=row.shared_on, for_members=network, link=row.link,
        reason=row.mistaken_reason, recorded_at_utc=told.at, superseded_at_utc=told.until,
        recorded_by=row.author_id, audit_chain=one.chain, audit_seq=told.seq,
    )  # fmt: skip


def member_row(batch: Batch, one: Chosen, row: RowOf[Any], member: str) -> Row:
    return batch.written(
        "member", one, row, row.entity_id, row.version,
        about_on=row.from_on, until_on=row.until_on, for_members=member,
    )  # fmt: skip


def practice_row(batch: Batch, one: Chosen, row: RowOf[Any]) -> Row:
    return batch.written(
        "practice", one, row, row.entity_id, row.version, by=_reviewer(row),
        recommendation=row.recommendation_code, title=row.title, setting=row.setting, state=row.state,
        what=row.what, effect=row.effect, effect_measure=row.effect_measure, contact_role=row.contact_role,
        about_on=row.evaluated_on, result=row.result, method=row.method, sample=row.sample, finding=row.finding,
        shared_locally_on=row.shared_locally_on, shared_locally_how=row.shared_locally_how,
        published_at_utc=row.published_at, reviewed_by=row.reviewed_by, reason=row.state_reason,
        evidence=" ".join(row.evidence_ids),
    )  # fmt: skip


def _reviewer(row: RowOf[Any]) -> UUID | None:
    """Who recorded a version that came of a review; it keeps the author of the text."""
    return row.reviewed_by if row.state in {State.PUBLISHED, State.RETURNED} else None


def use_row(batch: Batch, one: Chosen, row: RowOf[Any], source: str) -> Row:
    return batch.written(
        "use", one, row, row.practice_id, row.practice_version,
        recommendation=row.recommendation_code, what=f"action {row.action_id}", other_organisation=source,
    )  # fmt: skip


def request_row(batch: Batch, one: Chosen, row: RowOf[Any]) -> Row:
    return batch.written(
        "help asked", one, row, row.entity_id, row.version,
        recommendation=row.recommendation_code, what=row.question, about_on=row.asked_on,
        about_practice=row.practice_id, reason=row.taken_back_reason,
    )  # fmt: skip


def received_row(batch: Batch, one: Chosen, told: ToldRequest) -> Row:
    """A question that a national body was asked, as its own chain tells it: the words are in the pack of who asked."""
    facts, moment = told.facts, batch.cut.moment
    return in_order(
        "practice.csv",
        kind=RECEIVED, organisation=one.code, row=told.request_id, version=told.version, as_at=batch.cut.as_at,
        current_at_date=told.at <= moment and (told.until is None or told.until > moment),
        recommendation=facts["recommendation"], state=facts["state"], about_on=facts["asked_on"],
        other_organisation=facts["organisation"], recorded_at_utc=told.at, superseded_at_utc=told.until,
        recorded_by=told.actor, audit_chain=one.chain, audit_seq=told.seq,
    )  # fmt: skip


def answer_row(batch: Batch, one: Chosen, row: RowOf[Any], asker: str, asked_on: date) -> Row:
    return batch.written(
        "help answered", one, row, row.request_id, row.version,
        what=row.answer, about_on=row.answered_on, asked_on=asked_on, other_organisation=asker,
    )  # fmt: skip


def state_row(batch: Batch, one: Chosen, row: RowOf[Any], items: Mapping[str, ProgrammeItem]) -> Row:
    item = items.get(row.item_code)
    return batch.written(
        "state", one, row, row.item_code, row.version,
        year=item and item.year_code, title=item and item.title, text=row.summary, link=row.link,
        status=row.status, owner=row.owner, starts_on=row.starts_on, due_on=row.due_on, done_on=row.done_on,
        evidence=" ".join(row.evidence_ids), reason=row.reason,
    )  # fmt: skip
