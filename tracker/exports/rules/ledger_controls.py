"""Figures of control.csv about the registers: each is a number of rows, under conditions on their cells.

One table for all who count: the tracker counts in its database, the verifier in the files, and the guide says how.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from types import MappingProxyType

from tracker.exports.rules.columns import COLUMNS
from tracker.exports.rules.ledgers import KINDS, NATIONAL
from tracker.library.rules import Channel, Counted, Endorsement, EvaluationResult, NationalKind, Stage
from tracker.practice.rules import State
from tracker.programme.rules import Status


class Cell(Enum):
    """What else than one word a cell can be asked for."""

    EMPTY = "empty"
    FILLED = "filled"
    BY_DAY = "a day up to as_at"


Wanted = Cell | StrEnum | bool


@dataclass(frozen=True, slots=True)
class Count:
    """Rows of a kind whose cells are as wanted; `current`: those that stood on the day. `serves`: recommendations."""

    kind: str
    where: Mapping[str, Wanted] = field(default_factory=dict)
    current: bool = True
    serves: str = ""

    @property
    def file(self) -> str:
        return NATIONAL[self.kind][0] if self.kind in NATIONAL else KINDS[self.kind].file

    @property
    def recount(self) -> str:
        """How anybody can count it again."""
        stands = " that have current_at_date yes" if self.current else ""
        listed = [f"{column} {_in_words(wanted)}" for column, wanted in self.where.items()]
        conditions = f"{' and' if stands else ' with'} {' and '.join(listed)}" if listed else ""
        several = self.serves.replace("recommendation ", "recommendations ") if " and " in self.serves else ""
        serves = f"; behind the figures of {several or self.serves}" if self.serves else ""
        return f"rows of {self.file} with kind “{self.kind}”{stands}{conditions}{serves}"

    def holds(self, row: Mapping[str, str]) -> bool:
        stands = not self.current or row["current_at_date"] == "yes"
        return stands and all(_is(row[column], wanted, row["as_at"]) for column, wanted in self.where.items())


def _in_words(wanted: Wanted) -> str:
    if isinstance(wanted, bool):
        return "yes" if wanted else "no"
    return str(wanted.value)


def _is(cell: str, wanted: Wanted, as_at: str) -> bool:
    match wanted:
        case Cell.EMPTY:
            return not cell
        case Cell.FILLED:
            return bool(cell)
        case Cell.BY_DAY:
            return "" < cell <= as_at
    return cell == _in_words(wanted)


def rows_of(kind: str) -> str:
    """The figure that counts every row of a kind."""
    return f"{kind.replace(' ', '_')}_rows"


def _each(prefix: str, kind: str, column: str, words: type[StrEnum], serves: str) -> dict[str, Count]:
    """One figure for each word; what was entered by mistake counts nowhere."""
    mended = {"reason": Cell.EMPTY} if kind in ("usage", "evaluation", "development", "share") else {}
    return {f"{prefix}_{word.value}": Count(kind, {column: word, **mended}, serves=serves) for word in words}


_RESOURCE, _MEANT = {"resource_kind": NationalKind.RESOURCE}, {"reason": Cell.EMPTY}
_FOUND: dict[str, Wanted] = {"overlap_found_on": Cell.BY_DAY}
_FUNDED: dict[str, Wanted] = {**_RESOURCE, "funder": Cell.FILLED, "developer": Cell.FILLED}
_SHOWS: dict[str, Wanted] = {"result": EvaluationResult.SHOWS_EFFECT}
_1, _6, _7, _8, _15 = (f"recommendation {number}" for number in (1, 6, 7, 8, 15))

LEDGER_CONTROLS: Mapping[str, Count] = MappingProxyType(
    {
        **{rows_of(kind): Count(kind, current=False) for kind in (*NATIONAL, *KINDS)},
        "resources_in_use": Count("resource", {**_RESOURCE}, serves=f"{_1}, 6, 7 and 8"),
        **{
            f"resources_{each.value}": Count(
                "resource", {**_RESOURCE, "endorsement": each}, serves=f"{_1}, 6 and 7"
            )
            for each in Endorsement
        },
        "resources_with_funder_and_developer": Count("resource", _FUNDED, serves=_8),
        **_each("usage", "usage", "counted", Counted, _1),
        "usage_rated": Count("usage", {"rated": Cell.FILLED, **_MEANT}, serves=_1),
        "evaluations_in_hand": Count("evaluation", {"counted": Cell.EMPTY, **_MEANT}, serves=_6),
        **_each("evaluations", "evaluation", "counted", EvaluationResult, f"{_6} and 7"),
        **_each("developments", "development", "counted", Stage, _8),
        "overlaps_found": Count("development", {**_FOUND, **_MEANT}, serves=_8),
        "overlaps_settled": Count(
            "development", {**_FOUND, "overlap_settled_on": Cell.BY_DAY, **_MEANT}, serves=_8
        ),
        **_each("shares", "share", "channel", Channel, f"{_1} and 7"),
        **_each("practices", "practice", "state", State, f"{_7} and 15"),
        "practices_that_show_an_effect": Count("practice", _SHOWS, serves=_15),
        "practices_shared_locally": Count(
            "practice", {**_SHOWS, "shared_locally_on": Cell.BY_DAY}, serves=_15
        ),
        "practice_rows_published": Count(
            "practice", {"state": State.PUBLISHED}, current=False, serves=f"{_7} and 15"
        ),
        "help_asked_and_not_taken_back": Count("help asked", {**_MEANT}, serves=_15),
        "help_answered": Count("help answered", serves=_15),
        "years_confirmed": Count("year", {"confirmed": True}),
        "years_to_be_confirmed": Count("year", {"confirmed": False}),
        "items_in_the_programme": Count("item"),
        **_each("states", "state", "status", Status, ""),
    }
)
_OF_FILE: Mapping[str, tuple[tuple[str, Count], ...]] = MappingProxyType(
    {
        name: tuple((figure, count) for figure, count in LEDGER_CONTROLS.items() if count.file == name)
        for name in COLUMNS
    }
)


def figures_of(name: str, row: Mapping[str, str]) -> Iterator[str]:
    """The figures of the control sheet that a row of this file counts to."""
    for figure, count in _OF_FILE[name]:
        if count.kind == row["kind"] and count.holds(row):
            yield figure
