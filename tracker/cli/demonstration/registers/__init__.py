"""What the registers beside the recommendations hold of the demonstration, told by one teller each."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

from tracker.cli.demonstration.names import Body
from tracker.cli.demonstration.registers import library, members, practices, programme, sharing
from tracker.cli.demonstration.registers.known import INVENTED, Known
from tracker.cli.demonstration.registers.library import record_funding
from tracker.cli.demonstration.steps import Step

__all__ = ["INVENTED", "Known", "record_funding", "steps_of"]

Rng = Callable[[str], random.Random]


def steps_of(known: Known, body: Body, rng_of: Rng, today: date) -> list[Step]:
    """One organisation's part in every register; what it does with others is told to the one who acts."""
    return [
        *sharing.tell(known, rng_of("sharing"), today, body),
        *members.tell(known, today, body),
        *library.tell(known, rng_of("library"), today, body),
        *programme.tell(today, body),
        *practices.tell(known, rng_of("practices"), today, body),
    ]
