"""Invented training: what an organisation uses, how it was held against NICE, talked through, and taken out of use."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit import actions as audit
from tracker.audit.actions import Chain
from tracker.catalogue.rules import OrganisationKind
from tracker.cli.demonstration.people import Staff
from tracker.cli.demonstration.steps import Who
from tracker.cli.demonstration.timing import moment_of, working_day
from tracker.library import actions as library_actions
from tracker.library import queries as library
from tracker.library.loader import load_guidelines, load_national
from tracker.library.rules import (
    Format,
    HowDiscussed,
    Patients,
    ResourceFacts,
    Setting,
    Source,
    StaffGroup,
    versions_needed,
)
from tracker.measures.alignment import actions
from tracker.measures.alignment.rules import Result

TRUSTS = frozenset({OrganisationKind.NHS_TRUST, OrganisationKind.CARE_PROVIDER})
OTHERS = frozenset({OrganisationKind.ROYAL_COLLEGE, OrganisationKind.HEALTH_INNOVATION_NETWORK})
TEAMS = ("Practice education", "The sepsis nurses", "Resuscitation and deteriorating patient team")
WARD = (StaffGroup.NURSING, StaffGroup.CLINICAL_SERVICES)
DOCTORS = (StaffGroup.MEDICAL,)
CLINICAL = (*WARD, *DOCTORS, StaffGroup.ALLIED_HEALTH)
EVERYBODY = (StaffGroup.EVERYBODY,)
# Whose own resources the others use.
OWNERS = frozenset({OrganisationKind.NATIONAL_BODY})
TALKS = (HowDiscussed.TEACHING, HowDiscussed.SIMULATION, HowDiscussed.SUPERVISOR)
NOTES = {
    Result.ALIGNED: "",
    Result.PARTLY: "The times for antibiotics on slide 4 are those of the guideline before.",
    Result.NOT: "It still names the old criteria throughout.",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of training as it might stand on a list."""

    title: str
    format: Format
    patients: Patients = Patients.ADULTS
    staff: tuple[StaffGroup, ...] = CLINICAL
    online: bool = False
    source: Source = Source.OWN
    code: str | None = None  # in the national library


