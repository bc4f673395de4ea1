"""`flask demo`: an invented world to look at, for development only."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import click
from flask import current_app
from flask.cli import AppGroup

from tracker.catalogue.loader import CatalogueFileError
from tracker.cli.demonstration.loading import Act, Refused, count_organisations, load
from tracker.cli.demonstration.names import LARGEST
from tracker.cli.demonstration.people import PASSWORD, SIGN_INS
from tracker.errors import Conflict, NotAllowed, RuleBroken
from tracker.extensions import db
from tracker.web.transactions import writing

DEFAULT_TRUSTS, DEFAULT_SEED = 24, 2016

demo_cli = AppGroup("demo", help="Invented organisations and people, for development only.")


@demo_cli.command("load")
@click.option(
    "--organisations",
    "count",
    type=click.IntRange(1, LARGEST),
    default=DEFAULT_TRUSTS,
    show_default=True,
    help="How many NHS trusts; the national body and five others come with them. Files for the first 200 only.",
)
@click.option(
    "--seed", type=int, default=DEFAULT_SEED, show_default=True, help="The same seed, the same history."
)
@click.option("--if-empty", is_flag=True, help="Do nothing when there is any organisation already.")
def load_command(count: int, seed: int, if_empty: bool) -> None:
    """Load invented organisations with people, two years of progress and files of evidence: all or nothing."""
    if current_app.config["SETTINGS"].production:
        raise click.ClickException("The demonstration is for development: TRACKER_ENV is production.")
    try:
        found = count_organisations()[0]
        if if_empty and found:
            click.echo(f"Nothing loaded: there are {found:,} organisations already.")
            return
        with writing():
            counts = load(count, seed, _progress)
    except (Refused, CatalogueFileError, OSError) as error:
        raise click.ClickException(str(error)) from error
    except (RuleBroken, NotAllowed, Conflict) as error:
        raise click.ClickException(f"Nothing was loaded: {error}") from error
    _print(counts)


def _progress(acts: Sequence[Act]) -> Iterator[Act]:
    """Each act in turn, with a bar on a terminal."""
    db.session.flush()
    bar: Iterable[Act]
    with click.progressbar(acts, label="Loading the demonstration", file=sys.stderr, show_eta=True) as bar:
        yield from bar


def _print(counts: Counter[str]) -> None:
    click.echo(
        f"Loaded {counts['organisations']:,} invented organisations: {counts['records']:,} records with "
        f"{counts['entries']:,} entries, {counts['evidence_items']:,} items of evidence with "
        f"{counts['evidence_files']:,} files, {counts['accounts']:,} people."
    )
    click.echo(f"Sign in with {', '.join(SIGN_INS)}; password {PASSWORD}")
