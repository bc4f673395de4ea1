"""Words on screen: those of the people who read them, never those of the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.house.table import TABLE, address
from tests.house.world import World
from tracker.access.permissions import Role
from tracker.audit.rules import EVENT_TYPES
from tracker.catalogue.rules import Delivery, OrganisationKind
from tracker.evidence.rules import EvidenceKind
from tracker.progress.rules import Confidence

ROOT = Path(__file__).resolve().parents[2]
# Words of the code with a mark in them; `delivered` alone is a word of the language.
RAW = sorted(
    each.value
    for enum in (Delivery, Confidence, OrganisationKind, EvidenceKind, Role)
    for each in enum
    if re.search(r"[_-]", each.value)
) + sorted(EVENT_TYPES)
# American spelling, as it slips in from code and from habit.
AMERICAN = re.compile(
    r"\b(organi[z]\w*|recogni[z]\w*|summari[z]\w*|authori[z]\w*|prioriti[z]\w*|colors?|colored|behaviors?|centers?"
    r"|centered|favorites?|licenses|catalogs?|canceled|canceling|labeled|enroll|fulfill|program(s|med)?|analyz\w*|gray"
    r"|minimiz\w*|standardiz\w*|utiliz\w*|checkmarks?|pediatric\w*)\b",
    re.IGNORECASE,
)
# Pages that a champion or a lead sees, other than the recommendation's own.
OF_MEMBERS = (
    "pages.home", "pages.recommendations", "dashboard.organisation", "dashboard.record", "dashboard.meeting",
    "progress.edit", "progress.confirm", "progress.confirm_several", "progress.agree", "progress.action_new",
    "progress.action_edit", "evidence.register", "evidence.new", "evidence.item", "evidence.edit",
    "evidence.add_files", "evidence.withdraw", "accounts.account", "accounts.name", "organisations.index",
    "champions.index", "champions.decision", "champions.model", "champions.new_department",
    "champions.edit_department", "champions.new_post", "champions.edit_post", "champions.new_review",
    "champions.edit_review", "champions.hand_over", "champions.handed_over", "dashboard.handover",
    "questions.index", "questions.recommendation",
    "coverage.index", "coverage.position", "coverage.new", "coverage.edit", "coverage.withdraw", "coverage.needs",
    "coverage.routes", "coverage.choose", "coverage.ask",
    "incidents.register", "incidents.incident", "incidents.new", "incidents.edit", "incidents.loop", "incidents.remove",
    "incidents.none", "incidents.take_back",
)  # fmt: skip
ALL_PAGES = sorted(
    name
    for name, row in TABLE.items()
    if row[0] == "GET" and name not in {"static", "pages.robots", "pages.health", "summary.csv", "exports.download",
                                        "coverage.counting_sheet", "alignment.template", "evidence.download",
                                        "dashboard.trend"}
)  # fmt: skip


FIRST_PERSON = re.compile(r"\b(we|us|our)\b", re.IGNORECASE)


class _Visible(HTMLParser):
    """What a person reads, and what is read to her: text, labels for screen readers, alternative texts."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style", "template"}:
            self._silent += 1
        for name, value in attrs:
            if name in {"aria-label", "alt", "title", "placeholder"} and value:
                self.texts.append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", "template"}:
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)


def visible(html: str) -> str:
    """The words of a page."""
    reader = _Visible()
    reader.feed(html)
    return " ".join(" ".join(reader.texts).split())


