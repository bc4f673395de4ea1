"""The summary as CSV: one row for each organisation and recommendation that it owes, whether recorded or not."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tracker.progress.rules import STANDING_LABELS, Answer, Standing
from tracker.summary.rules import (
    Asked,
    CellRow,
    LeadRow,
    OrganisationRow,
    Selection,
    SharedRow,
    Spread,
    Touch,
    safe_cell,
)

COLUMNS = (
    *("organisation", "organisation_name", "region", "icb", "recommendation", "recommendation_title"),
    *("delivery", "position", "in_place", "counted", "answered", "confirmed_on", "due_on"),
    *("evidence_in_use", "evidence_in_date", "evidence_in_date_with_file", "as_at"),
)
# Excel reads UTF-8 only when it is told so.
BYTE_ORDER_MARK = "\ufeff"

STANDING_WORDS = {each: (STANDING_LABELS[each], "yes" if each.in_place else "no") for each in Standing}
NOTHING_RECORDED = ("", *STANDING_WORDS[Standing.NOTHING], "yes", Answer.NOTHING.value, "", "", 0, 0, 0)

Chunk = tuple[Sequence[OrganisationRow], Mapping[tuple[UUID, str], CellRow]]


def csv_text(wanted: Selection, asked: Sequence[Asked], chunks: Iterable[Chunk]) -> Iterator[str]:
    """The file in pieces; a piece for each chunk of organisations."""
    yield BYTE_ORDER_MARK + _lines([COLUMNS])
    titles = [(each.code, _cells((each.code, each.title))) for each in asked]
    day = wanted.day.isoformat()
    for organisations, cells in chunks:
        yield _lines(
            (*who, *title, *_position(wanted, cells.get((row.id, code))), day)
            for row in organisations
            for who in (_cells((row.code, row.name, row.region, row.icb)),)
            for code, title in titles
        )


@dataclass(frozen=True, slots=True)
class ResponderRow:
    """One group and one recommendation that it owes."""

    group: str
    has_register: bool
    number: int
    code: str
    title: str
    counts: tuple[int, ...]
    unsupported: int | None


RESPONDER_COLUMNS = (
    *("responders", "has_register", "number", "recommendation", "recommendation_title", "owing"),
    *(
        "answered_within_12_months",
        "in_place",
        "in_place_older",
        "checked_from_outside",
        "verified",
        "not_accepted",
        "left_out",
        "figures_do_not_support",
        "as_at",
    ),
)


def responders_text(day: date, rows: Iterable[ResponderRow]) -> str:
    """The responder matrix; where no register exists `owing` counts those in the tracker, and is no denominator.

    `figures_do_not_support`, of those in place, is empty where claims were not held against figures.
    """
    lines: list[Iterable[str | int]] = [
        [
            *_cells((each.group, each.has_register, each.number, each.code, each.title)),
            *each.counts,
            "" if each.unsupported is None else each.unsupported,
            day.isoformat(),
        ]
        for each in rows
    ]
    return BYTE_ORDER_MARK + _lines([RESPONDER_COLUMNS, *lines])


SPREAD_COLUMNS = (
    *("organisation", "organisation_name", "region", "icb", "resource", "resource_title"),
    *("shared_by_itself", "shared_by_a_network", "last_shared_on", "from", "as_at"),
)


def spread_text(
    wanted: Spread,
    rows: Sequence[OrganisationRow],
    resources: Sequence[tuple[UUID, str, str]],
    touches: Mapping[tuple[UUID, UUID], Touch],
) -> Iterator[str]:
    """A row for each organisation and resource (id, code, title), shared or not; a piece for each organisation."""
    yield BYTE_ORDER_MARK + _lines([SPREAD_COLUMNS])
    days = (wanted.since.isoformat(), wanted.selection.day.isoformat())
    for row in rows:
        who = _cells((row.code, row.name, row.region, row.icb))
        yield _lines(
            (*who, *_cells(words), *_touched(touches.get((row.id, resource_id))), *days)
            for resource_id, *words in resources
        )


SHARED_COLUMNS = (
    *(
        "organisation",
        "organisation_name",
        "region",
        "icb",
        "resource",
        "resource_title",
        "channel",
        "shared_on",
    ),
    *(
        "link",
        "evidence",
        "reached",
        "reached_in",
        "reached_basis",
        "shared_by",
        "shared_by_name",
        "from",
        "as_at",
    ),
)


def shared_text(
    wanted: Spread,
    rows: Sequence[OrganisationRow],
    resources: Sequence[tuple[UUID, str, str]],
    shares: Mapping[UUID, Sequence[SharedRow]],
) -> Iterator[str]:
    """A row for each time that a resource (id, code, title) reached an organisation; numbers are never added up."""
    yield BYTE_ORDER_MARK + _lines([SHARED_COLUMNS])
    titles = {resource_id: _cells(words) for resource_id, *words in resources}
    days = (wanted.since.isoformat(), wanted.selection.day.isoformat())
    for row in rows:
        who = _cells((row.code, row.name, row.region, row.icb))
        yield _lines(
            (*who, *titles[each.resource_id], *_shared(each, row.code), *days)
            for each in shares.get(row.id, ())
        )


def _shared(share: SharedRow, code: str) -> list[str]:
    """What a network counted are the people of all whom it told, so it is said whose they are."""
    way = f"{share.channel.label}: {share.channel_words}" if share.channel_words else share.channel.label
    where = "this organisation" if share.by == code else "in all organisations together"
    counted = (share.reached, "" if share.reached is None else where, share.basis)
    return _cells((way, share.shared_on, share.link, share.evidence, *counted, share.by, share.by_name))


NOT_REACHED_COLUMNS = ("organisation", "organisation_name", "region", "icb", "last_reached_on")
LEAD_COLUMNS = ("trust_lead", "trust_lead_email")


def not_reached_text(
    wanted: Spread,
    rows: Iterable[OrganisationRow],
    last: Mapping[UUID, date],
    leads: Mapping[UUID, Sequence[LeadRow]] | None,
) -> str:
    """A row for each organisation to write to; `leads` None: whoever asks is told of none."""
    lines = [(*NOT_REACHED_COLUMNS, *(LEAD_COLUMNS if leads is not None else ()), "from", "as_at")]
    days = (wanted.since.isoformat(), wanted.selection.day.isoformat())
    for row in rows:
        reached = last[row.id].isoformat() if row.id in last else ""
        who = (*_cells((row.code, row.name, row.region, row.icb)), reached)
        lines.append((*who, *(_leads(leads.get(row.id, ())) if leads is not None else ()), *days))
    return BYTE_ORDER_MARK + _lines(lines)


def _leads(leads: Sequence[LeadRow]) -> list[str]:
    return _cells(("; ".join(each.name for each in leads), "; ".join(each.email for each in leads)))


def _touched(touch: Touch | None) -> tuple[str, str, str]:
    if touch is None:
        return ("no", "no", "")
    return ("yes" if touch.own else "no", "yes" if touch.on_behalf else "no", touch.latest.isoformat())


def _position(wanted: Selection, cell: CellRow | None) -> tuple[str | int, ...]:
    """Our own words, days and counts: none of them can be a formula."""
    if cell is None:
        return NOTHING_RECORDED
    return (
        cell.delivery.value,
        *STANDING_WORDS[cell.standing],
        # An accepted "does not apply" is the only thing that leaves the denominator.
        "no" if cell.accepted else "yes",
        (Answer.CONFIRMED if cell.confirmed_on >= wanted.fresh_from else Answer.OLDER).value,
        cell.confirmed_on.isoformat(),
        "" if cell.due_on is None else cell.due_on.isoformat(),
        *(cell.in_use, cell.live, cell.live_with_file),
    )


def _cells(values: Iterable[object]) -> list[str]:
    return [safe_cell(value) for value in values]


def _lines(rows: Iterable[Iterable[str | int]]) -> str:
    """Lines of cells that are safe already."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
