"""What staff trained offers to the pages that combine measures: figures of 10 and 11, needs, rows, facts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.catalogue import queries as catalogue
from tracker.measures.base import At, Fact, Figure, Need, Part, Row, Supports, Urgency
from tracker.measures.coverage import queries, rules
from tracker.measures.coverage.queries import NeedsRow, PositionRow, RoutesRow
from tracker.measures.coverage.rules import Group, Level, Named, Verdict

LEVELS, REACH = "SEP16-10", "SEP16-11"
MARK = "coverage_percent"
POINTS = 8
# After this the numbers want to be counted again: trusts report by quarter.
FRESH_MONTHS = 3
OUTSIDE = "Fewer than 5 staff: the numbers stay inside the organisation."


class Coverage:
    """Staff trained, for recommendations 10 and 11."""

    name = "coverage"
    title = "Staff trained"
    codes: Sequence[str] = (LEVELS, REACH)
    endpoint = "coverage.index"

    def figures(
        self, identity: Identity, code: str, organisation_ids: Collection[UUID], at: At
    ) -> Mapping[UUID, Figure]:
        """The figure of each organisation: five queries for any number of them."""
        positions = queries.latest_positions(identity, organisation_ids, at)
        needs = queries.needs_of(identity, organisation_ids, at.moment) if code == LEVELS else {}
        routes = queries.routes_of(identity, organisation_ids, at.moment) if code == REACH else {}
        percent = catalogue.get_marks(at.moment)[MARK]
        return {
            each: figure_of(
                code, positions.get(each), needs.get(each), routes.get(each), at.day, percent,
                outside=is_outside(identity, each),
            )
            for each in organisation_ids
        }  # fmt: skip

    def series(self, identity: Identity, code: str, organisation_id: UUID, until: date) -> Sequence[Figure]:
        """The figure of each date that was recorded, each with the needs table of its time."""
        positions = queries.list_positions(identity, organisation_id, At(until), limit=POINTS)[::-1]
        tables = queries.list_needs_versions(identity, organisation_id)
        routes = queries.routes_of(identity, [organisation_id]).get(organisation_id)
        percent = catalogue.get_marks()[MARK]
        outside = is_outside(identity, organisation_id)
        following = [each.entry for each in positions[1:]]
        found = []
        for index, position in enumerate(positions):
            next_entry = following[index] if index < len(following) else None
            table = _table_of(tables, position, None if next_entry is None else next_entry.about_on)
            about = position.entry.about_on
            found.append(figure_of(code, position, table, routes, about, percent, outside=outside))
        return found

    def needs(self, identity: Identity, organisation_id: UUID, today: date) -> Sequence[Need]:
        """What needs somebody: a table, numbers, routes, their report."""
        table = queries.needs_of(identity, [organisation_id]).get(organisation_id)
        routes = queries.routes_of(identity, [organisation_id]).get(organisation_id)
        position = queries.latest_positions(identity, [organisation_id], At(today)).get(organisation_id)
        return [
            *_table_needs(table, today),
            *_position_needs(identity, organisation_id, position, today),
            *_route_needs(routes),
        ]

    def rows(self, organisation_ids: Sequence[UUID], at: At) -> Iterator[Row]:
        """Every version of the numbers of every date, by group."""
        for position in queries.recorded_until(organisation_ids, at):
            yield from _rows_of(position, at)

    def evidence(
        self, organisation_ids: Collection[UUID], at: At
    ) -> Mapping[tuple[UUID, UUID], Sequence[str]]:
        """The reports that numbers rest on, or rested on."""
        return dict.fromkeys(queries.reports_until(organisation_ids, at), self.codes)

    def facts(
        self, identity: Identity, organisation_ids: Collection[UUID], at: At
    ) -> Mapping[UUID, Mapping[str, Fact]]:
        """`refresher`: for how long training counts; `required`: which groups it is required of."""
        tables = queries.needs_of(identity, organisation_ids, at.moment)
        return {each: _facts_of(tables.get(each), at.day) for each in organisation_ids}


def is_outside(identity: Identity, organisation_id: UUID) -> bool:
    """Whether this person belongs to another house, so that small groups of staff are not shown to her."""
    return organisation_id not in identity.own and organisation_id not in identity.predecessors


def figure_of(
    code: str,
    position: PositionRow | None,
    needs: NeedsRow | None,
    routes: RoutesRow | None,
    day: date,
    percent: int,
    *,
    outside: bool,
) -> Figure:
    """One figure from the rows that stood."""
    counts = () if position is None else position.counts
    about = None if position is None else position.entry.about_on
    if code == LEVELS:
        verdict = rules.coverage(None if needs is None else needs.needs, counts, about, day, percent)
        words = ("staff in date at or above the level they need", "all staff in post")
    else:
        verdict = rules.reach({} if routes is None else routes.routes, counts, about, day, percent)
        words = (f"groups of staff at or above {percent} %", "groups in post outside training programmes")
    if outside and code == LEVELS and rules.is_small(verdict.denominator):
        return Figure("coverage", code, verdict.supports, OUTSIDE, about, answer="fewer than 5 staff")
    if verdict.numerator is None or position is None:
        return Figure("coverage", code, Supports.NO_FIGURE, verdict.because)
    return _figure(code, verdict, position, words, percent, outside=outside)


def _figure(
    code: str, verdict: Verdict, position: PositionRow, words: tuple[str, str], percent: int, *, outside: bool
) -> Figure:
    entry = position.entry
    return Figure(
        measure="coverage",
        code=code,
        supports=verdict.supports,
        because=verdict.because,
        about=entry.about_on,
        numerator=verdict.numerator,
        denominator=verdict.denominator,
        counted=words[0],
        of=words[1],
        source=entry.source,
        rule=rule_words(position, percent),
        parts=verdict.shown(outside=outside),
        recorded_at=entry.recorded_at,
        recorded_by=entry.author_id,
        evidence=entry.evidence_id,
    )


def rule_words(position: PositionRow, percent: int) -> str:
    """How it was counted, in words."""
    entry = position.entry
    heads = (
        "people"
        if entry.counted is rules.Counted.PEOPLE
        else "assignments (a person with two posts counts twice)"
    )
    said = f"In date: trained within {entry.interval_months} months, the organisation’s own rule. Counted: {heads}."
    if entry.not_counted or entry.not_counted_about:
        about = f" about {entry.not_counted_about:,}" if entry.not_counted_about else ""
        said += f" Not counted:{about} {entry.not_counted}".rstrip() + "."
    return f"{said.replace('..', '.')} The mark of {percent} % is this tracker’s, not the source’s."


def _table_of(tables: Sequence[NeedsRow], position: PositionRow, next_about: date | None) -> NeedsRow | None:
    """The needs table that stood until the next numbers, but never one older than these numbers' own recording."""
    if next_about is None:
        return tables[-1] if tables else None
    until = max(position.entry.recorded_at, clock.end_of_day(next_about))
    stood = [each for each in tables if each.entry.recorded_at <= until]
    return stood[-1] if stood else None


