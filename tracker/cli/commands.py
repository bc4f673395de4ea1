"""Every command of the `flask` program, bound in one place."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

GROUPS = (
    ("accounts", "accounts_cli"),
    ("catalogue", "catalogue_cli"),
    ("organisations", "organisations_cli"),
    ("evidence", "evidence_cli"),
    ("exports", "export_cli"),
    ("verify", "verify_cli"),
    ("demo", "demo_cli"),
)


def init_app(app: Flask) -> None:
    """Bind the groups; `flask verify evidence` belongs to evidence, so it joins here."""
    groups = {name: getattr(import_module(f"tracker.cli.{module}"), name) for module, name in GROUPS}
    groups["verify_cli"].add_command(import_module("tracker.cli.evidence").verify_evidence_command, "evidence")
    for group in groups.values():
        app.cli.add_command(group)
