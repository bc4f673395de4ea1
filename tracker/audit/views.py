"""The audit trail across what somebody may see."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, current_app, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.permissions import Permission
from tracker.access.policy import allows, scope_of
from tracker.audit import presenters, queries
from tracker.audit.forms import TrailForm
from tracker.audit.presenters import Said, TrailLine
from tracker.audit.queries import Earlier, TrailFilter, TrailRow
from tracker.web.pagination import PER_PAGE, Page, page_number, url_for_page

bp = Blueprint("audit", __name__, url_prefix="/audit")
Answer = str | tuple[str, int] | Response
# People, organisations and what has a title live on floors above this one: the application hands their names down.
Names = Callable[[Collection[UUID]], dict[UUID, Any]]
Found = Callable[[str], list[tuple[UUID, str]]]


@bp.get("")
@requires(Permission.AUDIT_VIEW)
def index() -> Answer:
    """What was done, newest first, narrowed by what stands in the address."""
    form = TrailForm(formdata=request.args)
    form.offer(organisation=allows(the_identity(), Permission.HISTORY_VIEW))
    if not form.validate():
        return _page(form, None, []), 422
    people = _people(form.person.data or "")
    if len(people) > 1 or (form.person.data and not people):
        return _page(form, None, people)
    return _page(form, _narrowed(form, people), people)


def _page(form: TrailForm, narrowed: TrailFilter | None, people: list[tuple[UUID, str]]) -> str:
    """None when nothing can be shown yet: no such person or organisation, or several people."""
    rows: Sequence[TrailRow] = []
    total, number = 0, page_number()
    if narrowed is not None:
        total = queries.count_trail(the_identity(), narrowed)
        rows = queries.list_trail(the_identity(), narrowed, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    lines = _lines(rows)
    return render_template(
        "audit/index.html",
        form=form,
        page=Page(lines, number, total),
        page_address=url_for_page,
        shown=narrowed is not None,
        sees_all=scope_of(the_identity(), Permission.HISTORY_VIEW).everything,
        people=[(name, _for_person(key)) for key, name in people],
        clear_href=url_for("audit.index") if form.asked else "",
    )


def _lines(rows: Sequence[TrailRow]) -> list[TrailLine]:
    before = queries.said_before(the_identity(), rows)
    said = [_said(row, before.get((row.chain_id, row.seq), Earlier())) for row in rows]
    extensions = current_app.extensions
    names = presenters.Names(
        _names("tracker_person_names")({row.actor_id for row in rows if row.actor_id}),
        _names("tracker_organisation_names")({row.chain_id for row in rows}),
        extensions["tracker_titles_of_resources"](presenters.resources_named(said)),
        extensions["tracker_titles_of_items"](presenters.items_named(said)),
    )
    return presenters.trail_lines(said, names)


def _narrowed(form: TrailForm, people: list[tuple[UUID, str]]) -> TrailFilter | None:
    chain_id = None
    if form.code:
        found = _organisation(form.code)
        if found is None:
            return None
        chain_id = found
    since, until = form.first, form.last
    return TrailFilter(
        type=form.type.data or "",
        actor_id=people[0][0] if people else None,
        since=None
        if since is None
        else clock.end_of_day(since - timedelta(days=1)) + timedelta(microseconds=1),
        until=None if until is None else clock.end_of_day(until),
        chain_id=chain_id,
    )


def _people(text: str) -> list[tuple[UUID, str]]:
    """Whom the words may mean, of those who did something that this person may see."""
    if not text.strip():
        return []
    exact = _as_id(text)
    found: Found = current_app.extensions["tracker_find_people"]
    pairs = (
        [(exact, name) for name in _names("tracker_person_names")({exact}).values()] if exact else found(text)
    )
    return [
        (key, name) for key, name in pairs if queries.count_trail(the_identity(), TrailFilter(actor_id=key))
    ]


def _organisation(code: str) -> UUID | None:
    """An organisation whose trail this person may read; any other is as if absent."""
    _load, find = current_app.extensions["tracker_gate"]
    found = find(code)
    if found is None or not allows(the_identity(), Permission.HISTORY_VIEW, found.id):
        return None
    identifier: UUID = found.id
    return identifier


def _names(which: str) -> Names:
    found: Names = current_app.extensions[which]
    return found


def _said(row: TrailRow, before: Earlier) -> Said:
    return Said(
        row.chain_id,
        row.seq,
        row.type,
        row.at,
        row.actor_id,
        row.subject_kind,
        row.subject_code,
        row.hash,
        row.public,
        row.private,
        before.title,
        before.resource,
    )


def _for_person(key: UUID) -> str:
    """This address with one person instead of the words that several answer to."""
    kept = {**request.args.to_dict(), "person": str(key)}
    kept.pop("page", None)
    return f"{url_for('audit.index')}?{urlencode(kept)}"


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None
