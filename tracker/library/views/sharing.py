"""What was shared: an organisation's ledger, the one-step form, corrections and mistakes."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.audit import actions as audit
from tracker.errors import NotFound
from tracker.library import actions, queries, writers
from tracker.library.forms.sharing import ShareForm, empty_share, shown_share
from tracker.library.forms.using import MistakeForm
from tracker.library.presenters import sharing as presenters
from tracker.library.queries import LedgerFilter, Share
from tracker.library.rules import Channel, is_network
from tracker.library.views.choosing import read_choice
from tracker.library.views.common import bp
from tracker.library.views.registers import (
    evidence_options,
    may_record,
    page_within,
    resource_options,
    stands,
    typed_with_evidence,
)
from tracker.web.conflicts import Clash
from tracker.web.pagination import PER_PAGE, Page, url_for_page
from tracker.web.saving import Answer, Stands, keep, led_before, require_open, typed_before
from tracker.web.transactions import commits, writing

HERE = "/organisations/<organisation:organisation>/shares"
FIELDS = (
    "resource_id", "channel", "channel_words", "shared_on", "link", "evidence_id", "reached", "reached_basis",
    "note", "version",
)  # fmt: skip

# What the page of whom training reached says of its figure of a past day.
FIGURE = ("as_at", "within", "demonstration")


@bp.get(HERE)
@requires(Permission.ORGANISATION_VIEW)
def shares(organisation: OrganisationRef) -> Answer:
    """What was shared with the organisation's people, by itself or by a network for it; the latest first."""
    identity, resources = the_identity(), queries.national_by_id()
    asked = _asked()
    narrowed = _narrowed(asked)
    unread = _unread(asked, narrowed)
    total = queries.count_shares(identity, organisation.id, narrowed)
    number = page_within(total)
    rows = queries.list_shares(
        identity, organisation.id, narrowed, limit=PER_PAGE, offset=(number - 1) * PER_PAGE
    )
    lines = presenters.share_lines(
        rows,
        resources,
        organisation.id,
        queries.list_sharers(identity, organisation.id, rows),
        queries.list_share_members(identity, rows),
    )
    return render_template(
        "library/shares.html",
        organisation=organisation,
        today=clock.today(),
        page=Page(lines, number, total),
        page_address=url_for_page,
        asked=asked,
        unread=unread,
        narrows=any(asked.values()),
        csv_href=_file(organisation, asked, unread),
        **_figure(organisation, asked),
        resources=presenters.resource_choices(resources.values()),
        channels=presenters.channel_choices(),
        is_network=is_network(organisation.kind),
        may_record=may_record(organisation),
    )


