"""Checking a chain from its first event to its head: whatever was altered, taken out or put in is named."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tracker.audit.rules.events import GENESIS, SALT_BYTES, event_hash, private_digest, read_header


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


def stored_event(
    seq: int, header: str, digest: str, prev: str, has_text: bool, salt: bytes | None, body: str | None
) -> ChainEvent:
    """An event as the database holds it. A redaction empties the text's row; a row that is gone is no redaction."""
    private = None if body is None else body.encode()
    redacted = has_text and body is None and salt is None
    return ChainEvent(seq, header.encode(), digest, prev, salt, private, redacted)


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
