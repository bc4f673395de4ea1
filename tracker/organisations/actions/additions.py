"""Adding an organisation by hand: national bodies, universities, colleges, networks, providers, demonstrations."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

from sqlalchemy import select

from tracker import clock
from tracker.audit import actions as audit
from tracker.catalogue.rules import OrganisationKind
from tracker.database import new_id
from tracker.errors import RuleBroken
from tracker.extensions import db
from tracker.organisations.models import Icb, Organisation, OrganisationName, OrganisationPlace, Region
from tracker.organisations.rules import COUNTRIES, ENGLAND, Membership, first_valid_from

NATIONAL_BODY = "HEE"
# The day its establishment order came into force (S.I. 2012/1273, article 1). It merged into NHS England on
# 1 April 2023: its code stays, because the report's recommendations 1 to 8 are addressed to it, and the name
# shown for it is a setting.
NATIONAL_BODY_OPENED_ON = date(2012, 6, 28)

_CODE = re.compile(r"[A-Z0-9]{2,10}")
_LONGEST_NAME = 200


def add_organisation(
    code: str,
    name: str,
    kind: OrganisationKind,
    *,
    country: str = ENGLAND,
    region_code: str | None = None,
    icb_code: str | None = None,
    opened_on: date | None = None,
    demonstration: bool = False,
    actor_id: UUID | None = None,
) -> Organisation:
    """Add one organisation, flushed. Raises RuleBroken by field: `code`, `name`, `country`, `region_code`, …"""
    organisation_id = new_id()
    # The platform's lock keeps two people from adding the same code at the same time.
    audit.open_chain()
    chain = audit.open_chain(organisation_id)
    name = " ".join(name.split())
    place = Membership(region_code or None, icb_code or None)
    _check(code, name, country, place, opened_on, demonstration)
    organisation = Organisation(
        id=organisation_id,
        code=code,
        kind=kind,
        country=country,
        opened_on=opened_on,
        demonstration=demonstration,
        created_at=chain.recorded_at,
    )
    db.session.add(organisation)
    valid_from = first_valid_from(clock.local_day(chain.recorded_at), opened_on)
    dated = {"organisation_id": organisation_id, "valid_from": valid_from, "recorded_at": chain.recorded_at}
    db.session.add(OrganisationName(name=name, **dated))
    if place.is_stated:
        db.session.add(OrganisationPlace(region_code=place.region_code, icb_code=place.icb_code, **dated))
    db.session.flush()
    public = {"code": code, "kind": kind.value, "name": name, "from_on": valid_from.isoformat()}
    public |= {key: value for key, value in (("region", place.region_code), ("icb", place.icb_code)) if value}
    audit.record(
        chain, "organisation.added", actor_id=actor_id, subject=("organisation", code), public=public
    )
    return organisation


def ensure_standing_bodies(
    name: str = "Health Education England", *, actor_id: UUID | None = None
) -> tuple[str, ...]:
    """See to it that somebody answers recommendations 1 to 8; the codes that had to be added."""
    audit.open_chain()
    if _is_known(NATIONAL_BODY):
        return ()
    kind = OrganisationKind.NATIONAL_BODY
    add_organisation(NATIONAL_BODY, name, kind, opened_on=NATIONAL_BODY_OPENED_ON, actor_id=actor_id)
    return (NATIONAL_BODY,)


def _check(
    code: str, name: str, country: str, place: Membership, opened_on: date | None, demonstration: bool
) -> None:
    problems = [*_problems_of_identity(code, name, country), *_problems_of_place(place, demonstration)]
    if opened_on is not None and opened_on > clock.today():
        problems.append(("opened_on", "Open date must be today or in the past"))
    if problems:
        raise RuleBroken.many(problems)


def _problems_of_identity(code: str, name: str, country: str) -> list[tuple[str, str]]:
    problems = []
    if not _CODE.fullmatch(code):
        problems.append(("code", "Code must be 2 to 10 capital letters and digits, like RJ1"))
    elif _is_known(code):
        problems.append(("code", f"There already is an organisation with the code {code}"))
    if not name:
        problems.append(("name", "Enter the name of the organisation"))
    elif len(name) > _LONGEST_NAME:
        problems.append(("name", f"Name must be {_LONGEST_NAME} characters or fewer"))
    if country not in COUNTRIES:
        problems.append(("country", f"Country must be one of {', '.join(COUNTRIES)}"))
    return problems


def _problems_of_place(place: Membership, demonstration: bool) -> list[tuple[str, str]]:
    region = db.session.get(Region, place.region_code) if place.region_code else None
    icb = db.session.get(Icb, place.icb_code) if place.icb_code else None
    problems = []
    if place.region_code and (region is None or region.demonstration is not demonstration):
        problems.append(("region_code", f"There is no region with the code {place.region_code}"))
    if place.icb_code and (icb is None or icb.demonstration is not demonstration):
        problems.append(("icb_code", f"There is no integrated care board with the code {place.icb_code}"))
    return problems


def _is_known(code: str) -> bool:
    return db.session.scalar(select(Organisation.id).where(Organisation.code == code)) is not None
