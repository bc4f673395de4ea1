"""index.html: the way into an unpacked bundle for a person with a browser."""

import html
from collections.abc import Sequence
from datetime import date, datetime

from tracker.exports import rules

_STYLE = (
    "body{font:1.1rem/1.5 Arial,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#212b32}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem;"
    "border-bottom:1px solid #4c6272}code{background:#f0f4f5;padding:.1rem .3rem}dt{font-weight:bold}"
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
<h2>What is inside</h2>
<table>
<thead>
<tr><th scope="col">File</th><th scope="col">What it holds</th><th scope="col">Rows</th></tr>
</thead>
<tbody>
{tables}</tbody>
</table>
{checking}</main>
</body>
</html>
"""

_CHECKING = """<h2>How to check this evidence pack</h2>
<p>You do not have to trust the tracker, this page or whoever gave you the file. No network is needed.</p>
<ol>
<li>Unpack the ZIP into an empty folder and run <code>sha256sum -c manifest-sha256.txt</code> there: every
line must end in OK. (On a Mac: <code>shasum -a 256 -c manifest-sha256.txt</code>.)</li>
<li>Or run <code>bagit.py --validate</code> with the folder's name: it also finds files that were added or
removed.</li>
<li>Or run <code>flask verify bundle</code> with the name of the ZIP: it also follows the chain of the audit
trail in <code>data/audit.jsonl</code>, and checks that evidence and figures agree with each other. With
<code>--previous</code> and an earlier pack it shows whether anything was rewritten in between.</li>
</ol>
<p>The first two show that the files are as listed, not that the list is the one that was handed out: only the
third does, by the dated seal. Somebody who holds both the server and its signing key could rewrite everything;
an earlier pack shows that.</p>
<p>What should be here and is not stands in <a href="omissions.csv">omissions.csv</a>, each with the reason. A
file that is missing from the store, or altered there, is left out and listed at the moment of the download: the
same pack downloaded on another day is the same to the last byte only while the store is unchanged.</p>
"""


def index_html(
    title: str,
    facts: Sequence[tuple[str, object]],
    tables: Sequence[tuple[str, str, int]],
) -> bytes:
    """A readable way in, for a browser without a network; `tables` are (file, what it is, rows)."""
    filled = _PAGE.format(
        title=_text(title),
        style=_STYLE,
        facts="".join(
            f"<dt>{_text(label)}</dt><dd>{_text(_readable(value))}</dd>\n" for label, value in facts
        ),
        tables="".join(_table_row(*each) for each in tables),
        checking=_CHECKING,
    )
    return filled.encode()


def _table_row(name: str, what: str, rows: int) -> str:
    link = f'<a href="{_text(name)}">{_text(name)}</a>'
    return f"<tr><td>{link}</td><td>{_text(what)}</td><td>{rows:,}</td></tr>\n"


def _text(value: object) -> str:
    return html.escape(str(value))


def _readable(value: object) -> str:
    if isinstance(value, datetime):
        return rules.moment_text(value)
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    return f"{value:,}" if isinstance(value, int) else str(value)
