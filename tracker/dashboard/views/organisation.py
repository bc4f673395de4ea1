"""The first screen: position in one sentence, what needs you, the recommendations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from flask import render_template, request, url_for

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.accounts import queries as accounts
from tracker.assurance import queries as assurance
from tracker.assurance.rules import Outcome
from tracker.dashboard import presenters, queries, rules
from tracker.dashboard.presenters import (
    DraftRow,
    NeedRow,
    RankedRow,
)
from tracker.dashboard.queries import Deadlines
from tracker.dashboard.rules import RecordFacts
from tracker.dashboard.views import kinds
from tracker.dashboard.views.common import (
    bp,
    changed,
    codes_of,
    face_of,
    links_of,
    may,
    morning_of,
    need_link,
    reading_of,
    the_records,
    titles_of,
)
from tracker.measures.queries import Overview, Reading
from tracker.organisations import queries as organisations
from tracker.progress import queries as progress
from tracker.progress.queries import HistoryRow, RecordRow
from tracker.web.pagination import PER_PAGE

FEW = 5
RECENT_DAYS = 30


@bp.get("")
@requires(Permission.ORGANISATION_VIEW)
def organisation(organisation: OrganisationRef) -> str:
    """The first screen: position in one sentence, what needs you, the recommendations."""
    records = the_records(organisation)
    faces = [face_of(each) for each in records]
    links = links_of(organisation)
    titles = titles_of(records)
    reading = reading_of(organisation)
    overview = reading.overview(codes_of(records))
    needs = _needs(organisation, records, overview, reading)
    recent = _recent(organisation)
    before, after = organisations.list_successions(organisation.code)
    return render_template(
        "dashboard/organisation.html",
        organisation=organisation,
        today=clock.today(),
        sentence=presenters.position_sentence(faces),
        strip=presenters.strip(faces, links),
        states=presenters.states_shown(faces),
        needs=needs if request.args.get("needs") == "all" else needs[:FEW],
        needs_total=len(needs),
        cards=kinds.cards(organisation, overview, reading, titles),
        shortcuts=kinds.shortcuts(organisation, overview),
        to_read=kinds.to_read(organisation),
        tasks=presenters.task_rows(faces, links, clock.today(), overview.figures),
        changes=presenters.change_rows(changed(recent), titles, links),
        last=accounts.find_last_saved(the_identity(), organisation.id),
        may_record=may(Permission.PROGRESS_RECORD, organisation),
        seen_by=kinds.seen_by(organisation),
        may_assure=may(Permission.PROGRESS_ASSURE, organisation),
        drafts=_drafts(organisation, titles),
        predecessors=before,
        successors=after,
    )


def _needs(
    organisation: OrganisationRef, records: list[RecordRow], overview: Overview, reading: Reading
) -> list[NeedRow]:
    if not may(Permission.PROGRESS_RECORD, organisation):
        return []
    today = clock.today()
    days = queries.deadlines(the_identity(), organisation.id, today)
    refused = _not_accepted(organisation)
    facts = [_facts(organisation, each, days, refused) for each in records]
    found = rules.ranked([need for each in facts if (need := rules.attention(each, today))])
    rows = presenters.need_rows(found, titles_of(records), links_of(organisation), today)
    ranked = [RankedRow(each.rank, each.day, each.number, row) for each, row in zip(found, rows, strict=True)]
    of_measures = presenters.measure_needs(overview.needs, partial(need_link, organisation))
    further = kinds.further_needs(organisation, reading)
    return presenters.merge_needs([*ranked, *of_measures, *further])


def _facts(
    organisation: OrganisationRef, row: RecordRow, days: Deadlines, refused: frozenset[str]
) -> RecordFacts:
    entry, code = row.entry, row.recommendation.code
    return RecordFacts(
        code=code,
        number=row.recommendation.number,
        delivery=row.delivery,
        standing=row.standing,
        confirmed_on=None if entry is None else entry.confirmed_on,
        due_on=None if entry is None else entry.due_on,
        delivered_on=None if entry is None else entry.delivered_on,
        evidence_in_use=row.evidence.in_use,
        evidence_live=row.evidence.live,
        wording_changed=row.wording_changed,
        not_accepted=code in refused,
        soonest_expiry=days.expiries.get(code),
        action_due=days.actions.get(code),
        may_agree=may(Permission.PROGRESS_ASSURE, organisation),
    )


def _not_accepted(organisation: OrganisationRef) -> frozenset[str]:
    """Recommendations whose latest finding did not accept the claim or the reason."""
    latest: dict[str, Outcome] = {}
    for finding in assurance.list_findings(the_identity(), organisation.id):
        latest.setdefault(finding.recommendation_code, finding.outcome)
    refusals = {Outcome.OVERTURNED, Outcome.REASON_REFUSED}
    return frozenset(code for code, outcome in latest.items() if outcome in refusals)


def _recent(organisation: OrganisationRef) -> Sequence[HistoryRow]:
    moment = morning_of(clock.today() - timedelta(days=RECENT_DAYS))
    return progress.list_recent(the_identity(), organisation.id, moment, limit=PER_PAGE)


def _drafts(organisation: OrganisationRef, titles: dict[str, str]) -> list[DraftRow]:
    home = url_for("dashboard.organisation", organisation=organisation.code)
    kept = [(note.path, note.saved_at) for note in accounts.list_drafts(the_identity())]
    return presenters.draft_rows(kept, home, titles)
