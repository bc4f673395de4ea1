"""What an assessment of a resource is worth on a day, and the four figures that follow from the list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tracker import clock
from tracker.library.rules import (
    BEHIND_WORDS,
    Behind,
    Followed,
    GuidelineVersion,
    HowDiscussed,
    Patients,
    Source,
    behind,
    followed,
    recheck_due,
)
from tracker.measures.base import Figure, Part, Supports

NAME = "alignment"
NICE, INTERACTIVE, MATERIALS, ANTIBIOTICS = "SEP16-09", "SEP16-17", "SEP16-19", "SEP16-20"
CODES = (NICE, INTERACTIVE, MATERIALS, ANTIBIOTICS)
SOURCE = "our own list of training"


class Result(StrEnum):
    """What somebody found who held a resource against the guidelines."""

    ALIGNED = "aligned"
    PARTLY = "partly"
    NOT = "not"

    @property
    def label(self) -> str:
        return {"aligned": "Up to date with NICE", "partly": "Partly", "not": "Not up to date"}[self.value]


class Standing(StrEnum):
    """Where a resource stands on a day. The order is that of the segments on screen."""

    ALIGNED = "aligned"
    RECHECK = "recheck"  # aligned to the version before, and its date to check again has not passed
    OVERDUE = "overdue"  # aligned to a version that no longer counts
    PARTLY = "partly"
    NOT = "not"
    UNASSESSED = "unassessed"

    @property
    def label(self) -> str:
        return STANDING_LABELS[self]


STANDING_LABELS = {
    Standing.ALIGNED: "Up to date with NICE",
    Standing.RECHECK: "Up to date with the version before: check again",
    Standing.OVERDUE: "NICE has changed: check again, overdue",
    Standing.PARTLY: "Partly up to date",
    Standing.NOT: "Not up to date",
    Standing.UNASSESSED: "Not checked yet",
}
# In the figure: what follows the version before counts until its date has passed, and is shown as its own segment.
FOLLOWS = frozenset({Standing.ALIGNED, Standing.RECHECK})


@dataclass(frozen=True, slots=True)
class Assessed:
    """The last assessment of a resource: of which guideline versions, when, and what was found."""

    result: Result
    assessed_on: date
    versions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Item:
    """A resource with its last assessment, as the figures need them."""

    id: UUID
    title: str
    source: Source
    patients: Patients
    is_online: bool
    discussed: HowDiscussed | None
    discussed_on: date | None
    resistance: bool | None
    stewardship: bool | None
    updated_on: date | None
    withdrawn_on: date | None
    assessed: Assessed | None
    recorded_at: datetime
    recorded_by: UUID | None = None
    national_code: str | None = None

    def in_use(self, day: date) -> bool:
        return self.withdrawn_on is None or self.withdrawn_on > day


def standing(item: Item, versions: Collection[GuidelineVersion], day: date) -> Standing:
    """Where a resource stands on a day; an assessment of a later day is not known yet."""
    assessed = item.assessed
    if assessed is None or assessed.assessed_on > day:
        return Standing.UNASSESSED
    if assessed.result is Result.PARTLY:
        return Standing.PARTLY
    if assessed.result is Result.NOT:
        return Standing.NOT
    worth = set(followed(versions, assessed.versions, item.patients, day).values())
    if worth <= {Followed.CURRENT, Followed.BEFORE}:
        return Standing.RECHECK if Followed.BEFORE in worth else Standing.ALIGNED
    return Standing.OVERDUE


def due_of(item: Item, versions: Collection[GuidelineVersion], day: date) -> date | None:
    """By when it is to be checked again, where a guideline of which it follows the version before says so."""
    return (
        None if item.assessed is None else recheck_due(versions, item.assessed.versions, item.patients, day)
    )


def lost_by(item: Item, versions: Collection[GuidelineVersion], day: date) -> Behind | None:
    """Why what was up to date once counts no longer; of several reasons the first."""
    if item.assessed is None or standing(item, versions, day) is not Standing.OVERDUE:
        return None
    return next(iter(behind(versions, item.assessed.versions, item.patients, day)), None)


def why_lost(item: Item, versions: Collection[GuidelineVersion], day: date) -> str:
    """The same in words, after “NICE has changed”; empty for what counts."""
    found = lost_by(item, versions, day)
    return "" if found is None else BEHIND_WORDS[found][0]


def changed_since(item: Item) -> bool:
    """Whether the resource was changed after it was last held against the guidelines."""
    return (
        item.assessed is not None
        and item.updated_on is not None
        and item.updated_on > item.assessed.assessed_on
    )


@dataclass(frozen=True, slots=True)
class Marks:
    """National marks, from the catalogue."""

    interactive_months: int = 12


def figure(
    code: str, items: Sequence[Item], versions: Collection[GuidelineVersion], day: date, marks: Marks
) -> Figure:
    """The figure of one recommendation from one organisation's list on a day."""
    used = [each for each in items if each.in_use(day)]
    if code == INTERACTIVE:
        return _interactive(used, day, marks)
    if code == ANTIBIOTICS:
        return _antibiotics(used, day)
    return _nice(code, used, [each for each in items if not each.in_use(day)], versions, day)


