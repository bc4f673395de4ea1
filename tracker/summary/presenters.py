"""The national page as it is shown: every word, class and link is decided here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from uuid import UUID

from tracker.catalogue.rules import OrganisationKind
from tracker.progress.rules import STANDING_LABELS, Standing
from tracker.summary.rules import (
    SEGMENTS,
    Answered,
    AnswerRow,
    Asked,
    CellRow,
    Ladder,
    Movement,
    OrganisationRow,
    OthersRow,
    RecordCount,
    Selection,
    Verdicts,
    answered,
    ladder,
    movement,
)
from tracker.web.formats import day, number, plural, short_day

# What each kind is called when it is counted. Only trusts have a register, the ODS file of all of them.
NOUNS = {
    OrganisationKind.NHS_TRUST: ("NHS trust", "NHS trusts", "trust", "trusts"),
    OrganisationKind.CARE_PROVIDER: ("care provider", "care providers", "provider", "providers"),
}
ANY_NOUN = ("organisation", "organisations", "organisation", "organisations")
ANSWERED_WORDS = {
    Answered.CONFIRMED: ("confirmed within 12 months", "on every recommendation they owe"),
    Answered.OLDER: ("older than that", "all answered, at least one last confirmed over 12 months before"),
    Answered.PART: ("in part", "some recommendations answered, some not"),
    Answered.NOTHING: ("nothing recorded", "no recommendation answered at all"),
}
ANSWERED_HEADINGS = {
    Answered.CONFIRMED: "Confirmed within 12 months",
    Answered.OLDER: "Answered, but not all confirmed within 12 months",
    Answered.PART: "Answered in part",
    Answered.NOTHING: "Nothing recorded",
}
# Short forms for the heads of a narrow table.
SHORT_LABELS = {
    Standing.NOTHING: "Nothing recorded",
    Standing.NOT_STARTED: "Not started",
    Standing.STARTED: "Started",
    Standing.NO_EVIDENCE: "In place, no evidence",
    Standing.WAITING: "Evidence waiting",
    Standing.CHECKED: "Checked by the trust",
    Standing.LAPSED: "Evidence out of date",
    Standing.NOT_APPLICABLE: "Does not apply",
}
MINUS = "\u2212"
NAMED_ABSENT = 5

Link = Callable[..., str]


@dataclass(frozen=True)
class Figures:
    """What was read for the page, before it is put into words."""

    wanted: Selection
    place: str
    national: bool
    asked: Sequence[Asked]
    counted: Sequence[OrganisationRow]
    absent: Sequence[OrganisationRow]
    answers: Mapping[UUID, AnswerRow]
    ladders: Mapping[str, Ladder] = field(default_factory=dict)
    movements: Mapping[str, Movement] = field(default_factory=dict)
    tested: Mapping[str, Verdicts] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return len(self.counted)

    @cached_property
    def states(self) -> dict[UUID, Answered]:
        """How each organisation counted has answered."""
        owed, fresh, none = len(self.asked), self.wanted.fresh_from, AnswerRow()
        found = ((row.id, self.answers.get(row.id, none)) for row in self.counted)
        return {key: answered(each.recorded, owed, each.oldest, fresh) for key, each in found}

    @cached_property
    def state_counts(self) -> Counter[Answered]:
        return Counter(self.states.values())


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar."""

    state: str
    count: int
    text: str


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """How many have answered so; `href` leads to their names and is empty when there is none."""

    state: str
    figure: str
    words: str
    note: str
    href: str
    link_text: str


