"""Real organisations and invented ones: a list shows one of the two worlds, and never both at once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class World:
    """Whose entries a list shows. `others_exist`: its reader may ask for those of the other world."""

    demonstration: bool
    others_exist: bool

    @property
    def asked(self) -> str | None:
        """`demonstration` in the address of a list of this world: nothing for the one that is shown unasked."""
        return "1" if self.demonstration and self.others_exist else None


def world_of(has_real: bool, has_invented: bool, *, asked: bool) -> World:
    """Real ones, unless there are only invented ones, or those were asked for."""
    both = has_real and has_invented
    return World(asked if both else has_invented, both)
