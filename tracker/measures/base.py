"""What every measure offers to the pages that combine them: plain values and one interface, no framework."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

from tracker.access.identity import Identity

# Below this denominator there are counts and no percentage, and the figure stays inside the organisation.
SMALL = 5


@dataclass(frozen=True, slots=True)
class At:
    """A position: the day that figures are about, and the moment up to which rows count (None: until now)."""

    day: date
    moment: datetime | None = None


class Supports(StrEnum):
    """What a figure says of "in place". Figures never say "assured": people assure, figures do not."""

    IN_PLACE = "in_place"
    NOT_YET = "not_yet"
    NO_FIGURE = "no_figure"

    @property
    def label(self) -> str:
        return {"in_place": "in place", "not_yet": "not yet", "no_figure": "no figure yet"}[self.value]


@dataclass(frozen=True, slots=True)
class Part:
    """One line under a figure: a group of staff, a model, a segment. `denominator` None: a count alone.

    `numerator` None: a register beside the figure has no number now, and the note says why. `on`: the day of what a
    register says of it, for a figure of answers is about the day of the answers.
    """

    label: str
    numerator: int | None
    denominator: int | None = None
    note: str = ""
    on: date | None = None
    recorded_at: datetime | None = None  # of a register's line: when the youngest of its rows was recorded

    @property
    def said(self) -> str:
        """`7 of 12`, a count alone, or that there is no number."""
        if self.numerator is None:
            return "no number yet"
        return (
            f"{self.numerator:,}"
            if self.denominator is None
            else f"{self.numerator:,} of {self.denominator:,}"
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """What a measure says of one recommendation in one organisation; the two numbers are counts of whole things.

    `about` is the day that it is about, `recorded_at` when its youngest row was recorded: the lag is in the open.
    Without a numerator and an answer there is no figure, which is neither 0 % nor 100 %.
    """

    measure: str
    code: str
    supports: Supports
    because: str  # one plain sentence: why it supports, or what is still lacking
    about: date | None = None
    numerator: int | None = None
    denominator: int | None = None
    counted: str = ""  # what the numerator counts: "departments with a champion in post"
    of: str = ""  # what the denominator counts: "departments in scope"
    answer: str = ""  # said where a fraction would be: "considered and declined", "none, confirmed by …"
    source: str = (
        ""  # where it comes from, in words: "register of champions", "ESR report of 30 September 2026"
    )
    rule: str = ""  # how it was counted: the definition, the refresher interval
    name: str = "figure"  # tells several figures of one measure on one recommendation apart
    parts: tuple[Part, ...] = ()
    recorded_at: datetime | None = None
    recorded_by: UUID | None = None
    evidence: UUID | None = None  # the item of evidence that it rests on
    told_on: date | None = None  # the day of what registers decide in it, beside answers about another day

    @property
    def exists(self) -> bool:
        return self.has_fraction or bool(self.answer)

    @property
    def has_fraction(self) -> bool:
        return self.numerator is not None and self.denominator is not None

    @property
    def percent(self) -> int | None:
        """A whole percentage; None below `SMALL`. 100 only for all and 0 only for none."""
        return percentage(self.numerator, self.denominator)


def percentage(numerator: int | None, denominator: int | None) -> int | None:
    """A whole percentage, rounded to the nearest; None without numbers or below `SMALL`. 100 is all, 0 is none."""
    if numerator is None or denominator is None or denominator < SMALL:
        return None
    nearest = (200 * numerator + denominator) // (2 * denominator)
    if nearest == 100 and numerator < denominator:
        return 99
    return 1 if nearest == 0 and numerator else nearest


def reaches(numerator: int, denominator: int, percent: int) -> bool:
    """Whether a share is at or above a mark, without rounding; nothing out of nothing reaches no mark."""
    return denominator > 0 and numerator * 100 >= percent * denominator


class Urgency(IntEnum):
    """The order in which things need people."""

    BROKEN = 1  # what was said is no longer so: nobody in post, figures contradict the claim
    LATE = 2
    SOON = 3
    MISSING = 4


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that needs somebody: a verb and a link. `endpoint` and `values` are for `url_for`."""

    measure: str
    code: str  # empty: it needs somebody whatever the organisation answers
    urgency: Urgency
    text: str  # begins with a verb: "Say who the champion for Maternity is"
    note: str  # why: "nobody in post since 3 March 2026"
    endpoint: str
    values: Mapping[str, str] = field(default_factory=dict)  # beside the organisation
    day: date | None = None  # orders things of one urgency, the longest waiting first


@dataclass(frozen=True, slots=True)
class Row:
    """One line of `measures.csv`: a figure, a part of it, or a row of the register behind it. Never a person's name.

    `figure` is "figure", "part", or the kind of row ("department", "resource", "answer"). A row behind the figures of
    several recommendations names them all, divided by spaces.
    """

    organisation_id: UUID
    recommendation: str
    measure: str
    figure: str
    group: str = ""
    about_on: date | None = None
    numerator: int | None = None
    denominator: int | None = None
    value: str = ""
    unit: str = ""
    source: str = ""
    supports: Supports | None = None
    rule: str = ""
    note: str = ""
    evidence: str = ""
    recorded_at: datetime | None = None
    superseded_at: datetime | None = None
    recorded_by: UUID | None = None
    subject: tuple[str, str] | None = None  # kind and code of its event in the trail
    version_of: tuple[UUID, int] | None = None  # the lasting id and the version, as its event names them


