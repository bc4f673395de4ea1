"""Who needs which level of training, and how the named groups get it apart from induction."""

from __future__ import annotations

from collections.abc import Sequence

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.extensions import db
from tracker.measures.coverage import queries, rules
from tracker.measures.coverage.actions.common import (
    next_version,
    plain,
    refuse,
    refuse_identifiers,
    require,
    require_version,
)
from tracker.measures.coverage.models import (
    CoverageNeedLine,
    CoverageNeeds,
    CoverageRoute,
    CoverageRoutes,
)
from tracker.measures.coverage.rules import NeedsInput, Route


def record_needs(
    identity: Identity,
    organisation: OrganisationRef,
    wanted: NeedsInput,
    *,
    version: int,
    chain: Chain | None = None,
) -> CoverageNeeds:
    """A new version of the needs table. Raises RuleBroken by field, Conflict when somebody was first."""
    require(identity, organisation)
    chain = chain or audit.open_chain(organisation.id)
    standing = queries.needs_of(identity, [organisation.id]).get(organisation.id)
    before = None if standing is None else standing.entry
    require_version(before, version)
    refuse(rules.needs_problems(wanted, clock.today()))
    texts = {f"who_{group.value}": text for group, text in wanted.who.items()}
    refuse_identifiers({"agreed_by": wanted.agreed_by, **texts})
    columns = {
        "agreed_by": wanted.agreed_by,
        "agreed_on": wanted.agreed_on,
        "review_on": wanted.review_on,
        "interval_months": wanted.interval_months,
        "target_percent": wanted.target_percent,
    }
    after = next_version(CoverageNeeds, before, identity, organisation, chain, columns)
    for line in wanted.lines:
        db.session.add(
            CoverageNeedLine(
                organisation_id=organisation.id,
                needs_id=after.id,
                group_code=line.group,
                level=line.level,
                who=wanted.who.get(line.group, ""),
            )
        )
    db.session.flush()
    _audit_needs(chain, identity, after, wanted)
    return after


def record_routes(
    identity: Identity,
    organisation: OrganisationRef,
    routes: Sequence[Route],
    *,
    version: int,
    chain: Chain | None = None,
) -> CoverageRoutes:
    """A new version of the routes other than induction. Raises RuleBroken by field, Conflict."""
    require(identity, organisation)
    chain = chain or audit.open_chain(organisation.id)
    standing = queries.routes_of(identity, [organisation.id]).get(organisation.id)
    before = None if standing is None else standing.entry
    require_version(before, version)
    said = [route for route in routes if route.exists is not None]
    refuse(rules.route_problems(said))
    refuse_identifiers({f"what_{route.group.value}": route.what for route in said})
    after = next_version(CoverageRoutes, before, identity, organisation, chain, {})
    for route in said:
        db.session.add(
            CoverageRoute(
                organisation_id=organisation.id,
                routes_id=after.id,
                named_group=route.group,
                has_route=bool(route.exists),
                what=route.what,
            )
        )
    db.session.flush()
    audit.record(
        chain,
        "coverage.routes_recorded",
        actor_id=identity.user_id,
        subject=("coverage", str(after.entity_id)),
        public={
            "routes_id": str(after.entity_id),
            "version": after.version,
            "with_route": [route.group.label for route in said if route.exists],
        },
        private={"what": {route.group.value: route.what for route in said if route.what}},
    )
    return after


def _audit_needs(chain: Chain, identity: Identity, after: CoverageNeeds, wanted: NeedsInput) -> None:
    levels: dict[str, list[str]] = {}
    for line in wanted.lines:
        levels.setdefault(line.group.value, []).append("" if line.level is None else line.level.value)
    audit.record(
        chain,
        "coverage.needs_recorded",
        actor_id=identity.user_id,
        subject=("coverage", str(after.entity_id)),
        public={
            "needs_id": str(after.entity_id),
            "version": after.version,
            "agreed_on": plain(after.agreed_on),
            "review_on": plain(after.review_on),
            "interval_months": after.interval_months,
            "target_percent": after.target_percent,
            "levels": levels,
        },
        private={
            "agreed_by": wanted.agreed_by,
            "who": {group.value: text for group, text in wanted.who.items() if text},
        },
    )
