"""What a check of a bundle found: problems by member, counts of what was looked at, notes that accuse nobody."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# A bundle that is broken all over would otherwise name each of a million rows.
_MOST = 1000


@dataclass(frozen=True, slots=True)
class BundleProblem:
    """`member` is empty when it is about the ZIP as a whole."""

    member: str
    what: str

    def __str__(self) -> str:
        return f"{self.member}: {self.what}" if self.member else self.what


@dataclass(frozen=True, slots=True)
class BundleReport:
    """Problems mean that the bundle is not what was handed out; notes are limits of what could be checked."""

    problems: tuple[BundleProblem, ...]
    counts: Mapping[str, int]
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.problems


@dataclass(slots=True)
class Findings:
    """Collects while the checks run."""

    problems: list[BundleProblem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def add(self, member: str, what: str) -> None:
        self.counts["problems"] += 1
        if len(self.problems) < _MOST:
            self.problems.append(BundleProblem(member, what))

    def extend(self, problems: Iterable[tuple[str, str]]) -> None:
        for member, what in problems:
            self.add(member, what)

    def report(self) -> BundleReport:
        return BundleReport(tuple(self.problems), dict(self.counts), tuple(self.notes))
