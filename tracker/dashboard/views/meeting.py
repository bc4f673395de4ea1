"""What is printed: for our meeting, and for the next champion."""

from __future__ import annotations

from datetime import date, timedelta

from flask import render_template, request

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.audit import queries as audit
from tracker.audit.queries import TrailFilter, TrailRow
from tracker.dashboard import presenters, queries
from tracker.dashboard.views.common import (
    bp,
    codes_of,
    evidence_of,
    face_of,
    links_of,
    morning_of,
    reading_of,
    the_records,
    trail_lines,
)
from tracker.measures import measures
from tracker.measures.champions import queries as champions
from tracker.progress import queries as progress
from tracker.progress.rules import EARLIEST, Standing

EXPIRING_DAYS = 90
MOST_CHANGES = 500
RECENT_DAYS = 30
# Who only looked or took a copy is no news for a meeting.
NO_NEWS = frozenset(
    {"page.read", "evidence.downloaded", "evidence.file_added", "export.requested", "export.downloaded"}
)


@bp.get("/meeting")
@requires(Permission.ORGANISATION_VIEW)
def meeting(organisation: OrganisationRef) -> str:
    """A print for our meeting: what is to be agreed, the evidence, and changes since the last one."""
    since = _since(request.args.get("since", ""))
    records = the_records(organisation)
    waiting = [each for each in records if each.standing is Standing.WAITING]
    changes = _trail_since(organisation, since)
    faces = [face_of(each) for each in records]
    figures = reading_of(organisation).overview(codes_of(records)).figures
    return render_template(
        "dashboard/meeting.html",
        organisation=organisation,
        today=clock.today(),
        since=since,
        sentence=presenters.position_sentence(faces),
        waiting=waiting,
        evidence={each.recommendation.code: evidence_of(organisation, each) for each in waiting},
        tasks=presenters.task_rows(faces, links_of(organisation), clock.today(), figures),
        days=presenters.by_day(
            trail_lines(organisation, [each for each in changes if each.type not in NO_NEWS])
        ),
        more=len(changes) == MOST_CHANGES,
    )


@bp.get("/champions/hand-over/print")
@requires(Permission.ORGANISATION_VIEW)
def handover(organisation: OrganisationRef) -> str:
    """A print for the next champion: who does what, and everything that is open on any floor."""
    identity, today = the_identity(), clock.today()
    register = champions.get_register(identity, organisation.id)
    needs = [each for measure in measures() for each in measure.needs(identity, organisation.id, today)]
    return render_template(
        "dashboard/handover.html",
        organisation=organisation,
        today=today,
        sentence=presenters.position_sentence([face_of(each) for each in the_records(organisation)]),
        register=register,
        people=champions.picture_of(identity, register).in_post(today),
        places={each.entity_id: each.name for each in register.departments},
        named=champions.may_see_names(identity, organisation.id),
        actions=[each for each in progress.list_actions(identity, organisation.id) if each.done_on is None],
        expiring=queries.list_expiring(identity, organisation.id, today + timedelta(days=EXPIRING_DAYS)),
        incidents=[each for each in needs if each.measure == "incidents"],
        has_incidents="incidents" in {each.name for each in measures()},
        others=[each for each in needs if each.measure != "incidents"],
    )


def _trail_since(organisation: OrganisationRef, since: date) -> list[TrailRow]:
    narrowed = TrailFilter(chain_id=organisation.id, since=morning_of(since))
    return audit.list_trail(the_identity(), narrowed, limit=MOST_CHANGES, offset=0)


def _since(text: str) -> date:
    try:
        return min(max(date.fromisoformat(text), EARLIEST), clock.today())
    except ValueError:
        return clock.today() - timedelta(days=RECENT_DAYS)
