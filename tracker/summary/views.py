"""The national page, the names behind its figures, and the same as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, render_template, request, stream_with_context, url_for
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.audit import actions as audit
from tracker.catalogue.rules import OrganisationKind
from tracker.organisations.queries import list_icbs, list_regions
from tracker.summary import presenters, queries, writers
from tracker.summary.forms import COUNTED, DELIVERIES, LISTED, SummaryForm
from tracker.summary.presenters import Figures
from tracker.summary.rules import (
    HEE,
    OTHERS,
    PROVIDERS,
    SEGMENTS,
    Answered,
    AnswerRow,
    Asked,
    CellRow,
    OrganisationRow,
    Selection,
    asked_of,
    is_listed,
    kinds_of_provider,
)
from tracker.web.pagination import PER_PAGE, Page, page_number, url_for_page
from tracker.web.transactions import writing

bp = Blueprint("summary", __name__)
Answer = str | tuple[str, int] | Response
Cells = Mapping[tuple[UUID, str], CellRow]
# Organisations read at once for the CSV: each chunk in a short transaction of its own.
CHUNK = 500
READ_PAGE = "summary"


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked: the form, the catalogue, and the selection unless the form fails."""

    form: SummaryForm
    catalogue: list[Asked]
    wanted: Selection | None
    others_exist: bool


@bp.get("/summary")
@requires(Permission.SUMMARY_VIEW)
def index() -> Answer:
    """The position of all organisations in scope; `sheet=1` leaves what one A4 sheet holds."""
    identity = the_identity()
    _record_read(identity)
    question = _question(identity)
    if question.wanted is None:
        return _refused(question)
    figures = _figures(identity, question, question.wanted)
    sheet = request.args.get("sheet") == "1"
    rows = [] if sheet else _listed(figures)
    page = _page(rows)
    body, cells = _cells(identity, question, question.wanted, page.rows)
    return render_template(
        "summary/sheet.html" if sheet else "summary/index.html",
        **_shared(question, question.wanted, figures),
        **_main(question.wanted, figures),
        hee=_hee(question, question.wanted, body, cells),
        others=_others(identity, question, question.wanted),
        **({} if sheet else _list(question.wanted, figures, page, cells)),
    )


@bp.get("/summary/answered")
@requires(Permission.SUMMARY_VIEW)
def answered() -> Answer:
    """The names behind one of the four figures of who has answered, the longest silence first."""
    identity = the_identity()
    _record_read(identity)
    question = _question(identity)
    if question.wanted is None:
        return _refused(question)
    state = _state()
    figures = _answered_figures(identity, question, question.wanted)
    lines = presenters.name_lines(figures, state, _organisation_link)
    return render_template(
        "summary/answered.html",
        **_shared(question, question.wanted, figures),
        state=state.value,
        kept_by_answered={**_kept(question.wanted, ("since",)), "state": state.value},
        state_heading=presenters.ANSWERED_HEADINGS[state],
        tabs=presenters.answer_lines(figures, partial(_link, "summary.answered", question.wanted)),
        page=_page(lines),
        page_address=url_for_page,
    )


@bp.get("/summary.csv")
@requires(Permission.SUMMARY_VIEW)
def csv() -> Answer:
    """What the page lists, as one row for each organisation and recommendation."""
    identity = the_identity()
    question = _question(identity)
    if question.wanted is None:
        return _refused(question)
    # A fixed moment: whatever is recorded while the file is on its way, it shows one position.
    wanted = replace(question.wanted, at=question.wanted.moment or clock.now())
    asked = asked_of(question.catalogue, PROVIDERS, wanted.kind)
    rows = _listed(_answered_figures(identity, question, wanted))
    _record_export(identity, wanted, len(rows), len(asked))
    pieces = writers.csv_text(wanted, asked, _chunks(identity, wanted, asked, rows))
    return Response(
        stream_with_context(piece.encode() for piece in pieces),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="summary-{wanted.day.isoformat()}.csv"'},
    )


def _refused(question: Question) -> tuple[str, int]:
    """The question again, with the problems beside its fields; what the form does not ask for is kept."""
    kept = {
        name: request.args[name] for name in ("demonstration", "state", "sheet") if request.args.get(name)
    }
    page = "summary.answered" if request.endpoint == "summary.answered" else "summary.index"
    return (
        render_template(
            "summary/refused.html",
            form=question.form,
            action=url_for(page),
            clear_href=url_for(page),
            kept=kept,
        ),
        422,
    )


