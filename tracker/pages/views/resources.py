"""A resource of the national library with all that is known of it, and where training is missing."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar

from flask import Response, render_template, request, url_for

from tracker import clock
from tracker.access.decorators import current_identity, public, the_identity
from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.catalogue import queries as catalogue
from tracker.library import queries as library
from tracker.library.queries import NationalResource
from tracker.library.rules import (
    ONE_KIND,
    PLACES,
    Endorsement,
    Learner,
    NationalKind,
    Patients,
    audiences_of,
)
from tracker.library.rules.words import resource_line
from tracker.measures.alignment import queries as alignment
from tracker.organisations.queries import find_world
from tracker.organisations.rules import World
from tracker.pages import writers
from tracker.pages.presenters import Choice, coverage
from tracker.pages.presenters import resource as presenters
from tracker.pages.presenters.coverage import Cell, Cover, Known
from tracker.pages.views.reading import bp
from tracker.web.worlds import asks_for_invented

E = TypeVar("E", bound=StrEnum)


@bp.get("/resources/<resource>")
@public
def resource(resource: str) -> str:
    """Everything that is known of one resource."""
    row, today, identity = library.get_national_resource(resource), clock.today(), current_identity()
    world = find_world(identity, asked=asks_for_invented())
    keeps = identity is not None and allows(identity, Permission.LIBRARY_MANAGE)
    owners = alignment.list_inherited(identity, asked=world.demonstration).of(row.title, row.code)
    funding = library.list_funding([row], demonstration=world.demonstration)[row.entity_id]
    titles = {each.code: each for each in catalogue.list_recommendations()}
    line = resource_line(row, library.last_link_checks().get(row.entity_id) if keeps else None)
    return render_template(
        "pages/resource.html",
        row=row,
        line=line,
        facts=presenters.facts(row, line, _owner(row, world), funding),
        checked=presenters.checked(owners, library.list_versions(), today),
        serves=[titles[code] for code in row.serves if code in titles],
        may_manage=keeps,
        sharing=[] if row.retired_on else _own_codes(identity),
        history=_history(identity, row) if keeps and identity else (),
        world=world,
        today=today,
    )


def _owner(row: NationalResource, world: World) -> str:
    """Named where the national lead recorded one; what the national body made says so already."""
    if row.owner_id is None or row.endorsement is Endorsement.MADE:
        return ""
    owner = library.list_publishers([row.owner_id])[row.owner_id]
    return owner.name if owner.demonstration is world.demonstration else ""


@bp.app_template_global("claims_of")
def claims_of(code: str) -> list[str]:
    """Who calls a resource their own, on the form of whoever says whose it is."""
    claims = alignment.list_claimed(the_identity(), code)
    return presenters.claimed(claims, library.list_versions(), clock.today())


def _own_codes(identity: Identity | None) -> list[str]:
    """Codes of the organisations for which this person may say that it was shared."""
    if identity is None:
        return []
    codes = [
        code for key, code in identity.codes.items() if allows(identity, Permission.MEASURES_RECORD, key)
    ]
    return sorted(codes)


def _history(identity: Identity, row: NationalResource) -> list[tuple[presenters.Change, str]]:
    changes = presenters.history(library.list_national_history(row.code))
    names = {each: library.find_author(identity, each) for each in {one.author_id for one in changes}}
    return [(each, names[each.author_id] or "The file that came with the service") for each in changes]


@bp.get("/resources/gaps")
@public
def gaps() -> str:
    """Staff group, setting and patients for whom the library holds no training that is up to date."""
    today = clock.today()
    every = coverage.cells(_known(), library.list_versions(), today)
    patients = _chosen("patients", ONE_KIND) or Patients.ADULTS
    narrowed = _narrowed(every)
    return render_template(
        "pages/gaps.html",
        counts=coverage.counts(every),
        total=len(every),
        matrix=coverage.matrix(each for each in every if each.patients is patients),
        places=PLACES,
        patients=patients,
        rows=coverage.by_staff(narrowed),
        shown=[each for each in Cover if any(cell.cover is each for cell in narrowed)],
        found=len(narrowed),
        of_these=sum(each.patients is patients for each in every),
        chosen=request.args,
        csv_href=url_for("pages.gaps_csv", **_understood(patients)),
        choices=_choices(),
        shades=coverage.SHADES,
        some=Cover.SOME,
        today=today,
    )


@bp.get("/resources/gaps.csv")
@public
def gaps_csv() -> Response:
    """The same list as a file, narrowed as the page is."""
    today = clock.today()
    found = _narrowed(coverage.cells(_known(), library.list_versions(), today))
    name = f"training-missing-{today.isoformat()}.csv"
    return Response(
        writers.gaps_text((each.cells for each in found), today.isoformat()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _understood(patients: Patients) -> dict[str, Any]:
    """What the address asks for, as far as the list follows it."""
    found = {"staff": _chosen("staff", tuple(Learner)), "setting": _chosen("setting", PLACES)}
    asked = {"patients": patients, **found, "show": _chosen("show", tuple(Cover))}
    return {name: each.value for name, each in asked.items() if each is not None}


def _known() -> list[Known]:
    inherited = alignment.list_inherited(current_identity())
    return [
        Known(row.title, audiences_of(row.audiences), inherited.of(row.title, row.code))
        for row in library.list_national_resources()
        if row.kind is NationalKind.RESOURCE and row.retired_on is None
    ]


def _narrowed(every: list[Cell]) -> list[Cell]:
    staff, setting = _chosen("staff", tuple(Learner)), _chosen("setting", PLACES)
    cover = _chosen("show", tuple(Cover))
    patients = _chosen("patients", ONE_KIND) or Patients.ADULTS
    return [
        each
        for each in every
        if each.patients is patients
        and staff in (None, each.staff)
        and setting in (None, each.setting)
        and (each.cover is cover if cover else each.cover is not Cover.COVERED)
    ]


def _choices() -> dict[str, list[Choice]]:
    return {
        "staff": [Choice(each.value, each.choice) for each in Learner],
        "setting": [Choice(each.value, each.label) for each in PLACES],
        "patients": [Choice(each.value, each.label) for each in ONE_KIND],
        "show": [Choice(each.value, each.label) for each in Cover],
    }


def _chosen(name: str, among: tuple[E, ...]) -> E | None:
    """A word of the address as one of those that may be asked for."""
    return next((each for each in among if each.value == request.args.get(name)), None)


def checked_words() -> dict[str, str]:
    """What is known of each resource in use against NICE, by code: for the lists of suggested training."""
    inherited = alignment.list_inherited(current_identity())
    versions, today = library.list_versions(), clock.today()
    return {
        row.code: presenters.nice_words(
            presenters.checked(inherited.of(row.title, row.code), versions, today)
        )
        for row in library.list_national_resources()
        if row.kind is NationalKind.RESOURCE and row.retired_on is None
    }
