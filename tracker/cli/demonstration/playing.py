"""Steps of a history become real actions, with the people of the organisation and the clock of the day."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import singledispatchmethod
from io import BytesIO
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.assurance import actions as assurance
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.cli.demonstration.files import MadeFile, make_file
from tracker.cli.demonstration.people import Staff
from tracker.cli.demonstration.steps import (
    Agreed,
    Confirmed,
    Evidenced,
    Finished,
    Found,
    Measured,
    Planned,
    Recorded,
    Step,
    Withdrawn,
)
from tracker.cli.demonstration.texts import Proof
from tracker.database import new_id
from tracker.evidence import actions as evidence
from tracker.evidence.actions import ItemInput
from tracker.evidence.models import EvidenceItem, HeldUpload
from tracker.evidence.rules import EvidenceKind
from tracker.extensions import db
from tracker.progress import actions as progress
from tracker.progress.actions import ActionInput
from tracker.progress.models import Action, ProgressEntry

SITE = "https://network.example/good-practice"


@dataclass(slots=True)
class Player:
    """Plays one organisation's steps as their turn comes among all, and counts what came of them."""

    organisation: OrganisationRef
    staff: Staff
    rng: random.Random
    set_moment: Callable[[datetime], None]
    counts: Counter[str]
    chain: Chain = field(init=False)
    versions: dict[str, int] = field(default_factory=dict)
    actions: dict[tuple[str, str], Action] = field(default_factory=dict)
    items: dict[tuple[str, str], EvidenceItem] = field(default_factory=dict)

    def begin(self) -> None:
        """Take the organisation's chain, before its first step."""
        self.chain = audit.open_chain(self.organisation.id)

    def play(self, moment: datetime, step: Step) -> None:
        """One step; moments never go back. Raises RuleBroken against the rules: then the history is told wrongly."""
        self.set_moment(moment)
        self.chain.recorded_at = max(clock.now(), self.chain.head.at)
        self._do(step)

    @singledispatchmethod
    def _do(self, step: Step) -> None:
        raise TypeError(f"nobody knows how to play {type(step).__name__}")

    @_do.register
    def _(self, step: Recorded) -> None:
        entry = progress.record_progress(
            self._who(step),
            self.organisation,
            step.code,
            step.position,
            version=self._version(step),
            chain=self.chain,
        )
        self._keep(entry)

    @_do.register
    def _(self, step: Confirmed) -> None:
        self._keep(
            progress.confirm_progress(
                self._who(step), self.organisation, step.code, version=self._version(step), chain=self.chain
            )
        )

    @_do.register
    def _(self, step: Agreed) -> None:
        entry = progress.agree_progress(
            self._who(step),
            self.organisation,
            step.code,
            forum=step.forum,
            forum_on=step.on,
            version=self._version(step),
            chain=self.chain,
        )
        self._keep(entry)

    @_do.register
    def _(self, step: Evidenced) -> None:
        proof, is_link = step.proof, step.proof.kind is EvidenceKind.LINK
        held = [] if is_link else [self._hold(self._who(step), self._file(step))]
        wanted = ItemInput(
            title=proof.title,
            shows=_shows(proof),
            kind=proof.kind,
            dated_on=step.on,
            valid_until=step.valid_until,
            link=SITE if is_link else None,
            recommendations=(step.code,),
        )
        item = evidence.add_item(self._who(step), self.organisation, wanted, held, chain=self.chain)
        self.items[step.code, proof.title] = item
        self.counts.update(evidence_items=1, evidence_files=len(held))

    @_do.register
    def _(self, step: Withdrawn) -> None:
        item = self.items[step.code, step.title]
        evidence.withdraw_item(
            self._who(step), self.organisation, item.entity_id, step.reason, version=item.version
        )

    @_do.register
    def _(self, step: Planned) -> None:
        wanted = ActionInput(step.title, step.owner, step.due_on, None)
        self.actions[step.code, step.title] = progress.add_action(
            self._who(step), self.organisation, step.code, wanted
        )
        self.counts["actions"] += 1

    @_do.register
    def _(self, step: Finished) -> None:
        action = self.actions[step.code, step.title]
        wanted = ActionInput(action.title, action.owner, action.due_on, step.on)
        progress.change_action(
            self._who(step), self.organisation, action.entity_id, wanted, version=action.version
        )

    @_do.register
    def _(self, step: Found) -> None:
        assurance.record_finding(
            self._who(step),
            self.organisation,
            step.code,
            step.outcome,
            step.note,
            version=self._version(step),
        )
        self.counts["findings"] += 1

    @_do.register
    def _(self, step: Measured) -> None:
        step.do(self._who(step), self.organisation, self.chain)
        self.counts["measures"] += 1

    def _who(self, step: Step) -> Identity:
        return self.staff[step.who]

    def _version(self, step: Step) -> int:
        return self.versions.get(step.code, 0)

    def _keep(self, entry: ProgressEntry) -> None:
        self.counts.update(entries=1, records=int(entry.version == 1))
        self.versions[entry.recommendation_code] = entry.version

    def _file(self, step: Evidenced) -> MadeFile:
        return make_file(self.rng, step.proof, self.organisation.name, step.on)

    def _hold(self, identity: Identity, made: MadeFile) -> HeldUpload:
        """As a form would hold it. We made the bytes ourselves, so that nobody need look for what is in them."""
        sha256 = store_bytes(self.organisation.id, made.body)
        held = HeldUpload(
            organisation_id=self.organisation.id,
            id=new_id(),
            user_id=identity.user_id,
            sha256=sha256,
            size=len(made.body),
            file_name=made.name,
            content_type=made.content_type,
            held_at=clock.now(),
        )
        db.session.add(held)
        return held


def store_bytes(organisation_id: UUID, body: bytes) -> str:
    """Put bytes into the evidence store, durable; their SHA-256."""
    store = evidence.store()
    incoming = store.receive(BytesIO(body), evidence.limits().file_bytes)
    try:
        store.keep(organisation_id, incoming)
    finally:
        incoming.discard()
    return incoming.sha256


def _shows(proof: Proof) -> str:
    return f"{proof.kind.label} that shows what the record says. Demonstration: invented."
