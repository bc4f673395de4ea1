"""Every write of progress: lock the chain, ask the rules, add an entry, tell the audit trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.catalogue import queries as catalogue
from tracker.catalogue.queries import Recommendation
from tracker.catalogue.rules import Delivery
from tracker.database import new_id, revise
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.evidence import actions as evidence_actions
from tracker.evidence import queries as evidence
from tracker.evidence.rules import identifier_problem
from tracker.extensions import db
from tracker.practice import actions as practice
from tracker.progress import queries, rules
from tracker.progress.models import Action, ProgressEntry, ReliedOn
from tracker.progress.rules import Change, Circumstances, Position

TEXTS = ("summary", "note", "reason", "accountable_person", "lead_executive", "forum")
FACTS = ("delivery", "confidence", "due_on", "delivered_on", "evidence_due_on", "evidenced_on", "forum_on")


@dataclass(frozen=True, slots=True)
class ActionInput:
    """What a form says of an action."""

    title: str
    owner: str
    due_on: date | None
    done_on: date | None


def record_progress(
    identity: Identity,
    organisation: OrganisationRef,
    code: str,
    wanted: Position,
    *,
    version: int,
    chain: Chain | None = None,
) -> ProgressEntry:
    """Add an entry. Raises RuleBroken by field, Conflict when `version` is not the one that stands."""
    _require(identity, organisation, Permission.PROGRESS_RECORD)
    chain = chain or audit.open_chain(organisation.id)
    recommendation = _owed(organisation, code)
    before = queries.find_entry(identity, organisation.id, code)
    _require_version(before, version)
    given = _circumstances(identity, organisation, recommendation, before)
    problems = _problems(before, wanted, given)
    if problems:
        raise RuleBroken.many(problems)
    outcome = rules.record(queries.position_of(before), wanted, given)
    return _add_entry(identity, organisation, recommendation, before, outcome, chain)


@dataclass(frozen=True, slots=True)
class Proof:
    """Evidence that came with a step: files that are held already, or a link; `valid_until` is optional."""

    held: tuple[UUID, ...] = ()
    link: str | None = None
    valid_until: date | None = None

    def __bool__(self) -> bool:
        return bool(self.held or self.link)


def record_step(
    identity: Identity,
    organisation: OrganisationRef,
    code: str,
    wanted: Position,
    proof: Proof,
    *,
    version: int,
) -> ProgressEntry:
    """A step and its proof in one: the evidence first, so that the rules see it, then the entry."""
    chain = audit.open_chain(organisation.id)
    _require_version(queries.find_entry(identity, organisation.id, code), version)
    if proof:
        evidence_actions.add_proof(
            identity,
            organisation,
            code,
            held=proof.held,
            link=proof.link,
            valid_until=proof.valid_until,
            chain=chain,
        )
    return record_progress(identity, organisation, code, wanted, version=version, chain=chain)


def find_problems(
    identity: Identity, organisation: OrganisationRef, code: str, wanted: Position, proof: Proof
) -> list[tuple[str, str]]:
    """What the rules will say of a step that fails already for another reason: all is told at once. Writes nothing."""
    recommendation = _owed(organisation, code)
    before = queries.find_entry(identity, organisation.id, code)
    given = _circumstances(identity, organisation, recommendation, before)
    given = replace(given, live_evidence_with_file=given.live_evidence_with_file + len(proof.held))
    return _problems(before, wanted, given)


def confirm_progress(
    identity: Identity, organisation: OrganisationRef, code: str, *, version: int, chain: Chain | None = None
) -> ProgressEntry:
    """ "Still true": renew an unchanged record. Raises RuleBroken when its evidence is out of date."""
    _require(identity, organisation, Permission.PROGRESS_RECORD)
    chain = chain or audit.open_chain(organisation.id)
    recommendation = _owed(organisation, code)
    before = queries.find_entry(identity, organisation.id, code)
    _require_version(before, version)
    count = _evidence(identity, organisation, code)
    after = rules.confirm(
        queries.position_of(before), clock.local_day(chain.recorded_at), count.live, count.in_use
    )
    return _add_entry(
        identity, organisation, recommendation, before, rules.Outcome(after, Change.CONFIRMED), chain
    )


def agree_progress(
    identity: Identity,
    organisation: OrganisationRef,
    code: str,
    *,
    forum: str,
    forum_on: date | None,
    version: int,
    chain: Chain | None = None,
) -> ProgressEntry:
    """Agree what is recorded, as it stands, at a meeting: the same rules as the form."""
    before = queries.position_of(queries.find_entry(identity, organisation.id, code))
    if before is None:
        raise RuleBroken("delivery", "Nothing is recorded yet, so there is nothing to agree.")
    wanted = replace(
        before, delivery=Delivery.ASSURED, forum=forum, forum_on=forum_on, assured_by=None, note="", reason=""
    )
    return record_progress(identity, organisation, code, wanted, version=version, chain=chain)


def add_action(
    identity: Identity,
    organisation: OrganisationRef,
    code: str,
    wanted: ActionInput,
    *,
    source: UUID | None = None,
    source_version: int | None = None,
) -> Action:
    """Add something to be done for a recommendation. `source`: the published practice of somebody else that it is
    made of, whose owner is told; `source_version`: as it was read, though it may be out of use by now."""
    _require(identity, organisation, Permission.PROGRESS_RECORD)
    use = practice.open_use(identity, organisation, source, source_version) if source else None
    chain = use.chain if use else audit.open_chain(organisation.id)
    _owed(organisation, code)
    _check_action(wanted)
    action = Action(
        organisation_id=organisation.id,
        recommendation_code=code,
        author_id=identity.user_id,
        recorded_at=chain.recorded_at,
        version=1,
        entity_id=new_id(),
        **asdict(wanted),
    )
    db.session.add(action)
    db.session.flush()
    _audit_action(chain, identity, "action.added", action, {})
    if use:
        practice.record_use(use, identity, organisation, code, action.entity_id)
    return action


def change_action(
    identity: Identity, organisation: OrganisationRef, action_id: UUID, wanted: ActionInput, *, version: int
) -> Action:
    """Change an action or mark it done. Raises Conflict when somebody else changed it first."""
    _require(identity, organisation, Permission.PROGRESS_RECORD)
    chain = audit.open_chain(organisation.id)
    before = queries.get_action(identity, organisation.id, action_id)
    if before.version != version:
        raise Conflict(before.version)
    _check_action(wanted)
    old = {name: getattr(before, name) for name in asdict(wanted)}
    after = revise(
        db.session(), before, chain.recorded_at,
        author_id=identity.user_id, version=version + 1, **asdict(wanted),
    )  # fmt: skip
    _audit_action(chain, identity, "action.changed", after, old)
    return after


def _add_entry(
    identity: Identity,
    organisation: OrganisationRef,
    recommendation: Recommendation,
    before: ProgressEntry | None,
    outcome: rules.Outcome,
    chain: Chain,
) -> ProgressEntry:
    if before is not None:
        before.superseded_at = chain.recorded_at
        db.session.flush()
    entry = ProgressEntry(
        organisation_id=organisation.id,
        entity_id=new_id() if before is None else before.entity_id,
        recommendation_code=recommendation.code,
        version=_next_version(before),
        change=outcome.change,
        text_digest=recommendation.text_digest,
        author_id=identity.user_id,
        recorded_at=chain.recorded_at,
        **{name: getattr(outcome.position, name) for name in Position.__dataclass_fields__},
    )
    db.session.add(entry)
    db.session.flush()
    relied_on = _freeze_evidence(identity, entry) if outcome.change is Change.ASSURED else []
    _audit_entry(chain, identity, before, entry, relied_on)
    return entry


def _freeze_evidence(identity: Identity, entry: ProgressEntry) -> list[ReliedOn]:
    """List the revisions and digests relied on: later changes do not alter what was agreed."""
    items = evidence.list_for_recommendation(identity, entry.organisation_id, entry.recommendation_code)
    rows = [
        ReliedOn(
            organisation_id=entry.organisation_id,
            entry_id=entry.id,
            item_id=file.item_id,
            revision=file.revision,
            sha256=file.sha256,
        )
        for linked in items
        if linked.live
        for file in linked.files
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def _audit_entry(
    chain: Chain,
    identity: Identity,
    before: ProgressEntry | None,
    entry: ProgressEntry,
    relied_on: Sequence[ReliedOn],
) -> None:
    event = {Change.CONFIRMED: "progress.confirmed", Change.ASSURED: "progress.assured"}.get(
        entry.change, "progress.recorded"
    )
    old = {} if before is None else {name: _plain(getattr(before, name)) for name in (*FACTS, *TEXTS)}
    new = {name: _plain(getattr(entry, name)) for name in (*FACTS, *TEXTS)}
    changed = audit.difference(old, new)
    public: dict[str, object] = {name: changed[name] for name in FACTS if name in changed}
    public |= {"record_id": str(entry.entity_id), "entry_id": str(entry.id), "version": entry.version}
    public |= {"confirmed_on": entry.confirmed_on.isoformat(), "wording_digest": entry.text_digest}
    if relied_on:
        public["evidence"] = [
            {"item": str(row.item_id), "revision": row.revision, "sha256": row.sha256} for row in relied_on
        ]
    private = {name: changed[name] for name in TEXTS if name in changed}
    if entry.change is Change.CONFIRMED:
        private = {}
    audit.record(
        chain,
        event,
        actor_id=identity.user_id,
        subject=("recommendation", entry.recommendation_code),
        public=public,
        private=private,
    )


def _audit_action(
    chain: Chain, identity: Identity, type: str, action: Action, old: Mapping[str, object]
) -> None:
    new = {"title": action.title, "owner": action.owner, "due_on": action.due_on, "done_on": action.done_on}
    changed = audit.difference(
        {name: _plain(value) for name, value in old.items()},
        {name: _plain(value) for name, value in new.items()},
    )
    public: dict[str, object] = {name: changed[name] for name in ("due_on", "done_on") if name in changed}
    audit.record(
        chain,
        type,
        actor_id=identity.user_id,
        subject=("recommendation", action.recommendation_code),
        public=public | {"action_id": str(action.entity_id), "version": action.version},
        private={name: changed[name] for name in ("title", "owner") if name in changed},
    )


def _circumstances(
    identity: Identity,
    organisation: OrganisationRef,
    recommendation: Recommendation,
    before: ProgressEntry | None,
) -> Circumstances:
    count = _evidence(identity, organisation, recommendation.code)
    delivered_version = None if before is None else before.delivered_version
    return Circumstances(
        today=clock.today(),
        actor_id=identity.user_id,
        may_assure=allows(identity, Permission.PROGRESS_ASSURE, organisation.id),
        not_applicable_allowed=recommendation.not_applicable_allowed,
        next_version=_next_version(before),
        live_evidence_with_file=count.live_with_file,
        authors_since_delivered=queries.authors_since_delivered(
            organisation.id, recommendation.code, delivered_version
        ),
    )


def _evidence(identity: Identity, organisation: OrganisationRef, code: str) -> evidence.EvidenceCount:
    counts = evidence.count_by_recommendation(identity, [organisation.id])
    return counts.get((organisation.id, code), evidence.EvidenceCount())


def _owed(organisation: OrganisationRef, code: str) -> Recommendation:
    recommendation = catalogue.get_recommendation(code)
    if not catalogue.owes(organisation.kind, code) or recommendation.retired_at is not None:
        raise NotAllowed(f"{organisation.code} does not answer {code}")
    return recommendation


def _require(identity: Identity, organisation: OrganisationRef, permission: Permission) -> None:
    """The second lock: whoever calls, an organisation is written only by those who may; a closed one by nobody."""
    if not allows(identity, permission, organisation.id) or not organisation.is_open:
        raise NotAllowed(organisation.code)


def _require_version(before: ProgressEntry | None, version: int) -> None:
    standing = 0 if before is None else before.version
    if standing != version:
        raise Conflict(standing)


def _problems(before: ProgressEntry | None, wanted: Position, given: Circumstances) -> list[tuple[str, str]]:
    texts = {name: getattr(wanted, name) for name in TEXTS}
    return [*_identifiers(texts), *rules.problems(queries.position_of(before), wanted, given)]


def _identifiers(texts: Mapping[str, str]) -> list[tuple[str, str]]:
    return [problem for name, text in texts.items() if (problem := identifier_problem(name, text))]


def _refuse_identifiers(texts: Mapping[str, str]) -> None:
    problems = _identifiers(texts)
    if problems:
        raise RuleBroken.many(problems)


def _check_action(wanted: ActionInput) -> None:
    problems = []
    if not wanted.title:
        problems.append(("title", "Say what is to be done."))
    if wanted.done_on is not None and wanted.done_on > clock.today():
        problems.append(("done_on", "The date when it was done must be today or in the past."))
    if problems:
        raise RuleBroken.many(problems)
    _refuse_identifiers({"title": wanted.title, "owner": wanted.owner})


def _next_version(before: ProgressEntry | None) -> int:
    return 1 if before is None else before.version + 1


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
