"""Every read of answers: those that stand, their figures, their history, and the rows of an evidence pack."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from tracker.access.identity import Identity
from tracker.accounts.models import User
from tracker.catalogue import queries as catalogue
from tracker.catalogue.queries import Asked, Form
from tracker.catalogue.rules import OrganisationKind, QuestionSet
from tracker.database import as_at, once
from tracker.errors import NotFound
from tracker.evidence.queries import in_scope
from tracker.extensions import db
from tracker.measures import find_facts
from tracker.measures.base import OF_REGISTERS, At, Fact, Figure, Supports, quarter_ends
from tracker.measures.questions import rules
from tracker.measures.questions.models import Answers as Answers
from tracker.measures.questions.rules import Given, Outcome
from tracker.organisations.models import Organisation

SOURCE = "Answers to the questions"
# More ids than this are not written into a statement: databases take only so many.
IDS_IN_A_STATEMENT = 1000
Key = tuple[UUID, str]  # an organisation and a recommendation


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands for one organisation: answers or registers, the questions that they answer, and what follows.

    `row` is None where registers alone decide. `about`: the day that the figure is about.
    """

    organisation_id: UUID
    code: str
    row: Answers | None
    declared: QuestionSet
    digest: str
    outcome: Outcome
    facts: Mapping[str, Fact]
    about: date

    @property
    def answers(self) -> Mapping[str, Any]:
        return {} if self.row is None else self.row.answers

    @property
    def is_told(self) -> bool:
        """Whether registers alone decide, whatever was answered."""
        return rules.is_told(self.declared, self.facts)

    @property
    def recorded_at(self) -> datetime | None:
        """When the answers were recorded, or where registers alone decide, the youngest of their rows.

        A row of a register says nothing of how late somebody answered.
        """
        if self.row is not None and not self.is_told:
            return self.row.recorded_at
        filled = {each.filled_from for each in self.declared.questions}
        told = [fact.recorded_at for name, fact in self.facts.items() if name in filled]
        return max((each for each in told if each is not None), default=None)

    @property
    def source(self) -> str:
        """Where the figure comes from, and that registers are in it."""
        if self.row is None or self.is_told:
            return OF_REGISTERS
        own = self.row.source or SOURCE
        among = self.outcome.told_on or any(each.on for each in self.outcome.parts)
        return f"{own}; {OF_REGISTERS.lower()}" if among else own

    @property
    def told_on(self) -> date | None:
        """The day of what registers decide, where the answers beside them are about another."""
        return None if self.outcome.told_on == self.about else self.outcome.told_on


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One version of answers and who recorded it."""

    row: Answers
    author: str


def get_asked(kind: str, code: str) -> Asked:
    """The questions of a recommendation for a kind of organisation. Raises NotFound when it is asked none."""
    found = catalogue.find_asked(kind, code)
    if found is None:
        raise NotFound(code)
    return found


def kind_of(identity: Identity, organisation_id: UUID) -> str:
    """What an organisation is. Raises NotFound."""
    query = select(Organisation.kind).where(
        Organisation.id == organisation_id, in_scope(identity, Organisation.id)
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(str(organisation_id))
    return found.value


def list_answers(
    identity: Identity, codes: Collection[str], organisation_ids: Collection[UUID], at: At
) -> Sequence[Answers]:
    """For each organisation and set, the answers about the latest day up to `at.day`, as they stood at the moment."""
    standing = (
        Answers.recommendation_code.in_(codes),
        Answers.about_on <= at.day,
        as_at(Answers, at.moment),
        in_scope(identity, Answers.organisation_id),
        *_among(organisation_ids),
    )
    keys = (Answers.organisation_id, Answers.recommendation_code, Answers.set_key)
    latest = (
        select(*keys, func.max(Answers.about_on).label("about_on"))
        .where(*standing)
        .group_by(*keys)
        .subquery()
    )
    joined = [getattr(latest.c, key.key) == key for key in keys]
    query = select(Answers).join(
        latest, (latest.c.about_on == Answers.about_on) & joined[0] & joined[1] & joined[2]
    )
    rows = db.session.scalars(query.where(*standing)).all()
    wanted = set(organisation_ids)
    return [row for row in rows if row.organisation_id in wanted]


def list_days(identity: Identity, organisation_id: UUID, code: str, at: At) -> Sequence[Answers]:
    """The answers of one organisation about every day up to `at.day`, oldest first."""
    query = select(Answers).where(
        Answers.organisation_id == organisation_id,
        Answers.recommendation_code == code,
        Answers.about_on <= at.day,
        as_at(Answers, at.moment),
        in_scope(identity, Answers.organisation_id),
    )
    return db.session.scalars(query.order_by(Answers.about_on, Answers.set_key)).all()


def list_history(identity: Identity, organisation_id: UUID, code: str) -> Sequence[HistoryRow]:
    """Every version of the answers to one recommendation with its author, newest first."""
    query = (
        select(Answers, User.name)
        .join(User, User.id == Answers.author_id)
        .where(
            Answers.organisation_id == organisation_id,
            Answers.recommendation_code == code,
            in_scope(identity, Answers.organisation_id),
        )
        .order_by(Answers.recorded_at.desc(), Answers.version.desc())
    )
    return [HistoryRow(row, name) for row, name in db.session.execute(query)]


def latest_version(identity: Identity, organisation_id: UUID, code: str, set_key: str) -> int:
    """How often this set was answered, whatever the day: two who answer at once are told apart by it."""
    query = select(func.max(Answers.version)).where(
        Answers.organisation_id == organisation_id,
        Answers.recommendation_code == code,
        Answers.set_key == set_key,
        in_scope(identity, Answers.organisation_id),
    )
    return db.session.scalar(query) or 0


def find_about(
    identity: Identity, organisation_id: UUID, code: str, set_key: str, about_on: date
) -> Answers | None:
    """The answers that stand about exactly this day."""
    query = select(Answers).where(
        Answers.organisation_id == organisation_id,
        Answers.recommendation_code == code,
        Answers.set_key == set_key,
        Answers.about_on == about_on,
        as_at(Answers, None),
        in_scope(identity, Answers.organisation_id),
    )
    return db.session.scalars(query).one_or_none()


def list_standing(
    identity: Identity, codes: Collection[str], organisation_ids: Collection[UUID], at: At
) -> list[Standing]:
    """What follows from answers and registers: a constant number of queries for any number of organisations."""
    rows = list_answers(identity, codes, organisation_ids, at)
    forms = _forms_of_registers(identity, codes, organisation_ids, at)
    declared = catalogue.list_declared({row.recommendation_code for row in rows}) if rows else {}
    answered = {
        (row.organisation_id, row.recommendation_code): (row, (row.declaration, each))
        for row in rows
        if (each := declared.get(row.declaration))
    }
    facts = _facts_for(identity, answered, forms, at)
    marks = marks_at(at.moment) if answered or forms else {}
    found = []
    for key in dict.fromkeys((*answered, *forms)):
        row, form = answered.get(key, (None, None))
        if key in forms and rules.is_told(forms[key][1], facts.get(key[0], {})):
            row, form = row if form is not None and form[0] == forms[key][0] else None, forms[key]
        if form is not None:
            found.append(_standing(key, row, form, facts.get(key[0], {}), marks, at.day))
    return found


def _forms_of_registers(
    identity: Identity, codes: Collection[str], organisation_ids: Collection[UUID], at: At
) -> dict[Key, Form]:
    """The question sets that registers alone can answer, for each organisation that is asked one of them."""
    sets = [
        (code, form)
        for code, forms in catalogue.list_sets(codes, at.moment).items()
        for form in forms
        if rules.is_told(form[1], form[1].facts)
    ]
    if not sets:
        return {}
    kinds = _kinds_of(identity, sorted(organisation_ids))
    return {
        (each, code): form
        for each in organisation_ids
        for code, form in sets
        if kinds.get(each) in form[1].asked_of
    }


@once
def _kinds_of(identity: Identity, organisation_ids: Sequence[UUID]) -> Mapping[UUID, OrganisationKind]:
    query = select(Organisation.id, Organisation.kind).where(in_scope(identity, Organisation.id))
    if len(organisation_ids) <= IDS_IN_A_STATEMENT:
        query = query.where(Organisation.id.in_(organisation_ids))
    return {row[0]: row[1] for row in db.session.execute(query)}


def _facts_for(
    identity: Identity, answered: Mapping[Key, tuple[Answers, Form]], forms: Mapping[Key, Form], at: At
) -> Mapping[UUID, Mapping[str, Fact]]:
    """What registers say where some question set looks at them."""
    looking = [(key, form) for key, (_row, form) in answered.items()] + list(forms.items())
    names = {name for _key, form in looking for name in form[1].facts}
    ids = {key[0] for key, form in looking if form[1].facts}
    return find_facts(identity, names, ids, at) if names else {}


def list_figures(
    identity: Identity, code: str, organisation_ids: Collection[UUID], at: At
) -> dict[UUID, Figure]:
    """The figure of every organisation asked for, those without one too."""
    found = {
        each.organisation_id: figure_of(each)
        for each in list_standing(identity, [code], organisation_ids, at)
    }
    return {each: found.get(each, no_figure(code)) for each in organisation_ids}


def list_series(
    identity: Identity, organisation_id: UUID, code: str, until: date, count: int
) -> list[Figure]:
    """The figures of the last days that answers are about, oldest first, each as it was on its day."""
    (now,) = list_standing(identity, [code], [organisation_id], At(until)) or (None,)
    if now is not None and now.is_told:
        return _quarters(identity, organisation_id, code, until, count)
    rows = list(list_days(identity, organisation_id, code, At(until)))[-count:]
    if not rows:
        return []
    declared, marks = catalogue.list_declared([code]), marks_at(None)
    figures = []
    for row in rows:
        questions = declared.get(row.declaration)
        if questions is None:
            continue
        facts: Mapping[str, Fact] = {}
        if questions.facts:
            facts = find_facts(identity, questions.facts, [organisation_id], At(row.about_on))[
                organisation_id
            ]
        form = (row.declaration, questions)
        figures.append(figure_of(_standing((organisation_id, code), row, form, facts, marks, row.about_on)))
    return figures


def _quarters(identity: Identity, organisation_id: UUID, code: str, until: date, count: int) -> list[Figure]:
    """Registers at the ends of quarters, as every other register is shown."""
    found = [
        list_figures(identity, code, [organisation_id], At(day))[organisation_id]
        for day in quarter_ends(until, count)
    ]
    return [each for each in found if each.exists]


def marks_at(moment: datetime | None) -> Mapping[str, int]:
    """The marks of a moment; one that did not exist yet is taken as it is now."""
    now = catalogue.get_marks()
    return now if moment is None else {**now, **catalogue.get_marks(moment)}


def figure_of(standing: Standing) -> Figure:
    """An outcome with whose it is, about when, and how it came about."""
    rule, outcome = standing.declared.figure, standing.outcome
    answered = None if standing.is_told else standing.row
    return Figure(
        measure="questions",
        code=standing.code,
        supports=outcome.supports,
        because=outcome.because,
        about=standing.about,
        numerator=outcome.numerator,
        denominator=outcome.denominator,
        counted=rule.counted if outcome.numerator is not None else "",
        of=rule.of if outcome.denominator is not None else "",
        answer=outcome.answer,
        source=standing.source,
        rule=rule.how,
        parts=outcome.parts,
        recorded_at=standing.recorded_at,
        recorded_by=None if answered is None else answered.author_id,
        told_on=standing.told_on,
    )


def no_figure(code: str) -> Figure:
    """Nobody has answered: neither 0 % nor 100 %."""
    return Figure("questions", code, Supports.NO_FIGURE, "The questions have not been answered yet.")


def declared_of(row: Answers) -> QuestionSet | None:
    """The questions as they were when this version answered them."""
    return catalogue.list_declared([row.recommendation_code]).get(row.declaration)


def get_version(identity: Identity, organisation_id: UUID, asked: Asked, version: int) -> Answers:
    """One version of a set's answers. Raises NotFound."""
    query = select(Answers).where(
        Answers.organisation_id == organisation_id,
        Answers.recommendation_code == asked.recommendation.code,
        Answers.set_key == asked.declared.key,
        Answers.version == version,
        in_scope(identity, Answers.organisation_id),
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(f"{asked.recommendation.code} version {version}")
    return found


def list_versions(organisation_ids: Sequence[UUID], moment: datetime | None) -> Sequence[Answers]:
    """Every version recorded up to a moment, superseded ones too: one query."""
    query = select(Answers).where(Answers.organisation_id.in_(organisation_ids))
    if moment is not None:
        query = query.where(Answers.recorded_at <= moment)
    order = (Answers.organisation_id, Answers.recommendation_code, Answers.set_key, Answers.version)
    return db.session.scalars(query.order_by(*order)).all()


def _standing(
    key: Key,
    row: Answers | None,
    form: Form,
    facts: Mapping[str, Fact],
    marks: Mapping[str, int],
    day: date,
) -> Standing:
    digest, declared = form
    known = {name: fact for name, fact in facts.items() if name in declared.facts}
    answers, told_on = ({}, day) if row is None else (row.answers, row.about_on)
    outcome = rules.evaluate(Given(declared, answers, told_on, day, marks, known))
    about = day if rules.is_told(declared, known) else told_on
    return Standing(key[0], key[1], row, declared, digest, outcome, known, about)


def _among(organisation_ids: Collection[UUID]) -> tuple[ColumnElement[bool], ...]:
    if len(organisation_ids) > IDS_IN_A_STATEMENT:
        return ()
    return (Answers.organisation_id.in_(sorted(organisation_ids)),)
