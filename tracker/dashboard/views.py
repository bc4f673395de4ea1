"""The pages of one organisation: its position, a record, its history, and a print for a meeting."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

from flask import Blueprint, render_template, request, url_for

from tracker import clock
from tracker.access.decorators import requires, the_identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.accounts import queries as accounts
from tracker.assurance import queries as assurance
from tracker.assurance.rules import Outcome
from tracker.audit import actions as audit_actions
from tracker.audit import queries as audit
from tracker.audit import rules as audit_rules
from tracker.audit.queries import TrailFilter, TrailRow
from tracker.dashboard import presenters, queries, rules
from tracker.dashboard.presenters import Links, NeedRow, RecordFace
from tracker.dashboard.rules import RecordFacts
from tracker.evidence import queries as evidence
from tracker.organisations import queries as organisations
from tracker.progress import queries as progress
from tracker.progress.queries import HistoryRow, RecordRow
from tracker.progress.rules import Change, Standing
from tracker.web.pagination import PER_PAGE, Page, page_number

bp = Blueprint("dashboard", __name__, url_prefix="/organisations/<organisation:organisation>")
FEW = 5
RECENT_DAYS = 30


@bp.get("")
@requires(Permission.ORGANISATION_VIEW)
def organisation(organisation: OrganisationRef) -> str:
    """The first screen: position in one sentence, what needs you, the recommendations."""
    records = _records(organisation)
    faces = [_face(each) for each in records]
    links = _links(organisation)
    needs = _needs(organisation, records)
    changes = _changes(organisation)
    before, after = organisations.list_successions(organisation.code)
    return render_template(
        "dashboard/organisation.html",
        organisation=organisation,
        today=clock.today(),
        sentence=presenters.position_sentence(faces),
        strip=presenters.strip(faces, links),
        needs=needs if request.args.get("needs") == "all" else needs[:FEW],
        needs_total=len(needs),
        tasks=presenters.task_rows(faces, links, clock.today()),
        changes=changes,
        last=changes[0][1] if changes else _last_saved(organisation),
        may_record=_may(Permission.PROGRESS_RECORD, organisation),
        may_assure=_may(Permission.PROGRESS_ASSURE, organisation),
        drafts=_drafts(organisation),
        predecessors=before,
        successors=after,
    )


@bp.get("/recommendations/<recommendation:recommendation>")
@requires(Permission.ORGANISATION_VIEW)
def record(organisation: OrganisationRef, recommendation: str) -> str:
    """One record: position, evidence, actions, findings, history."""
    identity = the_identity()
    facts = {"recommendation": recommendation}
    audit_actions.note_read(identity, ("recommendation", recommendation), facts, organisation.id)
    row = progress.get_record(identity, organisation.id, organisation.kind, recommendation)
    history = progress.list_history(identity, organisation.id, recommendation)
    assured = [each.entry.id for each in history if each.entry.change is Change.ASSURED]
    relied_on = progress.list_relied_on(identity, organisation.id, assured)
    findings = assurance.list_findings(identity, organisation.id, recommendation)
    people = [each.author_id for each in findings]
    if row.entry is not None and row.entry.assured_by is not None:
        people.append(row.entry.assured_by)
    return render_template(
        "dashboard/record.html",
        organisation=organisation,
        record=row,
        face=_face(row),
        tag_text=presenters.tag_text(_face(row)),
        tag_class=presenters.TAG_COLOURS[row.standing],
        history=history,
        relied_on={entry: [each for each in relied_on if each.entry_id == entry] for entry in assured},
        items=evidence.list_for_recommendation(identity, organisation.id, recommendation),
        actions=progress.list_actions(identity, organisation.id, recommendation),
        findings=findings,
        names=queries.names_of(people),
        today=clock.today(),
        key=uuid4().hex,
        may_record=_may(Permission.PROGRESS_RECORD, organisation),
        may_assure=_may(Permission.PROGRESS_ASSURE, organisation),
        may_find=allows(identity, Permission.FINDING_RECORD, organisation.id),
    )


@bp.get("/history")
@requires(Permission.HISTORY_VIEW)
def history(organisation: OrganisationRef) -> str:
    """The audit trail of this organisation, newest first."""
    narrowed = TrailFilter(chain_id=organisation.id, type=_known_type(request.args.get("type", "")))
    number = page_number()
    rows = audit.list_trail(the_identity(), narrowed, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    page = Page(rows=rows, number=number, total=audit.count_trail(the_identity(), narrowed))
    names = queries.names_of([each.actor_id for each in rows if each.actor_id])
    return render_template(
        "dashboard/history.html",
        organisation=organisation,
        page=page,
        names=names,
        types=sorted((each.label, each.name) for each in audit_rules.EVENT_TYPES.values()),
        chosen=narrowed.type,
        details=_details(rows),
    )


@bp.get("/meeting")
@requires(Permission.ORGANISATION_VIEW)
def meeting(organisation: OrganisationRef) -> str:
    """A print for our meeting: what is to be agreed, the evidence, and changes since the last one."""
    since = _since(request.args.get("since", ""))
    records = _records(organisation)
    waiting = [each for each in records if each.standing is Standing.WAITING]
    lists = {
        each.recommendation.code: evidence.list_for_recommendation(
            the_identity(), organisation.id, each.recommendation.code
        )
        for each in waiting
    }
    faces = [_face(each) for each in records]
    return render_template(
        "dashboard/meeting.html",
        organisation=organisation,
        today=clock.today(),
        since=since,
        sentence=presenters.position_sentence(faces),
        waiting=waiting,
        evidence=lists,
        tasks=presenters.task_rows(faces, _links(organisation), clock.today()),
        changes=_changes(organisation, since),
    )


def _records(organisation: OrganisationRef) -> list[RecordRow]:
    return progress.list_records(the_identity(), organisation.id, organisation.kind)


def _may(permission: Permission, organisation: OrganisationRef) -> bool:
    return organisation.is_open and allows(the_identity(), permission, organisation.id)


def _face(row: RecordRow) -> RecordFace:
    entry, recommendation = row.entry, row.recommendation
    face = RecordFace(
        code=recommendation.code,
        number=recommendation.number,
        title=recommendation.short_title,
        delivery=row.delivery,
        standing=row.standing,
        evidence_live=row.evidence.live,
    )
    if entry is None:
        return face
    return RecordFace(
        face.code, face.number, face.title, face.delivery, face.standing, face.evidence_live,
        entry.confidence, entry.confirmed_on, entry.due_on, entry.delivered_on, entry.forum, entry.forum_on,
    )  # fmt: skip


def _links(organisation: OrganisationRef) -> Links:
    def link(what: str, code: str) -> str:
        if what == "agree":
            return url_for("progress.agree", organisation=organisation.code)
        if what == "evidence":
            return url_for("evidence.new", organisation=organisation.code, recommendation=code)
        endpoint = {"record": "dashboard.record", "edit": "progress.edit", "confirm": "progress.confirm"}[
            what
        ]
        return url_for(endpoint, organisation=organisation.code, recommendation=code)

    return link


def _needs(organisation: OrganisationRef, records: list[RecordRow]) -> list[NeedRow]:
    if not _may(Permission.PROGRESS_RECORD, organisation):
        return []
    today = clock.today()
    expiries = queries.soonest_expiry(the_identity(), organisation.id, today)
    refused = _not_accepted(organisation)
    facts = [_facts(organisation, each, expiries.get(each.recommendation.code), refused) for each in records]
    found = rules.ranked([need for each in facts if (need := rules.attention(each, today))])
    titles = {each.recommendation.code: each.recommendation.short_title for each in records}
    return presenters.need_rows(found, titles, _links(organisation), today)


def _facts(
    organisation: OrganisationRef, row: RecordRow, expiry: date | None, refused: frozenset[str]
) -> RecordFacts:
    entry = row.entry
    return RecordFacts(
        code=row.recommendation.code,
        number=row.recommendation.number,
        delivery=row.delivery,
        standing=row.standing,
        confirmed_on=None if entry is None else entry.confirmed_on,
        due_on=None if entry is None else entry.due_on,
        delivered_on=None if entry is None else entry.delivered_on,
        evidence_in_use=row.evidence.in_use,
        evidence_live=row.evidence.live,
        wording_changed=row.wording_changed,
        not_accepted=row.recommendation.code in refused,
        soonest_expiry=expiry,
        may_agree=_may(Permission.PROGRESS_ASSURE, organisation),
    )


def _not_accepted(organisation: OrganisationRef) -> frozenset[str]:
    """Recommendations whose latest finding did not accept the claim or the reason."""
    latest: dict[str, Outcome] = {}
    for finding in assurance.list_findings(the_identity(), organisation.id):
        latest.setdefault(finding.recommendation_code, finding.outcome)
    refusals = {Outcome.OVERTURNED, Outcome.REASON_REFUSED}
    return frozenset(code for code, outcome in latest.items() if outcome in refusals)


def _changes(organisation: OrganisationRef, since: date | None = None) -> list[tuple[str, HistoryRow]]:
    first = since or clock.today() - timedelta(days=RECENT_DAYS)
    moment = clock.end_of_day(first - timedelta(days=1))
    rows = progress.list_recent(the_identity(), organisation.id, moment, limit=50)
    return [(_change_text(each), each) for each in rows]


def _change_text(row: HistoryRow) -> str:
    entry = row.entry
    return presenters.change_words(entry.change, entry.delivery, int(entry.recommendation_code[-2:]))


def _last_saved(organisation: OrganisationRef) -> HistoryRow | None:
    rows = progress.list_recent(the_identity(), organisation.id, clock.end_of_day(date(2000, 1, 1)), limit=1)
    return rows[0] if rows else None


def _drafts(organisation: OrganisationRef) -> list[str]:
    prefix = url_for("dashboard.organisation", organisation=organisation.code)
    return [note.path for note in accounts.list_drafts(the_identity()) if note.path.startswith(prefix)]


def _since(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return clock.today() - timedelta(days=RECENT_DAYS)


def _known_type(text: str) -> str:
    return text if text in audit_rules.EVENT_TYPES else ""


def _details(rows: list[TrailRow]) -> dict[tuple[UUID, int], tuple[str, list[tuple[str, str, str]]]]:
    return {(row.chain_id, row.seq): (audit.label_of(row.type), _differences(row)) for row in rows}


def _differences(row: TrailRow) -> list[tuple[str, str, str]]:
    found = audit_rules.describe(row.type, row.public, row.private)
    return [(each.label, each.old, each.new) for each in found if each.old is not None]
