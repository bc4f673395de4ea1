"""The ledger of what was shared with an organisation's people: a list to narrow, and the same as a file."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, render_template, request, url_for

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.audit import actions as audit
from tracker.library import queries, writers
from tracker.library.presenters import sharing as presenters
from tracker.library.queries import LedgerFilter
from tracker.library.rules import Channel, is_network
from tracker.library.views.choosing import read_choice
from tracker.library.views.common import bp
from tracker.library.views.registers import (
    may_record,
    page_within,
)
from tracker.web.pagination import PER_PAGE, Page, url_for_page
from tracker.web.saving import Answer
from tracker.web.transactions import writing

HERE = "/organisations/<organisation:organisation>/shares"

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
        resource_id=resource_by_code(asked["resource"]) if asked["resource"] else None,
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


def resource_by_code(code: str) -> UUID | None:
    """The resource that a code in the address names; nonsense is none."""
    return next((row.entity_id for row in queries.list_national_resources() if row.code == code), None)
