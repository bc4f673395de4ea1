"""The registers beside the recommendations: which events record which kind of row, and what each says of its columns.

One table for both sides: the queries find the event of a row by it, and the verifier holds the row against the event.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from tracker.exports.rules.columns import COLUMNS

# Every row has them; `year`, `item` and `row` name what it is of.
_EVERYWHERE = ("kind", "as_at", "current_at_date", "version", "recorded_at_utc")
_OF_ORGANISATIONS = ("organisation", "superseded_at_utc", "recorded_by", "audit_chain", "audit_seq")
# A row of a member, about a share that a network recorded for it.
FOR_MEMBER = "share for it"
# A row of a national body, about a question that it was asked: told by its chain, in nobody's words.
RECEIVED = "help received"
# What ends a membership that never was one: it has no row of its own.
MEMBER_REMOVED = "network.member_removed"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of row that an organisation recorded.

    `named`: the key under which its events name the row. `facts` and `texts`: column → key of the event, of what is
    chained in clear and of what can be taken out of the trail. `derived`: columns that follow from something else in
    the pack. `sealed`: columns of which the events of this chain say nothing, so that only the seal covers them.
    """

    file: str
    named: str
    events: tuple[str, ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    derived: tuple[str, ...] = ()
    sealed: tuple[str, ...] = ()

    @property
    def name_column(self) -> str:
        return "item" if self.file == "programme.csv" else "row"

    @property
    def columns(self) -> frozenset[str]:
        """Those that such a row may fill; the others stay empty."""
        told = (*self.facts, *self.texts, *self.derived, *self.sealed)
        return frozenset((*_EVERYWHERE, *_OF_ORGANISATIONS, self.name_column, *told))


def _same(names: str) -> dict[str, str]:
    return {name: name for name in names.split()}


def _events(subject: str, *words: str) -> tuple[str, ...]:
    return tuple(f"{subject}.{word}" for word in words)


_EVALUATED = "method sample finding"
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "usage": Kind(
            "library.csv", "usage_id", _events("usage", "added", "changed", "mistaken"),
            {
                "about_on": "period_from", "until_on": "period_until", "useful": "rated_useful",
                "evidence": "evidence_id", **_same("read_on counted number rated"),
            },
            {"source": "read_from", "note": "note", "reason": "mistaken_reason"},
            ("resource", "title"),
        ),
        "evaluation": Kind(
            "library.csv", "evaluation_id", _events("evaluation", "added", "changed", "mistaken"),
            {"about_on": "evaluated_on", "counted": "result", "number": "sample_size", "evidence": "evidence_id"},
            {**_same(f"{_EVALUATED} link"), "reason": "mistaken_reason"},
            ("resource", "title"),
        ),
        "development": Kind(
            "library.csv", "development_id", _events("development", "added", "changed", "mistaken"),
            {
                "level": "reach", "counted": "stage", "about_on": "announced_on", "until_on": "starts_on",
                **_same("audiences overlap_found_on overlap_settled_on"),
            },
            {
                **_same("title what funder developer overlap_with overlap_settlement"),
                "reason": "mistaken_reason",
            },
        ),
        "share": Kind(
            "dissemination.csv", "share_id", _events("share", "added", "changed", "mistaken"),
            {"about_on": "shared_on", "evidence": "evidence_id", "for_members": "members", **_same("channel reached")},
            {**_same("channel_words link reached_basis note"), "reason": "mistaken_reason"},
            ("resource", "title"),
        ),
        FOR_MEMBER: Kind(
            "dissemination.csv", "share_id", _events("share", "for_member"),
            {"about_on": "shared_on", "for_members": "network", **_same("channel state")},
            derived=("resource", "title"),
            sealed=("channel_words", "link", "reason"),
        ),
        "member": Kind(
            "dissemination.csv", "membership_id", _events("network", "member_added", "member_changed"),
            {"about_on": "from_on", "until_on": "until_on", "for_members": "organisation"},
        ),
        "practice": Kind(
            "practice.csv", "practice_id",
            _events("practice", "added", "changed", "sent", "returned", "published", "stopped", "withdrawn"),
            {
                "about_on": "evaluated_on", "evidence": "evidence_ids",
                **_same("state setting result shared_locally_on recommendation"),
            },
            {
                **_same(f"title what effect effect_measure contact_role shared_locally_how {_EVALUATED}"),
                "reason": "state_reason",
            },
            ("published_at_utc", "reviewed_by"),
        ),
        "use": Kind(
            "practice.csv", "practice_id", _events("practice", "used"),
            {"recommendation": "recommendation", "other_organisation": "from_organisation"},
            derived=("what",),
        ),
        "help asked": Kind(
            "practice.csv", "request_id", _events("help", "asked", "taken_back"),
            {"about_on": "asked_on", "recommendation": "recommendation", "about_practice": "practice_id"},
            {"what": "question", "reason": "reason"},
        ),
        # In the national body's pack: its own answers alone say nothing of those who still wait.
        RECEIVED: Kind(
            "practice.csv", "request_id", _events("help", "received"),
            {"about_on": "asked_on", "other_organisation": "organisation", **_same("recommendation state")},
        ),
        "help answered": Kind(
            "practice.csv", "request_id", _events("help", "answered"),
            {"about_on": "answered_on", "asked_on": "asked_on", "other_organisation": "organisation"},
            {"what": "answer"},
        ),
        "state": Kind(
            "programme.csv", "item", _events("programme", "state_recorded"),
            {**_same("status starts_on due_on done_on"), "evidence": "evidence_ids"},
            {**_same("owner reason link"), "text": "summary"},
            ("year", "title"),
        ),
    }
)  # fmt: skip
KIND_OF_EVENT: Mapping[str, str] = MappingProxyType(
    {event: name for name, kind in KINDS.items() for event in kind.events}
)

