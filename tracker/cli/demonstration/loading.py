"""Loading the whole demonstration, in one transaction: refused over anything real, and all or nothing."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from heapq import merge
from operator import itemgetter
from uuid import UUID

from sqlalchemy import func, select, update

from tracker import clock
from tracker.access.organisation import OrganisationRef
from tracker.audit import actions as audit
from tracker.catalogue import loader
from tracker.catalogue import queries as catalogue
from tracker.catalogue.actions import sync_catalogue
from tracker.catalogue.models import Recommendation, RecommendationKind
from tracker.cli.demonstration import bulk, history, measures, names, registers, showcase
from tracker.cli.demonstration.bodies import add_body, add_places, close_body
from tracker.cli.demonstration.names import Body
from tracker.cli.demonstration.people import STARTED_DAYS_AGO, Staff, create_people
from tracker.cli.demonstration.playing import Player
from tracker.cli.demonstration.registers import Known
from tracker.cli.demonstration.steps import Step, Who, in_order
from tracker.cli.demonstration.timing import moment_of, played_clock, working_day
from tracker.extensions import db
from tracker.library import queries as library
from tracker.library.actions import seed_guidelines, seed_national
from tracker.library.loader import load_guidelines, load_national
from tracker.library.models import Guideline, NationalResource
from tracker.organisations.models import Organisation
from tracker.programme.actions import seed_programme
from tracker.programme.loader import load_programme
from tracker.programme.models import ProgrammeItem, ProgrammeYear

# Those after these are written as rows in batches, and have no files.
PLAYED = 200
TOLD = (
    "organisations", "records", "entries", "evidence_items", "evidence_files", "accounts", "actions", "measures",
)  # fmt: skip
Counts = Counter[str]
Act = Callable[[], None]
Tracked = Callable[[Sequence[Act]], Iterable[Act]]


class Refused(Exception):
    """The demonstration may not be loaded here; the message says why, in one line."""


def count_organisations() -> tuple[int, int]:
    """How many organisations there are, and how many of them are real."""
    real = func.count().filter(Organisation.demonstration.is_(False))
    every, not_invented = db.session.execute(select(func.count(), real).select_from(Organisation)).one()
    return every, not_invented


def load(count: int, seed: int, track: Tracked, *, played: int | None = None) -> Counts:
    """Write it all; the caller's transaction commits or lets go. `track` hands acts on and shows how far it is.

    `played`: how many trusts are played by real actions, measures and all; the rest are rows in batches.
    """
    played = PLAYED if played is None else played
    _refuse_over_others()
    _seed()
    trusts = names.list_trusts(count)
    told = [*names.OTHER_BODIES, *trusts[:played]]
    counts: Counts = Counter(organisations=len(trusts) + len(names.OTHER_BODIES))
    add_places()
    with played_clock() as set_moment:
        set_moment(_first_moment())
        refs = {body.code: add_body(body) for body in told}
    staff, counts["accounts"] = _people(seed, told, refs)
    known = Known(told, refs, {row.code: row.entity_id for row in library.list_national_resources()})
    writer = bulk.Writer(seed, counts, _codes_of(names.Kind.NHS_TRUST))
    with played_clock() as set_moment:
        today = clock.today()
        players = [
            (body, Player(refs[body.code], staff[body.code], _rng(seed, body, "files"), set_moment, counts))
            for body in told
        ]
        written = [partial(writer.write, body, today) for body in trusts[played:]]
        # Held here, the session need not ask for them again at every step.
        held = [*db.session.scalars(select(Recommendation)), *db.session.scalars(select(RecommendationKind))]
        for act in track([*_woven(players, known, today, seed), *written]):
            act()
        held.clear()
        writer.flush()
        _close(trusts, refs, today, set_moment)
    registers.record_funding(staff[names.NATIONAL_BODY][Who.NATIONAL], today)
    _tell(seed, counts)
    return counts


def _woven(players: Sequence[tuple[Body, Player]], known: Known, today: date, seed: int) -> Iterator[Act]:
    """The steps of all organisations by their moments: what is done between two comes late for neither chain."""
    told = []
    for body, player in players:
        player.begin()
        steps = in_order(steps_of(known, body, today, seed, _codes_of(body.kind)))
        told.append([(moment, partial(player.play, moment, step)) for moment, step in steps])
    for _moment, act in merge(*told, key=itemgetter(0)):
        yield act


def _first_moment() -> datetime:
    return moment_of(clock.today() - timedelta(days=STARTED_DAYS_AGO), 0)


def _seed() -> None:
    """What we ship, as in `flask catalogue sync`; in the demonstration the registers stood from its first day, so that
    past positions know their guidelines, resources and programmes."""
    if not catalogue.list_recommendations():
        sync_catalogue(loader.load_reports())
    seed_guidelines(load_guidelines())
    seed_national(load_national().entries)
    seed_programme(load_programme())
    started = _first_moment()
    db.session.execute(update(Guideline).values(recorded_at=started))
    for model in (NationalResource, ProgrammeYear, ProgrammeItem):
        # Of what was synchronised more than once, each later state stays where it was.
        db.session.execute(update(model).where(model.version == 1).values(recorded_at=started))


def steps_of(known: Known, body: Body, today: date, seed: int, codes: Sequence[str]) -> list[Step]:
    """The history of one organisation: told by hand for the first trust, drawn from the seed for the others."""
    if body.number == names.SHOWCASE:
        told = showcase.tell(today)
    else:
        told = history.tell(_rng(seed, body, "history"), today, body, codes)
    return [*told, *_registered(known, body, today, seed)] if told else []


def _registered(known: Known, body: Body, today: date, seed: int) -> list[Step]:
    """What its measures and the other registers hold, until it closed if it did."""
    rng_of = partial(_rng, seed, body)
    steps: list[Step] = [
        *measures.steps_of(body.kind, rng_of, today, showcase=body.number == names.SHOWCASE),
        *registers.steps_of(known, body, rng_of, today),
    ]
    until = today - timedelta(days=history.CLOSED_DAYS_AGO) if body.number == names.CLOSED else today
    return [each for each in steps if each.on < until]


def _refuse_over_others() -> None:
    every, real = count_organisations()
    if real:
        raise Refused(f"This database holds {real:,} real organisations: invented ones never go beside them.")
    if every:
        raise Refused("The demonstration is there already. Start from an empty database to load it again.")


def _people(
    seed: int, bodies: Sequence[Body], refs: Mapping[str, OrganisationRef]
) -> tuple[dict[str, Staff], int]:
    ids: dict[str, UUID] = {code: ref.id for code, ref in refs.items()}
    return create_people(random.Random(f"{seed}/people"), bodies, ids)  # noqa: S311  # texts, not secrets


def _close(
    trusts: Sequence[Body],
    refs: Mapping[str, OrganisationRef],
    today: date,
    set_moment: Callable[[datetime], None],
) -> None:
    closing = next((body for body in trusts if body.number == names.CLOSED and body.code in refs), None)
    if closing is None:
        return
    set_moment(moment_of(working_day(today - timedelta(days=history.CLOSED_DAYS_AGO)), 0))
    close_body(closing, refs[closing.code].id, trusts[names.SUCCESSOR])


def _tell(seed: int, counts: Counts) -> None:
    public = {"seed": seed, **{name: counts[name] for name in TOLD}}
    audit.record(
        audit.open_chain(), "demo.loaded", actor_id=None, subject=("demonstration", str(seed)), public=public
    )


def _codes_of(kind: names.Kind) -> list[str]:
    return [each.code for each in catalogue.list_recommendations(kind.value)]


def _rng(seed: int, body: Body, purpose: str) -> random.Random:
    """Its own generator for each organisation: the same history however many others there are."""
    return random.Random(f"{seed}/{body.code}/{purpose}")  # noqa: S311  # texts, not secrets
