"""Before the pages of what is used and what is being made: a trust with its champion, and a film of the library."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role


@pytest.fixture
def trust(app: Flask) -> OrganisationRef:
    factories.catalogue()
    return factories.organisation("X00101", "Northmoor Hospitals")


@pytest.fixture
def film(trust: OrganisationRef) -> UUID:
    return factories.national_resource("sepsis-film", "A film about sepsis")


@pytest.fixture
def champion(app: Flask, trust: OrganisationRef, film: UUID) -> FlaskClient:
    return factories.signed_in_client(app, factories.person(Role.CHAMPION, trust, name="Asha Patel"))
