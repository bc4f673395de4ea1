"""The register of guidelines: open to whoever is signed in, kept by the national lead, previewed before it is saved."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.errors import RuleBroken
from tracker.library import actions as library_actions
from tracker.library import queries as library
from tracker.library.actions import GuidelineInput
from tracker.library.queries import Guideline
from tracker.library.rules import GuidelineVersion, Kind, Population
from tracker.measures.alignment import presenters, queries
from tracker.measures.alignment.forms import GuidelineForm
from tracker.measures.alignment.queries import Affected
from tracker.measures.alignment.views.common import bp, stands
from tracker.web.conflicts import Clash
from tracker.web.saving import Answer, Stands, keep, typed_before
from tracker.web.transactions import commits

FIELDS = (
    "reference",
    "title",
    "kind",
    "populations",
    "issued_on",
    "counts_from",
    "recheck_by",
    "link",
    "note",
)


@bp.get("/guidelines")
@requires(Permission.ACCOUNT_OWN)
def guidelines() -> Answer:
    """Every version, for whom it is and whether it is in force."""
    rows, versions, today = library.list_guidelines(), library.list_versions(), clock.today()
    return render_template(
        "alignment/guidelines.html",
        lines=presenters.guideline_lines(rows, versions, today),
        today=today,
        may_manage=allows(the_identity(), Permission.GUIDELINES_MANAGE),
    )


@bp.get("/guidelines/new")
@requires(Permission.GUIDELINES_MANAGE)
def new_guideline() -> Answer:
    """An empty version."""
    return _page(GuidelineForm(typed_before()), None)


@bp.post("/guidelines/new")
@requires(Permission.GUIDELINES_MANAGE)
@commits
def create_guideline() -> Answer:
    """Show what it would turn to "check again", then add it."""
    return _save(None)


@bp.get("/guidelines/<uuid:guideline>")
@requires(Permission.GUIDELINES_MANAGE)
def edit_guideline(guideline: UUID) -> Answer:
    """A version as it stands."""
    row = library.get_guideline(guideline)
    typed = typed_before()
    if typed:
        return _page(GuidelineForm(typed), row)
    return _page(_filled(row), row)


@bp.post("/guidelines/<uuid:guideline>")
@requires(Permission.GUIDELINES_MANAGE)
@commits
def save_guideline(guideline: UUID) -> Answer:
    """Show what the correction would turn to "check again", then save it."""
    return _save(library.get_guideline(guideline))


def _filled(row: Guideline) -> GuidelineForm:
    values = {name: getattr(row, name) for name in FIELDS}
    return GuidelineForm(None, data={**values, "kind": row.kind.value, "version": str(row.version)})


def _stands(row: Guideline | None) -> Stands | None:
    if row is None:
        return None
    found = library.get_guideline(row.entity_id)
    return stands(_filled(found), found.author_id, found.recorded_at)


def _save(row: Guideline | None) -> Answer:
    form = GuidelineForm(MultiDict(request.form))
    if not form.validate():
        return _page(form, row), 422
    wanted, identity = _input(form), the_identity()
    if not request.form.get("confirmed"):
        return _preview(form, row, wanted)

    def act() -> None:
        if row is None:
            library_actions.add_guideline(identity, wanted)
        else:
            library_actions.change_guideline(identity, row.entity_id, wanted, version=form.version_number())

    return keep(
        form,
        act,
        lambda **more: _page(form, row, **more),
        lambda: _stands(row),
        notice=f"{wanted.reference} is saved.",
        location=url_for("alignment.guidelines"),
    )


def _preview(form: GuidelineForm, row: Guideline | None, wanted: GuidelineInput) -> Answer:
    try:
        library_actions.check_guideline(wanted, row.entity_id if row else None)
    except RuleBroken as broken:
        form.add_problems(broken.problems)
        return _page(form, row), 422
    day = max(clock.today(), wanted.counts_from or wanted.issued_on or clock.today())
    affected = queries.count_affected(the_identity(), _version(wanted, row), library.list_versions(), day)
    return _page(form, row, affected=affected, wanted=wanted)


def _version(wanted: GuidelineInput, row: Guideline | None) -> GuidelineVersion:
    return GuidelineVersion(
        id=str(row.entity_id) if row else "new",
        reference=wanted.reference,
        title=wanted.title,
        issued_on=wanted.issued_on,
        populations=wanted.populations,
        counts_from=wanted.counts_from,
        recheck_by=wanted.recheck_by,
        kind=wanted.kind,
    )


def _input(form: GuidelineForm) -> GuidelineInput:
    return GuidelineInput(
        reference=form.reference.data or "",
        title=form.title.data or "",
        issued_on=form.issued_on.data,
        populations=frozenset(Population(each) for each in form.populations.data or ()),
        counts_from=form.counts_from.data,
        recheck_by=form.recheck_by.data,
        kind=Kind(form.kind.data or Kind.GUIDELINE),
        link=form.link.data or "",
        note=form.note.data or "",
    )


def _page(
    form: GuidelineForm,
    row: Guideline | None,
    *,
    affected: Affected | None = None,
    wanted: GuidelineInput | None = None,
    clash: Clash | None = None,
) -> str:
    return render_template(
        "alignment/guideline.html",
        form=form,
        row=row,
        clash=clash,
        affected=affected,
        lost=presenters.lost_words(affected.lost) if affected else (),
        wanted=wanted,
        history=library.list_guideline_history(row.entity_id) if row else (),
        draft=True,
        cancel_href=url_for("alignment.guidelines"),
    )
