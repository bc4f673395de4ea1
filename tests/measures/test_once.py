"""A query that is marked `once`: asked again while one page is put together, it answers from memory; else it asks."""

from __future__ import annotations

from tracker.database import once, remembering

CALLS: list[object] = []


@once
def ask(what: object, *, more: int = 0) -> list[object]:
    CALLS.append(what)
    return [what, more]


def test_outside_it_asks_each_time_and_inside_once_for_each_question() -> None:
    CALLS.clear()
    assert ask(1) == ask(1)
    assert len(CALLS) == 2
    memory: dict[object, object] = {}
    with remembering(memory):
        assert ask([1, 2]) is ask([1, 2])
        assert ask([1, 2], more=3) == [[1, 2], 3]
    with remembering(memory):
        ask([1, 2])
    assert len(CALLS) == 4, "the same memory goes on; another question is asked"
    with remembering({}):
        ask([1, 2])
    assert len(CALLS) == 5, "another page asks anew"
    ask([1, 2])
    assert len(CALLS) == 6


def test_what_cannot_be_a_key_is_told_apart_by_its_address_and_lives_as_long_as_the_memory() -> None:
    CALLS.clear()
    with remembering({}):
        same = {"a": 1}
        assert ask(same) is ask(same)
        for _ in range(50):
            ask({"a": 1})
    assert len(CALLS) == 51
