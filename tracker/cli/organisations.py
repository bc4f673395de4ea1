"""`flask organisations`: take over the file of NHS trusts, and add other bodies."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from tracker import clock
from tracker.catalogue.rules import OrganisationKind
from tracker.errors import RuleBroken
from tracker.organisations import actions
from tracker.organisations.actions import ImportResult
from tracker.organisations.readers import EtrFile, RejectedLine, read_etr
from tracker.organisations.rules import ADDED_BY_HAND, ENGLAND, Absent
from tracker.web.transactions import writing

# The words in which counts are printed; the rest are printed by their own names.
WORDS = {"redated": "open date corrected", "unread": "line not read"}
RARE = frozenset({"reopened", "redated", "unread"})
# From here on, trusts that a file leaves out may mean that it was cut short.
MANY = 20

organisations_cli = AppGroup("organisations", help="NHS trusts and other organisations.")


@organisations_cli.command("import")
@click.argument("file", metavar="FILE")
@click.option(
    "--as-at", metavar="DATE", help="The day from which the file counts, YYYY-MM-DD (default: today)."
)
def import_command(file: str, as_at: str | None) -> None:
    """Take over FILE, an ODS `etr` report of NHS trusts of 24 to 27 columns.

    The same file again changes nothing. A bad line is left out and named, and the exit code is then 1; the good
    lines are kept. A file with an earlier date than others never changes what they say of later days.
    """
    path, day = Path(file), _day(as_at, "--as-at") or clock.today()
    digest, filed = _read(path)
    try:
        with writing():
            result = actions.import_organisations(filed, as_at=day, source_digest=digest, file_name=path.name)
            standing = actions.ensure_standing_bodies(current_app.config["SETTINGS"].national_body)
    except RuleBroken as broken:
        raise click.ClickException(_sentence(broken)) from broken
    _print_result(path.name, day, result)
    _warn_of_a_short_file(len(filed.rows), result)
    for code in standing:
        click.echo(f"{code} was not there and is added: it answers recommendations 1 to 8")
    if result.rejected:
        raise click.exceptions.Exit(1)


@organisations_cli.command("add")
@click.argument("code", metavar="CODE")
@click.option("--name", required=True, help="Its name, as people write it.")
@click.option(
    "--kind",
    required=True,
    metavar="KIND",
    help=f"What it is: {', '.join(kind.value for kind in ADDED_BY_HAND)}. NHS trusts are imported.",
)
@click.option("--country", default=ENGLAND, show_default=True, help="Country.")
@click.option("--region", metavar="CODE", help="NHS England region, like Y56.")
@click.option("--icb", metavar="CODE", help="Integrated care board, like QWO.")
@click.option("--opened-on", metavar="DATE", help="The day it opened, YYYY-MM-DD.")
def add_command(
    code: str, name: str, kind: str, country: str, region: str | None, icb: str | None, opened_on: str | None
) -> None:
    """Add an organisation that is not an NHS trust: 2 to 10 capital letters and digits are its CODE."""
    opened = _day(opened_on, "--opened-on")
    try:
        with writing():
            actions.add_organisation(
                code, name, _kind(kind), country=country, region_code=region, icb_code=icb, opened_on=opened
            )
    except RuleBroken as broken:
        raise click.ClickException(_sentence(broken)) from broken
    click.echo(f"added {code}")


def _read(path: Path) -> tuple[str, EtrFile]:
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        file = read_etr(path)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be read: {error.strerror or error}") from error
    if not file.rows:
        first = f": {_rejection(file.rejected[0])}" if file.rejected else ": it is empty"
        raise click.ClickException(f"no line of {path} is one of an etr file{first}")
    return digest, file


def _day(text: str | None, option: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.ClickException(f"{option} must be a date written YYYY-MM-DD, not {text!r}") from None


def _kind(text: str) -> OrganisationKind:
    known = {kind.value: kind for kind in ADDED_BY_HAND}
    if text not in known:
        raise click.ClickException(f"--kind must be one of {', '.join(known)}, not {text!r}")
    return known[text]


def _sentence(broken: RuleBroken) -> str:
    return "; ".join(message for _field, message in broken.problems)


def _print_result(name: str, day: date, result: ImportResult) -> None:
    click.echo(f"{name}, as at {day.isoformat()}")
    absent = [change.code for change in result.changes if isinstance(change, Absent)]
    for kind, count in result.counts.items():
        codes = f": {' '.join(absent)}" if kind == "absent" and absent else ""
        if count or kind not in RARE:
            click.echo(f"{WORDS.get(kind, kind)} {count}{codes}")
    for rejected in result.rejected:
        click.echo(_rejection(rejected))


def _warn_of_a_short_file(named: int, result: ImportResult) -> None:
    """Half a file reads like a whole one, and closes what it does not name."""
    absent = result.counts["absent"]
    if absent >= MANY and absent > named / 4:
        click.echo(
            f"Warning: {absent} trusts are not in this file, which names {named}: they can no longer record. "
            "If the file was cut short, import the whole one, and they are back.",
            err=True,
        )


def _rejection(rejected: RejectedLine) -> str:
    whose = f" ({rejected.code})" if rejected.code else ""
    return f"line {rejected.line}{whose}: {rejected.reason}"
