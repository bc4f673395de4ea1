"""How much of a spreadsheet is read: more than any table of totals has, and little enough to look at."""

ROWS = 2_000
COLUMNS = 60
SHEETS = 30
CELL_CHARACTERS = 300


def tidy(text: str) -> str:
    """A cell's text on one line, without what does not show."""
    return " ".join(text.replace("\x00", " ").replace("\u200b", "").replace("\ufeff", "").split())[
        :CELL_CHARACTERS
    ]
