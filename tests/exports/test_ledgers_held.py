"""The registers of a pack against its trail: every row, every cell, and what only the seal covers."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from tests import factories
from tests.exports.bundles import members_of, rebuild, relist
from tests.exports.registers import CARERS, LEDGERS, Small, made, packed, told, values, verified
from tests.exports.test_measures import pack, table
from tests.exports.test_queries import requested
from tests.factories import identity_of
from tracker import clock
from tracker.audit.models import AuditEvent
from tracker.exports import rules
from tracker.exports.readers import verify_bundle
from tracker.exports.readers.archive import Archive
from tracker.extensions import db
from tracker.library import actions as library
from tracker.library.queries import list_member_rows
from tracker.library.rules import (
    Channel,
    Counted,
    DevelopmentFacts,
    OnBehalf,
    Reach,
    Setting,
    ShareFacts,
    Stage,
    UsageFacts,
)
from tracker.measures.base import OF_REGISTERS
from tracker.measures.questions.actions import AnswersInput, answer_questions
from tracker.practice import actions as practice
from tracker.practice.actions import HelpInput
from tracker.practice.rules import PracticeFacts
from tracker.web.transactions import writing

# Each kind of row, and the event that recorded it.
RECORDED_BY = {
    "usage": "usage", "evaluation": "evaluation", "development": "development", "share": "share",
    "share for it": "share", "member": "network", "practice": "practice", "use": "practice", "help asked": "help",
    "help received": "help", "help answered": "help", "state": "programme",
}  # fmt: skip


@pytest.fixture
def small(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Small:
    return made(monkeypatch)


# --- rows and events --------------------------------------------------------------------------------------


def test_every_row_of_an_organisation_names_the_event_that_recorded_it(
    small: Small, app: Flask, tmp_path: Path
) -> None:
    content = packed(app)
    kinds = set()
    for name in LEDGERS:
        for row in table(content, name):
            if not row["organisation"]:
                assert not row["audit_seq"] and row["kind"] in {"resource", "year", "item"}
                continue
            kinds.add(row["kind"])
            event = db.session.get(AuditEvent, (UUID(row["audit_chain"]), int(row["audit_seq"])))
            assert event is not None and str(event.actor_id) in {row["recorded_by"], row.get("reviewed_by")}
            assert event.type.split(".")[0] == RECORDED_BY[row["kind"]]
    assert kinds == set(RECORDED_BY)
    assert verified(content, tmp_path) == ()


def test_a_member_taken_off_the_list_still_names_the_event_that_put_it_there(
    small: Small, app: Flask, tmp_path: Path
) -> None:
    network = small.network
    added = factories.organisation("X00905")
    with writing():
        library.add_members(network.by, network.organisation, [added.id], date(2026, 5, 30))
        rows = list_member_rows(network.by, network.organisation.id)
        (row,) = [each for each in rows if each.member_id == added.id]
        library.remove_member(
            network.by, network.organisation, row.entity_id, "Another one was meant", version=1
        )
    content = packed(app, "X00903")
    (gone,) = [e for e in told(content, "dissemination.csv", "member") if e["for_members"] == "X00905"]
    event = db.session.get(AuditEvent, (network.organisation.id, int(gone["audit_seq"])))
    assert event is not None and event.type == "network.member_added"
    assert gone["current_at_date"] == "no" and gone["superseded_at_utc"]
    assert verified(content, tmp_path) == ()


def test_everything_that_may_become_of_a_row_agrees_with_its_events(
    small: Small, app: Flask, tmp_path: Path
) -> None:
    """Sent back, changed, sent again, published, stopped, withdrawn; a mistake, and the mistake put right."""
    _practice_through_every_state(small)
    _mistakes(small)
    content = packed(app, "X00901", "X00902", "X00903", "X00904")
    states = [each["state"] for each in told(content, "practice.csv", "practice") if each["title"] == "Tried"]
    assert states == [
        *("draft", "draft", "sent", "returned", "returned", "sent", "published", "returned", "sent", "withdrawn"),
    ]  # fmt: skip
    assert verified(content, tmp_path) == ()


def _practice_through_every_state(small: Small) -> None:
    by, place, lead = small.trust.by, small.trust.organisation, identity_of(small.national)
    facts = PracticeFacts("Tried", "SEP16-12", Setting.HOSPITAL, "A way", "Sooner", "Minutes", "Educators")
    with writing():
        row = practice.add_practice(by, place, facts)
        key, later = row.entity_id, replace(facts, effect="=Sooner\r\nby far")

    def change(version: int, *, send: bool = False) -> None:
        practice.change_practice(by, place, key, later, version=version, send=send)

    steps: list[Callable[[], object]] = [
        lambda: change(1),
        lambda: change(2, send=True),
        lambda: practice.return_practice(lead, key, reason="Say more", version=3),
        lambda: change(4),
        lambda: change(5, send=True),
        lambda: practice.publish_practice(lead, key, version=6),
        lambda: practice.stop_showing(lead, key, reason="It is unsafe", version=7),
        lambda: change(8, send=True),
        lambda: practice.withdraw_practice(by, place, key, reason="Nobody does it", version=9),
    ]
    for step in steps:
        with writing():
            step()


def _mistakes(small: Small) -> None:
    by, place, network = small.body.by, small.body.organisation, small.network
    facts = UsageFacts(
        small.film, Counted.COMPLETIONS, 7, date(2026, 4, 1), date(2026, 4, 30), "Another", date(2026, 5, 7)
    )
    shared = ShareFacts(Channel.OTHER, date(2026, 5, 6), channel_words="A poster")
    asked = HelpInput("SEP16-13", "And who else?")
    making = DevelopmentFacts(
        "A second card", "Flat", Reach.NATIONAL, Stage.PLANNED, date(2026, 2, 1), CARERS,
        overlap_with="A card", overlap_found_on=date(2026, 4, 1),
    )  # fmt: skip
    with writing():
        key = library.add_development(by, place, making).entity_id
        library.mark_development_mistaken(by, place, key, "=Announced\r\ntwice", version=1)
        library.change_development(by, place, key, replace(making, stage=Stage.STOPPED), version=2)
    with writing():
        key = library.add_usage(by, place, facts).entity_id
        library.mark_usage_mistaken(by, place, key, "Not ours", version=1)
        library.change_usage(by, place, key, replace(facts, number=8), version=2)
    with writing():
        behalf = OnBehalf(everybody=True)
        (share,) = library.add_shares(network.by, network.organisation, [small.film], shared, behalf=behalf)
        library.mark_share_mistaken(
            network.by, network.organisation, share.entity_id, "It was not", version=1
        )
    with writing():
        question = practice.ask_help(small.trust.by, small.trust.organisation, asked).entity_id
    with writing():
        practice.take_back_help(
            small.trust.by, small.trust.organisation, question, reason="Found it", version=1
        )
    with writing():
        rows = list_member_rows(network.by, network.organisation.id)
        library.change_member(
            network.by, network.organisation, rows[0].entity_id, date(2025, 12, 1), None, version=1
        )


def test_words_that_were_removed_are_not_called_altered_and_the_limit_is_said(
    small: Small, app: Flask, tmp_path: Path
) -> None:
    """What a removed text changed cannot be told, until a later event says it again."""
    with writing():
        db.session.execute(text("UPDATE audit_private SET body = NULL, salt = NULL"))
    path = tmp_path / "pack.zip"
    path.write_bytes(packed(app))
    report = verify_bundle(path)
    assert report.problems == ()
    assert any(note.startswith("The words in ") and "only the dated seal" in note for note in report.notes)
    assert any("rows of the national library and of the programmes name no event" in n for n in report.notes)


# What a pack cannot be asked about without the seal, by kind of row: nothing else in it says the same.
# The platform's trail is not in a pack, so what its rows say rests on the seal; that they are there, and which of them
# other rows name, shows all the same.
NATIONAL_ROWS = {
    "resource": {
        *("version", "number_in_source", "section", "from_source", "made_by", "level", "session_code", "format"),
        *("format_words", "audiences", "audience_words", "covers", "modules", "description", "minutes", "serves"),
        *("interactive", "link", "owned_by", "funder", "developer", "funding_note", "funding_checked_on", "note"),
        "recorded_at_utc",
    },
    "year": {"version", "title", "note", "from_source", "recorded_at_utc"},
    "item": {
        *("item", "version", "label", "item_kind", "title", "text", "note", "serves", "resource", "happens_on"),
        *("place", "host", "link", "historical", "from_source", "recorded_at_utc"),
    },
}  # fmt: skip
SEALED = {
    **NATIONAL_ROWS,
    # A member's chain is told that a network shared something for it, and not how it worded that.
    "share for it": {"channel_words", "link", "reason"},
}


@dataclass(frozen=True)
class Forge:
    """A pack whose tables somebody changes, with lists made to fit."""

    members: dict[str, bytes]
    folder: Path
    cut_off: datetime

    def problems(self, name: str, change: Callable[[list[list[str]]], None]) -> list[str]:
        rows = list(csv.reader(io.StringIO(self.members[f"data/{name}"].decode(), newline="")))
        change(rows)
        stream = io.StringIO(newline="")
        csv.writer(stream).writerows(rows)
        changed = self.members | {f"data/{name}": stream.getvalue().encode()}
        path = rebuild(self.folder / "forged.zip", relist(changed), self.cut_off)
        return [str(each) for each in verify_bundle(path).problems]

    def rows(self) -> Iterator[tuple[str, str, int]]:
        """File, kind and place of the last row of each kind: of what has versions, not the first."""
        for name in LEDGERS:
            text = self.members[f"data/{name}"].decode()
            rows = list(csv.reader(io.StringIO(text, newline="")))
            for kind in dict.fromkeys(row[0] for row in rows[1:]):
                yield name, kind, max(place for place, row in enumerate(rows) if row[0] == kind)


@pytest.fixture
def forge(small: Small, app: Flask, tmp_path: Path) -> Forge:
    return forge_of(packed(app), tmp_path)


def forge_of(content: bytes, tmp_path: Path) -> Forge:
    (tmp_path / "pack.zip").write_bytes(content)
    with (tmp_path / "pack.zip").open("rb") as handle:
        cut_off = Archive(handle).cut_off()
    assert cut_off is not None
    made = Forge(members_of(tmp_path / "pack.zip"), tmp_path, cut_off)
    assert [made.problems(name, lambda rows: None) for name in LEDGERS] == [[]] * len(LEDGERS)
    return made


def other(cell: str) -> str:
    swapped = {"yes": "no", "no": "yes", "": "2026-05-09"}
    return swapped.get(cell) or (
        str(int(cell) + 1) if cell.isdecimal() else f"{cell[:-1]}0x"[: len(cell) + 1]
    )


def test_no_cell_of_the_registers_is_changed_unseen(forge: Forge) -> None:
    """Each column of each kind of row, emptied and filled with something else; what only the seal covers is listed."""
    unseen: dict[str, set[str]] = {}
    for name, kind, place in forge.rows():
        for at, column in enumerate(rules.COLUMNS[name]):

            def change(rows: list[list[str]], cell: str) -> None:
                rows[place][at] = cell  # noqa: B023

            before = cell_of(forge, name, place, at)
            for cell in {"", other(before)} - {before}:
                if not forge.problems(name, lambda rows, cell=cell: change(rows, cell)):  # type: ignore[misc]
                    unseen.setdefault(kind, set()).add(column)
    assert unseen == SEALED


def cell_of(forge: Forge, name: str, place: int, at: int) -> str:
    return list(csv.reader(io.StringIO(forge.members[f"data/{name}"].decode(), newline="")))[place][at]


def test_new_training_that_was_a_mistake_counts_nowhere_and_no_one_hides_that_it_was(
    small: Small, app: Flask, tmp_path: Path
) -> None:
    """Its rows stay, with the reason; each of them, its reason and its figures are held against the trail."""
    (made,) = told(packed(app), "library.csv", "development")
    with writing():
        library.mark_development_mistaken(
            small.body.by, small.body.organisation, UUID(made["row"]), "Announced twice", version=1
        )
    content = packed(app)
    rows = told(content, "library.csv", "development")
    assert values(rows, "version", "title", "current_at_date", "reason") == [
        ("1", "A card", "no", ""),
        ("2", "A card", "yes", "Announced twice"),
    ]
    figures = {each["figure"]: each["value"] for each in table(content, "control.csv")}
    assert (figures["development_rows"], figures["developments_under_way"]) == ("2", "0")
    forge = forge_of(content, tmp_path)
    first, last = (at for at, each in enumerate(_rows_of(forge, "library.csv")) if each[0] == "development")
    reason = rules.COLUMNS["library.csv"].index("reason")

    def says(place: int, cell: str) -> list[str]:
        return forge.problems("library.csv", lambda rows: rows[place].__setitem__(reason, cell))

    for place, cell in ((last, ""), (last, "Announced once"), (first, "Announced twice")):
        assert any("says another reason than row" in each for each in says(place, cell)), (place, cell)
    # Without the row, the trail still says that it was taken back.
    gone = forge.problems("library.csv", lambda rows: rows.pop(last))
    assert any("(development.mistaken) has no row in data/library.csv" in each for each in gone)
    (control,) = (
        n for n, each in enumerate(_rows_of(forge, "control.csv")) if "developments_under_way" in each
    )
    value = rules.COLUMNS["control.csv"].index("value")
    raised = forge.problems("control.csv", lambda rows: rows[control].__setitem__(value, "1"))
    assert any("developments_under_way is 1, but the registers have 0" in each for each in raised)


def test_a_pack_of_a_day_before_the_mistake_counts_the_new_training_still(
    small: Small, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (made,) = told(packed(app), "library.csv", "development")
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 6, 9, 9, tzinfo=UTC))
    with writing():
        library.mark_development_mistaken(
            small.body.by, small.body.organisation, UUID(made["row"]), "Announced twice", version=1
        )
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 6, 20, 9, tzinfo=UTC))
    for day, under_way in ((date(2026, 6, 8), "1"), (date(2026, 6, 9), "0")):
        content = pack(requested(["X00904"], ["SEP16-12"], as_at=day), app)
        figures = {each["figure"]: each["value"] for each in table(content, "control.csv")}
        assert (figures["development_rows"], figures["developments_under_way"]) == ("2", under_way)
        assert verified(content, tmp_path) == ()


def test_no_row_of_the_registers_is_dropped_or_doubled_unseen(forge: Forge) -> None:
    """A row of each kind: dropped, written twice, or without the number of its event."""
    unseen = []
    for name, kind, place in forge.rows():
        changes: dict[str, Callable[[list[list[str]]], None]] = {
            "dropped": lambda rows, place=place: rows.pop(place),
            "doubled": lambda rows, place=place: rows.insert(place, list(rows[place])),
        }  # type: ignore[misc]
        if kind not in NATIONAL_ROWS:
            at = rules.COLUMNS[name].index("audit_seq")
            changes["without its event"] = lambda rows, place=place, at=at: rows[place].__setitem__(at, "")  # type: ignore[misc]
        unseen += [(kind, what) for what, change in changes.items() if not forge.problems(name, change)]
    assert unseen == []


def test_a_file_of_the_registers_emptied_is_noticed(forge: Forge) -> None:
    for name in LEDGERS:
        assert forge.problems(name, lambda rows: rows.__delitem__(slice(1, None))), name


FORGED = [
    ("library.csv", "usage", 0, "number", "4000"),
    ("dissemination.csv", "share", 0, "about_on", "2026-05-21"),
    ("dissemination.csv", "share", 1, "about_on", "2026-05-21"),
    ("practice.csv", "practice", 0, "state", "published"),
    ("programme.csv", "state", 0, "status", "done"),
    ("programme.csv", "state", 1, "due_on", "2027-09-30"),
]


def test_a_changed_cell_is_named_with_its_event(forge: Forge) -> None:
    """Also in a first version, and in a later one of which the event tells only what changed with it."""
    for name, kind, place, column, cell in FORGED:
        row = [n for n, each in enumerate(_rows_of(forge, name)) if each[0] == kind][place]
        at = rules.COLUMNS[name].index(column)
        found = forge.problems(name, lambda rows, row=row, at=at, cell=cell: rows[row].__setitem__(at, cell))  # type: ignore[misc]
        assert any(f"says another {column} than row" in each and name in each for each in found), (
            kind,
            column,
        )


def _rows_of(forge: Forge, name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(forge.members[f"data/{name}"].decode(), newline="")))


def test_no_figure_of_the_registers_is_changed_unseen(forge: Forge) -> None:
    rows = list(csv.DictReader(io.StringIO(forge.members["data/control.csv"].decode(), newline="")))
    at = rules.COLUMNS["control.csv"].index("value")
    unseen = [
        row["figure"]
        for place, row in enumerate(rows, 1)
        if row["figure"] in rules.LEDGER_CONTROLS
        and not forge.problems("control.csv", lambda rows, place=place: rows[place].__setitem__(at, "77"))  # type: ignore[misc]
    ]
    assert unseen == []


@pytest.mark.parametrize("day", [date(2026, 6, 5), date(2026, 6, 20)])
def test_a_number_of_the_registers_has_the_day_of_the_pack_and_not_that_of_the_answers_beside_it(
    small: Small, app: Flask, monkeypatch: pytest.MonkeyPatch, day: date
) -> None:
    agreed = {
        "agreed": "yes",
        "agreed_on": date(2026, 1, 10),
        "agreed_by": "Board",
        "review_on": date(2027, 1, 10),
    }
    with writing():
        answers = AnswersInput(date(2026, 2, 3), agreed)
        answer_questions(small.body.by, small.body.organisation, "SEP16-01", answers, version=0)
    later = datetime(2026, 6, 20, 9, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: later)
    asked = requested([small.body.organisation.code], ["SEP16-01"], as_at=day)
    figure, *parts = [each for each in table(pack(asked, app), "measures.csv") if each["rule"]]
    assert (figure["figure"], figure["about_on"]) == ("figure", "2026-02-03")
    assert "registers of this service" in figure["source"] and figure["source"] != OF_REGISTERS
    told = {(each["about_on"], each["source"]) for each in parts if each["numerator"]}
    assert told == {(day.isoformat(), OF_REGISTERS)}
