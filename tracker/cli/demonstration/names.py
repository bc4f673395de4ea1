"""Invented organisations, places and people: no name or code is a real one; a test compares them with the ODS files."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.catalogue.rules import OrganisationKind

Kind = OrganisationKind
LARGEST = 60_000
FIRST_CODE = 101
NATIONAL_BODY, UNIVERSITY, COLLEGE, NETWORK = "X90001", "X91001", "X92001", "X93001"

# The first trust is the one that the first demonstration accounts know; some later ones have a part of their own.
SHOWCASE, SILENT, CLOSED, SUCCESSOR = 0, 4, 5, 2
DOES_NOT_APPLY = (3, 8)

REGIONS = {"XR1": "North", "XR2": "East", "XR3": "South"}
ICBS = {
    "XI01": ("Elmsley and Wexmere", "XR1"),
    "XI02": ("Northmoor", "XR1"),
    "XI03": ("Thornwick and the Tarns", "XR1"),
    "XI04": ("Fenwater and Kingsholt", "XR2"),
    "XI05": ("Larkfield", "XR2"),
    "XI06": ("Oakhythe and Coast", "XR2"),
    "XI07": ("Ashcombe", "XR3"),
    "XI08": ("Ravensmere and Hollinscombe", "XR3"),
    "XI09": ("Marlbrook and the Ember Weald", "XR3"),
}
# A place and the board that it belongs to.
PLACES = {
    "Northmoor": "XI02",
    "Elmsley": "XI01",
    "Larkfield": "XI05",
    "Wexmere": "XI01",
    "Kingsholt": "XI04",
    "Ashcombe": "XI07",
    "Thornwick": "XI03",
    "Marlbrook": "XI09",
    "Fenwater": "XI04",
    "Oakhythe": "XI06",
    "Ravensmere": "XI08",
    "Hollinscombe": "XI08",
}
TYPES = ("University Hospitals", "Mental Health", "Community", "Hospitals", "Ambulance")

_BEGINNINGS = (
    "Alder", "Amber", "Arrow", "Bracken", "Bram", "Briar", "Brindle", "Chalk", "Candle", "Copper", "Corn", "Cran",
    "Dapple", "Dun", "Ember", "Fallow", "Fern", "Flax", "Fox", "Gale", "Glimmer", "Gorse", "Grey", "Harrow", "Hazel",
    "Heron", "Hollow", "Ivy", "Juniper", "Kestrel", "Lapwing", "Linden", "Loam", "Mallow", "Meadow", "Merle", "Mist",
    "Nettle", "Otter", "Owl", "Pebble", "Pike", "Plover", "Quill", "Raven", "Reed", "Rowan", "Rush", "Sable", "Saffron",
    "Silver", "Sorrel", "Sparrow", "Tansy", "Teal", "Thistle", "Umber", "Willow", "Wren", "Yarrow",
)  # fmt: skip
_ENDINGS = (
    "acre", "bank", "barrow", "beck", "bend", "bourne", "brook", "burn", "by", "cliffe", "combe", "cote", "cross",
    "dale", "dean", "den", "down", "fell", "fen", "field", "ford", "gate", "grave", "grove", "ham", "haven", "heath",
    "hithe", "holme", "holt", "hurst", "keld", "lea", "leigh", "marsh", "mead", "mere", "minster", "moor", "mouth",
    "ness", "pool", "ridge", "shaw", "stead", "stoke", "thorpe", "thwaite", "wick", "worth",
)  # fmt: skip
_QUALIFIERS = ("", "Great ", "Little ", "Upper ")

_GIVEN = (
    "Ada", "Amir", "Beatrix", "Callum", "Dilys", "Ebele", "Farah", "Gethin", "Hana", "Idris", "Jonah", "Kezia",
    "Leila", "Magnus", "Nadia", "Olu", "Priya", "Quentin", "Rosalind", "Sanjay", "Tamsin", "Uma", "Victor", "Winifred",
)  # fmt: skip
_FAMILY = (
    "Abernath", "Birchall", "Copperwell", "Dunmarrow", "Eastlake", "Fernsby", "Gorringe-Vale", "Hartwood", "Inkpen",
    "Jessamy", "Kirkmoor", "Larkin-Dale", "Merriweather", "Nettleship", "Okonwell", "Pemberlow", "Quillfeather",
    "Rushcroft", "Silverthorn", "Tansley-Moor", "Underhay", "Venn-Carrow", "Wetherby-Lane", "Yarrowby",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Body:
    """An invented organisation. `number` counts trusts from nought; other bodies have none."""

    code: str
    name: str
    kind: OrganisationKind
    region: str | None = None
    icb: str | None = None
    number: int | None = None


OTHER_BODIES = (
    Body(NATIONAL_BODY, "Demonstration National Body", Kind.NATIONAL_BODY),
    Body(UNIVERSITY, "University of Northmoor", Kind.HIGHER_EDUCATION, "XR1"),
    Body("X91002", "Ravensmere Metropolitan University", Kind.HIGHER_EDUCATION, "XR3"),
    Body(COLLEGE, "Demonstration College of Acute Practice", Kind.ROYAL_COLLEGE),
    Body(NETWORK, "Ember Valley Health Innovation Network", Kind.HEALTH_INNOVATION_NETWORK, "XR1"),
    Body("X94001", "Coldwater Care Homes", Kind.CARE_PROVIDER, "XR2", "XI06"),
)


def list_trusts(count: int) -> list[Body]:
    """So many trusts, always the same ones in the same order."""
    return [_trust(number) for number in range(count)]


def made_places() -> Iterator[str]:
    """Every place name that is put together from syllables, plain ones first."""
    for qualifier in _QUALIFIERS:
        for ending in _ENDINGS:
            for beginning in _BEGINNINGS:
                yield f"{qualifier}{beginning}{ending}"


def person_name(rng: random.Random) -> str:
    """An invented person."""
    return f"{rng.choice(_GIVEN)} {rng.choice(_FAMILY)}"


def _trust(number: int) -> Body:
    place, kind, icb = _place_and_type(number)
    code = f"X{FIRST_CODE + number:05}"
    return Body(code, f"{place} {kind}", Kind.NHS_TRUST, ICBS[icb][1], icb, number)


def _place_and_type(number: int) -> tuple[str, str, str]:
    """The first ones take a new place each; later ones have places made of syllables, each with every type."""
    known = len(PLACES) * len(TYPES)
    if number < known:
        row, position = divmod(number, len(PLACES))
        place = list(PLACES)[position]
        return place, TYPES[(row + position) % len(TYPES)], PLACES[place]
    row, kind = divmod(number - known, len(TYPES))
    return _made_place(row), TYPES[kind], list(ICBS)[row % len(ICBS)]


def _made_place(row: int) -> str:
    row, beginning = divmod(row, len(_BEGINNINGS))
    qualifier, ending = divmod(row, len(_ENDINGS))
    return f"{_QUALIFIERS[qualifier]}{_BEGINNINGS[beginning]}{_ENDINGS[ending]}"
