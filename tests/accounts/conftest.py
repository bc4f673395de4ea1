"""People to sign in, a clock that a test can set, and an application in which only this room is real."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from types import ModuleType
from uuid import UUID

import pytest
from flask import Blueprint, Flask, request
from flask.testing import FlaskClient
from sqlalchemy import select, update

import tracker
from config import load_settings
from tracker import clock
from tracker.access.decorators import public, requires
from tracker.access.identity import Identity
from tracker.access.permissions import Permission, Role
from tracker.accounts import actions, passwords, queries
from tracker.accounts.models import User
from tracker.accounts.rules import Grant
from tracker.audit.models import AuditEvent
from tracker.catalogue.rules import OrganisationKind
from tracker.database import new_id
from tracker.extensions import db
from tracker.organisations.models import Organisation, OrganisationName
from tracker.web.transactions import commits, writing

PASSWORD = "four-unrelated-words-here"
EDIT = "/organisations/<organisation:organisation>/recommendations/<recommendation:recommendation>/progress"


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


def stub(room: str) -> ModuleType:
    """The pages of other rooms that ours link to, each saying only who is asking."""
    module, bp = ModuleType(f"tracker.{room}.views"), Blueprint(room, __name__)
    for endpoint, (address, permission) in STUBS.get(room, {}).items():
        view = _page(permission)
        bp.add_url_rule(address, endpoint, view)
        if endpoint == "edit":
            bp.add_url_rule(address, "edit_post", commits(_page(permission)), methods=["POST"])
    module.bp = bp  # type: ignore[attr-defined]
    return module


def _page(permission: Permission | None) -> Callable[..., str]:
    def page(**_arguments: object) -> str:
        return f"page {request.path}"

    return public(page) if permission is None else requires(permission)(page)


STUBS: dict[str, dict[str, tuple[str, Permission | None]]] = {
    "pages": {"home": ("/", None), "recommendations": ("/recommendations", None)},
    "organisations": {"index": ("/organisations", Permission.ORGANISATION_LIST)},
    "dashboard": {
        "organisation": ("/organisations/<organisation:organisation>", Permission.ORGANISATION_VIEW),
        "history": ("/organisations/<organisation:organisation>/history", Permission.HISTORY_VIEW),
    },
    "progress": {"edit": (EDIT, Permission.PROGRESS_RECORD)},
    "evidence": {"register": ("/organisations/<organisation:organisation>/evidence", Permission.ORGANISATION_VIEW)},
    "summary": {"index": ("/summary", Permission.SUMMARY_VIEW)},
    "exports": {"index": ("/exports", Permission.EXPORT_MAKE)},
    "audit": {"index": ("/audit", Permission.AUDIT_VIEW)},
}


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    for room in tracker.ROOMS:
        if room != "accounts":
            monkeypatch.setitem(sys.modules, f"tracker.{room}.views", stub(room))
    commands = ModuleType("tracker.cli.commands")
    commands.init_app = lambda _app: None  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tracker.cli.commands", commands)
    app = tracker.create_app(load_settings({"TRACKER_INSTANCE": str(tmp_path)}))
    app.testing = True
    with app.app_context():
        db.create_all()
        db.session.remove()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


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
                db.session.execute(update(User).where(User.id == user_id).values(password_hash=password_hash()))
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
            found = db.session.scalars(select(AuditEvent.type).order_by(AuditEvent.seq)).all()
        return [each for each in found if not types or each in types]

    def client(self) -> FlaskClient:
        return self.app.test_client()

    def signed_in(self, email: str) -> FlaskClient:
        client = self.client()
        assert sign_in(client, email).status_code == 303
        return client


@pytest.fixture
def world(app: Flask, at: Clock) -> World:
    trusts = {}
    with app.app_context(), writing():
        for code, name in (("X00101", "Northmoor University Hospitals"), ("X00102", "Southfield Care")):
            organisation = Organisation(
                id=new_id(), code=code, kind=OrganisationKind.NHS_TRUST, created_at=clock.now()
            )
            db.session.add(organisation)
            db.session.flush()
            db.session.add(
                OrganisationName(
                    organisation_id=organisation.id,
                    name=name,
                    valid_from=date(2010, 1, 1),
                    recorded_at=clock.now(),
                )
            )
            trusts[code] = organisation.id
    return World(app, trusts)


def csrf(client: FlaskClient, path: str) -> str:
    """The token of a form on a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found is not None, f"no form on {path}"
    return found[1]


def post(client: FlaskClient, path: str, *, page: str = "", **data: object):  # type: ignore[no-untyped-def]
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
