"""The list of training, the register of guidelines and what came of a spreadsheet, as they are shown."""

from tracker.measures.alignment.presenters.importing import (
    columns,
    preview_rows,
    row_problems,
    state_counts,
)
from tracker.measures.alignment.presenters.page import (
    Choice,
    NeedLine,
    choices,
    face,
    guideline_lines,
    in_library,
    library_choices,
    lines,
    lost_words,
    names_of,
    staff_words,
)

__all__ = [
    "Choice", "NeedLine", "choices", "columns", "face", "guideline_lines", "in_library", "library_choices", "lines",
    "lost_words", "names_of", "preview_rows", "row_problems", "staff_words", "state_counts",
]  # fmt: skip
