"""Two trusts with everything a trust can hold, and each kind of person: what the house tests walk through."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.factories import Person, identity_of
from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.accounts import actions as accounts
from tracker.accounts.models import Membership, User
from tracker.assurance import actions as assurance
from tracker.assurance.rules import Outcome
from tracker.catalogue.rules import Delivery, OrganisationKind
from tracker.database import Base, new_id
from tracker.evidence import actions as evidence
from tracker.evidence.actions import ItemInput
from tracker.evidence.models import HeldUpload
from tracker.evidence.rules import EvidenceKind
from tracker.exports import actions as exports
from tracker.extensions import db
from tracker.library import actions as library
from tracker.library.loader import load_guidelines
from tracker.library.queries import get_national_resource, list_guidelines
from tracker.library.rules import (
    Audience,
    Channel,
    DevelopmentFacts,
    EvaluationFacts,
    EvaluationResult,
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
    UsageFacts,
)
from tracker.library.rules import Counted as CountedUse
from tracker.measures.alignment import actions as alignment
from tracker.measures.alignment.rules import Result
from tracker.measures.champions import actions as champions
from tracker.measures.champions.actions import Successor
from tracker.measures.champions.rules import Arrangement, Decided, Decision, Duty, Model, Part, Post
from tracker.measures.champions.rules import Person as Holder
from tracker.measures.coverage import actions as coverage
from tracker.measures.coverage.rules import (
    Count,
    Counted,
    Group,
    Level,
    Line,
    Named,
    NeedsInput,
    PositionInput,
    Route,
)
from tracker.measures.incidents import actions as incidents
from tracker.measures.incidents.rules import Facts, Framework, NilFacts, Response, Theme
from tracker.practice import actions as practice
from tracker.practice.actions import HelpInput
from tracker.practice.rules import PracticeFacts
from tracker.programme import actions as programme
from tracker.programme.rules import ItemFacts, ItemKind, StateFacts, Status, YearFacts
from tracker.progress import actions as progress
from tracker.progress.actions import ActionInput
from tracker.progress.rules import Confidence, Position
from tracker.web.transactions import writing

REC = "SEP16-12"
# A resource of the national library.
RESOURCE = "a-film-for-all"
RETIRED = "a-film-of-old"
# A word that stands in every text, title and file name of the other trust, and one that stands in its names.
CANARY, NAME_CANARY = "yellowhammer", "Brambling"
# Touching a session is not a change, whenever it happens.
NOT_COMPARED = {("sign_in_sessions", "last_seen_at")}
# Reading may be told to the audit trail.
TRAIL = frozenset({"audit_events", "audit_private", "chain_heads"})
Digest = dict[str, tuple[int, str]]


@dataclass(frozen=True)
class Holding:
    """What one trust holds, by the ids that its addresses name."""

    organisation: OrganisationRef
    champion: Person
    lead: Person
    item: UUID
    action: UUID
    pack: UUID
    incident: UUID
    nil: UUID
    champions: Mapping[str, UUID]
    training: UUID
    numbers: UUID
    library: Mapping[str, UUID]
    practice: Mapping[str, UUID]


@dataclass
class World:
    app: Flask
    engine: sa.Engine
    ours: Holding
    theirs: Holding
    people: Mapping[str, Person]
    link: str
    guideline: UUID
    resource: str
    body: str
    network: str
    membership: UUID
    published: UUID
    clients: dict[str, FlaskClient] = field(default_factory=dict)

    def browser(self, who: str, *, fresh: bool = False) -> FlaskClient:
        """A browser of this person, signed in unless she is a visitor; its pages are not checked, for speed."""
        if fresh or who not in self.clients:
            with self.app.app_context():
                someone = self.people.get(who)
                client = self.app.test_client()
                self.clients[who] = (
                    client if someone is None else factories.signed_in_client(self.app, someone)
                )
        return self.clients.pop(who) if fresh else self.clients[who]

    def spare(self, holding: Holding) -> tuple[UUID, UUID]:
        """A champion of that trust whom a test may close, and the id of her role."""
        with self.app.app_context():
            someone = factories.person(Role.CHAMPION, holding.organisation, name=_named(holding, "Spare"))
            role = db.session.scalars(
                sa.select(Membership.entity_id).where(Membership.user_id == someone.id)
            ).one()
            db.session.remove()
        return someone.id, role

    def digest(self, without: frozenset[str] = frozenset()) -> Digest:
        """Rows and SHA-256 of every table: one changed byte shows."""
        return digest(self.engine, without)


def digest(engine: sa.Engine, without: frozenset[str] = frozenset()) -> Digest:
    """Rows and SHA-256 of every table of an engine's database."""
    found = {}
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name in without:
                continue
            columns = [each.name for each in table.columns if (table.name, each.name) not in NOT_COMPARED]
            names = ", ".join(f'"{each}"' for each in columns)
            rows = sorted(map(repr, connection.exec_driver_sql(f'SELECT {names} FROM "{table.name}"').all()))
            found[table.name] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return found


