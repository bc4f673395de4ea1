"""The register, and one item with its files and its history."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import render_template, request

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.evidence import presenters, queries
from tracker.evidence.presenters import STATES, Supported
from tracker.evidence.queries import RegisterFilter
from tracker.evidence.rules import EvidenceKind
from tracker.evidence.views.common import bp, codes_of, may_record, titles_for, uses_of, way_back
from tracker.web.pagination import PER_PAGE, Page, page_number, url_for_page
from tracker.web.saving import Answer


@bp.get("")
@requires(Permission.ORGANISATION_VIEW)
def register(organisation: OrganisationRef) -> Answer:
    """Every piece of evidence of an organisation, filtered and paged; the filter stays in the address."""
    identity, titles = the_identity(), titles_for(organisation)
    narrowed = _narrowed(titles)
    counts = queries.count_states(identity, organisation.id)
    total = queries.count_register(identity, organisation.id, narrowed)
    number = min(page_number(), Page([], 1, total).pages)
    found = queries.list_register(
        identity, organisation.id, narrowed, limit=PER_PAGE, offset=(number - 1) * PER_PAGE
    )
    subjects = queries.list_subjects(identity, organisation.id, [each.item.entity_id for each in found])
    rows = presenters.register_rows(found, subjects, titles, clock.today())
    return render_template(
        "evidence/register.html",
        organisation=organisation,
        sentence=presenters.register_sentence(
            counts.total, counts.live, counts.out_of_date, counts.withdrawn
        ),
        today=clock.today(),
        holds_any=bool(counts.total),
        page=Page(rows, number, total),
        address=url_for_page,
        narrowed=narrowed,
        is_narrowed=narrowed != RegisterFilter(),
        kinds=presenters.kind_options(),
        states=presenters.state_options(),
        recommendations=presenters.recommendation_options(titles.values()),
        may_record=may_record(organisation),
    )


@bp.get("/<uuid:item>")
@requires(Permission.ORGANISATION_VIEW)
def item(organisation: OrganisationRef, item: UUID) -> Answer:
    """One item: what is said of it, what it supports, its files, and what happened to it."""
    identity, titles = the_identity(), titles_for(organisation)
    linked = queries.get_item(identity, organisation.id, item)
    files = queries.list_files(identity, organisation.id, item)
    names = queries.list_names(identity, organisation.id, item)
    versions = queries.list_versions(identity, organisation.id, item)
    links = queries.list_link_versions(identity, organisation.id, item)
    return render_template(
        "evidence/item.html",
        organisation=organisation,
        item=linked.item,
        state=presenters.state_of(linked.item, clock.today()),
        supports=presenters.supported(codes_of(organisation, item), titles),
        way_back=way_back(organisation, request.args.get("back")),
        uses=uses_of(organisation, item),
        files=presenters.file_rows(files, names),
        history=presenters.history(versions, files, links, names, titles),
        may_record=may_record(organisation) and linked.item.withdrawn_reason is None,
    )


def _narrowed(titles: Mapping[str, Supported]) -> RegisterFilter:
    """The filter in the address; what is not on offer narrows nothing."""

    def known(name: str, values: set[str]) -> str:
        value = request.args.get(name, "")
        return value if value in values else ""

    return RegisterFilter(
        text=request.args.get("q", "").replace("\0", "").strip()[:200],
        kind=known("kind", {each.value for each in EvidenceKind}),
        recommendation=known("recommendation", set(titles)),
        state=known("state", {value for value, _label in STATES}),
    )
