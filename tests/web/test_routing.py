"""Addresses are built as Werkzeug builds them, only later."""

from __future__ import annotations

import pytest
from werkzeug.routing import BuildError, Map, Rule

from tracker.web.routing import LazyRule

RULES = (("/", "home"), ("/things/<code>", "thing"), ("/things/<code>/parts/<int:number>", "part"))


def map_of(kind: type[Rule]) -> Map:
    return Map([kind(path, endpoint=endpoint) for path, endpoint in RULES])


@pytest.mark.parametrize(
    "endpoint, values",
    [("home", {}), ("thing", {"code": "a b/ü"}), ("part", {"code": "x", "number": 3, "page": "2"})],
)
def test_the_same_address_the_first_time_and_again(endpoint: str, values: dict[str, object]) -> None:
    plain, lazy = (map_of(kind).bind("localhost") for kind in (Rule, LazyRule))
    wanted = plain.build(endpoint, values)
    assert [lazy.build(endpoint, values) for _ in range(2)] == [wanted, wanted]


def test_what_is_missing_is_refused() -> None:
    with pytest.raises(BuildError):
        map_of(LazyRule).bind("localhost").build("thing", {})


def test_nothing_is_compiled_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[bool] = []
    original = Rule._compile_builder
    monkeypatch.setattr(
        Rule,
        "_compile_builder",
        lambda self, unknown=True: compiled.append(unknown) or original(self, unknown),
    )
    routes = map_of(LazyRule).bind("localhost")
    assert compiled == []
    routes.build("home", {})
    assert len(compiled) == 1
