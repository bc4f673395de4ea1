"""Two trusts, people to sign in, and a clock that a test can set."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from tests import factories
from tests.page import TrackerClient
from tracker import clock
from tracker.access.identity import Identity
from tracker.access.permissions import Role
from tracker.accounts import actions, passwords, queries
from tracker.accounts.models import User
from tracker.accounts.rules import Grant
from tracker.audit.models import PLATFORM, AuditEvent
from tracker.extensions import db
from tracker.web.transactions import writing

# Events of this room; reading a page or syncing the catalogue leaves others.
ROOMS = {"session", "account", "role"}
PASSWORD = "four-unrelated-words-here"


@cache
def password_hash() -> str:
    return passwords.hash_password(PASSWORD)


@dataclass
class Clock:
    """The time in the application; `forward` moves it on."""

    moment: datetime = field(default_factory=lambda: datetime(2026, 11, 23, 10, 0, tzinfo=UTC))

    def forward(self, **duration: int) -> None:
        self.moment += timedelta(**duration)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    now = Clock()
    monkeypatch.setattr(clock, "now", lambda: now.moment)
    return now


class FreshClient(TrackerClient):
    """Each request in an application context of its own, as on a server: nothing stays from the one before."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **kwargs)


@dataclass
class World:
    """Two trusts and whoever a test needs in them."""

    app: Flask
    trusts: dict[str, UUID]

    def add(self, email: str, *roles: Grant, name: str = "", password: bool = True) -> UUID:
        """A person with roles; the password is PASSWORD."""
        with self.app.app_context(), writing():
            user_id = actions.create_account(email, name or email.split("@")[0].title(), grants=roles)
            if password:
                db.session.execute(
                    update(User).where(User.id == user_id).values(password_hash=password_hash())
                )
        return user_id

    def identity(self, user_id: UUID) -> Identity:
        with self.app.app_context():
            found = queries.find_identity(user_id)
        assert found is not None
        return found

    def grant(self, role: Role, code: str | None = None, until: date | None = None) -> Grant:
        return Grant(role, self.trusts[code] if code else None, until)

    def events(self, *types: str) -> list[str]:
        """Types of the events of people so far, in order."""
        with self.app.app_context():
            query = select(AuditEvent.type).where(AuditEvent.chain_id == PLATFORM).order_by(AuditEvent.seq)
            found = [each for each in db.session.scalars(query) if each.split(".")[0] in ROOMS]
        return [each for each in found if not types or each in types]

    def client(self) -> FlaskClient:
        return self.app.test_client()

    def signed_in(self, email: str) -> FlaskClient:
        client = self.client()
        assert sign_in(client, email).status_code == 303
        return client


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same hashing with little work: what the real one costs is for test_passwords to say."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=256, parallelism=1))
    passwords._nobodys_hash.cache_clear()
    yield
    passwords._nobodys_hash.cache_clear()


@pytest.fixture
def world(app: Flask, at: Clock, quick_hashes: None) -> World:
    app.test_client_class = FreshClient
    with app.app_context():
        factories.catalogue()
        names = (("X00101", "Northmoor University Hospitals"), ("X00102", "Southfield Care"))
        trusts = {code: factories.organisation(code, name).id for code, name in names}
    return World(app, trusts)


def csrf(client: FlaskClient, path: str) -> str:
    """The token of a form on a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found is not None, f"no form on {path}"
    return found[1]


def post(client: FlaskClient, path: str, /, *, page: str = "", **data: object):  # type: ignore[no-untyped-def]
    """Send a form as a browser would: with the token of the page it stands on."""
    return client.post(path, data={"csrf_token": csrf(client, page or path), **data})


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, path: str = "/sign-in"):  # type: ignore[no-untyped-def]
    return post(client, path, email=email, password=password)


@dataclass
class Web:
    """The functions above, for tests: a conftest cannot be imported."""

    post = staticmethod(post)
    csrf = staticmethod(csrf)
    sign_in = staticmethod(sign_in)
    password: str = PASSWORD


@pytest.fixture
def web() -> Web:
    return Web()
