"""Who funds and develops what, where two may do the same, and who keeps it: open to everybody."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for

from tracker import clock
from tracker.access.decorators import current_identity, public
from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.catalogue import queries as catalogue
from tracker.library import loader, queries
from tracker.library.presenters import developing as presenters
from tracker.library.presenters import overlaps
from tracker.library.presenters.developing import Asked, DevelopmentLine
from tracker.library.presenters.overlaps import Group
from tracker.library.presenters.using import Choice
from tracker.library.queries import NationalResource, counts
from tracker.library.queries.developing import PublishedDevelopment
from tracker.library.rules import Reach, Stage
from tracker.library.rules.national import NationalKind
from tracker.library.views.common import bp
from tracker.library.views.registers import page_within
from tracker.organisations.queries import find_world
from tracker.web.pagination import Page, url_for_page
from tracker.web.saving import Answer
from tracker.web.worlds import asks_for_invented

# The word of the address for the second list of the page, which is its anchor too. Each list shows less at once than a
# page of its own would: there are three of them.
OVERLAPS, PER_OVERLAPS, PER_NEW = "overlaps", 25, 10


@bp.get("/resources/funding")
@public
def funding() -> Answer:
    """Every current resource with its funder and developer; everybody's developments; where two may be the same."""
    identity, today = current_identity(), clock.today()
    world = find_world(identity, asked=asks_for_invented())
    found = queries.list_all_developments(world.demonstration)
    lines, asked = presenters.published_developments(found), _asked()
    chosen, (resources, pages) = presenters.narrowed(lines, asked), _in_use()
    page, groups = page_within(len(chosen), per_page=PER_NEW), overlaps.overlapping(found, lines, resources)
    return render_template(
        "library/funding.html",
        today=today,
        resources=presenters.funding_lines(
            resources,
            queries.list_funding(resources, demonstration=world.demonstration),
            {each.code: each.facts.made_by for each in loader.load_national().entries},
        ),
        pages=pages,
        funded=counts.count_funded(today, demonstration=world.demonstration),
        checks=counts.count_checked(
            today,
            months=catalogue.get_marks()["register_review_months"],
            demonstration=world.demonstration,
        ),
        page=Page(chosen[(page - 1) * PER_NEW : page * PER_NEW], page, len(chosen), PER_NEW),
        page_address=url_for_page,
        total=len(lines),
        announced_first=sum(each.first for each in lines),
        recorded=[each for each in lines if each.overlap_with],
        found=[each for each in chosen if each.overlap_with],
        groups=groups,
        group_words=overlaps.words(groups),
        **_groups_shown(groups, chosen, asked),
        address_of=partial(
            _address, places={line.id: place for place, line in enumerate(lines)}, readable=_readable(found)
        ),
        asked=asked,
        reaches=[Choice(each.value, each.label) for each in Reach],
        stages=[Choice(each.value, each.label) for each in Stage],
        world=world,
        keepers=(keepers := _keepers(identity)),
        edit_address=_edit_address(identity, keepers),
        recording=_recording(identity),
    )


def _in_use() -> tuple[list[NationalResource], int]:
    """The resources in use, and how many web pages there are besides: nobody funds those."""
    today = clock.today()
    rows = [
        row for row in queries.list_national_resources() if row.retired_on is None or row.retired_on > today
    ]
    resources = [row for row in rows if row.kind is NationalKind.RESOURCE]
    return resources, len(rows) - len(resources)


def _groups_shown(groups: Sequence[Group], chosen: Sequence[DevelopmentLine], asked: Asked) -> dict[str, Any]:
    """The groups that the filter of the page leaves, cut by their entries: a group may be longer than a page."""
    kept = overlaps.holding(groups, {each.id for each in chosen}) if asked.narrows else list(groups)
    total = overlaps.count_entries(kept)
    number = page_within(total, word=OVERLAPS, per_page=PER_OVERLAPS)
    cut = overlaps.shown(kept, (number - 1) * PER_OVERLAPS, number * PER_OVERLAPS)
    return {
        "kept": kept,
        "overlaps": Page(cut, number, total, PER_OVERLAPS),
        "overlaps_address": lambda other: f"{url_for_page(other, OVERLAPS)}#{OVERLAPS}",
    }


def _readable(found: Sequence[PublishedDevelopment]) -> frozenset[str]:
    """The codes of those organisations whose own pages this reader may open."""
    identity = current_identity()
    if identity is None:
        return frozenset()
    return frozenset(
        each.publisher.code
        for each in found
        if allows(identity, Permission.ORGANISATION_VIEW, each.row.organisation_id)
    )


def _address(line: DevelopmentLine, *, places: Mapping[UUID, int], readable: Collection[str]) -> str:
    """Where one development can be read: with its organisation's own, or in the list of all on this page."""
    anchor = f"development-{line.id}"
    if line.code in readable:
        return url_for("library.developments", organisation=line.code, _anchor=anchor)
    page = places[line.id] // PER_NEW + 1
    asked = "1" if asks_for_invented() else None
    return url_for("library.funding", page=page if page > 1 else None, demonstration=asked, _anchor=anchor)


def _keepers(identity: Identity | None) -> Mapping[str, str]:
    """The national bodies that this reader may record for, with their names, by code."""
    return queries.list_keepers(identity) if identity is not None else {}


def _edit_address(identity: Identity | None, keepers: Mapping[str, str]) -> Callable[[str], str] | None:
    """Where this reader says who funds a resource; None: she does not keep it."""
    if identity is not None and allows(identity, Permission.LIBRARY_MANAGE):
        return lambda code: url_for("library.edit_funding", resource=code)
    if keepers:
        return lambda code: url_for("library.edit_body_funding", organisation=min(keepers), resource=code)
    return None


def _recording(identity: Identity | None) -> list[str]:
    """The codes of the organisations whose training this reader may record."""
    codes = identity.codes if identity is not None else {}
    return sorted(
        code for key, code in codes.items() if identity and allows(identity, Permission.MEASURES_RECORD, key)
    )


def _asked() -> Asked:
    """What the address asks for; nonsense narrows nothing."""
    reach, stage = request.args.get("reach", ""), request.args.get("stage", "")
    return Asked(
        reach if reach in set(Reach) else "",
        stage if stage in set(Stage) else "",
        request.args.get("q", "").strip()[:200],
    )
