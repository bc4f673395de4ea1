"""Every write of the register: lock the chain, ask the rules, add a version, tell the trail that it changed.

The trail is read outside the trust, and so are its packs: it holds a fingerprint of each row and nothing of its
text. What was before and what after stands in the register's versions, which stay in the trust.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Permission
from tracker.access.policy import allows
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.audit.rules import canonical
from tracker.database import Versioned, new_id, revise
from tracker.errors import Conflict, NotAllowed
from tracker.extensions import db
from tracker.measures.incidents import queries, rules
from tracker.measures.incidents.models import Incident, Nil
from tracker.measures.incidents.rules import Facts, Loop, NilFacts

Row = TypeVar("Row", Incident, Nil)
LOOP = tuple(Loop.__dataclass_fields__)


def add_incident(
    identity: Identity,
    organisation: OrganisationRef,
    wanted: Facts,
    *,
    looked: bool = False,
    incident_id: UUID | None = None,
    chain: Chain | None = None,
) -> Incident:
    """Enter an incident. Raises RuleBroken by field. `incident_id`: made before, when an address must be known."""
    chain = _begin(identity, organisation, chain)
    others = queries.list_references(identity, organisation.id)
    checked = rules.check_facts(wanted, Loop(), others, today=_today(chain), looked=looked)
    loop = {**asdict(Loop()), "learning": wanted.learning}
    incident = Incident(
        organisation_id=organisation.id,
        entity_id=incident_id or new_id(),
        recorded_at=chain.recorded_at,
        author_id=identity.user_id,
        version=1,
        text_checked=checked,
        **{**asdict(_tidied(identity, organisation, wanted)), **loop},
    )
    return _added(chain, identity, incident)


def change_incident(
    identity: Identity,
    organisation: OrganisationRef,
    incident_id: UUID,
    wanted: Facts,
    *,
    version: int,
    looked: bool = False,
) -> Incident:
    """Change what is said of an incident. Raises Conflict when somebody changed it first."""
    chain = _begin(identity, organisation)
    before = queries.get_incident(identity, organisation.id, incident_id)
    _require_version(before.version, version)
    others = queries.list_references(identity, organisation.id, but=incident_id)
    looked = looked or _unchanged(before, asdict(wanted))
    checked = rules.check_facts(wanted, loop_of(before), others, today=_today(chain), looked=looked)
    changes = asdict(_tidied(identity, organisation, wanted))
    return _revised(chain, identity, before, text_checked=checked or before.text_checked, **changes)


def record_loop(
    identity: Identity,
    organisation: OrganisationRef,
    incident_id: UUID,
    wanted: Loop,
    *,
    version: int,
    looked: bool = False,
    chain: Chain | None = None,
) -> Incident:
    """Who heard, which material, what became of the training, closed or not. Raises Conflict as above."""
    chain = _begin(identity, organisation, chain)
    before = queries.get_incident(identity, organisation.id, incident_id)
    _require_version(before.version, version)
    looked = looked or _unchanged(before, asdict(wanted))
    checked = rules.check_loop(wanted, before.month, today=_today(chain), looked=looked)
    return _revised(chain, identity, before, text_checked=checked or before.text_checked, **asdict(wanted))


def remove_incident(
    identity: Identity, organisation: OrganisationRef, incident_id: UUID, reason: str, *, version: int
) -> Incident:
    """Take an incident out of the register: it was no sepsis incident, or stood there twice. History stays."""
    chain = _begin(identity, organisation)
    before = queries.get_incident(identity, organisation.id, incident_id)
    _require_version(before.version, version)
    rules.check_reason(reason)
    return _revised(chain, identity, before, removed_reason=reason)


def confirm_none(
    identity: Identity, organisation: OrganisationRef, wanted: NilFacts, *, chain: Chain | None = None
) -> Nil:
    """Somebody confirmed that there were none in some months. Raises RuleBroken by field."""
    chain = _begin(identity, organisation, chain)
    months = queries.list_months(identity, organisation.id)
    rules.check_nil(wanted, months, today=_today(chain))
    nil = Nil(
        organisation_id=organisation.id,
        entity_id=new_id(),
        recorded_at=chain.recorded_at,
        author_id=identity.user_id,
        version=1,
        **asdict(wanted),
    )
    return _added(chain, identity, nil)


def take_back_none(
    identity: Identity, organisation: OrganisationRef, nil_id: UUID, reason: str, *, version: int
) -> Nil:
    """A confirmation that turned out wrong. It stays in the history."""
    chain = _begin(identity, organisation)
    before = queries.get_nil(identity, organisation.id, nil_id)
    _require_version(before.version, version)
    rules.check_reason(reason)
    return _revised(chain, identity, before, removed_reason=reason)


def next_id() -> UUID:
    """The id of an incident that is going to be entered, so that its address is known before."""
    return new_id()


def loop_of(incident: Incident) -> Loop:
    """The loop as it stands."""
    return Loop(**{name: getattr(incident, name) for name in LOOP})


def _begin(identity: Identity, organisation: OrganisationRef, chain: Chain | None = None) -> Chain:
    """The second lock: whoever calls, an organisation is written only by those who may; a closed one by nobody."""
    if not allows(identity, Permission.MEASURES_RECORD, organisation.id) or not organisation.is_open:
        raise NotAllowed(organisation.code)
    return chain or audit.open_chain(organisation.id)


def _today(chain: Chain) -> date:
    return clock.local_day(chain.recorded_at)


def _require_version(standing: int, version: int) -> None:
    if standing != version:
        raise Conflict(standing)


def _tidied(identity: Identity, organisation: OrganisationRef, wanted: Facts) -> Facts:
    """A department that the register knows keeps its spelling, so that one filter finds all of it."""
    department = " ".join(wanted.department.split())
    known = {each.casefold(): each for each in queries.list_departments(identity, organisation.id)}
    return rules.renamed(wanted, known.get(department.casefold(), department))


def _unchanged(before: Incident, wanted: Mapping[str, Any]) -> bool:
    """Texts that somebody has looked at already, and that nobody changed, are not asked about again."""
    texts = [name for name, value in wanted.items() if isinstance(value, str)]
    return before.text_checked and all(getattr(before, name) == wanted[name] for name in texts)


def _added(chain: Chain, identity: Identity, row: Row) -> Row:
    db.session.add(row)
    db.session.flush()
    _tell(chain, identity, row)
    return row


def _revised(chain: Chain, identity: Identity, before: Row, **changes: Any) -> Row:
    after = revise(
        db.session(), before, chain.recorded_at,
        author_id=identity.user_id, version=before.version + 1, **changes,
    )  # fmt: skip
    _tell(chain, identity, after)
    return after


def _tell(chain: Chain, identity: Identity, row: Versioned) -> None:
    """One type and one subject for all: not even how many incidents there are shows from outside."""
    audit.record(
        chain,
        "incidents.changed",
        actor_id=identity.user_id,
        subject=(rules.NAME, "register"),
        public={"sha256": fingerprint(row)},
    )


def fingerprint(row: Versioned) -> str:
    """SHA-256 of all that a version says. Its ids are among that, so nobody finds it by guessing."""
    said = {
        attribute.key: _plain(getattr(row, attribute.key))
        for attribute in type(row).__mapper__.column_attrs  # type: ignore[attr-defined]
        if attribute.key != "superseded_at"
    }
    return hashlib.sha256(canonical(said)).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
