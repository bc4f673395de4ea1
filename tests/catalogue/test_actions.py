"""The report files become tables: again and again with the same result, and nothing is ever deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from tracker import clock
from tracker.audit.models import AuditEvent
from tracker.catalogue import loader, queries
from tracker.catalogue.actions import SyncResult, sync_catalogue
from tracker.catalogue.loader import ReportFile
from tracker.catalogue.models import Recommendation, RecommendationKind, RecommendationVersion, Report
from tracker.catalogue.rules import OrganisationKind, text_digest
from tracker.errors import NotFound
from tracker.extensions import db
from tracker.web.transactions import writing

(SHIPPED,) = loader.load_reports()
CODES = tuple(f"SEP16-{number:02d}" for number in range(1, 22))


def sync(*reports: ReportFile) -> SyncResult:
    with writing():
        return sync_catalogue(reports)


def without(report: ReportFile, code: str) -> ReportFile:
    return replace(
        report, recommendations=tuple(each for each in report.recommendations if each.code != code)
    )


def reworded(report: ReportFile, code: str, **changes: object) -> ReportFile:
    return replace(
        report,
        recommendations=tuple(
            replace(each, **changes) if each.code == code else each for each in report.recommendations
        ),
    )


def everything() -> list[list[tuple[object, ...]]]:
    db.session.rollback()
    tables = (Report, Recommendation, RecommendationKind, RecommendationVersion, AuditEvent)
    return [
        sorted((tuple(row) for row in db.session.execute(select(*table.__table__.columns))), key=repr)
        for table in tables
    ]


def versions(code: str) -> list[RecommendationVersion]:
    query = select(RecommendationVersion).where(RecommendationVersion.recommendation_code == code)
    return list(db.session.scalars(query.order_by(RecommendationVersion.recorded_at)))


def events() -> list[AuditEvent]:
    query = select(AuditEvent).where(AuditEvent.type == "catalogue.synced").order_by(AuditEvent.seq)
    return list(db.session.scalars(query))


def test_the_first_sync_adds_all_21_word_for_word(app: Flask) -> None:
    assert sync(SHIPPED).added == CODES
    rows = queries.list_recommendations()
    assert [row.code for row in rows] == list(CODES)
    assert [row.text for row in rows] == [each.text for each in SHIPPED.recommendations]
    assert all(row.text_digest == text_digest(row.text) for row in rows)
    assert rows[11].details["evidence"] == list(SHIPPED.recommendations[11].evidence)
    assert len(queries.list_recommendations("nhs_trust")) == 10
    assert queries.list_kinds()["SEP16-21"] == {"higher_education"}


def test_the_second_sync_changes_nothing_and_writes_no_event(app: Flask) -> None:
    sync(SHIPPED)
    before = everything()
    assert sync(SHIPPED) == SyncResult(unchanged=CODES)
    assert everything() == before


def test_a_sync_is_one_event_of_the_platform(app: Flask) -> None:
    sync(SHIPPED)
    (event,) = events()
    assert event.chain_id.int == 0
    assert (event.subject_kind, event.subject_code) == ("report", "SEP16")
    assert '"added":21' in event.header


def test_a_changed_text_makes_a_version_and_a_new_digest(app: Flask) -> None:
    sync(SHIPPED)
    old = queries.get_recommendation("SEP16-12").text_digest
    result = sync(reworded(SHIPPED, "SEP16-12", text="Introduce sepsis champions."))
    assert (result.changed, len(result.unchanged)) == (("SEP16-12",), 20)
    row = queries.get_recommendation("SEP16-12")
    assert row.text == "Introduce sepsis champions."
    assert row.text_digest == text_digest(row.text) != old
    before, after = versions("SEP16-12")
    assert (before.superseded_at, after.superseded_at) == (after.recorded_at, None)
    assert before.body["text_digest"] == old
    assert after.body["text"] == row.text


def test_who_owes_it_is_part_of_what_a_version_says(app: Flask) -> None:
    sync(SHIPPED)
    sync(
        reworded(
            SHIPPED, "SEP16-21", owed_by=(OrganisationKind.HIGHER_EDUCATION, OrganisationKind.ROYAL_COLLEGE)
        )
    )
    assert queries.owes("royal_college", "SEP16-21")
    sync(SHIPPED)
    assert not queries.owes("royal_college", "SEP16-21")
    assert [each.body["owed_by"] for each in versions("SEP16-21")] == [
        ["higher_education"],
        ["higher_education", "royal_college"],
        ["higher_education"],
    ]


def test_a_change_of_our_marks_is_a_version_too(app: Flask) -> None:
    sync(SHIPPED)
    old = versions("SEP16-10")[0].body["thresholds"]
    result = sync(replace(SHIPPED, thresholds={**old, "version": 2}))
    assert result.changed == ("SEP16", *CODES)
    assert [each.body["thresholds"]["version"] for each in versions("SEP16-10")] == [1, 2]


def test_a_withdrawn_one_is_retired_and_not_deleted(app: Flask) -> None:
    sync(SHIPPED)
    assert sync(without(SHIPPED, "SEP16-07")).retired == ("SEP16-07",)
    row = queries.get_recommendation("SEP16-07")
    assert row.retired_at is not None
    assert "SEP16-07" not in [each.code for each in queries.list_recommendations()]
    assert [each.superseded_at for each in versions("SEP16-07")] == [row.retired_at]
    assert sync(without(SHIPPED, "SEP16-07")).touched == ()


def test_one_that_returns_is_in_force_again(app: Flask) -> None:
    sync(SHIPPED)
    sync(without(SHIPPED, "SEP16-07"))
    assert sync(SHIPPED).changed == ("SEP16-07",)
    assert queries.get_recommendation("SEP16-07").retired_at is None
    assert [each.superseded_at is None for each in versions("SEP16-07")] == [False, True]


def test_a_report_whose_file_is_gone_is_retired_whole(app: Flask) -> None:
    sync(SHIPPED)
    assert sync().retired == CODES
    assert queries.list_recommendations() == []
    assert db.session.scalar(select(func.count()).select_from(Recommendation)) == 21


def test_a_second_report_needs_no_code(app: Flask) -> None:
    entry = replace(SHIPPED.recommendations[8], code="NEW27-01", number=1)
    other = replace(SHIPPED, code="NEW27", title="Another report", recommendations=(entry,))
    assert sync(SHIPPED, other).added == ("NEW27-01", *CODES)
    assert [each.code for each in queries.list_reports()] == ["NEW27", "SEP16"]


def test_a_code_that_never_was_is_not_found(app: Flask) -> None:
    with pytest.raises(NotFound):
        queries.get_recommendation("SEP16-22")


def test_the_command_prints_what_became_of_each(app: Flask) -> None:
    first = app.test_cli_runner().invoke(args=["catalogue", "sync"])
    assert (first.exit_code, first.output.splitlines()[0]) == (0, "added 21")
    second = app.test_cli_runner().invoke(args=["catalogue", "sync"])
    assert second.output.splitlines()[:4] == ["added 0", "changed 0", "retired 0", "unchanged 21"]


def test_a_file_that_cannot_be_read_is_one_line_and_exit_1(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise loader.CatalogueFileError("SEP16.toml, SEP16-12: the text is missing")

    monkeypatch.setattr(loader, "load_reports", refuse)
    result = app.test_cli_runner().invoke(args=["catalogue", "sync"])
    assert result.exit_code == 1
    assert result.stderr == "Error: SEP16.toml, SEP16-12: the text is missing\n"
    assert result.stdout == ""


def test_marks_are_those_of_the_moment_asked_for(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 1, 9, tzinfo=UTC))
    sync(SHIPPED)
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 3, 1, 9, tzinfo=UTC))
    sync(replace(SHIPPED, thresholds={**SHIPPED.thresholds, "version": 2, "coverage_percent": 95}))
    assert queries.get_marks()["coverage_percent"] == 95
    assert queries.get_marks(datetime(2027, 2, 1, tzinfo=UTC))["coverage_percent"] == 90
    assert queries.get_marks(datetime(2027, 3, 2, tzinfo=UTC))["coverage_percent"] == 95
    assert queries.get_marks(datetime(2020, 1, 1, tzinfo=UTC))["coverage_percent"] == 90
    assert not {"version", "from"} & queries.get_marks().keys()
