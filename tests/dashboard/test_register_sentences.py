"""The history says in a sentence what happened in the registers, and of what."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests import factories
from tracker import clock
from tracker.access.permissions import Role
from tracker.audit import actions as audit
from tracker.audit.queries import TrailRow
from tracker.audit.rules import EVENT_TYPES
from tracker.dashboard import presenters
from tracker.dashboard.presenters.trail import SENTENCES
from tracker.dashboard.queries import Borne, title_of
from tracker.database import new_id
from tracker.extensions import db
from tracker.library import actions as library
from tracker.library.models import Development, NationalResource, Resource
from tracker.library.rules import (
    Audience,
    Channel,
    DevelopmentFacts,
    Format,
    Learner,
    Patients,
    Reach,
    ResourceFacts,
    Setting,
    ShareFacts,
    Source,
    StaffGroup,
    Stage,
)
from tracker.practice import actions as practice
from tracker.practice.rules import PracticeFacts
from tracker.programme.models import ProgrammeItem
from tracker.web.transactions import writing

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
REGISTERS = (
    "champions",
    "coverage",
    "share",
    "network",
    "usage",
    "evaluation",
    "development",
    "practice",
    "help",
)


@pytest.mark.parametrize("type", [each for each in EVENT_TYPES if each.split(".")[0] in REGISTERS])
def test_every_event_of_a_register_has_words_of_its_own(type: str) -> None:
    assert type in SENTENCES


@pytest.mark.parametrize(
    ("type", "kind", "public", "private", "said"),
    [
        (
            "share.added",
            "share",
            {"channel": {"old": None, "new": "newsletter"}, "shared_on": {"old": None, "new": "2026-11-02"},
             "members": {"old": [], "new": ["X00901", "X00902"]}},
            {},
            "recorded that “Film” was shared (newsletter) on 2 November 2026, for 2 members",
        ),
        ("share.changed", "share", {}, {}, "corrected how “Film” was shared"),
        ("share.mistaken", "share", {}, {}, "took back that “Film” was shared: it was entered by mistake"),
        (
            "share.for_member",
            "share",
            {"network": "Y58", "state": "added", "channel": "email"},
            {},
            "recorded that “Film” was shared for this organisation by Y58 (e-mail)",
        ),
        (
            "share.for_member",
            "share",
            {"network": "Y58", "state": "taken_back"},
            {},
            "took back that “Film” was shared for this organisation by Y58",
        ),
        (
            "usage.added",
            "usage",
            {"period_from": "2026-04-01", "period_until": "2026-06-30", "number": 412},
            {},
            "entered how much “Film” was used from 1 April 2026 to 30 June 2026: 412",
        ),
        ("evaluation.changed", "evaluation", {}, {}, "changed an evaluation of “Film”"),
        (
            "development.mistaken",
            "development",
            {},
            {"mistaken_reason": "Twice"},
            "took back the new training “Film”: it was entered by mistake",
        ),
        ("practice.published", "practice", {}, {}, "published “Film” as good practice"),
        (
            "practice.used",
            "practice",
            {"organisation": "X00901", "from_organisation": "X00902", "recommendation": "SEP16-12"},
            {"title": "Drills"},
            "used “Drills” of X00902 for an action of X00901, for recommendation 12",
        ),
        ("help.asked", "help", {"recommendation": "SEP16-10"}, {}, "asked for help with recommendation 10"),
        (
            "help.received",
            "help",
            {"recommendation": "SEP16-10", "organisation": "X00101", "state": "asked"},
            {},
            "asked for help with recommendation 10, for X00101",
        ),
        (
            "help.received",
            "help",
            {"recommendation": "SEP16-10", "organisation": "X00101", "state": "taken_back"},
            {},
            "took back a request for help with recommendation 10, for X00101",
        ),
        (
            "programme.state_recorded",
            "programme_item",
            {"status": {"old": "planned", "new": "done"}},
            {},
            "recorded “Film” as “done”; it was “planned”",
        ),
        (
            "coverage.position_recorded",
            "coverage",
            {"about_on": "2026-10-01", "in_post": 200, "in_date": 150},
            {},
            "recorded how many staff were trained on 1 October 2026: 150 of 200 in date",
        ),
        (
            "network.member_added",
            "membership",
            {"organisation": "X00901", "network": "Y58"},
            {},
            "added X00901 as a member of Y58",
        ),
    ],
)  # fmt: skip
def test_what_is_said(
    type: str, kind: str, public: dict[str, object], private: dict[str, object], said: str
) -> None:
    line = presenters.trail_line(
        type=type, at=NOW, who="Sam", subject=(kind, "abc"), public=public, private=private, seq=7,
        fingerprint="ab12", title="Film",
    )  # fmt: skip
    assert line.sentence == f"Sam {said}"


def test_the_page_names_and_links_what_the_registers_hold(app: Flask) -> None:
    factories.catalogue()
    trust = factories.organisation("X00901")
    champion = factories.person(Role.CHAMPION, trust)
    film, identity = factories.national_resource(title="Film"), factories.identity_of(champion)
    with writing():
        (shared,) = library.add_shares(identity, trust, [film], ShareFacts(Channel.INTRANET, clock.today()))
    with writing():
        written = practice.add_practice(identity, trust, PracticeFacts("Drills", "SEP16-12"))
    shared_id, practice_id = shared.entity_id, written.entity_id
    page = (
        factories.signed_in_client(app, champion).get("/organisations/X00901/history").get_data(as_text=True)
    )
    assert "“Film”" in page and f"/organisations/X00901/shares/{shared_id}" in page
    assert "“Drills”" in page and f"/organisations/X00901/practice/{practice_id}" in page


def retitle(row: Any, title: str) -> None:
    """The next version of a row, under another title."""
    moment, values = (
        clock.now(),
        {each.key: getattr(row, each.key) for each in type(row).__mapper__.column_attrs},
    )
    row.superseded_at = moment
    db.session.flush()
    changed = {"id": new_id(), "title": title, "version": row.version + 1, "recorded_at": moment}
    db.session.add(type(row)(**{**values, **changed, "superseded_at": None}))


def history(app: Flask, person: factories.Person) -> str:
    page = factories.signed_in_client(app, person).get("/organisations/X00901/history").get_data(as_text=True)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split())


def test_a_new_title_of_a_practice_rewrites_no_entry_of_before(app: Flask) -> None:
    factories.catalogue()
    trust = factories.organisation("X00901")
    champion = factories.person(Role.CHAMPION, trust)
    own = factories.identity_of(champion)
    lead = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
    old = PracticeFacts("Drills", "SEP16-12", what="W", effect="E", effect_measure="M", contact_role="C")
    with writing():
        made = practice.add_practice(own, trust, old, send=True).entity_id
    with writing():
        practice.publish_practice(lead, made, version=1)
    with writing():
        practice.change_practice(own, trust, made, replace(old, title="Games"), version=2, send=True)
    with writing():
        practice.return_practice(lead, made, reason="How many?", version=3)
    with writing():
        practice.change_practice(own, trust, made, replace(old, title="Plays"), version=4)
    page = history(app, champion)
    assert "published “Drills” as good practice" in page
    assert "sent “Games” to be reviewed" in page and "sent back “Games”: it needs" in page
    assert "changed “Plays”" in page
    assert page.count("“Plays”") == 1


def test_a_file_that_was_handed_out_is_told_of_the_version_that_it_came_from(app: Flask) -> None:
    """What others see may be older than what stands."""
    trust, row = factories.organisation("X00901"), new_id()
    event = {
        "type": "practice.file_downloaded", "subject_kind": "practice", "subject_code": str(row),
        "public": {"version": 1}, "private": {}, "chain_id": trust.id, "seq": 1, "actor_id": None, "hash": "",
    }  # fmt: skip
    borne = [Borne(factories.LONG_AGO, 1, "Drills"), Borne(factories.LONG_AGO, 2, "Games")]
    assert title_of({str(row): borne}, TrailRow(**event, at=clock.now())) == "Drills"


def test_a_new_title_of_anything_else_rewrites_no_entry_of_before(app: Flask) -> None:
    factories.catalogue()
    factories.programme()
    trust = factories.organisation("X00901")
    champion = factories.person(Role.CHAMPION, trust)
    own, film = factories.identity_of(champion), factories.national_resource(title="Film of old")
    item = db.session.scalars(select(ProgrammeItem).limit(1)).one()
    code, called = item.code, item.title
    with writing():
        library.add_shares(own, trust, [film], ShareFacts(Channel.INTRANET, clock.today()))
    lesson_of_old = ResourceFacts(
        "Lesson of old", Format.SESSION, Source.OWN, frozenset({next(iter(StaffGroup))}), Setting.ANY, Patients.ADULTS,
        is_online=False,
    )  # fmt: skip
    audience = Audience(frozenset({Learner.NURSING}), frozenset({Setting.ANY}), Patients.ADULTS)
    game_of_old = DevelopmentFacts("Game of old", "W", Reach.LOCAL, Stage.PLANNED, clock.today(), audience)
    with writing():
        chain = audit.open_chain(trust.id)
        lesson = library.add_resource(own, trust, lesson_of_old, chain=chain)
        game = library.add_development(own, trust, game_of_old, chain=chain)
        for called_so, kind, subject in (
            ("resource.assessed", "resource", str(lesson.entity_id)),
            ("programme.state_recorded", "programme_item", code),
            ("development.changed", "development", str(game.entity_id)),
        ):
            audit.record(
                chain, called_so, actor_id=champion.id, subject=(kind, subject), public={"version": 1}
            )
    with writing():
        for model, title in (
            (NationalResource, "Film of now"),
            (Resource, "Lesson of now"),
            (Development, "Game of now"),
        ):
            retitle(db.session.scalars(select(model)).one(), title)
        retitle(
            db.session.scalars(select(ProgrammeItem).where(ProgrammeItem.code == code)).one(), "Item of now"
        )
    page = history(app, champion)
    assert "recorded that “Film of old” was shared" in page
    assert "changed what is announced of “Game of old”" in page
    assert "checked the training “Lesson of old” against NICE" in page
    assert f"changed what is recorded for “{called}”" in page
    assert "of now”" not in page
