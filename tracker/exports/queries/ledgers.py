"""Rows of library.csv, dissemination.csv, practice.csv and programme.csv: registers beside the recommendations.

Every version up to the cut-off is there, whatever recommendations were chosen. Rows of the platform (resources, items
of a programme) name no event: their chain belongs to no organisation and is not in a pack.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row as RowOf
from sqlalchemy import and_, select

from tracker.exports.queries import ledger_rows as rows
from tracker.exports.queries.cut import Chosen, Cut, columns_of
from tracker.exports.queries.events import ToldMember, ledger_events
from tracker.exports.queries.national_rows import item_row, resource_row, year_row
from tracker.extensions import db
from tracker.library.models import (
    Development,
    Evaluation,
    NationalResource,
    NetworkMember,
    Share,
    ShareMember,
    Usage,
)
from tracker.library.queries import list_funding
from tracker.organisations.models import Organisation
from tracker.practice.models import HelpAnswer, HelpRequest, Practice, PracticeUse
from tracker.programme.models import ProgrammeItem, ProgrammeState, ProgrammeYear

Row = Sequence[object]
Place = tuple[UUID, UUID]


def library_rows(cut: Cut) -> Iterator[Row]:
    """The national library on the day; then what these organisations know of use and effect, and what they make."""
    resources = _resources(cut)
    codes = _codes_of(cut, {each.owner_id for each in resources.values() if each.owner_id})
    funding = list_funding(resources.values(), demonstration=cut.demonstration)
    for resource in resources.values():
        yield resource_row(cut, resource, codes, funding[resource.entity_id])
    for batch in _batches(cut):
        for one, row in batch.read(Usage):
            yield rows.usage_row(batch, one, row, resources)
        for one, row in batch.read(Evaluation):
            yield rows.evaluation_row(batch, one, row, resources)
        for one, row in batch.read(Development):
            yield rows.development_row(batch, one, row)


def dissemination_rows(cut: Cut) -> Iterator[Row]:
    """Shares, for which members a network recorded them, what networks recorded for these, and who is a member."""
    resources = _resources(cut)
    for batch in _batches(cut):
        for_whom, members = _members_of_shares(batch), _members(batch)
        codes = _codes(
            {each for ids in for_whom.values() for each in ids} | {row.member_id for _, row in members}
        )
        for one, row in batch.read(Share):
            named = [codes[each] for each in for_whom.get((one.id, row.id), ())]
            yield rows.share_row(batch, one, row, resources, sorted(named))
        recorded = list(_recorded_for(batch))
        networks = _codes({row.organisation_id for _, _, row in recorded})
        for one, told, row in recorded:
            yield rows.shared_for_row(batch, one, told, row, resources, networks[row.organisation_id])
        for one, row in members:
            yield rows.member_row(batch, one, row, codes[row.member_id])


def practice_rows(cut: Cut) -> Iterator[Row]:
    """Good practice in every state, whose practice these organisations used, and help asked, received, answered."""
    for batch in _batches(cut):
        for one, row in batch.read(Practice):
            yield rows.practice_row(batch, one, row)
        used, answers = list(batch.read(PracticeUse)), list(batch.read(HelpAnswer))
        codes = _codes({row.source_organisation_id for _, row in used} | {row.asker_id for _, row in answers})
        for one, row in used:
            yield rows.use_row(batch, one, row, codes[row.source_organisation_id])
        for one, row in batch.read(HelpRequest):
            yield rows.request_row(batch, one, row)
        for one in batch.chosen.values():
            for told in batch.events.told_requests(one.id):
                yield rows.received_row(batch, one, told)
        asked = _asked_on(batch) if answers else {}
        for one, row in answers:
            yield rows.answer_row(batch, one, row, codes[row.asker_id], asked[row.asker_id, row.request_id])


def programme_rows(cut: Cut) -> Iterator[Row]:
    """The years and items of the programmes on the day, and where these organisations say that they stand."""
    items = _items(cut)
    for year in _on_the_day(cut, ProgrammeYear, (ProgrammeYear.code,)):
        yield year_row(cut, year)
    for item in items.values():
        yield item_row(cut, item)
    for batch in _batches(cut):
        for one, row in batch.read(ProgrammeState):
            yield rows.state_row(batch, one, row, items)


def evidence_of_ledgers(cut: Cut, batch: Sequence[Chosen]) -> set[Place]:
    """Items of evidence that rows of these registers name, so that a pack holds their files."""
    found: set[Place] = set()
    ids = [each.id for each in batch]
    for model in (Usage, Evaluation, Share):
        query = select(model.organisation_id, model.evidence_id).where(
            model.organisation_id.in_(ids), model.evidence_id.is_not(None), model.recorded_at <= cut.at
        )
        found |= {(key, item) for key, item in db.session.execute(query) if item is not None}
    for several in (Practice, ProgrammeState):
        listed = select(several.organisation_id, several.evidence_ids).where(
            several.organisation_id.in_(ids), several.recorded_at <= cut.at
        )
        found |= {(key, UUID(item)) for key, items in db.session.execute(listed) for item in items}
    return found


# --- what is read once or for a batch ---------------------------------------------------------------------


def _batches(cut: Cut) -> Iterator[rows.Batch]:
    for batch in cut.batches():
        yield rows.Batch(cut, {each.id: each for each in batch}, ledger_events(cut, batch))


def _resources(cut: Cut) -> dict[UUID, NationalResource]:
    order = (NationalResource.position, NationalResource.code)
    return {row.entity_id: row for row in _on_the_day(cut, NationalResource, order)}


def _codes_of(cut: Cut, organisation_ids: Collection[UUID]) -> dict[UUID, str]:
    """Codes are published and last: whoever owns a resource is named by its code, whatever the scope; but a pack of
    real organisations names no invented one, and the other way round."""
    query = select(Organisation.id, Organisation.code).where(
        Organisation.id.in_(sorted(organisation_ids)), Organisation.demonstration.is_(cut.demonstration)
    )
    return {row.id: row.code for row in db.session.execute(query)}


def _items(cut: Cut) -> dict[str, ProgrammeItem]:
    order = (ProgrammeItem.year_code, ProgrammeItem.position, ProgrammeItem.code)
    return {row.code: row for row in _on_the_day(cut, ProgrammeItem, order)}


def _on_the_day(cut: Cut, model: Any, order: tuple[Any, ...]) -> Sequence[Any]:
    """What stood at the moment shown."""
    stands = model.superseded_at.is_(None) | (model.superseded_at > cut.moment)
    query = select(model).where(model.recorded_at <= cut.moment, stands).order_by(*order)
    return db.session.scalars(query).all()


def _members_of_shares(batch: rows.Batch) -> dict[Place, list[UUID]]:
    member = ShareMember
    query = select(member.organisation_id, member.share_row_id, member.member_id).where(
        member.organisation_id.in_(batch.chosen)
    )
    found: dict[Place, list[UUID]] = {}
    for organisation_id, row_id, member_id in db.session.execute(query):
        found.setdefault((organisation_id, row_id), []).append(member_id)
    return found


def _recorded_for(batch: rows.Batch) -> Iterator[tuple[Chosen, ToldMember, RowOf[Any]]]:
    """What networks recorded for these organisations, word for word of their own chains: one query.

    A version that drops a member names it no longer, and its chain says so: it is found by the share's other versions.
    """
    theirs = select(Share.entity_id).join(
        ShareMember,
        and_(ShareMember.organisation_id == Share.organisation_id, ShareMember.share_row_id == Share.id),
    )
    query = select(*columns_of(Share)).where(
        Share.entity_id.in_(theirs.where(ShareMember.member_id.in_(batch.chosen)))
    )
    found = {(row.entity_id, row.version): row for row in db.session.execute(query)}
    for key, one in batch.chosen.items():
        for told in batch.events.told_members(key):
            yield one, told, found[told.share_id, told.version]


def _members(batch: rows.Batch) -> list[tuple[Chosen, RowOf[Any]]]:
    return list(batch.read(NetworkMember))


def _asked_on(batch: rows.Batch) -> dict[Place, date]:
    """When each question was asked that these organisations answered: it is the same in every version."""
    answered = and_(
        HelpAnswer.asker_id == HelpRequest.organisation_id, HelpAnswer.request_id == HelpRequest.entity_id
    )
    asked = HelpRequest.organisation_id, HelpRequest.entity_id, HelpRequest.asked_on
    query = select(*asked).join(HelpAnswer, answered).where(HelpAnswer.organisation_id.in_(batch.chosen))
    return {(row[0], row[1]): row[2] for row in db.session.execute(query.distinct())}


def _codes(ids: set[UUID]) -> dict[UUID, str]:
    if not ids:
        return {}
    query = select(Organisation.id, Organisation.code).where(Organisation.id.in_(sorted(ids)))
    return {row[0]: row[1] for row in db.session.execute(query)}


LEDGERS: Mapping[str, tuple[Callable[[Cut], Iterator[Row]], str]] = {
    "library.csv": (
        library_rows,
        "The national library; use, evaluations and developments that these organisations recorded",
    ),
    "dissemination.csv": (dissemination_rows, "Who shared which resource, and members of networks"),
    "practice.csv": (practice_rows, "Good practice, who used it, and help asked and answered"),
    "programme.csv": (programme_rows, "The yearly programmes, and where their items stand"),
}
