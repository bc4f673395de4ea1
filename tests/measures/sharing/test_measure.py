"""The facts of the library and of good practice: who is told which, how many questions it takes, what changes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import factories
from tests.measures import national_story
from tests.measures.story import AFTER, BEFORE, Place, place
from tracker import clock
from tracker.access.identity import Identity, reader_of
from tracker.access.permissions import Role
from tracker.catalogue.rules import OrganisationKind
from tracker.extensions import db
from tracker.library.rules import Endorsement, EvaluationResult
from tracker.measures import queries
from tracker.measures.base import At, Fact, Supports
from tracker.measures.sharing.measure import MEASURE

NATIONAL = {
    "reach", "uptake", "engagement", "methods", "evaluated", "proven", "promoted", "funded", "checked", "open",
    "announced", "overlaps", "help",
}  # fmt: skip


@pytest.fixture
def body(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Place:
    return place(monkeypatch, OrganisationKind.NATIONAL_BODY)


def facts(identity: Identity, organisation_id, at: At):
    db.session.rollback()
    return MEASURE.facts(identity, [organisation_id], at).get(organisation_id, {})


@contextmanager
def counted() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def test_an_empty_library_tells_nothing(body: Place) -> None:
    body.stand(AFTER)
    assert facts(body.by, body.organisation.id, At(AFTER)) == {}
    factories.organisation("X00911")
    found = facts(body.by, body.organisation.id, At(AFTER))
    assert {name: (fact.numerator, fact.denominator) for name, fact in found.items()} == {"reach": (0, 1)}


def test_the_national_body_is_told_counts_of_others_and_no_row(body: Place) -> None:
    """Its own member, an auditor, whoever may read it: the same numbers, in words that name nobody."""
    story = national_story.play(body)
    body.stand(AFTER)
    found = facts(body.by, body.organisation.id, At(AFTER))
    assert set(found) == NATIONAL
    assert found == facts(reader_of([body.organisation.id]), body.organisation.id, At(AFTER))
    text = repr(found)
    assert not [
        each for each in (story.north, story.south, story.east) if each.code in text or each.name in text
    ]


def test_those_that_are_lacking_are_named_and_of_many_the_rest_counted(body: Place) -> None:
    for name in "ABCDEF":
        factories.national_resource(f"film-{name.lower()}", f"Film {name}")
    factories.national_resource("game", "A game", endorsement=Endorsement.ENDORSED)
    found = facts(body.by, body.organisation.id, At(clock.today()))
    assert found["methods"].lacking == "without a method: Film A, Film B, Film C, Film D, Film E and 1 more"
    assert (
        found["uptake"].lacking.startswith("not read: Film A, ") and "A game" not in found["uptake"].lacking
    )
    assert found["evaluated"].words.startswith("0 of 6 resources in use made by HEE (endorsed ones are not")


def test_where_findings_differ_a_resource_is_named_and_not_counted(body: Place) -> None:
    """In the story the film and the game are proven; a trust finds no effect of the game."""
    story = national_story.play(body)
    story.evaluate(AFTER, story.game, EvaluationResult.NO_EFFECT, story.north)
    body.stand(AFTER)
    found = facts(body.by, body.organisation.id, At(AFTER))
    assert (found["promoted"].denominator, found["proven"].numerator) == (1, 1)
    differ = found["differ"]
    said = "More where findings differ, not counted as proven"
    assert (differ.numerator, differ.label, differ.words) == (1, said, "A game.")
    figure = queries.read(body.by, body.organisation.id, AFTER).figure("SEP16-07")
    assert figure is not None
    (part,) = [each for each in figure.parts if "differ" in each.label]
    assert (part.numerator, part.note) == (1, "A game.")


def test_nothing_proven_names_where_findings_differ(body: Place) -> None:
    """Also beside the answer that nothing is proven, for the denominator has nothing in it to stand beside."""
    body.answer(AFTER, "SEP16-07", AFTER, {"proven": "no"})
    story = national_story.Country(body)
    story.evaluate(AFTER, story.game, EvaluationResult.SHOWS_EFFECT)
    story.evaluate(AFTER, story.game, EvaluationResult.UNCLEAR, story.north)
    body.stand(AFTER)
    figure = queries.read(body.by, body.organisation.id, AFTER).figure("SEP16-07")
    assert figure is not None and figure.answer == "Nothing proven yet"
    assert [(each.label, each.note) for each in figure.parts] == [
        ("More where findings differ, not counted as proven", "A game.")
    ]


def test_one_row_that_was_checked_does_not_bring_the_register_up_to_date(body: Place) -> None:
    """Four of sixteen stood as the whole: the fact stands when all of them were looked at."""
    for name in ("film", "game"):
        factories.national_resource(name, f"A {name}", funding_checked_on=date(2026, 2, 1))
    factories.national_resource("course", "A course")
    body.stand(AFTER)
    found = facts(body.by, body.organisation.id, At(AFTER))["checked"]
    assert (found.stands, found.numerator, found.denominator) == (False, 2, 3)
    assert found.words == "2 of 3 resources in use were checked in the last 12 months."
    assert found.lacking == "the one longest ago on 1 February 2026; 1 never"
    figure = queries.read(body.by, body.organisation.id, AFTER).figure("SEP16-08")
    assert figure is not None and figure.supports is Supports.NOT_YET


def test_a_practice_has_reached_the_region_of_its_owner(body: Place) -> None:
    """Who made it need not take it up: in the other region another has to, within the months of the mark."""
    story = national_story.play(body)
    practice = story.publish(AFTER, story.north)

    def promoted(day: date) -> Fact:
        body.stand(day)
        return facts(body.by, body.organisation.id, At(day))["promoted"]

    before = promoted(AFTER)
    assert (before.numerator, before.denominator) == (1, 3)
    assert "by its owner" in before.words and "another organisation" in before.words
    story.take_up(AFTER, story.south, practice)
    assert promoted(AFTER).numerator == 2
    later = date(AFTER.year + 2, AFTER.month, AFTER.day)
    assert (promoted(later).numerator, promoted(later).denominator) == (0, 3)


def test_an_owner_elsewhere_leaves_both_regions_to_others(body: Place) -> None:
    """Taken up in one of the two regions: the owner in Wales stands for none of England."""
    story = national_story.play(body)
    practice = story.publish(AFTER, story.wales)
    story.take_up(AFTER, story.south, practice)
    found = facts(body.by, body.organisation.id, At(AFTER))["promoted"]
    assert (found.numerator, found.denominator) == (1, 3)


def test_others_are_told_of_their_own_practices_only(body: Place) -> None:
    story = national_story.play(body)
    body.stand(AFTER)
    assert set(facts(story.people["X00911"], story.north.id, At(AFTER))) == {"help"}
    assert facts(story.people["X00911"], story.south.id, At(AFTER)) == {}
    assert facts(story.people["X00911"], body.organisation.id, At(AFTER)) == {}


def test_the_waiting_time_says_whose_it_is(body: Place) -> None:
    """On a trust's own page "Asked twice" would read as if the trust had asked."""
    story = national_story.play(body)
    body.stand(AFTER)
    national = facts(body.by, body.organisation.id, At(AFTER))["help"]
    assert national.words.startswith("Asked 2 times: 1 answered, 1 open")
    theirs = facts(story.people["X00911"], story.north.id, At(AFTER))["help"]
    assert theirs.words.startswith(
        "The national body was asked 2 times by all organisations: 1 answered, 1 open"
    )
    assert theirs.numerator == national.numerator == 12
    worst = facts(story.people["X00911"], story.north.id, At(BEFORE, clock.end_of_day(BEFORE)))["help"]
    assert worst.numerator is None
    assert "The national body was asked once by all organisations: 0 answered, 1 open" in worst.words