@dataclass(frozen=True, slots=True)
class RegionLine:
    """How one region has answered."""

    name: str
    total: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BarLine:
    """One recommendation across the organisations counted."""

    number: int
    title: str
    href: str
    anchor: str
    segments: tuple[Segment, ...]
    total: int
    total_text: str
    in_place: str
    in_place_notes: tuple[str, ...]
    change: str
    change_notes: tuple[str, ...]
    tested: str
    tested_notes: tuple[str, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BarHeads:
    """What stands above the rows: unit, date of comparison, states of the table of numbers, small print."""

    unit: str
    since: str
    states: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class PlainLine:
    """One recommendation of HEE's own, or of the others: a position in words."""

    number: int
    title: str
    href: str
    state: str
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words to quote, with the address that will always show the same position."""

    anchor: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Sentences:
    """Those about all of it, and one for each recommendation."""

    main: tuple[Sentence, ...]
    each: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Column:
    number: int
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Cell:
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    name: str
    href: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class MatrixGroup:
    name: str
    note: str
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """What the page says before any figure. `band` and `dataset` are empty when there is nothing to say."""

    caption: str
    heading: str
    lede: str
    band: str
    dataset: str
    dataset_href: str
    dataset_link: str


@dataclass(frozen=True, slots=True)
class Words:
    """Headings and notes between the figures."""

    hee: str
    others: str
    others_note: str
    permanence: str
    order: str
    csv: str
    noun: str


@dataclass(frozen=True, slots=True)
class NamesLine:
    """An organisation in a list of names."""

    name: str
    code: str
    href: str
    region: str
    icb: str
    recorded: str
    latest: str
    oldest: str


# --- before any figure --------------------------------------------------------------------------------------


def nouns(kind: OrganisationKind) -> tuple[str, str, str, str]:
    """One and many, in full; one and many, in short."""
    return NOUNS.get(kind, ANY_NOUN)


def place_name(region: str, icb: str) -> str:
    """What the figures are of: the board, the region, or England."""
    return icb or region or "England"


def position_words(wanted: Selection) -> str:
    """`position now, 23 November 2026` or `position at the end of 31 October 2026`."""
    when = "now," if wanted.is_now else "at the end of"
    return f"position {when} {day(wanted.day)}"


def head(figures: Figures, others_exist: bool, link: Link) -> Head:
    wanted = figures.wanted
    one, many, _short, shorts = nouns(wanted.kind)
    place = figures.place if figures.national else f"The organisations you audit in {figures.place}"
    register = (
        "" if wanted.kind is OrganisationKind.NHS_TRUST else " in the tracker; nobody holds a register of all"
    )
    open_now = f"{plural(figures.total, one, many)} open{register}"
    return Head(
        caption=_caption(figures.asked, many),
        heading=f"{place}, {position_words(wanted)}",
        lede=f"{open_now}. Recorded by {shorts}, not signed off.",
        band="" if wanted.is_now else f"Position on {day(wanted.day)}, not today",
        dataset=_dataset_words(wanted.demonstration, others_exist),
        dataset_href=link(demonstration=None if wanted.demonstration else "1") if others_exist else "",
        dataset_link="Show the real organisations"
        if wanted.demonstration
        else "Show the invented organisations",
    )


def _caption(asked: Sequence[Asked], many: str) -> str:
    if not asked:
        return f"No recommendation is addressed to {many}"
    return f"Recommendations to healthcare providers, {asked[0].number} to {asked[-1].number}"


def _dataset_words(demonstration: bool, others_exist: bool) -> str:
    if demonstration:
        return "Only invented organisations are counted here, for demonstration."
    return "Only real organisations are counted; the invented ones are apart." if others_exist else ""


def words(figures: Figures, hee: Sequence[Asked], others: Sequence[Asked], national_body: str) -> Words:
    _one, _many, _short, shorts = nouns(figures.wanted.kind)
    return Words(
        hee=f"{national_body}’s own, {_span(hee)}",
        others=f"Other stakeholders, {_span(others)}",
        others_note="Counts, not shares: nobody holds a list of all to whom these are addressed.",
        permanence="The address beside each sentence will always show the position on that day. "
        + ("Today’s figures may still change until the end of the day." if figures.wanted.is_now else ""),
        order="The longest silence first.",
        csv=f"All {number(figures.total)} as CSV" if not figures.wanted.lists_some else "Those listed as CSV",
        noun=shorts,
    )


def _span(asked: Sequence[Asked]) -> str:
    return f"{asked[0].number} to {asked[-1].number}" if asked else "none"


# --- answered -----------------------------------------------------------------------------------------------


def answer_lines(figures: Figures, names: Link) -> tuple[AnswerLine, ...]:
    return tuple(_answer_line(each, figures.state_counts[each], figures.total, names) for each in Answered)


def _answer_line(state: Answered, count: int, total: int, names: Link) -> AnswerLine:
    words, note = ANSWERED_WORDS[state]
    return AnswerLine(
        state=state.value,
        figure=f"{number(count)} of {number(total)}",
        words=words,
        note=note,
        href=names(state=state.value) if count else "",
        link_text=f"{'Name' if count == 1 else 'Names'} of the {number(count)}",
    )


def region_lines(figures: Figures) -> tuple[RegionLine, ...]:
    """The same four figures for each region."""
    found = figures.states
    regions: dict[str, list[Answered]] = {}
    for row in figures.counted:
        regions.setdefault(row.region or "Region not known", []).append(found[row.id])
    return tuple(
        RegionLine(name, number(len(each)), tuple(number(each.count(state)) for state in Answered))
        for name, each in regions.items()
    )


def name_lines(
    figures: Figures, state: Answered, organisation_link: Callable[[str], str]
) -> tuple[NamesLine, ...]:
    """The organisations that have answered so, the longest silence first."""
    found, none = figures.states, AnswerRow()
    rows = [(row, figures.answers.get(row.id, none)) for row in figures.counted if found[row.id] is state]
    rows.sort(key=lambda pair: (pair[1].latest or date.min, pair[1].oldest or date.min, pair[0].name.lower()))
    return tuple(_name_line(row, answer, len(figures.asked), organisation_link) for row, answer in rows)


def _name_line(row: OrganisationRow, answer: AnswerRow, owed: int, link: Callable[[str], str]) -> NamesLine:
    return NamesLine(
        name=row.name,
        code=row.code,
        href=link(row.code),
        region=row.region or "Not known",
        icb=row.icb or "Not known",
        recorded=f"{answer.recorded} of {owed}",
        latest=day(answer.latest) if answer.latest else "Never",
        oldest=day(answer.oldest) if answer.oldest else "Never",
    )


# --- the ten rows -------------------------------------------------------------------------------------------


def with_rows(figures: Figures, records: Sequence[RecordCount], tested: Mapping[str, Verdicts]) -> Figures:
    """The same figures with those of each recommendation."""
    of = {asked.code: [row for row in records if row.code == asked.code] for asked in figures.asked}
    return replace(
        figures,
        ladders={code: ladder(rows, figures.total) for code, rows in of.items()},
        movements={code: movement(rows) for code, rows in of.items()},
        tested=tested,
    )


def bar_lines(figures: Figures, recommendation_link: Callable[[str], str]) -> tuple[BarLine, ...]:
    return tuple(_bar_line(each, figures, recommendation_link(each.code)) for each in figures.asked)


def bar_heads(wanted: Selection) -> BarHeads:
    _one, _many, _short, shorts = nouns(wanted.kind)
    return BarHeads(
        unit=shorts.capitalize(),
        since=f"Since {short_day(wanted.since)}",
        states=tuple(SHORT_LABELS[each] for each in SEGMENTS),
        note=(
            f"Older: last confirmed before {day(wanted.fresh_from)}. Left out: does not apply, and the national team "
            f"accepted the reason. Since {day(wanted.since)}: the change in the same {shorts}, those that had answered "
            "within 12 months at both dates; new are those that had not at the first. Tested: claims in place that "
            "the national team or an auditor looked at; of the others nothing is known but what was recorded."
        ),
    )


def _bar_line(asked: Asked, figures: Figures, href: str) -> BarLine:
    found, moved = figures.ladders[asked.code], figures.movements[asked.code]
    tested = figures.tested[asked.code]
    return BarLine(
        number=asked.number,
        title=asked.title,
        href=href,
        anchor=anchor(asked),
        segments=tuple(Segment(each.value, found.counts[each], STANDING_LABELS[each]) for each in SEGMENTS),
        total=found.total,
        total_text=number(found.total),
        in_place=f"{number(found.in_place)} of {number(found.total)}",
        in_place_notes=_in_place_notes(found),
        change=_signed(moved.difference) if moved.same else "–",
        change_notes=_change_notes(moved),
        tested=_tested_words(tested),
        tested_notes=_tested_notes(tested),
        numbers=tuple(number(found.counts[each]) for each in SEGMENTS),
    )


def anchor(asked: Asked) -> str:
    """Where a sentence or a row about a recommendation stands on the page."""
    return f"recommendation-{asked.number}"


def _in_place_notes(found: Ladder) -> tuple[str, ...]:
    notes = []
    if found.in_place_older:
        notes.append(f"{number(found.in_place_older)} of them older")
    if found.left_out:
        notes.append(f"{number(found.left_out)} left out")
    return tuple(notes)


def _signed(value: int) -> str:
    return "0" if value == 0 else f"{'+' if value > 0 else MINUS}{abs(value):,}"


def _change_notes(moved: Movement) -> tuple[str, ...]:
    same = f"the same {number(moved.same)}" if moved.same else "none to compare"
    newly = f"{number(moved.newly)} new, {number(moved.newly_in_place)} in place"
    return (same, newly) if moved.newly else (same,)


def _tested_words(tested: Verdicts) -> str:
    return f"{number(tested.verified)} of {number(tested.total)} verified" if tested.total else "None tested"


def _tested_notes(tested: Verdicts) -> tuple[str, ...]:
    return (f"{number(tested.overturned)} not accepted",) if tested.total else ()


# --- HEE's own, and the others ------------------------------------------------------------------------------


def hee_lines(
    asked: Sequence[Asked],
    cells: Mapping[str, CellRow],
    wanted: Selection,
    recommendation_link: Callable[[str], str],
) -> tuple[PlainLine, ...]:
    return tuple(
        _hee_line(each, cells.get(each.code), wanted, recommendation_link(each.code)) for each in asked
    )


def _hee_line(asked: Asked, cell: CellRow | None, wanted: Selection, href: str) -> PlainLine:
    state = Standing.NOTHING if cell is None else cell.standing
    return PlainLine(
        number=asked.number,
        title=asked.title,
        href=href,
        state=state.value,
        text=STANDING_LABELS[state],
        note="" if cell is None else _confirmed_words(cell.confirmed_on, wanted.fresh_from),
    )


def _confirmed_words(confirmed_on: date, fresh: date) -> str:
    age = ", over 12 months before" if confirmed_on < fresh else ""
    return f"last confirmed {day(confirmed_on)}{age}"


def others_lines(
    asked: Sequence[Asked], counts: Mapping[str, OthersRow], recommendation_link: Callable[[str], str]
) -> tuple[PlainLine, ...]:
    """Counts and nothing else: nobody holds a register of all who were addressed."""
    none = OthersRow()
    return tuple(
        PlainLine(
            number=each.number,
            title=each.title,
            href=recommendation_link(each.code),
            state="",
            text=f"{plural(counts.get(each.code, none).answered, 'organisation')} answered",
            note=f"{number(counts.get(each.code, none).in_place)} say it is in place",
        )
        for each in asked
    )


# --- cautions and sentences ---------------------------------------------------------------------------------


def cautions(figures: Figures) -> tuple[str, ...]:
    """What would mislead if it were not said."""
    said = (
        _caution_of_silence(figures),
        _caution_of_age(figures),
        _caution_of_does_not_apply(figures),
        _caution_of_evidence(figures),
        _caution_of_testing(figures),
        _caution_of_absence(figures),
        _caution_of_scope(figures),
    )
    return tuple(each for each in said if each)


def _caution_of_silence(figures: Figures) -> str:
    missing = sum(each.counts[Standing.NOTHING] for each in figures.ladders.values())
    of = sum(each.total for each in figures.ladders.values())
    if not missing:
        return "Every answer that is owed is recorded."
    words = f"{number(missing)} of {number(of)} answers are missing."
    return f"{words} A missing answer counts as not in place, and is never left out of a figure."


def _caution_of_age(figures: Figures) -> str:
    older = sum(each.older for each in figures.ladders.values())
    if not older:
        return ""
    return (
        f"{number(older)} {'answer was' if older == 1 else 'answers were'} last confirmed more than 12 months "
        "before; the rows show what was last said, and how many of those “in place” are so old."
    )


def _caution_of_does_not_apply(figures: Figures) -> str:
    stay = sum(each.counts[Standing.NOT_APPLICABLE] for each in figures.ladders.values())
    out = sum(each.left_out for each in figures.ladders.values())
    if not stay and not out:
        return ""
    words = f"“Does not apply” was chosen {plural(stay + out, 'time')}: {number(stay)} stay in the figures"
    return f"{words}, {number(out)} left them because the national team accepted the reason."


def _caution_of_evidence(figures: Figures) -> str:
    lapsed = sum(each.counts[Standing.LAPSED] for each in figures.ladders.values())
    if not lapsed:
        return ""
    return f"{plural(lapsed, 'claim')} counted as in place had evidence that is now out of date or taken out of use."


def _caution_of_testing(figures: Figures) -> str:
    claims = sum(each.in_place for each in figures.ladders.values())
    tested = sum(each.total for each in figures.tested.values())
    if not claims:
        return ""
    words = (
        f"“In place” is what {nouns(figures.wanted.kind)[3]} say: {number(tested)} of {number(claims)} claims"
    )
    return (
        f"{words} were tested by the national team or an auditor. “Checked” means by the organisation itself."
    )


def _caution_of_absence(figures: Figures) -> str:
    if not figures.absent:
        return ""
    one, many, *_ = nouns(figures.wanted.kind)
    named = "; ".join(
        f"{row.name} ({row.code}), since {day(row.absent_since)}" for row in figures.absent[:NAMED_ABSENT]
    )
    more = len(figures.absent) - NAMED_ABSENT
    rest = f"; and {more} more" if more > 0 else ""
    return (
        f"{plural(len(figures.absent), one, many)} not in the newest ODS file, cause unknown, "
        f"and so not counted: {named}{rest}."
    )


def _caution_of_scope(figures: Figures) -> str:
    _one, many, *_ = nouns(figures.wanted.kind)
    return (
        f"These figures are about {many} in England; they say nothing of other services or other countries."
    )


def sentences(figures: Figures, permanent: Callable[[str], str]) -> Sentences:
    """Each names its day, its number of organisations and its place."""
    if not figures.total or not figures.asked:
        return Sentences((), ())
    main = (
        ("quote-answered", _answered_sentence(figures)),
        ("quote-silent", _silent_sentence(figures)),
        ("quote-tested", _tested_sentence(figures)),
    )
    each = ((f"quote-{asked.number}", _in_place_sentence(asked, figures)) for asked in figures.asked)
    return Sentences(
        main=tuple(Sentence(name, text, permanent(name)) for name, text in main),
        each=tuple(Sentence(name, text, permanent(name)) for name, text in each),
    )


def _of(figures: Figures, count: int, total: int) -> str:
    return f"{number(count)} of {number(total)} {nouns(figures.wanted.kind)[1]}{_where(figures)}"


def _where(figures: Figures) -> str:
    return f" in {figures.place}" if figures.national else f" audited in {figures.place}"


def _when(figures: Figures) -> str:
    end = "On" if figures.wanted.is_now else "At the end of"
    return f"{end} {day(figures.wanted.day)}"


def _answered_sentence(figures: Figures) -> str:
    count = figures.state_counts[Answered.CONFIRMED]
    return (
        f"{_when(figures)}, {_of(figures, count, figures.total)} had confirmed within the last 12 months "
        f"where they stand on all {len(figures.asked)} recommendations."
    )


def _silent_sentence(figures: Figures) -> str:
    count, part = figures.state_counts[Answered.NOTHING], figures.state_counts[Answered.PART]
    return (
        f"{_when(figures)}, {_of(figures, count, figures.total)} had recorded nothing, and {number(part)} "
        f"had answered in part."
    )


def _in_place_sentence(asked: Asked, figures: Figures) -> str:
    found = figures.ladders[asked.code]
    checked = found.counts[Standing.CHECKED]
    return (
        f"{_when(figures)}, {_of(figures, found.in_place, found.total)} recorded recommendation {asked.number} "
        f"({asked.title}) as in place; {number(checked)} had its evidence checked and agreed inside the organisation."
    )


def _tested_sentence(figures: Figures) -> str:
    claims = sum(each.in_place for each in figures.ladders.values())
    verified = sum(each.verified for each in figures.tested.values())
    overturned = sum(each.overturned for each in figures.tested.values())
    return (
        f"{_when(figures)}, {number(verified + overturned)} of {number(claims)} claims “in place”{_where(figures)} "
        f"had been tested: {number(verified)} verified, {number(overturned)} not accepted. The others were not tested."
    )


# --- organisations × recommendations ------------------------------------------------------------------------


def columns(asked: Sequence[Asked], recommendation_link: Callable[[str], str]) -> tuple[Column, ...]:
    return tuple(Column(each.number, each.title, recommendation_link(each.code)) for each in asked)


def matrix(
    rows: Sequence[OrganisationRow],
    figures: Figures,
    cells: Mapping[tuple[UUID, str], CellRow],
    organisation_link: Callable[[str], str],
) -> tuple[MatrixGroup, ...]:
    """One group for each region on this page; its note counts the whole region."""
    groups: dict[str, list[MatrixRow]] = {}
    for row in rows:
        each = tuple(_cell(cells.get((row.id, asked.code)), figures.wanted) for asked in figures.asked)
        groups.setdefault(row.region, []).append(MatrixRow(row.name, organisation_link(row.code), each))
    _one, _many, short, shorts = nouns(figures.wanted.kind)
    regions = [row.region for row in figures.counted]
    return tuple(
        MatrixGroup(name or "Region not known", plural(regions.count(name), short, shorts), tuple(each))
        for name, each in groups.items()
    )


def _cell(found: CellRow | None, wanted: Selection) -> Cell:
    if found is None:
        return Cell(Standing.NOTHING.value, STANDING_LABELS[Standing.NOTHING])
    text = STANDING_LABELS[found.standing]
    if found.accepted:
        text += ", reason accepted"
    if found.confirmed_on < wanted.fresh_from:
        text += f", {_confirmed_words(found.confirmed_on, wanted.fresh_from)}"
    return Cell(found.standing.value, text)


def listed_words(wanted: Selection, listed: int, figures: Figures, delivery: str) -> str:
    """Says which organisations are listed, and that no figure above is narrowed by it."""
    if not wanted.lists_some:
        return ""
    conditions = [f"“{wanted.text}” in the name or code"] if wanted.text else []
    conditions += [f"at least one recommendation “{delivery}”"] if delivery else []
    _one, _many, short, shorts = nouns(figures.wanted.kind)
    return (
        f"Listed: {plural(listed, short, shorts)} with {' and '.join(conditions)}. "
        f"The figures above stay over all {number(figures.total)}."
    )
