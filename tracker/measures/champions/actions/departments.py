"""The departments and sites that are to have a champion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit.actions import Chain
from tracker.database import new_id
from tracker.errors import RuleBroken
from tracker.measures.champions import queries, rules
from tracker.measures.champions.actions.common import begin, keep, require_version
from tracker.measures.champions.models import (
    ChampionDepartment,
)
from tracker.measures.champions.rules import Department


def add_departments(
    identity: Identity,
    organisation: OrganisationRef,
    names: Sequence[str],
    from_on: date | None,
    *,
    chain: Chain | None = None,
) -> list[ChampionDepartment]:
    """Several departments at once, all in scope from one day. Raises RuleBroken naming each that cannot be added."""
    chain = begin(identity, organisation, chain)
    if not names:
        raise RuleBroken("names", "Enter at least one department or site, each on a line of its own.")
    standing = _departments(identity, organisation)
    added, problems = [], []
    for name in names:
        wanted = Department(new_id(), name, from_on)
        try:
            rules.check_department(wanted, standing)
        except RuleBroken as broken:
            problems += [("names" if field == "name" else field, text) for field, text in broken.problems]
        standing.append(wanted)
        added.append(wanted)
    if problems:
        raise RuleBroken.many(list(dict.fromkeys(problems)))
    values = [_department_values(each) for each in added]
    return [
        keep(
            chain,
            identity,
            organisation,
            ChampionDepartment,
            None,
            each,
            "champions.department_added",
            "names",
        )
        for each in values
    ]


def change_department(
    identity: Identity,
    organisation: OrganisationRef,
    wanted: Department,
    *,
    version: int,
    mistaken: bool = False,
    chain: Chain | None = None,
) -> ChampionDepartment:
    """Another name or other days for a department, or out of the register as a mistake."""
    chain = begin(identity, organisation, chain)
    before = queries.get_department(identity, organisation.id, wanted.id)
    require_version(before, version)
    if mistaken:
        _refuse_in_use(identity, organisation, wanted.id)
    else:
        rules.check_department(wanted, _departments(identity, organisation))
    values = {"mistaken": True} if mistaken else _department_values(wanted)
    return keep(
        chain, identity, organisation, ChampionDepartment, before, values, "champions.department_changed"
    )


def _departments(identity: Identity, organisation: OrganisationRef) -> list[Department]:
    found = queries.get_register(identity, organisation.id).departments
    return [queries.department_of(each) for each in found if not each.mistaken]


def _refuse_in_use(identity: Identity, organisation: OrganisationRef, department_id: UUID) -> None:
    posts = queries.get_register(identity, organisation.id).posts
    if any(each.department_id == department_id and not each.mistaken for each in posts):
        message = "Somebody holds or held the role there. Give it a last day instead."
        raise RuleBroken("mistaken", message)


def _department_values(wanted: Department) -> dict[str, Any]:
    return {"name": wanted.name, "from_on": wanted.from_on, "until_on": wanted.until_on, "mistaken": False}
