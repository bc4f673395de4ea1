"""One thing that was shared: the one-step form, its page, corrections and mistakes."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.errors import NotFound
from tracker.library import actions, queries
from tracker.library.forms.sharing import ShareForm, empty_share, shown_share
from tracker.library.forms.using import MistakeForm
from tracker.library.presenters import sharing as presenters
from tracker.library.queries import Share
from tracker.library.rules import is_network
from tracker.library.views.common import bp
from tracker.library.views.ledger import HERE, resource_by_code
from tracker.library.views.registers import (
    evidence_options,
    keep_mistake,
    may_record,
    resource_options,
    stands,
    typed_with_evidence,
)
from tracker.web.conflicts import Clash
from tracker.web.saving import Answer, Stands, keep, led_before, require_open, typed_before
from tracker.web.transactions import commits

FIELDS = (
    "resource_id", "channel", "channel_words", "shared_on", "link", "evidence_id", "reached", "reached_basis",
    "note", "version",
)  # fmt: skip


@bp.get(f"{HERE}/new")
@requires(Permission.MEASURES_RECORD)
def new_share(organisation: OrganisationRef) -> Answer:
    """We have shared this: what the address names is chosen already, and the day is today."""
    require_open(organisation)
    typed = typed_with_evidence()
    chosen = resource_by_code(request.args.get("resource", ""))
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
    return keep_mistake(
        form,
        lambda: actions.mark_share_mistaken(
            the_identity(), organisation, share, form.reason.data or "", version=form.version_number()
        ),
        partial(_mistake_page, organisation, form, row),
        lambda: _stands_mistaken(organisation, share),
        _home(organisation),
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
