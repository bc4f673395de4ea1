"""All that is wrong with a form is said at once: what cannot be read hides nothing of what a rule refuses.

Each form of these rooms is filled in wrongly; then, field by field, with something that cannot be read besides. What
was wrong whatever stood in that field is said still, in the summary and beside its own field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

import html5lib
import pytest
from flask.testing import FlaskClient

from tests.house.table import POSTS, address
from tests.house.test_access import poster
from tests.house.world import World

ROOMS = ("library", "practice", "programme")
# A button on a page, and no form; a form whose fields are there once somebody was looked for and found
# (tests/library/test_sharing_views.py).
ELSEWHERE = {"practice.send", "library.create_members"}
# No web address, and with the number of a patient: some rule refuses it wherever words are typed.
WRONG_WORDS = "ftp://files.example She is 943 476 5919"
LATE, EARLY = "2099", "2020"
NONSENSE = "nonsense"
# The button that asks for most.
PRESSED = {"practice.create": {"step": ["send"]}, "practice.save": {"step": ["send"]}}
# Chosen, it is done, whatever else is typed: nothing is refused.
DONE = {"publish"}
Typed = dict[str, list[str]]


@dataclass(frozen=True)
class Box:
    """A field of a form as its page shows it, and what can be chosen in it."""

    name: str
    kind: str
    options: tuple[str, ...] = ()

    def wrong(self, which: int) -> Typed:
        """What can be read and is refused, or what is chosen; `which`: the first or the last of the options."""
        open_to = [each for each in self.options if each not in DONE]
        return {
            "date": _day(self.name, LATE),
            "words": {self.name: [WRONG_WORDS]},
            "number": {self.name: ["5"]},
            "one": {self.name: [open_to[which]] if open_to else []},
        }.get(self.kind, {})

    def readable(self) -> list[Typed]:
        """What can be read: what is wrong with all of these is not for the field to decide."""
        if DONE.intersection(self.options):
            return []
        return {
            "date": [_day(self.name, LATE), _day(self.name, EARLY)],
            "words": [{self.name: [WRONG_WORDS]}, {self.name: ["Some words"]}],
            "number": [{self.name: ["5"]}, {self.name: []}],
            "one": [{self.name: [each]} for each in {*self.options[:1], *self.options[-1:]}],
            "several": [{self.name: []}, {self.name: list(self.options[:1])}],
        }[self.kind]

    def unreadable(self) -> list[Typed]:
        return {
            "date": [_day(self.name, "x")],
            "words": [{self.name: ["x" * 6000]}],
            "number": [{self.name: ["abc"]}],
            "one": [{self.name: []}, {self.name: [NONSENSE]}],
            "several": [{self.name: [NONSENSE]}],
        }[self.kind]


def _day(name: str, year: str) -> Typed:
    return {f"{name}-day": ["1"], f"{name}-month": ["1"], f"{name}-year": [year]}


FORMS = [each for each in POSTS if each.split(".")[0] in ROOMS and each not in ELSEWHERE]


@pytest.mark.parametrize("filled", ["wrong", "empty"])
@pytest.mark.parametrize("endpoint", FORMS)
def test_what_cannot_be_read_hides_nothing_of_what_a_rule_refuses(
    world: World, endpoint: str, filled: str
) -> None:
    """Wrong: with the first of what can be chosen. Empty: with the last of it, which mostly asks for more."""
    client, path, base, boxes = opened(world, endpoint)
    for box in boxes:
        base |= box.wrong(0) if filled == "wrong" else box.wrong(-1) if box.kind == "one" else {}
    said = problems(client, path, base)
    for box in _one_of_words(boxes):
        if not (said - {box.name} and box.readable()):
            continue
        others = [base | each for each in box.readable() if base | each != base]
        floor = said.intersection(*(problems(client, path, each) for each in others))
        for typed in box.unreadable():
            found = problems(client, path, base | typed)
            hushed = floor - {box.name} - found
            assert not hushed, f"{path}: {typed} hides what is wrong with {sorted(hushed)}"


def test_the_forms_are_filled_in_wrongly(world: World) -> None:
    """Otherwise nothing could be hidden."""
    refused = {}
    for endpoint in FORMS:
        client, path, typed, boxes = opened(world, endpoint)
        for box in boxes:
            typed |= box.wrong(-1)
        refused[endpoint] = problems(client, path, typed)
    assert [endpoint for endpoint, said in refused.items() if not said] == []


def opened(world: World, endpoint: str) -> tuple[FlaskClient, str, Typed, list[Box]]:
    """Who may save it, at its page: its address, what is sent in any case, and its fields."""
    client = world.browser(poster(endpoint, ("champion", "lead", "national")))
    path = address(world, endpoint)
    hidden, boxes = read(client.get(path).get_data(as_text=True))
    return client, path, hidden | PRESSED.get(endpoint, {}), boxes


def problems(client: FlaskClient, path: str, typed: Typed) -> set[str]:
    """The fields that the summary names, each with words of its own; what is wrong with none by its words."""
    answer = client.post(path, data=typed)
    if answer.status_code == 303:
        return set()
    assert answer.status_code == 422, (path, typed, answer.status_code)
    page = answer.get_data(as_text=True)
    summary = page.split('class="nhsuk-error-summary"', 1)[1].split("</ul>")[0]
    found = set()
    for each in re.findall(r"<li>(.*?)</li>", summary, re.DOTALL):
        link = re.search(r'href="#([^"]+)"', each)
        if link is None:
            found.add(unescape(each).strip())
            continue
        name = re.sub(r"-(day|month|year)$", "", link[1])
        assert f'id="{name}-error"' in page, f"{path}: {name} is wrong and does not say so"
        found.add(name)
    return found


def read(page: str) -> tuple[Typed, list[Box]]:
    """The hidden inputs of the form of a page, and its fields."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    (form,) = [each for each in tree.iter("form") if _named(each, "idempotency_key")]
    hidden: Typed = {}
    boxes: dict[str, Box] = {}
    for each in form.iter():
        name, type_ = each.get("name") or "", each.get("type")
        if each.tag not in ("input", "select", "textarea") or not name:
            continue
        if type_ == "hidden":
            hidden[name] = [each.get("value") or ""]
        elif (found := _box(each, re.sub(r"-(day|month|year)$", "", name), type_, boxes)) is not None:
            boxes[found.name] = found
    return hidden, list(boxes.values())


def _box(each: Any, name: str, type_: str | None, boxes: Mapping[str, Box]) -> Box | None:
    before = boxes[name].options if name in boxes else ()
    if name != each.get("name"):
        return Box(name, "date")
    if type_ in ("radio", "checkbox"):
        value = each.get("value") or "y"
        return Box(name, "one" if type_ == "radio" else "several", (*before, value))
    if each.tag == "select":
        values = [one.get("value") or "" for one in each.iter("option")]
        return Box(name, "one", tuple(value for value in values if value))
    return Box(name, "number" if each.get("inputmode") == "numeric" else "words")


def _named(form: Any, name: str) -> bool:
    return any(each.get("name") == name for each in form.iter("input"))


def _one_of_words(boxes: list[Box]) -> list[Box]:
    """Words are refused in one way only, when there are too many: one field of them is enough."""
    words = [each for each in boxes if each.kind == "words"]
    return [each for each in boxes if each.kind != "words"] + words[:1]
