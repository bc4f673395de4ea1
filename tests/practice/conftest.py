"""The people before the pages of good practice: a trust, another one, the national lead, the national body."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tracker.access.permissions import Role
from tracker.catalogue.rules import OrganisationKind


@pytest.fixture
def trust(app: Flask):
    factories.catalogue()
    return factories.organisation("X00101", "Northmoor Hospitals")


@pytest.fixture
def person(trust):
    return factories.person(Role.CHAMPION, trust, name="Sam Champion")


@pytest.fixture
def champion(app: Flask, person) -> FlaskClient:
    return factories.signed_in_client(app, person)


@pytest.fixture
def other(trust):
    return factories.organisation("X00102", "Southmoor Hospitals")


@pytest.fixture
def stranger(app: Flask, other) -> FlaskClient:
    return factories.signed_in_client(app, factories.person(Role.TRUST_LEAD, other, name="Lou Lead"))


@pytest.fixture
def national(app: Flask, trust) -> FlaskClient:
    return factories.signed_in_client(app, factories.person(Role.NATIONAL_LEAD, name="Nia National"))


@pytest.fixture
def body(trust):
    return factories.organisation("X00103", "National Body", kind=OrganisationKind.NATIONAL_BODY)


@pytest.fixture
def member(app: Flask, body) -> FlaskClient:
    return factories.signed_in_client(app, factories.person(Role.CHAMPION, body, name="Bo Body"))
