"""What every write of evidence checks first, and how an item is told to the trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.catalogue import queries as catalogue
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.evidence import rules
from tracker.evidence.models import EvidenceItem
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


def described(item: EvidenceItem) -> dict[str, object]:
    return {name: _plain(getattr(item, name)) for name in (*FACTS, "title", "shows", "link")}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def require_right(identity: Identity, organisation: OrganisationRef) -> None:
    if not allows(identity, Permission.EVIDENCE_RECORD, organisation.id) or not organisation.is_open:
        raise NotAllowed(organisation.code)


def require_version(item: EvidenceItem, version: int) -> None:
    if item.version != version:
        raise Conflict(item.version)


def refuse_withdrawn(item: EvidenceItem) -> None:
    if item.withdrawn_reason is not None:
        raise RuleBroken(
            "reason", "This was taken out of use already. Add it again as a new item if it is needed."
        )


def refuse_identifiers(texts: Mapping[str, str]) -> None:
    problems = [problem for name, text in texts.items() if (problem := rules.identifier_problem(name, text))]
    if problems:
        raise RuleBroken.many(problems)