def _question(identity: Identity) -> Question:
    """Read the address. Real organisations are shown unless there are only fictional ones."""
    datasets = queries.list_datasets(identity)
    both = len(datasets) == 2
    demonstration = request.args.get("demonstration") == "1" if both else datasets == {True}
    catalogue, today = queries.list_asked(), clock.today()
    form = SummaryForm(formdata=_typed())
    form.offer(
        regions=list_regions(demonstration),
        icbs=list_icbs(demonstration),
        kinds=kinds_of_provider(catalogue) or (OrganisationKind.NHS_TRUST,),
        today=today,
    )
    wanted = _selection(form, demonstration) if form.validate() else None
    return Question(form, catalogue, wanted, others_exist=both)


def _typed() -> MultiDict[str, str]:
    """The address as one text a date: three boxes are read like one."""
    typed = MultiDict(request.args)
    for name in ("as_at", "since"):
        parts = [typed.get(f"{name}-{part}", "").strip() for part in ("day", "month", "year")]
        if any(parts) and not typed.get(name):
            typed[name] = "-".join(parts)
    return typed


def _selection(form: SummaryForm, demonstration: bool) -> Selection:
    return Selection(
        day=form.day,
        today=form.today,
        since=form.since_day,
        kind=OrganisationKind(form.kind.data),
        region=form.region.data or "",
        icb=form.icb.data or "",
        delivery=form.delivery.data or "",
        text=form.q.data or "",
        demonstration=demonstration,
    )


def _counted(
    identity: Identity, question: Question, wanted: Selection, answers: Mapping[UUID, AnswerRow]
) -> Figures:
    asked = asked_of(question.catalogue, PROVIDERS, wanted.kind)
    organisations = queries.list_organisations(identity, wanted)
    return Figures(
        wanted=wanted,
        place=presenters.place_name(question.form.chosen_region, question.form.chosen_icb),
        national=identity.is_national,
        asked=asked,
        counted=[row for row in organisations if row.absent_since is None],
        absent=[row for row in organisations if row.absent_since is not None],
        answers=answers,
    )


def _answered_figures(identity: Identity, question: Question, wanted: Selection) -> Figures:
    """Who is counted and how they have answered: two queries."""
    asked = asked_of(question.catalogue, PROVIDERS, wanted.kind)
    answers = queries.list_answers(identity, wanted, [each.code for each in asked])
    return _counted(identity, question, wanted, answers)


def _figures(identity: Identity, question: Question, wanted: Selection) -> Figures:
    """All figures of the rows: three queries, whatever the number of organisations."""
    codes = [each.code for each in asked_of(question.catalogue, PROVIDERS, wanted.kind)]
    found = queries.tally(identity, wanted, codes)
    figures = _counted(identity, question, wanted, found.answers)
    return presenters.with_rows(figures, found.records, queries.count_tested(identity, wanted, codes))


def _shared(question: Question, wanted: Selection, figures: Figures) -> dict[str, Any]:
    """What every page of the summary says around its figures; the form shows the days that it stands for."""
    question.form.show_days()
    return {
        "form": question.form,
        "head": presenters.head(figures, question.others_exist, partial(_link, "summary.index", wanted)),
        "here": _link("summary.index", wanted),
        "now_href": _link("summary.index", wanted, as_at=None),
        "clear_href": url_for("summary.index"),
        "kept_by_counted": _kept(wanted, LISTED),
        "kept_by_listed": _kept(wanted, COUNTED),
        "words": presenters.words(
            figures,
            asked_of(question.catalogue, HEE),
            asked_of(question.catalogue, OTHERS),
            current_app.config["SETTINGS"].national_body,
        ),
    }


def _main(wanted: Selection, figures: Figures) -> dict[str, Any]:
    return {
        "answers": presenters.answer_lines(figures, partial(_link, "summary.answered", wanted)),
        "regions": presenters.region_lines(figures),
        "bars": presenters.bar_lines(figures, _recommendation_link),
        "bar_heads": presenters.bar_heads(wanted),
        "states": [each.value for each in SEGMENTS],
        "cautions": presenters.cautions(figures),
        "sentences": presenters.sentences(figures, partial(_permanent, wanted)),
        "permanent": _permanent(wanted, ""),
        "sheet_href": _link("summary.index", wanted, sheet="1"),
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
    question: Question, wanted: Selection, body: UUID | None, cells: Cells
) -> tuple[presenters.PlainLine, ...]:
    """Recommendations 1 to 8: none when the national body is outside this person's scope."""
    if body is None:
        return ()
    asked = asked_of(question.catalogue, HEE)
    own = {each.code: cells[body, each.code] for each in asked if (body, each.code) in cells}
    return presenters.hee_lines(asked, own, wanted, _recommendation_link)


