"""What needs somebody about champions: each a verb, with why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from tracker.measures.base import Need, Urgency
from tracker.measures.champions.rules.cover import CODE, ENDING_DAYS, MEASURE, REVIEW_MONTHS
from tracker.measures.champions.rules.register import (
    Department,
    Picture,
    Post,
    add_months,
    review_due_on,
    stand_ins,
)
from tracker.measures.champions.rules.words import Arrangement, Decision, Part, Task

# More of one kind than this become one line.
FEW = 3


@dataclass(frozen=True, slots=True)
class Tasks:
    """What one hand-over leaves to the lead; `day` is the leaver's last."""

    id: UUID
    day: date
    open: frozenset[Task]


def attention(
    picture: Picture, today: date, marks: Mapping[str, int], tasks: Sequence[Tasks] = (), *, named: bool
) -> list[Need]:
    """Everything, the most urgent first. `named`: whether this reader may see names of people."""
    found = [*_handed_over(tasks, today)]
    decided = picture.decided
    if decided is None or decided.decision is None:
        found.append(
            _need(Urgency.MISSING, "Record what was decided about champions", "no decision yet", "decision")
        )
    elif not decided.decision.is_adopted:
        found += _declined(picture, today, marks)
    else:
        found += [
            *_arranging(picture, today),
            *_in_post(picture, today),
            *_ending(picture, today, marks, named),
            *_deputies(picture, today, named),
            *_reviewing(picture, today, marks),
        ]
    return sorted(found, key=lambda each: (each.urgency, each.day or date.max, each.text))


def _declined(picture: Picture, today: date, marks: Mapping[str, int]) -> Iterator[Need]:
    decided = picture.decided
    if decided is None or decided.decision is not Decision.NOT_NOW or decided.considered_on is None:
        return
    again = add_months(decided.considered_on, marks.get("review_months", REVIEW_MONTHS))
    if again < today:
        note = f"“not now” was decided on {_day(decided.considered_on)}"
        yield _need(Urgency.LATE, "Look again at having champions", note, "decision", day=again)


def _arranging(picture: Picture, today: date) -> Iterator[Need]:
    if picture.model is None:
        yield _need(Urgency.MISSING, "Say how your champions work", "no model chosen yet", "model")
    elif picture.model.arrangement.by_department and not picture.departments_on(today):
        text = "List the departments that are to have a champion"
        yield _need(Urgency.MISSING, text, "none listed for today", "new_department")


def _in_post(picture: Picture, today: date) -> Iterator[Need]:
    if not picture.in_post(today):
        last = max(
            (each.ends_on for each in picture.posts if each.ends_on and each.ends_on < today), default=None
        )
        if last is None:
            yield _need(Urgency.MISSING, "Say who the champion is", "nobody is in post yet", "new_post")
        else:
            text, note = "Say who the champion is now", f"nobody in post since {_day(last)}"
            yield _need(Urgency.BROKEN, text, note, "new_post", day=last)
        return
    arrangement = picture.model.arrangement if picture.model else None
    if arrangement is Arrangement.EACH_DEPARTMENT:
        yield from _without_one(picture, today)
    if arrangement is Arrangement.LEAD_AND_LINK and not _has_lead(picture, today):
        yield _need(Urgency.BROKEN, "Say who the lead champion is", "no lead in post", "new_post")


def _has_lead(picture: Picture, today: date) -> bool:
    return any(each.part is Part.LEAD for each in picture.in_post(today))


def _without_one(picture: Picture, today: date) -> Iterator[Need]:
    covered = {each.department_id for each in picture.in_post(today)}
    without = [each for each in picture.departments_on(today) if each.id not in covered]
    if len(without) > FEW:
        names = ", ".join(each.name for each in without[:FEW])
        text, note = (
            f"Say who the champions are in {len(without)} departments",
            f"{names} and others have none",
        )
        yield _need(Urgency.MISSING, text, note, "new_post")
        return
    for each in without:
        yield _without(picture, each, today)


def _without(picture: Picture, department: Department, today: date) -> Need:
    ended = [
        each.ends_on
        for each in picture.posts
        if each.department_id == department.id and each.ends_on and each.ends_on < today
    ]
    text, values = f"Say who the champion for {department.name} is", {"department": str(department.id)}
    if not ended:
        note = "nobody named for it yet"
        return _need(Urgency.MISSING, text, note, "new_post", values, day=department.from_on)
    note = f"nobody in post since {_day(max(ended))}"
    return _need(Urgency.BROKEN, text, note, "new_post", values, day=max(ended))


def _ending(picture: Picture, today: date, marks: Mapping[str, int], named: bool) -> Iterator[Need]:
    soon = today + timedelta(days=marks.get("champion_ending_days", ENDING_DAYS))
    for each in picture.in_post(today):
        if each.ends_on is None or each.ends_on > soon or stand_ins(picture.posts, each):
            continue
        text = f"Hand over from {_who(picture, each, named)}"
        note = f"in post until {_day(each.ends_on)}, nobody after that"
        yield _need(Urgency.SOON, text, note, "hand_over", {"leaver": str(each.id)}, day=each.ends_on)


def _deputies(picture: Picture, today: date, named: bool) -> Iterator[Need]:
    without = [each for each in picture.in_post(today) if not each.has_deputy]
    if len(without) > FEW:
        text = f"Name deputies for {len(without)} champions"
        yield _need(Urgency.MISSING, text, "nobody covers when they are away", "index")
        return
    for each in without:
        text = f"Name a deputy for {_who(picture, each, named)}"
        note = "nobody covers when this person is away"
        yield _need(Urgency.MISSING, text, note, "edit_post", {"post": str(each.id)}, day=each.starts_on)


def _reviewing(picture: Picture, today: date, marks: Mapping[str, int]) -> Iterator[Need]:
    text = "Review whether your champions make a difference"
    last = picture.last_review(today)
    if last is None:
        yield _need(Urgency.MISSING, text, "no review is recorded", "new_review")
        return
    due = review_due_on(last, marks.get("effectiveness_review_months", REVIEW_MONTHS))
    if due < today:
        yield _need(Urgency.LATE, text, f"last reviewed on {_day(last)}", "new_review", day=due)
    elif due <= today + timedelta(days=marks.get("champion_ending_days", ENDING_DAYS)):
        yield _need(Urgency.SOON, text, f"due by {_day(due)}", "new_review", day=due)


def _handed_over(tasks: Sequence[Tasks], today: date) -> Iterator[Need]:
    words = {
        Task.INVITE: "Invite the next champion as a user",
        Task.END_ROLE: "End the role of the champion who leaves",
    }
    for each in tasks:
        urgency = Urgency.LATE if each.day < today else Urgency.SOON
        for task in sorted(each.open):
            note = f"handed over, last day {_day(each.day)}"
            yield _need(urgency, words[task], note, "handed_over", {"handover": str(each.id)}, day=each.day)


def _who(picture: Picture, post: Post, named: bool) -> str:
    if named and post.holder.name:
        return post.holder.name
    place = next((each.name for each in picture.departments if each.id == post.department_id), "")
    return f"the champion for {place}" if place else "a champion"


def _need(
    urgency: Urgency,
    text: str,
    note: str,
    page: str,
    values: Mapping[str, str] | None = None,
    day: date | None = None,
) -> Need:
    return Need(MEASURE, CODE, urgency, text, note, f"champions.{page}", dict(values or {}), day)


def _day(day: date | None) -> str:
    return "" if day is None else f"{day.day} {day:%B %Y}"
