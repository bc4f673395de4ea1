"""The report files that we ship, read and checked; tables are `actions`' business."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tracker.catalogue.rules import (
    CODE,
    OrganisationKind,
    QuestionFault,
    QuestionSet,
    normalise_text,
    read_sets,
    text_digest,
)

REPORTS = Path(__file__).with_name("reports")
MEASURES = frozenset({"champions", "alignment", "coverage", "incidents", "questions", "library", "practice"})
TEXTS = (
    "code",
    "group",
    "text",
    "short_title",
    "plain",
    "theme",
    "measure",
    "figure",
    "supports",
    "entered_in",
)
FLAGS = ("consider", "conditional", "not_applicable_allowed")
LISTS = ("owed_by", "words_that_decide", "evidence", "ask")


class CatalogueFileError(ValueError):
    """A report file cannot be used; the message names the file, the recommendation and what is wrong."""


@dataclass(frozen=True, slots=True)
class Titled:
    """A stakeholder group or a theme."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of organisation. `register`: a full list of them exists, so that a share of all can be stated."""

    code: OrganisationKind
    title: str
    register: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """What one of the thresholds means, and which recommendations it is for (none: for all)."""

    code: str
    unit: str
    meaning: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RecommendationFile:
    """One recommendation as its file states it; `text` is the source's, word for word."""

    code: str
    number: int
    group: str
    text: str
    short_title: str
    plain: str
    theme: str
    owed_by: tuple[OrganisationKind, ...]
    consider: bool
    conditional: bool
    not_applicable_allowed: bool
    measure: str
    figure: str
    supports: str
    entered_in: str
    words_that_decide: tuple[str, ...]
    evidence: tuple[str, ...]
    ask: tuple[str, ...]
    sets: tuple[QuestionSet, ...] = ()

    @property
    def text_digest(self) -> str:
        return text_digest(self.text)


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report: its recommendations in the order of their numbers. `thresholds` are ours, with version and date."""

    code: str
    title: str
    publisher: str
    published: str
    thresholds: dict[str, Any]
    themes: tuple[Titled, ...]
    groups: tuple[Titled, ...]
    recommendations: tuple[RecommendationFile, ...]
    kinds: tuple[Kind, ...] = ()
    marks: tuple[Mark, ...] = ()


def load_reports(folder: Path = REPORTS) -> tuple[ReportFile, ...]:
    """Every report file of a folder, by name. Raises CatalogueFileError in one sentence."""
    reports = tuple(load_report(path) for path in sorted(folder.glob("*.toml")))
    if not reports:
        raise CatalogueFileError(f"{folder.name}: there is no report file")
    _refuse_twice("the reports", [each.code for report in reports for each in report.recommendations])
    return reports


def load_report(path: Path) -> ReportFile:
    """One report file, checked."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueFileError(f"{path.name}: it is not a TOML file: {error}") from None
    try:
        parts = _parts(path.name, content)
    except (KeyError, TypeError) as error:
        raise CatalogueFileError(f"{path.name}: {error} is missing") from None
    thresholds = parts.thresholds
    if not isinstance(thresholds.get("version"), int) or not _is_date(thresholds.get("from")):
        raise CatalogueFileError(f"{path.name}: thresholds need a version and the day from which they count")
    loaded = [_recommendation(path.name, row, thresholds) for row in parts.rows]
    _check_together(path.name, parts.head["code"], loaded, parts.themes, parts.groups)
    _check_marks(path.name, thresholds, parts.marks)
    return ReportFile(
        **parts.head,
        thresholds=thresholds,
        themes=parts.themes,
        groups=parts.groups,
        recommendations=tuple(sorted(loaded, key=lambda each: each.number)),
        kinds=parts.kinds,
        marks=parts.marks,
    )


@dataclass(slots=True)
class _Parts:
    """The tables of a file, before its recommendations are read."""

    head: dict[str, str]
    thresholds: dict[str, Any]
    themes: tuple[Titled, ...]
    groups: tuple[Titled, ...]
    rows: list[dict[str, Any]]
    kinds: tuple[Kind, ...] = ()
    marks: tuple[Mark, ...] = field(default=())


def _parts(file: str, content: dict[str, Any]) -> _Parts:
    report = content["report"]
    return _Parts(
        head={name: str(report[name]) for name in ("code", "title", "publisher", "published")},
        thresholds=dict(content["thresholds"]),
        themes=tuple(Titled(each["code"], each["title"]) for each in content["themes"]),
        groups=tuple(Titled(each["code"], each["title"]) for each in content["groups"]),
        rows=list(content["recommendations"]),
        kinds=tuple(
            Kind(_kind(file, each["code"]), each["title"], each["register"])
            for each in content.get("kinds", ())
        ),
        marks=tuple(
            Mark(each["code"], each["unit"], each["meaning"], tuple(each["numbers"]))
            for each in content.get("marks", ())
        ),
    )


