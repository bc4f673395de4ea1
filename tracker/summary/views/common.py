"""What every page of the summary reads from its address, and the addresses that it leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.access.identity import Identity
from tracker.audit import actions as audit
from tracker.catalogue.rules import OrganisationKind
from tracker.measures import queries as measures
from tracker.measures.base import At, Figure
from tracker.organisations.queries import list_icbs, list_regions
from tracker.summary import presenters, queries
from tracker.summary.forms import COUNTED, LISTED, SummaryForm
from tracker.summary.presenters import Figures
from tracker.summary.rules import (
    HEE,
    OTHERS,
    PROVIDERS,
    AnswerRow,
    Asked,
    OrganisationRow,
    Selection,
    asked_of,
    is_listed,
    kinds_of_provider,
)
from tracker.web.pagination import PER_PAGE, Page, page_number
from tracker.web.transactions import writing

bp = Blueprint("summary", __name__)
Answer = str | tuple[str, int] | Response
READ_PAGE = "summary"
# Pages with a form of their own: what it refuses is asked again there.
PAGES = {"summary.answered", "summary.responders", "summary.responders_names"}


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked: the form, the catalogue, and the selection unless the form fails."""

    form: SummaryForm
    catalogue: list[Asked]
    wanted: Selection | None
    others_exist: bool


def refused(question: Question) -> tuple[str, int]:
    """The question again, with the problems beside its fields; what the form does not ask for is kept."""
    others = ("demonstration", "recommendation", "state", "sheet", "of", "show")
    kept = {name: request.args[name] for name in others if request.args.get(name)}
    page = request.endpoint if request.endpoint in PAGES else "summary.index"
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


def ask(identity: Identity) -> Question:
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


def figures_of(
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


def figures_of_body(
    identity: Identity, wanted: Selection, codes: Sequence[str], body: UUID
) -> dict[str, Figure]:
    """What the figures of the national body said on the day, by recommendation: kept in the worker, as its own are."""
    found = measures.list_figures(identity, [body], codes, At(wanted.day, wanted.moment))
    return {code: figure for (_body, code), figure in found.items()}


def answered_figures(identity: Identity, question: Question, wanted: Selection) -> Figures:
    """Who is counted and how they have answered: two queries."""
    asked = asked_of(question.catalogue, PROVIDERS, wanted.kind)
    answers = queries.list_answers(identity, wanted, [each.code for each in asked])
    return figures_of(identity, question, wanted, answers)


def shared(
    question: Question, wanted: Selection, figures: Figures, page: str = "summary.index"
) -> dict[str, Any]:
    """What every page of the summary says around its figures; the form shows the days that it stands for."""
    question.form.show_days()
    return {
        "form": question.form,
        "head": presenters.head(figures, question.others_exist, partial(link_to, page, wanted)),
        "here": link_to("summary.index", wanted),
        "now_href": link_to(page, wanted, as_at=None),
        "clear_href": url_for(page),
        "kept_by_counted": kept(wanted, LISTED),
        "kept_by_listed": kept(wanted, COUNTED),
        "words": presenters.words(
            figures,
            asked_of(question.catalogue, HEE),
            asked_of(question.catalogue, OTHERS),
            current_app.config["SETTINGS"].national_body,
        ),
    }


def list_rows(figures: Figures) -> list[OrganisationRow]:
    none, owed = AnswerRow(), len(figures.asked)
    return [
        row
        for row in figures.counted
        if is_listed(figures.wanted, row, figures.answers.get(row.id, none), owed)
    ]


def page_of(rows: Any) -> Page[Any]:
    number = min(page_number(), max(1, -(-len(rows) // PER_PAGE)))
    return Page(rows[(number - 1) * PER_PAGE : number * PER_PAGE], number, len(rows))


def parameters(wanted: Selection) -> dict[str, str | None]:
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


def link_to(endpoint: str, wanted: Selection, **changes: str | None) -> str:
    return _address(endpoint, {**parameters(wanted), **changes})


def _address(endpoint: str, parameters: Mapping[str, str | None], **options: Any) -> str:
    given: dict[str, Any] = {name: value for name, value in parameters.items() if value}
    return url_for(endpoint, **given, **options)


def kept(wanted: Selection, names: tuple[str, ...]) -> dict[str, str]:
    """What a form carries along that it does not ask for."""
    given = parameters(wanted)
    return {name: given[name] or "" for name in (*names, "demonstration") if given[name]}


def permanent(wanted: Selection, anchor: str) -> str:
    """The address that always shows this day; who is listed does not belong to it."""
    address = {**parameters(wanted), "as_at": wanted.day.isoformat(), "q": "", "delivery": ""}
    return _address("summary.index", address, _external=True, _anchor=anchor or None)


def recommendation_link(code: str) -> str:
    return url_for("pages.recommendation", recommendation=code)


def record_link(organisation: str, recommendation: str) -> str:
    return url_for("dashboard.record", organisation=organisation, recommendation=recommendation)


def organisation_link(code: str) -> str:
    return url_for("dashboard.organisation", organisation=code)


def record_read(identity: Identity) -> None:
    audit.note_read(identity, ("page", READ_PAGE), {"page": READ_PAGE})


def record_export(identity: Identity, wanted: Selection, organisations: int, rows: int) -> None:
    """Committed before the first byte leaves. What was searched for may be a name, so it can be redacted."""
    filters = {
        name: value for name, value in parameters(wanted).items() if value and name not in {"q", "as_at"}
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
                "row_count": rows,
            },
            private={"search": wanted.text},
        )
