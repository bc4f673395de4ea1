"""Invented good practice between organisations: written, reviewed, used by others; help asked, answered or waiting."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from tracker.access.identity import Identity
from tracker.access.organisation import OrganisationRef
from tracker.audit.actions import Chain
from tracker.cli.demonstration.names import Body, Kind
from tracker.cli.demonstration.registers.known import Known, day, evidence_called
from tracker.cli.demonstration.registers.tales import ASKED, DRAWN, TALES, End, Question, Tale
from tracker.cli.demonstration.steps import Evidenced, Measured, Step, Who
from tracker.cli.demonstration.timing import month_end
from tracker.library.rules import EvaluationResult
from tracker.practice import actions
from tracker.practice.rules import PracticeFacts
from tracker.progress.actions import ActionInput, add_action

WRITES_IN_A_HUNDRED = 25
OWNER = "Practice education lead"


def tell(known: Known, rng: random.Random, today: date, body: Body) -> list[Step]:
    """What one organisation writes, makes of others' practice, asks, or answers."""
    if body.kind is Kind.NATIONAL_BODY:
        return [_answered(known, today, each) for each in ASKED if each.answered is not None]
    if body.number is None:
        return []
    own = [each for each in TALES if each.by == body.number] or _drawn(rng)
    steps = [step for each in own for step in written(known, today, each)]
    steps += [
        _used(known, today, each, ago) for each in TALES for number, ago in each.used if number == body.number
    ]
    return steps + [
        step for each in ASKED if each.by == body.number for step in _asked(known, today, each, body.code)
    ]


def _drawn(rng: random.Random) -> list[Tale]:
    """One of many: published, or still a draft."""
    if rng.randrange(100) >= WRITES_IN_A_HUNDRED:
        return []
    sent = rng.randint(40, 300)
    ends = rng.choice((End.PUBLISHED, End.PUBLISHED, End.DRAFT))
    return [replace(rng.choice(DRAWN), sent=sent, reviewed=sent - rng.randint(4, 30), ends=ends)]


# --- written and reviewed ---------------------------------------------------------------------------------


def written(known: Known, today: date, tale: Tale) -> Iterator[Step]:
    """Its own evidence first if it makes any, a draft or the text as sent, and what the national lead says of it."""
    sent = day(today, tale.sent)
    if tale.proof is not None:
        yield Evidenced(on=day(today, tale.sent + 12), code=tale.code, proof=tale.proof)
    facts, kept = _facts(today, tale), list[tuple[UUID, int]]()

    def write(by: Identity, place: OrganisationRef, chain: Chain) -> None:
        ids = frozenset({evidence_called(by, place, tale.evidence)} if tale.evidence else ())
        said, send = replace(facts, evidence_ids=ids), tale.ends is not End.DRAFT
        row = actions.add_practice(by, place, said, send=send, chain=chain)
        kept.append((row.entity_id, row.version))
        if tale.by is not None:
            # Titles of the drawn ones are those of several trusts, and nobody uses them.
            known.practices[tale.title] = row.entity_id

    yield Measured(on=sent, do=write)
    if tale.ends in {End.PUBLISHED, End.RETURNED}:
        yield _reviewed(today, tale, kept)


def _facts(today: date, tale: Tale) -> PracticeFacts:
    facts = PracticeFacts(
        tale.title, tale.code, tale.setting, tale.what, tale.effect, tale.measure, tale.contact
    )
    if tale.method:
        facts = replace(
            facts, method=tale.method, sample=tale.sample, evaluated_on=day(today, tale.sent + 30),
            result=EvaluationResult.SHOWS_EFFECT, finding=tale.effect,
        )  # fmt: skip
    if tale.locally:
        facts = replace(facts, shared_locally_on=day(today, tale.sent + 9), shared_locally_how=tale.locally)
    return facts


def _reviewed(today: date, tale: Tale, kept: list[tuple[UUID, int]]) -> Step:
    """By the national lead, on the chain of who wrote it."""

    def do(by: Identity, _place: OrganisationRef, chain: Chain) -> None:
        practice, version = kept[0]
        if tale.ends is End.RETURNED:
            actions.return_practice(by, practice, reason=tale.reason, version=version, chain=chain)
        else:
            actions.publish_practice(by, practice, version=version, chain=chain)

    return Measured(on=day(today, tale.reviewed), who=Who.NATIONAL, do=do)


# --- used by others ---------------------------------------------------------------------------------------


def _used(known: Known, today: date, tale: Tale, days_ago: int) -> Step:
    """Made into an action of one's own; nothing where those who wrote it are not there."""
    on = day(today, days_ago)
    due = month_end(max(on, today) + timedelta(days=50))
    wanted = ActionInput(f"Try at our place: {tale.title[0].lower()}{tale.title[1:]}", OWNER, due, None)

    def do(by: Identity, place: OrganisationRef, _chain: Chain) -> None:
        if tale.title in known.practices:
            add_action(by, place, tale.code, wanted, source=known.practices[tale.title])

    return Measured(on=on, do=do)


# --- help -------------------------------------------------------------------------------------------------


def _asked(known: Known, today: date, asked: Question, code: str) -> Iterator[Step]:
    def ask(by: Identity, place: OrganisationRef, _chain: Chain) -> None:
        wanted = actions.HelpInput(asked.code, asked.question)
        known.questions[asked.question] = actions.ask_help(by, place, wanted).entity_id

    def take_back(by: Identity, place: OrganisationRef, _chain: Chain) -> None:
        request = known.questions[asked.question]
        actions.take_back_help(by, place, request, reason=asked.taken_back, version=1)

    yield Measured(on=day(today, asked.asked), do=ask)
    if asked.taken_back:
        yield Measured(on=day(today, asked.asked - 8), do=take_back)


def _answered(known: Known, today: date, asked: Question) -> Step:
    """By the people of the national body; nothing where nobody asked."""

    def do(by: Identity, place: OrganisationRef, _chain: Chain) -> None:
        if asked.question in known.questions:
            actions.answer_help(by, place, known.questions[asked.question], asked.answer, version=0)

    return Measured(on=day(today, asked.answered or 0), do=do)
