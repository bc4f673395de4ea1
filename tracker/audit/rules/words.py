"""What an event says in plain words; only what people read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from tracker import clock
from tracker.audit.rules.labels import LABELS, WORDS, WORDS_OF
from tracker.audit.rules.types import event_type


@dataclass(frozen=True, slots=True)
class Detail:
    """One fact of an event as a person reads it; `old` is None when nothing was replaced."""

    label: str
    old: str | None
    new: str


NOTHING = "nothing"

# Values of these keys are words of the code; whatever people typed is shown as they typed it.
_CODED = frozenset(
    [
        "delivery",
        "confidence",
        "kind",
        "role",
        "outcome",
        "channel",
        "cause",
        "decision",
        "arrangement",
        "part",
        "duties",
        "overlap",
        "task",
        "format",
        "level",
        "endorsement",
        "source",
        "setting",
        "patients",
        "discussed",
        "populations",
        "result",
        "state",
        "status",
        "reach",
        "stage",
        "counted",
        "staff_groups",
    ]
)
# Values of these keys name something that has a title.
_CALLED = frozenset(("resource", "resource_code", "national_code", "item"))
_DAYS = ("_on", "_until", "as_at", "period_from", "counts_from", "recheck_by")
_NUMBERED = frozenset(("recommendation", "recommendations", "serves", "added", "removed"))
_SHORT_DIGEST = 12
_ENDING = 8


def describe(
    type: str,
    public: Mapping[str, Any],
    private: Mapping[str, Any] | None,
    called: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Detail, ...]:
    """What an event says, in plain words; `private` is None when its text was removed.

    `called`: titles of what the event names by a code or an id.
    """
    words = _Words(event_type(type).name.partition(".")[0], called)
    said = {**public, **(private or {})}
    return tuple(
        detail
        for key, label in LABELS.items()
        if key in said and (detail := words.detail(key, label, said[key]))
    )


def ending(identifier: str) -> str:
    """The end of an id, enough to tell it from others: ids made in one minute begin alike."""
    return identifier[-_ENDING:]


@dataclass(frozen=True, slots=True)
class _Words:
    """The values of one event in words."""

    family: str
    called: Mapping[str, str]

    def detail(self, key: str, label: str, value: Any) -> Detail | None:
        if isinstance(value, dict) and set(value) == {"old", "new"}:
            old, new = self.of(key, value["old"]), self.of(key, value["new"])
            return None if old == new else Detail(label, old or None, new or NOTHING)
        words = self.of(key, value)
        return Detail(label, None, words) if words else None

    def of(self, key: str, value: Any) -> str:
        if value is None or value in ("", [], {}):
            return ""
        if isinstance(value, dict):
            return ", ".join(f"{name}: {self.of(key, each)}" for name, each in value.items() if each)
        if isinstance(value, list):
            return ", ".join(self.of(key, each) for each in value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, int):
            return f"{value:,}"
        return self._text(key, str(value))

    def _text(self, key: str, text: str) -> str:
        if key == "sha256":
            return text[:_SHORT_DIGEST]
        if key in _CALLED:
            return self.called.get(text) or (f"one that ends in {ending(text)}" if _is_id(text) else text)
        if key in _CODED:
            special = WORDS_OF.get((self.family, key), {})
            return special.get(text) or WORDS.get(text) or _plain(text)
        if key in _NUMBERED and re.fullmatch(r"[A-Z0-9]{2,12}-[0-9]{2}", text):
            return str(int(text[-2:]))
        return _when(key, text)


def _plain(text: str) -> str:
    return text.replace("_", " ").replace("-", " ").capitalize()


def _is_id(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text) is not None


def _when(key: str, text: str) -> str:
    """A day or a moment as people write it; any other text as it stands."""
    if key.endswith(_DAYS) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return _day(date.fromisoformat(text))
    if key == "expires_at":
        local = datetime.fromisoformat(text).astimezone(clock.LONDON)
        return (
            f"{_day(local.date())} at {local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"
        )
    return text


def _day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"
