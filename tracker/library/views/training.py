"""Suggested training for a group of staff in a place: to print, to link, to download, to set into another site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Response, current_app, make_response, render_template, request, url_for

from tracker import clock
from tracker.access.decorators import public
from tracker.library import queries, writers
from tracker.library.presenters import national as presenters
from tracker.library.queries import NationalResource
from tracker.library.rules import NationalKind, Wanted
from tracker.library.rules.words import ResourceLine, resource_line, wanted_words
from tracker.library.views.choosing import ASKED, arguments, closest, not_understood, read_wanted
from tracker.library.views.common import bp
from tracker.web.formats import day
from tracker.web.headers import open_to_frames


@dataclass(frozen=True, slots=True)
class Suggested:
    """What fits, and the pages of the library that list more."""

    wanted: Wanted
    lines: Sequence[ResourceLine]
    pages: Sequence[ResourceLine]
    total: int

    @property
    def is_chosen(self) -> bool:
        """Whether there is a list to show: pressing the button with nothing chosen asks for everything."""
        return any(name in request.args for name in ASKED)

    @property
    def not_understood(self) -> list[str]:
        return not_understood(self.wanted)


def _suggested() -> Suggested:
    wanted, rows = read_wanted(), queries.list_national_resources()
    in_use = [row for row in rows if row.retired_on is None]
    # What was checked against NICE is held on a floor above.
    nice: Mapping[str, str] = current_app.extensions["tracker_checked_words"]()
    return Suggested(
        wanted,
        [replace(resource_line(row), nice=nice.get(row.code, "")) for row in closest(in_use, wanted)],
        [resource_line(row) for row in in_use if row.kind is NationalKind.PAGE],
        sum(_is_resource(row) for row in in_use),
    )


def _is_resource(row: NationalResource) -> bool:
    return row.kind is NationalKind.RESOURCE


@bp.get("/training")
@public
def training() -> str:
    """Choose who and where: the training that fits, what is made most closely for them first."""
    found = _suggested()
    chosen = arguments(found.wanted)
    return render_template(
        "library/training.html",
        found=found,
        chosen=chosen,
        wanted_words=wanted_words(found.wanted),
        choices={
            "staff": presenters.staff_choices(),
            "grade": presenters.grade_choices(),
            "setting": presenters.setting_choices(),
            "patients": presenters.patients_choices(),
        },
        here=url_for("library.training", _external=True, **chosen),
        embed=url_for("library.training_embed", _external=True, **chosen),
        today=clock.today(),
    )


@bp.get("/training.csv")
@public
def training_csv() -> Response:
    """The same list as a file."""
    found, today = _suggested(), clock.today()
    lines = [(each, url_for("pages.resource", resource=each.code, _external=True)) for each in found.lines]
    text = writers.csv_text(lines, wanted_words(found.wanted), today.isoformat())
    name = f"sepsis-training-{today.isoformat()}.csv"
    return Response(
        text,
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.get("/training/embed")
@public
def training_embed() -> Response:
    """The same list as a page that other sites may show in a frame: no script, no form, nothing about who looks."""
    found = _suggested()
    page = render_template(
        "library/embed.html",
        found=found,
        wanted_words=wanted_words(found.wanted),
        here=url_for("library.training", _external=True, **arguments(found.wanted)),
        as_at=day(clock.today()),
    )
    return open_to_frames(make_response(page))
