"""Files that came with a form: held whatever becomes of it, so that nobody has to choose them twice."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request
from werkzeug.datastructures import FileStorage, MultiDict

from tracker.access.decorators import the_identity
from tracker.access.organisation import OrganisationRef
from tracker.evidence import actions, queries
from tracker.evidence.actions import Received
from tracker.evidence.forms import FilesForm, ItemForm
from tracker.evidence.queries import HeldUpload
from tracker.web.transactions import writing

PICTURES = frozenset({"image/png", "image/jpeg"})


def hold_files(organisation: OrganisationRef) -> tuple[MultiDict[str, str], list[tuple[str, str]]]:
    """Keep the files of this request, whatever becomes of the form; what was typed then names them as held."""
    typed = MultiDict(request.form)
    arrived = [_received(each) for each in request.files.getlist("files") if each.filename]
    if not arrived:
        return typed, []
    with writing():
        held, problems = actions.receive_files(the_identity(), organisation, arrived)
        ids = [str(each.id) for each in held]
    typed.setlist("held", [*typed.getlist("held"), *ids])
    return typed, problems


def _received(file: FileStorage) -> Received:
    return Received(file.filename or "", file.stream)


def held_files(organisation: OrganisationRef, form: ItemForm | FilesForm) -> list[HeldUpload]:
    """The files that have arrived for this form; the same bytes sent twice count once."""
    found = queries.list_held(the_identity(), organisation.id, form.held_ids())
    return list({each.sha256: each for each in reversed(found)}.values())[::-1]


def lost_problems(form: ItemForm | FilesForm, held: Sequence[HeldUpload]) -> list[tuple[str, str]]:
    if form.held_ids() and not held:
        return [
            (
                "files",
                "The files that had arrived are no longer here, because a day has passed. Choose them again",
            )
        ]
    return []


def picture_problems(form: ItemForm | FilesForm, held: Sequence[HeldUpload]) -> list[tuple[str, str]]:
    pictures = [each.file_name for each in held if each.content_type in PICTURES]
    if not pictures or form.looked.data:
        return []
    names = ", ".join(pictures)
    return [
        ("looked", f"We cannot read pictures. Look at {names} and tick that no patient can be identified")
    ]
