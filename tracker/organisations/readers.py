"""File formats coming in: the ODS etr report, list of ICBs, successions; what they change is in rules."""

import csv
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeAlias, TypeVar

from tracker.organisations.rules import country_of, display_name
from tracker.web.formats import plural

ODS = Path(__file__).parent / "data" / "ods"

Source: TypeAlias = str | os.PathLike[str] | Iterable[str]

_COLUMNS = range(24, 28)
_CODE = re.compile(r"[A-Z0-9]{3,5}")
_CODE_AT_START = re.compile(r'\s*"?\s*([A-Za-z0-9]{3,5})\s*(?:"?\s*,|"?\s*$)')
_DATE = re.compile(r"[0-9]{8}")
_LONGEST_NAME = 200


@dataclass(frozen=True)
class EtrRow:
    """One trust of the report; `name` is as filed, `closed_on` is the last day on which it was open."""

    line: int
    code: str
    name: str
    region_code: str | None
    icb_code: str | None
    town: str
    postcode: str
    opened_on: date | None
    closed_on: date | None

    @property
    def display_name(self) -> str:
        return display_name(self.name)

    @property
    def country(self) -> str:
        return country_of(self.code, self.region_code, self.icb_code)


@dataclass(frozen=True)
class RejectedLine:
    """A line that was left out, and why; `code` is whose it was, as far as that can be read."""

    line: int
    reason: str
    code: str | None = None


@dataclass(frozen=True)
class EtrFile:
    rows: tuple[EtrRow, ...]
    rejected: tuple[RejectedLine, ...]

    @property
    def unread_codes(self) -> frozenset[str]:
        """The organisations that the file does name, on lines that were rejected."""
        return frozenset(line.code for line in self.rejected if line.code) - {row.code for row in self.rows}


@dataclass(frozen=True)
class IcbRow:
    code: str
    short_name: str
    region_code: str
    region_name: str


@dataclass(frozen=True)
class IcbSuccession:
    predecessor_code: str
    predecessor_name: str
    successor_code: str
    successor_name: str
    kind: str
    succeeded_on: date


@dataclass(frozen=True)
class TrustSuccession:
    """`predecessor_closed_on` is the predecessor's last day, mostly the day before `succeeded_on`."""

    predecessor_code: str
    predecessor_name: str
    predecessor_closed_on: date
    successor_code: str
    successor_name: str
    succeeded_on: date
    kind: str


def read_etr(source: Source) -> EtrFile:
    """Read an etr report of 24 to 27 columns, quoted or not, from a path or from lines."""
    reading = _EtrReading()
    for number, line in enumerate(_lines(source), start=1):
        if line.strip():
            reading.take(number, line)
    return EtrFile(tuple(reading.rows.values()), tuple(reading.rejected))


def read_icbs(source: Source = ODS / "icb-2026-04.csv") -> tuple[IcbRow, ...]:
    return _read_table(source, _icb)


def read_icb_successions(
    source: Source = ODS / "icb-successions-2026-04-01.csv",
) -> tuple[IcbSuccession, ...]:
    return _read_table(source, _icb_succession)


def read_trust_successions(source: Source = ODS / "trust-successions.csv") -> tuple[TrustSuccession, ...]:
    return _read_table(source, _trust_succession)


class _LineRejected(Exception):
    """Its message is the reason, for people."""


@dataclass
class _EtrReading:
    """The state of one reading: the rows so far by code, which is how a repeated code is noticed."""

    rows: dict[str, EtrRow] = field(default_factory=dict)
    rejected: list[RejectedLine] = field(default_factory=list)

    def take(self, number: int, line: str) -> None:
        try:
            row = _etr_row(number, _fields(line))
            if row.code in self.rows:
                raise _LineRejected(f"code {row.code} is already on line {self.rows[row.code].line}")
            self.rows[row.code] = row
        except _LineRejected as rejection:
            match = _CODE_AT_START.match(line)
            code = match.group(1).upper() if match else None
            self.rejected.append(RejectedLine(number, str(rejection), code))


