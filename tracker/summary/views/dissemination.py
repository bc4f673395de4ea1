"""Which training has reached whom: across regions, boards and organisations, who has not been reached, and as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, current_app, render_template, request, url_for

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.identity import Identity
from tracker.access.permissions import Permission
from tracker.audit import actions as audit
from tracker.catalogue import queries as catalogue
from tracker.catalogue.rules import OrganisationKind
from tracker.library import queries as library
from tracker.library.queries import NationalResource
from tracker.library.rules import Endorsement
from tracker.organisations.queries import list_icbs, list_regions
from tracker.summary import queries, writers
from tracker.summary.forms import SpreadForm
from tracker.summary.presenters import dissemination as presenters
from tracker.summary.presenters.figures import counted_words, place_name
from tracker.summary.rules import OrganisationRow, Selection, SharedRow, Spread, Touch, default_since
from tracker.summary.views.common import Answer, bp, page_of
from tracker.web.pagination import url_for_page
from tracker.web.transactions import writing

READ_PAGE = "dissemination"
# What can be chosen besides a resource's own code; none of its words can be one.
COUNTED, ANY = "counted", "any"
ASKED = ("region", "icb", "kind", "resource", "channel", "within", "as_at", "reached", "q")


@dataclass(frozen=True)
class Question:
    """What was asked, and what there is to choose from."""

    form: SpreadForm
    spread: Spread
    resources: Sequence[NationalResource]
    others_exist: bool


@dataclass(frozen=True)
class Found:
    """Who is counted, and what reached them."""

    rows: Sequence[OrganisationRow]
    touches: dict[tuple[UUID, UUID], Touch]
    met: frozenset[UUID]

    def listed(self, reached: str, text: str) -> list[OrganisationRow]:
        return [row for row in self.rows if presenters.is_listed(row, self.met, reached, text)]


@bp.get("/dissemination")
@requires(Permission.SUMMARY_VIEW)
def dissemination() -> Answer:
    """The figure, by region and board, by resource, and organisations across resources."""
    identity = the_identity()
    audit.note_read(identity, ("page", READ_PAGE), {"page": READ_PAGE})
    question = _ask(identity)
    if isinstance(question, SpreadForm):
        return _refused(question)
    found, form = _find(identity, question), question.form
    page = page_of(found.listed(form.reached.data or "", form.q.data or ""))
    regions, icbs, counted = _codes(form.region), _codes(form.icb), _counted(question)
    return render_template(
        "summary/dissemination.html",
        **_shared(question, found),
        regions=presenters.reach_lines(
            found.rows,
            found.met,
            lambda row: row.region,
            regions,
            lambda code: _waiting(region=code),
            counted,
        ),
        icbs=presenters.reach_lines(
            found.rows, found.met, lambda row: row.icb, icbs, lambda code: _waiting(icb=code), counted
        ),
        resources=presenters.resource_lines(question.resources, found.rows, found.touches, _link, counted),
        coverage=presenters.coverage(
            page.rows, question.resources, found.touches, partial(_ledger, question.spread)
        ),
        legend=presenters.LEGEND,
        page=page,
        page_address=lambda number: f"{url_for_page(number)}#organisations",
        waiting=len(found.rows) - len({row.id for row in found.rows} & found.met),
        waiting_href=_waiting(),
        csv_href=_link("summary.dissemination_csv"),
        shares_href=_link("summary.dissemination_shares_csv"),
    )


@bp.get("/dissemination/not-reached")
@requires(Permission.SUMMARY_VIEW)
def not_reached() -> Answer:
    """The names of those who were not reached, with whom to write to."""
    identity = the_identity()
    audit.note_read(identity, ("page", READ_PAGE), {"page": READ_PAGE})
    question = _ask(identity)
    if isinstance(question, SpreadForm):
        return _refused(question)
    found = _find(identity, question)
    page = page_of(found.listed("no", question.form.q.data or ""))
    ids = [row.id for row in page.rows]
    last = queries.list_last_reached(identity, question.spread, ids)
    return render_template(
        "summary/not_reached.html",
        **_shared(question, found),
        lines=presenters.not_reached_lines(page.rows, last, lambda code: _ledger(question.spread, code)),
        page=page,
        page_address=url_for_page,
        names_leads=identity.is_national,
        leads=queries.list_leads(identity, ids),
        back_href=_link("summary.dissemination", reached=None, q=None),
        csv_href=_link("summary.not_reached_csv", reached=None),
    )


@bp.get("/dissemination/not-reached.csv")
@requires(Permission.SUMMARY_VIEW)
def not_reached_csv() -> Answer:
    """The same list as rows: whom to write to, for the national lead alone, as on the page."""
    identity = the_identity()
    question = _ask(identity)
    if isinstance(question, SpreadForm):
        return _refused(question)
    rows = _find(identity, question).listed("no", question.form.q.data or "")
    ids = [row.id for row in rows]
    leads = queries.list_leads(identity, ids) if identity.is_national else None
    last = queries.list_last_reached(identity, question.spread, ids)
    _record_export(identity, question, len(rows), len(rows))
    return _csv(writers.not_reached_text(question.spread, rows, last, leads), "not-reached", question)


@bp.get("/dissemination.csv")
@requires(Permission.SUMMARY_VIEW)
def dissemination_csv() -> Answer:
    """What the page lists: a row for each organisation and resource, reached or not."""
    identity = the_identity()
    question = _ask(identity)
    if isinstance(question, SpreadForm):
        return _refused(question)
    found, form = _find(identity, question), question.form
    rows = found.listed(form.reached.data or "", form.q.data or "")
    # Plain values: the session is over before the first byte leaves.
    resources = [(each.entity_id, each.code, each.title) for each in question.resources]
    _record_export(identity, question, len(rows), len(rows) * len(resources))
    queries.release()
    text = writers.spread_text(question.spread, rows, resources, found.touches)
    return _csv(text, "dissemination", question)


@bp.get("/dissemination/shares.csv")
@requires(Permission.SUMMARY_VIEW)
def dissemination_shares_csv() -> Answer:
    """What stands behind the figure: a row for each share that reached one of those listed."""
    identity = the_identity()
    question = _ask(identity)
    if isinstance(question, SpreadForm):
        return _refused(question)
    found, form = _find(identity, question), question.form
    shares: dict[UUID, list[SharedRow]] = {}
    for each in queries.list_shares(identity, question.spread):
        shares.setdefault(each.organisation_id, []).append(each)
    rows = [row for row in found.listed(form.reached.data or "", form.q.data or "") if row.id in shares]
    resources = [(each.entity_id, each.code, each.title) for each in question.resources]
    _record_export(identity, question, len(rows), sum(len(shares[row.id]) for row in rows))
    queries.release()
    return _csv(writers.shared_text(question.spread, rows, resources, shares), "shares", question)


def _csv(text: str | Iterable[str], name: str, question: Question) -> Response:
    day = question.spread.selection.day.isoformat()
    return Response(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}-{day}.csv"'},
    )


def _ask(identity: Identity) -> Question | SpreadForm:
    """Read the address; the form itself when it cannot be read. Real organisations unless there are none."""
    datasets = queries.list_datasets(identity)
    both = len(datasets) == 2
    demonstration = request.args.get("demonstration") == "1" if both else datasets == {True}
    body = current_app.config["SETTINGS"].national_body
    known = library.list_national_resources()
    form = SpreadForm(formdata=request.args)
    form.offer(
        regions=list_regions(demonstration),
        icbs=list_icbs(demonstration),
        resources=[
            (COUNTED, f"Anything made or endorsed by {body}"),
            (ANY, "Anything in the library"),
            *((row.code, row.title) for row in known),
        ],
        months=catalogue.get_marks()["reach_months"],
        today=clock.today(),
    )
    if not form.validate():
        return form
    selection = Selection(
        day=form.day,
        today=form.today,
        since=default_since(form.day),
        kind=OrganisationKind(form.kind.data),
        region=form.region.data or "",
        icb=form.icb.data or "",
        demonstration=demonstration,
    )
    resources = _resources(form.resource.data, selection)
    ids = tuple(row.entity_id for row in resources)
    if not request.args.get("within"):
        form.set_months(catalogue.get_marks(selection.moment)["reach_months"])
    return Question(
        form, Spread(selection, int(form.within.data), ids, form.channel.data or ""), resources, both
    )


def _resources(wanted: str, selection: Selection) -> list[NationalResource]:
    """What counts, as the library stood on the day; what is no longer offered may have been shared before."""
    rows = library.list_national_resources(selection.moment)
    if wanted == ANY:
        return list(rows)
    if wanted == COUNTED:
        return [row for row in rows if row.endorsement in (Endorsement.MADE, Endorsement.ENDORSED)]
    return [row for row in rows if row.code == wanted]


def _find(identity: Identity, question: Question) -> Found:
    """Two queries, whatever the number of organisations; who is missing from the newest file is not counted."""
    organisations = queries.list_organisations(identity, question.spread.selection)
    touches = queries.list_touches(identity, question.spread)
    rows = [row for row in organisations if row.absent_since is None]
    return Found(rows, touches, presenters.reached_ids(touches))


def _counted(question: Question) -> presenters.Counted:
    """An auditor reads only some of a place, and not every kind of organisation is listed anywhere."""
    form, kind = question.form, question.spread.selection.kind
    place = place_name(form.chosen("region"), form.chosen("icb"))
    has_register = any(each.has_register for each in catalogue.list_responders() if each.kind == kind)
    return presenters.Counted(place, the_identity().is_national, has_register)


def _shared(question: Question, found: Found) -> dict[str, Any]:
    form, selection, counted = question.form, question.spread.selection, _counted(question)
    form.show_day()
    what = form.chosen("resource")
    return {
        "form": form,
        "head": presenters.spread_head(
            question.spread, what[:1].lower() + what[1:] if form.resource.data in (COUNTED, ANY) else f"“{what}”",
            found.rows, found.met, counted,
        ),
        "place": counted_words(counted.place, national=counted.national),
        "channel": form.chosen("channel"),
        "is_now": selection.is_now,
        "day": selection.day,
        "demonstration": selection.demonstration,
        "others_exist": question.others_exist,
        "other_href": _link(request.endpoint or "", demonstration=None if selection.demonstration else "1"),
        "now_href": _link(request.endpoint or "", as_at=None),
        "clear_href": url_for(request.endpoint or ""),
        "narrows": any(request.args.get(name) for name in ASKED),
        "kept": {"demonstration": "1"} if request.args.get("demonstration") == "1" else {},
        "matrix_resources": question.resources,
    }  # fmt: skip


def _refused(form: SpreadForm) -> tuple[str, int]:
    """The question again, with the problems beside its fields."""
    page = "summary.not_reached" if request.endpoint == "summary.not_reached" else "summary.dissemination"
    kept = {"demonstration": "1"} if request.args.get("demonstration") == "1" else {}
    return (
        render_template(
            "summary/refused.html", form=form, action=url_for(page), clear_href=url_for(page), kept=kept
        ),
        422,
    )


def _link(endpoint: str, **changes: str | None) -> str:
    """An address with what was asked here, and what is to change."""
    asked = {name: request.args.get(name) for name in (*ASKED, "demonstration")}
    given: dict[str, Any] = {name: value for name, value in {**asked, **changes}.items() if value}
    return url_for(endpoint, **given)


def _waiting(**changes: str | None) -> str:
    return _link("summary.not_reached", **{"reached": None, "q": None, **changes})


def _ledger(wanted: Spread, code: str, resource: str | None = None) -> str:
    """An organisation's own list; of one resource only what counts here, with its days and its channel.

    The list stands as it is today. From the figure of a past day it is told which figure that was, to say so.
    """
    given: dict[str, Any] = {}
    if resource is not None:
        given |= {"resource": resource, "channel": wanted.channel or None}
        given |= {"from": wanted.since.isoformat(), "until": wanted.selection.day.isoformat()}
    if not wanted.selection.is_now:
        invented = "1" if wanted.selection.demonstration else None
        given |= {
            "as_at": wanted.selection.day.isoformat(),
            "within": wanted.months,
            "demonstration": invented,
        }
    return url_for("library.shares", organisation=code, **given)


def _codes(field: Any) -> dict[str, str]:
    return {str(item.label): str(item.value) for item in field.items}


def _record_export(identity: Identity, question: Question, organisations: int, rows: int) -> None:
    """Committed before the first byte leaves. What was searched for may be a name, so it can be redacted."""
    filters = {
        name: value for name in ASKED if name not in {"q", "as_at"} and (value := request.args.get(name))
    }
    with writing():
        audit.record(
            audit.open_chain(),
            "summary.exported",
            actor_id=identity.user_id,
            subject=("page", READ_PAGE),
            public={
                "format": "csv",
                "as_at": question.spread.selection.day.isoformat(),
                "filters": filters,
                "organisation_count": organisations,
                "row_count": rows,
            },
            private={"search": question.form.q.data or ""},
        )
