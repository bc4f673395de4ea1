"""How often each page asks the database: pinned, and the same whether there are 5 organisations or 40."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import factories
from tests.house.world import REC, World, build, fill
from tests.worker import settings_for
from tracker import create_app
from tracker.access.permissions import Role
from tracker.extensions import db
from tracker.measures import queries as figures

OURS = "/organisations/X00901"
BODY = "/organisations/X00903"
# Statements for one page, signing in included. A number that grows needs a reason in its commit.
PINNED = {
    "dashboard": ("champion", OURS, 14),
    "record": ("champion", f"{OURS}/recommendations/{REC}", 16),
    "progress form": ("champion", f"{OURS}/recommendations/{REC}/progress", 7),
    "evidence register": ("champion", f"{OURS}/evidence", 9),
    "summary": ("national", "/summary", 17),
    "list of organisations": ("national", "/organisations", 8),
    "dashboard of the national body": ("body", BODY, 15),
    "who owes what": ("national", "/summary/responders", 31),
    "what has reached whom": ("national", "/dissemination", 11),
    "programme": ("visitor", "/programme", 6),
    "item of the programme": ("visitor", "/programme/2016-17-3", 9),
    "recommendation": ("visitor", f"/recommendations/{REC}", 6),
    "library": ("visitor", "/resources", 1),
    "gaps": ("visitor", "/resources/gaps", 4),
    "training": ("visitor", "/training", 5),
}
# The same pages when this worker has not read the figures since something changed.
PINNED_COLD = {"dashboard": 76, "record": 27, "summary": 59}


@contextmanager
def counted(engine: sa.Engine) -> Iterator[list[str]]:
    """The statements that the database is given."""
    statements: list[str] = []

    def heard(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
            statements.append(statement)

    sa.event.listen(engine, "before_cursor_execute", heard)
    try:
        yield statements
    finally:
        sa.event.remove(engine, "before_cursor_execute", heard)


def ask(client: FlaskClient, engine: sa.Engine, path: str) -> list[str]:
    """The statements of the second visit: what is told once a day has been told."""
    assert client.get(path).status_code == 200, path
    with counted(engine) as statements:
        assert client.get(path).status_code == 200, path
    return statements


@pytest.fixture(scope="module")
def worlds(
    fresh_database: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[int, World]]:
    """The same trust among 5 organisations and among 40."""
    made = {size: among(size, fresh_database, tmp_path_factory.mktemp(f"among{size}")) for size in (5, 40)}
    yield made
    for world in made.values():
        world.engine.dispose()


def among(size: int, fresh_database: Callable[[Path], str], folder: Path) -> World:
    """A world with so many organisations in it, each with a position and evidence."""
    app = create_app(settings_for(folder / "instance", fresh_database(folder)))
    world = build(app)
    with app.app_context():
        finder = factories.identity_of(factories.person(Role.NATIONAL_LEAD))
        for number in range(size - 2):
            fill(f"X01{number:03}", f"Trust {number}", "other", finder)
        db.session.remove()
    return world


@pytest.mark.parametrize("which", sorted(PINNED))
def test_a_page_asks_as_often_as_was_agreed(worlds: dict[int, World], which: str) -> None:
    who, path, agreed = PINNED[which]
    world = worlds[5]
    statements = ask(world.browser(who), world.engine, path)
    assert len(statements) == agreed, "\n".join(statements)


@pytest.mark.parametrize("which", sorted(PINNED))
def test_a_page_asks_no_more_among_40_organisations_than_among_5(
    worlds: dict[int, World], which: str
) -> None:
    who, path, _agreed = PINNED[which]
    few, many = (ask(world.browser(who), world.engine, path) for world in worlds.values())
    assert len(few) == len(many), sorted(set(many) ^ set(few))


@pytest.fixture
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A worker that keeps no figures, as after any change of an organisation."""
    return lambda: monkeypatch.setattr(figures, "_kept", figures._Kept(figures.KEPT))


def ask_cold(world: World, which: str, nothing_kept: Callable[[], None]) -> list[str]:
    who, path, _agreed = PINNED[which]
    client = world.browser(who)
    assert client.get(path).status_code == 200, path
    nothing_kept()
    with counted(world.engine) as statements:
        assert client.get(path).status_code == 200, path
    return statements


@pytest.mark.parametrize("which", sorted(PINNED_COLD))
def test_figures_are_read_as_often_as_was_agreed_after_a_change(
    worlds: dict[int, World], which: str, nothing_kept: Callable[[], None]
) -> None:
    few, many = (ask_cold(world, which, nothing_kept) for world in worlds.values())
    assert len(few) == PINNED_COLD[which], "\n".join(few)
    assert len(few) == len(many), sorted(set(many) ^ set(few))


def test_a_record_with_more_in_it_asks_no_more(worlds: dict[int, World]) -> None:
    """Rows must not be fetched one by one: twice the evidence, the same number of statements."""
    world = worlds[5]
    client, path = world.browser("champion"), f"{OURS}/evidence"
    before = len(ask(client, world.engine, path))
    world.app.config["WTF_CSRF_ENABLED"] = False
    for number in range(5):
        client.post(f"{path}/new", data={
            "title": f"More {number}", "kind": "policy", "link": f"https://intranet.example/{number}",
            "recommendations": REC, "dated_on-day": "1", "dated_on-month": "9", "dated_on-year": "2025",
        })  # fmt: skip
    assert "More 4" in client.get(path).get_data(as_text=True)
    assert len(ask(client, world.engine, path)) == before
