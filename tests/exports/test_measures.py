"""What a pack holds of the measures: the figures of the pages, the rows behind them, and nothing that stays inside."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from tests import factories
from tests.exports.conftest import add_item
from tests.exports.test_queries import requested
from tests.factories import Person, identity_of
from tests.house import world as house
from tests.house.test_queries_counted import counted
from tests.measures.incidents.makers import DAY, Register
from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.audit.models import AuditEvent
from tracker.exports import queries
from tracker.exports.models import ExportRequest
from tracker.exports.queries import cut as module
from tracker.exports.queries.measured import measure_rows
from tracker.exports.readers import verify_bundle
from tracker.exports.writers import PreparedBundle
from tracker.extensions import db
from tracker.library import actions as library
from tracker.library.loader import load_guidelines
from tracker.measures import measures
from tracker.measures.base import At
from tracker.measures.champions import actions as champions
from tracker.measures.champions.rules import Arrangement, Model
from tracker.measures.coverage import actions as coverage
from tracker.measures.coverage.rules import Count, Counted, Group, Level, Line, PositionInput
from tracker.measures.questions.actions import AnswersInput, answer_questions
from tracker.web.transactions import writing

DAWN = datetime.combine(DAY, time(6), tzinfo=UTC)
NURSES = Line(Group.NURSES, Level.MANAGE)
ANSWERS = {
    "refresher": "yes", "required": "yes", "required_for": "Nurses", "owner": "yes",
    "owner_who": f"Jo {house.NAME_CANARY}", "money": "no", "review_on": date(2027, 1, 31),
}  # fmt: skip


@dataclass(frozen=True)
class Trust:
    organisation: OrganisationRef
    champion: Person
    report: UUID

    @property
    def by(self) -> Identity:
        return identity_of(self.champion)


@pytest.fixture
def trusts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[Trust]:
    """Two trusts with every measure filled, six incidents each; their texts and people hold the house's canaries."""
    ticks = count()
    monkeypatch.setattr(clock, "now", lambda: DAWN + timedelta(seconds=next(ticks)))
    factories.catalogue()
    with writing():
        library.seed_guidelines(load_guidelines())
    factories.national_resource(house.RESOURCE)
    national = identity_of(factories.person(Role.NATIONAL_LEAD))
    return [_filled(code, national, monkeypatch) for code in ("X00901", "X00902")]


def _filled(code: str, national: Identity, monkeypatch: pytest.MonkeyPatch) -> Trust:
    held = house.fill(code, f"Trust {code}", house.CANARY, national)
    by, organisation = identity_of(held.champion), held.organisation
    report = add_item(held.champion, organisation, "ESR report", b"Numbers")
    numbers = PositionInput(
        date(2025, 9, 30), "ESR report", 24, Counted.PEOPLE,
        (Count(NURSES, 120, 96), Count(Line(Group.CONSULTANTS, Level.MANAGE), 4, 3)), "", evidence_id=report,
    )  # fmt: skip
    with writing():
        coverage.record_position(by, organisation, numbers, version=0)
    with writing():
        answer_questions(by, organisation, "SEP16-13", AnswersInput(clock.today(), ANSWERS), version=0)
    with monkeypatch.context() as patched:
        register = Register(patched, by, organisation)
        register.count = 1  # The house entered one already.
        for month in (1, 1, 1, 1, 1, 4):
            register.learnt(date(2026, month, 1))
    return Trust(organisation, held.champion, report)


def pack(saved: ExportRequest, app: Flask) -> bytes:
    plan = queries.plan_bundle(None, saved, app.extensions["evidence_store"], None)
    with PreparedBundle(plan) as bundle:
        return b"".join(bundle.stream())


def table(content: bytes, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(f"data/{name}").decode(), newline="")))


def everything(**more: Any) -> ExportRequest:
    return requested(["X00901", "X00902"], queries.list_recommendation_codes(), **more)


def test_figures_are_those_that_an_auditor_sees_on_the_page(trusts: list[Trust], app: Flask) -> None:
    rows = table(pack(everything(), app), "measures.csv")
    shown = {
        (each["organisation"], each["measure"], each["recommendation"]): each
        for each in rows
        if each["figure"] == "figure"
    }
    parts = [each for each in rows if each["figure"] == "part"]
    for trust in trusts:
        until = clock.today() + timedelta(days=9)
        auditor = identity_of(factories.person(Role.AUDITOR, trust.organisation, until=until))
        for measure, code in _owed(trust):
            found = measure.figures(auditor, code, [trust.organisation.id], At(clock.today()))
            figure = found[trust.organisation.id]
            row = shown.pop((trust.organisation.code, measure.name, code))
            said = (row["numerator"], row["denominator"], row["percentage"], row["value"], row["note"])
            numbers = (figure.numerator, figure.denominator, figure.percent)
            assert said == (*(_cell(each) for each in numbers), figure.answer, figure.because), code
            assert (row["supports"], row["source"], row["rule"]) == (
                figure.supports,
                figure.source,
                figure.rule,
            )
            mine = [
                each["group"]
                for each in parts
                if (each["organisation"], each["recommendation"]) == (trust.organisation.code, code)
            ]
            assert mine == [each.label for each in figure.parts]
    assert shown == {}


