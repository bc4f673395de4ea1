"""The formats of single members: CSV, audit.jsonl, the checkpoint; and the bag's own files."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from tracker.audit.rules import ChainEvent, Head, canonical, timestamp
from tracker.exports import rules
from tracker.exports.writers.plan import BundlePlan, Signer

_CHUNK = 256 * 1024
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def csv_chunks(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """RFC 4180 in UTF-8; every cell made safe; ValueError for a row of another width than the header."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"a row of {len(row)} cells under {len(header)} columns")
        writer.writerow([rules.safe_cell(value) for value in row])
        if buffer.tell() > _CHUNK:
            yield _drained(buffer)
    yield _drained(buffer)


def _drained(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def audit_line(chain: str, event: ChainEvent, *, withhold: bool = False) -> bytes:
    """One line of audit.jsonl; `withhold` leaves out text that this auditor did not ask for, and says so."""
    line: dict[str, object] = {"chain": chain, "header": event.header_bytes.decode(), "hash": event.hash}
    if event.private is not None and event.salt is not None and not withhold and not event.redacted:
        line |= {"private": event.private.decode(), "salt": event.salt.hex()}
    elif event.redacted or event.private is not None:
        line |= {"private_absent": "redacted" if event.redacted else "withheld"}
    # RFC 8785 for an object of plain texts is what the standard library's own encoder writes, and much sooner.
    return _ENCODER.encode(line).encode() + b"\n"


def checkpoint_json(
    *,
    at: datetime,
    heads: Mapping[str, Head],
    included: Mapping[str, tuple[str, str]],
    extra: Mapping[str, object] | None = None,
) -> bytes:
    """`heads` of every chain at the cut-off; `included` are the chains that audit.jsonl holds in full, each with the
    code and the kind of the organisation that it is of.

    `extra` is where a signature made elsewhere goes.
    """
    chains = {chain: {"seq": head.seq, "hash": head.hash} for chain, head in heads.items()}
    owners = {chain: {"code": code, "kind": kind} for chain, (code, kind) in included.items()}
    content = {"format": 1, "at": timestamp(at), "chains": chains, "included": sorted(included)}
    return canonical({**(extra or {}), **content, "organisations": owners}) + b"\n"


# --- the bag ------------------------------------------------------------------------------------------------


def manifest(digests: Mapping[str, str]) -> Iterator[bytes]:
    """Digest and path of each, in the form that sha256sum reads, by path."""
    return (f"{digests[path]}  {path}\n".encode() for path in sorted(digests))


def bag_info(plan: BundlePlan, *, total: int, count: int) -> bytes:
    own = {
        rules.BAGGING_DATE: plan.created.astimezone(UTC).date().isoformat(),
        rules.CUT_OFF: timestamp(plan.created),
        rules.OXUM: f"{total}.{count}",
    }
    clash = {label.lower() for label in own} & {label.lower() for label in plan.bag_info}
    if clash or any(":" in label or label != " ".join(label.split()) for label in plan.bag_info):
        raise ValueError("bag-info labels are plain words, and the bundle writes its own date and totals")
    lines = {**plan.bag_info, **own}.items()
    return "".join(f"{label}: {' '.join(value.split())}\n" for label, value in lines).encode()


def seal(signer: Signer, tags: Mapping[str, str]) -> bytes:
    signature = signer.sign(rules.seal_message(tags))
    content = {"format": 1, "signed": dict(tags), "key": signer.public_key.hex()}
    return canonical({**content, "signature": signature.hex()}) + b"\n"
