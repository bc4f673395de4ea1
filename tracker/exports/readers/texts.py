"""Texts of events that are not in a bundle: whether it owns up to each, and whether an earlier one still had them."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tracker.exports import rules
from tracker.exports.readers.archive import Archive

_STATED = re.compile(r"The text of (\d+) events of ")
NAMED_AT_MOST = 20
# For each chain a byte for each of its events, in order: whether its text is there.
Shown = Mapping[str, bytearray]


def read_shown(archive: Archive) -> Shown:
    """For a bundle without problems, whose chains are whole and in order. Raises one of UNREADABLE."""
    shown: dict[str, bytearray] = {}
    with archive.open(rules.AUDIT) as lines:
        for raw in lines:
            line = json.loads(raw)
            shown.setdefault(line["chain"], bytearray()).append("private" in line)
    return shown


@dataclass(slots=True)
class Texts:
    """Counts what is absent while the trail is followed; `earlier`: what another bundle showed of it."""

    earlier: Shown = field(default_factory=dict)
    _absent: Counter[tuple[str, str]] = field(default_factory=Counter)
    _gone: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def hear(self, chain: str, seq: int, line: Mapping[str, Any]) -> None:
        reason = line.get("private_absent")
        if reason is None:
            return
        self._absent[chain, reason] += 1
        shown = self.earlier.get(chain, b"")
        if 0 < seq <= len(shown) and shown[seq - 1]:
            self._gone.setdefault((chain, reason), []).append(seq)

    def problems(self, omitted: Mapping[tuple[str, str], str]) -> Iterator[tuple[str, str]]:
        """`omitted`: explanations in omissions.csv by chain and reason. A text taken out on the sly is not counted."""
        for chain, reason in sorted(omitted.keys() | self._absent.keys()):
            match = _STATED.match(omitted.get((chain, reason), ""))
            stated = int(match[1]) if match else 0
            if stated != self._absent[chain, reason]:
                found = f"texts that are {reason} in {rules.AUDIT}: {self._absent[chain, reason]}"
                yield rules.OMISSIONS, f"chain {chain}: {found}; listed here: {stated}"

    def notes(self) -> Iterator[str]:
        """The tracker may remove a text for confidentiality, so this accuses nobody; but whoever reads can ask."""
        for (chain, reason), seqs in sorted(self._gone.items()):
            named = ", ".join(str(each) for each in seqs[:NAMED_AT_MOST])
            more = f" and {len(seqs) - NAMED_AT_MOST:,} more" if len(seqs) > NAMED_AT_MOST else ""
            events = f"event {named}" if len(seqs) == 1 else f"events {named}{more}"
            yield (
                f"Chain {chain}: the earlier bundle has the text of {events}, which this one says is {reason}:"
                " ask why; only the dated seal covers what rows say of it here."
            )
