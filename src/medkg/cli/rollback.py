"""`medkg rollback`: an earlier graph serves again."""

from __future__ import annotations

import click

from medkg.cli import printing
from medkg.cli.graph import summary
from medkg.settings import Settings
from medkg.snapshots.rollback import kept, rollback

_COLUMNS = ("digest", "built", "quads", "updates", "serves")


@click.command("rollback")
@click.argument("digest", default="")
@click.option("--list", "listed", is_flag=True, help="List the graphs that are there.")
def command(digest: str, listed: bool) -> None:
    """Let the graph before the present one serve again, or the one whose DIGEST begins so.

    It is verified first. It goes on serving until the data change or `medkg build` is asked for. Updates made to
    the present graph stay with it: they are there again when it is.
    """
    settings = Settings.from_environment()
    if listed and digest:
        raise click.UsageError("--list lists all graphs; leave out the digest")
    if listed:
        rows = [
            (each.digest, each.built[:19] + "Z", f"{each.quads:,}", _number(each.updates), "yes" if each.serves else "")
            for each in kept(settings)
        ]
        printing.table(_COLUMNS, rows, numbers=("quads", "updates"))
        return
    left = next((each for each in kept(settings) if each.serves), None)
    snapshot = rollback(settings, digest)
    click.echo(summary(snapshot))
    if left and left.updates and left.digest != snapshot.digest:
        many = f"{left.updates:,} updates stay" if left.updates > 1 else "1 update stays"
        click.echo(f"{many} with {left.digest}", err=True)


def _number(updates: int | None) -> str:
    return "damaged" if updates is None else f"{updates:,}"
