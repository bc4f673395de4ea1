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
    from importlib.util import find_spec
    for module, name in GROUPS:
        if find_spec(f"tracker.cli.{module}") is None:
            continue
        app.cli.add_command(getattr(import_module(f"tracker.cli.{module}"), name))
    verify_evidence = import_module("tracker.cli.evidence").verify_evidence_command
    if "verify" in app.cli.commands: app.cli.commands["verify"].add_command(verify_evidence, "evidence")  # type: ignore[attr-defined]
