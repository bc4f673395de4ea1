"""Pages of a long list; the filter stays in the URL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlencode

from flask import request, url_for

T = TypeVar("T")
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list: its rows, its number (from 1), and how many rows there are in all."""

    rows: Sequence[T]
    number: int
    total: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def first(self) -> int:
        return (self.number - 1) * self.per_page + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * self.per_page, self.total)


class _Choice(Protocol):
    @property
    def value(self) -> str: ...


def not_offered(choices: Mapping[str, Iterable[_Choice]]) -> list[str]:
    """What the address asks a list for and its filters do not offer: the list does not follow it, and says so."""
    asked = [(request.args.get(name, "")[:80], offered) for name, offered in choices.items()]
    return [text for text, offered in asked if text and all(text != str(each.value) for each in offered)]


def page_number(word: str = "page") -> int:
    """The page asked for; nonsense is page 1. `word`: of a second list on one page."""
    text = request.args.get(word, "1")
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


def url_for_page(number: int, word: str = "page") -> str:
    """This address with another page number, its filters kept, and where another list on the page stands."""
    path: dict[str, Any] = dict(request.view_args or {})
    organisation = path.get("organisation")
    if organisation is not None and hasattr(organisation, "code"):
        path["organisation"] = organisation.code
    # A stranger's words are never arguments of `url_for`: some of those name the scheme or the page itself.
    kept = [
        (name, value) for name, value in request.args.items(multi=True) if name not in path and name != word
    ]
    return f"{url_for(request.endpoint or '', **path)}?{urlencode([*kept, (word, number)])}"
