"""What the list of the library and the suggested training offer to choose from."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.library.rules import ONE_KIND, PLACES, Grade, Learner, LearningFormat, Level


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a filter."""

    value: str
    label: str


def staff_choices() -> list[Choice]:
    """Care workers first: they are in none of the national groups, and would look in vain at the end."""
    order = (Learner.CARE_WORKERS, *(each for each in Learner if each is not Learner.CARE_WORKERS))
    return [Choice(each.value, each.choice) for each in order]


def grade_choices() -> list[Choice]:
    return [Choice(each.value, each.label) for each in Grade]


def setting_choices() -> list[Choice]:
    return [Choice(each.value, each.label) for each in PLACES]


def patients_choices() -> list[Choice]:
    return [Choice(each.value, each.label) for each in ONE_KIND]


def format_choices() -> list[Choice]:
    return [Choice(each.value, each.label) for each in LearningFormat]


def level_choices() -> list[Choice]:
    return [Choice(each.value, each.label) for each in Level]
