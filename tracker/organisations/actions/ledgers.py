"""One organisation during an import: its rows in the database, and as they are to be; what changes is in rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, or_, select

from tracker.catalogue.rules import OrganisationKind
from tracker.database import new_id
from tracker.extensions import db
from tracker.organisations.models import Organisation, OrganisationName, OrganisationPlace
from tracker.organisations.readers import EtrRow
from tracker.organisations.rules import (
    Absent,
    Added,
    Change,
    Closed,
    KnownOrganisation,
    Membership,
    Moved,
    Period,
    Redated,
    Renamed,
    Reopened,
    Returned,
    apply_operations,
    country_of,
    plan_period,
    plan_reach,
    value_at,
)

T = TypeVar("T")
Row = TypeVar("Row", OrganisationName, OrganisationPlace)


@dataclass(slots=True)
class Ledger:
    """`names` and `places` are worked on in memory; `save` writes what differs from the rows that stand."""

    organisation: Organisation
    name_rows: dict[Period[str], OrganisationName] = field(default_factory=dict)
    place_rows: dict[Period[Membership], OrganisationPlace] = field(default_factory=dict)
    names: tuple[Period[str], ...] = ()
    places: tuple[Period[Membership], ...] = ()

    def known(self, as_at: date) -> KnownOrganisation:
        kept, place = self.organisation, value_at(self.places, as_at) or Membership(None, None)
        return KnownOrganisation(
            code=kept.code,
            name=value_at(self.names, as_at),
            region_code=place.region_code,
            icb_code=place.icb_code,
            opened_on=kept.opened_on,
            closed_on=kept.closed_on,
            absent_since=kept.absent_since,
            last_seen_on=kept.last_seen_on,
        )

    def apply(self, change: Change, as_at: date, attested: Collection[date]) -> None:
        """Take one change over; changes come in the order of their plan. `attested`: the files before this one."""
        match change:
            case Added(name=name, membership=place):
                self.names = self._with(self.names, name, as_at, attested)
                if place.is_stated:
                    self.places = self._with(self.places, place, as_at, attested)
            case Renamed(new=name):
                self.names = self._with(self.names, name, as_at, attested)
            case Moved(new=place):
                self.places = self._with(self.places, place, as_at, attested)
            case Redated(new=opened_on):
                self.organisation.opened_on = opened_on
                self.names = apply_operations(self.names, plan_reach(self.names, opened_on))
                self.places = apply_operations(self.places, plan_reach(self.places, opened_on))
            case _:
                self._apply_standing(change)

    def _apply_standing(self, change: Change) -> None:
        match change:
            case Closed(on=on):
                self.organisation.closed_on, self.organisation.absent_since = on, None
            case Reopened():
                self.organisation.closed_on = None
            case Absent(since=since):
                self.organisation.absent_since = since
            case Returned():
                self.organisation.absent_since = None

    def see(self, as_at: date) -> None:
        self.organisation.last_seen_on = max(as_at, self.organisation.last_seen_on or as_at)

    def save(self, recorded_at: datetime) -> None:
        """Close the versions that no longer hold and add the next; what stays is not touched. Not flushed."""
        if self.organisation not in db.session:
            self.organisation.created_at = recorded_at
            db.session.add(self.organisation)
        _supersede(self.name_rows, self.names, recorded_at)
        _supersede(self.place_rows, self.places, recorded_at)
        for named in _new(self.name_rows, self.names):
            db.session.add(OrganisationName(name=named.value, **self._dates(named, recorded_at)))
        for placed in _new(self.place_rows, self.places):
            place = {"region_code": placed.value.region_code, "icb_code": placed.value.icb_code}
            db.session.add(OrganisationPlace(**place, **self._dates(placed, recorded_at)))

    def _with(
        self, periods: tuple[Period[T], ...], value: T, as_at: date, attested: Collection[date]
    ) -> tuple[Period[T], ...]:
        opened_on = self.organisation.opened_on
        return apply_operations(
            periods, plan_period(periods, value, as_at, attested=attested, opened_on=opened_on)
        )

    def _dates(self, period: Period[T], recorded_at: datetime) -> dict[str, object]:
        return {
            "organisation_id": self.organisation.id,
            "valid_from": period.valid_from,
            "valid_until": period.valid_until,
            "recorded_at": recorded_at,
        }


def load_ledgers(named: Collection[str]) -> dict[str, Ledger]:
    """By code, the organisations named here, and those that any file has named: no file can miss the others."""
    concerned = or_(Organisation.last_seen_on.is_not(None), Organisation.code.in_(named))
    by_id = {each.id: Ledger(each) for each in db.session.scalars(select(Organisation).where(concerned))}
    for name in _standing(OrganisationName, concerned):
        by_id[name.organisation_id].name_rows[Period(name.name, name.valid_from, name.valid_until)] = name
    for place in _standing(OrganisationPlace, concerned):
        period = Period(Membership(place.region_code, place.icb_code), place.valid_from, place.valid_until)
        by_id[place.organisation_id].place_rows[period] = place
    for ledger in by_id.values():
        ledger.names, ledger.places = tuple(ledger.name_rows), tuple(ledger.place_rows)
    return {ledger.organisation.code: ledger for ledger in by_id.values()}


def new_ledger(row: EtrRow) -> Ledger:
    """A trust that no row was kept of; its id is there before its chain is."""
    return Ledger(
        Organisation(
            id=new_id(),
            code=row.code,
            kind=OrganisationKind.NHS_TRUST,
            country=country_of(row.code, row.region_code, row.icb_code),
            opened_on=row.opened_on,
            demonstration=False,
        )
    )


def _standing(model: type[Row], concerned: ColumnElement[bool]) -> Iterable[Row]:
    query = select(model).join(Organisation, Organisation.id == model.organisation_id)
    return db.session.scalars(query.where(concerned, model.superseded_at.is_(None)))


def _supersede(rows: Mapping[Period[T], Row], periods: Collection[Period[T]], recorded_at: datetime) -> None:
    for period, row in rows.items():
        if period not in periods:
            row.superseded_at = recorded_at


def _new(rows: Mapping[Period[T], Row], periods: Iterable[Period[T]]) -> list[Period[T]]:
    return [period for period in periods if period not in rows]
