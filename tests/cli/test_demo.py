"""`flask demo load`: the same for a seed, nowhere near the real, within the rules, and with chains that hold."""

from __future__ import annotations

import csv
import random
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from tests import factories
from tests.cli.conftest import TRUSTS
from tracker import clock
from tracker.access.identity import Identity
from tracker.access.permissions import Role
from tracker.accounts.models import User
from tracker.accounts.passwords import verify_password
from tracker.accounts.queries import find_credentials, find_identity
from tracker.assurance.models import Finding
from tracker.audit.actions import chain_name
from tracker.audit.models import AuditEvent
from tracker.audit.queries import head_of, iter_chain, list_heads
from tracker.audit.rules import verify_chain
from tracker.catalogue.queries import list_kinds, list_recommendations
from tracker.catalogue.rules import Delivery, OrganisationKind
from tracker.cli.demonstration import history, loading, names, showcase
from tracker.cli.demonstration.files import INVENTED, make_file
from tracker.cli.demonstration.people import EMAILS, PASSWORD, SIGN_INS
from tracker.cli.demonstration.steps import Agreed, Confirmed, Evidenced, Recorded, Step, in_order
from tracker.cli.demonstration.texts import Proof
from tracker.evidence.actions import store
from tracker.evidence.models import EvidenceFile, EvidenceItem
from tracker.evidence.queries import count_by_recommendation
from tracker.evidence.readers import check_content
from tracker.evidence.rules import EvidenceKind, Limits
from tracker.extensions import db
from tracker.library.models import Development, Share, Usage
from tracker.organisations.models import Organisation
from tracker.organisations.queries import find_ref
from tracker.organisations.readers import ODS
from tracker.practice.models import Practice
from tracker.programme.models import ProgrammeState
from tracker.progress import rules
from tracker.progress.models import Action, ProgressEntry
from tracker.progress.queries import list_records
from tracker.progress.rules import Answer, Circumstances, Position, Standing, answer


def load(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["demo", "load", *arguments])


@pytest.fixture
def national(loaded: Flask) -> Identity:
    return identity("national@demo.example")


def identity(email: str) -> Identity:
    known = find_credentials(email)
    assert known is not None
    found = find_identity(known.user_id)
    assert found is not None
    return found


def told() -> dict[str, list[Any]]:
    """Everything that people read, without ids."""
    entry, item, file, action = ProgressEntry, EvidenceItem, EvidenceFile, Action
    queries = {
        "entries": select(
            Organisation.code, entry.recommendation_code, entry.version, entry.change, entry.delivery, entry.summary,
            entry.note, entry.reason, entry.due_on, entry.delivered_on, entry.accountable_person, entry.forum,
            entry.confirmed_on, entry.recorded_at, User.name,
        ).join(Organisation, Organisation.id == entry.organisation_id).join(User, User.id == entry.author_id),
        "items": select(
            Organisation.code, item.title, item.dated_on, item.valid_until, item.recorded_at, item.withdrawn_reason
        ).join(Organisation, Organisation.id == item.organisation_id),
        "files": select(Organisation.code, file.file_name, file.content_type).join(
            Organisation, Organisation.id == file.organisation_id
        ),
        "actions": select(action.title, action.owner, action.due_on, action.done_on, action.recorded_at),
        "findings": select(Finding.recommendation_code, Finding.outcome, Finding.note, Finding.recorded_at),
        "people": select(User.email, User.name),
        "shares": select(Share.channel, Share.shared_on, Share.reached, Share.note, Share.recorded_at),
        "use": select(Usage.counted, Usage.number, Usage.rated, Usage.read_on, Usage.recorded_at),
        "developments": select(Development.title, Development.stage, Development.starts_on, Development.recorded_at),
        "practices": select(Practice.title, Practice.state, Practice.evaluated_on, Practice.recorded_at),
        "states": select(ProgrammeState.item_code, ProgrammeState.status, ProgrammeState.recorded_at),
        "events": select(AuditEvent.type, func.count()).group_by(AuditEvent.type),
    }  # fmt: skip
    return {name: sorted(map(repr, db.session.execute(query))) for name, query in queries.items()}


