"""What the pages of staff trained share: the blueprint, who may write, files that arrived."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, request, url_for
from werkzeug.datastructures import FileStorage, MultiDict

from tracker import clock
from tracker.access.decorators import the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.catalogue import queries as catalogue
from tracker.errors import NotAllowed
from tracker.evidence import actions as evidence
from tracker.evidence import queries as evidence_queries
from tracker.evidence.actions import Received
from tracker.evidence.queries import HeldUpload
from tracker.measures.coverage import queries
from tracker.measures.coverage.forms import FactsForm
from tracker.web import saving
from tracker.web.formats import day
from tracker.web.transactions import writing

bp = Blueprint(
    "coverage", "tracker.measures.coverage", url_prefix="/organisations/<organisation:organisation>/coverage"
)
PICTURES = frozenset({"image/png", "image/jpeg"})


def may_record(organisation: OrganisationRef) -> bool:
    """Whether this person may write here, for pages that show the way to it."""
    allowed = allows(the_identity(), Permission.MEASURES_RECORD, organisation.id)
    return organisation.is_open and allowed and is_asked(organisation)


def is_asked(organisation: OrganisationRef) -> bool:
    """Whether this kind of organisation answers 10 and 11."""
    return catalogue.owes(organisation.kind, "SEP16-10") or catalogue.owes(organisation.kind, "SEP16-11")


def require_open(organisation: OrganisationRef) -> None:
    """Nothing is recorded of a closed organisation, nor of one that is not asked."""
    saving.require_open(organisation)
    if not is_asked(organisation):
        raise NotAllowed(f"{organisation.code}: staff trained is read-only here")


def home(organisation: OrganisationRef) -> str:
    """The address of the measure's own page."""
    return url_for("coverage.index", organisation=organisation.code)


def hold_files(
    organisation: OrganisationRef, arrived: Sequence[FileStorage]
) -> tuple[MultiDict[str, str], list[tuple[str, str]]]:
    """Keep the files of this request, whatever becomes of the form; what was typed then names them as held."""
    typed = MultiDict(request.form)
    named = [Received(each.filename or "", each.stream) for each in arrived if each.filename]
    if not named:
        return typed, []
    with writing():
        held, problems = evidence.receive_files(the_identity(), organisation, named)
        ids = [str(each.id) for each in held]
    typed.setlist("held", [*typed.getlist("held"), *ids])
    return typed, problems


def held_files(organisation: OrganisationRef, form: FactsForm) -> list[HeldUpload]:
    """The files that have arrived for this form; the same bytes sent twice count once."""
    ids = form.held_ids(request.form.getlist("drop"))
    found = evidence_queries.list_held(the_identity(), organisation.id, ids)
    return list({each.sha256: each for each in found}.values())


def picture_problems(form: FactsForm, held: Sequence[HeldUpload]) -> list[tuple[str, str]]:
    """Pictures cannot be read for what must not be in them: somebody looks."""
    pictures = [each.file_name for each in held if each.content_type in PICTURES]
    if not pictures or form.looked.data:
        return []
    message = f"We cannot read pictures. Look at {', '.join(pictures)} and tick that nobody can be identified"
    return [("looked", message)]


def offer_reports(organisation: OrganisationRef, form: FactsForm) -> None:
    """The evidence that the numbers may rest on."""
    found = queries.list_reports(the_identity(), organisation.id, clock.today())
    form.offer((key, title, day(dated_on)) for key, title, dated_on in found)
