"""The audit trail of one organisation, newest first."""

from __future__ import annotations

from flask import render_template, request

from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.audit import queries as audit
from tracker.audit import rules as audit_rules
from tracker.audit.queries import TrailFilter
from tracker.dashboard import presenters
from tracker.dashboard.presenters import (
    FilterChoice,
)
from tracker.dashboard.views.common import (
    bp,
    the_records,
    titles_of,
    trail_lines,
)
from tracker.web.pagination import PER_PAGE, Page, page_number

# Beside those with a sentence of their own: what is told by its label.
BY_LABEL = frozenset({"organisation", "progress"})
# Told in a sentence too, and held by the chain of the platform alone.
OF_THE_PLATFORM = frozenset({"guideline"})


@bp.get("/history")
@requires(Permission.HISTORY_VIEW)
def history(organisation: OrganisationRef) -> str:
    """The audit trail of this organisation, newest first."""
    titles = titles_of(the_records(organisation))
    narrowed = _narrowed(organisation, titles)
    number = page_number()
    rows = audit.list_trail(the_identity(), narrowed, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    return render_template(
        "dashboard/history.html",
        organisation=organisation,
        page=Page(rows=rows, number=number, total=audit.count_trail(the_identity(), narrowed)),
        days=presenters.by_day(trail_lines(organisation, rows)),
        types=[FilterChoice(name, label) for label, name in sorted(offered_types())],
        recommendations=[FilterChoice(code, f"{int(code[-2:])}. {title}") for code, title in titles.items()],
        chosen=narrowed,
    )


def offered_types() -> list[tuple[str, str]]:
    """Label and name of what the chain of an organisation may hold: what can be told of it."""
    return [
        (each.label, name)
        for name, each in audit_rules.EVENT_TYPES.items()
        if _first(name) not in OF_THE_PLATFORM and (name in presenters.SENTENCES or _first(name) in BY_LABEL)
    ]


def _first(name: str) -> str:
    return name.split(".", maxsplit=1)[0]


def _narrowed(organisation: OrganisationRef, titles: dict[str, str]) -> TrailFilter:
    """What the address narrows the history to; what it does not know narrows nothing."""
    kind, code = request.args.get("type", ""), request.args.get("recommendation", "")
    return TrailFilter(
        chain_id=organisation.id,
        type=kind if kind in {name for _label, name in offered_types()} else "",
        subject_kind="recommendation" if code in titles else "",
        subject_code=code if code in titles else "",
    )
