"""The responder matrix: who owes what and who has answered, the names behind each number, and the same as CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import astuple, replace
from functools import partial
from uuid import UUID

from flask import Response, current_app, render_template, request

from tracker.access.decorators import requires, the_identity
from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.catalogue import queries as catalogue
from tracker.catalogue.queries import Responders
from tracker.catalogue.rules import OrganisationKind
from tracker.errors import NotFound
from tracker.measures import queries as measures
from tracker.measures.base import At
from tracker.measures.rules import supports_less
from tracker.summary import presenters, queries, writers
from tracker.summary.presenters import Figures
from tracker.summary.presenters.responders import (
    COLUMN_LABELS,
    SHOWN_LABELS,
    ResponderGroup,
    Shown,
    numbers,
    responder_group,
    responder_names,
    show_tabs,
)
from tracker.summary.rules import Asked, Selection
from tracker.summary.views.common import (
    Answer,
    Question,
    ask,
    bp,
    kept,
    link_to,
    page_of,
    recommendation_link,
    record_export,
    record_link,
    record_read,
    refused,
    shared,
)
from tracker.web.pagination import url_for_page


@bp.get("/summary/responders")
@requires(Permission.SUMMARY_VIEW)
def responders() -> Answer:
    """Every group that answers with what it owes; the national body in the same columns as the trusts."""
    identity = the_identity()
    record_read(identity)
    question = ask(identity)
    wanted = question.wanted
    if wanted is None:
        return refused(question)
    unplaced = queries.count_unplaced(identity, wanted) if _is_narrowed(wanted) else {}
    groups = [
        _group(each, figures, wanted, unplaced, _count_unsupported(identity, wanted, figures) or {})
        for each, figures in _all_figures(identity, question, wanted)
    ]
    return render_template(
        "summary/responders.html",
        **shared(question, wanted, _nobody(question, wanted, identity), "summary.responders"),
        groups=groups,
        columns=tuple(COLUMN_LABELS.values()),
        kept_by_responders=kept(wanted, ()),
        csv_href=link_to("summary.responders_csv", wanted),
        responders_now=link_to("summary.responders", wanted, as_at=None),
        national_body=current_app.config["SETTINGS"].national_body,
    )


@bp.get("/summary/responders/names")
@requires(Permission.SUMMARY_VIEW)
def responders_names() -> Answer:
    """Who is behind one number of the matrix."""
    identity = the_identity()
    record_read(identity)
    question = ask(identity)
    wanted = question.wanted
    if wanted is None:
        return refused(question)
    group, asked = _asked_for(question)
    narrowed = _narrowed(wanted, group)
    figures = _counted(identity, question, narrowed, [asked])
    show = _shown()
    link = partial(link_to, "summary.responders_names", wanted, of=group.kind, recommendation=asked.code)
    page = page_of(
        responder_names(
            figures,
            asked,
            show,
            queries.list_stood(identity, narrowed, asked.code),
            queries.list_tested(identity, narrowed, [asked.code]),
            record_link,
            {body for body, _ in _unsupported(identity, narrowed, figures) or ()},
        )
    )
    return render_template(
        "summary/responder_names.html",
        **shared(question, wanted, figures, "summary.responders"),
        group=group,
        asked=asked,
        heading=SHOWN_LABELS[show],
        tabs=show_tabs(show, link),
        back=link_to("summary.responders", wanted),
        names_now=link(as_at=None, show=show.value),
        page=page,
        page_address=url_for_page,
    )


@bp.get("/summary/responders.csv")
@requires(Permission.SUMMARY_VIEW)
def responders_csv() -> Answer:
    """The matrix as rows: one for each group and recommendation that it owes."""
    identity = the_identity()
    question = ask(identity)
    wanted = question.wanted
    if wanted is None:
        return refused(question)
    found = list(_all_figures(identity, question, wanted))
    rows = [row for each, figures in found for row in _file_rows(identity, wanted, each, figures)]
    record_export(identity, wanted, sum(figures.total for _, figures in found), len(rows))
    return Response(
        writers.responders_text(wanted.day, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="responders-{wanted.day.isoformat()}.csv"'},
    )


def _all_figures(
    identity: Identity, question: Question, wanted: Selection
) -> Iterator[tuple[Responders, Figures]]:
    """Three queries for each group, however many organisations there are."""
    for each in catalogue.list_responders():
        asked = [one for one in question.catalogue if each.kind in one.owners]
        if asked:
            yield each, _figures(identity, question, _narrowed(wanted, each), asked)


def _figures(identity: Identity, question: Question, wanted: Selection, asked: list[Asked]) -> Figures:
    codes = [each.code for each in asked]
    figures = _counted(identity, question, wanted, asked)
    found = queries.tally(identity, wanted, codes)
    return presenters.with_rows(figures, found.records, queries.count_tested(identity, wanted, codes))


def _counted(identity: Identity, question: Question, wanted: Selection, asked: list[Asked]) -> Figures:
    rows = queries.list_organisations(identity, wanted)
    return replace(
        _nobody(question, wanted, identity),
        asked=asked,
        counted=[row for row in rows if row.absent_since is None],
        absent=[row for row in rows if row.absent_since is not None],
    )


def _nobody(question: Question, wanted: Selection, identity: Identity) -> Figures:
    place = presenters.place_name(question.form.chosen_region, question.form.chosen_icb)
    return Figures(wanted, place, identity.is_national, (), (), (), {})


def _narrowed(wanted: Selection, group: Responders) -> Selection:
    """The same day and place for one group; the national body is of no region, so none leaves it out."""
    kind = OrganisationKind(group.kind)
    if kind is OrganisationKind.NATIONAL_BODY:
        return replace(wanted, kind=kind, region="", icb="")
    return replace(wanted, kind=kind)


def _is_narrowed(wanted: Selection) -> bool:
    return bool(wanted.region or wanted.icb)


def _group(
    group: Responders,
    figures: Figures,
    wanted: Selection,
    unplaced: Mapping[OrganisationKind, int],
    unsupported: Mapping[str, int],
) -> ResponderGroup:
    return responder_group(
        group.title,
        group.kind,
        group.has_register,
        figures,
        recommendation_link,
        partial(link_to, "summary.responders_names", wanted, of=group.kind),
        narrowed=_is_narrowed(wanted),
        unplaced=unplaced.get(OrganisationKind(group.kind), 0),
        unsupported=unsupported,
    )


def _file_rows(
    identity: Identity, wanted: Selection, group: Responders, figures: Figures
) -> Iterator[writers.ResponderRow]:
    unsupported = _count_unsupported(identity, wanted, figures)
    for asked in figures.asked:
        counts = astuple(numbers(figures.ladders[asked.code], figures.tested[asked.code]))
        short = None if unsupported is None else unsupported[asked.code]
        yield writers.ResponderRow(
            group.title, group.has_register, asked.number, asked.code, asked.title, counts, short
        )


def _count_unsupported(identity: Identity, wanted: Selection, figures: Figures) -> Counter[str] | None:
    """How many claims of each recommendation; None where they were not held against figures."""
    claims = _unsupported(identity, wanted, figures)
    return None if claims is None else Counter(code for _, code in claims)


def _unsupported(
    identity: Identity, wanted: Selection, figures: Figures
) -> frozenset[tuple[UUID, str]] | None:
    """Claims (organisation, recommendation) of "in place" that the figures do not support.

    Of the national body alone: its few figures are asked for; those of every trust would be thousands.
    """
    if figures.wanted.kind is not OrganisationKind.NATIONAL_BODY:
        return None
    codes, bodies = [each.code for each in figures.asked], [row.id for row in figures.counted]
    if not bodies:
        return frozenset()
    cells = queries.list_cells(identity, wanted, codes, bodies)
    claimed = [(cell.organisation_id, cell.code) for cell in cells.values() if cell.standing.in_place]
    found = measures.list_figures(identity, bodies, codes, At(wanted.day, wanted.moment))
    return frozenset(claim for claim in claimed if (figure := found.get(claim)) and supports_less(figure))


def _asked_for(question: Question) -> tuple[Responders, Asked]:
    """The group and its recommendation. Raises NotFound for one that it does not owe."""
    kind, code = request.args.get("of", ""), request.args.get("recommendation", "")
    group = next((each for each in catalogue.list_responders() if each.kind == kind), None)
    asked = next((each for each in question.catalogue if each.code == code and kind in each.owners), None)
    if group is None or asked is None:
        raise NotFound(f"{kind} {code}")
    return group, asked


def _shown() -> Shown:
    asked = request.args.get("show", "")
    return Shown(asked) if asked in set(Shown) else Shown.OWING
