"""What the public pages show, made of the catalogue's own words: groups, rows, one recommendation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from tracker.catalogue.rules import OrganisationKind
from tracker.programme.rules import ItemKind, Through, year_name
from tracker.web.formats import day, plural

OWED_BY = {
    OrganisationKind.NHS_TRUST: "NHS trusts",
    OrganisationKind.CARE_PROVIDER: "other care providers",
    OrganisationKind.NATIONAL_BODY: "the national body",
    OrganisationKind.HIGHER_EDUCATION: "higher education institutions",
    OrganisationKind.ROYAL_COLLEGE: "royal colleges",
    OrganisationKind.HEALTH_INNOVATION_NETWORK: "health innovation networks",
    OrganisationKind.OTHER: "others who produce or offer sepsis education",
}
CONSIDER = (
    "“Consider” is met by a recorded decision, with its date, the meeting and the reason; "
    "also by a decision not to."
)
CONDITIONAL = (
    "Its condition is answered too, with evidence. “Nothing proven yet” and “not possible, because” "
    "are answers of their own."
)


@dataclass(frozen=True, slots=True)
class Listing:
    """A recommendation as a row of the task list component."""

    number: int
    title: str
    href: str
    sub: str
    lines: tuple[str, ...]
    tag_text: str
    tag_class: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group of stakeholders, and what the report recommends to it."""

    code: str
    title: str
    report_title: str
    rows: tuple[Listing, ...]

    @property
    def anchor(self) -> str:
        return f"group-{self.code}"

    @property
    def numbers(self) -> str:
        """`9 to 18`, or one number alone."""
        first, last = self.rows[0].number, self.rows[-1].number
        return str(first) if first == last else f"{first} to {last}"


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a filter."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Source:
    """The report that a quotation is from, and whose marks the figures use."""

    title: str
    publisher: str
    published: str
    marks_since: str
    marks_version: int


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The recommendation before or after this one."""

    number: int
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class ProgrammeEntry:
    """An item of the yearly programmes below the recommendation that it serves."""

    code: str
    title: str
    note: str


def owed_by(kinds: Iterable[str]) -> str:
    """`NHS trusts and other care providers`, always in the same order."""
    held = {OrganisationKind(kind) for kind in kinds}
    words = [text for kind, text in OWED_BY.items() if kind in held]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else "nobody"


def sentence(words: str) -> str:
    """With a capital, whatever stands first."""
    return words[:1].upper() + words[1:]


def title_of(entries: Iterable[Mapping[str, Any]], code: str) -> str:
    """The title that a report's file gives to a group or a theme; the code when it gives none."""
    return next((str(each["title"]) for each in entries if each["code"] == code), code)


def source(title: str, publisher: str, published: str, details: Mapping[str, Any]) -> Source:
    """The report in words."""
    thresholds = details.get("thresholds", {})
    since = str(thresholds.get("since") or thresholds.get("from") or "")
    return Source(title, publisher, _month(published), _day(since), int(thresholds.get("version", 1)))


def theme_choices(reports: Iterable[Mapping[str, Any]]) -> list[Choice]:
    """The themes of all reports, each once."""
    themes = {str(each["code"]): str(each["title"]) for details in reports for each in details["themes"]}
    return [Choice(code, title) for code, title in themes.items()]


def is_like(words: str, texts: Sequence[str]) -> bool:
    """Whether each of the words that somebody looks for stands in one of the texts."""
    found = " ".join(texts).casefold()
    return all(word in found for word in words.casefold().split())


def remarks(*, consider: bool, conditional: bool, not_applicable_allowed: bool) -> list[str]:
    """What the wording itself makes of an answer."""
    said = [CONSIDER] if consider else []
    said += [CONDITIONAL] if conditional else []
    if not_applicable_allowed:
        said.append(
            "“Does not apply to us” may be answered, with a reason. It stays in the total until the national lead "
            "has accepted the reason."
        )
    return said


@dataclass(frozen=True, slots=True)
class Held:
    """What an answer rests on; `endpoint` is its page, empty where only its organisation reads it."""

    words: str
    endpoint: str = ""


PRACTICE = "practice.published"
EVALUATIONS = Held("Evaluations, on the page of each resource", "library.index")
FUNDING = Held("Who funds and develops what", "library.funding")
CHAMPIONS = Held("The register of sepsis champions that each organisation keeps")
# By measure, and by the fact that fills an answer.
HELD = {
    "alignment": Held("Where training is missing, and what is checked against NICE", "pages.gaps"),
    "champions": CHAMPIONS,
    "coverage": Held("What each organisation enters about staff trained"),
    "incidents": Held("The register of reviewed incidents that each organisation keeps"),
    "sharing.methods": EVALUATIONS,
    "sharing.proven": EVALUATIONS,
    "sharing.promoted": EVALUATIONS,
    "sharing.shared": Held("Good practice that organisations publish, for those who are signed in", PRACTICE),
    "sharing.checked": FUNDING,
    "sharing.open": FUNDING,
    "sharing.funded": FUNDING,
    "coverage.refresher": Held("What each organisation enters about staff trained"),
    "champions.owner": CHAMPIONS,
}


def held(measure: str, facts: Iterable[str], *, reads_practice: bool) -> list[Held]:
    """The registers that an answer rests on, each once: of the measure, and of what fills its questions."""
    found = dict.fromkeys(HELD[each] for each in (measure, *facts) if each in HELD)
    return [
        replace(each, endpoint="") if each.endpoint == PRACTICE and not reads_practice else each
        for each in found
    ]


class ServingItem(Protocol):
    """An item of the yearly programmes that serves a recommendation."""

    @property
    def code(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def year_code(self) -> str: ...
    @property
    def kind(self) -> ItemKind: ...
    @property
    def through(self) -> Through: ...
    @property
    def parts(self) -> int: ...


def programme_entry(item: ServingItem) -> ProgrammeEntry:
    """Its year, what it is, how it serves the recommendation, and how many parts do so with it."""
    parts = f"with its {plural(item.parts, 'part')}" if item.parts else ""
    said = (year_name(item.year_code), item.kind.label.lower(), item.through.words, parts)
    return ProgrammeEntry(item.code, item.title, ", ".join(each for each in said if each))


def _month(text: str) -> str:
    """`2016-11` and `2016-11-23` as `November 2016`; anything else as it is."""
    try:
        return f"{date.fromisoformat(f'{text[:7]}-01'):%B %Y}"
    except ValueError:
        return text


def _day(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text
