"""Invented shares over two years: some pass training on all the time, some stopped, and some never did."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit.actions import Chain
from tracker.cli.demonstration import names
from tracker.cli.demonstration.names import Body, Kind
from tracker.cli.demonstration.registers.known import Known, day, evidence_called
from tracker.cli.demonstration.steps import Measured, Step
from tracker.library import actions
from tracker.library.rules import Channel, ShareFacts

PROVIDERS = frozenset({Kind.NHS_TRUST, Kind.CARE_PROVIDER})
OF_HOSPITALS = (
    "think-sepsis-paediatrics", "sepsis-savvy", "elfh-03-17-01", "elfh-03-034", "elfh-08-09", "sepsis-game",
    "rcp-acute-care-toolkit", "hee-sepsis-page", "elfh-sepsis-page",
)  # fmt: skip
OF_CARE_HOMES = ("careworkers-guide", "sepsis-savvy", "hee-sepsis-page")
# How often a trust shares, in days before today: from, until, and days between two shares.
HABITS = {"never": (0, 0, 0), "once": (330, 40, 400), "stopped": (720, 410, 110), "regular": (700, 20, 120)}
WEIGHTS = (4, 3, 3, 5)
INTRANET = "https://intranet.example/sepsis"
SITE = "https://sepsis.example/training"
DOUBLE = "This was entered twice: the newsletter of that week is there already."


@dataclass(frozen=True, slots=True)
class Occasion:
    """One time that something was passed on; `evidence` is the title of an item of one's own."""

    days_ago: int
    resources: tuple[str, ...]
    channel: Channel
    words: str = ""
    link: str = ""
    reached: int | None = None
    basis: str = ""
    note: str = ""
    evidence: str = ""


SHOWCASE = (
    Occasion(690, ("hee-sepsis-page", "elfh-sepsis-page"), Channel.INTRANET, link=INTRANET),
    Occasion(600, ("think-sepsis-paediatrics",), Channel.TEAM_MEETING, reached=28, basis="signed the list"),
    Occasion(480, ("sepsis-savvy",), Channel.NEWSLETTER, reached=3200, basis="people on the mailing list"),
    Occasion(
        310, ("elfh-03-17-01", "elfh-03-034"), Channel.INDUCTION, reached=64, basis="new starters in two sessions",
        evidence="Sepsis study day slides",
    ),
    Occasion(205, ("sepsis-game",), Channel.OTHER, words="Posters with a code to scan in the staff rooms"),
    Occasion(95, ("rcp-acute-care-toolkit",), Channel.EMAIL, reached=180, basis="addresses of doctors"),
    Occasion(32, ("elfh-08-09", "sepsis-savvy"), Channel.INTRANET, link=INTRANET, note="On the first screen."),
)  # fmt: skip
NATIONAL = (
    Occasion(560, ("hee-sepsis-page", "elfh-sepsis-page"), Channel.WEBSITE, link=SITE),
    Occasion(330, ("think-sepsis-primary-care",), Channel.SOCIAL_MEDIA, reached=9400, basis="people who saw it"),
    Occasion(64, ("sepsis-savvy", "elfh-03-034"), Channel.NEWSLETTER, reached=5100, basis="people on the list"),
)  # fmt: skip


def tell(known: Known, rng: random.Random, today: date, body: Body) -> list[Step]:
    """What one organisation passed on to its own people."""
    if body.number == names.SHOWCASE:
        return [*(_shared(known, today, each) for each in SHOWCASE), *_twice(known, today)]
    if body.kind is Kind.NATIONAL_BODY:
        return [_shared(known, today, each) for each in NATIONAL]
    return [_shared(known, today, each) for each in drawn(rng, body)] if body.kind in PROVIDERS else []


def drawn(rng: random.Random, body: Body) -> list[Occasion]:
    """The occasions of one of many: none, one, or several until some day."""
    starts, ends, between = HABITS[rng.choices(list(HABITS), WEIGHTS)[0]]
    offered = OF_CARE_HOMES if body.kind is Kind.CARE_PROVIDER else OF_HOSPITALS
    found: list[Occasion] = []
    ago = starts - rng.randint(0, 60) if starts else 0
    while ago > ends:
        found.append(_occasion(rng, ago, offered))
        ago -= rng.randint(between // 2, between * 3 // 2)
    return found


def _occasion(rng: random.Random, ago: int, offered: Sequence[str]) -> Occasion:
    channel = rng.choice([each for each in Channel if each is not Channel.OTHER])
    counted = rng.random() < 0.4
    return Occasion(
        ago,
        tuple(rng.sample(offered, rng.choice((1, 1, 2)))),
        channel,
        link=INTRANET if channel is Channel.INTRANET else "",
        reached=rng.randint(12, 900) if counted else None,
        basis=rng.choice(("people on the mailing list", "signed the list", "pages opened"))
        if counted
        else "",
    )


def _shared(known: Known, today: date, told: Occasion, kept: list[UUID] | None = None) -> Step:
    on = day(today, told.days_ago)

    def do(by: Identity, place: OrganisationRef, chain: Chain) -> None:
        evidence = evidence_called(by, place, told.evidence) if told.evidence else None
        facts = ShareFacts(
            told.channel, on, channel_words=told.words, link=told.link, evidence_id=evidence, reached=told.reached,
            reached_basis=told.basis, note=told.note,
        )  # fmt: skip
        wanted = [known.resources[each] for each in told.resources]
        rows = actions.add_shares(by, place, wanted, facts, chains={place.id: chain})
        if kept is not None:
            kept.extend(each.entity_id for each in rows)

    return Measured(on=on, do=do)


def _twice(known: Known, today: date) -> list[Step]:
    """Something entered a second time, and marked as a mistake some days later."""
    kept: list[UUID] = []
    first = _shared(known, today, SHOWCASE[2], kept)

    def do(by: Identity, place: OrganisationRef, chain: Chain) -> None:
        actions.mark_share_mistaken(by, place, kept[0], DOUBLE, version=1, chains={place.id: chain})

    return [first, Measured(on=day(today, SHOWCASE[2].days_ago - 6), do=do)]
