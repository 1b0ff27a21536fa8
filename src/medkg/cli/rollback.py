"""`medkg rollback`: let an earlier graph serve again."""

from __future__ import annotations

import click

from medkg.cli import printing
from medkg.cli.graph import summary
from medkg.settings import Settings
from medkg.snapshots.rollback import rollback, summaries

_COLUMNS = ("digest", "built", "quads", "updates", "serves")


@click.command("rollback")
@click.argument("digest", default="")
@click.option("--list", "is_list", is_flag=True, help="List the available graphs.")
def command(digest: str, is_list: bool) -> None:
    """Let the graph before the present one serve again, or the graph whose digest begins with DIGEST.

    It is verified first. It serves until the data change or `medkg build` is run. Updates made to the present graph
    stay with it and are visible again once it serves again.
    """
    settings = Settings.from_environment()
    if is_list and digest:
        raise click.UsageError("--list lists all graphs; leave out the digest")
    if is_list:
        rows = [
            (row.digest, row.built[:19] + "Z", f"{row.quads:,}", _number(row.updates), "yes" if row.serves else "")
            for row in summaries(settings)
        ]
        printing.table(_COLUMNS, rows, numbers=("quads", "updates"))
        return
    former = next((row for row in summaries(settings) if row.serves), None)
    snapshot = rollback(settings, digest)
    click.echo(summary(snapshot))
    if former and former.updates and former.digest != snapshot.digest:
        updates = f"{former.updates:,} updates stay" if former.updates > 1 else "1 update stays"
        click.echo(f"{updates} with {former.digest}", err=True)


def _number(updates: int | None) -> str:
    return "damaged" if updates is None else f"{updates:,}"
