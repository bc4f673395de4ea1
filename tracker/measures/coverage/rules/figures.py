"""The arithmetic of 10 and 11: who counts as trained to the level they need, and what that supports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tracker import clock
from tracker.measures.base import SMALL, Part, Supports, percentage, reaches
from tracker.measures.coverage.rules.groups import OTHERS, Group, Level, Line, Named

# Numbers older than this say nothing about today: as with a record that was not confirmed.
OLD_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Count:
    """A line with its two numbers. `in_date`: in date at or above the level of the line."""

    line: Line
    in_post: int
    in_date: int


@dataclass(frozen=True, slots=True)
class Needs:
    """The training-needs table. A group may need more than one level when parts of it differ."""

    lines: tuple[Line, ...]
    agreed_by: str = ""
    agreed_on: date | None = None
    review_on: date | None = None
    interval_months: int | None = None
    target_percent: int | None = None
    who: Mapping[Group, str] = field(default_factory=dict)

    def is_agreed(self, day: date) -> bool:
        return bool(self.agreed_by) and self.agreed_on is not None and self.agreed_on <= day

    def levels_of(self, group: Group) -> tuple[Level, ...]:
        """The levels that people of a group need, the highest first."""
        found = [line.level for line in self.lines if line.group is group and line.level is not None]
        return tuple(sorted(found, key=list(Level).index, reverse=True))


@dataclass(frozen=True, slots=True)
class Route:
    """How one of the five named groups gets training other than at induction; None: not said."""

    group: Named
    exists: bool | None
    what: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What figures support, why, and the parts under the figure."""

    numerator: int | None
    denominator: int | None
    supports: Supports
    because: str
    parts: tuple[Part, ...] = ()
    groups: tuple[Part, ...] = ()

    def shown(self, *, outside: bool) -> tuple[Part, ...]:
        """The parts, and after them the groups of staff; `outside`: as others than the organisation may see them."""
        if outside:
            return (*shown_outside(self.parts), *shown_outside(self.groups))
        return (*self.parts, *self.groups)


def lines_for(needs: Needs | None, besides: Iterable[Line] = ()) -> list[Line]:
    """The lines of the grid: what the table says, groups of which it says nothing, and lines that are there already."""
    found = set(besides) | set(needs.lines if needs else ())
    for group in Group:
        if needs is None or not needs.levels_of(group):
            found.add(Line(group, None))
    return sorted(found, key=lambda line: line.place)


def is_met(count: Count, needs: Needs) -> int:
    """How many of a line are trained to the level they need: nobody where no level is set, or another one now."""
    if count.line.level is None or count.line not in needs.lines:
        return 0
    return count.in_post if count.line.level is Level.NOTHING else count.in_date


def is_unset(count: Count, needs: Needs | None) -> bool:
    """No level is set for these people, or they were counted against one that is no longer theirs."""
    return count.line.level is None or needs is None or count.line not in needs.lines


def missing_groups(counts: Sequence[Count]) -> list[Group]:
    """Groups that were not counted at all; 0 in post is counted."""
    there = {count.line.group for count in counts}
    return [group for group in Group if group not in there]


def coverage(
    needs: Needs | None, counts: Sequence[Count], about: date | None, day: date, percent: int
) -> Verdict:
    """Recommendation 10: in date at or above the level that they need, out of all staff in post."""
    if about is None:
        return _none("Nobody has entered yet how many staff are trained.")
    if needs is None or not needs.lines:
        return _none("There are numbers of staff, but nothing says yet who needs which level of training.")
    numerator = sum(is_met(count, needs) for count in counts)
    denominator = sum(count.in_post for count in counts)
    parts, groups = tuple(_level_parts(needs, counts, percent)), tuple(group_parts(needs, counts))
    lacking = [*_table_lacks(needs, day), *_counts_lack(needs, counts, percent), *_too_old(about, day)]
    if lacking or not denominator:
        because = " ".join(lacking) or "Nobody is in post."
        return Verdict(numerator, denominator, Supports.NOT_YET, because, parts, groups)
    because = f"The needs table was agreed, and every level is at or above {percent} %."
    return Verdict(numerator, denominator, Supports.IN_PLACE, because, parts, groups)


