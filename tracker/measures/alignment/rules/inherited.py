"""What the owners of a resource found when they held it against NICE: whoever uses it inherits their checks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from tracker.library.rules import GuidelineVersion, plain
from tracker.measures.alignment.rules.figures import Item, Standing, standing


@dataclass(frozen=True, slots=True)
class Claim:
    """A resource as an organisation lists it as its own, with its last check.

    `is_owner`: it is known to own it; a national body also speaks of what has no owner yet.
    """

    owner: str
    item: Item
    is_owner: bool = True


Claims = tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Inherited:
    """Every resource that an owner lists, as it stood at a moment; of each the national body's claim stands first.

    `codes`: codes of the national library by title in its plain form, for what was listed without a code. `claims`: by
    `key`.
    """

    codes: Mapping[str, str]
    claims: Mapping[str, Claims]

    def of(self, title: str, code: str | None) -> Claims:
        """The owners of a resource: found by its code, without one by its title."""
        return self.claims.get(key_of(title, code, self.codes), ())


def key_of(title: str, code: str | None, codes: Mapping[str, str]) -> str:
    """What two lists have in common when they mean the same resource; no code of the library has a colon."""
    return code or codes.get(plain(title)) or f"title:{plain(title)}"


def counting(claims: Claims, day: date) -> Claims:
    """Those that count on a day: still on the owner's list, and checked by then."""
    return tuple(
        each
        for each in claims
        if each.item.in_use(day) and each.item.assessed is not None and each.item.assessed.assessed_on <= day
    )


def disagree(claims: Claims, versions: Collection[GuidelineVersion], day: date) -> bool:
    """Whether those that count did not all find the same."""
    return len({standing(each.item, versions, day) for each in counting(claims, day)}) > 1


def shared_standing(claims: Claims, versions: Collection[GuidelineVersion], day: date) -> Standing:
    """Where it stands when several own it: as the most cautious of them found."""
    found = [standing(each.item, versions, day) for each in counting(claims, day)]
    return max(found, key=list(Standing).index, default=Standing.UNASSESSED)
