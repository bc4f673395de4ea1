"""What the pages of the programme share: the blueprint, what its items name, what a page is narrowed to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from flask import Blueprint, request, url_for

from tracker import clock
from tracker.access.decorators import current_identity
from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.catalogue import queries as catalogue
from tracker.library import queries as library
from tracker.programme import presenters, queries, rules
from tracker.programme.loader import places_of
from tracker.programme.presenters import Around, Choice, Named, Narrowed, Served, YearLine
from tracker.programme.queries import ProgrammeItem, ProgrammeState
from tracker.programme.rules import Place

# The timeline belongs to nobody, so the prefix is not the blueprint's.
bp = Blueprint("programme", "tracker.programme")
OF_BODY = "/organisations/<organisation:organisation>/programme"


def around(
    items: Sequence[ProgrammeItem], states: Iterable[ProgrammeState], bodies: Mapping[UUID, Named]
) -> Around:
    """What items name: recommendations, resources of the library, national bodies; what stands behind their states."""
    resources = library.list_national_resources()
    return Around(
        recommendations={
            each.code: Served(each.code, each.number, each.short_title)
            for each in catalogue.list_recommendations()
        },
        resources={each.code: each.title for each in resources},
        bodies=bodies,
        today=clock.today(),
        serving=rules.serving(items, {each.code: each.serves for each in resources}),
        places=_places(items, readable_body(bodies, current_identity())),
        live=queries.list_live_evidence(states),
    )


def _places(items: Iterable[ProgrammeItem], body: str) -> dict[str, tuple[Choice, ...]]:
    """By item, the pages on which its work can be followed, those only that this person may open."""
    return {
        item.code: tuple(
            Choice(address, place.label)
            for place in places_of(item.code)
            if (address := _address(place, body))
        )
        for item in items
    }


def _address(place: Place, body: str) -> str:
    if place is Place.GAPS:
        return url_for("pages.gaps")
    if place is Place.GUIDELINES:
        return url_for("alignment.guidelines") if current_identity() else ""
    endpoint = "alignment.index" if place is Place.TRAINING else "library.usage"
    return url_for(endpoint, organisation=body) if body else ""


def asked_for() -> Narrowed:
    """The filter in the address; what is not on offer finds nothing, and is shown as chosen by nobody."""

    def said(name: str) -> str:
        return request.args.get(name, "").replace("\0", "").strip()[:100]

    return Narrowed(
        year=said("year"),
        status=said("status"),
        recommendation=said("recommendation"),
        kind=said("kind"),
        text=said("q"),
    )


def choices(years: list[YearLine], given: Around) -> dict[str, list[Choice]]:
    """What there is to narrow to; only recommendations that an item serves."""
    served = {each.code: each for year in years for item in year.walk() for each in item.serves}
    return {
        "years": [Choice(each.code, each.name) for each in years],
        "statuses": presenters.status_choices(),
        "kinds": presenters.kind_choices(),
        "recommendations": [
            Choice(each.code, f"{each.number}, {each.title}")
            for each in given.recommendations.values()
            if each.code in served
        ],
    }


def may_keep() -> bool:
    identity = current_identity()
    return identity is not None and allows(identity, Permission.PROGRAMME_MANAGE)


def own_body(given: Around, identity: Identity | None) -> str:
    """The code of the national body for which this person says where items stand; empty when there is none."""
    if identity is None:
        return ""
    own = [
        body
        for body_id, body in given.bodies.items()
        if allows(identity, Permission.PROGRESS_RECORD, body_id)
    ]
    return own[0].code if own else ""


def readable_body(bodies: Mapping[UUID, Named], identity: Identity | None) -> str:
    """The code of the national body whose pages this person may read; empty when there is none."""
    if identity is None:
        return ""
    read = [body for key, body in bodies.items() if allows(identity, Permission.ORGANISATION_VIEW, key)]
    return min(body.code for body in read) if read else ""


@bp.app_template_global("library_address")
def library_address(code: str) -> str:
    """Where a resource of the library can be read."""
    return url_for("pages.resource", resource=code)
