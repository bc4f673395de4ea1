"""The history says in a sentence what happened in the registers, and of what."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from tests import factories
from tracker import clock
from tracker.access.permissions import Role
from tracker.audit.rules import EVENT_TYPES
from tracker.dashboard import presenters
from tracker.dashboard.presenters.trail import SENTENCES
from tracker.library import actions as library
from tracker.library.rules import Channel, ShareFacts
from tracker.practice import actions as practice
from tracker.practice.rules import PracticeFacts
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
