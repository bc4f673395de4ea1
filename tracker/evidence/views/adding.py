"""A new item, with several files or a link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from tracker.access.decorators import requires, the_identity, uploads
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.catalogue.rules import readers_of
from tracker.errors import RuleBroken
from tracker.evidence import actions, queries
from tracker.evidence.forms import LINK_THERE, ItemForm
from tracker.evidence.queries import HeldUpload, LinkedItem
from tracker.evidence.views.arriving import held_files, hold_files, lost_problems, picture_problems
from tracker.evidence.views.common import address_of, answers_for, bp, wanted_item, way_back
from tracker.web.saving import Answer, claim, finish_draft, led_before, require_open, typed_before
from tracker.web.transactions import commits, undo

Same = Mapping[UUID, LinkedItem]


@bp.get("/new")
@requires(Permission.EVIDENCE_RECORD)
def new(organisation: OrganisationRef) -> Answer:
    """The empty form, with a recommendation ticked when the address names one, or what was half typed."""
    require_open(organisation)
    typed, back = typed_before(), request.args.get("back", "")
    form = _new_form(organisation, typed)
    if not typed:
        form.recommendations.data = [request.args.get("recommendation", "")]
    # Older evidence that is carried on belongs to the form that was left for it now.
    if not typed or way_back(organisation, back):
        form.back.data = back
    return _new_page(organisation, form)


@bp.post("/new")
@requires(Permission.EVIDENCE_RECORD)
@uploads
@commits
def create(organisation: OrganisationRef) -> Answer:
    """Add an item. Files that arrived with a form that fails are kept, and need not be chosen again."""
    require_open(organisation)
    if led := led_before():
        return led
    typed, problems = hold_files(organisation)
    form = _new_form(organisation, typed)
    held = held_files(organisation, form)
    same = _same_bytes(organisation, held)
    form.validate()
    form.add_problems([*problems, *_new_problems(form, held, same, refused=bool(problems))])
    if form.error_summary():
        return _new_page(organisation, form, held=held, same=same), 422
    try:
        location = _save_new(organisation, form, held, same)
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return _new_page(organisation, form, held=held, same=same), 422
    finish_draft()
    return redirect(location, 303)


def _save_new(organisation: OrganisationRef, form: ItemForm, held: Sequence[HeldUpload], same: Same) -> str:
    """Link the items that are there, if that was chosen, and make a new one of the rest; where it can be seen."""
    linking = same if form.duplicate.data == LINK_THERE else {}
    there = list(dict.fromkeys(each.item.entity_id for each in linking.values()))
    fresh = [each for each in held if each.id not in linking]
    adds = bool(fresh or form.link.data or not there)
    item_id = actions.next_item_id() if adds else there[0]
    location = address_of(organisation, item_id, way_back(organisation, form.back.data))
    claim(form, location)
    wanted = wanted_item(form, first_file=held[0].file_name if held else "")
    for each in there:
        actions.link_item(the_identity(), organisation, each, wanted.recommendations)
    if adds:
        actions.add_item(the_identity(), organisation, wanted, fresh, item_id=item_id)
    flash(
        "Saved. The evidence was added." if adds else "Saved. The evidence that is here supports them too.",
        "success",
    )
    return location


def _new_form(organisation: OrganisationRef, typed: MultiDict[str, str] | None = None) -> ItemForm:
    form = ItemForm(formdata=typed)
    form.offer(answers_for(organisation), current_app.config["SETTINGS"].max_upload_mb)
    return form


def _new_page(
    organisation: OrganisationRef,
    form: ItemForm,
    *,
    held: Sequence[HeldUpload] | None = None,
    same: Same | None = None,
) -> str:
    held = held_files(organisation, form) if held is None else held
    return render_template(
        "evidence/new.html",
        organisation=organisation,
        form=form,
        held=held,
        readers=readers_of(organisation.kind),
        same=list({each.item.entity_id: each.item for each in (same or {}).values()}.values()),
        way_back=way_back(organisation, form.back.data),
        draft=True,
    )


def _new_problems(
    form: ItemForm, held: Sequence[HeldUpload], same: Same, *, refused: bool
) -> list[tuple[str, str]]:
    problems = [*lost_problems(form, held), *picture_problems(form, held)]
    if not held and not form.link.data and not refused and not problems:
        problems.append(("files", "Add a file or a link"))
    if same and form.duplicate.data is None and not form.duplicate.errors:
        names = ", ".join(each.file_name for each in held if each.id in same)
        problems.append(("duplicate", f"{names} is here already. Say what we shall do with it"))
    return problems


def _same_bytes(organisation: OrganisationRef, held: Sequence[HeldUpload]) -> dict[UUID, LinkedItem]:
    """Of the files that have arrived, those that an item in use holds already."""
    found = {}
    for each in held:
        same = queries.find_same_bytes(the_identity(), organisation.id, each.sha256)
        if same is not None and same.item.withdrawn_reason is None:
            found[each.id] = same
    return found
