"""`medkg check`: list all faults of the data, the ontology and the stored queries."""

from __future__ import annotations

import click

from medkg.settings import Settings
from medkg.snapshots.products import check


@click.command("check")
@click.option("--shapes", is_flag=True, help="Also validate the finished graph against the SHACL shapes.")
def command(shapes: bool) -> None:
    """List all faults of the data, the ontology and the stored queries, one per line.

    The exit status is 1 if there are any. Web addresses that have another form in the graph than in their file are
    noted on standard error.
    """
    result = check(Settings.from_environment().resources, shapes=shapes)
    for note in result.notes:
        click.echo(f"note: {note}", err=True)
    for fault in result.faults:
        click.echo(fault)
    number = len(result.faults)
    click.echo(f"{number or 'no'} fault{'' if number == 1 else 's'}", err=bool(number))
    if number:
        click.get_current_context().exit(1)
