"""The CSV files: their columns, whether they agree with the files beside them, and which events they name."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tracker.exports import rules
from tracker.exports.readers.archive import UNREADABLE, Archive, Content
from tracker.exports.readers.report import Findings

# The library's own limit of 131,072 characters is less than a person may write in one box.
csv.field_size_limit(16 * 1024 * 1024)

_EVENT_COLUMNS = {
    # Column → key of the event's public part, where both must say the same.
    "progress.csv": {
        **{each: each for each in ("version", "delivery", "due_on", "delivered_on", "evidence_due_on")},
        **{each: each for each in ("evidenced_on", "forum_on", "confirmed_on")},
        "entry": "entry_id",
        "wording_sha256": "wording_digest",
        "assured_evidence": "evidence",
    },
    "evidence.csv": {"sha256": "sha256", "bytes": "size", "revision": "revision"},
    "measures.csv": {},
    "actions.csv": {},
    "findings.csv": {"outcome": "outcome"},
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that says it was recorded by one event: where it stands, and what the event has to say."""

    place: str
    facts: Mapping[str, str]
    actor: str
    at: str


@dataclass(slots=True)
class Tables:
    """What the rows say that has to be held against something else."""

    claims: dict[tuple[str, int], list[Claim]] = field(default_factory=dict)
    evidence: dict[str, tuple[str, str]] = field(default_factory=dict)
    revisions: set[str] = field(default_factory=set)
    relied_on: dict[str, str] = field(default_factory=dict)
    omitted: dict[str, str] = field(default_factory=dict)
    positions: Counter[tuple[str, str]] = field(default_factory=Counter)
    control: dict[tuple[str, str], str] = field(default_factory=dict)


def read_tables(archive: Archive, findings: Findings) -> Tables:
    """Every row of every table, once."""
    tables = Tables()
    for name in rules.COLUMNS:
        path = f"data/{name}"
        if path not in archive:
            continue
        try:
            for line, row in _rows(archive, path, rules.COLUMNS[name]):
                findings.counts[f"rows of {name}"] += 1
                _note(tables, name, row)
                _note_evidence(tables, f"row {line} of {path}", name, row)
                _claim(tables, f"row {line} of {path}", name, row, findings)
        except UNREADABLE as error:
            findings.add(path, f"cannot be read as this table: {error}")
        except csv.Error as error:
            findings.add(path, f"is not a CSV file: {error}")
    return tables


def _rows(archive: Archive, path: str, columns: tuple[str, ...]) -> Iterator[tuple[int, Mapping[str, str]]]:
    with archive.text(path) as lines:
        reader = csv.reader(lines, strict=True)
        if tuple(next(reader, ())) != columns:
            raise ValueError("its columns are not those of this table")
        for cells in reader:
            if len(cells) != len(columns):
                raise ValueError(f"line {reader.line_num} has {len(cells)} cells instead of {len(columns)}")
            yield reader.line_num, dict(zip(columns, cells, strict=True))


def _note(tables: Tables, name: str, row: Mapping[str, str]) -> None:
    match name:
        case "evidence.csv" if row["member"]:
            tables.evidence[row["member"]] = (row["sha256"], row["bytes"])
        case "omissions.csv":
            tables.omitted[row["member"]] = row["expected_sha256"]
        case "progress.csv" if row["current_at_date"] == "yes":
            tables.positions[row["recommendation"], row["delivery"]] += 1
        case "control.csv" if row["figure"] in rules.RECOUNTED:
            tables.control[row["recommendation"], row["figure"]] = row["value"]


def _note_evidence(tables: Tables, place: str, name: str, row: Mapping[str, str]) -> None:
    """Revisions as the register has them, and those that an agreement says it relied on."""
    if name == "evidence.csv" and row["revision"]:
        tables.revisions.add(f"{row['evidence']} r{row['revision']} {row['sha256']}")
    elif name == "progress.csv" and row["assured_evidence"]:
        for listed in row["assured_evidence"].split("; "):
            tables.relied_on.setdefault(listed, place)


def _claim(tables: Tables, place: str, name: str, row: Mapping[str, str], findings: Findings) -> None:
    if not row.get("audit_seq"):
        return
    if not row["audit_seq"].isdecimal():
        findings.add(f"data/{name}", f"{place} has no number as its audit_seq")
        return
    # A cell that was emptied says something too: nothing.
    facts = {key: row[column] for column, key in _EVENT_COLUMNS[name].items()}
    event = row["audit_chain"], int(row["audit_seq"])
    claim = Claim(place, facts, row["recorded_by"], row["recorded_at_utc"])
    tables.claims.setdefault(event, []).append(claim)


def evidence_problems(tables: Tables, contents: Mapping[str, Content]) -> Iterator[tuple[str, str]]:
    """The register against the files: none without a row, none missing without a reason, none exchanged."""
    files = {path for path in contents if path.startswith(rules.EVIDENCE_FOLDER)}
    for path in sorted(files - tables.evidence.keys()):
        yield path, "has no row in data/evidence.csv"
    for path, (sha256, size) in sorted(tables.evidence.items()):
        if path in files:
            if (sha256, size) != (contents[path].sha256, str(contents[path].size)):
                yield path, "is not the file that data/evidence.csv describes"
        elif path not in tables.omitted:
            yield path, "is in data/evidence.csv, but neither in the bundle nor in data/omissions.csv"
        elif tables.omitted[path] and tables.omitted[path] != sha256:
            yield path, "has another digest in data/omissions.csv than in data/evidence.csv"
    for listed in sorted(tables.relied_on.keys() - tables.revisions):
        what = f"{tables.relied_on[listed]} relies on {listed}, which has no row in data/evidence.csv"
        yield "data/progress.csv", what
    for path in sorted(tables.omitted.keys() & contents.keys()):
        yield path, "is in the bundle, although data/omissions.csv says that it is not"


def control_problems(tables: Tables) -> Iterator[tuple[str, str]]:
    """The control sheet against a fresh count; a recommendation left empty is the total."""
    counted = Counter(tables.positions)
    for (_, delivery), number in tables.positions.items():
        counted["", delivery] += number
    path = "data/control.csv"
    for (recommendation, figure), value in sorted(tables.control.items()):
        if value != str(counted[recommendation, figure]):
            of = f" for {recommendation}" if recommendation else ""
            yield path, f"{figure}{of} is {value}, but progress.csv has {counted[recommendation, figure]}"
    if tables.control:
        for recommendation, delivery in sorted(tables.positions.keys() - tables.control.keys()):
            if (recommendation, delivery) not in tables.control and ("", delivery) not in tables.control:
                yield path, f"{delivery} for {recommendation} is in progress.csv, but not here"
