"""The figure of recommendation 12: a recorded decision, then cover by model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from tracker.measures import base
from tracker.measures.base import Figure, Supports
from tracker.measures.champions.rules.register import Decided, Model, Picture, cycle_start, review_due_on
from tracker.measures.champions.rules.words import Arrangement, Duty, Part

MEASURE, CODE = "champions", "SEP16-12"
REVIEW_MONTHS, ENDING_DAYS = 12, 30


def figure(picture: Picture, day: date, marks: Mapping[str, int]) -> Figure:
    """What the register says about a day. "Considered and declined" is an answer, apart from every fraction."""
    supports, because = _supports(picture, day, marks.get("effectiveness_review_months", REVIEW_MONTHS))
    said = Figure(MEASURE, CODE, supports, because)
    if picture.decided is None or picture.decided.decision is None:
        return said
    said = replace(said, about=day, source="recorded decision")
    if picture.stamp:
        said = replace(said, recorded_at=picture.stamp.at, recorded_by=picture.stamp.by)
    adopted = picture.decided.decision.is_adopted
    cover = _cover(picture, picture.model, day) if adopted and picture.model else None
    if cover is None:
        return replace(said, answer=picture.decided.decision.answer)
    return replace(
        said,
        numerator=cover.covered,
        denominator=cover.out_of,
        counted=cover.counted,
        of=cover.of,
        rule=cover.rule,
        source="register of champions",
        parts=_parts(picture, day),
    )


def _supports(picture: Picture, day: date, months: int) -> tuple[Supports, str]:
    decided = picture.decided
    if decided is None or decided.decision is None or decided.considered_on is None:
        return Supports.NO_FIGURE, "No decision about champions is recorded yet."
    if not decided.decision.is_adopted:
        return Supports.IN_PLACE, f"{_considered(decided)}: {decided.decision.label.lower()}."
    lacking = []
    if not picture.in_post(day):
        lacking.append("nobody is in post")
    last = picture.last_review(day)
    if last is None:
        lacking.append("no review of whether it works is recorded")
    elif review_due_on(last, months) < day:
        lacking.append(f"the last review of whether it works, {_day(last)}, is over {months} months old")
    if lacking:
        return Supports.NOT_YET, f"{_considered(decided)}, but {' and '.join(lacking)}."
    count = len(picture.in_post(day))
    people = "1 person is" if count == 1 else f"{count} people are"
    return Supports.IN_PLACE, f"{_considered(decided)}, {people} in post, and reviewed on {_day(last)}."


def _considered(decided: Decided) -> str:
    verb = "Decided" if decided.decision and decided.decision.is_adopted else "Considered"
    return f"{verb} on {_day(decided.considered_on)}"


@dataclass(frozen=True, slots=True)
class _Cover:
    """A numerator and a denominator with their words."""

    covered: int
    out_of: int
    counted: str
    of: str
    rule: str


def _cover(picture: Picture, model: Model, day: date) -> _Cover | None:
    """None while there is nothing to count against."""
    if model.arrangement.by_department:
        departments = frozenset(each.id for each in picture.departments_on(day))
        if not departments:
            return None
        rotating = model.arrangement is Arrangement.ROTATING
        return (_visited if rotating else _one_in_each)(picture, model, departments, day)
    if not model.posts_planned:
        return None
    filled = len({each.key for each in picture.in_post(day)})
    more = filled - model.posts_planned
    rule = f"{model.arrangement.label}: posts filled on the day, out of posts planned"
    return _Cover(
        covered=min(filled, model.posts_planned),
        out_of=model.posts_planned,
        counted="posts filled",
        of="posts planned",
        rule=f"{rule}; {more} more than planned." if more > 0 else f"{rule}.",
    )


def _one_in_each(picture: Picture, _model: Model, departments: frozenset[UUID], day: date) -> _Cover:
    covered = {each.department_id for each in picture.in_post(day)} & departments
    return _Cover(
        covered=len(covered),
        out_of=len(departments),
        counted="departments with a champion in post",
        of="departments in scope",
        rule="One in each department: departments where somebody was in post on the day.",
    )


def _visited(picture: Picture, model: Model, departments: frozenset[UUID], day: date) -> _Cover:
    start = cycle_start(model, len(departments), day)
    visited = {
        each.department_id
        for each in picture.posts
        if each.starts_on is not None
        and each.starts_on <= day
        and (each.ends_on is None or each.ends_on > start)
    }
    return _Cover(
        covered=len(visited & departments),
        out_of=len(departments),
        counted="departments that had their turn",
        of="departments in scope",
        rule=(
            "One who moves between departments: departments visited in the planned cycle, since "
            f"{_day(start + timedelta(days=1))} ({model.rotation_months} months in each)."
        ),
    )


def _parts(picture: Picture, day: date) -> tuple[base.Part, ...]:
    """Who is in post, with a deputy, and which duties somebody holds: counts alone."""
    people = picture.in_post(day)
    rows = [base.Part("In post", len(people))]
    if picture.model and picture.model.arrangement is Arrangement.LEAD_AND_LINK:
        rows += [
            base.Part(each.label, sum(post.part is each for post in people))
            for each in (Part.LEAD, Part.LINK)
        ]
    rows.append(base.Part("With a deputy", sum(each.has_deputy for each in people), len(people)))
    return (*rows, *(base.Part(duty.label, sum(duty in each.duties for each in people)) for duty in Duty))


def _day(day: date | None) -> str:
    return "" if day is None else f"{day.day} {day:%B %Y}"


def owner(picture: Picture, day: date) -> tuple[bool, str, date | None] | None:
    """Whether somebody in post owns the training, with a deputy: for recommendation 13, which asks for both."""
    if not picture.posts:
        return None
    owners = [each for each in picture.in_post(day) if Duty.OWNS in each.duties]
    since = min((each.starts_on for each in owners if each.starts_on), default=None)
    if not owners:
        return False, "No champion in post is recorded as owning the training.", None
    if not any(each.has_deputy for each in owners):
        return False, "A champion owns the training, and no deputy is recorded.", since
    return True, "A champion owns the training, with a deputy.", since
