"""Every command of the `flask` program, bound in one place and read only when it is called."""

from __future__ import annotations

from importlib import import_module

import click
from flask import Flask
from flask.cli import AppGroup

# The command, its module, the group in it, and what `flask --help` says.
GROUPS = (
    ("accounts", "accounts", "accounts_cli", "People who may sign in."),
    ("catalogue", "catalogue", "catalogue_cli", "The reports and their recommendations."),
    ("organisations", "organisations", "organisations_cli", "NHS trusts and other organisations."),
    ("evidence", "evidence", "evidence_cli", "The files of evidence."),
    ("export", "exports", "export_cli", "Evidence packs."),
    ("verify", "verify", "verify_cli", "Check that nothing was altered."),
    ("demo", "demo", "demo_cli", "Invented organisations and people, for development only."),
)


class LazyGroup(AppGroup):
    """A group whose module is imported when it is used: the server starts without the demonstration's libraries."""

    def __init__(self, name: str, module: str, attribute: str, words: str) -> None:
        super().__init__(name, help=words)
        self._where = (module, attribute)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return self._group().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return self._group().get_command(ctx, cmd_name)

    def _group(self) -> click.Group:
        module, attribute = self._where
        group: click.Group = getattr(import_module(f"tracker.cli.{module}"), attribute)
        if self.name == "verify":
            # `flask verify evidence` belongs to evidence, so it joins here.
            group.add_command(import_module("tracker.cli.evidence").verify_evidence_command, "evidence")
        return group


def init_app(app: Flask) -> None:
    for name, module, attribute, words in GROUPS:
        app.cli.add_command(LazyGroup(name, module, attribute, words))
