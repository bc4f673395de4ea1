"""index.html: the way into an unpacked bundle for a person with a browser."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.exports.writers.guide import guide_html, table_html

_STYLE = (
    "body{font:1.1rem/1.5 Arial,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#212b32}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem;"
    "border-bottom:1px solid #4c6272}code{background:#f0f4f5;padding:.1rem .3rem;overflow-wrap:anywhere}"
    "dt{font-weight:bold}dd,h1,h3{overflow-wrap:anywhere}.wide{overflow-x:auto}.wide code{overflow-wrap:normal}"
    ".numbers td{text-align:right}ul{margin:0;padding-left:1rem}"
)

_PAGE = """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<dl>
{facts}</dl>
{stand}<h2 id="inside">What is inside</h2>
{tables}{guide}</main>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Position:
    """Where an organisation stood on a recommendation; `files` are (address in the pack, name)."""

    recommendation: str
    stands: str
    recorded_on: str
    files: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Standings:
    """What the page tells of the positions: counts by recommendation, and every position of a few organisations."""

    columns: Sequence[str] = ()
    counts: Sequence[tuple[str, Sequence[int]]] = ()
    organisations: Sequence[tuple[str, Sequence[Position]]] = ()


def index_html(
    title: str,
    facts: Sequence[tuple[str, object]],
    tables: Sequence[tuple[str, str, int]],
    standings: Standings | None = None,
) -> bytes:
    """A readable way in, for a browser without a network; `tables` are (file, what it is, rows)."""
    filled = _PAGE.format(
        title=_text(title),
        style=_STYLE,
        facts="".join(
            f"<dt>{_text(label)}</dt><dd>{_text(_readable(value))}</dd>\n" for label, value in facts
        ),
        stand=_stand(standings) if standings else "",
        tables=table_html(
            "What is inside",
            ("File", "What it holds", "Rows"),
            "".join(_table_row(*each) for each in tables),
        ),
        guide=guide_html(),
    )
    return filled.encode()


def _stand(standings: Standings) -> str:
    """Counts first; then organisation by organisation, where there are few enough."""
    each = "".join(_organisation(*pair) for pair in standings.organisations)
    counts = _counts(standings) if standings.counts else ""
    return f'<h2 id="position">Where they stand</h2>\n{counts}{each}'


def _counts(standings: Standings) -> str:
    rows = "".join(_count_row(*each) for each in standings.counts)
    return table_html("Counts", ("Recommendation", *standings.columns), rows, style="wide numbers")


def _count_row(recommendation: str, numbers: Sequence[int]) -> str:
    cells = "".join(f"<td>{number:,}</td>" for number in numbers)
    return f'<tr><th scope="row">{_text(recommendation)}</th>{cells}</tr>\n'


def _organisation(name: str, positions: Sequence[Position]) -> str:
    heads = ("Recommendation", "Where they are with this", "Recorded on", "Evidence in use that day")
    rows = "".join(_position_row(each) for each in positions)
    body = table_html(name, heads, rows) if rows else "<p>Nothing recorded.</p>\n"
    return f"<h3>{_text(name)}</h3>\n{body}"


def _position_row(position: Position) -> str:
    files = "".join(
        f'<li><a href="{_text(href)}">{_text(name)}</a></li>' if href else f"<li>{_text(name)}</li>"
        for href, name in position.files
    )
    cells = "".join(f"<td>{_text(each)}</td>" for each in (position.stands, position.recorded_on))
    listed = f"<ul>{files}</ul>" if files else "None"
    return f'<tr><th scope="row">{_text(position.recommendation)}</th>{cells}<td>{listed}</td></tr>\n'


def _table_row(name: str, what: str, rows: int) -> str:
    link = f'<a href="{_text(name)}">{_text(name)}</a>'
    return f"<tr><td>{link}</td><td>{_text(what)}</td><td>{rows:,}</td></tr>\n"


def _text(value: object) -> str:
    return html.escape(str(value))


def _readable(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value.day} {value:%B %Y}, {value:%H:%M:%S} UTC"
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    return f"{value:,}" if isinstance(value, int) else str(value)