OWN = (
    Piece("Sepsis for new starters", Format.SESSION, staff=EVERYBODY),
    Piece("Sepsis in six slides", Format.SLIDES),
    Piece("Recognising sepsis: our e-learning", Format.ONLINE, staff=CLINICAL, online=True),
    Piece("Sepsis in children: teaching at handover", Format.SESSION, Patients.CHILDREN),
    Piece("Maternal sepsis drill", Format.SIMULATION, Patients.PREGNANT),
    Piece("The first hour: simulation", Format.SIMULATION, Patients.ADULTS_AND_CHILDREN),
    Piece("Sepsis pocket card", Format.PRINT, staff=WARD),
    Piece(
        "Could this be sepsis? A film for reception and triage", Format.VIDEO, staff=EVERYBODY, online=True
    ),
    Piece("Antibiotics on time: online course", Format.ONLINE, staff=DOCTORS, online=True),
)
# The national body's own list, of what the source says that HEE made or endorsed.
GUIDE = Piece(
    "Sepsis: A careworker’s guide",
    Format.ONLINE,
    Patients.ALL,
    EVERYBODY,
    online=True,
    code="careworkers-guide",
)
PRIMARY_CARE = Piece(
    "Think Sepsis: the identification and management of sepsis in primary care",
    Format.ONLINE, Patients.ADULTS_AND_CHILDREN, EVERYBODY, online=True, code="think-sepsis-primary-care",
)  # fmt: skip
PAEDIATRICS = Piece(
    "Think Sepsis: Identifying and managing sepsis in paediatrics",
    Format.VIDEO, Patients.CHILDREN, EVERYBODY, code="think-sepsis-paediatrics",
)  # fmt: skip
DIAGNOSIS = Piece(
    "Assessment and Differential Diagnosis of sepsis (03_17_01)",
    Format.ONLINE, Patients.ALL, (*DOCTORS, StaffGroup.NURSING), online=True, code="elfh-03-17-01",
)  # fmt: skip
MANAGEMENT = Piece(
    "Management of the septic patient (03_034)",
    Format.ONLINE, Patients.ALL, (*DOCTORS, StaffGroup.NURSING), online=True, code="elfh-03-034",
)  # fmt: skip
FOUNDATION = Piece(
    "Managing Sepsis (08_09)", Format.ONLINE, Patients.ALL, DOCTORS, online=True, code="elfh-08-09"
)
SAVVY = Piece("Project Transform: “Sepsis Savvy”", Format.VIDEO, Patients.ALL, code="sepsis-savvy")
# What trusts use of others: one that its owner checked, one that is not in the library, one that nobody checked.
SUMMARY = Piece("NICE summary for clinicians", Format.PRINT, Patients.ALL, DOCTORS, source=Source.NATIONAL)
GAME = Piece("The Sepsis Game", Format.APP, online=True, source=Source.NATIONAL, code="sepsis-game")
NATIONAL = (replace(DIAGNOSIS, source=Source.NATIONAL), SUMMARY, GAME)
NATIONAL_CARE = (replace(GUIDE, source=Source.NATIONAL), SUMMARY, GAME)
OF_OTHERS = (
    Piece("Sepsis toolkit for members", Format.ONLINE, Patients.ADULTS_AND_CHILDREN, online=True),
    Piece("Study day: the deteriorating adult", Format.SESSION),
    Piece("Webinar: sepsis in pregnancy", Format.VIDEO, Patients.PREGNANT, online=True),
    Piece("Chapter of the handbook on sepsis", Format.PRINT, Patients.ALL, staff=DOCTORS),
    Piece("Sepsis in children: case discussions", Format.SESSION, Patients.CHILDREN),
)
Act = Callable[[Identity, OrganisationRef, Chain], None]


@dataclass(frozen=True, slots=True)
class Told:
    """Something recorded on a day, by the action itself."""

    on: date
    do: Act


@dataclass(slots=True)
class _Entry:
    """A piece between its steps."""

    facts: ResourceFacts
    setting: Setting
    id: UUID | None = None
    version: int = 0
    checks: int = 0

    @property
    def known(self) -> UUID:
        if self.id is None:
            raise ValueError(f"{self.facts.title} is added before its steps")
        return self.id


