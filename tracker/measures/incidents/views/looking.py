"""The register with its figure, and one incident with its loop and its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from flask import render_template, request

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.measures.base import At
from tracker.measures.incidents import presenters, queries
from tracker.measures.incidents.presenters import STATES
from tracker.measures.incidents.queries import Narrowed
from tracker.measures.incidents.rules import Theme
from tracker.measures.incidents.views.common import bp, may_record, sees_rows
from tracker.web.formats import day as day_in_words
from tracker.web.pagination import PER_PAGE, Page, page_number, url_for_page
from tracker.web.saving import Answer


@bp.get("")
@requires(Permission.ORGANISATION_VIEW)
def register(organisation: OrganisationRef) -> Answer:
    """The figure, what needs doing, the register; to people outside the trust only what may leave it."""
    at, problem = _at()
    panel = presenters.figure_panel(queries.position(the_identity(), organisation.id, at))
    if not sees_rows(organisation):
        return render_template(
            "incidents/outside.html", organisation=organisation, panel=panel, past=at.moment is not None
        )
    return _register_page(organisation, at, panel, problem)


def _register_page(organisation: OrganisationRef, at: At, panel: presenters.FigurePanel, problem: str) -> str:
    identity, past = the_identity(), at.moment is not None
    departments = queries.list_departments(identity, organisation.id)
    years = sorted({each.year for each in queries.list_months(identity, organisation.id)}, reverse=True)
    narrowed = _narrowed(departments, years)
    total = queries.count_register(identity, organisation.id, narrowed, at.moment)
    number = min(page_number(), Page([], 1, total).pages)
    found = queries.list_register(
        identity, organisation.id, narrowed, limit=PER_PAGE, offset=(number - 1) * PER_PAGE, at=at.moment
    )
    needs = [] if past else queries.list_needs(identity, organisation.id, at.day)
    return render_template(
        "incidents/register.html",
        organisation=organisation,
        panel=panel,
        past=past,
        as_at=day_in_words(at.day) if past else "",
        problem=problem,
        needs=presenters.need_lines(each for each in needs if each.endpoint != "incidents.register"),
        page=Page(presenters.register_rows(found), number, total),
        address=url_for_page,
        narrowed=narrowed,
        is_narrowed=narrowed != Narrowed() or past,
        states=presenters.state_options(),
        themes=presenters.theme_options(),
        departments=presenters.plain_options(departments),
        years=presenters.plain_options(years),
        nils=presenters.nil_rows(queries.list_nils(identity, organisation.id, at.moment)),
        may_record=may_record(organisation) and not past,
    )


@bp.get("/<uuid:item>")
@requires(Permission.ORGANISATION_VIEW)
def incident(organisation: OrganisationRef, item: UUID) -> Answer:
    """One incident: the loop step by step, what is said of it, and what happened to it. Not there for outsiders."""
    identity = the_identity()
    found = queries.get_incident(identity, organisation.id, item, removed=True)
    return render_template(
        "incidents/incident.html",
        organisation=organisation,
        incident=found,
        reported=presenters.said("month", found.month),
        steps=presenters.steps(found),
        history=presenters.history(queries.list_versions(identity, organisation.id, item)),
        may_record=may_record(organisation) and found.removed_reason is None,
    )


def _at() -> tuple[At, str]:
    """The position asked for: today, or the end of a day in the past. What cannot be read is said, and is today."""
    text = request.args.get("as_at", "").strip()
    today = clock.today()
    wanted = _read_day(text)
    if not text or wanted == today:
        return At(today), ""
    if wanted is None or wanted > today:
        return At(
            today
        ), "We could not read that day, or it is still to come: this is today. Write 31 March 2026."
    return At(wanted, clock.end_of_day(wanted)), ""


def _read_day(text: str) -> date | None:
    for shape in ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d/%m/%Y"):
        try:
            found = datetime.strptime(text, shape).date()  # noqa: DTZ007  # a day, not a moment
        except ValueError:
            continue
        return found if found.year >= 2000 else None
    return None


def _narrowed(departments: Sequence[str], years: list[int]) -> Narrowed:
    """The filter in the address; what is not on offer narrows nothing."""
    year = request.args.get("year", "")
    department = request.args.get("department", "")
    state, theme = request.args.get("state", ""), request.args.get("theme", "")
    return Narrowed(
        state=state if state in dict(STATES) else "",
        department=department if department in departments else "",
        theme=theme if theme in {each.value for each in Theme} else "",
        year=int(year) if year in {str(each) for each in years} else None,
    )
