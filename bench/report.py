"""The table that a run prints and leaves beside this file; ratios, because milliseconds are the machine's."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

from tracker import clock


@dataclass(frozen=True)
class Line:
    """One row of the table; `reached` is None where no mark was set."""

    what: str
    found: str
    more: str = ""
    mark: str = ""
    reached: bool | None = None

    def cells(self) -> tuple[str, ...]:
        word = {True: "yes", False: "**no**", None: ""}[self.reached]
        return self.what, self.found, self.more, self.mark, word


HEAD = ("what", "found", "", "mark", "reached")


def table(lines: list[Line]) -> str:
    rows = [HEAD, *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    drawn = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    drawn.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(drawn)


def machine() -> str:
    """The day, the machine and the versions, in one line."""
    import pysqlite3

    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return (
        f"{clock.today().isoformat()} · {os.cpu_count()} cores, {memory:.0f} GB of memory, load "
        f"{os.getloadavg()[0]:.1f} at the end · Python {platform.python_version()} · "
        f"SQLite library {pysqlite3.sqlite_version}"
    )


def document(title: str, told: list[str], lines: list[Line]) -> str:
    return "\n".join([f"### {title}", "", *told, "", table(lines), ""])


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
