"""`medkg build`: the graph from the data."""

from __future__ import annotations

import click

from medkg.cli.graph import built
from medkg.graph import gate
from medkg.settings import Settings


@click.command("build")
@click.option("--again", is_flag=True, help="Build even if the graph is up to date, and ask the shapes anew.")
@click.option("--record-gate", is_flag=True, help="Record with the data that the graph conforms to the shapes.")
def command(again: bool, record_gate: bool) -> None:
    """Build the graph and let it serve; nothing is done where it is up to date.

    Every fault of the data is named, and where there is one, the graph that served before still does.
    """
    settings = Settings.from_environment()
    snapshot = built(settings, again=again or record_gate)
    click.echo(f"{snapshot.manifest.quads:,} quads in {snapshot.manifest.graphs + 1:,} graphs: {snapshot.path}")
    if record_gate:
        click.echo(f"recorded in {gate.record_gate(settings.resources, snapshot.digest)}")
