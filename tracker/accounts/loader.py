"""Reads the list of passwords that everybody tries first, which we ship; nothing else."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tracker.accounts.rules import squashed

DENIED = Path(__file__).parent / "data" / "denied-passwords.txt"


@cache
def denied_passwords() -> frozenset[str]:
    """Squashed, as `rules.password_problem` compares them; lines that begin with # are remarks."""
    lines = DENIED.read_text(encoding="utf-8").splitlines()
    return frozenset(squashed(line) for line in lines if line.strip() and not line.startswith("#"))
