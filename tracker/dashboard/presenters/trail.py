"""The history of an organisation as plain sentences: who did what, on which day, and what stood there before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from tracker import clock
from tracker.audit.rules import Detail, describe, event_type
from tracker.catalogue.rules import Delivery
from tracker.dashboard.presenters.register_sentences import REGISTER_SENTENCES, register_about
from tracker.dashboard.presenters.told import Parts, Told, lower, numbers
from tracker.progress.rules import goes_down
from tracker.web.formats import day, moment, plural

# Said in the sentence itself, so not again below it.
SAID = frozenset(
    {
        "Added", "Date of the meeting", "Done on", "Finding", "Meeting that agreed it", "Recommendation",
        "Recommendations", "Removed", "Taken out of use on", "Title", "Where they are with this",
    }
)  # fmt: skip
TOLD_IN_FULL = frozenset(
    {
        "action.added", "action.changed", "evidence.changed", "evidence.withdrawn", "finding.recorded",
        "progress.recorded", "questions.answered",
    }
)  # fmt: skip
SERVICE = "The service"


@dataclass(frozen=True, slots=True)
class FilterChoice:
    """Something that the history can be narrowed to."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One event: a sentence in three parts, of which the middle may be a link, and what it changed."""

    at: datetime
    before: str
    about: str
    href: str
    after: str
    details: tuple[Detail, ...]
    seq: int
    fingerprint: str
    removed: bool

    @property
    def sentence(self) -> str:
        return f"{self.before}{self.about}{self.after}"

    @property
    def time(self) -> str:
        return moment(self.at).split(" at ")[1]


@dataclass(frozen=True, slots=True)
class TrailDay:
    """The events of one day."""

    on: str
    lines: tuple[TrailLine, ...]


def trail_line(
    *,
    type: str,
    at: datetime,
    who: str,
    subject: tuple[str, str],
    public: Mapping[str, Any],
    private: Mapping[str, Any] | None,
    seq: int,
    fingerprint: str,
    title: str = "",
    href: str = "",
) -> TrailLine:
    """An event as a sentence. `subject` is its kind and code; `title` that of the evidence; `href` where it leads."""
    told = Told(type, {**public, **(private or {})}, title)
    before, after = SENTENCES[type](told) if type in SENTENCES else ("", "")
    if not before:
        before, after = f"recorded: {lower(event_type(type).label)}", ""
    about = _about(subject, told) if type in SENTENCES else ""
    details = describe(type, public, private) if type in TOLD_IN_FULL else ()
    return TrailLine(
        at=at, before=f"{who or SERVICE} {before}", about=about, href=href if about else "", after=after,
        details=tuple(each for each in details if each.label not in SAID), seq=seq, fingerprint=fingerprint,
        removed=private is None,
    )  # fmt: skip


def by_day(lines: Iterable[TrailLine]) -> list[TrailDay]:
    """Lines under their day, London time, in the order given."""
    grouped = groupby(lines, key=lambda line: clock.local_day(line.at))
    return [TrailDay(day(on), tuple(found)) for on, found in grouped]


def _about(subject: tuple[str, str], told: Told) -> str:
    kind, code = subject
    if kind == "recommendation":
        return f"recommendation {int(code[-2:])}"
    if kind == "evidence":
        return f"“{told.new('title') or told.title}”" if told.new("title") or told.title else "evidence"
    if kind == "resource":
        title = told.new("title") or told.title
        return f"the training “{title}”" if title else "a piece of training"
    return register_about(kind, told)


def _recorded(told: Told) -> Parts:
    was, now = told.old("delivery"), told.new("delivery")
    if now is None:
        return "changed what is recorded for ", ""
    if was is None:
        return "recorded ", f" as {_delivery(now)}"
    if _goes_back(was, now):
        return "took ", f" back from {_delivery(was)} to {_delivery(now)}"
    return "recorded ", f" as {_delivery(now)}; it was {_delivery(was)}"


def _assured(told: Told) -> Parts:
    forum, on = told.new("forum"), told.new("forum_on")
    files = len(told.new("evidence") or ())
    meeting = f" by {forum}" if forum else ""
    dated = f" on {day(date.fromisoformat(on))}" if on else ""
    relied = f", with {plural(files, 'file')} as proof" if files else ""
    return "recorded that the evidence for ", f" was checked and agreed{meeting}{dated}{relied}"


