"""A network's members: the list with whom it has reached, several added in one step, a membership changed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.catalogue import queries as catalogue
from tracker.errors import NotFound
from tracker.library import actions, queries
from tracker.library.actions.members import problems_of_first_day, problems_of_members
from tracker.library.forms.sharing import MemberForm, MembersForm
from tracker.library.forms.using import MistakeForm
from tracker.library.presenters import sharing as presenters
from tracker.library.queries import Candidate, MemberRow, Window
from tracker.library.queries.counts import demonstration_of
from tracker.library.rules import is_network
from tracker.library.views.common import bp
from tracker.library.views.registers import may_record, page_within
from tracker.organisations.queries import list_icbs, list_regions
from tracker.web.conflicts import Clash
from tracker.web.pagination import PER_PAGE, Page, url_for_page
from tracker.web.saving import Answer, Stands, keep, led_before, require_open, typed_before
from tracker.web.transactions import commits

HERE = "/organisations/<organisation:organisation>/members"
# More than this is found by narrowing the search; an ICB or a region is never cut off.
MOST = 50


@bp.get(HERE)
@requires(Permission.ORGANISATION_VIEW)
def members(organisation: OrganisationRef) -> Answer:
    """The list, and what the network shared for each member in the last months."""
    _require_network(organisation)
    identity, today, resources = the_identity(), clock.today(), queries.national_by_id()
    window = Window(today, catalogue.get_marks()["reach_months"])
    by_member = queries.list_resources_by_member(identity, organisation.id, window)
    asked = {name: request.args.get(name, "").strip() for name in ("q", "resource", "show")}
    wanted = next((each for each, row in resources.items() if row.code == asked["resource"]), None)
    listed = queries.list_members(identity, organisation.id)
    # Who left and came back has several memberships: only the one that holds today has been reached.
    reached = {row.entity_id: by_member[row.id] for row in listed if row.term.covers(today)}
    rows = [row for row in listed if _is_shown(row, asked, reached.get(row.entity_id), wanted)]
    number = page_within(len(rows))
    shown = rows[(number - 1) * PER_PAGE : number * PER_PAGE]
    offered = {each: row for each, row in resources.items() if row.retired_on is None}
    met = [each for each in reached.values() if (wanted in each if wanted else each)]
    return render_template(
        "library/members.html",
        organisation=organisation,
        today=today,
        window=window,
        members=len(reached),
        reached=len(met),
        wanted=resources[wanted] if wanted else None,
        page=Page(presenters.member_lines(shown, reached, offered), number, len(rows)),
        page_address=url_for_page,
        asked=asked,
        narrows=any(asked.values()),
        any_at_all=bool(listed),
        resources=presenters.resource_choices(resources.values()),
        may_record=may_record(organisation),
    )


@bp.get(f"{HERE}/new")
@requires(Permission.MEASURES_RECORD)
def new_members(organisation: OrganisationRef) -> Answer:
    """Look for organisations, or take all trusts of a board or region; then tick and save."""
    _require_network(organisation)
    require_open(organisation)
    typed = typed_before()
    asked = {name: request.args.get(name, "").strip() for name in ("q", "icb", "region")}
    form = MembersForm(typed) if typed else MembersForm(None, data={"from_on": clock.today(), **asked})
    return _new_page(organisation, form, looking=not typed)


@bp.post(f"{HERE}/new")
@requires(Permission.MEASURES_RECORD)
@commits
def create_members(organisation: OrganisationRef) -> Answer:
    """Put all that are ticked on the list; or look for others, and keep what is ticked."""
    _require_network(organisation)
    require_open(organisation)
    form = MembersForm(MultiDict(request.form))
    if "look" in request.form:
        return _new_page(organisation, form, looking=True)
    _offer(organisation, form)
    if led := led_before():
        return led
    if not form.validate():
        form.add_further(problems_of_members(the_identity(), organisation, *form.readable()))
        return _new_page(organisation, form), 422
    chosen = form.chosen()
    return keep(
        form,
        lambda: actions.add_members(
            the_identity(), organisation, chosen, form.from_on.data, form.until_on.data
        ),
        partial(_new_page, organisation, form),
        notice=f"{len(chosen)} {'member is' if len(chosen) == 1 else 'members are'} added to the list.",
        location=_home(organisation),
    )


@bp.get(f"{HERE}/<uuid:member>/edit")
@requires(Permission.MEASURES_RECORD)
def edit_member(organisation: OrganisationRef, member: UUID) -> Answer:
    """The days of a membership."""
    row, typed = _row(organisation, member), typed_before()
    return _page(organisation, MemberForm(typed) if typed else _filled(row), row)


@bp.post(f"{HERE}/<uuid:member>/edit")
@requires(Permission.MEASURES_RECORD)
@commits
def save_member(organisation: OrganisationRef, member: UUID) -> Answer:
    """Change them."""
    row, form = _row(organisation, member), MemberForm(MultiDict(request.form))
    if led := led_before():
        return led
    if not form.validate():
        form.add_further(problems_of_first_day(the_identity(), organisation, member, form.from_on.data))
        return _page(organisation, form, row), 422
    return keep(
        form,
        lambda: actions.change_member(
            the_identity(),
            organisation,
            member,
            form.from_on.data,
            form.until_on.data,
            version=form.version_number(),
        ),
        partial(_page, organisation, form, row),
        lambda: Stands(_filled(_row(organisation, member)), "", None),
        notice=f"The membership of {row.name} is saved.",
        location=_home(organisation),
    )


@bp.get(f"{HERE}/<uuid:member>/mistaken")
@requires(Permission.MEASURES_RECORD)
def mistake_member(organisation: OrganisationRef, member: UUID) -> Answer:
    """Why it never was a member."""
    row, typed = _row(organisation, member), typed_before()
    form = MistakeForm(typed) if typed else MistakeForm(None, data={"version": str(row.version)})
    return _mistake_page(organisation, form, row)


@bp.post(f"{HERE}/<uuid:member>/mistaken")
@requires(Permission.MEASURES_RECORD)
@commits
def save_mistaken_member(organisation: OrganisationRef, member: UUID) -> Answer:
    """It leaves the list and stays in the history."""
    if led := led_before():
        return led
    row, form = _row(organisation, member), MistakeForm(MultiDict(request.form))
    if not form.validate():
        return _mistake_page(organisation, form, row), 422
    return keep(
        form,
        lambda: actions.remove_member(
            the_identity(), organisation, member, form.reason.data or "", version=form.version_number()
        ),
        partial(_mistake_page, organisation, form, row),
        notice=f"{row.name} is off the list.",
        location=_home(organisation),
    )


def _require_network(organisation: OrganisationRef) -> None:
    """Other organisations have no members. Raises NotFound."""
    if not is_network(organisation.kind):
        raise NotFound(organisation.code)


def _row(organisation: OrganisationRef, entity_id: UUID) -> MemberRow:
    _require_network(organisation)
    require_open(organisation)
    return queries.get_member(the_identity(), organisation.id, entity_id)


def _is_shown(
    row: MemberRow, asked: dict[str, str], found: frozenset[UUID] | None, wanted: UUID | None
) -> bool:
    """`found` is what reached it, None for a membership that has ended."""
    named = f"{row.name} {row.code} {row.icb}".lower()
    if not all(word in named for word in asked["q"].lower().split()):
        return False
    if asked["show"] == "former":
        return found is None
    met = bool(found) if wanted is None else wanted in (found or ())
    if asked["show"] in ("reached", "waiting"):
        return found is not None and met == (asked["show"] == "reached")
    return True


def _offer(organisation: OrganisationRef, form: MembersForm, *, looking: bool = False) -> list[Candidate]:
    """Those that were ticked, and those that were looked for and are not on the list today: these are returned."""
    identity = the_identity()
    demonstration = demonstration_of([organisation.id]).get(organisation.id, False)
    form.offer_places(list_icbs(demonstration), list_regions(demonstration))
    today = {row.id for row in queries.list_members(identity, organisation.id, on=clock.today())}
    ticked = {each for each in map(_uuid, form.members.data or ()) if each is not None}
    found = [each for each in _looked_for(organisation, form) if each.id not in today or each.id in ticked]
    others = ticked - {each.id for each in found}
    kept = queries.list_candidates(identity, organisation.id, ids=sorted(others)) if others else ()
    form.offer([(each.id, f"{each.name} ({each.code})", each.icb) for each in (*kept, *found)])
    if looking:
        form.tick_place([each.id for each in found])
    return found


def _looked_for(organisation: OrganisationRef, form: MembersForm) -> Sequence[Candidate]:
    if not form.asks:
        return ()
    return queries.list_candidates(
        the_identity(), organisation.id, text=form.q.data or "", icb=form.icb.data or "",
        region=form.region.data or "", limit=None if form.place else MOST,
    )  # fmt: skip


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _filled(row: MemberRow) -> MemberForm:
    return MemberForm(
        None, data={"from_on": row.from_on, "until_on": row.until_on, "version": str(row.version)}
    )


def _home(organisation: OrganisationRef) -> str:
    return url_for("library.members", organisation=organisation.code)


def _new_page(
    organisation: OrganisationRef, form: MembersForm, *, clash: Clash | None = None, looking: bool = False
) -> str:
    found = _offer(organisation, form, looking=looking)
    return render_template(
        "library/members_new.html",
        organisation=organisation,
        form=form,
        clash=clash,
        found=len(found),
        cut_off=len(found) >= MOST and not form.place,
        most=MOST,
        draft=True,
        cancel_href=_home(organisation),
    )


def _page(
    organisation: OrganisationRef, form: MemberForm, row: MemberRow, *, clash: Clash | None = None
) -> str:
    return render_template(
        "library/member_edit.html",
        organisation=organisation,
        form=form,
        row=row,
        clash=clash,
        draft=True,
        cancel_href=_home(organisation),
    )


def _mistake_page(
    organisation: OrganisationRef, form: MistakeForm, row: MemberRow, *, clash: Clash | None = None
) -> str:
    return render_template(
        "library/mistaken.html",
        organisation=organisation,
        form=form,
        clash=clash,
        heading="This was never a member",
        said=[row.name, presenters.term(row)],
        draft=True,
        cancel_href=_home(organisation),
    )
