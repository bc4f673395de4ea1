"""Where an item stands: what must be said with each status, and when it is overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.library.rules import names_a_person
from tracker.programme.rules.items import Problem, identifiers, problems_of_link
from tracker.programme.rules.kinds import Status


@dataclass(frozen=True, slots=True)
class StateFacts:
    """What the organisation that does the work says of an item. `owner` is a job, never a name."""

    status: Status | None
    owner: str = ""
    starts_on: date | None = None
    due_on: date | None = None
    done_on: date | None = None
    summary: str = ""
    reason: str = ""
    link: str = ""
    evidence_ids: tuple[str, ...] = ()


def problems_of_state(facts: StateFacts, today: date) -> list[Problem]:
    """What keeps it from being saved, by field."""
    if facts.status is None:
        problems = [("status", "Choose where it stands")]
    else:
        problems = _problems_of_status(facts, facts.status)
    problems += _problems_of_dates(facts, today)
    problems += problems_of_link(facts.link)
    if names_a_person(facts.owner):
        problems.append(("owner", "Give a job or a team, not a person’s name"))
    return problems + identifiers({"owner": facts.owner, "summary": facts.summary, "reason": facts.reason})


def _problems_of_status(facts: StateFacts, status: Status) -> list[Problem]:
    problems = []
    if status.is_open and not facts.owner:
        problems.append(("owner", "Say which job or team does it"))
    if status is Status.DONE and facts.done_on is None:
        problems.append(("done_on", "Enter the day on which it was done"))
    if status is Status.DONE and not facts.summary:
        problems.append(("summary", "Say what was done"))
    if status is Status.REPLACED and not facts.reason:
        problems.append(("reason", "Say what has taken it over, and why"))
    if status is Status.STOPPED and not facts.reason:
        problems.append(("reason", "Say why it was stopped"))
    return problems


def _problems_of_dates(facts: StateFacts, today: date) -> list[Problem]:
    problems = []
    if facts.status is Status.DONE and facts.done_on is not None and facts.done_on > today:
        problems.append(("done_on", "The day on which it was done must be today or in the past"))
    if facts.status is Status.UNDER_WAY and facts.starts_on is not None and facts.starts_on > today:
        problems.append(("starts_on", "What is under way cannot start in the future: choose “Planned”"))
    if facts.starts_on is not None:
        if facts.due_on is not None and facts.due_on < facts.starts_on:
            problems.append(("due_on", "It cannot be due before it starts"))
        if facts.status is Status.DONE and facts.done_on is not None and facts.done_on < facts.starts_on:
            problems.append(("done_on", "It cannot be done before it starts"))
    return problems


def tidied(facts: StateFacts) -> StateFacts:
    """Answers that belong to another status are let go: a hidden field keeps what was typed before."""
    return StateFacts(
        status=facts.status,
        owner=facts.owner,
        starts_on=facts.starts_on,
        due_on=facts.due_on,
        done_on=facts.done_on if facts.status is Status.DONE else None,
        summary=facts.summary,
        reason=facts.reason if facts.status in {Status.REPLACED, Status.STOPPED} else "",
        link=facts.link,
        evidence_ids=facts.evidence_ids,
    )


def is_overdue(status: Status, due_on: date | None, today: date) -> bool:
    """Due before today and still to do; the day itself still counts as in time."""
    return status.is_open and due_on is not None and due_on < today
