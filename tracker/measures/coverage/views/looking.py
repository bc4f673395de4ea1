"""The page of staff trained, and the numbers of one date with their history."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.measures.base import At, Need
from tracker.measures.coverage import presenters, queries, rules
from tracker.measures.coverage.measure import MEASURE, is_outside
from tracker.measures.coverage.views.common import bp, is_asked, may_record
from tracker.web.pagination import PER_PAGE, Page, page_number, url_for_page
from tracker.web.saving import Answer


@bp.get("")
@requires(Permission.ORGANISATION_VIEW)
def index(organisation: OrganisationRef) -> Answer:
    """The figures, what needs doing, how they moved, who needs what, and the numbers of every date."""
    identity, at = the_identity(), _at()
    now = at.moment is None
    ids, outside = [organisation.id], is_outside(identity, organisation.id)
    figures = [MEASURE.figures(identity, code, ids, at)[organisation.id] for code in MEASURE.codes]
    table = queries.needs_of(identity, ids, at.moment).get(organisation.id)
    routes = queries.routes_of(identity, ids, at.moment).get(organisation.id)
    total = queries.count_positions(identity, organisation.id, at)
    number = min(page_number(), Page([], 1, total).pages)
    rows = queries.list_positions(
        identity, organisation.id, at, limit=PER_PAGE, offset=(number - 1) * PER_PAGE
    )
    series = MEASURE.series(identity, MEASURE.codes[0], organisation.id, at.day) if now else []
    return render_template(
        "coverage/index.html",
        organisation=organisation,
        at=at,
        now=now,
        cards=presenters.cards(figures),
        figures=figures,
        verdicts=presenters.verdicts(figures),
        target=presenters.target_sentence(figures[0], table),
        needs=_needs(organisation) if now else [],
        trend=presenters.trend(series),
        parts=presenters.part_rows(figures[0]),
        reached=presenters.part_rows(figures[1]),
        table=presenters.table_rows(table),
        table_lede=presenters.table_sentence(table, at.day),
        routes=presenters.route_rows(routes),
        page=Page([presenters.position_row(each, outside=outside) for each in rows], number, total),
        address=url_for_page,
        withdrawn=[
            presenters.position_row(each, outside=outside)
            for each in queries.list_positions(identity, organisation.id, at, limit=PER_PAGE, withdrawn=True)
        ],
        may_record=may_record(organisation) and now,
        is_asked=is_asked(organisation),
    )


@bp.get("/<uuid:item>")
@requires(Permission.ORGANISATION_VIEW)
def position(organisation: OrganisationRef, item: UUID) -> Answer:
    """The numbers of one date, line by line, where they come from, and every version of them."""
    identity = the_identity()
    row = queries.get_position(identity, organisation.id, item)
    versions = queries.list_versions(identity, organisation.id, item)
    outside = is_outside(identity, organisation.id)
    table = queries.needs_of(identity, [organisation.id]).get(organisation.id)
    return render_template(
        "coverage/position.html",
        organisation=organisation,
        row=presenters.position_row(row, outside=outside),
        lines=presenters.line_rows(row, None if table is None else table.needs, outside=outside),
        facts=presenters.fact_rows(row),
        missing=[group.label for group in rules.missing_groups(row.counts)],
        report=queries.find_report(identity, organisation.id, row.entry.evidence_id),
        history=presenters.history(versions, outside=outside),
        may_record=may_record(organisation),
        withdrawn_reason=row.entry.withdrawn_reason,
    )


def _needs(organisation: OrganisationRef) -> list[presenters.NeedLine]:
    found = sorted(
        MEASURE.needs(the_identity(), organisation.id, clock.today()),
        key=lambda need: (need.urgency, need.day or date.max),
    )
    return [presenters.NeedLine(each.text, _address(organisation, each), each.note) for each in found]


def _address(organisation: OrganisationRef, need: Need) -> str:
    values: dict[str, Any] = {**need.values, "organisation": organisation.code}
    return url_for(need.endpoint, **values)


def _at() -> At:
    """Today, or the day in the address when it is a real one in the past."""
    today = clock.today()
    try:
        day = date.fromisoformat(request.args.get("as_at", ""))
    except ValueError:
        return At(today)
    return At(today) if day >= today else At(day, clock.end_of_day(day))
