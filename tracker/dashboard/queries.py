"""What the dashboard reads beside the records themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, literal, select, union_all

from tracker.access.identity import Identity
from tracker.accounts.models import User
from tracker.audit.queries import TrailRow
from tracker.database import current
from tracker.evidence.models import EvidenceItem, EvidenceLink
from tracker.evidence.queries import RECOMMENDATION, in_scope, live_on
from tracker.extensions import db
from tracker.library.models import Development, NationalResource, Resource
from tracker.practice.models import Practice
from tracker.programme.models import ProgrammeItem
from tracker.progress.models import Action


@dataclass(frozen=True, slots=True)
class Deadlines:
    """For each recommendation, where there is one: the first day on which live evidence runs out, and on which an
    open action is due."""

    expiries: dict[str, date]
    actions: dict[str, date]


def deadlines(identity: Identity, organisation_id: UUID, today: date) -> Deadlines:
    """The days that press on the records of an organisation, in one question."""
    both = union_all(_expiries(identity, organisation_id, today), _open_actions(identity, organisation_id))
    found: dict[str, dict[str, date]] = {"evidence": {}, "action": {}}
    for what, code, first in db.session.execute(both):
        if first is not None:
            found[what][code] = first
    return Deadlines(found["evidence"], found["action"])


def _open_actions(identity: Identity, organisation_id: UUID) -> Select[str, str, date | None]:
    return (
        select(literal("action"), Action.recommendation_code, func.min(Action.due_on))
        .where(
            Action.organisation_id == organisation_id,
            current(Action),
            Action.done_on.is_(None),
            Action.due_on.is_not(None),
            in_scope(identity, Action.organisation_id),
        )
        .group_by(Action.recommendation_code)
    )


def _expiries(identity: Identity, organisation_id: UUID, today: date) -> Select[str, str, date | None]:
    return (
        select(literal("evidence"), EvidenceLink.subject_code, func.min(EvidenceItem.valid_until))
        .join(
            EvidenceItem,
            and_(
                EvidenceItem.organisation_id == EvidenceLink.organisation_id,
                EvidenceItem.entity_id == EvidenceLink.item_id,
            ),
        )
        .where(
            EvidenceLink.organisation_id == organisation_id,
            EvidenceLink.subject_kind == RECOMMENDATION,
            current(EvidenceLink),
            current(EvidenceItem),
            live_on(today),
            EvidenceItem.valid_until.is_not(None),
            in_scope(identity, EvidenceLink.organisation_id),
        )
        .group_by(EvidenceLink.subject_code)
    )


@dataclass(frozen=True, slots=True)
class Borne:
    """A title that one version of something bore, and since when."""

    since: datetime
    version: int
    title: str


# By what names the thing, oldest first: an entry of the history is told with the title of its own moment.
Titles = Mapping[str, Sequence[Borne]]


def title_of(titles: Titles, row: TrailRow) -> str:
    """What the thing was called when the event was recorded: what was recorded since rewrites no entry.

    What was entered only later, as the national library can be, is called by its first title.
    """
    borne = titles.get(named(row), ())
    if row.subject_kind == "practice":
        # What others see and use may be an older version than the one that stood.
        borne = [each for each in borne if each.version == row.public.get("version")] or borne
    return next(
        (each.title for each in reversed(borne) if each.since <= row.at), borne[0].title if borne else ""
    )


def titles_of_evidence(identity: Identity, organisation_id: UUID, items: Sequence[str]) -> Titles:
    """Titles of items in all their versions, by id as text; nothing is asked when there are none."""
    return _titles_of(EvidenceItem, identity, organisation_id, items)


def titles_of_training(identity: Identity, organisation_id: UUID, items: Sequence[str]) -> Titles:
    """Titles of training in all its versions, by id as text."""
    return _titles_of(Resource, identity, organisation_id, items)


def titles_of_practices(identity: Identity, organisation_id: UUID, items: Sequence[str]) -> Titles:
    """Titles of an organisation's own practices in all their versions, by id as text."""
    return _titles_of(Practice, identity, organisation_id, items)


def titles_of_developments(identity: Identity, organisation_id: UUID, items: Sequence[str]) -> Titles:
    """Titles of an organisation's new training in all its versions, by id as text."""
    return _titles_of(Development, identity, organisation_id, items)


def titles_of_resources(named: Sequence[str]) -> Titles:
    """Titles of the national library, which is public, in all its versions, by code and by lasting id as text."""
    if not any(named):
        return {}
    row = NationalResource
    query = select(row.code, row.entity_id, row.recorded_at, row.version, row.title)
    found = [*db.session.execute(query.order_by(row.recorded_at, row.version))]
    return _by_name((str(key), Borne(*each[2:])) for each in found for key in each[:2])


def titles_of_items(codes: Sequence[str]) -> Titles:
    """Titles of the yearly programmes, which are public, in all their versions, by code."""
    if not codes:
        return {}
    row = ProgrammeItem
    query = select(row.code, row.recorded_at, row.version, row.title).where(row.code.in_(set(codes)))
    found = db.session.execute(query.order_by(row.recorded_at, row.version))
    return _by_name((each[0], Borne(*each[1:])) for each in found)


def _titles_of(model: type[Any], identity: Identity, organisation_id: UUID, items: Sequence[str]) -> Titles:
    if not items:
        return {}
    query = select(model.entity_id, model.recorded_at, model.version, model.title).where(
        model.organisation_id == organisation_id,
        model.entity_id.in_({UUID(each) for each in items}),
        in_scope(identity, model.organisation_id),
    )
    found = db.session.execute(query.order_by(model.recorded_at, model.version))
    return _by_name((str(each[0]), Borne(*each[1:])) for each in found)


def _by_name(found: Iterable[tuple[str, Borne]]) -> Titles:
    titles: dict[str, list[Borne]] = {}
    for name, borne in found:
        titles.setdefault(name, []).append(borne)
    return titles


def named(row: TrailRow) -> str:
    """What names the thing that an event is about: a share, a count or an evaluation is about a national resource."""
    if row.subject_kind not in {"share", "usage", "evaluation"}:
        return row.subject_code
    resource = row.public.get("resource") or row.public.get("resource_id") or ""
    return str(resource.get("new") if isinstance(resource, dict) else resource)


def names_of(user_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names of people by id, for whoever may see the page that they stand on."""
    if not user_ids:
        return {}
    return {
        row[0]: row[1]
        for row in db.session.execute(select(User.id, User.name).where(User.id.in_(set(user_ids))))
    }


def list_expiring(identity: Identity, organisation_id: UUID, until: date) -> Sequence[EvidenceItem]:
    """Evidence in use that has run out, or does until a day; the first to run out first."""
    query = (
        select(EvidenceItem)
        .where(
            EvidenceItem.organisation_id == organisation_id,
            current(EvidenceItem),
            EvidenceItem.withdrawn_reason.is_(None),
            EvidenceItem.valid_until <= until,
            in_scope(identity, EvidenceItem.organisation_id),
        )
        .order_by(EvidenceItem.valid_until, EvidenceItem.entity_id)
    )
    return db.session.scalars(query).all()
