"""The list of organisations, and adding one by hand. An organisation's own pages are composed in `dashboard`."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.catalogue.rules import OrganisationKind
from tracker.errors import RuleBroken
from tracker.organisations import actions, presenters, queries
from tracker.organisations.forms import AddForm
from tracker.organisations.queries import DirectoryFilter
from tracker.organisations.rules import ENGLAND, World
from tracker.web.pagination import PER_PAGE, Page, page_number, url_for_page
from tracker.web.transactions import commits
from tracker.web.worlds import asks_for_invented

bp = Blueprint("organisations", __name__, url_prefix="/organisations")
Answer = str | tuple[str, int] | Response
# With fewer organisations than this there is nothing to look for.
WORTH_FILTERING = 10


@bp.get("")
@requires(Permission.ORGANISATION_LIST)
def index() -> Answer:
    """The organisations that this person may see; search and filters stay in the address."""
    identity, today = the_identity(), clock.today()
    world = queries.find_world(identity, asked=asks_for_invented())
    offered = _offered(world)
    narrowed = replace(_narrowed(offered), demonstration=world.demonstration)
    listed = _listed(identity)
    total = queries.count_directory(identity, narrowed, on=today, permission=listed)
    number = min(page_number(), max(1, -(-total // PER_PAGE)))
    rows = queries.list_directory(
        identity, narrowed, on=today, permission=listed, limit=PER_PAGE, offset=(number - 1) * PER_PAGE
    )
    readable = [row.code for row in rows if allows(identity, Permission.ORGANISATION_VIEW, row.id)]
    successors = queries.list_successors([row.code for row in rows])
    is_narrowed = narrowed != DirectoryFilter(demonstration=world.demonstration)
    return render_template(
        "organisations/index.html",
        page=Page(presenters.lines(rows, successors, today), number, total),
        readable=readable,
        open=[row.code for row in rows if row.is_open],
        may_add=allows(identity, Permission.ORGANISATION_ADD),
        page_address=url_for_page,
        offered=offered,
        asked={name: request.args.get(name, "") for name in ("q", *offered)},
        is_narrowed=is_narrowed,
        show_filters=is_narrowed or total > WORTH_FILTERING,
        world=world,
    )


@bp.get("/add")
@requires(Permission.ORGANISATION_ADD)
def add() -> Answer:
    """The form for a body that is not an NHS trust."""
    return _add_page(_form(None))


@bp.post("/add")
@requires(Permission.ORGANISATION_ADD)
@commits
def save() -> Answer:
    """Add it. 422 with everything typed when a rule is broken."""
    form = _form(request.form)
    if not form.validate():
        return _add_page(form), 422
    try:
        added = actions.add_organisation(
            form.code.data or "",
            form.name.data or "",
            OrganisationKind(form.kind.data),
            country=form.country.data or ENGLAND,
            region_code=form.region_code.data,
            icb_code=form.icb_code.data,
            opened_on=form.opened_on.data,
            actor_id=the_identity().user_id,
        )
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return _add_page(form), 422
    flash(f"{form.name.data} ({added.code}) is added. Now invite somebody to answer for it.", "success")
    return redirect(url_for("accounts.invite", organisation=added.code), 303)


def _listed(identity: Identity) -> Permission:
    """An administrator looks after all organisations, and reads none; others list what they may read."""
    return Permission.ORGANISATION_LIST if identity.is_administrator else Permission.ORGANISATION_VIEW


def _offered(world: World) -> dict[str, tuple[presenters.Choice, ...]]:
    """The lines of each filter, by its name in the address; real and fictional ones never together."""
    return {
        "region": presenters.choices(queries.list_regions(world.demonstration)),
        "icb": presenters.choices(queries.list_icbs(world.demonstration)),
        "kind": presenters.kinds(),
        "state": presenters.states(),
    }


def _narrowed(offered: dict[str, tuple[presenters.Choice, ...]]) -> DirectoryFilter:
    asked = {
        name: presenters.known_choice(request.args.get(name, ""), lines) for name, lines in offered.items()
    }
    return DirectoryFilter(
        region=asked["region"],
        icb=asked["icb"],
        kind=asked["kind"],
        text=" ".join(request.args.get("q", "").replace("\x00", "").split()),
        only_open=asked["state"] == "open",
        only_closed=asked["state"] == "closed",
    )


def _form(typed: object) -> AddForm:
    form = AddForm(formdata=typed)
    form.offer(queries.list_regions(demonstration=False), queries.list_icbs(demonstration=False))
    return form


def _add_page(form: AddForm) -> str:
    return render_template(
        "organisations/add.html", form=form, submit_text="Add", cancel_href=url_for("organisations.index")
    )
