"""The list of measures: each gives recommendations a figure, so that what is declared can be held against it.

Adding a measure is adding a folder with a `measure.py`, and its name here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from importlib import import_module
from uuid import UUID

from tracker.access.identity import Identity
from tracker.measures.base import At, Fact, Measure, OffersFacts

# In the order of the cards on a dashboard.
NAMES: tuple[str, ...] = ("champions", "alignment", "coverage", "incidents", "questions")
# Without tables and pages of their own: they tell the others what registers of other floors hold.
FACTS_ONLY: tuple[str, ...] = ("sharing",)


@cache
def measures() -> tuple[Measure, ...]:
    """Every measure, in order."""
    return tuple(import_module(f"tracker.measures.{name}.measure").MEASURE for name in (*NAMES, *FACTS_ONLY))


def find_measure(code: str) -> Measure | None:
    """The measure that gives a recommendation its figure, if one does."""
    return next((each for each in measures() if code in each.codes), None)


def find_facts(
    identity: Identity, names: Collection[str], organisation_ids: Collection[UUID], at: At
) -> Mapping[UUID, Mapping[str, Fact]]:
    """Facts by their full names (`coverage.refresher`), from the measures that offer them; nobody imports another."""
    found: dict[UUID, dict[str, Fact]] = {each: {} for each in organisation_ids}
    wanted = {name.partition(".")[0] for name in names}
    for measure in measures():
        if measure.name not in wanted or not isinstance(measure, OffersFacts):
            continue
        for organisation_id, facts in measure.facts(identity, organisation_ids, at).items():
            full = {f"{measure.name}.{name}": fact for name, fact in facts.items()}
            found[organisation_id].update({name: fact for name, fact in full.items() if name in names})
    return found
