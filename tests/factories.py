"""Makers of what tests need, through the tables themselves: short, with defaults that a test may override."""

from __future__ import annotations

import hashlib
import itertools
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.accounts import queries as accounts
from tracker.accounts.models import Membership, SignInSession, User
from tracker.catalogue import loader
from tracker.catalogue.actions import sync_catalogue
from tracker.catalogue.rules import OrganisationKind
from tracker.database import new_id
from tracker.extensions import db
from tracker.library.actions import seed_national
from tracker.library.loader import load_national
from tracker.library.models import NationalResource
from tracker.library.rules import Endorsement, LearningFormat, Level, NationalKind
from tracker.organisations.models import Organisation, OrganisationName, OrganisationPlace
from tracker.organisations.queries import find_ref
from tracker.programme.actions import seed_programme
from tracker.programme.loader import load_programme
from tracker.web.transactions import writing

LONG_AGO = datetime(2015, 1, 1, tzinfo=UTC)
# Well above the codes that tests write out themselves: two of one code in one worker would clash.
_numbers = itertools.count(50_001)


@dataclass(frozen=True)
class Person:
    """A user by plain values, so that a closed session does not matter."""

    id: UUID
    email: str
    name: str


@cache
def _shipped_reports() -> tuple[loader.ReportFile, ...]:
    """Read once for each worker: nobody changes what was read."""
    return loader.load_reports()


def catalogue() -> None:
    """The 21 recommendations, as shipped."""
    with writing():
        sync_catalogue(_shipped_reports())


def national_library() -> None:
    """The learning resources of the source, as shipped."""
    with writing():
        seed_national(load_national().entries)


def organisation(
    code: str | None = None,
    name: str | None = None,
    *,
    kind: OrganisationKind = OrganisationKind.NHS_TRUST,
    country: str = "England",
    region: str | None = None,
    icb: str | None = None,
    opened_on: date | None = date(2010, 4, 1),
    closed_on: date | None = None,
    demonstration: bool = True,
) -> OrganisationRef:
    """An organisation with its name and place since it opened."""
    code = code or f"X{next(_numbers):05}"
    since = opened_on or date(2010, 4, 1)
    with writing():
        row = Organisation(
            id=new_id(), code=code, kind=kind, country=country, opened_on=opened_on, closed_on=closed_on,
            demonstration=demonstration, created_at=LONG_AGO,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        dated = {"organisation_id": row.id, "valid_from": since, "recorded_at": LONG_AGO}
        db.session.add(OrganisationName(id=new_id(), name=name or f"Trust {code}", **dated))
        db.session.add(OrganisationPlace(id=new_id(), region_code=region, icb_code=icb, **dated))
    found = find_ref(code)
    assert found is not None
    return found


def person(
    role: Role | None = None,
    organisations: OrganisationRef | list[OrganisationRef] | None = None,
    *,
    until: date | None = None,
    name: str | None = None,
) -> Person:
    """A person with one role, in one or several organisations."""
    number = next(_numbers)
    places = organisations if isinstance(organisations, list) else [organisations]
    with writing():
        user = User(
            id=new_id(),
            email=f"person{number}@nhs.example",
            name=name or f"Person {number}",
            created_at=LONG_AGO,
        )
        db.session.add(user)
        db.session.flush()
        made = Person(user.id, user.email, user.name)
        for place in places if role else []:
            db.session.add(
                Membership(
                    user_id=user.id, role=role, organisation_id=None if place is None else place.id,
                    starts_on=date(2020, 1, 1), until=until, recorded_at=LONG_AGO,
                )
            )  # fmt: skip
    return made


def identity_of(someone: Person) -> Identity:
    """The identity that this person has today."""
    found = accounts.find_identity(someone.id)
    assert found is not None
    return found


def signed_in_client(app: Flask, someone: Person) -> FlaskClient:
    """A browser in which this person is signed in."""
    token = secrets.token_urlsafe(32)
    with writing():
        now = clock.now()
        digest = hashlib.sha256(token.encode()).hexdigest()
        db.session.add(SignInSession(token_hash=digest, user_id=someone.id, created_at=now, last_seen_at=now))
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
        session["_fresh"] = True
    return client


def csrf_of(page: str) -> str:
    """The token of a page's first form."""
    return page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


def national_resource(code: str = "a-film", title: str = "A film about sepsis", **values: object) -> UUID:
    """A resource of the national library, of which nobody keeps anything else: its lasting id."""
    stated: dict[str, object] = {
        "kind": NationalKind.RESOURCE, "position": next(_numbers), "number": None, "section": "", "from_source": False,
        "made_by": "A maker of films", "level": Level.NATIONAL, "session_code": "", "format": LearningFormat.VIDEO,
        "format_words": "Video", "audience_words": "All clinical staff",
        "audiences": [{"staff": ["all"], "grades": [], "settings": ["any"], "area": "", "patients": "all"}],
        "covers": [], "modules": [], "description": "", "minutes": None, "is_interactive": False,
        "endorsement": Endorsement.MADE, "serves": [], "link": "https://films.example/sepsis", "funder": "",
        "developer": "", "funding_note": "", "funding_checked_on": None, "note": "", "retired_on": None,
        "retired_reason": "", "author_id": None, "version": 1, "recorded_at": LONG_AGO, "superseded_at": None,
    }  # fmt: skip
    with writing():
        row = NationalResource(
            id=new_id(), entity_id=new_id(), code=code, title=title, **{**stated, **values}
        )
        db.session.add(row)
        db.session.flush()
        return row.entity_id


def programme() -> None:
    """The yearly programmes, as shipped."""
    with writing():
        seed_programme(load_programme())
