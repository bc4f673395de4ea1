"""Recording a finding. Findings are shown on the record page and on the summary."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.assurance import actions, presenters, queries, rules
from tracker.assurance.forms import FindingForm
from tracker.assurance.rules import Outcome
from tracker.catalogue.rules import OrganisationKind
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.evidence import queries as evidence
from tracker.progress import queries as progress
from tracker.progress.queries import RecordRow
from tracker.web.saving import Answer, claim
from tracker.web.transactions import commits, undo

URL = "/organisations/<organisation:organisation>/recommendations/<recommendation:recommendation>/finding"
bp = Blueprint("assurance", __name__)


@bp.get(URL)
@requires(Permission.FINDING_RECORD)
def review(organisation: OrganisationRef, recommendation: str) -> Answer:
    """What can be said of the position as it stands."""
    record = _record(organisation, recommendation)
    version = 0 if record.entry is None else record.entry.version
    return _page(organisation, record, FindingForm(formdata=None, version=str(version)))


@bp.post(URL)
@requires(Permission.FINDING_RECORD)
@commits
def save(organisation: OrganisationRef, recommendation: str) -> Answer:
    """Record the finding."""
    record = _record(organisation, recommendation)
    form = FindingForm()
    form.offer(_possible(organisation, record))
    if not form.validate():
        return _page(organisation, record, form), 422
    location = url_for("dashboard.record", organisation=organisation.code, recommendation=recommendation)
    try:
        claim(form, location)
        actions.record_finding(
            the_identity(), organisation, recommendation, Outcome(form.outcome.data), form.note.data or "",
            version=form.version_number(),
        )  # fmt: skip
    except RuleBroken as broken:
        undo()
        form.add_problems(broken.problems)
        return _page(organisation, record, form), 422
    except Conflict as conflict:
        undo()
        form.version.data = str(conflict.current_version)
        form.add_problems(
            [("", "The record changed since you opened it. Look at it again below; what you typed is kept.")]
        )
        return _page(organisation, record, form), 409
    flash(presenters.said(Outcome(form.outcome.data), record.recommendation.number), "success")
    return redirect(location, 303)


def _record(organisation: OrganisationRef, recommendation: str) -> RecordRow:
    record = progress.get_record(the_identity(), organisation.id, organisation.kind, recommendation)
    finder = rules.finder_of(the_identity(), organisation.id)
    if finder.role_for(OrganisationKind(organisation.kind)) is None:
        raise NotAllowed(organisation.code)
    return record


def _possible(organisation: OrganisationRef, record: RecordRow) -> tuple[Outcome, ...]:
    finder = rules.finder_of(the_identity(), organisation.id)
    return rules.possible(finder, OrganisationKind(organisation.kind), record.delivery)


def _page(organisation: OrganisationRef, record: RecordRow, form: FindingForm) -> str:
    """The claim with its evidence and what was found before, and the form when there is something to test."""
    identity, code = the_identity(), record.recommendation.code
    outcomes = _possible(organisation, record)
    form.offer(outcomes)
    return render_template(
        "assurance/review.html",
        organisation=organisation,
        record=record,
        items=evidence.list_for_recommendation(identity, organisation.id, code),
        findings=queries.list_findings(identity, organisation.id, code),
        form=form,
        possible=outcomes,
    )