def _none(because: str) -> Verdict:
    return Verdict(None, None, Supports.NO_FIGURE, because)


def _table_lacks(needs: Needs, day: date) -> list[str]:
    if not needs.is_agreed(day):
        return ["No meeting has agreed the needs table yet."]
    levels = {line.level for line in needs.lines}
    if not {Level.RECOGNISE, Level.MANAGE} & levels:
        return ["The needs table gives nobody more than awareness."]
    return [] if Level.MANAGE in levels else ["The needs table gives nobody “recognise and manage sepsis”."]


def _counts_lack(needs: Needs, counts: Sequence[Count], percent: int) -> list[str]:
    said = []
    if missing := missing_groups(counts):
        said.append(f"Not counted: {_listed([group.label for group in missing])}.")
    if unset := sum(count.in_post for count in counts if is_unset(count, needs)):
        said.append(f"{unset:,} staff have no level set, so they count as not trained.")
    for level, trained, in_post in _by_level(needs, counts):
        if in_post and not reaches(trained, in_post, percent):
            said.append(f"Below {percent} %: {level.label}, {share(trained, in_post)}.")
    return said


def _too_old(about: date, day: date) -> list[str]:
    if about >= clock.months_before(day, OLD_MONTHS):
        return []
    return [f"The numbers are more than {OLD_MONTHS} months old."]


def _by_level(needs: Needs, counts: Sequence[Count]) -> list[tuple[Level, int, int]]:
    found = []
    for level in reversed(Level):
        of_level = [each for each in counts if each.line.level is level and not is_unset(each, needs)]
        if any(each.in_post for each in of_level):
            trained = sum(is_met(each, needs) for each in of_level)
            found.append((level, trained, sum(each.in_post for each in of_level)))
    return found


def _level_parts(needs: Needs, counts: Sequence[Count], percent: int) -> list[Part]:
    parts = [
        Part(
            "Need no sepsis training, says the needs table"
            if level is Level.NOTHING
            else f"Need: {level.label}",
            trained,
            in_post,
            _mark_note(trained, in_post, percent),
        )
        for level, trained, in_post in _by_level(needs, counts)
    ]
    if unset := sum(count.in_post for count in counts if is_unset(count, needs)):
        parts.append(Part("No level set", 0, unset, "counted as not trained"))
    return parts


def group_parts(needs: Needs | None, counts: Sequence[Count]) -> list[Part]:
    """A part for every group that was counted; people of whom no level is set are in it as not trained."""
    parts = []
    for group in Group:
        mine = [count for count in counts if count.line.group is group]
        if mine:
            trained = 0 if needs is None else sum(is_met(count, needs) for count in mine)
            parts.append(Part(group.label, trained, sum(count.in_post for count in mine)))
    return parts


# --- recommendation 11 -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Segment:
    """A group of recommendation 11. `in_post` None: not counted, or not wholly."""

    label: str
    in_post: int | None
    in_date: int
    named: Named | None = None
    note: str = ""

    def is_reached(self, percent: int) -> bool:
        return self.in_post is not None and reaches(self.in_date, self.in_post, percent)

    @property
    def is_asked(self) -> bool:
        """Whether it stands in the figure: unless it is known that nobody is in post."""
        return self.in_post != 0


def segments(counts: Sequence[Count]) -> list[Segment]:
    """The five groups of the source, then those it does not name that have people in post."""
    named = [_segment(each.label, each.groups, counts, each) for each in Named]
    others = [_segment(group.label, (group,), counts, None) for group in OTHERS]
    return [*named, *(each for each in others if each.in_post)]


