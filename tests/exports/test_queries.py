"""What a pack is made of: figures that equal the summary's, rows that stream, and a second lock on scope."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event, insert

from tests import factories
from tests.exports.conftest import OTHER, REC, World, record
from tests.factories import identity_of
from tracker import clock
from tracker.assurance.actions import record_finding
from tracker.assurance.rules import Outcome
from tracker.audit.models import AuditEvent
from tracker.catalogue.rules import Delivery
from tracker.database import new_id
from tracker.errors import NotAllowed, NotFound, RuleBroken
from tracker.exports import actions, queries
from tracker.exports.models import ExportRequest
from tracker.exports.queries.records import control_rows, progress_rows
from tracker.exports.writers import PreparedBundle
from tracker.extensions import db
from tracker.organisations.models import OrganisationName
from tracker.progress.models import ProgressEntry
from tracker.progress.rules import Change, Standing
from tracker.summary import queries as summary
from tracker.summary.rules import Selection, ladder
from tracker.web.transactions import writing

EXCUSABLE = "SEP16-14"


def requested(codes: list[str], recommendations: list[str] | None = None, **more: object) -> ExportRequest:
    with writing():
        day = more.pop("as_at", clock.today())
        saved = actions.request_export(None, codes, recommendations or [REC, OTHER], day, **more)  # type: ignore[arg-type]
        key = saved.id
    found = queries.find_request(key)
    assert found is not None
    return found


def test_the_control_sheet_equals_the_summary(world: World) -> None:
    third, fourth = factories.organisation("X00103"), factories.organisation("X00104")
    lead = factories.person(factories.Role.TRUST_LEAD, [third, fourth])
    record(lead, third, Delivery.DELIVERED, summary="In place", delivered_on=clock.today())
    for trust in (third, fourth):
        record(lead, trust, Delivery.NOT_APPLICABLE, code=EXCUSABLE, reason="We have none")
    with writing():
        identity = identity_of(world.national)
        record_finding(identity, third, EXCUSABLE, Outcome.REASON_ACCEPTED, "So it is", version=1)
    codes = queries.list_recommendation_codes()
    saved = requested(["X00101", "X00102", "X00103", "X00104"], codes)
    figures = {(row[1], row[2]): row[3] for row in control_rows(queries.cut_of(saved))}
    identity = identity_of(world.national)
    today = clock.today()
    wanted = Selection(day=today, today=today, since=today - timedelta(days=365), demonstration=True)
    counted = summary.count_records(identity, wanted, codes)
    names = {Standing.NOTHING: "nothing_recorded", Standing.STARTED: "in_progress"}
    for code in (f"SEP16-{number:02}" for number in range(9, 19)):
        of_code = [row for row in counted if row.code == code]
        shown = ladder(of_code, figures[code, "organisations"])
        assert figures[code, "reason_accepted"] == shown.left_out
        for standing, count in shown.counts.items():
            left_out = shown.left_out if standing is Standing.NOT_APPLICABLE else 0
            assert figures[code, names.get(standing, standing.value)] == count + left_out, (code, standing)
        assert figures[code, "organisations"] == 4
    assert figures["", "reason_accepted"] == 1


def test_names_are_those_of_the_day_and_known_at_the_cut_off(world: World) -> None:
    with writing():
        row = db.session.query(OrganisationName).filter_by(organisation_id=world.ours.id).one()
        row.superseded_at = clock.now()
        dated = {"organisation_id": world.ours.id, "recorded_at": row.superseded_at}
        yesterday, today = clock.today() - timedelta(days=1), clock.today()
        db.session.add(OrganisationName(name="Before", valid_from=row.valid_from, valid_until=today, **dated))
        db.session.add(OrganisationName(name="After", valid_from=today, **dated))
    for day, name in ((yesterday, "Before"), (today, "After")):
        (chosen,) = queries.cut_of(requested(["X00101"], as_at=day)).organisations
        assert chosen.name == name


@pytest.mark.parametrize("who", ["stranger", "auditor", "champion", "administrator"])
def test_a_request_beyond_the_scope_is_refused_by_the_action_too(world: World, who: str) -> None:
    someone = identity_of(getattr(world, who))
    with pytest.raises((NotFound, NotAllowed)), writing():
        actions.request_export(someone, ["X00101", "X00102"], [REC], clock.today())
    assert db.session.query(ExportRequest).count() == 0


def test_a_plan_beyond_the_scope_is_refused_too(world: World, app: Flask) -> None:
    saved = requested(["X00101", "X00102"])
    store = app.extensions["evidence_store"]
    for someone in (world.auditor, world.lead, world.administrator):
        with pytest.raises(NotFound):
            queries.plan_bundle(identity_of(someone), saved, store, None)
        with pytest.raises(NotFound):
            queries.get_request(identity_of(someone), saved.id)
    assert queries.plan_bundle(identity_of(world.national), saved, store, None).files


@pytest.mark.parametrize(
    ("organisations", "recommendations", "days", "field"),
    [
        ([], [REC], 0, "organisations"),
        (["X00101"], [], 0, "recommendations"),
        (["X00101"], ["SEP16-77"], 0, "recommendations"),
        (["X00101"], [REC], 1, "as_at"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    world: World, organisations: list[str], recommendations: list[str], days: int, field: str
) -> None:
    day = clock.today() + timedelta(days=days)
    with pytest.raises(RuleBroken) as refused, writing():
        actions.request_export(None, organisations, recommendations, day)
    assert [name for name, _message in refused.value.problems] == [field]


# --- many rows --------------------------------------------------------------------------------------------


@pytest.fixture
def crowd(app: Flask) -> list[str]:
    """150 organisations with 40 entries each."""
    factories.catalogue()
    refs = [factories.organisation(f"X2{number:04}") for number in range(150)]
    author = factories.person()
    with writing():
        for ref in refs:
            db.session.execute(insert(ProgressEntry), list(_entries(ref.id, author.id)))
    return [ref.code for ref in refs]


def _entries(organisation_id: UUID, author_id: UUID) -> Iterator[dict[str, object]]:
    start, record_id = clock.now() - timedelta(days=50), new_id()
    for version in range(1, 41):
        yield {
            "organisation_id": organisation_id, "id": new_id(), "entity_id": record_id, "version": version,
            "recorded_at": start + timedelta(days=version),
            "superseded_at": None if version == 40 else start + timedelta(days=version + 1),
            "recommendation_code": REC, "change": Change.RECORDED, "delivery": Delivery.IN_PROGRESS,
            "confidence": None, "summary": "Words " * 50, "note": "", "reason": "", "accountable_person": "",
            "lead_executive": "", "forum": "", "confirmed_on": clock.today(), "text_digest": "0" * 64,
            "author_id": author_id,
        }  # fmt: skip


def test_the_number_of_queries_does_not_grow_with_the_rows(crowd: list[str], app: Flask) -> None:
    asked: list[str] = []
    few, many = requested(crowd[:100]), requested(crowd)
    event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    counts = []
    for saved in (few, many):
        asked.clear()
        plan = queries.plan_bundle(None, saved, app.extensions["evidence_store"], None)
        with PreparedBundle(plan):
            counts.append(len(asked))
    # So many for each hundred organisations, whatever they recorded.
    # Four registers beside the recommendations are read too: some twenty questions each hundred organisations.
    assert counts[1] <= 2 * counts[0] <= 200


def test_telling_many_chains_does_not_ask_the_database_for_each(crowd: list[str], app: Flask) -> None:
    saved, asked = requested(crowd), list[str]()
    event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    with writing():
        actions.record_download(None, saved)
    assert len(asked) <= 12
    told = db.session.query(AuditEvent).filter_by(type="export.downloaded").count()
    assert told == len(crowd) + 1


def test_rows_are_streamed(crowd: list[str]) -> None:
    cut = queries.cut_of(requested(crowd))
    rows = progress_rows(cut)
    next(rows)
    tracemalloc.start()
    count = 1 + sum(1 for _row in rows)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 6000
    assert peak < 12_000_000


def test_a_large_pack_holds_together(crowd: list[str], app: Flask) -> None:
    saved = requested(crowd)
    plan = queries.plan_bundle(None, saved, app.extensions["evidence_store"], None)
    with PreparedBundle(plan) as bundle:
        content = b"".join(bundle.stream())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        rows = list(csv.DictReader(io.TextIOWrapper(archive.open("data/progress.csv"), "utf-8", newline="")))
    assert len(rows) == 6000 and sum(row["current_at_date"] == "yes" for row in rows) == 150