def build(app: Flask) -> World:
    """Fill an empty, migrated database. Everything is written by the application's own actions."""
    with app.app_context():
        factories.catalogue()
        with writing():
            library.seed_guidelines(load_guidelines())
        factories.national_library()
        factories.national_resource(RESOURCE)
        factories.national_resource(
            RETIRED, "A film of old", retired_on=date(2025, 9, 1), retired_reason="Replaced by another"
        )
        national = factories.person(Role.NATIONAL_LEAD, name="Nia National")
        administrator = factories.person(Role.ADMINISTRATOR, name="Ed Admin")
        factories.person(Role.ADMINISTRATOR, name="Eve Admin")
        ours = fill("X00901", "Northmoor Hospitals", "ours", identity_of(national))
        theirs = fill("X00902", f"{NAME_CANARY} Hospitals", CANARY, identity_of(national))
        yesterday, later = clock.today() - timedelta(days=1), clock.today() + timedelta(days=60)
        people = {
            "disabled": _disabled(ours.organisation),
            "champion": ours.champion,
            "lead": ours.lead,
            "national": national,
            "auditor": factories.person(Role.AUDITOR, ours.organisation, until=later, name="Ada Auditor"),
            "lapsed": factories.person(Role.AUDITOR, ours.organisation, until=yesterday, name="Old Auditor"),
            "administrator": administrator,
        }
        with writing():
            link = accounts.give_link(None, factories.person(Role.CHAMPION, ours.organisation).id)
        guideline = list_guidelines()[0].entity_id
        body = factories.organisation("X00903", "National Body", kind=OrganisationKind.NATIONAL_BODY)
        people["body"] = factories.person(Role.CHAMPION, body, name="Bo Body")
        _programme(identity_of(national), identity_of(people["body"]), body)
        network = factories.organisation(
            "X00904", "A Network", kind=OrganisationKind.HEALTH_INNOVATION_NETWORK
        )
        people["network"] = factories.person(Role.CHAMPION, network, name="Nell Network")
        membership = _membership(identity_of(people["network"]), network, ours.organisation)
        published = _published(identity_of(ours.champion), identity_of(national), ours)
        engine = db.engine
        db.session.remove()
    return World(
        app,
        engine,
        ours,
        theirs,
        people,
        link,
        guideline,
        RESOURCE,
        body.code,
        network.code,
        membership,
        published,
    )


def _published(by: Identity, reviewer: Identity, holding: Holding) -> UUID:
    """A practice that everybody may read, with evidence that is shared."""
    facts = PracticeFacts(
        "A trolley on every ward", REC, what="One each", effect="Faster", effect_measure="Minutes",
        contact_role="Sepsis team", evidence_ids=frozenset({holding.item}),
    )  # fmt: skip
    with writing():
        published = practice.add_practice(by, holding.organisation, facts, send=True).entity_id
        practice.publish_practice(reviewer, published, version=1)
    return published


def _membership(by: Identity, network: OrganisationRef, member: OrganisationRef) -> UUID:
    with writing():
        return library.add_members(by, network, [member.id], date(2025, 4, 1))[0].entity_id


def _programme(national: Identity, by: Identity, body: OrganisationRef) -> None:
    """The years of the source and one of ours with an item; what a national body says of two items."""
    factories.programme()
    with writing():
        programme.add_year(national, YearFacts("2018-19"))
        programme.add_item(national, "2018-19", ItemFacts(ItemKind.ITEM, "A package for governors"))
        under_way = StateFacts(Status.UNDER_WAY, owner="Education team", due_on=date(2026, 1, 1))
        for item in ("2016-17-3", "2018-19-1"):
            programme.record_state(by, body, item, under_way, version=0)


