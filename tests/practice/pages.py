"""Filling in the pages of good practice as a person does, and reading what is kept."""

from __future__ import annotations

import io
import re
from datetime import date
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories
from tracker.audit.models import AuditEvent
from tracker.database import new_id
from tracker.evidence import actions as evidence
from tracker.evidence.actions import ItemInput
from tracker.evidence.models import HeldUpload
from tracker.evidence.rules import EvidenceKind
from tracker.extensions import db
from tracker.practice.models import Practice
from tracker.web.transactions import writing

REC = "SEP16-12"
OURS, THEIRS, BODY = "/organisations/X00101", "/organisations/X00102", "/organisations/X00103"
WHOLE = {
    "title": "Trolley on every ward", "recommendation_code": REC, "setting": "hospital", "what": "We put one there",
    "effect": "It is found faster", "effect_measure": "Minutes, before and after", "contact_role": "Sepsis team",
    "result": "none",
}  # fmt: skip


def text(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code, answer.location)
    return answer.get_data(as_text=True)


def post(client: FlaskClient, path: str, **fields: object):
    """The form of a page, filled in and sent. A tick that stands on no page yet is asked for first, as it is there."""
    page = text(client, path)
    if "looked" in fields and not asked_of(page):
        asked = client.post(path, data={**_kept(page), **fields, "looked": ""})
        if asked.status_code != 422:
            return asked
        fields = {"looked_at": asked_of(asked.get_data(as_text=True)), **fields}
    return client.post(path, data={**_kept(page), **fields})


def asked_of(page: str) -> str:
    """What a form says of the texts that it asks about; empty where it asks about none."""
    found = re.search(r'name="looked_at" value="([^"]*)"', page)
    return found[1] if found else ""


def _kept(page: str) -> dict[str, str]:
    """What a form carries that nobody types."""
    hidden = dict(
        re.findall(r'<input(?: id="\w+")? ?(?:type="hidden")? ?name="(\w+)"[^>]*? value="([^"]*)"', page)
    )
    names = ("csrf_token", "idempotency_key", "source", "looked_at")
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)
    kept = {name: hidden[name] for name in names if name in hidden}
    return {**kept, "version": version[1] if version else "0"}


def practices() -> list[Practice]:
    return list(db.session.scalars(select(Practice).order_by(Practice.version)))


def current() -> Practice:
    return db.session.scalars(select(Practice).where(Practice.superseded_at.is_(None))).one()


def sent(champion: FlaskClient, **more: object) -> UUID:
    assert post(champion, f"{OURS}/practice/new", **{**WHOLE, "step": "send", **more}).status_code == 303
    return current().entity_id


def published(champion: FlaskClient, national: FlaskClient, **more: object) -> UUID:
    practice = sent(champion, **more)
    assert post(national, f"/practice/review/{practice}", decision="publish").status_code == 303
    return practice


def events(type: str) -> list[AuditEvent]:
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.type == type)))


def upload(person, trust, name: str) -> HeldUpload:
    """A file as it waits for its form; call it inside `writing`."""
    store = evidence.store()
    incoming = store.receive(io.BytesIO(f"what {name} says".encode()), 10_000)
    store.keep(trust.id, incoming)
    held = HeldUpload(
        organisation_id=trust.id, id=new_id(), user_id=person.id, sha256=incoming.sha256, size=incoming.size,
        file_name=name, content_type="text/plain", held_at=factories.LONG_AGO,
    )  # fmt: skip
    db.session.add(held)
    db.session.flush()
    return held


def evidence_item(person, trust, name: str = "audit.txt") -> UUID:
    wanted = ItemInput(f"About {name}", "", EvidenceKind.POLICY, date(2025, 9, 1), None, None, (REC,))
    with writing():
        held = upload(person, trust, name)
        return evidence.add_item(factories.identity_of(person), trust, wanted, [held]).entity_id
