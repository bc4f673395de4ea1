"""Rows of the platform in library.csv and programme.csv: resources, years and items, as they stood on the day.

They name no event: their chain belongs to no organisation, and is in no pack.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from tracker import clock
from tracker.exports.queries.cut import Cut
from tracker.exports.rules import audiences_text, in_order
from tracker.library.models import NationalResource
from tracker.library.rules.funding import Funding
from tracker.programme.models import ProgrammeItem, ProgrammeYear

Row = Sequence[object]


def resource_row(cut: Cut, row: NationalResource, codes: Mapping[UUID, str], paid: Funding) -> Row:
    """A retired one is there too, and is not what stands. `codes`: of the organisations that own one."""
    return in_order(
        "library.csv",
        kind="resource", row=row.entity_id, version=row.version, as_at=cut.as_at,
        current_at_date=row.retired_on is None or row.retired_on > cut.as_at,
        resource=row.code, title=row.title, resource_kind=row.kind, number_in_source=row.number,
        section=row.section, from_source=row.from_source, made_by=row.made_by, level=row.level,
        session_code=row.session_code, format=row.format, format_words=row.format_words,
        audiences=audiences_text(row.audiences), audience_words=row.audience_words, covers="; ".join(row.covers),
        modules="; ".join(_module(each) for each in row.modules), description=row.description, minutes=row.minutes,
        interactive=row.is_interactive, serves=" ".join(row.serves), link=row.link, endorsement=row.endorsement,
        owned_by=codes.get(row.owner_id) if row.owner_id else None,
        funder=paid.funder, developer=paid.developer, funding_note=paid.note,
        funding_checked_on=paid.checked_on, note=row.note, retired_on=row.retired_on,
        reason=row.retired_reason, recorded_at_utc=row.recorded_at,
    )  # fmt: skip


def _module(module: dict[str, str]) -> str:
    audience = module.get("audience")
    return f"{module['title']} ({audience})" if audience else module["title"]


def year_row(cut: Cut, row: ProgrammeYear) -> Row:
    """Not confirmed: what is planned for it is to be confirmed, which is not “not started”."""
    return in_order(
        "programme.csv",
        kind="year", version=row.version, as_at=cut.as_at, current_at_date=True, year=row.code, title=row.name,
        note=row.note, confirmed=row.is_confirmed, from_source=row.from_source, recorded_at_utc=row.recorded_at,
    )  # fmt: skip


def item_row(cut: Cut, row: ProgrammeItem) -> Row:
    """One that was taken out is there too, with the day and the reason; nothing is said of it after that."""
    taken_out = bool(row.retired_reason)
    return in_order(
        "programme.csv",
        kind="item", item=row.code, version=row.version, as_at=cut.as_at, current_at_date=not taken_out,
        year=row.year_code, part_of=row.parent_code, label=row.label, item_kind=row.kind, title=row.title,
        text=row.text, note=row.note, serves=" ".join(row.serves), resource=row.resource_code,
        happens_on=row.happens_on, place=row.place, host=row.host, link=row.link, historical=row.is_historical,
        from_source=row.from_source, taken_out_on=clock.local_day(row.recorded_at) if taken_out else None,
        reason=row.retired_reason, recorded_at_utc=row.recorded_at,
    )  # fmt: skip
