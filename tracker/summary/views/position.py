"""The national page and its one A4 sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for

from tracker.access.decorators import requires, the_identity
from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.measures import queries as measures
from tracker.measures.base import At
from tracker.practice import queries as practice
from tracker.summary import presenters, queries
from tracker.summary.forms import DELIVERIES
from tracker.summary.presenters import Figures
from tracker.summary.rules import (
    HEE,
    OTHERS,
    PROVIDERS,
    SEGMENTS,
    CellRow,
    OrganisationRow,
    Selection,
    asked_of,
)
from tracker.summary.views.common import (
    Answer,
    Question,
    ask,
    bp,
    figures_of,
    figures_of_body,
    link_to,
    list_rows,
    organisation_link,
    page_of,
    parameters,
    permanent,
    recommendation_link,
    record_read,
    refused,
    shared,
)
from tracker.web.pagination import Page, url_for_page

Cells = Mapping[tuple[UUID, str], CellRow]


@bp.get("/summary")
@requires(Permission.SUMMARY_VIEW)
def index() -> Answer:
    """The position of all organisations in scope; `sheet=1` leaves what one A4 sheet holds."""
    identity = the_identity()
    record_read(identity)
    question = ask(identity)
    if question.wanted is None:
        return refused(question)
    figures = _figures(identity, question, question.wanted)
    sheet = request.args.get("sheet") == "1"
    rows = [] if sheet else list_rows(figures)
    page = page_of(rows)
    body, cells = _cells(identity, question, question.wanted, page.rows)
    return render_template(
        "summary/sheet.html" if sheet else "summary/index.html",
        **shared(question, question.wanted, figures),
        **_main(question.wanted, figures),
        **_hee(identity, question, question.wanted, body, cells),
        others=_others(identity, question, question.wanted),
        measures=_measures(identity, question.wanted, figures),
        **({} if sheet else _list(question.wanted, figures, page, cells)),
    )


def _figures(identity: Identity, question: Question, wanted: Selection) -> Figures:
    """All figures of the rows: three queries, whatever the number of organisations."""
    codes = [each.code for each in asked_of(question.catalogue, PROVIDERS, wanted.kind)]
    found = queries.tally(identity, wanted, codes)
    figures = figures_of(identity, question, wanted, found.answers)
    return presenters.with_rows(figures, found.records, queries.count_tested(identity, wanted, codes))


def _main(wanted: Selection, figures: Figures) -> dict[str, Any]:
    return {
        "answers": presenters.answer_lines(figures, partial(link_to, "summary.answered", wanted)),
        "regions": presenters.region_lines(figures),
        "bars": presenters.bar_lines(
            figures, recommendation_link, partial(link_to, "summary.answered", wanted)
        ),
        "bar_heads": presenters.bar_heads(wanted),
        "states": [each.value for each in SEGMENTS],
        "cautions": presenters.cautions(figures),
        "sentences": presenters.sentences(figures, partial(permanent, wanted)),
        "permanent": permanent(wanted, ""),
        "responders_href": link_to("summary.responders", wanted),
        "to_review": practice.count_sent(the_identity(), demonstration=wanted.demonstration),
        "review_href": url_for("practice.queue", demonstration=parameters(wanted)["demonstration"] or None),
        "sheet_href": link_to("summary.index", wanted, sheet="1"),
    }


def _cells(
    identity: Identity, question: Question, wanted: Selection, rows: Sequence[OrganisationRow]
) -> tuple[UUID | None, Cells]:
    """Where the organisations of this page stand, and the national body when it is within scope: three queries."""
    asked = (*asked_of(question.catalogue, HEE), *asked_of(question.catalogue, PROVIDERS, wanted.kind))
    body = next(iter(queries.list_national_bodies(identity, wanted)), None)
    ids = [*(row.id for row in rows), *([body] if body else [])]
    return body, queries.list_cells(identity, wanted, [each.code for each in asked], ids)


def _hee(
    identity: Identity, question: Question, wanted: Selection, body: UUID | None, cells: Cells
) -> dict[str, Any]:
    """Recommendations 1 to 8 beside their figures: none when the national body is outside this person's scope."""
    if body is None:
        return {"hee": (), "hee_words": ""}
    asked = asked_of(question.catalogue, HEE)
    own = {each.code: cells[body, each.code] for each in asked if (body, each.code) in cells}
    figures = figures_of_body(identity, wanted, [each.code for each in asked], body)
    return {
        "hee": presenters.hee_lines(asked, own, wanted, recommendation_link, figures),
        "hee_words": presenters.hee_words(own, figures),
    }


def _measures(identity: Identity, wanted: Selection, figures: Figures) -> tuple[presenters.MeasureLine, ...]:
    """The headline measures of the organisations counted."""
    ids = [row.id for row in figures.counted]
    codes = [each.code for each in figures.asked]
    found = measures.list_headlines(identity, ids, codes, At(wanted.day, wanted.moment))
    return presenters.measure_lines(found)


def _others(identity: Identity, question: Question, wanted: Selection) -> tuple[presenters.PlainLine, ...]:
    asked = asked_of(question.catalogue, OTHERS)
    counts = queries.count_others(identity, wanted, [each.code for each in asked])
    return presenters.others_lines(asked, counts, recommendation_link)


def _list(wanted: Selection, figures: Figures, page: Page[OrganisationRow], cells: Cells) -> dict[str, Any]:
    """The organisations of this page and where they stand."""
    delivery = DELIVERIES.get(wanted.delivery, "")
    return {
        "listed": presenters.listed_words(wanted, page.total, figures, delivery),
        "columns": presenters.columns(figures.asked, recommendation_link),
        "groups": presenters.matrix(page.rows, figures, cells, organisation_link),
        "page": page,
        "page_address": lambda number: f"{url_for_page(number)}#organisations",
        "csv_href": link_to("summary.csv", wanted),
        "unlisted_href": f"{link_to('summary.index', wanted, q=None, delivery=None)}#organisations",
    }