def _nice(
    code: str,
    used: Sequence[Item],
    gone: Sequence[Item],
    versions: Collection[GuidelineVersion],
    day: date,
) -> Figure:
    own = [each for each in used if each.source is Source.OWN]
    national = len(used) - len(own)
    if not own:
        return _without_own(code, used, gone, national, day)
    standings = [standing(each, versions, day) for each in own]
    counts = {each: standings.count(each) for each in Standing}
    follows = sum(counts[each] for each in FOLLOWS)
    parts = [Part(each.label, counts[each], len(own)) for each in Standing if counts[each]]
    if national:
        parts.append(Part("National training used, checked by its owner", national))
    if gone and code == MATERIALS:
        parts.append(Part("Taken out of use", len(gone)))
    everything = follows == len(own)
    figured = Figure(
        measure=NAME, code=code, about=day, numerator=follows, denominator=len(own),
        supports=Supports.IN_PLACE if everything else Supports.NOT_YET,
        because=_nice_because(counts, len(own), _due(own, standings, versions, day)),
        counted="training resources of our own that follow NICE", of="our own training resources in use",
        source=SOURCE, rule=_VERSIONS_RULE, parts=tuple(parts),
    )  # fmt: skip
    return _dated(figured, used)


_VERSIONS_RULE = (
    "Each resource against the version in force of every guideline that its patients need. One that follows the "
    "version before counts until its date to check again has passed; until then it is shown apart."
)


def _without_own(code: str, used: Sequence[Item], gone: Sequence[Item], national: int, day: date) -> Figure:
    if national and code == NICE:
        answer = "uses only national training"
        found = Figure(
            measure=NAME, code=code, about=day, supports=Supports.IN_PLACE, answer=answer,
            because="All training on the list is national: its owners keep it up to date.", source=SOURCE,
            parts=(Part("National training used, checked by its owner", national),),
        )  # fmt: skip
        return _dated(found, used)
    if gone and code == MATERIALS:
        found = Figure(
            measure=NAME, code=code, about=day, supports=Supports.IN_PLACE, answer="everything taken out of use",
            because="All materials that were produced have been taken out of use.", source=SOURCE,
            parts=(Part("Taken out of use", len(gone)),),
        )  # fmt: skip
        return _dated(found, gone)
    return _nothing(code)


def _nice_because(counts: dict[Standing, int], total: int, due: date | None) -> str:
    if counts[Standing.ALIGNED] == total:
        return "All of it follows the versions in force."
    if counts[Standing.ALIGNED] + counts[Standing.RECHECK] == total:
        by = "" if due is None else f" by {due.day} {due:%B %Y}"
        return f"All of it follows NICE; {counts[Standing.RECHECK]} to be checked again{by}."
    lacking = [
        f"{counts[each]} {words}"
        for each, words in (
            (Standing.OVERDUE, "to check again, overdue"),
            (Standing.PARTLY, "partly up to date"),
            (Standing.NOT, "not up to date"),
            (Standing.UNASSESSED, "not checked yet"),
        )
        if counts[each]
    ]
    return f"Still to do: {', '.join(lacking)}."