def _segment(label: str, groups: Sequence[Group], counts: Sequence[Count], named: Named | None) -> Segment:
    mine = [count for count in counts if count.line.group in groups]
    absent = [group.label for group in groups if group not in {count.line.group for count in mine}]
    in_date = sum(count.in_date for count in mine)
    if absent:
        return Segment(label, None, in_date, named, f"not counted: {_listed(absent)}")
    in_post = sum(count.in_post for count in mine)
    return Segment(label, in_post, in_date, named, "" if in_post else "nobody in post")


def reach(
    routes: Mapping[Named, Route], counts: Sequence[Count], about: date | None, day: date, percent: int
) -> Verdict:
    """Recommendation 11: groups outside training programmes at or above the mark, out of those in post."""
    if about is None:
        return _none("Nobody has entered yet how many staff are trained.")
    found = segments(counts)
    asked = [each for each in found if each.is_asked]
    numerator = sum(each.is_reached(percent) for each in asked)
    parts = tuple(_segment_part(each, routes, percent) for each in found)
    named = [each for each in asked if each.named]
    without = [each.label.lower() for each in named if not _has_route(each, routes)]
    below = [each.label.lower() for each in named if not each.is_reached(percent)]
    lacking = [f"No route other than induction is recorded for {_listed(without)}."] if without else []
    lacking += [f"Below {percent} % or not counted: {_listed(below)}."] if below else []
    lacking += _too_old(about, day)
    if lacking or not named:
        because = " ".join(lacking) or "None of the five named groups is in post."
        return Verdict(numerator, len(asked), Supports.NOT_YET, because, parts)
    because = f"Every named group has a route other than induction and is at or above {percent} %."
    return Verdict(numerator, len(asked), Supports.IN_PLACE, because, parts)


def _has_route(segment: Segment, routes: Mapping[Named, Route]) -> bool:
    route = routes.get(segment.named) if segment.named else None
    return route is not None and bool(route.exists)


def _segment_part(segment: Segment, routes: Mapping[Named, Route], percent: int) -> Part:
    notes = [segment.note or _mark_note(segment.in_date, segment.in_post or 0, percent)]
    if segment.named is not None:
        notes.append(_route_note(routes.get(segment.named)))
    else:
        notes.append("not named by the source")
    return Part(segment.label, segment.in_date, segment.in_post, "; ".join(filter(None, notes)))


def _route_note(route: Route | None) -> str:
    if route is None or route.exists is None:
        return "route other than induction: not said"
    if not route.exists:
        return "no route other than induction"
    return f"route: {route.what}" if route.what else "has a route other than induction"


# --- words and small numbers -------------------------------------------------------------------------------


def share(numerator: int, denominator: int) -> str:
    """`510 of 708, 72 %`; under five there is no percentage."""
    percent = percentage(numerator, denominator)
    counts = f"{numerator:,} of {denominator:,}"
    return counts if percent is None else f"{counts}, {percent} %"


def _mark_note(numerator: int, denominator: int, percent: int) -> str:
    if not denominator:
        return ""
    return f"at or above {percent} %" if reaches(numerator, denominator, percent) else f"below {percent} %"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def is_small(denominator: int | None) -> bool:
    """A cell of staff that does not leave the organisation: one to four people."""
    return denominator is not None and 0 < denominator < SMALL


def shown_outside(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Parts as others than the organisation may see them: groups of one to four people stand together.

    One small group alone is put together with the next larger, so that nobody finds it by subtracting from a total.
    """
    small = [part for part in parts if is_small(part.denominator)]
    if not small:
        return tuple(parts)
    larger = sorted(
        (part for part in parts if part.denominator and not is_small(part.denominator)),
        key=lambda part: (part.denominator, part.label),
    )
    while larger and (len(small) < 2 or is_small(sum(part.denominator or 0 for part in small))):
        small.append(larger.pop(0))
    kept = tuple(part for part in parts if part not in small)
    total = sum(part.denominator or 0 for part in small)
    if is_small(total):
        return kept
    trained = sum(part.numerator or 0 for part in small)
    return (*kept, Part("Small groups together", trained, total, "fewer than 5 staff are not shown apart"))