# --- what needs somebody -----------------------------------------------------------------------------------


def _table_needs(table: NeedsRow | None, today: date) -> Iterator[Need]:
    if table is None:
        yield _need(
            LEVELS, Urgency.MISSING, "Say who needs which level of sepsis training",
            "without it nobody counts as trained to the level they need", "coverage.needs",
        )  # fmt: skip
        return
    if not table.needs.is_agreed(today):
        yield _need(
            LEVELS, Urgency.MISSING, "Have a meeting agree who needs which level of training",
            "recorded, not agreed yet", "coverage.needs",
        )  # fmt: skip
    review = table.needs.review_on
    if review is not None and review < today:
        yield _need(
            LEVELS, Urgency.LATE, "Look again at who needs which level of training",
            f"the review was due on {_day(review)}", "coverage.needs", day=review,
        )  # fmt: skip


def _position_needs(
    identity: Identity, organisation_id: UUID, position: PositionRow | None, today: date
) -> Iterator[Need]:
    if position is None:
        yield _need(
            LEVELS, Urgency.MISSING, "Enter how many staff are trained", "no numbers yet", "coverage.new"
        )
        return
    about, entry = position.entry.about_on, position.entry
    if about < clock.months_before(today, FRESH_MONTHS):
        old = about < clock.months_before(today, rules.OLD_MONTHS)
        yield _need(
            LEVELS, Urgency.LATE if old else Urgency.SOON, "Update how many staff are trained",
            f"the numbers are of {_day(about)}", "coverage.new", day=about,
        )  # fmt: skip
    values = {"item": str(entry.entity_id)}
    if missing := rules.missing_groups(position.counts):
        yield _need(
            LEVELS, Urgency.MISSING, "Count the groups of staff that are missing",
            ", ".join(group.label for group in missing), "coverage.edit", values,
        )  # fmt: skip
    report = queries.find_report(identity, organisation_id, entry.evidence_id)
    if report is None:
        yield _need(
            LEVELS, Urgency.MISSING, "Attach the report that the numbers come from",
            f"numbers of {_day(about)}", "coverage.edit", values,
        )  # fmt: skip
    elif report.withdrawn_reason is not None:
        yield _need(
            LEVELS, Urgency.BROKEN, "Attach a report to the numbers of staff trained",
            "the report they rested on was taken out of use", "coverage.edit", values,
        )  # fmt: skip


