"""`flask export`: an evidence pack into a file, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from tracker import clock
from tracker.errors import NotFound, RuleBroken
from tracker.evidence.storage import EvidenceAltered
from tracker.exports import actions, queries
from tracker.exports.storage import KeyUnusable, load_signer
from tracker.exports.writers import BundleBroken, PreparedBundle
from tracker.organisations.queries import find_world
from tracker.web.transactions import writing

# Shorter work than this shows nothing: a bar that flashes by tells nobody anything.
QUIET_SECONDS = 2.0
FAILURES = (OSError, SQLAlchemyError, KeyUnusable, BundleBroken, EvidenceAltered, ValueError)

export_cli = AppGroup("export", help="Evidence packs.")


@export_cli.command("evidence")
@click.option("--out", required=True, metavar="FILE.zip", help="Where the pack goes.")
@click.option(
    "--organisation",
    "organisations",
    multiple=True,
    metavar="CODE",
    help="Again for each (default: all real ones).",
)
@click.option(
    "--recommendation",
    "recommendations",
    multiple=True,
    metavar="CODE",
    help="Again for each (default: all).",
)
@click.option("--as-at", metavar="DATE", help="The day that the position is of, YYYY-MM-DD (default: today).")
def evidence_command(
    out: str, organisations: tuple[str, ...], recommendations: tuple[str, ...], as_at: str | None
) -> None:
    """Write an evidence pack: records, evidence and audit trail in a ZIP that anybody can check.

    The file appears under its name when it is whole, or not at all.
    """
    path, day = Path(out), _day(as_at)
    _refuse_place(path)
    try:
        request_id = _request(organisations, recommendations, day)
        left_out = _write(path, request_id)
    except NotFound as missing:
        raise click.ClickException(f"there is no organisation with the code {missing}") from missing
    except RuleBroken as broken:
        raise click.ClickException("; ".join(text for _field, text in broken.problems)) from broken
    except FAILURES as error:
        raise click.ClickException(f"{path} was not written: {error}") from error
    click.echo(f"{path}: {path.stat().st_size:,} bytes, position on {day.isoformat()}, request {request_id}")
    if left_out:
        what = "1 thing is" if left_out == 1 else f"{left_out:,} things are"
        click.echo(f"{what} left out: see data/omissions.csv in it", err=True)


def _refuse_place(path: Path) -> None:
    if path.is_dir():
        raise click.ClickException(f"{path} is a folder: name a file")
    if not path.absolute().parent.is_dir():
        raise click.ClickException(f"the folder {path.parent} does not exist")


def _request(organisations: Sequence[str], recommendations: Sequence[str], day: date) -> UUID:
    with writing():
        saved = actions.request_export(
            None,
            organisations or queries.list_codes(None, demonstration=find_world(None).demonstration),
            recommendations or queries.list_recommendation_codes(),
            day,
        )
        request_id = saved.id
        # Told before the first byte is written, as for a download.
        actions.record_download(None, saved)
    return request_id


def _write(path: Path, request_id: UUID) -> int:
    """How many things had to be left out."""
    saved = queries.find_request(request_id)
    if saved is None:
        raise ValueError("the request was not saved")
    signer = load_signer(current_app.config["SETTINGS"].signing_key)
    plan = queries.plan_bundle(None, saved, current_app.extensions["evidence_store"], signer)
    _say(sum(head["seq"] for head in saved.cutoffs.values()), sum(file.size for file in plan.files))
    with PreparedBundle(plan) as bundle:
        queries.release()
        with _beside(path) as (draft, descriptor), os.fdopen(descriptor, "wb") as file:
            for chunk in _shown(bundle):
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
            os.replace(draft, path)
        return len(bundle.omissions)


@contextmanager
def _beside(path: Path) -> Iterator[tuple[Path, int]]:
    """A file in the same folder, gone again unless it was renamed."""
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        yield draft, descriptor
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()


def _say(events: int, size: int) -> None:
    """What takes longer than two seconds is announced: hashing goes at 400 MB a second, tables at 4,000 events."""
    if size / 400_000_000 + events / 4_000 > QUIET_SECONDS:
        what = f"{events:,} events of the audit trail, {size:,} bytes of evidence"
        click.echo(f"Checking the evidence and writing the tables: {what}", err=True)


def _shown(bundle: PreparedBundle) -> Iterator[bytes]:
    """The bytes, with their share said on the error stream once it has taken more than two seconds."""
    started, told, done = clock.now(), clock.now(), 0
    for chunk in bundle.stream():
        yield chunk
        done += len(chunk)
        now = clock.now()
        if (now - started).total_seconds() > QUIET_SECONDS and (now - told).total_seconds() > 1:
            told = now
            click.echo(f"\r{100 * done // bundle.length} % of {bundle.length:,} bytes", err=True, nl=False)
    if told != started:
        click.echo("", err=True)


def _day(text: str | None) -> date:
    if not text:
        return clock.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.ClickException(f"--as-at must be a date written YYYY-MM-DD, not {text!r}") from None