# Rows of the platform: their events are on its chain, which belongs to no organisation and is in no pack. File, and
# the columns that such a row may fill; none of them is held against an event.
NATIONAL: Mapping[str, tuple[str, frozenset[str]]] = MappingProxyType(
    {
        "resource": (
            "library.csv",
            frozenset(
                (
                    *_EVERYWHERE,
                    *(
                        "row",
                        "resource",
                        "title",
                        "resource_kind",
                        "number_in_source",
                        "section",
                        "from_source",
                    ),
                    *("made_by", "level", "session_code", "format", "format_words", "audiences", "covers"),
                    *("audience_words", "modules", "description", "minutes", "interactive", "serves", "link"),
                    *(
                        "endorsement",
                        "owned_by",
                        "funder",
                        "developer",
                        "funding_note",
                        "funding_checked_on",
                        "note",
                    ),
                    *("retired_on", "reason"),
                )
            ),
        ),
        "year": (
            "programme.csv",
            frozenset((*_EVERYWHERE, "year", "title", "note", "confirmed", "from_source")),
        ),
        "item": (
            "programme.csv",
            frozenset(
                (
                    *_EVERYWHERE,
                    *("item", "year", "part_of", "label", "item_kind", "title", "text", "note", "serves"),
                    *("resource", "happens_on", "place", "host", "link", "historical", "from_source"),
                    *("taken_out_on", "reason"),
                )
            ),
        ),
    }
)
LEDGER_FILES = tuple(dict.fromkeys(kind.file for kind in KINDS.values()))


def in_order(name: str, **values: object) -> Sequence[object]:
    """A row of this file from cells by their names; what is not named stays empty. KeyError for another name."""
    for column in values.keys() - set(COLUMNS[name]):
        raise KeyError(f"{name} has no column {column}")
    return [values.get(column) for column in COLUMNS[name]]


def audiences_text(audiences: Sequence[Mapping[str, Any]]) -> str:
    """`staff: 01 03, grades: gp, settings: hospital, area: critical_care, patients: adults`; several by semicolons."""
    return "; ".join(_audience(each) for each in audiences)


def _audience(body: Mapping[str, Any]) -> str:
    axes = {name: _words(body.get(name)) for name in ("staff", "grades", "settings", "area", "patients")}
    return ", ".join(f"{name}: {words}" for name, words in axes.items() if words)


def _words(value: object) -> str:
    return " ".join(str(each) for each in value) if isinstance(value, list) else str(value or "")