def fill(code: str, name: str, word: str, finder: Identity) -> Holding:
    """A trust with a position, evidence with a file, an action, a finding and a pack; `word` is in each text."""
    organisation = factories.organisation(code, name)
    champion = factories.person(Role.CHAMPION, organisation, name=f"Asha {_surname(word)}")
    lead = factories.person(Role.TRUST_LEAD, organisation, name=f"Lou {_surname(word)}")
    by, day = identity_of(champion), date(2025, 9, 1)
    started = Position(
        Delivery.IN_PROGRESS, confidence=Confidence.ON_TRACK, summary=f"{word} summary", note=f"{word} note"
    )
    in_place = Position(
        Delivery.DELIVERED, summary=f"{word} in place", note=f"{word} second note", delivered_on=day,
        accountable_person=f"{word} accountable",
    )  # fmt: skip
    _step(by, organisation, started, 0)
    item = _evidence(by, organisation, word)
    _step(by, organisation, in_place, 1)
    with writing():
        wanted = ActionInput(f"{word} action", f"{word} owner", day, None)
        action = progress.add_action(by, organisation, REC, wanted).entity_id
    with writing():
        assurance.record_finding(finder, organisation, REC, Outcome.VERIFIED, f"{word} finding", version=2)
    with writing():
        asked = exports.request_export(identity_of(lead), [code], [REC], clock.today())
        pack = asked.id
    incident, nil = _incidents(by, organisation, word)
    return Holding(
        organisation, champion, lead, item, action, pack, incident, nil, _champions(by, organisation, word),
        _training(by, organisation, word), _numbers(by, organisation, word), _library(by, organisation, word),
        _practice(by, organisation, word),
    )  # fmt: skip


def _practice(by: Identity, organisation: OrganisationRef, word: str) -> dict[str, UUID]:
    """One that waits for review, and a question that waits for its answer."""
    facts = PracticeFacts(
        f"{word} practice", REC, what=f"{word} what", effect=f"{word} effect", effect_measure=f"{word} measure",
        contact_role=f"{word} team", finding=f"{word} finding", method=f"{word} method", sample=f"{word} sample",
        evaluated_on=date(2025, 9, 1), result=EvaluationResult.SHOWS_EFFECT, shared_locally_on=date(2025, 9, 1),
        shared_locally_how=f"{word} how",
    )  # fmt: skip
    with writing():
        sent = practice.add_practice(by, organisation, facts, send=True).entity_id
        asked = HelpInput(REC, f"{word} question", sent)
        question = practice.ask_help(by, organisation, asked).entity_id
    return {"practice": sent, "question": question}


def _champions(by: Identity, organisation: OrganisationRef, word: str) -> dict[str, UUID]:
    """A decision, how champions work, a department, somebody who handed over to somebody, a review."""
    day = date(2025, 9, 1)
    with writing():
        decided = Decided(day, f"{word} forum", Decision.ADOPT, f"{word} reason")
        champions.record_decision(by, organisation, decided, version=0)
        model = Model(Arrangement.LEAD_AND_LINK, posts_planned=3, description=f"{word} description")
        champions.record_model(by, organisation, model, version=0)
        department = champions.add_departments(by, organisation, [f"{word} ward"], day)[0].entity_id
        post = Post(
            id=new_id(), starts_on=day, department_id=department, part=Part.LINK, title=f"{word} post",
            duties=frozenset(Duty), deputy=Holder(f"Dep {_surname(word)}"),
            holder=Holder(f"Hol {_surname(word)}", f"{word} profession"),
        )  # fmt: skip
        leaver = champions.add_post(by, organisation, post).entity_id
        successor = Successor(f"Suc {_surname(word)}", "Nurse", date(2026, 2, 1), f"Sue {_surname(word)}")
        handover = champions.hand_over(by, organisation, leaver, date(2026, 1, 31), successor, version=1)
        review = champions.add_review(by, organisation, day, f"{word} forum", f"{word} found").entity_id
    return {
        "department": department, "post": handover.successor_id, "review": review, "handover": handover.entity_id
    }  # fmt: skip


def _numbers(by: Identity, organisation: OrganisationRef, word: str) -> UUID:
    """Who needs what, one way besides induction, and the staff trained of one date."""
    nurses = Line(Group.NURSES, Level.MANAGE)
    wanted = NeedsInput(
        (nurses,), {Group.NURSES: f"{word} who"}, f"{word} forum", date(2025, 8, 1), date(2027, 8, 1), 24, 95
    )
    position = PositionInput(
        date(2025, 9, 1), f"{word} report", 24, Counted.PEOPLE, (Count(nurses, 120, 90),), f"{word} bank",
        note=f"{word} note",
    )  # fmt: skip
    with writing():
        coverage.record_needs(by, organisation, wanted, version=0)
        coverage.record_routes(by, organisation, [Route(Named.NURSING, True, f"{word} route")], version=0)
        return coverage.record_position(by, organisation, position, version=0).entity_id


