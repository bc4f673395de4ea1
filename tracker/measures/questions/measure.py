"""What the measure offers to the pages that combine measures."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from tracker import clock
from tracker.access.identity import Identity
from tracker.catalogue import queries as catalogue
from tracker.catalogue.queries import Asked
from tracker.catalogue.rules import Question
from tracker.measures.base import At, Figure, Need, Row, Urgency
from tracker.measures.questions import queries, rules
from tracker.measures.questions.queries import Answers, Standing

POINTS = 8


class Questions:
    """Typed questions: every recommendation that no other register serves."""

    name = "questions"
    title = "Questions"
    endpoint = "questions.recommendation"
    asks_code = True

    @property
    def codes(self) -> Sequence[str]:
        return catalogue.list_question_codes()

    def figures(
        self, identity: Identity, code: str, organisation_ids: Collection[UUID], at: At
    ) -> Mapping[UUID, Figure]:
        return queries.list_figures(identity, code, organisation_ids, at)

    def series(self, identity: Identity, code: str, organisation_id: UUID, until: date) -> Sequence[Figure]:
        return queries.list_series(identity, organisation_id, code, until, POINTS)

    def needs(self, identity: Identity, organisation_id: UUID, today: date) -> Sequence[Need]:
        asked = catalogue.list_asked(queries.kind_of(identity, organisation_id))
        codes = [each.recommendation.code for each in asked]
        found = queries.list_standing(identity, codes, [organisation_id], At(today))
        standing = {each.code: each for each in found}
        months = catalogue.get_marks()["answered_months"]
        needs = [_need(each, standing.get(each.recommendation.code), today, months) for each in asked]
        return [each for each in needs if each is not None]

    def rows(self, organisation_ids: Sequence[UUID], at: At) -> Iterator[Row]:
        return _answer_rows(organisation_ids, at)


MEASURE = Questions()


def _need(asked: Asked, standing: Standing | None, today: date, months: int) -> Need | None:
    """The most pressing thing about one recommendation, if there is one."""
    number = f"recommendation {asked.recommendation.number}"
    code = asked.recommendation.code
    if standing is None:
        note = asked.declared.title
        return _made(code, Urgency.MISSING, f"Answer the questions on {number}", note, None)
    ran_out = next((each for each in standing.outcome.points if each.ran_out), None)
    if ran_out is not None:
        return _made(
            code, Urgency.BROKEN, f"Look again at {number}", ran_out.lacking.rstrip("."), standing.about
        )
    row, still_asked = standing.row, rules.asked(asked.declared, {}, standing.facts)
    if row is None or not still_asked:
        missing = any(not each.optional for each in still_asked)
        note = asked.declared.title
        return (
            _made(code, Urgency.MISSING, f"Answer the questions on {number}", note, None) if missing else None
        )
    if row.about_on < clock.months_before(today, months):
        note = f"its answers are about {rules.day_in_words(row.about_on)}"
        return _made(code, Urgency.LATE, f"Update the figure for {number}", note, row.about_on)
    if row.declaration != asked.digest:
        return _made(code, Urgency.SOON, f"Answer {number} again", "the questions have changed", row.about_on)
    return None


def _made(code: str, urgency: Urgency, text: str, note: str, day: date | None) -> Need:
    return Need("questions", code, urgency, text, note, MEASURE.endpoint, {"recommendation": code}, day)


def _answer_rows(organisation_ids: Sequence[UUID], at: At) -> Iterator[Row]:
    """Every answer of every version; one that may hold a name is said to be given."""
    versions = queries.list_versions(organisation_ids, at.moment)
    declared = catalogue.list_declared({each.recommendation_code for each in versions}) if versions else {}
    for row in versions:
        questions = declared.get(row.declaration)
        for question in questions.questions if questions else ():
            if question.key in row.answers:
                yield _answer_row(row, question, at)


def _answer_row(row: Answers, question: Question, at: At) -> Row:
    until = row.superseded_at
    return Row(
        row.organisation_id,
        row.recommendation_code,
        "questions",
        "answer",
        group=question.text,
        about_on=row.about_on,
        value="given" if question.personal else rules.as_text(question, row.answers[question.key]),
        unit=question.type.value.replace("_", " or "),
        source=row.source,
        recorded_at=row.recorded_at,
        superseded_at=until if until is None or at.moment is None or until <= at.moment else None,
        recorded_by=row.author_id,
        subject=("recommendation", row.recommendation_code),
        version_of=(row.entity_id, row.version),
    )
