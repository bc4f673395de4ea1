"""What control.csv says of the registers: counted by the database, and not from the rows of the other tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Enum, String, and_, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from tracker.audit.models import AuditEvent
from tracker.exports.queries.cut import Cut
from tracker.exports.rules import KINDS, LEDGER_CONTROLS, NATIONAL, Cell, Count, Wanted, rows_of
from tracker.extensions import db
from tracker.library.models import Development, Evaluation, NationalResource, NetworkMember, Share, Usage
from tracker.library.queries import list_funding
from tracker.practice.models import HelpAnswer, HelpRequest, Practice, PracticeUse
from tracker.programme.models import ProgrammeItem, ProgrammeState, ProgrammeYear

Row = Sequence[object]
# The table of each kind of row, and what its columns are called there where that is another word.
_TABLES: Mapping[str, tuple[Any, Mapping[str, str]]] = MappingProxyType(
    {
        "resource": (NationalResource, {"resource_kind": "kind"}),
        "year": (ProgrammeYear, {"confirmed": "is_confirmed"}),
        "item": (ProgrammeItem, {}),
        "usage": (Usage, {"reason": "mistaken_reason"}),
        "evaluation": (Evaluation, {"counted": "result", "reason": "mistaken_reason"}),
        "development": (Development, {"counted": "stage", "reason": "mistaken_reason"}),
        "share": (Share, {"reason": "mistaken_reason"}),
        "member": (NetworkMember, {}),
        "practice": (Practice, {}),
        "use": (PracticeUse, {}),
        "help asked": (HelpRequest, {"reason": "taken_back_reason"}),
        "help answered": (HelpAnswer, {}),
        "state": (ProgrammeState, {}),
    }
)


def ledger_controls(cut: Cut) -> Iterator[Row]:
    """One figure a row, under no recommendation: the registers are whole whichever were chosen."""
    counts = count_ledgers(cut)
    for figure, count in LEDGER_CONTROLS.items():
        yield cut.as_at, "", figure, counts[figure], count.recount


def count_ledgers(cut: Cut) -> Counter[str]:
    """Every figure of the registers: a query for each kind of row, and for each hundred organisations."""
    found = Counter[str]()
    for kind in NATIONAL:
        found.update(_counted(cut, kind, _stood(_TABLES[kind][0], cut)))
    found["resources_with_funder_and_developer"] -= _invented(cut)
    for batch in cut.batches():
        ids = [each.id for each in batch]
        for kind in (each for each in KINDS if each in _TABLES):
            model = _TABLES[kind][0]
            found.update(
                _counted(cut, kind, and_(model.organisation_id.in_(ids), model.recorded_at <= cut.at))
            )
        found.update(_told(cut, ids))
    return found


def _counted(cut: Cut, kind: str, where: ColumnElement[bool]) -> dict[str, int]:
    wanted = {figure: count for figure, count in LEDGER_CONTROLS.items() if count.kind == kind}
    columns = [func.count().filter(_condition(cut, count)) for count in wanted.values()]
    return dict(zip(wanted, db.session.execute(select(*columns).where(where)).one(), strict=True))


def _invented(cut: Cut) -> int:
    """Resources that would count as funded, of which this pack does not say so: an invented organisation is named."""
    if cut.demonstration:
        return 0
    where = _condition(cut, LEDGER_CONTROLS["resources_with_funder_and_developer"])
    query = select(NationalResource).where(_stood(NationalResource, cut), where)
    said = list_funding(db.session.scalars(query).all(), demonstration=cut.demonstration)
    return sum(not each.has_both for each in said.values())


def _condition(cut: Cut, count: Count) -> ColumnElement[bool]:
    model, names = _TABLES[count.kind]
    asked = [
        _is(getattr(model, names.get(column, column)), wanted, cut) for column, wanted in count.where.items()
    ]
    return and_(true(), *asked, *([_stands(count.kind, model, cut)] if count.current else []))


def _is(column: InstrumentedAttribute[Any], wanted: Wanted, cut: Cut) -> ColumnElement[bool]:
    is_text = isinstance(column.type, String) and not isinstance(column.type, Enum)
    if wanted is Cell.EMPTY:
        return column == "" if is_text else column.is_(None)
    if wanted is Cell.FILLED:
        return column != "" if is_text else column.is_not(None)
    if wanted is Cell.BY_DAY:
        return column <= cut.as_at
    return column.is_(wanted) if isinstance(wanted, bool) else column == wanted


def _stands(kind: str, model: Any, cut: Cut) -> ColumnElement[bool]:
    """What `current_at_date` says: of the platform's, what had not been retired or taken out by the day."""
    if kind == "resource":
        return or_(model.retired_on.is_(None), model.retired_on > cut.as_at)
    if kind == "item":
        return _is(model.retired_reason, Cell.EMPTY, cut)
    return _stood(model, cut)


def _stood(model: Any, cut: Cut) -> ColumnElement[bool]:
    standing = or_(model.superseded_at.is_(None), model.superseded_at > cut.moment)
    return and_(model.recorded_at <= cut.moment, standing)


def _told(cut: Cut, ids: Sequence[UUID]) -> dict[str, int]:
    """Rows that tell what stands in somebody else's table: one for each event of theirs."""
    kinds = {event: kind for kind, each in KINDS.items() if kind not in _TABLES for event in each.events}
    query = select(AuditEvent.type, func.count()).where(
        AuditEvent.chain_id.in_(ids), AuditEvent.type.in_(kinds), AuditEvent.at <= cut.at
    )
    counted = Counter[str]()
    for event, number in db.session.execute(query.group_by(AuditEvent.type)):
        counted[rows_of(kinds[event])] += number
    return counted
