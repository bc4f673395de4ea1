"""Single rows of library.csv, dissemination.csv, practice.csv and programme.csv, in the order of their columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row as RowOf
from sqlalchemy import select

from tracker.exports.queries.cut import Chosen, Cut, columns_of
from tracker.exports.queries.events import FOR_MEMBER, LedgerEvents
from tracker.exports.queries.records import stood
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

    def told(
        self, one: Chosen, row: RowOf[Any], kind: str, named: object, version: int, by: UUID | None = None
    ) -> Row:
        """How every row of an organisation ends: when and by whom, and which event says so."""
        superseded = getattr(row, "superseded_at", None)
        seq = self.events.seq_of(one.id, kind, named, version, row.recorded_at)
        return (row.recorded_at, self.until(superseded), by or row.author_id, one.chain, seq)

    def until(self, moment: datetime | None) -> datetime | None:
        return moment if moment is not None and moment <= self.cut.at else None


NOBODY: Row = (None, None, None, None, None)


def resource_row(cut: Cut, row: NationalResource) -> Row:
    audiences = "; ".join(_audience(each) for each in row.audiences)
    return (
        *("resource", None, row.entity_id, row.version, cut.as_at, True, row.code, row.title, row.made_by),
        *(
            row.level,
            row.session_code,
            row.format,
            audiences,
            " ".join(row.serves),
            row.link,
            row.endorsement,
        ),
        *(
            row.funding_checked_on,
            row.retired_on,
            None,
            None,
            None,
            None,
            row.retired_reason or row.note,
            None,
        ),
        *(row.funder, row.developer, None, row.recorded_at, *NOBODY[1:]),
    )


def _audience(body: Mapping[str, Any]) -> str:
    """`03 07 / hospital / adults`: staff groups, settings and patients, each axis by its codes."""
    axes = (body.get("staff", ()), body.get("settings", ()), [str(body.get("patients", ""))])
    return " / ".join(" ".join(each) for each in axes)


def usage_row(batch: Batch, one: Chosen, row: RowOf[Any], resources: Mapping[UUID, NationalResource]) -> Row:
    code, title = _called(resources, row.resource_id)
    return (
        *("usage", one.code, row.entity_id, row.version, batch.cut.as_at, stood(row, batch.cut.moment)),
        *(code, title, None, None, None, None, None, None, None, None, row.period_from, row.period_until),
        *(row.counted, row.number, row.rated_useful, row.rated, row.mistaken_reason or row.note, row.source),
        *(None, None, row.evidence_id, *batch.told(one, row, "usage", row.entity_id, row.version)),
    )


def evaluation_row(
    batch: Batch, one: Chosen, row: RowOf[Any], resources: Mapping[UUID, NationalResource]
) -> Row:
    code, title = _called(resources, row.resource_id)
    said = "; ".join(each for each in (row.method, row.sample, row.finding, row.mistaken_reason) if each)
    return (
        *("evaluation", one.code, row.entity_id, row.version, batch.cut.as_at, stood(row, batch.cut.moment)),
        *(code, title, None, None, None, None, None, None, row.link, None, row.evaluated_on, None),
        *(row.result, row.sample_size, None, None, said, None, None, None, row.evidence_id),
        *batch.told(one, row, "evaluation", row.entity_id, row.version),
    )


def development_row(batch: Batch, one: Chosen, row: RowOf[Any]) -> Row:
    said = "; ".join(each for each in (row.what, row.overlap_with, row.overlap_settlement) if each)
    audiences = "; ".join(_audience(each) for each in row.audiences)
    return (
        *("development", one.code, row.entity_id, row.version, batch.cut.as_at, stood(row, batch.cut.moment)),
        *(None, row.title, None, row.reach, None, None, audiences, None, None, None, row.announced_on),
        *(row.starts_on, row.stage, None, None, None, said, None, row.funder, row.developer, None),
        *batch.told(one, row, "development", row.entity_id, row.version),
    )


def _called(resources: Mapping[UUID, NationalResource], resource_id: UUID) -> tuple[str, str]:
    """Code and title; a resource that came into the library after the day stands under its id."""
    found = resources.get(resource_id)
    return (found.code, found.title) if found is not None else (str(resource_id), "")


def share_row(
    batch: Batch,
    one: Chosen,
    row: RowOf[Any],
    resources: Mapping[UUID, NationalResource],
    for_whom: Sequence[str],
) -> Row:
    code, title = _called(resources, row.resource_id)
    return (
        *("share", one.code, row.entity_id, row.version, batch.cut.as_at, stood(row, batch.cut.moment)),
        *(code, title, row.channel, row.channel_words, row.shared_on, None, " ".join(for_whom), row.link),
        *(row.evidence_id, row.reached, row.reached_basis, row.mistaken_reason or row.note),
        *batch.told(one, row, "share", row.entity_id, row.version),
    )


def shared_for_row(
    batch: Batch, one: Chosen, row: RowOf[Any], resources: Mapping[UUID, NationalResource], network: str
) -> Row:
    """A share that a network recorded for a member, as the member's own trail tells it."""
    code, title = _called(resources, row.resource_id)
    at, seq = batch.events.told_on(one.id, FOR_MEMBER, row.entity_id, row.version) or (row.recorded_at, None)
    return (
        *(FOR_MEMBER, one.code, row.entity_id, row.version, batch.cut.as_at, stood(row, batch.cut.moment)),
        *(code, title, row.channel, row.channel_words, row.shared_on, None, network, row.link),
        *(None, None, "", row.mistaken_reason),
        *(at, batch.until(row.superseded_at), row.author_id, one.chain, seq),
    )


