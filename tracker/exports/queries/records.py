"""Rows of progress.csv, actions.csv, findings.csv and control.csv: where organisations stood, and the way there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy import Row as RowOf
from sqlalchemy.sql.functions import count

from tracker import clock
from tracker.assurance.models import Finding
from tracker.assurance.rules import Outcome
from tracker.catalogue.rules import Delivery
from tracker.database import as_at
from tracker.evidence.models import EvidenceItem, EvidenceLink
from tracker.evidence.queries import RECOMMENDATION, live_on
from tracker.exports.queries.cut import Chosen, Cut, columns_of
from tracker.exports.queries.events import Key, recording_events
from tracker.exports.queries.reference import Kinds, kinds_of
from tracker.exports.rules import CONTROL_FIGURES
from tracker.extensions import db
from tracker.organisations.models import Organisation
from tracker.progress.models import Action, ProgressEntry, ReliedOn
from tracker.progress.rules import Answer, answer, standing

Row = Sequence[object]
Place = tuple[UUID, str]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside the entries of a batch of organisations."""

    events: dict[Key, int]
    relied_on: dict[UUID, str]
    live: dict[Place, int]


# --- progress ---------------------------------------------------------------------------------------------


def progress_rows(cut: Cut) -> Iterator[Row]:
    """Every entry up to the cut-off, by organisation, recommendation and version."""
    for batch in cut.batches():
        events = recording_events(cut, batch, "progress")
        beside = _Beside(events, _relied_on(cut, batch), _live_evidence(cut, batch))
        chosen = {each.id: each for each in batch}
        entry = ProgressEntry
        query = _recorded(select(*columns_of(entry)), entry, cut, batch).order_by(
            Organisation.code, entry.recommendation_code, entry.version
        )
        for each in db.session.execute(query.execution_options(yield_per=500)):
            yield _progress_row(cut, chosen[each.organisation_id], each, beside)


def _progress_row(cut: Cut, chosen: Chosen, entry: RowOf[Any], beside: _Beside) -> Row:
    current = stood(entry, cut.moment)
    live = beside.live.get((chosen.id, entry.recommendation_code), 0) if current else None
    lapsed = entry.delivery is Delivery.ASSURED and live == 0 if current else None
    return (
        *(chosen.code, chosen.name, entry.recommendation_code, cut.as_at, current),
        *(entry.id, entry.version, entry.recorded_at, entry.author_id, entry.change),
        *(entry.delivery, entry.confidence, entry.summary, entry.note, entry.reason),
        *(entry.due_on, entry.delivered_on, entry.evidence_due_on, entry.evidenced_on, _lag(entry)),
        *(entry.assured_by, entry.forum, entry.forum_on, beside.relied_on.get(entry.id), lapsed),
        *(live, entry.confirmed_on, answer(entry.confirmed_on, cut.as_at) if current else None),
        *(entry.text_digest, None, None, chosen.chain, beside.events.get(("entry", str(entry.id)))),
    )


def _lag(entry: RowOf[Any]) -> int | None:
    """Days from the day since when it is in place to the day that this was recorded; only where it was declared."""
    if entry.delivered_on is None or entry.delivered_version != entry.version:
        return None
    return lag_days(entry.delivered_on, entry.recorded_at)


def _relied_on(cut: Cut, batch: Sequence[Chosen]) -> dict[UUID, str]:
    """The revisions and digests that each agreement relied on, in words of one cell."""
    row = ReliedOn
    query = (
        select(row.entry_id, row.item_id, row.revision, row.sha256)
        .join(ProgressEntry, and_(*_same_entry()))
        .where(
            row.organisation_id.in_([each.id for each in batch]),
            ProgressEntry.recommendation_code.in_(cut.recommendations),
            ProgressEntry.recorded_at <= cut.at,
        )
        .order_by(row.entry_id, row.item_id, row.revision)
    )
    found: dict[UUID, str] = {}
    for entry_id, item_id, revision, sha256 in db.session.execute(query):
        listed = f"{item_id} r{revision} {sha256}"
        found[entry_id] = f"{found[entry_id]}; {listed}" if entry_id in found else listed
    return found


def _same_entry() -> tuple[ColumnElement[bool], ...]:
    return (
        ProgressEntry.organisation_id == ReliedOn.organisation_id,
        ProgressEntry.id == ReliedOn.entry_id,
    )


