"""Every command of the `flask` program, bound in one place and read only when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click
from flask import Flask
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

# The command, its module, the group in it, and what `flask --help` says.
GROUPS = (
    ("accounts", "tracker.cli.accounts", "accounts_cli", "People who may sign in."),
    ("catalogue", "tracker.cli.catalogue", "catalogue_cli", "The reports and their recommendations."),
    (
        "organisations",
        "tracker.cli.organisations",
        "organisations_cli",
        "NHS trusts and other organisations.",
    ),
    ("evidence", "tracker.cli.evidence", "evidence_cli", "The files of evidence."),
    ("library", "tracker.cli.library", "library_cli", "The national library."),
    ("export", "tracker.cli.exports", "export_cli", "Evidence packs."),
    ("verify", "tracker.cli.verify", "verify_cli", "Check that nothing was altered."),
    ("demo", "tracker.cli.demo", "demo_cli", "Invented organisations and people, for development only."),
    ("db", "flask_migrate.cli", "db", "Migrations of the database: `flask db upgrade` brings it up to date."),
)


class LazyGroup(click.Group):
    """Stands for a group until it is used: the server starts without Alembic and the demonstration's libraries."""

    def __init__(self, name: str, module: str, attribute: str, words: str) -> None:
        super().__init__(name, help=words)
        self._where = (module, attribute)

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """The context of the group itself, with its own options, but invoked here."""
        context = self._group().make_context(info_name, args, parent, **extra)
        context.command = self
        return context

    def invoke(self, ctx: click.Context) -> Any:
        """Whatever the command does not answer for itself, said in one line."""
        try:
            return self._group().invoke(ctx)
        except DBAPIError as error:
            raise click.ClickException(_database_problem(error)) from error
        except BrokenPipeError:
            raise
        except OSError as error:
            raise click.ClickException(str(error)) from error

    def _group(self) -> click.Group:
        module, attribute = self._where
        group: click.Group = getattr(import_module(module), attribute)
        if self.name == "verify":
            # `flask verify evidence` belongs to evidence, so it joins here.
            group.add_command(import_module("tracker.cli.evidence").verify_evidence_command, "evidence")
        return group


def _database_problem(error: DBAPIError) -> str:
    """The driver's first line; the usual reasons are no server and no tables."""
    first = str(error.orig).strip().partition("\n")[0]
    if isinstance(error, IntegrityError | DataError):
        return f"The database refused it, and nothing was changed: {first}"
    return f"The database is not ready: {first} (does it run, and was `flask db upgrade` done?)"


def init_app(app: Flask) -> None:
    for name, module, attribute, words in GROUPS:
        app.cli.add_command(LazyGroup(name, module, attribute, words))
