"""The forms of good practice and of help whose texts others will read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from tracker.practice import rules
from tracker.web.fields import LookedForm


class ReadForm(LookedForm):
    """`read_by_others`: the fields that are looked through."""

    read_by_others: ClassVar[tuple[str, ...]] = ("reason",)

    def texts(self) -> Mapping[str, str]:
        """What is looked through, by field."""
        return {name: self[name].data or "" for name in self.read_by_others}

    def suspected_texts(self) -> Mapping[str, str]:
        texts = self.texts()
        return {name: texts[name] for name, _message in rules.suspected(texts)}