def _recommendation(file: str, row: dict[str, Any], thresholds: dict[str, Any]) -> RecommendationFile:
    where = f"{file}, {row.get('code', 'a recommendation without a code')}"
    sets = _sets(where, row, thresholds)
    # What is asked in typed questions is not written down twice.
    asked = {"ask": [text for one in sets for each in one.questions for text in each.spoken]} if sets else {}
    if sets and "ask" in row:
        raise CatalogueFileError(
            f"{where}: ask follows from the questions of its sets, so it must not stand here"
        )
    given = {**{name: value for name, value in row.items() if name != "sets"}, **asked}
    expected = {
        **dict.fromkeys(TEXTS, str),
        **dict.fromkeys(FLAGS, bool),
        **dict.fromkeys(LISTS, list),
        "number": int,
    }
    for name, kind in expected.items():
        if name not in given:
            raise CatalogueFileError(f"{where}: {name} is missing")
        if type(given[name]) is not kind or (kind is str and not given[name].strip()):
            raise CatalogueFileError(f"{where}: {name} must be {_KIND_WORDS[kind]}")
    if unknown := sorted(set(given) - set(expected)):
        raise CatalogueFileError(f"{where}: {unknown[0]} is not known here")
    # What the loop above has just checked by name, the type checker cannot see.
    values: dict[str, Any] = {
        **given,
        **{name: normalise_text(given[name]) for name in TEXTS},
        **{name: tuple(given[name]) for name in LISTS},
        "owed_by": tuple(_kind(where, each) for each in given["owed_by"]),
    }
    return RecommendationFile(**values, sets=sets)


def _sets(where: str, row: dict[str, Any], thresholds: dict[str, Any]) -> tuple[QuestionSet, ...]:
    """The typed questions of a recommendation, each fault with its place."""
    try:
        return read_sets(row.get("sets", []), thresholds.keys())
    except QuestionFault as fault:
        raise CatalogueFileError(f"{where}, {fault}") from None


def _check_marks(file: str, thresholds: dict[str, Any], marks: tuple[Mark, ...]) -> None:
    """Where meanings are given, each mark has one and each meaning has a mark."""
    if not marks:
        return
    named, given = {each.code for each in marks}, set(thresholds) - {"version", "from"}
    if missing := sorted(given - named):
        raise CatalogueFileError(f"{file}: the mark {missing[0]} has no meaning")
    if extra := sorted(named - given):
        raise CatalogueFileError(f"{file}: {extra[0]} has a meaning and is no mark")
    _refuse_twice(f"{file}, marks", [each.code for each in marks])


_KIND_WORDS = {str: "a text that is not empty", bool: "true or false", list: "a list", int: "a whole number"}


def _kind(where: str, text: str) -> OrganisationKind:
    try:
        return OrganisationKind(text)
    except ValueError:
        raise CatalogueFileError(f"{where}: {text!r} is not a kind of organisation") from None


def _check_together(
    file: str,
    report: str,
    loaded: list[RecommendationFile],
    themes: Iterable[Titled],
    groups: Iterable[Titled],
) -> None:
    theme_codes, group_codes = {each.code for each in themes}, {each.code for each in groups}
    for each in loaded:
        where = f"{file}, {each.code}"
        if not CODE.fullmatch(each.code) or each.code != f"{report}-{each.number:02}":
            raise CatalogueFileError(f"{where}: the code must be {report}-{each.number:02}")
        for name, value, known in (
            ("theme", each.theme, theme_codes),
            ("group", each.group, group_codes),
            ("measure", each.measure, MEASURES),
        ):
            if value not in known:
                raise CatalogueFileError(f"{where}: the {name} {value!r} is not declared")
        if not each.owed_by:
            raise CatalogueFileError(f"{where}: nobody owes an answer")
        for words in each.words_that_decide:
            if words.lower() not in each.text.lower():
                raise CatalogueFileError(f"{where}: “{words}” is not in its text")
    _refuse_twice(file, [each.code for each in loaded])


def _refuse_twice(where: str, codes: list[str]) -> None:
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise CatalogueFileError(f"{where}: {twice[0]} stands twice")


def _is_date(text: object) -> bool:
    try:
        date.fromisoformat(str(text))
    except ValueError:
        return False
    return True
