"""`flask catalogue`: the report files into tables."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from tracker.catalogue import loader
from tracker.catalogue.actions import SyncResult, sync_catalogue
from tracker.catalogue.rules import Seeded
from tracker.library.actions import seed_guidelines, seed_national
from tracker.library.loader import LibraryFileError, load_guidelines, load_national
from tracker.programme.actions import seed_programme
from tracker.programme.loader import ProgrammeFileError, load_programme
from tracker.web.transactions import writing

catalogue_cli = AppGroup("catalogue", help="The reports and their recommendations.")


@catalogue_cli.command("sync")
def sync() -> None:
    """Make the tables say what the report files say; running it again changes nothing."""
    try:
        reports = loader.load_reports()
        with writing():
            result = sync_catalogue(reports)
            guidelines = seed_guidelines(load_guidelines())
            library = seed_national(load_national().entries)
            programme = seed_programme(load_programme())
    except (loader.CatalogueFileError, LibraryFileError, ProgrammeFileError, OSError) as error:
        raise click.ClickException(str(error)) from error
    _print_result(result)
    click.echo(f"guidelines added {len(guidelines)}")
    _print_seeded("library", library)
    _print_seeded("programme", programme)


def _print_seeded(what: str, found: Seeded) -> None:
    click.echo(
        f"{what} added {len(found.added)}, changed {len(found.changed)}, "
        f"kept as changed here {len(found.kept)}, unchanged {found.unchanged}"
    )


def _print_result(result: SyncResult) -> None:
    click.echo(f"added {len(result.added)}")
    for word, codes in (("changed", result.changed), ("retired", result.retired)):
        click.echo(f"{word} {len(codes)}{': ' + ' '.join(codes) if codes else ''}")
    click.echo(f"unchanged {len(result.unchanged)}")
