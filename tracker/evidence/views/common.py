"""What the pages of evidence share: the item, the words of recommendations, what a form says."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, current_app, url_for

from tracker import clock
from tracker.access.decorators import the_identity
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.catalogue import queries as catalogue
from tracker.evidence import queries, rules
from tracker.evidence.actions import ItemInput
from tracker.evidence.forms import DetailsForm, ItemForm
from tracker.evidence.presenters import Supported, WayBack, find_way_back
from tracker.evidence.queries import LinkedItem
from tracker.evidence.rules import EvidenceKind, EvidenceUse
from tracker.web.saving import is_kept, require_open

UseReader = Callable[[Identity, UUID, UUID], list[EvidenceUse]]

bp = Blueprint("evidence", __name__, url_prefix="/organisations/<organisation:organisation>/evidence")


def may_record(organisation: OrganisationRef) -> bool:
    return organisation.is_open and allows(the_identity(), Permission.EVIDENCE_RECORD, organisation.id)


def open_item(organisation: OrganisationRef, item_id: UUID) -> LinkedItem:
    require_open(organisation)
    return queries.get_item(the_identity(), organisation.id, item_id)


def address_of(organisation: OrganisationRef, item_id: UUID, back: WayBack | None = None) -> str:
    further = None if back is None else back.path
    return url_for("evidence.item", organisation=organisation.code, item=item_id, back=further)


def way_back(organisation: OrganisationRef, path: str | None) -> WayBack | None:
    """The form of this organisation that evidence is added for, while it is kept; anything else leads nowhere."""
    home = url_for("dashboard.organisation", organisation=organisation.code)
    found = find_way_back(home, path or "")
    return found if found is not None and is_kept(found.path) else None


def codes_of(organisation: OrganisationRef, item_id: UUID) -> list[str]:
    links = queries.list_links(the_identity(), organisation.id, item_id)
    return [link.subject_code for link in links]


def uses_of(organisation: OrganisationRef, item_id: UUID) -> list[EvidenceUse]:
    """What the floors above rest on an item: each of them was asked to offer a reader when the service started."""
    readers: tuple[UseReader, ...] = current_app.extensions["tracker_evidence_uses"]
    return [use for read in readers for use in read(the_identity(), organisation.id, item_id)]


def titles_for(organisation: OrganisationRef) -> dict[str, Supported]:
    found = catalogue.list_recommendations(organisation.kind)
    return {each.code: Supported(each.code, str(each.number), each.short_title) for each in found}


def answers_for(organisation: OrganisationRef) -> list[tuple[str, int, str]]:
    found = catalogue.list_recommendations(organisation.kind)
    return [(each.code, each.number, each.short_title) for each in found]


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
