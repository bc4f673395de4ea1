"""The hash chain and the types of event it may hold; tables and locks live in models and actions."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

import rfc8785

GENESIS = "0" * 64
HEADER_VERSION = 1
SALT_BYTES = 32
PLATFORM = "platform"

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_HEADER_KEYS = frozenset(
    ("v", "chain", "seq", "prev", "at", "type", "actor", "subject", "group", "public", "private")
)


# --- types of event ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EventType:
    """What an event is called, which facts are chained in clear, and which may be redacted later."""

    name: str
    label: str
    public_keys: frozenset[str]
    private_keys: frozenset[str]


def _event(name: str, label: str, public: str = "", private: str = "") -> EventType:
    return EventType(name, label, frozenset(public.split()), frozenset(private.split()))


_PERSON = "name email"
_ROLE = "membership_id user_id role organisation from_on until_on"
_ORGANISATION = "code kind region icb from_on until_on as_at successor source_digest source_line"
_POSITION = (
    "record_id entry_id version delivery confidence due_on delivered_on evidence_due_on evidenced_on forum_on"
    " confirmed_on evidence evidence_ids action_ids wording_digest lag_days changed"
)
_POSITION_TEXT = "summary note reason accountable_person lead_executive forum"
_ACTION = "action_id record_id version due_on done_on status changed"
_ITEM = "evidence_id version kind dated_on valid_until recommendations subjects captured_on changed"
_FILE = "evidence_id file_id revision replaces sha256 size media_type extension"
_EXPORT = (
    "export_id scope organisations organisation_count recommendations recommendation_count as_at cut_off"
    " with_names length manifest_digest omission_count row_count format start end"
)

_ALL = (
    # The e-mail typed may be a stranger's, so it is never in clear; the address is personal data too.
    _event("session.signed_in", "Signed in", "session user_id", "address user_agent"),
    _event("session.failed", "Failed to sign in", "cause user_id", "email address user_agent"),
    _event("session.signed_out", "Signed out", "session user_id cause"),
    _event("account.created", "Account created", "user_id source", _PERSON),
    _event("account.invited", "Person invited", "user_id invitation_id expires_at", _PERSON),
    _event("account.changed", "Account details changed", "user_id changed", _PERSON),
    _event("account.closed", "Account closed", "user_id sessions_ended", f"{_PERSON} reason"),
    _event("account.reopened", "Account opened again", "user_id", f"{_PERSON} reason"),
    _event("account.password_set", "Password set", "user_id invitation_id"),
    _event("account.password_changed", "Password changed", "user_id sessions_ended"),
    _event("account.reset_link", "One-time password link given", "user_id expires_at cause", "reason"),
    _event("role.granted", "Role given", _ROLE, f"{_PERSON} reason"),
    _event("role.changed", "Role changed", _ROLE, f"{_PERSON} reason"),
    _event("role.withdrawn", "Role withdrawn", f"{_ROLE} sessions_ended", f"{_PERSON} reason"),
    # Names of organisations are published by the NHS: they identify nobody.
    _event("organisation.added", "Organisation added", f"{_ORGANISATION} name"),
    _event("organisation.renamed", "Organisation renamed", f"{_ORGANISATION} name"),
    _event("organisation.moved", "Organisation moved to another region or ICB", f"{_ORGANISATION} name"),
    _event("organisation.closed", "Organisation closed", f"{_ORGANISATION} name"),
    _event("organisation.absent", "Organisation absent from a newer file", f"{_ORGANISATION} name"),
    _event("organisation.returned", "Organisation back in a newer file", f"{_ORGANISATION} name"),
    _event(
        "organisations.imported",
        "Organisations imported",
        "source_digest source_size as_at added renamed moved closed absent returned unchanged rejected",
        "file_name",
    ),
    _event(
        "catalogue.synced",
        "Catalogue read from its files",
        "report source_digest added changed unchanged retired codes",
    ),
    _event("progress.recorded", "Progress recorded", _POSITION, _POSITION_TEXT),
    _event("progress.confirmed", "Confirmed as still true", _POSITION, "note"),
    _event("progress.assured", "Evidence checked and agreed", _POSITION, _POSITION_TEXT),
    _event(
        "progress.not_applicable_reviewed",
        "“Does not apply” reviewed",
        f"{_POSITION} outcome",
        "reason note",
    ),
    _event("action.added", "Action added", _ACTION, "title owner note"),
    _event("action.changed", "Action changed", _ACTION, "title owner note reason"),
    _event("evidence.added", "Evidence added", f"{_ITEM} file_ids", "title shows link note"),
    _event("evidence.file_added", "Evidence file stored", _FILE, "file_name note"),
    _event("evidence.changed", "Evidence details changed", _ITEM, "title shows link note reason"),
    _event("evidence.withdrawn", "Evidence taken out of use", f"{_ITEM} withdrawn_on", "title reason"),
    _event("evidence.downloaded", "Evidence file downloaded", _FILE, "file_name"),
    _event(
        "evidence.linked", "Evidence linked", "evidence_id recommendations subjects added removed", "note"
    ),
    _event(
        "evidence.identifier_overridden",
        "Stated that a number is not an NHS number",
        f"{_FILE} where count",
        "reason field_name file_name",
    ),
    _event(
        "finding.recorded",
        "Finding recorded",
        "finding_id record_id recommendation outcome as_at entry_id evidence sample_id supersedes",
        "note reason",
    ),
    _event("export.requested", "Evidence pack asked for", _EXPORT, "note"),
    _event("export.downloaded", "Evidence pack downloaded", _EXPORT),
    _event("summary.exported", "Summary exported", f"{_EXPORT} filters", "search"),
    _event("page.read", "Page read", "page on recommendation organisations organisation_count filters as_at"),
    _event(
        "demo.loaded",
        "Demonstration data loaded",
        "seed organisations records entries evidence_items evidence_files accounts measures actions",
    ),
    _event(
        "checkpoint.signed", "Dated seal made", "checkpoint_id chains chain_count heads_digest key_id cause"
    ),
)

EVENT_TYPES: Mapping[str, EventType] = MappingProxyType({each.name: each for each in _ALL})


def event_type(name: str) -> EventType:
    """The declared type; ValueError for a name nobody declared: a misspelling never enters the chain."""
    try:
        return EVENT_TYPES[name]
    except KeyError:
        raise ValueError(f"“{name}” is not a declared type of event") from None


def check_keys(name: str, public: Mapping[str, object], private: Mapping[str, object]) -> None:
    """ValueError when a key is not declared: a personal detail in clear could never be taken out again."""
    declared = event_type(name)
    for where, given, allowed in (
        ("public", public, declared.public_keys),
        ("private", private, declared.private_keys),
    ):
        unknown = sorted(set(given) - allowed)
        if unknown:
            raise ValueError(f"{name} does not declare {', '.join(unknown)} as {where}")


# --- one event --------------------------------------------------------------------------------------------


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


# --- checking a chain -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChainEvent:
    """One stored event. `redacted`: its text is absent on purpose; `header_bytes` are the bytes as stored."""

    seq: int
    header_bytes: bytes
    hash: str
    prev: str
    salt: bytes | None = None
    private: bytes | None = None
    redacted: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of a chain; seq 0 and GENESIS when it has none."""

    seq: int
    hash: str


