"""The measure's page: the figure, what needs doing, then the register."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import render_template, request, url_for

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.catalogue import queries as catalogue
from tracker.measures.base import At
from tracker.measures.champions import presenters, queries, rules
from tracker.measures.champions.presenters import SHOWS
from tracker.measures.champions.queries import PostFilter, Register
from tracker.measures.champions.views.common import bp, may_record
from tracker.web.pagination import PER_PAGE, Page, page_number, url_for_page
from tracker.web.saving import Answer


@bp.get("")
@requires(Permission.ORGANISATION_VIEW)
def index(organisation: OrganisationRef) -> Answer:
    """Figure, what needs doing, decision, departments, people, reviews; or the position on a past day, read-only."""
    identity, at = the_identity(), _at()
    register = queries.get_register(identity, organisation.id, at.moment)
    picture = queries.picture_of(identity, register)
    marks = catalogue.get_marks(at.moment)
    past, named = at.moment is not None, queries.may_see_names(identity, organisation.id)
    decided = register.decision
    departments = presenters.department_rows(picture, at.day)
    return render_template(
        "champions/index.html",
        organisation=organisation,
        today=at.day,
        past=past,
        as_at=request.args.get("as_at", "") if past else "",
        face=presenters.figure_face(
            rules.figure(picture, at.day, marks), decided.decision.answer if decided else ""
        ),
        needs=[] if past else _needs(organisation, picture, marks),
        decision=decided,
        adopted=decided is not None and decided.decision.is_adopted,
        model=presenters.model_words(picture.model) if picture.model else [],
        departments=departments,
        department_line=presenters.department_line(departments),
        trend=presenters.trend_rows(queries.list_trend(identity, organisation.id, at.day)),
        people=_people(organisation, register, picture, at, named=named),
        narrowed=_narrowed(),
        shows=[{"value": value, "label": label} for value, label in SHOWS],
        address=url_for_page,
        reviews=[each for each in register.reviews if not each.mistaken],
        handovers=[] if past else queries.list_handovers(identity, organisation.id)[:5],
        may_record=may_record(organisation) and not past,
        named=named,
        months=marks.get("effectiveness_review_months", 12),
    )


def _at() -> At:
    """Today, or the end of a past day that the address names; nonsense and the future are today."""
    today = clock.today()
    try:
        day = date.fromisoformat(request.args.get("as_at", ""))
    except ValueError:
        return At(today)
    return At(day, clock.end_of_day(day)) if day < today else At(today)


def _needs(organisation: OrganisationRef, picture: rules.Picture, marks: Any) -> list[dict[str, str]]:
    if not may_record(organisation):
        return []
    identity = the_identity()
    named = queries.may_see_names(identity, organisation.id)
    tasks = queries.list_tasks(identity, organisation.id)
    found = rules.attention(picture, clock.today(), marks, tasks, named=named)
    return presenters.need_rows(found, lambda endpoint, values: _link(organisation, endpoint, values))


def _link(organisation: OrganisationRef, endpoint: str, values: Mapping[str, str]) -> str:
    arguments: dict[str, Any] = {"organisation": organisation.code, **values}
    return url_for(endpoint, **arguments)


def _narrowed() -> PostFilter:
    show = request.args.get("show", "")
    text = request.args.get("q", "").replace("\0", "").strip()[:200]
    return PostFilter(text, show if show in dict(SHOWS) else "")


def _people(
    organisation: OrganisationRef, register: Register, picture: rules.Picture, at: At, *, named: bool
) -> Page[presenters.PostRow]:
    """A page of the list; of a past day everybody who was in post then or had been, without a filter."""
    if at.moment is not None:
        posts = [queries.post_of(each, named=named) for each in register.posts if not each.mistaken]
        rows = presenters.post_rows(posts, picture.departments, at.day, named=named)
        return Page(rows, 1, len(rows), max(PER_PAGE, len(rows)))
    number, identity = page_number(), the_identity()
    found, total = queries.list_posts(
        identity, organisation.id, _narrowed(), limit=PER_PAGE, offset=(number - 1) * PER_PAGE
    )
    posts = [queries.post_of(each, named=named) for each in found]
    return Page(presenters.post_rows(posts, picture.departments, at.day, named=named), number, total)