def _owed(trust: Trust) -> Iterator[tuple[Any, str]]:
    for measure in measures():
        for code in measure.codes:
            if int(code[-2:]) in range(9, 19) or (measure.name == "alignment" and code in _codes_owed(trust)):
                yield measure, code


def _codes_owed(trust: Trust) -> set[str]:
    from tracker.catalogue.queries import list_kinds

    return {code for code, kinds in list_kinds().items() if trust.organisation.kind in kinds}


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def test_every_row_of_a_register_names_the_event_that_recorded_it(
    trusts: list[Trust], app: Flask, tmp_path: Path
) -> None:
    content = pack(everything(), app)
    rows = table(content, "measures.csv")
    for trust in trusts:
        mine = [each for each in rows if each["organisation"] == trust.organisation.code]
        kinds = {
            (each["measure"], each["figure"])
            for each in mine
            if each["figure"] not in ("figure", "part", "quarter")
        }
        assert kinds == {
            ("champions", "decision"), ("champions", "model"), ("champions", "department"), ("champions", "post"),
            ("champions", "review"), ("alignment", "resource"), ("alignment", "assessment"),
            ("coverage", "staff in date"), ("coverage", "group"), ("questions", "answer"),
        }  # fmt: skip
        recorded = [each for each in mine if each["recorded_at_utc"] and each["figure"] != "part"]
        # A figure that registers fill is nobody's record: their own rows, in practice.csv, name their events.
        filled = [each for each in recorded if not each["recorded_by"]]
        assert {(each["recommendation"], each["figure"]) for each in filled} == {("SEP16-15", "figure")}
        recorded = [each for each in recorded if each["recorded_by"]]
        assert recorded and not [each for each in recorded if not each["audit_seq"]]
        for each in recorded:
            event = db.session.get(AuditEvent, (trust.organisation.id, int(each["audit_seq"])))
            assert event is not None and str(event.actor_id) == each["recorded_by"]
            assert event.type.split(".")[0] in (each["measure"], "resource")
    path = tmp_path / "pack.zip"
    path.write_bytes(content)
    assert verify_bundle(path).problems == ()


def test_the_report_behind_a_figure_is_in_the_pack(trusts: list[Trust], app: Flask) -> None:
    """It was filed under another recommendation."""
    content = pack(requested(["X00901"], ["SEP16-10"]), app)
    (figure,) = [each for each in table(content, "measures.csv") if each["figure"] == "figure"]
    assert figure["evidence"] == str(trusts[0].report)
    (item,) = table(content, "evidence.csv")
    assert (item["evidence"], item["recommendations"]) == (str(trusts[0].report), "SEP16-10 SEP16-12")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read(item["member"]) == b"Numbers"


