"""The national page as it is shown: every word, class and link is decided here."""

from tracker.summary.presenters.answered import (
    ANSWERED_HEADINGS,
    AnswerLine,
    NamesLine,
    RegionLine,
    answer_lines,
    name_lines,
    region_lines,
)
from tracker.summary.presenters.figures import Figures, place_name
from tracker.summary.presenters.heading import Head, Words, head, words
from tracker.summary.presenters.measures import MeasureLine, measure_lines
from tracker.summary.presenters.misreading import cautions
from tracker.summary.presenters.organisations import (
    Cell,
    Column,
    MatrixGroup,
    MatrixRow,
    columns,
    listed_words,
    matrix,
)
from tracker.summary.presenters.quotes import Sentence, Sentences, sentences
from tracker.summary.presenters.rows import (
    BarHeads,
    BarLine,
    Count,
    PlainLine,
    Segment,
    bar_heads,
    bar_lines,
    hee_lines,
    hee_words,
    others_lines,
    with_rows,
)
from tracker.summary.presenters.standing import Names, StoodLine, names

__all__ = [
    "ANSWERED_HEADINGS",
    "AnswerLine",
    "BarHeads",
    "BarLine",
    "Cell",
    "Column",
    "Count",
    "Figures",
    "Head",
    "MatrixGroup",
    "MatrixRow",
    "MeasureLine",
    "Names",
    "NamesLine",
    "PlainLine",
    "RegionLine",
    "Segment",
    "Sentence",
    "Sentences",
    "StoodLine",
    "Words",
    "answer_lines",
    "bar_heads",
    "bar_lines",
    "cautions",
    "columns",
    "head",
    "hee_lines",
    "hee_words",
    "listed_words",
    "matrix",
    "measure_lines",
    "name_lines",
    "names",
    "others_lines",
    "place_name",
    "region_lines",
    "sentences",
    "with_rows",
    "words",
]
