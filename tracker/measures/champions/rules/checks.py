"""What a form may say: refused or asked in plain words, with the field that each problem belongs to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tracker.errors import RuleBroken
from tracker.measures.champions.rules.register import Decided, Department, Model, Post, same
from tracker.measures.champions.rules.words import Arrangement, Decision, Overlap, Part

# Longer than this and it is no hand-over any more: they share the post.
HANDOVER_DAYS = 31
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
CHECK_YEAR = "Check the year: it must be between 2000 and 2099."

Problems = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody else in the same post at the same time; `days` None: with no end in sight."""

    other: Post
    days: int | None
    same_person: bool


def check_decision(wanted: Decided, today: date) -> None:
    """Raises RuleBroken: a decision has a date, a meeting, an answer and a reason."""
    problems = _past_day("considered_on", wanted.considered_on, today, "the date when this was considered")
    if not wanted.forum:
        problems.append(("forum", "Enter the meeting, for example Deteriorating Patient Group."))
    if wanted.decision is None:
        problems.append(("decision", "Choose what was decided."))
    if not wanted.reason:
        problems.append(("reason", "Say in a sentence why this was decided."))
    _refuse(problems)


def check_model(wanted: Model, decision: Decision | None) -> None:
    """Raises RuleBroken: how the role is arranged follows a decision to have champions, and has what it counts by."""
    if decision is None or not decision.is_adopted:
        raise RuleBroken("", "Record first that you decided to have champions.")
    problems: Problems = []
    if wanted.arrangement is Arrangement.ROTATING and wanted.rotation_months is None:
        problems.append(("rotation_months", "Enter how many months the champion stays in each department."))
    if not wanted.arrangement.by_department and not wanted.posts_planned:
        problems.append(("posts_planned", "Enter how many posts are planned, 1 or more."))
    if wanted.arrangement is Arrangement.OTHER and not wanted.description:
        problems.append(("description", "Say in a sentence how your champions work."))
    _refuse(problems)


def check_department(wanted: Department, others: Collection[Department]) -> None:
    """Raises RuleBroken: a department stands once on the list at any time, and does not end before it begins."""
    problems: Problems = []
    if not wanted.name:
        problems.append(("name", "Enter the name of the department or site."))
    if wanted.from_on is None:
        problems.append(("from_on", "Enter since when it is to have a champion."))
    problems += _years({"from_on": wanted.from_on, "until_on": wanted.until_on})
    if _ends_first(wanted.from_on, wanted.until_on):
        problems.append(("until_on", "The last day must be on or after the first day."))
    if not problems and any(_same_department(wanted, each) for each in others):
        problems.append(("name", f"{wanted.name} is on the list already."))
    _refuse(problems)


def check_post(
    wanted: Post, others: Sequence[Post], departments: Collection[UUID], arrangement: Arrangement | None
) -> None:
    """Raises RuleBroken with every problem at once; two people in one post are asked about."""
    problems = _person_problems(wanted)
    if wanted.starts_on is None:
        problems.append(("starts_on", "Enter the first day in the role."))
    problems += _years({"starts_on": wanted.starts_on, "ends_on": wanted.ends_on})
    if _ends_first(wanted.starts_on, wanted.ends_on):
        problems.append(("ends_on", "The last day must be on or after the first day."))
    if wanted.department_id is not None and wanted.department_id not in departments:
        problems.append(("department", "Choose one of the departments listed."))
    elif wanted.department_id is None and arrangement is not None and arrangement.by_department:
        problems.append(("department", "Choose the department. If it is not listed, add it first."))
    if arrangement is Arrangement.LEAD_AND_LINK and wanted.part is Part.CHAMPION:
        problems.append(("part", "Choose whether this is the lead or link staff."))
    if not any(field in {"starts_on", "ends_on"} for field, _message in problems):
        problems += _clash_problems(wanted, clashes(wanted, others))
    _refuse(problems)


