"""The organisation that a URL names: a small frozen value that the gate hands to views."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class OrganisationRef:
    """Identity and name of an organisation today. `closed_on` in the past means its record is read-only."""

    id: UUID
    code: str
    name: str
    kind: str
    closed_on: date | None
    is_open: bool
