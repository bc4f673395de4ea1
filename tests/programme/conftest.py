"""The programme as shipped, a national body with its people, and who keeps the programme."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import factories
from tests.factories import Person, identity_of
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.catalogue.rules import OrganisationKind

SignIn = Callable[[object], FlaskClient]


@pytest.fixture(autouse=True)
def _shipped(app: Flask) -> None:
    factories.catalogue()
    factories.programme()


@pytest.fixture
def body(app: Flask) -> OrganisationRef:
    """A national body, made up."""
    return factories.organisation("X00903", "Example National Body", kind=OrganisationKind.NATIONAL_BODY)


@pytest.fixture
def member(body: OrganisationRef) -> Person:
    """Somebody of the national body who records what it does."""
    return factories.person(Role.CHAMPION, body, name="Bo Member")


@pytest.fixture
def lead(app: Flask) -> Person:
    """The national lead."""
    return factories.person(Role.NATIONAL_LEAD, name="Nia National")


@pytest.fixture
def by(member: Person) -> Identity:
    return identity_of(member)


@pytest.fixture
def keeper(lead: Person) -> Identity:
    return identity_of(lead)


@pytest.fixture
def at_body(sign_in: SignIn, member: Person) -> FlaskClient:
    """A browser of the national body's member."""
    return sign_in(member)


@pytest.fixture
def at_lead(sign_in: SignIn, lead: Person) -> FlaskClient:
    """A browser of the national lead."""
    return sign_in(lead)


def post(client: FlaskClient, path: str, data: Mapping[str, object] | None = None) -> TestResponse:
    """What a browser sends: the form with its token."""
    page = client.get("/account").text
    return client.post(path, data={**(data or {}), "csrf_token": factories.csrf_of(page)})
