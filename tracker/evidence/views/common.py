"""What the pages of evidence share: the item, the words of recommendations, what a form says."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from tracker import clock
from tracker.access.decorators import the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.accounts import actions as accounts
from tracker.accounts import queries as accounts_queries
from tracker.catalogue import queries as catalogue
from tracker.errors import NotAllowed
from tracker.evidence import queries, rules
from tracker.evidence.actions import ItemInput
from tracker.evidence.forms import DetailsForm, FilesForm, ItemForm, WithdrawForm
from tracker.evidence.presenters import Supported
from tracker.evidence.queries import LinkedItem
from tracker.evidence.rules import EvidenceKind

bp = Blueprint("evidence", __name__, url_prefix="/organisations/<organisation:organisation>/evidence")
Answer = str | tuple[str, int] | Response


def typed_before() -> MultiDict[str, str] | None:
    """What this person had typed here when her session ended, if she carries on with it; else it is offered."""
    draft = accounts_queries.find_draft(the_identity(), request.path)
    g.draft = None if not draft else "taken" if request.args.get("draft") else "offered"
    return MultiDict(draft) if draft and g.draft == "taken" else None


@bp.context_processor
def _draft_state() -> dict[str, str | None]:
    return {"draft_state": g.get("draft")}


def saved() -> None:
    """What was typed is saved: no draft of it is left."""
    accounts.discard_draft(the_identity(), request.path)


def may_record(organisation: OrganisationRef) -> bool:
    return organisation.is_open and allows(the_identity(), Permission.EVIDENCE_RECORD, organisation.id)


def require_open(organisation: OrganisationRef) -> None:
    if not organisation.is_open:
        raise NotAllowed(f"{organisation.code} is closed: its record is read-only")


def open_item(organisation: OrganisationRef, item_id: UUID) -> LinkedItem:
    require_open(organisation)
    return queries.get_item(the_identity(), organisation.id, item_id)


def address_of(organisation: OrganisationRef, item_id: UUID) -> str:
    return url_for("evidence.item", organisation=organisation.code, item=item_id)


def codes_of(organisation: OrganisationRef, item_id: UUID) -> list[str]:
    links = queries.list_links(the_identity(), organisation.id, item_id)
    return [link.subject_code for link in links]


def titles_for(organisation: OrganisationRef) -> dict[str, Supported]:
    found = catalogue.list_recommendations(organisation.kind)
    return {each.code: Supported(each.code, str(each.number), each.short_title) for each in found}


def answers_for(organisation: OrganisationRef) -> list[tuple[str, int, str]]:
    found = catalogue.list_recommendations(organisation.kind)
    return [(each.code, each.number, each.short_title) for each in found]


def led_before() -> Response | None:
    """Where this very form led when it was saved before: a retried post need not send its files again."""
    key = request.form.get("idempotency_key", "")
    location = accounts_queries.find_posted(the_identity().user_id, key)
    return redirect(location, 303) if location else None


def claim(form: ItemForm | FilesForm | WithdrawForm, location: str) -> None:
    accounts.claim_form(the_identity().user_id, form.idempotency_key.data or "", location)


def wanted_item(form: ItemForm, *, first_file: str) -> ItemInput:
    """What was typed; of a new item, an empty title and date are filled from the file and today."""
    title = form.title.data or (rules.title_from_file_name(first_file) if first_file else "")
    return ItemInput(
        title=title,
        shows=form.shows.data or "",
        kind=EvidenceKind(form.kind.data),
        dated_on=form.dated_on.data or (None if isinstance(form, DetailsForm) else clock.today()),
        valid_until=form.valid_until.data,
        link=form.link.data or None,
        recommendations=tuple(form.recommendations.data or ()),
    )