def _route_needs(routes: RoutesRow | None) -> Iterator[Need]:
    said = {} if routes is None else routes.routes
    without = [each.label.lower() for each in Named if each not in said or not said[each].exists]
    if without:
        yield _need(
            REACH, Urgency.MISSING, "Say how staff get sepsis training apart from induction",
            ", ".join(without), "coverage.routes",
        )  # fmt: skip


def _need(
    code: str,
    urgency: Urgency,
    text: str,
    note: str,
    endpoint: str,
    values: Mapping[str, str] | None = None,
    day: date | None = None,
) -> Need:
    return Need("coverage", code, urgency, text, note, endpoint, values or {}, day)


def _day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"


# --- rows and facts ----------------------------------------------------------------------------------------


def _rows_of(position: PositionRow, at: At) -> Iterator[Row]:
    in_date = sum(each.in_date for each in position.counts)
    yield _row(position, at, LEVELS, "staff in date", "", in_date, position.in_post)
    by_line = [Part(each.line.label, each.in_date, each.in_post) for each in position.counts]
    for part in rules.shown_outside(by_line):
        yield _row(position, at, LEVELS, "group", part.label, part.numerator, part.denominator)
    for segment in rules.segments(position.counts):
        if segment.in_post is not None and not rules.is_small(segment.in_post):
            yield _row(position, at, REACH, "group", segment.label, segment.in_date, segment.in_post)


def _row(
    position: PositionRow,
    at: At,
    code: str,
    figure: str,
    group: str,
    numerator: int | None,
    denominator: int | None,
) -> Row:
    entry, ended = position.entry, position.entry.superseded_at
    hidden = rules.is_small(denominator)
    return Row(
        organisation_id=entry.organisation_id,
        recommendation=code,
        measure="coverage",
        figure=figure,
        group=group,
        about_on=entry.about_on,
        numerator=None if hidden else numerator,
        denominator=None if hidden else denominator,
        value="fewer than 5" if hidden else "",
        unit=entry.counted.value,
        source=entry.source,
        rule=f"in date: within {entry.interval_months} months",
        note=f"taken out of use: {entry.withdrawn_reason}" if entry.withdrawn_reason else entry.note,
        evidence="" if entry.evidence_id is None else str(entry.evidence_id),
        recorded_at=entry.recorded_at,
        superseded_at=None if ended and at.moment and ended > at.moment else ended,
        recorded_by=entry.author_id,
        subject=("coverage", str(entry.entity_id)),
        version_of=(entry.entity_id, entry.version),
    )


def _facts_of(table: NeedsRow | None, day: date) -> dict[str, Fact]:
    if table is None:
        return {}
    found = {}
    needs = table.needs
    if needs.interval_months is not None:
        words = f"Training counts for {needs.interval_months} months."
        found["refresher"] = Fact(True, words, clock.local_day(table.entry.recorded_at))
    asked = [
        each.label for each in Group if any(level is not Level.NOTHING for level in needs.levels_of(each))
    ]
    agreed = needs.is_agreed(day)
    words = f"Sepsis training is required of {', '.join(asked)}." if asked else "It is required of no group."
    found["required"] = Fact(bool(asked) and agreed, words, needs.agreed_on)
    return found


MEASURE = Coverage()
