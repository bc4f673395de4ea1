"""The hash chain and the types of event it may hold; tables and locks live in models and actions."""

from tracker.audit.rules.chains import (
    NO_EVENTS,
    ChainChecker,
    ChainEvent,
    ChainProblem,
    ChainResult,
    Head,
    stored_event,
    verify_chain,
)
from tracker.audit.rules.events import (
    GENESIS,
    HEADER_VERSION,
    PLATFORM,
    SALT_BYTES,
    canonical,
    event_hash,
    header,
    private_digest,
    read_header,
    timestamp,
)
from tracker.audit.rules.types import (
    EVENT_TYPES,
    READINGS,
    EventType,
    check_keys,
    event_type,
)
from tracker.audit.rules.words import (
    NOTHING,
    Detail,
    describe,
    ending,
)

__all__ = [
    "EVENT_TYPES",
    "GENESIS",
    "HEADER_VERSION",
    "NOTHING",
    "NO_EVENTS",
    "PLATFORM",
    "READINGS",
    "SALT_BYTES",
    "ChainChecker",
    "ChainEvent",
    "ChainProblem",
    "ChainResult",
    "Detail",
    "EventType",
    "Head",
    "canonical",
    "check_keys",
    "describe",
    "ending",
    "event_hash",
    "event_type",
    "header",
    "private_digest",
    "read_header",
    "stored_event",
    "timestamp",
    "verify_chain",
]