def test_nothing_that_stays_inside_is_in_it(trusts: list[Trust], app: Flask) -> None:
    with zipfile.ZipFile(io.BytesIO(pack(everything(), app))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    names = (house.NAME_CANARY, "Hol ", "Dep ", "Suc ", "Sue ")
    for name, content in members.items():
        assert not [each for each in names if each.encode() in content], name
        assert f"{house.CANARY}-1".encode() not in content, name
        # What is written of an incident; the same word stands in texts of other registers.
        for word in ("learnt", "slides", "taught already", "name"):
            assert f"{house.CANARY} {word}".encode() not in content, (name, word)
    for row in table(pack(everything(), app), "measures.csv"):
        if row["measure"] == "incidents":
            assert not row["denominator"] or int(row["denominator"]) >= 5
            assert not row["denominator"] or row["figure"] in ("figure", "part", "quarter")


def test_a_pack_of_a_past_day_has_what_was_known_then(
    trusts: list[Trust], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust, now = trusts[0], clock.now()
    before = {each["figure"]: each for each in _of(trust, app, day=clock.today())}
    assert before["model"]["current_at_date"] == "yes" and before["model"]["superseded_at_utc"] == ""
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: now + timedelta(days=2))
        with writing():
            model = Model(Arrangement.LEAD_AND_LINK, posts_planned=7, description="Changed")
            champions.record_model(trust.by, trust.organisation, model, version=1)
        later = [each for each in _of(trust, app, day=clock.today()) if each["figure"] == "model"]
        assert [(each["denominator"], each["current_at_date"]) for each in later] == [
            ("3", "no"),
            ("7", "yes"),
        ]
        assert later[0]["superseded_at_utc"] == later[1]["recorded_at_utc"]
        then = {each["figure"]: each for each in _of(trust, app, day=clock.today() - timedelta(days=2))}
    same = ("denominator", "current_at_date", "superseded_at_utc", "recorded_at_utc", "audit_seq")
    assert [then["model"][name] for name in same] == [before["model"][name] for name in same]
    assert [then["figure"][name] for name in ("numerator", "note")] == [
        before["figure"][name] for name in ("numerator", "note")
    ]


def _of(trust: Trust, app: Flask, day: date) -> list[dict[str, str]]:
    saved = requested([trust.organisation.code], ["SEP16-12"], as_at=day)
    return [each for each in table(pack(saved, app), "measures.csv") if each["figure"] in ("model", "figure")]


def test_the_same_bytes_whatever_was_recorded_since(trusts: list[Trust], app: Flask) -> None:
    saved = everything()
    first, trust = pack(saved, app), trusts[0]
    with writing():
        changed = {**ANSWERS, "money": "yes"}
        answer_questions(
            trust.by, trust.organisation, "SEP16-13", AnswersInput(clock.today(), changed), version=1
        )
        numbers = PositionInput(
            date(2025, 10, 31), "Later", 24, Counted.PEOPLE, (Count(NURSES, 120, 120),), ""
        )
        coverage.record_position(trust.by, trust.organisation, numbers, version=0)
        model = Model(Arrangement.LEAD_AND_LINK, posts_planned=9, description="Later")
        champions.record_model(trust.by, trust.organisation, model, version=1)
    assert pack(saved, app) == first
    assert pack(everything(), app) != first


def test_sums_can_be_counted_again(trusts: list[Trust], app: Flask) -> None:
    content = pack(everything(), app)
    control = {
        (row["recommendation"], row["figure"]): int(row["value"]) for row in table(content, "control.csv")
    }
    assert control["SEP16-12", "champions_with_figure"] == 2
    # Six learnt from and one that is open, in each.
    assert control["SEP16-18", "incidents_numerators"] == 12
    assert control["SEP16-18", "incidents_denominators"] == 14
    # 96 nurses and 3 doctors of 124 in each.
    assert control["SEP16-10", "coverage_denominators"] == 248
    rows = [row for row in table(content, "measures.csv") if row["figure"] == "figure"]
    for code, measure in {(row["recommendation"], row["measure"]) for row in rows}:
        mine = [row for row in rows if (row["recommendation"], row["measure"]) == (code, measure)]
        for name in ("numerator", "denominator"):
            assert control[code, f"{measure}_{name}s"] == sum(int(row[name] or 0) for row in mine)


def test_the_catalogue_names_the_marks_and_the_guidelines_of_the_moment(
    trusts: list[Trust], app: Flask
) -> None:
    content = pack(everything(), app)
    catalogue = table(content, "catalogue.csv")
    assert {"coverage_percent", "answered_months"} <= {
        e["code"] for e in catalogue if e["kind"] == "threshold"
    }
    known = {each["code"]: each["number"] for each in catalogue if each["kind"] == "guideline"}
    assert "NG253" in known.values()
    rules = [each["rule"] for each in table(content, "measures.csv") if each["figure"] == "assessment"]
    assert rules and all(
        set(each.removeprefix("guideline versions: ").split()) <= set(known) for each in rules
    )
    earlier = table(pack(everything(as_at=date(2026, 1, 1)), app), "catalogue.csv")
    assert not [each for each in earlier if each["kind"] == "guideline"]


def test_the_number_of_queries_does_not_grow_with_organisations_or_rows(trusts: list[Trust]) -> None:
    empty = requested([factories.organisation().code], queries.list_recommendation_codes())
    many = requested(
        ["X00901", "X00902", *(factories.organisation().code for _ in range(20))],
        queries.list_recommendation_codes(),
    )
    one, all_of_them = (
        queries.cut_of(each) for each in (requested(["X00901"], list(many.recommendation_codes)), many)
    )
    assert queries.cut_of(empty).organisations
    counts = []
    for cut in (one, all_of_them):
        db.session.rollback()
        with counted(db.engine) as asked:
            rows = list(measure_rows(cut))
        counts.append(len(asked))
    assert rows and counts[0] == counts[1]


def test_batches_make_no_difference(trusts: list[Trust], monkeypatch: pytest.MonkeyPatch) -> None:
    cut = queries.cut_of(everything())
    together = list(measure_rows(cut))
    monkeypatch.setattr(module, "BATCH", 1)
    assert list(measure_rows(cut)) == together


def test_late_numbers_say_how_late(trusts: list[Trust], app: Flask) -> None:
    rows = table(pack(everything(), app), "measures.csv")
    (row, _other) = [
        each for each in rows if each["figure"] == "staff in date" and each["about_on"] == "2025-09-30"
    ]
    recorded = datetime.fromisoformat(row["recorded_at_utc"]).astimezone(UTC)
    assert int(row["lag_days"]) == (clock.local_day(recorded) - date(2025, 9, 30)).days
