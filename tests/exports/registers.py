"""A small world with all the registers of a pack filled, for the tests of what the pack holds of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from tests import factories
from tests.exports.conftest import add_item
from tests.exports.test_measures import pack, table
from tests.exports.test_queries import requested
from tests.factories import Person, identity_of
from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.catalogue.rules import OrganisationKind
from tracker.evidence import actions as evidence
from tracker.evidence.actions import ItemInput
from tracker.evidence.rules import EvidenceKind
from tracker.exports.readers import verify_bundle
from tracker.library import actions as library
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


def made(monkeypatch: pytest.MonkeyPatch) -> Small:
    """Every register filled, on the chains of all four; a second passes with each look at the clock."""
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


def verified(content: bytes, folder: Path) -> tuple[object, ...]:
    path = folder / "pack.zip"
    path.write_bytes(content)
    return verify_bundle(path).problems