NO_EVENTS = Head(0, GENESIS)


@dataclass(frozen=True, slots=True)
class ChainProblem:
    """`seq` is the event at which it was noticed, None when it is about the whole chain."""

    seq: int | None
    what: str


@dataclass(frozen=True, slots=True)
class ChainResult:
    """The head that was computed from the events, whatever the stored hashes say, and what is wrong."""

    count: int
    head: Head
    problems: tuple[ChainProblem, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


@dataclass(slots=True)
class ChainChecker:
    """Takes the events of one chain in order, one at a time, so that a chain of any length fits in memory.

    `known` are heads that somebody holds from earlier (checkpoints, an earlier bundle): seq → hash.
    """

    chain: str | None = None
    known: Mapping[int, str] = field(default_factory=dict)
    count: int = 0
    head: Head = NO_EVENTS
    _at: str = ""
    _seen: set[int] = field(default_factory=set)

    def feed(self, event: ChainEvent) -> Iterator[ChainProblem]:
        """What is wrong with this event after those before it."""
        computed = event_hash(event.header_bytes)
        for what in (
            *self._place_problems(event),
            *self._header_problems(event, computed),
            *self._known_problems(event.seq, computed),
        ):
            yield ChainProblem(event.seq, what)
        # Going on from what was read, not from what was expected, names each fault once.
        self.head = Head(event.seq, computed)
        self.count += 1

    def finish(self, head: Head | None = None) -> Iterator[ChainProblem]:
        """What is missing at the end; `head` is where the chain has to end."""
        if head is not None and head.seq != self.head.seq:
            what = f"ends at event {self.head.seq}, but its recorded head is event {head.seq}"
            yield ChainProblem(self.head.seq, what)
        elif head is not None and head.hash != self.head.hash:
            yield ChainProblem(self.head.seq, "the last event is not the one that the recorded head names")
        for seq in sorted(set(self.known) - self._seen - {0}):
            yield ChainProblem(seq, "an event that a checkpoint names is missing")

    def _place_problems(self, event: ChainEvent) -> Iterator[str]:
        expected = self.head.seq + 1
        if event.seq > expected:
            yield f"events {expected} to {event.seq - 1} are missing"
        elif event.seq < expected:
            yield f"out of order: event {expected} was expected here"
        if event.prev != self.head.hash:
            yield "does not follow from the event before it"

    def _header_problems(self, event: ChainEvent, computed: str) -> Iterator[str]:
        if computed != event.hash:
            yield "its header was altered: the recorded hash is another one"
        content = read_header(event.header_bytes)
        if content is None:
            yield "its header is not a header in canonical form"
            return
        if content["seq"] != event.seq:
            yield f"its header calls it event {content['seq']}"
        if content["prev"] != event.prev:
            yield "its header names another event before it"
        if self.chain is not None and content["chain"] != self.chain:
            yield "its header belongs to another chain"
        yield from self._time_problems(content["at"])
        yield from _private_problems(event, content["private"])

    def _time_problems(self, at: str) -> Iterator[str]:
        if at < self._at:
            yield "is dated before the event before it"
        self._at = max(at, self._at)

    def _known_problems(self, seq: int, computed: str) -> Iterator[str]:
        if seq in self.known:
            self._seen.add(seq)
            if self.known[seq] != computed:
                yield "is not the event that a checkpoint names"


def _private_problems(event: ChainEvent, digest: str | None) -> Iterator[str]:
    if digest is None:
        if event.private is not None or event.salt is not None or event.redacted:
            yield "has text, or a note that text was taken out, that its header does not know of"
    elif event.redacted:
        if event.private is not None:
            yield "is marked as redacted, but its text is there"
    elif event.private is None or event.salt is None:
        yield "its text is missing, and it is not marked as redacted"
    elif len(event.salt) != SALT_BYTES or private_digest(event.salt, event.private) != digest:
        yield "its text was altered"


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


def verify_chain(
    events: Iterable[ChainEvent],
    *,
    chain: str | None = None,
    head: Head | None = None,
    known: Mapping[int, str] = MappingProxyType({}),
) -> ChainResult:
    """Check one whole chain; `head` is where it must end, `known` (seq → hash) what others remember of it."""
    checker = ChainChecker(chain, known)
    problems = [problem for event in events for problem in checker.feed(event)]
    problems += checker.finish(head)
    return ChainResult(checker.count, checker.head, tuple(problems))


# --- in words ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Detail:
    """One fact of an event as a person reads it; `old` is None when nothing was replaced."""

    label: str
    old: str | None
    new: str


NOTHING = "nothing"

# What is said of an event, in this order. Ids and digests that only machines compare are left out.
_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "name": "Name",
        "email": "E-mail",
        "role": "Role",
        "organisation": "Organisation",
        "organisations": "Organisations",
        "organisation_count": "Number of organisations",
        "code": "Code",
        "title": "Title",
        "shows": "What it shows",
        "kind": "Kind",
        "delivery": "Where they are with this",
        "confidence": "Will it be done by the date",
        "summary": "What is in place",
        "owner": "Who does it",
        "due_on": "Due",
        "delivered_on": "In place since",
        "evidence_due_on": "Evidence ready by",
        "evidenced_on": "Evidence was ready on",
        "done_on": "Done on",
        "forum": "Meeting that agreed it",
        "forum_on": "Date of the meeting",
        "accountable_person": "Person accountable",
        "lead_executive": "Lead executive",
        "dated_on": "Date that it is of",
        "valid_until": "Valid until",
        "link": "Link",
        "file_name": "File",
        "revision": "Revision",
        "replaces": "Takes the place of revision",
        "size": "Bytes",
        "sha256": "Fingerprint",
        "recommendation": "Recommendation",
        "recommendations": "Recommendations",
        "added": "Added",
        "removed": "Removed",
        "outcome": "Finding",
        "as_at": "Position on",
        "from_on": "From",
        "until_on": "Until",
        "expires_at": "Can be used until",
        "region": "Region",
        "icb": "Integrated care board",
        "successor": "Followed by",
        "withdrawn_on": "Taken out of use on",
        "changed": "Changed",
        "unchanged": "Unchanged",
        "rejected": "Rejected",
        "retired": "Retired",
        "report": "Report",
        "page": "Page",
        "filters": "Narrowed to",
        "search": "Looked for",
        "format": "Format",
        "row_count": "Rows",
        "records": "Records",
        "sessions_ended": "Sessions ended",
        "cause": "Why",
        "note": "Note",
        "reason": "Reason",
    }
)

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "not_started": "Not started",
        "in_progress": "Started",
        "delivered": "In place",
        "assured": "In place, evidence checked and agreed",
        "not_applicable": "Does not apply",
        "on_track": "Yes",
        "at_risk": "It might be late",
        "off_track": "It will be late",
        "overturned": "Not accepted when checked",
        "reason_accepted": "Reason accepted: does not apply",
        "reason_refused": "Reason not accepted: does apply",
    }
)
# Values of these keys are words of the code; whatever people typed is shown as they typed it.
_CODED = frozenset(("delivery", "confidence", "kind", "role", "outcome", "cause"))
_NUMBERED = frozenset(("recommendation", "recommendations", "added", "removed"))
_SHORT_DIGEST = 12


