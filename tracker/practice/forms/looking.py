"""Forms with texts that others will read: what looks like a person brings a tick with it."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import Field

from tracker.web.fields import NHSTick, VersionedForm


def looked_tick() -> NHSTick:
    """The last field of each of these forms."""
    return NHSTick("I have read it again: nobody can be identified from it")


class LookedForm(VersionedForm):
    """The tick is drawn once something is asked, and stays while it is ticked and something else is wrong."""

    looked: NHSTick
    asks_look = False

    def add_problems(self, problems: Iterable[tuple[str, str]]) -> None:
        problems = list(problems)
        self.asks_look = self.asks_look or any(name == "looked" for name, _message in problems)
        super().add_problems(problems)

    def outline(self) -> list[Field]:
        return [field for field in super().outline() if field is not self.looked or self._shows_tick]

    def has_looked(self) -> bool:
        """Whether this person says that nobody can be identified."""
        return bool(self.looked.data)

    @property
    def _shows_tick(self) -> bool:
        return self.asks_look or self.has_looked()
