"""What may be recorded: the needs table, the routes, and the numbers of a date; every problem by its field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tracker.measures.coverage.rules.figures import Count, Route
from tracker.measures.coverage.rules.groups import Counted, Group, Level, Line, Named

LONGEST_INTERVAL = 60
MOVED_PERCENT = 20
Problems = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class NeedsInput:
    """What the form of the needs table says. `agreed_on` and `agreed_by` empty: not agreed yet."""

    lines: tuple[Line, ...]
    who: Mapping[Group, str]
    agreed_by: str
    agreed_on: date | None
    review_on: date | None
    interval_months: int | None
    target_percent: int | None


@dataclass(frozen=True, slots=True)
class PositionInput:
    """What a form or a file says of one date."""

    about_on: date | None
    source: str
    interval_months: int | None
    counted: Counted | None
    counts: tuple[Count, ...]
    not_counted: str = ""
    not_counted_about: int | None = None
    note: str = ""
    evidence_id: UUID | None = None
    number_right: bool = False
    imported: bool = False

    @property
    def in_post(self) -> int:
        return sum(count.in_post for count in self.counts)


def needs_problems(wanted: NeedsInput, today: date) -> Problems:
    """What is wrong with a needs table, by field."""
    found: Problems = []
    if not wanted.lines:
        found.append(("lines", "Say for at least one group which level it needs."))
    for group in Group:
        levels = {line.level for line in wanted.lines if line.group is group}
        if len(levels) > 1 and not wanted.who.get(group):
            found.append((f"who_{group.value}", f"Say who of {group.label} needs which level."))
    if wanted.agreed_on and wanted.agreed_on > today:
        found.append(("agreed_on", "The date of the meeting must be today or in the past."))
    if wanted.agreed_on and not wanted.agreed_by:
        found.append(("agreed_by", "Enter the meeting that agreed it, or leave out the date."))
    if wanted.agreed_by and not wanted.agreed_on:
        found.append(("agreed_on", "Enter the date of the meeting that agreed it, or leave out the meeting."))
    if wanted.review_on and wanted.agreed_on and wanted.review_on <= wanted.agreed_on:
        found.append(("review_on", "The review must be after the date of the meeting."))
    return found


def route_problems(routes: Sequence[Route]) -> Problems:
    """A route that exists is named."""
    return [
        (f"what_{route.group.value}", f"Say how {_within(route.group)} get trained apart from induction.")
        for route in routes
        if route.exists and not route.what
    ]


def _within(group: Named) -> str:
    return group.label[0].lower() + group.label[1:]


def position_problems(wanted: PositionInput, today: date, before: tuple[date, int] | None) -> Problems:
    """What is wrong with the numbers of a date. `before`: the date and the staff in post of the numbers next to it."""
    found: Problems = []
    if wanted.about_on is None:
        found.append(("about_on", "Enter the date of the numbers."))
    elif wanted.about_on > today:
        found.append(("about_on", "The date of the numbers must be today or in the past."))
    if not wanted.source:
        found.append(("source", "Say where the numbers come from, for example the name of the report."))
    if wanted.interval_months is None:
        found.append(("interval_months", "Enter for how many months training counts."))
    if wanted.counted is None:
        found.append(("counted", "Say what was counted."))
    if not wanted.counts:
        found.append(("counts", "Enter the staff in post of at least one group."))
    found += [problem for count in wanted.counts for problem in count_problems(count)]
    if not found and before is not None and not wanted.number_right:
        found += moved_problems(wanted.in_post, before)
    return found


def count_problems(count: Count) -> Problems:
    """Heads are whole and not negative, and nobody is trained who is not in post."""
    name = count.line.label
    if count.in_post < 0:
        return [(post_field(count.line), f"{name}: staff in post must be 0 or more.")]
    if count.in_date < 0:
        return [(date_field(count.line), f"{name}: staff in date must be 0 or more.")]
    if count.in_date > count.in_post:
        message = f"{name}: {count.in_date:,} in date is more than {count.in_post:,} in post."
        return [(date_field(count.line), message)]
    return []


def moved_problems(in_post: int, before: tuple[date, int]) -> Problems:
    """A denominator that moves by more than a fifth is asked about, and may be right."""
    day, earlier = before
    if not earlier or abs(in_post - earlier) * 100 <= MOVED_PERCENT * earlier:
        return []
    said = (
        f"Staff in post were {earlier:,} on {day.day} {day:%B %Y} and are {in_post:,} now, more than "
        f"{MOVED_PERCENT} % apart. Look for a group that is missing or counted twice. If it is so, tick that "
        "the number is right."
    )
    return [("number_right", said)]


def post_field(line: Line) -> str:
    """The name of the field for staff in post of a line."""
    return f"post_{line.key}"


def date_field(line: Line) -> str:
    """The name of the field for staff in date of a line."""
    return f"date_{line.key}"


def pair_problems(line: Line, in_post: int | None, in_date: int | None) -> Problems:
    """A line with one number: the other is missing. Of people who need nothing, being in date may be left out."""
    if in_post is None and in_date is not None:
        return [(post_field(line), f"{line.label}: enter the staff in post too.")]
    if in_post is not None and in_date is None and line.level is not Level.NOTHING:
        return [(date_field(line), f"{line.label}: enter how many are in date; 0 if none.")]
    return []
