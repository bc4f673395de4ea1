"""Pure rules of alignment: what a check is worth, the four figures, and lists of training read from a spreadsheet."""

from tracker.measures.alignment.rules.figures import (
    ANTIBIOTICS,
    CODES,
    FOLLOWS,
    INTERACTIVE,
    MATERIALS,
    NAME,
    NICE,
    Assessed,
    Item,
    Marks,
    Result,
    Standing,
    changed_since,
    due_of,
    figure,
    lost_by,
    problems_of_assessment,
    standing,
    talked_through,
    why_lost,
)
from tracker.measures.alignment.rules.imports import (
    MOST,
    Draft,
    Entry,
    Judged,
    Read,
    State,
    judge,
    read_table,
    usable,
)
from tracker.measures.alignment.rules.inherited import (
    Claim,
    Claims,
    Inherited,
    counting,
    disagree,
    key_of,
    shared_standing,
)
from tracker.measures.alignment.rules.linking import Held, linked
from tracker.measures.alignment.rules.words import CHOICES, HEADINGS, find_choice

__all__ = [
    "ANTIBIOTICS", "CHOICES", "CODES", "FOLLOWS", "HEADINGS", "INTERACTIVE", "MATERIALS", "MOST", "NAME", "NICE",
    "Assessed", "Claim", "Claims", "Draft", "Entry", "Held", "Inherited", "Item", "Judged", "Marks", "Read", "Result",
    "Standing", "State", "changed_since", "counting", "disagree", "due_of", "figure", "find_choice", "judge", "key_of",
    "linked", "lost_by", "problems_of_assessment", "read_table", "shared_standing", "standing", "talked_through",
    "usable", "why_lost",
]  # fmt: skip
