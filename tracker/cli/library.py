"""`flask library`: whether the links of the national library answer. Only here, never while a page is made."""

from __future__ import annotations

import time

import click
from flask.cli import AppGroup

from tracker.extensions import db
from tracker.library.actions import record_link_checks
from tracker.library.actions.links import Checked
from tracker.library.queries import list_national_resources
from tracker.library.readers import visit
from tracker.web.transactions import writing

library_cli = AppGroup("library", help="The national library.")


@library_cli.command("check-links")
@click.option(
    "--seconds", default=10.0, show_default=True, help="How long to wait for one, redirects and all."
)
@click.option("--pause", default=1.0, show_default=True, help="Seconds between two visits.")
@click.option("--private", is_flag=True, help="Visit addresses inside our own network too.")
def check_links(seconds: float, pause: float, private: bool) -> None:
    """Visit the link of every resource in use, and write down what answered, also when the run is stopped."""
    rows = [row for row in list_national_resources() if row.link and row.retired_on is None]
    wanted = [(row.entity_id, row.code, row.link) for row in rows]
    # Nothing is held open while strangers' sites are waited for.
    db.session.rollback()
    if not wanted:
        click.echo("No resource in use has a link")
        return
    found: list[Checked] = []
    try:
        for number, (resource_id, code, link) in enumerate(wanted, start=1):
            if number > 1:
                time.sleep(max(0.0, pause))
            visited = visit(link, seconds=seconds, private=private)
            found.append(Checked(resource_id, code, link, visited.status, visited.problem))
            answer = visited.problem or f"answered ({visited.status})"
            click.echo(f"{number} of {len(wanted)} {code}: {answer}")
    finally:
        if found:
            with writing():
                record_link_checks(found)
    click.echo(f"{sum(each.answered for each in found)} of {len(found)} links answered")
