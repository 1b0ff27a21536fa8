"""`medkg check`: everything wrong in the data, the ontology and the stored queries."""

from __future__ import annotations

import click

from medkg.graph.inspection import faults
from medkg.settings import Settings


@click.command("check")
@click.option("--shapes", is_flag=True, help="Ask the SHACL shapes of the finished graph as well.")
def command(shapes: bool) -> None:
    """Name every fault of the data, the ontology and the stored queries, one a line.

    The status is 1 where there is one.
    """
    found = faults(Settings.from_environment().resources, shapes=shapes)
    for fault in found:
        click.echo(fault)
    click.echo(f"{len(found) or 'no'} fault{'' if len(found) == 1 else 's'}", err=bool(found))
    if found:
        click.get_current_context().exit(1)
