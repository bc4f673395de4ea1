"""A national body's own pages: every item with where it stands, one of them with its history, and the form."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.errors import NotAllowed
from tracker.evidence.rules import is_live
from tracker.programme import actions, presenters, queries
from tracker.programme.forms import StateForm
from tracker.programme.presenters import Narrowed, Standing
from tracker.programme.queries import Body, ProgrammeItem, ProgrammeState
from tracker.programme.rules import ANSWERED_BY, Status
from tracker.programme.views.common import OF_BODY, around, asked_for, bp, choices
from tracker.web.conflicts import Clash
from tracker.web.formats import day
from tracker.web.pagination import PER_PAGE, Page, page_number, url_for_page
from tracker.web.saving import Answer, Stands, Typed, keep, require_open, typed_before
from tracker.web.transactions import commits


@bp.get(OF_BODY)
@requires(Permission.ORGANISATION_VIEW)
def states(organisation: OrganisationRef) -> Answer:
    """Every item and where this organisation says that it stands."""
    queries.require_body(organisation.kind, organisation.code)
    said, items, asked = queries.list_states([organisation.id]), queries.list_items(), asked_for()
    given = around(items, said, _bodies_beside(organisation))
    years = presenters.timeline(queries.list_years(), items, said, given)
    rows = presenters.standings(presenters.narrowed(years, asked))
    number = min(page_number(), max(1, -(-len(rows) // PER_PAGE)))
    every = presenters.standings(years)
    return render_template(
        "programme/states.html",
        organisation=organisation,
        page=Page(rows[(number - 1) * PER_PAGE : number * PER_PAGE], number, len(rows)),
        address=url_for_page,
        total=sum(1 for each in every if each.line.answered is None),
        answered=sum(1 for each in every if each.line.answered is not None),
        said=sum(1 for each in every if each.line.said),
        overdue=_overdue(every),
        today=given.today,
        asked=asked,
        is_narrowed=asked != Narrowed(),
        offered=choices(years, given),
        may_record=_may_record(organisation),
        ours=organisation.id in the_identity().own,
    )


@bp.get(f"{OF_BODY}/<item>")
@requires(Permission.ORGANISATION_VIEW)
def state(organisation: OrganisationRef, item: str) -> Answer:
    """What this organisation says of one item, on what evidence, and what it said before."""
    queries.require_body(organisation.kind, organisation.code)
    row, identity = queries.get_item(item), the_identity()
    year = queries.get_year(row.year_code)
    versions = queries.list_state_history(row.code, [organisation.id])
    current = [each for each in versions if each.superseded_at is None]
    given = around(queries.list_items(), current, _bodies_beside(organisation))
    chosen = current[0].evidence_ids if current else []
    evidence = [
        each
        for each in queries.list_evidence(identity, organisation.id, chosen)
        if str(each.entity_id) in chosen
    ]
    return render_template(
        "programme/state.html",
        organisation=organisation,
        line=presenters.line(row, year, current, given),
        year=year,
        evidence=[
            (each, is_live(each.withdrawn_reason is not None, each.valid_until, given.today))
            for each in evidence
        ],
        history=presenters.history(
            versions, [], given, queries.names_of(identity, [each.author_id for each in versions])
        ),
        today=given.today,
        may_record=_may_record(organisation) and not row.retired_reason,
        ours=organisation.id in identity.own,
    )


@bp.get(f"{OF_BODY}/<item>/record")
@requires(Permission.PROGRESS_RECORD)
def edit_state(organisation: OrganisationRef, item: str) -> Answer:
    """Where an item stands, to be said or changed."""
    row = _recordable(organisation, item)
    return _page(organisation, row, _form(organisation, _found(organisation, item), typed_before()))


@bp.post(f"{OF_BODY}/<item>/record")
@requires(Permission.PROGRESS_RECORD)
@commits
def save_state(organisation: OrganisationRef, item: str) -> Answer:
    """Say where an item stands."""
    row = _recordable(organisation, item)
    before = _found(organisation, item)
    form = _form(organisation, before, MultiDict(request.form))
    is_whole, facts, version = form.validate(), form.facts(), form.version_number()
    if not is_whole:
        form.add_further(actions.problems_of_standing(the_identity(), organisation, facts, before))
        return _page(organisation, row, form), 422
    return keep(
        form,
        lambda: actions.record_state(the_identity(), organisation, row.code, facts, version=version),
        lambda **more: _page(organisation, row, form, **more),
        lambda: _stands(organisation, item),
        notice="Saved. Everybody can read it on the page of the programme.",
        location=url_for("programme.state", organisation=organisation.code, item=row.code),
    )


def _bodies_beside(organisation: OrganisationRef) -> Mapping[UUID, Body]:
    """The national bodies that stand beside one: real ones beside a real one, invented ones beside an invented one."""
    every = queries.list_bodies(the_identity())
    return every.of(every.by_id[organisation.id].demonstration)


def _overdue(rows: list[Standing]) -> int:
    return sum(1 for each in rows for said in each.line.said if said.overdue)


def _may_record(organisation: OrganisationRef) -> bool:
    return organisation.is_open and allows(the_identity(), Permission.PROGRESS_RECORD, organisation.id)


def _recordable(organisation: OrganisationRef, item: str) -> ProgrammeItem:
    queries.require_body(organisation.kind, organisation.code)
    require_open(organisation)
    row = queries.get_item(item)
    if row.retired_reason:
        raise NotAllowed("it was taken out of the programme")
    if row.code in ANSWERED_BY:
        raise NotAllowed("it is answered with a recommendation, and not asked twice")
    return row


def _found(organisation: OrganisationRef, item: str) -> ProgrammeState | None:
    return queries.find_state(the_identity(), organisation.id, item)


def _form(organisation: OrganisationRef, row: ProgrammeState | None, typed: Typed) -> StateForm:
    form = StateForm(typed, data=_data(row) if row else {})
    offered = queries.list_evidence(the_identity(), organisation.id, row.evidence_ids if row else ())
    form.offer([(str(each.entity_id), each.title, f"Of {day(each.dated_on)}") for each in offered])
    return form


def _data(row: ProgrammeState) -> dict[str, object]:
    names = ("owner", "starts_on", "due_on", "done_on", "summary", "link", "evidence_ids")
    return {
        **{name: getattr(row, name) for name in names},
        "status": row.status.value,
        "replaced_reason": row.reason if row.status is Status.REPLACED else "",
        "stopped_reason": row.reason if row.status is Status.STOPPED else "",
        "version": str(row.version),
    }


def _stands(organisation: OrganisationRef, item: str) -> Stands | None:
    row = _found(organisation, item)
    if row is None:
        return None
    author = queries.names_of(the_identity(), [row.author_id]).get(row.author_id, "")
    return Stands(_form(organisation, row, None), author, row.recorded_at)


def _page(
    organisation: OrganisationRef, row: ProgrammeItem, form: StateForm, *, clash: Clash | None = None
) -> str:
    return render_template(
        "programme/record.html",
        organisation=organisation,
        row=row,
        year=queries.get_year(row.year_code),
        form=form,
        clash=clash,
        draft=True,
        cancel_href=url_for("programme.state", organisation=organisation.code, item=row.code),
    )
