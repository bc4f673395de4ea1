"""Two people save the same record at once; one person sends the same form twice: nothing is lost, nothing doubled."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from bench.instance import Answer
from tests.durability.asking import InProcess, evidence_fields, progress_path, step_fields
from tests.durability.conftest import FIRST, Place
from tracker.extensions import db

CODE = "SEP16-12"


@dataclass(frozen=True)
class Desk:
    """An application, and two people of one trust at it."""

    place: Place
    app: Flask
    champion: InProcess
    lead: InProcess


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    place: Place = request.getfixturevalue(f"{request.param}_place")
    app = place.app()
    yield Desk(place, app, place.client(app, "champion"), place.client(app, "lead"))
    with app.app_context():
        db.engine.dispose()


def at_once(*asked: Callable[[], Answer]) -> list[Answer]:
    """Each in a thread of its own, all let go at the same moment."""
    barrier, answers = threading.Barrier(len(asked)), dict[int, Answer]()

    def run(number: int, ask: Callable[[], Answer]) -> None:
        barrier.wait()
        answers[number] = ask()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(asked)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [answers[number] for number in range(len(asked))]


RACES = [
    pytest.param(20, marks=pytest.mark.short, id="short"),
    pytest.param(500, marks=pytest.mark.durability, id="long"),
]


@pytest.mark.parametrize("races", RACES)
def test_of_two_editors_one_is_told(desk: Desk, races: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever is second gets 409 and sees both texts; every text that was acknowledged is in the history."""
    path, run, unseen = progress_path(FIRST, CODE), secrets.token_hex(4), 0
    for race in range(races):
        texts = [f"What the {who} wrote in race {race} of {run}" for who in ("champion", "lead")]
        forms = [
            step_fields(client.get(path).text, text)
            for client, text in zip((desk.champion, desk.lead), texts, strict=True)
        ]
        answers = at_once(
            lambda fields=forms[0]: desk.champion.post(path, fields),
            lambda fields=forms[1]: desk.lead.post(path, fields),
        )
        assert sorted(each.status for each in answers) == [303, 409], [each.status for each in answers]
        loser = next(each for each in answers if each.status == 409)
        unseen += not all(text in loser.text for text in texts)
    written = desk.place.rows(
        "SELECT version, summary FROM progress_entries WHERE recommendation_code = :code AND summary LIKE :run",
        code=CODE,
        run=f"%{run}",
    )
    assert len(written) == len({row[1] for row in written}) == races
    desk.place.check()
    with capsys.disabled():
        print(f"\n  {races} races of two editors: 0 lost updates")
    _both_are_shown(desk, unseen, races)


@pytest.mark.parametrize(
    "races",
    [
        pytest.param(5, marks=pytest.mark.short, id="short"),
        pytest.param(100, marks=pytest.mark.durability, id="long"),
    ],
)
def test_a_form_sent_twice_makes_one_record(desk: Desk, races: int) -> None:
    """The same post at once from two connections, and once more afterwards: a browser that retries, a second click."""
    run = secrets.token_hex(4)
    for race in range(races):
        for what, post in _forms(desk, f"{race} of {run}").items():
            answers = [*at_once(post, post), post()]
            # Of two that add the same file at the same moment the second may be asked whether it is the same.
            led = [each for each in answers if not (what == "evidence" and each.status == 422)]
            assert len(led) >= 2 and {each.status for each in led} == {303}, (
                what,
                [each.status for each in answers],
            )
            assert len({each.headers["Location"] for each in led}) == 1, what
    for table, column in (
        ("progress_entries", "summary"),
        ("evidence_items", "title"),
        ("progress_actions", "title"),
    ):
        query = f"SELECT {column}, count(*) FROM {table} WHERE {column} LIKE :run GROUP BY {column}"
        counts = dict(map(tuple, desk.place.rows(query, run=f"%of {run}")))
        assert len(counts) == races and set(counts.values()) == {1}, (table, counts)


def _forms(desk: Desk, name: str) -> dict[str, Callable[[], Answer]]:
    """A post of each kind, from a form that was opened once."""
    client, where = desk.champion, f"/organisations/{FIRST}"
    step, new = progress_path(FIRST, CODE), f"{where}/evidence/new"
    action = f"{where}/recommendations/{CODE}/actions/new"
    stepping = step_fields(client.get(step).text, f"Step {name}")
    adding = evidence_fields(client.get(new).text, f"Evidence {name}")
    acting = [*_hidden(client, action), ("title", f"Action {name}")]
    file = [("files", f"minutes {name}.txt", f"Minutes {name}".encode())]
    return {
        "progress": lambda: client.post(step, stepping),
        "evidence": lambda: client.post_files(new, adding, file),
        "action": lambda: client.post(action, acting),
    }


@pytest.mark.parametrize("races", RACES)
def test_of_two_editors_of_evidence_one_is_told(desk: Desk, races: int) -> None:
    """What is said of a piece of evidence, changed by two at once."""
    run = secrets.token_hex(4)
    new = f"/organisations/{FIRST}/evidence/new"
    file = [("files", f"{run}.txt", f"Minutes of {run}".encode())]
    made = desk.champion.post_files(new, evidence_fields(desk.champion.get(new).text, f"Minutes {run}"), file)
    path, unseen = f"{made.headers['Location']}/edit", 0
    for race in range(races):
        titles = [f"What the {who} called it in race {race} of {run}" for who in ("champion", "lead")]
        forms = [
            evidence_fields(client.get(path).text, title)
            for client, title in zip((desk.champion, desk.lead), titles, strict=True)
        ]
        answers = at_once(
            lambda fields=forms[0]: desk.champion.post(path, fields),
            lambda fields=forms[1]: desk.lead.post(path, fields),
        )
        assert sorted(each.status for each in answers) == [303, 409], [each.status for each in answers]
        loser = next(each for each in answers if each.status == 409)
        unseen += not all(title in loser.text for title in titles)
    written = desk.place.rows(
        "SELECT DISTINCT title FROM evidence_items WHERE title LIKE :run", run=f"%race%of {run}"
    )
    assert len(written) == races
    _both_are_shown(desk, unseen, races)


def _both_are_shown(desk: Desk, unseen: int, races: int) -> None:
    """Nothing is lost either way; but whoever is second should see what the other wrote."""
    assert not unseen, f"in {unseen} of {races} races the second did not see both texts"


def _hidden(client: InProcess, path: str) -> Any:
    from bench.instance import hidden_fields

    return hidden_fields(client.get(path).text)


@pytest.mark.short
def test_a_server_that_stops_after_its_commit_makes_one_record(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit is done, the answer never comes, the person sends the form again."""
    path, text = progress_path(FIRST, CODE), f"Sent again {secrets.token_hex(4)}"
    fields = step_fields(desk.champion.get(path).text, text)
    real = db.session.commit

    def commit() -> None:
        real()
        raise SystemExit("the server stops here")

    monkeypatch.setattr(db.session, "commit", commit)
    with pytest.raises(SystemExit):
        desk.champion.post(path, fields)
    monkeypatch.undo()
    assert desk.champion.post(path, fields).status == 303
    count = desk.place.rows("SELECT count(*) FROM progress_entries WHERE summary = :text", text=text)
    assert count[0][0] == 1
