"""`medkg check`: everything wrong in the data, the ontology and the stored queries."""

from __future__ import annotations

import click

from medkg.settings import Settings
from medkg.snapshots.products import inspect


@click.command("check")
@click.option("--shapes", is_flag=True, help="Ask the SHACL shapes of the finished graph as well.")
def command(shapes: bool) -> None:
    """Name every fault of the data, the ontology and the stored queries, one a line.

    The status is 1 where there is one. Web addresses that the graph holds in another form than their
    file are noted on standard error.
    """
    found = inspect(Settings.from_environment().resources, shapes=shapes)
    for note in found.notes:
        click.echo(f"note: {note}", err=True)
    for fault in found.faults:
        click.echo(fault)
    number = len(found.faults)
    click.echo(f"{number or 'no'} fault{'' if number == 1 else 's'}", err=bool(number))
    if number:
        click.get_current_context().exit(1)