def _training(by: Identity, organisation: OrganisationRef, word: str) -> UUID:
    """One resource, checked once."""
    facts = ResourceFacts(
        f"{word} training", Format.SESSION, Source.OWN, frozenset({StaffGroup.NURSING}), Setting.HOSPITAL,
        Patients.ADULTS, is_online=True, owner=f"{word} owner", not_possible_because=f"{word} because",
    )  # fmt: skip
    with writing():
        resource = library.add_resource(by, organisation, facts).entity_id
        alignment.assess(
            by, organisation, resource, result=Result.ALIGNED, assessed_on=date(2025, 9, 1),
            assessor=f"{word} assessor",
            versions=[str(each.entity_id) for each in list_guidelines()][:1], note=f"{word} note", version=0,
        )  # fmt: skip
    return resource


def _library(by: Identity, organisation: OrganisationRef, word: str) -> dict[str, UUID]:
    """A share, a count of use, an evaluation and a development; the word is in what is not published of them."""
    resource, day = get_national_resource(RESOURCE).entity_id, date(2025, 9, 1)
    count = UsageFacts(
        resource, CountedUse.VIEWS, 120, date(2025, 7, 1), date(2025, 7, 31), "Platform report", day, 10, 9,
        f"{word} note",
    )  # fmt: skip
    shared = ShareFacts(
        Channel.OTHER,
        day,
        f"{word} poster",
        f"https://{word}.example/poster",
        None,
        40,
        f"{word} readers",
        f"{word} note",
    )
    evaluated = EvaluationFacts(resource, "Before and after", "Nurses", 20)
    made = DevelopmentFacts(
        "A course", "About sepsis", Reach.LOCAL, Stage.PLANNED, day,
        Audience(frozenset({Learner.NURSING}), frozenset({Setting.HOSPITAL}), Patients.ADULTS),
    )  # fmt: skip
    with writing():
        return {
            "share": library.add_shares(by, organisation, [resource], shared)[0].entity_id,
            "usage": library.add_usage(by, organisation, count).entity_id,
            "evaluation": library.add_evaluation(by, organisation, evaluated).entity_id,
            "development": library.add_development(by, organisation, made).entity_id,
        }


def _step(by: Identity, organisation: OrganisationRef, wanted: Position, version: int) -> None:
    with writing():
        progress.record_progress(by, organisation, REC, wanted, version=version)


def _evidence(by: Identity, organisation: OrganisationRef, word: str) -> UUID:
    store = evidence.store()
    incoming = store.receive(io.BytesIO(f"{word} inside the file".encode()), 10_000)
    store.keep(organisation.id, incoming)
    with writing():
        held = HeldUpload(
            organisation_id=organisation.id, id=new_id(), user_id=by.user_id, sha256=incoming.sha256,
            size=incoming.size, file_name=f"{word}-rota.txt", content_type="text/plain", held_at=clock.now(),
        )  # fmt: skip
        db.session.add(held)
        db.session.flush()
        wanted = ItemInput(
            f"{word} title", f"{word} shows", EvidenceKind.POLICY, date(2025, 9, 1), None, None, (REC,)
        )
        return evidence.add_item(by, organisation, wanted, [held]).entity_id


def _incidents(by: Identity, organisation: OrganisationRef, word: str) -> tuple[UUID, UUID]:
    facts = Facts(
        f"{word}-1", Framework.PSIRF, Response.SWARM, date(2025, 9, 1), f"{word} department", Theme.FLUIDS,
        f"{word} learning",
    )  # fmt: skip
    none = NilFacts(date(2024, 1, 1), date(2024, 12, 1), f"{word} team", f"{word} name", date(2025, 1, 10))
    with writing():
        incident = incidents.add_incident(by, organisation, facts).entity_id
    with writing():
        return incident, incidents.confirm_none(by, organisation, none).entity_id


def _disabled(organisation: OrganisationRef) -> Person:
    someone = factories.person(Role.CHAMPION, organisation, name="Dee Disabled")
    with writing():
        db.session.execute(sa.update(User).where(User.id == someone.id).values(disabled_at=clock.now()))
    return someone


def _surname(word: str) -> str:
    return NAME_CANARY if word == CANARY else "Patel"


def _named(holding: Holding, first: str) -> str:
    return f"{first} {holding.champion.name.split(' ')[1]}"
