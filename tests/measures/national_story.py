"""An invented country: a national body, four bodies that share, and what the library and good practice hold of them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tests import factories
from tests.measures.story import CORRECTED, Place
from tracker.access.organisation import OrganisationRef
from tracker.access.permissions import Role
from tracker.library.actions.developing import add_development, change_development
from tracker.library.actions.evaluations import add_evaluation
from tracker.library.actions.sharing import add_shares
from tracker.library.actions.usage import add_usage
from tracker.library.queries.national import national_by_id
from tracker.library.rules import Endorsement, EvaluationResult, Patients, Setting
from tracker.library.rules.audiences import Audience, Learner
from tracker.library.rules.developing import DevelopmentFacts, Reach, Stage
from tracker.library.rules.evaluations import EvaluationFacts
from tracker.library.rules.sharing import Channel, ShareFacts
from tracker.library.rules.usage import UsageFacts
from tracker.library.rules.using import Counted
from tracker.practice.actions import add_practice, answer_help, ask_help, publish_practice
from tracker.practice.actions.helping import HelpInput
from tracker.practice.rules import PracticeFacts
from tracker.progress.actions import ActionInput, add_action

TOLD, LATER = date(2025, 10, 20), date(2026, 3, 20)
SHOWS = EvaluationResult.SHOWS_EFFECT


class Country:
    """Two regions with a trust open, three trusts in England, one body in Wales; two films of HEE's own, a game that
    it endorsed, and a course that is neither."""

    def __init__(self, body: Place) -> None:
        self.body = body
        checked = {"funding_checked_on": date(2025, 3, 1)}
        paid = {"funder": "HEE", "developer": "A studio", **checked}
        self.film = factories.national_resource("film", "A film", **paid)
        self.second = factories.national_resource("second", "A second film", **paid)
        self.game = factories.national_resource("game", "A game", endorsement=Endorsement.ENDORSED, **checked)
        self.course = factories.national_resource(
            "course", "A course", endorsement=Endorsement.NEITHER, **checked
        )
        self.north = factories.organisation("X00911", region="Y56")
        self.south = factories.organisation("X00912", region="Y58")
        self.east = factories.organisation("X00913", region="Y58")
        self.wales = factories.organisation("X00914", country="Wales", region=None)
        self.people = {
            each.code: factories.identity_of(factories.person(Role.CHAMPION, each))
            for each in (self.north, self.south, self.east, self.wales)
        }

    def share(self, day: date, trust: OrganisationRef, resource: UUID, on: date) -> None:
        facts = ShareFacts(Channel.INTRANET, on)
        with self.body.on(day):
            assert resource in national_by_id()
            add_shares(self.people[trust.code], trust, [resource], facts)

    def read(self, day: date, resource: UUID, until: date, rated: tuple[int, int] | None = None) -> None:
        useful, asked = rated or (None, None)
        facts = UsageFacts(
            resource, Counted.COMPLETIONS, 500, date(until.year, until.month - 1, 1), until, "The platform", until,
            asked, useful,
        )  # fmt: skip
        with self.body.on(day):
            add_usage(self.body.by, self.body.organisation, facts)

    def publish(self, day: date, owner: OrganisationRef) -> UUID:
        """A practice that is proven to work, and that the national lead published."""
        facts = PracticeFacts(
            "Trolley on every ward", "SEP16-12", Setting.HOSPITAL, what="We put one there", effect="It is found faster",
            effect_measure="Minutes, before and after", contact_role="Sepsis team", method="Audit",
            sample="All wards", finding="12 minutes faster", evaluated_on=date(day.year, day.month, 2), result=SHOWS,
        )  # fmt: skip
        lead = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
        with self.body.on(day):
            row = add_practice(self.people[owner.code], owner, facts, send=True)
            publish_practice(lead, row.entity_id, version=1)
        return row.entity_id

    def take_up(self, day: date, organisation: OrganisationRef, practice: UUID) -> None:
        """An action of one's own is made of it."""
        wanted = ActionInput("Trolleys here too", "", None, None)
        with self.body.on(day):
            add_action(self.people[organisation.code], organisation, "SEP16-12", wanted, source=practice)

    def evaluate(
        self, day: date, resource: UUID, result: EvaluationResult, trust: OrganisationRef | None = None
    ) -> None:
        """By the national body, or by a trust."""
        facts = EvaluationFacts(
            resource, "Before and after", "Nurses", evaluated_on=date(day.year, day.month, 2), result=result,
            finding="What was found", link="https://reports.example/evaluation",
        )  # fmt: skip
        who, where = (self.people[trust.code], trust) if trust else (self.body.by, self.body.organisation)
        with self.body.on(day):
            add_evaluation(who, where, facts)


def play(body: Place) -> Country:
    """October; what January entered late; and March."""
    found = Country(body)
    found.read(TOLD, found.film, date(2025, 8, 31), rated=(30, 40))
    found.read(TOLD, found.second, date(2025, 2, 1))
    found.share(TOLD, found.north, found.film, date(2025, 10, 10))
    found.share(TOLD, found.wales, found.film, date(2025, 10, 10))
    found.share(TOLD, found.east, found.course, date(2025, 10, 10))
    work = _announce(found)
    _ask(found)
    found.share(CORRECTED, found.south, found.film, date(2025, 10, 15))
    found.read(LATER, found.film, date(2026, 2, 28), rated=(50, 60))
    found.share(LATER, found.east, found.film, date(2026, 3, 5))
    found.share(LATER, found.south, found.game, date(2026, 3, 1))
    found.evaluate(LATER, found.film, SHOWS)
    found.evaluate(LATER, found.game, SHOWS)
    found.evaluate(LATER, found.course, EvaluationResult.UNCLEAR)
    _settle(found, work)
    return found


def _announce(found: Country) -> UUID:
    with found.body.on(TOLD):
        row = add_development(found.people["X00911"], found.north, _work())
    return row.entity_id


def _settle(found: Country, work: UUID) -> None:
    settled = _work(overlap_settled_on=date(2026, 3, 1), overlap_settlement="Made together")
    with found.body.on(LATER):
        change_development(found.people["X00911"], found.north, work, settled, version=1)


def _work(**more: object) -> DevelopmentFacts:
    audience = Audience(frozenset({Learner.NURSING}), frozenset({Setting.ANY}), Patients.ALL)
    return DevelopmentFacts(
        "A new game", "A game on the ward", Reach.LOCAL, Stage.UNDER_WAY, date(2025, 9, 1), audience,
        starts_on=date(2025, 10, 1), overlap_with="The game of HEE", overlap_found_on=date(2025, 10, 5),
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


def _ask(found: Country) -> None:
    """Asked on 20 October and answered after 12 days; asked in January, and still open in March."""
    wanted = HelpInput("SEP16-15", "How do we publish this?")
    with found.body.on(TOLD):
        row = ask_help(found.people["X00912"], found.south, wanted)
    with found.body.on(date(2025, 11, 1)):
        answer_help(found.body.by, found.body.organisation, row.entity_id, "Like this.", version=0)
    with found.body.on(CORRECTED):
        ask_help(found.people["X00913"], found.east, wanted)
