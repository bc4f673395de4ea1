"""What passes by while the tables are written: numbers of rows, and what the way in tells of the positions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tracker import clock
from tracker.catalogue.rules import Delivery
from tracker.exports.queries.cut import Chosen, Cut
from tracker.exports.rules import COLUMNS
from tracker.exports.writers import Position, Standings
from tracker.progress.rules import Standing, standing

Row = Sequence[object]
Place = tuple[str, str]
# More organisations than this are counted, and their positions left to progress.csv.
SHOWN_AT_MOST = 20
NOTHING = "Nothing recorded"

_WORDS = {
    Standing.NOT_STARTED: "Not started",
    Standing.STARTED: "Started",
    Standing.NO_EVIDENCE: "In place, no evidence yet",
    Standing.WAITING: "In place, evidence waiting to be checked",
    Standing.CHECKED: "In place, evidence checked and agreed",
    Standing.LAPSED: "Evidence out of date: check again",
    Standing.NOT_APPLICABLE: "Does not apply",
}
# Figures of control.csv under which the way in counts positions.
_COUNTED = {
    "organisations": "Asked",
    "nothing_recorded": "Nothing recorded",
    "not_started": "Not started",
    "in_progress": "Started",
    "no_evidence": "In place, no evidence",
    "waiting": "Evidence waiting",
    "checked": "Checked and agreed",
    "lapsed": "Evidence out of date",
    "not_applicable": "Does not apply",
}


@dataclass(slots=True)
class Reading:
    """Kept from the rows as they go to the file, so that the way in says what the tables say."""

    cut: Cut
    rows: dict[str, int] = field(default_factory=dict)
    _answered_by: dict[str, list[str]] = field(default_factory=dict)
    _titles: dict[str, str] = field(default_factory=dict)
    _figures: dict[Place, int] = field(default_factory=dict)
    _positions: dict[Place, tuple[str, str]] = field(default_factory=dict)
    _files: dict[Place, list[tuple[str, str]]] = field(default_factory=dict)

    def passing(self, name: str, rows: Callable[[], Iterable[Row]]) -> Iterator[Row]:
        """The rows themselves, each looked at on its way."""
        self.rows[name] = 0
        note = self._noting(name)
        for row in rows():
            self.rows[name] += 1
            if note:
                note(dict(zip(COLUMNS[name], row, strict=True)))
            yield row

    def standings(self) -> Standings:
        """For the way in; every table must have been written before."""
        if len(self.cut.organisations) == 1:
            return Standings(organisations=self._organisations())
        counts = [
            (self._called(code), [self._figures.get((code, figure), 0) for figure in _COUNTED])
            for code in self.cut.recommendations
            if self._figures.get((code, "organisations")) or self._is_recorded(code)
        ]
        return Standings(tuple(_COUNTED.values()), counts, self._organisations())

    def _noting(self, name: str) -> Callable[[Mapping[str, object]], None] | None:
        few = len(self.cut.organisations) <= SHOWN_AT_MOST
        if name in ("progress.csv", "evidence.csv") and not few:
            return None
        noting = {
            "progress.csv": self._note_position,
            "evidence.csv": self._note_file,
            "catalogue.csv": self._note_title,
            "control.csv": self._note_figure,
        }
        return noting.get(name)

    def _note_position(self, row: Mapping[str, object]) -> None:
        if row["current_at_date"] and isinstance(row["delivery"], Delivery):
            stands = _WORDS[standing(row["delivery"], int(str(row["live_evidence"])))]
            day = clock.local_day(row["recorded_at_utc"])  # type: ignore[arg-type]
            self._positions[_place(row)] = stands, f"{day.day} {day:%B %Y}"

    def _note_file(self, row: Mapping[str, object]) -> None:
        if row["live_at_date"]:
            member = str(row["member"] or "").removeprefix("data/")
            shown = f"{row['title']} ({row['file_name'] or 'link'})"
            for code in str(row["recommendations"]).split():
                self._files.setdefault((str(row["organisation"]), code), []).append((member, shown))

    def _note_title(self, row: Mapping[str, object]) -> None:
        if row["kind"] == "recommendation":
            self._titles[str(row["code"])] = f"{row['number']}. {row['title']}"
            self._answered_by[str(row["code"])] = str(row["answered_by"]).split()

    def _note_figure(self, row: Mapping[str, object]) -> None:
        self._figures[str(row["recommendation"]), str(row["figure"])] = int(str(row["value"]))

    def _is_recorded(self, code: str) -> bool:
        return any(self._figures.get((code, each.value)) for each in Delivery)

    def _organisations(self) -> list[tuple[str, list[Position]]]:
        if len(self.cut.organisations) > SHOWN_AT_MOST:
            return []
        return [(f"{each.name} ({each.code})", self._of(each)) for each in self.cut.organisations]

    def _of(self, organisation: Chosen) -> list[Position]:
        """What it recorded, and what it was asked and did not answer."""
        found = []
        for code in self.cut.recommendations:
            place = organisation.code, code
            if place in self._positions:
                found.append(
                    Position(self._called(code), *self._positions[place], self._files.get(place, ()))
                )
            elif organisation.kind in self._answered_by.get(code, ()):
                found.append(Position(self._called(code), NOTHING, "", self._files.get(place, ())))
        return found

    def _called(self, code: str) -> str:
        return self._titles.get(code, code)


def _place(row: Mapping[str, object]) -> Place:
    return str(row["organisation"]), str(row["recommendation"])