def _live_evidence(cut: Cut, batch: Sequence[Chosen]) -> dict[Place, int]:
    """How many items of evidence were in use and in date, by organisation and recommendation."""
    link = EvidenceLink
    query = (
        select(link.organisation_id, link.subject_code, count())
        .join(EvidenceItem, _item_of_link())
        .where(*_live_links(cut), link.organisation_id.in_([each.id for each in batch]))
        .group_by(link.organisation_id, link.subject_code)
    )
    return {(row[0], row[1]): row[2] for row in db.session.execute(query)}


def _live_links(cut: Cut) -> tuple[ColumnElement[bool], ...]:
    return (
        EvidenceLink.subject_kind == RECOMMENDATION,
        as_at(EvidenceLink, cut.moment),
        as_at(EvidenceItem, cut.moment),
        live_on(cut.as_at),
    )


def _item_of_link() -> ColumnElement[bool]:
    return and_(
        EvidenceItem.organisation_id == EvidenceLink.organisation_id,
        EvidenceItem.entity_id == EvidenceLink.item_id,
    )


# --- actions ----------------------------------------------------------------------------------------------


def action_rows(cut: Cut) -> Iterator[Row]:
    """Every version of every action up to the cut-off."""
    for batch in cut.batches():
        events = recording_events(cut, batch, "action")
        chosen = {each.id: each for each in batch}
        query = _recorded(select(*columns_of(Action)), Action, cut, batch).order_by(
            Organisation.code, Action.recommendation_code, Action.entity_id, Action.version
        )
        for each in db.session.execute(query.execution_options(yield_per=500)):
            yield _action_row(cut, chosen[each.organisation_id], each, events)


def _action_row(cut: Cut, chosen: Chosen, action: RowOf[Any], events: dict[Key, int]) -> Row:
    done = action.done_on is not None and action.done_on <= cut.as_at
    overdue = not done and action.due_on is not None and action.due_on < cut.as_at
    event = events.get(("action", str(action.entity_id), str(action.version)))
    return (
        *(chosen.code, action.recommendation_code, cut.as_at, stood(action, cut.moment), action.entity_id),
        *(action.version, action.title, None, action.due_on, action.done_on, "done" if done else "open"),
        *(overdue, action.recorded_at, _before(action.superseded_at, cut.at), action.author_id),
        *(chosen.chain, event),
    )


# --- findings ---------------------------------------------------------------------------------------------


def finding_rows(cut: Cut) -> Iterator[Row]:
    """What national leads and auditors found, each about the entry that it names; taken back ones too."""
    for batch in cut.batches():
        events = recording_events(cut, batch, "finding")
        chosen = {each.id: each for each in batch}
        query = _recorded(select(*columns_of(Finding)), Finding, cut, batch).order_by(
            Organisation.code, Finding.recommendation_code, Finding.recorded_at, Finding.id
        )
        for each in db.session.execute(query.execution_options(yield_per=500)):
            yield _finding_row(cut, chosen[each.organisation_id], each, events)


def _finding_row(cut: Cut, chosen: Chosen, finding: RowOf[Any], events: dict[Key, int]) -> Row:
    withdrawn = _before(finding.superseded_at, cut.at)
    return (
        *(chosen.code, finding.recommendation_code, cut.as_at, finding.id, finding.entry_id),
        *(finding.outcome, finding.note, stood(finding, cut.moment)),
        *(finding.recorded_at, finding.author_id, finding.author_role),
        *(withdrawn, finding.withdrawn_note if withdrawn else None),
        *(chosen.chain, events.get(("finding", str(finding.id)))),
    )


# --- the control sheet ------------------------------------------------------------------------------------


def control_rows(cut: Cut) -> Iterator[Row]:
    """Figures counted by the database, not from the rows of the other tables: they have to agree."""
    kinds = kinds_of(cut)
    counts = Counter[tuple[str, str]]()
    for batch in cut.batches():
        counts.update(_owed(cut, batch, kinds))
        counts.update(_stood(cut, batch, kinds))
        counts.update(_accepted(cut, batch))
    for (_code, figure), value in list(counts.items()):
        counts["", figure] += value
    for code in (*cut.recommendations, ""):
        for figure, recount in CONTROL_FIGURES.items():
            yield cut.as_at, code, figure, counts[code, figure], recount


def _owed(cut: Cut, batch: Sequence[Chosen], kinds: Kinds) -> Counter[tuple[str, str]]:
    """Everybody who answers a recommendation has recorded nothing, until an entry is found."""
    return Counter(
        (code, figure)
        for code in cut.recommendations
        for each in batch
        if each.kind in kinds.get(code, frozenset())
        for figure in ("organisations", "nothing_recorded")
    )


