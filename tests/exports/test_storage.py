"""Packs that were prepared lately: the same bytes sooner, bounded in size and age, and never in the way."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.exports.bundles import Key, make_plan
from tracker import clock
from tracker.exports.storage import FileShelf, load_signer
from tracker.exports.writers import BundlePlan, PreparedBundle, TableMember


@pytest.fixture
def shelf(tmp_path: Path) -> FileShelf:
    return FileShelf(tmp_path / "packs", load_signer(tmp_path / "key"))


def counted(made: list[str], key: str = "one") -> BundlePlan:
    """A plan that says each time when its rows are made."""
    plan = make_plan(signer=Key())

    def rows(table: TableMember) -> object:
        made.append(table.path)
        return table.rows()

    tables = [replace(each, rows=lambda each=each: rows(each)) for each in plan.tables]  # type: ignore[misc]
    return replace(plan, tables=tables, key=key)


def content(plan: BundlePlan, shelf: FileShelf | None) -> bytes:
    with PreparedBundle(plan, shelf) as bundle:
        return b"".join(bundle.stream())


def test_the_second_time_nothing_is_made_again_and_the_bytes_are_the_same(shelf: FileShelf) -> None:
    made: list[str] = []
    first = content(counted(made), shelf)
    once = len(made)
    assert content(counted(made), shelf) == first == content(make_plan(signer=Key()), None)
    assert len(made) == once > 0
    assert shelf.folder.stat().st_mode & 0o077 == 0


def test_another_key_is_another_pack(shelf: FileShelf) -> None:
    made: list[str] = []
    content(counted(made), shelf)
    once = len(made)
    content(counted(made, key="two"), shelf)
    assert len(made) == 2 * once


@pytest.mark.parametrize("what", ["altered", "forged", "cut", "gone"])
def test_what_does_not_fit_is_made_again(shelf: FileShelf, tmp_path: Path, what: str) -> None:
    made: list[str] = []
    first = content(counted(made), shelf)
    once, place = len(made), shelf.folder / "one"
    largest = max(place.glob("[0-9]*"), key=lambda each: each.stat().st_size)
    if what == "altered":
        largest.write_bytes(largest.read_bytes().replace(b"delivered", b"assured__"))
    elif what == "forged":
        other = FileShelf(tmp_path / "other", load_signer(tmp_path / "other-key"))
        content(counted([]), other)
        (place / "list.json").write_bytes((other.folder / "one" / "list.json").read_bytes())
    elif what == "cut":
        largest.write_bytes(b"")
    else:
        largest.unlink()
    assert content(counted(made), shelf) == first
    assert len(made) == 2 * once


def test_old_ones_go_and_the_oldest_of_too_many(shelf: FileShelf) -> None:
    for age, key in ((30, "older"), (20, "old"), (10, "new")):
        content(counted([], key=key), shelf)
        then = clock.now().timestamp() - age
        os.utime(shelf.folder / key, (then, then))
    size = sum(each.stat().st_size for each in (shelf.folder / "new").iterdir())
    assert {each.name for each in shelf.folder.iterdir()} == {"older", "old", "new"}
    content(counted([], key="last"), FileShelf(shelf.folder, shelf.signer, size=2 * size + 100))
    assert {each.name for each in shelf.folder.iterdir()} == {"new", "last"}
    content(counted([], key="next"), FileShelf(shelf.folder, shelf.signer, seconds=5))
    assert {each.name for each in shelf.folder.iterdir()} == {"last", "next"}


def test_where_nothing_can_be_kept_the_pack_is_sent_all_the_same(shelf: FileShelf, tmp_path: Path) -> None:
    (tmp_path / "packs").write_text("no folder")
    first = content(counted([]), shelf)
    assert content(counted([]), FileShelf(tmp_path / "small", shelf.signer, size=10)) == first
    assert list((tmp_path / "small").iterdir()) == []