def member_row(batch: Batch, one: Chosen, row: RowOf[Any], member: str) -> Row:
    return (
        *("member", one.code, row.entity_id, row.version, batch.cut.as_at, stood(row, batch.cut.moment)),
        *(None, None, None, None, row.from_on, row.until_on, member, None, None, None, None, None),
        *batch.told(one, row, "member", row.entity_id, row.version),
    )


def practice_row(batch: Batch, one: Chosen, row: RowOf[Any]) -> Row:
    said = "; ".join(each for each in (row.method, row.sample, row.finding) if each)
    return (
        *("practice", one.code, row.entity_id, row.version, batch.cut.as_at, stood(row, batch.cut.moment)),
        *(
            row.recommendation_code,
            row.title,
            row.setting,
            row.state,
            row.what,
            row.effect,
            row.effect_measure,
        ),
        *(
            row.contact_role,
            row.evaluated_on,
            row.result,
            said,
            row.shared_locally_on,
            row.shared_locally_how,
        ),
        *(row.published_at, row.reviewed_by, row.state_reason, " ".join(row.evidence_ids), None),
        *batch.told(one, row, "practice", row.entity_id, row.version, _reviewer(row)),
    )


def _reviewer(row: RowOf[Any]) -> UUID | None:
    """Who recorded a version that came of a review; it keeps the author of the text."""
    return row.reviewed_by if row.state in {State.PUBLISHED, State.RETURNED} else None


def use_row(batch: Batch, one: Chosen, row: RowOf[Any], source: str) -> Row:
    return (
        *("use", one.code, row.practice_id, row.practice_version, batch.cut.as_at),
        *(row.recorded_at <= batch.cut.moment, row.recommendation_code, None, None, None),
        *(f"action {row.action_id}", None, None, None, None, None, None, None, None, None, None, None, None),
        *(source, *batch.told(one, row, "use", row.practice_id, row.practice_version)),
    )


def request_row(batch: Batch, one: Chosen, row: RowOf[Any]) -> Row:
    return (
        *("help asked", one.code, row.entity_id, row.version, batch.cut.as_at, stood(row, batch.cut.moment)),
        *(row.recommendation_code, None, None, None, row.question, None, None, None, row.asked_on, None),
        *(None, None, None, None, None, row.taken_back_reason, None, None),
        *batch.told(one, row, "help asked", row.entity_id, row.version),
    )


def answer_row(batch: Batch, one: Chosen, row: RowOf[Any], asker: str) -> Row:
    return (
        *("help answered", one.code, row.request_id, row.version, batch.cut.as_at),
        *(
            stood(row, batch.cut.moment),
            None,
            None,
            None,
            None,
            row.answer,
            None,
            None,
            None,
            row.answered_on,
        ),
        *(None, None, None, None, None, None, None, None, asker),
        *batch.told(one, row, "help answered", row.request_id, row.version),
    )


def item_row(cut: Cut, row: ProgrammeItem) -> Row:
    return (
        *("item", None, row.code, row.version, cut.as_at, True, row.year_code, row.parent_code, row.label),
        *(
            row.kind,
            row.title,
            row.text,
            row.note or row.retired_reason,
            " ".join(row.serves),
            row.resource_code,
        ),
        *(row.happens_on, row.place, row.host, row.link, None, None, None, None, None, None, None),
        *(row.recorded_at, *NOBODY[1:]),
    )


def state_row(batch: Batch, one: Chosen, row: RowOf[Any], items: Mapping[str, ProgrammeItem]) -> Row:
    item = items.get(row.item_code)
    return (
        *("state", one.code, row.item_code, row.version, batch.cut.as_at, stood(row, batch.cut.moment)),
        *(
            item.year_code if item else None,
            None,
            None,
            None,
            item.title if item else None,
            row.summary,
            row.reason,
        ),
        *(
            None,
            None,
            None,
            None,
            None,
            row.link,
            row.status,
            row.owner,
            row.starts_on,
            row.due_on,
            row.done_on,
        ),
        *(" ".join(row.evidence_ids), None),
        *batch.told(one, row, "state", row.item_code, row.version),
    )