def describe(type: str, public: Mapping[str, Any], private: Mapping[str, Any] | None) -> tuple[Detail, ...]:
    """What an event says, in plain words; `private` is None when its text was removed."""
    event_type(type)
    said = {**public, **(private or {})}
    return tuple(
        detail for key, label in _LABELS.items() if key in said and (detail := _detail(key, label, said[key]))
    )


def _detail(key: str, label: str, value: Any) -> Detail | None:
    if isinstance(value, dict) and set(value) == {"old", "new"}:
        old, new = _in_words(key, value["old"]), _in_words(key, value["new"])
        return None if old == new else Detail(label, old or None, new or NOTHING)
    words = _in_words(key, value)
    return Detail(label, None, words) if words else None


def _in_words(key: str, value: Any) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_in_words(key, each)}" for name, each in value.items() if each)
    if isinstance(value, list):
        return ", ".join(_in_words(key, each) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return _text_in_words(key, str(value))


def _text_in_words(key: str, text: str) -> str:
    if key == "sha256":
        return text[:_SHORT_DIGEST]
    if key in _CODED:
        return _WORDS.get(text, text.replace("_", " ").replace("-", " ").capitalize())
    if key in _NUMBERED and re.fullmatch(r"[A-Z0-9]{2,12}-[0-9]{2}", text):
        return str(int(text[-2:]))
    if key.endswith(("_on", "_until", "as_at")) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        day = date.fromisoformat(text)
        return f"{day.day} {day:%B %Y}"
    return text
