"""Who funds and develops what: open to everybody; the national lead keeps it for national resources."""

from __future__ import annotations

from functools import partial

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.access.decorators import current_identity, public, requires, the_identity
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.catalogue import queries as catalogue
from tracker.errors import NotFound
from tracker.library import actions, loader, queries
from tracker.library.actions.developing import problems_of_funded
from tracker.library.forms.developing import FundingForm
from tracker.library.presenters import developing as presenters
from tracker.library.presenters.developing import MOST_PAIRS, Asked
from tracker.library.presenters.using import Choice
from tracker.library.queries import NationalResource, counts
from tracker.library.rules import Reach, Stage
from tracker.library.rules.national import NationalKind
from tracker.library.views.common import bp
from tracker.library.views.registers import page_within, stands
from tracker.organisations.queries import find_world
from tracker.web.conflicts import Clash
from tracker.web.pagination import PER_PAGE, Page, url_for_page
from tracker.web.saving import Answer, Stands, keep, led_before, typed_before
from tracker.web.transactions import commits
from tracker.web.worlds import asks_for_invented


@bp.get("/resources/funding")
@public
def funding() -> Answer:
    """Every current resource with its funder and developer; everybody's developments; where two may be the same."""
    identity, today = current_identity(), clock.today()
    world = find_world(identity, asked=asks_for_invented())
    found = queries.list_all_developments(world.demonstration)
    lines, asked = presenters.published_developments(found), _asked()
    chosen, pairs = presenters.narrowed(lines, asked), presenters.overlapping(found, lines)
    page, (resources, pages) = page_within(len(chosen)), _in_use()
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
        page=Page(chosen[(page - 1) * PER_PAGE : page * PER_PAGE], page, len(chosen)),
        page_address=url_for_page,
        total=len(lines),
        announced_first=sum(each.first for each in lines),
        recorded=[each for each in lines if each.overlap_with],
        pairs=pairs[:MOST_PAIRS],
        pair_words=presenters.pair_words(pairs),
        beside=presenters.beside_library(found, lines, resources),
        asked=asked,
        reaches=[Choice(each.value, each.label) for each in Reach],
        stages=[Choice(each.value, each.label) for each in Stage],
        world=world,
        may_manage=identity is not None and allows(identity, Permission.LIBRARY_MANAGE),
    )


@bp.get("/resources/<resource>/funding")
@requires(Permission.LIBRARY_MANAGE)
def edit_funding(resource: str) -> Answer:
    """Who funds and develops one resource, as it was last said."""
    row, typed = _changeable(resource), typed_before()
    return _page(FundingForm(typed) if typed else _filled(row), row)


@bp.post("/resources/<resource>/funding")
@requires(Permission.LIBRARY_MANAGE)
@commits
def save_funding(resource: str) -> Answer:
    """Say who funds and develops it."""
    row, form = _changeable(resource), FundingForm(MultiDict(request.form))
    if led := led_before():
        return led
    if not form.validate():
        form.add_further(problems_of_funded(form.facts()))
        return _page(form, row), 422
    return keep(
        form,
        lambda: actions.record_funding(the_identity(), resource, form.facts(), version=form.version_number()),
        partial(_page, form, row),
        lambda: _stands(resource),
        notice=f"Saved for “{row.title}”.",
        location=url_for("library.funding"),
    )


def _in_use() -> tuple[list[NationalResource], int]:
    """The resources in use, and how many web pages there are besides: nobody funds those."""
    today = clock.today()
    rows = [
        row for row in queries.list_national_resources() if row.retired_on is None or row.retired_on > today
    ]
    resources = [row for row in rows if row.kind is NationalKind.RESOURCE]
    return resources, len(rows) - len(resources)


def _asked() -> Asked:
    """What the address asks for; nonsense narrows nothing."""
    reach, stage = request.args.get("reach", ""), request.args.get("stage", "")
    return Asked(
        reach if reach in set(Reach) else "",
        stage if stage in set(Stage) else "",
        request.args.get("q", "").strip()[:200],
    )


def _changeable(code: str) -> NationalResource:
    row = queries.get_national_resource(code)
    if row.retired_on is not None:
        raise NotFound(code)
    return row


def _stands(code: str) -> Stands:
    row = queries.get_national_resource(code)
    return stands(_filled(row), row.author_id, row.recorded_at)


def _filled(row: NationalResource) -> FundingForm:
    given = {
        "funder": row.funder, "developer": row.developer, "note": row.funding_note,
        "checked_on": row.funding_checked_on, "version": str(row.version),
    }  # fmt: skip
    return FundingForm(None, data=given)


def _page(form: FundingForm, row: NationalResource, *, clash: Clash | None = None) -> str:
    return render_template(
        "library/funding_edit.html",
        form=form,
        row=row,
        clash=clash,
        draft=True,
        cancel_href=url_for("library.funding"),
    )