@bp.get(f"{HERE}.csv")
@requires(Permission.ORGANISATION_VIEW)
def shares_csv(organisation: OrganisationRef) -> Response | Answer:
    """The same list as a file, narrowed as the page is; that it was made is noted."""
    identity, resources, today = the_identity(), queries.national_by_id(), clock.today()
    asked = _asked()
    narrowed = _narrowed(asked)
    if unread := _unread(asked, narrowed):
        return _no_file(organisation, asked, unread)
    rows = queries.list_shares(identity, organisation.id, narrowed)
    sharers = queries.list_sharers(identity, organisation.id, rows)
    members = queries.list_share_members(identity, rows)
    evidence = queries.list_share_evidence(identity, rows)
    cells = [
        presenters.share_cells(
            row, resources, organisation.id, sharers, members.get(row.id, ()), evidence.get(row.id, "")
        )
        for row in rows
    ]
    _note_export(organisation, narrowed, len(cells))
    name = f"shares-{organisation.code}-{today.isoformat()}.csv"
    return Response(
        writers.shares_text(cells, organisation.code, today.isoformat()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.get(f"{HERE}/new")
@requires(Permission.MEASURES_RECORD)
def new_share(organisation: OrganisationRef) -> Answer:
    """We have shared this: what the address names is chosen already, and the day is today."""
    require_open(organisation)
    typed = typed_with_evidence()
    chosen = _by_code(request.args.get("resource", ""))
    return _page(organisation, ShareForm(typed) if typed else empty_share(chosen, clock.today()), None)


@bp.post(f"{HERE}/new")
@requires(Permission.MEASURES_RECORD)
@commits
def create_share(organisation: OrganisationRef) -> Answer:
    """Record one occasion."""
    require_open(organisation)
    return led_before() or _save(organisation, None)


@bp.get(f"{HERE}/<uuid:share>")
@requires(Permission.ORGANISATION_VIEW)
def share(organisation: OrganisationRef, share: UUID) -> Answer:
    """One share with all that is known of it and its versions."""
    identity, resources = the_identity(), queries.national_by_id()
    row = queries.get_share(identity, organisation.id, share)
    history = queries.list_share_history(identity, organisation.id, share)
    members = queries.list_share_members(identity, [row]).get(row.id, ())
    sharers = queries.list_sharers(identity, organisation.id, [row])
    is_own = row.organisation_id == organisation.id
    return render_template(
        "library/share.html",
        organisation=organisation,
        row=row,
        line=presenters.share_line(row, resources, organisation.id, sharers, members),
        members=members,
        is_own=is_own,
        versions=[
            (each, presenters.share_line(each, resources, organisation.id, sharers, ())) for each in history
        ],
        names=queries.list_authors(identity, organisation.id, [each.author_id for each in history]),
        may_record=is_own and may_record(organisation),
    )


@bp.get(f"{HERE}/<uuid:share>/edit")
@requires(Permission.MEASURES_RECORD)
def edit_share(organisation: OrganisationRef, share: UUID) -> Answer:
    """A share as it stands, to be corrected."""
    require_open(organisation)
    row, typed = _own(organisation, share), typed_with_evidence()
    return _page(organisation, ShareForm(typed) if typed else _filled(row), row)


@bp.post(f"{HERE}/<uuid:share>/edit")
@requires(Permission.MEASURES_RECORD)
@commits
def save_share(organisation: OrganisationRef, share: UUID) -> Answer:
    """Correct it."""
    require_open(organisation)
    row = _own(organisation, share)
    return led_before() or _save(organisation, row)


@bp.get(f"{HERE}/<uuid:share>/mistaken")
@requires(Permission.MEASURES_RECORD)
def mistake_share(organisation: OrganisationRef, share: UUID) -> Answer:
    """Why it was a mistake."""
    require_open(organisation)
    row, typed = _own(organisation, share), typed_before()
    form = MistakeForm(typed) if typed else MistakeForm(None, data={"version": str(row.version)})
    return _mistake_page(organisation, form, row)


@bp.post(f"{HERE}/<uuid:share>/mistaken")
@requires(Permission.MEASURES_RECORD)
@commits
def save_mistaken_share(organisation: OrganisationRef, share: UUID) -> Answer:
    """It leaves the figures and stays in the history."""
    require_open(organisation)
    row, form = _own(organisation, share), MistakeForm(MultiDict(request.form))
    if led := led_before():
        return led
    if not form.validate():
        return _mistake_page(organisation, form, row), 422
    return keep(
        form,
        lambda: actions.mark_share_mistaken(
            the_identity(), organisation, share, form.reason.data or "", version=form.version_number()
        ),
        partial(_mistake_page, organisation, form, row),
        lambda: _stands_mistaken(organisation, share),
        notice="Marked as a mistake. It stays in the history and counts nowhere.",
        location=_home(organisation),
    )


def _save(organisation: OrganisationRef, row: Share | None) -> Answer:
    form = ShareForm(MultiDict(request.form))
    _offer(organisation, form, row)
    if not form.validate():
        # What else is wrong is said at once, not after the first mistakes are mended.
        form.add_further(actions.problems_of_shares(the_identity(), organisation, *form.readable(), row))
        return _page(organisation, form, row, offered=True), 422
    count = len(form.chosen())
    return keep(
        form,
        lambda: _write(organisation, form, row),
        partial(_page, organisation, form, row, offered=True),
        lambda: _stands(organisation, row),
        notice="Saved."
        if row
        else f"Recorded: {count} {'thing' if count == 1 else 'things'} shared{form.shared_with()}. Thank you.",
        location=_home(organisation),
    )


def _write(organisation: OrganisationRef, form: ShareForm, row: Share | None) -> None:
    identity, facts, behalf = the_identity(), form.facts(), form.behalf()
    if row is None:
        actions.add_shares(
            identity, organisation, form.chosen(), facts, behalf=behalf, once=not form.anyway.data
        )
    else:
        actions.change_share(
            identity,
            organisation,
            row.entity_id,
            form.chosen()[0],
            facts,
            version=form.version_number(),
            behalf=behalf,
        )


def _stands(organisation: OrganisationRef, row: Share | None) -> Stands | None:
    if row is None:
        return None
    found = _own(organisation, row.entity_id)
    form = _filled(found)
    _offer(organisation, form, found)
    return stands(form, found.author_id, found.recorded_at)


def _stands_mistaken(organisation: OrganisationRef, entity_id: UUID) -> Stands:
    found = _own(organisation, entity_id)
    return stands(
        MistakeForm(None, data={"reason": found.mistaken_reason}), found.author_id, found.recorded_at
    )


def _own(organisation: OrganisationRef, entity_id: UUID) -> Share:
    """A share that this organisation recorded itself: only those can be changed. Raises NotFound."""
    row = queries.get_share(the_identity(), organisation.id, entity_id)
    if row.organisation_id != organisation.id:
        raise NotFound(str(entity_id))
    return row


def _filled(row: Share) -> ShareForm:
    members = queries.list_share_members(the_identity(), [row]).get(row.id, ())
    return shown_share({name: getattr(row, name) for name in FIELDS}, [each.id for each in members])


def _offer(organisation: OrganisationRef, form: ShareForm, row: Share | None) -> None:
    rows = queries.list_members(the_identity(), organisation.id) if is_network(organisation.kind) else None
    today = clock.today()
    form.offer(
        resource_options(),
        evidence_options(organisation, row.evidence_id if row else None),
        None if rows is None else presenters.terms(rows),
        today=sum(each.term.covers(today) for each in rows or ()),
        several=row is None,
    )


def _by_code(code: str) -> UUID | None:
    """The resource that a code in the address names; nonsense is none."""
    return next((row.entity_id for row in queries.list_national_resources() if row.code == code), None)


def _asked() -> dict[str, str]:
    """What the address narrows the list to."""
    return {
        name: request.args.get(name, "").strip() for name in ("resource", "channel", "from", "until", "show")
    }


def _unread(asked: dict[str, str], narrowed: LedgerFilter) -> list[presenters.Unread]:
    """The words of the address that narrow nothing."""
    understood = {
        "resource": narrowed.resource_id,
        "channel": narrowed.channel,
        "from": narrowed.since,
        "until": narrowed.until,
    }
    return [
        presenters.unread(name, asked[name])
        for name, value in understood.items()
        if asked[name] and value is None
    ]


def _no_file(organisation: OrganisationRef, asked: dict[str, str], unread: list[presenters.Unread]) -> Answer:
    """A page says beside its list what does not narrow it; a file that holds more than was asked for cannot."""
    page = render_template(
        "library/shares_refused.html",
        organisation=organisation,
        asked=asked,
        unread=unread,
        problems=presenters.problems(unread),
        resources=presenters.resource_choices(queries.national_by_id().values()),
        channels=presenters.channel_choices(),
    )
    return page, 422


def _file(organisation: OrganisationRef, asked: dict[str, str], unread: list[presenters.Unread]) -> str:
    """The address of the file of what is on the page: with what was asked of it and narrows it."""
    left_out = {each.field for each in unread}
    given: dict[str, Any] = {name: words for name, words in asked.items() if words and name not in left_out}
    return url_for("library.shares_csv", organisation=organisation.code, **given)


def _figure(organisation: OrganisationRef, asked: dict[str, str]) -> dict[str, Any]:
    """The figure of a past day that led here: what is said of it, what another filter keeps, and its own file."""
    kept = {name: words for name in FIGURE if (words := request.args.get(name, ""))}
    then = _day(kept.get("as_at", ""))
    if then is None or then >= clock.today():
        return {"since": None, "kept": {}}
    mistakes = asked["show"] == "mistakes"
    narrowed = {**asked, "show": "" if mistakes else "mistakes"}
    other: dict[str, Any] = {**{name: words for name, words in narrowed.items() if words}, **kept}
    told: dict[str, Any] = {**kept, "kind": organisation.kind, "q": organisation.code}
    told |= {"resource": asked["resource"] or "any", "channel": asked["channel"] or None}
    may_read = allows(the_identity(), Permission.SUMMARY_VIEW)
    return {
        "since": presenters.since(then, mistakes=mistakes),
        "kept": kept,
        "other_href": url_for("library.shares", organisation=organisation.code, **other),
        "then_href": url_for("summary.dissemination_shares_csv", **told) if may_read else "",
    }


def _note_export(organisation: OrganisationRef, narrowed: LedgerFilter, rows: int) -> None:
    """Committed before the first byte leaves, as every file of the summary is; only what was understood is noted."""
    filters = {name: str(value) for name, value in asdict(narrowed).items() if value}
    with writing():
        audit.record(
            audit.open_chain(),
            "summary.exported",
            actor_id=the_identity().user_id,
            subject=("page", "shares"),
            public={
                "format": "csv",
                "as_at": clock.today().isoformat(),
                "organisations": [organisation.code],
                "filters": filters,
                "row_count": rows,
            },
        )


def _narrowed(asked: dict[str, str]) -> LedgerFilter:
    return LedgerFilter(
        resource_id=_by_code(asked["resource"]) if asked["resource"] else None,
        channel=read_choice(Channel, "channel"),
        since=_day(asked["from"]),
        until=_day(asked["until"]),
        mistakes=asked["show"] == "mistakes",
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _home(organisation: OrganisationRef) -> str:
    return url_for("library.shares", organisation=organisation.code)


def _page(
    organisation: OrganisationRef,
    form: ShareForm,
    row: Share | None,
    *,
    clash: Clash | None = None,
    offered: bool = False,
) -> str:
    if not offered:
        _offer(organisation, form, row)
    form.resource.hint = presenters.retired_hint(
        queries.national_by_id(), form.resource.data, stands=row is not None
    )
    return render_template(
        "library/share_edit.html",
        organisation=organisation,
        form=form,
        row=row,
        clash=clash,
        draft=True,
        cancel_href=_home(organisation),
    )


def _mistake_page(
    organisation: OrganisationRef, form: MistakeForm, row: Share, *, clash: Clash | None = None
) -> str:
    line = presenters.share_line(row, queries.national_by_id(), organisation.id, {}, ())
    return render_template(
        "library/mistaken.html",
        organisation=organisation,
        form=form,
        clash=clash,
        heading="This share was a mistake",
        said=[line.title, line.how, f"{line.on.day} {line.on:%B %Y}"],
        draft=True,
        cancel_href=_home(organisation),
    )
