"""A small whole bundle for the tests of its writer and its verifier, and ways of taking one apart."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tracker.audit import rules as audit
from tracker.audit.rules import ChainEvent, Head
from tracker.exports import rules, writers
from tracker.exports.rules import COLUMNS, Omission, OmissionReason, ZipEntry
from tracker.exports.writers import BundlePlan, FileMember, TableMember, TextMember

CUT_OFF = datetime(2026, 11, 23, 9, 30, 15, 250_000, tzinfo=UTC)
SALT = bytes(range(32))
FILES = {
    rules.evidence_path(organisation="X00001", item="e1", revision=1, file_name="Sepsis policy.pdf"): b"%PDF"
    * 500,
    rules.evidence_path(organisation="X00001", item="e1", revision=2, file_name="Sepsis policy.pdf"): b"%PDF2"
    * 70,
    rules.evidence_path(organisation="X00002", item="e9", revision=1, file_name="Übersicht (2).csv"): b"",
}


class Key:
    """A signing key that is the same in every run."""

    def __init__(self, seed: int = 7) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)

    @property
    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Trail:
    """A chain of events: one for each evidence file, and some steps."""

    def __init__(self, chain: str, files: Mapping[str, bytes], steps: int = 4) -> None:
        self.chain = chain
        self.events: list[ChainEvent] = []
        self.seq_of: dict[str, int] = {}
        for path, content in files.items():
            public = {
                "sha256": sha256(content),
                "size": len(content),
                "revision": int(path.split("-r")[1][0]),
            }
            self.add("evidence.file_added", public, None)
            self.seq_of[path] = len(self.events)
        counted = {"about_on": "2026-09-30", "in_post": 120, "in_date": 90}
        self.add("coverage.position_recorded", counted, None)
        self.counted = len(self.events)
        for number in range(steps):
            self.add(
                "progress.recorded",
                {"delivery": {"old": None, "new": "delivered"}},
                b'{"note":"%d"}' % number,
            )

    @staticmethod
    def recorded(seq: int) -> dict[str, object]:
        """Who recorded the row of an event, and when, as its table says it."""
        return {"recorded_by": "p1", "recorded_at_utc": CUT_OFF - timedelta(days=400 - seq)}

    def add(self, name: str, public: Mapping[str, object], private: bytes | None) -> None:
        seq = len(self.events) + 1
        prev = self.events[-1].hash if self.events else audit.GENESIS
        header = audit.canonical(
            audit.header(
                chain=self.chain,
                seq=seq,
                prev=prev,
                at=audit.timestamp(CUT_OFF - timedelta(days=400 - seq)),
                type=name,
                actor="p1",
                subject_kind="record",
                subject_code="SEP16-12",
                group=None,
                public=public,
                private_digest=None if private is None else audit.private_digest(SALT, private),
            )
        )
        salt = None if private is None else SALT
        self.events.append(ChainEvent(seq, header, audit.event_hash(header), prev, salt, private))

    @property
    def head(self) -> Head:
        return Head(len(self.events), self.events[-1].hash)

    @cached_property
    def lines(self) -> list[bytes]:
        return [writers.audit_line(self.chain, event) for event in self.events]


def make_trails(steps: int = 4) -> list[Trail]:
    """Of two organisations, whose chains are both in the bundle."""
    return [
        Trail(code, {path: content for path, content in FILES.items() if f"/{code}/" in path}, steps)
        for code in ("X00001", "X00002")
    ]


# Tables that these bundles have without rows.
EMPTY = (
    "actions.csv", "findings.csv", "catalogue.csv", "people.csv", "library.csv", "dissemination.csv", "practice.csv",
    "programme.csv",
)  # fmt: skip


def make_table(name: str, rows: Iterable[Mapping[str, object]] = ()) -> TableMember:
    cells = [[row.get(column, "") for column in COLUMNS[name]] for row in rows]
    return TableMember(f"data/{name}", COLUMNS[name], lambda: cells)


def make_plan(
    *,
    files: Mapping[str, bytes] | None = None,
    store: Mapping[str, bytes] | None = None,
    trails: list[Trail] | None = None,
    signer: writers.Signer | None = None,
) -> BundlePlan:
    """`files` are what is on record, `store` what is there now."""
    files = FILES if files is None else files
    store = files if store is None else store
    trails = trails or make_trails()
    heads = {trail.chain: trail.head for trail in trails} | {"platform": Head(12, "c" * 64)}
    owners = {trail.chain: (trail.chain, "nhs_trust") for trail in trails}
    checkpoint = writers.checkpoint_json(at=CUT_OFF, heads=heads, included=owners)
    lines = [line for trail in trails for line in trail.lines]
    page = writers.index_html("Evidence pack", [("Cut off", CUT_OFF)], [("progress.csv", "Positions", 4)])
    return BundlePlan(
        created=CUT_OFF,
        bag_info={"Source-Organization": "Health Education England", "As-At": "2026-11-23"},
        tables=[
            *(make_table(name) for name in EMPTY),
            make_table("measures.csv", _figures(trails)),
            make_table("progress.csv", _positions(trails)),
            make_table("evidence.csv", _register(files, trails)),
            make_table("control.csv", _totals(trails)),
        ],
        texts=[
            TextMember("data/audit.jsonl", lambda: lines),
            TextMember("data/checkpoint.json", lambda: [checkpoint]),
            TextMember("data/index.html", lambda: [page]),
        ],
        files=[_member(path, content, store) for path, content in files.items()],
        omissions=[
            Omission("data/evidence/X00001/e5-r1-letter.pdf", OmissionReason.REDACTED, "Held a number")
        ],
        signer=signer,
    )


def _member(path: str, content: bytes, store: Mapping[str, bytes]) -> FileMember:
    def read() -> io.BytesIO:
        if path not in store:
            raise FileNotFoundError(path)
        return io.BytesIO(store[path])

    return FileMember(path, sha256(content), len(content), read)


def _positions(trails: list[Trail]) -> list[dict[str, object]]:
    common = {"recommendation": "SEP16-12", "delivery": "delivered", "summary": "=HYPERLINK(1)"}
    return [
        {
            **common,
            "organisation": trail.chain,
            "current_at_date": current,
            "audit_chain": trail.chain,
            "audit_seq": seq,
            **trail.recorded(seq),
        }
        for trail in trails
        for current, seq in ((False, trail.head.seq - 1), (True, trail.head.seq))
    ]


def _figures(trails: list[Trail]) -> list[dict[str, object]]:
    """A figure of each organisation, and the numbers behind it."""
    counts = {"numerator": 90, "denominator": 120, "percentage": 75, "about_on": date(2026, 9, 30)}
    return [
        {
            "organisation": trail.chain,
            "recommendation": "SEP16-10",
            "measure": "coverage",
            "figure": figure,
            "audit_chain": trail.chain,
            "audit_seq": trail.counted,
            **counts,
            **trail.recorded(trail.counted),
        }
        for trail in trails
        for figure in ("figure", "staff in date")
    ]


def _totals(trails: list[Trail]) -> list[dict[str, object]]:
    sums = {"with_figure": len(trails), "numerators": 90 * len(trails), "denominators": 120 * len(trails)}
    return [
        {"recommendation": "SEP16-12", "figure": "delivered", "value": 2},
        {"recommendation": "SEP16-12", "figure": "no_evidence", "value": 2},
        *({"recommendation": "SEP16-10", "figure": f"coverage_{key}", "value": sums[key]} for key in sums),
    ]


def _register(files: Mapping[str, bytes], trails: list[Trail]) -> list[dict[str, object]]:
    chains = {path: (trail.chain, seq) for trail in trails for path, seq in trail.seq_of.items()}
    return [
        {
            "organisation": path.split("/")[2],
            "member": path,
            "sha256": sha256(content),
            "bytes": len(content),
            "revision": int(path.split("-r")[1][0]),
            "audit_chain": chains.get(path, ("", ""))[0],
            "audit_seq": chains.get(path, ("", ""))[1],
            **(Trail.recorded(chains[path][1]) if path in chains else {}),
        }
        for path, content in files.items()
    ]


# --- taking apart -----------------------------------------------------------------------------------------


def write(path: Path, plan: BundlePlan) -> Path:
    path.write_bytes(b"".join(writers.stream_bundle(plan)))
    return path


def members_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def rebuild(path: Path, members: Mapping[str, bytes], cut_off: datetime = CUT_OFF) -> Path:
    """A ZIP just as the tracker writes it, with whatever members a forger wants in it."""
    last = [name for name in rules.LAST if name in members]
    stamp = rules.zip_date(cut_off)
    chunks: list[bytes] = []
    entries: list[ZipEntry] = []
    offset = 0
    for name in sorted(set(members) - set(last)) + last:
        entry = ZipEntry(name, len(members[name]), zipfile.crc32(members[name]), offset)
        entries.append(entry)
        chunks += [rules.local_header(entry, stamp), members[name]]
        offset += len(chunks[-2]) + len(chunks[-1])
    path.write_bytes(b"".join([*chunks, *rules.directory(entries, stamp, offset)]))
    return path


def relist(members: Mapping[str, bytes]) -> dict[str, bytes]:
    """Manifests and totals made to fit: what a forger without the signing key can do."""
    payload = {name: content for name, content in members.items() if name.startswith("data/")}
    info = members["bag-info.txt"].decode().splitlines()
    oxum = f"Payload-Oxum: {sum(map(len, payload.values()))}.{len(payload)}"
    info = [oxum if line.startswith("Payload-Oxum") else line for line in info]
    tags = {name: content for name, content in members.items() if name not in payload}
    tags |= {"bag-info.txt": "\n".join([*info, ""]).encode(), "manifest-sha256.txt": _listing(payload)}
    tags.pop("tagmanifest-sha256.txt")
    return {**payload, **tags, "tagmanifest-sha256.txt": _listing(tags)}


def _listing(members: Mapping[str, bytes]) -> bytes:
    return "".join(f"{sha256(members[name])}  {name}\n" for name in sorted(members)).encode()