@dataclass(slots=True)
class Story:
    """Steps as they are told; what is added first is known to those that come later."""

    rng: random.Random
    today: date
    setting: Setting = Setting.HOSPITAL
    steps: list[Told] = field(default_factory=list)

    def day(self, days_ago: int) -> date:
        return working_day(self.today - timedelta(days=days_ago))

    def add(self, days_ago: int, piece: Piece, *, ticks: bool | None = None) -> _Entry:
        """`ticks`: whether it teaches resistance and stewardship; None: only one of the two."""
        facts = ResourceFacts(
            title=piece.title, format=piece.format, source=piece.source, staff_groups=frozenset(piece.staff),
            setting=self.setting, patients=piece.patients, is_online=piece.online,
            owner=self.rng.choice(TEAMS) if piece.source is Source.OWN else "",
            resistance=bool(ticks), stewardship=ticks is not False, national_code=piece.code,
        )  # fmt: skip
        entry = _Entry(facts, self.setting)

        def act(by: Identity, place: OrganisationRef, chain: Chain) -> None:
            row = library_actions.add_resource(by, place, entry.facts, chain=chain)
            entry.id, entry.version = row.entity_id, row.version

        self._step(days_ago, act)
        return entry

    def check(self, days_ago: int, entry: _Entry, result: Result) -> None:
        """Held against what was in force for its patients on that day."""
        on, who = self.day(days_ago), self.rng.choice(TEAMS)

        def act(by: Identity, place: OrganisationRef, chain: Chain) -> None:
            versions = versions_needed(library.list_versions(), entry.facts.patients, on)
            actions.assess(
                by, place, entry.known, result=result, assessed_on=on, assessor=who, versions=versions,
                note=NOTES[result], version=entry.checks, chain=chain,
            )  # fmt: skip
            entry.checks += 1

        self._step(days_ago, act)

    def talk(self, days_ago: int, entry: _Entry, how: HowDiscussed, because: str = "") -> None:
        ran = self.day(days_ago + 3) if how in TALKS else None
        attended = self.rng.randint(6, 40) if ran else None
        self._change(
            days_ago,
            entry,
            discussed=how,
            discussed_on=ran,
            discussed_by=attended,
            not_possible_because=because,
        )

    def tick_both(self, days_ago: int, entry: _Entry) -> None:
        self._change(days_ago, entry, resistance=True, stewardship=True)

    def rewrite(self, days_ago: int, entry: _Entry) -> None:
        self._change(days_ago, entry, updated_on=self.day(days_ago))

    def withdraw(self, days_ago: int, entry: _Entry, reason: str) -> None:
        on = self.day(days_ago)

        def act(by: Identity, place: OrganisationRef, chain: Chain) -> None:
            row = library_actions.withdraw_resource(
                by, place, entry.known, on=on, reason=reason, version=entry.version, chain=chain
            )
            entry.version = row.version

        self._step(days_ago, act)

    def _change(self, days_ago: int, entry: _Entry, **changed: object) -> None:
        def act(by: Identity, place: OrganisationRef, chain: Chain) -> None:
            entry.facts = replace(entry.facts, **changed)  # type: ignore[arg-type]
            row = library_actions.change_resource(
                by, place, entry.known, entry.facts, version=entry.version, chain=chain
            )
            entry.version = row.version

        self._step(days_ago, act)

    def _step(self, days_ago: int, act: Act) -> None:
        self.steps.append(Told(self.day(days_ago), act))


def tell(rng: random.Random, today: date, kind: str, *, showcase: bool = False) -> list[Told]:
    """The steps of one organisation in order: by hand for the first trust, drawn for the others."""
    story = Story(rng, today)
    if showcase:
        _showcase(story)
    elif kind == OrganisationKind.NATIONAL_BODY:
        story.setting = Setting.ANY
        _of_national_body(story)
    elif kind == OrganisationKind.CARE_PROVIDER:
        story.setting = Setting.CARE_HOME
        _drawn(story, OWN, NATIONAL_CARE)
    elif kind in TRUSTS:
        _drawn(story, OWN, NATIONAL)
    else:
        story.setting = Setting.ANY
        _drawn(story, OF_OTHERS, ())
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
    if kind not in TRUSTS | OTHERS | OWNERS:
        return 0
    told = tell(rng, today, kind, showcase=showcase)
    if not library.list_versions():
        # Without the register nothing can be held against it: what is shipped stands from the first day.
        if set_moment is not None and told:
            set_moment(moment_of(told[0].on, 0))
        library_actions.seed_guidelines(load_guidelines())
    if not library.list_national_resources():
        library_actions.seed_national(load_national().entries)
    chain = chain or audit.open_chain(organisation.id)
    for turn, step in enumerate(told):
        if set_moment is not None:
            set_moment(moment_of(step.on, turn % 30))
        chain.recorded_at = max(clock.now(), chain.head.at)
        step.do(people[Who.CHAMPION], organisation, chain)
    return len(told)