class TestLoading:
    def test_the_same_seed_tells_the_same(self, loaded: Flask, app: Flask) -> None:
        assert load(app, "--organisations", str(TRUSTS)).exit_code == 0
        second = told()
        with loaded.app_context():
            first = told()
        assert second == first
        assert all(first.values())

    def test_every_chain_holds(self, loaded: Flask) -> None:
        heads = list(list_heads())
        assert len(heads) == TRUSTS + len(names.OTHER_BODIES) + 1
        for head in heads:
            events = iter_chain(head.chain_id)
            result = verify_chain(events, chain=chain_name(head.chain_id), head=head_of(head))
            assert result.ok, result.problems

    def test_each_entry_was_recorded_at_the_moment_of_its_event(self, loaded: Flask) -> None:
        moments = {(row[0], row[1]) for row in db.session.execute(select(AuditEvent.chain_id, AuditEvent.at))}
        for entry in db.session.scalars(select(ProgressEntry)):
            assert (entry.organisation_id, entry.recorded_at) in moments
            assert clock.local_day(entry.recorded_at) == entry.confirmed_on < clock.today()

    def test_says_on_the_platform_chain_what_was_loaded(self, loaded: Flask) -> None:
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.type == "demo.loaded")).one()
        count = db.session.scalar(select(func.count()).select_from(ProgressEntry))
        assert f'"entries":{count}' in event.header

    def test_files_are_in_the_store(self, loaded: Flask) -> None:
        files = db.session.scalars(select(EvidenceFile)).all()
        assert {file.content_type.split("/")[0] for file in files} >= {"application"}
        assert all(store().verify(file.organisation_id, file.sha256) for file in files)

    def test_many_are_written_in_batches_under_the_same_rules(
        self, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(loading, "PLAYED", 1)
        assert load(app, "--organisations", "30").exit_code == 0
        assert db.session.scalar(select(func.count()).select_from(Organisation)) == 30 + len(
            names.OTHER_BODIES
        )
        for head in list_heads():
            result = verify_chain(
                iter_chain(head.chain_id), chain=chain_name(head.chain_id), head=head_of(head)
            )
            assert result.ok, result.problems
        many = standings("X00102", identity("national@demo.example")).values()
        assert set(many) - {Standing.NOTHING}


class TestRefusing:
    def test_beside_real_organisations(self, app: Flask) -> None:
        factories.catalogue()
        factories.organisation("RJ1", demonstration=False)
        result = load(app, "--organisations", "3")
        assert result.exit_code == 1
        assert "real organisations" in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1
        assert find_ref("X00101") is None

    def test_in_production(self, app: Flask) -> None:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], environment="production")
        result = load(app)
        assert result.exit_code == 1
        assert "production" in result.stderr

    def test_a_second_time(self, loaded: Flask) -> None:
        result = load(loaded)
        assert result.exit_code == 1
        assert "already" in result.stderr

    def test_does_nothing_where_something_is_when_asked_so(self, loaded: Flask) -> None:
        result = load(loaded, "--if-empty")
        assert result.exit_code == 0
        assert "Nothing loaded" in result.output

    def test_all_or_nothing(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> None:
            raise OSError("No space left on device")

        monkeypatch.setattr("tracker.cli.demonstration.playing.store_bytes", full)
        result = load(app, "--organisations", "2")
        assert result.exit_code == 1
        assert "No space left" in result.stderr
        assert loading.count_organisations() == (0, 0)
        assert find_credentials(EMAILS[0]) is None


class TestInvented:
    def test_no_code_or_name_is_a_real_one(self) -> None:
        cells = {
            " ".join(cell.upper().split())
            for path in ODS.glob("*.csv")
            for row in csv.reader(path.open(encoding="utf-8"))
            for cell in row
        }
        bodies = [*names.OTHER_BODIES, *names.list_trusts(names.LARGEST)]
        real = {re.sub(r" NHS (FOUNDATION )?TRUST$", "", cell) for cell in cells} | cells
        invented = {body.code for body in bodies} | {body.name.upper() for body in bodies}
        invented |= {name.upper() for name in names.REGIONS.values()} - {"NORTH", "EAST", "SOUTH"}
        invented |= {*names.REGIONS, *names.ICBS} | {name.upper() for name, _region in names.ICBS.values()}
        assert not invented & real

    def test_no_place_is_part_of_a_real_name(self) -> None:
        words: set[str] = set()
        for path in ODS.glob("*.csv"):
            for row in csv.reader(path.open(encoding="utf-8")):
                # Streets and towns of the trusts' own file are no names of organisations.
                named = row[1:2] if path.name.startswith("etr") else row
                words.update(re.findall("[A-Z]+", " ".join(named).upper()))
        assert not {place.upper() for place in (*names.PLACES, *names.made_places())} & words

    def test_codes_are_x_and_five_digits_and_nothing_is_there_twice(self) -> None:
        bodies = [*names.OTHER_BODIES, *names.list_trusts(names.LARGEST)]
        assert all(re.fullmatch(r"X\d{5}", body.code) for body in bodies)
        assert len({body.code for body in bodies}) == len({body.name for body in bodies}) == len(bodies)

    def test_all_are_marked_as_invented(self, loaded: Flask) -> None:
        assert not db.session.scalars(select(Organisation).where(Organisation.demonstration.is_(False))).all()

    @pytest.mark.parametrize(
        "kind", [EvidenceKind.POLICY, EvidenceKind.TRAINING_RECORD, EvidenceKind.PHOTOGRAPH]
    )
    def test_files_would_be_let_in_at_the_door(self, kind: EvidenceKind, tmp_path: Path) -> None:
        made = make_file(random.Random(1), Proof("Ward session poster", kind), "Northmoor", date(2026, 3, 2))
        path = tmp_path / made.name
        path.write_bytes(made.body)
        checked = check_content(path, made.name, Limits())
        assert (checked.content_type, checked.text_identifiers) == (made.content_type, ())
        assert INVENTED.startswith("Demonstration: invented")


class TestPeople:
    @pytest.mark.parametrize("email", SIGN_INS)
    def test_they_sign_in(self, loaded: Flask, email: str) -> None:
        known = find_credentials(email)
        assert known is not None
        assert verify_password(known.password_hash, PASSWORD)

    def test_nobody_else_has_a_password(self, loaded: Flask) -> None:
        query = select(User.email).where(User.password_hash.is_not(None))
        assert set(db.session.scalars(query)) == set(SIGN_INS)

    def test_each_has_the_role_of_the_name(self, loaded: Flask, national: Identity) -> None:
        first = find_ref("X00101")
        assert first is not None
        assert identity("champion@demo.example").organisations_with(Role.CHAMPION) == {first.id}
        assert identity("lead@demo.example").organisations_with(Role.TRUST_LEAD) == {first.id}
        assert national.is_national
        assert identity("admin@demo.example").is_administrator
        audited = identity("auditor@demo.example").audited
        assert first.id in audited
        assert len(audited) == TRUSTS + 1

    def test_each_of_the_21_is_answered_by_somebody(self, loaded: Flask) -> None:
        kinds = set(db.session.scalars(select(Organisation.kind)))
        assert len(list_recommendations()) == 21
        assert all({OrganisationKind(kind) for kind in owing} & kinds for owing in list_kinds().values())


def standings(code: str, asking: Identity) -> dict[int, Standing]:
    ref = find_ref(code)
    assert ref is not None
    return {row.recommendation.number: row.standing for row in list_records(asking, ref.id, ref.kind)}


class TestHistory:
    def test_the_first_trust_stands_where_the_picture_shows_it(
        self, loaded: Flask, national: Identity
    ) -> None:
        assert standings("X00101", national) == {
            9: Standing.WAITING, 10: Standing.STARTED, 11: Standing.STARTED, 12: Standing.CHECKED,
            13: Standing.NO_EVIDENCE, 14: Standing.NOT_STARTED, 15: Standing.NOTHING, 16: Standing.NOTHING,
            17: Standing.STARTED, 18: Standing.CHECKED,
        }  # fmt: skip

    def test_the_first_trust_has_its_evidence_and_an_old_answer(
        self, loaded: Flask, national: Identity
    ) -> None:
        ref = find_ref("X00101")
        assert ref is not None
        counts = count_by_recommendation(national, [ref.id])
        assert [counts[ref.id, f"SEP16-{number:02}"].live for number in (9, 10, 11, 12, 17, 18)] == [
            3,
            2,
            2,
            4,
            1,
            6,
        ]
        old = [
            row.recommendation.number
            for row in list_records(national, ref.id, ref.kind)
            if row.entry and answer(row.entry.confirmed_on, clock.today()) is Answer.OLDER
        ]
        assert old == [18]

    def test_one_never_answered_and_one_closed(self, loaded: Flask, national: Identity) -> None:
        silent, closed = (find_ref(f"X{names.FIRST_CODE + each:05}") for each in (names.SILENT, names.CLOSED))
        assert silent is not None
        assert closed is not None
        assert set(standings(silent.code, national).values()) == {Standing.NOTHING}
        assert not closed.is_open

    def test_findings_of_both_outcomes(self, loaded: Flask) -> None:
        outcomes = set(db.session.scalars(select(Finding.outcome)))
        assert {"verified", "overturned", "reason_accepted"} <= {outcome.value for outcome in outcomes}

    @pytest.mark.parametrize("offset", range(0, 366, 5))
    def test_the_first_trust_keeps_the_rules_whatever_the_day(self, offset: int) -> None:
        play(showcase.tell(date(2027, 1, 1) + timedelta(days=offset)))

    @pytest.mark.parametrize("seed", range(20))
    def test_every_history_keeps_the_rules_whatever_the_seed(self, seed: int) -> None:
        today = date(2027, 1, 1) + timedelta(days=17 * seed)
        codes = [f"SEP16-{number:02}" for number in range(9, 19)]
        for body in names.list_trusts(60):
            play(history.tell(random.Random(f"{seed}/{body.code}"), today, body, codes))


def play(steps: list[Step]) -> None:
    """The pure rules of progress over a whole history; they raise where it is told wrongly."""
    champion, lead = factories.new_id(), factories.new_id()
    standing: dict[str, Position] = {}
    ends: dict[str, list[date]] = {}
    for _moment, step in in_order(steps):
        live = sum(end >= step.on for end in ends.get(step.code, []))
        before = standing.get(step.code)
        if isinstance(step, Evidenced):
            ends.setdefault(step.code, []).append(step.valid_until or date.max)
        elif isinstance(step, Confirmed):
            standing[step.code] = rules.confirm(before, step.on, live, len(ends.get(step.code, [])))
        elif isinstance(step, Recorded | Agreed):
            given = Circumstances(step.on, champion, False, True, 1, live)
            wanted = step.position if isinstance(step, Recorded) else None
            if wanted is None:
                assert before is not None
                assert isinstance(step, Agreed)
                given = replace(
                    given, actor_id=lead, may_assure=True, authors_since_delivered=frozenset({champion})
                )
                wanted = replace(before, delivery=Delivery.ASSURED, forum=step.forum, forum_on=step.on)
            standing[step.code] = rules.record(before, wanted, given).position
