"""The report files that we ship, read and checked; tables are `actions`' business."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tracker.catalogue.rules import CODE, OrganisationKind, normalise_text, text_digest

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
        report = content["report"]
        head = {name: str(report[name]) for name in ("code", "title", "publisher", "published")}
        thresholds = dict(content["thresholds"])
        themes = tuple(Titled(each["code"], each["title"]) for each in content["themes"])
        groups = tuple(Titled(each["code"], each["title"]) for each in content["groups"])
        rows = list(content["recommendations"])
    except (KeyError, TypeError) as error:
        raise CatalogueFileError(f"{path.name}: {error} is missing") from None
    if not isinstance(thresholds.get("version"), int) or not _is_date(thresholds.get("from")):
        raise CatalogueFileError(f"{path.name}: thresholds need a version and the day from which they count")
    loaded = [_recommendation(path.name, row) for row in rows]
    _check_together(path.name, head["code"], loaded, themes, groups)
    return ReportFile(
        **head,
        thresholds=thresholds,
        themes=themes,
        groups=groups,
        recommendations=tuple(sorted(loaded, key=lambda each: each.number)),
    )


def _recommendation(file: str, row: dict[str, Any]) -> RecommendationFile:
    where = f"{file}, {row.get('code', 'a recommendation without a code')}"
    expected = {
        **dict.fromkeys(TEXTS, str),
        **dict.fromkeys(FLAGS, bool),
        **dict.fromkeys(LISTS, list),
        "number": int,
    }
    for name, kind in expected.items():
        if name not in row:
            raise CatalogueFileError(f"{where}: {name} is missing")
        if type(row[name]) is not kind or (kind is str and not row[name].strip()):
            raise CatalogueFileError(f"{where}: {name} must be {_KIND_WORDS[kind]}")
    if unknown := sorted(set(row) - set(expected)):
        raise CatalogueFileError(f"{where}: {unknown[0]} is not known here")
    # What the loop above has just checked by name, the type checker cannot see.
    values: dict[str, Any] = {
        **row,
        **{name: normalise_text(row[name]) for name in TEXTS},
        **{name: tuple(row[name]) for name in LISTS},
        "owed_by": tuple(_kind(where, each) for each in row["owed_by"]),
    }
    return RecommendationFile(**values)


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