def test_real_and_made_up_never_meet(body: Place) -> None:
    story = national_story.play(body)
    real = factories.organisation("X00921", kind=OrganisationKind.NATIONAL_BODY, demonstration=False)
    by = factories.identity_of(factories.person(Role.CHAMPION, real))
    body.stand(AFTER)
    found = facts(by, real.id, At(AFTER))
    assert "reach" not in found
    assert "help" not in found
    assert (found["uptake"].numerator, found["uptake"].denominator) == (0, 2)
    assert story.body.organisation.id != real.id


def test_what_was_known_on_a_day_is_told_as_it_was(body: Place) -> None:
    national_story.play(body)
    body.stand(AFTER)
    then = At(BEFORE, clock.end_of_day(BEFORE))
    found = facts(body.by, body.organisation.id, then)
    assert (found["reach"].numerator, found["reach"].denominator) == (1, 3)
    assert "promoted" not in found
    assert (found["help"].numerator, found["help"].stands) == (None, False)
    before_all = At(date(2025, 10, 5), clock.end_of_day(date(2025, 10, 5)))
    assert facts(body.by, body.organisation.id, before_all)["reach"].numerator == 0


def test_many_organisations_take_as_many_questions_as_one(body: Place) -> None:
    story = national_story.play(body)
    lead = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    every = [story.north.id, story.south.id, story.east.id, *(factories.organisation().id for _ in range(6))]
    taken = []
    for some in (every[:1], every):
        db.session.rollback()
        with counted() as seen:
            assert set(MEASURE.facts(lead, some, At(AFTER))) == set(some)
        taken.append(len(seen))
    assert taken[0] == taken[1]


def test_more_shares_take_no_more_questions(body: Place) -> None:
    story = national_story.play(body)
    body.stand(AFTER)
    taken = []
    for _ in range(2):
        db.session.rollback()
        with counted() as seen:
            MEASURE.facts(body.by, [body.organisation.id], At(AFTER))
        taken.append(len(seen))
        for number in range(3):
            story.share(AFTER, story.south, story.second, AFTER - timedelta(days=number))
    assert taken[0] == taken[1]


def test_the_worker_forgets_the_national_body_when_anybody_shares(body: Place) -> None:
    story = national_story.play(body)
    body.stand(AFTER)

    def reach() -> tuple[int | None, int | None]:
        db.session.rollback()
        figure = queries.read(body.by, body.organisation.id, AFTER).figure("SEP16-01")
        assert figure is not None
        return next((each.numerator, each.denominator) for each in figure.parts if "reached" in each.label)

    body.answer(AFTER, "SEP16-01", AFTER, {"agreed": "no"})
    assert reach() == (3, 3)
    newcomer = factories.organisation("X00915", region="Y56")
    story.people[newcomer.code] = factories.identity_of(factories.person(Role.CHAMPION, newcomer))
    story.share(AFTER, newcomer, story.film, AFTER)
    assert reach() == (4, 4)


def test_a_trust_is_read_again_when_the_national_body_writes_and_not_when_another_trust_does(
    body: Place,
) -> None:
    story = national_story.play(body)
    body.stand(AFTER)
    member = story.people["X00911"]

    def state() -> tuple[object, ...]:
        db.session.rollback()
        return queries._state(member, story.north.id)

    before = state()
    story.share(AFTER, story.south, story.second, AFTER)
    assert state() == before
    story.read(AFTER, story.second, date(2026, 3, 30))
    assert state() != before
    before = state()
    factories.national_resource("later", "A later film", recorded_at=clock.now())
    assert state() != before
