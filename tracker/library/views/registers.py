"""What the pages of usage, evaluations and developments share: who may write, what can be chosen, who was first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from flask import request, url_for

from tracker.access.decorators import the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.errors import NotFound
from tracker.evidence import queries as evidence
from tracker.evidence.queries import RegisterFilter
from tracker.library import queries
from tracker.library.queries import NationalResource
from tracker.library.rules.national import NationalKind
from tracker.web.conflicts import Clash
from tracker.web.fields import VersionedForm
from tracker.web.formats import short_day
from tracker.web.pagination import PER_PAGE, page_number
from tracker.web.saving import Answer, Stands, Typed, keep, led_before, typed_before

# More evidence than this is found through the register.
MOST_EVIDENCE = 500


def may_record(organisation: OrganisationRef) -> bool:
    return organisation.is_open and allows(the_identity(), Permission.MEASURES_RECORD, organisation.id)


def stands(form: VersionedForm, author_id: UUID | None, recorded_at: datetime) -> Stands:
    """What somebody else saved first, with her name."""
    return Stands(form, queries.find_author(the_identity(), author_id), recorded_at)


def training_options(chosen: UUID | None = None) -> list[tuple[UUID, str]]:
    """What is counted and evaluated: training, not the pages that list it; and what was chosen before."""
    rows = queries.national_by_id()
    return [
        (key, words)
        for key, words in resource_options()
        if key == chosen or rows[key].kind is NationalKind.RESOURCE
    ]


def resource_options() -> list[tuple[UUID, str]]:
    """All that can be shared, what is no longer offered at the end and said so."""
    rows = sorted(
        queries.national_by_id().values(), key=lambda row: (row.retired_on is not None, row.position)
    )
    return [
        (row.entity_id, row.title if row.retired_on is None else f"{row.title} (no longer offered)")
        for row in rows
    ]


def evidence_options(
    organisation: OrganisationRef, chosen: UUID | None = None
) -> list[tuple[UUID, str, str]]:
    """The organisation's evidence in use, and the item that was chosen before even if it no longer is."""
    identity = the_identity()
    listed = evidence.list_register(
        identity, organisation.id, RegisterFilter(), limit=MOST_EVIDENCE, offset=0
    )
    found = [each.item for each in listed]
    if chosen is not None and all(item.entity_id != chosen for item in found):
        # It may be older than all of these: left out, it would be taken off by the next save.
        with suppress(NotFound):
            found.append(evidence.get_item(identity, organisation.id, chosen).item)
    return [
        (item.entity_id, item.title, short_day(item.dated_on))
        for item in found
        if item.withdrawn_reason is None or item.entity_id == chosen
    ]


def typed_with_evidence() -> Typed:
    """What was typed here before, with the evidence chosen that was added for it since."""
    typed = typed_before()
    if typed is not None and (added := request.args.get("evidence")):
        typed["evidence_id"] = added
    return typed


def asked_resource(resources: Mapping[UUID, NationalResource]) -> UUID | None:
    """The resource that a list is narrowed to; nonsense narrows nothing."""
    try:
        found = UUID(request.args.get("resource", ""))
    except ValueError:
        return None
    return found if found in resources else None


def page_within(total: int, *, word: str = "page", per_page: int = PER_PAGE) -> int:
    """The page asked for, or the last one."""
    return min(page_number(word), max(1, -(-total // per_page)))


def tabs(organisation: OrganisationRef, here: str) -> list[tuple[str, str, bool]]:
    """The three registers of an organisation: words, address, whether it is this page."""
    pages = (
        ("usage", "Use of national training"),
        ("evaluations", "Evaluations"),
        ("developments", "New training being made"),
    )
    return [
        (words, url_for(f"library.{name}", organisation=organisation.code), name == here)
        for name, words in pages
    ]


def keep_mistake(
    form: VersionedForm,
    mark: Callable[[], object],
    page: Callable[..., str],
    stands_now: Callable[[], Stands | Clash | None],
    home: str,
) -> Answer:
    """An entry of a register as a mistake: the form again with what is wrong, or marked and back to the list."""
    if led := led_before():
        return led
    if not form.validate():
        return page(), 422
    return keep(
        form,
        mark,
        page,
        stands_now,
        notice="Marked as a mistake. It stays in the history and counts nowhere.",
        location=home,
    )
