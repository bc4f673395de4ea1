"""An organisation's own practices: listed by state, written, changed, sent for review, taken out of use."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.errors import Conflict, RuleBroken
from tracker.practice import actions, presenters, queries
from tracker.practice.forms import PracticeForm, SendForm, WithdrawForm, filled
from tracker.practice.queries import Practice
from tracker.practice.rules import State
from tracker.practice.views.common import (
    OWN,
    bp,
    chosen,
    list_address,
    may_record,
    name_of,
    own_address,
    titles,
    words_asked,
)
from tracker.web.conflicts import Clash
from tracker.web.pagination import PER_PAGE, Page, page_number, url_for_page
from tracker.web.saving import Answer, Stands, claim, keep, led_before, require_open, typed_before
from tracker.web.transactions import commits, undo

# As many ticks as a person can look through; what is ticked already always stands among them.
MOST_EVIDENCE = 100
SENT = "Sent for review."


@bp.get(OWN)
@requires(Permission.ORGANISATION_VIEW)
def index(organisation: OrganisationRef) -> Answer:
    """Every practice of an organisation, what needs somebody first; the filter stays in the address."""
    identity, today = the_identity(), clock.today()
    rows = queries.list_practices(identity, organisation.id)
    published = queries.list_published_of(identity, organisation.id)
    used = queries.count_users_of(identity, organisation.id)
    state, words = chosen("state", {each.value for each in State}), words_asked()
    found = [
        row for row in rows if _is_in(state, row, published) and words.casefold() in row.title.casefold()
    ]
    lines = presenters.lines(found, published, used, titles(), today)
    number = min(page_number(), Page([], 1, len(lines)).pages)
    return render_template(
        "practice/index.html",
        organisation=organisation,
        sentence=presenters.sentence(rows, published),
        today=today,
        total=len(rows),
        page=Page(lines[(number - 1) * PER_PAGE : number * PER_PAGE], number, len(lines)),
        address=url_for_page,
        asked={"q": words, "state": state},
        states=presenters.state_options(),
        may_record=may_record(organisation),
    )


@bp.get(f"{OWN}/<uuid:practice>")
@requires(Permission.ORGANISATION_VIEW)
def own(organisation: OrganisationRef, practice: UUID) -> Answer:
    """One practice as it stands, what others see of it, who used it, what happened to it."""
    return _own_page(organisation, practice)


def _own_page(organisation: OrganisationRef, practice: UUID, *, is_changed: bool = False) -> str:
    identity = the_identity()
    row = queries.get_practice(identity, organisation.id, practice)
    versions = queries.list_versions(identity, organisation.id, practice)
    writers = {each for version in versions for each in (version.author_id, version.reviewed_by) if each}
    published = queries.list_published_of(identity, organisation.id).get(practice)
    return render_template(
        "practice/own.html",
        organisation=organisation,
        row=row,
        tag=presenters.state_tag(row),
        state_words=presenters.state_words(row),
        proven=presenters.proven_tag(row),
        published=published,
        published_words=presenters.published_words(published) if published else "",
        recommendation=titles().get(row.recommendation_code, row.recommendation_code),
        said=presenters.said(row),
        evaluation=presenters.evaluation(row),
        local=presenters.local_share(row),
        evidence=presenters.evidence(queries.shared_items(row)),
        users=queries.list_users(identity, practice),
        history=presenters.history(versions, queries.names_of(identity, writers)),
        today=clock.today(),
        may_record=may_record(organisation) and row.state is not State.WITHDRAWN,
        may_send=row.state in (State.DRAFT, State.RETURNED),
        key=uuid4().hex,
        is_changed=is_changed,
    )


@bp.get(f"{OWN}/new")
@requires(Permission.MEASURES_RECORD)
def new(organisation: OrganisationRef) -> Answer:
    """An empty practice."""
    require_open(organisation)
    return _page(organisation, PracticeForm(typed_before()), None)


@bp.post(f"{OWN}/new")
@requires(Permission.MEASURES_RECORD)
@commits
def create(organisation: OrganisationRef) -> Answer:
    """Save a draft, or send it for review at once."""
    return _save(organisation, None)


@bp.get(f"{OWN}/<uuid:practice>/edit")
@requires(Permission.MEASURES_RECORD)
def edit(organisation: OrganisationRef, practice: UUID) -> Answer:
    """A practice as it stands, to be changed."""
    require_open(organisation)
    row = queries.get_practice(the_identity(), organisation.id, practice)
    typed = typed_before()
    form = PracticeForm(typed) if typed else _filled(row)
    if not typed and request.args.get("step") == "send":
        # Somebody wanted to send it as it stands: what it still needs.
        facts = actions.standing_facts(the_identity(), organisation, row)
        form.add_problems(actions.problems_of(the_identity(), organisation, facts, practice, sending=True))
    return _page(organisation, form, row)


@bp.post(f"{OWN}/<uuid:practice>/edit")
@requires(Permission.MEASURES_RECORD)
@commits
def save(organisation: OrganisationRef, practice: UUID) -> Answer:
    """Save a change as a draft, or send it for review."""
    return _save(organisation, queries.get_practice(the_identity(), organisation.id, practice))


@bp.post(f"{OWN}/<uuid:practice>/send")
@requires(Permission.MEASURES_RECORD)
@commits
def send(organisation: OrganisationRef, practice: UUID) -> Answer:
    """Send for review what stands; where something is missing, to the form that says what."""
    require_open(organisation)
    form, location = SendForm(), own_address(organisation, practice)
    try:
        claim(form, location)
        actions.send_practice(the_identity(), organisation, practice, version=form.version_number())
    except RuleBroken:
        undo()
        edit = url_for("practice.edit", organisation=organisation.code, practice=practice, step="send")
        return redirect(edit, 303)
    except Conflict:
        undo()
        return _own_page(organisation, practice, is_changed=True), 409
    flash(SENT, "success")
    return redirect(location, 303)


@bp.get(f"{OWN}/<uuid:practice>/withdraw")
@requires(Permission.MEASURES_RECORD)
def withdraw(organisation: OrganisationRef, practice: UUID) -> Answer:
    """Ask why it is taken out of use."""
    require_open(organisation)
    row = queries.get_practice(the_identity(), organisation.id, practice)
    return _withdraw_page(organisation, row, WithdrawForm(typed_before(), data={"version": str(row.version)}))


@bp.post(f"{OWN}/<uuid:practice>/withdraw")
@requires(Permission.MEASURES_RECORD)
@commits
def take_out_of_use(organisation: OrganisationRef, practice: UUID) -> Answer:
    """Take it out of use, for others at once."""
    require_open(organisation)
    row = queries.get_practice(the_identity(), organisation.id, practice)
    form = WithdrawForm(MultiDict(request.form))
    if not form.validate():
        return _withdraw_page(organisation, row, form), 422
    return keep(
        form,
        lambda: actions.withdraw_practice(
            the_identity(),
            organisation,
            practice,
            reason=form.reason.data or "",
            version=form.version_number(),
            looked=form.has_looked(),
        ),
        lambda **more: _withdraw_page(organisation, row, form, **more),
        notice="The practice is taken out of use.",
        location=own_address(organisation, practice),
    )


def _save(organisation: OrganisationRef, row: Practice | None) -> Answer:
    require_open(organisation)
    if led := led_before():
        return led
    identity, sending = the_identity(), request.form.get("step") == "send"
    practice_id = row.entity_id if row else None
    form = PracticeForm(MultiDict(request.form))
    _offer(organisation, form, row)
    if not form.validate():
        # What else is wrong is said at once, not after the first mistakes are mended.
        form.add_further(
            actions.problems_of(
                identity, organisation, form.facts(), practice_id, sending=sending, looked=form.has_looked()
            )
        )
        return _page(organisation, form, row), 422
    facts, notice, looked = form.facts(), _notice(row, sending=sending), form.has_looked()

    def act() -> None:
        if practice_id is None:
            actions.add_practice(identity, organisation, facts, send=sending, looked=looked)
        else:
            actions.change_practice(
                identity, organisation, practice_id, facts,
                version=form.version_number(), send=sending, looked=looked,
            )  # fmt: skip

    return keep(
        form,
        act,
        lambda **more: _page(organisation, form, row, **more),
        lambda: _stands(organisation, practice_id),
        notice=notice,
        location=own_address(organisation, practice_id) if practice_id else list_address(organisation),
    )


def _notice(before: Practice | None, *, sending: bool) -> str:
    if sending:
        return SENT
    if before is not None and before.state is State.SENT:
        return "Saved as a draft. It no longer waits for the national lead: send it again when it is ready."
    return "Saved as a draft. Nobody else sees it yet."


def _is_in(state: str, row: Practice, published: Collection[UUID]) -> bool:
    """One that others see is published, whatever is being changed in it."""
    return state in ("", row.state.value) or (state == State.PUBLISHED and row.entity_id in published)


def _filled(row: Practice) -> PracticeForm:
    names = PracticeForm().data.keys() - {"csrf_token", "idempotency_key", "version", "looked", "looked_at"}
    return filled(PracticeForm, {**{name: getattr(row, name) for name in names}, "version": str(row.version)})


def _stands(organisation: OrganisationRef, practice: UUID | None) -> Stands | None:
    if practice is None:
        return None
    row = queries.get_practice(the_identity(), organisation.id, practice)
    form = _filled(row)
    # What was stated of another text is no part of this one.
    del form.looked
    _offer(organisation, form, row)
    return Stands(form, name_of(row.author_id), row.recorded_at)


def _offer(organisation: OrganisationRef, form: PracticeForm, row: Practice | None) -> None:
    kept: Collection[str] = {*(row.evidence_ids if row else ()), *(form.evidence_ids.data or ())}
    items = queries.list_shareable(the_identity(), organisation.id)
    form.offer(
        list(titles(organisation.kind).items()),
        [each for place, each in enumerate(items) if place < MOST_EVIDENCE or str(each.entity_id) in kept],
    )


def _page(
    organisation: OrganisationRef, form: PracticeForm, row: Practice | None, *, clash: Clash | None = None
) -> str:
    _offer(organisation, form, row)
    return render_template(
        "practice/edit.html",
        organisation=organisation,
        form=form,
        row=row,
        state_words=presenters.state_words(row) if row else "",
        clash=clash,
        draft=True,
        cancel_href=own_address(organisation, row.entity_id) if row else list_address(organisation),
    )


def _withdraw_page(
    organisation: OrganisationRef, row: Practice, form: WithdrawForm, *, clash: Clash | None = None
) -> str:
    return render_template(
        "practice/withdraw.html",
        organisation=organisation,
        form=form,
        row=row,
        clash=clash,
        draft=True,
        cancel_href=own_address(organisation, row.entity_id),
    )
