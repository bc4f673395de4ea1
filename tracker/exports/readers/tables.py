"""The CSV files: their columns, whether they agree with the files beside them, and which events they name."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tracker.exports import rules
from tracker.exports.readers.archive import UNREADABLE, Archive, Content, bag_info
from tracker.exports.readers.ledgers import Registers
from tracker.exports.readers.report import Findings
from tracker.measures.base import percentage

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
    "actions.csv": {},
    "findings.csv": {"outcome": "outcome"},
}


# The same for rows of measures.csv, by measure and kind of row. A figure follows from many events: of the youngest
# one only who and when can be told. A measure that is not here has who and when held against its events, too.
_MEASURE_COLUMNS = {
    ("champions", "decision"): {"about_on": "considered_on"},
    ("champions", "model"): {"denominator": "posts_planned"},
    ("champions", "review"): {"about_on": "reviewed_on"},
    ("champions", "department"): {"about_on": "from_on", "value": "until_on"},
    ("champions", "post"): {"about_on": "starts_on", "value": "ends_on"},
    ("alignment", "resource"): {"about_on": "updated_on", "source": "source"},
    ("alignment", "assessment"): {"about_on": "assessed_on", "value": "result"},
    ("coverage", "staff in date"): {"about_on": "about_on", "numerator": "in_date", "denominator": "in_post"},
    ("coverage", "group"): {"about_on": "about_on"},
    ("questions", "answer"): {"about_on": "about_on"},
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
    """What the rows say that has to be held against something else.

    `owners`: where an organisation's code first stands beside a chain, by chain and code.
    """

    registers: Registers
    owners: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    claims: dict[tuple[str, int], list[Claim]] = field(default_factory=dict)
    evidence: dict[str, tuple[str, str]] = field(default_factory=dict)
    revisions: set[str] = field(default_factory=set)
    relied_on: dict[str, str] = field(default_factory=dict)
    omitted: dict[str, str] = field(default_factory=dict)
    # What omissions.csv says of texts of events, by chain and reason.
    texts_omitted: dict[tuple[str, str], str] = field(default_factory=dict)
    positions: Counter[tuple[str, str]] = field(default_factory=Counter)
    control: dict[tuple[str, str], str] = field(default_factory=dict)
    sums: Counter[tuple[str, str]] = field(default_factory=Counter)
    stated: dict[tuple[str, str], str] = field(default_factory=dict)


def read_tables(archive: Archive, findings: Findings) -> Tables:
    """Every row of every table, once."""
    stated = [value for label, value in bag_info(archive) if label == rules.AS_AT]
    tables = Tables(Registers("".join(stated), archive.cut_off()))
    for name in rules.COLUMNS:
        path = f"data/{name}"
        if path not in archive:
            continue
        try:
            for line, row in _rows(archive, path, rules.COLUMNS[name]):
                findings.counts[f"rows of {name}"] += 1
                _note(tables, name, row)
                if name == "measures.csv":
                    findings.extend(_measure_problems(tables, f"row {line}", row))
                if name in rules.LEDGER_FILES:
                    findings.extend(tables.registers.note(name, f"row {line} of {path}", row))
                    tables.sums.update(("", figure) for figure in rules.figures_of(name, row))
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
            member, _, chain = row["member"].partition("#")
            if member == rules.AUDIT:
                tables.texts_omitted[chain, row["reason"]] = row["explanation"]
        case "progress.csv" if row["current_at_date"] == "yes":
            tables.positions.update((row["recommendation"], each) for each in rules.counted_as(row))
        case "control.csv" if row["figure"] in rules.RECOUNTED:
            tables.control[row["recommendation"], row["figure"]] = row["value"]
        case "control.csv" if row["figure"] not in rules.CONTROL_FIGURES:
            tables.stated[row["recommendation"], row["figure"]] = row["value"]


def _measure_problems(tables: Tables, place: str, row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Sum the figures up, and hold each share against its numbers."""
    path = "data/measures.csv"
    numbers = [row[name] for name in ("numerator", "denominator", "percentage")]
    if not all((each.isascii() and each.isdecimal()) or not each for each in numbers):
        yield path, f"{place} has something else than a whole number as a count"
        return
    numerator, denominator, stated = (int(each) if each else None for each in numbers)
    if percentage(numerator, denominator) != stated:
        yield path, f"{place} has a percentage that does not follow from its numbers"
    if row["figure"] == "figure":
        key = row["recommendation"], row["measure"]
        tables.sums[key[0], f"{key[1]}_with_figure"] += bool(row["numerator"] or row["value"])
        tables.sums[key[0], f"{key[1]}_numerators"] += numerator or 0
        tables.sums[key[0], f"{key[1]}_denominators"] += denominator or 0


def _note_evidence(tables: Tables, place: str, name: str, row: Mapping[str, str]) -> None:
    """Revisions as the register has them, and those that an agreement says it relied on."""
    if name == "evidence.csv" and row["revision"]:
        tables.revisions.add(f"{row['evidence']} r{row['revision']} {row['sha256']}")
    elif name == "progress.csv" and row["assured_evidence"]:
        for listed in row["assured_evidence"].split("; "):
            tables.relied_on.setdefault(listed, place)


def _claim(tables: Tables, place: str, name: str, row: Mapping[str, str], findings: Findings) -> None:
    if row.get("audit_chain") or row.get("audit_seq"):
        owner = row["audit_chain"], row["organisation"]
        tables.owners.setdefault(owner, (f"data/{name}", place))
    if not row.get("audit_seq"):
        return
    if not row["audit_seq"].isdecimal():
        findings.add(f"data/{name}", f"{place} has no number as its audit_seq")
        return
    # A cell that was emptied says something too: nothing.
    facts = {key: row[column] for column, key in _columns_told(name, row).items()}
    event = row["audit_chain"], int(row["audit_seq"])
    claim = Claim(place, facts, row["recorded_by"], row["recorded_at_utc"])
    tables.claims.setdefault(event, []).append(claim)


def _columns_told(name: str, row: Mapping[str, str]) -> Mapping[str, str]:
    """Columns that the row's event has to say too, with the key under which it does."""
    if name != "measures.csv":
        return _EVENT_COLUMNS.get(name, {})
    told = _MEASURE_COLUMNS.get((row["measure"], row["figure"]), {})
    # Numbers of fewer than five stay in the trust, and the row says so.
    hidden = {"numerator", "denominator"} if row["value"].startswith("fewer than") else set()
    return {column: key for column, key in told.items() if column not in hidden}


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
    for key in sorted(tables.stated.keys() | tables.sums.keys()):
        if tables.stated.get(key, "0") != str(tables.sums[key]):
            of, found = f" for {key[0]}" if key[0] else "", "measures.csv" if key[0] else "the registers"
            stated = tables.stated.get(key)
            yield (
                path,
                f"{key[1]}{of} is {stated}, but {found} {'has' if key[0] else 'have'} {tables.sums[key]}",
            )