def _stood(cut: Cut, batch: Sequence[Chosen], kinds: Kinds) -> Counter[tuple[str, str]]:
    """Positions that stood on the day, each counted under its delivery, its standing and its age."""
    found = Counter[tuple[str, str]]()
    for code, kind, delivery, live, confirmed_on, number in db.session.execute(_alike(cut, batch)):
        for figure in _figures(delivery, bool(live), confirmed_on, cut.as_at):
            found[code, figure] += number
        if kind.value in kinds.get(code, frozenset()):
            found[code, "nothing_recorded"] -= number
    return found


def _alike(cut: Cut, batch: Sequence[Chosen]) -> Select[*tuple[Any, ...]]:
    """How many positions are alike in recommendation, kind of organisation, delivery, evidence and age."""
    entry = ProgressEntry
    live = (
        exists()
        .where(
            EvidenceLink.organisation_id == entry.organisation_id,
            EvidenceLink.subject_code == entry.recommendation_code,
            _item_of_link(),
            *_live_links(cut),
        )
        .correlate(entry)
        .label("live")
    )
    of_each = select(entry.recommendation_code, Organisation.kind, entry.delivery, live, entry.confirmed_on)
    alike = _recorded(of_each, entry, cut, batch).where(as_at(entry, cut.moment)).subquery()
    return select(*alike.c, count()).group_by(*alike.c)


def _accepted(cut: Cut, batch: Sequence[Chosen]) -> Counter[tuple[str, str]]:
    """ "Does not apply" whose reason, as it stands, was accepted by the last finding about it: out of denominators."""
    entry = ProgressEntry
    about_reason = (Outcome.REASON_ACCEPTED, Outcome.REASON_REFUSED)
    place = (entry.organisation_id, entry.recommendation_code, entry.reason)
    findings = (
        _recorded(select(*place, Finding.outcome), entry, cut, batch)
        .join(Finding, and_(Finding.organisation_id == entry.organisation_id, Finding.entry_id == entry.id))
        .where(Finding.outcome.in_(about_reason), as_at(Finding, cut.moment))  # type: ignore[arg-type]
        .order_by(Finding.recorded_at, Finding.id)
    )
    latest = {tuple(row[:3]): row[3] for row in db.session.execute(findings)}
    standing_now = _recorded(select(*place), entry, cut, batch).where(
        entry.delivery == Delivery.NOT_APPLICABLE, as_at(entry, cut.moment)
    )
    accepted = (
        row for row in db.session.execute(standing_now) if latest.get(tuple(row)) is Outcome.REASON_ACCEPTED
    )
    return Counter((row[1], "reason_accepted") for row in accepted)


def _figures(delivery: Delivery, live: bool, confirmed_on: date, day: date) -> set[str]:
    fresh = answer(confirmed_on, day) is Answer.CONFIRMED
    shown = standing(delivery, int(live)).value
    age = "confirmed_within_12_months" if fresh else "confirmed_longer_ago"
    return {delivery.value, shown, age} & CONTROL_FIGURES.keys()


# --- both -------------------------------------------------------------------------------------------------


def stood(row: RowOf[Any], moment: datetime) -> bool:
    """Whether a version was the one that stood at a moment."""
    return row.recorded_at <= moment and (row.superseded_at is None or row.superseded_at > moment)


def lag_days(about: date, recorded_at: datetime) -> int:
    """Days from the day that something is about to the day it was recorded."""
    return (clock.local_day(recorded_at) - about).days


def count_records(cut: Cut) -> Counter[str]:
    """How many positions, entries, actions and findings a bundle would hold."""
    found = Counter[str]()
    for batch in cut.batches():
        for name, model in (("entries", ProgressEntry), ("actions", Action), ("findings", Finding)):
            query = _recorded(select(count()), model, cut, batch)
            found[name] += db.session.scalar(query) or 0
            if model is ProgressEntry:
                found["records"] += db.session.scalar(query.where(as_at(model, cut.moment))) or 0
    return found


def _before(moment: datetime | None, cut_off: datetime) -> datetime | None:
    """What happened after the cut-off is not known at it."""
    return moment if moment is not None and moment <= cut_off else None


def _recorded(
    query: Select[*tuple[Any, ...]],
    model: type[ProgressEntry] | type[Action] | type[Finding],
    cut: Cut,
    batch: Sequence[Chosen],
) -> Select[*tuple[Any, ...]]:
    joined = query.select_from(model).join(Organisation, Organisation.id == model.organisation_id)
    return joined.where(
        model.organisation_id.in_([each.id for each in batch]),
        model.recommendation_code.in_(cut.recommendations),
        model.recorded_at <= cut.at,
    )
