"""`flask accounts`: making an account from the command line, the first administrator's above all."""

from __future__ import annotations

import sys
from datetime import date, datetime
from uuid import UUID

import click
from flask.cli import AppGroup

from tracker.access.permissions import Role
from tracker.accounts import actions, queries, rules
from tracker.errors import RuleBroken
from tracker.web.transactions import writing

accounts_cli = AppGroup("accounts", help="People who may sign in.")


@accounts_cli.command("create")
@click.argument("email")
@click.option("--name", required=True, help="Full name.")
@click.option(
    "--role", required=True, type=click.Choice([role.value for role in Role]), help="What they may do."
)
@click.option("--organisation", "codes", multiple=True, metavar="CODE", help="ODS code; may be given again.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day of the role, as 2027-03-31.")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input instead of asking."
)
def create(
    email: str, name: str, role: str, codes: tuple[str, ...], until: datetime | None, password_stdin: bool
) -> None:
    """Create an account for EMAIL with a password and a role."""
    password = _password(password_stdin)
    try:
        with writing():
            grants = _grants(Role(role), codes, None if until is None else until.date())
            actions.create_account(email, name, password, grants=grants)
    except RuleBroken as broken:
        raise click.ClickException("; ".join(message for _field, message in broken.problems)) from None
    click.echo(f"Created {rules.normal_email(email)}: {Role(role).label.lower()}{_where(codes)}")


def _password(from_stdin: bool) -> str:
    """One line of standard input without its line end, or asked for twice."""
    if not from_stdin:
        asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return asked
    return sys.stdin.readline().rstrip("\r\n")


def _grants(role: Role, codes: tuple[str, ...], until: date | None) -> list[rules.Grant]:
    organisations: list[UUID | None] = [_organisation(code.upper()) for code in dict.fromkeys(codes)]
    return [rules.Grant(role, each, until) for each in organisations or [None]]


def _organisation(code: str) -> UUID:
    found = queries.find_organisations([code])
    if code not in found:
        raise click.ClickException(f"No organisation has the code {code}")
    return found[code]


def _where(codes: tuple[str, ...]) -> str:
    return f", {', '.join(code.upper() for code in codes)}" if codes else ""
