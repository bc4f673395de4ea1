"""The register as plain values, and simple questions about it on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tracker import clock
from tracker.measures.champions.rules.words import Arrangement, Decision, Duty, Overlap, Part


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a row was recorded, and by whom."""

    at: datetime
    by: UUID


@dataclass(frozen=True, slots=True)
class Decided:
    considered_on: date | None
    forum: str
    decision: Decision | None
    reason: str


@dataclass(frozen=True, slots=True)
class Model:
    """`posts_planned`: how many posts there are to be; with one who moves, how many move at the same time."""

    arrangement: Arrangement
    rotation_months: int | None = None
    posts_planned: int | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Department:
    """A department or site that is to have a champion, from a day, and until one if it has ended."""

    id: UUID
    name: str
    from_on: date | None
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A name and what she is by profession. Nothing of it leaves the trust."""

    name: str = ""
    profession: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """Somebody in the role: where, from when, until when, with whom as deputy."""

    id: UUID
    starts_on: date | None
    ends_on: date | None = None
    department_id: UUID | None = None
    part: Part = Part.CHAMPION
    title: str = ""
    holder: Person = Person()
    deputy: Person = Person()
    has_deputy: bool = False
    duties: frozenset[Duty] = frozenset()
    overlap: Overlap | None = None

    def on(self, day: date) -> bool:
        """In post on a day; the last day counts."""
        begun = self.starts_on is not None and self.starts_on <= day
        return begun and (self.ends_on is None or day <= self.ends_on)

    @property
    def key(self) -> object:
        """What makes two entries one post; link staff without a place or a title are each a post of their own."""
        title = same(self.title)
        if self.department_id is None and not title and self.part is not Part.LEAD:
            return self.id
        return (self.department_id, self.part, title)


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that stood of one organisation's champions: what the figure is worked out from."""

    decided: Decided | None = None
    model: Model | None = None
    departments: Sequence[Department] = ()
    posts: Sequence[Post] = ()
    reviewed_on: Sequence[date] = ()
    stamp: Stamp | None = None

    def in_post(self, day: date) -> list[Post]:
        return [each for each in self.posts if each.on(day)]

    def departments_on(self, day: date) -> list[Department]:
        return [each for each in self.departments if in_scope(each, day)]

    def last_review(self, day: date) -> date | None:
        """The last one up to a day."""
        return max((each for each in self.reviewed_on if each <= day), default=None)


def same(name: str) -> str:
    """A name as it is compared: upper and lower case and white space make no other name."""
    return " ".join(name.split()).casefold()


def in_scope(department: Department, day: date) -> bool:
    begun = department.from_on is not None and department.from_on <= day
    return begun and (department.until_on is None or day <= department.until_on)


def add_months(day: date, months: int) -> date:
    return clock.months_before(day, -months)


def review_due_on(last: date, months: int) -> date:
    """The last day on which a review still counts as done within so many months."""
    return add_months(last, months)


def cycle_start(model: Model, departments: int, day: date) -> date:
    """When the planned cycle that ends on a day began: the time in which every department has its turn."""
    turns = -(-departments // max(1, model.posts_planned or 1))
    return clock.months_before(day, turns * (model.rotation_months or 0))


def stand_ins(posts: Sequence[Post], leaving: Post) -> list[Post]:
    """Who takes the place of somebody whose time ends: in the same post, and still there afterwards."""
    return [
        each
        for each in posts
        if each.id != leaving.id
        and each.key == leaving.key
        and leaving.ends_on is not None
        and (each.ends_on is None or each.ends_on > leaving.ends_on)
    ]
