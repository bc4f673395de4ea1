"""The invented organisations as rows: regions, boards, bodies since they opened, and one trust that closed."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from tracker import clock
from tracker.access.organisation import OrganisationRef
from tracker.audit import actions as audit
from tracker.cli.demonstration import names
from tracker.cli.demonstration.names import Body
from tracker.extensions import db
from tracker.organisations import actions
from tracker.organisations.models import Icb, Organisation, Region, Succession

OPENED_ON = date(2012, 4, 1)


def add_places() -> None:
    """The invented regions and integrated care boards."""
    db.session.add_all(
        Region(code=code, name=name, demonstration=True) for code, name in names.REGIONS.items()
    )
    db.session.add_all(
        Icb(code=code, name=name, region_code=region, demonstration=True)
        for code, (name, region) in names.ICBS.items()
    )
    db.session.flush()


def add_body(body: Body) -> OrganisationRef:
    """One organisation, on its own chain, at the moment that the clock shows."""
    row = actions.add_organisation(
        body.code,
        body.name,
        body.kind,
        region_code=body.region,
        icb_code=body.icb,
        opened_on=OPENED_ON,
        demonstration=True,
    )
    return OrganisationRef(row.id, body.code, body.name, body.kind.value, None, is_open=True)


def close_body(closing: Body, organisation_id: UUID, successor: Body) -> None:
    """Today, by the clock, is the last day of a trust; tomorrow another takes over its duties."""
    chain = audit.open_chain(organisation_id)
    last = clock.local_day(chain.recorded_at)
    db.session.get_one(Organisation, organisation_id).closed_on = last
    db.session.add(_succession(closing, successor, last))
    db.session.flush()
    audit.record(
        chain,
        "organisation.closed",
        actor_id=None,
        subject=("organisation", closing.code),
        public={"code": closing.code, "until_on": last.isoformat(), "successor": [successor.code]},
    )


def _succession(closing: Body, successor: Body, last: date) -> Succession:
    return Succession(
        predecessor_code=closing.code,
        successor_code=successor.code,
        predecessor_name=closing.name,
        successor_name=successor.name,
        predecessor_closed_on=last,
        on=last + timedelta(days=1),
        kind="merger",
    )
