"""The national body's own pack shows how long it lets people wait, and none of the words of those who asked."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from tests import factories
from tests.exports.bundles import members_of, rebuild, relist
from tests.exports.test_measures import pack, table
from tests.exports.test_queries import requested
from tests.factories import identity_of
from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.catalogue.rules import OrganisationKind
from tracker.exports import rules
from tracker.exports.readers import verify_bundle
from tracker.practice import actions, queries
from tracker.practice.actions import HelpInput
from tracker.web.transactions import writing

QUESTIONS = ("How do we publish this?", "Who could help us?", "Is there a film?", "Where is the form?")


@dataclass(frozen=True)
class Asked:
    """Two trusts and a national body: one answer after 12 days, two questions that wait, and one taken back."""

    body: OrganisationRef
    questions: tuple[UUID, ...]


@pytest.fixture
def asked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Asked:
    factories.catalogue()
    trust, other = factories.organisation("X00912"), factories.organisation("X00911")
    body = factories.organisation("X00904", kind=OrganisationKind.NATIONAL_BODY)
    by, else_by, member = (_person(each) for each in (trust, other, body))

    def at(day: int) -> None:
        noon = datetime(2026, 6, 1, 12, tzinfo=UTC) + timedelta(days=day - 1)
        monkeypatch.setattr(clock, "now", lambda: noon)

    def ask(who: Identity, place: OrganisationRef, day: int, number: int) -> UUID:
        at(day)
        with writing():
            wanted = HelpInput("SEP16-15", QUESTIONS[number])
            return actions.ask_help(who, place, wanted).entity_id

    made = (ask(by, trust, 1, 0), ask(by, trust, 3, 1), ask(else_by, other, 4, 2), ask(by, trust, 5, 3))
    at(8)
    with writing():
        actions.take_back_help(by, trust, made[3], reason="Found in a drawer", version=1)
    at(13)
    with writing():
        actions.answer_help(member, body, made[0], "Like this.", version=0)
    at(21)
    return Asked(body, made)


def _person(place: OrganisationRef) -> Identity:
    return identity_of(factories.person(Role.CHAMPION, place))


def of_kind(content: bytes, kind: str) -> list[dict[str, str]]:
    return [each for each in table(content, "practice.csv") if each["kind"] == kind]


def verified(content: bytes, folder: Path) -> tuple[object, ...]:
    path = folder / "pack.zip"
    path.write_bytes(content)
    return verify_bundle(path).problems


def test_the_waiting_time_can_be_counted_again_from_its_own_pack(
    asked: Asked, app: Flask, tmp_path: Path
) -> None:
    content = pack(requested(["X00904"], ["SEP16-06"]), app)
    rows = of_kind(content, "help received")
    assert [(each["other_organisation"], each["about_on"], each["version"], each["state"]) for each in rows] == [
        ("X00911", "2026-06-04", "1", "asked"),
        ("X00912", "2026-06-01", "1", "asked"),
        ("X00912", "2026-06-03", "1", "asked"),
        ("X00912", "2026-06-05", "1", "asked"),
        ("X00912", "2026-06-05", "2", "taken_back"),
    ]  # fmt: skip
    assert {each["recommendation"] for each in rows} == {"SEP16-15"}
    (answer,) = of_kind(content, "help answered")
    assert (answer["row"], answer["asked_on"], answer["about_on"]) == (
        str(asked.questions[0]), "2026-06-01", "2026-06-13",
    )  # fmt: skip
    answered = {each["row"] for each in of_kind(content, "help answered")}
    stand = [each for each in rows if each["current_at_date"] == "yes" and each["state"] == "asked"]
    waiting = [date.fromisoformat(each["about_on"]) for each in stand if each["row"] not in answered]
    found = queries.help_waiting(None, clock.today(), demonstration=True)
    assert (len(stand), len(waiting)) == (found.count, found.open) == (3, 2)
    assert max((clock.today() - each).days for each in waiting) == found.longest_open_days == 18
    assert verified(content, tmp_path) == ()


def test_the_words_of_who_asked_are_in_their_own_pack_alone(asked: Asked, app: Flask) -> None:
    """Who may take the pack of the national body need not be one who may read what trusts wrote."""
    theirs = pack(requested(["X00912"], ["SEP16-15"]), app)
    assert {each["what"] for each in of_kind(theirs, "help asked")} == {*QUESTIONS[:2], QUESTIONS[3]}
    assert of_kind(theirs, "help received") == []
    with zipfile.ZipFile(io.BytesIO(pack(requested(["X00904"], ["SEP16-06"]), app))) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode("utf-8", "replace")
            for words in (*QUESTIONS, "Found in a drawer"):
                assert words not in text, name


def test_as_at_an_earlier_day_what_came_later_is_not_current(asked: Asked, app: Flask) -> None:
    saved = requested(["X00904"], ["SEP16-06"], as_at=date(2026, 6, 6))
    rows = of_kind(pack(saved, app), "help received")
    stand = [(each["about_on"], each["state"]) for each in rows if each["current_at_date"] == "yes"]
    assert ("2026-06-05", "asked") in stand and ("2026-06-05", "taken_back") not in stand


FORGED = [
    ("help received", 0, "about_on", "2026-06-20"),
    ("help received", 0, "other_organisation", "X00912"),
    ("help received", 0, "recommendation", "SEP16-12"),
    ("help received", 0, "state", "taken_back"),
    ("help received", 4, "state", "asked"),
    ("help answered", 0, "asked_on", "2026-06-12"),
    ("help answered", 0, "other_organisation", "X00911"),
]


def test_a_changed_cell_and_a_question_left_out_are_noticed(asked: Asked, app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(pack(requested(["X00904"], ["SEP16-06"]), app))
    members = members_of(path)
    original = members["data/practice.csv"]
    for number, (kind, place, column, cell) in enumerate(FORGED):
        forged = _forged(original, kind, place, column, cell)
        problems = _problems(tmp_path / f"{number}.zip", {**members, "data/practice.csv": forged})
        assert any(f"says another {column}" in each for each in problems), (kind, column, problems)
    rows = list(csv.reader(io.StringIO(original.decode(), newline="")))
    kept = b"".join(_lines([each for each in rows if asked.questions[2].hex not in each[2].replace("-", "")]))
    assert kept != original
    problems = _problems(tmp_path / "shorter.zip", {**members, "data/practice.csv": kept})
    assert any("(help.received) has no row in data/practice.csv" in each for each in problems)


def _problems(path: Path, members: dict[str, bytes]) -> list[str]:
    return [str(each) for each in verify_bundle(rebuild(path, relist(members))).problems]


def _forged(content: bytes, kind: str, place: int, column: str, cell: str) -> bytes:
    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    columns = rules.COLUMNS["practice.csv"]
    row = [each for each in rows if each[0] == kind][place]
    assert row[columns.index(column)] != cell
    row[columns.index(column)] = cell
    return b"".join(_lines(rows))


def _lines(rows: list[list[str]]) -> Iterator[bytes]:
    for row in rows:
        stream = io.StringIO(newline="")
        csv.writer(stream).writerow(row)
        yield stream.getvalue().encode()
