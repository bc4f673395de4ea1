"""The pages of one organisation: its position, a record, its history, and a print for a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import uuid4

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
from tracker.dashboard.presenters import (
    Changed,
    DraftRow,
    FilterChoice,
    Links,
    NeedRow,
    RecordFace,
    TrailLine,
)
from tracker.dashboard.queries import Deadlines
from tracker.dashboard.rules import RecordFacts
from tracker.evidence import queries as evidence
from tracker.evidence.queries import LinkedItem
from tracker.measures import measures
from tracker.measures.champions import queries as champions
from tracker.organisations import queries as organisations
from tracker.progress import queries as progress
from tracker.progress.queries import HistoryRow, RecordRow
from tracker.progress.rules import EARLIEST, Change, Standing
from tracker.web.pagination import PER_PAGE, Page, page_number

bp = Blueprint("dashboard", __name__, url_prefix="/organisations/<organisation:organisation>")
FEW = 5
RECENT_DAYS = 30
EXPIRING_DAYS = 90
MOST_CHANGES = 500
# The first words of the events that the chain of an organisation holds.
OF_ORGANISATIONS = frozenset(
    {"progress", "action", "evidence", "finding", "export", "page", "organisation", "champions", "questions"}
)
# Who only looked or took a copy is no news for a meeting.
NO_NEWS = frozenset(
    {"page.read", "evidence.downloaded", "evidence.file_added", "export.requested", "export.downloaded"}
)


@bp.get("")
@requires(Permission.ORGANISATION_VIEW)
def organisation(organisation: OrganisationRef) -> str:
    """The first screen: position in one sentence, what needs you, the recommendations."""
    records = _records(organisation)
    faces = [_face(each) for each in records]
    links = _links(organisation)
    titles = _titles(records)
    needs = _needs(organisation, records)
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
        tasks=presenters.task_rows(faces, links, clock.today()),
        changes=presenters.change_rows(_changed(recent), titles, links),
        last=recent[0] if recent else _last_saved(organisation),
        may_record=_may(Permission.PROGRESS_RECORD, organisation),
        may_assure=_may(Permission.PROGRESS_ASSURE, organisation),
        drafts=_drafts(organisation, titles),
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
        words={
            row.entry.id: presenters.entry_words(each)
            for row, each in zip(history, _changed(history), strict=True)
        },
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
    titles = _titles(_records(organisation))
    narrowed = _narrowed(organisation, titles)
    number = page_number()
    rows = audit.list_trail(the_identity(), narrowed, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    return render_template(
        "dashboard/history.html",
        organisation=organisation,
        page=Page(rows=rows, number=number, total=audit.count_trail(the_identity(), narrowed)),
        days=presenters.by_day(_lines(organisation, rows)),
        types=[FilterChoice(name, label) for label, name in sorted(_types())],
        recommendations=[FilterChoice(code, f"{int(code[-2:])}. {title}") for code, title in titles.items()],
        chosen=narrowed,
    )


@bp.get("/meeting")
@requires(Permission.ORGANISATION_VIEW)
def meeting(organisation: OrganisationRef) -> str:
    """A print for our meeting: what is to be agreed, the evidence, and changes since the last one."""
    since = _since(request.args.get("since", ""))
    records = _records(organisation)
    waiting = [each for each in records if each.standing is Standing.WAITING]
    changes = _trail_since(organisation, since)
    faces = [_face(each) for each in records]
    return render_template(
        "dashboard/meeting.html",
        organisation=organisation,
        today=clock.today(),
        since=since,
        sentence=presenters.position_sentence(faces),
        waiting=waiting,
        evidence={each.recommendation.code: _evidence_of(organisation, each) for each in waiting},
        tasks=presenters.task_rows(faces, _links(organisation), clock.today()),
        days=presenters.by_day(_lines(organisation, [each for each in changes if each.type not in NO_NEWS])),
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
        sentence=presenters.position_sentence([_face(each) for each in _records(organisation)]),
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
        if what == "actions":
            return f"{link('record', code)}#actions"
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
    days = queries.deadlines(the_identity(), organisation.id, today)
    refused = _not_accepted(organisation)
    facts = [_facts(organisation, each, days, refused) for each in records]
    found = rules.ranked([need for each in facts if (need := rules.attention(each, today))])
    return presenters.need_rows(found, _titles(records), _links(organisation), today)


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
        may_agree=_may(Permission.PROGRESS_ASSURE, organisation),
    )


def _not_accepted(organisation: OrganisationRef) -> frozenset[str]:
    """Recommendations whose latest finding did not accept the claim or the reason."""
    latest: dict[str, Outcome] = {}
    for finding in assurance.list_findings(the_identity(), organisation.id):
        latest.setdefault(finding.recommendation_code, finding.outcome)
    refusals = {Outcome.OVERTURNED, Outcome.REASON_REFUSED}
    return frozenset(code for code, outcome in latest.items() if outcome in refusals)


def _titles(records: Sequence[RecordRow]) -> dict[str, str]:
    return {each.recommendation.code: each.recommendation.short_title for each in records}


def _recent(organisation: OrganisationRef) -> Sequence[HistoryRow]:
    moment = _morning_of(clock.today() - timedelta(days=RECENT_DAYS))
    return progress.list_recent(the_identity(), organisation.id, moment, limit=PER_PAGE)


def _changed(rows: Sequence[HistoryRow]) -> list[Changed]:
    return [
        Changed(
            code=row.entry.recommendation_code, change=row.entry.change, delivery=row.entry.delivery,
            note=row.entry.note, reason=row.entry.reason, forum=row.entry.forum, forum_on=row.entry.forum_on,
            at=row.entry.recorded_at, author=row.author,
        )
        for row in rows
    ]  # fmt: skip


def _evidence_of(organisation: OrganisationRef, record: RecordRow) -> Sequence[LinkedItem]:
    return evidence.list_for_recommendation(the_identity(), organisation.id, record.recommendation.code)


def _trail_since(organisation: OrganisationRef, since: date) -> list[TrailRow]:
    narrowed = TrailFilter(chain_id=organisation.id, since=_morning_of(since))
    return audit.list_trail(the_identity(), narrowed, limit=MOST_CHANGES, offset=0)


def _morning_of(day: date) -> datetime:
    return clock.end_of_day(day - timedelta(days=1))


def _last_saved(organisation: OrganisationRef) -> HistoryRow | None:
    rows = progress.list_recent(the_identity(), organisation.id, clock.end_of_day(date(2000, 1, 1)), limit=1)
    return rows[0] if rows else None


def _drafts(organisation: OrganisationRef, titles: dict[str, str]) -> list[DraftRow]:
    home = url_for("dashboard.organisation", organisation=organisation.code)
    kept = [(note.path, note.saved_at) for note in accounts.list_drafts(the_identity())]
    return presenters.draft_rows(kept, home, titles)


def _since(text: str) -> date:
    try:
        return min(max(date.fromisoformat(text), EARLIEST), clock.today())
    except ValueError:
        return clock.today() - timedelta(days=RECENT_DAYS)


def _types() -> list[tuple[str, str]]:
    """Label and name of what the chain of an organisation may hold."""
    known = audit_rules.EVENT_TYPES.values()
    return [(each.label, each.name) for each in known if each.name.split(".")[0] in OF_ORGANISATIONS]


def _narrowed(organisation: OrganisationRef, titles: dict[str, str]) -> TrailFilter:
    """What the address narrows the history to; what it does not know narrows nothing."""
    kind, code = request.args.get("type", ""), request.args.get("recommendation", "")
    return TrailFilter(
        chain_id=organisation.id,
        type=kind if kind in {name for _label, name in _types()} else "",
        subject_kind="recommendation" if code in titles else "",
        subject_code=code if code in titles else "",
    )


def _lines(organisation: OrganisationRef, rows: Sequence[TrailRow]) -> list[TrailLine]:
    names = queries.names_of([each.actor_id for each in rows if each.actor_id])
    items = [each.subject_code for each in rows if each.subject_kind == "evidence"]
    titles = queries.titles_of_evidence(the_identity(), organisation.id, items)
    return [
        presenters.trail_line(
            type=row.type, at=row.at, who=names.get(row.actor_id, "") if row.actor_id else "",
            subject=(row.subject_kind, row.subject_code), public=row.public, private=row.private, seq=row.seq,
            fingerprint=row.hash[:12], title=titles.get(row.subject_code, ""), href=_subject_link(organisation, row),
        )
        for row in rows
    ]  # fmt: skip


def _subject_link(organisation: OrganisationRef, row: TrailRow) -> str:
    if row.subject_kind == "recommendation":
        return _links(organisation)("record", row.subject_code)
    if row.subject_kind == "evidence":
        return url_for("evidence.item", organisation=organisation.code, item=row.subject_code)
    return ""
