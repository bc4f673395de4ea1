"""What every write of evidence checks first, and how an item is told to the trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
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
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.evidence import queries, rules
from tracker.evidence.models import EvidenceFile, EvidenceItem
from tracker.evidence.queries import LinkedItem
from tracker.evidence.rules import EvidenceKind

FACTS = ("kind", "dated_on", "valid_until")


@dataclass(frozen=True, slots=True)
class ItemInput:
    """What a form says of an item; `recommendations` are permanent codes."""

    title: str
    shows: str
    kind: EvidenceKind
    dated_on: date | None
    valid_until: date | None
    link: str | None
    recommendations: tuple[str, ...]


def open_for_change(
    identity: Identity, organisation: OrganisationRef, item_id: UUID, *, version: int
) -> tuple[Chain, LinkedItem]:
    """Lock the chain, then read the item. Raises Conflict when it is not the version that the person saw."""
    require_right(identity, organisation)
    chain = audit.open_chain(organisation.id)
    linked = queries.get_item(identity, organisation.id, item_id)
    if linked.item.version != version:
        raise Conflict(linked.item.version)
    refuse_withdrawn(linked.item)
    return chain, linked


def check_item(organisation: OrganisationRef, wanted: ItemInput, *, has_file: bool) -> None:
    problems = []
    if not wanted.title:
        problems.append(("title", "Give it a short title, for example “Champion rota, autumn 2026”."))
    if wanted.dated_on is None:
        problems.append(("dated_on", "Enter the date that the evidence is of."))
    elif wanted.dated_on > clock.today():
        problems.append(("dated_on", "The date that the evidence is of must be today or in the past."))
    if wanted.valid_until and wanted.dated_on and wanted.valid_until < wanted.dated_on:
        problems.append(("valid_until", "Valid until must be on or after the date that the evidence is of."))
    if not has_file and not wanted.link:
        problems.append(("files", "Add a file or a link."))
    problems += recommendation_problems(organisation, wanted.recommendations)
    if problems:
        raise RuleBroken.many(problems)
    if wanted.link:
        rules.validate_link(wanted.link)
    refuse_identifiers({"title": wanted.title, "shows": wanted.shows, "link": wanted.link or ""})


def recommendation_problems(organisation: OrganisationRef, codes: Sequence[str]) -> list[tuple[str, str]]:
    if not codes:
        return [("recommendations", "Choose at least one recommendation that this supports.")]
    if any(not catalogue.owes(organisation.kind, code) for code in codes):
        return [("recommendations", "Choose only recommendations that your organisation answers.")]
    return []


def columns(wanted: ItemInput) -> dict[str, object]:
    return {key: value for key, value in asdict(wanted).items() if key != "recommendations"}


def audit_item(
    chain: Chain,
    identity: Identity,
    type: str,
    item: EvidenceItem,
    old: Mapping[str, object],
    **public: object,
) -> None:
    changed = audit.difference(old, described(item))
    facts: dict[str, object] = {name: changed[name] for name in FACTS if name in changed}
    audit.record(
        chain,
        type,
        actor_id=identity.user_id,
        subject=("evidence", str(item.entity_id)),
        public=facts | {"evidence_id": str(item.entity_id), "version": item.version} | public,
        private={name: changed[name] for name in ("title", "shows", "link") if name in changed},
    )


def audit_file(chain: Chain, identity: Identity, type: str, file: EvidenceFile, **public: object) -> None:
    audit.record(
        chain,
        type,
        actor_id=identity.user_id,
        subject=("evidence", str(file.item_id)),
        public={
            "evidence_id": str(file.item_id),
            "revision": file.revision,
            "sha256": file.sha256,
            "size": file.size,
        }
        | public,
        private={"file_name": file.file_name},
    )


def described(item: EvidenceItem) -> dict[str, object]:
    return {name: _plain(getattr(item, name)) for name in (*FACTS, "title", "shows", "link")}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def require_right(identity: Identity, organisation: OrganisationRef) -> None:
    if not allows(identity, Permission.EVIDENCE_RECORD, organisation.id) or not organisation.is_open:
        raise NotAllowed(organisation.code)


def refuse_withdrawn(item: EvidenceItem) -> None:
    if item.withdrawn_reason is not None:
        raise RuleBroken(
            "reason", "This was taken out of use already. Add it again as a new item if it is needed."
        )


def refuse_identifiers(texts: Mapping[str, str]) -> None:
    problems = [problem for name, text in texts.items() if (problem := rules.identifier_problem(name, text))]
    if problems:
        raise RuleBroken.many(problems)
