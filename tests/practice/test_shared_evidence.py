"""Evidence goes out as it was when its practice was sent: as the reviewer saw it, and nothing that came later."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import pytest

from tests import factories
from tests.practice.pages import OURS, WHOLE, evidence_item, post, published, sent, text, upload
from tracker.evidence import actions as evidence
from tracker.evidence import queries as held
from tracker.evidence.actions import ItemInput
from tracker.evidence.rules import EvidenceKind
from tracker.web.transactions import writing

FIRST = ItemInput("About audit.txt", "", EvidenceKind.POLICY, date(2025, 9, 1), None, None, ("SEP16-12",))


@dataclass(frozen=True)
class Shelf:
    """The evidence of a trust, as its champion changes it."""

    person: object
    trust: object

    def version(self, item: UUID) -> int:
        by = factories.identity_of(self.person)
        return held.get_item(by, self.trust.id, item).item.version

    def say(self, item: UUID, **changes: str) -> None:
        with writing():
            by, version = factories.identity_of(self.person), self.version(item)
            evidence.change_item(by, self.trust, item, replace(FIRST, **changes), version=version)

    def add(self, item: UUID, name: str, replaces: int | None = None) -> None:
        with writing():
            by, files = factories.identity_of(self.person), [upload(self.person, self.trust, name)]
            evidence.add_files(by, self.trust, item, files, replaces=replaces)


@pytest.fixture
def shelf(person, trust) -> Shelf:
    return Shelf(person, trust)


def test_what_is_said_of_it_later_waits_for_the_next_review(
    champion, national, stranger, person, trust, shelf
) -> None:
    item = evidence_item(person, trust)
    practice = published(champion, national, evidence_ids=str(item))
    later = {"title": "Mrs Jones", "shows": "Her notes", "link": "https://elsewhere.example/x"}
    shelf.say(item, **later)
    pages = text(stranger, f"/practice/{practice}")
    assert "About audit.txt" in pages and not [each for each in later.values() if each in pages]

    path = f"{OURS}/practice/{practice}/edit"
    assert post(champion, path, **WHOLE, evidence_ids=str(item), step="send").status_code == 303
    looked = text(national, f"/practice/review/{practice}")
    assert all(each in looked for each in later.values())
    assert "About audit.txt" in text(stranger, f"/practice/{practice}")
    assert post(national, f"/practice/review/{practice}", decision="publish").status_code == 303
    assert all(each in text(stranger, f"/practice/{practice}") for each in later.values())


def test_what_comes_while_it_waits_is_neither_looked_at_nor_published(
    champion, national, stranger, person, trust, shelf
) -> None:
    item = evidence_item(person, trust)
    practice = sent(champion, evidence_ids=str(item))
    shelf.say(item, title="Said while it waits")
    shelf.add(item, "while-it-waits.txt")
    looked = text(national, f"/practice/review/{practice}")
    assert "About audit.txt" in looked and "audit.txt</a>" in looked
    assert "Said while it waits" not in looked and "while-it-waits.txt" not in looked

    shelf.add(item, "after-the-look.txt")
    assert post(national, f"/practice/review/{practice}", decision="publish").status_code == 303
    for client, path in ((stranger, f"/practice/{practice}"), (champion, f"{OURS}/practice/{practice}")):
        page = text(client, path)
        assert "audit.txt</a>" in page
        assert "while-it-waits.txt" not in page and "after-the-look.txt" not in page
    assert stranger.get(f"/practice/{practice}/files/{item}/1").get_data() == b"what audit.txt says"
    for revision in (2, 3):
        text(stranger, f"/practice/{practice}/files/{item}/{revision}", 404)


def test_an_edit_that_waits_changes_nothing_of_what_is_handed_out(
    champion, national, stranger, person, trust, shelf
) -> None:
    item = evidence_item(person, trust)
    practice = published(champion, national, evidence_ids=str(item))
    shelf.add(item, "later.txt")
    path = f"{OURS}/practice/{practice}/edit"
    assert post(champion, path, **WHOLE, evidence_ids=str(item), step="send").status_code == 303
    assert "later.txt" in text(national, f"/practice/review/{practice}")
    assert "later.txt" not in text(stranger, f"/practice/{practice}")
    text(stranger, f"/practice/{practice}/files/{item}/2", 404)


def test_a_file_that_was_replaced_since_is_gone_at_once(
    champion, national, stranger, person, trust, shelf
) -> None:
    item = evidence_item(person, trust)
    practice = published(champion, national, evidence_ids=str(item))
    shelf.add(item, "without-the-name.txt", replaces=1)
    page = text(stranger, f"/practice/{practice}")
    assert "audit.txt</a>" not in page and "without-the-name.txt" not in page
    for revision in (1, 2):
        text(stranger, f"/practice/{practice}/files/{item}/{revision}", 404)


def test_the_owner_is_told_that_later_changes_wait(champion, national, person, trust) -> None:
    item = evidence_item(person, trust)
    practice = published(champion, national, evidence_ids=str(item))
    assert "after the next review" in text(champion, f"{OURS}/practice/{practice}")
