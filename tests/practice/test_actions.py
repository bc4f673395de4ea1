"""Writing, reviewing, using a practice; asking and answering: who may, what is kept, whose chain is told."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests import factories
from tests.factories import identity_of
from tracker import clock
from tracker.access.permissions import Role
from tracker.audit.models import AuditEvent
from tracker.catalogue.rules import OrganisationKind
from tracker.errors import Conflict, NotAllowed, NotFound, RuleBroken
from tracker.extensions import db
from tracker.library.rules import EvaluationResult, Setting
from tracker.practice import actions, presenters, queries
from tracker.practice.actions import HelpInput
from tracker.practice.models import PracticeUse
from tracker.practice.queries import PracticeFilter
from tracker.practice.rules import PracticeFacts, State
from tracker.progress import actions as progress
from tracker.progress.actions import ActionInput
from tracker.web.transactions import writing

REC = "SEP16-12"
FACTS = PracticeFacts(
    "Trolley on every ward", REC, Setting.HOSPITAL, what="We put one there", effect="It is found faster",
    effect_measure="Minutes, before and after", contact_role="Sepsis team",
)  # fmt: skip
PROVEN = replace(
    FACTS, method="Audit", evaluated_on=date(2025, 9, 1), result=EvaluationResult.SHOWS_EFFECT,
    shared_locally_on=date(2025, 10, 1), shared_locally_how="Regional meeting",
)  # fmt: skip


@pytest.fixture
def ours(app: Flask):
    factories.catalogue()
    return factories.organisation("X00101", "Northmoor Hospitals")


@pytest.fixture
def theirs(ours):
    return factories.organisation("X00102", "Southmoor Hospitals")


@pytest.fixture
def champion(ours):
    return identity_of(factories.person(Role.CHAMPION, ours))


@pytest.fixture
def stranger(theirs):
    return identity_of(factories.person(Role.CHAMPION, theirs))


@pytest.fixture
def national(ours):
    return identity_of(factories.person(Role.NATIONAL_LEAD))


@pytest.fixture
def body(ours):
    return factories.organisation("X00103", "National Body", kind=OrganisationKind.NATIONAL_BODY)


@pytest.fixture
def member(body):
    return identity_of(factories.person(Role.CHAMPION, body))


def sent(champion, ours, facts: PracticeFacts = FACTS):
    with writing():
        return actions.add_practice(champion, ours, facts, send=True).entity_id


def published(champion, ours, national, facts: PracticeFacts = FACTS):
    practice = sent(champion, ours, facts)
    with writing():
        actions.publish_practice(national, practice, version=1)
    return practice


def fields(broken: pytest.ExceptionInfo[RuleBroken]) -> list[str]:
    return [field for field, _message in broken.value.problems]


def types_on(organisation) -> list[str]:
    query = select(AuditEvent.type).where(AuditEvent.chain_id == organisation.id).order_by(AuditEvent.seq)
    return [each for each in db.session.scalars(query) if each.startswith(("practice", "help", "action"))]


def test_the_way_of_a_practice(champion, ours, national, stranger) -> None:
    with writing():
        practice = actions.add_practice(champion, ours, PracticeFacts("Trolley", REC)).entity_id
    with writing():
        actions.change_practice(champion, ours, practice, FACTS, version=1, send=True)
    with writing():
        back = actions.return_practice(national, practice, reason="Say how many wards", version=2)
        assert (back.state, back.state_reason) == (State.RETURNED, "Say how many wards")
    with writing():
        kept = actions.change_practice(champion, ours, practice, FACTS, version=3)
        assert (kept.state, kept.state_reason) == (State.RETURNED, "Say how many wards")
    with writing():
        actions.change_practice(champion, ours, practice, FACTS, version=4, send=True)
    with pytest.raises(NotFound):
        queries.get_published(stranger, practice)
    with writing():
        actions.publish_practice(national, practice, version=5)
    row, owner = queries.get_published(stranger, practice)
    assert (row.version, owner.name) == (6, "Northmoor Hospitals")
    assert types_on(ours) == [
        "practice.added", "practice.sent", "practice.returned", "practice.changed", "practice.sent",
        "practice.published",
    ]  # fmt: skip


def test_what_is_published_stays_while_its_edit_waits(champion, ours, national, stranger) -> None:
    practice = published(champion, ours, national)
    with writing():
        edited = replace(FACTS, what="Now on the ambulances too")
        actions.change_practice(champion, ours, practice, edited, version=2, send=True)
    assert queries.get_published(stranger, practice)[0].what == FACTS.what
    with writing():
        actions.return_practice(national, practice, reason="Which ambulances?", version=3)
    assert queries.get_published(stranger, practice)[0].version == 2
    with writing():
        actions.change_practice(champion, ours, practice, edited, version=4, send=True)
    with writing():
        actions.publish_practice(national, practice, version=5)
    assert queries.get_published(stranger, practice)[0].what == edited.what
    with writing():
        actions.withdraw_practice(champion, ours, practice, reason="We stopped", version=6)
    with pytest.raises(NotFound):
        queries.get_published(stranger, practice)
    with pytest.raises(RuleBroken), writing():
        actions.change_practice(champion, ours, practice, FACTS, version=7)


def test_a_title_stands_once_in_an_organisation(champion, ours, stranger, theirs) -> None:
    first = sent(champion, ours)
    with pytest.raises(RuleBroken) as broken, writing():
        actions.add_practice(champion, ours, replace(FACTS, title="TROLLEY on every ward"))
    assert fields(broken) == ["title"]
    sent(stranger, theirs)
    with writing():
        actions.withdraw_practice(champion, ours, first, reason="Twice", version=1)
    sent(champion, ours)


TYPED = (
    "title", "what", "effect", "effect_measure", "contact_role", "method", "sample", "finding",
    "shared_locally_how",
)  # fmt: skip


def test_everything_typed_is_looked_through() -> None:
    typed = [each.name for each in dataclasses.fields(PracticeFacts) if each.type == "str"]
    assert sorted(typed) == sorted([*TYPED, "recommendation_code"])


@pytest.mark.parametrize("field", TYPED)
def test_no_patient_is_named(champion, ours, field: str) -> None:
    with pytest.raises(RuleBroken) as broken, writing():
        actions.add_practice(champion, ours, replace(FACTS, **{field: "943 476 5919"}))
    assert fields(broken) == [field]


def test_no_patient_is_named_in_a_reason(champion, ours, national) -> None:
    practice = sent(champion, ours)
    with pytest.raises(RuleBroken) as broken, writing():
        actions.return_practice(national, practice, reason="As for 943 476 5919", version=1)
    assert fields(broken) == ["reason"]
    with pytest.raises(RuleBroken) as broken, writing():
        actions.withdraw_practice(champion, ours, practice, reason="As for 943 476 5919", version=1)
    assert fields(broken) == ["reason"]


def test_only_own_evidence_and_what_one_answers(champion, ours, stranger, theirs) -> None:
    wrong = replace(FACTS, recommendation_code="SEP16-01", evidence_ids=frozenset({theirs.id}))
    with pytest.raises(RuleBroken) as broken, writing():
        actions.add_practice(champion, ours, wrong)
    assert fields(broken) == ["recommendation_code", "evidence_ids"]


def test_nobody_reviews_for_an_organisation_of_her_own(champion, ours) -> None:
    practice = sent(champion, ours)
    person = factories.person(Role.NATIONAL_LEAD)
    with writing():
        from tracker.accounts.models import Membership

        db.session.add(
            Membership(
                user_id=person.id, role=Role.CHAMPION, organisation_id=ours.id, starts_on=date(2020, 1, 1),
                until=None, recorded_at=factories.LONG_AGO,
            )
        )  # fmt: skip
    with pytest.raises(NotAllowed), writing():
        actions.publish_practice(identity_of(person), practice, version=1)


def test_the_second_lock_stands_behind_every_write(champion, ours, stranger, national) -> None:
    practice = sent(champion, ours)
    for act in (
        lambda: actions.add_practice(stranger, ours, FACTS),
        lambda: actions.add_practice(national, ours, FACTS),
        lambda: actions.change_practice(stranger, ours, practice, FACTS, version=1),
        lambda: actions.withdraw_practice(stranger, ours, practice, reason="No", version=1),
        lambda: actions.ask_help(stranger, ours, HelpInput(REC, "How?")),
    ):
        with pytest.raises(NotAllowed), writing():
            act()
    for hidden in (
        lambda: actions.publish_practice(champion, practice, version=1),
        lambda: queries.get_practice(stranger, ours.id, practice),
        lambda: queries.get_sent(champion, practice),
    ):
        with pytest.raises(NotFound):
            hidden()
    closed = replace(ours, is_open=False)
    with pytest.raises(NotAllowed), writing():
        actions.change_practice(champion, closed, practice, FACTS, version=1)


def test_a_review_of_an_older_text_is_refused(champion, ours, national) -> None:
    practice = sent(champion, ours)
    with writing():
        actions.change_practice(champion, ours, practice, PROVEN, version=1, send=True)
    with pytest.raises(Conflict), writing():
        actions.publish_practice(national, practice, version=1)


def test_a_use_is_told_to_both_and_shown_to_the_owner(champion, ours, stranger, theirs, national) -> None:
    practice = published(champion, ours, national)
    with writing():
        wanted = ActionInput("From Northmoor Hospitals: Trolley", "", None, None)
        action = progress.add_action(stranger, theirs, REC, wanted, source=practice)
        use = db.session.scalars(select(PracticeUse)).one()
        assert (use.action_id, use.practice_id, use.practice_version) == (action.entity_id, practice, 2)
    assert types_on(theirs) == ["action.added", "practice.used"]
    assert types_on(ours)[-1] == "practice.used"
    assert [each.code for each in queries.list_users(champion, practice)] == ["X00102"]
    assert queries.count_users_of(champion, ours.id) == {practice: 1}
    assert queries.count_users_of(stranger, ours.id) == {}


def test_an_own_or_an_unpublished_one_is_not_used(champion, ours, stranger, theirs, national) -> None:
    wanted = ActionInput("Trolley", "", None, None)
    waiting = sent(champion, ours)
    with pytest.raises(NotFound), writing():
        progress.add_action(stranger, theirs, REC, wanted, source=waiting)
    with writing():
        actions.publish_practice(national, waiting, version=1)
    with pytest.raises(RuleBroken), writing():
        progress.add_action(champion, ours, REC, wanted, source=waiting)
    assert db.session.scalars(select(PracticeUse)).all() == []


def test_the_list_is_searched(champion, ours, stranger, national) -> None:
    published(champion, ours, national)
    published(champion, ours, national, replace(PROVEN, title="Half-hour drills", setting=Setting.COMMUNITY))

    def found(identity=stranger, **narrowed) -> list[str]:
        rows = queries.list_published(identity, PracticeFilter(**narrowed), limit=50, offset=0)
        assert len(rows) == queries.count_published(identity, PracticeFilter(**narrowed))
        return [each.practice.title for each in rows]

    assert found() == ["Half-hour drills", "Trolley on every ward"]
    assert (
        found(text="DRILLS") == found(proven_only=True) == found(setting="community") == ["Half-hour drills"]
    )
    assert found(recommendation="SEP16-15") == found(text="100%") == []
    nobody = identity_of(factories.person(Role.ADMINISTRATOR))
    assert found(nobody) == []


def test_counts_as_at_a_moment(champion, ours, theirs, national) -> None:
    before = clock.now()
    practice = published(champion, ours, national, PROVEN)
    between = clock.now()
    with writing():
        actions.withdraw_practice(champion, ours, practice, reason="We stopped", version=2)
    counts = queries.counts_of(national, [ours.id, theirs.id], between)
    assert (counts[ours.id].proven, counts[ours.id].both, counts[theirs.id].in_use) == (1, 1, 0)
    assert queries.counts_of(national, [ours.id], before)[ours.id].recorded_at is None
    assert queries.counts_of(national, [ours.id])[ours.id].proven == 0
    assert [row.entity_id for row in queries.list_proven(between)] == [practice]
    assert queries.list_proven() == queries.list_proven(before) == []
    assert queries.list_proven(between, demonstration=False) == []


def test_proven_and_not_published_is_not_shared_nationally(champion, ours, national) -> None:
    sent(champion, ours, PROVEN)
    counts = queries.counts_of(champion, [ours.id])[ours.id]
    assert (counts.proven, counts.both) == (1, 0)
    assert queries.list_proven() == []


UNPROVEN = replace(PROVEN, result=None, evaluated_on=None, method="")
NOT_NEARBY = replace(PROVEN, shared_locally_on=None, shared_locally_how="")


@pytest.mark.parametrize(
    ("seen", "draft", "counted", "nationally"),
    [
        (UNPROVEN, PROVEN, (1, 0), 0),
        (NOT_NEARBY, PROVEN, (1, 0), 1),
        (PROVEN, NOT_NEARBY, (1, 1), 1),
        (PROVEN, UNPROVEN, (1, 1), 1),
        (UNPROVEN, UNPROVEN, (0, 0), 0),
    ],
)
def test_what_nobody_has_reviewed_makes_nothing_proven_or_shared(
    champion,
    ours,
    national,
    seen: PracticeFacts,
    draft: PracticeFacts,
    counted: tuple[int, int],
    nationally: int,
) -> None:
    """What others see decides; a positive evaluation in a draft counts among those that are not shared yet."""
    practice = published(champion, ours, national, seen)
    between = clock.now()
    with writing():
        actions.change_practice(champion, ours, practice, draft, version=2, send=True)
    for moment, day in ((None, None), (None, clock.today()), (clock.now(), None)):
        found = queries.counts_of(national, [ours.id], moment, day=day)[ours.id]
        assert (found.proven, found.both) == counted
    assert len(queries.list_proven()) == nationally
    then = queries.counts_of(national, [ours.id], between)[ours.id]
    assert then.both <= then.proven == len(queries.list_proven(between))
    rows, shown = queries.list_practices(champion, ours.id), queries.list_published_of(champion, ours.id)
    words = presenters.sentence(rows, shown)
    assert f"{counted[0]} proven. Of the {counted[0]} proven, {counted[1]} shared" in words


def asked(champion, ours, question: str = "How do we evaluate it?"):
    with writing():
        return actions.ask_help(champion, ours, HelpInput(REC, question)).entity_id


def test_a_question_is_answered_on_both_chains(champion, ours, body, member) -> None:
    question = asked(champion, ours)
    with writing():
        actions.answer_help(member, body, question, "Count before and after", version=0)
    with writing():
        actions.answer_help(member, body, question, "Count two months before and after", version=1)
    found = queries.get_asked(champion, ours.id, question)
    assert found.answer is not None and found.answer.version == 2
    assert types_on(ours) == ["help.asked", "help.answered", "help.answered"]
    assert types_on(body) == ["help.received", "help.answered", "help.answered"]
    with pytest.raises(RuleBroken), writing():
        actions.take_back_help(champion, ours, question, reason="Solved", version=1)


def test_only_members_of_the_national_body_answer(
    champion, ours, stranger, theirs, national, body, member
) -> None:
    question = asked(champion, ours)
    for identity, place in ((champion, ours), (stranger, theirs)):
        with pytest.raises(NotFound), writing():
            actions.answer_help(identity, place, question, "Like this", version=0)
    for identity in (national, champion):
        with pytest.raises(NotAllowed), writing():
            actions.answer_help(identity, body, question, "Like this", version=0)
    with pytest.raises(Conflict), writing():
        actions.answer_help(member, body, question, "Like this", version=1)
    assert [each.request.entity_id for each in queries.list_received(member, body.id)] == [question]
    assert queries.list_received(stranger, body.id) == []
    with pytest.raises(NotFound):
        queries.get_asked(stranger, ours.id, question)


def test_two_kinds_of_organisations_are_never_mixed(champion, ours, member, body) -> None:
    real = factories.organisation("X00104", "Another", demonstration=False)
    asked(identity_of(factories.person(Role.CHAMPION, real)), real)
    assert queries.list_received(member, body.id) == []
    today = clock.today()
    assert queries.help_waiting(None, today, demonstration=True).count == 0
    assert queries.help_waiting(None, today).count == 1


def test_what_is_taken_back_waits_no_more(champion, ours, body, member) -> None:
    question = asked(champion, ours)
    later = clock.today() + timedelta(days=9)
    assert queries.help_waiting(None, later).longest_days == 9
    before = clock.now()
    with pytest.raises(RuleBroken) as broken, writing():
        actions.take_back_help(champion, ours, question, reason=" ", version=1)
    assert fields(broken) == ["reason"]
    with writing():
        actions.take_back_help(champion, ours, question, reason="Solved", version=1)
    assert queries.help_waiting(None, later).count == 0
    assert queries.help_waiting(before, later).open == 1
    assert queries.list_received(member, body.id) == []
    with pytest.raises(RuleBroken, match="Taken back meanwhile"), writing():
        actions.answer_help(member, body, question, "Too late", version=0)


def test_a_question_names_no_patient_and_no_strange_practice(champion, ours, stranger, theirs) -> None:
    strange = sent(stranger, theirs)
    with pytest.raises(RuleBroken) as broken, writing():
        actions.ask_help(champion, ours, HelpInput("SEP16-01", "943 476 5919", strange))
    assert fields(broken) == ["question", "recommendation_code", "practice_id"]


def test_the_national_body_does_not_ask_itself(member, body) -> None:
    with pytest.raises(NotAllowed), writing():
        actions.ask_help(member, body, HelpInput("SEP16-01", "Who answers?"))
