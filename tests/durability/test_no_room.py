"""The disk is full, or may only be read: every page can still be read, and every post is told plainly that it failed.

A small file system of its own is mounted where we may; otherwise the full disk is a limit on the size of files, and
the test of the read-only disk skips. A disk that turns read-only under an open file is not shown: the kernel refuses to
remount one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bench import data
from bench.instance import Answer, Client, Server, hidden_fields, sqlite_instance
from tests.durability.asking import add_evidence, evidence_fields, progress_path, record, step_fields
from tests.durability.conftest import FIRST, Place
from tracker.extensions import db

pytestmark = pytest.mark.short
READERS = ("visitor", "champion", "lead", "national")
CODE = "SEP16-12"
MOUNTED_BYTES = 48_000_000
# Of what a measure holds there is nothing here: its pages say that it is absent, on a full disk too.
NOBODY = "00000000-0000-4000-8000-000000000000"


@dataclass
class World:
    """An instance on a disk of its own; `cookies` were made while there was room."""

    place: Place
    mount: Path | None
    values: dict[str, str]
    gets: list[str]
    posts: list[str]
    cookies: dict[str, list[str]] = field(default_factory=dict)

    def client(self, server: Server, who: str) -> Client:
        """A fresh session, because a post may end it."""
        return Client(server.port, self.cookies[who].pop() if who != "visitor" else "")


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Path | None]:
    """A small file system, or None where we may not mount one."""
    folder = tmp_path / "mount"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={MOUNTED_BYTES}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
        yield None
        return
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def world(sqlite_template: Place, tmp_path: Path, mount: Path | None) -> World:
    folder = (mount or tmp_path) / "instance"
    shutil.copytree(sqlite_template.instance.folder, folder)
    place = Place(sqlite_instance(folder), sqlite_template.people)
    app = place.app()
    data.add_files(app, place.people.author, 1, count=1, size=5_000)
    values = _values(place)
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    gets = sorted({_address(rule.rule, values) for rule in rules if "GET" in (rule.methods or ())})
    posts = sorted({_address(rule.rule, values) for rule in rules if "POST" in (rule.methods or ())})
    made = World(place, mount, values, gets, posts)
    for who in READERS[1:]:
        made.cookies[who] = [place.cookie(app, who) for _ in range(len(posts) + 8)]
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return made


def _values(place: Place) -> dict[str, str]:
    """What stands in addresses: ids of things that are there."""
    app, values = (
        place.app(),
        {"organisation": FIRST, "recommendation": CODE, "revision": "1", "token": "x" * 43},
    )
    client = place.client(app, "lead")
    page = client.get(f"/organisations/{FIRST}/recommendations/{CODE}/actions/new")
    fields = [*hidden_fields(page.text), ("title", "Find a deputy")]
    assert client.post(f"/organisations/{FIRST}/recommendations/{CODE}/actions/new", fields).status == 303
    preview = client.get("/exports/preview?who=all&as_at-day=1&as_at-month=6&as_at-year=2026")
    saved = client.post("/exports", hidden_fields(preview.text))
    values["request_id"] = saved.headers["Location"].split("/")[2]
    found = {
        "item": "SELECT item_id FROM evidence_files LIMIT 1",
        "action": "SELECT entity_id FROM progress_actions LIMIT 1",
        "person": "SELECT user_id FROM memberships WHERE role = 'champion' LIMIT 1",
        "role": "SELECT entity_id FROM memberships WHERE role = 'champion' LIMIT 1",
    }
    for name, query in found.items():
        text = place.rows(query)[0][0]
        values[name] = f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
    with app.app_context():
        db.engine.dispose()
    return values


def _address(rule: str, values: dict[str, str]) -> str:
    return re.sub(r"<(?:[^<>:]+:)?(\w+)>", lambda found: values.get(found[1], NOBODY), rule)


def test_a_full_disk_can_be_read_and_says_that_nothing_was_saved(world: World) -> None:
    with Server(world.place.instance.environ) as server:
        whole = _read_all(world, server)
        assert all(answer.status < 500 for answer in whole.values())
        if world.mount is None:
            server.stop()
            largest = max(
                path.stat().st_size for path in world.place.instance.folder.iterdir() if path.is_file()
            )
            full = Server(world.place.instance.environ, limit_file_size=max(largest, 32_768))
        else:
            full = server
            _fill(world.mount)
        if full is not server:
            full.start()
        try:
            _check_reading(whole, _read_all(world, full))
            _check_posting(world, full)
        finally:
            if full is not server:
                full.stop()
        if world.mount is not None:
            (world.mount / "filler").unlink()
            assert record(world.client(server, "champion"), FIRST, CODE, "Room again").status == 303
    world.place.check()


def test_a_disk_that_may_only_be_read_can_be_read(world: World) -> None:
    if world.mount is None:
        pytest.skip("no file system can be mounted here")
    with Server(world.place.instance.environ) as server:
        whole = _read_all(world, server)
        # As after a crash: the log of the database is still beside it.
        server.kill()
    _remount(world.mount, "ro")
    try:
        with Server(world.place.instance.environ) as server:
            _check_reading(whole, _read_all(world, server))
            _check_posting(world, server)
    finally:
        _remount(world.mount, "rw")
    world.place.check()


def _remount(folder: Path, how: str) -> None:
    """The workers that were killed may hold their files for a moment yet."""
    for _ in range(50):
        done = subprocess.run(
            ["mount", "-o", f"remount,{how}", str(folder)], capture_output=True, check=False
        )
        if done.returncode == 0:
            return
        time.sleep(0.1)
    held = subprocess.run(["fuser", "-vm", str(folder)], capture_output=True, text=True, check=False)
    raise AssertionError(f"{done.stderr!r} {held.stdout} {held.stderr}")


def _fill(folder: Path) -> None:
    """Until not one more byte fits."""
    size = 1_000_000
    with (folder / "filler").open("wb", buffering=0) as file:
        while size:
            try:
                file.write(bytes(size))
            except OSError:
                size //= 2


def _read_all(world: World, server: Server) -> dict[tuple[str, str], Answer]:
    found = {}
    for who in READERS:
        client = Client(server.port, world.cookies[who][0] if who != "visitor" else "")
        found |= {(who, path): client.get(path) for path in world.gets}
        client.close()
    return found


def _check_reading(whole: dict[tuple[str, str], Answer], now: dict[tuple[str, str], Answer]) -> None:
    """As before, but for two kinds of address.

    `/health` says that something is wrong. And bytes of evidence are handed out only when that could be recorded first:
    where nothing can be recorded, a page says so instead.
    """
    worse = []
    for (who, path), before in whole.items():
        answer = now[who, path]
        if path == "/health":
            assert answer.status == 503
        elif before.headers.get("Content-Disposition", "").startswith("attachment"):
            assert answer.status in {before.status, 500, 503}
            assert answer.status == before.status or answer.body.count(b"<h1") == 1
        elif answer.status != before.status:
            worse.append((who, path, before.status, answer.status))
    assert not worse, worse


def _check_posting(world: World, server: Server) -> None:
    """Nothing is acknowledged, and each answer is a page that says so."""
    acknowledged, not_plain = [], []
    for path in world.posts:
        # A trust lead may post the most.
        answer = _post(world.client(server, "lead"), path)
        if answer.status < 400:
            acknowledged.append((path, answer.status))
        elif answer.body.count(b"<h1") != 1 or b"Traceback" in answer.body:
            not_plain.append((path, answer.status, answer.text[:200]))
    assert not acknowledged, acknowledged
    assert not not_plain, not_plain


def _post(client: Client, path: str) -> Answer:
    """What its form would send, as far as it goes."""
    page = client.get(path)
    if page.status != 200:
        page = client.get(f"/organisations/{FIRST}")
    token = re.search(r'name="csrf_token" (?:id="csrf_token" )?(?:type="hidden" )?value="([^"]+)"', page.text)
    fields = [("csrf_token", token[1])] if token else []
    if path == progress_path(FIRST, CODE):
        return client.post(path, step_fields(page.text, "Written where there is no room"))
    if path.endswith("/evidence/new"):
        file = [("files", "minutes.txt", b"Minutes of a meeting " * 5_000)]
        return client.post_files(path, evidence_fields(page.text, "Minutes"), file)
    if path.endswith("/sessions/end"):
        # The first session of the list that is not this one.
        found = re.search(r'name="reference" value="([^"]+)"', client.get("/account").text)
        fields += [("reference", found[1])] if found else []
    return client.post(path, [*fields, *_filled(path)])


def _filled(path: str) -> list[tuple[str, str]]:
    """Enough of each form that it goes on to write."""
    forms = {
        "/sign-in": [("email", "person1@demo.example"), ("password", "not the password")],
        "/drafts": [("_path", progress_path(FIRST, CODE)), ("summary", "Half typed")],
        "/account/name": [("name", "Another Name")],
        "/actions/new": [("title", "Find another")],
        "/confirm": [("version", "1"), ("records", f"{CODE}:1")],
    }
    return next((fields for ending, fields in forms.items() if path.endswith(ending)), [])


def test_evidence_that_does_not_fit_leaves_nothing_behind(world: World) -> None:
    """The part that had arrived is gone again, and the next one fits once there is room."""
    if world.mount is None:
        pytest.skip("no file system can be mounted here")
    with Server(world.place.instance.environ) as server:
        client = world.client(server, "champion")
        _fill(world.mount)
        answer = add_evidence(client, FIRST, "Minutes", [("files", "minutes.txt", b"Minutes " * 10_000)])
        assert answer.status >= 400
        assert not list((world.place.instance.folder / "evidence/incoming").iterdir())
        (world.mount / "filler").unlink()
        again = add_evidence(client, FIRST, "Minutes", [("files", "minutes.txt", b"Minutes " * 10_000)])
        assert again.status == 303
    world.place.check()