def _due(
    own: Sequence[Item], found: Sequence[Standing], versions: Collection[GuidelineVersion], day: date
) -> date | None:
    days = [
        due
        for each, where in zip(own, found, strict=True)
        if where is Standing.RECHECK and (due := due_of(each, versions, day)) is not None
    ]
    return min(days, default=None)


def _interactive(used: Sequence[Item], day: date, marks: Marks) -> Figure:
    online = [each for each in used if each.is_online]
    if not online:
        return _nothing(INTERACTIVE)
    since = clock.months_before(day, marks.interactive_months)
    ran = [each for each in online if talked_through(each, since, day)]
    impossible = [each for each in online if each.discussed is HowDiscussed.NOT_POSSIBLE]
    lacking = len(online) - len(ran) - len(impossible)
    parts = [Part("Talked through", len(ran), len(online))]
    if impossible:
        parts.append(Part("Not possible, with the reason", len(impossible), len(online)))
    if lacking:
        parts.append(Part("Not talked through yet, or too long ago", lacking, len(online)))
    because = (
        f"Still to do: {lacking} not talked through in the last {marks.interactive_months} months."
        if lacking
        else "All online training is talked through, or a reason is given."
    )
    found = Figure(
        measure=NAME, code=INTERACTIVE, about=day, numerator=len(ran), denominator=len(online),
        supports=Supports.NOT_YET if lacking else Supports.IN_PLACE, because=because,
        counted="online training that people talk through", of="online training in use, our own and national",
        source=SOURCE, rule=f"Talked through at least once in {marks.interactive_months} months.",
        parts=tuple(parts),
    )  # fmt: skip
    return _dated(found, online)


def talked_through(item: Item, since: date, day: date) -> bool:
    """Whether the interactive part ran within the window."""
    return (
        item.discussed in {HowDiscussed.TEACHING, HowDiscussed.SIMULATION, HowDiscussed.SUPERVISOR}
        and item.discussed_on is not None
        and since <= item.discussed_on <= day
    )


def _antibiotics(used: Sequence[Item], day: date) -> Figure:
    own = [each for each in used if each.source is Source.OWN]
    if not own:
        return _nothing(ANTIBIOTICS)
    both = [each for each in own if each.resistance and each.stewardship]
    lacking = len(own) - len(both)
    because = (
        f"Still to do: {lacking} without both resistance and stewardship ticked."
        if lacking
        else "Every item teaches antimicrobial resistance and stewardship."
    )
    found = Figure(
        measure=NAME, code=ANTIBIOTICS, about=day, numerator=len(both), denominator=len(own),
        supports=Supports.NOT_YET if lacking else Supports.IN_PLACE, because=because,
        counted="training that teaches antimicrobial resistance and stewardship", of="our own training in use",
        source=SOURCE,
        parts=(
            Part("Teaches resistance", sum(1 for each in own if each.resistance), len(own)),
            Part("Teaches stewardship", sum(1 for each in own if each.stewardship), len(own)),
        ),
    )  # fmt: skip
    return _dated(found, own)


def _nothing(code: str) -> Figure:
    words = {
        INTERACTIVE: "No online training is on the list yet.",
        ANTIBIOTICS: "No training of our own is on the list yet.",
    }
    return Figure(
        measure=NAME, code=code, supports=Supports.NO_FIGURE,
        because=words.get(code, "No training is on the list yet."), source=SOURCE,
    )  # fmt: skip


def _dated(figure: Figure, items: Sequence[Item]) -> Figure:
    last = max(items, key=lambda each: each.recorded_at)
    return replace(figure, recorded_at=last.recorded_at, recorded_by=last.recorded_by)


def problems_of_assessment(
    result: Result | None, assessed_on: date | None, versions: Collection[str], today: date
) -> list[tuple[str, str]]:
    """What an assessment lacks, by field, in words that say what to do."""
    problems = []
    if result is None:
        problems.append(("result", "Choose what you found"))
    if assessed_on is None:
        problems.append(("assessed_on", "Enter the day on which it was checked"))
    elif assessed_on > today:
        problems.append(("assessed_on", "The date of the check must be today or in the past"))
    if not versions:
        problems.append(("versions", "Choose the guideline that it was checked against"))
    return problems
