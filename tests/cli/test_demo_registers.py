"""The demonstration beside the recommendations: library, shares, good practice, help and programmes."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests import factories
from tracker import clock
from tracker.access.identity import Identity
from tracker.access.permissions import Role
from tracker.accounts.queries import find_credentials, find_identity
from tracker.audit import actions as audit
from tracker.audit.models import AuditEvent
from tracker.catalogue import queries as catalogue
from tracker.cli.demonstration import names
from tracker.cli.demonstration.people import STARTED_DAYS_AGO
from tracker.cli.demonstration.registers import INVENTED, Known, practices, sharing
from tracker.cli.demonstration.registers import library as told
from tracker.cli.demonstration.registers.tales import ASKED, DRAWN, TALES, End
from tracker.cli.demonstration.steps import Measured
from tracker.cli.demonstration.texts import WORDS
from tracker.cli.demonstration.timing import moment_of
from tracker.evidence.rules import identifier_problem
from tracker.extensions import db
from tracker.library import queries as library
from tracker.library.models import Development, Evaluation, NetworkMember, Share, ShareMember, Usage
from tracker.library.queries.reach import Window, count_trusts_reached
from tracker.library.rules import EvaluationResult, Learner, audiences_of
from tracker.library.rules.overlaps import meetings
from tracker.organisations.models import Organisation
from tracker.organisations.queries import find_ref
from tracker.practice import queries as practice
from tracker.practice.models import HelpAnswer, HelpRequest, Practice, PracticeUse
from tracker.practice.rules import State, is_proven
from tracker.programme import queries as programme
from tracker.programme.models import ProgrammeState
from tracker.programme.rules import Status, is_overdue
from tracker.web.transactions import writing

SHOWCASE, NETWORK = "X00101", names.NETWORK


def identity(email: str) -> Identity:
    known = find_credentials(email)
    found = find_identity(known.user_id) if known else None
    assert found is not None
    return found


def id_of(code: str) -> UUID:
    found = find_ref(code)
    assert found is not None
    return found.id


def current(model: type) -> list:
    return list(db.session.scalars(select(model).where(model.superseded_at.is_(None))))


def codes() -> dict[UUID, str]:
    return {row.id: row.code for row in db.session.scalars(select(Organisation))}


@pytest.mark.usefixtures("loaded")
class TestFromTheFirstDay:
    def test_library_and_programmes_stood(self) -> None:
        began = moment_of(clock.today() - timedelta(days=STARTED_DAYS_AGO), 1)
        assert len(library.list_national_resources(began)) == 18
        assert len(programme.list_items(began)) == len(programme.list_items(None)) == 23

    def test_nothing_was_recorded_after_its_day_or_before_its_chain(self) -> None:
        for model in (Usage, Evaluation, Development, Share, Practice, HelpRequest, ProgrammeState):
            for row in db.session.scalars(select(model)):
                moments = select(AuditEvent.at).where(AuditEvent.chain_id == row.organisation_id)
                assert row.recorded_at in set(db.session.scalars(moments)), model
                assert clock.local_day(row.recorded_at) < clock.today()


@pytest.mark.usefixtures("loaded")
class TestSharing:
    def test_some_trusts_pass_training_on_and_some_never_did(self) -> None:
        found, sharers = codes(), {row.organisation_id for row in current(Share)}
        trusts = {key for key, code in found.items() if code.startswith("X001")}
        assert id_of(SHOWCASE) in sharers and trusts - sharers
        window = Window(clock.today(), 12, demonstration=True)
        reached = count_trusts_reached(window)
        assert 0 < reached.reached < reached.trusts == 5

    def test_the_first_trust_has_many_and_one_mistake(self) -> None:
        rows = [each for each in current(Share) if each.organisation_id == id_of(SHOWCASE)]
        assert len(rows) > 7 and len({each.channel for each in rows}) > 4
        assert [bool(each.mistaken_reason) for each in rows].count(True) == 1
        assert [each for each in rows if each.evidence_id] and [each for each in rows if each.reached]

    def test_the_network_has_members_and_shares_for_them(self) -> None:
        network, found = id_of(NETWORK), codes()
        members = {found[each.member_id] for each in current(NetworkMember)}
        assert members == {SHOWCASE, "X00102", "X00104"}
        named = db.session.scalars(
            select(ShareMember.member_id).where(ShareMember.organisation_id == network)
        )
        assert {found[each] for each in named} == members
        told = select(func.count()).where(
            AuditEvent.chain_id == id_of(SHOWCASE), AuditEvent.type == "share.for_member"
        )
        assert (db.session.scalar(told) or 0) >= 3

    @pytest.mark.parametrize("seed", [1, 2016, 2026])
    def test_of_220_trusts_many_are_not_reached_in_a_year(self, seed: int) -> None:
        trusts = names.list_trusts(220)
        network = next(each for each in names.OTHER_BODIES if each.code == NETWORK)
        missed = [
            each
            for each in trusts
            if each.region != network.region
            and not any(
                told.days_ago < 365 for told in sharing.drawn(random.Random(f"{seed}/{each.code}"), each)
            )
        ]
        assert len(missed) >= 10
        assert len([each for each in missed if (each.number or 0) < 24]) >= 3


@pytest.mark.usefixtures("loaded")
class TestLibrary:
    def test_use_is_counted_by_quarter_with_its_source(self) -> None:
        rows = current(Usage)
        assert set(Counter(each.resource_id for each in rows).values()) == {8}
        assert all(each.source and each.note.startswith(INVENTED) for each in rows)
        assert [each for each in rows if each.rated] and {each.counted.value for each in rows} == {
            "completions",
            "views",
        }
        assert [each.version for each in rows].count(2) == 1

    def test_an_evaluation_of_each_kind(self) -> None:
        rows = current(Evaluation)
        assert {each.result for each in rows} == {
            EvaluationResult.SHOWS_EFFECT,
            EvaluationResult.UNCLEAR,
            None,
        }
        finished = [each for each in rows if each.result]
        assert all(each.evidence_id and each.sample and each.finding for each in finished)

    def test_two_developments_may_overlap_and_one_overlap_is_settled(self) -> None:
        body = [e for e in current(Development) if e.organisation_id == id_of(names.NATIONAL_BODY)]
        assert meetings([(each.stage, audiences_of(each.audiences)) for each in body], [])
        assert [each for each in body if each.overlap_settled_on and each.overlap_settlement]
        assert id_of(SHOWCASE) in {each.organisation_id for each in current(Development)}

    def test_some_funders_are_known(self) -> None:
        known = [each for each in library.list_national_resources() if each.funder]
        assert known and all(each.funding_note == INVENTED for each in known)


@pytest.mark.usefixtures("loaded")
class TestPractice:
    def test_states(self) -> None:
        states = Counter(each.state for each in current(Practice))
        assert states[State.PUBLISHED] >= 5 and states[State.SENT] >= 1 and states[State.RETURNED] >= 1
        published = [each for each in current(Practice) if each.state is State.PUBLISHED]
        both = [each for each in published if is_proven(each) and each.shared_locally_on]
        assert len(both) >= 2 and all(each.evidence_ids for each in both)

    def test_who_used_whose(self) -> None:
        found, uses = codes(), list(db.session.scalars(select(PracticeUse)))
        pairs = {(found[each.source_organisation_id], found[each.organisation_id]) for each in uses}
        assert {(SHOWCASE, "X00102"), ("X00102", SHOWCASE), ("X00102", "X00103")} <= pairs
        assert 2 in Counter(each.practice_id for each in uses).values()

    def test_help_answered_soon_late_and_not_yet(self) -> None:
        answers = {each.request_id: each.answered_on for each in current(HelpAnswer)}
        asked = [each for each in current(HelpRequest) if not each.taken_back_reason]
        waited = [
            (answers[each.entity_id] - each.asked_on).days for each in asked if each.entity_id in answers
        ]
        assert min(waited) <= 10 and max(waited) > 60
        assert [each for each in asked if each.entity_id not in answers]
        assert [each for each in current(HelpRequest) if each.taken_back_reason]

    def test_the_showcase_sees_what_others_did(self) -> None:
        champion = identity("champion@demo.example")
        assert practice.count_published(champion, practice.PracticeFilter()) >= 5
        assert practice.list_uses(champion, id_of(SHOWCASE))


@pytest.mark.usefixtures("loaded")
class TestProgramme:
    def test_states_with_owner_dates_and_evidence(self) -> None:
        rows, today = current(ProgrammeState), clock.today()
        assert {each.status for each in rows} == {
            Status.DONE,
            Status.UNDER_WAY,
            Status.PLANNED,
            Status.REPLACED,
        }
        assert all(each.owner for each in rows if each.status.is_open)
        assert [each for each in rows if each.evidence_ids]
        assert [each for each in rows if is_overdue(each.status, each.due_on, today)]
        assert len({each.item_code for each in rows}) < 23

    def test_the_report_was_done_in_the_month_in_which_it_is_published(self) -> None:
        (report,) = [each for each in current(ProgrammeState) if each.item_code == "2015-16-6"]
        (source,) = [each.published for each in catalogue.list_reports()]
        assert report.done_on is not None and f"{report.done_on:%Y-%m}" == source


@pytest.mark.usefixtures("loaded")
class TestPeopleElsewhere:
    def test_the_three_have_their_roles(self) -> None:
        lead = identity("hee@demo.example")
        assert lead.own == {id_of(names.NATIONAL_BODY)}
        assert identity("network@demo.example").own == {id_of(NETWORK)}
        assert identity("university@demo.example").own == {id_of(names.UNIVERSITY)}


class TestTexts:
    def test_the_regions_that_are_told_of_are_those_that_there_are(self) -> None:
        (said,) = [each for each in WORDS[7].started if "regions" in each]
        count = {2: "two", 3: "three", 4: "four"}[len(names.REGIONS)]
        assert f"of the {count} regions" in said

    def test_a_film_for_reception_staff_is_for_them(self) -> None:
        drawn = [told._local(random.Random(seed), clock.today(), names.OTHER_BODIES[0]) for seed in range(30)]
        made = {each.title: each for each in drawn}
        film = made["Film for our reception staff"]
        assert film.audience.staff == {Learner.ADMINISTRATIVE}

    @pytest.mark.parametrize("tale", [*TALES, *DRAWN], ids=lambda each: each.title)
    def test_no_text_looks_like_a_patient(self, tale: object) -> None:
        for name in (
            "title",
            "what",
            "effect",
            "measure",
            "contact",
            "method",
            "sample",
            "locally",
            "reason",
        ):
            assert identifier_problem(name, getattr(tale, name)) is None

    def test_days_are_in_order(self) -> None:
        for each in TALES:
            assert each.ends not in {End.PUBLISHED, End.RETURNED} or each.sent > each.reviewed > 0
            assert all(ago < each.reviewed for _number, ago in each.used)
        assert all(each.answered is None or each.asked > each.answered for each in ASKED)


def test_two_may_write_under_one_title(app: Flask) -> None:
    """Each is reviewed by itself, whoever wrote last."""
    factories.catalogue()
    national = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    tale = replace(DRAWN[0], sent=60, reviewed=40)
    places = [factories.organisation() for _each in range(2)]
    champions = [factories.identity_of(factories.person(Role.CHAMPION, each)) for each in places]
    known, today = Known((), {}, {}), clock.today()
    told = [list(practices.written(known, today, tale)) for _each in places]
    for turn in range(2):
        for place, champion, steps in zip(places, champions, told, strict=True):
            step, by = steps[turn], (champion, national)[turn]
            assert isinstance(step, Measured)
            with writing():
                step.do(by, place, audit.open_chain(place.id))
    assert [each.state for each in current(Practice)] == [State.PUBLISHED] * 2
