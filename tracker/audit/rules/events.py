"""One event: its header in canonical form, its hash, and the digest of the text that may be taken out."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import rfc8785

from tracker.audit.rules.types import event_type

GENESIS = "0" * 64
HEADER_VERSION = 1
SALT_BYTES = 32
PLATFORM = "platform"

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_HEADER_KEYS = frozenset(
    ("v", "chain", "seq", "prev", "at", "type", "actor", "subject", "group", "public", "private")
)


def canonical(value: object) -> bytes:
    """RFC 8785 JSON; ValueError for what JSON cannot hold exactly."""
    try:
        # The library's own type is private; it refuses at run time whatever is not JSON.
        data: Any = value
        return rfc8785.dumps(data)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC, always with microseconds, so that text order is time order."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def header(
    *,
    chain: str,
    seq: int,
    prev: str,
    at: str,
    type: str,
    actor: str | None,
    subject_kind: str,
    subject_code: str,
    group: str | None,
    public: Mapping[str, object],
    private_digest: str | None,
) -> dict[str, object]:
    """What is hashed. `at` is from `timestamp`; `actor` an opaque id; nothing here can be redacted later."""
    event_type(type)
    if seq < 1 or not _DIGEST.fullmatch(prev) or not _MOMENT.fullmatch(at):
        raise ValueError("seq starts at 1, prev is a SHA-256 and at has microseconds and ends in Z")
    return {
        "v": HEADER_VERSION,
        "chain": chain,
        "seq": seq,
        "prev": prev,
        "at": at,
        "type": type,
        "actor": actor,
        "subject": {"kind": subject_kind, "code": subject_code},
        "group": group,
        "public": dict(public),
        "private": private_digest,
    }


def event_hash(header_bytes: bytes) -> str:
    """SHA-256 of the canonical header, in hex."""
    return hashlib.sha256(header_bytes).hexdigest()


def private_digest(salt: bytes, body: bytes) -> str:
    """SHA-256(salt ‖ body) in hex.

    The salt keeps a short text from being guessed from its digest after redaction; its length is fixed,
    because otherwise bytes could move between salt and body without changing the digest.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return hashlib.sha256(salt + body).hexdigest()


def read_header(header_bytes: bytes) -> dict[str, Any] | None:
    """The header's content, or None when these bytes are not what `canonical(header(…))` would write."""
    try:
        content = json.loads(header_bytes)
        if canonical(content) != header_bytes:
            return None
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) and _is_header(content) else None


def _is_header(content: Mapping[str, Any]) -> bool:
    if set(content) != _HEADER_KEYS or type(content["seq"]) is not int or content["v"] != HEADER_VERSION:
        return False
    texts = [content[key] for key in ("chain", "prev", "at", "type")]
    private = content["private"]
    return (
        all(isinstance(each, str) for each in texts)
        and bool(_MOMENT.fullmatch(content["at"]))
        and isinstance(content["public"], dict)
        and isinstance(content["subject"], dict)
        and (private is None or (isinstance(private, str) and bool(_DIGEST.fullmatch(private))))
    )
