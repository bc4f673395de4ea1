"""The public timeline, and one item with everything that was said of it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import render_template

from tracker.access.decorators import current_identity, public
from tracker.organisations.rules import World
from tracker.programme import presenters, queries
from tracker.programme.presenters import Line, Narrowed, YearLine
from tracker.programme.queries import Body
from tracker.programme.views.common import around, asked_for, bp, choices, may_keep, own_body, readable_body
from tracker.web.pagination import Page, page_number, url_for_page
from tracker.web.saving import Answer
from tracker.web.worlds import asks_for_invented

YEARS_PER_PAGE = 10


@bp.get("/programme")
@public
def index() -> Answer:
    """Every year with its items, events and parts, and where each stands; the filter stays in the address."""
    items, asked, (world, bodies) = queries.list_items(), asked_for(), _shown()
    states = queries.list_states(list(bodies))
    given = around(items, states, bodies)
    years = presenters.timeline(queries.list_years(), items, states, given)
    found = presenters.narrowed(years, asked)
    number = min(page_number(), max(1, -(-len(found) // YEARS_PER_PAGE)))
    shown = found[(number - 1) * YEARS_PER_PAGE : number * YEARS_PER_PAGE]
    return render_template(
        "programme/index.html",
        page=Page(shown, number, len(found), YEARS_PER_PAGE),
        address=url_for_page,
        found=presenters.count(found),
        total=presenters.count(years),
        today=given.today,
        asked=asked,
        is_narrowed=asked != Narrowed(),
        offered=choices(years, given),
        said_by=_said_by(years),
        may_keep=may_keep(),
        own_body=own_body(given, current_identity()),
        world=world,
    )


@bp.get("/programme/<item>")
@public
def item(item: str) -> Answer:
    """One item: its words, where it stands, what it serves, its parts, and everything that was said of it."""
    row, every, (world, bodies) = queries.get_item(item), queries.list_items(), _shown()
    current = queries.list_states(list(bodies))
    given, year = around(every, current, bodies), queries.get_year(row.year_code)
    items = [each for each in every if each.year_code == row.year_code]
    tree = presenters.timeline([year], items, current, given)[0]
    states = queries.list_state_history(row.code, list(bodies))
    line = next((each for each in tree.walk() if each.code == row.code), None)
    if line is None:
        line = presenters.line(row, year, [each for each in states if each.superseded_at is None], given)
    return render_template(
        "programme/item.html",
        line=line,
        year=tree,
        above=_above(tree, row.parent_code),
        history=presenters.history(states, queries.list_item_history(row.code), given),
        today=given.today,
        may_keep=may_keep() and not row.retired_reason,
        own_body=own_body(given, current_identity()),
        read_body=readable_body(given.bodies, current_identity()),
        world=world,
    )


def _shown() -> tuple[World, Mapping[UUID, Body]]:
    """The national bodies whose word this reader is shown: real ones, or invented ones."""
    every = queries.list_bodies(current_identity())
    world = every.world(asked=asks_for_invented())
    return world, every.of(world.demonstration)


def _above(year: YearLine, code: str) -> Line | None:
    return next((each for each in year.walk() if each.code == code), None)


def _said_by(years: list[YearLine]) -> list[str]:
    """Who has said anything, each once."""
    return sorted({said.body for year in years for each in year.walk() for said in each.said})
