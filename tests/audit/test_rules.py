"""The hash chain: what verifies, and every way of altering it that has to be named."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tracker.audit import rules
from tracker.audit.rules import ChainEvent, Head

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SALT = bytes(range(32))


def make_event(
    seq: int, prev: str, *, chain: str = "RJ1", at: datetime | None = None, private: bytes | None = b"{}"
):
    digest = None if private is None else rules.private_digest(SALT, private)
    header = rules.header(
        chain=chain,
        seq=seq,
        prev=prev,
        at=rules.timestamp(at or START + timedelta(minutes=seq)),
        type="progress.recorded",
        actor="person-1",
        subject_kind="recommendation",
        subject_code="SEP16-12",
        group=None,
        public={"delivery": {"old": "in_progress", "new": "delivered"}},
        private_digest=digest,
    )
    raw = rules.canonical(header)
    return ChainEvent(seq, raw, rules.event_hash(raw), prev, None if private is None else SALT, private)


def make_chain(count: int = 5, **options) -> list[ChainEvent]:
    events: list[ChainEvent] = []
    for seq in range(1, count + 1):
        events.append(make_event(seq, events[-1].hash if events else rules.GENESIS, **options))
    return events


def wrong(events: Sequence[ChainEvent], **options) -> list[str]:
    return [problem.what for problem in rules.verify_chain(events, chain="RJ1", **options).problems]


def rewritten(event: ChainEvent, **changes) -> ChainEvent:
    """The event with another header and a hash that fits it, as a forger would make it."""
    raw = rules.canonical({**json.loads(event.header_bytes), **changes})
    return replace(event, header_bytes=raw, hash=rules.event_hash(raw))


def test_a_whole_chain_verifies():
    events = make_chain()
    result = rules.verify_chain(events, chain="RJ1", head=Head(5, events[-1].hash), known={3: events[2].hash})
    assert result.ok
    assert (result.count, result.head) == (5, Head(5, events[-1].hash))


def test_an_empty_chain_ends_at_genesis():
    assert rules.verify_chain([], head=rules.NO_EVENTS).ok
    assert wrong([], head=Head(2, "a" * 64)) == ["ends at event 0, but its recorded head is event 2"]


def test_a_canonical_header_has_sorted_keys_and_no_spaces():
    assert rules.canonical({"b": 1.0, "a": "é"}) == '{"a":"é","b":1}'.encode()


@pytest.mark.parametrize("value", [{"a": float("nan")}, {"a": 2**60}, {"a": object()}, {"a": "\ud800"}])
def test_what_json_cannot_hold_exactly_is_refused(value):
    with pytest.raises((ValueError, TypeError)):
        rules.canonical(value)


def test_a_missing_event_is_named_once():
    events = make_chain()
    assert wrong([*events[:2], *events[3:]]) == [
        "events 3 to 3 are missing",
        "does not follow from the event before it",
    ]


def test_a_cut_tail_shows_against_the_head():
    events = make_chain()
    assert wrong(events[:-1], head=Head(5, events[-1].hash)) == [
        "ends at event 4, but its recorded head is event 5"
    ]


def test_a_cut_tail_shows_against_an_earlier_checkpoint():
    events = make_chain()
    assert wrong(events[:3], known={5: events[-1].hash}) == ["an event that a checkpoint names is missing"]


def test_a_rewritten_history_shows_against_an_earlier_checkpoint():
    events = make_chain(private=b"[]")
    found = wrong(events, known={3: make_chain()[2].hash})
    assert found == ["is not the event that a checkpoint names"]


def test_a_chain_without_its_first_event_is_noticed():
    assert "events 1 to 1 are missing" in wrong(make_chain()[1:])


def test_an_altered_header_is_noticed():
    events = make_chain()
    events[2] = replace(events[2], header_bytes=events[2].header_bytes.replace(b"delivered", b"assured"))
    assert wrong(events)[0] == "its header was altered: the recorded hash is another one"


def test_an_altered_header_with_a_fitting_hash_breaks_the_link_after_it():
    events = make_chain()
    events[2] = rewritten(events[2], public={"delivery": "assured"})
    assert wrong(events) == ["does not follow from the event before it"]


def test_the_last_event_rewritten_shows_against_the_head():
    events = make_chain()
    head = Head(5, events[-1].hash)
    events[-1] = rewritten(events[-1], public={})
    assert wrong(events, head=head) == ["the last event is not the one that the recorded head names"]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"seq": 4}, "its header calls it event 4"),
        ({"chain": "RJ2"}, "its header belongs to another chain"),
        ({"prev": "b" * 64}, "its header names another event before it"),
        ({"at": "2020-01-01T00:00:00.000000Z"}, "is dated before the event before it"),
        ({"at": "2026-11-23"}, "its header is not a header in canonical form"),
        ({"more": 1}, "its header is not a header in canonical form"),
        ({"private": None}, "has text, or a note that text was taken out, that its header does not know of"),
    ],
)
def test_a_header_has_to_agree_with_its_place(changes, what):
    events = make_chain()
    events[-1] = rewritten(events[-1], **changes)
    assert wrong(events) == [what]


def test_a_header_in_another_form_is_noticed():
    events = make_chain()
    raw = json.dumps(json.loads(events[-1].header_bytes)).encode()
    events[-1] = replace(events[-1], header_bytes=raw, hash=rules.event_hash(raw))
    assert wrong(events) == ["its header is not a header in canonical form"]


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b"\xff", b"null", b"[" * 100_000, b'{"a":1e999}'])
def test_what_is_no_header_is_named_and_not_raised(raw):
    events = make_chain()
    events[-1] = replace(events[-1], header_bytes=raw, hash=rules.event_hash(raw))
    assert wrong(events) == ["its header is not a header in canonical form"]


def test_equal_moments_are_in_order():
    assert not wrong(make_chain(at=START))


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"private": b"{ }"}, "its text was altered"),
        ({"salt": bytes(32)}, "its text was altered"),
        # The same bytes, cut elsewhere between salt and text.
        ({"salt": SALT[:31], "private": SALT[31:] + b"{}"}, "its text was altered"),
        ({"private": None}, "its text is missing, and it is not marked as redacted"),
        ({"redacted": True}, "is marked as redacted, but its text is there"),
    ],
)
def test_text_has_to_agree_with_its_digest(changes, what):
    events = make_chain()
    events[1] = replace(events[1], **changes)
    assert wrong(events) == [what]


def test_redacted_text_leaves_the_chain_whole():
    events = make_chain()
    events[1] = replace(events[1], salt=None, private=None, redacted=True)
    assert not wrong(events)


def test_every_type_of_event_has_a_label_and_keeps_public_and_private_apart():
    for name, each in rules.EVENT_TYPES.items():
        assert each.name == name
        assert each.label
        assert not each.public_keys & each.private_keys
        assert not each.public_keys & {"email", "summary", "note", "reason", "title", "file_name", "link"}


def test_what_is_only_read_or_taken_away_is_told_from_what_is_saved():
    assert set(rules.EVENT_TYPES) >= rules.READINGS
    endings = ("read", "downloaded", "exported", "requested")
    assert {each for each in rules.EVENT_TYPES if each.endswith(endings)} == rules.READINGS


def test_keys_have_to_be_declared():
    rules.check_keys("progress.recorded", {"delivery": "delivered"}, {"summary": {"old": None, "new": "x"}})
    with pytest.raises(ValueError, match="summary as public"):
        rules.check_keys("progress.recorded", {"summary": "x"}, {})
    with pytest.raises(ValueError, match="colour as private"):
        rules.check_keys("progress.recorded", {}, {"colour": "x"})
    with pytest.raises(ValueError, match="not a declared type"):
        rules.check_keys("progress.recoded", {}, {})


def test_moments_are_utc_with_microseconds():
    assert rules.timestamp(START) == "2026-11-23T09:00:00.000000Z"
    with pytest.raises(ValueError, match="time zone"):
        rules.timestamp(datetime(2026, 11, 23))