def pages(world: World, endpoint: str, readers: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Who reads it, and its words: for those who get in."""
    path = address(world, endpoint)
    for who in readers:
        answer = world.browser(who).get(path, follow_redirects=endpoint == "pages.home")
        if answer.status_code == 200:
            yield who, visible(answer.get_data(as_text=True))


@pytest.mark.parametrize("endpoint", OF_MEMBERS)
def test_members_are_not_shown_codes_of_recommendations(world: World, endpoint: str) -> None:
    for who, words in pages(world, endpoint, ("champion", "lead")):
        found = re.search(r".{0,40}SEP16-\d\d.{0,20}", words)
        assert not found, f"{who} at {endpoint}: {found and found[0]}"


@pytest.mark.parametrize("endpoint", ALL_PAGES)
def test_no_page_shows_a_word_of_the_code(world: World, endpoint: str) -> None:
    for who, words in pages(world, endpoint, ("visitor", "lead", "national", "administrator")):
        for raw in RAW:
            assert not re.search(rf"(?<![\w/.@-]){re.escape(raw)}(?![\w/-]|\.\w)", words), (
                f"{who} at {endpoint}: {raw}"
            )
        found = re.search(r".{0,60}(\bTrue\b|\bFalse\b|\bUUID\(|datetime\.|<\w+\.\w+:).{0,20}", words)
        assert not found, f"{who} at {endpoint}: {found and found[0]}"


OF_AN_ORGANISATION = sorted(
    name
    for name, row in TABLE.items()
    if row[0] == "GET" and re.match(r"/organisations/\{", row[1]) and name in ALL_PAGES
)


@pytest.mark.parametrize("endpoint", OF_AN_ORGANISATION)
def test_who_only_reads_is_not_spoken_to_as_one_of_them(world: World, endpoint: str) -> None:
    """“What we have shared” is another's: headings, links and what stands above a table say “it” to who looks on."""
    for who in ("national", "auditor"):
        answer = world.browser(who).get(address(world, endpoint))
        if answer.status_code == 200 and answer.mimetype == "text/html":
            inner = re.sub(r"<blockquote.*?</blockquote>", "", answer.text, flags=re.DOTALL)
            body = inner.split("</header>", 1)[1].split("<footer", 1)[0]
            said = re.findall(r"<(h[1-4]|caption|legend|label|dt|a)\b[^>]*>(.*?)</\1>", body, re.DOTALL)
            found = [words for _tag, text in said if FIRST_PERSON.search(words := visible(text))]
            assert not found, f"{who} at {endpoint}: {found}"


@pytest.mark.parametrize("endpoint", ALL_PAGES)
def test_no_page_is_spelt_american(world: World, endpoint: str) -> None:
    for who, words in pages(world, endpoint, ("visitor", "lead", "national", "administrator")):
        found = AMERICAN.search(words)
        assert not found, (
            f"{who} at {endpoint}: {words[max(0, found.start() - 40) : found.end() + 20]}" if found else ""
        )


def spoken() -> list[Path]:
    """Where words for people are written."""
    rooms = ("forms.py", "presenters.py", "rules.py")
    code = [path for path in (ROOT / "tracker").rglob("*.py") if path.name in rooms]
    return sorted([*(ROOT / "templates").rglob("*.html"), *code])


@pytest.mark.parametrize("path", spoken(), ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_written_for_people_is_spelt_british(path: Path) -> None:
    mute = r"""(class|data-[a-z-]+|name|id)=["'][^"']*["']|nhsuk-[a-z-]+|app-[a-z-]+|theme-color"""
    assert american(re.sub(mute, "", path.read_text("utf-8"))) is None


def american(text: str) -> str | None:
    """An American word with what stands round it. A program that a computer runs is one in Britain too."""
    found = AMERICAN.search(text.replace("The program that sent", ""))
    return None if found is None else text[max(0, found.start() - 40) : found.end() + 20]


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_no_template_prints_a_raw_value(path: Path) -> None:
    """`row.delivery` belongs into an attribute, if anywhere; a person reads the label."""
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    outside = re.sub(r"<[^<>]*>", "", re.sub(r"\{%.*?%\}", "", text, flags=re.DOTALL))
    enums = r"\.(delivery|confidence|kind|role|outcome|standing|change|type|state)\.value\s*\}\}"
    found = re.search(r".{0,60}" + enums, outside)
    assert not found, f"{path}: {found and found[0]}"
    assert "SEP16" not in outside, "codes come with the rows, and are for addresses and files"
