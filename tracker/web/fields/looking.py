"""Forms with texts that others will read: what looks like a person brings a tick with it, which holds of these texts.

What looks like a person is said by rules above this floor.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from hashlib import sha256

from wtforms import Field

from tracker.web.fields.base import NHSHidden
from tracker.web.fields.choices import NHSTick
from tracker.web.fields.form import VersionedForm

_CHARACTERS = 16


def looked_tick() -> NHSTick:
    """The last field of each of these forms."""
    return NHSTick("I have read it again: nobody can be identified from it")


class LookedForm(VersionedForm):
    """The tick is drawn once something is asked, and stays while it is ticked and something else is wrong.

    `looked_at` names the texts that were asked about: a tick is no word for what is typed after it.
    """

    looked: NHSTick
    looked_at = NHSHidden(default="")
    asks_look = False

    def suspected_texts(self) -> Mapping[str, str]:
        """The texts of the form in which something looks like a person, by field."""
        raise NotImplementedError

    def add_problems(self, problems: Iterable[tuple[str, str]]) -> None:
        problems = list(problems)
        if any(name == "looked" for name, _message in problems):
            self.ask_to_look()
        super().add_problems(problems)

    def ask_to_look(self) -> None:
        """Ask about the texts as they stand now. What was stated of others is let go."""
        self.asks_look, self.looked.data = True, False
        self.looked_at.data = _named(self.suspected_texts())

    def outline(self) -> list[Field]:
        return [field for field in super().outline() if field is not self.looked or self.shows_tick]

    def has_looked(self) -> bool:
        """Whether this person says of these very texts that nobody can be identified."""
        return bool(self.looked.data) and self.looked_at.data == _named(self.suspected_texts())

    @property
    def shows_tick(self) -> bool:
        """Whether a page draws it."""
        return self.asks_look or bool(self.looked.data)


def _named(texts: Mapping[str, str]) -> str:
    """The same for the same words; line ends and spaces are changed by a browser, too."""
    plain = (f"{name}={_plain(words)}" for name, words in sorted(texts.items()))
    return sha256("\n".join(plain).encode()).hexdigest()[:_CHARACTERS]


def _plain(words: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", words).split())
