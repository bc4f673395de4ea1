"""Invented champions: what a trust decided, who held the role where, how it was handed over, what reviews found."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.catalogue.rules import OrganisationKind
from tracker.cli.demonstration import texts
from tracker.cli.demonstration.names import person_name
from tracker.cli.demonstration.people import Staff
from tracker.cli.demonstration.steps import Who
from tracker.cli.demonstration.timing import moment_of, working_day
from tracker.database import new_id
from tracker.measures.champions import actions
from tracker.measures.champions.actions import Successor
from tracker.measures.champions.rules import Arrangement, Decided, Decision, Duty, Model, Part, Person, Post

ANSWERS_12 = frozenset({OrganisationKind.NHS_TRUST, OrganisationKind.CARE_PROVIDER})
DEPARTMENTS = (
    "Emergency department", "Acute medicine", "General surgery", "Maternity", "Paediatrics", "Critical care",
    "Elderly care", "Orthopaedics", "Haematology and oncology", "Community nursing", "Outpatients", "Theatres",
)  # fmt: skip
PROFESSIONS = ("Nurse", "Nurse", "Nurse", "Midwife", "Doctor", "Paramedic", "Pharmacist", "Physiotherapist")
WHY = {
    Decision.ADOPT: "Departments with somebody to ask get their staff trained sooner.",
    Decision.ADAPT: "Our sites are small, so the practice educators do what champions would do.",
    Decision.NOT_NOW: "The education team is being reorganised. We look at it again next year.",
    Decision.NO: "Practice educators own this training already, and a second role would blur that.",
}
FINDINGS = (
    "Departments with a champion train about a third more of their staff. Night staff are still missed.",
    "Champions are known in their departments. Time for the role is not protected everywhere.",
    "Screening within the hour improved where there is a champion; two departments need more support.",
)
MIX = (
    (Arrangement.EACH_DEPARTMENT, 5),
    (Arrangement.LEAD_AND_LINK, 3),
    (Arrangement.ROTATING, 2),
    (Arrangement.OTHER, 1),
)


Act = Callable[[Identity, OrganisationRef, Chain], object]


@dataclass(frozen=True, slots=True)
class Told:
    """Something recorded on a day, by the action itself."""

    on: date
    do: Act


@dataclass(slots=True)
class Story:
    """Steps as they are told; what is recorded first is known to those that come later."""

    rng: random.Random
    today: date
    steps: list[Told] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    known: dict[str, UUID] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)

    def day(self, days_ago: int) -> date:
        return working_day(self.today - timedelta(days=days_ago))

    def step(self, days_ago: int, act: Act) -> None:
        self.steps.append(Told(self.day(days_ago), act))

    def person(self) -> Person:
        """Somebody new: nobody is her own deputy or successor."""
        name = person_name(self.rng)
        while name in self.named:
            name = person_name(self.rng)
        self.named.add(name)
        return Person(name, self.rng.choice(PROFESSIONS))

    def decide(self, days_ago: int, decision: Decision, version: int = 0) -> None:
        wanted = Decided(self.day(days_ago + 12), self.rng.choice(texts.FORUMS), decision, WHY[decision])
        self.step(
            days_ago,
            lambda by, place, chain: actions.record_decision(by, place, wanted, version=version, chain=chain),
        )

    def arrange(self, days_ago: int, model: Model) -> None:
        self.step(
            days_ago, lambda by, place, chain: actions.record_model(by, place, model, version=0, chain=chain)
        )

    def list_departments(self, days_ago: int, names: tuple[str, ...]) -> None:
        since = self.day(days_ago)

        def act(by: Identity, place: OrganisationRef, chain: Chain) -> None:
            for row in actions.add_departments(by, place, names, since, chain=chain):
                self.known[row.name] = row.entity_id

        self.step(days_ago, act)

    def begin(
        self,
        days_ago: int,
        label: str,
        *,
        department: str = "",
        deputy: bool = True,
        until: int | None = None,
        **more: Any,
    ) -> None:
        """Somebody takes up the role; `until`: days ago of the last day, below 0 in the future."""
        start, end = self.day(days_ago), None if until is None else self.today - timedelta(days=until)
        duties = frozenset(Duty) if self.rng.random() < 0.6 else frozenset({Duty.OWNS, Duty.MAINTAINS})
        holder, second = self.person(), self.person() if deputy else Person()

        def act(by: Identity, place: OrganisationRef, chain: Chain) -> None:
            post = Post(
                id=new_id(), starts_on=start, ends_on=end, department_id=self.known.get(department),
                holder=holder, deputy=second, has_deputy=deputy, duties=duties, **more,
            )  # fmt: skip
            row = actions.add_post(by, place, post, chain=chain)
            self.known[label], self.versions[label] = row.entity_id, 1

        self.step(days_ago, act)

    def hand_over(self, days_ago: int, label: str, *, last_day: int) -> None:
        """Recorded so many days ago; the last day may lie before or after that."""
        end, someone, second = self.today - timedelta(days=last_day), self.person(), self.person()
        successor = Successor(someone.name, someone.profession, None, second.name, second.profession)

        def act(by: Identity, place: OrganisationRef, chain: Chain) -> None:
            version = self.versions[label]
            row = actions.hand_over(
                by, place, self.known[label], end, successor, version=version, chain=chain
            )
            self.known[label], self.versions[label] = row.successor_id, 1

        self.step(days_ago, act)

    def review(self, days_ago: int) -> None:
        on, forum, found = self.day(days_ago + 2), self.rng.choice(texts.FORUMS), self.rng.choice(FINDINGS)
        self.step(
            days_ago, lambda by, place, chain: actions.add_review(by, place, on, forum, found, chain=chain)
        )


def tell(rng: random.Random, today: date, *, showcase: bool = False) -> list[Told]:
    """The steps of one trust in order: by hand for the first trust, drawn for the others."""
    story = Story(rng, today)
    (_showcase if showcase else _drawn)(story)
    return sorted(story.steps, key=lambda each: each.on)


def play(
    organisation: OrganisationRef,
    kind: str,
    people: Staff,
    rng: random.Random,
    today: date,
    *,
    set_moment: Callable[[datetime], None] | None = None,
    chain: Chain | None = None,
    showcase: bool = False,
) -> int:
    """Record it all through the real actions; how many steps. `set_moment` moves the played clock to each day."""
    if kind not in ANSWERS_12:
        return 0
    chain = chain or audit.open_chain(organisation.id)
    told = tell(rng, today, showcase=showcase)
    for turn, step in enumerate(told):
        if set_moment is not None:
            set_moment(moment_of(step.on, turn % 30))
        chain.recorded_at = max(clock.now(), chain.head.at)
        step.do(people[Who.CHAMPION], organisation, chain)
    return len(told)


def _showcase(story: Story) -> None:
    """Not now two years ago, then one in each department: 11 of 12 today, one leaving in three weeks."""
    story.decide(690, Decision.NOT_NOW)
    story.decide(425, Decision.ADOPT, version=1)
    story.arrange(424, Model(Arrangement.EACH_DEPARTMENT))
    story.list_departments(420, DEPARTMENTS)
    begun = (400, 400, 380, 380, 300, 280, 210, 200, 150, 130, 90)
    for days_ago, department in zip(begun, DEPARTMENTS, strict=False):
        leaving = -20 if department == "Critical care" else None
        deputy = department != "Elderly care"
        story.begin(days_ago, department, department=department, deputy=deputy, until=leaving)
    story.hand_over(70, "Maternity", last_day=60)
    story.review(330)
    story.review(95)


def _drawn(story: Story) -> None:
    rng = story.rng
    fate = rng.random()
    if fate < 0.15:
        return
    start = rng.randint(200, 700)
    if fate < 0.30:
        story.decide(start, Decision.NO if fate < 0.22 else Decision.NOT_NOW)
        return
    story.decide(start, Decision.ADOPT if fate < 0.85 else Decision.ADAPT)
    arrangement = rng.choices([each for each, _ in MIX], [weight for _, weight in MIX])[0]
    {
        Arrangement.EACH_DEPARTMENT: _each_department,
        Arrangement.ROTATING: _rotating,
        Arrangement.LEAD_AND_LINK: _posts,
        Arrangement.OTHER: _posts,
    }[arrangement](story, arrangement, start - 5)
    if rng.random() < 0.75:
        story.review(rng.randint(10, min(420, start - 20)))


def _each_department(story: Story, arrangement: Arrangement, start: int) -> None:
    story.arrange(start, Model(arrangement))
    names = DEPARTMENTS[: story.rng.randint(4, 12)]
    story.list_departments(start, names)
    for name in names:
        if story.rng.random() < 0.8:
            begun = story.rng.randint(30, start - 5)
            gone = story.rng.randint(1, begun - 1) if story.rng.random() < 0.12 else None
            story.begin(begun, name, department=name, deputy=story.rng.random() < 0.7, until=gone)


def _rotating(story: Story, arrangement: Arrangement, start: int) -> None:
    story.arrange(start, Model(arrangement, rotation_months=6, posts_planned=1))
    names = DEPARTMENTS[: story.rng.randint(3, 5)]
    story.list_departments(start, names)
    for turn, name in enumerate(names):
        begun = start - 5 - 183 * turn
        if begun > 0:
            until = begun - 182
            story.begin(begun, name, department=name, until=until)


def _posts(story: Story, arrangement: Arrangement, start: int) -> None:
    planned = story.rng.randint(4, 14)
    linked = arrangement is Arrangement.LEAD_AND_LINK
    words = "" if linked else "Practice educators share the role, each for a group of wards."
    story.arrange(start, Model(arrangement, posts_planned=planned, description=words))
    for number in range(planned):
        if number == 0 or story.rng.random() < 0.75:
            part = (Part.LEAD if number == 0 else Part.LINK) if linked else Part.CHAMPION
            title = "Lead nurse for sepsis" if number == 0 else ""
            begun = story.rng.randint(20, start - 2)
            story.begin(begun, f"post {number}", part=part, title=title, deputy=story.rng.random() < 0.6)