# Where a number comes from that nobody typed for the figure.
OF_REGISTERS = "Registers of this service"


def figure_rows(organisation_id: UUID, figure: Figure) -> Iterator[Row]:
    """A figure and its parts as lines of `measures.csv`."""
    shared: dict[str, Any] = {
        "organisation_id": organisation_id, "recommendation": figure.code, "measure": figure.measure,
        "about_on": figure.about, "source": figure.source, "rule": figure.rule,
        "recorded_at": figure.recorded_at, "recorded_by": figure.recorded_by,
    }  # fmt: skip
    counted = f"{figure.counted} / {figure.of}" if figure.of else figure.counted
    yield Row(
        **shared, figure="figure", numerator=figure.numerator, denominator=figure.denominator, value=figure.answer,
        unit=counted, supports=figure.supports, note=figure.because,
        evidence="" if figure.evidence is None else str(figure.evidence),
    )  # fmt: skip
    for part in figure.parts:
        told = (
            {}
            if part.on is None
            else {
                "about_on": part.on,
                "source": OF_REGISTERS,
                "recorded_at": part.recorded_at,
                "recorded_by": None,
            }
        )
        yield Row(
            **{**shared, **told}, figure="part", group=part.label, numerator=part.numerator,
            denominator=part.denominator, note=part.note,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """What a register says of one thing that another measure would otherwise ask: asked once, used everywhere.

    `words` say it on the other's page, in a sentence without a name of a person: "Training counts for 24 months."
    """

    stands: bool
    words: str
    about: date | None = None  # the day from which it is so, or on which it was last agreed
    numerator: int | None = None
    denominator: int | None = None
    label: str = ""  # what the numbers are, where they stand beside another figure
    lacking: str = ""  # which ones are not among the numerator: "not read: A film, A game"
    recorded_at: datetime | None = None  # when the youngest of its rows was recorded
    endpoint: str = ""  # the page where it is kept, for `url_for`


@runtime_checkable
class OffersEvidence(Protocol):
    """What a measure whose figures rest on items of evidence offers besides, so that a pack holds these too."""

    def evidence(
        self, organisation_ids: Collection[UUID], at: At
    ) -> Mapping[tuple[UUID, UUID], Sequence[str]]:
        """Recommendations by organisation and item, for what was recorded up to `at.moment`; one query."""
        ...


@runtime_checkable
class OffersFacts(Protocol):
    """What a measure may offer besides: facts by name, which the catalogue asks for as `<measure>.<fact>`.

    `coverage.refresher`: a refresher interval is set. `champions.owner`: training has a named owner and a deputy.
    `alignment.guidelines_changed`: `about` is the day since which the guidelines in force are those in force.
    A register that holds nothing of an organisation leaves the name out: then the question is asked.
    """

    def facts(
        self, identity: Identity, organisation_ids: Collection[UUID], at: At
    ) -> Mapping[UUID, Mapping[str, Fact]]:
        """The facts of every organisation asked for; a constant number of queries."""
        ...


class Measure(Protocol):
    """What a measure offers. Each lives in a folder of its own and knows nothing of the others."""

    @property
    def name(self) -> str:
        """The folder's name, and the word in addresses."""
        ...

    @property
    def title(self) -> str: ...

    @property
    def codes(self) -> Sequence[str]:
        """The recommendations that it gives a figure; the headline's first."""
        ...

    @property
    def endpoint(self) -> str:
        """The page where it is recorded, for `url_for` with the organisation (and `recommendation` if `asks_code`)."""
        ...

    def figures(
        self, identity: Identity, code: str, organisation_ids: Collection[UUID], at: At
    ) -> Mapping[UUID, Figure]:
        """The figure of every organisation asked for, those without one too; a constant number of queries."""
        ...

    def series(self, identity: Identity, code: str, organisation_id: UUID, until: date) -> Sequence[Figure]:
        """How the figure moved, oldest first, at most 8 points: recorded figures, or quarter ends for registers."""
        ...

    def needs(self, identity: Identity, organisation_id: UUID, today: date) -> Sequence[Need]:
        """What needs somebody in this organisation."""
        ...

    def rows(self, organisation_ids: Sequence[UUID], at: At) -> Iterator[Row]:
        """The rows behind the figures for an evidence pack; the figures themselves come from `figures`.

        Only what was recorded up to `at.moment`, in the same order each time; versions that it had superseded too. A
        constant number of queries: whoever packs many organisations gives a batch of them at a time.
        """
        ...


def quarter_ends(until: date, count: int = 8) -> list[date]:
    """The last days of the quarters before a day, oldest first, and the day itself at the end."""
    found: list[date] = []
    year, quarter = until.year, (until.month - 1) // 3
    while len(found) < count - 1:
        if quarter == 0:
            year, quarter = year - 1, 4
        month = quarter * 3
        found.append(date(year, month, 31 if month in (3, 12) else 30))
        quarter -= 1
    return [*reversed(found), until]
