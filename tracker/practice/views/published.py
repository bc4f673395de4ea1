"""What is published, for everybody who is signed in: searched, read, used, with the files that are shared."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from uuid import UUID

from flask import render_template, request, url_for

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.catalogue import queries as catalogue
from tracker.evidence import actions as evidence
from tracker.evidence.rules import safe_file_name
from tracker.library.rules import Setting
from tracker.organisations.queries import find_ref, find_world
from tracker.practice import actions, presenters, queries
from tracker.practice.queries import Body, Practice, PracticeFilter
from tracker.practice.views.common import bp, chosen, list_address, titles, words_asked
from tracker.web.downloads import attachment, content_disposition
from tracker.web.pagination import PER_PAGE, Page, page_number, url_for_page
from tracker.web.saving import Answer
from tracker.web.transactions import writing
from tracker.web.worlds import asks_for_invented

log = logging.getLogger("tracker.practice")


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation in which this person may use a practice."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Own:
    """An organisation of this person's with its own list, and where she writes one down."""

    name: str
    href: str
    new_href: str


@bp.get("/practice")
@requires(Permission.PRACTICE_VIEW)
def published() -> Answer:
    """The list for everybody, newest first; the filter stays in the address."""
    identity, words = the_identity(), titles()
    world = find_world(identity, asked=asks_for_invented())
    narrowed = PracticeFilter(
        text=words_asked(),
        recommendation=chosen("recommendation", words),
        setting=chosen("setting", {each.value for each in Setting}),
        proven_only=request.args.get("proven") == "1",
        demonstration=world.demonstration,
    )
    total = queries.count_published(identity, narrowed)
    number = min(page_number(), Page([], 1, total).pages)
    rows = queries.list_published(identity, narrowed, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    return render_template(
        "practice/published.html",
        page=Page(presenters.published_lines(rows, words), number, total),
        address=url_for_page,
        narrowed=narrowed,
        is_narrowed=narrowed != PracticeFilter(demonstration=world.demonstration),
        recommendations=presenters.recommendation_options(words),
        settings=presenters.setting_options(),
        own=_own(),
        may_review=allows(identity, Permission.PRACTICE_REVIEW),
        today=clock.today(),
        world=world,
    )


@bp.get("/practice/<uuid:practice>")
@requires(Permission.PRACTICE_VIEW)
def practice(practice: UUID) -> Answer:
    """One published practice, who used it, and where this person may use it."""
    identity = the_identity()
    row, owner = queries.get_published(identity, practice)
    return render_template(
        "practice/practice.html",
        row=row,
        owner=owner,
        proven=presenters.proven_tag(row),
        published=presenters.published_words(row),
        recommendation=titles().get(row.recommendation_code, row.recommendation_code),
        said=presenters.said(row),
        evaluation=presenters.evaluation(row),
        local=presenters.local_share(row),
        evidence=presenters.evidence(queries.shared_items(row)),
        users=queries.list_users(identity, practice),
        places=_places(row, owner),
        is_own=owner.id in identity.own,
        may_stop=allows(identity, Permission.PRACTICE_REVIEW) and owner.id not in identity.own,
        today=clock.today(),
        world=find_world(identity, asked=owner.demonstration),
    )


@bp.get("/practice/<uuid:practice>/files/<uuid:item>/<int:revision>")
@requires(Permission.PRACTICE_VIEW)
def file(practice: UUID, item: UUID, revision: int) -> Answer:
    """A file that is shared with a published practice, just checked; recorded before the first byte."""
    identity = the_identity()
    row, owner, found = queries.get_shared_file(identity, practice, item, revision)
    name, content_type, size = found.file_name, found.content_type, found.size
    try:
        stream = evidence.store().open_verified(owner.id, found.sha256)
    except (evidence.EvidenceAltered, OSError) as error:
        log.error("file not served: practice %s item %s file %s: %s", practice, item, revision, error)
        return render_template("practice/damaged.html", name=name, practice=practice), 503
    try:
        with writing():
            actions.record_handed_out(identity, row, found)
    except BaseException:
        stream.close()
        raise
    return attachment(stream, content_disposition(name, safe_file_name(name)), content_type, size)


def _own() -> list[Own]:
    """Where this person may write one down: her own organisations that are open."""
    found = []
    for body in queries.list_own_bodies(the_identity(), Permission.MEASURES_RECORD):
        place = find_ref(body.code)
        if place is not None and place.is_open:
            found.append(Own(body.name, list_address(place), url_for("practice.new", organisation=body.code)))
    return found


def _places(row: Practice, owner: Body) -> list[Place]:
    """Own organisations, open ones, that answer the recommendation; never the one that wrote it, and an invented one
    for what is invented alone."""
    found = []
    for body in queries.list_own_bodies(the_identity(), Permission.PROGRESS_RECORD):
        place = find_ref(body.code)
        if place is None or not place.is_open or body.id == owner.id:
            continue
        if body.demonstration is not owner.demonstration:
            continue
        if catalogue.owes(place.kind, row.recommendation_code):
            found.append(Place(body.name, _use_address(body.code, row)))
    return found


def _use_address(code: str, row: Practice) -> str:
    address = url_for("progress.action_new", organisation=code, recommendation=row.recommendation_code)
    return f"{address}?from={row.entity_id}"
