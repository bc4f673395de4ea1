"""What a pack holds of the library, of what was shared, of good practice and of the programmes; and what shows."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from tests import factories
from tests.exports.bundles import members_of, rebuild, relist
from tests.exports.conftest import add_item
from tests.exports.test_measures import pack, table
from tests.exports.test_queries import requested
from tests.factories import Person, identity_of
from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.audit.models import AuditEvent
from tracker.catalogue.rules import OrganisationKind
from tracker.evidence import actions as evidence
from tracker.evidence.actions import ItemInput
from tracker.evidence.rules import EvidenceKind
from tracker.exports import rules
from tracker.exports.readers import verify_bundle
from tracker.extensions import db
from tracker.library import actions as library
from tracker.library.queries import list_member_rows
from tracker.library.rules import (
    Audience,
    Channel,
    Counted,
    DevelopmentFacts,
    EvaluationFacts,
    EvaluationResult,
    Learner,
    OnBehalf,
    Patients,
    Reach,
    Setting,
    ShareFacts,
    Stage,
    UsageFacts,
)
from tracker.practice import actions as practice
from tracker.practice.actions import HelpInput
from tracker.practice.rules import PracticeFacts
from tracker.programme.actions import record_state
from tracker.programme.rules import StateFacts, Status
from tracker.progress.actions import ActionInput, add_action
from tracker.web.transactions import writing

START = datetime(2026, 6, 1, 8, tzinfo=UTC)
LEDGERS = ("library.csv", "dissemination.csv", "practice.csv", "programme.csv")
CARERS = Audience(frozenset({Learner.CARE_WORKERS}), frozenset({Setting.CARE_HOME}), Patients.ADULTS)
ITEM = "2016-17-4"
# Each kind of row, and the event that recorded it.
RECORDED_BY = {
    "usage": "usage", "evaluation": "evaluation", "development": "development", "share": "share",
    "share for it": "share", "member": "network", "practice": "practice", "use": "practice", "help asked": "help",
    "help answered": "help", "state": "programme",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    organisation: OrganisationRef
    person: Person

    @property
    def by(self) -> Identity:
        return identity_of(self.person)


@dataclass(frozen=True)
class Small:
    """A trust, another that it works with, a network and the national body."""

    trust: Place
    other: Place
    network: Place
    body: Place
    national: Person
    film: UUID
    files: dict[str, UUID]


@pytest.fixture
def small(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Small:
    ticks = count()
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(seconds=next(ticks)))
    factories.catalogue()
    factories.programme()
    film = factories.national_resource("film", "A film")
    kinds = (
        OrganisationKind.NHS_TRUST, OrganisationKind.NHS_TRUST, OrganisationKind.HEALTH_INNOVATION_NETWORK,
        OrganisationKind.NATIONAL_BODY,
    )  # fmt: skip
    codes = ("X00901", "X00902", "X00903", "X00904")
    trust, other, network, body = (_place(*each) for each in zip(codes, kinds, strict=True))
    national = factories.person(Role.NATIONAL_LEAD)
    made = Small(trust, other, network, body, national, film, {
        "trust": add_item(trust.person, trust.organisation, "Read by wards", b"Numbers of readers"),
        "body": _item_of(body),
    })  # fmt: skip
    _library(made)
    _dissemination(made)
    _practice(made)
    _programme(made)
    return made


def _place(code: str, kind: OrganisationKind) -> Place:
    organisation = factories.organisation(code, kind=kind)
    return Place(organisation, factories.person(Role.CHAMPION, organisation))


def _item_of(body: Place) -> UUID:
    """A link, for a recommendation of the national body."""
    wanted = ItemInput(
        "Report", "", EvidenceKind.LINK, date(2026, 5, 1), None, "https://national.example/r", ("SEP16-06",)
    )
    with writing():
        return evidence.add_item(body.by, body.organisation, wanted, []).entity_id


def _library(small: Small) -> None:
    by, place = small.body.by, small.body.organisation
    usage = UsageFacts(
        small.film, Counted.VIEWS, 400, date(2026, 1, 1), date(2026, 3, 31), "The platform", date(2026, 4, 7), 40, 31
    )  # fmt: skip
    found = EvaluationFacts(
        small.film, "Before and after", "Two wards", 37, date(2026, 5, 2), EvaluationResult.SHOWS_EFFECT, "It helps",
        evidence_id=small.files["body"],
    )  # fmt: skip
    making = DevelopmentFacts(
        "A card", "Folded", Reach.NATIONAL, Stage.UNDER_WAY, date(2026, 2, 1), CARERS, date(2026, 3, 1)
    )
    with writing():
        first = library.add_usage(by, place, usage)
        library.change_usage(
            by, place, first.entity_id, replace(usage, note="A week was missing", number=460), version=1
        )
        library.add_evaluation(by, place, found)
        library.add_development(by, place, making)


def _dissemination(small: Small) -> None:
    network, trust = small.network, small.trust
    ids = [trust.organisation.id, small.other.organisation.id]
    shared = ShareFacts(
        Channel.TEAM_MEETING, date(2026, 5, 20), reached=14, reached_basis="the list",
        evidence_id=small.files["trust"],
    )  # fmt: skip
    with writing():
        library.add_members(network.by, network.organisation, ids, date(2026, 1, 1))
    with writing():
        (share,) = library.add_shares(trust.by, trust.organisation, [small.film], shared)
        library.change_share(
            trust.by, trust.organisation, share.entity_id, small.film, replace(shared, note="With slides"), version=1
        )  # fmt: skip
        everybody = OnBehalf(everybody=True)
        facts = ShareFacts(Channel.WEBSITE, date(2026, 5, 3))
        library.add_shares(network.by, network.organisation, [small.film], facts, behalf=everybody)


def _practice(small: Small) -> None:
    trust, other, body = small.trust, small.other, small.body
    facts = PracticeFacts(
        "Ward simulation", "SEP16-12", Setting.HOSPITAL, "A doll on the ward", "Sooner", "Minutes", "Educators",
        frozenset({small.files["trust"]}), "Before and after", "Eight wards", date(2026, 5, 1),
        EvaluationResult.SHOWS_EFFECT, "It helps", date(2026, 5, 5), "In the bulletin",
    )  # fmt: skip
    theirs = replace(facts, title="Two hours a week", evidence_ids=frozenset())
    wanted = ActionInput("Try it", "Educators", date(2026, 9, 30), None)
    with writing():
        mine = practice.add_practice(trust.by, trust.organisation, facts, send=True)
        practice.publish_practice(identity_of(small.national), mine.entity_id, version=1)
        published = practice.add_practice(other.by, other.organisation, theirs, send=True)
        practice.publish_practice(identity_of(small.national), published.entity_id, version=1)
        for _each in range(2):
            add_action(trust.by, trust.organisation, "SEP16-12", wanted, source=published.entity_id)
    with writing():
        asked = practice.ask_help(trust.by, trust.organisation, HelpInput("SEP16-13", "Who could help us?"))
        practice.answer_help(body.by, body.organisation, asked.entity_id, "We can.", version=0)
        practice.answer_help(
            body.by, body.organisation, asked.entity_id, "We and the network can.", version=1
        )


def _programme(small: Small) -> None:
    begun = StateFacts(
        Status.UNDER_WAY, "Programme team", date(2026, 1, 5), date(2026, 9, 30), summary="Filmed",
        evidence_ids=(str(small.files["body"]),),
    )  # fmt: skip
    with writing():
        record_state(small.body.by, small.body.organisation, ITEM, begun, version=0)
        later = replace(begun, summary="Filmed and cut")
        record_state(small.body.by, small.body.organisation, ITEM, later, version=1)


def packed(app: Flask, *codes: str) -> bytes:
    return pack(requested(list(codes or ("X00901", "X00903", "X00904")), ["SEP16-12"]), app)


def told(content: bytes, name: str, kind: str) -> list[dict[str, str]]:
    return [each for each in table(content, name) if each["kind"] == kind]


def values(rows: list[dict[str, str]], *columns: str) -> list[tuple[str, ...]]:
    return [tuple(each[column] for column in columns) for each in rows]


# --- what stands in the tables ----------------------------------------------------------------------------


def test_library(small: Small, app: Flask) -> None:
    content = packed(app)
    assert values(
        told(content, "library.csv", "resource"), "organisation", "resource", "title", "audit_seq"
    ) == [("", "film", "A film", "")]
    columns = (
        "version",
        "current_at_date",
        "resource",
        "about_on",
        "until_on",
        "counted",
        "number",
        "useful",
        "rated",
    )
    assert values(told(content, "library.csv", "usage"), "organisation", *columns) == [
        ("X00904", "1", "no", "film", "2026-01-01", "2026-03-31", "views", "400", "31", "40"),
        ("X00904", "2", "yes", "film", "2026-01-01", "2026-03-31", "views", "460", "31", "40"),
    ]
    (found,) = told(content, "library.csv", "evaluation")
    assert (found["counted"], found["number"], found["about_on"]) == ("shows_effect", "37", "2026-05-02")
    assert found["evidence"] == str(small.files["body"])
    assert values([found], "method", "sample", "finding") == [("Before and after", "Two wards", "It helps")]
    (making,) = told(content, "library.csv", "development")
    assert (making["title"], making["level"], making["counted"]) == ("A card", "national", "under_way")
    assert making["audiences"] == "staff: care, settings: care_home, patients: adults"
    assert (making["what"], making["until_on"]) == ("Folded", "2026-03-01")


def test_dissemination(small: Small, app: Flask) -> None:
    content = packed(app)
    columns = (
        "organisation",
        "version",
        "resource",
        "channel",
        "about_on",
        "for_members",
        "reached",
        "evidence",
    )
    file = str(small.files["trust"])
    assert values(told(content, "dissemination.csv", "share"), *columns) == [
        ("X00901", "1", "film", "team_meeting", "2026-05-20", "", "14", file),
        ("X00901", "2", "film", "team_meeting", "2026-05-20", "", "14", file),
        ("X00903", "1", "film", "website", "2026-05-03", "X00901 X00902", "", ""),
    ]
    assert values(told(content, "dissemination.csv", "share for it"), *columns) == [
        ("X00901", "1", "film", "website", "2026-05-03", "X00903", "", ""),
    ]
    members = values(told(content, "dissemination.csv", "member"), "organisation", "about_on", "for_members")
    assert sorted(members) == [("X00903", "2026-01-01", "X00901"), ("X00903", "2026-01-01", "X00902")]


def test_practice(small: Small, app: Flask) -> None:
    content = packed(app)
    columns = (
        "organisation",
        "version",
        "state",
        "recommendation",
        "result",
        "shared_locally_on",
        "evidence",
    )
    same = ("SEP16-12", "shows_effect", "2026-05-05", str(small.files["trust"]))
    assert values(told(content, "practice.csv", "practice"), *columns) == [
        ("X00901", "1", "sent", *same), ("X00901", "2", "published", *same),
    ]  # fmt: skip
    (published,) = [e for e in told(content, "practice.csv", "practice") if e["published_at_utc"]]
    assert published["reviewed_by"] == str(small.national.id)
    used = told(content, "practice.csv", "use")
    assert values(used, "organisation", "other_organisation") == [("X00901", "X00902")] * 2
    assert len({each["what"] for each in used}) == len({each["audit_seq"] for each in used}) == 2
    (asked,) = told(content, "practice.csv", "help asked")
    assert (asked["organisation"], asked["what"], asked["about_on"]) == (
        "X00901",
        "Who could help us?",
        "2026-06-01",
    )
    answers = told(content, "practice.csv", "help answered")
    assert values(answers, "organisation", "row", "version", "what", "other_organisation") == [
        ("X00904", asked["row"], "1", "We can.", "X00901"),
        ("X00904", asked["row"], "2", "We and the network can.", "X00901"),
    ]


def test_programme(small: Small, app: Flask) -> None:
    content = packed(app)
    items = told(content, "programme.csv", "item")
    assert len(items) == 23 and ITEM in {each["item"] for each in items}
    columns = (
        "organisation",
        "item",
        "version",
        "year",
        "status",
        "owner",
        "starts_on",
        "due_on",
        "evidence",
    )
    same = ("2016-17", "under_way", "Programme team", "2026-01-05", "2026-09-30", str(small.files["body"]))
    assert values(told(content, "programme.csv", "state"), *columns) == [
        ("X00904", ITEM, "1", *same), ("X00904", ITEM, "2", *same),
    ]  # fmt: skip


def test_what_others_hold_is_not_in_it(small: Small, app: Flask) -> None:
    content = packed(app, "X00902")
    for name in LEDGERS:
        assert {each["organisation"] for each in table(content, name)} <= {"", "X00902"}
    assert values(told(content, "practice.csv", "practice"), "title", "state") == [
        ("Two hours a week", "sent"), ("Two hours a week", "published"),
    ]  # fmt: skip


def test_files_that_these_rows_name_are_in_the_pack(small: Small, app: Flask) -> None:
    """Under whichever recommendation they were filed."""
    saved = requested(["X00901", "X00904"], ["SEP16-13"])
    content = pack(saved, app)
    register = {each["evidence"]: each for each in table(content, "evidence.csv")}
    assert register.keys() == {str(each) for each in small.files.values()}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        member = register[str(small.files["trust"])]["member"]
        assert archive.read(member) == b"Numbers of readers"


# --- rows and events --------------------------------------------------------------------------------------


def test_every_row_of_an_organisation_names_the_event_that_recorded_it(
    small: Small, app: Flask, tmp_path: Path
) -> None:
    content = packed(app)
    kinds = set()
    for name in LEDGERS:
        for row in table(content, name):
            if not row["organisation"]:
                assert not row["audit_seq"] and row["kind"] in {"resource", "year", "item"}
                continue
            kinds.add(row["kind"])
            event = db.session.get(AuditEvent, (UUID(row["audit_chain"]), int(row["audit_seq"])))
            assert event is not None and str(event.actor_id) in {row["recorded_by"], row.get("reviewed_by")}
            assert event.type.split(".")[0] == RECORDED_BY[row["kind"]]
    assert kinds == set(RECORDED_BY)
    assert verified(content, tmp_path) == ()


def test_a_member_taken_off_the_list_still_names_the_event_that_put_it_there(
    small: Small, app: Flask, tmp_path: Path
) -> None:
    network = small.network
    added = factories.organisation("X00905")
    with writing():
        library.add_members(network.by, network.organisation, [added.id], date(2026, 5, 30))
        rows = list_member_rows(network.by, network.organisation.id)
        (row,) = [each for each in rows if each.member_id == added.id]
        library.remove_member(
            network.by, network.organisation, row.entity_id, "Another one was meant", version=1
        )
    content = packed(app, "X00903")
    (gone,) = [e for e in told(content, "dissemination.csv", "member") if e["for_members"] == "X00905"]
    event = db.session.get(AuditEvent, (network.organisation.id, int(gone["audit_seq"])))
    assert event is not None and event.type == "network.member_added"
    assert gone["current_at_date"] == "no" and gone["superseded_at_utc"]
    assert verified(content, tmp_path) == ()


def verified(content: bytes, folder: Path) -> tuple[object, ...]:
    path = folder / "pack.zip"
    path.write_bytes(content)
    return verify_bundle(path).problems


FORGED = [
    ("library.csv", "usage", 0, "number", "4000"),
    ("library.csv", "usage", 1, "number", "4600"),
    ("library.csv", "usage", 1, "useful", "40"),
    ("library.csv", "evaluation", 0, "counted", "unclear"),
    ("library.csv", "evaluation", 0, "evidence", ""),
    ("library.csv", "development", 0, "counted", "planned"),
    ("dissemination.csv", "share", 0, "about_on", "2026-05-21"),
    ("dissemination.csv", "share", 1, "about_on", "2026-05-21"),
    ("dissemination.csv", "share", 1, "reached", "1400"),
    ("dissemination.csv", "share", 2, "for_members", "X00901 X00902 X00905"),
    ("dissemination.csv", "share for it", 0, "about_on", "2026-05-21"),
    ("dissemination.csv", "share for it", 0, "for_members", "X00905"),
    ("dissemination.csv", "share for it", 0, "channel", "email"),
    ("dissemination.csv", "member", 0, "until_on", "2026-05-01"),
    ("practice.csv", "practice", 0, "state", "published"),
    ("practice.csv", "practice", 1, "state", "sent"),
    ("practice.csv", "practice", 1, "result", "unclear"),
    ("practice.csv", "practice", 1, "shared_locally_on", ""),
    ("practice.csv", "practice", 1, "evidence", ""),
    ("practice.csv", "use", 0, "other_organisation", "X00905"),
    ("practice.csv", "help asked", 0, "about_on", "2026-05-31"),
    ("practice.csv", "help answered", 1, "about_on", "2026-05-31"),
    ("programme.csv", "state", 0, "status", "done"),
    ("programme.csv", "state", 1, "status", "done"),
    ("programme.csv", "state", 1, "due_on", "2027-09-30"),
    ("programme.csv", "state", 1, "done_on", "2026-05-01"),
]


def test_a_changed_cell_is_noticed(small: Small, app: Flask, tmp_path: Path) -> None:
    """Also in a later version, of which the event tells only what changed with it."""
    content = packed(app)
    path = tmp_path / "pack.zip"
    path.write_bytes(content)
    members = members_of(path)
    unnoticed = []
    for number, (name, kind, place, column, cell) in enumerate(FORGED):
        forged = dict(members) | {
            f"data/{name}": _forged(members[f"data/{name}"], name, kind, place, column, cell)
        }
        other = rebuild(tmp_path / f"forged-{number}.zip", relist(forged))
        problems = [str(each) for each in verify_bundle(other).problems]
        if not any("says another" in each and name in each for each in problems):
            unnoticed.append((name, kind, place, column))
    assert unnoticed == []


def _forged(content: bytes, name: str, kind: str, place: int, column: str, cell: str) -> bytes:
    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    columns = rules.COLUMNS[name]
    row = [each for each in rows if each[0] == kind][place]
    assert row[columns.index(column)] != cell
    row[columns.index(column)] = cell
    return b"".join(_lines(rows))


def _lines(rows: list[list[str]]) -> Iterator[bytes]:
    for row in rows:
        stream = io.StringIO(newline="")
        csv.writer(stream).writerow(row)
        yield stream.getvalue().encode()
