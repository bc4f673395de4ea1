"""Loading the whole demonstration, in one transaction: refused over anything real, and all or nothing."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from tracker import clock
from tracker.access.organisation import OrganisationRef
from tracker.audit import actions as audit
from tracker.catalogue import loader
from tracker.catalogue import queries as catalogue
from tracker.catalogue.actions import sync_catalogue
from tracker.catalogue.models import Recommendation, RecommendationKind
from tracker.cli.demonstration import bulk, history, measures, names, showcase
from tracker.cli.demonstration.bodies import add_body, add_places, close_body
from tracker.cli.demonstration.names import Body
from tracker.cli.demonstration.people import STARTED_DAYS_AGO, Staff, create_people
from tracker.cli.demonstration.playing import Player
from tracker.cli.demonstration.steps import Measured, Step
from tracker.cli.demonstration.timing import moment_of, played_clock, working_day
from tracker.extensions import db
from tracker.library.actions import seed_guidelines
from tracker.library.loader import load_guidelines
from tracker.library.models import Guideline
from tracker.organisations.models import Organisation

# Those after these are written as rows in batches, and have no files.
PLAYED = 200
TOLD = (
    "organisations", "records", "entries", "evidence_items", "evidence_files", "accounts", "actions", "measures",
)  # fmt: skip
Counts = Counter[str]
Tracked = Callable[[Sequence[Body]], Iterable[Body]]


class Refused(Exception):
    """The demonstration may not be loaded here; the message says why, in one line."""


def count_organisations() -> tuple[int, int]:
    """How many organisations there are, and how many of them are real."""
    real = func.count().filter(Organisation.demonstration.is_(False))
    every, not_invented = db.session.execute(select(func.count(), real).select_from(Organisation)).one()
    return every, not_invented


def load(count: int, seed: int, track: Tracked, *, played: int | None = None) -> Counts:
    """Write it all; the caller's transaction commits or lets go. `track` hands bodies on and shows how far it is.

    `played`: how many trusts are played by real actions, measures and all; the rest are rows in batches.
    """
    played = PLAYED if played is None else played
    _refuse_over_others()
    if not catalogue.list_recommendations():
        sync_catalogue(loader.load_reports())
    _seed_guidelines()
    trusts = names.list_trusts(count)
    told = [*names.OTHER_BODIES, *trusts[:played]]
    counts: Counts = Counter(organisations=len(trusts) + len(names.OTHER_BODIES))
    add_places()
    with played_clock() as set_moment:
        set_moment(moment_of(clock.today() - timedelta(days=STARTED_DAYS_AGO), 0))
        refs = {body.code: add_body(body) for body in told}
    staff, counts["accounts"] = _people(seed, told, refs)
    writer = bulk.Writer(seed, counts, _codes_of(names.Kind.NHS_TRUST)) if count > played else None
    with played_clock() as set_moment:
        today = clock.today()
        for body in track([*told, *trusts[played:]]):
            if body.code in refs:
                _play(
                    body,
                    today,
                    seed,
                    Player(refs[body.code], staff[body.code], _rng(seed, body, "files"), set_moment, counts),
                )
            elif writer is not None:
                writer.write(body, today)
        if writer is not None:
            writer.flush()
        _close(trusts, refs, today, set_moment)
    _tell(seed, counts)
    return counts


def _seed_guidelines() -> None:
    """In the demonstration the register stood from its first day, so that past positions know their guidelines."""
    seed_guidelines(load_guidelines())
    started = moment_of(clock.today() - timedelta(days=STARTED_DAYS_AGO), 0)
    db.session.execute(update(Guideline).values(recorded_at=started))


def steps_of(body: Body, today: date, seed: int, codes: Sequence[str]) -> list[Step]:
    """The history of one organisation: told by hand for the first trust, drawn from the seed for the others."""
    if body.number == names.SHOWCASE:
        told = showcase.tell(today)
    else:
        told = history.tell(_rng(seed, body, "history"), today, body, codes)
    return [*told, *_measured(body, today, seed)] if told else []


def _measured(body: Body, today: date, seed: int) -> list[Measured]:
    """What its registers hold, until it closed if it did."""
    steps = measures.steps_of(
        body.kind, lambda name: _rng(seed, body, name), today, showcase=body.number == names.SHOWCASE
    )
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


def _play(body: Body, today: date, seed: int, player: Player) -> None:
    # Held here, the session need not ask for them again at every step.
    held = [*db.session.scalars(select(Recommendation)), *db.session.scalars(select(RecommendationKind))]
    player.play(steps_of(body, today, seed, _codes_of(body.kind)))
    held.clear()


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