def _action_added(told: Told) -> Parts:
    title = told.new("title")
    return "added an action for ", f": {title}" if title else ""


def _action_changed(told: Told) -> Parts:
    title = f": {told.new('title')}" if told.new("title") else ""
    if told.new("done_on"):
        done = day(date.fromisoformat(told.new("done_on")))
        return "said that an action for ", f" was done on {done}{title}"
    return "changed an action for ", title


def _evidence_added(told: Told) -> Parts:
    return "added the evidence ", _supporting(told.new("recommendations"))


def _file_added(told: Told) -> Parts:
    name = told.new("file_name") or "a file"
    if told.new("replaces"):
        return f"put {name} in the place of an older file of ", ""
    return f"added the file {name} to ", ""


def _linked(told: Told) -> Parts:
    added, removed = numbers(told.new("added")), numbers(told.new("removed"))
    if added and removed:
        return "changed what ", f" supports: {added} added, {removed} taken away"
    if removed:
        return "said that ", f" no longer supports {removed}"
    return "said that ", f" also supports {added or 'other recommendations'}"


def _finding(told: Told) -> Parts:
    words = {
        "verified": ": verified",
        "overturned": ": not accepted when checked",
        "reason_accepted": ": the reason why it does not apply is accepted",
        "reason_refused": ": the reason why it does not apply is not accepted",
    }
    return "recorded a finding on ", words.get(str(told.new("outcome")), "")


def _checked(told: Told) -> Parts:
    words = {"aligned": "up to date", "partly": "partly up to date", "not": "not up to date"}
    found = words.get(str(told.new("result")), "")
    on = told.new("assessed_on")
    dated = f" on {day(date.fromisoformat(on))}" if on else ""
    return "checked ", f" against NICE{dated}{f': {found}' if found else ''}"


def _page_read(told: Told) -> Parts:
    if told.new("page") != "help-requests":
        return "looked at ", ""
    return f"read the answer to a question on {numbers([told.new('recommendation')])}", ""


SENTENCES: dict[str, Callable[[Told], Parts]] = {
    **REGISTER_SENTENCES,
    "progress.recorded": _recorded,
    "progress.confirmed": lambda told: ("said that ", " is still true"),
    "progress.assured": _assured,
    "action.added": _action_added,
    "action.changed": _action_changed,
    "evidence.added": _evidence_added,
    "evidence.file_added": _file_added,
    "evidence.changed": lambda told: ("changed the details of ", ""),
    "evidence.withdrawn": lambda told: ("took ", " out of use"),
    "evidence.downloaded": lambda told: (f"downloaded {told.new('file_name') or 'a file'} of ", ""),
    "evidence.linked": _linked,
    "evidence.identifier_overridden": lambda told: ("stated that a number is not an NHS number", ""),
    "finding.recorded": _finding,
    "questions.answered": lambda told: ("answered the questions on ", ""),
    "resource.added": lambda told: ("put ", " on the list of training"),
    "resource.changed": lambda told: ("changed what the list says of ", ""),
    "resource.assessed": _checked,
    "resource.withdrawn": lambda told: ("took ", " out of use"),
    "guideline.added": lambda told: (f"entered {_guideline(told)} in the register of guidelines", ""),
    "guideline.changed": lambda told: (f"corrected {_guideline(told)} in the register of guidelines", ""),
    "export.requested": lambda told: ("asked for an evidence pack", ""),
    "export.downloaded": lambda told: ("downloaded an evidence pack", ""),
    "page.read": _page_read,
}


def _goes_back(was: str, now: str) -> bool:
    return goes_down(Delivery(was), Delivery(now))


def _delivery(value: str) -> str:
    return f"“{lower(Delivery(value).label)}”"


def _supporting(codes: Any) -> str:
    said = numbers(codes)
    return f", for {said}" if said else ""


def _guideline(told: Told) -> str:
    reference = told.new("reference")
    return f"a version of {reference}" if reference else "a version of a guideline"
