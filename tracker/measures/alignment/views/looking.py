"""The measure's page: the figures, what needs doing, the list; and one resource with its history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.catalogue import queries as catalogue
from tracker.catalogue.rules import learning_of
from tracker.library import queries as library
from tracker.library.rules import Source, plain
from tracker.measures.alignment import presenters, queries, rules
from tracker.measures.alignment.measure import MEASURE, marks_at
from tracker.measures.alignment.rules import CODES, Item
from tracker.measures.alignment.views.common import HERE, bp, may_record
from tracker.measures.base import At, Need
from tracker.web.pagination import PER_PAGE, Page, page_number, url_for_page
from tracker.web.saving import Answer

SHOWS = tuple(
    presenters.Choice(value, label)
    for value, label in (
        ("own", "Own"),
        ("national", "National"),
        ("online", "Online"),
        ("gone", "Out of use"),
    )
)


@bp.get(HERE)
@requires(Permission.ORGANISATION_VIEW)
def index(organisation: OrganisationRef) -> Answer:
    """The figures of what this kind of organisation answers, what needs doing, and the list of training."""
    identity, at = the_identity(), _at()
    items = queries.list_items(identity, [organisation.id], at.moment).get(organisation.id, [])
    versions, marks = library.list_versions(at.moment), marks_at(at)
    owed = [each for each in catalogue.list_recommendations(organisation.kind) if each.code in CODES]
    since = clock.months_before(at.day, marks.interactive_months)
    narrowed = _narrowed(items, at.day)
    number = min(page_number(), max(1, -(-len(narrowed) // PER_PAGE)))
    shown = narrowed[(number - 1) * PER_PAGE : number * PER_PAGE]
    return render_template(
        "alignment/index.html",
        organisation=organisation,
        today=at.day,
        past=at.moment is not None,
        faces=[
            presenters.face(
                rules.figure(each.code, items, versions, at.day, marks), each.number, each.short_title
            )
            for each in owed
        ],
        needs=[] if at.moment else _needs(organisation),
        page=Page(
            presenters.lines(
                shown,
                versions,
                at.day,
                since,
                queries.list_inherited(identity, at.moment, of=organisation.id),
            ),
            number,
            len(narrowed),
        ),
        page_address=url_for_page,
        asked={"show": request.args.get("show", ""), "q": request.args.get("q", "")},
        shows=SHOWS,
        total=len(items),
        learning=learning_of(organisation.kind),
        may_record=may_record(organisation) and at.moment is None,
    )


@bp.get(f"{HERE}/<uuid:resource>")
@requires(Permission.ORGANISATION_VIEW)
def resource(organisation: OrganisationRef, resource: UUID) -> Answer:
    """One resource: what is said of it, its checks, every change."""
    identity, today = the_identity(), clock.today()
    row = library.get_resource(identity, organisation.id, resource)
    assessments = queries.list_assessments(identity, organisation.id, resource)
    versions = library.list_versions()
    item = queries.item_of(row, assessments[0] if assessments else None)
    since = clock.months_before(today, marks_at(At(today)).interactive_months)
    return render_template(
        "alignment/resource.html",
        organisation=organisation,
        row=row,
        line=presenters.lines(
            [item], versions, today, since, queries.list_inherited(identity, of=organisation.id)
        )[0],
        in_library=presenters.in_library(row.title, row.national_code, library.list_national_resources()),
        staff=presenters.staff_words(row.staff_groups),
        assessments=[
            (each, presenters.names_of({one.id: one for one in versions}, each.versions))
            for each in assessments
        ],
        history=library.list_resource_history(identity, organisation.id, resource),
        names=queries.names_of(identity, [*(each.author_id for each in assessments), row.author_id]),
        may_record=may_record(organisation) and row.withdrawn_on is None,
    )


def _needs(organisation: OrganisationRef) -> list[presenters.NeedLine]:
    if not may_record(organisation):
        return []
    found = MEASURE.needs(the_identity(), organisation.id, clock.today())
    return [
        presenters.NeedLine(each.text, _need_address(organisation, each), each.note)
        for each in sorted(found, key=lambda need: (need.urgency, need.day or date.max))
    ]


def _need_address(organisation: OrganisationRef, need: Need) -> str:
    values: dict[str, Any] = {**need.values, "organisation": organisation.code}
    return url_for(need.endpoint, **values)


def _at() -> At:
    """Today, or the position on a past day: `as_at=2026-03-31`."""
    try:
        day = date.fromisoformat(request.args.get("as_at", ""))
    except ValueError:
        return At(clock.today())
    return At(day, clock.end_of_day(day)) if day < clock.today() else At(clock.today())


def _narrowed(items: list[Item], today: date) -> list[Item]:
    show, words = request.args.get("show", ""), plain(request.args.get("q", ""))
    tests: dict[str, Callable[[Item], bool]] = {
        "own": lambda each: each.source is Source.OWN and each.in_use(today),
        "national": lambda each: each.source is Source.NATIONAL and each.in_use(today),
        "online": lambda each: each.is_online and each.in_use(today),
        "gone": lambda each: not each.in_use(today),
    }
    wanted = tests.get(show)
    found = [each for each in items if words in plain(each.title) and (wanted is None or wanted(each))]
    return sorted(found, key=lambda each: (not each.in_use(today), each.title.casefold(), each.id))
