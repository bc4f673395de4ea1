"""Sentences about the registers beside the recommendations: champions, figures, library, practice, programme."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tracker.dashboard.presenters.told import Parts, Told, lower, numbers
from tracker.library.rules import Channel
from tracker.programme.rules import Status
from tracker.web.formats import day, plural

# Kinds of thing that are called by the title of a national resource, and their name where it is not known.
OF_A_RESOURCE = {"share": "a resource", "usage": "a resource", "evaluation": "a resource"}
CALLED = {
    "practice": "a good practice",
    "development": "new training",
    "programme_item": "an item of the programme",
}


def register_about(kind: str, told: Told) -> str:
    """What a sentence is about, which may be a link; nothing for kinds that are told whole."""
    if kind in OF_A_RESOURCE:
        return f"“{told.title}”" if told.title else OF_A_RESOURCE[kind]
    if kind == "help":
        code = told.new("recommendation")
        return numbers([code]) if code else "a recommendation"
    if kind in CALLED:
        title = told.new("title") or told.title
        return f"“{title}”" if title else CALLED[kind]
    return ""


def _shared(told: Told) -> Parts:
    on = told.new("shared_on")
    dated = f" on {day(date.fromisoformat(on))}" if on else ""
    members = len(told.new("members") or ())
    whom = f", for {plural(members, 'member')}" if members else ""
    return "recorded that ", f" was shared{_by(told)}{dated}{whom}"


def _shared_for_member(told: Told) -> Parts:
    network = str(told.new("network") or "a network")
    if told.new("state") == "taken_back":
        return "took back that ", f" was shared for this organisation by {network}"
    verb = "corrected how " if told.new("state") == "changed" else "recorded that "
    return verb, f" was shared for this organisation by {network}{_by(told)}"


def _by(told: Told) -> str:
    """` (newsletter)`, where the channel is said."""
    channel = told.new("channel")
    return f" ({lower(Channel(channel).label)})" if channel else ""


def _counted(told: Told) -> Parts:
    first, last = told.new("period_from"), told.new("period_until")
    number = told.new("number")
    dated = f" from {_day(first)} to {_day(last)}" if first and last else ""
    return "entered how much ", f" was used{dated}{'' if number is None else f': {number}'}"


def _used(told: Told) -> Parts:
    """Told in both histories: of who wrote it, and of who uses it."""
    user, owner = told.new("organisation"), told.new("from_organisation")
    whom = f" of {owner} for an action of {user}" if user and owner else " for an action"
    served = numbers([told.new("recommendation")] if told.new("recommendation") else ())
    return "used ", f"{whom}{f', for {served}' if served else ''}"


def _practice_written(told: Told) -> Parts:
    code = told.new("recommendation")
    return "began to write ", f", for {numbers([code])}" if code else ""


def _help_received(told: Told) -> Parts:
    """In the history of the national body: who asked it, and who needs no answer any more."""
    asker = told.new("organisation") or "an organisation"
    verb = (
        "took back a request for help with " if told.new("state") == "taken_back" else "asked for help with "
    )
    return verb, f", for {asker}"


def _stands(told: Told) -> Parts:
    status = told.new("status")
    if status is None:
        return "changed what is recorded for ", ""
    was = told.old("status")
    before = f"; it was “{lower(Status(was).label)}”" if was else ""
    return "recorded ", f" as “{lower(Status(status).label)}”{before}"


def _member(words: str) -> Callable[[Told], Parts]:
    def said(told: Told) -> Parts:
        member, network = told.new("organisation") or "an organisation", told.new("network") or "a network"
        return words.format(member, network), ""

    return said


def _positions(told: Told) -> Parts:
    about, in_post, trained = told.new("about_on"), told.new("in_post"), told.new("in_date")
    dated = f" on {_day(about)}" if about else ""
    figures = f": {trained} of {in_post} in date" if in_post is not None and trained is not None else ""
    return f"recorded how many staff were trained{dated}{figures}", ""


def _day(iso: object) -> str:
    return day(date.fromisoformat(str(iso)))


def _whole(text: str) -> Callable[[Told], Parts]:
    return lambda told: (text, "")


def _of(before: str, after: str = "") -> Callable[[Told], Parts]:
    return lambda told: (before, after)


REGISTER_SENTENCES: dict[str, Callable[[Told], Parts]] = {
    "champions.decision_recorded": _whole("recorded a decision about sepsis champions"),
    "champions.model_recorded": _whole("recorded how sepsis champions work here"),
    "champions.department_added": _whole("added a department to the list of sepsis champions"),
    "champions.department_changed": _whole("changed a department on the list of sepsis champions"),
    "champions.post_added": _whole("added a sepsis champion"),
    "champions.post_changed": _whole("changed the entry of a sepsis champion"),
    "champions.review_added": _whole("recorded a review of the sepsis champions"),
    "champions.review_changed": _whole("changed a review of the sepsis champions"),
    "champions.handover_task_done": _whole("ticked something off after a hand-over between champions"),
    "coverage.needs_recorded": _whole("recorded who needs which training"),
    "coverage.routes_recorded": _whole("recorded the ways in which staff can be trained"),
    "coverage.position_recorded": _positions,
    "coverage.position_withdrawn": _whole("took figures of staff trained out of use"),
    "incidents.changed": _whole("changed the register of sepsis incidents"),
    "share.added": _shared,
    "share.changed": _of("corrected how ", " was shared"),
    "share.mistaken": _of("took back that ", " was shared: it was entered by mistake"),
    "share.for_member": _shared_for_member,
    "network.member_added": _member("added {} as a member of {}"),
    "network.member_changed": _member("changed the dates of {} as a member of {}"),
    "network.member_removed": _member("took back that {} is a member of {}: it was entered by mistake"),
    "usage.added": _counted,
    "usage.changed": _of("corrected how much ", " was used"),
    "usage.mistaken": _of("took back a count of the use of ", ": it was entered by mistake"),
    "evaluation.added": _of("entered an evaluation of "),
    "evaluation.changed": _of("changed an evaluation of "),
    "evaluation.mistaken": _of("took back an evaluation of ", ": it was entered by mistake"),
    "development.added": _of("announced the new training "),
    "development.changed": _of("changed what is announced of "),
    "development.mistaken": _of("took back the new training ", ": it was entered by mistake"),
    "practice.added": _practice_written,
    "practice.changed": _of("changed "),
    "practice.sent": _of("sent ", " to be reviewed"),
    "practice.returned": _of("sent back ", ": it needs a change before it is published"),
    "practice.published": _of("published ", " as good practice"),
    "practice.stopped": _of("stopped showing ", " to others"),
    "practice.withdrawn": _of("took ", " out of use"),
    "practice.used": _used,
    "practice.file_downloaded": lambda told: (f"downloaded {told.new('file_name') or 'a file'} of ", ""),
    "help.asked": _of("asked for help with "),
    "help.taken_back": _of("took back a request for help with "),
    "help.received": _help_received,
    "help.answered": _of("answered a request for help with "),
    "programme.state_recorded": _stands,
}
