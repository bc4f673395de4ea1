"""What can go wrong in words for a person; nothing here knows HTTP or the database."""

from __future__ import annotations

from collections.abc import Sequence


class RuleBroken(Exception):
    """A rule refused what was asked. `problems` holds (field, message) pairs, ready to stand beside the fields."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.problems: tuple[tuple[str, str], ...] = ((field, message),)

    @classmethod
    def many(cls, problems: Sequence[tuple[str, str]]) -> RuleBroken:
        """One error for several fields. Raises ValueError when there is none."""
        if not problems:
            raise ValueError("a broken rule needs at least one problem")
        error = cls(*problems[0])
        error.problems = tuple(problems)
        return error


class NotFound(Exception):
    """What was asked for is absent, or this person may not know of it: the two look the same from outside."""


class NotAllowed(Exception):
    """The person may see this but may not do that to it."""


class Conflict(Exception):
    """Somebody else saved the same record in between. `current_version` is the version that stands now."""

    def __init__(self, current_version: int) -> None:
        super().__init__(f"the record is at version {current_version}")
        self.current_version = current_version