def _others(identity: Identity, question: Question, wanted: Selection) -> tuple[presenters.PlainLine, ...]:
    asked = asked_of(question.catalogue, OTHERS)
    counts = queries.count_others(identity, wanted, [each.code for each in asked])
    return presenters.others_lines(asked, counts, _recommendation_link)


def _list(wanted: Selection, figures: Figures, page: Page[OrganisationRow], cells: Cells) -> dict[str, Any]:
    """The organisations of this page and where they stand."""
    delivery = DELIVERIES.get(wanted.delivery, "")
    return {
        "listed": presenters.listed_words(wanted, page.total, figures, delivery),
        "columns": presenters.columns(figures.asked, _recommendation_link),
        "groups": presenters.matrix(page.rows, figures, cells, _organisation_link),
        "page": page,
        "page_address": lambda number: f"{url_for_page(number)}#organisations",
        "csv_href": _link("summary.csv", wanted),
        "unlisted_href": f"{_link('summary.index', wanted, q=None, delivery=None)}#organisations",
    }


def _listed(figures: Figures) -> list[OrganisationRow]:
    none, owed = AnswerRow(), len(figures.asked)
    return [
        row
        for row in figures.counted
        if is_listed(figures.wanted, row, figures.answers.get(row.id, none), owed)
    ]


def _page(rows: Any) -> Page[Any]:
    number = min(page_number(), max(1, -(-len(rows) // PER_PAGE)))
    return Page(rows[(number - 1) * PER_PAGE : number * PER_PAGE], number, len(rows))


def _state() -> Answered:
    asked = request.args.get("state", "")
    return Answered(asked) if asked in set(Answered) else Answered.NOTHING


def _chunks(
    identity: Identity, wanted: Selection, asked: tuple[Asked, ...], rows: list[OrganisationRow]
) -> Iterator[writers.Chunk]:
    codes = [each.code for each in asked]
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        cells = queries.list_cells(identity, wanted, codes, [row.id for row in chunk])
        queries.release()
        yield chunk, cells


def _parameters(wanted: Selection) -> dict[str, str | None]:
    """The address of a selection: what is as usual is left out."""
    usual = wanted.kind is OrganisationKind.NHS_TRUST
    return {
        "region": wanted.region,
        "icb": wanted.icb,
        "kind": "" if usual else wanted.kind.value,
        "as_at": "" if wanted.is_now else wanted.day.isoformat(),
        "since": wanted.since.isoformat() if request.args.get("since") else "",
        "q": wanted.text,
        "delivery": wanted.delivery,
        "demonstration": "1" if request.args.get("demonstration") == "1" else "",
    }


def _link(endpoint: str, wanted: Selection, **changes: str | None) -> str:
    return _address(endpoint, {**_parameters(wanted), **changes})


def _address(endpoint: str, parameters: Mapping[str, str | None], **options: Any) -> str:
    given: dict[str, Any] = {name: value for name, value in parameters.items() if value}
    return url_for(endpoint, **given, **options)


def _kept(wanted: Selection, names: tuple[str, ...]) -> dict[str, str]:
    """What a form carries along that it does not ask for."""
    parameters = _parameters(wanted)
    kept = {name: parameters[name] or "" for name in (*names, "demonstration")}
    return {name: value for name, value in kept.items() if value}


def _permanent(wanted: Selection, anchor: str) -> str:
    """The address that always shows this day; who is listed does not belong to it."""
    address = {**_parameters(wanted), "as_at": wanted.day.isoformat(), "q": "", "delivery": ""}
    return _address("summary.index", address, _external=True, _anchor=anchor or None)


def _recommendation_link(code: str) -> str:
    return url_for("pages.recommendation", recommendation=code)


def _organisation_link(code: str) -> str:
    return url_for("dashboard.organisation", organisation=code)


def _record_read(identity: Identity) -> None:
    audit.note_read(identity, ("page", READ_PAGE), {"page": READ_PAGE})


def _record_export(identity: Identity, wanted: Selection, organisations: int, recommendations: int) -> None:
    """Committed before the first byte leaves. What was searched for may be a name, so it can be redacted."""
    filters = {
        name: value for name, value in _parameters(wanted).items() if value and name not in {"q", "as_at"}
    }
    with writing():
        audit.record(
            audit.open_chain(),
            "summary.exported",
            actor_id=identity.user_id,
            subject=("page", READ_PAGE),
            public={
                "format": "csv",
                "as_at": wanted.day.isoformat(),
                "filters": filters,
                "organisation_count": organisations,
                "row_count": organisations * recommendations,
            },
            private={"search": wanted.text},
        )