def _lines(source: Source) -> Iterator[str]:
    """Lines without their ends. Not `splitlines`, which also cuts at characters that are data in Latin-1."""
    if isinstance(source, str | os.PathLike):
        text = Path(source).read_bytes().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        lines: Iterable[str] = map(_decoded, text.split(b"\n"))
    else:
        lines = source
    for position, line in enumerate(lines):
        yield (line.removeprefix("\ufeff") if position == 0 else line).rstrip("\r\n")


def _decoded(line: bytes) -> str:
    """Line by line, so that one name in Latin-1 does not garble the names in UTF-8."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _fields(line: str) -> list[str]:
    """One line at a time, so that a quote left open cannot swallow the good lines after it."""
    if any(ord(character) < 32 or ord(character) == 127 for character in line.replace("\t", " ")):
        raise _LineRejected("it has a control character in it")
    try:
        fields = [text.strip() for text in next(csv.reader([line], strict=True))]
    except csv.Error as error:
        raise _LineRejected("a quotation mark is not closed, or is in the wrong place") from error
    if len(fields) not in _COLUMNS:
        raise _LineRejected(f"it has {plural(len(fields), 'column')}; an etr file has 24 to 27")
    return fields


def _etr_row(number: int, fields: list[str]) -> EtrRow:
    """The codes come first: a comma within an unquoted name shows in the region before the dates."""
    code, name = _code(fields[0], "organisation"), _name(fields[1])
    region_code = _code(fields[2], "region") if fields[2] else None
    icb_code = _code(fields[3], "ICB") if fields[3] else None
    opened_on, closed_on = _etr_date(fields[10], "open"), _etr_date(fields[11], "close")
    if opened_on and closed_on and closed_on < opened_on:
        raise _LineRejected("the close date is before the open date")
    town, postcode = fields[7], fields[9]
    return EtrRow(number, code, name, region_code, icb_code, town, postcode, opened_on, closed_on)


def _code(text: str, what: str) -> str:
    if not _CODE.fullmatch(text):
        raise _LineRejected(f"the {what} code {text!r} is not 3 to 5 capital letters and digits")
    return text


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise _LineRejected("the name is empty")
    if len(name) > _LONGEST_NAME:
        raise _LineRejected(f"the name is longer than {_LONGEST_NAME} characters")
    return name


def _etr_date(text: str, what: str) -> date | None:
    if not text:
        return None
    try:
        return _compact_date(text)
    except ValueError as error:
        raise _LineRejected(f"the {what} date {text!r} is not a date written YYYYMMDD") from error


def _compact_date(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise ValueError(f"{text!r} is not a date written YYYYMMDD")
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


R = TypeVar("R")


def _read_table(source: Source, make: Callable[[Mapping[str, str]], R]) -> tuple[R, ...]:
    """Tables with a header, which we ship: a mistake is ours, so it stops (ValueError, with the line)."""
    reader = csv.DictReader(_lines(source), strict=True)
    rows: list[R] = []
    for record in reader:
        try:
            rows.append(make(record))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"line {reader.line_num}: {error}") from error
    return tuple(rows)


def _icb(record: Mapping[str, str]) -> IcbRow:
    return IcbRow(
        code=record["icb_code"],
        short_name=record["icb_short_name"],
        region_code=record["region_code"],
        region_name=record["region_name"],
    )


def _icb_succession(record: Mapping[str, str]) -> IcbSuccession:
    return IcbSuccession(
        predecessor_code=record["predecessor_code"],
        predecessor_name=record["predecessor"],
        successor_code=record["successor_code"],
        successor_name=record["successor"],
        kind=record["type"],
        succeeded_on=date.fromisoformat(record["date"]),
    )


def _trust_succession(record: Mapping[str, str]) -> TrustSuccession:
    return TrustSuccession(
        predecessor_code=record["predecessor_code"],
        predecessor_name=record["predecessor_name"],
        predecessor_closed_on=_compact_date(record["predecessor_close_date_etr"]),
        successor_code=record["successor_code"],
        successor_name=record["successor_name_now"],
        succeeded_on=date.fromisoformat(record["succession_date"]),
        kind=record["type"],
    )