def check_hand_over(leaving: Post, ends_on: date | None, arriving: Post) -> None:
    """Raises RuleBroken: who leaves has a last day, and the successor is somebody else."""
    problems: Problems = []
    if ends_on is None:
        problems.append(("ends_on", "Enter the last day of the person who leaves."))
    elif _ends_first(leaving.starts_on, ends_on):
        problems.append(
            (
                "ends_on",
                f"{leaving.holder.name} began on {_day(leaving.starts_on)}, so the last day is later.",
            )
        )
    problems += _years({"ends_on": ends_on})
    if same(leaving.holder.name) == same(arriving.holder.name) and arriving.holder.name:
        problems.append(("name", "The next champion must be somebody else than the one who leaves."))
    _refuse(problems)


def check_review(reviewed_on: date | None, forum: str, found: str, today: date) -> None:
    """Raises RuleBroken: a review has a date, a meeting and a finding."""
    problems = _past_day("reviewed_on", reviewed_on, today, "the date of the review")
    if not forum:
        problems.append(("forum", "Enter the meeting, for example Deteriorating Patient Group."))
    if not found:
        problems.append(("found", "Say in one or two sentences what it found."))
    _refuse(problems)


def clashes(wanted: Post, others: Sequence[Post]) -> list[Clash]:
    """Everybody in the same post at the same time."""
    found = []
    for other in others:
        if other.id == wanted.id or other.key != wanted.key:
            continue
        days = _days_together(wanted, other)
        if days != 0:
            found.append(Clash(other, days, same(other.holder.name) == same(wanted.holder.name)))
    return found


def _days_together(one: Post, two: Post) -> int | None:
    """0 when they never meet, None when nothing ends it."""
    if one.starts_on is None or two.starts_on is None:
        return 0
    start = max(one.starts_on, two.starts_on)
    ends = [each for each in (one.ends_on, two.ends_on) if each is not None]
    if not ends:
        return None
    return max(0, (min(ends) - start).days + 1)


def _clash_problems(wanted: Post, found: Sequence[Clash]) -> Problems:
    for clash in found:
        name = clash.other.holder.name
        if clash.same_person:
            message = f"{name} is in this post already, {_period(clash.other)}. Change that entry instead."
            return [("starts_on", message)]
        if wanted.overlap is None:
            message = f"{name} is in this post too, {_period(clash.other)}. Is this a handover week?"
            return [("overlap", message)]
        too_long = clash.days is None or clash.days > HANDOVER_DAYS
        if wanted.overlap is Overlap.HANDOVER and too_long:
            message = (
                f"They would be in post together for more than {HANDOVER_DAYS} days. "
                f"Enter the last day of {name} first, change the dates, or choose that they share the post."
            )
            return [("overlap", message)]
    return []


def _person_problems(wanted: Post) -> Problems:
    problems: Problems = []
    if not wanted.holder.name:
        problems.append(("name", "Enter the name of the person in the role."))
    if not wanted.holder.profession:
        problems.append(("profession", "Enter the profession, for example Nurse."))
    if wanted.deputy.profession and not wanted.deputy.name:
        problems.append(("deputy_name", "Enter the name of the deputy."))
    if wanted.deputy.name and same(wanted.deputy.name) == same(wanted.holder.name):
        problems.append(("deputy_name", "The deputy must be somebody else."))
    return problems


def _same_department(wanted: Department, other: Department) -> bool:
    if other.id == wanted.id or same(other.name) != same(wanted.name):
        return False
    if wanted.from_on is None or other.from_on is None:
        return True
    before = wanted.until_on is not None and wanted.until_on < other.from_on
    after = other.until_on is not None and other.until_on < wanted.from_on
    return not (before or after)


def _past_day(field: str, day: date | None, today: date, what: str) -> Problems:
    if day is None:
        return [(field, f"Enter {what}.")]
    if day > today:
        return [(field, f"{what[0].upper()}{what[1:]} must be today or in the past.")]
    return _years({field: day})


def _years(days: dict[str, date | None]) -> Problems:
    return [(name, CHECK_YEAR) for name, day in days.items() if day and not EARLIEST <= day <= LATEST]


def _ends_first(start: date | None, end: date | None) -> bool:
    return start is not None and end is not None and end < start


def _period(post: Post) -> str:
    until = f"until {_day(post.ends_on)}" if post.ends_on else "with no last day yet"
    return f"from {_day(post.starts_on)}, {until}"


def _day(day: date | None) -> str:
    return "" if day is None else f"{day.day} {day:%B %Y}"


def _refuse(problems: Problems) -> None:
    if problems:
        raise RuleBroken.many(problems)
