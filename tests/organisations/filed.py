"""Files of trusts for tests: the two real ones, and small ones of made-up lines."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tracker.organisations.actions import ImportResult, import_organisations
from tracker.organisations.readers import ODS, read_etr
from tracker.web.transactions import writing

JANUARY_2021 = date(2021, 1, 31)
JULY_2025 = date(2025, 7, 31)
REAL = {JANUARY_2021: "etr-2021-01.csv", JULY_2025: "etr-2025-07.csv"}


def import_real(as_at: date, actor_id: UUID | None = None) -> ImportResult:
    path = ODS / REAL[as_at]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with writing():
        return import_organisations(
            read_etr(path), as_at=as_at, source_digest=digest, file_name=path.name, actor_id=actor_id
        )


def line(
    code: str,
    name: str = "A TRUST",
    region: str = "Y56",
    icb: str = "QKK",
    opened: str = "20110401",
    closed: str = "",
) -> str:
    first = [code, name, region, icb, "1 ROAD", "", "", "TOWN", "", "AB1 2CD", opened, closed]
    return ",".join(first + [""] * 12)


def import_lines(lines: Sequence[str], as_at: date) -> ImportResult:
    text = "\n".join(lines)
    with writing():
        return import_organisations(
            read_etr(lines),
            as_at=as_at,
            source_digest=hashlib.sha256(text.encode()).hexdigest(),
            file_name=None,
        )