def _showcase(story: Story) -> None:
    """Everything checked before NICE changed in November 2025; since then most of it again, some still to do."""
    starters, slides, course, children, maternal, simulation, card, film, _antibiotics = (
        story.add(days_ago, piece, ticks=ticks)
        for days_ago, piece, ticks in zip(
            (700, 700, 690, 640, 600, 560, 690, 280, 45), OWN,
            (True, None, True, False, None, True, False, None, True), strict=True,
        )
    )  # fmt: skip
    elearning, _summary, game = (story.add(695, piece, ticks=None) for piece in NATIONAL)
    for days_ago, entry, result in (
        (690, starters, Result.ALIGNED), (690, slides, Result.ALIGNED), (680, course, Result.ALIGNED),
        (680, card, Result.NOT), (630, children, Result.PARTLY), (590, maternal, Result.ALIGNED),
        (550, simulation, Result.ALIGNED), (500, children, Result.ALIGNED), (270, film, Result.PARTLY),
        (240, starters, Result.ALIGNED), (200, course, Result.ALIGNED), (150, children, Result.ALIGNED),
    ):  # fmt: skip
        story.check(days_ago, entry, result)
    story.withdraw(610, card, "Replaced by the new chart; said in the weekly bulletin and on the intranet.")
    story.rewrite(30, course)
    story.talk(660, elearning, HowDiscussed.NOT_YET)
    for days_ago, entry, how in (
        (540, course, HowDiscussed.TEACHING), (420, elearning, HowDiscussed.SUPERVISOR),
        (210, course, HowDiscussed.TEACHING), (120, elearning, HowDiscussed.SUPERVISOR),
    ):  # fmt: skip
        story.talk(days_ago, entry, how)
    because = "People play it alone on their phones; there is no session in which to talk about it."
    story.talk(260, game, HowDiscussed.NOT_POSSIBLE, because)
    for entry in (slides, maternal):
        story.tick_both(90, entry)


def _of_national_body(story: Story) -> None:
    """Some checked again since NICE changed, one not, one in need of work, one never looked at."""
    for added, piece, checks in (
        (700, GUIDE, ((690, Result.ALIGNED), (170, Result.ALIGNED))),
        (700, PRIMARY_CARE, ((680, Result.ALIGNED), (150, Result.ALIGNED))),
        (690, PAEDIATRICS, ((670, Result.ALIGNED), (140, Result.PARTLY))),
        (680, DIAGNOSIS, ((660, Result.ALIGNED),)),
        (680, MANAGEMENT, ((650, Result.PARTLY), (130, Result.ALIGNED))),
        (680, FOUNDATION, ((640, Result.ALIGNED), (120, Result.ALIGNED))),
        (620, SAVVY, ()),
    ):
        entry = story.add(added, piece, ticks=True)
        for days_ago, result in checks:
            story.check(days_ago, entry, result)


def _drawn(story: Story, own: Sequence[Piece], national: Sequence[Piece]) -> None:
    rng = story.rng
    care, diligence = rng.random(), rng.uniform(0.3, 1.0)
    if care < 0.08:
        return
    for piece in rng.sample(national, rng.randint(0, len(national))):
        _talked(story, story.add(rng.randint(300, 720), piece), diligence)
    if national and care < 0.14:
        return  # this one uses only national training
    for piece in rng.sample(own, rng.randint(3, len(own))):
        _life(story, piece, diligence)


def _life(story: Story, piece: Piece, diligence: float) -> None:
    """Added, mostly checked, now and then again, and sometimes taken out of use."""
    rng = story.rng
    start = rng.randint(60, 720)
    entry = story.add(start, piece, ticks=rng.choice((True, True, None, False)))
    if rng.random() < diligence:
        story.check(start - 5, entry, rng.choice((Result.ALIGNED, Result.ALIGNED, Result.PARTLY, Result.NOT)))
    if start > 300 and rng.random() < diligence:
        story.check(rng.randint(20, 280), entry, Result.ALIGNED)
    elif start > 300 and rng.random() < 0.15:
        story.withdraw(rng.randint(10, 280), entry, "Nobody used it any more; said on the intranet.")
        return
    _talked(story, entry, diligence, before=start)


def _talked(story: Story, entry: _Entry, diligence: float, before: int = 300) -> None:
    if not entry.facts.is_online:
        return
    if story.rng.random() < diligence:
        story.talk(story.rng.randint(5, before - 10), entry, story.rng.choice(TALKS))
