"""The recorded decision, and how the role is arranged."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.measures.champions import actions, presenters, queries
from tracker.measures.champions.forms import DecisionForm, ModelForm
from tracker.measures.champions.rules import Decision
from tracker.measures.champions.views.common import address, both, bp, form_page
from tracker.web.saving import Answer, keep, require_open, typed_before
from tracker.web.transactions import commits


@bp.get("/decision")
@requires(Permission.MEASURES_RECORD)
def decision(organisation: OrganisationRef) -> Answer:
    """The decision as it stands, or four empty questions."""
    require_open(organisation)
    typed = typed_before()
    row = queries.get_register(the_identity(), organisation.id).decision
    form = DecisionForm(typed) if typed else DecisionForm(None, obj=row)
    return form_page("decision", organisation, form, exists=row is not None)


@bp.post("/decision")
@requires(Permission.MEASURES_RECORD)
@commits
def save_decision(organisation: OrganisationRef) -> Answer:
    """Record the decision; then how the role is arranged, unless that is known."""
    require_open(organisation)
    form = DecisionForm(MultiDict(request.form))
    identity = the_identity()
    register = queries.get_register(identity, organisation.id)

    def again(**more: Any) -> str:
        return form_page("decision", organisation, form, exists=register.decision is not None, **more)

    if not form.validate():
        return again(), 422
    wanted = form.decided()
    asks_model = wanted.decision is not None and wanted.decision.is_adopted and register.model is None
    return keep(
        form,
        lambda: actions.record_decision(identity, organisation, wanted, version=form.version_number()),
        again,
        notice="Decision saved. Now say how your champions work." if asks_model else "Decision saved.",
        location=address(organisation, "model" if asks_model else "index"),
        stands=lambda: both(
            presenters.values_of(queries.get_register(identity, organisation.id).decision),
            presenters.values_of(wanted),
        ),
    )


@bp.get("/model")
@requires(Permission.MEASURES_RECORD)
def model(organisation: OrganisationRef) -> Answer:
    """How the role is arranged, as it stands."""
    require_open(organisation)
    typed = typed_before()
    register = queries.get_register(the_identity(), organisation.id)
    form = ModelForm(typed) if typed else ModelForm(None, obj=register.model)
    adapted = register.decision is not None and register.decision.decision is Decision.ADAPT
    return form_page("model", organisation, form, adapted=adapted)


@bp.post("/model")
@requires(Permission.MEASURES_RECORD)
@commits
def save_model(organisation: OrganisationRef) -> Answer:
    """Record how the role is arranged."""
    require_open(organisation)
    form, identity = ModelForm(MultiDict(request.form)), the_identity()

    def again(**more: Any) -> str:
        return form_page("model", organisation, form, adapted=False, **more)

    if not form.validate():
        return again(), 422
    wanted = form.model()
    return keep(
        form,
        lambda: actions.record_model(identity, organisation, wanted, version=form.version_number()),
        again,
        notice="Saved.",
        location=address(organisation),
        stands=lambda: both(
            presenters.values_of(queries.get_register(identity, organisation.id).model),
            presenters.values_of(wanted),
        ),
    )
